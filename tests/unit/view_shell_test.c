/* SPDX-License-Identifier: BSD-2-Clause */
/* view_shell_test: a terminal on a canvas: characters, looks, the cursor, edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "view/eventlog.h"
#include "view/keys.h"
#include "view/pane_plan.h"
#include "view/scene.h"
#include "view/shellinput.h"
#include "view/shellview.h"
#include "view/theme.h"
#include "view_testdata.h"

static struct term *t;
static struct canvas c;

static void show(const char *output, bool ascii, struct area *inside)
{
    struct buf answer = BUF_INIT;
    t = term_new(4, 10, 10);
    term_feed(t, output, strlen(output), &answer);
    buf_fini(&answer);
    canvas_init(&c, 6, 14, ascii);
    *inside = area_part(area_all(&c), 1, 2, 4, 10);
    shellview_draw(t, *inside, true);
}

static int end(void **state)
{
    (void)state;
    canvas_fini(&c);
    term_free(t);
    return 0;
}

static void expect(const char *text)
{
    struct buf got = BUF_INIT;
    canvas_to_text(&c, &got);
    assert_string_equal(buf_str(&got), text);
    buf_fini(&got);
}

static void test_text_and_cursor(void **state)
{
    (void)state;
    struct area a;
    show("one\r\n\344\275\240e\314\201\r\n0123456789abc", false, &a);
    expect("\n  one\n  \344\275\240e\314\201\n  0123456789\n  abc\n\n");
    assert_true(c.has_cursor);
    assert_int_equal(c.cursor_row, 4);
    assert_int_equal(c.cursor_col, 5);
    canvas_fini(&c);
    canvas_init(&c, 6, 14, false);
    shellview_draw(t, area_part(area_all(&c), 1, 2, 2, 3),
                   true); /* a smaller area shows the cursor's line */
    expect("\n  012\n  abc\n\n\n\n");
    assert_false(c.has_cursor);
    canvas_fini(&c);
    canvas_init(&c, 6, 14, false);
    shellview_draw(t, a, false);
    assert_false(c.has_cursor);
}

static void test_looks(void **state)
{
    (void)state;
    struct area a;
    show("\033[1;3;4;38;5;208;48;5;17mX\033[0;2;5;7mY\033[8mZ", false, &a);
    const struct canvas_cell *x = canvas_at(&c, 1, 2), *y = x + 1, *z = x + 2;
    assert_int_equal(x->style, STYLE_OWN);
    assert_int_equal(x->own.foreground, 208);
    assert_int_equal(x->own.background, 17);
    assert_int_equal(x->own.attributes, LOOK_BOLD | LOOK_ITALIC | LOOK_UNDERLINE);
    assert_int_equal(y->own.foreground, -1);
    assert_int_equal(y->own.attributes, LOOK_DIM | LOOK_BLINK | LOOK_REVERSE);
    assert_string_equal(z->text, " "); /* concealed */
    assert_string_equal(theme_colour(THEME_DARK, 208, false), "#ff8700");
    assert_string_equal(theme_colour(THEME_DARK, 255, false), "#eeeeee");
    assert_string_equal(theme_colour(THEME_DARK, 15, false), "#ffffff");
}

static void test_ascii(void **state)
{
    (void)state;
    struct area a;
    show("\342\224\214\342\224\200\342\224\220\342\224\202\303\251\344\275\240!", true, &a);
    expect("\n  +-+|?? !\n\n\n\n\n");
}

/* --- keys, and where shells lie --------------------------------------------------------------- */

static struct snap *snap;
static struct view_data data;
static struct view_ui ui;
static struct term *terms[2];

static int begin_view(void **state)
{
    (void)state;
    snap = snap_new("lab");
    test_node(snap, "left");
    test_node(snap, "right");
    test_link(snap, 2, 0, "eth0", "10.0.0.1/24", 1, "eth0", "10.0.0.2/24");
    view_data_init(&data, snap, 0);
    ui_init(&ui, TEST_S);
    ui.rows = 24;
    ui.cols = 80;
    return 0;
}

