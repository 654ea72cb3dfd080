/* SPDX-License-Identifier: BSD-2-Clause */
/* reach: see the header. Segments are sets of interfaces, joined by each veth and by each bridge
 * (union-find over all interfaces of the lab). */
#include "live/reach.h"

#include "base/mem.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

struct reach {
    const struct snap *snap;
    size_t *first;   /* owned; number of each node's first interface among all; nodes + 1 */
    size_t *segment; /* owned; of each interface: the number of one on the same segment */
};

/* --- segments --------------------------------------------------------------------------------- */

static size_t root(struct reach *r, size_t i)
{
    while (r->segment[i] != i)
        i = r->segment[i] = r->segment[r->segment[i]];
    return i;
}

static void join(struct reach *r, size_t a, size_t b)
{
    r->segment[root(r, a)] = root(r, b);
}

/* Of the interface with this index among all of the lab; SIZE_MAX: there is none. */
static size_t number_of(const struct reach *r, int node, uint32_t index)
{
    if (node < 0 || (size_t)node >= r->snap->nodes)
        return SIZE_MAX;
    const struct snap_if *i = snap_if_by_index(&r->snap->node[node], index);
    return i ? r->first[node] + (size_t)(i - r->snap->node[node].iface) : SIZE_MAX;
}

static void join_if(struct reach *r, size_t node, size_t iface)
{
    const struct snap_if *i = &r->snap->node[node].iface[iface];
    size_t peer = i->peer_index ? number_of(r, i->peer_node, i->peer_index) : SIZE_MAX;
    size_t master = i->master ? number_of(r, (int)node, i->master) : SIZE_MAX;
    if (peer != SIZE_MAX)
        join(r, r->first[node] + iface, peer);
    if (master != SIZE_MAX)
        join(r, r->first[node] + iface, master);
}

struct reach *reach_new(const struct snap *s)
{
    struct reach *r = mem_zalloc(1, sizeof *r);
    r->snap = s;
    r->first = mem_zalloc(s->nodes + 1, sizeof *r->first);
    for (size_t n = 0; n < s->nodes; n++)
        r->first[n + 1] = r->first[n] + s->node[n].ifs;
    size_t all = r->first[s->nodes];
    r->segment = mem_zalloc(all + 1, sizeof *r->segment);
    for (size_t i = 0; i < all; i++)
        r->segment[i] = i;
    for (size_t n = 0; n < s->nodes; n++)
        for (size_t i = 0; i < s->node[n].ifs; i++)
            join_if(r, n, i);
    for (size_t i = 0; i < all; i++)
        r->segment[i] = root(r, i);
    return r;
}

void reach_free(struct reach *r)
{
    if (!r)
        return;
    free(r->first);
    free(r->segment);
    free(r);
}

/* --- addresses -------------------------------------------------------------------------------- */

static bool is_usable(const struct snap_addr *a, sa_family_t family)
{
    return a->prefix.addr.family == family && a->scope < RT_SCOPE_LINK &&
           !ip_addr_is_link_local(&a->prefix.addr) && !(a->flags & IFA_F_DADFAILED);
}

static bool is_local6(const struct snap_addr *a, sa_family_t family)
{
    return a->prefix.addr.family == family && family == AF_INET6 &&
           ip_addr_is_link_local(&a->prefix.addr) && !(a->flags & IFA_F_DADFAILED);
}

typedef bool addr_test(const struct snap_addr *a, sa_family_t family);

static const struct snap_addr *first_addr(const struct snap_if *i, sa_family_t family,
                                          addr_test *test)
{
    for (size_t k = 0; k < i->addrs; k++)
        if (test(&i->addr[k], family))
            return &i->addr[k];
    return NULL;
}

static bool contains(const struct snap_if *i, const struct ip_addr *a)
{
    for (size_t k = 0; k < i->addrs; k++)
        if (i->addr[k].prefix.addr.family == a->family && ip_prefix_contains(&i->addr[k].prefix, a))
            return true;
    return false;
}

/* Of interface `j` the first address in a prefix of `i`, or NULL. */
static const struct snap_addr *addr_within(const struct snap_if *i, const struct snap_if *j,
                                           sa_family_t family)
{
    for (size_t k = 0; k < j->addrs; k++)
        if (is_usable(&j->addr[k], family) && contains(i, &j->addr[k].prefix.addr))
            return &j->addr[k];
    return NULL;
}

