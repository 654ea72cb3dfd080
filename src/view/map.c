/* SPDX-License-Identifier: BSD-2-Clause */
/* map: see the header. The picture has coordinates of its own; what of it is seen is moved by no
 * more than brings the selected node into the room. */
#include "view/map.h"

#include "base/mem.h"
#include "view/map_layout.h"
#include "view/map_line.h"
#include "view/map_list.h"
#include "view/map_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct map {
    bool known; /* graph and the rest are filled */
    struct map_graph graph;
    struct map_layout layout;
    struct map_list list;
    int top, left;       /* the first row and column of the picture that is seen */
    struct area room;    /* where the last picture was drawn; its canvas may be gone */
    struct map_link *at; /* owned; how each edge is in this frame */
};

struct map *map_new(void)
{
    return mem_zalloc(1, sizeof(struct map));
}

void map_reset(struct map *m)
{
    map_graph_fini(&m->graph);
    map_layout_fini(&m->layout);
    map_list_fini(&m->list);
    free(m->at);
    *m = (struct map){.known = false};
}

void map_free(struct map *m)
{
    if (m)
        map_reset(m);
    free(m);
}

/* --- places ----------------------------------------------------------------------------------- */

/* Row 0 of a list stays; it scrolls below. */
static int fixed_rows(const struct map *m)
{
    return m->layout.list ? 1 : 0;
}

static const struct map_box *place_of(const struct map *m, size_t vertex)
{
    return m->layout.list ? &m->list.place[vertex] : &m->layout.box[vertex];
}

static void update(struct map *m, struct area a, const struct view_data *d)
{
    struct map_graph g;
    map_graph_init(&g, d, a.canvas);
    bool same_room = m->layout.room_rows == a.rows && m->layout.room_cols == a.cols;
    if (m->known && same_room && map_graph_same(&g, &m->graph)) {
        map_graph_fini(&g);
        return;
    }
    struct map_layout fresh;
    map_layout_init(&fresh, &g, a.rows, a.cols, m->known ? &m->layout : NULL, &m->graph);
    map_graph_fini(&m->graph);
    map_layout_fini(&m->layout);
    map_list_fini(&m->list);
    free(m->at);
    m->graph = g;
    m->layout = fresh;
    m->at = mem_zalloc(g.edges + 1, sizeof *m->at);
    if (fresh.list)
        map_list_init(&m->list, &g, a.cols);
    if (!m->known || !same_room)
        m->top = m->left = 0;
    m->known = true;
}

/* The least move that brings from..from+length, with some of what is around it, into the room. */
static int scrolled(int at, int from, int length, int room, int all, int around)
{
    if (from - around < at)
        at = from - around;
    if (from + length + around > at + room)
        at = from + length + around - room;
    if (from < at)
        at = from;
    at = at > all - room ? all - room : at;
    return at < 0 ? 0 : at;
}

static void scroll(struct map *m, struct area a, struct map_sel sel)
{
    int fixed = fixed_rows(m);
    int rows = m->layout.list ? m->list.rows : m->layout.rows;
    int cols = m->layout.list ? a.cols : m->layout.cols;
    struct map_box all = {0, 0, 1, 1};
    const struct map_box *b = sel.node < m->graph.vertices ? place_of(m, sel.node) : &all;
    m->top = scrolled(m->top, b->row - fixed, b->rows, a.rows - fixed, rows - fixed, 1);
    m->left = scrolled(m->left, b->col, b->cols, a.cols, cols, 6);
}

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
    if (k->up < k->all)
        return k->set_down[0] || k->set_down[1] ? STYLE_BAD : STYLE_WARN;
    return k->selected ? STYLE_FOCUS : STYLE_GOOD;
}

static void draw_cell(const struct map *m, struct area a, int row, int col)
{
    const struct map_cell *c = &m->layout.cell[row * m->layout.cols + col];
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
        if (!link || (other->selected && !link->selected))
            style = style_of(other);
    }
    area_text(a, row - m->top, col - m->left, style,
              map_line_glyph(c->arms, in_row, in_col, a.canvas->ascii));
}

static void draw_lines(const struct map *m, struct area a)
{
    for (int row = m->top; row < m->top + a.rows && row < m->layout.rows; row++)
        for (int col = m->left; col < m->left + a.cols && col < m->layout.cols; col++)
            draw_cell(m, a, row, col);
}

static void draw_slot(const struct map *m, struct area a, const struct map_slot *s,
                      enum canvas_style style, const char *text)
{
    area_text_in(a, s->row - m->top, s->col - m->left, s->width, style, text);
}

