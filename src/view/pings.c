/* SPDX-License-Identifier: BSD-2-Clause */
/* pings: see the header. The links are those of the kernel, so that a lab without record and file,
 * or changed by hand, is pinged as it is. */
#include "view/pings.h"

#include "base/mem.h"
#include "live/reach.h"

#include <string.h>
#include <sys/socket.h>

/* Bridges may be linked to bridges, and in circles: each is crossed once, and not more than these.
 */
#define BRIDGES_MAX 32

struct search {
    const struct snap *snap;
    size_t from;                /* the node that pings */
    const struct snap_if *mine; /* the interface with the address it pings from */
    size_t left;                /* to be told at most */
    struct {
        size_t node;
        uint32_t bridge;
    } crossed[BRIDGES_MAX];
    size_t bridges;
    pings_fn *fn;
    void *ctx;
};

/* Interface `i` itself, or the bridge it is a port of. */
static const struct snap_if *with_address(const struct snap_node *n, const struct snap_if *i)
{
    const struct snap_if *bridge = i->master ? snap_if_by_index(n, i->master) : NULL;
    return bridge ? bridge : i;
}

static bool reaches(const struct snap_if *mine, const struct ip_addr *to, bool on_link)
{
    for (size_t k = 0; k < mine->addrs; k++) {
        const struct ip_prefix *p = &mine->addr[k].prefix;
        if (ip_addr_is_link_local(&p->addr) || p->addr.family != to->family)
            continue;
        if (!on_link || ip_prefix_contains(p, to))
            return true;
    }
    return false;
}

/* IPv4 if both have that: an IPv6 address that answers must not hide two IPv4 networks that do not
 * fit. In the family the first address on the same prefix, else the first. */
static const struct ip_addr *choose_address(const struct snap_if *mine,
                                            const struct snap_if *theirs)
{
    static const sa_family_t families[] = {AF_INET, AF_INET6};
    for (size_t step = 0; step < 2 * ARRAY_LEN(families); step++)
        for (size_t k = 0; k < theirs->addrs; k++) {
            const struct ip_addr *a = &theirs->addr[k].prefix.addr;
            if (a->family == families[step / 2] && !ip_addr_is_link_local(a) &&
                reaches(mine, a, step % 2 == 0))
                return a;
        }
    return NULL;
}

static void tell(struct search *x, size_t node, const struct snap_if *theirs)
{
    const struct ip_addr *to = choose_address(x->mine, theirs);
    if (!to || node == x->from || x->left == 0)
        return;
    x->left--;
    x->fn(&(struct pings_one){.from = x->from, .to_node = (int)node, .to = *to}, x->ctx);
}

static const struct snap_if *peer_of(const struct snap *s, const struct snap_if *i, size_t *node)
{
    if (i->peer_node < 0 || (size_t)i->peer_node >= s->nodes || i->peer_index == 0)
        return NULL;
    *node = (size_t)i->peer_node;
    return snap_if_by_index(&s->node[*node], i->peer_index);
}

static bool may_cross(struct search *x, size_t node, uint32_t bridge)
{
    for (size_t k = 0; k < x->bridges; k++)
        if (x->crossed[k].node == node && x->crossed[k].bridge == bridge)
            return false;
    if (bridge == 0 || x->bridges == BRIDGES_MAX)
        return false;
    x->crossed[x->bridges].node = node;
    x->crossed[x->bridges++].bridge = bridge;
    return true;
}

/* Whoever is found on the other side of interface `i`. */
static void across(struct search *x, const struct snap_if *i)
{
    size_t node = 0;
    const struct snap_if *peer = peer_of(x->snap, i, &node);
    if (!peer)
        return;
    tell(x, node, with_address(&x->snap->node[node], peer));
    if (!may_cross(x, node, peer->master))
        return;
    const struct snap_node *n = &x->snap->node[node];
    size_t at = (size_t)(peer - n->iface);
    for (size_t k = 1; k < n->ifs && x->left; k++) {
        const struct snap_if *port = &n->iface[(at + k) % n->ifs];
        if (port->master == peer->master)
            across(x, port);
    }
}

static void choose_by_links(const struct snap *s, size_t from, pings_fn *fn, void *ctx)
{
    const struct snap_node *n = &s->node[from];
    for (size_t k = 0; k < n->ifs; k++) {
        struct search x = {.snap = s,
                           .from = from,
                           .mine = with_address(n, &n->iface[k]),
                           .left = PINGS_EACH_BRIDGE,
                           .fn = fn,
                           .ctx = ctx};
        across(&x, &n->iface[k]);
    }
}

/* --- as the file says ------------------------------------------------------------------------- */

/* A node is pinged as `vethlab ping` does: at its address on what both share, else its first. */
static bool choose_target(const struct reach *r, struct pings_one *p)
{
    static const sa_family_t families[] = {AF_INET, AF_INET6};
    struct reach_target t, any = {0};
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(families) && !(found && any.shared); i++)
        if (reach_pick(r, p->from, (size_t)p->to_node, families[i], &t) && (!found || t.shared)) {
            any = t;
            found = true;
        }
    if (found)
        p->to = any.to;
    return found;
}

bool pings_target(const struct snap *s, size_t from, size_t to, struct ip_addr *out)
{
    struct reach *r = reach_new(s);
    struct pings_one one = {.from = from, .to_node = (int)to};
    bool found = choose_target(r, &one);
    reach_free(r);
    *out = one.to;
    return found;
}

int pings_owner(const struct snap *s, const struct ip_addr *a)
{
    struct reach *r = reach_new(s);
    int node = reach_owner(r, a);
    reach_free(r);
    return node;
}

static bool is_source(const struct snap_addr *a, sa_family_t family)
{
    static const uint8_t one[16] = {[15] = 1};
    const struct ip_addr *addr = &a->prefix.addr;
    if (addr->family != family || ip_addr_is_link_local(addr))
        return false;
    return family == AF_INET ? addr->byte[0] != 127 : memcmp(addr->byte, one, sizeof one) != 0;
}

bool pings_can(const struct snap *s, size_t from, const struct ip_addr *to)
{
    const struct snap_node *n = &s->node[from];
    bool found = s->machine == (int)from;
    for (size_t i = 0; i < n->ifs && !found; i++)
        for (size_t k = 0; k < n->iface[i].addrs && !found; k++)
            found = is_source(&n->iface[i].addr[k], to->family);
    return found && !n->gone && pings_owner(s, to) >= 0;
}

static void choose_by_file(const struct snap *s, const struct topo *t, pings_fn *fn, void *ctx)
{
    struct reach *r = reach_new(s);
    for (size_t i = 0; i < t->pings; i++) {
        const struct topo_ping *want = &t->ping[i];
        int from = want->from < 0 ? -1 : snap_find_node(s, t->node[want->from].name);
        int to = want->to_node < 0 ? -1 : snap_find_node(s, t->node[want->to_node].name);
        struct pings_one one = {.from = (size_t)from, .to_node = to, .to = want->to};
        if (from < 0 || (want->to_node >= 0 && (to < 0 || !choose_target(r, &one))))
            continue;
        if (to < 0)
            one.to_node = reach_owner(r, &one.to);
        fn(&one, ctx);
    }
    reach_free(r);
}

void pings_choose(const struct snap *s, const struct topo *t, pings_fn *fn, void *ctx)
{
    if (t && t->has_pings) {
        choose_by_file(s, t, fn, ctx);
        return;
    }
    for (size_t i = 0; i < s->nodes; i++)
        choose_by_links(s, i, fn, ctx);
}
