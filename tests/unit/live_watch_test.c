/* SPDX-License-Identifier: BSD-2-Clause */
/* live_watch_test: the snapshot follows the kernel, and each change is told once, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/if_addr.h>

#include "base/clock.h"
#include "kernel/observe.h"
#include "kernel_testlab.h"
#include "live/watch.h"
#include "live/watch_words.h"
#include "testloop.h"

#define NODES 3

static struct lab lab;
static struct loop loop;

struct told {
    enum watch_what what;
    int node;
    unsigned changed;
    char words[160];
};

static struct {
    struct told item[8192];
    size_t count;
    uint64_t seq;
    int64_t at_ns;
} told;

static void on_event(const struct watch_event *ev, void *ctx)
{
    assert_ptr_equal(ctx, &told);
    assert_int_equal(ev->seq, told.seq + (ev->what != WATCH_STATS));
    assert_true(ev->at_ns >= told.at_ns && ev->at_real_ns > 0);
    told.seq = ev->seq;
    told.at_ns = ev->at_ns;
    struct buf b = BUF_INIT;
    watch_words(ev, &b);
    assert_true(told.count < ARRAY_LEN(told.item));
    struct told *t = &told.item[told.count++];
    *t = (struct told){.what = ev->what, .node = ev->node, .changed = ev->changed};
    snprintf(t->words, sizeof t->words, "%s", buf_str(&b));
    assert_true(*watch_what_name(ev->what) && *t->words);
    buf_fini(&b);
}

static struct watch *started(void)
{
    struct watch *w = NULL;
    struct err e = ERR_INIT;
    memset(&told, 0, sizeof told);
    memset(&loop, 0, sizeof loop); /* a test that failed may have left something */
    if (watch_start(&loop, &lab, on_event, &told, &w, &e) < 0)
        fail_msg("%s", e.text);
    return w;
}

static void run_for(int ms)
{
    while (testloop_step(&loop, ms))
        ;
}

static const struct told *find(int node, const char *words)
{
    for (size_t i = 0; i < told.count; i++)
        if (told.item[i].node == node && strcmp(told.item[i].words, words) == 0)
            return &told.item[i];
    return NULL;
}

/* Serves events until the words have been told, at most five seconds: the kernel tells of carrier
 * at most once a second. */
static const struct told *wait_for(int node, const char *words)
{
    int64_t deadline = clock_mono_ns() + 5 * CLOCK_NS_PER_S;
    const struct told *t;
    while (!(t = find(node, words)) && clock_mono_ns() < deadline)
        testloop_step(&loop, 50);
    if (!t) {
        for (size_t i = 0; i < told.count; i++)
            print_message("%d: %s\n", told.item[i].node, told.item[i].words);
        fail_msg("not told: node %d: %s", node, words);
    }
    return t;
}

/* The watched snapshot is what a fresh look shows, but for counters. */
static void is_as_read(const struct watch *w)
{
    struct snap *fresh = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(observe_lab(&lab, OBSERVE_ADDRS, &fresh, &e), 0);
    const struct snap *s = watch_snap(w);
    assert_int_equal(s->nodes, fresh->nodes);
    for (size_t i = 0; i < s->nodes; i++) {
        const struct snap_node *a = &s->node[i], *b = &fresh->node[i];
        assert_int_equal(a->gone, b->gone);
        assert_int_equal(a->ifs, b->ifs);
        for (size_t k = 0; k < a->ifs; k++) {
            const struct snap_if *x = &a->iface[k], *y = &b->iface[k];
            assert_string_equal(x->name, y->name);
            assert_int_equal(x->index, y->index);
            assert_int_equal(x->flags, y->flags);
            assert_int_equal(x->operstate, y->operstate);
            assert_int_equal(x->carrier, y->carrier);
            assert_int_equal(x->mtu, y->mtu);
            assert_int_equal(x->master, y->master);
            assert_int_equal(x->peer_index, y->peer_index);
            assert_int_equal(x->peer_node, y->peer_node);
            assert_memory_equal(x->mac, y->mac, MAC_LEN);
            assert_string_equal(x->alias ? x->alias : "", y->alias ? y->alias : "");
            assert_int_equal(x->addrs, y->addrs);
            for (size_t n = 0; n < x->addrs; n++) {
                assert_int_equal(ip_prefix_cmp(&x->addr[n].prefix, &y->addr[n].prefix), 0);
                assert_int_equal(x->addr[n].flags, y->addr[n].flags);
            }
        }
    }
    snap_free(fresh);
}

