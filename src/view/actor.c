/* SPDX-License-Identifier: BSD-2-Clause */
/* actor: see the header.
 *
 * Three words. A deed (struct deed) is what was done to one interface, with what has to be known to
 * take it back; the history is made of deeds. A task is one trip to the worker's thread: to do a
 * deed, or to take it back. (view/deeds are the wishes of the ui, of which only some end here;
 * view/doing has their keys.)
 *
 * A deed is shared by the history and its tasks. What the kernel dropped with it (plan/losses.h)
 * is written by the task that does it and read by the one that takes it back, which may be posted
 * before the first has run: the worker does them in this order. It keeps names, not indexes: a
 * node may come and go meanwhile, and an operation borrows the name of its interface from a
 * snapshot that changes. */
#include "view/actor.h"

#include "apply/act.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "kernel/residents.h"
#include "loop/worker.h"
#include "teach/words.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Before that nobody notices that he waits. */
#define SLOW_NS (300 * CLOCK_NS_PER_MS)

struct deed {
    atomic_uint holders; /* a task may be dropped on the thread */
    int64_t at_ns;
    char *node; /* owned */
    char ifname[IFNAMSIZ];
    struct op op;    /* its names are the two above */
    struct ops lost; /* what went along with it */
};

struct actor {
    const struct lab *lab;
    struct actor_hooks hooks;
    struct deed *past[ACTOR_HISTORY]; /* held; the oldest first */
    size_t deeds;
    struct worker *worker;
    struct loop_source *timer, *slow; /* slow: what was begun is not done yet */
    char *waiting;                    /* owned; what that is, for the bottom line */
    struct deed *flap;                /* held: down, or about to be, and up again soon; or NULL */
};

enum task_kind { TASK_DO, TASK_UNDO, TASK_END_FLAP };

struct task {
    struct worker_job job;
    struct actor *actor; /* for done() */
    struct lab lab;      /* owned; of one node */
    enum task_kind kind;
    struct deed *deed; /* held */
    struct op op;      /* the deed's, or what takes it back */
    bool *came;        /* owned; of what was lost: it is back */
    struct op failed;  /* the first of that which could not be brought back, if `e` says why */
    struct err e;
    int result; /* of `op` */
};

static struct deed *deed_new(const char *node, const struct op *op)
{
    struct deed *x = mem_zalloc(1, sizeof *x);
    bool is_set = op->kind == OP_LINK_SET;
    *x = (struct deed){.holders = 1, .at_ns = clock_mono_ns(), .node = mem_strdup(node), .op = *op};
    snprintf(x->ifname, sizeof x->ifname, "%s",
             is_set ? op->u.link_set.ifname : op->u.qdisc.ifname);
    if (is_set)
        x->op.u.link_set.ifname = x->ifname;
    else
        x->op.u.qdisc.ifname = x->ifname;
    return x;
}

static struct deed *deed_hold(struct deed *x)
{
    atomic_fetch_add(&x->holders, 1);
    return x;
}

static void deed_let_go(struct deed *x)
{
    if (!x || atomic_fetch_sub(&x->holders, 1) > 1)
        return;
    ops_fini(&x->lost);
    free(x->node);
    free(x);
}

/* The command that the operation is, clean; owned by the caller. */
static char *command_of(const char *node, const struct op *op)
{
    char *name = mem_strdup(node);
    struct topo_node one = {.name = name};
    const struct topo t = {.node = &one, .nodes = 1};
    struct teach_lines lines = {0};
    struct op here = *op;
    here.node = 0;
    teach_words(&t, &here, TEACH_PERSON, &lines);
    char *text = text_clean_dup(lines.item[0].text);
    teach_lines_fini(&lines);
    free(name);
    return text;
}

/* --- on the worker's thread ------------------------------------------------------------------- */

/* What is there already did not go: keep_addr_on_down, or a person was quicker. */
static void bring_back(struct task *x)
{
    const struct ops *lost = &x->deed->lost;
    x->came = mem_zalloc(lost->count + 1, sizeof *x->came);
    for (size_t i = 0; i < lost->count; i++) {
        struct err e = ERR_INIT;
        int r = act_do(&x->lab, 0, &lost->item[i], &e);
        x->came[i] = r == 0;
        if (r == 0 || r == -EEXIST || x->e.num)
            continue;
        x->e = e;
        x->failed = lost->item[i];
    }
}

