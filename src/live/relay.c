/* SPDX-License-Identifier: BSD-2-Clause */
/* relay: see the header.
 *
 * We hold the command's end of its terminal too, so that the master never hangs up while the
 * command lives, even if it closes its descriptors for a while; its end is the end of its process.
 * What it wrote last may then still be on its way through the kernel's terminal: it is read until
 * the terminal says that no end is open, or, where a process it left behind holds one, is quiet. */
#include "live/relay.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "live/rawtty.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#define QUIET_MS    100
#define DRAIN_STEPS 1000
#define CHUNK       65536

int relay_signals(struct enter *n, struct forward *f)
{
    _cleanup_fd_ int ended = (int)syscall(SYS_pidfd_open, n->pid, 0);
    struct pollfd p[] = {{.fd = ended, .events = POLLIN}, {.fd = f->fd, .events = POLLIN}};
    while (!p[0].revents && ended >= 0) {
        int sig;
        if (poll(p, ARRAY_LEN(p), -1) < 0)
            continue;
        while ((sig = forward_next(f)) != 0) {
            if (sig == SIGTSTP) { /* its group is nobody's job: only SIGSTOP stops it */
                enter_signal(n, SIGSTOP);
                forward_stop();
                sig = SIGCONT;
            }
            if (sig != SIGWINCH)
                enter_signal(n, sig);
        }
    }
    return enter_wait(n);
}

struct relay {
    struct enter *n;
    struct forward *f;
    struct rawtty tty;
    bool has_tty;  /* descriptor 0 is a terminal */
    bool in_ended; /* nothing more comes from 0 */
    char last;     /* what the command's terminal got last */
    struct buf pending;
};

static void copy_size(const struct relay *r)
{
    struct winsize size;
    if (r->has_tty && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row)
        ioctl(r->n->master, TIOCSWINSZ, &size);
}

static void take_signals(struct relay *r)
{
    int sig;
    while ((sig = forward_next(r->f)) != 0) {
        if (sig == SIGTSTP) {
            if (r->has_tty)
                rawtty_restore(&r->tty);
            forward_stop();
            sig = SIGCONT;
        }
        if (sig == SIGCONT && r->has_tty)
            rawtty_raw(&r->tty);
        if (sig == SIGCONT || sig == SIGWINCH)
            copy_size(r);
        else
            enter_signal(r->n, sig);
    }
}

/* The kernel tells the command (SIGHUP, then end of file and EIO), as when a person closes a
 * window. */
static void hang_up(struct relay *r)
{
    r->in_ended = true;
    buf_reset(&r->pending);
    mem_close_fd(&r->n->slave);
    mem_close_fd(&r->n->master);
}

/* An end-of-file character acts at the beginning of a line only; elsewhere the first one ends the
 * line. */
static void end_input(struct relay *r)
{
    struct termios now;
    char end = 4;
    if (r->has_tty) {
        hang_up(r);
        return;
    }
    r->in_ended = true;
    if (tcgetattr(r->n->slave, &now) == 0)
        end = (char)now.c_cc[VEOF];
    if (r->last && r->last != '\n')
        buf_addc(&r->pending, end);
    buf_addc(&r->pending, end);
}

static void take_input(struct relay *r)
{
    char data[CHUNK];
    ssize_t n = io_read(STDIN_FILENO, data, sizeof data);
    if (n <= 0) {
        end_input(r);
        return;
    }
    r->last = data[n - 1];
    buf_add(&r->pending, data, (size_t)n);
}

static void give_input(struct relay *r)
{
    ssize_t n = write(r->n->master, r->pending.data, r->pending.len);
    if (n > 0)
        buf_drop(&r->pending, (size_t)n);
}

/* False: nothing was there. */
static bool take_output(struct relay *r)
{
    char data[CHUNK];
    ssize_t n = io_read(r->n->master, data, sizeof data);
    if (n <= 0)
        return false;
    if (io_write_all(STDOUT_FILENO, data, (size_t)n) < 0)
        hang_up(r); /* nobody reads any more */
    return r->n->master >= 0;
}

static void drain(struct relay *r)
{
    mem_close_fd(&r->n->slave);
    for (int i = 0; i < DRAIN_STEPS && r->n->master >= 0; i++)
        if (io_wait_readable(r->n->master, QUIET_MS) != 1 || !take_output(r))
            return;
}

static void run(struct relay *r, int ended)
{
    enum { ENDED, SIGNALS, IN, MASTER, COUNT };
    struct pollfd p[COUNT] = {
        [ENDED] = {.fd = ended, .events = POLLIN}, [SIGNALS] = {.fd = r->f->fd, .events = POLLIN}};
    while (!p[ENDED].revents) {
        bool full = r->pending.len > 0;
        p[IN] = (struct pollfd){.fd = r->in_ended || full ? -1 : STDIN_FILENO, .events = POLLIN};
        p[MASTER] = (struct pollfd){.fd = r->n->master,
                                    .events = (short)(full ? POLLIN | POLLOUT : POLLIN)};
        if (poll(p, COUNT, -1) < 0)
            continue;
        if (p[SIGNALS].revents)
            take_signals(r);
        if (p[MASTER].revents & POLLIN)
            take_output(r);
        if (p[MASTER].revents & POLLOUT && r->n->master >= 0)
            give_input(r);
        if (p[IN].revents)
            take_input(r);
    }
}

int relay_terminal(struct enter *n, struct forward *f, struct err *e)
{
    struct relay r = {.n = n, .f = f, .has_tty = isatty(STDIN_FILENO)};
    _cleanup_fd_ int ended = (int)syscall(SYS_pidfd_open, n->pid, 0);
    int result = ended < 0 ? err_set(e, errno, "cannot wait for the command") : 0;
    if (result == 0 && r.has_tty)
        result = rawtty_open(&r.tty, STDIN_FILENO, e);
    if (result < 0) {
        enter_signal(n, SIGKILL);
        enter_wait(n);
        return result;
    }
    io_set_nonblock(n->master, true);
    if (r.has_tty)
        rawtty_raw(&r.tty);
    copy_size(&r);
    run(&r, ended);
    drain(&r);
    if (r.has_tty)
        rawtty_close(&r.tty);
    buf_fini(&r.pending);
    return enter_wait(n);
}
