/* SPDX-License-Identifier: BSD-2-Clause */
/* help: made from the table of keys. */
#include "view/help.h"

#include "base/mem.h"
#include "view/frame.h"
#include "view/hits.h"
#include "view/lesson.h"
#include "view/scene.h"

#include <stdio.h>
#include <string.h>

#define FIRST_RANK  7
#define LESSON_COLS 74 /* inside of the box, where the screen is as wide */

static const struct note {
    const char *name; /* NULL: the glyph, which changes with the character set */
    enum glyph glyph;
    const char *text;
    unsigned in; /* enum keys_context; 0: wherever nodes are shown */
} notes[] =
    {
        {"Ctrl-C", GLYPH_H, "ends the program in the shell, as in any terminal", IN_SHELL},
        {"STATE", GLYPH_H, "LOWERLAYERDOWN: as DOWN, but the other end is to blame", 0},
        {"CARRIER", GLYPH_H, "no: set down here (lo: yes all the same)", 0},
        {"", GLYPH_H, "NO-CARRIER: set up, but the other end is down", 0},
        {"RX/s TX/s", GLYPH_H, "bytes a second", 0},
        {NULL, GLYPH_PEER, "other end of the link", 0},
        {NULL, GLYPH_BAR_8, "round-trip times, the latest on the right", 0},
        {NULL, GLYPH_LOST, "not answered in time", 0},
        {NULL, GLYPH_WAITING, "not answered yet", 0},
        {"392/s", GLYPH_H, "bytes a second on that link", IN_MAP},
        {"!", GLYPH_H, "before a node: some of its last pings were lost", IN_MAP},
        {"+ -", GLYPH_H, "came, is up; went, is down", IN_LOG},
        {"~", GLYPH_H, "changed otherwise", IN_LOG},
        {"!", GLYPH_H, "a duplicate address, events that were lost", IN_LOG},
        {"x", GLYPH_H, "a node or the lab ended", IN_LOG},
        {">", GLYPH_H, "done here by a key", IN_LOG},
},
  further[] = {
      {"Ctrl-C", GLYPH_H, "leaves, as q (in a shell it ends the program there)", IN_VIEW},
      {"click", GLYPH_H, "selects; twice: zooms, or to the pane", IN_NODES},
      {"wheel", GLYPH_H, "scrolls what is under it", IN_VIEW},
      {"s then", GLYPH_H, "l links, a addresses, r routes, n neighbours,", IN_PANES},
      {"", GLYPH_H, "p pings, s the shell, e events: shown or not", IN_PANES},
      {"", GLYPH_H, "+ on, . on but no room or nothing there, - off", IN_PANES},
      {"a then k", GLYPH_H, "kills a process; the first ends node and cables", IN_PANES | IN_MAP},
};

/* A part of the help: rows that are told together. */
enum part { PART_FIRST, PART_SIGNS, PART_KEYS, PART_FURTHER, PART_COUNT };

/* What a beginner needs: what the bottom line keeps longest, and ways out and back. */
static bool is_first(const struct key_row *k)
{
    return (k->brief && k->rank <= FIRST_RANK) || k->action == UI_CLOSE || k->action == UI_UNDO ||
           k->action == UI_COMMAND || k->action == UI_DUMP;
}

static bool is_told(const struct key_row *k, unsigned in, enum part part)
{
    return k->name && keys_counts(k, in) && is_first(k) == (part == PART_FIRST);
}

static bool is_noted(const struct note *n, unsigned in)
{
    return n->in ? n->in & in : !(in & IN_LOG);
}

/* Before a shell is opened: how it is left. */
static const char *help_of(const struct key_row *k, const struct view_ui *ui, char text[80])
{
    char prefix[16];
    if (k->action != UI_SHELL)
        return k->help;
    snprintf(text, 80, "%s; %s, then q leaves it", k->help, ui_prefix_way(ui, prefix));
    return text;
}

/* Where the next row goes, and how wide the names have been: it is drawn twice, first only to be
 * measured, and then with names and texts below one another. */
struct sheet {
    struct area in;
    int row, name, text; /* widths of the widest */
    bool measures;
};

static void put_row(struct sheet *s, const char *name, const char *text)
{
    int width = canvas_width(s->in.canvas, name), of_text = canvas_width(s->in.canvas, text);
    if (s->measures) {
        s->name = width > s->name ? width : s->name;
        s->text = of_text > s->text ? of_text : s->text;
    } else {
        area_text(s->in, s->row, 1, STYLE_KEY, name);
        area_text_in(s->in, s->row, s->name + 3, s->in.cols - s->name - 4, STYLE_HELP, text);
    }
    s->row++;
}

static void put_notes(struct sheet *s, const struct note *n, size_t count, unsigned in)
{
    for (size_t i = 0; i < count; i++)
        if (is_noted(&n[i], in))
            put_row(s, n[i].name ? n[i].name : canvas_glyph(s->in.canvas, n[i].glyph), n[i].text);
}