static void changes_are_told_in_words(void **state)
{
    (void)state;
    struct watch *w = started();
    assert_int_equal(told.count, 0);
    is_as_read(w);
    testlab_sh(&lab, "on $1 ip link add x0 type veth peer name y0 netns $2\n");
    wait_for(0, "x0 appeared");
    wait_for(1, "y0 appeared");
    assert_int_equal(snap_find_if(&watch_snap(w)->node[0], "x0")->peer_node, 1);
    assert_int_equal(snap_find_if(&watch_snap(w)->node[1], "y0")->peer_node, 0);
    testlab_sh(&lab, "on $1 ip link set x0 name z0\n"); /* while it is down, or 6.1 refuses */
    wait_for(0, "x0 has a new name: z0");
    testlab_sh(&lab, "on $1 ip link set z0 up\n");
    wait_for(0, "z0 was set up, no carrier: its peer y0 in n1 is down");
    testlab_sh(&lab, "on $2 ip link set y0 up\non $1 ip addr add 10.0.0.1/24 dev z0\n");
    wait_for(1, "y0 was set up, has carrier: its peer z0 in n0 is up");
    wait_for(0, "z0 has carrier: its peer y0 in n1 is up");
    wait_for(0, "z0 got 10.0.0.1/24");
    testlab_sh(&lab, "on $2 ip link set y0 mtu 1400\n"
                     "on $2 ip link set y0 alias \"$(printf 'a\\033b')\"\n"
                     "on $2 ip link set y0 address 02:00:00:00:00:77\n"
                     "on $2 ip link set y0 address 02:00:00:00:00:78\n"
                     "on $1 ip addr del 10.0.0.1/24 dev z0\n"
                     "on $2 ip link add br0 type bridge\n"
                     "on $2 ip link set y0 master br0\n"
                     "on $2 ip link set y0 nomaster\n");
    wait_for(1, "y0 has MTU 1400 (was 1500)");
    wait_for(1, "y0 has the alias \"a\\x1bb\"");
    wait_for(1, "y0 has the address 02:00:00:00:00:78 (was 02:00:00:00:00:77)");
    wait_for(0, "z0 lost 10.0.0.1/24");
    wait_for(1, "y0 left br0");
    testlab_sh(&lab, "on $2 ip link set y0 down\n");
    wait_for(1, "y0 was set down");
    wait_for(0, "z0 lost carrier because its peer y0 in n1 was set down");
    assert_true(find(1, "y0 was set down") < wait_for(0, "z0 lost carrier because its peer y0 in"
                                                         " n1 was set down"));
    run_for(300);
    is_as_read(w);
    testlab_sh(&lab, "on $2 ip link del y0; on $2 ip link del br0\n");
    wait_for(1, "br0 was deleted");
    wait_for(1, "y0 was deleted");
    wait_for(0, "z0 disappeared with its peer y0 in n1");
    run_for(200);
    is_as_read(w);
    watch_stop(w);
    assert_true(testloop_is_empty(&loop));
}

static size_t times(int node, const char *words)
{
    size_t n = 0;
    for (size_t i = 0; i < told.count; i++)
        n += told.item[i].node == node && strcmp(told.item[i].words, words) == 0;
    return n;
}

