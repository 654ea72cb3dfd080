/* SPDX-License-Identifier: BSD-2-Clause */
/* session: see the header.
 *
 * A ping of the view outlives the probe behind it: another interval means another probe, whose
 * requests are counted from 1 again. `base` is what its numbers are short of ours. */
#include "view/session.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "live/probe.h"
#include "view/labpids.h"
#include "view/pings.h"
#include "view/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A first answer that took as long has waited for address, carrier or neighbour: it says nothing of
 * the way, and what was sent before it came neither. */
#define WAITED_NS (CLOCK_NS_PER_S / 2)
/* An address that comes is pinged when its companions have come too. */
#define SETTLE_NS (200 * CLOCK_NS_PER_MS)
/* So many pings may start at once; more are spread over the interval. */
#define BURST_MAX  32
#define TIMEOUT_NS CLOCK_NS_PER_S
/* A process has no name at first, by which it is a node: so often it is looked for. */
#define LOOKS 3

struct slot {
    struct session *session;
    size_t node, ping; /* in the data */
    struct probe *probe;
    uint64_t base;
    bool answered; /* once, by this probe */
};

struct session {
    struct loop *loop;
    struct lab *lab;
    const struct topo *topo;
    struct session_hooks hooks;
    uint64_t children;      /* lab_children() when it was looked last */
    int looks;              /* to come, though it be the same */
    uint64_t seq, seq_base; /* of the last event; of the last one before the lab was read anew */
    struct view_data data;
    struct watch *watch;
    struct prober *prober;
    struct loop_source *sample, *settle;
    struct slot **slot; /* owned, each one too */
    size_t slots, slot_room;
    size_t running;             /* slots [0, running) have been started */
    struct pings_one *unwanted; /* owned; what the user took away */
    size_t unwanteds, unwanted_room;
    struct tables *tables;
};

static struct view_ping *ping_of(const struct slot *x)
{
    return &x->session->data.node[x->node].ping[x->ping];
}

void session_want_tables(struct session *s, const struct nodes_list *nodes)
{
    if (s->tables)
        tables_want(s->tables, nodes);
}

void session_read_tables(struct session *s, const struct nodes_list *nodes)
{
    tables_read(s->tables, nodes);
}

/* --- what comes in ---------------------------------------------------------------------------- */

static void on_probe(const struct probe_event *ev, void *ctx)
{
    struct slot *x = ctx;
    struct session *s = x->session;
    struct view_ping *p = ping_of(x);
    uint64_t seq = x->base + ev->seq;
    bool decided = true;
    if (seq > p->seq && (ev->what == PROBE_EV_SENT || ev->what == PROBE_EV_SEND_FAILED))
        view_ping_sent(p, seq);
    bool first = ev->what == PROBE_EV_REPLY && !x->answered && p->received == 0;
    x->answered |= ev->what == PROBE_EV_REPLY;
    if (first && ev->rtt_ns > WAITED_NS)
        view_ping_reset(p);
    else if (ev->what == PROBE_EV_REPLY)
        view_ping_answered(p, seq, ev->rtt_ns);
    else if (ev->what == PROBE_EV_LOST)
        view_ping_lost(p, seq);
    else if (ev->what == PROBE_EV_ERROR || ev->what == PROBE_EV_SEND_FAILED)
        view_ping_failed(p, seq, ev->words);
    else
        decided = false;
    if (decided && s->hooks.ping)
        s->hooks.ping(x->node, x->ping, seq, s->hooks.ctx);
}

