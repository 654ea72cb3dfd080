/* SPDX-License-Identifier: BSD-2-Clause */
/* view_question_test: what is asked before it is done, and keys and pastes that were not meant for
 * the view. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/keys.h"
#include "view/scene.h"
#include "view_testdata.h"

struct game {
    struct snap *snap;
    struct view_data d;
    struct view_ui ui;
};

static void begin(struct game *g)
{
    g->snap = snap_new("notes");
    test_node(g->snap, "terminal1");
    test_node(g->snap, "terminal2");
    test_link(g->snap, 10, 0, "ve2", NULL, 1, "ve1", NULL);
    view_data_init(&g->d, g->snap, 0);
    ui_init(&g->ui, TEST_S);
}

static void end(struct game *g)
{
    view_data_fini(&g->d);
    snap_free(g->snap);
}

static enum ui_wish press(struct game *g, int key)
{
    return keys_press(&g->ui, key, &g->d);
}

/* Not of a row that was filled before. */
static void bottom_has(struct game *g, const char *text)
{
    struct canvas c;
    struct buf b = BUF_INIT;
    canvas_init(&c, g->ui.rows, g->ui.cols, true);
    scene_draw(&g->d, &g->ui, &c);
    canvas_to_text(&c, &b);
    canvas_fini(&c);
    if (!strstr(buf_str(&b), text))
        fail_msg("the screen has no \"%s\":\n%s", text, buf_str(&b));
    buf_fini(&b);
}

static void leaving_is_asked_where_the_lab_goes_with_what_was_done(void **state)
{
    (void)state;
    struct game g;
    begin(&g);
    assert_int_equal(press(&g, 'q'), WISH_QUIT); /* the lab stays */
    g.ui.lab_goes = true;
    assert_int_equal(press(&g, 'q'), WISH_QUIT); /* nothing was done to it */
    assert_int_equal(press(&g, '\r'), WISH_SHELL);
    ui_act(&g.ui, UI_SHELL_LEAVE, &g.d);
    assert_int_equal(press(&g, 'q'), WISH_NOTHING);
    bottom_has(&g, "leave? lab notes goes, and what was typed in it: q, y yes; other keys no");
    assert_int_equal(press(&g, 'd'), WISH_NOTHING); /* no */
    assert_false(g.ui.question);
    press(&g, 'q');
    assert_int_equal(press(&g, 'q'), WISH_QUIT);
    press(&g, 'Q');
    assert_int_equal(press(&g, 'y'), WISH_QUIT);
    g.ui.cols = 120;
    press(&g, 'q');
    bottom_has(&g, "leave, and lab notes with what was typed in it goes? q or y: yes, any other");
    assert_int_equal(press(&g, g.ui.prefix), WISH_NOTHING); /* Ctrl-B q, and once more: no */
    g.d.gone = true;
    assert_int_equal(press(&g, 'q'), WISH_QUIT); /* nothing is left */
    end(&g);
}

/* Also where there is no room for all of the question. */
static void how_it_is_answered_is_seen(void **state)
{
    (void)state;
    struct game g;
    begin(&g);
    g.ui.rows = SCENE_ROWS_MIN;
    g.ui.cols = 40;
    press(&g, '\r');
    press(&g, g.ui.prefix);
    press(&g, 'x');
    bottom_has(&g, "\n end the shell of terminal1 and~ y: yes\n");
    g.ui.cols = SCENE_COLS_MIN;
    bottom_has(&g, " y: yes\n");
    g.ui.question = QUESTION_NONE;
    ui_act(&g.ui, UI_SHELL_LEAVE, &g.d);
    g.ui.lab_goes = true;
    press(&g, 'q');
    bottom_has(&g, " q, y: yes\n");
    end(&g);
}

/* As the last line says, whatever else they mean there. */
static void the_same_keys_scroll_the_help_of_each_screen(void **state)
{
    (void)state;
    for (const char *screen = "plme"; *screen; screen++) {
        struct game g;
        begin(&g);
        g.ui.rows = 12;
        press(&g, *screen);
        press(&g, '?');
        bottom_has(&g, "Esc close  Up Down scroll  PgUp PgDn page  Home End beginning, end");
        press(&g, VIEW_KEY_DOWN);
        assert_true(g.ui.help);
        assert_int_equal(g.ui.help_top, 1);
        press(&g, VIEW_KEY_UP);
        assert_int_equal(g.ui.help_top, 0);
        press(&g, VIEW_KEY_PAGE_DOWN);
        assert_true(g.ui.help_top > 1);
        press(&g, VIEW_KEY_END);
        press(&g, VIEW_KEY_PAGE_UP);
        press(&g, VIEW_KEY_HOME);
        assert_true(g.ui.help && g.ui.help_top == 0);
        press(&g, VIEW_KEY_ESCAPE);
        assert_false(g.ui.help);
        end(&g);
    }
}

