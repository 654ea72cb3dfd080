/* SPDX-License-Identifier: BSD-2-Clause */
/* probe: the prober. One timer serves all probes: it is set to whatever is due next, a ping to be
 * sent or one that will have waited too long.
 *
 * A ping is one slot in its probe's ring: when it was sent (both clocks) and what became of it. The
 * ring is as large as pings can be under way within the timeout, so that a late reply is still
 * known for one; a reply beyond the ring is dropped.
 *
 * Callbacks may stop probes: while any runs, a stopped probe is only marked and freed afterwards.
 */
#include "live/probe.h"

#include "base/clock.h"
#include "base/mem.h"
#include "live/echo.h"
#include "live/icmp.h"
#include "live/probe_stats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WINDOW_MIN 64
#define WINDOW_MAX 32768 /* half of what 16 bits tell apart */

enum fate { FATE_NONE, FATE_WAITING, FATE_ANSWERED, FATE_LOST, FATE_REFUSED };

struct slot {
    int64_t real_ns, mono_ns; /* when it was sent */
    enum fate fate;
};

struct outlet { /* one node and family */
    struct prober *prober;
    size_t node;
    size_t users; /* probes; 0: closed */
    struct echo echo;
    struct loop_source *source;
};

struct node_state {
    struct prober *prober;
    struct outlet outlet[2]; /* IPv4, IPv6 */
    int pidfd;               /* of its first process; -1: not watched */
    struct loop_source *source;
};

struct probe {
    struct prober *prober;
    struct probe *next;
    struct probe_options o;
    struct outlet *outlet; /* NULL: the node is gone */
    struct probe_stats stats;
    struct slot *slot; /* owned; a power of two of them */
    size_t slots;
    uint64_t first_open; /* sequence number of the first ping that may still be waiting */
    int64_t due_ns;      /* of the next ping, CLOCK_MONOTONIC; INT64_MAX: none */
    bool paused, stopped, done;
};

struct prober {
    struct loop *loop;
    const struct lab *lab;
    struct loop_source *timer;
    struct node_state *node; /* owned; one for each of the lab's */
    struct probe *probes;    /* owned list, newest first */
    unsigned busy;           /* depth of what may call back */
    bool paused, some_stopped;
};

/* --- events ----------------------------------------------------------------------------------- */

static void tell(struct probe *p, struct probe_event *ev)
{
    ev->probe = p;
    if (p->o.fn && !p->stopped)
        p->o.fn(ev, p->o.ctx);
}

static struct slot *slot_of(const struct probe *p, uint64_t seq)
{
    return &p->slot[seq & (p->slots - 1)];
}

static bool is_finished(const struct probe *p)
{
    return p->o.count && p->stats.sent >= p->o.count && p->first_open > p->stats.sent;
}

/* Moves over pings that are decided; those that waited too long are decided here. */
static void expire(struct probe *p, int64_t now_ns)
{
    for (; p->first_open <= p->stats.sent; p->first_open++) {
        struct slot *s = slot_of(p, p->first_open);
        if (s->fate != FATE_WAITING)
            continue;
        if (now_ns - s->mono_ns < p->o.timeout_ns && p->stats.sent - p->first_open + 1 < p->slots)
            break;
        s->fate = FATE_LOST;
        probe_stats_lost(&p->stats, p->first_open);
        tell(p, &(struct probe_event){.what = PROBE_EV_LOST, .seq = p->first_open});
    }
    if (is_finished(p) && !p->done) {
        p->done = true;
        tell(p, &(struct probe_event){.what = PROBE_EV_DONE, .seq = p->stats.sent});
    }
}

/* --- receiving -------------------------------------------------------------------------------- */

/* The number whose low 16 bits came, if it is within the ring; else 0. */
static uint64_t full_seq(const struct probe *p, uint16_t low)
{
    uint64_t back = (uint16_t)(p->stats.sent - low);
    return back < p->slots && back < p->stats.sent ? p->stats.sent - back : 0;
}

