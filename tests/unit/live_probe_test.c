/* SPDX-License-Identifier: BSD-2-Clause */
/* live_probe_test: packets, the round-trip rule, statistics, and real pings between namespaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "kernel_testlab.h"
#include "live/echo.h"
#include "live/icmp.h"
#include "live/probe.h"
#include "live/probe_stats.h"

/* --- packets ---------------------------------------------------------------------------------- */

static void test_checksum(void **state)
{
    (void)state;
    /* The example of RFC 1071, section 3. */
    const uint8_t words[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    uint16_t sum = icmp_checksum(words, sizeof words, NULL, 0);
    assert_int_equal(((uint8_t *)&sum)[0], (uint8_t)~0xdd);
    assert_int_equal(((uint8_t *)&sum)[1], (uint8_t)~0xf2);
    assert_int_equal(icmp_checksum(words, 4, words + 4, 4), sum);
    const uint8_t odd[] = {0xff, 0, 0x12};
    sum = icmp_checksum(NULL, 0, odd, sizeof odd); /* a last byte is padded with 0 */
    assert_int_equal(((uint8_t *)&sum)[0], (uint8_t)~0x11);
    assert_int_equal(((uint8_t *)&sum)[1], 0xfe);
}

static void test_build_and_parse(void **state)
{
    (void)state;
    uint8_t packet[ICMP_HEADER_BYTES + 300];
    struct icmp_echo echo;
    for (int v6 = 0; v6 < 2; v6++) {
        sa_family_t family = v6 ? AF_INET6 : AF_INET;
        icmp_build_echo(family, 0xabcd, 0x1234, 300, packet);
        memcpy(packet + ICMP_HEADER_BYTES, icmp_pattern(), 300);
        assert_int_equal(packet[0], v6 ? 128 : 8);
        if (!v6) /* a right checksum sums up to nothing */
            assert_int_equal(icmp_checksum(packet, sizeof packet, NULL, 0), 0);
        assert_false(icmp_parse_echo(family, false, packet, sizeof packet, &echo));
        assert_true(icmp_parse_echo(family, true, packet, sizeof packet, &echo));
        packet[0] = v6 ? 129 : 0;
        assert_true(icmp_parse_echo(family, false, packet, sizeof packet, &echo));
        assert_int_equal(echo.ident, 0xabcd);
        assert_int_equal(echo.seq, 0x1234);
        assert_int_equal(echo.bytes, 308);
        assert_int_equal(icmp_first_damage(&echo), 300);
        packet[ICMP_HEADER_BYTES + 260]++;
        assert_int_equal(icmp_first_damage(&echo), 260);
        assert_false(icmp_parse_echo(family, false, packet, 7, &echo));
        packet[1] = 1;
        assert_false(icmp_parse_echo(family, false, packet, sizeof packet, &echo));
    }
}

static void test_skip_ip(void **state)
{
    (void)state;
    uint8_t packet[32] = {0x46};
    const uint8_t *at = packet;
    size_t len = sizeof packet;
    assert_true(icmp_skip_ip(&at, &len));
    assert_ptr_equal(at, packet + 24);
    assert_int_equal(len, 8);
    at = packet, len = 23;
    assert_false(icmp_skip_ip(&at, &len));
    packet[0] = 0x44; /* a header of 16 bytes is none */
    len = sizeof packet;
    assert_false(icmp_skip_ip(&at, &len));
    len = 0;
    assert_false(icmp_skip_ip(&at, &len));
}

static void test_rtt_rule(void **state)
{
    (void)state;
    const int64_t ms = CLOCK_NS_PER_MS, real = 1700000000 * CLOCK_NS_PER_S;
    assert_int_equal(icmp_rtt_ns(real, real + ms, 50, 50 + 2 * ms), ms);
    assert_int_equal(icmp_rtt_ns(real, real - 1, 50, 50 + 2 * ms), 2 * ms); /* negative */
    assert_int_equal(icmp_rtt_ns(real, real + 3600000 * ms, 50, 50 + ms), ms);
    assert_int_equal(icmp_rtt_ns(real, real + ms, 50, 50 + 6 * ms), ms); /* 5 ms apart is trusted */
    assert_int_equal(icmp_rtt_ns(real, real + ms, 50, 51 + 6 * ms), 6 * ms + 1);
    assert_int_equal(icmp_rtt_ns(real, 0, 50, 50 + 7 * ms), 7 * ms); /* no stamp */
}

static void words_are(sa_family_t family, uint8_t type, uint8_t code, uint32_t info,
                      const char *want)
{
    struct buf b = BUF_INIT;
    icmp_words(family, type, code, info, &b);
    assert_string_equal(buf_str(&b), want);
    buf_fini(&b);
}

static void test_words(void **state)
{
    (void)state;
    words_are(AF_INET, 3, 0, 0, "Destination Net Unreachable");
    words_are(AF_INET, 3, 1, 0, "Destination Host Unreachable");
    words_are(AF_INET, 3, 4, 1400, "Frag needed and DF set (mtu = 1400)");
    words_are(AF_INET, 3, 13, 0, "Packet filtered");
    words_are(AF_INET, 3, 200, 0, "Dest Unreachable, Bad Code: 200");
    words_are(AF_INET, 11, 0, 0, "Time to live exceeded");
    words_are(AF_INET, 11, 1, 0, "Frag reassembly time exceeded");
    words_are(AF_INET, 40, 2, 0, "ICMP type 40 code 2");
    words_are(AF_INET6, 1, 0, 0, "Destination unreachable: No route");
    words_are(AF_INET6, 1, 3, 0, "Destination unreachable: Address unreachable");
    words_are(AF_INET6, 1, 9, 0, "Destination unreachable: Unknown code 9");
    words_are(AF_INET6, 2, 0, 1280, "Packet too big: mtu=1280");
    words_are(AF_INET6, 3, 0, 0, "Time exceeded: Hop limit");
}

/* --- statistics ------------------------------------------------------------------------------- */

static void test_stats(void **state)
{
    (void)state;
    struct probe_stats s;
    probe_stats_init(&s);
    assert_int_equal(probe_stats_mdev_ns(&s), 0);
    assert_int_equal(probe_stats_loss_percent(&s), 0);
    assert_int_equal(probe_strip_at(&s, 0), PROBE_NOT_SENT);
    /* 2, 4, 4, 4, 5, 5, 7, 9: mean 5, standard deviation 2. */
    const int64_t us[] = {2, 4, 4, 4, 5, 5, 7, 9};
    for (uint64_t i = 0; i < 8; i++) {
        probe_stats_sent(&s);
        assert_int_equal(probe_strip_at(&s, 0), PROBE_WAITING);
        probe_stats_reply(&s, i + 1, us[i] * 1000, false);
    }
    assert_int_equal(s.sent, 8);
    assert_int_equal(s.received, 8);
    assert_int_equal(s.last_seq, 8);
    assert_int_equal(s.last_ns, 9000);
    assert_int_equal(s.min_ns, 2000);
    assert_int_equal(s.max_ns, 9000);
    assert_int_equal(probe_stats_avg_ns(&s), 5000);
    assert_int_equal(probe_stats_mdev_ns(&s), 2000);
    assert_int_equal(probe_strip_at(&s, 7), 2000);
    assert_int_equal(probe_strip_at(&s, 8), PROBE_NOT_SENT);
    probe_stats_sent(&s);
    probe_stats_lost(&s, 9);
    assert_int_equal(probe_strip_at(&s, 0), PROBE_LOST);
    assert_int_equal(probe_stats_loss_percent(&s), 11);
    probe_stats_reply(&s, 9, 5000, true); /* late: no longer lost */
    assert_int_equal(s.lost, 0);
    assert_int_equal(probe_strip_at(&s, 0), 5000);
}

static void test_stats_run_long(void **state)
{
    (void)state;
    struct probe_stats s;
    probe_stats_init(&s);
    for (uint64_t i = 1; i <= 1000000; i++) {
        probe_stats_sent(&s);
        probe_stats_reply(&s, i, 3600000000000 + (i % 2 ? 1000 : -1000), false);
    }
    assert_int_equal(probe_stats_mdev_ns(&s), 1000);
    assert_int_equal(probe_strip_at(&s, PROBE_STRIP - 1), 3600000000000 + 1000 * -1 + 2000);
    assert_int_equal(probe_strip_at(&s, PROBE_STRIP), PROBE_NOT_SENT);
    probe_stats_lost(&s, 1); /* fell off the strip long ago: nothing is overwritten */
    assert_int_equal(probe_strip_at(&s, 0), 3600000000000 - 1000);
}

/* --- pings ------------------------------------------------------------------------------------ */

static struct lab lab;
static struct loop *loop;

struct heard {
    unsigned of[PROBE_EV_COUNT];
    struct probe_event last;
    bool stop_on_reply;
};

static void on_event(const struct probe_event *ev, void *ctx)
{
    struct heard *h = ctx;
    h->of[ev->what]++;
    h->last = *ev;
    h->last.words = NULL;
    if (h->stop_on_reply && ev->what == PROBE_EV_REPLY)
        probe_stop(ev->probe);
    if (ev->what == PROBE_EV_DONE || ev->what == PROBE_EV_GONE)
        loop_quit(loop);
}

static struct prober *prober(void)
{
    struct prober *p = NULL;
    struct err e = ERR_INIT;
    if (prober_new(loop, &lab, &p, &e) < 0)
        fail_msg("%s", e.text);
    return p;
}

static struct probe *start(struct prober *p, const char *to, struct heard *h, uint64_t count)
{
    struct err e = ERR_INIT;
    struct probe *probe = NULL;
    struct probe_options o = {.interval_ns = CLOCK_NS_PER_MS,
                              .timeout_ns = 200 * CLOCK_NS_PER_MS,
                              .count = count,
                              .payload = PROBE_PAYLOAD,
                              .fn = on_event,
                              .ctx = h};
    memset(h, 0, sizeof *h);
    assert_true(ip_addr_parse(to, &o.to));
    if (probe_start(p, &o, &probe, &e) < 0)
        fail_msg("%s", e.text);
    return probe;
}

static void step_for(int64_t ms)
{
    struct err e = ERR_INIT;
    for (int64_t end = clock_mono_ns() + ms * CLOCK_NS_PER_MS; clock_mono_ns() < end;)
        assert_int_equal(loop_step(loop, 5, &e), 0);
}

static void run_loop(void)
{
    struct err e = ERR_INIT;
    assert_int_equal(loop_run(loop, &e), 0);
}

static void test_pings_are_answered(void **state)
{
    (void)state;
    const char *const to[] = {"10.0.0.2", "fd00::2", "10.0.0.1", "fd00::1"};
    for (size_t i = 0; i < ARRAY_LEN(to); i++) {
        struct heard h;
        struct prober *p = prober();
        struct probe *probe = start(p, to[i], &h, 20);
        run_loop();
        const struct probe_stats *s = probe_stats(probe);
        assert_int_equal(s->sent, 20);
        assert_int_equal(s->received, 20);
        assert_int_equal(s->lost + s->errors + s->duplicates, 0);
        assert_int_equal(h.of[PROBE_EV_SENT], 20);
        assert_int_equal(h.of[PROBE_EV_REPLY], 20);
        assert_true(s->min_ns > 0 && s->max_ns < CLOCK_NS_PER_S && s->min_ns <= s->max_ns);
        assert_int_equal(probe_strip_at(s, 0), s->last_ns);
        prober_free(p);
    }
}

static void test_reply_event(void **state)
{
    (void)state;
    struct heard h;
    struct prober *p = prober();
    struct probe *probe = start(p, "10.0.0.2", &h, 0);
    h.stop_on_reply = true;
    while (!h.of[PROBE_EV_REPLY])
        step_for(1);
    assert_ptr_equal(h.last.probe, probe);
    assert_int_equal(h.last.ttl, 64);
    assert_int_equal(h.last.bytes, 64);
    assert_false(h.last.damaged);
    assert_int_equal(h.last.seq, 1);
    step_for(20); /* stopped in its own callback: nothing more comes */
    assert_int_equal(h.of[PROBE_EV_SENT], 1);
    prober_free(p);
}

static void test_two_to_one_address(void **state)
{
    (void)state;
    struct heard h[2];
    struct prober *p = prober(), *q = prober();
    struct probe *a = start(p, "10.0.0.2", &h[0], 10), *b = start(p, "10.0.0.2", &h[1], 10);
    struct heard other;
    struct probe *c = start(q, "10.0.0.2", &other, 10); /* another socket, another identifier */
    while (!h[0].of[PROBE_EV_DONE] || !h[1].of[PROBE_EV_DONE] || !other.of[PROBE_EV_DONE])
        step_for(1);
    assert_int_equal(probe_stats(a)->received + probe_stats(b)->received, 20);
    assert_int_equal(probe_stats(c)->received, 10);
    assert_int_equal(other.of[PROBE_EV_DUPLICATE] + h[0].of[PROBE_EV_DUPLICATE], 0);
    prober_free(p);
    prober_free(q);
}

static void test_lost(void **state)
{
    (void)state;
    struct heard h;
    struct prober *p = prober();
    testlab_sh(&lab, "on $2 sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'");
    struct probe *probe = start(p, "10.0.0.2", &h, 3);
    run_loop();
    testlab_sh(&lab, "on $2 sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all'");
    assert_int_equal(h.of[PROBE_EV_LOST], 3);
    assert_int_equal(probe_stats(probe)->lost, 3);
    assert_int_equal(probe_stats(probe)->received, 0);
    assert_int_equal(probe_strip_at(probe_stats(probe), 0), PROBE_LOST);
    prober_free(p);
}

/* The neighbour answers ARP only when the ping has been given up; the kernel asks each second. */
static void test_late(void **state)
{
    (void)state;
    struct heard h;
    struct prober *p = prober();
    testlab_sh(&lab, "on $2 ip link set y arp off; on $1 ip neigh flush dev x");
    struct probe *probe = start(p, "10.0.0.2", &h, 1);
    run_loop();
    assert_int_equal(probe_stats(probe)->lost, 1);
    testlab_sh(&lab, "on $2 ip link set y arp on");
    for (int i = 0; i < 100 && !h.of[PROBE_EV_REPLY]; i++)
        step_for(50);
    assert_int_equal(h.of[PROBE_EV_REPLY], 1);
    assert_int_equal(probe_stats(probe)->lost, 0);
    assert_int_equal(probe_stats(probe)->received, 1);
    assert_true(probe_strip_at(probe_stats(probe), 0) > 200 * CLOCK_NS_PER_MS);
    prober_free(p);
}

static void test_no_route(void **state)
{
    (void)state;
    struct heard h;
    struct prober *p = prober();
    struct probe *probe = start(p, "10.9.9.9", &h, 2);
    run_loop();
    assert_int_equal(h.of[PROBE_EV_SEND_FAILED], 2);
    assert_int_equal(probe_stats(probe)->errors, 2);
    assert_int_equal(probe_stats(probe)->lost, 2);
    prober_free(p);
}

/* The router of the test, node 1, refuses what it has no route for. */
static void test_icmp_error(void **state)
{
    (void)state;
    const char *const to[] = {"10.77.0.1", "fd77::1"};
    for (size_t i = 0; i < ARRAY_LEN(to); i++) {
        struct heard h;
        struct prober *p = prober();
        struct probe *probe = start(p, to[i], &h, 1);
        run_loop();
        assert_int_equal(h.of[PROBE_EV_ERROR], 1);
        assert_int_equal(probe_stats(probe)->errors, 1);
        assert_int_equal(probe_stats(probe)->lost, 1);
        prober_free(p);
    }
}

static void test_pause(void **state)
{
    (void)state;
    struct heard h;
    struct prober *p = prober();
    struct probe *probe = start(p, "10.0.0.2", &h, 0);
    step_for(20);
    assert_true(h.of[PROBE_EV_SENT] > 2);
    probe_pause(probe, true);
    step_for(20);
    unsigned before = h.of[PROBE_EV_SENT];
    step_for(20);
    assert_int_equal(h.of[PROBE_EV_SENT], before);
    assert_int_equal(probe_stats(probe)->lost, 0);
    probe_pause(probe, false);
    prober_pause(p, true);
    step_for(20);
    assert_int_equal(h.of[PROBE_EV_SENT], before);
    prober_pause(p, false);
    step_for(20);
    assert_true(h.of[PROBE_EV_SENT] > before);
    assert_true(h.of[PROBE_EV_SENT] < before + 25); /* what was missed is not made up for */
    prober_free(p);
}

static void test_size(void **state)
{
    (void)state;
    const size_t size[] = {0, 1, 15, 1473, 65507};
    for (size_t i = 0; i < ARRAY_LEN(size); i++) {
        struct err e = ERR_INIT;
        struct heard h = {0};
        struct prober *p = prober();
        struct probe *probe;
        struct probe_options o = {.count = 1, .payload = size[i], .fn = on_event, .ctx = &h};
        ip_addr_parse("10.0.0.2", &o.to);
        h.stop_on_reply = true;
        assert_int_equal(probe_start(p, &o, &probe, &e), 0);
        while (!h.of[PROBE_EV_REPLY] && !h.of[PROBE_EV_LOST])
            step_for(1);
        assert_int_equal(h.of[PROBE_EV_REPLY], 1);
        assert_int_equal(h.last.bytes, size[i] + 8);
        assert_false(h.last.damaged);
        prober_free(p);
    }
}

/* Last: the lab has one node less afterwards. */
static void test_node_ends(void **state)
{
    (void)state;
    struct heard h;
    struct err e = ERR_INIT;
    struct prober *p = prober();
    struct probe *probe = start(p, "10.0.0.2", &h, 0), *again;
    step_for(10);
    assert_false(probe_is_gone(probe));
    testlab_end(lab.node[0].pid);
    run_loop();
    assert_int_equal(h.of[PROBE_EV_GONE], 1);
    assert_true(probe_is_gone(probe));
    unsigned sent = h.of[PROBE_EV_SENT];
    step_for(10);
    assert_int_equal(h.of[PROBE_EV_SENT], sent);
    assert_true(probe_start(p, probe_options(probe), &again, &e) < 0);
    assert_non_null(strstr(e.text, "n0"));
    prober_free(p);
}

static int set_up(void **state)
{
    struct err e = ERR_INIT;
    (void)state;
    testlab_init(&lab, 2);
    testlab_sh(&lab, "ip link add name x type veth peer name y\n"
                     "ip link set x netns $1; ip link set y netns $2\n"
                     "on $1 ip link set lo up; on $1 ip link set x up; on $2 ip link set y up\n"
                     "on $1 ip addr add 10.0.0.1/24 dev x; on $2 ip addr add 10.0.0.2/24 dev y\n"
                     "on $1 ip addr add fd00::1/64 dev x nodad\n"
                     "on $2 ip addr add fd00::2/64 dev y nodad\n"
                     "on $1 ip route add 10.77.0.0/16 via 10.0.0.2\n"
                     "on $1 ip route add fd77::/16 via fd00::2\n"
                     "on $2 sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'\n"
                     "on $2 sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'\n");
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
    const struct CMUnitTest pure[] = {
        cmocka_unit_test(test_checksum),       cmocka_unit_test(test_build_and_parse),
        cmocka_unit_test(test_skip_ip),        cmocka_unit_test(test_rtt_rule),
        cmocka_unit_test(test_words),          cmocka_unit_test(test_stats),
        cmocka_unit_test(test_stats_run_long),
    };
    const struct CMUnitTest pings[] = {
        cmocka_unit_test(test_pings_are_answered),
        cmocka_unit_test(test_reply_event),
        cmocka_unit_test(test_two_to_one_address),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_no_route),
        cmocka_unit_test(test_icmp_error),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_node_ends),
    };
    if (!testns_private())
        return testns_refused("for pings between nodes");
    int failed = cmocka_run_group_tests_name("pure", pure, NULL, NULL);
    return failed + cmocka_run_group_tests_name("pings", pings, set_up, tear_down);
}
