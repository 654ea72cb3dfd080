/* SPDX-License-Identifier: BSD-2-Clause */
/* map_grid: any graph: nodes go onto the crossings of a grid, each beside what it is linked to, and
 * then change places as long as that makes lines shorter or straighter or parts crossing ones. */
#include "view/map_place.h"

#include "base/mem.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { BOX_ROWS = 3, FRAME_COLS = 4, SIDE_MAX = 16, PASSES = 8, NEAR = 3 };
enum { COST_ACROSS = 4, COST_DOWN = 4, COST_BEND = 3, COST_BEHIND = 16, COST_CROSSING = 6 };

struct link {
    int a, b;
};

struct grid {
    struct map_part *p;
    int across, down;
    int at[MAP_VERTICES_MAX]; /* y * across + x; -1: not yet */
    int x[MAP_VERTICES_MAX], y[MAP_VERTICES_MAX];
    int who[SIDE_MAX * SIDE_MAX];    /* -1: nobody */
    struct link link[MAP_EDGES_MAX]; /* each pair once */
    int links;
    int of[MAP_VERTICES_MAX][MAP_VERTICES_MAX]; /* links of a vertex */
    int degree[MAP_VERTICES_MAX];
    int cost[MAP_VERTICES_MAX];     /* of where it is, */
    int8_t known[MAP_VERTICES_MAX]; /* if this is 1, or, with crossings, 2 */
};

static int most(int a, int b)
{
    return a > b ? a : b;
}

static int sign_of(int n)
{
    return (n > 0) - (n < 0);
}

/* --- what a place costs ----------------------------------------------------------------------- */

/* On which side of the straight line a-b the vertex c lies. */
static int turn(const struct grid *g, int a, int b, int c)
{
    return (g->x[b] - g->x[a]) * (g->y[c] - g->y[a]) - (g->y[b] - g->y[a]) * (g->x[c] - g->x[a]);
}

static bool apart(int a, int b, int c, int d)
{
    return (a < c && a < d && b < c && b < d) || (a > c && a > d && b > c && b > d);
}

static bool do_cross(const struct grid *g, const struct link *p, const struct link *q)
{
    int a = p->a, b = p->b, c = q->a, d = q->b;
    if (a == c || a == d || b == c || b == d || g->at[c] < 0 || g->at[d] < 0 ||
        apart(g->x[a], g->x[b], g->x[c], g->x[d]) || apart(g->y[a], g->y[b], g->y[c], g->y[d]))
        return false;
    return sign_of(turn(g, a, b, c)) * sign_of(turn(g, a, b, d)) < 0 &&
           sign_of(turn(g, c, d, a)) * sign_of(turn(g, c, d, b)) < 0;
}

static int behind(const struct grid *g, int a, int b)
{
    int step = g->x[a] == g->x[b] ? g->across : 1, count = 0;
    int low = most(-g->at[a], -g->at[b]), high = most(g->at[a], g->at[b]);
    for (int k = step - low; k < high; k += step)
        count += g->who[k] >= 0;
    return count;
}

static int crossings_of(const struct grid *g, const struct link *k)
{
    int count = 0;
    for (int i = 0; i < g->links; i++)
        count += do_cross(g, k, &g->link[i]);
    return count;
}

static int link_cost(const struct grid *g, const struct link *k, bool crossings)
{
    if (g->at[k->a] < 0 || g->at[k->b] < 0)
        return 0;
    int cols = abs(g->x[k->a] - g->x[k->b]), rows = abs(g->y[k->a] - g->y[k->b]);
    int cost = COST_ACROSS * cols + COST_DOWN * rows;
    cost += cols && rows ? COST_BEND + (cols > 1 && rows > 1 ? COST_BEND : 0)
                         : COST_BEHIND * behind(g, k->a, k->b);
    return cost + (crossings ? COST_CROSSING * crossings_of(g, k) : 0);
}

/* Of a vertex's links; counts crossings only as long as that is not more than `limit`. */
static int vertex_cost(const struct grid *g, int v, bool crossings, int limit)
{
    int cost = 0;
    for (int i = 0; i < g->degree[v]; i++)
        cost += link_cost(g, &g->link[g->of[v][i]], false);
    for (int i = 0; crossings && i < g->degree[v] && cost <= limit; i++)
        cost += COST_CROSSING * crossings_of(g, &g->link[g->of[v][i]]);
    return cost;
}

/* The same of a vertex at its place, which is asked for again and again. */
static int known_cost(struct grid *g, int v, bool crossings)
{
    if (g->known[v] != 1 + crossings) {
        g->known[v] = (int8_t)(1 + crossings);
        g->cost[v] = vertex_cost(g, v, crossings, INT_MAX);
    }
    return g->cost[v];
}

static void move(struct grid *g, int v, int to)
{
    g->at[v] = to;
    g->x[v] = to % g->across;
    g->y[v] = to / g->across;
}

static void swap_places(struct grid *g, int from, int to)
{
    int a = g->who[from], b = g->who[to];
    g->who[from] = b;
    g->who[to] = a;
    if (a >= 0)
        move(g, a, to);
    if (b >= 0)
        move(g, b, from);
}

