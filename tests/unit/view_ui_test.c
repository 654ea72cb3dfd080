/* SPDX-License-Identifier: BSD-2-Clause */
/* view_ui_test: the prompt, the filter and the order of nodes, screens and sections, and what is
 * written as ip(8) writes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "view/iptext.h"
#include "view/keys.h"
#include "view/pane.h"
#include "view/scene.h"
#include "view_testdata.h"

/* --- the prompt ------------------------------------------------------------------------------- */

static void type(struct prompt *p, const char *text)
{
    for (; *text; text++)
        prompt_insert(p, *text);
}

static void a_line_is_edited_at_its_cursor(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_open(&p, PROMPT_COMMAND, "ping b");
    prompt_edit(&p, EDIT_HOME);
    type(&p, "x ");
    assert_string_equal(p.text, "x ping b");
    prompt_edit(&p, EDIT_RIGHT);
    assert_true(prompt_edit(&p, EDIT_DELETE));
    assert_string_equal(p.text, "x png b");
    assert_true(prompt_edit(&p, EDIT_BACKSPACE));
    assert_string_equal(p.text, "x ng b");
    prompt_edit(&p, EDIT_END);
    assert_false(prompt_edit(&p, EDIT_DELETE));
    assert_true(prompt_edit(&p, EDIT_KILL_WORD));
    assert_string_equal(p.text, "x ng ");
    assert_true(prompt_edit(&p, EDIT_KILL_WORD));
    assert_string_equal(p.text, "x ");
    prompt_edit(&p, EDIT_LEFT);
    assert_true(prompt_edit(&p, EDIT_KILL_REST));
    assert_true(prompt_edit(&p, EDIT_KILL_LINE));
    assert_false(prompt_edit(&p, EDIT_BACKSPACE));
    assert_string_equal(p.text, "");
}

static void a_line_holds_whole_characters_and_nothing_that_acts(void **state)
{
    (void)state;
    static const int refused[] = {0x1b, '\n', 0x7f, 0x9b, 0x202e, 0xd800, 0x110000, -1, 0};
    struct prompt p = {0};
    prompt_open(&p, PROMPT_FILTER, "");
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        assert_false(prompt_insert(&p, refused[i]));
    assert_true(prompt_insert(&p, 0xe9) && prompt_insert(&p, 0x8def) && prompt_insert(&p, 0x1f680));
    assert_string_equal(p.text, "\xc3\xa9\xe8\xb7\xaf\xf0\x9f\x9a\x80");
    prompt_edit(&p, EDIT_LEFT);
    prompt_edit(&p, EDIT_BACKSPACE);
    assert_string_equal(p.text, "\xc3\xa9\xf0\x9f\x9a\x80");
    prompt_edit(&p, EDIT_DELETE);
    assert_string_equal(p.text, "\xc3\xa9");
    for (int i = 0; i < 2 * PROMPT_MAX; i++)
        prompt_insert(&p, 0x8def);
    assert_in_range(strlen(p.text), PROMPT_MAX - 4, PROMPT_MAX - 1);
}

