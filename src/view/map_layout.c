/* SPDX-License-Identifier: BSD-2-Clause */
/* map_layout: see the header. */
#include "view/map_layout.h"

#include "base/mem.h"
#include "view/map_place.h"
#include "view/map_route.h"
#include "view/map_table.h"

#include <stdlib.h>
#include <string.h>

enum { LOOSER = 4, PART_GAP_COLS = 4, PART_GAP_ROWS = 1 };

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* --- what hangs together ---------------------------------------------------------------------- */

/* part[v]: the number of the part that a vertex is in; returns how many there are. */
static int find_parts(const struct map_graph *g, int part[MAP_VERTICES_MAX])
{
    int parts = 0;
    for (size_t v = 0; v < g->vertices; v++)
        part[v] = (int)v;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < g->edges; i++) {
            int *a = &part[g->edge[i].end[0]], *b = &part[g->edge[i].end[1]];
            changed |= *a != *b;
            *a = *b = *a < *b ? *a : *b;
        }
    }
    for (size_t v = 0; v < g->vertices; v++)
        part[v] = part[v] == (int)v ? parts++ : part[part[v]];
    return parts;
}

static void place_part(struct map_part *p)
{
    if (!map_place_chain(p) && !map_place_ring(p) && !map_place_tree(p))
        map_place_grid(p);
}

/* --- parts beside one another, as words in lines ---------------------------------------------- */

struct shelf {
    int row, col, high; /* where the next part comes, and the highest in this line */
    int used_rows, used_cols;
};

static void put_part(struct shelf *s, struct map_part *p)
{
    if (s->col > 0 && s->col + p->used_cols > p->cols) {
        s->row += s->high + PART_GAP_ROWS;
        s->col = s->high = 0;
    }
    for (int i = 0; i < p->count; i++) {
        p->box[p->vertex[i]].row += s->row;
        p->box[p->vertex[i]].col += s->col;
    }
    s->used_cols = most(s->used_cols, s->col + p->used_cols);
    s->used_rows = most(s->used_rows, s->row + p->used_rows);
    s->high = most(s->high, p->used_rows);
    s->col += p->used_cols + PART_GAP_COLS;
}

