/* SPDX-License-Identifier: BSD-2-Clause */
/* enter_pty: see the header. */
#include "kernel/enter_pty.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
    struct cmsghdr head;
    char room[CMSG_SPACE(2 * sizeof(int))];
};

static int send_ends(int socket, int master, int slave)
{
    const int fds[2] = {master, slave};
    union control control = {0};
    char byte = 't';
    struct iovec io = {&byte, 1};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = sizeof control.room};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fds);
    memcpy(CMSG_DATA(c), fds, sizeof fds);
    return sendmsg(socket, &m, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int enter_pty_open(const struct enter_terminal *t, int socket, int *slave, struct err *e)
{
    int unlock = 0;
    _cleanup_fd_ int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0)
        return err_set(e, errno, "cannot open a terminal in the node (/dev/ptmx)");
    if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
        return err_set(e, errno, "cannot unlock the node's new terminal");
    _cleanup_fd_ int end = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (end < 0)
        return err_set(e, errno, "cannot open the node's new terminal");
    if (t->has_modes)
        tcsetattr(end, TCSANOW, &t->modes);
    ioctl(end, TIOCSWINSZ, &t->size);
    int r = send_ends(socket, master, end);
    if (r < 0)
        return err_set(e, -r, "cannot hand the node's new terminal over");
    *slave = mem_steal_fd(&end);
    return 0;
}

int enter_pty_receive(int socket, int *master, int *slave, struct err *e)
{
    int fds[2];
    union control control = {0};
    char byte;
    struct iovec io = {&byte, 1};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = sizeof control.room};
    ssize_t n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
    struct cmsghdr *c = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;
    if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof fds))
        return err_set(e, n < 0 ? errno : EPROTO, "the node's new terminal was not handed over");
    memcpy(fds, CMSG_DATA(c), sizeof fds);
    *master = fds[0];
    *slave = fds[1];
    return 0;
}

int enter_pty_take(int slave, const int stdio[3])
{
    if (ioctl(slave, TIOCSCTTY, 0) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        if (stdio[i] < 0 && dup2(slave, i) < 0)
            return -1;
    return 0;
}
