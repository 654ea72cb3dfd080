/* SPDX-License-Identifier: BSD-2-Clause */
/* view_parts_test: what screens are made of: cells, values, words, keys and the selection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/text.h"
#include "view/canvas.h"
#include "view/help.h"
#include "view/keys.h"
#include "view/scene.h"
#include "view/words.h"
#include "view_testdata.h"

/* --- canvas ----------------------------------------------------------------------------------- */

static void shows(const struct canvas *c, const char *want)
{
    struct buf b = BUF_INIT;
    canvas_to_text(c, &b);
    assert_string_equal(buf_str(&b), want);
    buf_fini(&b);
}

static void text_is_clipped_on_all_sides(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 3, 6, false);
    struct area all = area_all(&c), in = area_part(all, 1, 1, 1, 4);
    assert_int_equal(area_text(in, 0, -2, STYLE_PLAIN, "abcdefgh"), 6);
    area_text(in, -1, 0, STYLE_PLAIN, "x");
    area_text(in, 1, 0, STYLE_PLAIN, "x");
    area_text(in, 0, 4, STYLE_PLAIN, "x");
    shows(&c, "\n cdef\n\n");
    canvas_fini(&c);
    canvas_init(&c, -1, 5, false);
    area_text(area_all(&c), 0, 0, STYLE_PLAIN, "x");
    area_fill(area_part(area_all(&c), -5, -5, 100, 100), STYLE_PLAIN, "x");
    assert_null(canvas_at(&c, 0, 0));
    shows(&c, "");
    canvas_fini(&c);
}

static void wide_characters_stay_whole(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 1, 6, false);
    struct area all = area_all(&c);
    assert_int_equal(area_text(all, 0, 0, STYLE_PLAIN, "路由器"), 6);
    assert_int_equal(canvas_at(&c, 0, 2)->width, 2);
    assert_int_equal(canvas_at(&c, 0, 3)->width, 0);
    area_text(all, 0, 3, STYLE_PLAIN, "x"); /* over a right half */
    shows(&c, "路 x器\n");
    area_text(all, 0, 4, STYLE_PLAIN, "y"); /* over a left half */
    shows(&c, "路 xy\n");
    area_text(area_part(all, 0, 0, 1, 5), 0, 4, STYLE_PLAIN, "路"); /* its right half is beside */
    shows(&c, "路 x\n");
    area_text(area_part(all, 0, 1, 1, 5), 0, -1, STYLE_PLAIN, "由"); /* its left half is */
    shows(&c, "   x\n");
    canvas_fini(&c);
}

static void combining_characters_join_their_cell(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 1, 4, false);
    struct area all = area_all(&c);
    assert_int_equal(area_text(all, 0, 0, STYLE_PLAIN, "e\xcc\x81路\xcc\x81z"), 4);
    assert_string_equal(canvas_at(&c, 0, 0)->text, "e\xcc\x81");
    assert_string_equal(canvas_at(&c, 0, 1)->text, "路\xcc\x81");
    for (int i = 0; i < 20; i++)
        assert_int_equal(area_text(all, 0, 3, STYLE_PLAIN,
                                   "z\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
                                   "\xcc\x81\xcc\x81\xcc\x81\xcc\x81"),
                         4);
    assert_true(strlen(canvas_at(&c, 0, 3)->text) < CANVAS_TEXT_MAX);
    area_text(all, 0, 2, STYLE_PLAIN, "\xcc\x81q"); /* nothing before it in this text */
    shows(&c, "e\xcc\x81 qz\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\n");
    canvas_fini(&c);
}

static void nothing_acts_on_the_terminal(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 2, 20, true);
    area_text(area_all(&c), 0, 0, STYLE_PLAIN, "a\x1b[2J\n\xff");
    area_text(area_all(&c), 1, 0, STYLE_PLAIN, "\xe8\xb7\xaf e\xcc\x81 \xe2\x80\xae");
    shows(&c, "a\\x1b[2J\\x0a\\xff\n? e? \\xe2\\x80\\xae\n");
    canvas_fini(&c);
}