static int end_view(void **state)
{
    (void)state;
    view_data_fini(&data);
    snap_free(snap);
    for (int i = 0; i < 2; i++) {
        term_free(terms[i]);
        terms[i] = NULL;
    }
    return 0;
}

static void open_here(void)
{
    size_t node = ui_node(&ui, &data);
    if (!terms[node])
        terms[node] = term_new(10, 40, 100);
    data.node[node].shell = (struct view_shell){.term = terms[node]};
}

static void read_screen(struct buf *all)
{
    struct canvas screen;
    canvas_init(&screen, ui.rows, ui.cols, false);
    scene_draw(&data, &ui, &screen);
    canvas_to_text(&screen, all);
    canvas_fini(&screen);
}

static const char *bottom(void)
{
    static char text[512];
    _cleanup_buf_ struct buf all = BUF_INIT;
    read_screen(&all);
    const char *lines = buf_str(&all);
    for (int i = 1; i < ui.rows; i++)
        lines = strchr(lines, '\n') + 1;
    snprintf(text, sizeof text, "%s", lines);
    return text;
}

static void expect_bottom(const char *part)
{
    if (!strstr(bottom(), part))
        fail_msg("the bottom line lacks \"%s\": %s", part, bottom());
}

static void expect_anywhere(const char *part)
{
    _cleanup_buf_ struct buf all = BUF_INIT;
    read_screen(&all);
    if (!strstr(buf_str(&all), part))
        fail_msg("the screen lacks \"%s\":\n%s", part, buf_str(&all));
}

static void press(int key, enum ui_wish want)
{
    assert_int_equal(keys_press(&ui, key, &data), want);
    if (want == WISH_SHELL)
        open_here();
}

static void test_keys(void **state)
{
    (void)state;
    press('\r', WISH_SHELL);
    assert_true(ui.shell_keys);
    expect_bottom("keys go to the shell of left");
    expect_bottom("Ctrl-B q: back  Ctrl-B Tab: next  Ctrl-B ?: more");
    ui.cols = 70; /* what cannot be told in full is told in short, or not */
    expect_bottom("keys go to the shell of left  after Ctrl-B: q back, Tab next, ? more");
    ui.cols = 61;
    expect_bottom("Ctrl-B q: back  Ctrl-B ?: more");
    ui.cols = 40;
    expect_bottom("keys go to the shell of left  Ctrl-B q");
    ui.in_tmux = true;
    expect_bottom(" Ctrl-B Ctrl-B q");
    ui.cols = 80;
    expect_bottom("inside tmux Ctrl-B twice, then q: back, ?: more");
    press('q', WISH_TYPE);
    press(3, WISH_TYPE);
    press(VIEW_KEY_UP | VIEW_KEY_CONTROL, WISH_TYPE);
    press(2, WISH_NOTHING);
    expect_bottom("q back");
    press('q', WISH_NOTHING);
    press('\r', WISH_SHELL);
    expect_bottom("inside tmux Ctrl-B twice, then q: back, ?: more"); /* as before */
    press(2, WISH_NOTHING);
    press(2, WISH_TYPE); /* twice: it is the shell's, and no tmux takes the first one */
    expect_bottom("Ctrl-B q: back");
    press(2, WISH_NOTHING);
    press(VIEW_KEY_RIGHT, WISH_SHELL);
    expect_bottom("keys go to the shell of right");
    press(2, WISH_NOTHING);
    press('s', WISH_NOTHING);
    expect_bottom("keys go to ALL 2 shells");
    expect_anywhere("╟─ shell: keys to ALL ─");
    expect_anywhere("├─ shell: keys to ALL ─");
    press('a', WISH_TYPE);
    assert_true(ui.shell_all);
    press(2, WISH_NOTHING);
    press('1', WISH_SHELL);
    press(2, WISH_NOTHING);
    press('?', WISH_NOTHING);
    assert_true(ui.help);
    expect_anywhere(" Help: shell, after Ctrl-B (twice: sends it) ");
    press('\033', WISH_NOTHING);
    assert_false(ui.help);
    press(2, WISH_NOTHING);
    press('~', WISH_NOTHING); /* means nothing, and is not the shell's */
    press('x', WISH_TYPE);
    press(2, WISH_NOTHING);
    press('z', WISH_NOTHING);
    assert_true(ui.zoom);
    press(2, WISH_NOTHING);
    press('q', WISH_NOTHING);
    assert_false(ui.shell_keys || ui.shell_all);
    ui.prefix = 1;
    press('\n', WISH_SHELL);
    expect_bottom("Ctrl-A q: back");
    press(2, WISH_TYPE);
    press(1, WISH_NOTHING);
    press('x', WISH_NOTHING);
    expect_bottom("end the shell of left and what runs in it? y yes, other keys no");
    press('x', WISH_NOTHING);
    assert_true(ui.shell_keys);
    press('x', WISH_TYPE);
    press(1, WISH_NOTHING);
    press(VIEW_KEY_ESCAPE, WISH_NOTHING); /* takes the prefix back, as in tmux */
    press('q', WISH_TYPE);
    press(1, WISH_NOTHING);
    press('9', WISH_SHELL);
    expect_bottom("there is no node 9");
    press(1, WISH_NOTHING);
    press('x', WISH_NOTHING);
    press('y', WISH_SHELL_END);
    assert_false(ui.shell_keys);
}

