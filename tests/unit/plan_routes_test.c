/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_routes: the difference of one node with thousands of routes; routes that a person gave in a
 * way that no file can say; what is known of a node without a record of its lab. */
#include "base/mem.h"
#include "plan/diff.h"
#include "plan/losses.h"
#include "plan/plan.h"

#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define LINKS  60
#define ADDRS  60
#define ROUTES 4000

static struct ip_prefix prefix(int a, int b, int c, int d)
{
    return (struct ip_prefix){{AF_INET, {(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d}}, 24};
}

/* A hub whose `links` ends have `addrs` addresses each, with `routes` routes by them in turn. */
static struct topo *hub(int links, int addrs, int routes)
{
    struct topo *t = topo_new();
    t->name = mem_strdup("hub");
    topo_add_node(t, "hub");
    for (int k = 0; k < links; k++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", k);
        topo_add_node(t, name);
        struct topo_link *l = topo_add_link(t);
        l->end[0] = (struct topo_end){.node = 0, .ifname = mem_printf("e%d", k)};
        l->end[1] = (struct topo_end){.node = k + 1, .ifname = mem_strdup("eth0")};
        for (int i = 0; i < addrs; i++) {
            struct ip_prefix p = prefix(10, k, i, 1);
            topo_prefixes_add(&l->end[0].prefix, &p);
        }
    }
    for (int i = 0; i < routes; i++) {
        struct topo_route *r = topo_node_add_route(&t->node[0]);
        r->to = prefix(172, i / 250, i % 250, 0);
        r->via = prefix(10, i % links, i % addrs, 2).addr;
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

static void show_end(struct snap *s, const struct op_link_end *end, const struct op_link_end *far)
{
    struct snap_if *i = add_if(&s->node[end->node], end->ifname, "veth", end->ifindex);
    i->peer_index = far->ifindex;
    i->peer_node = far->node;
}

static struct snap_route *add_route(struct snap_node *n, const char *to, const char *via,
                                    uint32_t ifindex)
{
    struct snap_route *r = snap_node_add_route(n);
    assert_true(ip_prefix_parse(to, &r->to) && ip_addr_parse(via, &r->via));
    r->ifindex = ifindex;
    r->table = RT_TABLE_MAIN;
    r->protocol = RTPROT_BOOT;
    r->type = RTN_UNICAST;
    return r;
}

/* What the kernel would show of the lab. */
static struct snap *observe(const struct topo *t)
{
    struct ops ops = {0};
    struct snap *s = snap_new(t->name);
    s->machine = SNAP_NODE_NONE;
    plan_build(t, &ops);
    for (size_t i = 0; i < t->nodes; i++) {
        struct snap_if *lo = add_if(snap_add_node(s, t->node[i].name), "lo", "", 1);
        lo->flags |= IFF_LOOPBACK;
        assert_true(ip_prefix_parse("127.0.0.1/8", &snap_if_add_addr(lo)->prefix));
    }
    for (size_t k = 0; k < ops.count; k++) {
        const struct op *op = &ops.item[k];
        struct snap_node *n = op->node >= 0 ? &s->node[op->node] : NULL;
        const struct op_link_end *end = op->u.link_add.end;
        if (op->kind == OP_LINK_ADD)
            show_end(s, &end[0], &end[1]), show_end(s, &end[1], &end[0]);
        for (size_t i = 0; op->kind == OP_ADDR_ADD && i < n->ifs; i++)
            if (n->iface[i].index == op->u.addr.ifindex)
                snap_if_add_addr(&n->iface[i])->prefix = op->u.addr.prefix;
        if (op->kind != OP_ROUTE_ADD)
            continue;
        struct snap_route *r = snap_node_add_route(n);
        *r = (struct snap_route){.to = op->u.route.to, .via = op->u.route.via};
        r->ifindex = op->u.route.ifindex;
        r->table = RT_TABLE_MAIN;
        r->protocol = RTPROT_STATIC;
        r->type = RTN_UNICAST;
    }
    ops_fini(&ops);
    return s;
}

static const char *now(int node, const char *key, void *ctx)
{
    (void)node, (void)key, (void)ctx;
    return NULL;
}

static const char *fresh(const char *key, void *ctx)
{
    (void)key, (void)ctx;
    return NULL;
}

/* The operations of one kind; what this kernel has no sysctl for is not among them. */
static size_t count(const struct plan_diff *d, enum op_kind kind)
{
    size_t found = 0;
    for (size_t i = 0; i < d->ops.count; i++)
        found += d->ops.item[i].kind == kind;
    return found;
}

static const struct op *only(const struct ops *l, enum op_kind kind)
{
    const struct op *found = NULL;
    for (size_t i = 0; i < l->count; i++)
        if (l->item[i].kind == kind) {
            assert_null(found);
            found = &l->item[i];
        }
    assert_non_null(found);
    return found;
}

static void diff(const struct topo *t, const struct snap *s, const struct topo *was,
                 struct plan_diff *d)
{
    static const struct plan_values values = {now, fresh, NULL};
    plan_diff(t, s, was, &values, d);
}

/* Of processor time, so that a busy machine does not count; it takes some hundredths. Looking each
 * route up among all, and each address for each, took minutes. */
#define BOUND_S 10

static void test_thousands_of_routes(void **state)
{
    struct topo *t = hub(LINKS, ADDRS, ROUTES);
    struct snap *s = observe(t);
    struct plan_diff d;
    (void)state;
    clock_t before = clock();
    diff(t, s, t, &d);
    assert_int_equal(count(&d, OP_ROUTE_DEL) + count(&d, OP_ROUTE_ADD), 0);
    assert_int_equal(count(&d, OP_ADDR_DEL) + count(&d, OP_ADDR_ADD), 0);
    plan_diff_fini(&d);
    s->node[0].route[7].via.byte[3]++;
    struct snap_addr *a = &s->node[0].iface[1].addr[3];
    a->prefix.addr.byte[3]++;
    diff(t, s, t, &d);
    assert_int_equal(count(&d, OP_ROUTE_DEL), 1);
    assert_int_equal(count(&d, OP_ROUTE_ADD), 1);
    assert_int_equal(count(&d, OP_ADDR_DEL), 1);
    assert_int_equal(count(&d, OP_ADDR_ADD), 1);
    plan_diff_fini(&d);
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC < BOUND_S);
    snap_free(s);
    topo_free(t);
}

/* The kernel drops it whole with its first next hop: one operation, and one brings it back. */
static void test_several_next_hops(void **state)
{
    struct topo *t = hub(1, 1, 1);
    struct snap *s = observe(t);
    struct snap_node *n = &s->node[0];
    struct plan_diff d;
    struct ops undo = {0};
    (void)state;
    n->routes = 0; /* in the place of the file's route, by the same gateway and by another */
    struct snap_route *r = add_route(n, "172.0.0.0/24", "10.0.0.2", n->iface[1].index);
    r->hops = 2;
    r->weight = 4;
    r = add_route(n, "172.0.0.0/24", "10.0.0.3", n->iface[1].index);
    r->hops = 2;
    r->hop = 1;
    diff(t, s, t, &d);
    const struct op_route *gone = &only(&d.ops, OP_ROUTE_DEL)->u.route;
    assert_int_equal(gone->hops, 2);
    assert_int_equal(gone->via.family, AF_UNSPEC);
    assert_int_equal(gone->hop[0].via.byte[3], 2);
    assert_int_equal(gone->hop[0].weight, 4);
    assert_int_equal(gone->hop[1].via.byte[3], 3);
    assert_string_equal(gone->hop[1].ifname, "e0");
    assert_int_equal(only(&d.ops, OP_ROUTE_ADD)->u.route.via.byte[3], 2);
    plan_undo(&d, d.ops.count, &undo);
    assert_int_equal(only(&undo, OP_ROUTE_DEL)->u.route.hops, 0);
    assert_int_equal(only(&undo, OP_ROUTE_ADD)->u.route.hops, 2);
    ops_fini(&undo);
    plan_diff_fini(&d);
    snap_free(s);
    topo_free(t);
}

/* Of three of one prefix and metric, the two over the interface that goes down are brought back. */
static void test_lost_beside_another(void **state)
{
    struct topo *t = hub(2, 1, 1);
    struct snap *s = observe(t);
    struct snap_node *n = &s->node[0];
    struct ops lost = {0};
    struct op down = {.kind = OP_LINK_SET};
    (void)state;
    down.u.link_set = (struct op_link_set){.ifname = "e0", .ifindex = n->iface[1].index};
    down.u.link_set.fields = OP_SET_UP;
    down.u.link_set.before.up = true;
    n->route[0].ifindex = n->iface[1].index;
    add_route(n, "172.0.0.0/24", "10.1.0.2", n->iface[2].index);
    add_route(n, "172.0.0.0/24", "10.0.0.3", n->iface[1].index);
    add_route(n, "172.0.1.0/24", "10.0.0.2", n->iface[1].index);
    plan_losses(&down, n, &lost);
    assert_int_equal(lost.count, 3);
    assert_int_equal(lost.item[0].u.route.place, OP_ROUTE_FIRST);
    assert_int_equal(lost.item[0].u.route.protocol, RTPROT_STATIC);
    assert_int_equal(lost.item[1].u.route.place, OP_ROUTE_LAST);
    assert_int_equal(lost.item[1].u.route.protocol, RTPROT_BOOT);
    assert_int_equal(lost.item[2].u.route.place, OP_ROUTE_ALONE);
    ops_fini(&lost);
    snap_free(s);
    topo_free(t);
}

static void test_type_of_service_and_table(void **state)
{
    struct topo *t = hub(1, 1, 2);
    struct snap *s = observe(t);
    struct snap_node *n = &s->node[0];
    struct plan_diff d;
    (void)state;
    n->route[0].tos = 8;
    n->route[1].table = 100; /* somebody else's: it says nothing of the main one */
    diff(t, s, t, &d);
    assert_int_equal(only(&d.ops, OP_ROUTE_DEL)->u.route.tos, 8);
    assert_int_equal(count(&d, OP_ROUTE_ADD), 2);
    plan_diff_fini(&d);
    snap_free(s);
    topo_free(t);
}

static void test_namespaces_without_record(void **state)
{
    struct topo *t = hub(1, 1, 0);
    struct snap *s = observe(t);
    struct plan_diff d;
    (void)state;
    t->node[1].namespaces = TOPO_NS_NET;
    diff(t, s, NULL, &d); /* not read: nothing is said */
    assert_int_equal(d.replaced, 0);
    plan_diff_fini(&d);
    for (size_t i = 0; i < s->nodes; i++)
        s->node[i].namespaces = TOPO_NS_ALL;
    t->node[0].namespaces = TOPO_NS_ALL;
    diff(t, s, NULL, &d);
    assert_int_equal(d.replaced, 1);
    assert_int_equal(count(&d, OP_NODE_DEL), 1);
    assert_int_equal(count(&d, OP_NODE_ADD), 1);
    plan_diff_fini(&d);
    snap_free(s);
    topo_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thousands_of_routes),
        cmocka_unit_test(test_several_next_hops),
        cmocka_unit_test(test_lost_beside_another),
        cmocka_unit_test(test_type_of_service_and_table),
        cmocka_unit_test(test_namespaces_without_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
