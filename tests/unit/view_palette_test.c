/* SPDX-License-Identifier: BSD-2-Clause */
/* view_palette_test: lines of the palette, what completes them, and what commands print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "view/command.h"
#include "view/keys.h"
#include "view/output.h"
#include "view/scene.h"
#include "view_testdata.h"

static const char *const counted[] = {"-c", "--count", NULL};
static const char *const plain[] = {NULL};
static const struct view_verb verbs[] = {
    {"ping", "[-c N] [LAB] A B | --all [LAB]", "Pings", 3, 1, false, true, counted},
    {"plan", "[--lab LAB] [FILE]", "Shows what would be done", 0, 0, true, false, plain},
    {"exec", "[LAB] NODE -- CMD... | --all [LAB] -- CMD...", "Runs", 2, 1, false, true, plain},
    {"logs", "[LAB [NODE]]", "Prints", 2, 0, false, true, plain},
    {"down", "[LAB | FILE | --all]", "Takes it away", 1, 0, false, true, plain},
    {"list", "", "Lists", 0, 0, false, false, plain},
    {"shell", "[LAB] NODE", "Opens a shell", 2, 0, false, true, plain},
    {"view", "[LAB]", "Shows", 1, 0, false, true, plain},
    {0},
};

static struct snap *pair(struct view_data *d)
{
    struct snap *s = snap_new("notes");
    test_node(s, "terminal1");
    test_node(s, "terminal2");
    view_data_init(d, s, 0);
    return s;
}

/* The words with '|' between, or the sentence that refuses them. */
static void becomes(const char *line, const char *uid, enum command_kind kind, const char *want)
{
    struct view_data d;
    struct snap *s = pair(&d);
    struct command c;
    struct err e = ERR_INIT;
    char text[512] = "";
    int r = command_parse(&c, line, verbs, &d, uid, &e);
    for (size_t i = 0; r == 0 && i < c.words; i++) {
        size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s%s", i ? "|" : "", c.word[i]);
    }
    assert_string_equal(r < 0 ? e.text : text, want);
    assert_int_equal(c.kind, kind);
    command_fini(&c);
    view_data_fini(&d);
    snap_free(s);
}

static void the_lab_is_put_in_where_none_is_given(void **state)
{
    (void)state;
    becomes("  ", NULL, COMMAND_NOTHING, "");
    becomes("list", NULL, COMMAND_RUN, "list");
    becomes("ping terminal1 terminal2 -c 3", NULL, COMMAND_RUN,
            "ping|notes|terminal1|terminal2|-c|3");
    becomes("ping -c 3 terminal1 10.0.0.1", NULL, COMMAND_RUN,
            "ping|-c|3|notes|terminal1|10.0.0.1");
    becomes("ping notes terminal1 terminal2", NULL, COMMAND_RUN, "ping|notes|terminal1|terminal2");
    becomes("ping --all", NULL, COMMAND_RUN, "ping|notes|--all");
    becomes("ping --all other", NULL, COMMAND_RUN, "ping|--all|other");
    becomes("exec terminal1 -- ip -a link", NULL, COMMAND_RUN,
            "exec|notes|terminal1|--|ip|-a|link");
    becomes("exec --all -- true", NULL, COMMAND_RUN, "exec|notes|--all|--|true");
    becomes("logs", NULL, COMMAND_RUN, "logs|notes");
    becomes("logs terminal2", NULL, COMMAND_RUN, "logs|notes|terminal2");
    becomes("logs other", NULL, COMMAND_RUN, "logs|other");
    becomes("down", NULL, COMMAND_RUN, "down|notes");
    becomes("down --all", NULL, COMMAND_RUN, "down|--all");
    becomes("plan", NULL, COMMAND_RUN, "plan|--lab|notes");
    becomes("plan --lab=x f.yaml", NULL, COMMAND_RUN, "plan|--lab=x|f.yaml");
    becomes("down", "1000", COMMAND_RUN, "down|--uid|1000|notes");
    becomes("list", "1000", COMMAND_RUN, "list");
}