static void run(struct worker_job *job)
{
    struct task *x = (struct task *)job;
    struct ops *lost = &x->deed->lost;
    x->result = x->kind == TASK_DO ? act_losses(&x->lab, 0, &x->op, lost, &x->e) : 0;
    if (x->result == 0)
        x->result = act_do(&x->lab, 0, &x->op, &x->e);
    if (x->result == 0 && x->kind != TASK_DO)
        bring_back(x);
    else if (x->result < 0 && x->kind == TASK_DO)
        ops_fini(lost);
}

static void drop(struct worker_job *job)
{
    struct task *x = (struct task *)job;
    deed_let_go(x->deed);
    lab_fini(&x->lab);
    free(x->came);
    free(x);
}

/* --- what came of it -------------------------------------------------------------------------- */

static void say_done(struct actor *a, const char *node, const char *command, const char *more)
{
    _cleanup_free_ char *text = mem_printf("%s# %s   (%s)", node, command, more);
    a->hooks.say(false, text, a->hooks.ctx);
}

static void say_failed(struct actor *a, const char *node, const char *command, const char *why)
{
    _cleanup_free_ char *text = mem_printf("%s# %s: %s", node, command, why);
    a->hooks.say(true, text, a->hooks.ctx);
}

/* Its place is asked for now: others may have come meanwhile. */
static void note_sent(struct actor *a, const char *node, const char *command)
{
    struct err ignored = ERR_INIT;
    int at = lab_find_node(a->lab, node, &ignored);
    if (at >= 0)
        a->hooks.sent((size_t)at, command, a->hooks.ctx);
}

static void note_failed(struct actor *a, const char *node, const char *command, const char *why)
{
    struct err ignored = ERR_INIT;
    int at = lab_find_node(a->lab, node, &ignored);
    say_failed(a, node, command, why);
    if (at >= 0)
        a->hooks.failed((size_t)at, command, why, a->hooks.ctx);
}

static void forget(struct actor *a, const struct deed *deed)
{
    for (size_t i = 0; i < a->deeds; i++)
        if (a->past[i] == deed) {
            deed_let_go(a->past[i]);
            memmove(&a->past[i], &a->past[i + 1], (a->deeds - i - 1) * sizeof *a->past);
            a->deeds--;
            return;
        }
}

static void stop_flap(struct actor *a)
{
    deed_let_go(a->flap);
    a->flap = NULL;
    loop_stop_timer(a->timer);
}

static void give_up(struct actor *a, const struct deed *deed)
{
    if (deed == a->flap)
        stop_flap(a);
    else
        forget(a, deed);
}

static void put_count(size_t count, const char *one, const char *many, struct buf *out)
{
    if (count)
        buf_printf(out, "%s%zu %s", out->len ? ", " : "", count, count == 1 ? one : many);
}

/* "1 address, 2 routes"; those of which `which` says so, or all; "": none. Owned by the caller. */
static char *count_lost(const struct ops *lost, const bool *which)
{
    size_t addrs = 0, routes = 0;
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < lost->count; i++) {
        bool counts = !which || which[i];
        addrs += counts && lost->item[i].kind == OP_ADDR_ADD;
        routes += counts && lost->item[i].kind == OP_ROUTE_ADD;
    }
    put_count(addrs, "address", "addresses", &text);
    put_count(routes, "route", "routes", &text);
    return buf_steal(&text);
}

/* By hand nothing comes back with `ip link set up`; then the action before has what went. */
static char *went_before(const struct actor *a, const struct task *x)
{
    const struct op_link_set *s = &x->op.u.link_set;
    const struct deed *before = NULL;
    for (size_t i = 1; i < a->deeds; i++)
        if (a->past[i] == x->deed)
            before = a->past[i - 1];
    bool is_up = x->op.kind == OP_LINK_SET && (s->fields & OP_SET_UP) && s->want.up;
    bool is_same = before && strcmp(before->node, x->deed->node) == 0 &&
                   strcmp(before->ifname, x->deed->ifname) == 0;
    return is_up && is_same ? count_lost(&before->lost, NULL) : mem_strdup("");
}

