/* SPDX-License-Identifier: BSD-2-Clause */
/* view_step_test: the step bar of `run --step`, alone and in whole screens (tests/golden/view; to
 * write these anew see view_scene_test.c), and what keys mean meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/format.h"
#include "plan/plan.h"
#include "view/keys.h"
#include "view/scene.h"
#include "view/step.h"
#include "view_golden.h"
#include "view_testdata.h"

#define LAB                                                                                        \
    "name: demo\n"                                                                                 \
    "nodes:\n"                                                                                     \
    "  terminal1:\n"                                                                               \
    "  terminal2:\n"                                                                               \
    "    exec: [\"printf 'a\\tb' | while read -r line; do echo \\\"$line\\\"; done; sleep 1; "     \
    "exit 1\"]\n"                                                                                  \
    "links:\n"                                                                                     \
    "  - endpoints: [terminal1:ve2, terminal2:ve1]\n"

struct lab {
    struct topo *topo;
    struct ops ops;
    struct teach_steps steps;
    struct view_step_words *words;
    struct snap *snap;
    struct view_data d;
    struct view_ui ui;
    struct view_step step;
    struct ui_bar bar;
};

/* A command of several lines, the last of which is long. */
#define LINES                                                                                      \
    "name: demo\n"                                                                                 \
    "nodes:\n"                                                                                     \
    "  terminal1:\n"                                                                               \
    "  terminal2:\n"                                                                               \
    "    exec: [\"for i in 1 2\\ndo\\n    echo $i\\ndone >/a/file/whose/path/is/so/long/that/it/"  \
    "does/not/stand/in/one/line/of/80/columns\\n\"]\n"

static void begin_with(struct lab *l, const char *file)
{
    struct faults f;
    *l = (struct lab){0};
    faults_init(&f);
    l->topo = format_parse(file, strlen(file), &f);
    assert_int_equal(f.errors, 0);
    faults_fini(&f);
    plan_build(l->topo, &l->ops);
    teach_steps_of(&l->ops, &l->steps);
    l->words = mem_zalloc(l->steps.count, sizeof *l->words);
    for (size_t i = 0; i < l->steps.count; i++)
        step_words_init(&l->words[i], l->topo, &l->ops.item[l->steps.item[i].first]);
    l->snap = snap_new("demo");
    test_node(l->snap, "terminal1");
    snap_add_node(l->snap, "terminal2")->gone = true;
    view_data_init(&l->d, l->snap, 0);
    l->d.now_ns = 100 * TEST_S;
    l->d.node[1].absent = true;
    ui_init(&l->ui, TEST_S);
    l->ui.stepping = true;
    l->bar = (struct ui_bar){6, step_bar_draw, &l->step};
    l->ui.bar = &l->bar;
}

static void begin(struct lab *l)
{
    begin_with(l, LAB);
}

static void end(struct lab *l)
{
    for (size_t i = 0; i < l->steps.count; i++)
        step_words_fini(&l->words[i]);
    free(l->words);
    teach_steps_fini(&l->steps);
    ops_fini(&l->ops);
    topo_free(l->topo);
    view_data_fini(&l->d);
    snap_free(l->snap);
}

static void show(struct lab *l, enum op_kind kind, enum view_step_state state)
{
    size_t at = 0;
    while (at < l->steps.count && l->ops.item[l->steps.item[at].first].kind != kind)
        at++;
    l->step = (struct view_step){.number = at + 1, .of = l->steps.count, .state = state};
    l->step.words = at < l->steps.count ? &l->words[at] : NULL;
}

static void check_screen(struct lab *l, const char *name, int rows, int cols, bool ascii)
{
    struct canvas c;
    _cleanup_buf_ struct buf text = BUF_INIT;
    l->ui.rows = rows;
    l->ui.cols = cols;
    canvas_init(&c, rows, cols, ascii);
    scene_draw(&l->d, &l->ui, &c);
    canvas_to_text(&c, &text);
    canvas_fini(&c);
    golden_compare(name, &text);
}

static void screens_are_as_they_were_read(void **state)
{
    struct lab l;
    (void)state;
    begin(&l);
    show(&l, OP_LINK_ADD, STEP_NEXT);
    check_screen(&l, "step-next-80x24", 24, 80, false);
    l.step.running = true;
    check_screen(&l, "step-running-80x30-ascii", 30, 80, true);
    show(&l, OP_EXEC, STEP_FAILED);
    l.step.error = "demo.lab.yaml:5: node terminal2: \"it\" ended with exit code 1";
    l.step.may_skip = true;
    check_screen(&l, "step-failed-80x24", 24, 80, false);
    show(&l, OP_KIND_COUNT, STEP_NEXT);
    l.d.node[1].absent = false;
    check_screen(&l, "step-done-80x24", 24, 80, false);
    end(&l);
    begin_with(&l, LINES);
    show(&l, OP_EXEC, STEP_NEXT);
    l.bar.rows = step_bar_rows(l.step.words, 80, false);
    assert_int_equal(l.bar.rows, 1 + 5 + 1); /* its own line, the command's, the sentence */
    check_screen(&l, "step-lines-80x24", 24, 80, false);
    end(&l);
}

/* A bar that is too low: the command is whole as long as can be, and nothing runs over. */
static void the_sentence_gives_way_first(void **state)
{
    struct lab l;
    (void)state;
    begin(&l);
    show(&l, OP_LINK_ADD, STEP_NEXT);
    l.bar.rows = 5;
    check_screen(&l, "step-bar-5", 24, 80, false);
    l.bar.rows = 3;
    check_screen(&l, "step-bar-3", 16, 60, false);
    end(&l);
}