static void test_ended(void **state)
{
    (void)state;
    press('\r', WISH_SHELL);
    data.node[0].shell.ended = true;
    data.node[0].shell.code = 7;
    expect_bottom("Enter: a new shell; that of left ended");
    press('x', WISH_NOTHING);
    press('\r', WISH_SHELL);
    press('\r', WISH_TYPE);
    data.node[0].shell.ended = true;
    press('q', WISH_NOTHING);
    assert_false(ui.shell_keys);
    data.gone = true;
    press('\r', WISH_NOTHING);
    assert_false(ui.shell_keys);
}

static void test_scroll(void **state)
{
    (void)state;
    struct buf answer = BUF_INIT;
    press('\r', WISH_SHELL);
    for (int i = 0; i < 50; i++)
        term_feed(terms[0], "x\r\n", 3, &answer);
    buf_fini(&answer);
    press(2, WISH_NOTHING);
    press(VIEW_KEY_PAGE_UP, WISH_SCROLL);
    assert_int_equal(ui.scroll, 9);
    assert_true(ui.shell_scroll);
    term_scroll(terms[0], ui.scroll);
    expect_bottom("to the shell");
    press('x', WISH_NOTHING); /* not the shell's while somebody looks back */
    press(VIEW_KEY_UP, WISH_SCROLL);
    term_scroll(terms[0], ui.scroll);
    assert_int_equal(term_scrolled(terms[0]), 10);
    press(VIEW_KEY_PAGE_DOWN, WISH_SCROLL);
    assert_true(ui.shell_scroll);
    term_scroll(terms[0], ui.scroll);
    press(VIEW_KEY_PAGE_DOWN, WISH_SCROLL); /* down to the live screen: the keys are its own */
    assert_false(ui.shell_scroll);
    press(2, WISH_NOTHING);
    press('[', WISH_NOTHING);
    press('q', WISH_SCROLL);
    assert_false(ui.shell_scroll);
}

