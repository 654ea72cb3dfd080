/* SPDX-License-Identifier: BSD-2-Clause */
/* map_route: see the header.
 *
 * The search is A* over (cell, direction of travel): what is added to the cost so far is what the
 * straight distance would cost, so that never more is believed to be left than is. Costs are small
 * integers, and a bucket for each of them is the queue; within a bucket the last one in is the
 * first one out, which is what makes the way the same each time. */
#include "view/map_route.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* A row is twice as high as a column is wide. */
enum { COST_COL = 2, COST_ROW = 4, COST_BEND = 14, COST_CROSS = 36, COST_CLOSE = 3 };
enum { BUCKETS = 4096, AROUND = 1 };

/* Directions: up, right, down, left; the arm of each is 1 << direction. */
static const int drow[4] = {-1, 0, 1, 0}, dcol[4] = {0, 1, 0, -1};

struct entry {
    uint32_t state; /* cell * 4 + direction */
    uint32_t next;  /* in the same bucket; 0: none */
    int16_t row, col;
};

struct reached {
    uint32_t round; /* the search that this is of; another one: not reached yet */
    uint16_t cost;  /* less than BUCKETS */
    uint8_t from;   /* the direction before */
};

struct search {
    struct map_layout *l;
    struct reached *at; /* by state */
    uint32_t round;
    uint16_t *rows_left,
        *cols_left; /* of a row or column: what the straight way to the goal costs */
    struct entry *entry;
    size_t entries, entry_room;
    uint32_t bucket[BUCKETS];
    const struct map_box *goal;
    uint32_t best, best_state; /* of the ways that reached the goal */
    int best_dir;              /* into it */
};

static bool is_row(int dir)
{
    return dir & 1;
}

static int distance(int at, int from, int length)
{
    return at < from ? from - at : at >= from + length ? at - from - length + 1 : 0;
}

/* The straight way, and one bend where it does not lie ahead. */
static uint32_t left_over(const struct search *s, int row, int col, int dir)
{
    uint32_t rows = s->rows_left[row], cols = s->cols_left[col];
    bool bends = is_row(dir) ? rows > 0 : cols > 0;
    return rows + cols + (bends ? COST_BEND : 0);
}

static void aim(struct search *s, const struct map_box *goal)
{
    s->goal = goal;
    for (int row = 0; row < s->l->rows; row++)
        s->rows_left[row] = (uint16_t)(COST_ROW * distance(row, goal->row, goal->rows));
    for (int col = 0; col < s->l->cols; col++)
        s->cols_left[col] = (uint16_t)(COST_COL * distance(col, goal->col, goal->cols));
}

/* --- the queue -------------------------------------------------------------------------------- */

static void push(struct search *s, int row, int col, int dir, uint32_t cost, int from)
{
    uint32_t state = (uint32_t)(row * s->l->cols + col) * 4 + (uint32_t)dir;
    struct reached *at = &s->at[state];
    if (at->round == s->round && at->cost <= cost)
        return;
    uint32_t key = cost + left_over(s, row, col, dir);
    if (key >= BUCKETS || key >= s->best)
        return;
    *at = (struct reached){s->round, (uint16_t)cost, (uint8_t)from};
    mem_grow(&s->entry, &s->entry_room, s->entries, sizeof *s->entry);
    s->entry[s->entries] = (struct entry){state, s->bucket[key], (int16_t)row, (int16_t)col};
    s->bucket[key] = (uint32_t)s->entries++;
}

/* --- what is allowed and what it costs -------------------------------------------------------- */

static uint16_t edge_along(const struct map_cell *c, int dir)
{
    return is_row(dir) ? c->row_edge : c->col_edge;
}

static uint16_t edge_across(const struct map_cell *c, int dir)
{
    return is_row(dir) ? c->col_edge : c->row_edge;
}

static struct map_cell *cell_at(const struct map_layout *l, int row, int col)
{
    if (row < 0 || row >= l->rows || col < 0 || col >= l->cols)
        return NULL;
    return &l->cell[row * l->cols + col];
}

/* Beside a box, or beside a line in the same direction, two things are hard to tell apart. */
static uint32_t closeness(const struct map_layout *l, int row, int col, int dir)
{
    uint32_t cost = 0;
    for (int side = 0; side < 2; side++) {
        int d = (dir + 1 + 2 * side) & 3;
        const struct map_cell *c = cell_at(l, row + drow[d], col + dcol[d]);
        if (c && (c->box || edge_along(c, dir)))
            cost += COST_CLOSE;
    }
    return cost;
}