/* Also what the kernel does not tell: that routes of IPv4 go with their link and their address. */
static void routes_are_told_with_what_took_them(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $1 ip link add r0 type veth peer name r1 netns $2\n"
                     "on $1 ip addr add 10.1.0.1/24 dev r0\n"
                     "on $1 ip addr add fd01::1/64 dev r0 nodad\n"
                     "on $1 ip link set r0 up\non $2 ip link set r1 up\n"
                     "on $1 ip route add 10.9.0.0/16 via 10.1.0.9\n");
    struct watch *w = started();
    testlab_sh(&lab, "on $1 ip route add default via 10.1.0.2\n"
                     "on $1 ip route add 10.2.0.0/16 via 10.1.0.3 metric 7\n"
                     "on $1 ip -6 route add fd02::/64 via fd01::2\n"
                     "on $1 ip route add blackhole 10.66.0.0/16\n"
                     "on $1 ip route add 10.3.0.0/16 via 10.1.0.4 table 77\n"
                     "on $1 ip route replace default via 10.1.0.5\n"
                     "on $1 ip route del 10.2.0.0/16\n");
    wait_for(0, "default via 10.1.0.2 dev r0 was added");
    wait_for(0, "fd02::/64 via fd01::2 dev r0 was added");
    wait_for(0, "blackhole 10.66.0.0/16 was added");
    wait_for(0, "10.3.0.0/16 via 10.1.0.4 dev r0 table 77 was added");
    wait_for(0, "default via 10.1.0.2 dev r0 was removed");
    wait_for(0, "default via 10.1.0.5 dev r0 was added");
    wait_for(0, "10.2.0.0/16 via 10.1.0.3 dev r0 metric 7 was removed");
    testlab_sh(&lab, "on $1 ip link set r0 down\n");
    wait_for(0, "r0 was set down");
    wait_for(0, "default via 10.1.0.5 dev r0 was removed because r0 was set down");
    wait_for(0, "10.9.0.0/16 via 10.1.0.9 dev r0 was removed because r0 was set down");
    wait_for(0, "fd02::/64 via fd01::2 dev r0 was removed because r0 was set down");
    run_for(200);
    assert_int_equal(times(0, "fd02::/64 via fd01::2 dev r0 was removed because r0 was set down"),
                     1);
    assert_int_equal(times(0, "blackhole 10.66.0.0/16 was removed"), 0);
    testlab_sh(&lab, "on $1 ip link set r0 up\non $1 ip route add default via 10.1.0.2\n"
                     "on $1 ip addr del 10.1.0.1/24 dev r0\n");
    wait_for(0, "default via 10.1.0.2 dev r0 was removed because 10.1.0.1 is gone");
    /* What is left is what the kernel has. */
    testlab_sh(&lab, "on $1 ip route del blackhole 10.66.0.0/16\n"
                     "test -z \"$(on $1 ip route show table all proto boot)\"\n"
                     "on $1 ip link del r0\n");
    wait_for(0, "blackhole 10.66.0.0/16 was removed");
    for (size_t i = 0; i < told.count; i++) /* nothing that the kernel makes of addresses */
        assert_null(strstr(told.item[i].words, "fe80::/64 dev"));
    watch_stop(w);
}

/* The words of all nodes that have this in them. */
static size_t times_in_all(const char *part)
{
    size_t n = 0;
    for (size_t i = 0; i < told.count; i++)
        n += strstr(told.item[i].words, part) != NULL;
    return n;
}

/* The kernel sets both ends of a veth down before it deletes them, which nobody did. */
static void what_is_deleted_was_not_set_down(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $1 ip link add name e0 type veth peer name e1 netns $2\n"
                     "on $1 ip addr add 10.7.0.1/24 dev e0\n"
                     "on $1 ip addr add fd07::1/64 dev e0 nodad\n"
                     "on $1 ip link set e0 up\non $2 ip link set e1 up\n"
                     "on $1 ip route add 10.8.0.0/16 via 10.7.0.9\n");
    struct watch *w = started();
    testlab_sh(&lab, "on $1 ip link del e0\n");
    const struct told *peer = wait_for(1, "e1 disappeared with its peer e0 in n0");
    assert_true(find(0, "e0 goes down: it is being deleted") == &told.item[0]);
    assert_non_null(find(0, "e0 lost fd07::1/64 because it is being deleted"));
    assert_non_null(find(0, "e0 lost 10.7.0.1/24 because it is being deleted"));
    assert_non_null(find(0, "10.8.0.0/16 via 10.7.0.9 dev e0 was removed because e0 is being"
                            " deleted"));
    const struct told *down =
        find(1, "e1 goes down with its peer e0 in n0: both are being deleted");
    const struct told *gone = find(0, "e0 was deleted");
    assert_true(down && gone && down < gone && gone < peer);
    assert_int_equal(times_in_all("set down") + times_in_all("no peer"), 0);
    run_for(200);
    is_as_read(w);
    watch_stop(w);
}

/* The kernel takes those of IPv6 when the link is set down; a person takes one for his own reasons.
 */
static void an_address_is_not_lost_for_a_reason_that_was_none(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $1 ip link add name a0 type veth peer name a1 netns $2\n"
                     "on $1 ip addr add fd08::1/64 dev a0 nodad\non $1 ip link set a0 up\n");
    struct watch *w = started();
    testlab_sh(&lab, "on $1 ip link set a0 down\n");
    wait_for(0, "a0 lost fd08::1/64 because it was set down");
    testlab_sh(&lab, "on $1 ip addr add fd08::2/64 dev a0 nodad\n"
                     "on $1 ip addr del fd08::2/64 dev a0\n");
    wait_for(0, "a0 lost fd08::2/64");
    testlab_sh(&lab, "on $1 ip link del a0\n");
    wait_for(0, "a0 was deleted");
    watch_stop(w);
}