static void what_was_typed_comes_back(void **state)
{
    (void)state;
    struct prompt p = {0};
    char text[32];
    for (int i = 0; i < 2 * PROMPT_HISTORY; i++) {
        prompt_open(&p, PROMPT_COMMAND, "");
        snprintf(text, sizeof text, "line %d", i);
        type(&p, text);
        prompt_edit(&p, EDIT_DONE);
        assert_false(p.open);
    }
    prompt_open(&p, PROMPT_COMMAND, "");
    type(&p, "new");
    assert_true(prompt_edit(&p, EDIT_OLDER));
    assert_string_equal(p.text, "line 31");
    prompt_edit(&p, EDIT_OLDER);
    assert_string_equal(p.text, "line 30");
    prompt_edit(&p, EDIT_NEWER);
    prompt_edit(&p, EDIT_NEWER);
    assert_string_equal(p.text, "new");
    assert_false(prompt_edit(&p, EDIT_NEWER));
    for (int i = 0; i < 100; i++)
        prompt_edit(&p, EDIT_OLDER);
    assert_string_equal(p.text, "line 16"); /* the oldest one kept */
    prompt_edit(&p, EDIT_DONE);             /* and now the newest */
    prompt_open(&p, PROMPT_COMMAND, "");
    prompt_edit(&p, EDIT_OLDER);
    prompt_edit(&p, EDIT_OLDER);
    assert_string_equal(p.text, "line 31");
    prompt_open(&p, PROMPT_FILTER, "");
    assert_false(prompt_edit(&p, EDIT_OLDER)); /* another kind of line */
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* n1 to n12, n2 linked to n10, whose end is set down; n3 pings with losses. */
static struct snap *twelve(struct view_data *d)
{
    struct snap *s = snap_new("twelve");
    char name[16];
    for (int i = 1; i <= 12; i++) {
        snprintf(name, sizeof name, "n%d", i);
        test_node(s, name);
    }
    test_link(s, 10, 1, "Eth0", "10.5.0.1/24", 9, "eth1", "10.5.0.2/24");
    test_set_down(s, 9, "eth1");
    view_data_init(d, s, TEST_S);
    test_rates(d, s);
    test_ping(d, 2, "n2", "10.5.0.1", 10, 2);
    test_ping(d, 1, "n10", "10.5.0.2", 10, 0);
    return s;
}

static void is_list(const struct view_data *d, const char *filter, enum nodes_column by,
                    bool reverse, const char *want)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct nodes_list l = nodes_list(d, filter, by, reverse);
    for (size_t i = 0; i < l.count; i++)
        buf_printf(&text, "%s%s", i ? " " : "", d->snap->node[l.node[i]].name);
    free(l.node);
    assert_string_equal(buf_str(&text), want);
}

static void nodes_are_filtered_and_sorted(void **state)
{
    (void)state;
    struct view_data d;
    struct snap *s = twelve(&d);
    is_list(&d, "", NODES_NUMBER, false, "n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12");
    is_list(&d, "1", NODES_NUMBER, true, "n12 n11 n10 n2 n1"); /* n2: its address */
    is_list(&d, "N1", NODES_NAME, false, "n1 n10 n11 n12");
    is_list(&d, "  eth  10.5 ", NODES_NUMBER, false, "n2 n10");
    is_list(&d, "eth 0.2", NODES_NUMBER, false, "n10");
    is_list(&d, "127.0.0.1", NODES_NUMBER, false, ""); /* what all have matches nothing */
    is_list(&d, "n1", NODES_LINKS, false, "n10 n1 n11 n12");
    is_list(&d, "n", NODES_LOSS, false, "n3 n2 n1 n4 n5 n6 n7 n8 n9 n10 n11 n12");
    is_list(&d, "eth", NODES_RX, false, "n10 n2");
    is_list(&d, "eth", NODES_TX, true, "n2 n10");
    view_data_fini(&d);
    snap_free(s);
}

static void a_node_is_summed_up(void **state)
{
    (void)state;
    struct view_data d;
    struct snap *s = twelve(&d);
    struct nodes_sum sum = nodes_sum(&d, 2);
    assert_int_equal(sum.pings, 1);
    assert_int_equal(sum.lost, 5);
    assert_int_equal(sum.received, 5);
    assert_int_equal(sum.last_ns, VIEW_LOST_NS);
    assert_true(sum.avg_ns > 0);
    sum = nodes_sum(&d, 1);
    assert_int_equal(sum.links, 1);
    assert_int_equal(sum.links_up, 0); /* the other end is down */
    assert_true(sum.rates && sum.rx_bps > 0);
    sum = nodes_sum(&d, 0);
    assert_int_equal(sum.links + sum.pings, 0); /* lo does not count */
    assert_int_equal(sum.last_ns, VIEW_NONE_NS);
    assert_int_equal(sum.avg_ns, VIEW_NONE_NS);
    view_data_fini(&d);
    snap_free(s);
}