static void texts_are_cut_visibly(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 1, 20, false);
    struct area all = area_all(&c);
    assert_int_equal(area_text_in(all, 0, 0, 5, STYLE_PLAIN, "abcdefg"), 5);
    assert_int_equal(area_text_in(all, 0, 6, 4, STYLE_PLAIN, "路由器"), 10);
    assert_int_equal(area_text_right(all, 0, 12, 5, STYLE_PLAIN, "abc"), 17);
    assert_int_equal(area_text_in(all, 0, 18, 0, STYLE_PLAIN, "abc"), 18);
    shows(&c, "abcd… 路…     abc\n");
    canvas_fini(&c);
}

static void each_style_and_glyph_has_its_look(void **state)
{
    (void)state;
    struct canvas ascii = {.ascii = true}, utf8 = {0};
    for (int s = 0; s < STYLE_COUNT; s++)
        assert_non_null(canvas_looks[s].name);
    for (int g = 0; g < GLYPH_COUNT; g++) {
        const char *plain = canvas_glyph(&ascii, g);
        assert_true(strlen(plain) == text_width(plain) && *plain);
        assert_int_equal(text_width(canvas_glyph(&utf8, g)), 1);
    }
    /* Without colours good and bad must still differ: by an attribute, besides their words. */
    assert_int_not_equal(canvas_looks[STYLE_GOOD].attributes, canvas_looks[STYLE_BAD].attributes);
}

/* --- pings ------------------------------------------------------------------------------------ */

static struct view_ping *new_ping(struct view_data *d, struct snap **s)
{
    struct ip_addr to;
    *s = snap_new("x");
    snap_add_node(*s, "a");
    view_data_init(d, *s, 0);
    assert_true(ip_addr_parse("10.0.0.1", &to));
    return view_data_add_ping(d, 0, "b", &to);
}

static void requests_are_counted_once(void **state)
{
    (void)state;
    struct view_data d;
    struct snap *s;
    struct view_ping *p = new_ping(&d, &s);
    view_ping_answered(p, 1, 5); /* never sent */
    assert_int_equal(p->received, 0);
    for (uint64_t n = 1; n <= 4; n++)
        view_ping_sent(p, n);
    view_ping_sent(p, 2); /* again */
    assert_int_equal(p->seq, 4);
    view_ping_answered(p, 1, 3000);
    view_ping_answered(p, 1, 9000); /* a duplicate */
    view_ping_answered(p, 2, 1000);
    view_ping_lost(p, 2); /* it was answered */
    view_ping_lost(p, 3);
    view_ping_lost(p, 3);
    assert_int_equal(p->received, 2);
    assert_int_equal(p->lost, 1);
    assert_int_equal(p->min_ns, 1000);
    assert_int_equal(p->max_ns, 3000);
    assert_int_equal(p->sum_ns, 4000);
    assert_int_equal(p->last_ns, VIEW_LOST_NS);
    view_ping_answered(p, 3, 7000); /* late: the loss is taken back */
    assert_int_equal(p->lost, 0);
    assert_int_equal(p->received, 3);
    assert_int_equal(view_ping_recent(p, 3), 7000);
    assert_int_equal(view_ping_recent(p, 4), VIEW_WAITING_NS);
    assert_int_equal(view_ping_recent(p, 5), VIEW_NONE_NS);
    view_data_fini(&d);
    snap_free(s);
}

static void a_refusal_stands_until_something_else_comes(void **state)
{
    (void)state;
    struct view_data d;
    struct snap *s;
    struct view_ping *p = new_ping(&d, &s);
    view_ping_failed(p, 1, "no route"); /* without view_ping_sent() before */
    assert_int_equal(p->seq, 1);
    assert_int_equal(p->lost, 1);
    assert_string_equal(p->error, "no route");
    view_ping_lost(p, 1); /* the timeout of what was refused */
    assert_non_null(p->error);
    view_ping_sent(p, 2);
    view_ping_answered(p, 2, 1);
    assert_null(p->error);
    view_ping_failed(p, 3, "no route");
    view_ping_sent(p, 4);
    view_ping_lost(p, 4);
    assert_null(p->error);
    view_ping_failed(p, 5, "no route");
    view_ping_reset(p);
    assert_null(p->error);
    assert_int_equal(p->lost + p->received, 0);
    assert_int_equal(p->seq, 5);
    view_data_fini(&d);
    snap_free(s);
}