/* Lines may end everywhere at a side but at corners; the middle is best where sides are short. */
static bool is_port(const struct map_box *b, int row, int col, int dir, uint32_t *cost)
{
    int row_off = row - b->row, col_off = col - b->col;
    if (!is_row(dir)) {
        int off = 2 * col_off - (b->cols - 1);
        *cost = (uint32_t)(off < 0 ? -off : off) / 2;
        return col_off > 0 && col_off < b->cols - 1;
    }
    int off = 2 * row_off - (b->rows - 1);
    *cost = b->rows <= 5 ? (uint32_t)(off < 0 ? -off : off) : 0;
    return b->rows == 1 || (row_off > 0 && row_off < b->rows - 1);
}

static void reach(struct search *s, uint32_t state, uint32_t cost, int dir, int row, int col)
{
    uint32_t port;
    const struct map_cell *c = cell_at(s->l, row, col);
    if (!is_port(s->goal, row, col, dir, &port) || edge_along(c, dir))
        return;
    if (cost + port < s->best) {
        s->best = cost + port;
        s->best_state = state;
        s->best_dir = dir;
    }
}

/* From a cell, entered in `dir`, on in `next`. */
static void go_on(struct search *s, const struct entry *e, int next)
{
    uint32_t cost = s->at[e->state].cost;
    int dir = (int)(e->state & 3);
    const struct map_layout *l = s->l;
    const struct map_cell *here = &l->cell[e->state / 4];
    int row = e->row + drow[next], col = e->col + dcol[next];
    if (next != dir && (here->row_edge || here->col_edge))
        return;
    cost += next != dir ? COST_BEND : 0;
    const struct map_cell *c = cell_at(l, row, col);
    if (!c)
        return;
    if (c->box && &l->box[c->box - 1] == s->goal)
        reach(s, e->state, cost, next, row, col);
    if (c->box || edge_along(c, next))
        return;
    cost += is_row(next) ? COST_COL : COST_ROW;
    cost += edge_across(c, next) ? COST_CROSS : 0;
    push(s, row, col, next, cost + closeness(l, row, col, next), dir);
}

/* --- one line --------------------------------------------------------------------------------- */

static void start(struct search *s, const struct map_box *b)
{
    for (int row = b->row; row < b->row + b->rows; row++)
        for (int col = b->col; col < b->col + b->cols; col++)
            for (int dir = 0; dir < 4; dir++) {
                uint32_t port;
                const struct map_cell *from = cell_at(s->l, row, col);
                const struct map_cell *c = cell_at(s->l, row + drow[dir], col + dcol[dir]);
                if (!c || c->box || !from || edge_along(from, dir) || edge_along(c, dir) ||
                    !is_port(b, row, col, dir, &port))
                    continue;
                uint32_t cost = port + (edge_across(c, dir) ? COST_CROSS + COST_BEND : 0);
                push(s, row + drow[dir], col + dcol[dir], dir, cost, dir);
            }
}

static void run(struct search *s)
{
    for (uint32_t key = 0; key < BUCKETS && key < s->best; key++)
        while (s->bucket[key]) {
            struct entry e = s->entry[s->bucket[key]];
            s->bucket[key] = e.next;
            int dir = (int)(e.state & 3);
            if (s->at[e.state].cost + left_over(s, e.row, e.col, dir) != key)
                continue; /* a cheaper way was found since */
            for (int turn = 3; turn <= 5; turn++)
                go_on(s, &e, (dir + turn) & 3);
            if (s->best <= key)
                return;
        }
}

/* The arms and owners of one cell of a line. */
static void lay_cell(struct map_cell *c, int in, int out, uint16_t edge)
{
    c->arms |= (uint8_t)(1 << ((in + 2) & 3) | 1 << out);
    if (is_row(in) || is_row(out))
        c->row_edge = edge;
    if (!is_row(in) || !is_row(out))
        c->col_edge = edge;
}

static void mark_port(struct map_layout *l, uint32_t cell, int dir, uint16_t edge)
{
    struct map_cell *c =
        cell_at(l, (int)cell / l->cols + drow[dir], (int)cell % l->cols + dcol[dir]);
    c->arms |= (uint8_t)(1 << ((dir + 2) & 3));
    if (is_row(dir))
        c->row_edge = edge;
    else
        c->col_edge = edge;
}

static void lay(struct search *s, size_t edge)
{
    struct map_path *p = &s->l->path[edge];
    size_t room = 0;
    int out = s->best_dir;
    uint32_t state = s->best_state;
    mark_port(s->l, state / 4, out, (uint16_t)(edge + 1));
    for (;;) {
        uint32_t at = state / 4;
        int in = (int)(state & 3), before = s->at[state].from;
        mem_grow(&p->cell, &room, p->cells, sizeof *p->cell);
        p->cell[p->cells++] = at;
        lay_cell(&s->l->cell[at], in, out, (uint16_t)(edge + 1));
        int back = (in + 2) & 3;
        uint32_t previous = at + (uint32_t)(drow[back] * s->l->cols + dcol[back]);
        if (s->l->cell[previous].box) {
            mark_port(s->l, at, back, (uint16_t)(edge + 1));
            break;
        }
        state = previous * 4 + (uint32_t)before;
        out = in;
    }
    for (size_t i = 0; i < p->cells / 2; i++) {
        uint32_t swap = p->cell[i];
        p->cell[i] = p->cell[p->cells - 1 - i];
        p->cell[p->cells - 1 - i] = swap;
    }
}

