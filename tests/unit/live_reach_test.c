/* SPDX-License-Identifier: BSD-2-Clause */
/* live_reach_test: which address is pinged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "live/reach.h"

/* Interface `index` of the node; `peer` is "node index" of the other end or -1; addresses follow,
 * NULL-terminated. */
static void add_if(struct snap *s, int node, uint32_t index, int peer_node, uint32_t peer_index,
                   uint32_t master, const char *const *addrs)
{
    struct snap_if *i = snap_node_add_if(&s->node[node]);
    i->index = index;
    snprintf(i->name, sizeof i->name, "if%u", index);
    i->flags = index == 1 ? IFF_LOOPBACK | IFF_UP : IFF_UP;
    i->peer_node = peer_node;
    i->peer_index = peer_index;
    i->master = master;
    for (; addrs && *addrs; addrs++) {
        struct snap_addr *a = snap_if_add_addr(i);
        assert_true(ip_prefix_parse(*addrs, &a->prefix));
        a->scope = strncmp(*addrs, "127.", 4) == 0 || strncmp(*addrs, "::1", 3) == 0
                       ? RT_SCOPE_HOST
                       : RT_SCOPE_UNIVERSE;
        if (ip_addr_is_link_local(&a->prefix.addr))
            a->scope = RT_SCOPE_LINK;
    }
}

#define ADDRS(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/*  a --- r --- b, and sw (a bridge) with a, c and d; d's loopback has an address of its own. */
enum { A, R, B, SW, C, D, NODES };

static struct snap *lab(void)
{
    struct snap *s = snap_new("t");
    const char *const names[] = {"a", "r", "b", "sw", "c", "d"};
    for (int n = 0; n < NODES; n++) {
        snap_add_node(s, names[n]);
        add_if(s, n, 1, SNAP_NODE_NONE, 0, 0,
               n == D ? ADDRS("127.0.0.1/8", "10.255.0.4/32") : ADDRS("127.0.0.1/8", "::1/128"));
    }
    add_if(s, A, 2, R, 3, 0, ADDRS("10.1.0.2/24", "fd00:1::2/64", "fe80::2/64"));
    add_if(s, R, 3, A, 2, 0, ADDRS("192.168.0.1/24", "10.1.0.1/24", "fd00:1::1/64", "fe80::3/64"));
    add_if(s, R, 4, B, 5, 0, ADDRS("10.2.0.1/24"));
    add_if(s, B, 5, R, 4, 0, ADDRS("10.2.0.2/24"));
    add_if(s, SW, 6, SNAP_NODE_NONE, 0, 0, NULL);
    add_if(s, SW, 7, A, 10, 6, NULL);
    add_if(s, SW, 8, C, 11, 6, NULL);
    add_if(s, SW, 9, D, 12, 6, NULL);
    add_if(s, A, 10, SW, 7, 0, ADDRS("10.3.0.1/24"));
    add_if(s, C, 11, SW, 8, 0, ADDRS("10.3.0.3/24", "fe80::11/64"));
    add_if(s, D, 12, SW, 9, 0, ADDRS("10.3.0.4/24"));
    return s;
}

static void picks(const struct reach *r, int from, int to, sa_family_t family, const char *want,
                  bool shared)
{
    struct reach_target t;
    char text[IP_TEXT_MAX];
    bool found = reach_pick(r, (size_t)from, (size_t)to, family, &t);
    assert_int_equal(found, want != NULL);
    if (!want)
        return;
    assert_string_equal(ip_addr_format(&t.to, text), want);
    assert_int_equal(t.shared, shared);
    assert_int_equal(t.scope_ifindex, 0);
}