static void gaps_and_old_requests_are_nothing(void **state)
{
    (void)state;
    struct view_data d;
    struct snap *s;
    struct view_ping *p = new_ping(&d, &s);
    view_ping_sent(p, 1);
    view_ping_answered(p, 1, 77);
    view_ping_sent(p, VIEW_RECENT + 3); /* many were left out */
    for (uint64_t n = 1; n < VIEW_RECENT + 3; n++)
        assert_int_equal(view_ping_recent(p, n), VIEW_NONE_NS);
    view_ping_lost(p, 1);
    assert_int_equal(p->lost, 0);
    view_ping_sent(p, UINT64_MAX);
    view_ping_lost(p, UINT64_MAX);
    assert_int_equal(p->lost, 1);
    view_data_fini(&d);
    snap_free(s);
}

/* --- rates ------------------------------------------------------------------------------------ */

static void rates_come_from_two_samples(void **state)
{
    (void)state;
    struct view_data d;
    struct snap *s = snap_new("x");
    test_node(s, "a");
    struct snap_if *i = test_if(&s->node[0], 5, "eth0");
    i->stats.rx_bytes = 1000;
    view_data_init(&d, s, TEST_S);
    assert_null(view_data_rate(&d, 0, 5));
    view_data_sample(&d, 0, 10 * TEST_S);
    assert_false(view_data_rate(&d, 0, 5)->known);
    s->node[0].iface[1].stats.rx_bytes = 2000;
    s->node[0].iface[1].stats.tx_bytes = 10;
    view_data_sample(&d, 0, 12 * TEST_S);
    assert_true(view_data_rate(&d, 0, 5)->known);
    assert_int_equal(view_data_rate(&d, 0, 5)->rx_bps, 500);
    assert_int_equal(view_data_rate(&d, 0, 5)->tx_bps, 5);
    s->node[0].iface[1].stats.rx_bytes = 7; /* made anew: it counts from 0 */
    test_if(&s->node[0], 6, "eth1")->stats.rx_bytes = 1 << 20;
    view_data_sample(&d, 0, 13 * TEST_S);
    assert_int_equal(view_data_rate(&d, 0, 5)->rx_bps, 0);
    assert_false(view_data_rate(&d, 0, 6)->known);
    view_data_sample(&d, 0, 13 * TEST_S); /* the same instant: no division by nothing */
    assert_false(view_data_rate(&d, 0, 5)->known);
    view_data_fini(&d);
    snap_free(s);
}

/* --- words ------------------------------------------------------------------------------------ */

static void numbers_have_few_characters(void **state)
{
    (void)state;
    char to[WORDS_MAX];
    static const struct {
        uint64_t n;
        const char *want;
    } counts[] = {{0, "0"},         {999, "999"},       {1000, "1.0k"},
                  {9949, "9.9k"},   {9950, "10k"},      {999499, "999k"},
                  {999500, "1.0M"}, {1u << 30, "1.1G"}, {UINT64_MAX, "18E"}};
    static const struct {
        int64_t ns;
        const char *want;
    } times[] = {{0, "0.000"},        {61000, "0.061"},
                 {9999499, "9.999"},  {9999500, "10.00"},
                 {99995000, "100.0"}, {999949999, "999.9"},
                 {999950000, "1000"}, {12345678901234, "12345679"}};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        assert_string_equal(words_count(to, counts[i].n), counts[i].want);
    for (size_t i = 0; i < ARRAY_LEN(times); i++)
        assert_string_equal(words_ms(to, times[i].ns), times[i].want);
    assert_string_equal(words_age(to, 3723 * TEST_S), "1:02:03");
    assert_string_equal(words_age(to, -5), "0:00:00");
}

