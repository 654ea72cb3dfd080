/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_routes: see the header. What the kernel drops in silence is in fib_sync_down_dev(),
 * fib_sync_down_addr() and fib_disable_ip() (net/ipv4/fib_semantics.c, fib_frontend.c). */
#include "live/watch_routes.h"

#include "base/mem.h"

#include <net/if.h>
#include <stdlib.h>

void watch_routes_fini(struct watch_routes *l)
{
    free(l->item);
    *l = (struct watch_routes){0};
}

/* What the kernel takes for one route with several next hops, or replaces. */
static bool is_same_key(const struct snap_route *a, const struct snap_route *b)
{
    return ip_prefix_cmp(&a->to, &b->to) == 0 && a->table == b->table && a->metric == b->metric;
}

static bool is_same(const struct snap_route *a, const struct snap_route *b)
{
    return is_same_key(a, b) && ip_addr_cmp(&a->via, &b->via) == 0 && a->ifindex == b->ifindex &&
           a->type == b->type && a->protocol == b->protocol && ip_addr_cmp(&a->src, &b->src) == 0;
}

static bool is_among(const struct snap_route *r, const struct snap_route *row, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        if (is_same(r, &row[i]))
            return true;
    return false;
}

static void add(struct watch_routes *l, const struct snap_route *r, watch_routes_fn *fn, void *ctx)
{
    if (l->count < WATCH_ROUTES_MAX) {
        mem_grow(&l->item, &l->room, l->count, sizeof *l->item);
        l->item[l->count++] = *r;
    } else {
        l->overfull = true;
    }
    if (fn)
        fn(r, true, ctx);
}

static void take_out(struct watch_routes *l, size_t i, watch_routes_fn *fn, void *ctx)
{
    struct snap_route gone = l->item[i];
    for (l->count--; i < l->count; i++)
        l->item[i] = l->item[i + 1];
    if (fn)
        fn(&gone, false, ctx);
}

void watch_routes_put(struct watch_routes *l, const struct snap_route *row, size_t rows,
                      bool replaces, watch_routes_fn *fn, void *ctx)
{
    for (size_t i = 0; replaces && rows && i < l->count;)
        if (is_same_key(&l->item[i], &row[0]) && !is_among(&l->item[i], row, rows))
            take_out(l, i, fn, ctx);
        else
            i++;
    for (size_t k = 0; k < rows; k++)
        if (!is_among(&row[k], l->item, l->count))
            add(l, &row[k], fn, ctx);
}

void watch_routes_remove(struct watch_routes *l, const struct snap_route *row, size_t rows,
                         watch_routes_fn *fn, void *ctx)
{
    for (size_t k = 0; k < rows; k++) {
        size_t i = 0;
        while (i < l->count && !is_same(&l->item[i], &row[k]))
            i++;
        if (i < l->count)
            take_out(l, i, fn, ctx);
        else if (l->overfull && fn)
            fn(&row[k], false, ctx);
    }
}

void watch_routes_sync(struct watch_routes *l, const struct snap_route *row, size_t rows,
                       watch_routes_fn *fn, void *ctx)
{
    if (rows > WATCH_ROUTES_MAX) { /* the list is no more than a part: nothing can be told */
        l->count = 0;
        fn = NULL;
    }
    l->overfull = false;
    for (size_t i = 0; i < l->count;)
        if (is_among(&l->item[i], row, rows))
            i++;
        else
            take_out(l, i, fn, ctx);
    if (rows <= WATCH_ROUTES_MAX)
        watch_routes_put(l, row, rows, false, fn, ctx);
    else
        l->overfull = true;
}

static bool is_up(const struct snap_node *n, uint32_t ifindex)
{
    const struct snap_if *i = snap_if_by_index(n, ifindex);
    return i && i->flags & IFF_UP;
}

/* Another next hop of the same route holds it; then `ip route` shows this one as dead. */
static bool is_held(const struct watch_routes *l, const struct snap_route *r,
                    const struct snap_node *n)
{
    for (size_t i = 0; i < l->count; i++)
        if (is_same_key(&l->item[i], r) && l->item[i].ifindex != r->ifindex &&
            is_up(n, l->item[i].ifindex))
            return true;
    return false;
}

void watch_routes_link_down(struct watch_routes *l, uint32_t ifindex, const struct snap_node *n,
                            watch_routes_fn *fn, void *ctx)
{
    for (size_t i = 0; i < l->count;)
        if (l->item[i].ifindex == ifindex && !is_held(l, &l->item[i], n))
            take_out(l, i, fn, ctx);
        else
            i++;
}

static bool has_ipv4(const struct snap_if *i)
{
    for (size_t k = 0; k < i->addrs; k++)
        if (i->addr[k].prefix.addr.family == AF_INET)
            return true;
    return false;
}

void watch_routes_addr_gone(struct watch_routes *l, const struct snap_if *i,
                            const struct ip_addr *addr, watch_routes_fn *fn, void *ctx)
{
    bool last = addr->family == AF_INET && !has_ipv4(i);
    if (addr->family != AF_INET) /* of IPv6 the kernel tells */
        return;
    for (size_t k = 0; k < l->count;) {
        const struct snap_route *r = &l->item[k];
        bool theirs = last && r->ifindex == i->index && r->to.addr.family == AF_INET;
        if (theirs || ip_addr_cmp(&r->src, addr) == 0)
            take_out(l, k, fn, ctx);
        else
            k++;
    }
}
