/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_host: what the plan does on the machine itself, and in which order; IPv6 on a switch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/mem.h"
#include "plan/plan.h"

static void add_prefix(struct topo_prefixes *list, const char *text)
{
    struct ip_prefix p;
    assert_true(ip_prefix_parse(text, &p));
    topo_prefixes_add(list, &p);
}

static struct topo_link *add_link(struct topo *t, int a, const char *a_if, int b, const char *b_if)
{
    struct topo_link *l = topo_add_link(t);
    l->end[0].node = a;
    l->end[0].ifname = mem_strdup(a_if);
    l->end[1].node = b;
    l->end[1].ifname = mem_strdup(b_if);
    return l;
}

static size_t find(const struct ops *l, enum op_kind kind, int node, size_t from)
{
    for (size_t i = from; i < l->count; i++)
        if (l->item[i].kind == kind && l->item[i].node == node)
            return i;
    return l->count;
}

/* The value that a sysctl is set to in a node, and where; NULL: it is not set. */
static const char *sysctl_of(const struct ops *l, int node, const char *key, size_t *at)
{
    for (size_t i = find(l, OP_SYSCTL_SET, node, 0); i < l->count;
         i = find(l, OP_SYSCTL_SET, node, i + 1))
        if (strcmp(l->item[i].u.sysctl.key, key) == 0) {
            *at = i;
            return l->item[i].u.sysctl.value;
        }
    return NULL;
}

static void test_host_end(void **state)
{
    struct topo *t = topo_new();
    struct ops ops = {0};
    size_t at;
    (void)state;
    topo_add_node(t, "a");
    /* The machine's end first: the message goes out from the node all the same. */
    struct topo_link *l = add_link(t, TOPO_HOST, "v.6", 0, "eth0");
    add_prefix(&l->end[0].prefix, "fd00::1/64");
    l = add_link(t, 0, "eth1", TOPO_HOST, "v4");
    add_prefix(&l->end[1].prefix, "10.0.0.1/24");
    plan_build(t, &ops);

    size_t add = find(&ops, OP_LINK_ADD, 0, 0);
    assert_int_equal(find(&ops, OP_LINK_ADD, TOPO_HOST, 0), ops.count);
    const struct op_link_add *made = &ops.item[add].u.link_add;
    assert_string_equal(made->end[0].ifname, "eth0");
    assert_string_equal(made->end[1].ifname, "v.6");
    assert_int_equal(made->end[1].node, TOPO_HOST);
    assert_int_equal(made->end[1].ifindex, 0);
    assert_true(made->end[0].ifindex > 0);

    size_t tag = find(&ops, OP_LINK_SET, TOPO_HOST, 0);
    size_t up = find(&ops, OP_LINK_SET, TOPO_HOST, tag + 1);
    size_t addr = find(&ops, OP_ADDR_ADD, TOPO_HOST, 0);
    assert_true(add < tag && tag < up && up < addr && addr < ops.count);
    assert_int_equal(ops.item[tag].u.link_set.fields, OP_SET_ALIAS);
    assert_null(ops.item[tag].u.link_set.want.alias);
    assert_int_equal(ops.item[up].u.link_set.fields, OP_SET_UP);
    assert_true(ops.item[addr].u.addr.nodad);

    /* Only settings of our own interfaces, before they are up. */
    assert_string_equal(sysctl_of(&ops, TOPO_HOST, "net/ipv6/conf/v.6/accept_ra", &at), "0");
    assert_true(tag < at && at < up);
    assert_string_equal(sysctl_of(&ops, TOPO_HOST, "net/ipv6/conf/v.6/accept_dad", &at), "0");
    assert_string_equal(sysctl_of(&ops, TOPO_HOST, "net/ipv6/conf/v4/disable_ipv6", &at), "1");
    assert_string_equal(sysctl_of(&ops, TOPO_HOST, "net/ipv6/conf/v.6/disable_ipv6", &at), "0");
    assert_true(tag < at && at < up);
    for (size_t i = find(&ops, OP_SYSCTL_SET, TOPO_HOST, 0); i < ops.count;
         i = find(&ops, OP_SYSCTL_SET, TOPO_HOST, i + 1))
        assert_true(strncmp(ops.item[i].u.sysctl.key, "net/ipv6/conf/v", 15) == 0);

    assert_true(find(&ops, OP_LINK_READY, TOPO_HOST, 0) > addr);
    assert_true(find(&ops, OP_LINK_READY, TOPO_HOST, 0) < ops.count);
    assert_int_equal(find(&ops, OP_ROUTE_ADD, TOPO_HOST, 0), ops.count);
    ops_fini(&ops);
    topo_free(t);
}

