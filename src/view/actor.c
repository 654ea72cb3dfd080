/* SPDX-License-Identifier: BSD-2-Clause */
/* actor: see the header.
 *
 * The history keeps names, not indexes: a node may come and go meanwhile, and an operation borrows
 * the name of its interface from a snapshot that changes. */
#include "view/actor.h"

#include "apply/act.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "kernel/residents.h"
#include "loop/worker.h"
#include "teach/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Before that nobody notices that he waits. */
#define SLOW_NS (300 * CLOCK_NS_PER_MS)

struct deed {
    uint64_t number; /* 1, 2, ...; 0: not to be taken back */
    char *node;      /* owned */
    char ifname[IFNAMSIZ];
    struct op op; /* its names are the two above */
};

struct actor {
    const struct lab *lab;
    struct actor_hooks hooks;
    struct deed past[ACTOR_HISTORY]; /* the oldest first */
    size_t deeds;
    uint64_t numbers;
    struct worker *worker;
    struct loop_source *timer, *slow; /* slow: what was begun is not done yet */
    char *waiting;                    /* owned; what that is, for the bottom line */
    struct deed up_again;             /* of a flap; node NULL: none */
};

/* An operation under way. */
struct doing {
    struct worker_job job;
    struct actor *actor; /* for done() */
    struct lab lab;      /* owned; of one node */
    size_t node;         /* in the actor's lab */
    struct deed deed;
    const char *more; /* what is said behind it */
    bool flaps;       /* it is the beginning of a flap */
    struct err e;
    int result;
};

static void deed_fini(struct deed *x)
{
    mem_free_charp(&x->node);
}

static void own_names(struct deed *x)
{
    if (x->op.kind == OP_LINK_SET)
        x->op.u.link_set.ifname = x->ifname;
    else
        x->op.u.qdisc.ifname = x->ifname;
}

