/* SPDX-License-Identifier: BSD-2-Clause */
/* shellview: see the header. */
#include "view/shellview.h"

static struct canvas_own look_of(const struct term_pen *pen)
{
    struct canvas_own own = {pen->foreground, pen->background, 0};
    own.attributes = (uint8_t)((pen->attributes & TERM_BOLD ? LOOK_BOLD : 0) |
                               (pen->attributes & TERM_DIM ? LOOK_DIM : 0) |
                               (pen->attributes & TERM_ITALIC ? LOOK_ITALIC : 0) |
                               (pen->attributes & TERM_UNDERLINE ? LOOK_UNDERLINE : 0) |
                               (pen->attributes & TERM_BLINK ? LOOK_BLINK : 0) |
                               (pen->attributes & TERM_INVERSE ? LOOK_REVERSE : 0));
    return own;
}

static void draw_row(const struct term *t, struct area a, int at, int row)
{
    char text[TERM_TEXT_MAX];
    for (int col = 0; col < a.cols;) {
        const struct term_cell *cell = term_cell(t, row, col);
        struct canvas_own own = look_of(&cell->pen);
        bool hidden = cell->pen.attributes & TERM_HIDDEN;
        int width = cell->width ? cell->width : 1;
        if (hidden || cell->width == 0)
            for (int i = 0; i < width; i++)
                area_own(a, at, col + i, " ", 1, &own);
        else
            area_own(a, at, col, term_cell_text(cell, text), width, &own);
        col += width;
    }
}

void shellview_draw(const struct term *t, struct area a, bool keys)
{
    int rows, cols, row, col;
    term_size(t, &rows, &cols);
    a = area_part(a, 0, 0, rows, cols);
    bool seen = term_cursor(t, &row, &col);
    int top = seen && row >= a.rows ? row - a.rows + 1 : 0;
    for (int i = 0; i < a.rows; i++)
        draw_row(t, a, i, top + i);
    if (seen && keys)
        area_cursor(a, row - top, col);
}
