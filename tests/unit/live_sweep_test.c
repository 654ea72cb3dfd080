/* SPDX-License-Identifier: BSD-2-Clause */
/* live_sweep_test: each node pings each, in blocks that leave no neighbour entry behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "kernel/observe.h"
#include "kernel_testlab.h"
#include "live/sweep.h"

#define HOSTS 5 /* n0 to n4; n5 is the bridge between them */

static struct lab lab;
static struct loop *loop;

static size_t limit; /* of the machine's table, pretended; 0: as it is */

static struct sweep *sweep(unsigned families, size_t room, const bool *stop)
{
    struct err e = ERR_INIT;
    struct snap *snap = NULL;
    struct sweep *s = NULL;
    struct sweep_options o = {.families = families,
                              .payload = 56,
                              .wait_ns = 200 * CLOCK_NS_PER_MS,
                              .room = room,
                              .limit = limit,
                              .stop = stop};
    assert_int_equal(observe_lab(&lab, OBSERVE_ADDRS, &snap, &e), 0);
    if (sweep_run(loop, &lab, snap, &o, &s, &e) < 0)
        fail_msg("%s", e.text);
    snap_free(snap);
    return s;
}

static size_t neighbours(sa_family_t family)
{
    struct err e = ERR_INIT;
    struct snap *snap = NULL;
    size_t count = 0;
    assert_int_equal(observe_lab(&lab, OBSERVE_NEIGHS, &snap, &e), 0);
    for (size_t n = 0; n < snap->nodes; n++)
        for (size_t i = 0; i < snap->node[n].neighs; i++) {
            const struct snap_neigh *k = &snap->node[n].neigh[i];
            count += k->addr.family == family && !ip_addr_is_multicast(&k->addr);
        }
    snap_free(snap);
    return count;
}

static void forget_neighbours(void)
{
    testlab_sh(&lab, "for p in $1 $2 $3 $4 $5; do on $p ip neigh flush all; done");
}

static void test_group_size(void **state)
{
    (void)state;
    assert_int_equal(sweep_group_size(AF_INET, 512), 16);
    assert_int_equal(sweep_group_size(AF_INET6, 512), 11);
    assert_int_equal(sweep_group_size(AF_INET, 0), 1);
    assert_int_equal(sweep_group_size(AF_INET, 8), 2);
}

static void test_all_answer(void **state)
{
    (void)state;
    forget_neighbours();
    struct sweep *s = sweep(SWEEP_V4 | SWEEP_V6, 0, NULL);
    assert_int_equal(s->pairs, 2 * HOSTS * (HOSTS - 1));
    assert_int_equal(s->answered, s->pairs);
    assert_int_equal(s->tidied, 0); /* few: they stay, as after ping(8) */
    assert_int_equal(neighbours(AF_INET), HOSTS * (HOSTS - 1));
    assert_false(s->stopped);
    assert_int_equal(sweep_at(s, AF_INET, 0, 0)->state, SWEEP_NONE);
    assert_int_equal(sweep_at(s, AF_INET, 0, HOSTS)->state, SWEEP_NONE);
    assert_int_equal(sweep_at(s, AF_INET6, 4, 0)->state, SWEEP_ANSWERED);
    assert_true(sweep_at(s, AF_INET, 1, 2)->rtt_ns > 0);
    sweep_free(s);
}

static void test_one_family(void **state)
{
    (void)state;
    struct sweep *s = sweep(SWEEP_V6, 0, NULL);
    assert_int_equal(s->pairs, HOSTS * (HOSTS - 1));
    assert_int_equal(s->answered, s->pairs);
    assert_null(sweep_at(s, AF_INET, 0, 1));
    sweep_free(s);
}

/* In blocks of two by two nodes; what there was before stays. */
static void test_blocks(void **state)
{
    (void)state;
    forget_neighbours();
    testlab_sh(&lab, "on $1 ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev e0 nud stale\n"
                     "on $1 ip neigh replace 10.0.0.77 lladdr 02:00:00:00:00:77 dev e0 nud stale\n"
                     "on $3 ip neigh replace fd00::77 lladdr 02:00:00:00:00:77 dev e2 nud stale\n");
    struct sweep *s = sweep(SWEEP_V4 | SWEEP_V6, 16, NULL);
    assert_int_equal(s->answered, 2 * HOSTS * (HOSTS - 1));
    assert_int_equal(s->blocks, 6 + 6); /* three groups of two, in each family */
    assert_true(s->tidied >= 2 * (HOSTS * (HOSTS - 1)) - 1);
    assert_int_equal(neighbours(AF_INET), 2);
    assert_int_equal(neighbours(AF_INET6), 1);
    sweep_free(s);
}

