/* SPDX-License-Identifier: BSD-2-Clause */
/* map_picture: see the header. */
#include "view/map_picture.h"

#include "view/map_line.h"

#include <stdio.h>
#include <string.h>

/* --- lines ------------------------------------------------------------------------------------ */

static enum map_weight weight_of(const struct map_link *k)
{
    bool dead = k->up < k->all;
    if (k->selected)
        return dead ? WEIGHT_DEAD_DOUBLE : WEIGHT_DOUBLE;
    return dead ? WEIGHT_DEAD : k->bps >= MAP_BUSY_BPS ? WEIGHT_HEAVY : WEIGHT_LIGHT;
}

static enum canvas_style style_of(const struct map_link *k)
{
    if (k->hidden)
        return STYLE_DIM;
    if (k->up < k->all)
        return k->set_down[0] || k->set_down[1] ? STYLE_BAD : STYLE_WARN;
    return k->selected ? STYLE_FOCUS : STYLE_GOOD;
}

static void draw_cell(const struct map_picture *m, struct area a, int row, int col)
{
    const struct map_cell *c = &m->layout->cell[row * m->layout->cols + col];
    enum map_weight in_row = WEIGHT_NONE, in_col = WEIGHT_NONE;
    enum canvas_style style = STYLE_PLAIN;
    const struct map_link *link = NULL;
    if (c->box || (!c->row_edge && !c->col_edge))
        return;
    if (c->row_edge) {
        link = &m->at[c->row_edge - 1];
        in_row = weight_of(link);
        style = style_of(link);
    }
    if (c->col_edge) {
        const struct map_link *other = &m->at[c->col_edge - 1];
        in_col = weight_of(other);
        if (!link || (other->selected && !link->selected) || (link->hidden && !other->hidden))
            style = style_of(other);
    }
    area_text(a, row - m->top, col - m->left, style,
              map_line_glyph(c->arms, in_row, in_col, a.canvas->ascii));
}

static void draw_lines(const struct map_picture *m, struct area a)
{
    for (int row = m->top; row < m->top + a.rows && row < m->layout->rows; row++)
        for (int col = m->left; col < m->left + a.cols && col < m->layout->cols; col++)
            draw_cell(m, a, row, col);
}

static void draw_slot(const struct map_picture *m, struct area a, const struct map_slot *s,
                      enum canvas_style style, const char *text)
{
    area_text_in(a, s->row - m->top, s->col - m->left, s->width, style, text);
}

static void draw_sign(const struct map_picture *m, struct area a, uint32_t cell,
                      enum canvas_style style)
{
    area_glyph(a, (int)cell / m->layout->cols - m->top, (int)cell % m->layout->cols - m->left,
               style, GLYPH_LOST);
}

/* What stands on and beside a line: names, the rate, and where it is down. */
static void draw_texts(const struct map_picture *m, struct area a, size_t edge)
{
    const struct map_link *k = &m->at[edge];
    const struct map_path *p = &m->layout->path[edge];
    char text[40], rate[32];
    if (p->cells == 0 || k->all == 0)
        return;
    if (k->all > 1) {
        snprintf(text, sizeof text, "x%d", k->all);
        draw_slot(m, a, &p->name[0], k->hidden ? STYLE_DIM : STYLE_TITLE, text);
    }
    for (int end = 0; end < 2 && k->all == 1; end++)
        if (k->iface[end] && p->name[end].width)
            draw_slot(m, a, &p->name[end],
                      k->hidden                               ? STYLE_DIM
                      : k->set_down[end]                      ? STYLE_BAD
                      : k->selected && k->selected_end == end ? STYLE_FOCUS
                                                              : STYLE_PLAIN,
                      k->iface[end]->name);
    if (k->bps && p->rate.width && k->up == k->all) {
        struct map_slot s = p->rate;
        map_state_rate(rate, k->bps);
        s.width = (int)strlen(rate) < s.width ? (int)strlen(rate) : s.width;
        s.col += (p->rate.width - s.width) / 2;
        draw_slot(m, a, &s, STYLE_DIM, rate);
    }
    for (int end = 0; end < 2; end++)
        if (k->set_down[end])
            draw_sign(m, a, p->sign[end], k->hidden ? STYLE_DIM : STYLE_BAD);
    if (k->up < k->all && !k->set_down[0] && !k->set_down[1])
        draw_sign(m, a, p->sign[2], k->hidden ? STYLE_DIM : STYLE_WARN);
}

/* --- boxes ------------------------------------------------------------------------------------ */

struct frame {
    enum map_weight weight;
    enum canvas_style style, name_style;
    bool gone, selected, loss, hidden;
};

static struct frame frame_of(const struct map_picture *m, const struct view_data *d, size_t v,
                             struct map_sel sel)
{
    struct frame f = {.weight = WEIGHT_LIGHT, .style = STYLE_PLAIN, .name_style = STYLE_TITLE};
    int node = m->graph->vertex[v].node;
    if (node < 0) {
        f.style = f.name_style = STYLE_DIM;
        return f;
    }
    f.gone = d->snap->node[node].gone && !d->node[node].absent;
    f.selected = (size_t)node == sel.node;
    f.loss = !f.gone && map_state_has_loss(d, (size_t)node);
    f.weight = f.gone ? (f.selected ? WEIGHT_DEAD_DOUBLE : WEIGHT_DEAD)
                      : (f.selected ? WEIGHT_DOUBLE : WEIGHT_LIGHT);
    f.style = f.gone ? STYLE_BAD : f.selected ? STYLE_FOCUS : f.loss ? STYLE_WARN : STYLE_PLAIN;
    f.name_style = f.gone ? STYLE_BAD : f.selected ? STYLE_FOCUS : STYLE_TITLE;
    f.hidden = m->hidden[node];
    if ((d->node[node].absent || f.hidden) && !f.selected)
        f.style = f.name_style = STYLE_DIM;
    return f;
}

