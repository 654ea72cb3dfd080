/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_undo: what the kernel does besides what it was asked for, and the way back has to mend: IPv6
 * that goes with an MTU or by disable_ipv6, bridges with ports, sources of routes. */
#include "base/mem.h"
#include "plan/diff.h"
#include "plan/plan.h"

#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOST_INDEX 500

static struct topo_link *add_link(struct topo *t, int a, int b, const char *b_if)
{
    struct topo_link *l = topo_add_link(t);
    l->end[0] = (struct topo_end){.node = a, .ifname = mem_strdup("eth0")};
    l->end[1] = (struct topo_end){.node = b, .ifname = mem_strdup(b_if)};
    return l;
}

static void add_prefix(struct topo_prefixes *list, const char *text)
{
    struct ip_prefix p;
    assert_true(ip_prefix_parse(text, &p));
    topo_prefixes_add(list, &p);
}

static struct topo *lab(const char *first, const char *second)
{
    struct topo *t = topo_new();
    t->name = mem_strdup("lab");
    topo_add_node(t, first);
    if (second)
        topo_add_node(t, second);
    return t;
}

/* --- what the kernel would show of it --------------------------------------------------------- */
static struct snap_if *add_if(struct snap_node *n, const char *name, const char *kind,
                              uint32_t index)
{
    struct snap_if *i = snap_node_add_if(n);
    snprintf(i->name, sizeof i->name, "%s", name);
    snprintf(i->kind, sizeof i->kind, "%s", kind);
    i->index = index;
    i->flags = IFF_UP;
    i->mtu = 1500;
    i->peer_node = SNAP_NODE_NONE;
    return i;
}

static struct snap_node *node_of(struct snap *s, int node)
{
    return &s->node[node == TOPO_HOST ? s->machine : node];
}

static struct snap_if *iface(struct snap *s, int node, const char *name)
{
    struct snap_node *n = node_of(s, node);
    for (size_t i = 0; i < n->ifs; i++)
        if (strcmp(n->iface[i].name, name) == 0)
            return &n->iface[i];
    fail();
    return NULL;
}

static void show_link(struct snap *s, const struct op_link_add *l)
{
    for (int k = 0; k < 2; k++) {
        const struct op_link_end *end = &l->end[k], *far = &l->end[!k];
        bool on_host = end->node == TOPO_HOST, to_host = far->node == TOPO_HOST;
        struct snap_if *i =
            add_if(node_of(s, end->node), end->ifname, "veth", on_host ? HOST_INDEX : end->ifindex);
        i->peer_index = to_host ? HOST_INDEX : far->ifindex;
        i->peer_node = to_host ? s->machine : far->node;
        i->mtu = l->mtu ? l->mtu : 1500;
        i->master = end->master;
        i->alias = on_host ? mem_strdup("vethlab:lab:x") : NULL;
    }
}

static void show_addr(struct snap *s, const struct op *op)
{
    struct snap_if *i = iface(s, op->node, op->u.addr.ifname);
    struct snap_addr *a = snap_if_add_addr(i);
    a->prefix = op->u.addr.prefix;
    a->flags = op->u.addr.nodad && a->prefix.addr.family == AF_INET6 ? IFA_F_NODAD : 0;
}

static void show_op(struct snap *s, const struct op *op)
{
    switch (op->kind) {
    case OP_BRIDGE_ADD:
        add_if(node_of(s, op->node), op->u.link_add.end[0].ifname, "bridge",
               op->u.link_add.end[0].ifindex);
        break;
    case OP_LINK_ADD:
        show_link(s, &op->u.link_add);
        break;
    case OP_LINK_SET:
        if (op->u.link_set.ifindex == 1)
            iface(s, op->node, "lo")->flags |= IFF_UP;
        if (op->u.link_set.fields & OP_SET_MASTER)
            iface(s, op->node, op->u.link_set.ifname)->master = op->u.link_set.want.master;
        break;
    case OP_ADDR_ADD:
        show_addr(s, op);
        break;
    case OP_ROUTE_ADD:
        *snap_node_add_route(node_of(s, op->node)) =
            (struct snap_route){.to = op->u.route.to,
                                .via = op->u.route.via,
                                .src = op->u.route.src,
                                .ifindex = op->u.route.ifindex,
                                .metric = op->u.route.to.addr.family == AF_INET6 ? 1024 : 0,
                                .table = RT_TABLE_MAIN,
                                .protocol = RTPROT_STATIC,
                                .type = RTN_UNICAST};
        break;
    default:
        break;
    }
}

