/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_test: the order of operations and what they name, over random topologies and some known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/format.h"
#include "format_random.h"
#include "plan/plan.h"

#define SEEDS 2000

/* --- reading a plan --------------------------------------------------------------------------- */
static size_t first_of(const struct ops *ops, enum op_kind kind)
{
    size_t i = 0;
    while (i < ops->count && ops->item[i].kind != kind)
        i++;
    return i; /* the count if there is none */
}

/* One behind the last of that kind; 0 if there is none. */
static size_t behind(const struct ops *ops, enum op_kind kind)
{
    size_t i = ops->count;
    while (i && ops->item[i - 1].kind != kind)
        i--;
    return i;
}

static size_t count_of(const struct ops *ops, enum op_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < ops->count; i++)
        count += ops->item[i].kind == kind;
    return count;
}

static const struct op *link_of(const struct ops *ops, size_t link)
{
    return &ops->item[first_of(ops, OP_LINK_ADD) + link];
}

/* The end of a link's operation that is end k of the topology's link. */
static const struct op_link_end *end_of(const struct ops *ops, const struct topo *t, size_t link,
                                        int k)
{
    const struct op_link_add *l = &link_of(ops, link)->u.link_add;
    const struct topo_end *end = &t->link[link].end[k];
    bool is_first = l->end[0].node == end->node && strcmp(l->end[0].ifname, end->ifname) == 0;
    return &l->end[is_first ? 0 : 1];
}

static const char *sysctl_value(const struct ops *ops, int node, const char *key)
{
    for (size_t i = 0; i < ops->count; i++)
        if (ops->item[i].kind == OP_SYSCTL_SET && ops->item[i].node == node &&
            strcmp(ops->item[i].u.sysctl.key, key) == 0)
            return ops->item[i].u.sysctl.value;
    return NULL;
}

/* --- the properties --------------------------------------------------------------------------- */
static void phases_follow_each_other(const struct ops *ops)
{
    static const enum op_kind order[] = {OP_NODE_ADD, OP_BRIDGE_ADD, OP_LINK_ADD};
    for (size_t i = 1; i < ARRAY_LEN(order); i++)
        assert_true(behind(ops, order[i - 1]) <= first_of(ops, order[i]));
    assert_true(behind(ops, OP_NODE_ADD) <= first_of(ops, OP_LINK_ADD));
    assert_true(behind(ops, OP_LINK_ADD) <= first_of(ops, OP_LINK_SET));
    assert_true(behind(ops, OP_LINK_ADD) <= first_of(ops, OP_ADDR_ADD));
    static const enum op_kind before_routes[] = {OP_LINK_ADD, OP_LINK_SET, OP_ADDR_ADD,
                                                 OP_SYSCTL_SET};
    for (size_t i = 0; i < ARRAY_LEN(before_routes); i++) {
        assert_true(behind(ops, before_routes[i]) <= first_of(ops, OP_ROUTE_ADD));
        assert_true(behind(ops, before_routes[i]) <= first_of(ops, OP_LINK_READY));
        assert_true(behind(ops, before_routes[i]) <= first_of(ops, OP_EXEC));
    }
    assert_true(behind(ops, OP_ROUTE_ADD) <= first_of(ops, OP_LINK_READY));
    assert_true(behind(ops, OP_LINK_READY) <= first_of(ops, OP_EXEC));
}

static void sysctls_have_their_time(const struct ops *ops)
{
    size_t links = first_of(ops, OP_LINK_ADD), behind_links = behind(ops, OP_LINK_ADD);
    for (size_t i = 0; i < ops->count; i++) {
        const struct op_sysctl *s = &ops->item[i].u.sysctl;
        if (ops->item[i].kind != OP_SYSCTL_SET)
            continue;
        bool is_general = !strstr(s->key, "/conf/") || strstr(s->key, "/conf/all/") ||
                          strstr(s->key, "/conf/default/") ||
                          (s->optional && strstr(s->key, "/conf/lo/")); /* lo is there */
        assert_int_equal(s->late, !is_general);
        if (s->optional && s->late &&
            ops->item[i].node !=
                TOPO_HOST) /* a bridge device's own, before it can get an address */
            assert_true(i > 0 && ops->item[i - 1].kind == OP_BRIDGE_ADD &&
                        ops->item[i - 1].node == ops->item[i].node);
        else
            assert_true(is_general ? i < links : i >= behind_links);
    }
}

