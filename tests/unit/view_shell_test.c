/* SPDX-License-Identifier: BSD-2-Clause */
/* view_shell_test: a terminal on a canvas: characters, looks, the cursor, edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "view/shellview.h"
#include "view/theme.h"

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
    shellview_draw(t, area_part(area_all(&c), 1, 2, 2, 3), true); /* a smaller area cuts it off */
    expect("\n  one\n  \344\275\240e\314\201\n\n\n\n");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_text_and_cursor, end),
        cmocka_unit_test_teardown(test_looks, end),
        cmocka_unit_test_teardown(test_ascii, end),
    };
    return cmocka_run_group_tests_name("view_shell", tests, NULL, NULL);
}
