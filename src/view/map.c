/* SPDX-License-Identifier: BSD-2-Clause */
/* map: see the header. The picture has coordinates of its own; what of it is seen is moved by no
 * more than brings the selected node into the room. */
#include "view/map.h"

#include "base/mem.h"
#include "view/map_layout.h"
#include "view/map_list.h"
#include "view/map_picture.h"
#include "view/map_state.h"
#include "view/map_table.h"
#include "view/nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct map {
    bool known; /* graph and the rest are filled */
    struct map_graph graph;
    struct map_layout layout;
    struct map_list list;
    struct map_table table;
    bool *hidden;        /* owned; by node: in this frame the filter hides it */
    int top, left;       /* the first row and column of the picture that is seen */
    struct area room;    /* where the last picture was drawn; its canvas may be gone */
    struct map_link *at; /* owned; how each edge is in this frame */
};

struct map *map_new(void)
{
    return mem_zalloc(1, sizeof(struct map));
}

static void forget(struct map *m)
{
    map_graph_fini(&m->graph);
    map_layout_fini(&m->layout);
    map_list_fini(&m->list);
    map_table_fini(&m->table);
    free(m->at);
    free(m->hidden);
}

void map_free(struct map *m)
{
    if (m)
        forget(m);
    free(m);
}

/* --- places ----------------------------------------------------------------------------------- */

/* What stays at the top while the rest scrolls: row 0 of a list, the heads of a table. */
static int fixed_rows(const struct map *m)
{
    return m->layout.form == MAP_LIST ? 1 : m->layout.form == MAP_TABLE ? m->table.head_rows : 0;
}

static int fixed_cols(const struct map *m)
{
    return m->layout.form == MAP_TABLE ? m->table.label_cols : 0;
}

static struct map_box place_of(const struct map *m, size_t vertex)
{
    switch (m->layout.form) {
    case MAP_LIST:
        return m->list.place[vertex];
    case MAP_TABLE:
        return map_table_place(&m->table, vertex);
    default:
        return m->layout.box[vertex];
    }
}