static void on_watch(const struct watch_event *ev, void *ctx)
{
    struct session *s = ctx;
    if (ev->what == WATCH_STATS && s->data.node)
        view_data_sample(&s->data, (size_t)ev->node, ev->at_ns);
    if (ev->what == WATCH_LAB_GONE)
        s->data.gone = true;
    if (s->settle && (ev->what == WATCH_ADDR_ADDED || ev->what == WATCH_ADDR_REMOVED ||
                      ev->what == WATCH_LINK_REMOVED || ev->what == WATCH_NODE_GONE))
        loop_set_timer(s->settle, ev->at_ns + SETTLE_NS, 0);
    if (ev->node >= 0 && s->tables && ev->what != WATCH_STATS)
        tables_touch(s->tables, (size_t)ev->node);
    if (!s->hooks.event)
        return;
    struct watch_event own = *ev;
    own.seq += ev->what == WATCH_STATS ? 0 : s->seq_base;
    s->seq = own.seq > s->seq ? own.seq : s->seq;
    s->hooks.event(&own, s->hooks.ctx);
}

static void look_again(struct session *s);

static void on_sample(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct session *s = ctx;
    if (s->data.gone)
        return;
    look_again(s);
    if (s->hooks.sample)
        s->hooks.sample(s->hooks.ctx);
}

/* --- pings ------------------------------------------------------------------------------------ */

static bool is_known(const struct session *s, const struct pings_one *p, size_t *at)
{
    const struct view_node *n = &s->data.node[p->from];
    for (*at = 0; *at < n->pings; ++*at)
        if (ip_addr_cmp(&n->ping[*at].addr, &p->to) == 0)
            return true;
    return false;
}

static bool is_unwanted(const struct session *s, const struct pings_one *p)
{
    for (size_t i = 0; i < s->unwanteds; i++)
        if (s->unwanted[i].from == p->from && ip_addr_cmp(&s->unwanted[i].to, &p->to) == 0)
            return true;
    return false;
}

static void new_slot(struct session *s, size_t node, size_t ping)
{
    struct slot *x = mem_zalloc(1, sizeof *x);
    *x = (struct slot){.session = s, .node = node, .ping = ping};
    mem_grow(&s->slot, &s->slot_room, s->slots, sizeof *s->slot);
    s->slot[s->slots++] = x;
}

static void add_slot(const struct pings_one *p, void *ctx)
{
    struct session *s = ctx;
    size_t at;
    if (is_known(s, p, &at) || is_unwanted(s, p))
        return;
    const char *target = p->to_node >= 0 ? s->data.snap->node[p->to_node].name : NULL;
    view_data_add_ping(&s->data, p->from, target, &p->to);
    new_slot(s, p->from, s->data.node[p->from].pings - 1);
}

static void start_probe(struct session *s, size_t at)
{
    struct slot *x = s->slot[at];
    const struct view_ping *p = ping_of(x);
    struct err e = ERR_INIT;
    int64_t spread_ns = s->slots > BURST_MAX ? s->data.interval_ns / (int64_t)s->slots : 0;
    struct probe_options o = {.node = x->node,
                              .to = p->addr,
                              .first_ns = spread_ns * (int64_t)at,
                              .interval_ns = s->data.interval_ns,
                              .timeout_ns = TIMEOUT_NS,
                              .payload = PROBE_PAYLOAD,
                              .fn = on_probe,
                              .ctx = x};
    x->base = p->seq;
    x->answered = false;
    if (p->resting || s->data.snap->node[x->node].gone) /* it begins again when the node does */
        return;
    if (probe_start(s->prober, &o, &x->probe, &e) < 0) {
        view_ping_sent(ping_of(x), x->base + 1);
        view_ping_failed(ping_of(x), x->base + 1, e.text);
    }
}

/* A ping of a node's address rests while that or its own is gone. */
static bool is_to_rest(const struct session *s, size_t node, const struct view_ping *p)
{
    return *p->target && !pings_can(s->data.snap, node, &p->addr);
}

static void rest_or_go_on(struct session *s)
{
    for (size_t i = 0; i < s->running; i++) {
        struct slot *x = s->slot[i];
        struct view_ping *p = ping_of(x);
        bool rests = is_to_rest(s, x->node, p);
        if (rests == p->resting)
            continue;
        probe_stop(x->probe);
        x->probe = NULL;
        if (rests)
            view_ping_rest(p);
        p->resting = rests;
        start_probe(s, i);
    }
}

