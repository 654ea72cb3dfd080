/* SPDX-License-Identifier: BSD-2-Clause */
/* step: see the header. */
#include "verb/step.h"

#include "apply/interrupt.h"
#include "apply/stepper.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void print_step(const struct topo *t, const struct stepper *s)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    size_t at = stepper_done(s);
    const struct teach_step *step = &stepper_steps(s)->item[at];
    teach_entry(t, &stepper_ops(s)->item[step->first], at + 1, &text);
    fputs(buf_str(&text), stdout);
    fflush(stdout);
}

/* 128+n: signal n came. */
static int await_news(const struct stepper *s, int signals)
{
    struct pollfd p[] = {{.fd = stepper_fd(s), .events = POLLIN},
                         {.fd = signals, .events = POLLIN}};
    struct err none = ERR_INIT;
    while (poll(p, ARRAY_LEN(p), -1) < 0 && errno == EINTR)
        ;
    int number = p[1].revents ? interrupt_take(signals, &none) : 0;
    return number > 0 ? 128 + number : 0;
}

static int await_done(struct stepper *s, int signals, struct err *e)
{
    struct stepper_report got;
    for (;;) {
        stepper_hear(s, &got);
        if (got.what == STEPPER_DONE)
            return 0;
        if (got.what == STEPPER_NOTE) {
            log_note("%s", got.text);
        } else if (got.what == STEPPER_FAILED) {
            *e = got.e;
            return err_prefix(e, "step %zu", got.step + 1);
        } else if (got.what == STEPPER_ENDED) {
            *e = got.e;
            return -ESRCH;
        } else {
            int code = await_news(s, signals);
            if (code)
                return code;
        }
    }
}

static int print_all(const struct topo *t, struct stepper *s, struct err *e)
{
    sigset_t before;
    _cleanup_fd_ int signals = interrupt_open(&before, e);
    int r = signals < 0 ? signals : 0;
    while (r == 0 && stepper_done(s) < stepper_steps(s)->count) {
        print_step(t, s);
        stepper_do(s);
        r = await_done(s, signals, e);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return r;
}

int step_lab(const struct topo *t, const struct life_holder *holder, const struct look *k,
             struct err *e)
{
    struct stepper *s = NULL;
    struct lab lab;
    lab_init(&lab);
    int r = stepper_start(t, holder, &s, e);
    if (r == 0)
        r = print_all(t, s, e);
    if (r == 0 && k->once) {
        r = lab_open(t->name, getuid(), &lab, e);
        if (r == 0)
            r = look_at(&lab, k, e);
    }
    stepper_stop(s);
    lab_fini(&lab);
    return r;
}
