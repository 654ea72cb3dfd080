/* SPDX-License-Identifier: BSD-2-Clause */
/* deeds: see the header. Wishes of the ui come in; what is done to links and processes goes on to
 * view/actor, to pings to the session. Which keys make the wishes is view/doing's. */
#include "view/deeds.h"

#include "base/clock.h"
#include "base/mem.h"
#include "view/actor.h"
#include "view/eventlog.h"

#include <stdlib.h>
#include <string.h>

/* Into the log, before what follows from it. */
static void on_sent(size_t node, const char *command, void *ctx)
{
    struct deeds *d = ctx;
    const char *name = session_data(d->session)->snap->node[node].name;
    eventlog_note(d->log, clock_mono_ns(), clock_real_ns(), (int)node, name, command);
    logfile_note(d->file, name, command, NULL);
}

static void on_failed(size_t node, const char *command, const char *why, void *ctx)
{
    struct deeds *d = ctx;
    const char *name = session_data(d->session)->snap->node[node].name;
    _cleanup_free_ char *text = mem_printf("%s failed: %s", command, why);
    eventlog_note(d->log, clock_mono_ns(), clock_real_ns(), (int)node, name, text);
    logfile_note(d->file, name, command, why);
}

static void on_done(void *ctx)
{
    struct deeds *d = ctx;
    d->ui->touched = true;
}

static void say(bool bad, const char *text, void *ctx)
{
    struct deeds *d = ctx;
    ui_say(d->ui, session_data(d->session), bad, text);
    d->said(d->ctx);
}

static void act(struct deeds *d, enum actor_what what, uint32_t value)
{
    const struct view_data *data = session_data(d->session);
    const struct snap_if *link = ui_link(d->ui, data);
    if (link)
        actor_link(d->actor, data, ui_node(d->ui, data), link->index, what, value);
}

static void ask_process(struct deeds *d)
{
    const struct view_data *data = session_data(d->session);
    size_t node = ui_node(d->ui, data);
    _cleanup_free_ char *list = actor_processes(d->actor, data, node);
    if (!list)
        return;
    _cleanup_free_ char *title =
        mem_printf("kill (%.*s%s): ", 100, list, strlen(list) > 100 ? "..." : "");
    ui_ask_with(d->ui, PROMPT_KILL, title, "");
}

static void kill_process(struct deeds *d, size_t node, const char *which)
{
    const struct view_data *data = session_data(d->session);
    const char *name = data->snap->node[node].name;
    if (actor_kill(d->actor, data, node, which, false))
        return;
    free(d->kill_node);
    free(d->kill_which);
    d->kill_node = mem_strdup(name);
    d->kill_which = mem_strdup(which);
    _cleanup_free_ char *text = mem_printf(
        "kill the first process of %s? the node ends with it: y yes, other keys no", name);
    ui_ask_yes(d->ui, QUESTION_KILL, text);
}

static void kill_surely(struct deeds *d)
{
    const struct view_data *data = session_data(d->session);
    int node = d->kill_node ? snap_find_node(data->snap, d->kill_node) : -1;
    if (node >= 0)
        actor_kill(d->actor, data, (size_t)node, d->kill_which, true);
}

/* --- pings ------------------------------------------------------------------------------------ */

static void remember_ping(struct deeds *d, size_t node, const struct ip_addr *addr, bool removed)
{
    const struct view_data *data = session_data(d->session);
    mem_grow(&d->ping, &d->ping_room, d->pings, sizeof *d->ping);
    d->ping[d->pings++] = (struct deeds_ping){.at_ns = clock_mono_ns(),
                                              .node = mem_strdup(data->snap->node[node].name),
                                              .addr = *addr,
                                              .removed = removed};
}

/* "b", or its address where it is no node's. */
static const char *target_of(const struct view_ping *p, char text[IP_TEXT_MAX])
{
    return p->target[0] ? p->target : ip_addr_format(&p->addr, text);
}

static void remove_one(struct deeds *d, size_t node, size_t at, const char *more)
{
    const struct view_data *data = session_data(d->session);
    char text[IP_TEXT_MAX];
    _cleanup_free_ char *said =
        mem_printf("%s pings %s no more   (%s)", data->snap->node[node].name,
                   target_of(&data->node[node].ping[at], text), more);
    session_remove_ping(d->session, node, at);
    say(false, said, d);
}

/* True if there was nothing to be done any more, which is said. */
static bool undo_ping(struct deeds *d, const struct deeds_ping *p)
{
    const struct view_data *data = session_data(d->session);
    struct err e = ERR_INIT;
    char text[IP_TEXT_MAX];
    size_t at = 0;
    int node = snap_find_node(data->snap, p->node);
    if (node < 0)
        return false;
    if (p->removed &&
        session_add_ping(d->session, (size_t)node, ip_addr_format(&p->addr, text), &at, &e) < 0) {
        err_drop_number(&e);
        say(true, e.text, d);
        return true;
    }
    const struct view_node *n = &data->node[node];
    while (!p->removed && at < n->pings && ip_addr_cmp(&n->ping[at].addr, &p->addr) != 0)
        at++;
    if (at >= n->pings)
        return false;
    if (!p->removed) {
        remove_one(d, (size_t)node, at, "taken back");
        return true;
    }
    _cleanup_free_ char *said =
        mem_printf("%s pings %s again   (taken back)", p->node, target_of(&n->ping[at], text));
    say(false, said, d);
    return true;
}

