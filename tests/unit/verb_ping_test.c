/* SPDX-License-Identifier: BSD-2-Clause */
/* verb_ping_test: the lines of ping, and the matrix in its three forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "verb/ping_matrix.h"
#include "verb/ping_text.h"
#include "json/json.h"

static struct buf out = BUF_INIT;

static void out_is(const char *want)
{
    assert_string_equal(buf_str(&out), want);
    buf_fini(&out);
}

static struct ping_target target(const char *name, const char *addr, size_t payload)
{
    struct ping_target t = {.name = name, .payload = payload};
    assert_true(ip_addr_parse(addr, &t.at.to));
    return t;
}

/* --- lines ------------------------------------------------------------------------------------ */

static void test_head(void **state)
{
    (void)state;
    struct ping_target t = target("b", "10.1.0.2", 56);
    ping_text_head(&t, &out);
    out_is("PING b (10.1.0.2) 56(84) bytes of data.\n");
    t = target("b", "fd00::2", 1000);
    ping_text_head(&t, &out);
    out_is("PING b (fd00::2) 1000 data bytes\n");
    t = target("fe80::1", "fe80::1", 56);
    t.scope = "eth\033";
    ping_text_head(&t, &out);
    out_is("PING fe80::1 (fe80::1%eth\\x1b) 56 data bytes\n");
}

static void reply(int64_t us, const char *time)
{
    char want[120];
    struct ping_target t = target("b", "10.1.0.2", 56);
    struct probe_event ev = {.what = PROBE_EV_REPLY,
                             .seq = 65537, /* as the packet has it: 1 */
                             .rtt_ns = us * 1000,
                             .ttl = 63,
                             .bytes = 64,
                             .from = t.at.to};
    ping_text_event(&t, &ev, NULL, &out);
    snprintf(want, sizeof want, "64 bytes from b (10.1.0.2): icmp_seq=1 ttl=63 time=%s ms\n", time);
    out_is(want);
}

static void test_times(void **state)
{
    (void)state;
    reply(0, "0.000");
    reply(43, "0.043");
    reply(999, "0.999");
    reply(1000, "1.00");
    reply(1234, "1.23");
    reply(9994, "9.99");
    reply(9996, "10.0");
    reply(54321, "54.3");
    reply(99960, "100");
    reply(123456, "123");
}

static void test_other_lines(void **state)
{
    (void)state;
    struct ping_target t = target("10.1.0.2", "10.1.0.2", 56);
    struct probe_event ev = {.what = PROBE_EV_DUPLICATE,
                             .seq = 2,
                             .rtt_ns = 1000000,
                             .ttl = -1,
                             .bytes = 60,
                             .from = t.at.to,
                             .damaged = true,
                             .wrong_at = 17,
                             .wrong_want = 0x11,
                             .wrong_got = 0xff};
    ping_text_event(&t, &ev, NULL, &out);
    out_is("60 bytes from 10.1.0.2: icmp_seq=2 time=1.00 ms (DUP!) (truncated)\n"
           "wrong data byte #17 should be 0x11 but was 0xff\n");
    ev = (struct probe_event){
        .what = PROBE_EV_ERROR, .seq = 3, .from = t.at.to, .words = "Packet filtered"};
    ping_text_event(&t, &ev, "r1", &out);
    out_is("From r1 (10.1.0.2) icmp_seq=3 Packet filtered\n");
    ping_text_event(&t, &ev, NULL, &out);
    out_is("From 10.1.0.2 icmp_seq=3 Packet filtered\n");
    ev.from.family = AF_UNSPEC;
    ev.words = "local error: message too long, mtu=1400";
    ping_text_event(&t, &ev, NULL, &out);
    out_is("icmp_seq=3 local error: message too long, mtu=1400\n");
    ev.what = PROBE_EV_SEND_FAILED;
    ev.words = "Network is unreachable";
    ping_text_event(&t, &ev, NULL, &out);
    out_is("icmp_seq=3 not sent: Network is unreachable\n");
    for (int w = 0; w < PROBE_EV_COUNT; w++) {
        ev.what = (enum probe_what)w;
        if (w == PROBE_EV_SENT || w == PROBE_EV_LOST || w == PROBE_EV_DONE || w == PROBE_EV_GONE)
            ping_text_event(&t, &ev, NULL, &out);
    }
    out_is("");
}