/* --- what keys do ----------------------------------------------------------------------------- */

static void press(struct view_ui *ui, struct view_data *d, const char *keys)
{
    for (; *keys; keys++)
        keys_press(ui, *keys, d);
}

static void the_filter_limits_what_keys_reach(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = twelve(&d);
    ui_init(&ui, TEST_S);
    press(&ui, &d, "5/n1");
    assert_int_equal(ui_node(&ui, &d), 9); /* the next one that matches, while it is typed */
    press(&ui, &d, "\r");
    assert_int_equal(ui_page(&ui, &d).of, 4);
    assert_false(ui.prompt.open);
    keys_press(&ui, VIEW_KEY_END, &d);
    assert_int_equal(ui_node(&ui, &d), 11);
    press(&ui, &d, "\t");
    assert_int_equal(ui_node(&ui, &d), 0);
    press(&ui, &d, "3"); /* hidden */
    assert_int_equal(ui_node(&ui, &d), 0);
    press(&ui, &d, "/zzz");
    assert_false(ui_has_node(&ui, &d));
    assert_null(ui_link(&ui, &d));
    assert_int_equal(ui_ping(&ui, &d), 0);
    press(&ui, &d, "u\x1b"); /* a letter of the line; then all is as before */
    assert_string_equal(ui.filter, "n1");
    press(&ui, &d, "\x1b");
    assert_string_equal(ui.filter, "");
    view_data_fini(&d);
    snap_free(s);
}

static void screens_come_and_go(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = twelve(&d);
    ui_init(&ui, TEST_S);
    press(&ui, &d, "l");
    assert_int_equal(ui.screen, UI_LIST);
    press(&ui, &d, ">>>"); /* by losses: n3 is the first one */
    assert_int_equal(ui.sort, NODES_LOSS);
    keys_press(&ui, VIEW_KEY_HOME, &d);
    assert_int_equal(ui_node(&ui, &d), 2);
    assert_int_equal(keys_press(&ui, 'd', &d), WISH_NOTHING); /* no link is seen here */
    press(&ui, &d, "\r");
    assert_int_equal(ui.screen, UI_PANES);
    assert_int_equal(ui_node(&ui, &d), 2);
    press(&ui, &d, "ll");
    assert_int_equal(ui.screen, UI_PANES);
    press(&ui, &d, "l\x1b");
    assert_int_equal(ui.screen, UI_PANES);
    view_data_fini(&d);
    snap_free(s);
}

static void sections_are_of_one_pane_or_of_all(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = twelve(&d);
    ui_init(&ui, TEST_S);
    press(&ui, &d, "2");
    assert_non_null(ui_link(&ui, &d));
    press(&ui, &d, "sl");
    assert_false(ui_has_section(&d, 1, SECTION_LINKS));
    assert_true(ui_has_section(&d, 2, SECTION_LINKS));
    assert_null(ui_link(&ui, &d)); /* what is not shown is not selected */
    press(&ui, &d, "r\x1b");
    assert_false(ui.menu);
    struct nodes_list shown = ui_showing(&ui, &d, SECTIONS_OF_TABLES);
    assert_int_equal(shown.count, 1);
    assert_int_equal(shown.node[0], 1);
    free(shown.node);
    press(&ui, &d, "Sp\r");
    for (size_t i = 0; i < d.nodes; i++)
        assert_false(ui_has_section(&d, i, SECTION_PINGS));
    press(&ui, &d, "Sl\r"); /* all become what this one was not */
    for (size_t i = 0; i < d.nodes; i++)
        assert_true(ui_has_section(&d, i, SECTION_LINKS));
    ui_set_sections(&d, 1u << SECTION_ROUTES);
    shown = ui_showing(NULL, &d, SECTIONS_OF_TABLES);
    assert_int_equal(shown.count, d.nodes);
    free(shown.node);
    view_data_fini(&d);
    snap_free(s);
}