static void take_up(struct map_layout *l, size_t edge)
{
    struct map_path *p = &l->path[edge];
    for (size_t i = 0; i < p->cells; i++)
        for (int d = -1; d < 4; d++) { /* the cell, and boxes around it */
            int row = (int)p->cell[i] / l->cols, col = (int)p->cell[i] % l->cols;
            struct map_cell *c =
                cell_at(l, row + (d < 0 ? 0 : drow[d]), col + (d < 0 ? 0 : dcol[d]));
            if (!c || (d >= 0 && !c->box))
                continue;
            uint8_t facing = (uint8_t)(d < 0 ? 15 : 1 << ((d + 2) & 3));
            if (c->row_edge == edge + 1 && (d < 0 || is_row(d))) {
                c->arms &= (uint8_t) ~((ARM_LEFT | ARM_RIGHT) & facing);
                c->row_edge = 0;
            }
            if (c->col_edge == edge + 1 && (d < 0 || !is_row(d))) {
                c->arms &= (uint8_t) ~((ARM_UP | ARM_DOWN) & facing);
                c->col_edge = 0;
            }
        }
    free(p->cell);
    p->cell = NULL;
    p->cells = 0;
}

static void route_edge(struct search *s, const struct map_graph *g, size_t edge)
{
    s->round++;
    s->entries = 1; /* 0 is the end of a bucket */
    memset(s->bucket, 0, sizeof s->bucket);
    s->best = UINT32_MAX;
    aim(s, &s->l->box[g->edge[edge].end[1]]);
    start(s, &s->l->box[g->edge[edge].end[0]]);
    run(s);
    if (s->best != UINT32_MAX)
        lay(s, edge);
}

/* --- all lines -------------------------------------------------------------------------------- */

static int box_distance(const struct map_box *a, const struct map_box *b)
{
    int rows = a->row < b->row ? b->row - a->row - a->rows : a->row - b->row - b->rows;
    int cols = a->col < b->col ? b->col - a->col - a->cols : a->col - b->col - b->cols;
    rows = rows < -1 ? -1 : rows;
    cols = cols < -1 ? -1 : cols;
    return COST_ROW * (rows + 1) + COST_COL * (cols + 1) + (rows >= 0 && cols >= 0 ? COST_BEND : 0);
}

static int *short_ones_first(const struct map_layout *l, const struct map_graph *g)
{
    int *order = mem_zalloc(g->edges + 1, sizeof *order);
    int *length = mem_zalloc(g->edges + 1, sizeof *length);
    for (size_t i = 0; i < g->edges; i++) {
        int k = (int)i, cost = box_distance(&l->box[g->edge[i].end[0]], &l->box[g->edge[i].end[1]]);
        length[i] = cost;
        for (; k > 0 && length[order[k - 1]] > cost; k--)
            order[k] = order[k - 1];
        order[k] = (int)i;
    }
    free(length);
    return order;
}

static bool is_crossed(const struct map_layout *l, size_t edge)
{
    for (size_t i = 0; i < l->path[edge].cells; i++) {
        const struct map_cell *c = &l->cell[l->path[edge].cell[i]];
        if (c->row_edge && c->col_edge && c->row_edge != c->col_edge)
            return true;
    }
    return false;
}

void map_route(struct map_layout *l, const struct map_graph *g)
{
    size_t states = (size_t)l->rows * (size_t)l->cols * 4;
    struct search *s = mem_zalloc(1, sizeof *s);
    _cleanup_free_ int *order = short_ones_first(l, g);
    s->l = l;
    s->at = mem_zalloc(states + 1, sizeof *s->at);
    s->rows_left = mem_zalloc((size_t)l->rows + 1, sizeof *s->rows_left);
    s->cols_left = mem_zalloc((size_t)l->cols + 1, sizeof *s->cols_left);
    mem_grow(&s->entry, &s->entry_room, 0, sizeof *s->entry);
    for (size_t i = 0; i < g->edges; i++)
        route_edge(s, g, (size_t)order[i]);
    for (int again = 0; again < AROUND; again++)
        for (size_t i = 0; i < g->edges; i++)
            if (!l->path[order[i]].cells || is_crossed(l, (size_t)order[i])) {
                take_up(l, (size_t)order[i]);
                route_edge(s, g, (size_t)order[i]);
            }
    for (size_t i = 0; i < g->edges; i++)
        l->lost += l->path[i].cells == 0;
    free(s->at);
    free(s->rows_left);
    free(s->cols_left);
    free(s->entry);
    free(s);
}
