/* SPDX-License-Identifier: BSD-2-Clause */
/* map_state: see the header. */
#include "view/map_state.h"

#include "base/mem.h"
#include "view/words.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { LOSS_WINDOW = 8 }; /* the last requests that count */

static const struct snap_if *peer_of(const struct view_data *d, const struct snap_if *i)
{
    if (!i->peer_index || i->peer_node < 0 || (size_t)i->peer_node >= d->nodes)
        return NULL;
    return snap_if_by_index(&d->snap->node[i->peer_node], i->peer_index);
}

/* Up, with a carrier; a state that the kernel does not know counts as up, as ping would find. */
static bool gets_through(const struct snap_if *i)
{
    return !i || ((i->flags & IFF_UP) && i->carrier);
}

static void add_link(struct map_link *k, const struct view_data *d, size_t node,
                     const struct snap_if *i, struct map_sel sel)
{
    const struct snap_if *peer = peer_of(d, i);
    const struct view_rate *r = view_data_rate(d, node, i->index);
    if (k->all++ == 0) {
        k->iface[0] = i;
        k->iface[1] = peer;
    }
    k->up += gets_through(i) && gets_through(peer);
    k->set_down[0] |= !(i->flags & IFF_UP);
    k->set_down[1] |= peer && !(peer->flags & IFF_UP);
    k->bps += r && r->known ? r->rx_bps + r->tx_bps : 0;
    if (!sel.ifindex)
        return;
    bool here = sel.node == node && sel.ifindex == i->index;
    bool there = peer && sel.node == (size_t)i->peer_node && sel.ifindex == peer->index;
    if (here || there) {
        k->selected = true;
        k->selected_end = there;
    }
}

struct map_link map_state_link(const struct view_data *d, const struct map_graph *g, size_t edge,
                               struct map_sel sel)
{
    struct map_link k = {.all = 0};
    const struct map_edge *e = &g->edge[edge];
    size_t node = (size_t)e->end[0];
    const struct snap_node *n = &d->snap->node[node];
    if (e->count == 1) {
        const struct snap_if *i = snap_if_by_index(n, e->ifindex[0]);
        if (i)
            add_link(&k, d, node, i, sel);
        return k;
    }
    int far = g->vertex[e->end[1]].node;
    for (size_t i = 0; i < n->ifs; i++)
        if (n->iface[i].peer_index && n->iface[i].peer_node == far)
            add_link(&k, d, node, &n->iface[i], sel);
    return k;
}

bool map_state_has_loss(const struct view_data *d, size_t node)
{
    const struct view_node *n = &d->node[node];
    for (size_t i = 0; i < n->pings; i++) {
        const struct view_ping *p = &n->ping[i];
        if (p->resting)
            continue;
        if (p->error)
            return true;
        for (uint64_t k = 0; k < LOSS_WINDOW && k < p->seq; k++)
            if (view_ping_recent(p, p->seq - k) == VIEW_LOST_NS)
                return true;
    }
    return false;
}

const char *map_state_rate(char to[32], uint64_t bps)
{
    char count[WORDS_MAX];
    snprintf(to, 32, "%.20s/s", words_count(count, bps));
    return to;
}

/* --- the last row ----------------------------------------------------------------------------- */

/* The address that a person would ping: IPv4 before IPv6, link-local ones last. */
static void append_addr(struct buf *b, const struct snap_if *i)
{
    const struct snap_addr *best = NULL;
    char text[IP_TEXT_MAX + 8];
    int best_rank = 3;
    for (size_t k = 0; i && k < i->addrs; k++) {
        const struct snap_addr *a = &i->addr[k];
        int rank = ip_addr_is_link_local(&a->prefix.addr) ? 2
                   : a->prefix.addr.family == AF_INET     ? 0
                                                          : 1;
        if (rank < best_rank) {
            best = a;
            best_rank = rank;
        }
    }
    if (best)
        buf_printf(b, " %s", ip_prefix_format(&best->prefix, text));
}

