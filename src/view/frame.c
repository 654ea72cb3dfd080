/* SPDX-License-Identifier: BSD-2-Clause */
/* frame: see the header. */
#include "view/frame.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>

/* The doubled lines come in the same order as the single ones. */
static enum glyph line(enum glyph g, bool focused)
{
    return focused ? (enum glyph)(g + GLYPH_FOCUS_H - GLYPH_H) : g;
}

static enum canvas_style style_of(bool focused)
{
    return focused ? STYLE_FOCUS : STYLE_BORDER;
}

void frame_rule(struct area a, int row, bool focused)
{
    area_fill(area_part(a, row, 0, 1, a.cols), style_of(focused),
              canvas_glyph(a.canvas, line(GLYPH_H, focused)));
}

static void ends(struct area a, int row, bool focused, enum glyph left, enum glyph right)
{
    area_glyph(a, row, 0, style_of(focused), line(left, focused));
    area_glyph(a, row, a.cols - 1, style_of(focused), line(right, focused));
}

void frame_box(struct area a, bool focused)
{
    frame_rule(a, 0, focused);
    frame_rule(a, a.rows - 1, focused);
    for (int row = 1; row < a.rows - 1; row++)
        ends(a, row, focused, GLYPH_V, GLYPH_V);
    ends(a, 0, focused, GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT);
    ends(a, a.rows - 1, focused, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT);
}

void frame_divider(struct area a, int row, bool focused)
{
    frame_rule(a, row, false);
    ends(a, row, focused, GLYPH_TEE_LEFT, GLYPH_TEE_RIGHT);
}

int frame_hidden(struct area a, int row, int right, enum canvas_style style, int before, int after)
{
    char text[64], above[24] = "", below[24] = "";
    if (before)
        snprintf(above, sizeof above, "%s%d ", canvas_glyph(a.canvas, GLYPH_ABOVE), before);
    if (after)
        snprintf(below, sizeof below, "%s%d ", canvas_glyph(a.canvas, GLYPH_BELOW), after);
    snprintf(text, sizeof text, " %s%smore ", above, below);
    if (canvas_width(a.canvas, text) > right / 2)
        snprintf(text, sizeof text, " %s%s", above, below);
    int width = canvas_width(a.canvas, text);
    if (before + after == 0 || width > right - 6)
        return right;
    area_text(a, row, right - width, style, text);
    return right - width;
}

/* Bytes of a clean text that go into a line of `room` columns. */
static size_t bytes_of_line(const char *text, size_t room)
{
    size_t fit = text_fit(text, room);
    if (!text[fit])
        return fit;
    for (size_t k = fit; k > fit / 2; k--)
        if (text[k - 1] == ' ' || text[k - 1] == ':')
            return k;
    return fit;
}

void flow_add(struct flow *f, enum canvas_style style, const char *text)
{
    _cleanup_free_ char *clean = text_clean_dup(text);
    const char *rest = clean;
    int width = canvas_width(f->a.canvas, clean), line = f->a.cols - 1 - f->left;
    if (f->used && f->col + 2 + width > f->a.cols - 1)
        flow_break(f);
    else if (f->used)
        f->col += 2;
    f->used = true;
    for (size_t fit; line > 0 && canvas_width(f->a.canvas, rest) > line; rest += fit) {
        fit = bytes_of_line(rest, (size_t)line);
        _cleanup_free_ char *part = mem_strndup(rest, fit);
        area_text(f->a, f->row, f->left, style, part);
        if (fit == 0) /* a wide character in one column */
            return;
        f->row++;
    }
    f->col = area_text(f->a, f->row, f->col, style, rest);
}

void flow_break(struct flow *f)
{
    f->row = flow_end(f);
    f->col = f->left;
    f->used = false;
}

int flow_end(const struct flow *f)
{
    return f->used ? f->row + 1 : f->row;
}