static void indexes_are_unique(const struct ops *ops)
{
    static bool seen[4096];
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < ops->count; i++) {
        const struct op *op = &ops->item[i];
        if (op->kind != OP_LINK_ADD && op->kind != OP_BRIDGE_ADD)
            continue;
        for (int k = 0; k < (op->kind == OP_LINK_ADD ? 2 : 1); k++) {
            const struct op_link_end *end = &op->u.link_add.end[k];
            if (end->node == TOPO_HOST) {
                assert_int_equal(end->ifindex, 0); /* the kernel chooses there */
                continue;
            }
            assert_in_range(end->ifindex, OP_IFINDEX_FIRST, sizeof seen - 1);
            assert_false(seen[end->ifindex]);
            seen[end->ifindex] = true;
        }
    }
}

static uint32_t bridge_index(const struct ops *ops, int node)
{
    for (size_t i = 0; i < ops->count; i++)
        if (ops->item[i].kind == OP_BRIDGE_ADD && ops->item[i].node == node)
            return ops->item[i].u.link_add.end[0].ifindex;
    return 0;
}

/* Every end of every link is named, has its master, and is set up once. */
static void ends_are_made(const struct ops *ops, const struct topo *t)
{
    assert_int_equal(count_of(ops, OP_LINK_ADD), t->links);
    for (size_t i = 0; i < t->links * 2; i++) {
        const struct topo_end *want = &t->link[i / 2].end[i % 2];
        const struct op *op = link_of(ops, i / 2);
        const struct op_link_end *end = end_of(ops, t, i / 2, (int)(i % 2));
        assert_int_equal(end->node, want->node);
        assert_string_equal(end->ifname, want->ifname);
        assert_int_equal(end->mac != NULL, want->has_mac);
        assert_int_equal(op->u.link_add.mtu, t->link[i / 2].mtu);
        assert_int_equal(op->node, op->u.link_add.end[0].node);
        assert_int_not_equal(op->node, TOPO_HOST);
        assert_int_equal(end->master, want->node == TOPO_HOST ? 0 : bridge_index(ops, want->node));
        size_t ups = end->up;
        for (size_t k = 0; k < ops->count; k++) {
            const struct op_link_set *set = &ops->item[k].u.link_set;
            ups += ops->item[k].kind == OP_LINK_SET && ops->item[k].node == want->node &&
                   strcmp(set->ifname, want->ifname) == 0 && (set->fields & OP_SET_UP) &&
                   set->want.up;
        }
        assert_int_equal(ups, 1);
    }
}

static bool has_addr_op(const struct ops *ops, const struct topo *t, int node, const char *ifname,
                        const struct ip_prefix *p)
{
    size_t found = 0;
    for (size_t i = 0; i < ops->count; i++) {
        const struct op *op = &ops->item[i];
        if (op->kind != OP_ADDR_ADD || op->node != node || strcmp(op->u.addr.ifname, ifname) != 0 ||
            ip_prefix_cmp(&op->u.addr.prefix, p) != 0)
            continue;
        assert_int_equal(op->u.addr.nodad, node == TOPO_HOST || !t->node[node].dad);
        found++;
    }
    return found == 1;
}

static void addresses_are_given_once(const struct ops *ops, const struct topo *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->links * 2; i++) {
        const struct topo_end *end = &t->link[i / 2].end[i % 2];
        for (size_t k = 0; k < end->prefix.count; k++, count++)
            assert_true(has_addr_op(ops, t, end->node, end->ifname, &end->prefix.item[k].prefix));
    }
    for (size_t i = 0; i < t->nodes; i++) {
        const struct topo_node *n = &t->node[i];
        const char *dev = n->kind == NODE_BRIDGE ? n->name : "lo";
        for (size_t k = 0; k < n->prefix.count; k++, count++)
            assert_true(has_addr_op(ops, t, (int)i, dev, &n->prefix.item[k].prefix));
    }
    assert_int_equal(count_of(ops, OP_ADDR_ADD), count);
}

/* What one node is told stands together, so that it goes out in one batch. */
static void nodes_stand_together(const struct ops *ops)
{
    static const enum op_kind kinds[] = {OP_ADDR_ADD, OP_ROUTE_ADD, OP_EXEC};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        int last = TOPO_HOST;
        for (size_t i = 0; i < ops->count; i++) {
            if (ops->item[i].kind != kinds[k])
                continue;
            assert_true(ops->item[i].node >= last);
            last = ops->item[i].node;
        }
    }
}

