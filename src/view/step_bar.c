/* SPDX-License-Identifier: BSD-2-Clause */
/* step_bar: see view/step.h. It has a line of its own, then the commands, then why. */
#include "view/step.h"

#include "base/mem.h"
#include "base/text.h"
#include "teach/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANG 4 /* columns by which the further lines of a text are moved in */

/* A command of several lines has as many here; an empty one has none after its end. */
static void add_command(struct view_step_words *w, const char *place, const char *text)
{
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == '\n')
        len--;
    for (size_t at = 0, next;; at = next + 1) {
        const char *end = memchr(text + at, '\n', len - at);
        next = end ? (size_t)(end - text) : len;
        _cleanup_free_ char *line = mem_strndup(text + at, next - at);
        mem_grow(&w->line, &w->line_room, w->lines, sizeof *w->line);
        w->line[w->lines++] =
            (struct view_step_line){.place = place, .text = text_clean_dup(line), .more = at > 0};
        if (!end)
            return;
    }
}

void step_words_init(struct view_step_words *w, const struct topo *t, const struct op *op)
{
    struct teach_lines lines = {0};
    struct buf why = BUF_INIT;
    teach_words(t, op, TEACH_PERSON, &lines);
    teach_sentence(t, op, &why);
    *w = (struct view_step_words){.lines = 0};
    for (size_t i = 0; i < lines.count; i++)
        add_command(w, teach_place(t, lines.item[i].node), lines.item[i].text);
    w->sentence = text_clean_dup(buf_str(&why));
    buf_fini(&why);
    teach_lines_fini(&lines);
}

void step_words_fini(struct view_step_words *w)
{
    for (size_t i = 0; i < w->lines; i++)
        free(w->line[i].text);
    free(w->line);
    free(w->sentence);
    *w = (struct view_step_words){0};
}

/* --- texts of several lines ------------------------------------------------------------------- */

/* Bytes of a clean text that go into a line of `room` columns: it is broken behind a blank where
 * that leaves more than half of it. */
static size_t bytes_of_line(const char *text, size_t room)
{
    size_t fit = text_fit(text, room);
    if (!text[fit])
        return fit;
    for (size_t k = fit + (text[fit] == ' '); k > fit / 2; k--)
        if (text[k - 1] == ' ')
            return k;
    return fit;
}

/* Writes a clean text from `col` on; its further lines begin at `hang`. In the last row it is cut.
 * Returns the rows that it takes (at least 1), or would take were the area higher. */
static int put_text(struct area a, int col, int hang, enum canvas_style style, const char *text)
{
    int rows = 0;
    do {
        size_t room = a.cols - 1 > col ? (size_t)(a.cols - 1 - col) : 1;
        size_t fit = rows + 1 == a.rows ? strlen(text) : bytes_of_line(text, room);
        fit = fit ? fit : 1;
        size_t seen = fit;
        while (seen && text[seen - 1] == ' ')
            seen--;
        _cleanup_free_ char *part = mem_strndup(text, seen);
        area_text_in(a, rows, col, (int)room, style, part);
        text += fit;
        col = hang;
        rows++;
    } while (*text);
    return rows;
}

static int put_command(struct area a, const struct view_step_line *l)
{
    int col = area_text(a, 0, 1, STYLE_DIM, l->place);
    col = area_text(a, 0, col, STYLE_DIM, l->more ? "> " : "# ");
    return put_text(a, col, 1 + HANG, STYLE_TITLE, l->text);
}

static struct area rows_from(struct area a, int row, int rows)
{
    return area_part(a, row, 0, rows, a.cols);
}

static int put_commands(struct area a, const struct view_step_words *w)
{
    int row = 0;
    for (size_t i = 0; i < w->lines; i++)
        row += put_command(rows_from(a, row, a.rows - row), &w->line[i]);
    return row;
}

/* --- the bar ---------------------------------------------------------------------------------- */

static void draw_head(struct area a, const struct view_step *s)
{
    char left[96];
    const char *right = "";
    area_fill(a, STYLE_BAR, " ");
    if (!s->words)
        snprintf(left, sizeof left, "all %zu steps are done", s->of);
    else
        snprintf(left, sizeof left, "step %zu of %zu", s->number, s->of);
    if (s->running)
        right = "running on: any key stops it";
    else if (s->state == STEP_DOING)
        right = "being done ...";
    else if (s->state == STEP_UNDOING)
        right = "being undone ...";
    else if (s->state == STEP_FAILED)
        right = s->undo       ? "NOT UNDONE: Left tries again"
                : s->may_skip ? "FAILED: Space tries again, k passes over it"
                              : "FAILED: Space tries again";
    else if (s->state == STEP_NEXT && s->words)
        right = "next";
    area_text(a, 0, 1, STYLE_BAR, left);
    if (s->state != STEP_ENDED)
        area_text_right(a, 0, 0, a.cols - 1, STYLE_BAR, right);
}

static char *end_sentence(const struct view_step *s)
{
    if (s->skipped == 0)
        return mem_strdup("The lab is as the file says.");
    return mem_printf(
        "The lab is as the file says, but for %zu command%s that failed and %s passed "
        "over.",
        s->skipped, s->skipped == 1 ? "" : "s", s->skipped == 1 ? "was" : "were");
}

void step_bar_draw(struct area a, const void *view_step)
{
    const struct view_step *s = view_step;
    static const struct view_step_words none = {0};
    const struct view_step_words *w = s->words ? s->words : &none;
    enum canvas_style style = s->error ? STYLE_BAD : STYLE_PLAIN;
    _cleanup_free_ char *end = end_sentence(s);
    _cleanup_free_ char *why = text_clean_dup(s->error      ? s->error
                                              : w->sentence ? w->sentence
                                                            : end);
    struct area nothing = rows_from(a, 0, 0);
    draw_head(rows_from(a, 0, 1), s);
    a = rows_from(a, 1, a.rows - 1);
    int commands = put_commands(nothing, w), below = put_text(nothing, 1, 1, style, why);
    if (commands + below > a.rows)
        below = a.rows - commands > 1 ? a.rows - commands : 1;
    if (commands + below > a.rows)
        commands = a.rows - below;
    put_commands(rows_from(a, 0, commands), w);
    put_text(rows_from(a, commands, below), 1, 1, style, why);
}

int step_bar_rows(const struct view_step_words *w, int cols, bool ascii)
{
    struct canvas none;
    canvas_init(&none, 0, cols, ascii);
    struct area a = area_all(&none);
    int rows = 1 + put_commands(a, w) + put_text(a, 1, 1, STYLE_PLAIN, w->sentence);
    canvas_fini(&none);
    return rows;
}
