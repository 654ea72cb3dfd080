/* SPDX-License-Identifier: BSD-2-Clause */
/* map_place: trees, chains and rings: shapes that a person would draw in one way. */
#include "view/map_place.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { BOX_ROWS = 3, FRAME_COLS = 4, NARROW = 3, SIGN_COLS = 3, RATE_COLS = 10 };

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* --- neighbours ------------------------------------------------------------------------------- */

int map_part_neighbours(const struct map_part *p, int v, int to[MAP_VERTICES_MAX])
{
    bool seen[MAP_VERTICES_MAX] = {false};
    int count = 0;
    for (size_t i = 0; i < p->g->edges; i++) {
        const struct map_edge *e = &p->g->edge[i];
        int other = e->end[0] == v ? e->end[1] : e->end[1] == v ? e->end[0] : -1;
        if (other >= 0 && !seen[other])
            to[count++] = other;
        if (other >= 0)
            seen[other] = true;
    }
    return count;
}

int map_part_degree(const struct map_part *p, int v)
{
    int to[MAP_VERTICES_MAX];
    return map_part_neighbours(p, v, to);
}

int map_part_lines(const struct map_part *p, int a, int b, int *names)
{
    int lines = 0;
    *names = 0;
    for (size_t i = 0; i < p->g->edges; i++) {
        const struct map_edge *e = &p->g->edge[i];
        if ((e->end[0] == a && e->end[1] == b) || (e->end[0] == b && e->end[1] == a)) {
            *names = most(*names, e->count > 1 ? 3 : e->width[0] + e->width[1]);
            lines++;
        }
    }
    return lines;
}

static int box_cols(const struct map_part *p, int v, int box_rows)
{
    return p->g->vertex[v].width + (box_rows == 1 ? 2 : FRAME_COLS);
}

static int widest(const struct map_part *p, int box_rows)
{
    int cols = 0;
    for (int i = 0; i < p->count; i++)
        cols = most(cols, box_cols(p, p->vertex[i], box_rows));
    return most(cols, 6);
}

/* Columns between two boxes so that the names of all lines have room, and a sign. */
static int gap_for_names(const struct map_part *p)
{
    int gap = NARROW, names;
    for (int i = 0; i < p->count; i++) {
        int to[MAP_VERTICES_MAX], count = map_part_neighbours(p, p->vertex[i], to);
        for (int k = 0; k < count; k++)
            if (map_part_lines(p, p->vertex[i], to[k], &names))
                gap = most(gap, names + 2 + SIGN_COLS);
    }
    return gap < 30 ? gap : 30;
}

/* --- trees: from the middle to the left and right --------------------------------------------- */

enum { LEFT, RIGHT };

struct tree {
    struct map_part *p;
    int box_rows, space; /* of a leaf; rows between two that are above one another */
    int root;
    int parent[MAP_VERTICES_MAX], depth[MAP_VERTICES_MAX], side[MAP_VERTICES_MAX];
    int order[MAP_VERTICES_MAX]; /* parents before their children */
    int port[MAP_VERTICES_MAX];  /* the row of the line to the parent */
    int level_cols[2][MAP_VERTICES_MAX], level_gap[2][MAP_VERTICES_MAX];
    int deepest[2];
};

/* Takes leaves away until one or two are left: the middle. Of two, the first one. */
static int middle_of(const struct map_part *p, int *second)
{
    int degree[MAP_VERTICES_MAX], left = p->count, to[MAP_VERTICES_MAX];
    bool gone[MAP_VERTICES_MAX] = {false};
    for (int i = 0; i < p->count; i++)
        degree[p->vertex[i]] = map_part_degree(p, p->vertex[i]);
    while (left > 2) {
        int leaf[MAP_VERTICES_MAX], leaves = 0;
        for (int i = 0; i < p->count; i++)
            if (!gone[p->vertex[i]] && degree[p->vertex[i]] <= 1)
                leaf[leaves++] = p->vertex[i];
        for (int i = 0; i < leaves; i++) {
            gone[leaf[i]] = true;
            int count = map_part_neighbours(p, leaf[i], to);
            for (int k = 0; k < count; k++)
                degree[to[k]]--;
        }
        left -= leaves;
    }
    int middle = -1;
    *second = -1;
    for (int i = p->count - 1; i >= 0; i--)
        if (!gone[p->vertex[i]]) {
            *second = middle;
            middle = p->vertex[i];
        }
    return middle;
}

