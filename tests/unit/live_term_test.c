/* SPDX-License-Identifier: BSD-2-Clause */
/* live_term_test: the terminal emulator: what programs print, and what they never should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "term_play.h"

static struct term *t;
static struct buf answer, typed;

static int begin(void **state)
{
    (void)state;
    t = term_new(6, 20, 10);
    return 0;
}

static int end(void **state)
{
    (void)state;
    term_play_check(t);
    term_free(t);
    buf_fini(&answer);
    buf_fini(&typed);
    return 0;
}

static void feed(const char *text)
{
    term_feed(t, text, strlen(text), &answer);
}

/* What is seen in a row, without blanks at its end. */
static const char *row(int at)
{
    static char text[4096];
    char cell[TERM_TEXT_MAX];
    int rows, cols;
    size_t n = 0;
    term_size(t, &rows, &cols);
    for (int col = 0; col < cols; col++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s",
                              term_cell_text(term_cell(t, at, col), cell));
    while (n && text[n - 1] == ' ')
        n--;
    text[n] = '\0';
    return text;
}

static void expect_rows(const char *const *rows)
{
    for (int i = 0; rows[i]; i++)
        assert_string_equal(row(i), rows[i]);
}
#define EXPECT(...) expect_rows((const char *const[]){__VA_ARGS__, NULL})

static void expect_cursor(int want_row, int want_col)
{
    int at_row, at_col;
    term_cursor(t, &at_row, &at_col);
    assert_int_equal(at_row, want_row);
    assert_int_equal(at_col, want_col);
}

static void expect_answer(const char *want)
{
    assert_string_equal(buf_str(&answer), want);
    buf_reset(&answer);
}

static void expect_typed(const char *want)
{
    assert_string_equal(buf_str(&typed), want);
    buf_reset(&typed);
}

static struct term_pen pen(int at_row, int col)
{
    return term_cell(t, at_row, col)->pen;
}

static void expect_pen(int col, int foreground, int background, unsigned attributes)
{
    assert_int_equal(pen(0, col).foreground, foreground);
    assert_int_equal(pen(0, col).background, background);
    assert_int_equal(pen(0, col).attributes, attributes);
}

/* --- text ------------------------------------------------------------------------------------- */

static void test_text(void **state)
{
    (void)state;
    feed("one\r\ntwo\tx\bY\r\nthree\rT");
    EXPECT("one", "two     Y", "Three", "");
    expect_cursor(2, 1);
    feed("\033[2;3Hab\033[5G*\033[3dv\033[1;1H\033[Bd\033[A\033[Cu");
    EXPECT("onu", "dwab*   Y", "Threev");
}

static void test_wrap(void **state)
{
    (void)state;
    feed("12345678901234567890");
    expect_cursor(0, 19); /* still there: a line that is just full does not wrap */
    feed("ab");
    EXPECT("12345678901234567890", "ab");
    feed("\033[?7l\033[3;18Habcdef\033[?7h");
    assert_string_equal(row(2), "                 abf");
}

static void test_scroll(void **state)
{
    (void)state;
    feed("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8");
    EXPECT("3", "4", "5", "6", "7", "8");
    assert_int_equal(term_history(t), 2);
    term_scroll(t, 100);
    assert_int_equal(term_scrolled(t), 2);
    EXPECT("1", "2", "3", "4", "5", "6");
    feed("\r\n9"); /* what is looked at stays */
    EXPECT("1", "2", "3");
    term_scroll(t, -1);
    EXPECT("2", "3");
    term_scroll(t, -100);
    EXPECT("4", "5", "6", "7", "8", "9");
    for (int i = 0; i < 30; i++)
        feed("\r\nx");
    assert_int_equal(term_history(t), 10);
    feed("\033[3J");
    assert_int_equal(term_history(t), 0);
}

