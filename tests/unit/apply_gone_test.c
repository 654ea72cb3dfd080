/* SPDX-License-Identifier: BSD-2-Clause */
/* apply_gone: what was to be taken away and is gone already is no failure of a change, by whatever
 * answer the kernel says so; whatever else fails is one, and so is the same where a lab is made. */
#include "apply/builder_node.h"
#include "base/mem.h"
#include "kernel/netlink.h"
#include "kernel_testns.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NO_SUCH_INDEX 4711

static char name_a[] = "a", lab_name[] = "gone";
static struct topo_node nodes[] = {
    {.name = name_a, .hostname = name_a, .namespaces = TOPO_NS_ALL},
};
static const struct topo lab = {.name = lab_name, .node = nodes, .nodes = ARRAY_LEN(nodes)};
static struct builder builder;

static int do_op(bool is_change, const struct op *op, struct err *e)
{
    *e = (struct err)ERR_INIT;
    builder.is_change = is_change;
    return builder_do(&builder, op, e);
}

static void check(enum op_kind kind, uint32_t ifindex, int num)
{
    struct err e;
    struct op op = {.kind = kind};
    struct ip_prefix p;
    assert_true(ip_prefix_parse("10.9.0.0/16", &p));
    if (kind == OP_ADDR_DEL)
        op.u.addr = (struct op_addr){"eth0", ifindex, p, false};
    else if (kind == OP_ROUTE_DEL)
        op.u.route = (struct op_route){.ifname = "eth0", .ifindex = ifindex, .to = p};
    else
        op.u.link_add.end[0] = (struct op_link_end){.ifname = "eth0", .ifindex = ifindex};
    assert_int_equal(do_op(true, &op, &e), 0);
    assert_string_equal(e.text, "");
    assert_int_equal(do_op(false, &op, &e), -num);
    assert_int_equal(e.num, num);
}

static void test_gone_already(void **state)
{
    (void)state;
    check(OP_LINK_DEL, NO_SUCH_INDEX, ENODEV);
    check(OP_BRIDGE_DEL, NO_SUCH_INDEX, ENODEV);
    check(OP_ADDR_DEL, NO_SUCH_INDEX, ENODEV);
    check(OP_ADDR_DEL, 1, EADDRNOTAVAIL);
    check(OP_ROUTE_DEL, NO_SUCH_INDEX, ESRCH);
    check(OP_ROUTE_DEL, 1, ESRCH);
}

static void test_what_comes_must_come(void **state)
{
    struct err e;
    struct op up = {.kind = OP_LINK_SET};
    struct op addr = {.kind = OP_ADDR_ADD};
    (void)state;
    up.u.link_set =
        (struct op_link_set){.ifname = "eth0", .ifindex = NO_SUCH_INDEX, .fields = OP_SET_UP};
    up.u.link_set.want.up = true;
    assert_int_equal(do_op(true, &up, &e), -ENODEV);
    addr.u.addr = (struct op_addr){.ifname = "eth0", .ifindex = NO_SUCH_INDEX};
    assert_true(ip_prefix_parse("10.9.0.1/16", &addr.u.addr.prefix));
    assert_int_equal(do_op(true, &addr, &e), -ENODEV);
    assert_string_not_equal(e.text, "");
}

static void go(const struct op *op)
{
    struct err e;
    assert_int_equal(do_op(false, op, &e), 0);
}

/* The kernel has a route of several next hops as one: it goes and comes with one message. */
static void test_several_next_hops(void **state)
{
    enum { BRIDGE = 20 };
    struct op op = {.kind = OP_BRIDGE_ADD}, back;
    struct op_hop hop[2] = {{.ifindex = BRIDGE, .weight = 3}, {.ifindex = BRIDGE}};
    struct err e;
    (void)state;
    op.u.link_add.end[0] = (struct op_link_end){.ifname = "b", .ifindex = BRIDGE, .up = true};
    go(&op);
    op = (struct op){.kind = OP_ADDR_ADD};
    op.u.addr = (struct op_addr){.ifname = "b", .ifindex = BRIDGE};
    assert_true(ip_prefix_parse("10.9.0.1/24", &op.u.addr.prefix));
    go(&op);
    op = (struct op){.kind = OP_ROUTE_ADD};
    assert_true(ip_prefix_parse("10.8.0.0/16", &op.u.route.to));
    assert_true(ip_addr_parse("10.9.0.2", &hop[0].via) && ip_addr_parse("10.9.0.3", &hop[1].via));
    op.u.route.hop = hop;
    op.u.route.hops = ARRAY_LEN(hop);
    assert_true(op_invert(&op, &back));
    go(&op);
    assert_int_equal(do_op(false, &op, &e), -EEXIST);
    op.u.route.tos = back.u.route.tos = 8; /* another route */
    assert_int_equal(do_op(false, &back, &e), -ESRCH);
    go(&op);
    back.u.route.tos = 0;
    back.u.route.hops = 1; /* not what there is */
    assert_int_equal(do_op(false, &back, &e), -ESRCH);
    back.u.route.hops = 2;
    go(&back);
    assert_int_equal(do_op(false, &back, &e), -ESRCH);
    back.u.route.tos = 8;
    go(&back);
}

static void test_what_the_way_back_finds_gone(void **state)
{
    (void)state;
    assert_true(builder_is_gone(OP_LINK_SET, ENODEV, true));
    assert_true(builder_is_gone(OP_SYSCTL_SET, ENOENT, true));
    assert_true(builder_is_gone(OP_ADDR_DEL, EADDRNOTAVAIL, true));
    assert_false(builder_is_gone(OP_ROUTE_ADD, EEXIST, true));
    assert_false(builder_is_gone(OP_LINK_SET, EPERM, true));
    assert_false(builder_is_gone(OP_LINK_SET, ENODEV, false));
    assert_false(builder_is_gone(OP_SYSCTL_SET, ENOENT, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gone_already),
        cmocka_unit_test(test_what_comes_must_come),
        cmocka_unit_test(test_several_next_hops),
        cmocka_unit_test(test_what_the_way_back_finds_gone),
    };
    struct err e = ERR_INIT;
    struct ops ops = {0};
    if (!testns_private())
        return testns_refused("for a test of what is gone");
    builder_init(&builder, &lab, &ops, NULL, -1);
    builder.node[0].sock = netlink_open(&e);
    int failed = builder.node[0].sock < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
    mem_close_fd(&builder.node[0].sock);
    free(builder.node);
    return failed;
}