/* Which arms the frame itself has at a place of it. */
static uint8_t frame_arms(const struct map_box *b, int row, int col)
{
    bool top = row == 0, bottom = row == b->rows - 1, left = col == 0, right = col == b->cols - 1;
    uint8_t arms = 0;
    if (top || bottom)
        arms |= (uint8_t)((left ? 0 : ARM_LEFT) | (right ? 0 : ARM_RIGHT));
    if (left || right)
        arms |= (uint8_t)((top ? 0 : ARM_UP) | (bottom ? 0 : ARM_DOWN));
    return arms;
}

static void draw_frame(const struct map_picture *m, struct area a, const struct map_box *b,
                       const struct frame *f)
{
    for (int row = 0; row < b->rows; row++)
        for (int col = 0; col < b->cols; col++) {
            uint8_t arms = frame_arms(b, row, col);
            const struct map_cell *c =
                &m->layout->cell[(b->row + row) * m->layout->cols + b->col + col];
            enum map_weight in_row = f->weight, in_col = f->weight;
            if (c->row_edge && !(arms & (ARM_LEFT | ARM_RIGHT)))
                in_row = weight_of(&m->at[c->row_edge - 1]);
            if (c->col_edge && !(arms & (ARM_UP | ARM_DOWN)))
                in_col = weight_of(&m->at[c->col_edge - 1]);
            if (!arms)
                continue;
            area_text(a, b->row + row - m->top, b->col + col - m->left, f->style,
                      map_line_glyph(arms | c->arms, in_row, in_col, a.canvas->ascii));
        }
}

/* In the middle of `width`; reversed where it is selected. */
static void draw_name(struct area a, int row, int col, int width, const struct frame *f,
                      const char *name)
{
    int has = canvas_width(a.canvas, name);
    has = has < width ? has : width;
    col += (width - has) / 2;
    area_text_in(a, row, col, has, f->name_style, name);
    int left = col < 0 ? 0 : col;
    if (f->selected && row >= 0)
        area_select_row(area_part(a, row, left, 1, col + has - left), 0);
}

static void draw_gone(struct area a, int row, int col, const struct map_box *b)
{
    for (int k = 0; k < 4 && b->rows > 2; k++)
        area_glyph(a, row + (k & 1 ? b->rows - 1 : 0), col + (k & 2 ? b->cols - 1 : 0), STYLE_BAD,
                   GLYPH_LOST);
    if (b->rows > 2)
        area_text(a, row + b->rows - 1, col + b->cols / 2 - 2, STYLE_BAD, "gone");
}

/* Not by its dimness alone: "(name)". */
static void draw_hidden(struct area a, int row, int col, int cols)
{
    area_text(a, row, col + 1, STYLE_DIM, "(");
    area_text(a, row, col + cols - 2, STYLE_DIM, ")");
}

static void draw_box(const struct map_picture *m, struct area a, const struct view_data *d,
                     size_t v, struct map_sel sel)
{
    const struct map_box *b = &m->layout->box[v];
    struct frame f = frame_of(m, d, v, sel);
    char name[256], text[300];
    int row = b->row - m->top, col = b->col - m->left;
    if (row + b->rows <= 0 || row >= a.rows || col + b->cols <= 0 || col >= a.cols)
        return;
    map_graph_name(&m->graph->vertex[v], d, name, sizeof name);
    bool bridge = m->graph->vertex[v].bridge;
    snprintf(text, sizeof text, "%s%s%s", bridge ? canvas_glyph(a.canvas, GLYPH_BRIDGE) : "",
             bridge ? " " : "", name);
    if (b->rows == 1) {
        area_text(a, row, col, f.style,
                  f.selected ? canvas_glyph(a.canvas, GLYPH_POINTER)
                  : f.hidden ? "("
                             : "[");
        draw_name(a, row, col + 1, b->cols - 2, &f, text);
        area_text(a, row, col + b->cols - 1, f.style,
                  f.gone     ? canvas_glyph(a.canvas, GLYPH_LOST)
                  : f.hidden ? ")"
                  : f.loss   ? "!"
                             : "]");
        return;
    }
    draw_frame(m, a, b, &f);
    for (int k = 1; k < b->rows - 1; k++)
        area_fill(area_part(a, row + k, col + 1, 1, b->cols - 2), STYLE_PLAIN, " ");
    draw_name(a, row + (b->rows - 1) / 2, col + 2, b->cols - 4, &f, text);
    if (f.gone)
        draw_gone(a, row, col, b);
    else if (f.hidden)
        draw_hidden(a, row + (b->rows - 1) / 2, col, b->cols);
    else if (f.loss)
        area_text(a, row + (b->rows - 1) / 2, col + 1, STYLE_BAD, "!");
}

void map_picture_draw(const struct map_picture *m, struct area a, const struct view_data *d,
                      struct map_sel sel)
{
    draw_lines(m, a);
    for (size_t i = 0; i < m->graph->edges; i++)
        draw_texts(m, a, i);
    for (size_t v = 0; v < m->graph->vertices; v++)
        draw_box(m, a, d, v, sel);
}
