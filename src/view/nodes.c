/* SPDX-License-Identifier: BSD-2-Clause */
/* nodes: see the header. */
#include "view/nodes.h"

#include "base/mem.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>

/* --- one line of each ------------------------------------------------------------------------- */

static void add_ping(struct nodes_sum *s, int64_t *sum_ns, const struct view_ping *p)
{
    s->received += p->received;
    s->lost += p->lost;
    *sum_ns += p->sum_ns;
    if (p->last_ns == VIEW_LOST_NS || s->last_ns == VIEW_LOST_NS)
        s->last_ns = VIEW_LOST_NS;
    else if (p->last_ns > s->last_ns)
        s->last_ns = p->last_ns;
}

static void add_link(struct nodes_sum *s, const struct view_data *d, size_t node,
                     const struct snap_if *i)
{
    const struct view_rate *r = view_data_rate(d, node, i->index);
    if (i->flags & IFF_LOOPBACK || strcmp(i->kind, "bridge") == 0) /* it counts what its ports do */
        return;
    s->links++;
    s->links_up += (i->flags & IFF_UP) && i->carrier;
    if (!r || !r->known)
        return;
    s->rates = true;
    s->rx_bps += r->rx_bps;
    s->tx_bps += r->tx_bps;
}

struct nodes_sum nodes_sum(const struct view_data *d, size_t node)
{
    const struct snap_node *n = &d->snap->node[node];
    struct nodes_sum s = {
        .pings = d->node[node].pings, .last_ns = VIEW_NONE_NS, .avg_ns = VIEW_NONE_NS};
    int64_t sum_ns = 0;
    for (size_t i = 0; i < n->ifs; i++)
        add_link(&s, d, node, &n->iface[i]);
    for (size_t i = 0; i < s.pings; i++)
        add_ping(&s, &sum_ns, &d->node[node].ping[i]);
    if (s.received)
        s.avg_ns = sum_ns / (int64_t)s.received;
    return s;
}

size_t nodes_seer(const struct view_data *d, size_t node)
{
    for (size_t i = 0; i < d->nodes && d->node[node].lab_pid; i++)
        if (i != node && d->node[i].sees_pids && !d->snap->node[i].gone)
            return i;
    return d->nodes;
}

/* --- the filter ------------------------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains(const char *text, const char *word, size_t len)
{
    for (; *text; text++) {
        size_t k = 0;
        while (k < len && text[k] && lower(text[k]) == lower(word[k]))
            k++;
        if (k == len)
            return true;
    }
    return false;
}

static bool link_matches(const struct snap_if *i, const char *word, size_t len)
{
    char text[IP_TEXT_MAX];
    if (contains(i->name, word, len) || (i->alias && contains(i->alias, word, len)))
        return true;
    for (size_t k = 0; k < i->addrs; k++)
        if (contains(ip_prefix_format(&i->addr[k].prefix, text), word, len))
            return true;
    return false;
}

/* What each node has matches nothing: lo and its addresses. */
static bool word_matches(const struct snap_node *n, const char *word, size_t len)
{
    if (contains(n->name, word, len))
        return true;
    for (size_t k = 0; k < n->ifs; k++)
        if (!(n->iface[k].flags & IFF_LOOPBACK) && link_matches(&n->iface[k], word, len))
            return true;
    return false;
}

bool nodes_match(const struct view_data *d, size_t node, const char *filter)
{
    for (size_t len; *filter; filter += len) {
        filter += strspn(filter, " ");
        len = strcspn(filter, " ");
        if (len && !word_matches(&d->snap->node[node], filter, len))
            return false;
    }
    return true;
}

/* --- the order -------------------------------------------------------------------------------- */

struct row {
    size_t node;
    const char *name;
    struct nodes_sum sum;
};

struct order {
    enum nodes_column by;
    bool reverse;
};

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* "n9" before "n10": digits count as the number that they are. */
static int compare_names(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        size_t na = strspn(a, "0123456789"), nb = strspn(b, "0123456789");
        if (na && nb && na != nb)
            return na < nb ? -1 : 1;
        if (lower(*a) != lower(*b))
            return (unsigned char)lower(*a) < (unsigned char)lower(*b) ? -1 : 1;
    }
    return (*a != '\0') - (*b != '\0');
}

/* In parts of a million; without pings: least of all. */
static uint64_t loss_of(const struct nodes_sum *s)
{
    uint64_t all = s->received + s->lost;
    return all ? 1 + (uint64_t)((double)s->lost / (double)all * 1e6) : 0;
}

/* What is lost took longest. */
static uint64_t rtt_of(const struct nodes_sum *s)
{
    return s->last_ns == VIEW_LOST_NS ? UINT64_MAX : s->last_ns < 0 ? 0 : (uint64_t)s->last_ns + 1;
}

/* Numbers begin with the largest: trouble and traffic are what one sorts for. */
static int by_column(const struct row *a, const struct row *b, enum nodes_column by)
{
    const struct nodes_sum *x = &a->sum, *y = &b->sum;
    switch (by) {
    case NODES_NAME:
        return compare_names(a->name, b->name);
    case NODES_LINKS:
        return compare_u64(y->links - y->links_up, x->links - x->links_up);
    case NODES_LOSS:
        return compare_u64(loss_of(y), loss_of(x));
    case NODES_RTT:
        return compare_u64(rtt_of(y), rtt_of(x));
    case NODES_RX:
        return compare_u64(y->rx_bps, x->rx_bps);
    case NODES_TX:
        return compare_u64(y->tx_bps, x->tx_bps);
    default:
        return compare_u64(a->node, b->node);
    }
}

static int compare_rows(const void *a, const void *b, void *ctx)
{
    const struct row *x = a, *y = b;
    const struct order *o = ctx;
    int order = by_column(x, y, o->by);
    return order ? (o->reverse ? -order : order) : compare_u64(x->node, y->node);
}

struct nodes_list nodes_list(const struct view_data *d, const char *filter, enum nodes_column by,
                             bool reverse)
{
    struct order order = {by, reverse};
    struct nodes_list l = {.node = mem_zalloc(d->nodes + 1, sizeof *l.node)};
    for (size_t i = 0; i < d->nodes; i++)
        if (nodes_match(d, i, filter))
            l.node[l.count++] = i;
    if (l.count == 0 || (by == NODES_NUMBER && !reverse))
        return l;
    _cleanup_free_ struct row *rows = mem_zalloc(l.count, sizeof *rows);
    for (size_t i = 0; i < l.count; i++)
        rows[i] = (struct row){l.node[i], d->snap->node[l.node[i]].name, nodes_sum(d, l.node[i])};
    qsort_r(rows, l.count, sizeof *rows, compare_rows, &order);
    for (size_t i = 0; i < l.count; i++)
        l.node[i] = rows[i].node;
    return l;
}

size_t nodes_find(const struct nodes_list *l, size_t node)
{
    size_t at = 0;
    while (at < l->count && l->node[at] != node)
        at++;
    return at;
}
