/* SPDX-License-Identifier: BSD-2-Clause */
/* map_list: see the header. Row 0 sums up; what is not well stands there too, wherever it is. */
#include "view/map_list.h"

#include "base/mem.h"
#include "view/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, GAP = 2, HEAD_ROW = 1 };

/* The only neighbour of each vertex; -1: it has none or several. */
static int *only_neighbours(const struct map_graph *g)
{
    enum { NONE = -1, SEVERAL = -2 };
    int *only = mem_zalloc(g->vertices + 1, sizeof *only);
    for (size_t v = 0; v < g->vertices; v++)
        only[v] = NONE;
    for (size_t i = 0; i < g->edges; i++)
        for (int k = 0; k < 2; k++) {
            int *o = &only[g->edge[i].end[k]], other = g->edge[i].end[1 - k];
            *o = *o == NONE || *o == other ? other : SEVERAL;
        }
    for (size_t v = 0; v < g->vertices; v++)
        only[v] = only[v] < 0 ? -1 : only[v];
    return only;
}

/* Of two that have only one another, the first one has the row. */
static bool is_head(const int *only, size_t v)
{
    return only[v] < 0 || (only[only[v]] == (int)v && (int)v < only[v]);
}

/* Of a node that is not well, behind its name: "x" would be a part of it. */
static int sign_cols(const struct map_graph *g)
{
    return g->ascii ? 2 : 1;
}

static int item_cols(const struct map_graph *g, size_t v)
{
    return g->vertex[v].width + sign_cols(g);
}

static void put(struct map_list *l, const struct map_graph *g, size_t v, int *row, int *col,
                int cols)
{
    if (*col + item_cols(g, v) > cols && *col > INDENT) {
        ++*row;
        *col = INDENT;
    }
    l->place[v] = (struct map_box){*row, *col, 1, item_cols(g, v)};
    *col += item_cols(g, v) + GAP;
}

/* Leaves by the head they hang on: the first of each, and the next one. */
static void chain_leaves(const struct map_list *l, const int *only, int *first, int *next)
{
    for (size_t v = l->vertices; v-- > 0;)
        first[v] = -1;
    for (size_t v = l->vertices; v-- > 0;)
        if (!l->head[v]) {
            next[v] = first[only[v]];
            first[only[v]] = (int)v;
        }
}

void map_list_init(struct map_list *l, const struct map_graph *g, int cols)
{
    *l = (struct map_list){.vertices = g->vertices};
    _cleanup_free_ int *only = only_neighbours(g);
    _cleanup_free_ int *first = mem_zalloc(g->vertices + 1, sizeof *first);
    _cleanup_free_ int *next = mem_zalloc(g->vertices + 1, sizeof *next);
    l->place = mem_zalloc(g->vertices + 1, sizeof *l->place);
    l->head = mem_zalloc(g->vertices + 1, sizeof *l->head);
    for (size_t v = 0; v < g->vertices; v++)
        l->head[v] = is_head(only, v);
    chain_leaves(l, only, first, next);
    int row = HEAD_ROW;
    for (size_t v = 0; v < g->vertices; v++) {
        int col = 0;
        if (!l->head[v])
            continue;
        put(l, g, v, &row, &col, cols);
        row++;
        col = INDENT;
        for (int k = first[v]; k >= 0; k = next[k])
            put(l, g, (size_t)k, &row, &col, cols);
        row += first[v] >= 0;
    }
    l->rows = row;
}

void map_list_fini(struct map_list *l)
{
    free(l->place);
    free(l->head);
    *l = (struct map_list){0};
}

/* --- how it is -------------------------------------------------------------------------------- */

struct health {
    int links, up;
    uint64_t bps;
};

static struct health *healths(const struct map_graph *g, const struct map_link *at)
{
    struct health *h = mem_zalloc(g->vertices + 1, sizeof *h);
    for (size_t i = 0; i < g->edges; i++)
        for (int end = 0; end < 2; end++) {
            struct health *it = &h[g->edge[i].end[end]];
            it->links += at[i].all;
            it->up += at[i].up;
            it->bps += at[i].bps;
        }
    return h;
}

/* ": a-b, c-d": those that are not up. */
static void append_trouble(struct buf *b, const struct view_data *d, const struct map_graph *g,
                           size_t edge)
{
    char name[2][256];
    for (int end = 0; end < 2; end++)
        map_graph_name(&g->vertex[g->edge[edge].end[end]], d, name[end], sizeof name[end]);
    if (b->len < 400)
        buf_printf(b, "%s %.100s-%.100s", b->len ? "," : ":", name[0], name[1]);
}