static int leaves_below(const struct tree *t, int v)
{
    int to[MAP_VERTICES_MAX], count = map_part_neighbours(t->p, v, to), leaves = 0;
    for (int k = 0; k < count; k++)
        leaves += to[k] == t->parent[v] ? 0 : leaves_below(t, to[k]);
    return leaves ? leaves : 1;
}

static void order_tree(struct tree *t)
{
    int to[MAP_VERTICES_MAX], count = 1;
    t->order[0] = t->root;
    t->parent[t->root] = -1;
    t->depth[t->root] = 0;
    for (int i = 0; i < count; i++) {
        int v = t->order[i], kids = map_part_neighbours(t->p, v, to);
        for (int k = 0; k < kids; k++)
            if (to[k] != t->parent[v]) {
                t->parent[to[k]] = v;
                t->depth[to[k]] = t->depth[v] + 1;
                t->order[count++] = to[k];
            }
    }
}

/* The first subtrees go to the left until half of the leaves is there. Where there are two
 * middles, each has a side of its own. */
static void choose_sides(struct tree *t, int second, bool both)
{
    int all = leaves_below(t, t->root), left = 0;
    t->side[t->root] = RIGHT;
    for (int i = 1; i < t->p->count; i++) {
        int v = t->order[i];
        if (t->depth[v] > 1) {
            t->side[v] = t->side[t->parent[v]];
            continue;
        }
        int leaves = leaves_below(t, v);
        bool is_left = both && (second >= 0 ? v != second : 2 * left + leaves <= all);
        t->side[v] = is_left ? LEFT : RIGHT;
        left += is_left ? leaves : 0;
    }
    t->deepest[LEFT] = t->deepest[RIGHT] = 0;
    for (int i = 0; i < t->p->count; i++) {
        int v = t->order[i];
        t->deepest[t->side[v]] = most(t->deepest[t->side[v]], t->depth[v]);
    }
}

static int kids_of(const struct tree *t, int v, int side, int to[MAP_VERTICES_MAX])
{
    int all = map_part_neighbours(t->p, v, to), count = 0;
    for (int k = 0; k < all; k++)
        if (to[k] != t->parent[v] && (v != t->root || t->side[to[k]] == side))
            to[count++] = to[k];
    return count;
}

static int lines_up(const struct tree *t, int v)
{
    int names;
    return t->parent[v] < 0 ? 0 : map_part_lines(t->p, t->parent[v], v, &names);
}

/* A box as high as the lines to these children need; in one row where a single line passes. */
static void span(struct tree *t, int v, const int *kid, int kids)
{
    struct map_box *b = &t->p->box[v];
    int first = kid[0], last = kid[kids - 1];
    int top = t->port[first] - (lines_up(t, first) - 1) / 2;
    int bottom = t->port[last] + lines_up(t, last) / 2;
    b->row = top - 1;
    b->rows = bottom - top + 3;
    if (t->box_rows == 1 && top == bottom && t->root != v) {
        b->row = top;
        b->rows = 1;
    }
}