/* Also where it was down before, or the other end is in the same node, or alone up. */
static void the_end_that_was_deleted_is_told_from_the_other(void **state)
{
    (void)state;
    struct watch *w = started();
    testlab_sh(&lab, "on $1 ip link add name f0 type veth peer name f1 netns $2\n"
                     "on $1 ip link add name g0 type veth peer name g1\n"
                     "on $1 ip link add name h0 type veth peer name h1 netns $2\n"
                     "on $2 ip link set h1 up\n");
    wait_for(1, "h1 was set up, no carrier: its peer h0 in n0 is down");
    testlab_sh(&lab, "on $2 ip link del f1\non $1 ip link del g1\non $1 ip link del h0\n");
    wait_for(1, "h1 disappeared with its peer h0 in n0");
    assert_non_null(find(1, "f1 was deleted"));
    assert_non_null(find(0, "f0 disappeared with its peer f1 in n1"));
    assert_non_null(find(0, "g1 was deleted"));
    assert_non_null(find(0, "g0 disappeared with its peer g1"));
    assert_non_null(find(1, "h1 goes down: it is being deleted"));
    assert_non_null(find(0, "h0 was deleted"));
    run_for(200);
    is_as_read(w);
    watch_stop(w);
}

/* It is deleted where it was, but it is not gone, and its other end goes on with it. */
static void what_was_moved_was_not_deleted(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $1 ip link add name m0 type veth peer name m1 netns $2\n");
    struct watch *w = started();
    testlab_sh(&lab, "on $1 ip link set m0 netns $3\n");
    wait_for(0, "m0 was moved to n2");
    wait_for(2, "m0 appeared");
    is_as_read(w);
    testlab_sh(&lab, "on $2 ip link del m1\n");
    wait_for(1, "m1 was deleted");
    wait_for(2, "m0 disappeared with its peer m1 in n1");
    testlab_sh(&lab, "on $1 ip link add name m0 type veth peer name m1 netns $2\n"
                     "unshare -n sleep 600 & p=$!\n"
                     "until [ $(readlink /proc/$p/ns/net) != $(readlink /proc/self/ns/net) ]; do"
                     " sleep 0.01; done\n"
                     "on $1 ip link set m0 netns $p\nkill $p; wait $p 2>/dev/null || :\n");
    wait_for(0, "m0 was moved to another network namespace");
    wait_for(1, "m1 disappeared");
    run_for(200);
    is_as_read(w);
    watch_stop(w);
}

/* A storm larger than the socket holds: everything is read again, at most once a second, and
 * afterwards the snapshot is right. */
static void after_lost_events_all_is_read_again(void **state)
{
    (void)state;
    struct watch *w = started();
    testlab_sh(&lab, "for i in $(seq 100); do echo link add a$i type veth peer name b$i; done |"
                     " on $1 ip -batch -\n"
                     "for n in $1 $2 $3; do for i in $(seq 6000); do echo link set lo mtu $((1000 +"
                     " i)); done | on $n ip -batch - & done; wait\n");
    while (watch_resyncs(w) == 0)
        testloop_step(&loop, 1000);
    assert_int_equal(watch_resyncs(w), 1);
    run_for(300);
    testloop_fire(&loop);
    run_for(300);
    is_as_read(w);
    size_t appeared = 0, again = 0;
    for (size_t i = 0; i < told.count; i++) {
        appeared += told.item[i].what == WATCH_LINK_ADDED;
        again += told.item[i].what == WATCH_RESYNCED;
    }
    assert_int_equal(appeared, 200);
    assert_int_equal(again, watch_resyncs(w));
    testlab_sh(&lab, "for i in $(seq 100); do echo link del a$i; done | on $1 ip -batch -\n");
    run_for(300);
    is_as_read(w);
    watch_stop(w);
}

static uint64_t packets_of_lo(const struct watch *w, int node)
{
    return snap_find_if(&watch_snap(w)->node[node], "lo")->stats.rx_packets;
}