/* The machine is the last node. */
static struct snap *observe(const struct topo *t)
{
    struct ops ops = {0};
    struct snap *s = snap_new("lab");
    for (size_t i = 0; i < t->nodes; i++) {
        struct snap_if *lo = add_if(snap_add_node(s, t->node[i].name), "lo", "", 1);
        lo->flags = IFF_LOOPBACK;
        if (!t->node[i].lo_down)
            assert_true(ip_prefix_parse("127.0.0.1/8", &snap_if_add_addr(lo)->prefix));
    }
    s->machine = (int)s->nodes;
    snap_add_node(s, "(machine)");
    plan_build(t, &ops);
    for (size_t i = 0; i < ops.count; i++)
        show_op(s, &ops.item[i]);
    ops_fini(&ops);
    return s;
}

/* --- the difference, and the way back --------------------------------------------------------- */
/* What the kernel has where it is not what the last of the two says. */
struct pair {
    const char *key, *value;
};
static const struct pair *present;

static const char *now(int node, const char *key, void *ctx)
{
    const struct topo *t = ctx;
    static char found[64];
    struct ops ops = {0};
    const char *value = NULL;
    for (const struct pair *p = present; p && p->key && !value; p++)
        value = strcmp(p->key, key) == 0 ? p->value : NULL;
    plan_build(t, &ops);
    for (size_t i = 0; !value && i < ops.count; i++)
        if (ops.item[i].kind == OP_SYSCTL_SET && ops.item[i].node == node &&
            strcmp(ops.item[i].u.sysctl.key, key) == 0) {
            snprintf(found, sizeof found, "%s", ops.item[i].u.sysctl.value);
            value = found;
        }
    ops_fini(&ops);
    return value;
}

static const char *fresh(const char *key, void *ctx)
{
    (void)key, (void)ctx;
    return NULL;
}

struct way {
    struct snap *s;
    struct plan_diff d;
    struct ops undo; /* of all of it */
};

static void go(struct topo *was, const struct topo *want, struct snap *s, struct way *w)
{
    const struct plan_values values = {now, fresh, was};
    *w = (struct way){.s = s ? s : observe(was)};
    plan_diff(want, w->s, was, &values, &w->d);
    plan_undo(&w->d, w->d.ops.count, &w->undo);
}

static void end(struct way *w, struct topo *was, struct topo *want)
{
    ops_fini(&w->undo);
    plan_diff_fini(&w->d);
    snap_free(w->s);
    topo_free(was);
    topo_free(want);
    present = NULL;
}

static size_t find(const struct ops *l, enum op_kind kind, size_t from)
{
    while (from < l->count && l->item[from].kind != kind)
        from++;
    return from;
}

static size_t find_mtu(const struct ops *l, const char *ifname)
{
    size_t i = find(l, OP_LINK_SET, 0);
    while (i < l->count && (strcmp(l->item[i].u.link_set.ifname, ifname) != 0 ||
                            !(l->item[i].u.link_set.fields & OP_SET_MTU)))
        i = find(l, OP_LINK_SET, i + 1);
    return i;
}

static size_t find_sysctl(const struct ops *l, const char *key, size_t from)
{
    size_t i = find(l, OP_SYSCTL_SET, from);
    while (i < l->count && strcmp(l->item[i].u.sysctl.key, key) != 0)
        i = find(l, OP_SYSCTL_SET, i + 1);
    return i;
}

