/* SPDX-License-Identifier: BSD-2-Clause */
/* view_eventlog_test: the log of events: its bounds, storms, filters, scrolling and looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "live/watch.h"
#include "view/eventlog.h"
#include "view_testdata.h"

#define NOON    (12LL * 3600 * TEST_S)
#define ALL     ((struct eventlog_view){.node = EVENTLOG_ALL_NODES})
#define STORM   100000
#define PAIR_AT 100 /* interface index of the pair's first end */

static struct snap *pair(void)
{
    struct snap *s = snap_new("demo");
    test_node(s, "terminal1");
    test_node(s, "terminal2");
    test_link(s, PAIR_AT, 0, "ve2", NULL, 1, "ve1", NULL);
    return s;
}

static struct snap_if *end_of_pair(struct snap *s, int node)
{
    return (struct snap_if *)snap_if_by_index(&s->node[node], PAIR_AT + (uint32_t)node);
}

static void add_changed(struct eventlog *log, struct snap *s, int node, unsigned changed,
                        const struct snap_if *before, int64_t at_ns)
{
    eventlog_add(log, &(struct watch_event){.what = WATCH_LINK_CHANGED,
                                            .snap = s,
                                            .node = node,
                                            .changed = changed,
                                            .iface = end_of_pair(s, node),
                                            .before = before,
                                            .at_ns = at_ns,
                                            .at_real_ns = NOON + at_ns});
}

/* What the kernel tells after `ip link set ve2 down` in terminal1. */
static void set_down(struct eventlog *log, struct snap *s, int64_t at_ns)
{
    struct snap_if a = *end_of_pair(s, 0), b = *end_of_pair(s, 1);
    test_set_down(s, 0, a.name);
    add_changed(log, s, 0, WATCH_ADMIN | WATCH_CARRIER | WATCH_OPERSTATE, &a, at_ns);
    add_changed(log, s, 1, WATCH_CARRIER | WATCH_OPERSTATE, &b, at_ns + 20 * TEST_MS);
}

static void put(struct eventlog *log, int node, const char *words)
{
    char name[] = {'n', (char)('0' + node), '\0'};
    eventlog_put(log, &(struct eventlog_entry){
                          .at_real_ns = NOON, .node = node, .node_name = name, .words = words});
}

static void put_numbered(struct eventlog *log, int from, int to)
{
    for (int i = from; i <= to; i++) {
        char words[32];
        snprintf(words, sizeof words, "event %d", i);
        put(log, i % 2, words);
    }
}

/* The screen as text; owned by the caller. */
static char *screen(const struct eventlog *log, const struct eventlog_view *view, int rows,
                    int cols, struct eventlog_shown *shown)
{
    struct canvas c;
    struct buf b = BUF_INIT;
    struct eventlog_shown s;
    canvas_init(&c, rows, cols, false);
    s = eventlog_draw(area_all(&c), log, view);
    canvas_to_text(&c, &b);
    canvas_fini(&c);
    if (shown)
        *shown = s;
    return buf_steal(&b);
}

static void assert_screen(const struct eventlog *log, const struct eventlog_view *view, int rows,
                          int cols, const char *text)
{
    char *is = screen(log, view, rows, cols, NULL);
    assert_string_equal(is, text);
    free(is);
}

static void the_cause_stands_in_the_line(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct snap *s = pair();
    eventlog_note(log, 0, NOON + 100 * TEST_MS, 0, "terminal1", "ip link set ve2 down");
    set_down(log, s, 120 * TEST_MS);
    assert_screen(
        log, &ALL, 4, 100,
        "12:00:00.100 > you: in terminal1: ip link set ve2 down\n"
        "12:00:00.120 - terminal1: ve2 was set down\n"
        "12:00:00.140 - terminal2: ve1 lost carrier because its peer ve2 in terminal1 was "
        "set down\n\n");
    /* Narrower, the end of the sentence is not cut off. */
    assert_screen(log, &ALL, 4, 60,
                  "12:00:00.100 > you: in terminal1: ip link set ve2 down\n"
                  "12:00:00.120 - terminal1: ve2 was set down\n"
                  "12:00:00.140 - terminal2: ve1 lost carrier because its peer\n"
                  "               ve2 in terminal1 was set down\n");
    struct eventlog_view one = {.node = 1, .without_node = true};
    assert_screen(log, &one, 4, 40,
                  "12:00:00 - ve1 lost carrier because its\n"
                  "           peer ve2 in terminal1 was set\n"
                  "           down\n\n");
    assert_screen(log, &one, 4, 20,
                  "- ve1 lost carrier\n"
                  "  because its peer\n"
                  "  ve2 in terminal1\n"
                  "  was set down\n");
    snap_free(s);
    eventlog_free(log);
}