static bool is_answer_to(const struct probe *p, const struct echo_message *m)
{
    const struct ip_addr *a = m->is_error ? &m->to : &m->from;
    return ip_addr_cmp(a, &p->o.to) == 0 || (!m->is_error && ip_addr_is_multicast(&p->o.to));
}

/* Where two probes ping the same address from the same node, the one that waits for it. */
static struct probe *addressee(const struct outlet *out, const struct echo_message *m)
{
    struct probe *found = NULL;
    for (struct probe *p = out->prober->probes; p; p = p->next) {
        uint64_t seq = p->outlet == out && is_answer_to(p, m) ? full_seq(p, m->seq) : 0;
        if (!seq || p->stopped)
            continue;
        if (slot_of(p, seq)->fate == FATE_WAITING)
            return p;
        found = p;
    }
    return found;
}

static void take_reply(struct probe *p, uint64_t seq, const struct echo_message *m, int64_t now_ns)
{
    struct slot *s = slot_of(p, seq);
    struct probe_event ev = {
        .what = s->fate == FATE_ANSWERED ? PROBE_EV_DUPLICATE : PROBE_EV_REPLY,
        .seq = seq,
        .rtt_ns = icmp_rtt_ns(s->real_ns, m->real_ns, s->mono_ns, now_ns),
        .ttl = m->ttl,
        .bytes = m->bytes,
        .from = m->from,
        .damaged = m->damage_at != SIZE_MAX,
        .wrong_at = m->damage_at,
        .wrong_want = (uint8_t)m->damage_at,
        .wrong_got = m->damage,
    };
    if (ev.what == PROBE_EV_DUPLICATE)
        p->stats.duplicates++;
    else
        probe_stats_reply(&p->stats, seq, ev.rtt_ns, s->fate != FATE_WAITING);
    s->fate = FATE_ANSWERED;
    tell(p, &ev);
}

static void refuse(struct probe *p, uint64_t seq, struct probe_event *ev)
{
    struct slot *s = slot_of(p, seq);
    p->stats.errors++;
    if (s->fate == FATE_WAITING) {
        s->fate = FATE_REFUSED;
        probe_stats_lost(&p->stats, seq);
    }
    tell(p, ev);
}

static void on_message(const struct echo_message *m, void *ctx)
{
    struct outlet *out = ctx;
    struct probe *p = addressee(out, m);
    int64_t now_ns = clock_mono_ns();
    if (!p)
        return;
    uint64_t seq = full_seq(p, m->seq);
    if (m->is_error)
        refuse(p, seq,
               &(struct probe_event){.what = PROBE_EV_ERROR,
                                     .seq = seq,
                                     .ttl = -1,
                                     .from = m->from,
                                     .words = m->words,
                                     .num = m->num});
    else
        take_reply(p, seq, m, now_ns);
    expire(p, now_ns);
}

/* --- the timer -------------------------------------------------------------------------------- */

static void send_one(struct probe *p)
{
    uint64_t seq = p->stats.sent + 1;
    struct slot *s = slot_of(p, seq);
    struct echo_request r = {
        .to = p->o.to, .scope_ifindex = p->o.scope_ifindex, .seq = (uint16_t)seq};
    probe_stats_sent(&p->stats);
    *s = (struct slot){clock_real_ns(), clock_mono_ns(), FATE_WAITING};
    int sent = echo_send(&p->outlet->echo, &r, 1, p->o.payload);
    tell(p, &(struct probe_event){.what = PROBE_EV_SENT, .seq = seq});
    if (sent < 0)
        refuse(p, seq,
               &(struct probe_event){.what = PROBE_EV_SEND_FAILED,
                                     .seq = seq,
                                     .ttl = -1,
                                     .words = strerror(-sent),
                                     .num = -sent});
}

static bool is_sending(const struct probe *p)
{
    return p->outlet && !p->stopped && !p->paused && !p->prober->paused &&
           (p->o.count == 0 || p->stats.sent < p->o.count);
}