static void loss_is_never_rounded_to_none_or_all(void **state)
{
    (void)state;
    static const struct {
        uint64_t received, lost;
        const char *want;
    } rows[] = {{0, 0, "-"},         {5, 0, "0%"},       {0, 5, "100%"}, {1, 1, "50%"},
                {100000, 1, "0.1%"}, {1, 100000, "99%"}, {95, 5, "5.0%"}};
    char to[WORDS_MAX];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct view_ping p = {.received = rows[i].received, .lost = rows[i].lost};
        assert_string_equal(words_loss(to, &p), rows[i].want);
    }
}

/* --- keys and selection ----------------------------------------------------------------------- */

/* No key means two things on one screen. */
static void means_one_thing(const struct key_row *k)
{
    for (unsigned in = 1; in <= IN_OUTPUT; in *= 2)
        for (size_t n = 0; n < KEYS_EACH; n++)
            if (k->in & in && k->key[n])
                assert_int_equal(key_action(in, k->key[n]), k->action);
}

/* Every action has a key, but for those of screens and sections that there are not. */
static void each_key_is_told_and_means_one_thing(void **state)
{
    (void)state;
    bool has[UI_ACTION_COUNT] = {0};
    for (size_t i = 0; i < key_row_count; i++) {
        const struct key_row *k = &key_rows[i];
        has[k->action] = true;
        assert_true(k->in);
        assert_int_equal(!k->name, !k->help);
        assert_true(!k->brief || k->rank > 0);
        assert_true(i > 0 || k->name); /* "told with the row before" */
        if (keys_has(k))
            means_one_thing(k);
    }
    for (int a = UI_NOTHING + 1; a < UI_ACTION_COUNT; a++)
        assert_true(has[a]);
    assert_int_equal(key_action(IN_PANES, 0), UI_NOTHING);
    assert_int_equal(key_action(IN_PANES, -1), UI_NOTHING);
    assert_int_equal(key_action(IN_PANES, '%'), UI_NOTHING);
    assert_int_equal(key_action(IN_PANES, '9'), UI_JUMP_9);
    assert_int_equal(key_action(IN_PROMPT, '9'), UI_NOTHING);
}

/* a:x0 -- b:x0, a:x1 -- b:x1, and four nodes more; a pings twice. */
static struct snap *six(struct view_data *d)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    struct snap *s = snap_new("six");
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        test_node(s, names[i]);
    test_link(s, 10, 0, "x0", "10.0.0.1/24", 1, "x0", "10.0.0.2/24");
    test_link(s, 12, 0, "x1", NULL, 1, "x1", NULL);
    view_data_init(d, s, TEST_S);
    test_ping(d, 0, "b", "10.0.0.2", 3, 0);
    test_ping(d, 0, "b", "fe80::1", 3, 0);
    return s;
}

static void the_selection_goes_through_links_and_pings(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = six(&d);
    static const char *const order[] = {"x0", "x1", "lo"};
    ui_init(&ui, TEST_S);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(ui_link(&ui, &d)->name, order[i]);
        assert_int_equal(ui_ping(&ui, &d), 0);
        ui_act(&ui, UI_NEXT, &d);
    }
    assert_null(ui_link(&ui, &d));
    assert_int_equal(ui_ping(&ui, &d), 1);
    assert_int_equal(ui_act(&ui, UI_SET_UP, &d), WISH_NOTHING);
    assert_true(ui_has_message(&ui, &d) && ui.message_bad);
    ui_act(&ui, UI_NEXT, &d);
    ui_act(&ui, UI_NEXT, &d);
    assert_int_equal(ui_ping(&ui, &d), 2);
    for (int i = 0; i < 9; i++)
        ui_act(&ui, UI_PREVIOUS, &d);
    assert_string_equal(ui_link(&ui, &d)->name, "x0");
    assert_int_equal(ui_act(&ui, UI_SET_UP, &d), WISH_LINK_UP);
    assert_int_equal(ui_act(&ui, UI_SET_DOWN, &d), WISH_LINK_DOWN);
    view_data_fini(&d);
    snap_free(s);
}