static void test_edit(void **state)
{
    (void)state;
    feed("abcdef\r\nline2\r\nline3\033[1;3H\033[2@\033[1;6H\033[P");
    EXPECT("ab  cef", "line2", "line3");
    feed("\033[1;5H\033[Xx");
    feed("\033[2;1H\033[L");
    assert_string_equal(row(1), "");
    assert_string_equal(row(2), "line2");
    feed("\033[M\033[2;5HZ\033[1K");
    EXPECT("ab  xef", "", "line3");
    feed("\033[2;3r\033[3;1H\nX\033[r");
    EXPECT("ab  xef", "line3", "X");
    feed("\033[H\033[4hin\033[4l");
    assert_string_equal(row(0), "inab  xef");
    feed("\033[2J");
    EXPECT("", "", "", "", "", "");
}

static void test_repeat(void **state)
{
    (void)state; /* ncurses draws rules with it under this TERM */
    feed("-\033[9b|");
    assert_string_equal(row(0), "----------|");
    feed("\033[65535b");
    EXPECT("----------||||||||||");
}

static void test_wide(void **state)
{
    (void)state;
    feed("a\344\275\240b");
    assert_string_equal(row(0), "a\344\275\240b");
    assert_int_equal(term_cell(t, 0, 1)->width, 2);
    assert_int_equal(term_cell(t, 0, 2)->width, 0);
    feed("\033[1;3Hx"); /* on its right half: the left one is a blank */
    assert_string_equal(row(0), "a xb");
    feed("\033[2;20H\344\275\240"); /* does not fit: it wraps */
    assert_string_equal(row(2), "\344\275\240");
    feed("\033[4;1He\314\201\314\202\314\203!"); /* two marks in a cell, no more */
    assert_string_equal(row(3), "e\314\201\314\202!");
    feed("\033[5;1H\342\200\256x\342\200\213y\302\205z"); /* what acts is left out */
    assert_string_equal(row(4), "xyz");
}

static void test_invalid(void **state)
{
    (void)state;
    feed("a\200b\303(\355\240\200c\364\220\200\200d\360\237");
    assert_string_equal(row(0), "a\357\277\275b\357\277\275(\357\277\275c\357\277\275d");
    feed("e");
    assert_string_equal(row(0),
                        "a\357\277\275b\357\277\275(\357\277\275c\357\277\275d\357\277\275e");
}

static void test_charset(void **state)
{
    (void)state;
    feed("\033(0lqk\033(Blqk\033)0\016x\017x");
    assert_string_equal(row(0), "\342\224\214\342\224\200\342\224\220lqk\342\224\202x");
}

static void test_tabs(void **state)
{
    (void)state;
    feed("\033[3g\033[1;4H\033H\033[1;1H\tX\033[3;1H\033[Ia\033[Zb");
    EXPECT("   X", "", "   b");
}

/* --- looks ------------------------------------------------------------------------------------ */

static void test_looks(void **state)
{
    (void)state;
    feed("\033[1;4;31;42ma\033[22;24;97mb\033[39;49;7mc\033[md");
    expect_pen(0, 1, 2, TERM_BOLD | TERM_UNDERLINE);
    expect_pen(1, 15, 2, 0);
    expect_pen(2, -1, -1, TERM_INVERSE);
    expect_pen(3, -1, -1, 0);
    feed("\r\033[38;5;208;48;5;17ma\033[38;2;255;0;0mb\033[38:2::0:255:0mc\033[48:2:8:8:8md");
    expect_pen(0, 208, 17, 0);
    expect_pen(1, 196, 17, 0);
    expect_pen(2, 46, 17, 0);
    expect_pen(3, 46, 232, 0);
    feed("\r\033[0;2;3;5;8;9ma\033[4:3mb\033[4:0mc\033[58;5;3;1md");
    expect_pen(0, -1, -1, TERM_DIM | TERM_ITALIC | TERM_BLINK | TERM_HIDDEN | TERM_STRIKE);
    assert_true(pen(0, 1).attributes & TERM_UNDERLINE);
    assert_false(pen(0, 2).attributes & TERM_UNDERLINE);
    assert_true(pen(0, 3).attributes & TERM_BOLD);
}

static void test_erased_colour(void **state)
{
    (void)state; /* back_color_erase, as terminfo says */
    feed("abc\033[44m\r\033[K\033[2;1H\033[3X");
    expect_pen(0, -1, 4, 0);
    expect_pen(19, -1, 4, 0);
    assert_int_equal(pen(1, 2).background, 4);
    assert_int_equal(pen(1, 3).background, -1);
}

