/* SPDX-License-Identifier: BSD-2-Clause */
/* live_counters_test: /proc/PID/net/dev as the kernel writes it, with the names that it allows. */
#include "live/watch_counters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char head[] =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n";

static struct snap_if *add(struct snap_node *n, const char *name)
{
    struct snap_if *i = snap_node_add_if(n);
    snprintf(i->name, sizeof i->name, "%s", name);
    i->index = (uint32_t)n->ifs;
    return i;
}

static void parse(struct snap_node *n, const char *lines)
{
    char text[4096];
    int len = snprintf(text, sizeof text, "%s%s", head, lines);
    watch_counters_parse(text, (size_t)len, n);
}

static const struct snap_stats *of(const struct snap_node *n, const char *name)
{
    return &snap_find_if(n, name)->stats;
}

static void each_number_finds_its_place(void **state)
{
    (void)state;
    struct snap_node n = {0};
    add(&n, "lo");
    add(&n, "a-name-of-15byt");
    parse(&n,
          "    lo:       1       2    3    4    5     6          7         8        9      10   11"
          "   12   13    14      15         16\n"
          "a-name-of-15byt: 18446744073709551615 0 0 0 0 0 0 0 4294967296 1 0 0 0 0 0 0\n");
    const struct snap_stats *s = of(&n, "lo");
    assert_int_equal(s->rx_bytes, 1);
    assert_int_equal(s->rx_packets, 2);
    assert_int_equal(s->rx_errors, 3);
    assert_int_equal(s->rx_dropped, 4);
    assert_int_equal(s->tx_bytes, 9);
    assert_int_equal(s->tx_packets, 10);
    assert_int_equal(s->tx_errors, 11);
    assert_int_equal(s->tx_dropped, 12);
    assert_true(of(&n, "a-name-of-15byt")->rx_bytes == UINT64_MAX);
    assert_true(of(&n, "a-name-of-15byt")->tx_bytes == UINT64_C(1) << 32);
    snap_node_clear(&n);
}

/* Names that look like something else in this file; ':' is refused by today's kernels. */
static void odd_names_are_told_apart(void **state)
{
    (void)state;
    static const char *const names[] = {"1",   "face",        "|bytes",    "a:b", "a",  ":",
                                        "a::", "\xff\x1b[2J", "e\xc3\xa9", "%s",  "-1", "Inter-|"};
    struct snap_node n = {0};
    char lines[2048] = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(lines);
        add(&n, names[i]);
        snprintf(lines + len, sizeof lines - len, "%6s: %zu 0 0 0 0 0 0 0 7 0 0 0 0 0 0 0\n",
                 names[i], i + 100);
    }
    parse(&n, lines);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(of(&n, names[i])->rx_bytes, i + 100);
        assert_int_equal(of(&n, names[i])->tx_bytes, 7);
    }
    snap_node_clear(&n);
}

static void what_is_no_line_changes_nothing(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        "lo",
                                        "lo:",
                                        "lo: 1 2 3",
                                        "lo: 1 2 3 4 5 6 7 8 9 10 11 x",
                                        "lo 1 2 3 4 5 6 7 8 9 10 11 12",
                                        ": 1 2 3 4 5 6 7 8 9 10 11 12 13",
                                        "a-name-that-is-too-long: 1 2 3 4 5 6 7 8 9 10 11 12 13",
                                        "other: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
                                        "\n\n\n",
                                        "lo: 1 2 3 4 5 6 7 8\n9 10 11 12"};
    struct snap_node n = {0};
    add(&n, "lo")->stats.rx_bytes = 77;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        watch_counters_parse(lines[i], strlen(lines[i]), &n);
        assert_int_equal(of(&n, "lo")->rx_bytes, 77);
    }
    snap_node_clear(&n);
}

static void it_is_read_of_a_process(void **state)
{
    (void)state;
    struct snap_node n = {0};
    add(&n, "lo")->stats.rx_bytes = UINT64_MAX;
    assert_int_equal(watch_counters_read(0, &n), 0);
    assert_true(of(&n, "lo")->rx_bytes != UINT64_MAX);
    assert_true(watch_counters_read(0x7fffffff, &n) < 0);
    snap_node_clear(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_finds_its_place),
        cmocka_unit_test(odd_names_are_told_apart),
        cmocka_unit_test(what_is_no_line_changes_nothing),
        cmocka_unit_test(it_is_read_of_a_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
