/* SPDX-License-Identifier: BSD-2-Clause */
/* step: see the header. */
#include "verb/step.h"

#include "apply/interrupt.h"
#include "apply/stepper.h"
#include "base/log.h"
#include "base/mem.h"
#include "verb/print.h"
#include "view/stepping.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int print_step(const struct topo *t, const struct stepper *s, struct err *e)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    size_t at = stepper_done(s);
    const struct teach_step *step = &stepper_steps(s)->item[at];
    teach_entry(t, &stepper_ops(s)->item[step->first], at + 1, &text);
    return print_now(stdout, buf_str(&text), text.len, e);
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
        r = print_step(t, s, e);
        if (r < 0)
            break;
        stepper_do(s);
        r = await_done(s, signals, e);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return r;
}

/* The view has a pane for each node of the file from the beginning, and with links to it one for
 * the machine, which comes last. */
static int look_at_steps(const struct topo *t, struct stepper *s, const struct look *k,
                         struct err *e)
{
    struct lab lab;
    struct look how = *k;
    const struct view_steps steps = {s, &lab, t};
    const char **names = mem_zalloc(t->nodes + 1, sizeof *names);
    for (size_t i = 0; i < t->nodes; i++)
        names[i] = t->node[i].name;
    int r = lab_open(t->name, getuid(), &lab, e);
    if (r == 0) {
        lab_expect_nodes(&lab, names, t->nodes);
        if (topo_has_host_link(t))
            lab_add_machine(&lab);
        how.steps = &steps;
        r = look_at(&lab, &how, e);
    }
    free(names);
    lab_fini(&lab);
    return r;
}

static int print_steps(const struct topo *t, struct stepper *s, const struct look *k, struct err *e)
{
    struct lab lab;
    int r = print_all(t, s, e);
    if (r != 0 || !k->once)
        return r;
    r = lab_open(t->name, getuid(), &lab, e);
    if (r == 0)
        r = look_at(&lab, k, e);
    lab_fini(&lab);
    return r;
}

int step_lab(const struct topo *t, const struct life_holder *holder, const struct look *k,
             struct err *e)
{
    struct stepper *s = NULL;
    int r = stepper_start(t, holder, &s, e);
    if (r == 0)
        r = (look_has_screen(k) ? look_at_steps : print_steps)(t, s, k, e);
    stepper_stop(s);
    return r;
}