/* --- modes ------------------------------------------------------------------------------------ */

static void test_alternate(void **state)
{
    (void)state;
    feed("shell\r\n$ \033[?1049h\033[Hprogram");
    EXPECT("program", "");
    assert_true(term_is_alternate(t));
    feed("\r\n1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7");
    assert_int_equal(term_history(t), 0);
    term_scroll(t, 3);
    assert_int_equal(term_scrolled(t), 0);
    feed("\033[?1049l");
    EXPECT("shell", "$");
    expect_cursor(1, 2);
}

static void test_cursor(void **state)
{
    (void)state;
    int r, c;
    assert_true(term_cursor(t, &r, &c));
    feed("\033[?25l");
    assert_false(term_cursor(t, &r, &c));
    feed("\033[?25h\033[3;4H\0337\033[99;99H");
    expect_cursor(5, 19);
    feed("\0338");
    expect_cursor(2, 3);
    feed("\033[2;5r\033[?6h");
    expect_cursor(1, 0);
    feed("\033[99B");
    expect_cursor(4, 0);
    feed("\033[6n");
    expect_answer("\033[4;1R");
    feed("\033c");
    expect_cursor(0, 0);
}

static void test_answers(void **state)
{
    (void)state;
    feed("\033[c\033[>c\033[5n\033[18t\033[?2004$p\033[?2004h\033[?2004$p\033[?31$p\033[4$p");
    expect_answer("\033[?62;22c\033[>1;10;0c\033[0n\033[8;6;20t\033[?2004;2$y\033[?2004;1$y"
                  "\033[?31;0$y\033[4;2$y");
    for (int i = 0; i < 1000; i++)
        feed("\033[6n\033[6n");
    assert_true(answer.len >= 1000);
    char *many = mem_zalloc(400001, 1);
    for (int i = 0; i < 100000; i++)
        memcpy(many + 4 * i, "\033[6n", 4);
    buf_reset(&answer);
    feed(many);
    assert_true(answer.len <= 4096);
    free(many);
}

static void test_title(void **state)
{
    (void)state;
    feed("\033]0;my \033]2;t\342\200\256itle\007x\033]52;c;c2VjcmV0\007y\033]2;other\033\\z");
    assert_string_equal(term_title(t), "other");
    assert_string_equal(row(0), "xyz");
    feed("\033]2;a\xe2\x80\xae");
    feed("b\007");
    assert_string_equal(term_title(t), "a\\xe2\\x80\\xaeb");
    assert_false(term_take_bell(t));
    feed("\007");
    assert_true(term_take_bell(t));
    assert_false(term_take_bell(t));
}

/* --- size ------------------------------------------------------------------------------------- */

static void test_resize(void **state)
{
    (void)state;
    feed("1\r\n2\r\n3\r\n4\r\n5\r\n6\033[6;2H");
    term_resize(t, 3, 20);
    EXPECT("4", "5", "6");
    expect_cursor(2, 1);
    assert_int_equal(term_history(t), 3);
    term_resize(t, 5, 20);
    EXPECT("2", "3", "4", "5", "6");
    expect_cursor(4, 1);
    feed("\033[2J\033[Hlong line of text\r\n");
    term_resize(t, 5, 6);
    EXPECT("long l", "");
    term_resize(t, 5, 30); /* what was cut off is still there */
    EXPECT("long line of text", "");
    term_resize(t, 5, 6);
    feed("\033[H\033[K");
    term_resize(t, 5, 30);
    EXPECT("", "");
    term_resize(t, 2, 30); /* blank lines below the cursor go first */
    assert_int_equal(term_history(t), 1);
    for (int n = -1; n < 5; n++) {
        term_resize(t, n, n);
        feed("\344\275\240\344\275\240ab\344\275\240\033[H\344\275\240");
        term_play_check(t);
    }
    term_resize(t, 6, 20);
}