/* --- a first placing, and a better one -------------------------------------------------------- */

/* The vertex with most neighbours placed, then with most neighbours. */
static int next_vertex(const struct grid *g)
{
    int best = -1, best_key = -1;
    for (int i = 0; i < g->p->count; i++) {
        int v = g->p->vertex[i], placed = 0;
        if (g->at[v] >= 0)
            continue;
        for (int k = 0; k < g->degree[v]; k++) {
            const struct link *l = &g->link[g->of[v][k]];
            placed += g->at[l->a == v ? l->b : l->a] >= 0;
        }
        int key = placed * MAP_VERTICES_MAX + g->degree[v];
        if (key > best_key) {
            best = v;
            best_key = key;
        }
    }
    return best;
}

/* The cells in one of four orders: which of equal ones comes first decides the whole picture. */
static int scanned(const struct grid *g, int i, int order)
{
    int cells = g->across * g->down;
    int c = order & 2 ? i % g->down * g->across + i / g->down : i;
    return order & 1 ? cells - 1 - c : c;
}

static void place_first(struct grid *g, int order)
{
    for (int v = next_vertex(g); v >= 0; v = next_vertex(g)) {
        int best = -1, best_cost = 0;
        for (int i = 0; i < g->across * g->down; i++) {
            int c = scanned(g, i, order);
            if (g->who[c] >= 0)
                continue;
            move(g, v, c);
            int off = abs(g->x[v] - g->across / 2) + abs(g->y[v] - g->down / 2);
            int cost = 4 * vertex_cost(g, v, false, INT_MAX) + off;
            if (best < 0 || cost < best_cost) {
                best = c;
                best_cost = cost;
            }
        }
        move(g, v, best);
        g->who[best] = v;
    }
}

/* Tries all places for a vertex, by swapping with whoever is there. */
static bool improve(struct grid *g, int v, bool crossings)
{
    int home = g->at[v], x = g->x[v], y = g->y[v], best = home, best_gain = 0;
    int here = known_cost(g, v, crossings);
    for (int c = 0; c < g->across * g->down; c++) {
        int other = g->who[c];
        if (c == home || (other >= 0 && other < v))
            continue;
        if (crossings && abs(c / g->across - y) + abs(c % g->across - x) > NEAR)
            continue;
        int limit = here + (other >= 0 ? known_cost(g, other, crossings) : 0) - best_gain - 1;
        swap_places(g, home, c);
        int after = vertex_cost(g, v, crossings, limit);
        if (after <= limit && other >= 0)
            after += vertex_cost(g, other, crossings, limit - after);
        swap_places(g, home, c);
        if (after <= limit) {
            best_gain += limit + 1 - after;
            best = c;
        }
    }
    if (best == home)
        return false;
    swap_places(g, home, best);
    memset(g->known, 0, sizeof g->known);
    return true;
}

static void improve_all(struct grid *g)
{
    for (int pass = 0; pass < PASSES; pass++) {
        bool moved = false;
        for (int i = 0; i < g->p->count; i++)
            moved |= improve(g, g->p->vertex[i], pass >= 2);
        if (!moved && pass >= 2)
            return;
    }
}

/* --- from the grid to cells of the screen ----------------------------------------------------- */

static void begin(struct grid *g, struct map_part *p)
{
    g->p = p;
    for (int i = 0; i < MAP_VERTICES_MAX; i++)
        g->at[i] = -1;
    for (int i = 0; i < SIDE_MAX * SIDE_MAX; i++)
        g->who[i] = -1;
    for (int i = 0; i < p->count; i++) {
        int v = p->vertex[i], to[MAP_VERTICES_MAX], count = map_part_neighbours(p, v, to);
        for (int k = 0; k < count; k++) {
            if (to[k] < v)
                continue;
            g->link[g->links] = (struct link){v, to[k]};
            g->of[v][g->degree[v]++] = g->links;
            g->of[to[k]][g->degree[to[k]]++] = g->links++;
        }
    }
}

/* As wide against its height as the room is for boxes of this size, with some places free. */
static void choose_size(struct grid *g, int col_pitch, int row_pitch, int more_across)
{
    int cells = g->p->count + g->p->count / 4;
    int room_across = most(2, g->p->cols / col_pitch), room_down = most(2, g->p->rows / row_pitch);
    g->across = g->down = 2;
    while (g->across * g->down < cells) {
        bool wide = g->across * room_down <= g->down * room_across;
        if ((wide && g->across < SIDE_MAX) || g->down == SIDE_MAX)
            g->across++;
        else
            g->down++;
    }
    g->across = most(2, g->across + more_across);
    g->across = g->across < SIDE_MAX ? g->across : SIDE_MAX;
    g->down = (cells + g->across - 1) / g->across;
    g->down = g->down < SIDE_MAX ? g->down : SIDE_MAX;
}

