/* SPDX-License-Identifier: BSD-2-Clause */
/* view_mouse_test: what a click and the wheel do, wherever things were drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "view/eventlog.h"
#include "view/keys.h"
#include "view/mouse.h"
#include "view/output.h"
#include "view/scene.h"
#include "view_testdata.h"

struct screen {
    struct snap *snap;
    struct view_data d;
    struct view_ui ui;
};

static void begin(struct screen *s, int rows, int cols)
{
    s->snap = snap_new("lab");
    test_node(s->snap, "left");
    test_node(s->snap, "right");
    test_link(s->snap, 10, 0, "veth-a", "10.0.0.1/24", 1, "veth-b", "10.0.0.2/24");
    test_link(s->snap, 12, 0, "other-a", NULL, 1, "other-b", NULL);
    view_data_init(&s->d, s->snap, TEST_S);
    test_ping(&s->d, 1, "left", "10.0.0.1", 3, 0);
    test_ping(&s->d, 1, "away", "10.9.9.9", 3, 0);
    test_rates(&s->d, s->snap);
    ui_init(&s->ui, TEST_S);
    s->ui.rows = rows;
    s->ui.cols = cols;
    s->ui.map = map_new();
}

static void end(struct screen *s)
{
    map_free(s->ui.map);
    view_data_fini(&s->d);
    snap_free(s->snap);
}

/* Where the text stands on the screen, or the test fails. */
static void find(const struct screen *s, const char *text, int *row, int *col)
{
    struct canvas c;
    canvas_init(&c, s->ui.rows, s->ui.cols, s->ui.ascii);
    scene_draw(&s->d, &s->ui, &c);
    for (*row = 0; *row < c.rows; ++*row)
        for (*col = 0; *col + (int)strlen(text) <= c.cols; ++*col) {
            size_t i = 0;
            while (text[i] && canvas_at(&c, *row, *col + (int)i)->text[0] == text[i])
                i++;
            if (!text[i]) {
                canvas_fini(&c);
                return;
            }
        }
    canvas_fini(&c);
    fail_msg("the screen has no \"%s\"", text);
}

static enum ui_wish push(struct screen *s, enum term_button button, int row, int col)
{
    const struct term_mouse m = {TERM_MOUSE_PRESS, button, 0, row, col};
    const struct term_mouse up = {TERM_MOUSE_RELEASE, button, 0, row, col};
    enum ui_wish wish = mouse_act(&s->ui, &m, &s->d);
    assert_int_equal(mouse_act(&s->ui, &up, &s->d), WISH_NOTHING);
    return wish;
}

static enum ui_wish click(struct screen *s, const char *text)
{
    int row, col;
    find(s, text, &row, &col);
    s->d.now_ns += TEST_S; /* no double click */
    return push(s, TERM_BUTTON_LEFT, row, col);
}

static void click_twice(struct screen *s, const char *text)
{
    int row, col;
    find(s, text, &row, &col);
    click(s, text);
    s->d.now_ns += 100 * TEST_MS;
    push(s, TERM_BUTTON_LEFT, row, col);
}

static void a_click_selects_nodes_links_and_pings(void **state)
{
    (void)state;
    static const int sizes[][2] = {{24, 80}, {40, 120}, {50, 200}, {30, 90}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct screen s;
        begin(&s, sizes[i][0], sizes[i][1]);
        s.ui.per_page = 2;
        s.ui.ascii = i % 2;
        click(&s, " right ");
        assert_int_equal(ui_node(&s.ui, &s.d), 1);
        click(&s, " other-b ");
        assert_string_equal(ui_link(&s.ui, &s.d)->name, "other-b");
        click(&s, "10.9.9.9");
        assert_int_equal(ui_ping(&s.ui, &s.d), 2);
        assert_null(ui_link(&s.ui, &s.d));
        click(&s, " veth-a ");
        assert_int_equal(ui_node(&s.ui, &s.d), 0);
        assert_string_equal(ui_link(&s.ui, &s.d)->name, "veth-a");
        click_twice(&s, " other-a ");
        assert_true(s.ui.zoom);
        click_twice(&s, " veth-a ");
        assert_false(s.ui.zoom);
        end(&s);
    }
}

static void links_as_ip_prints_them_are_for_clicking(void **state)
{
    (void)state;
    struct screen s;
    begin(&s, 30, 160);
    s.ui.form = FORM_IP_ADDR;
    click(&s, "inet 10.0.0.2/24"); /* a row below that of the name */
    assert_int_equal(ui_node(&s.ui, &s.d), 1);
    assert_string_equal(ui_link(&s.ui, &s.d)->name, "veth-b");
    click(&s, "inet 127.0.0.1/8");
    assert_int_equal(ui_node(&s.ui, &s.d), 0);
    assert_string_equal(ui_link(&s.ui, &s.d)->name, "lo");
    end(&s);
}