static void what_is_done_needs_something_to_do_it_to(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = six(&d);
    ui_init(&ui, TEST_S);
    assert_int_equal(keys_press(&ui, 'a', &d), WISH_NOTHING);
    assert_int_equal(keys_context(&ui), IN_DOING);
    assert_int_equal(keys_press(&ui, 'c', &d), WISH_CUT);
    assert_int_equal(keys_context(&ui), IN_PANES);
    keys_press(&ui, 'a', &d);
    assert_int_equal(keys_press(&ui, 'm', &d), WISH_NOTHING);
    assert_true(ui.prompt.open && ui.prompt.kind == PROMPT_MTU);
    assert_string_equal(ui.prompt.text, "1500");
    assert_non_null(strstr(ui.prompt.title, "mtu of x0 in "));
    assert_int_equal(keys_press(&ui, '\r', &d), WISH_PROMPT);
    assert_int_equal(keys_press(&ui, 'U', &d), WISH_UNDO);
    assert_int_equal(keys_press(&ui, 'x', &d), WISH_NOTHING); /* a link is selected, no ping */
    assert_true(ui.message_bad);
    for (int i = 0; i < 3; i++)
        ui_act(&ui, UI_NEXT, &d);
    assert_int_equal(keys_press(&ui, 'x', &d), WISH_UNPING);
    keys_press(&ui, 'a', &d);
    assert_int_equal(keys_press(&ui, 'f', &d), WISH_NOTHING); /* and now no link is */
    assert_true(ui.message_bad);
    assert_int_equal(keys_press(&ui, 'T', &d), WISH_NOTHING);
    assert_int_equal(ui.ping_from, 1);
    assert_int_equal(keys_press(&ui, 'T', &d), WISH_NOTHING); /* on the same node: not at all */
    assert_int_equal(ui.ping_from, 0);
    d.gone = true;
    assert_int_equal(keys_press(&ui, 'a', &d), WISH_NOTHING);
    assert_string_equal(ui.message, "the lab has ended");
    view_data_fini(&d);
    snap_free(s);
}

static void pings_and_choices_outlive_that_a_lab_is_read_anew(void **state)
{
    (void)state;
    struct view_data was, now;
    struct view_ui ui;
    struct snap *two = snap_new("l"), *three = snap_new("l");
    test_node(two, "a");
    test_node(two, "host");
    test_node(three, "a");
    test_node(three, "new");
    test_node(three, "host");
    view_data_init(&was, two, 0);
    view_data_init(&now, three, 0);
    ui_init(&ui, TEST_S);
    ui.node = 1;
    ui.ping_from = 2;
    const struct ip_addr to = {.family = AF_INET};
    struct view_ping *p = view_data_add_ping(&was, 1, "a", &to);
    view_ping_sent(p, 1);
    view_ping_answered(p, 1, TEST_MS);
    view_ping_sent(p, 2); /* nobody will tell what becomes of it */
    was.node[0].toggled = 5;
    view_data_take_over(&now, was.node, was.nodes, 1, 1);
    ui_insert_nodes(&ui, 1, 1);
    view_data_fini(&was);
    assert_int_equal(ui.node, 2);
    assert_int_equal(ui.ping_from, 3);
    assert_int_equal(now.node[0].toggled, 5);
    assert_int_equal(now.node[1].pings, 0);
    assert_int_equal(now.node[2].pings, 1);
    p = &now.node[2].ping[0];
    assert_int_equal(p->received, 1);
    assert_int_equal(view_ping_recent(p, 1), TEST_MS);
    assert_int_equal(view_ping_recent(p, 2), VIEW_NONE_NS);
    ui_insert_nodes(&ui, 3, 1); /* behind: nothing moves */
    assert_int_equal(ui.node, 2);
    view_data_fini(&now);
    snap_free(two);
    snap_free(three);
}