/* Rows of a subtree from `top` on; returns the row after it. */
static int stack(struct tree *t, int v, int side, int top)
{
    int kid[MAP_VERTICES_MAX], kids = kids_of(t, v, side, kid), at = top, lines = lines_up(t, v);
    struct map_box *b = &t->p->box[v];
    if (kids == 0) {
        b->row = top;
        b->rows = t->box_rows == 1 && lines < 2 ? 1 : most(BOX_ROWS, lines + 2);
        t->port[v] = top + (b->rows - 1) / 2;
        return top + b->rows;
    }
    at += t->box_rows == 1 && kids > 1; /* its frame is higher than its children are */
    for (int k = 0; k < kids; k++)
        at = stack(t, kid[k], side, at) + (k + 1 < kids ? t->space : 0);
    span(t, v, kid, kids);
    t->port[v] = b->row + (b->rows - 1) / 2;
    return most(at, b->row + b->rows);
}

static void shift_side(struct tree *t, int side, int by)
{
    for (int i = 1; i < t->p->count; i++)
        if (t->side[t->order[i]] == side) {
            t->p->box[t->order[i]].row += by;
            t->port[t->order[i]] += by;
        }
}

/* Both sides at the same height, the root's box as high as all of its children. */
static void stack_both(struct tree *t)
{
    int kid[MAP_VERTICES_MAX], rows[2] = {0, 0};
    struct map_box whole = {.rows = 0};
    for (int side = LEFT; side <= RIGHT; side++)
        if (kids_of(t, t->root, side, kid))
            rows[side] = stack(t, t->root, side, 0);
    int high = most(rows[LEFT], rows[RIGHT]);
    for (int side = LEFT; side <= RIGHT; side++) {
        int kids = kids_of(t, t->root, side, kid);
        if (!kids)
            continue;
        shift_side(t, side, (high - rows[side]) / 2);
        span(t, t->root, kid, kids);
        struct map_box *b = &t->p->box[t->root];
        int end = most(whole.row + whole.rows, b->row + b->rows);
        whole.row = whole.rows && whole.row < b->row ? whole.row : b->row;
        whole.rows = end - whole.row;
    }
    t->p->box[t->root].row = whole.row;
    t->p->box[t->root].rows = whole.rows;
}

/* How wide each level is, and the gap between it and the one before, towards the root. */
static int measure_levels(struct tree *t, bool wide)
{
    int cols = 0, names;
    memset(t->level_cols, 0, sizeof t->level_cols);
    memset(t->level_gap, 0, sizeof t->level_gap);
    for (int i = 0; i < t->p->count; i++) {
        int v = t->order[i], side = t->side[v], level = t->depth[v];
        int *c = &t->level_cols[side][level], *gap = &t->level_gap[side][level];
        *c = most(*c, most(6, box_cols(t->p, v, t->p->box[v].rows)));
        if (level == 0)
            continue;
        map_part_lines(t->p, t->parent[v], v, &names);
        *gap = most(*gap, wide ? names + 2 + SIGN_COLS : NARROW);
    }
    for (int side = LEFT; side <= RIGHT; side++)
        for (int level = 0; level <= t->deepest[side]; level++)
            cols += t->level_cols[side][level] + t->level_gap[side][level];
    return cols;
}

/* What is left of the room goes between the levels, for rates. */
static void widen_gaps(struct tree *t, int free_cols)
{
    int gaps = t->deepest[LEFT] + t->deepest[RIGHT];
    int each = gaps ? free_cols / gaps : 0;
    for (int side = LEFT; side <= RIGHT; side++)
        for (int level = 1; level <= t->deepest[side]; level++)
            t->level_gap[side][level] += each < RATE_COLS ? each : RATE_COLS;
}

static void set_columns(struct tree *t)
{
    int left[2][MAP_VERTICES_MAX], col = 0;
    for (int level = t->deepest[LEFT]; level > 0; level--) {
        left[LEFT][level] = col;
        col += t->level_cols[LEFT][level] + t->level_gap[LEFT][level];
    }
    for (int level = 0; level <= t->deepest[RIGHT]; level++) {
        col += t->level_gap[RIGHT][level];
        left[RIGHT][level] = col;
        col += t->level_cols[RIGHT][level];
    }
    t->p->used_cols = col;
    t->p->used_rows = 0;
    for (int i = 0; i < t->p->count; i++) {
        int v = t->order[i];
        struct map_box *b = &t->p->box[v];
        b->col = left[t->side[v]][t->depth[v]];
        b->cols = t->level_cols[t->side[v]][t->depth[v]];
        t->p->used_rows = most(t->p->used_rows, b->row + b->rows);
    }
}

