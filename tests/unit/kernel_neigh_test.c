/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_neigh_test: what the machine says of its table, and that exactly our entries go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/neigh.h"
#include "kernel/observe.h"
#include "kernel_testlab.h"

static struct lab lab;

static void test_parse(void **state)
{
    (void)state;
    struct neigh_table t = {.limit = 7};
    assert_true(neigh_table_parse("entries  allocs table_fulls\n"
                                  "000001f4 00002750 00000002\n"
                                  "000001f4 000026d6 00000001\n",
                                  &t));
    assert_int_equal(t.used, 500);
    assert_int_equal(t.fulls, 3);
    assert_int_equal(t.limit, 7);
    /* Another order, a column more, no newline at the end. */
    assert_true(neigh_table_parse("table_fulls new entries\n00000004 ffffffff 00000010", &t));
    assert_int_equal(t.used, 16);
    assert_int_equal(t.fulls, 4);
    assert_true(
        neigh_table_parse("entries\n", &t)); /* no processor: nothing is changed but fulls */
    assert_int_equal(t.fulls, 0);
    assert_false(neigh_table_parse("", &t));
    assert_false(neigh_table_parse("entries", &t));
    assert_false(neigh_table_parse("something else\n1 2\n", &t));
}

static void test_read(void **state)
{
    (void)state;
    struct neigh_table t;
    neigh_table_read(AF_INET, &t);
    assert_true(t.limit > 0);
    neigh_table_read(AF_INET6, &t);
    assert_true(t.limit > 0);
}

static size_t count_of(const char *node_neigh)
{
    struct snap *s = NULL;
    struct err e = ERR_INIT;
    struct ip_addr a;
    size_t found = 0;
    assert_true(ip_addr_parse(node_neigh, &a));
    assert_int_equal(observe_lab(&lab, OBSERVE_NEIGHS, &s, &e), 0);
    for (size_t i = 0; i < s->node[0].neighs; i++)
        found += ip_addr_cmp(&s->node[0].neigh[i].addr, &a) == 0;
    snap_free(s);
    return found;
}

static bool not_seven(const struct ip_addr *a, void *ctx)
{
    assert_ptr_equal(ctx, &lab);
    return a->byte[ip_addr_len(a) - 1] != 7;
}

static void add(const char *addr, const char *state)
{
    char command[160];
    snprintf(command, sizeof command,
             "on $1 ip neigh replace %s lladdr 02:00:00:00:00:09 dev x nud %s", addr, state);
    testlab_sh(&lab, command);
}

/* There before, permanent, or not passing the test: kept. Whatever else came: deleted. */
static void tidy(sa_family_t family, const char *const addr[5])
{
    struct neigh_keeper *k = NULL;
    struct err e = ERR_INIT;
    const size_t node[] = {0};
    add(addr[0], "stale");
    assert_int_equal(neigh_keeper_open(&lab, node, 1, family, &k, &e), 0);
    add(addr[1], "stale");
    add(addr[2], "reachable");
    add(addr[3], "permanent");
    add(addr[4], "stale");
    assert_int_equal(neigh_keeper_tidy(k, 0, not_seven, &lab, &e), 2);
    const size_t want[] = {1, 0, 0, 1, 1};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(count_of(addr[i]), want[i]);
    assert_int_equal(neigh_keeper_tidy(k, 0, not_seven, &lab, &e), 0);
    neigh_keeper_close(k);
}

static void test_tidy(void **state)
{
    (void)state;
    tidy(AF_INET,
         (const char *const[]){"10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7"});
    tidy(AF_INET6, (const char *const[]){"fd00::3", "fd00::4", "fd00::5", "fd00::6", "fd00::7"});
}

/* More than one batch of messages. */
static void test_tidy_many(void **state)
{
    (void)state;
    struct neigh_keeper *k = NULL;
    struct err e = ERR_INIT;
    const size_t node[] = {0, 1};
    assert_int_equal(neigh_keeper_open(&lab, node, 2, AF_INET, &k, &e), 0);
    testlab_sh(&lab, "for i in $(seq 10 209); do echo neigh replace 10.0.0.$i lladdr "
                     "02:00:00:00:00:09 dev x nud stale; done | on $1 ip -batch -");
    assert_int_equal(neigh_keeper_tidy(k, 1, not_seven, &lab, &e), 0);
    assert_int_equal(neigh_keeper_tidy(k, 0, not_seven, &lab, &e), 200);
    assert_int_equal(count_of("10.0.0.10") + count_of("10.0.0.209"), 0);
    neigh_keeper_close(k);
}

static int set_up(void **state)
{
    (void)state;
    testlab_init(&lab, 2);
    testlab_sh(&lab, "ip link add name x type veth peer name y\n"
                     "ip link set x netns $1; ip link set y netns $2\n"
                     "on $1 ip link set x up; on $2 ip link set y up\n"
                     "on $1 ip addr add 10.0.0.1/24 dev x\n"
                     "on $1 ip addr add fd00::1/64 dev x nodad\n");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    testlab_fini(&lab);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_tidy),
        cmocka_unit_test(test_tidy_many),
    };
    if (!testns_private())
        return testns_refused("with neighbours");
    return cmocka_run_group_tests_name("neigh", tests, set_up, tear_down);
}
