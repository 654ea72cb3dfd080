/* SPDX-License-Identifier: BSD-2-Clause */
/* data: see the header. */
#include "view/data.h"

#include "base/clock.h"
#include "base/mem.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>

void view_data_init(struct view_data *d, const struct snap *snap, int64_t began_ns)
{
    *d = (struct view_data){.snap = snap, .nodes = snap->nodes, .began_ns = began_ns};
    d->now_ns = began_ns;
    d->interval_ns = CLOCK_NS_PER_S;
    d->node = mem_zalloc(snap->nodes + 1, sizeof *d->node);
}

static void free_ping(struct view_ping *p)
{
    free(p->target);
    free(p->error);
}

static void free_tables(struct snap_node *n)
{
    if (!n)
        return;
    snap_node_clear(n);
    free(n->name);
    free(n);
}

void view_data_set_tables(struct view_data *d, size_t node, struct snap_node *tables)
{
    free_tables(d->node[node].tables);
    d->node[node].tables = tables;
}

void view_data_fini(struct view_data *d)
{
    for (size_t i = 0; i < d->nodes; i++) {
        for (size_t k = 0; k < d->node[i].pings; k++)
            free_ping(&d->node[i].ping[k]);
        free(d->node[i].ping);
        free(d->node[i].rate);
        free_tables(d->node[i].tables);
    }
    free(d->node);
    *d = (struct view_data){0};
}

void view_data_take_over(struct view_data *d, struct view_node *from, size_t nodes, size_t at,
                         size_t count)
{
    for (size_t i = 0; i < nodes; i++) {
        size_t to = i < at ? i : i + count;
        if (to >= d->nodes)
            return;
        struct view_node *n = &d->node[to];
        n->toggled = from[i].toggled;
        n->ping = mem_steal_ptr(&from[i].ping);
        n->pings = from[i].pings;
        n->ping_room = from[i].ping_room;
        n->tables = mem_steal_ptr(&from[i].tables);
        from[i].pings = from[i].ping_room = 0;
        for (size_t k = 0; k < n->pings; k++)
            view_ping_forget_waiting(&n->ping[k]);
    }
}

size_t view_data_ended(const struct view_data *d)
{
    size_t ended = 0;
    for (size_t i = 0; i < d->nodes; i++)
        ended += d->snap->node[i].gone && !d->node[i].absent;
    return ended;
}

/* --- pings ------------------------------------------------------------------------------------ */

struct view_ping *view_data_add_ping(struct view_data *d, size_t node, const char *target,
                                     const struct ip_addr *addr)
{
    struct view_node *n = &d->node[node];
    mem_grow(&n->ping, &n->ping_room, n->pings, sizeof *n->ping);
    struct view_ping *p = &n->ping[n->pings++];
    *p = (struct view_ping){.addr = *addr};
    p->target = mem_strdup(target ? target : "");
    view_ping_reset(p);
    return p;
}

void view_data_remove_ping(struct view_data *d, size_t node, size_t at)
{
    struct view_node *n = &d->node[node];
    if (at >= n->pings)
        return;
    free_ping(&n->ping[at]);
    n->pings--;
    memmove(&n->ping[at], &n->ping[at + 1], (n->pings - at) * sizeof *n->ping);
}

/* --- times ------------------------------------------------------------------------------------ */

#define STEP_BITS  4  /* log2 of VIEW_STEPS_EACH */
#define FIRST_BITS 10 /* shorter times are all in step 0 */

static size_t step_of(int64_t ns)
{
    int bits = FIRST_BITS;
    if (ns < (int64_t)1 << FIRST_BITS)
        return 0;
    while (ns >> (bits + 1))
        bits++;
    size_t sub = (size_t)(ns >> (bits - STEP_BITS)) % VIEW_STEPS_EACH;
    size_t step = 1 + (size_t)(bits - FIRST_BITS) * VIEW_STEPS_EACH + sub;
    return step < VIEW_STEPS ? step : VIEW_STEPS - 1;
}

static int64_t step_end(size_t step)
{
    if (step == 0)
        return (int64_t)1 << FIRST_BITS;
    int bits = FIRST_BITS + (int)((step - 1) / VIEW_STEPS_EACH);
    int64_t sub = (int64_t)((step - 1) % VIEW_STEPS_EACH) + VIEW_STEPS_EACH + 1;
    return sub << (bits - STEP_BITS);
}

int64_t view_ping_p99_ns(const struct view_ping *p)
{
    uint64_t slower = p->received / 100, seen = 0;
    size_t at = VIEW_STEPS;
    while (at > 0 && seen <= slower)
        seen += p->step[--at];
    if (p->received == 0)
        return 0;
    return step_end(at) < p->max_ns ? step_end(at) : p->max_ns;
}

void view_ping_reset(struct view_ping *p)
{
    mem_free_charp(&p->error);
    p->received = p->lost = 0;
    p->last_ns = VIEW_NONE_NS;
    p->min_ns = p->max_ns = p->sum_ns = 0;
    memset(p->step, 0, sizeof p->step);
    for (size_t i = 0; i < VIEW_RECENT; i++)
        p->recent_ns[i] = VIEW_NONE_NS;
}