/* Late by more than an interval (a stopped process): no burst to make up for it. */
static void serve(struct probe *p, int64_t now_ns)
{
    /* The slot that is about to be used again belongs to a ping that is given up. */
    expire(p, now_ns);
    if (!is_sending(p) || p->due_ns > now_ns)
        return;
    p->due_ns += p->o.interval_ns;
    if (p->due_ns <= now_ns)
        p->due_ns = now_ns + p->o.interval_ns;
    send_one(p);
    expire(p, now_ns);
}

static int64_t next_due_ns(const struct probe *p)
{
    int64_t due_ns = is_sending(p) ? p->due_ns : INT64_MAX;
    if (p->stopped || p->first_open > p->stats.sent)
        return due_ns;
    int64_t late_ns = slot_of(p, p->first_open)->mono_ns + p->o.timeout_ns;
    return late_ns < due_ns ? late_ns : due_ns;
}

static void arm(struct prober *r)
{
    int64_t due_ns = INT64_MAX;
    for (const struct probe *p = r->probes; p; p = p->next) {
        int64_t one = next_due_ns(p);
        due_ns = one < due_ns ? one : due_ns;
    }
    if (due_ns == INT64_MAX)
        loop_stop_timer(r->timer);
    else
        loop_set_timer(r->timer, due_ns, 0);
}

/* --- sockets ---------------------------------------------------------------------------------- */

static void close_outlet(struct outlet *out)
{
    loop_remove(out->source);
    out->source = NULL;
    echo_close(&out->echo);
    out->users = 0;
}

static void unwatch(struct node_state *n)
{
    loop_remove(n->source);
    n->source = NULL;
    mem_close_fd(&n->pidfd);
}

static void release(struct probe *p)
{
    struct outlet *out = p->outlet;
    p->outlet = NULL;
    if (!out || --out->users)
        return;
    struct node_state *n = &p->prober->node[out->node];
    close_outlet(out);
    if (!n->outlet[0].users && !n->outlet[1].users)
        unwatch(n);
}

static void enter(struct prober *r)
{
    r->busy++;
}

static void free_probe(struct probe *p)
{
    release(p);
    free(p->slot);
    free(p);
}

static void leave(struct prober *r)
{
    if (--r->busy)
        return;
    for (struct probe **at = &r->probes; r->some_stopped && *at;) {
        struct probe *p = *at;
        if (!p->stopped) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        free_probe(p);
    }
    r->some_stopped = false;
    arm(r);
}

static void on_timer(int64_t now_ns, void *ctx)
{
    struct prober *r = ctx;
    enter(r);
    for (struct probe *p = r->probes; p; p = p->next)
        if (!p->stopped)
            serve(p, now_ns);
    leave(r);
}

static void on_readable(int fd, uint32_t events, void *ctx)
{
    struct outlet *out = ctx;
    struct prober *r = out->prober;
    (void)fd, (void)events;
    enter(r);
    echo_receive(&out->echo, on_message, out);
    leave(r);
}

/* The sockets go at once: they would hold the namespace. */
static void on_node_gone(int fd, uint32_t events, void *ctx)
{
    struct node_state *n = ctx;
    struct prober *r = n->prober;
    (void)fd, (void)events;
    enter(r);
    unwatch(n);
    close_outlet(&n->outlet[0]);
    close_outlet(&n->outlet[1]);
    for (struct probe *p = r->probes; p; p = p->next) {
        if (!p->outlet || p->outlet->node != (size_t)(n - r->node))
            continue;
        p->outlet = NULL;
        p->first_open = p->stats.sent + 1;
        tell(p, &(struct probe_event){.what = PROBE_EV_GONE, .seq = p->stats.sent});
    }
    leave(r);
}

static int open_outlet(struct prober *r, struct outlet *out, sa_family_t family, struct err *e)
{
    struct node_state *n = &r->node[out->node];
    unsigned families = family == AF_INET6 ? ECHO_V6 : ECHO_V4;
    struct echo_pair pair;
    if (n->pidfd < 0) {
        n->pidfd = lab_node_pidfd(r->lab, out->node, e);
        if (n->pidfd < 0)
            return n->pidfd;
        n->source = loop_add_fd(r->loop, n->pidfd, EPOLLIN, on_node_gone, n, e);
        if (!n->source)
            return -e->num;
    }
    int result = echo_open_nodes(r->lab, &out->node, &families, 1, &pair, NULL, e);
    if (result < 0)
        return result;
    out->echo = family == AF_INET6 ? pair.v6 : pair.v4;
    out->source = loop_add_fd(r->loop, out->echo.fd, EPOLLIN, on_readable, out, e);
    if (out->source)
        return 0;
    echo_close(&out->echo);
    return -e->num;
}