/* lo last: its addresses are reached only where routes say so. */
static const struct snap_addr *first_of_node(const struct snap_node *n, sa_family_t family)
{
    for (int lo = 0; lo < 2; lo++)
        for (size_t i = 0; i < n->ifs; i++) {
            bool is_lo = (n->iface[i].flags & IFF_LOOPBACK) != 0;
            const struct snap_addr *a =
                is_lo == lo ? first_addr(&n->iface[i], family, is_usable) : NULL;
            if (a)
                return a;
        }
    return NULL;
}

bool reach_has(const struct reach *r, size_t node, sa_family_t family)
{
    return first_of_node(&r->snap->node[node], family) != NULL;
}

static bool is_shared(const struct reach *r, size_t a, size_t i, size_t b, size_t j)
{
    return r->segment[r->first[a] + i] == r->segment[r->first[b] + j];
}

static void set(struct reach_target *out, const struct snap_addr *a, uint32_t scope, bool shared)
{
    *out = (struct reach_target){a->prefix.addr, scope, shared};
}

bool reach_pick(const struct reach *r, size_t from, size_t to, sa_family_t family,
                struct reach_target *out)
{
    const struct snap_node *a = &r->snap->node[from], *b = &r->snap->node[to];
    const struct snap_addr *other = NULL;
    for (size_t j = 0; j < b->ifs; j++) {
        const struct snap_addr *any = first_addr(&b->iface[j], family, is_usable);
        for (size_t i = 0; any && i < a->ifs; i++) {
            if (!is_shared(r, from, i, to, j))
                continue;
            const struct snap_addr *near = addr_within(&a->iface[i], &b->iface[j], family);
            if (near) {
                set(out, near, 0, true);
                return true;
            }
            other = other ? other : any;
        }
    }
    bool shared = other != NULL;
    other = other ? other : first_of_node(b, family);
    if (other)
        set(out, other, 0, shared);
    return other != NULL;
}

bool reach_pick_link_local(const struct reach *r, size_t from, size_t to, struct reach_target *out)
{
    const struct snap_node *a = &r->snap->node[from], *b = &r->snap->node[to];
    for (size_t j = 0; j < b->ifs; j++) {
        const struct snap_addr *any = first_addr(&b->iface[j], AF_INET6, is_local6);
        for (size_t i = 0; any && i < a->ifs; i++)
            if (is_shared(r, from, i, to, j)) {
                set(out, any, a->iface[i].index, true);
                return true;
            }
    }
    return false;
}

static bool across(const struct reach *r, size_t node, size_t iface, size_t other,
                   sa_family_t family, struct reach_target *out)
{
    const struct snap_node *b = &r->snap->node[other];
    const struct snap_if *i = &r->snap->node[node].iface[iface];
    for (size_t j = 0; j < b->ifs; j++) {
        const struct snap_addr *a = addr_within(i, &b->iface[j], family);
        a = a ? a : first_addr(&b->iface[j], family, is_usable);
        if (a && is_shared(r, node, iface, other, j)) {
            set(out, a, 0, true);
            return true;
        }
    }
    return false;
}

/* The veth's own other end is asked first, then the nodes in their order. */
bool reach_across(const struct reach *r, size_t node, size_t iface, sa_family_t family,
                  struct reach_target *out, size_t *node_out)
{
    int peer = r->snap->node[node].iface[iface].peer_node;
    if (peer >= 0 && (size_t)peer != node && across(r, node, iface, (size_t)peer, family, out)) {
        *node_out = (size_t)peer;
        return true;
    }
    for (size_t n = 0; n < r->snap->nodes; n++)
        if (n != node && across(r, node, iface, n, family, out)) {
            *node_out = n;
            return true;
        }
    return false;
}

size_t reach_neighbours(const struct reach *r, sa_family_t family)
{
    size_t all = r->first[r->snap->nodes], sum = 0;
    size_t *on = mem_zalloc(all + 1, sizeof *on);
    for (size_t n = 0; n < r->snap->nodes; n++)
        for (size_t i = 0; i < r->snap->node[n].ifs; i++)
            if (first_addr(&r->snap->node[n].iface[i], family, is_usable))
                on[r->segment[r->first[n] + i]]++;
    for (size_t i = 0; i < all; i++)
        sum += on[i] ? on[i] * (on[i] - 1) : 0;
    free(on);
    return sum;
}

int reach_owner(const struct reach *r, const struct ip_addr *a)
{
    for (size_t n = 0; n < r->snap->nodes; n++)
        for (size_t i = 0; i < r->snap->node[n].ifs; i++)
            for (size_t k = 0; k < r->snap->node[n].iface[i].addrs; k++)
                if (ip_addr_cmp(&r->snap->node[n].iface[i].addr[k].prefix.addr, a) == 0)
                    return (int)n;
    return SNAP_NODE_NONE;
}