/* Lines that pass between two columns (or rows), at most at one place: so many tracks. */
static int tracks(const struct grid *g, bool down, int after)
{
    int lines = 0;
    for (int i = 0; i < g->links; i++) {
        int a = g->at[g->link[i].a], b = g->at[g->link[i].b];
        int from = down ? a / g->across : a % g->across, to = down ? b / g->across : b % g->across;
        bool bends = down ? a % g->across != b % g->across : a / g->across != b / g->across;
        bool between = (from <= after && to > after) || (to <= after && from > after);
        lines += between && bends;
    }
    return lines;
}

/* Large enough for all lines that end there. */
static int rows_of(const struct grid *g, int v, int box_rows)
{
    return g->degree[v] > 8 ? BOX_ROWS + 2 : g->degree[v] > 4 ? BOX_ROWS : box_rows;
}

static int cols_of(const struct grid *g, int v, int box_rows)
{
    int frame = rows_of(g, v, box_rows) == 1 ? 2 : FRAME_COLS;
    return most(most(6, g->p->g->vertex[v].width + frame), g->degree[v] / 2 + 3);
}

static void set_columns(struct grid *g, int box_rows, int gap)
{
    struct map_part *p = g->p;
    for (int x = 0, col = 0; x < g->across; x++) {
        int cols = 0;
        for (int i = 0; i < p->count; i++)
            if (g->at[p->vertex[i]] % g->across == x)
                cols = most(cols, cols_of(g, p->vertex[i], box_rows));
        for (int i = 0; i < p->count; i++)
            if (g->at[p->vertex[i]] % g->across == x) {
                p->box[p->vertex[i]].col = col;
                p->box[p->vertex[i]].cols = cols;
            }
        if (!cols)
            continue;
        p->used_cols = col + cols;
        col += cols + most(gap, tracks(g, false, x) + 3) + 2 * p->loose;
    }
}

static void set_rows(struct grid *g, int box_rows, int gap)
{
    struct map_part *p = g->p;
    for (int y = 0, row = 0; y < g->down; y++) {
        int rows = 0;
        for (int i = 0; i < p->count; i++)
            if (g->at[p->vertex[i]] / g->across == y)
                rows = most(rows, rows_of(g, p->vertex[i], box_rows));
        for (int i = 0; i < p->count; i++)
            if (g->at[p->vertex[i]] / g->across == y) {
                struct map_box *b = &p->box[p->vertex[i]];
                b->rows = rows_of(g, p->vertex[i], box_rows);
                b->row = row + (rows - b->rows) / 2;
            }
        if (!rows)
            continue;
        p->used_rows = row + rows;
        row += rows + most(gap, (tracks(g, true, y) + 1) / 2) + p->loose;
    }
}

static int whole_cost(const struct grid *g)
{
    int cost = 0;
    for (int i = 0; i < g->links; i++)
        cost += link_cost(g, &g->link[i], true);
    return cost;
}

static int all_crossings(const struct grid *g)
{
    int count = 0;
    for (int i = 0; i < g->links; i++)
        for (int k = i + 1; k < g->links; k++)
            count += do_cross(g, &g->link[i], &g->link[k]);
    return count;
}

/* Several beginnings end in different places: small graphs have the time for many. */
static void place_best(struct grid *g, int col_pitch)
{
    struct grid *best = mem_zalloc(1, sizeof *best);
    int tries = g->links <= 24 ? 12 : g->links <= 40 ? 4 : 1, best_cost = 0;
    for (int k = 0; k < tries; k++) {
        static const int more_across[] = {0, 1, -1};
        struct grid *it = mem_zalloc(1, sizeof *it);
        *it = *g;
        choose_size(it, col_pitch, BOX_ROWS + 2, more_across[k / 4]);
        if (it->across * it->down >= it->p->count) {
            place_first(it, k % 4);
            improve_all(it);
            int cost = whole_cost(it);
            if (!best->p || cost < best_cost) {
                *best = *it;
                best_cost = cost;
            }
        }
        free(it);
    }
    *g = *best;
    free(best);
}

void map_place_grid(struct map_part *p)
{
    static const struct {
        int box_rows, col_gap, row_gap;
    } ways[] = {{BOX_ROWS, 22, 3}, {BOX_ROWS, 16, 2}, {BOX_ROWS, 12, 2}, {BOX_ROWS, 8, 2},
                {BOX_ROWS, 6, 1},  {BOX_ROWS, 5, 1},  {1, 6, 2},         {1, 5, 1}};
    struct grid *g = mem_zalloc(1, sizeof *g);
    int widest = 6;
    for (int i = 0; i < p->count; i++)
        widest = most(widest, p->g->vertex[p->vertex[i]].width + FRAME_COLS);
    begin(g, p);
    place_best(g, widest + 6);
    p->tangled = true;
    p->crossings = all_crossings(g);
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        set_columns(g, ways[i].box_rows, ways[i].col_gap);
        set_rows(g, ways[i].box_rows, ways[i].row_gap);
        if (p->used_cols <= p->cols && p->used_rows <= p->rows)
            break;
    }
    free(g);
}