static bool is_tree(const struct map_part *p)
{
    int ends = 0;
    for (int i = 0; i < p->count; i++)
        ends += map_part_degree(p, p->vertex[i]);
    return ends == 2 * (p->count - 1);
}

/* Ways to draw one, the best first; the last one is taken if none has room. */
static const struct {
    int box_rows, space;
    bool both, wide;
} tree_ways[] = {
    {BOX_ROWS, 1, true, true}, {BOX_ROWS, 0, true, true},   {BOX_ROWS, 1, false, true},
    {1, 1, true, true},        {1, 0, true, true},          {BOX_ROWS, 0, true, false},
    {1, 0, true, false},       {BOX_ROWS, 0, false, false}, {1, 0, false, false},
    {1, 0, true, true},
};

bool map_place_tree(struct map_part *p)
{
    struct tree t = {.p = p};
    int second;
    if (!is_tree(p))
        return false;
    t.root = middle_of(p, &second);
    order_tree(&t);
    p->box[t.root] = (struct map_box){.rows = BOX_ROWS, .cols = widest(p, BOX_ROWS)};
    for (size_t i = 0; i < ARRAY_LEN(tree_ways); i++) {
        t.box_rows = tree_ways[i].box_rows;
        t.space = tree_ways[i].space;
        choose_sides(&t, second, tree_ways[i].both);
        if (p->count > 1)
            stack_both(&t);
        int cols = measure_levels(&t, tree_ways[i].wide);
        if (cols < p->cols)
            widen_gaps(&t, p->cols - cols);
        set_columns(&t);
        if (p->used_cols <= p->cols && p->used_rows <= p->rows)
            break;
    }
    return true;
}

/* --- chains and rings ------------------------------------------------------------------------- */

static int most_lines(const struct map_part *p)
{
    int lines = 1, to[MAP_VERTICES_MAX], names;
    for (int i = 0; i < p->count; i++) {
        int count = map_part_neighbours(p, p->vertex[i], to);
        for (int k = 0; k < count; k++)
            lines = most(lines, map_part_lines(p, p->vertex[i], to[k], &names));
    }
    return lines;
}

/* From `first` on, each one's neighbour that was not yet met, the lower number first. */
static int walk(const struct map_part *p, int first, int order[MAP_VERTICES_MAX])
{
    bool met[MAP_VERTICES_MAX] = {false};
    int count = 0, to[MAP_VERTICES_MAX];
    for (int v = first; v >= 0;) {
        order[count++] = v;
        met[v] = true;
        int kids = map_part_neighbours(p, v, to), next = -1;
        for (int k = kids - 1; k >= 0; k--)
            next = !met[to[k]] && (next < 0 || to[k] < next) ? to[k] : next;
        v = next;
    }
    return count;
}

static bool all_degrees_are(const struct map_part *p, int degree, int *fewer)
{
    *fewer = -1;
    for (int i = p->count - 1; i >= 0; i--) {
        int has = map_part_degree(p, p->vertex[i]);
        if (has > degree)
            return false;
        if (has < degree)
            *fewer = p->vertex[i];
    }
    return true;
}

static int within(int n, int least, int limit)
{
    return n < least ? least : n > limit ? limit : n;
}

/* Rows and columns of boxes that the room has for; the pitch grows into what is left. */
struct raster {
    int box_rows, box_cols, col_pitch, row_pitch;
};