static void append_end(struct buf *b, const char *node, const struct snap_if *i, bool addr)
{
    buf_adds(b, node);
    if (i)
        buf_printf(b, ":%s", i->name);
    if (addr)
        append_addr(b, i);
}

/* "UP", or what is in the way and where. */
static void append_health(struct buf *b, const struct view_data *d, const char *node,
                          const struct snap_if *i, const struct snap_if *peer)
{
    bool here = !(i->flags & IFF_UP), there = peer && !(peer->flags & IFF_UP);
    if (here && there)
        buf_adds(b, " DOWN (both ends are set down)");
    else if (here || there)
        buf_printf(b, " DOWN (%s:%s is set down)", here ? node : d->snap->node[i->peer_node].name,
                   here ? i->name : peer->name);
    else
        buf_printf(b, " %s", i->carrier ? snap_state_word(i) : "NO CARRIER");
}

enum { WITH_RATE = 1, WITH_ADDR = 2, WITH_REASON = 4 };

static char *link_words(const struct view_data *d, const struct canvas *c, struct map_sel sel,
                        const struct snap_if *i, int with)
{
    struct buf b = BUF_INIT;
    const struct snap_if *peer = peer_of(d, i);
    const struct view_rate *r = view_data_rate(d, sel.node, i->index);
    append_end(&b, d->snap->node[sel.node].name, i, with & WITH_ADDR);
    if (i->peer_index && (peer || i->peer_node < 0)) {
        buf_printf(&b, " %s ", canvas_glyph(c, GLYPH_PEER));
        append_end(&b,
                   peer                       ? d->snap->node[i->peer_node].name
                   : i->peer_node == MAP_HOST ? "host"
                                              : "(outside)",
                   peer, with & WITH_ADDR);
    }
    if (with & WITH_REASON)
        append_health(&b, d, d->snap->node[sel.node].name, i, peer);
    else
        buf_printf(&b, " %s", gets_through(i) && gets_through(peer) ? "UP" : "DOWN");
    char rate[WORDS_MAX];
    if (with & WITH_RATE && r && r->known)
        buf_printf(&b, " %s%sB/s", words_count(rate, r->rx_bps + r->tx_bps),
                   r->rx_bps + r->tx_bps < 1000 ? " " : "");
    return buf_steal(&b);
}

static char *node_words(const struct view_data *d, size_t node)
{
    const struct snap_node *n = &d->snap->node[node];
    struct buf b = BUF_INIT;
    size_t links = 0, down = 0;
    for (size_t i = 0; i < n->ifs; i++) {
        const struct snap_if *it = &n->iface[i];
        links += it->peer_index != 0;
        down += it->peer_index && (!gets_through(it) || !gets_through(peer_of(d, it)));
    }
    buf_printf(&b, "%s: ", n->name);
    if (n->gone)
        buf_adds(&b, d->node[node].absent ? "not made yet" : "gone");
    else
        buf_printf(&b, "%zu link%s", links, links == 1 ? "" : "s");
    if (down)
        buf_printf(&b, ", %zu not up", down);
    if (!n->gone && map_state_has_loss(d, node))
        buf_adds(&b, ", pings are lost");
    return buf_steal(&b);
}

char *map_state_words(const struct view_data *d, const struct canvas *c, int cols,
                      struct map_sel sel)
{
    static const int ways[] = {WITH_RATE | WITH_ADDR | WITH_REASON,
                               WITH_ADDR | WITH_REASON,
                               WITH_REASON,
                               WITH_ADDR,
                               WITH_RATE,
                               0};
    if (sel.node >= d->nodes)
        return mem_strdup("");
    const struct snap_if *i =
        sel.ifindex ? snap_if_by_index(&d->snap->node[sel.node], sel.ifindex) : NULL;
    if (!i || !i->peer_index) /* lo, or a bridge itself: no line of the picture */
        return node_words(d, sel.node);
    for (size_t k = 0; k < ARRAY_LEN(ways); k++) {
        char *s = link_words(d, c, sel, i, ways[k]);
        if (canvas_width(c, s) <= cols || k + 1 == ARRAY_LEN(ways))
            return s;
        free(s);
    }
    return NULL;
}