/* Where a shell is said to lie is where it is drawn, on all sizes and with all neighbours. */
static void test_places(void **state)
{
    (void)state;
    struct buf answer = BUF_INIT;
    press('\r', WISH_SHELL);
    for (ui.rows = SCENE_ROWS_MIN; ui.rows < 60; ui.rows += 3)
        for (ui.cols = SCENE_COLS_MIN; ui.cols < 200; ui.cols += 17) {
            struct area a;
            struct canvas screen;
            if (!scene_shell_area(&data, &ui, 0, &a))
                fail_msg("no shell at %dx%d", ui.cols, ui.rows);
            assert_true(a.rows >= 1 && a.cols >= 2);
            term_resize(terms[0], a.rows, a.cols);
            term_feed(terms[0], "\033#8", 3, &answer); /* E everywhere */
            canvas_init(&screen, ui.rows, ui.cols, false);
            scene_draw(&data, &ui, &screen);
            size_t node = 9, own = 0;
            for (int i = 0; i < ui.rows * ui.cols; i++)
                own += screen.cell[i].style == STYLE_OWN;
            assert_int_equal(own, a.rows * a.cols);
            assert_int_equal(canvas_at(&screen, a.row, a.col)->style, STYLE_OWN);
            assert_true(scene_node_at(&data, &ui, a.row, a.col, &node) && node == 0);
            canvas_fini(&screen);
        }
    buf_fini(&answer);
}

/* Keys that nobody sees the effect of have none. */
static void test_too_small(void **state)
{
    (void)state;
    ui.rows = SCENE_ROWS_MIN - 1;
    press('d', WISH_NOTHING);
    press('\r', WISH_NOTHING);
    press('z', WISH_NOTHING);
    assert_false(ui.shell_keys || ui.zoom || ui.doing);
    expect_anywhere("q: quit");
    press('q', WISH_QUIT);
    ui.rows = SCENE_ROWS_MIN;
    press('z', WISH_NOTHING);
    assert_true(ui.zoom);
}

/* However long the question, there is room for an answer, which is seen. */
static void test_long_question(void **state)
{
    (void)state;
    static const int cols[] = {SCENE_COLS_MIN, 40, 80, 200};
    char title[120];
    memset(title, 'x', sizeof title - 1);
    title[sizeof title - 1] = '\0';
    for (size_t i = 0; i < sizeof cols / sizeof *cols; i++) {
        ui.rows = 10;
        ui.cols = cols[i];
        ui_ask_with(&ui, PROMPT_KILL, title, "");
        const char *typed = cols[i] < 40 ? "12345678" : "12345678901234567890";
        for (const char *x = typed; *x; x++)
            press(*x, WISH_NOTHING);
        expect_bottom(typed);
        ui.prompt.open = false;
    }
}

/* By itself, while it is asked whether it shall, or the keys behind the prefix are looked up. */
static void test_end_meanwhile(void **state)
{
    (void)state;
    struct shellinput x = {.ui = &ui, .data = &data, .focused = SHELLS_ALL};
    press('\r', WISH_SHELL);
    press(2, WISH_NOTHING);
    press('x', WISH_NOTHING);
    assert_false(shellinput_take_end(&x));
    expect_bottom("end the shell of left");
    data.node[0].shell.ended = true;
    assert_true(shellinput_take_end(&x));
    expect_bottom("the shell of left has ended, exit code 0: Enter opens a new one");
    data.now_ns = ui.deaf_until_ns;
    press('y', WISH_NOTHING);
    press('\r', WISH_SHELL);
    press(2, WISH_NOTHING);
    press('?', WISH_NOTHING);
    data.node[0].shell.ended = true;
    assert_true(shellinput_take_end(&x));
    assert_false(ui.shell_keys || ui.help);
    expect_bottom("the shell of left has ended");
}

