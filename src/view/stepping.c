/* SPDX-License-Identifier: BSD-2-Clause */
/* stepping: see the header.
 *
 * Keys are counted, not dropped: a step takes a few milliseconds, in which a quick finger presses
 * the next one. The bar always shows the step that a key would do next; the focus stays where the
 * last one has happened until that key is pressed, so that its effect is seen. */
#include "view/stepping.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "view/step.h"

#include <stdio.h>
#include <stdlib.h>

/* Running on is to be seen: a step each PACE_NS, but no more than RUN_NS for all. */
#define PACE_NS (300 * CLOCK_NS_PER_MS)
#define RUN_NS  (8 * CLOCK_NS_PER_S)
/* What takes no longer is not said to be going on: it would only flicker. */
#define SLOW_NS (300 * CLOCK_NS_PER_MS)
/* Rows of the bar: of a screen that has fewer than four times as many, a quarter. */
#define BAR_ROWS_MIN 3

struct stepping {
    struct view_steps v;
    struct view_ui *ui;
    struct stepping_hooks hooks;
    struct loop_source *news, *timer, *slow;
    struct view_step_words *words; /* owned; one a step */
    bool *skipped;                 /* owned; one a step: it failed and was passed over */
    struct view_step shown;
    struct ui_bar bar;
    char error[ERR_TEXT_MAX];
    long wanted; /* steps that were asked for and are not begun: forwards, or backwards (< 0) */
    int64_t pace_ns;
    int cols, needs; /* for which width the bar needs how many rows */
    bool ascii, changed;
};

static size_t steps_of(const struct stepping *s)
{
    return stepper_steps(s->v.stepper)->count;
}

static const struct op *op_of(const struct stepping *s, size_t step)
{
    return &stepper_ops(s->v.stepper)->item[stepper_steps(s->v.stepper)->item[step].first];
}

/* --- the bar ---------------------------------------------------------------------------------- */

static void show(struct stepping *s, size_t step, enum view_step_state state)
{
    s->shown.words = step < steps_of(s) ? &s->words[step] : NULL;
    s->shown.number = step + 1;
    s->shown.of = steps_of(s);
    s->shown.state = state;
    s->shown.error = NULL;
    s->hooks.changed(s->hooks.ctx);
}

static void show_error(struct stepping *s, size_t step, enum view_step_state state,
                       const struct err *e)
{
    snprintf(s->error, sizeof s->error, "%s", e->text);
    show(s, step, state);
    s->shown.error = s->error;
}

void stepping_fit(struct stepping *s, int rows, int cols)
{
    int most = rows / 4;
    if (cols != s->cols) {
        s->needs = BAR_ROWS_MIN;
        for (size_t i = 0; i < steps_of(s); i++) {
            int needs = step_bar_rows(&s->words[i], cols, s->ascii);
            s->needs = needs > s->needs ? needs : s->needs;
        }
        s->cols = cols;
    }
    most = most > BAR_ROWS_MIN ? most : BAR_ROWS_MIN;
    s->bar.rows = s->needs < most ? s->needs : most;
}

/* The interface that the operation is about, to be selected; 0: none. */
static uint32_t link_of(const struct op *op)
{
    switch (op->kind) {
    case OP_BRIDGE_ADD:
    case OP_LINK_ADD:
        return op->u.link_add.end[0].ifindex;
    case OP_LINK_SET:
        return op->u.link_set.ifindex;
    case OP_ADDR_ADD:
        return op->u.addr.ifindex;
    case OP_LINK_READY:
        return op->u.ready.ifindex;
    default:
        return 0;
    }
}

static void focus(struct stepping *s, size_t step)
{
    const struct op *op = op_of(s, step);
    s->ui->node = op->node == TOPO_HOST ? s->v.topo->nodes : (size_t)op->node; /* it is the last */
    s->ui->ifindex = link_of(op);
    s->ui->ping = 0;
}

/* --- what is to be done ----------------------------------------------------------------------- */

static void stop_running(struct stepping *s)
{
    s->shown.running = false;
    loop_stop_timer(s->timer);
}

static void begin_next(struct stepping *s)
{
    size_t done = stepper_done(s->v.stepper);
    bool forwards = s->wanted > 0;
    if (s->wanted == 0 || stepper_is_busy(s->v.stepper))
        return;
    s->wanted += forwards ? -1 : 1;
    if (forwards ? !stepper_do(s->v.stepper) : !stepper_undo(s->v.stepper)) {
        s->wanted = 0;
        s->hooks.note(forwards ? "all steps are done" : "nothing is left to undo", s->hooks.ctx);
        return;
    }
    focus(s, forwards ? done : done - 1);
    loop_set_timer(s->slow, clock_mono_ns() + SLOW_NS, 0);
}

static void on_slow(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct stepping *s = ctx;
    size_t done = stepper_done(s->v.stepper);
    bool undo = stepper_is_undoing(s->v.stepper);
    if (stepper_is_busy(s->v.stepper))
        show(s, undo ? done - 1 : done, undo ? STEP_UNDOING : STEP_DOING);
}

static void on_timer(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct stepping *s = ctx;
    if (!s->shown.running)
        return;
    s->wanted = 1;
    begin_next(s);
}

static void run_on(struct stepping *s)
{
    size_t left = steps_of(s) - stepper_done(s->v.stepper);
    if (left == 0 || s->shown.state == STEP_ENDED)
        return;
    s->pace_ns = RUN_NS / (int64_t)left < PACE_NS ? RUN_NS / (int64_t)left : PACE_NS;
    s->shown.running = true;
    s->wanted = 1;
    begin_next(s);
}