static void the_prefix_without_a_shell_takes_no_other_key_along(void **state)
{
    (void)state;
    struct game g;
    begin(&g);
    for (const char *key = "qdxs[\2"; *key; key++) {
        assert_int_equal(press(&g, g.ui.prefix), WISH_NOTHING);
        assert_int_equal(press(&g, *key), WISH_NOTHING);
        assert_false(g.ui.menu);
        bottom_has(&g, "no shell has the keys here: those of the view need no Ctrl-B");
    }
    assert_int_equal(press(&g, 'd'), WISH_LINK_DOWN);
    press(&g, g.ui.prefix); /* what means the same is done */
    press(&g, '2');
    assert_int_equal(g.ui.node, 1);
    press(&g, ':');
    ui_ask(&g.ui, PROMPT_FILTER, "ab");
    press(&g, 2); /* in a line it goes back */
    press(&g, 'q');
    assert_string_equal(g.ui.prompt.text, "aqb");
    end(&g);
}

static void a_paste_is_text_and_never_keys(void **state)
{
    (void)state;
    static const char text[] = "te\x1b[2J\rqd \xff\xc3\xa9\n";
    struct game g;
    begin(&g);
    ui_paste(&g.ui, text, sizeof text - 1, &g.d);
    bottom_has(&g, "a paste is for a shell (Enter) or a question: nothing of it was taken");
    press(&g, '/');
    ui_paste(&g.ui, text, sizeof text - 1, &g.d);
    assert_string_equal(g.ui.prompt.text, "te[2Jqd \xc3\xa9");
    assert_true(g.ui.prompt.open);
    char *large = mem_zalloc(1, 1024 * 1024);
    memset(large, 'x', 1024 * 1024);
    ui_paste(&g.ui, large, 1024 * 1024, &g.d);
    assert_int_equal(strlen(g.ui.prompt.text), PROMPT_MAX - 1);
    free(large);
    end(&g);
}

static void keys_typed_ahead_of_the_end_of_a_shell_do_nothing(void **state)
{
    (void)state;
    struct game g;
    begin(&g);
    g.d.now_ns = 5 * TEST_S;
    g.ui.deaf_until_ns = g.d.now_ns + 1;
    assert_int_equal(press(&g, 'q'), WISH_NOTHING);
    assert_int_equal(press(&g, 'd'), WISH_NOTHING);
    g.d.now_ns++;
    assert_int_equal(press(&g, 'q'), WISH_QUIT);
    end(&g);
}

static void what_is_proposed_goes_with_the_first_character(void **state)
{
    (void)state;
    struct game g;
    begin(&g);
    press(&g, 'a');
    press(&g, 'm');
    assert_string_equal(g.ui.prompt.text, "1500");
    press(&g, -3); /* nothing that could be typed: it stays */
    for (const char *key = "140"; *key; key++)
        press(&g, *key);
    assert_string_equal(g.ui.prompt.text, "140");
    press(&g, VIEW_KEY_ESCAPE);
    press(&g, 'a');
    press(&g, 'm');
    press(&g, VIEW_KEY_BACKSPACE);
    press(&g, '1');
    assert_string_equal(g.ui.prompt.text, "1501");
    end(&g);
}

static void the_filter_of_the_list_goes_first(void **state)
{
    (void)state;
    struct game g;
    begin(&g);
    press(&g, 'l');
    strcpy(g.ui.filter, "terminal2");
    press(&g, VIEW_KEY_ESCAPE);
    assert_string_equal(g.ui.filter, "");
    assert_int_equal(g.ui.screen, UI_LIST);
    press(&g, VIEW_KEY_ESCAPE);
    assert_int_equal(g.ui.screen, UI_PANES);
    end(&g);
}

static void on_the_map_only_what_is_drawn_is_selected(void **state)
{
    (void)state;
    struct game g;
    begin(&g);
    struct snap_if *lo = test_if(&g.snap->node[0], 1, "lo");
    lo->flags |= IFF_LOOPBACK;
    g.ui.map = map_new();
    g.ui.ifindex = lo->index; /* in the pane it was */
    assert_string_equal(ui_link(&g.ui, &g.d)->name, "lo");
    press(&g, 'm');
    assert_string_equal(ui_link(&g.ui, &g.d)->name, "ve2");
    press(&g, '>');
    assert_string_equal(ui_link(&g.ui, &g.d)->name, "ve2");
    press(&g, '<');
    assert_string_equal(ui_link(&g.ui, &g.d)->name, "ve2");
    snap_node_clear(&g.snap->node[0]);
    test_if(&g.snap->node[0], 1, "lo")->flags |= IFF_LOOPBACK;
    assert_null(ui_link(&g.ui, &g.d));
    assert_int_equal(press(&g, 'd'), WISH_NOTHING);
    assert_string_equal(g.ui.message, "no link is selected here");
    map_free(g.ui.map);
    end(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaving_is_asked_where_the_lab_goes_with_what_was_done),
        cmocka_unit_test(how_it_is_answered_is_seen),
        cmocka_unit_test(the_same_keys_scroll_the_help_of_each_screen),
        cmocka_unit_test(the_prefix_without_a_shell_takes_no_other_key_along),
        cmocka_unit_test(a_paste_is_text_and_never_keys),
        cmocka_unit_test(keys_typed_ahead_of_the_end_of_a_shell_do_nothing),
        cmocka_unit_test(what_is_proposed_goes_with_the_first_character),
        cmocka_unit_test(the_filter_of_the_list_goes_first),
        cmocka_unit_test(on_the_map_only_what_is_drawn_is_selected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