static void update(struct map *m, struct area a, const struct view_data *d, enum map_form wish)
{
    struct map_graph g;
    map_graph_init(&g, d, a.canvas);
    bool same_room = m->layout.room_rows == a.rows && m->layout.room_cols == a.cols;
    bool same = same_room && m->layout.wish == wish;
    if (m->known && same && map_graph_same(&g, &m->graph)) {
        map_graph_fini(&g);
        return;
    }
    struct map_layout fresh;
    map_layout_init(&fresh, &g, a.rows, a.cols, wish, m->known ? &m->layout : NULL, &m->graph);
    int top = m->known && same ? m->top : 0, left = m->known && same ? m->left : 0;
    forget(m);
    *m = (struct map){.known = true, .graph = g, .layout = fresh, .top = top, .left = left};
    m->at = mem_zalloc(g.edges + 1, sizeof *m->at);
    m->hidden = mem_zalloc(d->nodes + 1, sizeof *m->hidden);
    if (fresh.form == MAP_LIST)
        map_list_init(&m->list, &g, a.cols);
    if (fresh.form == MAP_TABLE)
        map_table_init(&m->table, &g, a.rows, a.cols);
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

/* Of a table, the column of the other end of the selected link is to be seen, or the node's. */
static size_t column_wanted(const struct map *m, struct map_sel sel)
{
    for (size_t i = 0; i < m->graph.edges; i++)
        if (m->at[i].selected)
            return (size_t)m->graph.edge[i].end[1 - m->at[i].selected_end];
    return sel.node;
}

/* Nothing is half seen at the top or on the left. */
static void scroll_table(struct map *m, struct area a, struct map_sel sel)
{
    const struct map_table *t = &m->table;
    int rows = t->rows - t->head_rows, cols = t->cols - t->label_cols;
    int row = (int)sel.node * t->row_pitch, col = (int)column_wanted(m, sel) * t->col_pitch;
    m->top = scrolled(m->top, row, t->row_pitch, a.rows - t->head_rows, rows, 1);
    m->left = scrolled(m->left, col, t->col_pitch, a.cols - t->label_cols, cols, 1);
    m->top = (m->top + t->row_pitch - 1) / t->row_pitch * t->row_pitch;
    m->left = (m->left + t->col_pitch - 1) / t->col_pitch * t->col_pitch;
}

static void scroll(struct map *m, struct area a, struct map_sel sel)
{
    if (m->layout.form == MAP_TABLE) {
        scroll_table(m, a, sel);
        return;
    }
    int fixed = fixed_rows(m);
    int rows = m->layout.form == MAP_LIST ? m->list.rows : m->layout.rows;
    int cols = m->layout.form == MAP_LIST ? a.cols : m->layout.cols;
    struct map_box b = {0, 0, 1, 1};
    if (sel.node < m->graph.vertices)
        b = place_of(m, sel.node);
    m->top = scrolled(m->top, b.row - fixed, b.rows, a.rows - fixed, rows - fixed, 1);
    m->left = scrolled(m->left, b.col, b.cols, a.cols, cols, 6);
}

/* --- the whole -------------------------------------------------------------------------------- */

static int unseen(const struct map *m)
{
    int count = 0;
    for (size_t v = 0; v < m->graph.vertices; v++) {
        const struct map_box b = place_of(m, v);
        int row = b.row + (b.rows - 1) / 2 - m->top, col = b.col + b.cols / 2;
        col -= fixed_cols(m) ? 0 : m->left;
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

/* How all is in this frame, and what of it the filter hides. */
static void look(struct map *m, const struct view_data *d, const struct map_wish *w)
{
    for (size_t v = 0; v < d->nodes; v++)
        m->hidden[v] = !nodes_match(d, v, w->filter ? w->filter : "");
    for (size_t i = 0; i < m->graph.edges; i++) {
        const struct map_edge *e = &m->graph.edge[i];
        m->at[i] = map_state_link(d, &m->graph, i, w->sel);
        int near = m->graph.vertex[e->end[0]].node, far = m->graph.vertex[e->end[1]].node;
        m->at[i].hidden = m->hidden[near] && (far < 0 || m->hidden[far]);
    }
}

static void draw_form(const struct map *m, struct area a, const struct view_data *d,
                      struct map_sel sel)
{
    const struct map_picture p = {&m->graph, &m->layout, m->at, m->hidden, m->top, m->left};
    const struct map_table_frame f = {&m->graph, m->at, m->hidden, m->top, m->left};
    switch (m->layout.form) {
    case MAP_LIST:
        map_list_draw(&m->list, a, m->top, d, &m->graph, m->at, m->hidden, sel);
        map_list_sum(a, d, &m->graph, m->at);
        break;
    case MAP_TABLE:
        map_table_draw(&m->table, &f, a, d, sel);
        map_table_signs(&m->table, a, map_list_sum(a, d, &m->graph, m->at));
        break;
    default:
        map_picture_draw(&p, a, d, sel);
    }
}

void map_draw(struct map *m, struct area a, const struct view_data *d, const struct map_wish *w)
{
    struct area picture = area_part(a, 0, 0, a.rows - 1, a.cols);
    update(m, picture, d, w->form);
    look(m, d, w);
    scroll(m, picture, w->sel);
    m->room = picture;
    draw_form(m, picture, d, w->sel);
    if (d->nodes == 0)
        area_text_in(picture, picture.rows / 2, 1, picture.cols - 1, STYLE_DIM,
                     "this lab has no nodes");
    draw_last_row(m, area_part(a, a.rows - 1, 0, 1, a.cols), d, w->sel);
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

/* The end of an edge that is a node's: `end` if it can be. */
static bool end_of(const struct map *m, int edge, int end, struct map_sel *out)
{
    const struct map_edge *e = &m->graph.edge[edge];
    if (m->graph.vertex[e->end[end]].node < 0 || !e->ifindex[end])
        end = 1 - end;
    *out = (struct map_sel){(size_t)e->end[end], e->ifindex[end]};
    return true;
}

static bool hit_cell(const struct map *m, int row, int col, struct map_sel *out)
{
    int end = 0, edge = map_table_edge(&m->table, &m->graph, row, col, &end);
    return edge >= 0 && end_of(m, edge, end, out);
}

bool map_hit(const struct map *m, int row, int col, struct map_sel *out)
{
    row -= m->room.row;
    col -= m->room.col;
    if (!m->known || row < fixed_rows(m) || row >= m->room.rows || col < 0 || col >= m->room.cols)
        return false;
    row += m->top;
    col += col < fixed_cols(m) ? 0 : m->left;
    for (size_t v = 0; v < m->graph.vertices; v++) {
        const struct map_box b = place_of(m, v);
        if (row < b.row || row >= b.row + b.rows || col < b.col || col >= b.col + b.cols)
            continue;
        *out = (struct map_sel){v, 0};
        return m->graph.vertex[v].node >= 0;
    }
    if (m->layout.form == MAP_TABLE)
        return hit_cell(m, row, col, out);
    if (m->layout.form == MAP_LIST || row >= m->layout.rows || col >= m->layout.cols)
        return false;
    return hit_line(m, row, col, out);
}

/* How far a box is away in a direction, rows counted twice; what lies aside counts more. */
static int away(struct map_box from, struct map_box to, enum map_dir dir)
{
    int rows = (2 * to.row + to.rows) - (2 * from.row + from.rows);
    int cols = ((2 * to.col + to.cols) - (2 * from.col + from.cols)) / 2;
    int along = dir == MAP_UP ? -rows : dir == MAP_DOWN ? rows : dir == MAP_LEFT ? -cols : cols;
    int aside = abs(dir == MAP_UP || dir == MAP_DOWN ? cols : rows);
    return along > 0 ? along + 2 * aside + (aside > along ? 10000 : 0) : -1;
}

bool map_has_link(const struct view_data *d, size_t node, const struct snap_if *i)
{
    return map_graph_draws(d, node, i);
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

bool map_step_link(const struct map *m, struct map_sel from, enum map_dir dir, struct map_sel *out)
{
    if (!m->known || m->layout.form != MAP_TABLE || from.node >= m->graph.vertices ||
        (dir != MAP_LEFT && dir != MAP_RIGHT))
        return false;
    int col = dir == MAP_LEFT ? (int)m->graph.vertices : -1, end = 0;
    for (size_t i = 0; from.ifindex && i < m->graph.edges; i++)
        for (int k = 0; k < 2; k++)
            if (m->graph.edge[i].end[k] == (int)from.node &&
                m->graph.edge[i].ifindex[k] == from.ifindex)
                col = m->graph.edge[i].end[1 - k];
    int edge =
        map_table_beside(&m->table, &m->graph, from.node, col, dir == MAP_LEFT ? -1 : 1, &end);
    *out = from;
    return edge < 0 || end_of(m, edge, end, out);
}