/* One node at a time; what is read is what rtnetlink would have told. */
static void counters_come_node_by_node(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $1 ip link set lo up\n");
    struct watch *w = started();
    run_for(100);
    uint64_t before = packets_of_lo(w, 0);
    testlab_sh(&lab, "on $1 ping -c 2 -i 0.01 127.0.0.1 >/dev/null\n");
    assert_int_equal(packets_of_lo(w, 0), before);
    for (int node = 0; node < NODES; node++) {
        told.count = 0;
        watch_count(w, CLOCK_NS_PER_S);
        assert_int_equal(testloop_fire(&loop), 1);
        assert_int_equal(told.count, 1);
        assert_int_equal(told.item[0].what, WATCH_STATS);
        assert_int_equal(told.item[0].node, node);
    }
    assert_in_range(packets_of_lo(w, 0), before + 4, 1000);
    struct snap *fresh = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(observe_lab(&lab, 0, &fresh, &e), 0);
    assert_memory_equal(&snap_find_if(&watch_snap(w)->node[0], "lo")->stats,
                        &snap_find_if(&fresh->node[0], "lo")->stats, sizeof(struct snap_stats));
    snap_free(fresh);
    watch_stop(w);
}

/* What comes back when one is taken away the kernel does not tell: it is asked. */
static void a_qdisc_is_followed(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $1 ip link add d0 type veth peer name d1 netns $2\n"
                     "on $1 ip link set d0 up\n");
    struct watch *w = started();
    testlab_sh(&lab, "on $1 tc qdisc add dev d0 root pfifo\n");
    const struct told *t = wait_for(0, "d0 has the queueing discipline pfifo (was noqueue)");
    assert_int_equal(t->changed, WATCH_QDISC);
    assert_string_equal(snap_find_if(&watch_snap(w)->node[0], "d0")->qdisc, "pfifo");
    testlab_sh(&lab, "on $1 tc qdisc del dev d0 root\n");
    wait_for(0, "d0 has the queueing discipline noqueue (was pfifo)");
    testlab_sh(&lab, "on $1 ip link del d0\n");
    wait_for(0, "d0 was deleted");
    watch_stop(w);
}

/* To be run last: they end nodes. */
static void a_node_that_ends_is_gone(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $1 ip link add name n0 type veth peer name n1 netns $3\n"
                     "on $1 ip link set n0 up\non $3 ip link set n1 up\n");
    struct watch *w = started();
    testlab_end(lab.node[2].pid);
    testlab_sh(&lab, "while on $1 ip link show n0 2>/dev/null >&2; do sleep 0.01; done\n");
    wait_for(2, "the node ended: its first process is gone");
    /* So it is told, though here the links' events are looked at before. */
    wait_for(0, "n0 disappeared because node n2 ended");
    assert_non_null(find(0, "n0 goes down because its peer went with node n2"));
    assert_int_equal(times_in_all("set down") + times_in_all("was deleted"), 0);
    assert_true(watch_snap(w)->node[2].gone);
    assert_int_equal(watch_snap(w)->node[2].ifs, 0);
    is_as_read(w);
    watch_stop(w);
    w = started(); /* it may be gone from the beginning */
    assert_true(watch_snap(w)->node[2].gone);
    watch_stop(w);
    assert_true(testloop_is_empty(&loop));
}

static void a_lab_that_ends_is_the_last_event(void **state)
{
    (void)state;
    struct watch *w = started();
    testlab_end(lab.holder);
    wait_for(SNAP_NODE_NONE, "lab t ended");
    assert_int_equal(told.item[told.count - 1].what, WATCH_LAB_GONE);
    assert_non_null(find(0, "the node ended: its first process is gone"));
    assert_true(testloop_is_empty(&loop));
    watch_stop(w);
}

static int setup(void **state)
{
    (void)state;
    testlab_init(&lab, NODES);
    testlab_sh(&lab, "for n in $1 $2 $3; do on $n sh -c 'cd /proc/sys/net/ipv6/conf;"
                     " echo 0 >all/accept_dad; echo 0 >default/accept_dad'; done");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    testlab_fini(&lab);
    return 0;
}

int main(void)
{
    alarm(120); /* nothing here may wait for ever */
    if (!testns_private())
        return testns_refused("are refused here");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_told_in_words),
        cmocka_unit_test(routes_are_told_with_what_took_them),
        cmocka_unit_test(what_is_deleted_was_not_set_down),
        cmocka_unit_test(an_address_is_not_lost_for_a_reason_that_was_none),
        cmocka_unit_test(the_end_that_was_deleted_is_told_from_the_other),
        cmocka_unit_test(what_was_moved_was_not_deleted),
        cmocka_unit_test(after_lost_events_all_is_read_again),
        cmocka_unit_test(counters_come_node_by_node),
        cmocka_unit_test(a_qdisc_is_followed),
        cmocka_unit_test(a_node_that_ends_is_gone),
        cmocka_unit_test(a_lab_that_ends_is_the_last_event),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