static void words_are_split_as_a_shell_does(void **state)
{
    (void)state;
    becomes("exec terminal1 -- sh -c 'echo \"a b\"' \"c'd\" e\\ f", NULL, COMMAND_RUN,
            "exec|notes|terminal1|--|sh|-c|echo \"a b\"|c'd|e f");
    becomes("exec terminal1 -- 'a", NULL, COMMAND_NOTHING, "a quote is not closed");
    char many[600] = "list";
    for (size_t i = 0; i < 120; i++)
        strcat(many, " a");
    becomes(many, NULL, COMMAND_NOTHING, "too many words");
}

static void what_needs_a_terminal_is_answered_here(void **state)
{
    (void)state;
    becomes("q", NULL, COMMAND_QUIT, "q");
    becomes("shell terminal2", NULL, COMMAND_SHELL, "terminal2");
    becomes("shell notes terminal2", NULL, COMMAND_SHELL, "terminal2");
    becomes("shell nobody", NULL, COMMAND_NOTHING, "shell: which node of this lab?");
    becomes("view", NULL, COMMAND_NOTHING, "view needs a terminal of its own: this one is in use");
    becomes("pign", NULL, COMMAND_NOTHING, "there is no \"pign\": did you mean \"ping\"?");
    becomes("zzzz", NULL, COMMAND_NOTHING, "there is no \"zzzz\": Tab shows what there is");
}

static void press(struct view_ui *ui, struct view_data *d, const char *keys)
{
    for (; *keys; keys++)
        keys_press(ui, (unsigned char)*keys, d);
}

static void tab_goes_through_what_fits(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = pair(&d);
    ui_init(&ui, TEST_S);
    keys_press(&ui, ':', &d);
    assert_false(ui.prompt.open); /* nothing can be run */
    assert_string_equal(ui.message, "no command can be run from here");
    ui.verbs = verbs;
    press(&ui, &d, ":p\t");
    assert_string_equal(ui.prompt.text, "ping");
    press(&ui, &d, "\t");
    assert_string_equal(ui.prompt.text, "plan");
    press(&ui, &d, "\t te\t");
    assert_string_equal(ui.prompt.text, "ping terminal1");
    press(&ui, &d, "\t");
    assert_string_equal(ui.prompt.text, "ping terminal2");
    press(&ui, &d, " zz\t no\t");
    assert_string_equal(ui.prompt.text, "ping terminal2 zz notes");
    keys_press(&ui, VIEW_CTRL('U'), &d);
    press(&ui, &d, "list");
    assert_int_equal(keys_press(&ui, '\r', &d), WISH_PROMPT);
    assert_string_equal(ui.prompt.text, "list");
    view_data_fini(&d);
    snap_free(s);
}

static void verbs_are_hinted_at(void **state)
{
    (void)state;
    int at[COMMAND_HINTS];
    assert_int_equal(command_hints("", verbs, at), COMMAND_HINTS);
    assert_int_equal(command_hints("p", verbs, at), 2);
    assert_int_equal(at[1], 1);
    assert_int_equal(command_hints("ping a", verbs, at), 1);
    assert_int_equal(at[0], 0);
    assert_int_equal(command_hints("pi a", verbs, at), 0);
    assert_int_equal(command_hints("x", verbs, at), 0);
}

/* --- output ----------------------------------------------------------------------------------- */

static char *shown(const struct output *o, int rows, int cols, int top)
{
    struct canvas c;
    struct buf text = BUF_INIT;
    canvas_init(&c, rows, cols, true);
    output_draw(o, area_all(&c), top);
    canvas_to_text(&c, &text);
    canvas_fini(&c);
    return buf_steal(&text);
}

static void has(const struct output *o, int top, const char *want, bool yes)
{
    char *text = shown(o, 14, 60, top);
    if (!strstr(text, want) == yes)
        fail_msg("%s \"%s\" in\n%s", yes ? "no" : "there is", want, text);
    free(text);
}