static void rows_are_what_is_drawn(void **state)
{
    struct lab l;
    (void)state;
    begin(&l);
    for (size_t i = 0; i < l.steps.count; i++)
        for (int cols = 20; cols <= 160; cols++) {
            struct canvas c;
            int rows = step_bar_rows(&l.words[i], cols, false), seen = 0;
            struct view_step s = {.words = &l.words[i], .number = i + 1, .of = l.steps.count};
            canvas_init(&c, rows + 5, cols, false);
            step_bar_draw(area_all(&c), &s);
            for (int row = 0; row < c.rows; row++)
                for (int col = 0; col < cols; col++) {
                    const struct canvas_cell *cell = canvas_at(&c, row, col);
                    seen = cell->text[0] != ' ' && cell->text[0] ? row + 1 : seen;
                    assert_int_not_equal(strcmp(cell->text, canvas_glyph(&c, GLYPH_MORE)), 0);
                }
            assert_int_equal(seen, rows);
            canvas_fini(&c);
        }
    end(&l);
}

/* The lab is not as the file says where a command has failed. */
static void the_end_tells_what_was_passed_over(void **state)
{
    struct view_step s = {.of = 3};
    (void)state;
    for (size_t skipped = 0; skipped <= 2; skipped++) {
        struct canvas c;
        _cleanup_buf_ struct buf text = BUF_INIT;
        s.skipped = skipped;
        canvas_init(&c, 3, 100, false);
        step_bar_draw(area_all(&c), &s);
        canvas_to_text(&c, &text);
        canvas_fini(&c);
        assert_int_equal(strstr(buf_str(&text), "as the file says.") != NULL, skipped == 0);
        assert_int_equal(strstr(buf_str(&text), "1 command that failed and was") != NULL,
                         skipped == 1);
        assert_int_equal(strstr(buf_str(&text), "2 commands that failed and were") != NULL,
                         skipped == 2);
    }
}

static void its_keys_come_first(void **state)
{
    struct lab l;
    (void)state;
    begin(&l);
    assert_int_equal(keys_press(&l.ui, ' ', &l.d), WISH_STEP_DO);
    assert_int_equal(keys_press(&l.ui, VIEW_KEY_RIGHT, &l.d), WISH_STEP_DO);
    assert_int_equal(keys_press(&l.ui, VIEW_KEY_LEFT, &l.d), WISH_STEP_UNDO);
    assert_int_equal(keys_press(&l.ui, '\r', &l.d), WISH_STEP_ALL);
    assert_false(l.ui.paused);
    assert_int_equal(keys_press(&l.ui, VIEW_KEY_TAB, &l.d), WISH_NOTHING);
    assert_int_equal(l.ui.node, 1);
    assert_int_equal(keys_press(&l.ui, '1', &l.d), WISH_NOTHING);
    assert_int_equal(l.ui.node, 0);
    assert_int_equal(keys_press(&l.ui, 'q', &l.d), WISH_QUIT);
    keys_press(&l.ui, '/', &l.d); /* a line that is typed has all keys */
    assert_int_equal(keys_press(&l.ui, ' ', &l.d), WISH_NOTHING);
    assert_int_equal(keys_press(&l.ui, VIEW_KEY_LEFT, &l.d), WISH_NOTHING);
    keys_press(&l.ui, VIEW_KEY_ESCAPE, &l.d);
    l.ui.stepping = false;
    assert_int_equal(keys_press(&l.ui, ' ', &l.d), WISH_PAUSE);
    end(&l);
}

/* Left and Right are steps on the map too, so that "arrows" would be half a lie. */
static void the_map_tells_what_counts(void **state)
{
    struct lab l;
    (void)state;
    begin(&l);
    keys_press(&l.ui, 'm', &l.d);
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].name && strcmp(key_rows[i].name, "arrows") == 0)
            assert_false(keys_counts(&key_rows[i], keys_context(&l.ui)));
    assert_int_equal(keys_press(&l.ui, VIEW_KEY_LEFT, &l.d), WISH_STEP_UNDO);
    l.ui.stepping = false;
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].name && strcmp(key_rows[i].name, "arrows") == 0)
            assert_true(keys_counts(&key_rows[i], keys_context(&l.ui)));
    end(&l);
}

/* The help does not tell what a key would mean elsewhere. */
static void what_is_hidden_is_not_told(void **state)
{
    (void)state;
    bool told[UI_ACTION_COUNT] = {0};
    for (size_t i = 0; i < key_row_count; i++)
        told[key_rows[i].action] |= keys_counts(&key_rows[i], IN_PANES | IN_STEPS);
    assert_true(told[UI_STEP_DO] && told[UI_STEP_UNDO] && told[UI_STEP_ALL]);
    assert_true(told[UI_ROUND] && told[UI_PREVIOUS] && told[UI_QUIT]);
    assert_false(told[UI_PAUSE] || told[UI_LEFT]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_are_as_they_were_read),
        cmocka_unit_test(the_sentence_gives_way_first),
        cmocka_unit_test(rows_are_what_is_drawn),
        cmocka_unit_test(the_end_tells_what_was_passed_over),
        cmocka_unit_test(its_keys_come_first),
        cmocka_unit_test(the_map_tells_what_counts),
        cmocka_unit_test(what_is_hidden_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