static void a_click_on_a_key_presses_it(void **state)
{
    (void)state;
    struct screen s;
    begin(&s, 24, 160);
    assert_int_equal(click(&s, "q quit"), WISH_QUIT);
    assert_int_equal(click(&s, "Space pause"), WISH_PAUSE);
    s.ui.message[0] = '\0';
    click(&s, "? help");
    assert_true(s.ui.help);
    click(&s, "Help: panes");
    assert_true(s.ui.help);
    click(&s, "vethlab"); /* beside it */
    assert_false(s.ui.help);
    click(&s, "s show");
    assert_true(s.ui.menu);
    click(&s, ".ping");
    assert_false(ui_has_section(&s.d, 0, SECTION_PINGS));
    click(&s, " other-b "); /* the menu is open */
    assert_int_equal(ui_node(&s.ui, &s.d), 0);
    click(&s, "Esc");
    assert_false(s.ui.menu);
    end(&s);
}

static void list_and_map_are_for_clicking(void **state)
{
    (void)state;
    struct screen s;
    begin(&s, 24, 100);
    s.ui.screen = UI_LIST;
    click(&s, "right ");
    assert_int_equal(ui_node(&s.ui, &s.d), 1);
    click_twice(&s, "left ");
    assert_int_equal(s.ui.screen, UI_PANES);
    assert_int_equal(ui_node(&s.ui, &s.d), 0);
    s.ui.screen = UI_MAP;
    click(&s, "right");
    assert_int_equal(ui_node(&s.ui, &s.d), 1);
    assert_int_equal(s.ui.screen, UI_MAP);
    click_twice(&s, "left");
    assert_int_equal(s.ui.screen, UI_PANES);
    assert_int_equal(ui_node(&s.ui, &s.d), 0);
    end(&s);
}

static void the_wheel_moves_what_is_under_it(void **state)
{
    (void)state;
    struct screen s;
    int row, col;
    begin(&s, 24, 100);
    find(&s, " veth-b ", &row, &col);
    push(&s, TERM_WHEEL_DOWN, row, col);
    assert_int_equal(ui_node(&s.ui, &s.d), 1);
    assert_string_equal(ui_link(&s.ui, &s.d)->name, "other-b");
    push(&s, TERM_WHEEL_UP, row, col);
    assert_string_equal(ui_link(&s.ui, &s.d)->name, "veth-b");
    s.ui.shell_keys = true; /* they stay where they are */
    push(&s, TERM_WHEEL_DOWN, row, col);
    assert_string_equal(ui_link(&s.ui, &s.d)->name, "veth-b");
    s.ui.shell_keys = false;
    s.ui.help = true;
    push(&s, TERM_WHEEL_DOWN, row, col);
    assert_int_equal(s.ui.help_top, 3);
    push(&s, TERM_WHEEL_UP, row, col);
    assert_int_equal(s.ui.help_top, 0);
    s.ui.help = false;
    struct output *o = output_new();
    output_begin(o, "list");
    for (int i = 0; i < 100; i++)
        output_add(o, "line\n", 5);
    s.ui.output = o;
    s.ui.output_open = true;
    s.ui.output_top = 0;
    push(&s, TERM_WHEEL_DOWN, 12, 50);
    assert_int_equal(s.ui.output_top, 3);
    click(&s, "line");
    assert_true(s.ui.output_open);
    click(&s, "vethlab");
    assert_false(s.ui.output_open);
    output_free(o);
    s.ui.screen = UI_LIST;
    s.ui.node = 0;
    push(&s, TERM_WHEEL_DOWN, 2, 5);
    assert_int_equal(ui_node(&s.ui, &s.d), 1);
    end(&s);
}

static void no_click_anywhere_does_harm(void **state)
{
    (void)state;
    struct screen s;
    begin(&s, 24, 80);
    for (int screen = 0; screen < UI_SCREEN_COUNT; screen++)
        for (int row = -1; row <= 24; row++)
            for (int col = -1; col <= 80; col += 3) {
                s.ui.screen = (enum ui_screen)screen;
                s.ui.help = s.ui.menu = s.ui.prompt.open = false;
                push(&s, (enum term_button)((row + col + 2) % 6), row, col);
                assert_true(ui_node(&s.ui, &s.d) < 2);
            }
    s.ui.prompt.open = true;
    assert_int_equal(push(&s, TERM_BUTTON_LEFT, 23, 70), WISH_NOTHING);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_selects_nodes_links_and_pings),
        cmocka_unit_test(links_as_ip_prints_them_are_for_clicking),
        cmocka_unit_test(a_click_on_a_key_presses_it),
        cmocka_unit_test(list_and_map_are_for_clicking),
        cmocka_unit_test(the_wheel_moves_what_is_under_it),
        cmocka_unit_test(no_click_anywhere_does_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