static void add_pings(struct session *s)
{
    rest_or_go_on(s);
    pings_choose(s->data.snap, s->topo, add_slot, s);
    while (s->running < s->slots)
        start_probe(s, s->running++);
}

static void on_settled(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct session *s = ctx;
    if (!s->data.gone)
        add_pings(s);
}

void session_set_interval(struct session *s, int64_t interval_ns)
{
    s->data.interval_ns = interval_ns;
    for (size_t i = 0; i < s->running; i++) {
        probe_stop(s->slot[i]->probe);
        s->slot[i]->probe = NULL;
        start_probe(s, i);
    }
}

/* --- what the user asks for ------------------------------------------------------------------- */

static int find_target(const struct session *s, const char *target, struct pings_one *p,
                       struct err *e)
{
    _cleanup_free_ char *clean = text_clean_dup(target);
    const char *from = s->data.snap->node[p->from].name;
    if (ip_addr_parse(target, &p->to)) {
        p->to_node = pings_owner(s->data.snap, &p->to);
        if (ip_addr_is_link_local(&p->to))
            return err_set(e, EADDRNOTAVAIL, "%s is known on one link only", clean);
        return 0;
    }
    p->to_node = snap_find_node(s->data.snap, target);
    if (p->to_node < 0)
        return err_set(e, ENOENT, "\"%s\" is no node of this lab, and no address", clean);
    if (!pings_target(s->data.snap, p->from, (size_t)p->to_node, &p->to))
        return err_set(e, EADDRNOTAVAIL, "%s has no address that %s could ping", clean, from);
    return 0;
}

static void want_again(struct session *s, const struct pings_one *p)
{
    for (size_t i = 0; i < s->unwanteds; i++)
        if (s->unwanted[i].from == p->from && ip_addr_cmp(&s->unwanted[i].to, &p->to) == 0)
            s->unwanted[i--] = s->unwanted[--s->unwanteds];
}

int session_add_ping(struct session *s, size_t from, const char *target, size_t *at, struct err *e)
{
    struct pings_one p = {.from = from};
    int r = find_target(s, target, &p, e);
    if (r < 0)
        return r;
    if (is_known(s, &p, at)) {
        _cleanup_free_ char *clean = text_clean_dup(target);
        return err_set(e, EEXIST, "%s pings %s already", s->data.snap->node[from].name, clean);
    }
    want_again(s, &p);
    add_slot(&p, s);
    while (s->running < s->slots)
        start_probe(s, s->running++);
    return 0;
}

void session_remove_ping(struct session *s, size_t node, size_t at)
{
    size_t gone = s->slots;
    if (at >= s->data.node[node].pings)
        return;
    mem_grow(&s->unwanted, &s->unwanted_room, s->unwanteds, sizeof *s->unwanted);
    s->unwanted[s->unwanteds++] =
        (struct pings_one){.from = node, .to = s->data.node[node].ping[at].addr};
    for (size_t i = 0; i < s->slots; i++) {
        struct slot *x = s->slot[i];
        if (x->node == node && x->ping == at)
            gone = i;
        x->ping -= x->node == node && x->ping > at;
    }
    view_data_remove_ping(&s->data, node, at);
    if (gone == s->slots)
        return;
    probe_stop(s->slot[gone]->probe);
    free(s->slot[gone]);
    s->slots--;
    s->running--;
    memmove(&s->slot[gone], &s->slot[gone + 1], (s->slots - gone) * sizeof *s->slot);
}

struct session_tally session_tally(struct session *s)
{
    struct session_tally t = {.pings = s->slots};
    for (size_t i = 0; i < s->slots; i++) {
        const struct view_ping *p = ping_of(s->slot[i]);
        t.decided += p->received + p->lost > 0;
        t.answered += p->received > 0;
    }
    return t;
}

/* --- beginning and end ------------------------------------------------------------------------ */

struct view_data *session_data(struct session *s)
{
    return &s->data;
}

