/* SPDX-License-Identifier: BSD-2-Clause */
/* exec_all: see the header.
 *
 * Nodes are started in order, at most ALL_AT_ONCE at a time. What the first unfinished one writes
 * is printed as it comes, line by line; what the others write is kept, and where much is kept not
 * read any more until it is their turn, so that memory is bounded by the kernel's pipes and
 * KEEP_BYTES. */
#include "verb/exec_all.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "live/forward.h"
#include "verb/common.h"
#include "verb/node_command.h"
#include "verb/print.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ALL_AT_ONCE 64
#define KEEP_BYTES  (1 << 20)
#define GRACE_NS    CLOCK_NS_PER_S /* of commands that are asked to end */

struct stream {
    int from; /* -1: at its end */
    FILE *to;
    struct buf kept; /* not printed yet */
};

struct run { /* one node's */
    const char *node;
    struct enter n;
    struct stream out[2];
    int pidfd;
    bool started, ended;
    int code;
    struct err why; /* with text: it could not be run */
};

struct all {
    const struct lab *lab;
    struct topo *topo; /* or NULL */
    char *const *argv;
    struct run *run; /* as lab->node */
    size_t next, running, turn;
    bool stopped;         /* nothing more is started: a signal that ends came, or nobody reads */
    struct err unwritten; /* the output takes no more */
    struct forward f;
};

/* On failure nothing runs, and r->why says so. */
static int start_command(const struct all *a, struct run *r, int in, int out, int err)
{
    struct node_command c = {
        .lab = a->lab,
        .topo = a->topo,
        .node = (size_t)(r - a->run),
        .argv = a->argv,
        .stdio = {in, out, err},
    };
    int failed = node_command_start(&c, &r->n, &r->why);
    if (failed < 0)
        return failed;
    r->pidfd = (int)syscall(SYS_pidfd_open, r->n.pid, 0);
    if (r->pidfd >= 0)
        return 0;
    err_set(&r->why, errno, "node %s: cannot watch the command", r->node);
    mem_close_fd(&r->n.leash); /* which kills it */
    enter_wait(&r->n);
    return -r->why.num;
}

static void start(struct all *a, struct run *r)
{
    int out[2] = {-1, -1}, err[2] = {-1, -1}, failed;
    _cleanup_fd_ int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
        failed = err_set(&r->why, errno, "node %s: cannot make a pipe", r->node);
    else
        failed = start_command(a, r, null, out[1], err[1]);
    mem_close_fd(&out[1]);
    mem_close_fd(&err[1]);
    r->out[0].from = out[0];
    r->out[1].from = err[0];
    r->started = true;
    r->ended = failed < 0;
    r->code = r->why.exit > ENTER_FAILED ? (int)r->why.exit : ENTER_FAILED;
    a->running += !r->ended;
}

static void add_line(struct buf *out, const char *node, const char *text, size_t len)
{
    buf_printf(out, "%s: ", node);
    buf_add(out, text, len);
    buf_addc(out, '\n');
}

/* Whole lines; at the end of the stream what is left, too. Dropped together: each drop moves all
 * that follows. */
static void print_lines(struct all *a, const struct run *r, struct stream *s)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    const char *end;
    size_t at = 0;
    while (at < s->kept.len && (end = memchr(s->kept.data + at, '\n', s->kept.len - at))) {
        size_t len = (size_t)(end - s->kept.data) - at;
        add_line(&out, r->node, s->kept.data + at, len);
        at += len + 1;
    }
    if (at < s->kept.len && s->from < 0) {
        add_line(&out, r->node, s->kept.data + at, s->kept.len - at);
        at = s->kept.len;
    }
    buf_drop(&s->kept, at);
    if (out.len && !a->unwritten.num)
        print_now(s->to, buf_str(&out), out.len, &a->unwritten);
}

static bool is_read(const struct all *a, size_t i, const struct stream *s)
{
    return s->from >= 0 && (i == a->turn || s->kept.len < KEEP_BYTES);
}

static void take_output(struct all *a, size_t i, struct stream *s)
{
    char data[65536];
    ssize_t n = io_read(s->from, data, sizeof data);
    if (n > 0)
        buf_add(&s->kept, data, (size_t)n);
    else
        mem_close_fd(&s->from);
    if (i == a->turn)
        print_lines(a, &a->run[i], s);
}

static bool is_drained(const struct run *r)
{
    return r->out[0].from < 0 && r->out[1].from < 0;
}

/* A node is done when its command has ended and nobody holds its streams any more. */
static void finish_done(struct all *a)
{
    for (size_t i = a->turn; i < a->next; i++) {
        struct run *r = &a->run[i];
        if (r->ended || !is_drained(r) || io_wait_readable(r->pidfd, 0) == 0)
            continue;
        r->code = enter_wait(&r->n);
        mem_close_fd(&r->pidfd);
        r->ended = true;
        a->running--;
    }
    for (; a->turn < a->lab->nodes && a->run[a->turn].ended; a->turn++) {
        struct run *r = &a->run[a->turn];
        for (int k = 0; k < 2; k++)
            print_lines(a, r, &r->out[k]);
        if (r->why.text[0])
            fprintf(stderr, "%s: %s\n", r->node, r->why.text);
    }
}