static void test_summary(void **state)
{
    (void)state;
    struct ping_target t = target("b", "10.1.0.2", 56);
    struct probe_stats s = {.sent = 3,
                            .received = 2,
                            .duplicates = 1,
                            .errors = 1,
                            .min_ns = 43000,
                            .max_ns = 1045499,
                            .mean_ns = 544250,
                            .square_sum = 2 * 501250.0 * 501250.0};
    ping_text_summary(&t, &s, 2003, &out);
    out_is("\n--- b ping statistics ---\n"
           "3 packets transmitted, 2 received, +1 duplicates, +1 errors, 33.3333% packet loss, "
           "time 2003ms\n"
           "rtt min/avg/max/mdev = 0.043/0.544/1.045/0.501 ms\n");
    ping_text_interim(&s, &out);
    out_is("2/3 packets, 33% loss, min/avg/max = 0.043/0.544/1.045 ms\n");
    s = (struct probe_stats){.sent = 2};
    ping_text_summary(&t, &s, 5, &out);
    out_is("\n--- b ping statistics ---\n"
           "2 packets transmitted, 0 received, 100% packet loss, time 5ms\n");
    s = (struct probe_stats){0};
    ping_text_summary(&t, &s, 5, &out);
    out_is("\n--- b ping statistics ---\n0 packets transmitted, 0 received\n");
    ping_text_interim(&s, &out);
    out_is("0/0 packets, 0% loss\n");
}

/* --- the matrix ------------------------------------------------------------------------------- */

static struct snap *snap;

/* All pairs of `nodes` nodes answered in 40 µs, in IPv4. */
static struct sweep *made(size_t nodes)
{
    struct sweep *s = mem_zalloc(1, sizeof *s);
    snap = snap_new("t");
    s->nodes = nodes;
    s->pair[0] = mem_zalloc(nodes * nodes, sizeof *s->pair[0]);
    for (size_t i = 0; i < nodes; i++) {
        char name[24];
        snprintf(name, sizeof name, "n%zu", i);
        snap_add_node(snap, name);
    }
    for (size_t i = 0; i < nodes * nodes; i++) {
        if (i % (nodes + 1) == 0)
            continue;
        s->pair[0][i] = (struct sweep_pair){
            .to = {.family = AF_INET, .byte = {10, 0, 0, (uint8_t)(i % nodes + 1)}},
            .state = SWEEP_ANSWERED,
            .tries = 1,
            .rtt_ns = 40 * CLOCK_NS_PER_US};
        s->pairs++;
        s->answered++;
    }
    return s;
}

static void lose(struct sweep *s, size_t from, size_t to)
{
    struct sweep_pair *p = &s->pair[0][from * s->nodes + to];
    s->answered -= p->state == SWEEP_ANSWERED;
    p->state = SWEEP_UNANSWERED;
    p->tries = 2;
}

static void done(struct sweep *s)
{
    sweep_free(s);
    snap_free(snap);
}

static void test_matrix_times(void **state)
{
    (void)state;
    struct sweep *s = made(3);
    s->pair[0][1].rtt_ns = 12345678;
    s->pair[0][2].rtt_ns = 2000 * CLOCK_NS_PER_MS;
    s->pair[0][3].rtt_ns = 123456789;
    lose(s, 1, 2);
    s->pair[0][2 * 3 + 2].state = SWEEP_NONE;
    ping_matrix_text(s, snap, 80, &out);
    out_is("IPv4, ms, each row pings each column\n"
           "       n0     n1     n2\n"
           "n0      -  12.35   2000\n"
           "n1  123.5      -     no\n"
           "n2  0.040  0.040      -\n"
           "\n");
    ping_matrix_sentence(s, snap, &out);
    out_is("5 of 6 pairs answered (IPv4): n1 does not reach n2 (IPv4).\n");
    lose(s, 2, 1);
    s->again = 2;
    ping_matrix_sentence(s, snap, &out);
    out_is("4 of 6 pairs answered (IPv4): n1 and n2 do not reach each other (IPv4); 2 only when "
           "asked again.\n");
    done(s);
}