/* What is read of the lab. */
static int open_lab(struct session *s, int64_t interval_ns, struct err *e)
{
    int64_t now_ns = clock_mono_ns();
    int r = watch_start(s->loop, s->lab, on_watch, s, &s->watch, e);
    if (r == 0)
        r = prober_new(s->loop, s->lab, &s->prober, e);
    if (r < 0)
        return r;
    view_data_init(&s->data, watch_snap(s->watch), now_ns - s->lab->age_ns);
    s->data.now_ns = now_ns;
    s->data.interval_ns = interval_ns;
    for (size_t i = 0; i < s->lab->nodes; i++)
        s->data.node[i].absent = s->hooks.steps && s->lab->node[i].pid < 0;
    labpids_read(s->lab, &s->data);
    for (size_t i = 0; i < s->data.nodes; i++)
        view_data_sample(&s->data, i, now_ns);
    watch_count(s->watch, CLOCK_NS_PER_S);
    s->tables = tables_new(s->loop, s->lab, &s->data, s->hooks.tables, s->hooks.ctx, e);
    return s->tables ? 0 : -e->num;
}

static void close_lab(struct session *s)
{
    tables_free(s->tables);
    s->tables = NULL;
    prober_free(s->prober);
    for (size_t i = 0; i < s->slots; i++)
        free(s->slot[i]);
    free(s->slot);
    s->slot = NULL;
    s->slots = s->slot_room = s->running = 0;
    view_data_fini(&s->data);
    watch_stop(s->watch);
    s->prober = NULL;
    s->watch = NULL;
}

int session_renew(struct session *s, struct err *e)
{
    size_t nodes = s->data.nodes;
    const struct view_data was = s->data;
    _cleanup_free_ unsigned *toggled = mem_zalloc(nodes + 1, sizeof *toggled);
    for (size_t i = 0; i < nodes; i++)
        toggled[i] = s->data.node[i].toggled;
    close_lab(s);
    int r = open_lab(s, was.interval_ns, e);
    if (r < 0)
        return r;
    s->data.began_ns = was.began_ns;
    s->data.log = was.log;
    for (size_t i = 0; i < nodes && i < s->data.nodes; i++)
        s->data.node[i].toggled = toggled[i];
    add_pings(s);
    return 0;
}

/* --- nodes that others made ------------------------------------------------------------------- */

/* By its process; 0: it has ended. */
static uint64_t mark_of(const struct session *s, size_t node)
{
    const struct lab_node *n = &s->lab->node[node];
    if (n->pid == 0)
        return 1;
    return s->data.snap->node[node].gone ? 0 : n->start_ticks;
}

/* `before`: the marks of the nodes that were known. */
static void tell_who_came(struct session *s, const uint64_t *before, const bool *known)
{
    for (size_t i = 0; i < s->data.nodes; i++) {
        const struct watch_event ev = {.what = known[i] ? WATCH_NODE_AGAIN : WATCH_NODE_CAME,
                                       .seq = s->seq + 1,
                                       .at_ns = clock_mono_ns(),
                                       .at_real_ns = clock_real_ns(),
                                       .snap = s->data.snap,
                                       .node = (int)i};
        uint64_t mark = mark_of(s, i);
        if (!s->hooks.event || mark == 0 || (known[i] && mark == before[i]))
            continue;
        s->seq++;
        s->hooks.event(&ev, s->hooks.ctx);
    }
    s->seq_base = s->seq;
}

/* Nothing is there to be looked at until the caller has ended. */
static void leave_nothing(struct session *s)
{
    static char name[] = "";
    static struct snap none;
    none.lab = name;
    close_lab(s);
    view_data_init(&s->data, &none, clock_mono_ns());
    s->data.gone = true;
}

/* The values stay where they are, and the pings count on. */
static int read_anew(struct session *s, const struct lab *now, size_t at, size_t *count,
                     struct err *e)
{
    struct view_data was = s->data;
    s->data.node = mem_zalloc(was.nodes + 1, sizeof *s->data.node);
    close_lab(s);
    *count = lab_take_nodes(s->lab, now);
    int r = open_lab(s, was.interval_ns, e);
    if (r == 0) {
        s->data.began_ns = was.began_ns;
        s->data.log = was.log;
        view_data_take_over(&s->data, was.node, was.nodes, at, *count);
    } else {
        leave_nothing(s);
    }
    view_data_fini(&was);
    return r;
}