static struct raster raster_for(const struct map_part *p, int across, int down, int lines)
{
    struct raster r = {.box_rows = most(BOX_ROWS, lines + 2)};
    int gap = gap_for_names(p);
    if (down * (r.box_rows + 1) - 1 > p->rows && lines == 1)
        r.box_rows = 1;
    r.box_cols = widest(p, r.box_rows);
    int free_cols = across > 1 ? (p->cols - across * r.box_cols) / (across - 1) : 0;
    int free_rows = down > 1 ? (p->rows - down * r.box_rows) / (down - 1) : 0;
    r.col_pitch = r.box_cols + within(free_cols, NARROW, gap + RATE_COLS) + 2 * p->loose;
    r.row_pitch = r.box_rows + within(free_rows, 1, 4) + p->loose;
    return r;
}

static void put_box(struct map_part *p, const struct raster *r, int v, int row, int col)
{
    p->box[v] = (struct map_box){row, col, r->box_rows, r->box_cols};
    p->used_rows = most(p->used_rows, row + r->box_rows);
    p->used_cols = most(p->used_cols, col + r->box_cols);
}

bool map_place_chain(struct map_part *p)
{
    int order[MAP_VERTICES_MAX], end;
    if (!is_tree(p) || !all_degrees_are(p, 2, &end))
        return false;
    walk(p, end, order);
    int lines = most_lines(p), box = widest(p, BOX_ROWS), gap = gap_for_names(p);
    int across = within((p->cols + gap) / (box + gap), 1, p->count);
    int down = (p->count + across - 1) / across;
    if (down * (BOX_ROWS + 1) - 1 > p->rows) { /* then names give way to more in a row */
        across = within((p->cols + NARROW) / (box + NARROW), 1, p->count);
        down = (p->count + across - 1) / across;
    }
    across = (p->count + down - 1) / down;
    struct raster r = raster_for(p, across, down, lines);
    p->used_rows = p->used_cols = 0;
    for (int i = 0; i < p->count; i++) {
        int row = i / across, col = i % across;
        put_box(p, &r, order[i], row * r.row_pitch,
                (row & 1 ? across - 1 - col : col) * r.col_pitch);
    }
    return true;
}

/* How many rows a ring's rectangle has: two as long as it does not get too wide. */
static int ring_rows(const struct map_part *p, int box_cols, int gap)
{
    int rows = 2;
    int fit = within((p->cols + gap) / (box_cols + gap), 2, 6);
    while ((p->count - 2 * (rows - 2) + 1) / 2 > fit && (rows + 1) * (BOX_ROWS + 1) - 1 <= p->rows)
        rows++;
    return rows;
}

bool map_place_ring(struct map_part *p)
{
    int order[MAP_VERTICES_MAX], fewer;
    if (p->count < 3 || !all_degrees_are(p, 2, &fewer) || fewer >= 0)
        return false;
    walk(p, p->vertex[0], order);
    int lines = most_lines(p), names = gap_for_names(p), box = widest(p, BOX_ROWS);
    int down = ring_rows(p, box, names), sides = down - 2;
    int across = (p->count - 2 * sides + 1) / 2;
    int below = p->count - across - 2 * sides;
    struct raster r = raster_for(p, across, down, lines);
    p->used_rows = p->used_cols = 0;
    int last_row = (down - 1) * r.row_pitch, last_col = (across - 1) * r.col_pitch;
    for (int i = 0; i < p->count; i++) {
        int k = i - across, row = last_row, col = last_col;
        if (i < across) {
            row = 0;
            col = i * r.col_pitch;
        } else if (k < sides) {
            row = (k + 1) * r.row_pitch;
        } else if (k < sides + below) {
            int place = k - sides;
            col = below == 1 ? last_col / 2 : last_col - last_col * place / (below - 1);
        } else {
            row = (p->count - i) * r.row_pitch;
            col = 0;
        }
        put_box(p, &r, order[i], row, col);
    }
    return true;
}