static void output_is_clean_and_says_how_it_ended(void **state)
{
    (void)state;
    struct output *o = output_new();
    output_begin(o, "ping a\033[2J b");
    has(o, -1, "it runs", true);
    output_add(o, "one\r\ntw", 7);
    has(o, -1, "tw", true);
    output_add(o, "o\033[31mred\tx\0y\xff\n", 16);
    has(o, -1, "\033", false);
    has(o, -1, "two\\x1b[31mred", true);
    has(o, -1, "\\x00y\\xff", true);
    has(o, -1, "one ", true);
    has(o, -1, "\\x0d", false);
    output_add(o, "end", 3);
    output_end(o, 3);
    has(o, -1, "exit code 3", true);
    has(o, -1, "end", true);
    output_begin(o, "list");
    has(o, -1, "one", false);
    output_free(o);
}

static void output_is_bounded(void **state)
{
    (void)state;
    struct output *o = output_new();
    char line[32], *much = mem_alloc(3000000);
    output_begin(o, "flood");
    for (int i = 0; i < 5000; i++)
        output_add(o, line, (size_t)snprintf(line, sizeof line, "line %d.\n", i));
    assert_int_equal(output_rows(o, 50), OUTPUT_LINES_MAX + 1);
    has(o, 0, "line 3000.", true);
    has(o, 0, "line 2999.", false);
    has(o, -1, "line 4999.", true);
    memset(much, '\xc3', 3000000);
    output_add(o, much, 3000000);
    output_end(o, 0);
    for (size_t i = 0; i < OUTPUT_LINES_MAX; i++)
        assert_true(strlen(o->line[i]) <= 4 * (OUTPUT_LINE_MAX + 4));
    free(much);
    output_free(o);
}

static void its_keys_scroll_and_close_it(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = pair(&d);
    struct output *o = output_new();
    struct canvas c;
    char line[32];
    ui_init(&ui, TEST_S);
    output_begin(o, "list");
    for (int i = 0; i < 100; i++)
        output_add(o, line, (size_t)snprintf(line, sizeof line, "line %d\n", i));
    ui.verbs = verbs;
    ui.output = o;
    ui.output_open = true;
    ui.output_top = -1;
    assert_int_equal(keys_context(&ui), IN_OUTPUT);
    keys_press(&ui, VIEW_KEY_UP, &d);
    assert_int_equal(ui.output_top, 101 - 18 - 1);
    keys_press(&ui, VIEW_KEY_DOWN, &d);
    assert_int_equal(ui.output_top, -1);
    keys_press(&ui, VIEW_KEY_PAGE_UP, &d);
    assert_int_equal(ui.output_top, 101 - 18 - 17);
    keys_press(&ui, VIEW_KEY_HOME, &d);
    assert_int_equal(ui.output_top, 0);
    keys_press(&ui, VIEW_KEY_PAGE_UP, &d);
    assert_int_equal(ui.output_top, 0);
    for (int rows = 6; rows < 30; rows++) /* wherever it is drawn */
        for (int cols = 20; cols < 100; cols += 13) {
            canvas_init(&c, rows, cols, false);
            scene_draw(&d, &ui, &c);
            canvas_fini(&c);
        }
    keys_press(&ui, VIEW_KEY_END, &d);
    assert_int_equal(ui.output_top, -1);
    assert_int_equal(keys_press(&ui, 'x', &d), WISH_INTERRUPT);
    keys_press(&ui, ':', &d);
    assert_int_equal(keys_context(&ui), IN_PROMPT);
    keys_press(&ui, VIEW_KEY_ESCAPE, &d);
    assert_true(ui.output_open);
    keys_press(&ui, VIEW_KEY_ESCAPE, &d);
    assert_false(ui.output_open);
    output_free(o);
    view_data_fini(&d);
    snap_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lab_is_put_in_where_none_is_given),
        cmocka_unit_test(words_are_split_as_a_shell_does),
        cmocka_unit_test(what_needs_a_terminal_is_answered_here),
        cmocka_unit_test(tab_goes_through_what_fits),
        cmocka_unit_test(verbs_are_hinted_at),
        cmocka_unit_test(output_is_clean_and_says_how_it_ended),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(its_keys_scroll_and_close_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
