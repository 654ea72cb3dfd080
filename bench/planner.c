/* SPDX-License-Identifier: BSD-2-Clause */
/* planner: what `plan` is made of, each alone. It links the program's own libraries.
 *
 *     planner read LAB     reads the running lab through libnl as `plan` does, and nothing else
 *     planner diff NODES   microseconds of plan_diff() for a lab of that size and twice the links,
 *                          every tenth node a bridge, all but one address as the file says
 *     planner hub ROUTES   the same of one node with 60 links of 60 addresses each and that many
 *                          routes */
#include "base/mem.h"
#include "clock.h"
#include "kernel/lab.h"
#include "kernel/observe.h"
#include "plan/diff.h"
#include "plan/plan.h"

#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int read_lab(const char *name)
{
    struct err e = ERR_INIT;
    struct lab l;
    struct snap *s = NULL;
    int r = lab_open(name, getuid(), &l, &e);
    if (r == 0)
        r = lab_enter_userns(&l, &e);
    if (r == 0)
        r = observe_lab(&l, OBSERVE_ADDRS | OBSERVE_ROUTES, &s, &e);
    if (r < 0)
        fprintf(stderr, "planner: %s\n", e.text);
    else
        printf("%zu nodes\n", s->nodes);
    snap_free(s);
    lab_fini(&l);
    return r < 0;
}

static void add_end(struct topo_end *end, int node, uint32_t link, uint8_t host)
{
    end->node = node;
    end->ifname = mem_printf("e%u", link);
    struct ip_prefix p = {.addr = {.family = AF_INET}, .len = 24};
    memcpy(p.addr.byte, (uint8_t[]){10, (uint8_t)(link >> 8), (uint8_t)link, host}, 4);
    topo_prefixes_add(&end->prefix, &p);
}

/* Every node but bridges has links to the next two such nodes, and one to a bridge. */
static struct topo *make(int nodes)
{
    struct topo *t = topo_new();
    t->name = mem_strdup("planned");
    for (int i = 0; i < nodes; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        struct topo_node *n = topo_add_node(t, name);
        n->kind = i % 10 == 9 ? NODE_BRIDGE : NODE_LINUX;
        topo_node_add_sysctl(n, "net/ipv4/conf/all/proxy_arp", "1");
    }
    for (uint32_t k = 0; k < 2 * (uint32_t)nodes; k++) {
        int a = (int)(k / 2), b = (a + 1 + (int)(k % 2)) % nodes;
        struct topo_link *l = topo_add_link(t);
        add_end(&l->end[0], a, k, 1);
        add_end(&l->end[1], b, k, 2);
        for (int i = 0; i < 2; i++)
            if (t->node[l->end[i].node].kind == NODE_BRIDGE)
                l->end[i].prefix.count = 0;
    }
    return t;
}

#define HUB_LINKS 60
#define HUB_ADDRS 60

static struct topo *make_hub(int routes)
{
    struct topo *t = topo_new();
    t->name = mem_strdup("hub");
    topo_add_node(t, "hub");
    for (int k = 0; k < HUB_LINKS; k++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", k);
        topo_add_node(t, name);
        struct topo_link *l = topo_add_link(t);
        l->end[1] = (struct topo_end){.node = k + 1, .ifname = mem_strdup("eth0")};
        l->end[0] = (struct topo_end){.node = 0, .ifname = mem_printf("e%d", k)};
        for (int i = 0; i < HUB_ADDRS; i++) {
            struct ip_prefix p = {{AF_INET, {10, (uint8_t)k, (uint8_t)i, 1}}, 24};
            topo_prefixes_add(&l->end[0].prefix, &p);
        }
    }
    for (int i = 0; i < routes; i++) {
        uint8_t via[] = {10, (uint8_t)(i % HUB_LINKS), (uint8_t)(i % HUB_ADDRS), 2};
        struct topo_route *r = topo_node_add_route(&t->node[0]);
        r->to = (struct ip_prefix){{AF_INET, {172, (uint8_t)(i >> 8), (uint8_t)i, 0}}, 24};
        r->via.family = AF_INET;
        memcpy(r->via.byte, via, sizeof via);
    }
    return t;
}