/* Keys do not go to another shell because what somebody typed changed what the filter matches. */
static void test_filter(void **state)
{
    (void)state;
    struct shellinput x = {
        .shells = shells_new(NULL, NULL, NULL, &data, NULL, NULL), .ui = &ui, .data = &data};
    x.focused = SHELLS_ALL;
    strcpy(ui.filter, "10.0.0.");
    press('\r', WISH_SHELL);
    ((struct snap_if *)snap_if_by_index(&snap->node[0], 2))->addrs = 0;
    press('x', WISH_TYPE);
    assert_int_equal(ui_node(&ui, &data), 0);
    shellinput_layout(&x);
    open_here();
    expect_bottom("the filter is taken away: left does not match it any more");
    expect_anywhere("═ 1 left ═");
    assert_string_equal(ui.filter, "");
    shells_free(x.shells);
}

/* A menu that is cut off says so. */
static void test_sections_menu(void **state)
{
    (void)state;
    press('s', WISH_NOTHING);
    expect_bottom("a +addr");
    expect_bottom("p .ping"); /* nothing is pinged */
    expect_bottom("e -event  Esc");
    ui.cols = 140;
    expect_bottom("in this pane:");
    expect_bottom("e -events");
    ui.cols = 40;
    expect_bottom("…");
    press(VIEW_KEY_ESCAPE, WISH_NOTHING);
    ui.cols = 80;
    press('\r', WISH_SHELL);
    press(2, WISH_NOTHING);
    press('q', WISH_NOTHING);
    press('s', WISH_NOTHING);
    expect_bottom("l +link  a +addr");
    expect_anywhere("10.0.0.1");
    ui.rows = 10;
    expect_bottom("l +link  a .addr"); /* in a row of this pane there is no room for one */
}

static int shell_rows(size_t node)
{
    struct area a = {.rows = 0};
    scene_shell_area(&data, &ui, node, &a);
    return a.rows;
}

static void open_both(void)
{
    press('\r', WISH_SHELL);
    press(2, WISH_NOTHING);
    press(VIEW_KEY_TAB, WISH_SHELL);
}

/* A program in a shell is not told of a new size because somebody looks or types elsewhere. */
static void test_heights(void **state)
{
    (void)state;
    test_ping(&data, 0, "right", "10.0.0.2", 5, 0);
    open_both();
    for (ui.rows = SCENE_ROWS_MIN; ui.rows < 60; ui.rows++)
        for (ui.cols = SCENE_COLS_MIN; ui.cols < 200; ui.cols += 13) {
            ui.per_page = 2;
            ui.shell_keys = true;
            ui_focus(&ui, &data, 0);
            if (ui_page(&ui, &data).panes < 2)
                continue;
            int left = shell_rows(0), right = shell_rows(1);
            ui_focus(&ui, &data, 1);
            assert_int_equal(shell_rows(0), left);
            assert_int_equal(shell_rows(1), right);
            ui.shell_keys = false;
            assert_int_equal(shell_rows(1), right);
            ui.ping = 1;
            ui_focus(&ui, &data, 0);
            assert_int_equal(shell_rows(0), left);
            ui.ping = 0;
        }
}

/* At the usual size: addresses and peers of both nodes, whoever has the keys, and half of the rows
 * for the shells. */
static void test_two_shells(void **state)
{
    (void)state;
    open_both();
    for (size_t i = 0; i < 2; i++) {
        ui_focus(&ui, &data, i);
        expect_anywhere("10.0.0.1/24");
        expect_anywhere("10.0.0.2/24");
        expect_anywhere(i ? "↔ left:" : "↔ right:");
        assert_true(shell_rows(i) >= 10);
    }
}

static void test_zoomed(void **state)
{
    (void)state;
    test_ping(&data, 0, "right", "10.0.0.2", 5, 0);
    press('\r', WISH_SHELL);
    assert_true(shell_rows(0) >= 10);
    press(2, WISH_NOTHING);
    press('z', WISH_NOTHING);
    assert_true(shell_rows(0) >= 12);
    expect_anywhere("10.0.0.1/24");
    expect_anywhere("─ ping ");
    for (uint32_t i = 10; i < 30; i++)
        test_if(&snap->node[0], i, "more");
    assert_true(shell_rows(0) >= 13); /* the links scroll */
    expect_anywhere("LINK");
    ui.rows = 50;
    while (snap->node[0].ifs > 2)
        snap_if_fini(&snap->node[0].iface[--snap->node[0].ifs]);
    expect_anywhere("─ ping ");
}

