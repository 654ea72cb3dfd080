/* SPDX-License-Identifier: BSD-2-Clause */
/* keeper: see the header. */
#include "apply/keeper.h"

#include "apply/life.h"
#include "base/apart.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct answer {
    int result;
    struct err e;
};

/* A byte: our maker wants it now, and hears of it. End of file: our maker has ended. */
static _Noreturn void keep(const char *lab, const struct life_holder *holder, int fd)
{
    struct answer a;
    char byte;
    memset(&a, 0, sizeof a);
    while (recv(fd, &byte, 1, 0) < 0 && errno == EINTR)
        ;
    a.result = life_down_only(lab, holder, &a.e);
    send(fd, &a, sizeof a, MSG_NOSIGNAL);
    _exit(0);
}

int keeper_start(const char *lab, const struct life_holder *holder, struct keeper *out,
                 struct err *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_set(e, errno, "cannot make a socket pair");
    pid_t pid = fork();
    if (pid == 0) {
        apart_become("vethlab-keeper", 0, &pair[1], 1);
        keep(lab, holder, pair[1]);
    }
    int num = errno;
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return err_set(e, num, "cannot start the process that takes lab %s down", lab);
    }
    *out = (struct keeper){.pid = pid, .fd = pair[0]};
    return 0;
}

int keeper_down(struct keeper *k, struct err *e)
{
    struct answer a;
    ssize_t n = -1;
    if (send(k->fd, "", 1, MSG_NOSIGNAL) == 1)
        n = io_read(k->fd, &a, sizeof a);
    mem_close_fd(&k->fd);
    while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (n != (ssize_t)sizeof a)
        return err_set(e, 0, "the process that takes the lab down was killed; it ends with us");
    if (a.result < 0)
        *e = a.e;
    return a.result;
}