static void test_matrix_signs(void **state)
{
    (void)state;
    struct sweep *s = made(12);
    lose(s, 0, 11);
    ping_matrix_text(s, snap, 80, &out);
    assert_non_null(strstr(buf_str(&out), "\nn0  -..........X\nn1  .-..........\n"));
    for (const char *line = buf_str(&out); *line; line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\n") <= 80);
    buf_fini(&out);
    done(s);
    s = made(10); /* ten short names still fit with times */
    ping_matrix_text(s, snap, 80, &out);
    assert_non_null(strstr(buf_str(&out), "0.040"));
    for (const char *line = buf_str(&out); *line; line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\n") <= 80);
    buf_fini(&out);
    done(s);
}

static void test_matrix_rows(void **state)
{
    (void)state;
    struct sweep *s = made(100);
    ping_matrix_text(s, snap, 80, &out);
    out_is("");
    ping_matrix_sentence(s, snap, &out);
    out_is("All 9900 pairs answered (IPv4).\n");
    for (size_t i = 0; i < 8; i++)
        lose(s, 5, 10 + i);
    for (size_t i = 0; i < 100; i++) /* n7 is cut off: told in the sentence alone */
        if (i != 7)
            lose(s, 7, i), lose(s, i, 7);
    ping_matrix_text(s, snap, 80, &out);
    out_is("IPv4\nn5   no answer from n10, n11, n12, n13, n14, n15 and 2 more\n\n");
    ping_matrix_sentence(s, snap, &out);
    out_is(
        "9694 of 9900 pairs answered (IPv4): n7 is cut off (IPv4); n5 does not reach n10 (IPv4); "
        "n5 does not reach n11 (IPv4); n5 does not reach n12 (IPv4); n5 does not reach n13 "
        "(IPv4); n5 does not reach n14 (IPv4); n5 does not reach n15 (IPv4); and 2 more pairs "
        "(IPv4).\n");
    done(s);
}

static void test_sentence(void **state)
{
    (void)state;
    struct sweep *s = made(4);
    for (size_t i = 0; i < 4; i++) {
        if (i != 1)
            lose(s, i, 1);
        if (i != 2)
            lose(s, 2, i);
    }
    ping_matrix_sentence(s, snap, &out);
    out_is("7 of 12 pairs answered (IPv4): n1 is reached by nobody (IPv4); n2 reaches nobody "
           "(IPv4).\n");
    s->stopped = true;
    s->table_full = true;
    for (size_t i = 0; i < 16; i++)
        if (s->pair[0][i].state != SWEEP_NONE)
            lose(s, i / 4, i % 4);
    ping_matrix_sentence(s, snap, &out);
    out_is("0 of 12 pairs answered (IPv4): n0, n1, n2, n3 are cut off (IPv4); interrupted.\n"
           "The machine's neighbour table was full meanwhile: see the sysctl "
           "net.ipv4.neigh.default.gc_thresh3.\n");
    done(s);
}

static void test_json(void **state)
{
    (void)state;
    struct sweep *s = made(2);
    struct json *j = NULL;
    struct err e = ERR_INIT;
    s->pair[0][2].state = SWEEP_REFUSED;
    s->pair[0][2].num = ENETUNREACH;
    s->answered--;
    ping_matrix_json(s, snap, &out);
    assert_int_equal(json_parse(buf_str(&out), out.len, &j, &e), 0);
    assert_string_equal(json_get_text(j, "format", ""), "vethlab-ping-all");
    assert_int_equal(json_get_int(j, "pairs", 0), 2);
    assert_int_equal(json_get_int(j, "answered", 0), 1);
    const struct json *list = json_get(j, "results");
    assert_int_equal(json_count(list), 2);
    assert_true(json_get_bool(json_at(list, 0), "answered", false));
    assert_int_equal(json_get_int(json_at(list, 0), "rtt_ns", 0), 40000);
    assert_string_equal(json_get_text(json_at(list, 0), "address", ""), "10.0.0.2");
    assert_false(json_get_bool(json_at(list, 1), "answered", true));
    assert_string_equal(json_get_text(json_at(list, 1), "error", ""), "ENETUNREACH");
    assert_string_equal(json_get_text(json_at(list, 1), "from", ""), "n1");
    json_free(j);
    buf_fini(&out);
    done(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head),         cmocka_unit_test(test_times),
        cmocka_unit_test(test_other_lines),  cmocka_unit_test(test_summary),
        cmocka_unit_test(test_matrix_times), cmocka_unit_test(test_matrix_signs),
        cmocka_unit_test(test_matrix_rows),  cmocka_unit_test(test_sentence),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests_name("ping", tests, NULL, NULL);
}