static void test_resize_alternate(void **state)
{
    (void)state;
    feed("1\r\n2\r\n3\r\n4\r\n5\r\n6");
    feed("\033[?1049h\033[Hvi");
    term_resize(t, 4, 30);
    EXPECT("vi", "", "", "");
    feed("\033[?1049l");
    EXPECT("3", "4", "5", "6");
    expect_cursor(3, 1);
}

/* --- input ------------------------------------------------------------------------------------ */

static void test_keys(void **state)
{
    (void)state;
    term_key(t, 'a', 0, &typed);
    term_key(t, 0x4f60, 0, &typed);
    term_key(t, 'x', TERM_ALT, &typed);
    expect_typed("a\344\275\240\033x");
    term_key(t, TERM_KEY_UP, 0, &typed);
    term_key(t, TERM_KEY_HOME, 0, &typed);
    term_key(t, TERM_KEY_LEFT, TERM_CONTROL, &typed);
    term_key(t, TERM_KEY_DELETE, 0, &typed);
    term_key(t, TERM_KEY_PAGE_UP, TERM_SHIFT, &typed);
    expect_typed("\033[A\033[H\033[1;5D\033[3~\033[5;2~");
    feed("\033[?1h");
    term_key(t, TERM_KEY_UP, 0, &typed);
    term_key(t, TERM_KEY_END, 0, &typed);
    expect_typed("\033OA\033OF");
    term_key(t, TERM_KEY_F1, 0, &typed);
    term_key(t, TERM_KEY_F1 + 11, 0, &typed);
    term_key(t, TERM_KEY_F1 + 12, 0, &typed);
    term_key(t, TERM_KEY_F1 + 28, 0, &typed);
    term_key(t, TERM_KEY_BACKTAB, 0, &typed);
    expect_typed("\033OP\033[24~\033[1;2P\033[15;5~\033[Z");
    term_key(t, 0xd800, 0, &typed);
    term_key(t, -1, 0, &typed);
    term_key(t, TERM_KEY_F63 + 1, 0, &typed);
    expect_typed("");
}

static void test_paste(void **state)
{
    (void)state;
    const char text[] = "one\r\ntwo\nthree\033[201~rm";
    term_paste(t, text, strlen(text), &typed);
    expect_typed("one\rtwo\rthree\033[201~rm");
    feed("\033[?2004h");
    term_paste(t, text, strlen(text), &typed);
    expect_typed("\033[200~one\rtwo\rthree[201~rm\033[201~");
}

static void mouse(enum term_mouse_what what, enum term_button button, unsigned modifiers)
{
    const struct term_mouse m = {what, button, modifiers, 2, 4};
    term_mouse(t, &m, &typed);
}

static void test_mouse(void **state)
{
    (void)state;
    mouse(TERM_MOUSE_PRESS, TERM_BUTTON_LEFT, 0);
    term_focus(t, true, &typed);
    expect_typed("");
    assert_false(term_wants_mouse(t));
    feed("\033[?1000h\033[?1004h");
    mouse(TERM_MOUSE_PRESS, TERM_BUTTON_RIGHT, TERM_CONTROL);
    mouse(TERM_MOUSE_MOVE, TERM_BUTTON_LEFT, 0);
    mouse(TERM_MOUSE_RELEASE, TERM_BUTTON_RIGHT, 0);
    term_focus(t, false, &typed);
    expect_typed("\033[M2%#\033[M#%#\033[O");
    feed("\033[?1002;1006h");
    mouse(TERM_MOUSE_MOVE, TERM_BUTTON_LEFT, 0);
    mouse(TERM_MOUSE_RELEASE, TERM_BUTTON_LEFT, 0);
    mouse(TERM_MOUSE_RELEASE, TERM_WHEEL_UP, 0);
    mouse(TERM_MOUSE_PRESS, TERM_WHEEL_DOWN, 0);
    mouse(TERM_MOUSE_MOVE, TERM_BUTTON_NONE, 0);
    expect_typed("\033[<32;5;3M\033[<0;5;3m\033[<65;5;3M");
    feed("\033[?1002l");
    assert_false(term_wants_mouse(t));
}

/* --- hostile output --------------------------------------------------------------------------- */