static void test_no_host_end(void **state)
{
    struct topo *t = topo_new();
    struct ops ops = {0};
    (void)state;
    topo_add_node(t, "a");
    topo_add_node(t, "b");
    add_link(t, 0, "eth0", 1, "eth0");
    plan_build(t, &ops);
    for (size_t i = 0; i < ops.count; i++)
        assert_int_not_equal(ops.item[i].node, TOPO_HOST);
    ops_fini(&ops);
    topo_free(t);
}

static const char ipv6_default[] = "net/ipv6/conf/default/disable_ipv6";

static void test_switch_without_ipv6(void **state)
{
    struct topo *t = topo_new();
    struct ops ops = {0};
    size_t at;
    (void)state;
    topo_add_node(t, "sw")->kind = NODE_BRIDGE;
    topo_add_node(t, "h");
    add_link(t, 0, "p1", 1, "eth0");
    plan_build(t, &ops);
    assert_string_equal(sysctl_of(&ops, 0, ipv6_default, &at), "1");
    assert_true(at < find(&ops, OP_BRIDGE_ADD, 0, 0));
    assert_string_equal(sysctl_of(&ops, 1, ipv6_default, &at), "0");
    ops_fini(&ops);
    topo_free(t);
}

/* The device has IPv6 by a setting of its own, its ports have none. */
static void test_switch_with_an_address(void **state)
{
    struct topo *t = topo_new();
    struct ops ops = {0};
    size_t at;
    (void)state;
    struct topo_node *sw = topo_add_node(t, "sw");
    sw->kind = NODE_BRIDGE;
    add_prefix(&sw->prefix, "fd00::1/64");
    topo_add_node(t, "h");
    add_link(t, 0, "p1", 1, "eth0");
    plan_build(t, &ops);
    size_t bridge = find(&ops, OP_BRIDGE_ADD, 0, 0);
    assert_string_equal(sysctl_of(&ops, 0, ipv6_default, &at), "1");
    assert_true(at < bridge);
    assert_string_equal(sysctl_of(&ops, 0, "net/ipv6/conf/sw/disable_ipv6", &at), "0");
    assert_int_equal(at, bridge + 1); /* of the step that makes it */
    ops_fini(&ops);
    topo_free(t);
}

static void test_switch_as_the_file_wants(void **state)
{
    struct topo *t = topo_new();
    struct ops ops = {0};
    size_t at, count = 0;
    (void)state;
    struct topo_node *sw = topo_add_node(t, "sw");
    sw->kind = NODE_BRIDGE;
    topo_node_add_sysctl(sw, ipv6_default, "0");
    plan_build(t, &ops);
    assert_string_equal(sysctl_of(&ops, 0, ipv6_default, &at), "0");
    for (size_t i = 0; i < ops.count; i++)
        count += ops.item[i].kind == OP_SYSCTL_SET &&
                 strcmp(ops.item[i].u.sysctl.key, ipv6_default) == 0;
    assert_int_equal(count, 1);
    ops_fini(&ops);
    topo_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_host_end),
        cmocka_unit_test(test_no_host_end),
        cmocka_unit_test(test_switch_without_ipv6),
        cmocka_unit_test(test_switch_with_an_address),
        cmocka_unit_test(test_switch_as_the_file_wants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