/* It is set, behind `from`, to that. */
static void assert_set(const struct ops *l, const char *key, const char *value, size_t from)
{
    size_t i = find_sysctl(l, key, from);
    assert_in_range(i, from, l->count - 1);
    assert_string_equal(l->item[i].u.sysctl.value, value);
}

/* --- an MTU below what IPv6 needs ------------------------------------------------------------- */
static void test_end_on_the_machine(void **state)
{
    static const struct pair is[] = {{"net/ipv6/conf/hv0/disable_ipv6", "1"},
                                     {"net/ipv6/conf/hv0/accept_ra", "0"},
                                     {"net/ipv6/conf/hv0/accept_dad", "7"},
                                     {NULL, NULL}};
    struct topo *a = lab("a", NULL), *b = lab("a", NULL);
    struct way w;
    (void)state;
    present = is;
    add_link(a, 0, TOPO_HOST, "hv0");
    add_link(b, 0, TOPO_HOST, "hv0")->mtu = 1000;
    go(a, b, NULL, &w);
    for (size_t i = find(&w.d.ops, OP_SYSCTL_SET, 0); i < w.d.ops.count;
         i = find(&w.d.ops, OP_SYSCTL_SET, i + 1))
        assert_null(strstr(w.d.ops.item[i].u.sysctl.key, "/hv0/")); /* no such file any more */
    size_t mtu = find_mtu(&w.undo, "hv0");
    assert_int_equal(w.undo.item[mtu].u.link_set.want.mtu, 1500);
    for (const struct pair *p = is; p->key; p++)
        assert_set(&w.undo, p->key, p->value, mtu);
    end(&w, a, b);
}

static void test_settings_of_nodes(void **state)
{
    static const struct pair is[] = {{"net/ipv6/conf/eth0/accept_ra", "0"},
                                     {"net/ipv4/conf/eth0/rp_filter", "0"},
                                     {"net/ipv6/conf/eth0/hop_limit", "33"},
                                     {NULL, NULL}};
    struct topo *a = lab("a", "b"), *b = lab("a", "b");
    struct way w;
    (void)state;
    present = is;
    topo_node_add_sysctl(&a->node[0], "net/ipv6/conf/eth0/hop_limit", "33");
    add_link(a, 0, 1, "eth0");
    add_link(b, 0, 1, "eth0")->mtu = 1000;
    go(a, b, NULL, &w);
    assert_int_equal(find_sysctl(&w.d.ops, "net/ipv6/conf/eth0/hop_limit", 0), w.d.ops.count);
    size_t mtu = find_mtu(&w.undo, "eth0");
    assert_set(&w.undo, "net/ipv6/conf/eth0/accept_ra", "0", mtu);
    assert_set(&w.undo, "net/ipv6/conf/eth0/hop_limit", "33", mtu);
    assert_int_equal(find_sysctl(&w.undo, "net/ipv4/conf/eth0/rp_filter", 0), w.undo.count);
    end(&w, a, b);
}

/* Its IPv6 address needs the setting first. */
static void test_bridge(void **state)
{
    static const struct pair is[] = {{"net/ipv6/conf/sw/disable_ipv6", "0"}, {NULL, NULL}};
    struct topo *a = lab("b", "sw"), *b = lab("b", "sw");
    struct way w;
    (void)state;
    present = is;
    a->node[1].kind = b->node[1].kind = NODE_BRIDGE;
    add_prefix(&a->node[1].prefix, "fd05::1/64");
    add_link(a, 0, 1, "p1");
    add_link(b, 0, 1, "p1")->mtu = 1000;
    go(a, b, NULL, &w);
    size_t mtu = find_mtu(&w.undo, "sw"), addr = find(&w.undo, OP_ADDR_ADD, 0);
    assert_set(&w.undo, is[0].key, "0", mtu);
    assert_true(find_sysctl(&w.undo, is[0].key, mtu) < addr && addr < w.undo.count);
    end(&w, a, b);
}

