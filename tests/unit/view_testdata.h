/* SPDX-License-Identifier: BSD-2-Clause */
/* view_testdata: labs built by hand for the tests of the view.
 * layers: long header, because its functions are bodies, shared by several tests. */
#ifndef VETHLAB_TESTS_UNIT_VIEW_TESTDATA_H
#define VETHLAB_TESTS_UNIT_VIEW_TESTDATA_H

#include "base/mem.h"
#include "view/data.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#define TEST_MS 1000000LL
#define TEST_S  (1000 * TEST_MS)

static inline struct snap_if *test_if(struct snap_node *n, uint32_t index, const char *name)
{
    struct snap_if *i = snap_node_add_if(n);
    i->index = index;
    strncpy(i->name, name, sizeof i->name - 1);
    i->flags = IFF_UP | IFF_RUNNING | IFF_LOWER_UP | IFF_BROADCAST | IFF_MULTICAST;
    i->type = ARPHRD_ETHER;
    strcpy(i->qdisc, "noqueue");
    i->txqlen = 1000;
    i->has_broadcast = true;
    memset(i->broadcast, 0xff, sizeof i->broadcast);
    i->operstate = IF_OPER_UP;
    i->carrier = true;
    i->mtu = 1500;
    i->has_mac = true;
    i->mac[0] = 2;
    i->mac[4] = (uint8_t)(index >> 8);
    i->mac[5] = (uint8_t)index;
    i->peer_nsid = -1;
    i->peer_node = SNAP_NODE_NONE;
    return i;
}

static inline struct snap_addr *test_addr(struct snap_if *i, const char *prefix)
{
    struct snap_addr *a = snap_if_add_addr(i);
    if (!ip_prefix_parse(prefix, &a->prefix))
        abort();
    a->flags = IFA_F_PERMANENT;
    a->valid_s = a->preferred_s = SNAP_FOREVER;
    a->scope = ip_addr_is_link_local(&a->prefix.addr) ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    if (a->prefix.addr.family == AF_INET)
        strcpy(a->label, i->name);
    return a;
}

/* A static route of the main table; `via` may be NULL. */
static inline struct snap_route *test_route(struct snap_node *n, const char *to, const char *via,
                                            uint32_t ifindex)
{
    struct snap_route *r = snap_node_add_route(n);
    if (!ip_prefix_parse(to, &r->to) || (via && !ip_addr_parse(via, &r->via)))
        abort();
    r->ifindex = ifindex;
    r->table = RT_TABLE_MAIN;
    r->protocol = RTPROT_STATIC;
    r->type = RTN_UNICAST;
    r->scope = via || r->to.addr.family == AF_INET6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    return r;
}

static inline struct snap_node *test_node(struct snap *s, const char *name)
{
    struct snap_node *n = snap_add_node(s, name);
    struct snap_if *lo = test_if(n, 1, "lo");
    lo->flags = IFF_UP | IFF_RUNNING | IFF_LOWER_UP | IFF_LOOPBACK;
    lo->type = ARPHRD_LOOPBACK;
    memset(lo->broadcast, 0, sizeof lo->broadcast);
    lo->mtu = 65536;
    lo->operstate = IF_OPER_UNKNOWN;
    lo->mac[0] = lo->mac[5] = 0;
    test_addr(lo, "127.0.0.1/8")->scope = RT_SCOPE_HOST;
    test_addr(lo, "::1/128")->scope = RT_SCOPE_HOST;
    return n;
}

/* A veth between two nodes; addresses may be NULL. */
static inline void test_link(struct snap *s, uint32_t index, size_t a, const char *a_name,
                             const char *a_addr, size_t b, const char *b_name, const char *b_addr)
{
    const size_t node[] = {a, b};
    const char *const name[] = {a_name, b_name}, *const addr[] = {a_addr, b_addr};
    for (uint32_t k = 0; k < 2; k++) {
        struct snap_if *i = test_if(&s->node[node[k]], index + k, name[k]);
        char *local = mem_printf("fe80::ff:fe00:%x/64", index + k);
        strcpy(i->kind, "veth");
        i->peer_index = index + 1 - k;
        i->peer_node = (int)node[1 - k];
        i->peer_nsid = a == b ? -1 : 0;
        if (addr[k])
            test_addr(i, addr[k]);
        test_addr(i, local);
        free(local);
    }
}

/* As Linux 6.18 has it after `ip link set IF down`: both ends are DOWN, the other one without
 * carrier. (Linux 6.1 calls the other one LOWERLAYERDOWN.) */
static inline void test_set_down(struct snap *s, size_t node, const char *name)
{
    struct snap_if *i = (struct snap_if *)snap_find_if(&s->node[node], name);
    i->flags &= ~(unsigned)(IFF_UP | IFF_RUNNING | IFF_LOWER_UP);
    i->operstate = IF_OPER_DOWN;
    i->carrier = false;
    if (i->peer_node < 0)
        return;
    i = (struct snap_if *)snap_if_by_index(&s->node[i->peer_node], i->peer_index);
    i->flags &= ~(unsigned)(IFF_RUNNING | IFF_LOWER_UP);
    i->operstate = IF_OPER_DOWN;
    i->carrier = false;
}

/* A ping after `count` requests, of which each `lose`th (0: none) was lost; the last one waits. */
static inline struct view_ping *test_ping(struct view_data *d, size_t node, const char *target,
                                          const char *addr, unsigned count, unsigned lose)
{
    struct ip_addr to;
    if (!ip_addr_parse(addr, &to))
        abort();
    struct view_ping *p = view_data_add_ping(d, node, target, &to);
    for (unsigned n = 1; n <= count; n++) {
        view_ping_sent(p, n);
        if (lose && n % lose == 0)
            view_ping_lost(p, n);
        else if (n < count)
            view_ping_answered(p, n, (40 + (n * 7919 % 61) + (n % 13 == 0 ? 160 : 0)) * 1000);
    }
    return p;
}

/* Counters of two samples a second apart: rates are the same in each run. */
static inline void test_rates(struct view_data *d, struct snap *s)
{
    for (int round = 0; round < 2; round++) {
        for (size_t n = 0; n < s->nodes; n++)
            for (size_t i = 0; i < s->node[n].ifs; i++) {
                struct snap_if *it = &s->node[n].iface[i];
                it->stats.rx_bytes += (it->flags & IFF_LOOPBACK) ? 0 : 98u * it->index;
                it->stats.tx_bytes += (it->flags & IFF_LOOPBACK) ? 0 : 98u * it->index * it->index;
            }
        for (size_t n = 0; n < d->nodes; n++)
            view_data_sample(d, n, d->began_ns + (round + 1) * TEST_S);
    }
    d->now_ns = d->began_ns + 102 * TEST_S;
}

#endif
