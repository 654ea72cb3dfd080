/* SPDX-License-Identifier: BSD-2-Clause */
/* help: made from the table of keys. */
#include "view/help.h"

#include "base/mem.h"
#include "view/frame.h"
#include "view/hits.h"
#include "view/scene.h"

#include <stdio.h>

static const struct note {
    const char *name; /* NULL: the glyph, which changes with the character set */
    enum glyph glyph;
    const char *text;
    unsigned in; /* enum keys_context; 0: wherever nodes are shown */
} notes[] = {
    {"", GLYPH_H, "", 0},
    {"", GLYPH_H, "", IN_LOG},
    {"+ -", GLYPH_H, "came, is up; went, is down", IN_LOG},
    {"~", GLYPH_H, "changed otherwise", IN_LOG},
    {"!", GLYPH_H, "a duplicate address, events that were lost", IN_LOG},
    {"x", GLYPH_H, "a node or the lab ended", IN_LOG},
    {">", GLYPH_H, "done here by a key", IN_LOG},
    {"click", GLYPH_H, "selects; twice: zooms, or to the pane", IN_NODES},
    {"wheel", GLYPH_H, "scrolls what is under it", IN_VIEW},
    {"s then", GLYPH_H, "l links, a addresses, r routes, n neighbours,", IN_PANES},
    {"", GLYPH_H, "p pings, s the shell, e events: shown or not", IN_PANES},
    {"a then k", GLYPH_H, "kills a process; the first ends node and cables", IN_PANES | IN_MAP},
    {"CARRIER", GLYPH_H, "no: set down here (lo: yes all the same)", 0},
    {"", GLYPH_H, "NO-CARRIER: it is down at the other end", 0},
    {"RX/s TX/s", GLYPH_H, "bytes a second", 0},
    {NULL, GLYPH_PEER, "other end of the link", 0},
    {NULL, GLYPH_BAR_8, "round-trip times, the latest on the right", 0},
    {NULL, GLYPH_LOST, "not answered in time", 0},
    {NULL, GLYPH_WAITING, "not answered yet", 0},
};

static bool is_told(const struct key_row *k, unsigned in)
{
    return k->name && keys_counts(k, in);
}

static bool is_noted(const struct note *n, unsigned in)
{
    return n->in ? n->in & in : !(in & IN_LOG);
}

/* Before a shell is opened: how it is left. */
static const char *help_of(const struct key_row *k, const struct view_ui *ui, char text[80])
{
    char prefix[8];
    if (k->action != UI_SHELL)
        return k->help;
    snprintf(text, 80, "%s; %s q leaves it", k->help, ui_prefix_name(ui, prefix));
    return text;
}

int help_lines(unsigned in)
{
    int lines = 0;
    for (size_t i = 0; i < ARRAY_LEN(notes); i++)
        lines += is_noted(&notes[i], in);
    for (size_t i = 0; i < key_row_count; i++)
        lines += is_told(&key_rows[i], in);
    return lines;
}

/* Columns of the widest name, and of the widest text. */
static void measure(const struct canvas *c, const struct view_ui *ui, int *name, int *text)
{
    char help[80];
    unsigned in = keys_context(ui);
    *name = *text = 0;
    for (size_t i = 0; i < key_row_count; i++) {
        if (!is_told(&key_rows[i], in))
            continue;
        int w = canvas_width(c, keys_name(&key_rows[i], c->ascii));
        int t = canvas_width(c, help_of(&key_rows[i], ui, help));
        *name = w > *name ? w : *name;
        *text = t > *text ? t : *text;
    }
    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        if (!is_noted(&notes[i], in))
            continue;
        int w = notes[i].name ? canvas_width(c, notes[i].name) : 1;
        int t = canvas_width(c, notes[i].text);
        *name = w > *name ? w : *name;
        *text = t > *text ? t : *text;
    }
}

static void draw_lines(struct area in, const struct view_ui *ui, int row, int name)
{
    char help[80];
    unsigned context = keys_context(ui);
    for (size_t i = 0; i < key_row_count; i++) {
        if (!is_told(&key_rows[i], context))
            continue;
        area_text(in, row, 1, STYLE_KEY, keys_name(&key_rows[i], in.canvas->ascii));
        area_text_in(in, row, name + 3, in.cols - name - 4, STYLE_HELP,
                     help_of(&key_rows[i], ui, help));
        row++;
    }
    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        if (!is_noted(&notes[i], context))
            continue;
        if (notes[i].name)
            area_text(in, row, 1, STYLE_KEY, notes[i].name);
        else
            area_glyph(in, row, 1, STYLE_KEY, notes[i].glyph);
        area_text_in(in, row, name + 3, in.cols - name - 4, STYLE_HELP, notes[i].text);
        row++;
    }
}

int help_page(const struct view_ui *ui)
{
    int lines = help_lines(keys_context(ui)), room = ui_middle_rows(ui) - 2;
    return lines < room ? lines : room > 1 ? room : 1;
}

/* Behind the prefix a key means something else than without it: that is said. */
static void title_of(const struct view_ui *ui, unsigned context, char *title, size_t size)
{
    char prefix[8];
    if (context & (IN_SHELL | IN_SCROLL))
        snprintf(title, size, " Help: shell, after %s (twice: sends it) ",
                 ui_prefix_name(ui, prefix));
    else
        snprintf(title, size, " Help: %s ", scene_screens[ui->screen].name);
}

void help_draw(struct area a, const struct view_ui *ui)
{
    unsigned context = keys_context(ui);
    int name, text, lines = help_lines(context), top = ui->help_top;
    char title[64];
    measure(a.canvas, ui, &name, &text);
    int cols = name + text + 6, rows = lines + 2;
    cols = cols < a.cols ? cols : a.cols;
    rows = rows < a.rows ? rows : a.rows;
    struct area box = area_part(a, (a.rows - rows) / 2, (a.cols - cols) / 2, rows, cols);
    struct area in = area_part(box, 1, 1, rows - 2, cols - 2);
    area_fill(box, STYLE_HELP, " ");
    frame_box(box, true);
    hits_mark(box, (struct hit){HIT_HELP, 0, 0});
    title_of(ui, context, title, sizeof title);
    int width = canvas_width(a.canvas, title);
    area_text_in(box, 0, 2, width < cols - 3 ? width : cols - 3, STYLE_FOCUS, title);
    if (top > lines - in.rows)
        top = lines - in.rows;
    top = top > 0 ? top : 0;
    draw_lines(in, ui, -top, name);
    int below = lines - in.rows - top;
    frame_hidden(box, 0, cols - 1, STYLE_FOCUS, top, below > 0 ? below : 0);
}