static void send_all(const struct all *a, int sig)
{
    for (size_t i = a->turn; i < a->next; i++)
        if (!a->run[i].ended)
            enter_signal(&a->run[i].n, sig);
}

static void take_signals(struct all *a)
{
    int sig;
    while ((sig = forward_next(&a->f)) != 0) {
        if (sig == SIGWINCH)
            continue;
        if (sig == SIGTSTP) {
            send_all(a, SIGSTOP);
            forward_stop();
            sig = SIGCONT;
        }
        send_all(a, sig);
        a->stopped = a->stopped || sig != SIGCONT;
    }
}

/* Waits until something can be read, and takes it. */
static void step(struct all *a)
{
    struct pollfd p[1 + 2 * ALL_AT_ONCE] = {{.fd = a->f.fd, .events = POLLIN}};
    size_t node[ARRAY_LEN(p)];
    struct stream *from[ARRAY_LEN(p)];
    nfds_t count = 1;
    for (size_t i = a->turn; i < a->next; i++) {
        if (!a->run[i].ended && is_drained(&a->run[i]) && count < ARRAY_LEN(p)) {
            from[count] = NULL;
            p[count++] = (struct pollfd){.fd = a->run[i].pidfd, .events = POLLIN};
        }
        for (int k = 0; k < 2 && count < ARRAY_LEN(p); k++) {
            struct stream *s = &a->run[i].out[k];
            if (!is_read(a, i, s))
                continue;
            node[count] = i;
            from[count] = s;
            p[count++] = (struct pollfd){.fd = s->from, .events = POLLIN};
        }
    }
    if (poll(p, count, -1) < 0)
        return;
    if (p[0].revents)
        take_signals(a);
    for (nfds_t i = 1; i < count; i++)
        if (p[i].revents && from[i])
            take_output(a, node[i], from[i]);
}

/* Nobody sees any more what the commands do. They are asked to end, and killed where they do not.
 */
static void end_all(struct all *a)
{
    int64_t deadline_ns = clock_mono_ns() + GRACE_NS;
    send_all(a, SIGTERM);
    for (size_t i = a->turn; i < a->next; i++) {
        struct run *r = &a->run[i];
        if (r->ended)
            continue;
        int64_t left_ns = deadline_ns - clock_mono_ns();
        io_wait_readable(r->pidfd, left_ns > 0 ? (int)(left_ns / CLOCK_NS_PER_MS) : 0);
        mem_close_fd(&r->n.leash);
        enter_wait(&r->n);
        mem_close_fd(&r->pidfd);
        r->ended = true;
    }
}

static void run_all(struct all *a)
{
    while (a->turn < a->lab->nodes && !a->unwritten.num && !(a->stopped && a->running == 0)) {
        while (!a->stopped && a->next < a->lab->nodes && a->running < ALL_AT_ONCE)
            start(a, &a->run[a->next++]);
        if (a->running)
            step(a);
        finish_done(a);
    }
    if (a->running)
        end_all(a);
}

/* "failed in 2 of 5 nodes: b (1), d (127)" */
static int verdict(const struct all *a, struct err *e)
{
    _cleanup_buf_ struct buf names = BUF_INIT;
    size_t failed = 0;
    int code = 0;
    for (size_t i = 0; i < a->lab->nodes; i++) {
        const struct run *r = &a->run[i];
        if (r->started && r->code == 0)
            continue;
        if (r->started)
            buf_printf(&names, "%s%s (%d)", failed ? ", " : "", r->node, r->code);
        else
            buf_printf(&names, "%s%s (not started)", failed ? ", " : "", r->node);
        code = code ? code : r->started ? r->code : ENTER_FAILED;
        failed++;
    }
    if (failed)
        err_set(e, 0, "%s failed in %zu of %zu nodes (exit code): %s", a->argv[0], failed,
                a->lab->nodes, buf_str(&names));
    return code;
}

int exec_all(const struct verb_call *c, struct err *e)
{
    struct lab lab;
    int code = ENTER_FAILED;
    struct all a = {.lab = &lab, .argv = c->argv + c->command_at};
    int r = common_open(c, c->command_at ? c->argv[0] : NULL, &lab, e);
    if (r == 0)
        r = forward_open(&a.f, e);
    if (r == 0) {
        a.run = mem_zalloc(lab.nodes, sizeof *a.run);
        for (size_t i = 0; i < lab.nodes; i++) {
            a.run[i].node = lab.node[i].name;
            a.run[i].pidfd = -1;
            a.run[i].out[0] = (struct stream){.from = -1, .to = stdout};
            a.run[i].out[1] = (struct stream){.from = -1, .to = stderr};
        }
        a.topo = node_command_topo(&lab);
        run_all(&a);
        if (a.unwritten.num)
            *e = a.unwritten;
        code = !e->num ? verdict(&a, e) : e->num == EPIPE ? (int)e->exit : ENTER_FAILED;
        for (size_t i = 0; i < lab.nodes; i++)
            for (int k = 0; k < 2; k++) {
                mem_close_fd(&a.run[i].out[k].from);
                buf_fini(&a.run[i].out[k].kept);
            }
        free(a.run);
        topo_free(a.topo);
        forward_close(&a.f);
    }
    lab_fini(&lab);
    return code;
}