/* As `ip addr` prints them, links take more rows than there are: the shell leaves them more. */
static void test_beside_text(void **state)
{
    (void)state;
    test_ping(&data, 0, "right", "10.0.0.2", 5, 0);
    ui.form = FORM_IP_ADDR;
    press('\r', WISH_SHELL);
    assert_true(shell_rows(0) >= 3);
    expect_anywhere("link/ether 02:00:00:00:00:02");
    expect_anywhere("▲1 ▼1 more"); /* a part of it is hidden, too */
    expect_anywhere("─ ping ");
    ui.rows = 40;
    expect_anywhere("inet 10.0.0.1/24");
    expect_anywhere("─ ping ");
    assert_true(shell_rows(0) >= 5);
    ui.rows = 24;
    press(2, WISH_NOTHING);
    press('z', WISH_NOTHING);
    expect_anywhere("inet 10.0.0.1/24");
    expect_anywhere("─ ping ");
    assert_true(shell_rows(0) >= 8);
    test_if(&snap->node[0], 20, "first");
    expect_anywhere("▲");
}

static void expect_whole(const struct pane *p, int rows)
{
    struct canvas none = {.rows = rows, .cols = 80};
    struct pane_plan plan = pane_plan(p, area_all(&none));
    int sum = (plan.count - 1) * (1 + plan.air);
    for (int i = 0; i < plan.count; i++) {
        sum += plan.share[i].rows + plan.share[i].header;
        if (plan.share[i].rows < 1)
            fail_msg("%d rows, form %d: section %d has none", rows, p->form, plan.share[i].section);
    }
    assert_true(sum <= rows);
}

/* Whatever is shown in however few rows: no section has a title and nothing below it. */
static void test_plans(void **state)
{
    (void)state;
    struct eventlog *log = eventlog_new();
    data.log = log;
    eventlog_note(log, 0, 0, 0, "left", "true");
    for (uint32_t i = 10; i < 14; i++)
        test_addr(test_if(&snap->node[0], i, "more"), "10.1.0.1/24");
    test_ping(&data, 0, "right", "10.0.0.2", 5, 0);
    for (unsigned k = 0; k < 12u << SECTION_COUNT; k++) {
        struct pane p = {.d = &data, .form = (enum ui_form)(k % FORM_COUNT), .zoomed = k / 3 % 2};
        data.node[0].toggled = k / 12;
        data.node[0].shell.term = NULL;
        if (k / 6 % 2)
            open_here();
        for (int rows = 1; rows < 20; rows += 1 + rows / 12)
            expect_whole(&p, rows);
    }
    data.log = NULL;
    eventlog_free(log);
}

#define VIEW_TEST(f) cmocka_unit_test_setup_teardown(f, begin_view, end_view)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_text_and_cursor, end),
        cmocka_unit_test_teardown(test_looks, end),
        cmocka_unit_test_teardown(test_ascii, end),
        VIEW_TEST(test_keys),
        VIEW_TEST(test_ended),
        VIEW_TEST(test_scroll),
        VIEW_TEST(test_places),
        VIEW_TEST(test_heights),
        VIEW_TEST(test_too_small),
        VIEW_TEST(test_long_question),
        VIEW_TEST(test_end_meanwhile),
        VIEW_TEST(test_filter),
        VIEW_TEST(test_sections_menu),
        VIEW_TEST(test_two_shells),
        VIEW_TEST(test_zoomed),
        VIEW_TEST(test_beside_text),
        VIEW_TEST(test_plans),
    };
    return cmocka_run_group_tests_name("view_shell", tests, NULL, NULL);
}