static void p99_is_what_99_of_100_came_within(void **state)
{
    (void)state;
    struct view_ping p = {0};
    view_ping_reset(&p);
    assert_int_equal(view_ping_p99_ns(&p), 0);
    for (uint64_t n = 1; n <= 200; n++) {
        view_ping_sent(&p, n);
        view_ping_answered(&p, n, n % 100 == 0 ? 900 * TEST_MS : (int64_t)(40 + n % 10) * 1000);
    }
    assert_in_range(view_ping_p99_ns(&p), 49000, 49000 * 107 / 100);
    for (uint64_t n = 201; n <= 210; n++) {
        view_ping_sent(&p, n);
        view_ping_answered(&p, n, 5 * TEST_MS);
    }
    assert_in_range(view_ping_p99_ns(&p), 5 * TEST_MS, 5 * TEST_MS * 107 / 100);
    view_ping_reset(&p);
    view_ping_sent(&p, 211);
    view_ping_answered(&p, 211, 3);
    assert_int_equal(view_ping_p99_ns(&p), 3); /* never more than the longest */
    view_ping_sent(&p, 212);
    view_ping_answered(&p, 212, INT64_MAX / 2);
    assert_true(view_ping_p99_ns(&p) > 0 && view_ping_p99_ns(&p) <= p.max_ns);
}

static void the_selection_survives_what_happens(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = six(&d);
    ui_init(&ui, TEST_S);
    ui_act(&ui, UI_NEXT, &d);
    assert_int_equal(ui_link(&ui, &d)->index, 12);
    struct snap_if keep = s->node[0].iface[2]; /* the first link goes: x1 stays selected */
    free(s->node[0].iface[1].addr);
    s->node[0].iface[1] = keep;
    s->node[0].ifs = 2;
    assert_int_equal(ui_link(&ui, &d)->index, 12);
    snap_node_clear(&s->node[0]);
    assert_null(ui_link(&ui, &d));
    ui_act(&ui, UI_NEXT, &d);
    assert_int_equal(ui_ping(&ui, &d), 1);
    d.gone = true;
    assert_int_equal(ui_act(&ui, UI_SET_DOWN, &d), WISH_NOTHING);
    assert_string_equal(ui.message, "the lab has ended");
    view_data_fini(&d);
    snap_free(s);
}

static void pages_hold_the_focused_node(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = six(&d);
    ui_init(&ui, TEST_S);
    static const struct {
        int cols;
        size_t panes;
    } widths[] = {{20, 1}, {79, 1}, {80, 2}, {119, 2}, {160, 4}, {300, 6}, {1000, 6}};
    for (size_t w = 0; w < ARRAY_LEN(widths); w++)
        for (size_t n = 0; n < 6; n++) {
            ui.cols = widths[w].cols;
            ui_act(&ui, (enum ui_action)(UI_JUMP_1 + n), &d);
            struct ui_page p = ui_page(&ui, &d);
            assert_int_equal(p.panes, widths[w].panes);
            assert_int_equal(p.count, p.panes);
            assert_true(p.first <= n && n < p.first + p.count);
        }
    ui.cols = 160;
    ui_act(&ui, UI_FIRST, &d);
    ui_act(&ui, UI_PAGE_ON, &d);
    assert_int_equal(ui_node(&ui, &d), 4);
    assert_int_equal(ui_page(&ui, &d).first, 2); /* the last page is full */
    ui_act(&ui, UI_PAGE_ON, &d);
    assert_int_equal(ui_node(&ui, &d), 5);
    ui_act(&ui, UI_PAGE_BACK, &d);
    assert_int_equal(ui_node(&ui, &d), 0);
    ui_act(&ui, UI_LAST, &d);
    ui_act(&ui, UI_RIGHT, &d);
    assert_int_equal(ui_node(&ui, &d), 5);
    ui_act(&ui, UI_ROUND, &d);
    assert_int_equal(ui_node(&ui, &d), 0);
    ui_act(&ui, UI_ROUND_BACK, &d);
    assert_int_equal(ui_node(&ui, &d), 5);
    ui_act(&ui, UI_ROUND_BACK, &d);
    assert_int_equal(ui_node(&ui, &d), 4);
    ui_act(&ui, UI_ROUND, &d);
    ui_act(&ui, UI_JUMP_9, &d); /* there is none */
    assert_int_equal(ui_node(&ui, &d), 5);
    view_data_fini(&d);
    snap_free(s);
}