static bool has_port(const struct topo *t, int node)
{
    for (size_t i = 0; i < t->links * 2; i++)
        if (t->link[i / 2].end[i % 2].node == node)
            return true;
    return false;
}

static void counts_are_right(const struct ops *ops, const struct topo *t)
{
    size_t bridges = 0, routes = 0, execs = 0, ready = t->links * 2;
    for (size_t i = 0; i < t->nodes; i++) {
        bridges += t->node[i].kind == NODE_BRIDGE;
        ready += t->node[i].kind == NODE_BRIDGE && has_port(t, (int)i);
        routes += t->node[i].routes;
        execs += t->node[i].execs;
        for (size_t k = 0; k < t->node[i].sysctls; k++)
            assert_string_equal(sysctl_value(ops, (int)i, t->node[i].sysctl[k].key),
                                t->node[i].sysctl[k].value);
    }
    assert_int_equal(count_of(ops, OP_NODE_ADD), t->nodes);
    assert_int_equal(count_of(ops, OP_BRIDGE_ADD), bridges);
    assert_int_equal(count_of(ops, OP_ROUTE_ADD), routes);
    assert_int_equal(count_of(ops, OP_LINK_READY), ready);
    assert_int_equal(count_of(ops, OP_EXEC), execs);
}

static void check_all(const struct topo *t)
{
    struct ops ops = {0};
    plan_build(t, &ops);
    phases_follow_each_other(&ops);
    sysctls_have_their_time(&ops);
    indexes_are_unique(&ops);
    ends_are_made(&ops, t);
    addresses_are_given_once(&ops, t);
    nodes_stand_together(&ops);
    counts_are_right(&ops, t);
    ops_fini(&ops);
}

static void random_topologies_keep_the_rules(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct random r = {seed * 0x9e3779b97f4a7c15};
        struct topo *t = random_topo(&r);
        check_all(t);
        topo_free(t);
    }
}

/* --- known topologies ------------------------------------------------------------------------- */
static struct topo *parsed(const char *text)
{
    struct faults f;
    faults_init(&f);
    struct topo *t = format_parse(text, strlen(text), &f);
    assert_int_equal(f.errors, 0);
    faults_fini(&f);
    return t;
}

static void a_port_gets_its_master_in_the_creating_message(void **state)
{
    (void)state;
    struct topo *t = parsed("nodes: {h: , sw: {kind: bridge}}\n"
                            "links:\n"
                            "  - endpoints: [h:eth0, sw:p1]\n"
                            "  - endpoints: [sw:p2, h:eth1]\n");
    struct ops ops = {0};
    plan_build(t, &ops);
    for (size_t i = 0; i < 2; i++) {
        const struct op_link_add *l = &link_of(&ops, i)->u.link_add;
        assert_int_equal(l->end[0].node, 1);
        assert_int_equal(l->end[0].master, bridge_index(&ops, 1));
        assert_true(l->end[0].up);
        assert_int_equal(l->end[1].master, 0);
    }
    check_all(t);
    ops_fini(&ops);
    topo_free(t);
}

static void the_machine_is_never_the_outer_end(void **state)
{
    (void)state;
    struct topo *t = parsed("nodes: {a: }\n"
                            "links:\n"
                            "  - endpoints: [host:ve1, a:ve2]\n"
                            "    ipv4: [10.0.0.1/24, 10.0.0.2/24]\n"
                            "  - endpoints: [a:ve3, host:ve4]\n"
                            "    ipv6: [fd00::1/64, fd00::2/64]\n");
    struct ops ops = {0};
    plan_build(t, &ops);
    assert_string_equal(sysctl_value(&ops, TOPO_HOST, "net/ipv6/conf/ve1/disable_ipv6"), "1");
    assert_string_equal(sysctl_value(&ops, TOPO_HOST, "net/ipv6/conf/ve4/accept_ra"), "0");
    assert_string_equal(sysctl_value(&ops, TOPO_HOST, "net/ipv6/conf/ve4/disable_ipv6"), "0");
    check_all(t);
    ops_fini(&ops);
    topo_free(t);
}