static char *words_of(const struct actor *a, const struct task *x)
{
    _cleanup_free_ char *lost = count_lost(&x->deed->lost, x->came);
    _cleanup_free_ char *before = went_before(a, x);
    const char *word = x->kind == TASK_UNDO       ? "taken back"
                       : x->kind == TASK_END_FLAP ? "the flap is over"
                       : x->deed == a->flap       ? "up again in a second"
                                                  : "U takes it back";
    if (x->kind == TASK_DO && *before)
        return mem_printf("U takes it back; U twice brings back %s", before);
    if (!*lost)
        return mem_strdup(word);
    return mem_printf("%s, with %s%s", word, lost, x->kind == TASK_DO ? " that went along" : "");
}

static void say_what_came(struct actor *a, const struct task *x, const char *command)
{
    _cleanup_free_ char *more = words_of(a, x);
    say_done(a, x->deed->node, command, more);
}

static void note_what_came(struct actor *a, const struct task *x)
{
    const struct ops *lost = &x->deed->lost;
    for (size_t i = 0; x->came && i < lost->count; i++)
        if (x->came[i]) {
            _cleanup_free_ char *command = command_of(x->deed->node, &lost->item[i]);
            note_sent(a, x->deed->node, command);
        }
    if (x->e.num) {
        _cleanup_free_ char *command = command_of(x->deed->node, &x->failed);
        note_failed(a, x->deed->node, command, x->e.text);
    }
}

static void done(struct worker_job *job)
{
    struct task *x = (struct task *)job;
    struct actor *a = x->actor;
    bool flaps = x->kind == TASK_DO && x->deed == a->flap;
    _cleanup_free_ char *command = command_of(x->deed->node, &x->op);
    if (!worker_is_busy(a->worker))
        loop_stop_timer(a->slow);
    if (x->result < 0) {
        note_failed(a, x->deed->node, command, x->e.text);
        give_up(a, x->deed);
    } else {
        say_what_came(a, x, command);
        a->hooks.done(a->hooks.ctx);
        note_what_came(a, x);
        if (flaps)
            loop_set_timer(a->timer, clock_mono_ns() + ACTOR_FLAP_MS * CLOCK_NS_PER_MS, 0);
    }
    drop(job);
}

/* --- links ------------------------------------------------------------------------------------ */

static void on_slow(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct actor *a = ctx;
    a->hooks.say(false, a->waiting, a->hooks.ctx);
}

static void expect(struct actor *a, const char *node, const char *command)
{
    free(a->waiting);
    a->waiting = mem_printf("%s# %s   (the kernel is busy with something else)", node, command);
    loop_set_timer(a->slow, clock_mono_ns() + SLOW_NS, 0);
}

/* Whether it can be begun: that there is no such node is said at once. */
static bool post(struct actor *a, struct deed *deed, enum task_kind kind, const struct op *op)
{
    struct err e = ERR_INIT;
    _cleanup_free_ char *command = command_of(deed->node, op);
    int at = lab_find_node(a->lab, deed->node, &e);
    if (at < 0) {
        say_failed(a, deed->node, command, e.text);
        return false;
    }
    struct task *x = mem_zalloc(1, sizeof *x);
    struct lab one = *a->lab; /* borrows what it holds */
    one.node = &one.node[at];
    one.nodes = 1;
    *x = (struct task){.job = {.run = run, .done = done, .drop = drop},
                       .actor = a,
                       .kind = kind,
                       .deed = deed_hold(deed),
                       .op = *op,
                       .e = ERR_INIT};
    lab_copy(&one, &x->lab);
    a->hooks.sent((size_t)at, command, a->hooks.ctx); /* what follows from it comes after it */
    worker_post(a->worker, &x->job);
    expect(a, deed->node, command);
    return true;
}

static struct op link_set(const struct snap_if *i, unsigned fields, bool up, uint32_t mtu)
{
    return (struct op){.kind = OP_LINK_SET,
                       .u.link_set = {.ifname = i->name,
                                      .ifindex = i->index,
                                      .fields = fields,
                                      .want = {.up = up, .mtu = mtu},
                                      .before = {.up = i->flags & IFF_UP, .mtu = i->mtu}}};
}