static void draw_sign(const struct map *m, struct area a, uint32_t cell, enum canvas_style style)
{
    area_glyph(a, (int)cell / m->layout.cols - m->top, (int)cell % m->layout.cols - m->left, style,
               GLYPH_LOST);
}

/* What stands on and beside a line: names, the rate, and where it is down. */
static void draw_texts(const struct map *m, struct area a, size_t edge)
{
    const struct map_link *k = &m->at[edge];
    const struct map_path *p = &m->layout.path[edge];
    char text[40], rate[32];
    if (p->cells == 0 || k->all == 0)
        return;
    if (k->all > 1) {
        snprintf(text, sizeof text, "x%d", k->all);
        draw_slot(m, a, &p->name[0], STYLE_TITLE, text);
    }
    for (int end = 0; end < 2 && k->all == 1; end++)
        if (k->iface[end] && p->name[end].width)
            draw_slot(m, a, &p->name[end],
                      k->set_down[end]                        ? STYLE_BAD
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
            draw_sign(m, a, p->sign[end], STYLE_BAD);
    if (k->up < k->all && !k->set_down[0] && !k->set_down[1])
        draw_sign(m, a, p->sign[2], STYLE_WARN);
}

/* --- boxes ------------------------------------------------------------------------------------ */

struct frame {
    enum map_weight weight;
    enum canvas_style style, name_style;
    bool gone, selected, loss;
};

static struct frame frame_of(const struct map *m, const struct view_data *d, size_t v,
                             struct map_sel sel)
{
    struct frame f = {WEIGHT_LIGHT, STYLE_PLAIN, STYLE_TITLE, false, false, false};
    int node = m->graph.vertex[v].node;
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
    if (d->node[node].absent && !f.selected)
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

static void draw_frame(const struct map *m, struct area a, const struct map_box *b,
                       const struct frame *f)
{
    for (int row = 0; row < b->rows; row++)
        for (int col = 0; col < b->cols; col++) {
            uint8_t arms = frame_arms(b, row, col);
            const struct map_cell *c =
                &m->layout.cell[(b->row + row) * m->layout.cols + b->col + col];
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

static void draw_box(const struct map *m, struct area a, const struct view_data *d, size_t v,
                     struct map_sel sel)
{
    const struct map_box *b = &m->layout.box[v];
    struct frame f = frame_of(m, d, v, sel);
    char name[256], text[300];
    int row = b->row - m->top, col = b->col - m->left;
    if (row + b->rows <= 0 || row >= a.rows || col + b->cols <= 0 || col >= a.cols)
        return;
    map_graph_name(&m->graph.vertex[v], d, name, sizeof name);
    bool bridge = m->graph.vertex[v].bridge;
    snprintf(text, sizeof text, "%s%s%s", bridge ? canvas_glyph(a.canvas, GLYPH_BRIDGE) : "",
             bridge ? " " : "", name);
    if (b->rows == 1) {
        area_text(a, row, col, f.style, f.selected ? canvas_glyph(a.canvas, GLYPH_POINTER) : "[");
        draw_name(a, row, col + 1, b->cols - 2, &f, text);
        area_text(a, row, col + b->cols - 1, f.style,
                  f.gone   ? canvas_glyph(a.canvas, GLYPH_LOST)
                  : f.loss ? "!"
                           : "]");
        return;
    }
    draw_frame(m, a, b, &f);
    for (int k = 1; k < b->rows - 1; k++)
        area_fill(area_part(a, row + k, col + 1, 1, b->cols - 2), STYLE_PLAIN, " ");
    draw_name(a, row + (b->rows - 1) / 2, col + 2, b->cols - 4, &f, text);
    if (f.gone)
        draw_gone(a, row, col, b);
    else if (f.loss)
        area_text(a, row + (b->rows - 1) / 2, col + 1, STYLE_BAD, "!");
}

/* --- the whole -------------------------------------------------------------------------------- */

static int unseen(const struct map *m)
{
    int count = 0;
    for (size_t v = 0; v < m->graph.vertices; v++) {
        const struct map_box *b = place_of(m, v);
        int row = b->row + (b->rows - 1) / 2 - m->top, col = b->col + b->cols / 2 - m->left;
        count += m->graph.vertex[v].node >= 0 &&
                 (row < fixed_rows(m) || row >= m->room.rows || col < 0 || col >= m->room.cols);
    }
    return count;
}

static void draw_last_row(const struct map *m, struct area a, const struct view_data *d,
                          struct map_sel sel)
{
    char more[64] = "";
    int hidden = unseen(m);
    if (hidden)
        snprintf(more, sizeof more, " %s%s %d more", canvas_glyph(a.canvas, GLYPH_ABOVE),
                 canvas_glyph(a.canvas, GLYPH_BELOW), hidden);
    int right = hidden ? canvas_width(a.canvas, more) : 0;
    _cleanup_free_ char *words = map_state_words(d, a.canvas, a.cols - right - 1, sel);
    area_text_in(a, 0, 0, a.cols - right, STYLE_FOCUS, words);
    area_text_right(a, 0, 0, a.cols, STYLE_WARN, more);
}

void map_draw(struct map *m, struct area a, const struct view_data *d, struct map_sel sel)
{
    struct area picture = area_part(a, 0, 0, a.rows - 1, a.cols);
    update(m, picture, d);
    scroll(m, picture, sel);
    m->room = picture;
    for (size_t i = 0; i < m->graph.edges; i++)
        m->at[i] = map_state_link(d, &m->graph, i, sel);
    if (m->layout.list) {
        map_list_draw(&m->list, picture, m->top, d, &m->graph, sel);
    } else {
        draw_lines(m, picture);
        for (size_t i = 0; i < m->graph.edges; i++)
            draw_texts(m, picture, i);
        for (size_t v = 0; v < m->graph.vertices; v++)
            draw_box(m, picture, d, v, sel);
    }
    if (d->nodes == 0)
        area_text_in(picture, picture.rows / 2, 1, picture.cols - 1, STYLE_DIM,
                     "this lab has no nodes");
    draw_last_row(m, area_part(a, a.rows - 1, 0, 1, a.cols), d, sel);
}

/* --- asking about places ---------------------------------------------------------------------- */

static bool hit_line(const struct map *m, int row, int col, struct map_sel *out)
{
    const struct map_cell *c = &m->layout.cell[row * m->layout.cols + col];
    uint16_t id = c->row_edge ? c->row_edge : c->col_edge;
    if (c->box || !id)
        return false;
    const struct map_path *p = &m->layout.path[id - 1];
    const struct map_edge *e = &m->graph.edge[id - 1];
    size_t at = 0;
    while (at < p->cells && p->cell[at] != (uint32_t)(row * m->layout.cols + col))
        at++;
    int end = 2 * at >= p->cells && m->graph.vertex[e->end[1]].node >= 0 && e->ifindex[1] ? 1 : 0;
    *out = (struct map_sel){(size_t)e->end[end], e->ifindex[end]};
    return true;
}

bool map_hit(const struct map *m, int row, int col, struct map_sel *out)
{
    row -= m->room.row;
    col -= m->room.col;
    if (!m->known || row < fixed_rows(m) || row >= m->room.rows || col < 0 || col >= m->room.cols)
        return false;
    row += m->top;
    col += m->left;
    for (size_t v = 0; v < m->graph.vertices; v++) {
        const struct map_box *b = place_of(m, v);
        if (row < b->row || row >= b->row + b->rows || col < b->col || col >= b->col + b->cols)
            continue;
        *out = (struct map_sel){v, 0};
        return m->graph.vertex[v].node >= 0;
    }
    if (m->layout.list || row >= m->layout.rows || col >= m->layout.cols)
        return false;
    return hit_line(m, row, col, out);
}

/* How far a box is away in a direction, rows counted twice; what lies aside counts more. */
static int away(const struct map_box *from, const struct map_box *to, enum map_dir dir)
{
    int rows = (2 * to->row + to->rows) - (2 * from->row + from->rows);
    int cols = ((2 * to->col + to->cols) - (2 * from->col + from->cols)) / 2;
    int along = dir == MAP_UP ? -rows : dir == MAP_DOWN ? rows : dir == MAP_LEFT ? -cols : cols;
    int aside = abs(dir == MAP_UP || dir == MAP_DOWN ? cols : rows);
    return along > 0 ? along + 2 * aside + (aside > along ? 10000 : 0) : -1;
}

size_t map_step(const struct map *m, size_t node, enum map_dir dir)
{
    size_t best = node;
    int least = -1;
    for (size_t v = 0; m->known && node < m->graph.vertices && v < m->graph.vertices; v++) {
        int cost = away(place_of(m, node), place_of(m, v), dir);
        if (m->graph.vertex[v].node < 0 || cost < 0 || (least >= 0 && cost >= least))
            continue;
        least = cost;
        best = v;
    }
    return best;
}