static void deed_copy(struct deed *to, const char *node, const char *ifname, const struct op *op)
{
    *to = (struct deed){.node = mem_strdup(node), .op = *op};
    snprintf(to->ifname, sizeof to->ifname, "%s", ifname);
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

/* --- doing ------------------------------------------------------------------------------------ */

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

static void end_flap(struct actor *a);

static void begin_flap(struct actor *a, const struct deed *down)
{
    end_flap(a);
    deed_copy(&a->up_again, down->node, down->ifname, &down->op);
    a->up_again.op.u.link_set.want.up = true;
    a->up_again.op.u.link_set.before.up = false;
    loop_set_timer(a->timer, clock_mono_ns() + ACTOR_FLAP_MS * CLOCK_NS_PER_MS, 0);
}

static void forget(struct actor *a, uint64_t number)
{
    for (size_t i = 0; i < a->deeds; i++)
        if (a->past[i].number == number) {
            deed_fini(&a->past[i]);
            memmove(&a->past[i], &a->past[i + 1], (a->deeds - i - 1) * sizeof *a->past);
            a->deeds--;
            return;
        }
}

static void run(struct worker_job *job)
{
    struct doing *x = (struct doing *)job;
    x->result = act_do(&x->lab, 0, &x->deed.op, &x->e);
}

static void drop(struct worker_job *job)
{
    struct doing *x = (struct doing *)job;
    deed_fini(&x->deed);
    lab_fini(&x->lab);
    free(x);
}

static void done(struct worker_job *job)
{
    struct doing *x = (struct doing *)job;
    struct actor *a = x->actor;
    _cleanup_free_ char *command = command_of(x->deed.node, &x->deed.op);
    if (!worker_is_busy(a->worker))
        loop_stop_timer(a->slow);
    if (x->result < 0) {
        say_failed(a, x->deed.node, command, x->e.text);
        forget(a, x->deed.number);
    } else {
        say_done(a, x->deed.node, command, x->more);
        a->hooks.done(x->node, command, a->hooks.ctx);
        if (x->flaps)
            begin_flap(a, &x->deed);
    }
    drop(job);
}

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
static bool carry_out(struct actor *a, const struct deed *deed, const char *more, bool flaps)
{
    struct err e = ERR_INIT;
    _cleanup_free_ char *command = command_of(deed->node, &deed->op);
    int at = lab_find_node(a->lab, deed->node, &e);
    if (at < 0) {
        say_failed(a, deed->node, command, e.text);
        return false;
    }
    struct doing *x = mem_zalloc(1, sizeof *x);
    struct lab one = *a->lab; /* borrows what it holds */
    one.node = &one.node[at];
    one.nodes = 1;
    *x = (struct doing){.job = {.run = run, .done = done, .drop = drop},
                        .actor = a,
                        .node = (size_t)at,
                        .more = more,
                        .flaps = flaps,
                        .e = ERR_INIT};
    lab_copy(&one, &x->lab);
    deed_copy(&x->deed, deed->node, deed->ifname, &deed->op);
    x->deed.number = deed->number;
    own_names(&x->deed);
    worker_post(a->worker, &x->job);
    expect(a, deed->node, command);
    return true;
}

static void remember(struct actor *a, const struct deed *deed)
{
    if (a->deeds == ACTOR_HISTORY)
        forget(a, a->past[0].number);
    deed_copy(&a->past[a->deeds], deed->node, deed->ifname, &deed->op);
    a->past[a->deeds++].number = deed->number;
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

static void end_flap(struct actor *a)
{
    struct deed up = a->up_again;
    a->up_again = (struct deed){0};
    if (!up.node)
        return;
    own_names(&up);
    carry_out(a, &up, "the flap is over", false);
    deed_fini(&up);
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
    const struct op op = build(i, flaps ? ACTOR_DOWN : what, value);
    struct deed deed;
    deed_copy(&deed, n->name, i->name, &op);
    own_names(&deed);
    if (flaps) {
        end_flap(a);
        carry_out(a, &deed, "up again in a second", true);
    } else {
        deed.number = ++a->numbers;
        if (carry_out(a, &deed, "U takes it back", false))
            remember(a, &deed);
    }
    deed_fini(&deed);
}

void actor_undo(struct actor *a)
{
    struct deed back;
    end_flap(a);
    if (a->deeds == 0) {
        a->hooks.say(true, "nothing was done here that could be taken back", a->hooks.ctx);
        return;
    }
    struct deed *x = &a->past[--a->deeds];
    own_names(x);
    back = *x;
    back.number = 0;
    if (op_invert(&x->op, &back.op))
        carry_out(a, &back, "taken back", false);
    deed_fini(x);
}

/* --- processes -------------------------------------------------------------------------------- */

static const char *word_of(const struct resident *r)
{
    return r->title[0] ? r->title : "?";
}

static bool list(struct actor *a, const struct view_data *d, size_t node, struct residents *r)
{
    struct err e = ERR_INIT;
    int at = lab_find_node(a->lab, d->snap->node[node].name, &e);
    if (at >= 0 && residents_list(a->lab, (size_t)at, r, &e) == 0)
        return true;
    a->hooks.say(true, e.text, a->hooks.ctx);
    return false;
}

char *actor_processes(struct actor *a, const struct view_data *d, size_t node)
{
    struct residents r = {0};
    struct buf text = BUF_INIT;
    if (!list(a, d, node, &r))
        return NULL;
    for (size_t i = r.count; i-- > 0;) { /* the newest first: it is the likeliest */
        const char *word = word_of(&r.item[i]), *slash = strrchr(word, '/');
        buf_printf(&text, "%s%d ", text.len ? ", " : "", (int)r.item[i].inside);
        word = slash && !r.item[i].first ? slash + 1 : word;
        text_clean(&text, word, strlen(word));
    }
    residents_fini(&r);
    return buf_steal(&text);
}

static bool is_number(const char *s)
{
    return *s && s[strspn(s, "0123456789")] == '\0';
}

static bool is_called(const struct resident *r, const char *which)
{
    const char *word = word_of(r), *slash = strrchr(word, '/');
    size_t len = strlen(which);
    return strncmp(word, which, len) == 0 || (slash && strncmp(slash + 1, which, len) == 0);
}

/* NULL where none or more than one is meant, which is said. */
static const struct resident *find(struct actor *a, const struct residents *r, const char *which)
{
    const struct resident *found = NULL;
    for (size_t i = 0; i < r->count; i++) {
        bool is = is_number(which) ? r->item[i].inside == atoi(which)
                                   : !r->item[i].first && is_called(&r->item[i], which);
        if (is && found) {
            a->hooks.say(true, "more than one process is called so: say its number", a->hooks.ctx);
            return NULL;
        }
        found = is ? &r->item[i] : found;
    }
    if (!found)
        a->hooks.say(true, "there is no such process in this node", a->hooks.ctx);
    return found;
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

void actor_kill(struct actor *a, const struct view_data *d, size_t node, const char *which)
{
    const char *name = d->snap->node[node].name;
    struct residents r = {0};
    struct err e = ERR_INIT;
    which += strspn(which, " ");
    _cleanup_free_ char *word = mem_strdup(which);
    word[strcspn(word, " ")] = '\0';
    if (!*word || !list(a, d, node, &r))
        return;
    const struct resident *x = find(a, &r, word);
    if (x && resident_kill(x, &e) < 0) {
        a->hooks.say(true, e.text, a->hooks.ctx);
    } else if (x) {
        _cleanup_free_ char *command = kill_command(name, x);
        say_done(a, name, command,
                 x->first ? "it was the node's first: the node has ended; apply brings it back"
                          : "a process cannot be brought back");
        a->hooks.done(node, command, a->hooks.ctx);
    }
    residents_fini(&r);
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
        deed_fini(&a->past[--a->deeds]);
    free(a);
}