static struct op build(const struct snap_if *i, enum actor_what what, uint32_t value)
{
    bool is_cut = strcmp(i->qdisc, OP_QDISC_BLACKHOLE) == 0;
    if (what == ACTOR_CUT)
        return (struct op){.kind = is_cut ? OP_QDISC_DEL : OP_QDISC_ADD,
                           .u.qdisc = {i->name, i->index, OP_QDISC_BLACKHOLE}};
    if (what == ACTOR_MTU)
        return link_set(i, OP_SET_MTU, false, value);
    return link_set(i, OP_SET_UP, what == ACTOR_UP, 0);
}

/* Up, even where it was down before: that is what a flap ends with. */
static void end_flap(struct actor *a)
{
    if (!a->flap)
        return;
    struct op up = a->flap->op;
    up.u.link_set.want.up = true;
    up.u.link_set.before.up = false;
    post(a, a->flap, TASK_END_FLAP, &up);
    stop_flap(a);
}

static void on_time(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    end_flap(ctx);
}

void actor_link(struct actor *a, const struct view_data *d, size_t node, uint32_t ifindex,
                enum actor_what what, uint32_t value)
{
    const struct snap_node *n = &d->snap->node[node];
    const struct snap_if *i = snap_if_by_index(n, ifindex);
    bool flaps = what == ACTOR_FLAP;
    if (!i)
        return;
    if (flaps)
        end_flap(a);
    const struct op op = build(i, flaps ? ACTOR_DOWN : what, value);
    if (a->deeds == ACTOR_HISTORY)
        forget(a, a->past[0]);
    struct deed *deed = deed_new(n->name, &op);
    if (flaps) /* before it is posted: without a thread it is done at once */
        a->flap = deed_hold(deed);
    else
        a->past[a->deeds++] = deed_hold(deed);
    if (!post(a, deed, TASK_DO, &deed->op))
        give_up(a, deed);
    deed_let_go(deed);
}

void actor_undo(struct actor *a)
{
    struct op back;
    if (a->flap) {
        end_flap(a);
        return;
    }
    if (a->deeds == 0) {
        a->hooks.say(true, "nothing was done here that could be taken back", a->hooks.ctx);
        return;
    }
    struct deed *x = a->past[--a->deeds];
    if (op_invert(&x->op, &back))
        post(a, x, TASK_UNDO, &back);
    deed_let_go(x);
}

int64_t actor_latest_ns(const struct actor *a)
{
    if (a->flap)
        return INT64_MAX;
    return a->deeds ? a->past[a->deeds - 1]->at_ns : -1;
}

/* --- processes -------------------------------------------------------------------------------- */

static const char *word_of(const struct resident *r)
{
    return r->title[0] ? r->title : "?";
}

/* That something has ended is said by the sentence alone. */
static void say_gone(struct actor *a, struct err *e)
{
    if (e->num == ESRCH)
        err_drop_number(e);
    a->hooks.say(true, e->text, a->hooks.ctx);
}

static bool list(struct actor *a, const struct view_data *d, size_t node, struct residents *r)
{
    struct err e = ERR_INIT;
    int at = lab_find_node(a->lab, d->snap->node[node].name, &e);
    if (at >= 0 && residents_list(a->lab, (size_t)at, r, &e) == 0)
        return true;
    say_gone(a, &e);
    return false;
}

/* "37 sleep" */
static void put_resident(const struct resident *r, struct buf *out)
{
    const char *word = word_of(r), *slash = strrchr(word, '/');
    buf_printf(out, "%s%d ", out->len ? ", " : "", (int)r->inside);
    word = slash && !r->first ? slash + 1 : word;
    text_clean(out, word, strlen(word));
}

char *actor_processes(struct actor *a, const struct view_data *d, size_t node)
{
    struct residents r = {0};
    struct buf text = BUF_INIT;
    if (!list(a, d, node, &r))
        return NULL;
    for (size_t i = r.count; i-- > 0;) /* the newest first: it is the likeliest */
        put_resident(&r.item[i], &text);
    residents_fini(&r);
    return buf_steal(&text);
}

static bool is_number(const char *s)
{
    return *s && s[strspn(s, "0123456789")] == '\0';
}

/* The number as the node counts. One that is too large is none, and never another. */
static bool has_number(const struct resident *r, const char *which)
{
    return r->inside > 0 && strtoul(which, NULL, 10) == (unsigned long)r->inside;
}