static void defaults_are_set_unless_the_file_sets_them(void **state)
{
    (void)state;
    struct topo *t = parsed("nodes:\n"
                            "  plain:\n"
                            "  router:\n"
                            "    dad: true\n"
                            "    sysctls:\n"
                            "      net.ipv4.ip_forward: 1\n"
                            "      net.ipv6.conf.all.accept_ra: 2\n"
                            "  sw: {kind: bridge}\n");
    struct ops ops = {0};
    plan_build(t, &ops);
    assert_string_equal(sysctl_value(&ops, 0, "net/ipv4/ip_forward"), "0");
    assert_string_equal(sysctl_value(&ops, 0, "net/ipv4/conf/all/rp_filter"), "0");
    assert_string_equal(sysctl_value(&ops, 0, "net/ipv6/conf/all/forwarding"), "0");
    assert_string_equal(sysctl_value(&ops, 0, "net/ipv6/conf/default/accept_dad"), "0");
    assert_string_equal(sysctl_value(&ops, 0, "net/ipv6/conf/default/disable_ipv6"), "0");
    assert_string_equal(sysctl_value(&ops, 1, "net/ipv4/ip_forward"), "1");
    assert_string_equal(sysctl_value(&ops, 1, "net/ipv6/conf/all/accept_ra"), "2");
    assert_null(sysctl_value(&ops, 1, "net/ipv6/conf/all/accept_dad"));
    assert_string_equal(sysctl_value(&ops, 2, "net/ipv6/conf/default/disable_ipv6"), "1");
    for (size_t i = 0; i < ops.count; i++)
        if (ops.item[i].kind == OP_SYSCTL_SET)
            assert_int_equal(ops.item[i].u.sysctl.optional, ops.item[i].mark.line == 0);
    check_all(t);
    ops_fini(&ops);
    topo_free(t);
}

/* Where the machine's own `default` was ever written, lo does not follow that of a node. */
static void lo_is_told_what_default_is(void **state)
{
    (void)state;
    struct topo *t = parsed("nodes:\n"
                            "  plain:\n"
                            "  given: {sysctls: {net.ipv4.conf.default.rp_filter: 1}}\n"
                            "  both:\n"
                            "    sysctls:\n"
                            "      net.ipv4.conf.default.rp_filter: 1\n"
                            "      net.ipv4.conf.lo.rp_filter: 2\n");
    struct ops ops = {0};
    plan_build(t, &ops);
    assert_string_equal(sysctl_value(&ops, 0, "net/ipv4/conf/lo/rp_filter"), "0");
    assert_string_equal(sysctl_value(&ops, 1, "net/ipv4/conf/lo/rp_filter"), "1");
    assert_string_equal(sysctl_value(&ops, 2, "net/ipv4/conf/lo/rp_filter"), "2");
    assert_null(sysctl_value(&ops, 0, "net/ipv6/conf/lo/accept_ra"));
    ops_fini(&ops);
    topo_free(t);
}

static void routes_name_their_interface(void **state)
{
    (void)state;
    struct topo *t = parsed("nodes:\n"
                            "  lonely: {routes: [10.9.0.0/16 dev lo]}\n"
                            "  sw: {kind: bridge, ipv4: 10.0.0.9/24, routes: [default dev sw]}\n"
                            "  a:\n"
                            "    routes:\n"
                            "      - default via 10.0.0.9\n"
                            "      - 10.7.0.0/16 via 10.0.0.9 dev eth0 src 10.0.0.1 metric 7\n"
                            "links:\n"
                            "  - endpoints: [sw:p1, a:eth0]\n"
                            "    ipv4: [~, 10.0.0.1/24]\n");
    struct ops ops = {0};
    plan_build(t, &ops);
    const struct op *r = &ops.item[first_of(&ops, OP_ROUTE_ADD)];
    assert_int_equal(r[0].u.route.ifindex, 1);
    assert_int_equal(r[1].u.route.ifindex, bridge_index(&ops, 1));
    assert_int_equal(r[2].u.route.ifindex, 0);
    assert_int_equal(r[3].u.route.ifindex, end_of(&ops, t, 0, 1)->ifindex);
    assert_int_equal(r[3].u.route.metric, 7);
    assert_int_equal(r[3].u.route.src.byte[3], 1);
    assert_int_equal(r[3].mark.line, 7);
    check_all(t);
    ops_fini(&ops);
    topo_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_topologies_keep_the_rules),
        cmocka_unit_test(a_port_gets_its_master_in_the_creating_message),
        cmocka_unit_test(the_machine_is_never_the_outer_end),
        cmocka_unit_test(defaults_are_set_unless_the_file_sets_them),
        cmocka_unit_test(lo_is_told_what_default_is),
        cmocka_unit_test(routes_name_their_interface),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