static void what_shows_anew_goes_on(struct view_data *d)
{
    struct view_ui ui;
    static const enum ui_action stays[] = {UI_HELP,  UI_NEXT,  UI_CLOSE,  UI_DUMP,
                                           UI_THEME, UI_MOUSE, UI_REDRAW, UI_NOTHING},
                                goes_on[] = {UI_NEXT, UI_ROUND, UI_ZOOM, UI_FILTER, UI_SLOWER};
    ui_init(&ui, TEST_S);
    for (size_t i = 0; i < ARRAY_LEN(goes_on); i++) {
        ui_act(&ui, UI_PAUSE, d);
        for (size_t k = 0; i == 0 && k < ARRAY_LEN(stays); k++) {
            ui_act(&ui, stays[k], d);
            assert_true(ui.paused);
        }
        ui_act(&ui, goes_on[i], d);
        assert_false(ui.paused);
        if (ui.prompt.open)
            ui_act(&ui, (enum ui_action)(UI_EDIT + (int)EDIT_CANCEL), d);
    }
}

/* The values of a held picture stay, whatever the lab does; help comes over it. */
static void held_pictures_stay(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct canvas held, now;
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct snap *s = six(&d);
    ui_init(&ui, TEST_S);
    ui.paused = true;
    canvas_init(&held, 24, 80, false);
    canvas_init(&now, 24, 80, false);
    scene_draw(&d, &ui, &held);
    for (size_t i = 0; i < d.nodes; i++)
        for (size_t k = 0; k < d.node[i].pings; k++)
            d.node[i].ping[k].seq += 770077;
    d.now_ns += 5000 * TEST_S;
    ui_say(&ui, &d, false, "only this is new");
    scene_draw_held(&held, &d, &ui, &now);
    assert_memory_equal(now.cell, held.cell, 23 * 80 * sizeof *now.cell);
    canvas_to_text(&now, &text);
    assert_non_null(strstr(buf_str(&text), "only this is new"));
    buf_reset(&text);
    ui.help = true;
    scene_draw_held(&held, &d, &ui, &now);
    canvas_to_text(&now, &text);
    assert_non_null(strstr(buf_str(&text), "Help"));
    canvas_fini(&held);
    canvas_fini(&now);
    view_data_fini(&d);
    snap_free(s);
}

static void keys_have_their_effects(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = six(&d);
    ui_init(&ui, TEST_S);
    assert_int_equal(ui_act(&ui, UI_QUIT, &d), WISH_QUIT);
    assert_int_equal(ui_act(&ui, UI_REDRAW, &d), WISH_REDRAW);
    assert_int_equal(ui_act(&ui, UI_PAUSE, &d), WISH_PAUSE);
    assert_true(ui.paused);
    assert_int_equal(ui_act(&ui, UI_PAUSE, &d), WISH_PAUSE);
    assert_false(ui.paused);
    what_shows_anew_goes_on(&d);
    assert_int_equal(ui_act(&ui, UI_RESET, &d), WISH_RESET);
    assert_int_equal(d.node[0].ping[0].received, 0);
    assert_int_equal(ui_act(&ui, UI_DUMP, &d), WISH_DUMP);
    for (int i = 1; i <= THEME_COUNT; i++) {
        ui_act(&ui, UI_THEME, &d);
        assert_int_equal(ui.theme, i % THEME_COUNT);
        assert_non_null(strstr(ui.message, theme_names[ui.theme]));
    }
    for (int i = 0; i < 20; i++)
        assert_int_equal(ui_act(&ui, UI_FASTER, &d), WISH_INTERVAL);
    assert_int_equal(ui.interval_ns, 50 * TEST_MS);
    ui.interval_ns = 60 * TEST_MS; /* from the command line */
    ui_act(&ui, UI_SLOWER, &d);
    assert_int_equal(ui.interval_ns, 100 * TEST_MS);
    for (int i = 0; i < 20; i++)
        ui_act(&ui, UI_SLOWER, &d);
    assert_int_equal(ui.interval_ns, 10 * TEST_S);
    ui_act(&ui, UI_FASTER, &d);
    assert_int_equal(ui.interval_ns, 5 * TEST_S);
    view_data_fini(&d);
    snap_free(s);
}