static void add_addr(struct eventlog *log, struct snap *s, const char *text, uint32_t flags,
                     int64_t at_ns)
{
    struct snap_addr addr = {.flags = flags};
    assert_true(ip_prefix_parse(text, &addr.prefix));
    eventlog_add(log, &(struct watch_event){.what = WATCH_ADDR_ADDED,
                                            .snap = s,
                                            .node = 1,
                                            .iface = end_of_pair(s, 1),
                                            .addr = &addr,
                                            .at_ns = at_ns,
                                            .at_real_ns = NOON + at_ns});
}

static void assert_newest(const struct eventlog *log, int64_t now_ns, const char *text)
{
    const struct eventlog_line *l = eventlog_newest(log, now_ns, 6 * TEST_S);
    assert_string_equal(l ? l->text : "none", text);
}

/* What the kernel does by itself does not hide what somebody did, and what follows from that. */
static void the_newest_is_the_newest_that_tells_something(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct snap *s = pair();
    const char *lost = "terminal2: ve1 lost carrier because its peer ve2 in terminal1 was set down";
    assert_newest(log, 0, "none");
    add_addr(log, s, "fe80::1/64", 0, TEST_S);
    assert_newest(log, TEST_S, "terminal2: ve1 got fe80::1/64"); /* there is no other */
    set_down(log, s, 2 * TEST_S);
    add_addr(log, s, "fe80::2/64", 0, 3 * TEST_S);
    assert_newest(log, 4 * TEST_S, lost);
    assert_newest(log, 8 * TEST_S + 500 * TEST_MS, "terminal2: ve1 got fe80::2/64");
    assert_newest(log, 9 * TEST_S, "none");
    set_down(log, s, 20 * TEST_S);
    struct snap_if *i = end_of_pair(s, 1), was = *i;
    i->flags ^= IFF_PROMISC;
    add_changed(log, s, 1, WATCH_FLAGS, &was, 21 * TEST_S);
    assert_newest(log, 21 * TEST_S, lost);
    add_addr(log, s, "10.0.0.1/24", 0, 22 * TEST_S);
    assert_newest(log, 22 * TEST_S, "terminal2: ve1 got 10.0.0.1/24");
    add_addr(log, s, "fe80::3/64", IFA_F_DADFAILED, 23 * TEST_S);
    assert_newest(log, 23 * TEST_S,
                  "terminal2: ve1 got fe80::3/64, a duplicate: another here has it");
    snap_free(s);
    eventlog_free(log);
}

static void add_state(struct eventlog *log, struct snap *s, uint8_t operstate)
{
    struct snap_if *i = end_of_pair(s, 1), was = *i;
    i->operstate = operstate;
    add_changed(log, s, 1, WATCH_OPERSTATE, &was, 0);
}

/* The kernel tells the state of the one end with its carrier, and of the other up to a second
 * later: neither is told, as both have been told what it follows from. */
static void a_state_that_follows_is_not_told(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct snap *s = pair();
    end_of_pair(s, 1)->operstate = IF_OPER_DOWN;
    add_state(log, s, IF_OPER_UP);
    assert_int_equal(eventlog_count(log), 0);
    set_down(log, s, 0); /* each with its state */
    assert_int_equal(eventlog_count(log), 2);
    add_state(log, s, IF_OPER_DOWN);
    assert_int_equal(eventlog_count(log), 2);
    add_state(log, s, IF_OPER_DORMANT);
    assert_string_equal(eventlog_at(log, 2)->text, "terminal2: ve1 is in state DORMANT (was DOWN)");
    snap_free(s);
    eventlog_free(log);
}

