/* SPDX-License-Identifier: BSD-2-Clause */
/* apply_gone: what was to be taken away and is gone already is no failure of a change, by whatever
 * answer the kernel says so; whatever else fails is one, and so is the same where a lab is made. */
#include "apply/builder_node.h"
#include "base/mem.h"
#include "kernel/netlink.h"
#include "kernel_testns.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gone_already),
        cmocka_unit_test(test_what_comes_must_come),
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