static void help_takes_the_keys_while_it_is_open(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = six(&d);
    ui_init(&ui, TEST_S);
    ui_act(&ui, UI_HELP, &d);
    for (int i = 0; i < 1000; i++)
        ui_act(&ui, UI_NEXT, &d);
    int page = help_page(&ui, &d), last = help_lines(&ui, &d) - page;
    assert_int_equal(page, 20); /* of 24 rows: two lines and the box's edges */
    assert_int_equal(ui.help_top, last);
    ui_act(&ui, UI_PAGE_BACK, &d);
    assert_int_equal(ui.help_top, last > page ? last - page : 0);
    ui_act(&ui, UI_FIRST, &d);
    ui_act(&ui, UI_PAGE_ON, &d);
    assert_int_equal(ui.help_top, page < last ? page : last);
    ui_act(&ui, UI_LAST, &d);
    ui.rows = 1000; /* all of it fits: nothing is scrolled */
    ui_act(&ui, UI_NEXT, &d);
    assert_int_equal(ui.help_top, 0);
    assert_true(ui.help);
    assert_string_equal(ui_link(&ui, &d)->name, "x0");
    assert_int_equal(ui_act(&ui, UI_REDRAW, &d), WISH_REDRAW);
    assert_int_equal(ui_act(&ui, UI_QUIT, &d), WISH_NOTHING); /* the help only */
    assert_false(ui.help);
    view_data_fini(&d);
    snap_free(s);
}

static void messages_are_clean_and_go(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = six(&d);
    ui_init(&ui, TEST_S);
    ui_say(&ui, &d, true, "bad\x1b[2J");
    assert_string_equal(ui.message, "bad\\x1b[2J");
    assert_true(ui_has_message(&ui, &d));
    ui_act(&ui, UI_NOTHING, &d); /* no key */
    assert_true(ui_has_message(&ui, &d));
    d.now_ns += UI_MESSAGE_NS;
    assert_false(ui_has_message(&ui, &d));
    ui_say(&ui, &d, false, "x");
    ui_act(&ui, UI_NEXT, &d);
    assert_false(ui_has_message(&ui, &d));
    view_data_fini(&d);
    snap_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_clipped_on_all_sides),
        cmocka_unit_test(wide_characters_stay_whole),
        cmocka_unit_test(combining_characters_join_their_cell),
        cmocka_unit_test(nothing_acts_on_the_terminal),
        cmocka_unit_test(texts_are_cut_visibly),
        cmocka_unit_test(each_style_and_glyph_has_its_look),
        cmocka_unit_test(requests_are_counted_once),
        cmocka_unit_test(a_refusal_stands_until_something_else_comes),
        cmocka_unit_test(gaps_and_old_requests_are_nothing),
        cmocka_unit_test(rates_come_from_two_samples),
        cmocka_unit_test(numbers_have_few_characters),
        cmocka_unit_test(loss_is_never_rounded_to_none_or_all),
        cmocka_unit_test(each_key_is_told_and_means_one_thing),
        cmocka_unit_test(the_selection_goes_through_links_and_pings),
        cmocka_unit_test(what_is_done_needs_something_to_do_it_to),
        cmocka_unit_test(pings_and_choices_outlive_that_a_lab_is_read_anew),
        cmocka_unit_test(p99_is_what_99_of_100_came_within),
        cmocka_unit_test(the_selection_survives_what_happens),
        cmocka_unit_test(pages_hold_the_focused_node),
        cmocka_unit_test(keys_have_their_effects),
        cmocka_unit_test(held_pictures_stay),
        cmocka_unit_test(help_takes_the_keys_while_it_is_open),
        cmocka_unit_test(messages_are_clean_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