void view_ping_forget_waiting(struct view_ping *p)
{
    for (size_t i = 0; i < VIEW_RECENT; i++)
        if (p->recent_ns[i] == VIEW_WAITING_NS)
            p->recent_ns[i] = VIEW_NONE_NS;
}

void view_ping_rest(struct view_ping *p)
{
    view_ping_forget_waiting(p);
    mem_free_charp(&p->error);
    p->last_ns = VIEW_NONE_NS;
    p->resting = true;
}

int64_t view_ping_recent(const struct view_ping *p, uint64_t seq)
{
    if (seq == 0 || seq > p->seq || p->seq - seq >= VIEW_RECENT)
        return VIEW_NONE_NS;
    return p->recent_ns[seq % VIEW_RECENT];
}

/* The request's place, if it is as yet in state `is`, else NULL. */
static int64_t *recent(struct view_ping *p, uint64_t seq, int64_t is)
{
    return view_ping_recent(p, seq) == is ? &p->recent_ns[seq % VIEW_RECENT] : NULL;
}

/* Numbers that were left out show as nothing. */
void view_ping_sent(struct view_ping *p, uint64_t seq)
{
    if (seq <= p->seq)
        return;
    uint64_t skipped = seq - p->seq - 1;
    for (uint64_t i = 1; i <= skipped && i < VIEW_RECENT; i++)
        p->recent_ns[(seq - i) % VIEW_RECENT] = VIEW_NONE_NS;
    p->seq = seq;
    p->recent_ns[seq % VIEW_RECENT] = VIEW_WAITING_NS;
}

void view_ping_answered(struct view_ping *p, uint64_t seq, int64_t rtt_ns)
{
    int64_t *at = recent(p, seq, VIEW_WAITING_NS), *late = recent(p, seq, VIEW_LOST_NS);
    if (!at && !late)
        return;
    if (late) {
        at = late;
        p->lost--;
    }
    rtt_ns = rtt_ns < 0 ? 0 : rtt_ns;
    *at = p->last_ns = rtt_ns;
    p->min_ns = p->received == 0 || rtt_ns < p->min_ns ? rtt_ns : p->min_ns;
    p->max_ns = rtt_ns > p->max_ns ? rtt_ns : p->max_ns;
    p->sum_ns += rtt_ns;
    p->step[step_of(rtt_ns)]++;
    p->received++;
    mem_free_charp(&p->error);
}

void view_ping_lost(struct view_ping *p, uint64_t seq)
{
    int64_t *at = recent(p, seq, VIEW_WAITING_NS);
    if (!at)
        return;
    *at = p->last_ns = VIEW_LOST_NS;
    p->lost++;
    mem_free_charp(&p->error);
}

void view_ping_failed(struct view_ping *p, uint64_t seq, const char *text)
{
    view_ping_sent(p, seq);
    view_ping_lost(p, seq);
    mem_free_charp(&p->error);
    p->error = mem_strdup(text);
    p->error_seq = seq;
}

/* --- rates ------------------------------------------------------------------------------------ */

static uint64_t per_second(uint64_t before, uint64_t now, int64_t passed_ns)
{
    if (now <= before || passed_ns <= 0)
        return 0; /* an interface with the same index, made anew, counts from 0 */
    return (uint64_t)((double)(now - before) * 1e9 / (double)passed_ns + 0.5);
}

static void sample_node(struct view_data *d, size_t node, int64_t passed_ns)
{
    const struct snap_node *s = &d->snap->node[node];
    struct view_rate *fresh = mem_zalloc(s->ifs + 1, sizeof *fresh);
    for (size_t i = 0; i < s->ifs; i++) {
        const struct snap_stats *now = &s->iface[i].stats;
        const struct view_rate *old = view_data_rate(d, node, s->iface[i].index);
        struct view_rate *r = &fresh[i];
        *r = (struct view_rate){
            s->iface[i].index, old && passed_ns > 0, now->rx_bytes, now->tx_bytes, 0, 0};
        if (!r->known)
            continue;
        r->rx_bps = per_second(old->rx_bytes, now->rx_bytes, passed_ns);
        r->tx_bps = per_second(old->tx_bytes, now->tx_bytes, passed_ns);
    }
    free(d->node[node].rate);
    d->node[node].rate = fresh;
    d->node[node].rates = s->ifs;
}

void view_data_sample(struct view_data *d, size_t node, int64_t now_ns)
{
    struct view_node *n = &d->node[node];
    sample_node(d, node, n->sampled_ns ? now_ns - n->sampled_ns : 0);
    n->sampled_ns = now_ns;
}

const struct view_rate *view_data_rate(const struct view_data *d, size_t node, uint32_t ifindex)
{
    const struct view_node *n = &d->node[node];
    for (size_t i = 0; i < n->rates; i++)
        if (n->rate[i].ifindex == ifindex)
            return &n->rate[i];
    return NULL;
}

/* --- links ------------------------------------------------------------------------------------ */

const struct snap_if **view_links(const struct snap_node *n)
{
    if (!n->ifs)
        return NULL;
    const struct snap_if **list = mem_zalloc(n->ifs, sizeof *list);
    size_t count = 0;
    for (int loopback = 0; loopback < 2; loopback++)
        for (size_t i = 0; i < n->ifs; i++)
            if (!!(n->iface[i].flags & IFF_LOOPBACK) == loopback)
                list[count++] = &n->iface[i];
    return list;
}