/* What was done last, on links or to pings. */
static void undo(struct deeds *d)
{
    while (d->pings && d->ping[d->pings - 1].at_ns > actor_latest_ns(d->actor)) {
        struct deeds_ping p = d->ping[--d->pings];
        bool done = undo_ping(d, &p);
        free(p.node);
        if (done)
            return;
    }
    actor_undo(d->actor);
}

static void add_ping(struct deeds *d, size_t from, const char *target)
{
    struct err e = ERR_INIT;
    size_t at;
    if (session_add_ping(d->session, from, target, &at, &e) < 0) {
        err_drop_number(&e);
        say(true, e.text, d);
        return;
    }
    const struct view_data *data = session_data(d->session);
    _cleanup_free_ char *text =
        mem_printf("%s pings %s now   (U takes it back)", data->snap->node[from].name, target);
    remember_ping(d, from, &data->node[from].ping[at].addr, false);
    d->ui->node = from;
    d->ui->ping = at + 1;
    say(false, text, d);
}

/* "TARGET", from the node that was focused, or "FROM TARGET". */
static void answer_ping(struct deeds *d, char *text)
{
    const struct view_data *data = session_data(d->session);
    char *rest = NULL, *first = strtok_r(text, " ", &rest), *second = strtok_r(NULL, " ", &rest);
    int from = (int)ui_node(d->ui, data);
    if (second)
        from = snap_find_node(data->snap, first);
    if (first && from < 0)
        say(true, "the first of two words is the node that pings: there is none of that name", d);
    else if (first)
        add_ping(d, (size_t)from, second ? second : first);
}

static void answer_mtu(struct deeds *d, const char *text)
{
    char *end = NULL;
    unsigned long mtu = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end && mtu >= TOPO_MTU_MIN && mtu <= TOPO_MTU_MAX) {
        act(d, ACTOR_MTU, (uint32_t)mtu);
        return;
    }
    _cleanup_free_ char *sentence = mem_printf("an MTU is a number from %d to %d, not \"%s\"",
                                               TOPO_MTU_MIN, TOPO_MTU_MAX, text);
    say(true, sentence, d);
}

/* False: the prompt is not about something to do to the lab. */
static bool answer(struct deeds *d)
{
    const struct view_data *data = session_data(d->session);
    _cleanup_free_ char *text = mem_strdup(d->ui->prompt.text);
    switch (d->ui->prompt.kind) {
    case PROMPT_PING:
        answer_ping(d, text);
        return true;
    case PROMPT_MTU:
        answer_mtu(d, text);
        return true;
    case PROMPT_KILL:
        kill_process(d, ui_node(d->ui, data), text);
        return true;
    default:
        return false;
    }
}

static void remove_ping(struct deeds *d)
{
    const struct view_data *data = session_data(d->session);
    size_t node = ui_node(d->ui, data), at = ui_ping(d->ui, data);
    if (!at)
        return;
    remember_ping(d, node, &data->node[node].ping[at - 1].addr, true);
    remove_one(d, node, at - 1, "U takes it back");
}

static void ping_from(struct deeds *d)
{
    const struct view_data *data = session_data(d->session);
    size_t from = d->ui->ping_from - 1;
    const char *target = data->snap->node[ui_node(d->ui, data)].name;
    d->ui->ping_from = 0;
    add_ping(d, from, target);
}

bool deeds_grant(struct deeds *d, enum ui_wish wish)
{
    static const enum actor_what acts[WISH_COUNT] = {[WISH_LINK_UP] = ACTOR_UP,
                                                     [WISH_LINK_DOWN] = ACTOR_DOWN,
                                                     [WISH_FLAP] = ACTOR_FLAP,
                                                     [WISH_CUT] = ACTOR_CUT};
    switch (wish) {
    case WISH_LINK_UP:
    case WISH_LINK_DOWN:
    case WISH_FLAP:
    case WISH_CUT:
        act(d, acts[wish], 0);
        return true;
    case WISH_KILL:
        ask_process(d);
        return true;
    case WISH_UNDO:
        undo(d);
        return true;
    case WISH_KILL_SURE:
        kill_surely(d);
        return true;
    case WISH_PING:
        ping_from(d);
        return true;
    case WISH_UNPING:
        remove_ping(d);
        return true;
    case WISH_PROMPT:
        return answer(d);
    default:
        return false;
    }
}

int deeds_start(struct deeds *d, struct loop *loop, const struct lab *lab, struct err *e)
{
    const struct actor_hooks hooks = {
        .say = say, .sent = on_sent, .done = on_done, .failed = on_failed, .ctx = d};
    return actor_new(loop, lab, &hooks, &d->actor, e);
}

void deeds_end(struct deeds *d)
{
    actor_free(d->actor);
    d->actor = NULL;
    while (d->pings)
        free(d->ping[--d->pings].node);
    free(d->ping);
    free(d->kill_node);
    free(d->kill_which);
}