static void pages_have_as_many_panes_as_was_asked_for(void **state)
{
    static const struct {
        int cols, rows;
        size_t per_page, panes, across;
    } pages[] = {
        {80, 24, 1, 1, 1},   {80, 24, 2, 2, 2},  {80, 24, 4, 4, 2},   {79, 24, 2, 2, 1},
        {40, 12, 4, 4, 2},   {40, 10, 4, 4, 2},  {20, 6, 4, 1, 1},    {60, 8, 4, 3, 3},
        {80, 24, 0, 2, 2},   {120, 40, 0, 6, 3}, {200, 50, 0, 12, 4}, {40, 40, 0, 2, 1},
        {200, 40, 0, 10, 5},
    };
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = twelve(&d);
    ui_init(&ui, TEST_S);
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        ui.cols = pages[i].cols;
        ui.rows = pages[i].rows;
        ui.per_page = pages[i].per_page;
        struct ui_page p = ui_page(&ui, &d);
        assert_int_equal(p.panes, pages[i].panes);
        assert_int_equal(p.across, pages[i].across);
        ui.zoom = true;
        assert_int_equal(ui_page(&ui, &d).panes, 1);
        ui.zoom = false;
    }
    for (int i = 0; i < 4; i++)
        press(&ui, &d, "|");
    assert_int_equal(ui.per_page, 0);
    view_data_fini(&d);
    snap_free(s);
}

/* --- as ip(8) has it -------------------------------------------------------------------------- */

static void links_read_as_ip_prints_them(void **state)
{
    (void)state;
    struct snap *s = snap_new("x");
    struct snap_node *n = test_node(s, "a");
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct snap_if *i = test_if(n, 5, "v1"), *other = test_if(n, 6, "v2");
    i->peer_index = 6;
    i->alias = mem_strdup("one\ntwo");
    i->flags = IFF_UP | IFF_BROADCAST | IFF_NOARP | IFF_PROMISC | (1u << 20);
    i->linkmode = 1;
    i->master = 6;
    other->flags = IFF_BROADCAST;
    i = &n->iface[1];
    iptext_link(n, i, &text);
    assert_string_equal(buf_str(&text),
                        "5: v1@v2: <NO-CARRIER,BROADCAST,NOARP,PROMISC,UP,100000,M-DOWN> mtu 1500 "
                        "qdisc noqueue master v2 state UP mode DORMANT group default qlen 1000\n"
                        "    link/ether 02:00:00:00:00:05 brd ff:ff:ff:ff:ff:ff\n"
                        "    alias one\\x0atwo\n");
    buf_reset(&text);
    struct snap_addr *a = test_addr(i, "fd00::1/64");
    a->flags = IFA_F_SECONDARY | IFA_F_TENTATIVE | IFA_F_NODAD | IFA_F_STABLE_PRIVACY;
    a->valid_s = 10;
    a->read_ns = TEST_S;
    test_addr(i, "10.0.0.1/24");
    iptext_addr(n, i, 4 * TEST_S, &text);
    assert_string_equal(strchr(strchr(buf_str(&text), '\n') + 1, '\n') + 1,
                        "    inet 10.0.0.1/24 scope global v1\n"
                        "       valid_lft forever preferred_lft forever\n"
                        "    inet6 fd00::1/64 scope global temporary nodad tentative dynamic "
                        "stable-privacy \n"
                        "       valid_lft 7sec preferred_lft forever\n");
    snap_free(s);
}