static struct outlet *use_outlet(struct prober *r, size_t node, sa_family_t family, struct err *e)
{
    struct node_state *n = &r->node[node];
    struct outlet *out = &n->outlet[family == AF_INET6];
    if (!out->users && open_outlet(r, out, family, e) < 0) {
        if (!n->outlet[0].users && !n->outlet[1].users)
            unwatch(n);
        err_prefix(e, "node %s", r->lab->node[node].name);
        return NULL;
    }
    out->users++;
    return out;
}

/* --- the interface ---------------------------------------------------------------------------- */

int prober_new(struct loop *loop, const struct lab *lab, struct prober **out, struct err *e)
{
    struct prober *r = mem_zalloc(1, sizeof *r);
    r->loop = loop;
    r->lab = lab;
    r->timer = loop_add_timer(loop, 0, 0, on_timer, r, e);
    if (!r->timer) {
        free(r);
        return -e->num;
    }
    loop_stop_timer(r->timer);
    r->node = mem_zalloc(lab->nodes, sizeof *r->node);
    for (size_t i = 0; i < lab->nodes; i++) {
        r->node[i].prober = r;
        r->node[i].pidfd = -1;
        for (int k = 0; k < 2; k++)
            r->node[i].outlet[k] = (struct outlet){.prober = r, .node = i, .echo = ECHO_INIT};
    }
    *out = r;
    return 0;
}

void prober_free(struct prober *r)
{
    if (!r)
        return;
    while (r->probes)
        probe_stop(r->probes);
    loop_remove(r->timer);
    free(r->node);
    free(r);
}

/* As many as can be under way, and as many again that may come late. */
static size_t window(const struct probe_options *o)
{
    size_t slots = WINDOW_MIN;
    while (slots < WINDOW_MAX && (int64_t)slots * o->interval_ns < 2 * o->timeout_ns)
        slots *= 2;
    return slots;
}

int probe_start(struct prober *r, const struct probe_options *o, struct probe **out, struct err *e)
{
    struct outlet *outlet = use_outlet(r, o->node, o->to.family, e);
    if (!outlet)
        return -e->num;
    struct probe *p = mem_zalloc(1, sizeof *p);
    p->prober = r;
    p->o = *o;
    p->o.interval_ns = o->interval_ns > 0 ? o->interval_ns : CLOCK_NS_PER_S;
    p->o.timeout_ns = o->timeout_ns > 0 ? o->timeout_ns : CLOCK_NS_PER_S;
    p->outlet = outlet;
    p->slots = window(&p->o);
    p->slot = mem_zalloc(p->slots, sizeof *p->slot);
    p->first_open = 1;
    p->due_ns = clock_mono_ns() + o->first_ns;
    probe_stats_init(&p->stats);
    p->next = r->probes;
    r->probes = p;
    if (!r->busy)
        arm(r);
    *out = p;
    return 0;
}

void probe_stop(struct probe *p)
{
    if (!p)
        return;
    struct prober *r = p->prober;
    p->stopped = r->some_stopped = true;
    enter(r);
    leave(r); /* frees it, unless a callback is running */
}

void probe_pause(struct probe *p, bool on)
{
    p->paused = on;
    if (!p->prober->busy)
        arm(p->prober);
}

void prober_pause(struct prober *r, bool on)
{
    r->paused = on;
    if (!r->busy)
        arm(r);
}

const struct probe_stats *probe_stats(const struct probe *p)
{
    return &p->stats;
}

const struct probe_options *probe_options(const struct probe *p)
{
    return &p->o;
}

bool probe_is_gone(const struct probe *p)
{
    return !p->outlet;
}
