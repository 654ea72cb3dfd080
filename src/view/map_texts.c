/* SPDX-License-Identifier: BSD-2-Clause */
/* map_texts: where names of interfaces, rates and signs stand: in a line that lies in a row, or
 * beside one that stands in a column. Nothing is cut: what has no room is left out, and then is to
 * be read in the map's last row. */
#include "view/map_route.h"

#define RATE_COLS     7 /* "999k/s" and a blank */
#define RATE_COLS_MAX 9

static struct map_cell *cell_of(const struct map_layout *l, uint32_t at)
{
    return &l->cell[at];
}

/* A cell of the line that lies in its row, with nothing else. */
static bool is_clear(const struct map_layout *l, uint32_t at, uint16_t edge)
{
    const struct map_cell *c = cell_of(l, at);
    return c->row_edge == edge && !c->col_edge && !c->text && c->arms == (ARM_LEFT | ARM_RIGHT);
}

static bool is_empty(const struct map_layout *l, int row, int col, int width)
{
    if (row < 0 || row >= l->rows || col < 0 || col + width > l->cols)
        return false;
    for (int i = 0; i < width; i++) {
        const struct map_cell *c = &l->cell[row * l->cols + col + i];
        if (c->box || c->row_edge || c->col_edge || c->text)
            return false;
    }
    return true;
}

static struct map_slot take(struct map_layout *l, int row, int col, int width)
{
    for (int i = 0; i < width; i++)
        l->cell[row * l->cols + col + i].text = 1;
    return (struct map_slot){row, col, width};
}

/* The cell at `i` from one end of the line. */
static uint32_t from_end(const struct map_path *p, int end, size_t i)
{
    return p->cell[end ? p->cells - 1 - i : i];
}

/* In the line, next to the box: one cell of line before it where there is room for that, and at
 * least two behind it for a sign. */
static bool name_in_line(struct map_layout *l, struct map_path *p, int end, uint16_t edge,
                         int width)
{
    size_t run = 0;
    while (run < p->cells && is_clear(l, from_end(p, end, run), edge))
        run++;
    if (run < (size_t)width + 2)
        return false;
    size_t skip = run >= (size_t)width + 4 ? 1 : 0;
    uint32_t first = from_end(p, end, skip), last = from_end(p, end, skip + (size_t)width - 1);
    uint32_t at = first < last ? first : last;
    p->name[end] = take(l, (int)at / l->cols, (int)at % l->cols, width);
    return true;
}

/* Beside a line that leaves the box upwards or downwards; on its right, or on its left. */
static void name_beside(struct map_layout *l, struct map_path *p, int end, uint16_t edge, int width)
{
    for (size_t i = 0; i < 3 && i < p->cells; i++) {
        uint32_t at = from_end(p, end, i);
        int row = (int)at / l->cols, col = (int)at % l->cols;
        if (cell_of(l, at)->col_edge != edge)
            return;
        bool right = is_empty(l, row, col + 1, width + 1);
        if (right || is_empty(l, row, col - width - 1, width + 1)) {
            p->name[end] = take(l, row, right ? col + 1 : col - width, width);
            return;
        }
    }
}

static void put_names(struct map_layout *l, const struct map_graph *g, size_t edge)
{
    struct map_path *p = &l->path[edge];
    uint16_t id = (uint16_t)(edge + 1);
    for (int end = 0; end < 2 && p->cells; end++) {
        int count = g->edge[edge].count;
        int width = count == 1 ? g->edge[edge].width[end] : end ? 0 : count < 10 ? 2 : 3;
        const struct map_cell *first = cell_of(l, from_end(p, end, 0));
        if (width == 0)
            continue;
        if (first->col_edge == id && first->arms & (ARM_UP | ARM_DOWN))
            name_beside(l, p, end, id, width);
        else
            name_in_line(l, p, end, id, width);
    }
}

/* The longest run of the line that is clear; its leftmost cell, and its length. */
static int longest_run(const struct map_layout *l, const struct map_path *p, uint16_t edge,
                       uint32_t *at)
{
    int best = 0, run = 0;
    for (size_t i = 0; i < p->cells; i++) {
        bool on = run > 0 && (p->cell[i] == p->cell[i - 1] + 1 || p->cell[i] + 1 == p->cell[i - 1]);
        run = !is_clear(l, p->cell[i], edge) ? 0 : on ? run + 1 : 1;
        if (run > best) {
            uint32_t first = p->cell[i + 1 - (size_t)run];
            best = run;
            *at = first < p->cell[i] ? first : p->cell[i];
        }
    }
    return best;
}

static void put_rate(struct map_layout *l, size_t edge)
{
    struct map_path *p = &l->path[edge];
    uint32_t at = 0;
    int run = longest_run(l, p, (uint16_t)(edge + 1), &at);
    if (run >= RATE_COLS + 4) {
        int width = run - 4 < RATE_COLS_MAX ? run - 4 : RATE_COLS_MAX;
        p->rate = take(l, (int)at / l->cols, (int)at % l->cols + (run - width) / 2, width);
        return;
    }
    for (size_t i = 0; i < p->cells; i++) { /* from the middle on */
        uint32_t mid = p->cell[(p->cells / 2 + i) % p->cells];
        int row = (int)mid / l->cols, col = (int)mid % l->cols;
        const struct map_cell *c = cell_of(l, mid);
        if (c->arms != (ARM_UP | ARM_DOWN) || !is_empty(l, row, col + 1, RATE_COLS + 1))
            continue;
        p->rate = take(l, row, col + 1, RATE_COLS);
        return;
    }
}

/* The cell nearest to `wish` that has no text and that no other line crosses. */
static uint32_t place_for_sign(const struct map_layout *l, const struct map_path *p, size_t wish)
{
    for (size_t off = 0; off < 2 * p->cells; off++) {
        size_t i =
            off & 1 ? wish - (off + 1) / 2 : wish + off / 2; /* wraps: then it is too large */
        if (i >= p->cells)
            continue;
        const struct map_cell *c = cell_of(l, p->cell[i]);
        if (!c->text && (!c->row_edge || !c->col_edge || c->row_edge == c->col_edge))
            return p->cell[i];
    }
    return p->cell[wish];
}

static void put_signs(const struct map_layout *l, struct map_path *p)
{
    for (int end = 0; end < 2; end++) { /* behind the name, if it lies in the line */
        size_t wish = 0;
        if (p->cells > 2 && cell_of(l, from_end(p, end, 1))->text)
            wish = 1;
        bool behind = false;
        for (; wish + 1 < p->cells && cell_of(l, from_end(p, end, wish))->text; wish++)
            behind = true;
        wish += behind && wish + 3 < p->cells && !cell_of(l, from_end(p, end, wish + 2))->text;
        p->sign[end] = place_for_sign(l, p, end ? p->cells - 1 - wish : wish);
    }
    p->sign[2] = place_for_sign(l, p, p->cells / 2);
}

void map_route_texts(struct map_layout *l, const struct map_graph *g)
{
    for (size_t i = 0; i < l->edges; i++)
        put_names(l, g, i);
    for (size_t i = 0; i < l->edges; i++)
        if (l->path[i].cells)
            put_signs(l, &l->path[i]);
    for (size_t i = 0; i < l->edges; i++) /* may take a sign's place: a line has one or the other */
        if (l->path[i].cells)
            put_rate(l, i);
}