static void routes_and_neighbours_read_as_ip_prints_them(void **state)
{
    (void)state;
    struct snap *s = snap_new("x");
    struct snap_node *n = test_node(s, "a");
    _cleanup_buf_ struct buf text = BUF_INIT;
    test_if(n, 5, "v1");
    struct snap_route *r = test_route(n, "10.1.0.1/32", "10.0.0.1", 5);
    r->metric = 7;
    r->flags = RTNH_F_DEAD | RTNH_F_LINKDOWN;
    assert_true(ip_addr_parse("10.0.0.9", &r->src));
    iptext_route(n, r, &text);
    assert_string_equal(buf_str(&text), "10.1.0.1 via 10.0.0.1 dev v1 proto static src 10.0.0.9 "
                                        "metric 7 dead linkdown ");
    buf_reset(&text);
    r = test_route(n, "::/0", "fe80::1", 77);
    r->protocol = RTPROT_BOOT;
    r->type = RTN_UNREACHABLE;
    iptext_route(n, r, &text);
    assert_string_equal(buf_str(&text), "unreachable default via fe80::1 dev if77 pref medium");
    buf_reset(&text);
    struct snap_neigh x = {.ifindex = 5, .state = NUD_STALE, .has_mac = true, .mac = {2}};
    assert_true(ip_addr_parse("10.0.0.1", &x.addr));
    iptext_neigh(n, &x, &text);
    assert_string_equal(buf_str(&text), "10.0.0.1 dev v1 lladdr 02:00:00:00:00:00 STALE ");
    snap_free(s);
}

/* Keys may come faster than frames. */
static void an_arrow_behind_m_goes_to_a_node_of_the_map(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = snap_new("lab");
    test_node(s, "a");
    test_node(s, "b");
    test_link(s, 2, 0, "eth0", "10.0.0.1/24", 1, "eth0", "10.0.0.2/24");
    view_data_init(&d, s, 0);
    ui_init(&ui, TEST_S);
    ui.map = map_new();
    keys_press(&ui, 'm', &d);
    keys_press(&ui, VIEW_KEY_RIGHT, &d);
    assert_int_equal(ui_node(&ui, &d), 1);
    keys_press(&ui, VIEW_KEY_LEFT, &d);
    assert_int_equal(ui_node(&ui, &d), 0);
    map_free(ui.map);
    view_data_fini(&d);
    snap_free(s);
}

/* It takes a second, or a few with sanitizers; what looks at all links for each of them takes a
 * minute. */
static void frames_of_many_links_take_no_minute(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = snap_new("lab");
    test_node(s, "a");
    for (uint32_t i = 1; i <= 12000; i++)
        test_addr(test_if(&s->node[0], i, "a-link"), "10.0.0.1/24");
    view_data_init(&d, s, 0);
    ui_init(&ui, TEST_S);
    alarm(30);
    for (int form = 0; form < FORM_COUNT; form++) {
        struct canvas c;
        ui.form = (enum ui_form)form;
        canvas_init(&c, ui.rows, ui.cols, false);
        scene_draw(&d, &ui, &c);
        canvas_fini(&c);
    }
    alarm(0);
    view_data_fini(&d);
    snap_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_edited_at_its_cursor),
        cmocka_unit_test(a_line_holds_whole_characters_and_nothing_that_acts),
        cmocka_unit_test(what_was_typed_comes_back),
        cmocka_unit_test(nodes_are_filtered_and_sorted),
        cmocka_unit_test(a_node_is_summed_up),
        cmocka_unit_test(the_filter_limits_what_keys_reach),
        cmocka_unit_test(screens_come_and_go),
        cmocka_unit_test(sections_are_of_one_pane_or_of_all),
        cmocka_unit_test(pages_have_as_many_panes_as_was_asked_for),
        cmocka_unit_test(links_read_as_ip_prints_them),
        cmocka_unit_test(routes_and_neighbours_read_as_ip_prints_them),
        cmocka_unit_test(an_arrow_behind_m_goes_to_a_node_of_the_map),
        cmocka_unit_test(frames_of_many_links_take_no_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
