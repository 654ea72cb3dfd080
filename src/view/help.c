/* SPDX-License-Identifier: BSD-2-Clause */
/* help: made from the table of keys. */
#include "view/help.h"

#include "base/mem.h"
#include "view/frame.h"
#include "view/keys.h"

static const struct note {
    const char *name; /* NULL: the glyph, which changes with the character set */
    enum glyph glyph;
    const char *text;
} notes[] = {
    {"", GLYPH_H, ""},
    {"CARRIER", GLYPH_H, "no: the link is down here"},
    {"", GLYPH_H, "NO-CARRIER: it is down at the other end"},
    {"RX/s TX/s", GLYPH_H, "bytes a second"},
    {NULL, GLYPH_PEER, "other end of the link"},
    {NULL, GLYPH_BAR_8, "round-trip times, the latest on the right"},
    {NULL, GLYPH_LOST, "not answered in time"},
    {NULL, GLYPH_WAITING, "not answered yet"},
};

int help_lines(void)
{
    int lines = (int)ARRAY_LEN(notes);
    for (size_t i = 0; i < key_row_count; i++)
        lines += key_rows[i].name != NULL;
    return lines;
}

/* Columns of the widest name, and of the widest text. */
static void measure(const struct canvas *c, int *name, int *text)
{
    *name = *text = 0;
    for (size_t i = 0; i < key_row_count; i++) {
        const char *s = keys_name(&key_rows[i], c->ascii);
        int w = s ? canvas_width(c, s) : 0, t = s ? canvas_width(c, key_rows[i].help) : 0;
        *name = w > *name ? w : *name;
        *text = t > *text ? t : *text;
    }
    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        int t = canvas_width(c, notes[i].text);
        *text = t > *text ? t : *text;
    }
}

static void draw_lines(struct area in, int row, int name)
{
    for (size_t i = 0; i < key_row_count; i++) {
        if (!key_rows[i].name)
            continue;
        area_text(in, row, 1, STYLE_KEY, keys_name(&key_rows[i], in.canvas->ascii));
        area_text_in(in, row, name + 3, in.cols - name - 4, STYLE_HELP, key_rows[i].help);
        row++;
    }
    for (size_t i = 0; i < ARRAY_LEN(notes); i++, row++) {
        if (notes[i].name)
            area_text(in, row, 1, STYLE_KEY, notes[i].name);
        else
            area_glyph(in, row, 1, STYLE_KEY, notes[i].glyph);
        area_text_in(in, row, name + 3, in.cols - name - 4, STYLE_HELP, notes[i].text);
    }
}

void help_draw(struct area a, int top)
{
    int name, text, lines = help_lines();
    measure(a.canvas, &name, &text);
    int cols = name + text + 6, rows = lines + 2;
    cols = cols < a.cols ? cols : a.cols;
    rows = rows < a.rows ? rows : a.rows;
    struct area box = area_part(a, (a.rows - rows) / 2, (a.cols - cols) / 2, rows, cols);
    struct area in = area_part(box, 1, 1, rows - 2, cols - 2);
    area_fill(box, STYLE_HELP, " ");
    frame_box(box, true);
    area_text(box, 0, 2, STYLE_FOCUS, " Help ");
    if (top > lines - in.rows)
        top = lines - in.rows;
    top = top > 0 ? top : 0;
    draw_lines(in, -top, name);
    int below = lines - in.rows - top;
    frame_hidden(box, 0, cols - 1, STYLE_FOCUS, top, below > 0 ? below : 0);
}