static void set_skipped(struct stepping *s, size_t step, bool is_skipped)
{
    s->shown.skipped += (size_t)is_skipped - (size_t)s->skipped[step];
    s->skipped[step] = is_skipped;
}

static void skip(struct stepping *s)
{
    size_t step = stepper_done(s->v.stepper);
    if (stepper_skip(s->v.stepper)) {
        set_skipped(s, step, true);
        show(s, stepper_done(s->v.stepper), STEP_NEXT);
    } else {
        s->hooks.note("only a command that failed can be passed over", s->hooks.ctx);
    }
}

void stepping_wish(struct stepping *s, enum ui_wish wish)
{
    if (wish == WISH_STEP_SKIP)
        skip(s);
    if (wish == WISH_STEP_ALL) {
        run_on(s);
        return;
    }
    if (wish != WISH_STEP_DO && wish != WISH_STEP_UNDO)
        return;
    s->wanted += wish == WISH_STEP_DO ? 1 : -1;
    begin_next(s);
}

bool stepping_interrupt(struct stepping *s)
{
    bool was = s->shown.running;
    if (was) {
        stop_running(s);
        s->wanted = 0;
        s->hooks.changed(s->hooks.ctx);
    }
    return was;
}

/* --- what became of it ------------------------------------------------------------------------ */

/* What an operation takes away need not be pinged any more; a watch knows the nodes by their
 * processes. */
static bool needs_renewal(const struct op *op, bool undone)
{
    switch (op->kind) {
    case OP_NODE_ADD:
        return true;
    case OP_BRIDGE_ADD:
    case OP_LINK_ADD:
    case OP_ADDR_ADD:
        return undone;
    default:
        return false;
    }
}

static void finished(struct stepping *s, size_t step, bool undone)
{
    struct err e = ERR_INIT;
    const struct op *op = op_of(s, step);
    s->changed |= needs_renewal(op, undone);
    set_skipped(s, step, false);
    if (op->kind == OP_NODE_ADD && lab_find_nodes(s->v.lab, &e) < 0)
        s->hooks.note(e.text, s->hooks.ctx);
    size_t done = stepper_done(s->v.stepper);
    show(s, done, STEP_NEXT);
    if (s->shown.running && done < steps_of(s))
        loop_set_timer(s->timer, clock_mono_ns() + s->pace_ns, 0);
    else
        stop_running(s);
    begin_next(s);
}

static void failed(struct stepping *s, const struct stepper_report *got)
{
    stop_running(s);
    s->wanted = 0;
    s->shown.undo = got->step < stepper_done(s->v.stepper);
    s->shown.may_skip = stepper_may_skip(s->v.stepper);
    show_error(s, got->step, STEP_FAILED, &got->e);
}

static void on_news(int fd, uint32_t events, void *ctx)
{
    (void)fd, (void)events;
    struct stepping *s = ctx;
    struct stepper_report got;
    for (;;) {
        stepper_hear(s->v.stepper, &got);
        switch (got.what) {
        case STEPPER_NOTHING:
            return;
        case STEPPER_NOTE:
            s->hooks.note(got.text, s->hooks.ctx);
            break;
        case STEPPER_DONE:
        case STEPPER_UNDONE:
            finished(s, got.step, got.what == STEPPER_UNDONE);
            break;
        case STEPPER_FAILED:
            failed(s, &got);
            break;
        case STEPPER_ENDED:
            stop_running(s);
            loop_remove(s->news);
            s->news = NULL;
            show_error(s, got.step, STEP_ENDED, &got.e);
            return;
        }
    }
}

bool stepping_take_change(struct stepping *s)
{
    bool changed = s->changed;
    s->changed = false;
    return changed;
}

/* --- beginning and end ------------------------------------------------------------------------ */

int stepping_start(struct loop *loop, const struct view_steps *v, struct view_ui *ui, bool ascii,
                   const struct stepping_hooks *hooks, struct stepping **out, struct err *e)
{
    struct stepping *s = mem_zalloc(1, sizeof *s);
    *s = (struct stepping){.v = *v, .ui = ui, .hooks = *hooks, .ascii = ascii};
    s->words = mem_zalloc(steps_of(s) + 1, sizeof *s->words);
    s->skipped = mem_zalloc(steps_of(s) + 1, sizeof *s->skipped);
    for (size_t i = 0; i < steps_of(s); i++)
        step_words_init(&s->words[i], v->topo, op_of(s, i));
    s->news = loop_add_fd(loop, stepper_fd(v->stepper), EPOLLIN, on_news, s, e);
    if (s->news)
        s->timer = loop_add_timer(loop, INT64_MAX, 0, on_timer, s, e);
    if (s->timer)
        s->slow = loop_add_timer(loop, INT64_MAX, 0, on_slow, s, e);
    if (!s->slow) {
        stepping_stop(s);
        return -e->num;
    }
    loop_stop_timer(s->timer);
    loop_stop_timer(s->slow);
    s->bar = (struct ui_bar){BAR_ROWS_MIN, step_bar_draw, &s->shown};
    ui->bar = &s->bar;
    ui->stepping = true;
    show(s, 0, STEP_NEXT);
    if (steps_of(s))
        focus(s, 0);
    *out = s;
    return 0;
}

void stepping_stop(struct stepping *s)
{
    if (!s)
        return;
    loop_remove(s->news);
    loop_remove(s->timer);
    loop_remove(s->slow);
    for (size_t i = 0; i < steps_of(s); i++)
        step_words_fini(&s->words[i]);
    free(s->words);
    free(s->skipped);
    s->ui->bar = NULL;
    free(s);
}
