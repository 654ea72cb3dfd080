/* SPDX-License-Identifier: BSD-2-Clause */
/* ping_all: `ping --all`: one sweep, its matrix and one sentence. */
#include "verb/ping.h"

#include "base/clock.h"
#include "base/log.h"
#include "live/sweep.h"
#include "verb/ping_matrix.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS 80

struct ending {
    bool stop;
    int signal;
};

static void on_signal(const struct signalfd_siginfo *info, void *ctx)
{
    struct ending *end = ctx;
    end->stop = true;
    end->signal = (int)info->ssi_signo;
}

static void on_progress(size_t answered, size_t pairs, void *ctx)
{
    (void)ctx;
    log_note("%zu of %zu pairs answered so far", answered, pairs);
}

static size_t columns(void)
{
    struct winsize w;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= COLUMNS)
        return w.ws_col;
    return COLUMNS;
}

static void print(const struct sweep *s, const struct snap *snap, bool json)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    if (json) {
        ping_matrix_json(s, snap, &out);
    } else {
        if (log_get_level() > LOG_QUIET)
            ping_matrix_text(s, snap, columns(), &out);
        ping_matrix_sentence(s, snap, &out);
    }
    fwrite(buf_str(&out), 1, out.len, stdout);
}

static int sweep(struct loop *loop, const struct lab *lab, const struct snap *snap,
                 const struct ping_options *o, struct sweep **out, struct ending *end,
                 struct err *e)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    struct sweep_options so = {
        .families = o->v4   ? SWEEP_V4
                    : o->v6 ? SWEEP_V6
                            : SWEEP_V4 | SWEEP_V6,
        .payload = (size_t)o->payload,
        .wait_ns = o->wait_ns ? o->wait_ns : CLOCK_NS_PER_S,
        .stop = &end->stop,
        .progress = on_progress,
    };
    if (!loop_add_signals(loop, &set, on_signal, end, e))
        return -e->num;
    return sweep_run(loop, lab, snap, &so, out, e);
}

int ping_all(const struct lab *lab, const struct snap *snap, const struct ping_options *o,
             struct err *e)
{
    struct loop *loop = NULL;
    struct sweep *s = NULL;
    struct ending end = {0};
    int code = EXIT_FAILED;
    int r = loop_new(&loop, e);
    if (r == 0)
        r = sweep(loop, lab, snap, o, &s, &end, e);
    if (r == 0 && s->pairs == 0)
        r = err_set(e, 0, "lab %s has no two nodes with addresses of one family", lab->name);
    if (r == 0) {
        print(s, snap, o->json);
        code = end.signal ? 128 + end.signal : s->answered == s->pairs ? EXIT_DONE : EXIT_FAILED;
    }
    sweep_free(s);
    loop_free(loop);
    return r < 0 ? (int)e->exit : code;
}