static struct snap_if *add_if(struct snap_node *n, const char *name, const char *kind,
                              uint32_t index)
{
    struct snap_if *i = snap_node_add_if(n);
    snprintf(i->name, sizeof i->name, "%s", name);
    snprintf(i->kind, sizeof i->kind, "%s", kind);
    i->index = index;
    i->flags = IFF_UP;
    i->mtu = 1500;
    return i;
}

static void add_snap_end(struct snap *s, const struct op_link_end *end,
                         const struct op_link_end *far)
{
    struct snap_if *i = add_if(&s->node[end->node], end->ifname, "veth", end->ifindex);
    i->peer_index = far->ifindex;
    i->peer_node = far->node;
    i->master = end->master;
}

/* What the kernel would show of it. */
static struct snap *observe(const struct topo *t)
{
    struct ops ops = {0};
    struct snap *s = snap_new(t->name);
    plan_build(t, &ops);
    for (size_t i = 0; i < t->nodes; i++)
        add_if(snap_add_node(s, t->node[i].name), "lo", "", 1)->flags |= IFF_LOOPBACK;
    for (size_t k = 0; k < ops.count; k++) {
        const struct op *op = &ops.item[k];
        const struct op_link_end *end = op->u.link_add.end;
        if (op->kind == OP_BRIDGE_ADD)
            add_if(&s->node[op->node], end[0].ifname, "bridge", end[0].ifindex);
        if (op->kind == OP_LINK_ADD)
            add_snap_end(s, &end[0], &end[1]), add_snap_end(s, &end[1], &end[0]);
        for (size_t i = 0; op->kind == OP_ADDR_ADD && i < s->node[op->node].ifs; i++)
            if (s->node[op->node].iface[i].index == op->u.addr.ifindex)
                snap_if_add_addr(&s->node[op->node].iface[i])->prefix = op->u.addr.prefix;
        if (op->kind == OP_ROUTE_ADD)
            *snap_node_add_route(&s->node[op->node]) =
                (struct snap_route){.to = op->u.route.to,
                                    .via = op->u.route.via,
                                    .ifindex = op->u.route.ifindex,
                                    .table = RT_TABLE_MAIN,
                                    .protocol = RTPROT_STATIC,
                                    .type = RTN_UNICAST};
        for (size_t i = 0; op->kind == OP_LINK_SET && i < s->node[op->node].ifs; i++)
            if (s->node[op->node].iface[i].index == op->u.link_set.ifindex &&
                (op->u.link_set.fields & OP_SET_MASTER))
                s->node[op->node].iface[i].master = op->u.link_set.want.master;
    }
    ops_fini(&ops);
    return s;
}

static const char *as_wanted(const char *key)
{
    return strstr(key, "proxy_arp") ? "1" : NULL;
}

static const char *now(int node, const char *key, void *ctx)
{
    (void)node, (void)ctx;
    return as_wanted(key);
}

static const char *fresh(const char *key, void *ctx)
{
    (void)ctx;
    return as_wanted(key);
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

#define ROUNDS 15

static int time_diff(struct topo *t)
{
    struct snap *s = observe(t);
    const struct plan_values values = {now, fresh, NULL};
    double us[ROUNDS];
    size_t operations = 0;
    s->node[0].iface[1].addr[0].prefix.addr.byte[3] = 7; /* changed by hand */
    for (int i = 0; i < ROUNDS; i++) {
        struct plan_diff d;
        double start = clock_ms();
        plan_diff(t, s, t, &values, &d);
        us[i] = (clock_ms() - start) * 1000;
        operations = d.ops.count;
        plan_diff_fini(&d);
    }
    qsort(us, ROUNDS, sizeof us[0], by_value);
    printf("%.1f %zu\n", us[ROUNDS / 2], operations);
    snap_free(s);
    topo_free(t);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "read") == 0)
        return read_lab(argv[2]);
    int nodes = argc == 3 && strcmp(argv[1], "diff") == 0 ? atoi(argv[2]) : 0;
    if (nodes >= 10 && nodes <= 4096)
        return time_diff(make(nodes));
    int routes = argc == 3 && strcmp(argv[1], "hub") == 0 ? atoi(argv[2]) : 0;
    if (routes >= 1 && routes <= 65536)
        return time_diff(make_hub(routes));
    fputs("usage: planner read LAB | diff NODES | hub ROUTES\n", stderr);
    return 2;
}