/* --- IPv6 that is switched ----------------------------------------------------------------------
 */
/* disable_ipv6 of all takes the addresses, though the interface's own is 0 again at the end. */
static void test_switch_of_all(void **state)
{
    static const char all[] = "net/ipv6/conf/all/disable_ipv6";
    struct topo *a = lab("a", "b"), *b = lab("a", "b");
    struct way w;
    (void)state;
    topo_node_add_sysctl(&b->node[0], all, "1");
    topo_node_add_sysctl(&b->node[0], "net/ipv6/conf/eth0/disable_ipv6", "0");
    for (int k = 0; k < 2; k++) {
        struct topo *t = k ? b : a;
        struct topo_link *l = add_link(t, 0, 1, "eth0");
        add_prefix(&l->end[0].prefix, "fd00::1/64");
        struct topo_route *r = topo_node_add_route(&t->node[0]);
        assert_true(ip_prefix_parse("fd99::/64", &r->to) && ip_addr_parse("fd00::2", &r->via));
        r->dev = mem_strdup("eth0");
    }
    go(a, b, NULL, &w);
    size_t off = find_sysctl(&w.d.ops, all, 0);
    assert_true(find(&w.d.ops, OP_ROUTE_DEL, 0) < find(&w.d.ops, OP_ADDR_DEL, 0));
    assert_true(find(&w.d.ops, OP_ADDR_DEL, 0) < off && off < find(&w.d.ops, OP_ADDR_ADD, 0));
    assert_true(find(&w.d.ops, OP_ADDR_ADD, 0) < find(&w.d.ops, OP_ROUTE_ADD, 0));
    assert_in_range(find(&w.d.ops, OP_ROUTE_ADD, 0), 0, w.d.ops.count - 1);
    off = find_sysctl(&w.undo, all, 0);
    assert_true(off < find(&w.undo, OP_ADDR_ADD, 0));
    assert_true(find(&w.undo, OP_ADDR_ADD, 0) < find(&w.undo, OP_ROUTE_ADD, 0));
    assert_in_range(find(&w.undo, OP_ROUTE_ADD, 0), 0, w.undo.count - 1);
    end(&w, a, b);
}

/* --- addresses -------------------------------------------------------------------------------- */
/* 127.0.0.1 is the kernel's; others of its network are behind it, and go with it. */
static void test_loopback(void **state)
{
    struct topo *a = lab("a", NULL), *b = lab("a", NULL);
    struct way w;
    (void)state;
    add_prefix(&a->node[0].prefix, "127.0.0.5/8");
    add_prefix(&b->node[0].prefix, "127.0.0.5/8");
    b->node[0].lo_down = true;
    go(a, b, NULL, &w);
    size_t other = find(&w.d.ops, OP_ADDR_DEL, 0), own = find(&w.d.ops, OP_ADDR_DEL, other + 1);
    assert_int_equal(w.d.ops.item[other].u.addr.prefix.addr.byte[3], 5);
    assert_int_equal(w.d.ops.item[own].u.addr.prefix.addr.byte[3], 1);
    assert_true(own < find(&w.d.ops, OP_ADDR_ADD, 0));
    assert_int_equal(w.undo.item[w.undo.count - 1].kind, OP_ADDR_ADD);
    assert_int_equal(w.undo.item[w.undo.count - 1].u.addr.prefix.addr.byte[3], 5);
    struct snap *s = observe(b);
    plan_diff_fini(&w.d);
    plan_diff(b, s, b, &(struct plan_values){now, fresh, b}, &w.d);
    assert_int_equal(w.d.ops.count, 0);
    b->node[0].prefix.count = 0; /* no longer wanted */
    plan_diff_fini(&w.d);
    plan_diff(b, s, b, &(struct plan_values){now, fresh, b}, &w.d);
    assert_int_equal(w.d.ops.count, 1);
    assert_int_equal(w.d.ops.item[0].kind, OP_ADDR_DEL);
    snap_free(s);
    end(&w, a, b);
}

