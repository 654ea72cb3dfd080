/* SPDX-License-Identifier: BSD-2-Clause */
/* map_table: see the header. Each link has two cells: in the row of either node stands that node's
 * end of it. */
#include "view/map_table.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUM_ROWS = 1, SIGN_COLS = 2, GAP_COLS = 2, MORE_COLS = 6, SPARSE_PITCH = 4 };

static int most(int a, int b)
{
    return a > b ? a : b;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* --- how much room there is ------------------------------------------------------------------- */

static int digits_of(int n)
{
    return n < 10 ? 1 : n < 100 ? 2 : 3;
}

static int widest_name(const struct map_graph *g)
{
    int cols = 1;
    for (size_t v = 0; v < g->vertices; v++)
        cols = most(cols, g->vertex[v].width);
    return cols;
}

/* Of what stands in a cell: a sign, and the interface's name or how many there are. */
static int widest_cell(const struct map_graph *g)
{
    int cols = 3;
    for (size_t i = 0; i < g->edges; i++)
        cols = most(cols, most(g->edge[i].width[0], g->edge[i].width[1]));
    return SIGN_COLS + cols;
}

static int label_cols(const struct map_graph *g, int number_cols)
{
    return 1 + number_cols + (number_cols ? 1 : 0) + widest_name(g) + 1;
}

bool map_table_fits(const struct map_graph *g, int cols)
{
    int n = (int)g->vertices;
    return n > 0 && label_cols(g, digits_of(n)) + n <= cols;
}

/* What has room: names above words, names above signs, numbers above words, numbers above signs. */
static void choose_columns(struct map_table *t, const struct map_graph *g, int cols)
{
    int n = most((int)t->vertices, 1), name = widest_name(g), words = widest_cell(g);
    int named = (cols - label_cols(g, 0)) / n;
    t->number_cols = named >= name + 1 ? 0 : digits_of(n);
    t->label_cols = label_cols(g, t->number_cols);
    int each = t->number_cols ? (cols - t->label_cols) / n : named;
    t->words = each >= words + 1;
    int wide = most(t->words ? words + GAP_COLS + MORE_COLS : SPARSE_PITCH,
                    t->number_cols ? 0 : name + GAP_COLS);
    t->col_pitch = most(1, least(each, wide));
}

/* Numbers that are wider than their column stand upright. */
static bool is_upright(const struct map_table *t)
{
    return t->number_cols && t->number_cols >= t->col_pitch && t->number_cols > 1;
}

static void choose_rows(struct map_table *t, int rows)
{
    int n = most((int)t->vertices, 1);
    t->head_rows = SUM_ROWS + (is_upright(t) ? t->number_cols : 1);
    int each = (rows - t->head_rows) / n;
    t->row_pitch = most(1, least(each, t->words ? 3 : 2));
    t->rates = t->words && t->row_pitch > 1;
}

/* --- which link is where ---------------------------------------------------------------------- */

static void add_edge(struct map_table *t, int row, int col, int edge)
{
    int *at = &t->first[row * (int)t->vertices + col];
    while (*at >= 0 && *at != edge)
        at = &t->next[*at];
    *at = edge;
}

void map_table_init(struct map_table *t, const struct map_graph *g, int rows, int cols)
{
    *t = (struct map_table){.vertices = g->vertices};
    t->first = mem_zalloc(g->vertices * g->vertices + 1, sizeof *t->first);
    t->next = mem_zalloc(g->edges + 1, sizeof *t->next);
    for (size_t i = 0; i < g->vertices * g->vertices; i++)
        t->first[i] = -1;
    for (size_t i = 0; i < g->edges; i++)
        t->next[i] = -1;
    for (size_t i = 0; i < g->edges; i++) {
        add_edge(t, g->edge[i].end[0], g->edge[i].end[1], (int)i);
        add_edge(t, g->edge[i].end[1], g->edge[i].end[0], (int)i);
    }
    choose_columns(t, g, cols);
    choose_rows(t, rows);
    t->rows = t->head_rows + (int)t->vertices * t->row_pitch;
    t->cols = t->label_cols + (int)t->vertices * t->col_pitch;
}

void map_table_fini(struct map_table *t)
{
    free(t->first);
    free(t->next);
    *t = (struct map_table){0};
}

struct map_box map_table_place(const struct map_table *t, size_t v)
{
    return (struct map_box){t->head_rows + (int)v * t->row_pitch, 0, 1, t->label_cols - 1};
}

static int edge_of(const struct map_table *t, const struct map_graph *g, size_t row, size_t col,
                   int *end)
{
    int edge = t->first[row * t->vertices + col];
    if (edge >= 0)
        *end = g->edge[edge].end[1] == (int)row;
    return edge;
}

int map_table_edge(const struct map_table *t, const struct map_graph *g, int row, int col, int *end)
{
    row -= t->head_rows;
    col -= t->label_cols;
    if (row < 0 || col < 0 || row / t->row_pitch >= (int)t->vertices ||
        col / t->col_pitch >= (int)t->vertices)
        return -1;
    return edge_of(t, g, (size_t)(row / t->row_pitch), (size_t)(col / t->col_pitch), end);
}

int map_table_beside(const struct map_table *t, const struct map_graph *g, size_t row, int col,
                     int step, int *end)
{
    for (col += step; col >= 0 && col < (int)t->vertices; col += step)
        if (edge_of(t, g, row, (size_t)col, end) >= 0)
            return edge_of(t, g, row, (size_t)col, end);
    return -1;
}

/* --- cells ------------------------------------------------------------------------------------ */

static bool is_hidden(const struct map_table_frame *f, size_t v)
{
    int node = f->graph->vertex[v].node;
    return node >= 0 && f->hidden[node];
}

/* All links between two nodes, as the row's node has them. Dim where that one is hidden: what is
 * shown still has its links. */
struct cell {
    int up, all, iface_end;
    bool set_down, selected, hidden;
    uint64_t bps;
    const struct snap_if *iface; /* of the first */
};

static struct cell cell_of(const struct map_table *t, const struct map_table_frame *f, size_t row,
                           size_t col)
{
    struct cell c = {.all = 0};
    int end = 0;
    for (int e = edge_of(t, f->graph, row, col, &end); e >= 0; e = t->next[e]) {
        const struct map_link *k = &f->at[e];
        int here = f->graph->edge[e].end[1] == (int)row;
        if (!c.iface || k->selected)
            c.iface = k->iface[here];
        c.up += k->up;
        c.all += k->all;
        c.bps += k->bps;
        c.set_down |= k->set_down[here];
        c.selected |= k->selected;
        c.hidden |= k->hidden || is_hidden(f, row);
        c.iface_end |= k->selected && k->selected_end == here;
    }
    return c;
}

static enum canvas_style style_of(const struct cell *c)
{
    if (c->hidden)
        return STYLE_DIM;
    if (c->up < c->all)
        return c->set_down ? STYLE_BAD : STYLE_WARN;
    return c->selected ? STYLE_FOCUS : STYLE_GOOD;
}

static const char *sign_of(const struct canvas *c, const struct cell *k)
{
    if (k->up < k->all)
        return k->set_down ? canvas_glyph(c, GLYPH_LOST) : "!";
    return canvas_glyph(c, k->bps >= MAP_BUSY_BPS ? GLYPH_LINK_BUSY : GLYPH_LINK_UP);
}

static void draw_words(const struct map_table *t, struct area a, const struct cell *c)
{
    char text[48], rate[32];
    enum canvas_style style = style_of(c);
    if (c->all > 1)
        snprintf(text, sizeof text, "x%d", c->all);
    else
        snprintf(text, sizeof text, "%s", c->iface ? c->iface->name : "");
    area_text_in(a, 0, SIGN_COLS, a.cols - SIGN_COLS - 1, style == STYLE_GOOD ? STYLE_PLAIN : style,
                 text);
    if (t->rates && c->bps && c->up == c->all)
        area_text_in(a, 1, SIGN_COLS, a.cols - SIGN_COLS, STYLE_DIM, map_state_rate(rate, c->bps));
}

static void draw_cell(const struct map_table *t, const struct map_table_frame *f, struct area a,
                      size_t row, size_t col)
{
    struct cell c = cell_of(t, f, row, col);
    if (row == col) {
        area_text(a, 0, 0, STYLE_DIM, "\\");
        return;
    }
    if (!c.all) {
        area_glyph(a, 0, 0, STYLE_DIM, GLYPH_LINK_NONE);
        return;
    }
    area_text(a, 0, 0, style_of(&c), sign_of(a.canvas, &c));
    if (t->words)
        draw_words(t, a, &c);
    else if (c.all > 1 && a.cols > 2)
        area_text(a, 0, 1, style_of(&c), c.all < 10 ? (char[]){(char)('0' + c.all), 0} : "+");
    if (c.selected && c.iface_end)
        area_select_row(area_part(a, 0, 0, 1, most(1, a.cols - 1)), 0);
}

/* --- names ------------------------------------------------------------------------------------ */

static const char *name_of(const struct map_table_frame *f, const struct canvas *c,
                           const struct view_data *d, size_t v, char to[300])
{
    char name[256];
    bool bridge = f->graph->vertex[v].bridge;
    map_graph_name(&f->graph->vertex[v], d, name, sizeof name);
    snprintf(to, 300, "%s%s%s", bridge ? canvas_glyph(c, GLYPH_BRIDGE) : "", bridge ? " " : "",
             name);
    return to;
}

static void draw_label(const struct map_table *t, const struct map_table_frame *f, struct area a,
                       const struct view_data *d, size_t v, struct map_sel sel)
{
    char text[300], number[16];
    int node = f->graph->vertex[v].node, col = 1;
    bool selected = node >= 0 && (size_t)node == sel.node;
    bool gone = node >= 0 && d->snap->node[node].gone && !d->node[node].absent;
    bool dim = node < 0 || is_hidden(f, v) || d->node[node].absent;
    enum canvas_style style = gone       ? STYLE_BAD
                              : selected ? STYLE_FOCUS
                              : dim      ? STYLE_DIM
                                         : STYLE_TITLE;
    if (gone)
        area_glyph(a, 0, 0, STYLE_BAD, GLYPH_LOST);
    else if (!dim && map_state_has_loss(d, (size_t)node))
        area_text(a, 0, 0, STYLE_BAD, "!");
    if (t->number_cols) {
        snprintf(number, sizeof number, "%zu", v + 1);
        area_text_right(a, 0, col, t->number_cols, STYLE_DIM, number);
        col += t->number_cols + 1;
    }
    name_of(f, a.canvas, d, v, text);
    int width = least(canvas_width(a.canvas, text), a.cols - col);
    area_text_in(a, 0, col, width, style, text);
    if (selected)
        area_select_row(area_part(a, 0, col, 1, width), 0);
}

static void draw_heading(const struct map_table *t, const struct map_table_frame *f, struct area a,
                         const struct view_data *d, size_t v, struct map_sel sel)
{
    char text[300];
    bool selected = (int)sel.node == f->graph->vertex[v].node;
    enum canvas_style style = selected ? STYLE_FOCUS : is_hidden(f, v) ? STYLE_DIM : STYLE_HEADER;
    if (!t->number_cols) {
        area_text_in(a, 0, 0,
                     least(a.cols, canvas_width(a.canvas, name_of(f, a.canvas, d, v, text))), style,
                     text);
        return;
    }
    int len = snprintf(text, sizeof text, "%zu", v + 1);
    for (int i = 0; i < len; i++) {
        char digit[] = {text[i], 0};
        int row = is_upright(t) ? t->number_cols - len + i : 0;
        area_text(a, row, is_upright(t) ? 0 : i, style, digit);
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

void map_table_draw(const struct map_table *t, const struct map_table_frame *f, struct area a,
                    const struct view_data *d, struct map_sel sel)
{
    int n = (int)t->vertices, cols = a.cols - t->label_cols, rows = a.rows - t->head_rows;
    struct area heads = area_part(a, SUM_ROWS, t->label_cols, t->head_rows - SUM_ROWS, cols);
    struct area labels = area_part(a, t->head_rows, 0, rows, t->label_cols - 1);
    struct area cells = area_part(a, t->head_rows, t->label_cols, rows, cols);
    for (int v = 0; v < n; v++) {
        int row = v * t->row_pitch - f->top, col = v * t->col_pitch - f->left;
        if (row >= 0)
            draw_label(t, f, area_part(labels, row, 0, 1, labels.cols), d, (size_t)v, sel);
        if (col >= 0)
            draw_heading(t, f, area_part(heads, 0, col, heads.rows, t->col_pitch), d, (size_t)v,
                         sel);
        for (int w = 0; w < n && row >= 0; w++) {
            col = w * t->col_pitch - f->left;
            if (col >= 0)
                draw_cell(t, f, area_part(cells, row, col, t->row_pitch, t->col_pitch), (size_t)v,
                          (size_t)w);
        }
    }
}

void map_table_signs(const struct map_table *t, struct area a, int used)
{
    const struct {
        const char *sign, *text;
    } signs[] = {{canvas_glyph(a.canvas, GLYPH_LINK_UP), "up"},
                 {canvas_glyph(a.canvas, GLYPH_LINK_BUSY), "busy"},
                 {canvas_glyph(a.canvas, GLYPH_LOST), "set down"},
                 {"!", "no carrier"}};
    _cleanup_buf_ struct buf text = BUF_INIT;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        buf_printf(&text, "  %s %s", signs[i].sign, signs[i].text);
    int width = canvas_width(a.canvas, buf_str(&text));
    int row = used + width <= a.cols ? 0 : t->rows < a.rows ? a.rows - 1 : -1;
    if (row >= 0 && width <= a.cols)
        area_text_right(a, row, 0, a.cols, STYLE_DIM, buf_str(&text));
}