static void test_pick(void **state)
{
    (void)state;
    struct snap *s = lab();
    struct reach *r = reach_new(s);
    picks(r, A, R, AF_INET, "10.1.0.1", true); /* of two addresses that in a's prefix */
    picks(r, A, R, AF_INET6, "fd00:1::1", true);
    picks(r, B, R, AF_INET, "10.2.0.1", true); /* not its first one */
    picks(r, A, B, AF_INET, "10.2.0.2", false);
    picks(r, A, B, AF_INET6, NULL, false);
    picks(r, B, A, AF_INET, "10.1.0.2", false);
    picks(r, C, A, AF_INET, "10.3.0.1", true); /* over the bridge */
    picks(r, C, D, AF_INET, "10.3.0.4", true); /* not that of lo */
    picks(r, R, D, AF_INET, "10.3.0.4", false);
    picks(r, A, SW, AF_INET, NULL, false);
    picks(r, A, C, AF_INET6, NULL, false); /* link-local ones are never taken unasked */
    assert_true(reach_has(r, A, AF_INET6) && !reach_has(r, C, AF_INET6));
    assert_false(reach_has(r, SW, AF_INET) || reach_has(r, SW, AF_INET6));
    reach_free(r);
    snap_free(s);
}

static void test_link_local(void **state)
{
    (void)state;
    struct snap *s = lab();
    struct reach *r = reach_new(s);
    struct reach_target t;
    char text[IP_TEXT_MAX];
    assert_true(reach_pick_link_local(r, A, C, &t));
    assert_string_equal(ip_addr_format(&t.to, text), "fe80::11");
    assert_int_equal(t.scope_ifindex, 10);
    assert_false(reach_pick_link_local(r, B, C, &t));
    reach_free(r);
    snap_free(s);
}

static void test_only_loopback(void **state)
{
    (void)state;
    struct snap *s = lab();
    s->node[D].iface[1].addrs = 0;
    struct reach *r = reach_new(s);
    picks(r, C, D, AF_INET, "10.255.0.4", false);
    reach_free(r);
    snap_free(s);
}

static void test_duplicate_address_is_not_used(void **state)
{
    (void)state;
    struct snap *s = lab();
    s->node[R].iface[1].addr[2].flags = IFA_F_DADFAILED;
    struct reach *r = reach_new(s);
    picks(r, A, R, AF_INET6, NULL, false);
    reach_free(r);
    snap_free(s);
}

static void test_across(void **state)
{
    (void)state;
    struct snap *s = lab();
    struct reach *r = reach_new(s);
    struct reach_target t;
    size_t node;
    char text[IP_TEXT_MAX];
    assert_true(reach_across(r, A, 1, AF_INET, &t, &node));
    assert_int_equal(node, R);
    assert_string_equal(ip_addr_format(&t.to, text), "10.1.0.1");
    assert_true(reach_across(r, A, 2, AF_INET, &t, &node));
    assert_int_equal(node, C);
    assert_string_equal(ip_addr_format(&t.to, text), "10.3.0.3");
    assert_true(reach_across(r, D, 1, AF_INET, &t, &node));
    assert_int_equal(node, A);
    assert_false(reach_across(r, A, 2, AF_INET6, &t, &node));
    assert_false(reach_across(r, A, 0, AF_INET, &t, &node)); /* lo leads nowhere */
    reach_free(r);
    snap_free(s);
}

static void test_neighbours_and_owner(void **state)
{
    (void)state;
    struct snap *s = lab();
    struct reach *r = reach_new(s);
    struct ip_addr a;
    assert_int_equal(reach_neighbours(r, AF_INET), 2 + 2 + 3 * 2);
    assert_int_equal(reach_neighbours(r, AF_INET6), 2);
    ip_addr_parse("10.2.0.1", &a);
    assert_int_equal(reach_owner(r, &a), R);
    ip_addr_parse("10.2.0.9", &a);
    assert_int_equal(reach_owner(r, &a), SNAP_NODE_NONE);
    reach_free(r);
    snap_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pick),          cmocka_unit_test(test_link_local),
        cmocka_unit_test(test_only_loopback), cmocka_unit_test(test_duplicate_address_is_not_used),
        cmocka_unit_test(test_across),        cmocka_unit_test(test_neighbours_and_owner),
    };
    return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
