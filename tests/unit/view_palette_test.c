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
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "view/command.h"
#include "view/keys.h"
#include "view/output.h"
#include "view/paths.h"
#include "view/scene.h"
#include "view_testdata.h"

static const char *const themes[] = {"dark", "light", NULL};
static const struct view_option counted[] = {{"--count", 'c', "N", NULL},
                                             {"--theme", 0, "NAME", themes},
                                             {"--log", 0, "FILE", NULL},
                                             {"--all", 0, NULL, NULL},
                                             {0}};
static const struct view_option of_plan[] = {{"--lab", 0, "LAB", NULL}, {0}};
static const struct view_option of_redeploy[] = {{"--name", 0, "NAME", NULL}, {0}};
static const struct view_option none[] = {{0}};
static const struct view_verb verbs[] = {
    {"ping", "[-c N] [LAB] A B | --all [LAB]", "Pings", 3, 1, false, true, COMMAND_NODES, counted},
    {"plan", "[--lab LAB] [FILE]", "Shows what would be done", 0, 0, true, false, COMMAND_FILES,
     of_plan},
    {"exec", "[LAB] NODE -- CMD... | --all [LAB] -- CMD...", "Runs", 2, 1, false, true,
     COMMAND_NODES, none},
    {"redeploy", "[--name NAME] [FILE]", "Anew", 0, 0, false, false, COMMAND_FILES, of_redeploy},
    {"export", "sh [FILE]", "Writes", 0, 0, false, false, COMMAND_FILES, none},
    {"logs", "[LAB [NODE]]", "Prints", 2, 0, false, true, COMMAND_NODES, none},
    {"down", "[LAB | FILE | --all]", "Takes it away", 1, 0, false, true, COMMAND_FILES, none},
    {"list", "", "Lists", 0, 0, false, false, 0, none},
    {"shell", "[LAB] NODE", "Opens a shell", 2, 0, false, true, COMMAND_NODES, none},
    {"view", "[LAB]", "Shows", 1, 0, false, true, 0, none},
    {"help", "[VERB]", "Helps", 0, 0, false, false, COMMAND_VERBS, none},
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
static bool has_file;

static void becomes(const char *line, const char *uid, enum command_kind kind, const char *want)
{
    struct view_data d;
    struct snap *s = pair(&d);
    struct command c;
    struct err e = ERR_INIT;
    char text[512] = "";
    const struct command_lab lab = {uid, has_file ? "/x/f.yaml" : NULL};
    int r = command_parse(&c, line, verbs, &d, &lab, &e);
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

static void the_file_of_the_lab_is_put_in_where_none_is_given(void **state)
{
    (void)state;
    has_file = true;
    becomes("plan", NULL, COMMAND_RUN, "plan|--lab|notes|/x/f.yaml");
    becomes("plan other.yaml", NULL, COMMAND_RUN, "plan|--lab|notes|other.yaml");
    becomes("redeploy", NULL, COMMAND_RUN, "redeploy|--name|notes|/x/f.yaml");
    becomes("redeploy --name=b", NULL, COMMAND_RUN, "redeploy|--name=b|/x/f.yaml");
    becomes("export sh", NULL, COMMAND_RUN, "export|sh|/x/f.yaml");
    becomes("export sh a.yaml", NULL, COMMAND_RUN, "export|sh|a.yaml");
    becomes("down", NULL, COMMAND_RUN, "down|notes");
    becomes("list", NULL, COMMAND_RUN, "list");
    has_file = false;
}

static void a_missing_node_is_told_with_the_usage(void **state)
{
    (void)state;
    static const char usage[] = "usage: ping [-c N] [LAB] A B | --all [LAB]";
    becomes("ping", NULL, COMMAND_NOTHING, usage);
    becomes("ping terminal1", NULL, COMMAND_NOTHING, usage);
    becomes("ping -c 3 notes terminal1", NULL, COMMAND_NOTHING, usage);
    becomes("exec -- true", NULL, COMMAND_NOTHING,
            "usage: exec [LAB] NODE -- CMD... | --all [LAB] -- CMD...");
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

/* A directory with two files in it, and two files beside it. */
static char **some_files(const char *stem)
{
    static const char *const top[] = {"a.yaml", "labs/", "lan.yaml", NULL}, *const labs[] = {
                                                                                "labs/one.yaml",
                                                                                "labs/two.yaml",
                                                                                NULL};
    const char *const *from = strchr(stem, '/') ? labs : top;
    char **list = mem_zalloc(4, sizeof *list);
    for (size_t i = 0, n = 0; from[i]; i++)
        if (strncmp(from[i], stem, strlen(stem)) == 0)
            list[n++] = mem_strdup(from[i]);
    return list;
}

/* What may stand at the end of the line, with blanks between. */
static void may_be(const char *line, const char *want)
{
    struct view_data d;
    struct snap *s = pair(&d);
    char **words = command_words(line, verbs, &d, some_files), text[512] = "";
    for (size_t i = 0; words[i]; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", words[i]);
    assert_string_equal(text, want);
    command_words_free(words);
    view_data_fini(&d);
    snap_free(s);
}

static void what_may_stand_there(void **state)
{
    (void)state;
    may_be("", "ping plan exec redeploy export logs down list shell view help");
    may_be("  pi", "ping plan exec redeploy export logs down list shell view help");
    may_be("ping ", "terminal1 terminal2 notes");
    may_be("ping a -", "--count --theme --log --all");
    may_be("ping --co", "--count --theme --log --all");
    may_be("ping -c ", ""); /* a number */
    may_be("ping -c 3 ", "terminal1 terminal2 notes");
    may_be("ping --theme ", "dark light");
    may_be("ping --theme=", "--theme=dark --theme=light");
    may_be("ping --log ", "a.yaml labs/ lan.yaml");
    may_be("ping --log=labs/t", "--log=labs/two.yaml");
    may_be("ping --all=", "");                             /* takes none */
    may_be("ping --nope=", "");                            /* is none */
    may_be("ping --log -- ", "terminal1 terminal2 notes"); /* its value is "--" */
    may_be("plan ", "a.yaml labs/ lan.yaml");
    may_be("plan la", "labs/ lan.yaml");
    may_be("plan --lab ", "notes");
    may_be("down ", "notes a.yaml labs/ lan.yaml");
    may_be("list ", "");
    may_be("help p", "ping plan exec redeploy export logs down list shell view help");
    may_be("exec terminal1 -- ping -", "terminal1 terminal2 notes"); /* not our options */
    may_be("nothing ", "terminal1 terminal2 notes");
    may_be("exec 'a ", "");
    char **words = command_words("plan ", verbs, NULL, NULL);
    assert_null(words[0]);
    command_words_free(words);
}

static void tab_goes_into_directories(void **state)
{
    (void)state;
    struct view_data d;
    struct view_ui ui;
    struct snap *s = pair(&d);
    ui_init(&ui, TEST_S);
    ui.verbs = verbs;
    ui.files = some_files;
    press(&ui, &d, ":plan la\t");
    assert_string_equal(ui.prompt.text, "plan labs/");
    press(&ui, &d, "\t"); /* the other one that begins with "la" */
    assert_string_equal(ui.prompt.text, "plan lan.yaml");
    keys_press(&ui, VIEW_CTRL('W'), &d);
    press(&ui, &d, "lab\t");
    assert_string_equal(ui.prompt.text, "plan labs/");
    press(&ui, &d, "\t"); /* there is no other one */
    assert_string_equal(ui.prompt.text, "plan labs/one.yaml");
    press(&ui, &d, "\t");
    assert_string_equal(ui.prompt.text, "plan labs/two.yaml");
    press(&ui, &d, "\t");
    assert_string_equal(ui.prompt.text, "plan labs/one.yaml");
    keys_press(&ui, VIEW_CTRL('U'), &d);
    press(&ui, &d, "ping --co\t 3");
    assert_string_equal(ui.prompt.text, "ping --count 3");
    view_data_fini(&d);
    snap_free(s);
}

static void touch(const char *dir, const char *name)
{
    _cleanup_free_ char *path = mem_printf("%s/%s", dir, name);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
}

static void files_of(const char *dir, const char *stem, const char *want)
{
    _cleanup_free_ char *whole = mem_printf("%s/%s", dir, stem);
    char **list = paths_list(whole), text[512] = "";
    for (size_t i = 0; list[i]; i++) {
        assert_memory_equal(list[i], dir, strlen(dir));
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "",
                 list[i] + strlen(dir) + 1);
    }
    assert_string_equal(text, want);
    command_words_free(list);
}

static void files_are_listed(void **state)
{
    (void)state;
    char top[] = "/tmp/vethlab-paths-XXXXXX", here[4096];
    static const char *const names[] = {"b.yaml",   "a.yaml",     ".hidden", "with blank",
                                        "quote\'s", "esc\x1b[2J", "labs/in"};
    assert_non_null(mkdtemp(top));
    _cleanup_free_ char *labs = mem_printf("%s/labs", top), *link = mem_printf("%s/link", top);
    assert_int_equal(mkdir(labs, 0700), 0);
    assert_int_equal(symlink("labs", link), 0);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        touch(top, names[i]);
    files_of(top, "", "a.yaml b.yaml labs/ link/");
    files_of(top, "b", "b.yaml");
    files_of(top, ".", ".hidden");
    files_of(top, "labs/", "labs/in");
    files_of(top, "link/i", "link/in");
    files_of(top, "none/", "");
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(top), 0);
    char **list = paths_list("lab");
    assert_string_equal(list[0], "labs/");
    assert_null(list[1]);
    command_words_free(list);
    assert_int_equal(chdir(here), 0);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        _cleanup_free_ char *path = mem_printf("%s/%s", top, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(unlink(link), 0);
    assert_int_equal(rmdir(labs), 0);
    assert_int_equal(rmdir(top), 0);
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
    int all = 0;
    while (verbs[all].name)
        all++;
    assert_int_equal(command_more("", verbs), all);
    assert_int_equal(command_more("p", verbs), 2);
    assert_int_equal(command_more("ping a", verbs), 1);
    assert_int_equal(command_more("pi a", verbs), 0);
}

/* --- output ----------------------------------------------------------------------------------- */

static int side; /* columns that are moved away */

static char *shown(const struct output *o, int rows, int cols, int top)
{
    struct canvas c;
    struct buf text = BUF_INIT;
    canvas_init(&c, rows, cols, true);
    output_draw(o, area_all(&c), top, side);
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

static void tables_are_not_folded(void **state)
{
    (void)state;
    struct output *o = output_new();
    static const char text[] =
        "NODE      LINK      STATE     ADDRESS                        PEER            LAST-COLUMN\n"
        "a sentence that is too long for the box is folded where a blank is, as here\n";
    output_begin(o, "show");
    output_add(o, text, sizeof text - 1);
    output_end(o, 0);
    assert_int_equal(output_rows(o, 54), 1 + 2 + 1);
    assert_int_equal(output_width(o), 88);
    has(o, 0, "LAST", false);
    has(o, 0, "NODE      LINK", true);
    has(o, 0, "box is \n", false);
    has(o, 0, "where", true);
    side = 40;
    has(o, 0, "LAST-COLUMN", true);
    has(o, 0, "NODE", false);
    has(o, 0, "a sentence that", true);
    side = 0;
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
        cmocka_unit_test(the_file_of_the_lab_is_put_in_where_none_is_given),
        cmocka_unit_test(a_missing_node_is_told_with_the_usage),
        cmocka_unit_test(words_are_split_as_a_shell_does),
        cmocka_unit_test(what_needs_a_terminal_is_answered_here),
        cmocka_unit_test(tab_goes_through_what_fits),
        cmocka_unit_test(what_may_stand_there),
        cmocka_unit_test(tab_goes_into_directories),
        cmocka_unit_test(files_are_listed),
        cmocka_unit_test(verbs_are_hinted_at),
        cmocka_unit_test(output_is_clean_and_says_how_it_ended),
        cmocka_unit_test(tables_are_not_folded),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(its_keys_scroll_and_close_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
