/* SPDX-License-Identifier: BSD-2-Clause */
/* view_keyinput_test: pastes and reports of the mouse in parts, whole, cut off and too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "view/keyinput.h"
#include "view/keys.h"

#define MS (1000LL * 1000)

static struct keyinput k;

static int take(enum keyinput_part part, int key)
{
    return keyinput_take(&k, part, key, 0);
}

static void type(const char *text)
{
    for (; *text; text++)
        assert_int_equal(take(KEYINPUT_CHARACTER, *text), SCREEN_KEY_NONE);
}

static int end(void **state)
{
    (void)state;
    keyinput_fini(&k);
    return 0;
}

static void expect_keys_are_keys(void)
{
    assert_int_equal(keyinput_due_ns(&k), 0);
    assert_int_equal(take(KEYINPUT_CHARACTER, 2), 2);
    assert_int_equal(take(KEYINPUT_KEY, VIEW_KEY_UP), VIEW_KEY_UP);
    assert_int_equal(take(KEYINPUT_CHARACTER, 'M'), 'M');
}

static void test_paste(void **state)
{
    (void)state;
    expect_keys_are_keys();
    assert_int_equal(take(KEYINPUT_PASTE, 0), SCREEN_KEY_NONE);
    type("a\r\033b");
    assert_int_equal(take(KEYINPUT_KEY, VIEW_KEY_UP), SCREEN_KEY_NONE); /* is no character */
    assert_int_equal(take(KEYINPUT_MOUSE, 0), SCREEN_KEY_NONE);
    type("1;2;3M");
    assert_int_equal(take(KEYINPUT_PASTE_END, 0), SCREEN_KEY_PASTE);
    assert_string_equal(buf_str(&k.paste), "a\r\033b1;2;3M");
    expect_keys_are_keys();
    assert_int_equal(take(KEYINPUT_PASTE_END, 0), SCREEN_KEY_NONE); /* of nothing */
}

static void test_paste_without_end(void **state)
{
    (void)state;
    keyinput_take(&k, KEYINPUT_PASTE, 0, 1000 * MS);
    assert_true(keyinput_due_ns(&k) == 1500 * MS);
    keyinput_take(&k, KEYINPUT_CHARACTER, 'x', 1400 * MS);
    assert_int_equal(keyinput_idle(&k, 1899 * MS), SCREEN_KEY_NONE);
    assert_true(keyinput_due_ns(&k) == 1900 * MS);
    assert_int_equal(keyinput_idle(&k, 1900 * MS), SCREEN_KEY_PASTE);
    assert_string_equal(buf_str(&k.paste), "x");
    expect_keys_are_keys();
    assert_int_equal(keyinput_idle(&k, 9000 * MS), SCREEN_KEY_NONE); /* once */
}

/* Whole or not at all. */
static void test_paste_too_long(void **state)
{
    (void)state;
    take(KEYINPUT_PASTE, 0);
    for (size_t i = 0; i < KEYINPUT_PASTE_MAX; i++)
        keyinput_take(&k, KEYINPUT_CHARACTER, 'x', 0);
    assert_int_equal(k.paste.len, KEYINPUT_PASTE_MAX);
    type("y");
    type("reboot\r");
    assert_int_equal(take(KEYINPUT_PASTE_END, 0), SCREEN_KEY_TOO_LONG);
    assert_int_equal(k.paste.len, 0);
    expect_keys_are_keys();
    take(KEYINPUT_PASTE, 0);
    type("z");
    assert_int_equal(take(KEYINPUT_PASTE_END, 0), SCREEN_KEY_PASTE);
    assert_string_equal(buf_str(&k.paste), "z");
}

static void test_mouse(void **state)
{
    (void)state;
    assert_int_equal(take(KEYINPUT_MOUSE, 0), SCREEN_KEY_NONE);
    type("18;300;5");
    assert_int_equal(take(KEYINPUT_CHARACTER, 'm'), SCREEN_KEY_MOUSE);
    assert_int_equal(k.mouse.what, TERM_MOUSE_RELEASE);
    assert_int_equal(k.mouse.button, TERM_BUTTON_RIGHT);
    assert_int_equal(k.mouse.modifiers, TERM_CONTROL);
    assert_int_equal(k.mouse.col, 299);
    assert_int_equal(k.mouse.row, 4);
    static const char *const bad[] = {
        "", ";;", "1;2", "0;0;1", "128;1;1", "66;1;1", "0;99999999999;1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        take(KEYINPUT_MOUSE, 0);
        type(bad[i]);
        assert_int_equal(take(KEYINPUT_CHARACTER, 'M'), SCREEN_KEY_NONE);
        expect_keys_are_keys();
    }
}

static void test_mouse_cut_off(void **state)
{
    (void)state;
    take(KEYINPUT_MOUSE, 0);
    type("1;2");
    assert_int_equal(take(KEYINPUT_KEY, VIEW_KEY_UP), VIEW_KEY_UP);
    expect_keys_are_keys();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_paste, end),
        cmocka_unit_test_teardown(test_paste_without_end, end),
        cmocka_unit_test_teardown(test_paste_too_long, end),
        cmocka_unit_test_teardown(test_mouse, end),
        cmocka_unit_test_teardown(test_mouse_cut_off, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
