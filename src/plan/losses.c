/* SPDX-License-Identifier: BSD-2-Clause */
/* losses: see the header. */
#include "plan/losses.h"

#include "base/mem.h"
#include "plan/diff_work.h"

#include <linux/if_addr.h>
#include <string.h>

static bool goes_down(const struct op *op)
{
    const struct op_link_set *s = &op->u.link_set;
    return op->kind == OP_LINK_SET && (s->fields & OP_SET_UP) && s->before.up && !s->want.up;
}

static bool gets_too_small(const struct op *op)
{
    const struct op_link_set *s = &op->u.link_set;
    return op->kind == OP_LINK_SET && (s->fields & OP_SET_MTU) && s->want.mtu < TOPO_MTU_IPV6_MIN &&
           s->before.mtu >= TOPO_MTU_IPV6_MIN;
}

bool plan_may_lose(const struct op *op)
{
    return goes_down(op) || gets_too_small(op);
}

/* The link-local address that the kernel makes of a MAC (RFC 4291, appendix A). A person may give
 * another one, which nobody but him would bring back. */
static bool is_made_of_mac(const struct snap_if *i, const struct ip_addr *a)
{
    const uint8_t *m = i->mac;
    const uint8_t id[] = {m[0] ^ 2, m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]};
    return i->has_mac && ip_addr_is_link_local(a) && memcmp(a->byte + 8, id, sizeof id) == 0;
}

static bool is_lost_addr(const struct snap_if *i, const struct snap_addr *a)
{
    bool is_own = (i->flags & IFF_LOOPBACK) && diff_is_own_addr(i, &a->prefix);
    return a->prefix.addr.family == AF_INET6 && (a->flags & IFA_F_PERMANENT) &&
           !(a->flags & IFA_F_STABLE_PRIVACY) && !is_own && !is_made_of_mac(i, &a->prefix.addr);
}

static void lose_addrs(const struct op *op, const struct snap_if *i, const char *name,
                       struct ops *out)
{
    for (size_t k = 0; k < i->addrs; k++) {
        const struct snap_addr *a = &i->addr[k];
        if (is_lost_addr(i, a))
            ops_add(out, OP_ADDR_ADD, op->node, op->mark)->u.addr =
                (struct op_addr){name, i->index, a->prefix, (a->flags & IFA_F_NODAD) != 0};
    }
}

/* They come again in the order that they had. */
static enum op_route_place place_of(const struct snap_node *n, size_t k)
{
    const struct snap_route *r = &n->route[k];
    if (r->hops > 1) /* may be there yet, by another next hop */
        return OP_ROUTE_ALONE;
    if (k > 0 && diff_is_rival(r - 1, r))
        return OP_ROUTE_LAST;
    return k + 1 < n->routes && diff_is_rival(r, r + 1) ? OP_ROUTE_FIRST : OP_ROUTE_ALONE;
}

/* A gateway may be reached by a route that was given too, so that those come last. */
static void lose_routes(const struct op *op, const struct snap_node *n, const char *name,
                        bool by_gateway, struct ops *out)
{
    for (size_t k = 0; k < n->routes; k++) {
        const struct snap_route *r = &n->route[k];
        bool is_v6 = r->to.addr.family == AF_INET6;
        if (r->ifindex != op->u.link_set.ifindex || !diff_is_given_route(r) ||
            (r->via.family != AF_UNSPEC) != by_gateway || (!is_v6 && !goes_down(op)))
            continue;
        uint32_t metric = is_v6 && r->metric == TOPO_METRIC_IPV6 ? 0 : r->metric;
        ops_add(out, OP_ROUTE_ADD, op->node, op->mark)->u.route =
            (struct op_route){.ifname = name,
                              .ifindex = r->ifindex,
                              .to = r->to,
                              .via = r->via,
                              .src = r->src,
                              .metric = metric,
                              .tos = r->tos,
                              .place = place_of(n, k),
                              .protocol = r->protocol,
                              .scope = r->scope};
    }
}

void plan_losses(const struct op *op, const struct snap_node *n, struct ops *out)
{
    const struct snap_if *i =
        plan_may_lose(op) ? snap_if_by_index(n, op->u.link_set.ifindex) : NULL;
    if (!i)
        return;
    const char *name = ops_keep(out, mem_strdup(i->name));
    lose_addrs(op, i, name, out);
    lose_routes(op, n, name, false, out);
    lose_routes(op, n, name, true, out);
}
