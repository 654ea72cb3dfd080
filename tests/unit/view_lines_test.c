/* SPDX-License-Identifier: BSD-2-Clause */
/* view_lines_test: the lines of `view --json`, to the byte where they are short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "view/lines.h"
#include "view_testdata.h"
#include "json/json.h"

static struct snap *lab(struct view_data *d)
{
    struct snap *s = snap_new("demo");
    test_node(s, "a");
    test_node(s, "b");
    test_link(s, 10, 0, "e\x1b[2J", "10.0.0.1/24", 1, "eth0", "10.0.0.2/24");
    test_if(&s->node[1], 20, "out")->peer_index = 3;
    view_data_init(d, s, 1000 * TEST_S);
    test_ping(d, 0, "b", "10.0.0.2", 4, 3);
    test_ping(d, 1, NULL, "10.0.0.1", 0, 0);
    return s;
}

/* One line, parsed. */
static struct json *parsed(const struct buf *b, size_t from)
{
    struct json *j = NULL;
    struct err e = ERR_INIT;
    const char *line = buf_str(b) + from, *nl = strchr(line, '\n');
    assert_non_null(nl);
    if (json_parse(line, (size_t)(nl - line), &j, &e) < 0)
        fail_msg("%s: %s", e.text, line);
    assert_string_equal(json_get_text(j, "format", ""), "vethlab-view");
    assert_int_equal(json_get_int(j, "version", 0), LINES_JSON_VERSION);
    return j;
}

static void the_state_is_one_line(void **state)
{
    (void)state;
    struct view_data d;
    struct buf b = BUF_INIT;
    struct snap *s = lab(&d);
    lines_state(&d, &b);
    struct json *j = parsed(&b, 0);
    const struct json *a = json_at(json_get(j, "nodes"), 0);
    const struct json *eth = json_at(json_get(a, "interfaces"), 1);
    assert_string_equal(json_get_text(j, "line", ""), "state");
    assert_string_equal(json_get_text(eth, "name", ""), "e\\x1b[2J");
    assert_string_equal(json_get_text(json_get(eth, "peer"), "node", ""), "b");
    assert_string_equal(json_get_text(json_get(eth, "peer"), "interface", ""), "eth0");
    assert_string_equal(json_at_text(json_get(eth, "addresses"), 0, ""), "10.0.0.1/24");
    assert_int_equal(json_get_int(eth, "rx_bytes_per_second", -1), -1); /* null */
    const struct json *out = json_at(json_get(json_at(json_get(j, "nodes"), 1), "interfaces"), 2);
    assert_string_equal(json_get_text(json_get(out, "peer"), "node", "null"), "null");
    const struct json *p = json_at(json_get(a, "pings"), 0);
    assert_int_equal(json_get_int(p, "seq", 0), 4);
    assert_int_equal(json_get_int(p, "received", 0), 2);
    assert_int_equal(json_get_int(p, "lost", 0), 1);
    json_free(j);

    size_t first = b.len;
    test_rates(&d, s);
    lines_state(&d, &b);
    j = parsed(&b, first);
    eth = json_at(json_get(json_at(json_get(j, "nodes"), 0), "interfaces"), 1);
    assert_int_equal(json_get_int(eth, "rx_bytes_per_second", -1), 980);
    assert_int_equal(json_get_int(j, "age_ms", 0), 102000);
    assert_null(strchr(buf_str(&b), 0x1b));
    json_free(j);
    buf_fini(&b);
    view_data_fini(&d);
    snap_free(s);
}

static void a_request_is_told_when_it_is_decided(void **state)
{
    (void)state;
    struct view_data d;
    struct buf b = BUF_INIT;
    struct snap *s = lab(&d);
    lines_ping(&d, 0, 0, 4, &b); /* it waits */
    lines_ping(&d, 0, 0, 5, &b); /* it was not sent */
    lines_ping(&d, 1, 0, 1, &b);
    assert_int_equal(b.len, 0);
    lines_ping(&d, 0, 0, 3, &b);
    assert_string_equal(buf_str(&b), "{\"format\":\"vethlab-view\",\"version\":1,\"line\":\"ping\","
                                     "\"clock_ms\":1000000,\"node\":\"a\",\"target\":\"b\","
                                     "\"address\":\"10.0.0.2\",\"seq\":3,\"result\":\"lost\","
                                     "\"rtt_ms\":null,\"error\":null}\n");
    buf_reset(&b);
    view_ping_answered(&d.node[0].ping[0], 4, 61000);
    lines_ping(&d, 0, 0, 4, &b);
    assert_non_null(strstr(buf_str(&b), "\"result\":\"answered\",\"rtt_ms\":0.061,"));
    buf_reset(&b);
    view_ping_failed(&d.node[1].ping[0], 1, "no route");
    lines_ping(&d, 1, 0, 1, &b);
    assert_non_null(strstr(buf_str(&b), "\"node\":\"b\",\"target\":null,"));
    assert_non_null(strstr(buf_str(&b), "\"result\":\"failed\",\"rtt_ms\":null,"
                                        "\"error\":\"no route\"}\n"));
    buf_fini(&b);
    view_data_fini(&d);
    snap_free(s);
}

static void an_event_is_a_word_and_a_sentence(void **state)
{
    (void)state;
    struct view_data d;
    struct buf b = BUF_INIT;
    struct snap *s = lab(&d);
    struct snap_if before = s->node[0].iface[1];
    test_set_down(s, 0, "e\x1b[2J");
    struct watch_event ev = {.what = WATCH_LINK_CHANGED,
                             .seq = 7,
                             .at_ns = 5 * TEST_S,
                             .at_real_ns = 9 * TEST_S,
                             .snap = s,
                             .changed = WATCH_ADMIN,
                             .iface = &s->node[0].iface[1],
                             .before = &before};
    lines_event(&ev, &b);
    assert_string_equal(buf_str(&b),
                        "{\"format\":\"vethlab-view\",\"version\":1,\"line\":\"event\","
                        "\"clock_ms\":5000,\"time_ms\":9000,\"seq\":7,\"event\":\"link-changed\","
                        "\"node\":\"a\",\"interface\":\"e\\\\x1b[2J\","
                        "\"words\":\"e\\\\x1b[2J was set down\"}\n");
    buf_reset(&b);
    lines_event(&(struct watch_event){.what = WATCH_STATS, .snap = s, .node = -1}, &b);
    assert_int_equal(b.len, 0);
    lines_event(&(struct watch_event){.what = WATCH_LAB_GONE, .snap = s, .node = -1}, &b);
    assert_non_null(strstr(buf_str(&b), "\"event\":\"lab-gone\",\"node\":null,\"interface\":null,"
                                        "\"words\":\"lab demo ended\"}\n"));
    buf_fini(&b);
    view_data_fini(&d);
    snap_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_is_one_line),
        cmocka_unit_test(a_request_is_told_when_it_is_decided),
        cmocka_unit_test(an_event_is_a_word_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