/* By its whole name, with its directories or without; or, if not `whole`, by how that begins. */
static bool is_called(const struct resident *r, const char *which, bool whole)
{
    const char *word = word_of(r), *slash = strrchr(word, '/');
    size_t len = strlen(which) + whole; /* the end too */
    return !r->first &&
           (strncmp(word, which, len) == 0 || (slash && strncmp(slash + 1, which, len) == 0));
}

/* SIGKILL is sent without a question: what is not named wholly is not meant. */
static void say_others(struct actor *a, const struct residents *r, const char *which, bool whole)
{
    struct buf others = BUF_INIT;
    for (size_t i = 0; i < r->count; i++)
        if (!is_number(which) && is_called(&r->item[i], which, whole))
            put_resident(&r->item[i], &others);
    _cleanup_free_ char *clean = text_clean_dup(which);
    _cleanup_free_ char *text =
        !others.len ? mem_strdup("there is no such process in this node")
        : whole ? mem_printf("several are called %s, say the number: %s", clean, buf_str(&others))
                : mem_printf("\"%s\" is not the whole name of: %s", clean, buf_str(&others));
    a->hooks.say(true, text, a->hooks.ctx);
    buf_fini(&others);
}

/* NULL where none or more than one is meant, which is said. */
static const struct resident *find(struct actor *a, const struct residents *r, const char *which)
{
    const struct resident *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct resident *x = &r->item[i];
        if (is_number(which) ? has_number(x, which) : is_called(x, which, true)) {
            found = x;
            count++;
        }
    }
    if (count == 1)
        return found;
    say_others(a, r, which, count > 1);
    return NULL;
}

/* As an operation it is the command that a person would type in the node. */
static char *kill_command(const char *node, const struct resident *x)
{
    char number[16], kill[] = "kill", signal[] = "-KILL", *argv[] = {kill, signal, number, NULL};
    const struct topo_exec exec = {.argv = argv};
    const struct op op = {.kind = OP_EXEC, .u.exec = &exec};
    snprintf(number, sizeof number, "%d", (int)x->inside);
    return command_of(node, &op);
}

bool actor_kill(struct actor *a, const struct view_data *d, size_t node, const char *which,
                bool sure)
{
    const char *name = d->snap->node[node].name;
    struct residents r = {0};
    struct err e = ERR_INIT;
    which += strspn(which, " ");
    _cleanup_free_ char *word = mem_strdup(which);
    word[strcspn(word, " ")] = '\0';
    if (!*word || !list(a, d, node, &r))
        return true;
    const struct resident *x = find(a, &r, word);
    bool asks = x && x->first && !sure;
    if (asks)
        x = NULL;
    if (x && resident_kill(x, &e) < 0) {
        say_gone(a, &e);
    } else if (x) {
        _cleanup_free_ char *command = kill_command(name, x);
        say_done(a, name, command,
                 x->first ? "it was the node's first: the node has ended; apply brings it back"
                          : "a process cannot be brought back");
        a->hooks.sent(node, command, a->hooks.ctx);
        a->hooks.done(a->hooks.ctx);
    }
    residents_fini(&r);
    return !asks;
}

/* --- beginning and end ------------------------------------------------------------------------ */

int actor_new(struct loop *loop, const struct lab *lab, const struct actor_hooks *hooks,
              struct actor **out, struct err *e)
{
    struct actor *a = mem_zalloc(1, sizeof *a);
    *a = (struct actor){.lab = lab, .hooks = *hooks};
    if (worker_new(loop, &a->worker, e) == 0)
        a->timer = loop_add_timer(loop, INT64_MAX, 0, on_time, a, e);
    if (a->timer)
        a->slow = loop_add_timer(loop, INT64_MAX, 0, on_slow, a, e);
    if (!a->slow) {
        loop_remove(a->timer);
        worker_free(a->worker, NULL, NULL);
        free(a);
        return -e->num;
    }
    loop_stop_timer(a->timer);
    loop_stop_timer(a->slow);
    *out = a;
    return 0;
}

void actor_free(struct actor *a)
{
    if (!a)
        return;
    worker_finish(a->worker);
    end_flap(a);
    worker_finish(a->worker);
    worker_free(a->worker, NULL, NULL);
    loop_remove(a->timer);
    loop_remove(a->slow);
    free(a->waiting);
    while (a->deeds)
        deed_let_go(a->past[--a->deeds]);
    free(a);
}