static void test_parameters(void **state)
{
    (void)state; /* sixteen of them end libvterm 0.1.4 */
    feed("\033[;;;;;;;;;;;;;;;;ma\033[1;2;3;4;5;6;7;8;9;0;1;2;3;4;5;6;7;8;9;0;1;2;3;4;5;6;7;8;9;0;"
         "1;2;"
         "3;4;5;6;7mb\033[99999999999999999999999Cc\033[-5Ad\033[4294967297;2147483648He");
    assert_string_equal(row(0), "ab                 c");
    expect_cursor(5, 19);
    feed("\033[3\030x\033[\033[2;1Hy\033[1 qz\033[!!pu\033[>4;2mv\033[?1;2cw");
    assert_string_equal(row(1), "yzuvw");
}

static void test_long_strings(void **state)
{
    (void)state;
    enum { CHUNK = 100000, CHUNKS = 100 };
    char *many = mem_zalloc(CHUNK + 1, 1);
    static const char *const begin_with[] = {"\033]2;", "\033P", "\033_", "\033X",
                                             "\033^",   "\033[", ""};
    memset(many, '1', CHUNK);
    for (size_t i = 0; i < ARRAY_LEN(begin_with); i++) {
        feed(begin_with[i]);
        for (int k = 0; k < CHUNKS / 7; k++)
            feed(many);
        feed("\033\\\033[m");
    }
    for (int k = 0; k < CHUNKS; k++) /* 10 MB without a newline */
        feed(many);
    for (size_t i = 0; i + 1 < CHUNK; i += 2)
        memcpy(many + i, "\314\201", 2);
    for (int k = 0; k < 10; k++) /* half a million marks, one cell */
        feed(many);
    assert_int_equal(term_history(t), 10);
    assert_true(strlen(term_title(t)) < TERM_TITLE_MAX);
    free(many);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    return *seed ^= *seed << 5;
}

/* The target of `make fuzz` without libFuzzer: pieces that mean something, and bytes that do not.
 */
static void test_mutations(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "\033[",     "\033[?1049h", "\033[?1049l", "\033[?6h",    "\033[?7l",     "\033[4h",
        "\033[2;5r", "\033[9L",     "\033[9M",     "\033[3@",     "\033[3P",      "\033[9X",
        "\033[9S",   "\033[9T",     "\033[9b",     "\033[1K",     "\033[K",       "\033[1J",
        "\033[J",    "\033[44m",    "\033[m",      "\033#8",      "\033c",        "\0337",
        "\0338",     "\033M",       "\033[!p",     "\033(0",      "\344\275\240", "\314\201",
        "\r\n",      "\n\n\n",      "\t",          "\033[5;5H",   "abcdefgh",     "\033]2;x",
        "\007",      "\033[3g",     "\033H",       "\033[9I",     "\033[9Z",      "\377\004",
        "\377\001",  "\377\002",    "\033[?1003h", "\033[?1006h", "\033[?2004h",  "\033[3J",
        ";",
    };
    uint32_t seed = 20261126;
    struct buf script = BUF_INIT;
    for (int i = 0; i < 4000; i++) {
        buf_reset(&script);
        for (int k = 0; k < 60; k++) {
            uint32_t r = next_random(&seed);
            if (r % 4)
                buf_adds(&script, pieces[(r >> 3) % ARRAY_LEN(pieces)]);
            else
                buf_addc(&script, (char)(r >> 8));
        }
        term_play((const uint8_t *)script.data, script.len);
    }
    buf_fini(&script);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_text),
        TEST(test_wrap),
        TEST(test_scroll),
        TEST(test_edit),
        TEST(test_repeat),
        TEST(test_wide),
        TEST(test_invalid),
        TEST(test_charset),
        TEST(test_tabs),
        TEST(test_looks),
        TEST(test_erased_colour),
        TEST(test_alternate),
        TEST(test_cursor),
        TEST(test_answers),
        TEST(test_title),
        TEST(test_resize),
        TEST(test_resize_alternate),
        TEST(test_keys),
        TEST(test_paste),
        TEST(test_mouse),
        TEST(test_parameters),
        TEST(test_long_strings),
        TEST(test_mutations),
    };
    return cmocka_run_group_tests_name("live_term", tests, NULL, NULL);
}