/* The largest parts come first: those without a neighbour are the last ones. */
static int *large_ones_first(const int *size, int parts)
{
    int *order = mem_zalloc((size_t)parts + 1, sizeof *order);
    for (int i = 0; i < parts; i++) {
        int k = i;
        for (; k > 0 && size[order[k - 1]] < size[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
    return order;
}

static void place_all(struct map_layout *l, const struct map_graph *g, int loose)
{
    int part[MAP_VERTICES_MAX], size[MAP_VERTICES_MAX] = {0}, member[MAP_VERTICES_MAX];
    int parts = find_parts(g, part);
    struct shelf s = {.row = 0};
    for (size_t v = 0; v < g->vertices; v++)
        size[part[v]]++;
    _cleanup_free_ int *order = large_ones_first(size, parts);
    for (int i = 0; i < parts; i++) {
        struct map_part p = {.g = g, .vertex = member, .box = l->box, .loose = loose};
        p.cols = l->room_cols;
        /* The last line may be of single nodes, below the others. */
        p.rows = l->room_rows - (i == 0 && parts > 1 ? 3 + PART_GAP_ROWS : 0);
        for (size_t v = 0; v < g->vertices; v++)
            if (part[v] == order[i])
                member[p.count++] = (int)v;
        place_part(&p);
        put_part(&s, &p);
        l->tangled |= p.tangled;
        l->crossings += p.crossings;
    }
    l->rows = s.used_rows;
    l->cols = s.used_cols;
}

/* --- what stays where it was ------------------------------------------------------------------ */

static bool overlaps(const struct map_box *a, const struct map_box *b)
{
    return a->row < b->row + b->rows + 1 && b->row < a->row + a->rows + 1 &&
           a->col < b->col + b->cols + 2 && b->col < a->col + a->cols + 2;
}

static bool is_free(const struct map_layout *l, const bool *placed, const struct map_box *b)
{
    for (size_t v = 0; v < l->vertices; v++)
        if (placed[v] && overlaps(&l->box[v], b))
            return false;
    return true;
}

/* The free place nearest to a box, below the picture if there is none in it. */
static void place_near(struct map_layout *l, const bool *placed, int v, int width,
                       const struct map_box *near)
{
    struct map_box best = {l->rows + 1, near->col, 3, most(6, width + 4)}, b = best;
    int least = MAP_SIDE_MAX * 4;
    for (b.row = 0; b.row + b.rows <= most(l->rows, l->room_rows); b.row++)
        for (b.col = 0; b.col + b.cols <= most(l->cols, l->room_cols); b.col++) {
            int away = 2 * abs(b.row - near->row) + abs(b.col - near->col);
            if (away < least && is_free(l, placed, &b)) {
                least = away;
                best = b;
            }
        }
    l->box[v] = best;
}

static const struct map_box *placed_neighbour(const struct map_layout *l, const struct map_graph *g,
                                              const bool *placed, int v)
{
    for (size_t i = 0; i < g->edges; i++)
        for (int k = 0; k < 2; k++)
            if (g->edge[i].end[k] == v && placed[g->edge[i].end[1 - k]])
                return &l->box[g->edge[i].end[1 - k]];
    return &l->box[0];
}

/* A picture that many lines came to is drawn anew: where a lab is built step by step, the first
 * places were those of single nodes. */
static bool may_keep(const struct map_layout *l, const struct map_graph *g,
                     const struct map_layout *old, const struct map_graph *old_graph)
{
    if (!old || old->form != MAP_LINES || old->wish != l->wish || old->room_rows != l->room_rows ||
        old->room_cols != l->room_cols || g->ascii != old_graph->ascii)
        return false;
    return g->edges <= old_graph->edges + 1 + old_graph->edges / 4;
}

static bool keep_places(struct map_layout *l, const struct map_graph *g,
                        const struct map_layout *old, const struct map_graph *old_graph)
{
    bool placed[MAP_VERTICES_MAX] = {false};
    if (!may_keep(l, g, old, old_graph))
        return false;
    for (size_t v = 0; v < old->vertices; v++) {
        int now = map_graph_find(old_graph, v, g);
        if (now < 0)
            continue;
        if (g->vertex[now].width > old_graph->vertex[v].width)
            return false; /* it needs a larger box */
        l->box[now] = old->box[v];
        placed[now] = true;
    }
    l->rows = old->rows;
    l->cols = old->cols;
    for (size_t v = 0; v < g->vertices; v++) {
        if (placed[v])
            continue;
        place_near(l, placed, (int)v, g->vertex[v].width, placed_neighbour(l, g, placed, (int)v));
        placed[v] = true;
        l->rows = most(l->rows, l->box[v].row + l->box[v].rows);
        l->cols = most(l->cols, l->box[v].col + l->box[v].cols);
    }
    return true;
}

/* --- before and after lines are drawn --------------------------------------------------------- */

static void drop_paths(struct map_layout *l)
{
    for (size_t i = 0; i < l->edges && l->path; i++)
        free(l->path[i].cell);
    free(l->path);
    free(l->cell);
    l->path = NULL;
    l->cell = NULL;
    l->lost = 0;
}

/* A margin for lines that go round outside; what is smaller than the room comes into its middle. */
static void centre(struct map_layout *l, int margin)
{
    int rows =
        most(l->rows + (l->rows + 2 * margin <= l->room_rows ? 2 * margin : 0), l->room_rows);
    int cols =
        most(l->cols + (l->cols + 4 * margin <= l->room_cols ? 4 * margin : 0), l->room_cols);
    if (l->rows > l->room_rows)
        rows = l->rows + 2 * margin;
    if (l->cols > l->room_cols)
        cols = l->cols + 4 * margin;
    for (size_t v = 0; v < l->vertices; v++) {
        l->box[v].row += (rows - l->rows) / 2;
        l->box[v].col += (cols - l->cols) / 2;
    }
    l->rows = rows;
    l->cols = cols;
}

static void mark_boxes(struct map_layout *l)
{
    l->cell = mem_zalloc((size_t)l->rows * (size_t)l->cols + 1, sizeof *l->cell);
    for (size_t v = 0; v < l->vertices; v++)
        for (int row = 0; row < l->box[v].rows; row++)
            for (int col = 0; col < l->box[v].cols; col++)
                l->cell[(l->box[v].row + row) * l->cols + l->box[v].col + col].box =
                    (uint16_t)(v + 1);
}

/* --- which form ------------------------------------------------------------------------------- */

enum { DENSE_LEAST = 7, CROSSINGS_FREE = 8 };

static bool is_too_much(const struct map_layout *l)
{
    return l->rows > MAP_SIDE_MAX || l->cols > MAP_SIDE_MAX || l->rows > 3 * l->room_rows ||
           l->cols > 3 * l->room_cols || l->rows * l->cols > 4 * l->room_rows * l->room_cols;
}

static size_t count_pairs(const struct map_graph *g)
{
    size_t pairs = 0;
    for (size_t i = 0; i < g->edges; i++) {
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            again =
                (g->edge[i].end[0] == g->edge[k].end[0] &&
                 g->edge[i].end[1] == g->edge[k].end[1]) ||
                (g->edge[i].end[0] == g->edge[k].end[1] && g->edge[i].end[1] == g->edge[k].end[0]);
        pairs += !again;
    }
    return pairs;
}

static bool may_be_table(const struct map_graph *g)
{
    return g->vertices > 1 && g->vertices <= MAP_VERTICES_MAX;
}

/* Where there is no picture: a table that has few links is mostly blank, and where its columns have
 * no room it is no sight at all. */
static enum map_form other_form(const struct map_layout *l, const struct map_graph *g)
{
    if (l->wish == MAP_LIST || !may_be_table(g))
        return MAP_LIST;
    if (l->wish == MAP_TABLE)
        return MAP_TABLE;
    bool dense = 3 * count_pairs(g) >= 4 * g->vertices;
    return dense && map_table_fits(g, l->room_cols) ? MAP_TABLE : MAP_LIST;
}

/* No picture needs to be tried. More links than a graph without crossings can have (3 n - 6) are
 * a tangle wherever the nodes are. A table stays one while links come and go. */
static bool is_no_picture(const struct map_layout *l, const struct map_graph *g,
                          const struct map_layout *old)
{
    if (l->wish == MAP_LIST || (l->wish == MAP_TABLE && may_be_table(g)) ||
        g->vertices > MAP_VERTICES_MAX || g->edges > MAP_EDGES_MAX || l->room_rows < 3 ||
        l->room_cols < 12)
        return true;
    if (l->wish == MAP_LINES || !map_table_fits(g, l->room_cols))
        return false;
    if (old && old->form == MAP_TABLE && old->wish == MAP_AUTO && old->room_rows == l->room_rows &&
        old->room_cols == l->room_cols)
        return 2 * g->edges >= old->table_edges;
    return g->vertices >= DENSE_LEAST && count_pairs(g) > 3 * g->vertices - 6;
}

/* The boxes are placed: lines between these would be hard to follow, and the table is better. */
static bool is_tangle(const struct map_layout *l, const struct map_graph *g)
{
    if (l->wish == MAP_LINES || !l->tangled || other_form(l, g) != MAP_TABLE)
        return false;
    return l->rows > l->room_rows || l->cols > l->room_cols ||
           l->crossings > CROSSINGS_FREE + (int)g->edges / 3;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void draw_lines(struct map_layout *l, const struct map_graph *g)
{
    drop_paths(l);
    mark_boxes(l);
    l->path = mem_zalloc(l->edges + 1, sizeof *l->path);
    map_route(l, g);
}

/* Places and lines; false: it is no picture. */
static bool try_picture(struct map_layout *l, const struct map_graph *g,
                        const struct map_layout *old, const struct map_graph *old_graph)
{
    l->box = mem_zalloc(g->vertices + 1, sizeof *l->box);
    bool kept = keep_places(l, g, old, old_graph);
    if (kept)
        draw_lines(l, g);
    for (int loose = 0; (!kept || l->lost) && loose < LOOSER; loose++) {
        kept = true;
        l->tangled = false;
        l->crossings = 0;
        place_all(l, g, loose);
        if (is_tangle(l, g))
            return false;
        centre(l, loose ? 1 + loose : 1);
        if (is_too_much(l))
            return false;
        draw_lines(l, g);
    }
    return l->lost == 0;
}

void map_layout_init(struct map_layout *l, const struct map_graph *g, int room_rows, int room_cols,
                     enum map_form wish, const struct map_layout *old,
                     const struct map_graph *old_graph)
{
    *l = (struct map_layout){.room_rows = room_rows, .room_cols = room_cols, .wish = wish};
    l->vertices = g->vertices;
    l->edges = g->edges;
    if (!is_no_picture(l, g, old) && try_picture(l, g, old, old_graph)) {
        l->form = MAP_LINES;
        map_route_texts(l, g);
        return;
    }
    l->form = other_form(l, g);
    bool was = old && old->form == MAP_TABLE && old->wish == wish;
    l->table_edges = was ? old->table_edges : g->edges;
}

void map_layout_fini(struct map_layout *l)
{
    drop_paths(l);
    free(l->box);
    *l = (struct map_layout){0};
}