/* What the lab has already counts where the machine does not tell: this namespace is not its first
 * one. 20 entries come in IPv4. */
static void test_own_entries_count(void **state)
{
    (void)state;
    forget_neighbours();
    limit = 64;
    struct sweep *s = sweep(SWEEP_V4, 0, NULL);
    assert_int_equal(s->tidied, 0); /* 56 are free */
    sweep_free(s);
    forget_neighbours();
    testlab_sh(&lab, "i=100; while [ $i -lt 140 ]; do on $1 ip neigh replace 10.0.0.$i dev e0"
                     " lladdr 02:00:00:00:00:77 nud stale; i=$((i + 1)); done\n");
    s = sweep(SWEEP_V4, 0, NULL);
    assert_int_equal(s->answered, HOSTS * (HOSTS - 1));
    assert_int_equal(s->tidied, HOSTS * (HOSTS - 1)); /* 16 are */
    assert_int_equal(neighbours(AF_INET), 40);
    sweep_free(s);
    limit = 0;
    forget_neighbours();
}

static void test_unanswered(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $2 ip link set e1 down\n"
                     "on $3 sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'\n");
    for (size_t room = 0; room <= 16; room += 16) {
        struct sweep *s = sweep(SWEEP_V4, room, NULL);
        assert_int_equal(s->pairs, HOSTS * (HOSTS - 1));
        /* n1 reaches nobody and is not reached: 8; n2 answers nobody else: 3. */
        assert_int_equal(s->answered, HOSTS * (HOSTS - 1) - 8 - 3);
        assert_int_equal(sweep_at(s, AF_INET, 0, 2)->state, SWEEP_UNANSWERED);
        assert_int_equal(sweep_at(s, AF_INET, 0, 2)->tries, 2);
        assert_int_equal(sweep_at(s, AF_INET, 2, 0)->state, SWEEP_ANSWERED);
        assert_int_equal(sweep_at(s, AF_INET, 2, 0)->tries, 1);
        assert_int_equal(sweep_at(s, AF_INET, 1, 0)->state, SWEEP_REFUSED);
        assert_int_equal(sweep_at(s, AF_INET, 1, 0)->num, ENETUNREACH);
        assert_int_not_equal(sweep_at(s, AF_INET, 0, 1)->state, SWEEP_ANSWERED);
        sweep_free(s);
    }
    testlab_sh(&lab, "on $2 ip link set e1 up\n"
                     "on $3 sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all'\n");
}

static void test_stopped(void **state)
{
    (void)state;
    const bool stop = true;
    struct sweep *s = sweep(SWEEP_V4, 0, &stop);
    assert_true(s->stopped);
    assert_int_equal(s->answered, 0);
    assert_int_equal(sweep_at(s, AF_INET, 0, 1)->state, SWEEP_UNASKED);
    sweep_free(s);
}

static int set_up(void **state)
{
    struct err e = ERR_INIT;
    (void)state;
    testlab_init(&lab, HOSTS + 1);
    testlab_sh(
        &lab,
        "on $6 ip link add name sw type bridge; on $6 ip link set sw up; i=0\n"
        "for p in $1 $2 $3 $4 $5; do n=$((i + 1))\n"
        "    ip link add name e$i type veth peer name p$i\n"
        "    ip link set e$i netns $p; ip link set p$i netns $6\n"
        "    on $6 ip link set p$i master sw up; on $p ip link set e$i up\n"
        "    on $p ip addr add 10.0.0.$n/24 dev e$i\n"
        "    on $p ip addr add fd00::$n/64 dev e$i nodad; i=$n\n"
        "done\n"
        "for p in $1 $2 $3 $4 $5; do until on $p ip link show up type veth | grep -q LOWER_UP\n"
        "do :; done; done\n");
    return loop_new(&loop, &e);
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    testlab_fini(&lab);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_group_size),        cmocka_unit_test(test_all_answer),
        cmocka_unit_test(test_one_family),        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_own_entries_count), cmocka_unit_test(test_unanswered),
        cmocka_unit_test(test_stopped),
    };
    if (!testns_private())
        return testns_refused("for a sweep");
    return cmocka_run_group_tests_name("sweep", tests, set_up, tear_down);
}