static void put_part(struct sheet *s, enum part part, const struct view_ui *ui)
{
    char help[80];
    unsigned in = keys_context(ui);
    if (part == PART_SIGNS)
        put_notes(s, notes, ARRAY_LEN(notes), in);
    else if (part == PART_FURTHER)
        put_notes(s, further, ARRAY_LEN(further), in);
    else
        for (size_t i = 0; i < key_row_count; i++)
            if (is_told(&key_rows[i], in, part))
                put_row(s, keys_name(&key_rows[i], s->in.canvas->ascii),
                        help_of(&key_rows[i], ui, help));
}

/* What is no key of ours. */
static void put_others(struct sheet *s, const struct view_data *d, const struct view_ui *ui)
{
    char prefix[80];
    unsigned in = keys_context(ui);
    if (in & IN_PANES && !lesson_has(d) && d->nodes > 1) {
        put_row(s, "new links", "are laid by the file and `vethlab apply`. By hand:");
        put_row(s, "", "as in by-hand.lab.yaml; here no node sees another");
    }
    if (!(in & (IN_SHELL | IN_PANES)) || !ui->settings)
        return;
    ui_prefix_name(ui, prefix);
    snprintf(prefix + strlen(prefix), 60, " can be another key: prefix = ... in");
    put_row(s, "settings", prefix);
    put_row(s, "", ui->settings);
}

/* Where its commands are typed, or a shell for them is opened. */
static bool has_lesson(const struct view_data *d, const struct view_ui *ui)
{
    return keys_context(ui) & (IN_PANES | IN_SHELL) && lesson_has(d);
}

/* All of it. The lesson is as wide as the box. */
static void put_all(struct sheet *s, const struct view_data *d, const struct view_ui *ui)
{
    if (has_lesson(d, ui))
        s->row = lesson_draw(s->in, s->row, d, ui);
    for (int part = 0; part < PART_COUNT; part++)
        put_part(s, (enum part)part, ui);
    put_others(s, d, ui);
}

/* The inside of the box and how wide names and texts are; `a`: all that it may take. */
static struct sheet measure(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct sheet s = {.in = area_part(a, 0, 0, 0, a.cols - 2), .measures = true};
    put_all(&s, d, ui);
    int cols = s.name + s.text + 4;
    if (has_lesson(d, ui) && cols < LESSON_COLS)
        cols = LESSON_COLS;
    s.in = area_part(a, 0, 0, 0, cols < a.cols - 2 ? cols : a.cols - 2);
    s.row = 0;
    put_all(&s, d, ui); /* the lesson's lines may be broken now */
    s.measures = false;
    return s;
}

int help_lines(const struct view_ui *ui, const struct view_data *d)
{
    struct canvas none;
    canvas_init(&none, 0, ui->cols, ui->ascii);
    struct sheet s = measure(area_all(&none), d, ui);
    canvas_fini(&none);
    return s.row;
}

int help_page(const struct view_ui *ui, const struct view_data *d)
{
    int lines = help_lines(ui, d), room = ui_middle_rows(ui) - 2;
    return lines < room ? lines : room > 1 ? room : 1;
}

/* Behind the prefix a key means something else than without it: that is said. */
static void title_of(const struct view_ui *ui, unsigned context, char *title, size_t size)
{
    char prefix[16];
    if (context & (IN_SHELL | IN_SCROLL))
        snprintf(title, size, " Help: shell, after %s%s ", ui_prefix_way(ui, prefix),
                 ui->in_tmux ? "" : " (twice: sends it)");
    else
        snprintf(title, size, " Help: %s ", scene_screens[ui->screen].name);
}

void help_draw(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct sheet s = measure(a, d, ui);
    int lines = s.row, top = ui->help_top, cols = s.in.cols + 2, rows = lines + 2;
    char title[64];
    rows = rows < a.rows ? rows : a.rows;
    struct area box = area_part(a, (a.rows - rows) / 2, (a.cols - cols) / 2, rows, cols);
    s.in = area_part(box, 1, 1, rows - 2, cols - 2);
    area_fill(box, STYLE_HELP, " ");
    frame_box(box, true);
    hits_mark(box, (struct hit){HIT_HELP, 0, 0});
    title_of(ui, keys_context(ui), title, sizeof title);
    int width = canvas_width(a.canvas, title);
    area_text_in(box, 0, 2, width < cols - 3 ? width : cols - 3, STYLE_FOCUS, title);
    if (top > lines - s.in.rows)
        top = lines - s.in.rows;
    s.row = top > 0 ? -top : 0;
    int below = lines - s.in.rows + s.row;
    int above = -s.row;
    put_all(&s, d, ui);
    frame_hidden(box, 0, cols - 1, STYLE_FOCUS, above, below > 0 ? below : 0);
}