int map_list_sum(struct area a, const struct view_data *d, const struct map_graph *g,
                 const struct map_link *at)
{
    struct health whole = {0};
    _cleanup_buf_ struct buf trouble = BUF_INIT;
    char text[600], rate[32] = "";
    for (size_t i = 0; i < g->edges; i++) {
        whole.links += at[i].all;
        whole.up += at[i].up;
        whole.bps += at[i].bps;
        if (at[i].up < at[i].all)
            append_trouble(&trouble, d, g, i);
    }
    int down = whole.links - whole.up;
    if (whole.bps)
        map_state_rate(rate, whole.bps);
    snprintf(text, sizeof text, "%zu node%s, %d link%s, ", d->nodes, d->nodes == 1 ? "" : "s",
             whole.links, whole.links == 1 ? "" : "s");
    int col = area_text(a, 0, 0, STYLE_TITLE, text);
    if (down)
        snprintf(text, sizeof text, "%d not up%s", down, buf_str(&trouble));
    else
        snprintf(text, sizeof text, "all up%s%s", *rate ? ", " : "", rate);
    area_text_in(a, 0, col, a.cols - col, down ? STYLE_BAD : STYLE_GOOD, text);
    return col + canvas_width(a.canvas, text);
}

static enum canvas_style item_style(bool selected, bool down, bool loss, bool gone)
{
    return down || gone ? STYLE_BAD : loss ? STYLE_WARN : selected ? STYLE_FOCUS : STYLE_PLAIN;
}

/* A row's numbers and, behind them, those heads that it is linked to. */
static void draw_numbers(struct area a, int row, int col, const struct map_list *l,
                         const struct view_data *d, const struct map_graph *g, size_t v,
                         const struct health *h)
{
    char text[96], rate[32], name[256];
    snprintf(text, sizeof text, "%s%d link%s", g->vertex[v].bridge ? "bridge, " : "", h->links,
             h->links == 1 ? "" : "s");
    col = area_text(a, row, col, STYLE_DIM, text);
    if (h->up < h->links) {
        snprintf(text, sizeof text, ", %d not up", h->links - h->up);
        col = area_text(a, row, col, STYLE_BAD, text);
    }
    if (h->bps) {
        snprintf(text, sizeof text, ", %s", map_state_rate(rate, h->bps));
        col = area_text(a, row, col, STYLE_DIM, text);
    }
    col = area_text(a, row, col, STYLE_DIM, " ");
    for (size_t i = 0; i < g->edges && col < a.cols; i++)
        for (int k = 0; k < 2; k++)
            if (g->edge[i].end[k] == (int)v && l->head[g->edge[i].end[1 - k]]) {
                map_graph_name(&g->vertex[g->edge[i].end[1 - k]], d, name, sizeof name);
                snprintf(text, sizeof text, " %s %.80s", canvas_glyph(a.canvas, GLYPH_PEER), name);
                int room = a.cols - col, width = canvas_width(a.canvas, text);
                col = area_text_in(a, row, col, width < room ? width : room, STYLE_DIM, text);
            }
}

static void draw_item(const struct map_list *l, struct area a, int top, const struct view_data *d,
                      const struct map_graph *g, struct map_sel sel, size_t v,
                      const struct health *h, bool hidden)
{
    char name[256], text[300];
    const struct map_box *b = &l->place[v];
    int node = g->vertex[v].node, row = b->row - top;
    if (row < 0 || row >= a.rows || (top > 0 && row < HEAD_ROW))
        return;
    bool gone = node >= 0 && d->snap->node[node].gone;
    bool loss = node >= 0 && map_state_has_loss(d, (size_t)node), down = h->up < h->links;
    bool selected = node >= 0 && (size_t)node == sel.node;
    enum canvas_style style = item_style(selected, down, loss, gone);
    map_graph_name(&g->vertex[v], d, name, sizeof name);
    bool bridge = g->vertex[v].bridge;
    snprintf(text, sizeof text, "%s%s%s", bridge ? canvas_glyph(a.canvas, GLYPH_BRIDGE) : "",
             bridge ? " " : "", name);
    int col = b->col, room = b->cols - sign_cols(g);
    if (l->head[v] && !selected && style == STYLE_PLAIN)
        style = STYLE_TITLE;
    if (hidden && !selected)
        style = STYLE_DIM;
    area_text_in(a, row, col, room, style, text);
    if (selected)
        area_select_row(area_part(a, row, col, 1, room), 0);
    if (down || gone)
        area_glyph(a, row, col + b->cols - 1, STYLE_BAD, GLYPH_LOST);
    else if (loss)
        area_text(a, row, col + b->cols - 1, STYLE_WARN, "!");
    if (l->head[v])
        draw_numbers(a, row, col + b->cols + 1, l, d, g, v, h);
}

void map_list_draw(const struct map_list *l, struct area a, int top, const struct view_data *d,
                   const struct map_graph *g, const struct map_link *at, const bool *hidden,
                   struct map_sel sel)
{
    _cleanup_free_ struct health *h = healths(g, at);
    for (size_t v = 0; v < l->vertices; v++) {
        int node = g->vertex[v].node;
        draw_item(l, a, top, d, g, sel, v, &h[v], node >= 0 && hidden[node]);
    }
}