static void ping_on(struct session *s, size_t at, size_t count)
{
    for (size_t i = 0; i < s->unwanteds; i++)
        s->unwanted[i].from += s->unwanted[i].from >= at ? count : 0;
    for (size_t i = 0; i < s->data.nodes; i++)
        for (size_t k = 0; k < s->data.node[i].pings; k++) {
            struct view_ping *p = &s->data.node[i].ping[k];
            bool rests = is_to_rest(s, i, p);
            if (rests)
                view_ping_rest(p);
            p->resting = rests;
            new_slot(s, i, k);
        }
    add_pings(s);
}

static void take_in(struct session *s, const struct lab *now)
{
    struct err e = ERR_INIT;
    size_t had = s->data.nodes, room = had + now->nodes + 1, count;
    size_t at = had - (had && s->lab->node[had - 1].pid == 0); /* before the machine */
    _cleanup_free_ uint64_t *before = mem_zalloc(room, sizeof *before);
    _cleanup_free_ bool *known = mem_zalloc(room, sizeof *known);
    for (size_t i = 0; i < had; i++)
        before[i] = mark_of(s, i);
    if (read_anew(s, now, at, &count, &e) < 0) {
        s->hooks.failed(&e, s->hooks.ctx);
        return;
    }
    for (size_t i = had; i-- > 0;) {
        size_t to = i < at ? i : i + count;
        before[to] = before[i];
        known[to] = true;
    }
    if (s->hooks.nodes)
        s->hooks.nodes(at, count, s->hooks.ctx);
    ping_on(s, at, count);
    tell_who_came(s, before, known);
}

static void look(struct session *s)
{
    struct lab now;
    struct err e = ERR_INIT;
    s->looks -= s->looks > 0;
    if (lab_list_nodes(s->lab, &now, &e) < 0)
        log_verbose("%s", e.text); /* the next time, then */
    else if (lab_has_news(s->lab, &now))
        take_in(s, &now);
    lab_fini(&now);
}

static void look_again(struct session *s)
{
    if (!s->hooks.follow)
        return;
    uint64_t children = lab_children(s->lab);
    if (children == 0 || children != s->children)
        s->looks = LOOKS;
    s->children = children;
    if (s->looks)
        look(s);
}

void session_look(struct session *s)
{
    if (s->hooks.follow && !s->data.gone)
        look(s);
}

static int start(struct session *s, int64_t interval_ns, struct err *e)
{
    int64_t now_ns = clock_mono_ns();
    int r = open_lab(s, interval_ns, e);
    if (r < 0)
        return r;
    s->sample = loop_add_timer(s->loop, now_ns + CLOCK_NS_PER_S, CLOCK_NS_PER_S, on_sample, s, e);
    if (s->sample)
        s->settle = loop_add_timer(s->loop, INT64_MAX, 0, on_settled, s, e);
    if (!s->settle)
        return e->num ? -e->num : -1;
    loop_stop_timer(s->settle);
    add_pings(s);
    s->children = s->hooks.follow ? lab_children(s->lab) : 0;
    s->looks = LOOKS; /* one may have come since the lab was found */
    return 0;
}

int session_start(struct loop *loop, struct lab *lab, const struct topo *t, int64_t interval_ns,
                  const struct session_hooks *hooks, struct session **out, struct err *e)
{
    struct session *s = mem_zalloc(1, sizeof *s);
    *s = (struct session){.loop = loop, .lab = lab, .topo = t, .hooks = *hooks};
    int r = start(s, interval_ns, e);
    if (r < 0) {
        session_stop(s);
        return r;
    }
    *out = s;
    return 0;
}

void session_stop(struct session *s)
{
    if (!s)
        return;
    loop_remove(s->sample);
    loop_remove(s->settle);
    close_lab(s);
    free(s->unwanted);
    free(s);
}