static void each_kind_has_a_sign_and_a_style(void **state)
{
    (void)state;
    char seen[EVENTLOG_KIND_COUNT + 1] = "";
    for (int k = 0; k < EVENTLOG_KIND_COUNT; k++) {
        char sign = eventlog_sign((enum eventlog_kind)k);
        assert_true(sign > ' ' && !strchr(seen, sign));
        seen[k] = sign;
        assert_true(eventlog_style((enum eventlog_kind)k) < STYLE_COUNT);
    }
}

static void hostile_names_do_not_reach_the_screen(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct snap *s = pair();
    strcpy(end_of_pair(s, 0)->name, "e\x1b[2J\r\n");
    free(s->node[0].name);
    s->node[0].name = mem_strdup("\xe2\x80\xaenode\xff");
    set_down(log, s, 0);
    char *big = mem_alloc(10 << 20);
    memset(big, 'x', 10 << 20);
    big[(10 << 20) - 1] = '\0';
    put(log, 0, big);
    eventlog_note(log, 0, NOON, 0, "\x1b]0;t\a", "\x1b[31m%s%n");
    free(big);
    for (size_t i = 0; i < eventlog_count(log); i++) {
        const char *text = eventlog_at(log, i)->text;
        assert_true(strlen(text) < EVENTLOG_TEXT_MAX);
        for (const char *c = text; *c; c++)
            assert_true((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f);
    }
    char *is = screen(log, &ALL, 30, 80, NULL);
    assert_null(strchr(is, 0x1b));
    assert_non_null(strstr(is, "e\\x1b[2J\\x0d\\x0a"));
    assert_non_null(strstr(is, "> you: in \\x1b]0;t\\x07: \\x1b[31m%s%n\n"));
    free(is);
    for (int cols = 0; cols < 30; cols++) /* whatever the room is */
        free(screen(log, &ALL, 3, cols, NULL));
    snap_free(s);
    eventlog_free(log);
}

static void a_storm_is_folded(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct snap *s = pair();
    int64_t at_ns = 0;
    for (int i = 0; i < 500; i++, at_ns += TEST_MS) { /* one moment */
        struct snap_if was = *end_of_pair(s, 0);
        end_of_pair(s, 0)->flags ^= IFF_UP;
        add_changed(log, s, 0, WATCH_ADMIN, &was, at_ns);
    }
    assert_int_equal(eventlog_count(log), EVENTLOG_BURST);
    const struct eventlog_line *last = eventlog_at(log, EVENTLOG_BURST - 1);
    assert_int_equal(last->folded, 500 - EVENTLOG_BURST);
    assert_string_equal(last->text, "terminal1: ve2 was set up"); /* how it ended */
    struct eventlog_view view = ALL;
    char *is = screen(log, &view, 6, 100, NULL);
    assert_non_null(strstr(is, "12:00:00.005 + terminal1: ve2 was set up ... and 494 more until "
                               "12:00:00.499\n"));
    free(is);
    /* Another interface is not part of it. */
    struct snap_if was = *end_of_pair(s, 1);
    add_changed(log, s, 1, WATCH_MTU, &was, at_ns);
    assert_int_equal(eventlog_count(log), EVENTLOG_BURST + 1);
    /* It goes on for ten seconds: a line a second. */
    for (int i = 0; i < 10000; i++, at_ns += TEST_MS)
        add_changed(log, s, 0, WATCH_ADMIN, &was, at_ns);
    assert_in_range(eventlog_count(log), EVENTLOG_BURST + 10, EVENTLOG_BURST + 12);
    /* After quiet, each event is a line again. */
    size_t before = eventlog_count(log);
    for (int i = 0; i < 3; i++)
        add_changed(log, s, 0, WATCH_ADMIN, &was, at_ns + 10 * TEST_S);
    assert_int_equal(eventlog_count(log), before + 3);
    assert_int_equal(eventlog_events(log), 500 + 1 + 10000 + 3);
    snap_free(s);
    eventlog_free(log);
}

/* The worst that can come: nothing is like anything else, and lines are long. */
static void a_storm_is_bounded(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    char words[2 * EVENTLOG_TEXT_MAX];
    memset(words, 'w', sizeof words);
    words[sizeof words - 1] = '\0';
    int64_t began_ns = clock_mono_ns();
    for (int i = 0; i < STORM; i++) {
        uint64_t source = i % 3 ? (uint64_t)i + 1 : 0;
        eventlog_put(log, &(struct eventlog_entry){.at_ns = i * TEST_MS,
                                                   .at_real_ns = NOON,
                                                   .node_name = "n",
                                                   .words = i % 2 ? words : "short",
                                                   .source = source});
        assert_true(eventlog_count(log) <= EVENTLOG_LINES_MAX);
        assert_true(eventlog_bytes(log) <= EVENTLOG_BYTES_MAX);
    }
    assert_in_range(eventlog_count(log), 1000, EVENTLOG_LINES_MAX);
    assert_int_equal(eventlog_at(log, eventlog_count(log) - 1)->number,
                     eventlog_at(log, 0)->number + eventlog_count(log) - 1);
    struct eventlog_view view = ALL;
    strcpy(view.filter, "SHORT");
    char *is = screen(log, &view, 50, 200, NULL);
    free(is);
    assert_true(clock_mono_ns() - began_ns < 20 * TEST_S);
    eventlog_free(log);
}

static void filters_match_words_and_nodes(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct eventlog_shown shown;
    put(log, 1, "eth0 was set down");
    put(log, 2, "ETH1 was set up");
    put(log, 1, "lo was set up");
    struct eventlog_view view = ALL;
    strcpy(view.filter, "eth");
    char *is = screen(log, &view, 5, 80, &shown);
    assert_non_null(strstr(is, "eth0"));
    assert_non_null(strstr(is, "ETH1"));
    assert_null(strstr(is, "lo was"));
    assert_int_equal(shown.lines, 2);
    assert_int_equal(shown.others, 1);
    free(is);
    strcpy(view.filter, "N2: eth1");
    free(screen(log, &view, 5, 80, &shown));
    assert_int_equal(shown.lines, 1);
    strcpy(view.filter, "");
    view.node = 1;
    free(screen(log, &view, 5, 80, &shown));
    assert_int_equal(shown.lines, 2);
    strcpy(view.filter, "no such thing");
    free(screen(log, &view, 5, 80, &shown));
    assert_int_equal(shown.lines, 0);
    assert_int_equal(shown.others, 3);
    eventlog_free(log);
}

static void assert_bottom(const struct eventlog *log, const struct eventlog_view *view, int n,
                          size_t above, size_t below)
{
    struct eventlog_shown shown;
    char *is = screen(log, view, 10, 80, &shown), words[32];
    int len = snprintf(words, sizeof words, "event %d\n", n);
    assert_string_equal(is + strlen(is) - len, words);
    assert_int_equal(shown.above, above);
    assert_int_equal(shown.below, below);
    assert_int_equal(shown.lines, 10);
    free(is);
}

static void the_picture_stays_where_one_reads(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct eventlog_view view = ALL;
    put_numbered(log, 1, 100);
    assert_bottom(log, &view, 100, 90, 0);
    put_numbered(log, 101, 110);
    assert_bottom(log, &view, 110, 100, 0); /* it follows */
    eventlog_scroll(log, &view, -5, 10);
    assert_bottom(log, &view, 105, 95, 5);
    put_numbered(log, 111, 120);
    assert_bottom(log, &view, 105, 95, 15); /* it stays */
    eventlog_scroll(log, &view, INT_MIN, 10);
    assert_bottom(log, &view, 10, 0, 110);
    eventlog_scroll(log, &view, 3, 10);
    assert_bottom(log, &view, 13, 3, 107);
    eventlog_scroll(log, &view, 1000, 10);
    assert_int_equal(view.bottom, 0);
    put_numbered(log, 121, 121);
    assert_bottom(log, &view, 121, 111, 0); /* it follows again */
    /* Line 50 is read while it falls out of the ring: the oldest that are left are shown. */
    eventlog_scroll(log, &view, -71, 10);
    assert_bottom(log, &view, 50, 40, 71);
    put_numbered(log, 122, 10 + EVENTLOG_LINES_MAX);
    assert_bottom(log, &view, 50, 30, EVENTLOG_LINES_MAX - 40);
    put_numbered(log, 11 + EVENTLOG_LINES_MAX, 100 + EVENTLOG_LINES_MAX);
    assert_bottom(log, &view, 110, 0, EVENTLOG_LINES_MAX - 10);
    eventlog_scroll(log, &view, 1, 10);
    assert_bottom(log, &view, 111, 1, EVENTLOG_LINES_MAX - 11);
    eventlog_free(log);
}

static void scrolling_goes_by_lines_that_are_shown(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct eventlog_view view = {.node = 1}; /* the odd ones */
    put_numbered(log, 1, 100);
    assert_bottom(log, &view, 99, 40, 0);
    eventlog_scroll(log, &view, -2, 10);
    assert_bottom(log, &view, 95, 38, 2);
    eventlog_scroll(log, &view, INT_MIN, 10);
    assert_bottom(log, &view, 19, 0, 40);
    eventlog_scroll(log, &view, INT_MAX, 10);
    assert_int_equal(view.bottom, 0);
    /* Nothing to look at, and nothing to scroll. */
    strcpy(view.filter, "none");
    eventlog_scroll(log, &view, -3, 10);
    assert_int_equal(view.bottom, 0);
    eventlog_free(log);
    log = eventlog_new();
    eventlog_scroll(log, &view, -3, 10);
    eventlog_scroll(log, &view, INT_MAX, 0);
    assert_screen(log, &view, 2, 40, "\n\n");
    eventlog_free(log);
}

static void ends_and_losses_are_told(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct snap *s = pair();
    const struct watch_event events[] = {
        {.what = WATCH_STATS, .snap = s, .node = SNAP_NODE_NONE},
        {.what = WATCH_RESYNCED, .snap = s, .node = SNAP_NODE_NONE, .at_real_ns = NOON},
        {.what = WATCH_NODE_GONE, .snap = s, .node = 1, .at_real_ns = NOON},
        {.what = WATCH_LAB_GONE, .snap = s, .node = SNAP_NODE_NONE, .at_real_ns = NOON},
    };
    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        eventlog_add(log, &events[i]);
    assert_screen(log, &ALL, 3, 100,
                  "12:00:00.000 ! events were lost; all was read again, and what follows are the "
                  "differences\n"
                  "12:00:00.000 x terminal2: the node ended: its first process is gone\n"
                  "12:00:00.000 x lab demo ended\n");
    snap_free(s);
    eventlog_free(log);
}

static void nodes_that_come_are_told_and_lines_stay_with_theirs(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    struct snap *s = pair();
    struct eventlog_view view = {.node = 1};
    const struct watch_event events[] = {
        {.what = WATCH_NODE_AGAIN, .snap = s, .node = 1, .at_real_ns = NOON},
        {.what = WATCH_NODE_CAME, .snap = s, .node = 0, .at_real_ns = NOON},
    };
    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        eventlog_add(log, &events[i]);
    assert_screen(log, &view, 1, 100, "12:00:00.000 + terminal2: is there again\n");
    eventlog_insert_nodes(log, 1, 2); /* before terminal2 */
    assert_screen(log, &view, 1, 100, "\n");
    view.node = 3;
    assert_screen(log, &view, 1, 100, "12:00:00.000 + terminal2: is there again\n");
    view.node = 0;
    assert_screen(log, &view, 1, 100, "12:00:00.000 + terminal1: has come\n");
    snap_free(s);
    eventlog_free(log);
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cause_stands_in_the_line),
        cmocka_unit_test(the_newest_is_the_newest_that_tells_something),
        cmocka_unit_test(a_state_that_follows_is_not_told),
        cmocka_unit_test(each_kind_has_a_sign_and_a_style),
        cmocka_unit_test(hostile_names_do_not_reach_the_screen),
        cmocka_unit_test(nodes_that_come_are_told_and_lines_stay_with_theirs),
        cmocka_unit_test(a_storm_is_folded),
        cmocka_unit_test(a_storm_is_bounded),
        cmocka_unit_test(filters_match_words_and_nodes),
        cmocka_unit_test(the_picture_stays_where_one_reads),
        cmocka_unit_test(scrolling_goes_by_lines_that_are_shown),
        cmocka_unit_test(ends_and_losses_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