/* The kernel takes the source out of a route whose address goes, and leaves the route. */
static void test_source_of_a_route(void **state)
{
    struct topo *a = lab("a", "b"), *b = lab("a", "b");
    struct way w;
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct topo *t = k ? b : a;
        struct topo_link *l = add_link(t, 0, 1, "eth0");
        add_prefix(&l->end[0].prefix, k ? "fd01::1/80" : "fd01::1/64");
        struct topo_route *r = topo_node_add_route(&t->node[0]);
        assert_true(ip_prefix_parse("fd99::/64", &r->to) && ip_addr_parse("fd01::2", &r->via) &&
                    ip_addr_parse("fd01::1", &r->src));
        r->dev = mem_strdup("eth0");
    }
    go(a, b, NULL, &w);
    assert_true(find(&w.d.ops, OP_ROUTE_DEL, 0) < find(&w.d.ops, OP_ADDR_DEL, 0));
    assert_true(find(&w.d.ops, OP_ADDR_ADD, 0) < find(&w.d.ops, OP_ROUTE_ADD, 0));
    size_t last = find(&w.undo, OP_ROUTE_ADD, 0);
    assert_int_equal(last, w.undo.count - 1);
    assert_int_equal(w.undo.item[last].u.route.src.family, AF_INET6);
    end(&w, a, b);
}

/* An address that is looked for first is waited for. */
static void test_tentative(void **state)
{
    struct topo *a = lab("a", "b"), *b = lab("a", "b");
    struct way w;
    (void)state;
    a->node[0].dad = b->node[0].dad = true;
    add_link(a, 0, 1, "eth0");
    add_prefix(&add_link(b, 0, 1, "eth0")->end[0].prefix, "fd00::1/64");
    add_prefix(&b->link[0].end[1].prefix, "fd00::2/64");
    go(a, b, NULL, &w);
    size_t ready = find(&w.d.ops, OP_LINK_READY, find(&w.d.ops, OP_ADDR_ADD, 0));
    assert_in_range(ready, 0, w.d.ops.count - 1);
    assert_int_equal(w.d.ops.item[ready].node, 0);
    assert_int_equal(find(&w.d.ops, OP_LINK_READY, ready + 1), w.d.ops.count); /* b's is not */
    end(&w, a, b);
}

/* --- a bridge that somebody made of a lab's interface --------------------------------------------
 */
static void test_bridge_by_hand(void **state)
{
    struct topo *a = lab("a", "b"), *b = lab("a", "b");
    struct way w;
    (void)state;
    add_link(a, 0, 1, "eth0");
    add_link(b, 0, 1, "eth0");
    struct snap *s = observe(a);
    add_if(&s->node[0], "br9", "bridge", 99);
    iface(s, 0, "eth0")->master = 99;
    go(a, b, s, &w);
    size_t set = find(&w.d.ops, OP_LINK_SET, 0);
    assert_true(set < find(&w.d.ops, OP_BRIDGE_DEL, 0));
    assert_int_equal(find(&w.d.ops, OP_LINK_SET, set + 1), w.d.ops.count);
    set = find(&w.undo, OP_LINK_SET, 0);
    assert_true(find(&w.undo, OP_BRIDGE_ADD, 0) < set && set < w.undo.count);
    assert_int_equal(w.undo.item[set].u.link_set.fields, OP_SET_MASTER);
    assert_int_equal(w.undo.item[set].u.link_set.want.master, 99);
    end(&w, a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_end_on_the_machine),
        cmocka_unit_test(test_settings_of_nodes),
        cmocka_unit_test(test_bridge),
        cmocka_unit_test(test_switch_of_all),
        cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_source_of_a_route),
        cmocka_unit_test(test_tentative),
        cmocka_unit_test(test_bridge_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
