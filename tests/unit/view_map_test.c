/* SPDX-License-Identifier: BSD-2-Clause */
/* view_map_test: pictures of the topology against tests/golden/view/map-*.txt, and what must hold
 * for each graph.
 *
 * UPDATE_GOLDEN=1 build/tests/unit/view_map_test (with srcdir set) writes them anew: then they are
 * to be looked at, one by one, before they are committed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "view/keys.h"
#include "view/map.h"
#include "view/map_line.h"
#include "view/scene.h"
#include "view_golden.h"
#include "view_maplabs.h"

enum { UTF8, ASCII };

static void draw_as(struct map *m, const struct maplab *l, int cols, int rows, int charset,
                    const struct map_wish *w, struct buf *out)
{
    struct canvas c;
    canvas_init(&c, rows, cols, charset == ASCII);
    map_draw(m, area_all(&c), &l->d, w);
    canvas_to_text(&c, out);
    canvas_fini(&c);
}

static void draw(struct map *m, const struct maplab *l, int cols, int rows, int charset,
                 struct map_sel sel, struct buf *out)
{
    draw_as(m, l, cols, rows, charset, &(struct map_wish){.sel = sel}, out);
}

/* --- what must hold for each graph ------------------------------------------------------------ */

static void is_inside(const struct buf *text, int cols, int rows, bool ascii)
{
    int lines = 0;
    const char *s = buf_str(text);
    for (const char *nl; (nl = strchr(s, '\n')); s = nl + 1, lines++) {
        _cleanup_free_ char *line = mem_strndup(s, (size_t)(nl - s));
        _cleanup_free_ char *clean = text_clean_dup(line);
        assert_true(text_width(line) <= (size_t)cols);
        assert_string_equal(line, clean);
        for (const char *b = line; ascii && *b; b++)
            assert_true((unsigned char)*b <= 0x7e);
    }
    assert_int_equal(lines, rows);
}

/* All nodes that map_hit() finds; each name is drawn where it says. */
static size_t nodes_found(const struct map *m, int cols, int rows, bool *found)
{
    size_t count = 0;
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++) {
            struct map_sel at;
            if (map_hit(m, row, col, &at) && !at.ifindex && !found[at.node]) {
                found[at.node] = true;
                count++;
            }
        }
    return count;
}

static int hidden_nodes(const char *text)
{
    const char *more = strstr(text, " more\n");
    while (more && more > text && more[-1] >= '0' && more[-1] <= '9')
        more--;
    return more ? atoi(more) : 0;
}

static void check_any(struct maplab *l, int cols, int rows, int charset)
{
    struct map *m = map_new(), *again = map_new();
    _cleanup_buf_ struct buf text = BUF_INIT, second = BUF_INIT, third = BUF_INIT;
    bool found[64] = {false};
    struct map_sel sel = {lab_random(l, (unsigned)l->d.nodes), 0};
    draw(m, l, cols, rows, charset, sel, &text);
    is_inside(&text, cols, rows, charset == ASCII);
    size_t count = nodes_found(m, cols, rows, found);
    assert_true(found[sel.node]);
    /* One of which only an edge is seen is found, and counts as hidden too. */
    assert_true(count + (size_t)hidden_nodes(buf_str(&text)) >= l->d.nodes);
    for (size_t v = 0; v < l->d.nodes && !hidden_nodes(buf_str(&text)); v++)
        assert_non_null(strstr(buf_str(&text), l->snap->node[v].name));
    draw(again, l, cols, rows, charset, sel, &second);
    assert_string_equal(buf_str(&text), buf_str(&second));
    for (size_t v = 0; v < l->d.nodes; v++)
        for (size_t i = 1; i < l->snap->node[v].ifs; i++)
            test_addr(&l->snap->node[v].iface[i], "10.9.8.7/24");
    draw(m, l, cols, rows, charset, sel, &third);
    assert_string_equal(buf_str(&text), buf_str(&third));
    map_free(m);
    map_free(again);
}

static void any_graph_is_drawn_inside(void **state)
{
    static const int sizes[][2] = {{80, 24}, {120, 40}, {40, 10}, {20, 6}, {200, 50}};
    static struct maplab l;
    (void)state;
    for (unsigned seed = 1; seed <= 60; seed++) {
        unsigned nodes = 1 + seed * 7 % 36, more = seed % 5 * nodes / 5;
        const int *size = sizes[seed % 5];
        lab_any(&l, nodes, more, seed);
        check_any(&l, size[0], size[1], seed & 1 ? ASCII : UTF8);
        lab_fini(&l);
    }
}

/* However little room there is, and whatever is wished for. */
static void forms_stay_inside(struct maplab *l)
{
    static const int sizes[][2] = {{1, 1},  {3, 1},  {5, 2},   {12, 3}, {20, 2},
                                   {14, 4}, {30, 5}, {400, 3}, {9, 60}};
    for (size_t k = 0; k < ARRAY_LEN(sizes); k++)
        for (int form = MAP_AUTO; form < MAP_FORM_COUNT; form++) {
            struct map *m = map_new();
            for (size_t node = 0; node < l->d.nodes; node += 3) {
                _cleanup_buf_ struct buf text = BUF_INIT;
                const struct map_wish w = {{node, l->snap->node[node].iface[1].index}, "1", form};
                struct map_sel at;
                draw_as(m, l, sizes[k][0], sizes[k][1], UTF8, &w, &text);
                is_inside(&text, sizes[k][0], sizes[k][1], false);
                for (int row = -1; row <= sizes[k][1]; row++)
                    for (int col = -1; col <= sizes[k][0]; col++)
                        if (map_hit(m, row, col, &at))
                            assert_true(at.node < l->d.nodes);
                assert_true(map_step(m, node, MAP_DOWN) < l->d.nodes);
                map_step_link(m, w.sel, MAP_LEFT, &at);
            }
            map_free(m);
        }
}

static void any_room_is_enough(void **state)
{
    static struct maplab l;
    (void)state;
    lab_mesh(&l, 8);
    forms_stay_inside(&l);
    lab_fini(&l);
    lab_any(&l, 40, 30, 3);
    forms_stay_inside(&l);
    lab_fini(&l);
    lab_any(&l, 70, 50, 3);
    forms_stay_inside(&l);
    lab_fini(&l);
}

/* --- pictures that were looked at ------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*make)(struct maplab *l);
    const char *node, *ifname; /* selected */
} shapes[] = {
    {"veth-ping", lab_veth_ping, "terminal1", "ve2"},
    {"router", lab_router, "r", NULL},
    {"lan", lab_lan, "h3", "eth0"},
    {"ring", lab_ring, "r2", "eth1"},
    {"dumbbell", lab_dumbbell, "left", "trunk"},
    {"star-100", lab_star_100, "h50", "eth0"},
    {"chain", lab_chain, "n5", "eth0"},
    {"tree", lab_tree, "edge2", "eth0"},
    {"mesh-5", lab_mesh_5, "m1", "eth0"},
    {"any-30", lab_any_30, "n20", "eth1"},
    {"trouble", lab_trouble, "left", "trunk"},
    {"dense", lab_dense, "m3", "eth1"},
};

/* These in one size only. */
static const struct {
    const char *name;
    void (*make)(struct maplab *l);
    const char *node, *ifname;
    int cols, rows, charset;
} more_shapes[] = {
    {"ring-3", lab_ring_3, "r1", NULL, 80, 24, UTF8},
    {"ring-9", lab_ring_9, "r1", NULL, 80, 24, UTF8},
    {"star-20", lab_star_20, "h7", NULL, 80, 24, UTF8},
    {"campus", lab_campus, "r1", "eth0", 80, 24, UTF8},
    {"campus", lab_campus, "r1", "eth0", 120, 40, UTF8},
    {"mesh-4", lab_mesh_4, "m1", NULL, 80, 24, UTF8},
    {"mesh-8", lab_mesh_8, "m1", "eth3", 80, 24, UTF8},
    {"mesh-8", lab_mesh_8, "m1", "eth3", 120, 40, UTF8},
    {"mesh-8", lab_mesh_8, "m1", "eth3", 40, 10, UTF8},
    {"mesh-20", lab_mesh_20, "m13", "eth3", 80, 24, UTF8},
    {"mesh-20", lab_mesh_20, "m13", "eth3", 200, 50, UTF8},
    {"mesh-64", lab_mesh_64, "m60", "eth3", 80, 24, UTF8},
    {"tangle-30", lab_tangle_30, "n20", "eth1", 80, 24, UTF8},
    {"tangle-30", lab_tangle_30, "n20", "eth1", 200, 50, UTF8},
    {"any-12", lab_any_12, "n1", NULL, 80, 24, UTF8},
    {"mixed", lab_mixed, "sw", "eth2", 80, 24, UTF8},
    {"mixed", lab_mixed, "alone1", NULL, 80, 24, ASCII},
    {"veth-ping", lab_veth_ping, "terminal2", NULL, 20, 4, UTF8},
};

static struct map_sel select_in(struct maplab *l, const char *node, const char *ifname)
{
    int n = snap_find_node(l->snap, node);
    assert_true(n >= 0);
    const struct snap_if *i = ifname ? lab_if(l, node, ifname) : NULL;
    assert_true(!ifname || i);
    return (struct map_sel){(size_t)n, i ? i->index : 0};
}

static void picture_as(const char *shape, void (*make)(struct maplab *l), const char *node,
                       const char *ifname, int cols, int rows, int charset, struct map_wish w)
{
    static struct maplab l;
    _cleanup_buf_ struct buf text = BUF_INIT;
    _cleanup_free_ char *name =
        mem_printf("map-%s-%dx%d%s", shape, cols, rows, charset == ASCII ? "-ascii" : "");
    struct map *m = map_new();
    make(&l);
    w.sel = select_in(&l, node, ifname);
    draw_as(m, &l, cols, rows, charset, &w, &text);
    is_inside(&text, cols, rows, charset == ASCII);
    golden_compare(name, &text);
    map_free(m);
    lab_fini(&l);
}

static void picture(const char *shape, void (*make)(struct maplab *l), const char *node,
                    const char *ifname, int cols, int rows, int charset)
{
    picture_as(shape, make, node, ifname, cols, rows, charset, (struct map_wish){.filter = ""});
}

static void pictures_are_as_they_were_looked_at(void **state)
{
    static const int sizes[][3] = {
        {80, 24, UTF8}, {80, 24, ASCII}, {120, 40, UTF8}, {40, 10, UTF8}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++)
            picture(shapes[i].name, shapes[i].make, shapes[i].node, shapes[i].ifname, sizes[k][0],
                    sizes[k][1], sizes[k][2]);
    for (size_t i = 0; i < ARRAY_LEN(more_shapes); i++)
        picture(more_shapes[i].name, more_shapes[i].make, more_shapes[i].node,
                more_shapes[i].ifname, more_shapes[i].cols, more_shapes[i].rows,
                more_shapes[i].charset);
}

/* What the filter hides stays, between brackets and dim; what is wanted is drawn. */
static void wishes_are_as_they_were_looked_at(void **state)
{
    const struct map_wish hides = {.filter = "a"}, table = {.form = MAP_TABLE},
                          list = {.form = MAP_LIST}, lines = {.form = MAP_LINES};
    (void)state;
    picture_as("hidden", lab_dumbbell, "a1", NULL, 80, 24, UTF8, hides);
    picture_as("hidden-trouble", lab_trouble, "a2", NULL, 80, 24, ASCII, hides);
    picture_as("campus-table", lab_campus, "r1", "eth0", 80, 24, UTF8, table);
    picture_as("campus-list", lab_campus, "r1", "eth0", 80, 24, UTF8, list);
    picture_as("mesh-8-lines", lab_mesh_8, "m1", "eth3", 120, 40, UTF8, lines);
    picture_as("mixed-table", lab_mixed, "gw", "a2", 80, 24, ASCII, table);
    picture_as("mixed-table", lab_mixed, "gw", "a2", 30, 10, UTF8, table);
}

/* --- tables ----------------------------------------------------------------------------------- */

/* Of the cell whose sign is drawn there. */
static const struct canvas_cell *cell_in(struct canvas *c, const struct maplab *l, const char *text,
                                         const struct map_wish *w, struct map *m, int nth)
{
    canvas_init(c, 24, 80, false);
    map_draw(m, area_all(c), &l->d, w);
    for (int row = 1; row < 23; row++)
        for (int col = 0; col < 80; col++)
            if (strcmp(canvas_at(c, row, col)->text, text) == 0 && nth-- == 0)
                return canvas_at(c, row, col);
    return NULL;
}

/* In lines and in tables alike: what the filter hides is dim, be it well or not. */
static void what_the_filter_hides_is_dim(void **state)
{
    static struct maplab l;
    struct canvas c;
    struct map *m = map_new();
    struct map_wish w = {.filter = "m1"};
    (void)state;
    lab_mesh(&l, 8);
    /* The row of m1, which is shown, and seven rows that are not. */
    for (int i = 0; i < 56; i++) {
        const struct canvas_cell *cell = cell_in(&c, &l, "■", &w, m, i);
        assert_non_null(cell);
        assert_int_equal(cell->style, i < 7 ? STYLE_GOOD : STYLE_DIM);
        canvas_fini(&c);
    }
    w.filter = "";
    assert_int_equal(cell_in(&c, &l, "■", &w, m, 0)->style, STYLE_GOOD);
    canvas_fini(&c);
    test_set_down(l.snap, 7, "eth0");
    assert_int_equal(cell_in(&c, &l, "×", &w, m, 0)->style, STYLE_BAD);
    canvas_fini(&c);
    assert_int_equal(cell_in(&c, &l, "!", &w, m, 0)->style, STYLE_WARN);
    canvas_fini(&c);
    w.filter = "m1";
    assert_int_equal(cell_in(&c, &l, "×", &w, m, 0)->style, STYLE_DIM);
    canvas_fini(&c);
    map_free(m);
    lab_fini(&l);
    lab_ring(&l);
    m = map_new();
    w.filter = "r1";
    assert_int_equal(cell_in(&c, &l, "(", &w, m, 0)->style, STYLE_DIM);
    canvas_fini(&c);
    /* Two of its links are r1's too; the names of the others are dim. */
    int plain = 0;
    for (int i = 0; i < 8; i++) {
        const struct canvas_cell *cell = cell_in(&c, &l, "h", &w, m, i); /* of "eth1" */
        plain += cell && cell->style != STYLE_DIM;
        canvas_fini(&c);
    }
    assert_int_equal(plain, 4);
    assert_null(cell_in(&c, &l, "(", &w, m, 3)); /* r2, r3, r4, and r1 not */
    canvas_fini(&c);
    map_free(m);
    lab_fini(&l);
}

/* A click into a cell selects the row's end of the link; each end is to be had. */
static void each_end_has_a_cell(void **state)
{
    static struct maplab l;
    struct map *m = map_new();
    _cleanup_buf_ struct buf text = BUF_INIT;
    bool hit[1024] = {false};
    (void)state;
    lab_mesh(&l, 8);
    draw(m, &l, 80, 24, UTF8, (struct map_sel){0, 0}, &text);
    for (int row = 0; row < 24; row++)
        for (int col = 0; col < 80; col++) {
            struct map_sel at, node;
            if (!map_hit(m, row, col, &at) || !at.ifindex)
                continue;
            assert_true(map_hit(m, row, 1, &node) || row % 2 == 1); /* its second row has no name */
            if (!node.ifindex && row % 2 == 0)
                assert_int_equal(at.node, node.node);
            assert_non_null(snap_if_by_index(&l.snap->node[at.node], at.ifindex));
            hit[at.ifindex] = true;
        }
    for (uint32_t i = 10; i < l.index; i++)
        assert_true(hit[i]);
    map_free(m);
    lab_fini(&l);
}

/* Down and up go to other nodes, right and left to other links of the node, up to the edge. */
static void steps_in_a_table(void **state)
{
    static struct maplab l;
    struct map *m = map_new();
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct map_sel at = {2, 0}, to;
    (void)state;
    lab_mesh(&l, 8);
    assert_false(map_step_link(m, at, MAP_RIGHT, &to)); /* nothing was drawn yet */
    draw(m, &l, 80, 24, UTF8, at, &text);
    assert_int_equal(map_step(m, 2, MAP_DOWN), 3);
    assert_int_equal(map_step(m, 2, MAP_UP), 1);
    assert_int_equal(map_step(m, 0, MAP_UP), 0);
    assert_false(map_step_link(m, at, MAP_DOWN, &to));
    for (unsigned i = 0; i < 7; i++) {
        char name[IFNAMSIZ];
        snprintf(name, sizeof name, "eth%u", i);
        assert_true(map_step_link(m, at, MAP_RIGHT, &at));
        assert_int_equal(at.node, 2);
        assert_int_equal(at.ifindex, lab_if(&l, "m3", name)->index);
    }
    assert_true(map_step_link(m, at, MAP_RIGHT, &to));
    assert_int_equal(to.ifindex, at.ifindex);
    assert_true(map_step_link(m, at, MAP_LEFT, &to));
    assert_int_equal(to.ifindex, lab_if(&l, "m3", "eth5")->index);
    draw_as(m, &l, 80, 24, UTF8, &(struct map_wish){.form = MAP_LINES}, &text);
    assert_false(map_step_link(m, at, MAP_RIGHT, &to));
    map_free(m);
    lab_fini(&l);
}

static bool is_table(struct map *m, struct maplab *l)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    draw(m, l, 120, 40, UTF8, (struct map_sel){0, 0}, &text);
    return strstr(buf_str(&text), "set down") != NULL;
}

/* Three by three, as a grid; then links between any two of them until there are too many. */
static void lab_too_dense(struct maplab *l)
{
    lab_begin(l, "grid");
    for (unsigned i = 0; i < 9; i++)
        lab_node(l, "g", i + 1);
    for (unsigned i = 0; i < 9; i++) {
        if (i % 3 < 2)
            lab_link(l, i, i + 1);
        if (i < 6)
            lab_link(l, i, i + 3);
    }
    for (unsigned i = 0; i < 4; i++)
        for (unsigned k = 5; k < 9; k++)
            if (k != i + 3)
                lab_link(l, i, k);
    lab_end(l);
}

static void take_links(struct maplab *l, uint32_t from)
{
    for (size_t i = 0; i < l->snap->nodes; i++)
        for (struct snap_node *n = &l->snap->node[i]; n->iface[n->ifs - 1].index >= from;)
            snap_if_fini(&n->iface[--n->ifs]);
}

/* Links that go and come do not turn the table into lines and back; when most are gone they do. */
static void a_table_stays_one(void **state)
{
    static struct maplab l;
    struct map *m = map_new(), *fresh = map_new();
    (void)state;
    lab_too_dense(&l);
    assert_true(is_table(m, &l));
    take_links(&l, 10 + 2 * 13); /* the grid, and one more */
    assert_false(is_table(fresh, &l));
    assert_true(is_table(m, &l));
    take_links(&l, 10 + 2 * 10);
    assert_false(is_table(m, &l));
    map_free(m);
    map_free(fresh);
    lab_fini(&l);
}

/* --- places, clicks, steps -------------------------------------------------------------------- */

enum { COLS = 80, ROWS = 24 };

static void where(const struct map *m, size_t nodes, struct map_sel at[])
{
    for (int row = ROWS - 1; row >= 0; row--)
        for (int col = COLS - 1; col >= 0; col--) {
            struct map_sel hit;
            if (map_hit(m, row, col, &hit) && !hit.ifindex && hit.node < nodes)
                at[hit.node] = (struct map_sel){(size_t)row, (uint32_t)col};
        }
}

/* Ends set down, traffic, a link that goes and one that comes: the boxes stay where they are. */
static void places_stay_while_things_change(void **state)
{
    static struct maplab l;
    struct map_sel before[8] = {{0}}, after[8] = {{0}};
    struct map *m = map_new();
    _cleanup_buf_ struct buf text = BUF_INIT;
    (void)state;
    lab_dumbbell(&l);
    draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){0, 0}, &text);
    where(m, 8, before);
    test_set_down(l.snap, 0, "trunk");
    draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){4, 0}, &text);
    where(m, 8, after);
    assert_memory_equal(before, after, sizeof before);
    lab_named(&l, 2, "wire", 5, "wire");
    draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){4, 0}, &text);
    where(m, 8, after);
    assert_memory_equal(before, after, sizeof before);
    lab_far(&l, 7, "uplink", SNAP_NODE_HOST);
    draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){4, 0}, &text);
    where(m, 8, after);
    assert_memory_equal(before, after, sizeof before);
    assert_non_null(strstr(buf_str(&text), "host"));
    for (size_t v = 0; v < 8; v++) {
        snap_node_clear(&l.snap->node[v]);
        l.snap->node[v].gone = true;
    }
    buf_reset(&text);
    draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){4, 0}, &text);
    where(m, 8, after);
    assert_memory_equal(before, after, sizeof before);
    assert_null(strstr(buf_str(&text), "host"));
    assert_non_null(strstr(buf_str(&text), "gone"));
    map_free(m);
    lab_fini(&l);
}

/* Each link is hit at both of its ends, by the end that is nearer. */
static void links_are_hit_at_their_ends(void **state)
{
    static struct maplab l;
    struct map *m = map_new();
    _cleanup_buf_ struct buf text = BUF_INIT;
    bool hit[1024] = {false};
    (void)state;
    lab_campus(&l);
    draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){0, 0}, &text);
    for (int row = 0; row < ROWS; row++)
        for (int col = 0; col < COLS; col++) {
            struct map_sel at;
            if (!map_hit(m, row, col, &at) || !at.ifindex)
                continue;
            assert_non_null(snap_if_by_index(&l.snap->node[at.node], at.ifindex));
            hit[at.ifindex] = true;
        }
    for (uint32_t i = 10; i < l.index; i++)
        assert_true(hit[i]);
    struct map_sel at;
    assert_false(map_hit(m, -1, 0, &at));
    assert_false(map_hit(m, 0, COLS, &at));
    assert_false(map_hit(m, ROWS - 1, 0, &at)); /* the row of words */
    map_free(m);
    lab_fini(&l);
}

static void steps_go_to_what_lies_there(void **state)
{
    static struct maplab l;
    struct map *m = map_new();
    _cleanup_buf_ struct buf text = BUF_INIT;
    (void)state;
    lab_ring(&l);
    assert_int_equal(map_step(m, 0, MAP_RIGHT), 0); /* nothing was drawn yet */
    draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){0, 0}, &text);
    assert_int_equal(map_step(m, 0, MAP_RIGHT), 1);
    assert_int_equal(map_step(m, 1, MAP_DOWN), 2);
    assert_int_equal(map_step(m, 2, MAP_LEFT), 3);
    assert_int_equal(map_step(m, 3, MAP_UP), 0);
    assert_int_equal(map_step(m, 0, MAP_UP), 0);
    assert_int_equal(map_step(m, 99, MAP_UP), 99);
    map_free(m);
    lab_fini(&l);
}

static void press(struct view_ui *ui, struct maplab *l, int key)
{
    struct canvas c;
    keys_press(ui, key, &l->d);
    canvas_init(&c, ROWS, COLS, false);
    scene_draw(&l->d, ui, &c);
    canvas_fini(&c);
}

static void keys_go_by_what_is_drawn(void **state)
{
    static struct maplab l;
    struct view_ui ui;
    (void)state;
    lab_ring(&l);
    ui_init(&ui, TEST_S);
    ui.map = map_new();
    press(&ui, &l, 'm');
    assert_int_equal(ui.screen, UI_MAP);
    press(&ui, &l, VIEW_KEY_RIGHT);
    assert_int_equal(ui.node, 1);
    press(&ui, &l, VIEW_KEY_DOWN);
    assert_int_equal(ui.node, 2);
    const struct snap_if *first = ui_link(&ui, &l.d);
    press(&ui, &l, '>');
    assert_ptr_not_equal(ui_link(&ui, &l.d), first);
    press(&ui, &l, '<');
    assert_ptr_equal(ui_link(&ui, &l.d), first);
    strcpy(ui.filter, "r1"); /* hides r4, which lies to the left, and r2 above */
    ui.node = 0;
    press(&ui, &l, VIEW_KEY_DOWN);
    assert_int_equal(ui_node(&ui, &l.d), 0);
    press(&ui, &l, '\r');
    assert_int_equal(ui.screen, UI_PANES);
    map_free(ui.map);
    lab_fini(&l);
}

/* In a table the arrows to the sides select links; 'i' goes through the forms of the map only. */
static void keys_know_the_table(void **state)
{
    static struct maplab l;
    struct view_ui ui;
    (void)state;
    lab_mesh(&l, 8);
    ui_init(&ui, TEST_S);
    ui.map = map_new();
    press(&ui, &l, 'm');
    press(&ui, &l, VIEW_KEY_DOWN);
    press(&ui, &l, VIEW_KEY_RIGHT);
    press(&ui, &l, VIEW_KEY_RIGHT);
    assert_int_equal(ui.node, 1);
    assert_string_equal(ui_link(&ui, &l.d)->name, "eth2");
    press(&ui, &l, VIEW_KEY_LEFT);
    assert_string_equal(ui_link(&ui, &l.d)->name, "eth1");
    press(&ui, &l, 'i');
    assert_int_equal(ui.map_form, MAP_LINES);
    assert_int_equal(ui.form, FORM_COMPACT);
    press(&ui, &l, VIEW_KEY_LEFT); /* to another node now */
    assert_int_not_equal(ui.node, 1);
    for (int i = 0; i < 3; i++)
        press(&ui, &l, 'i');
    assert_int_equal(ui.map_form, MAP_AUTO);
    map_free(ui.map);
    lab_fini(&l);
}

/* From each node each other one is reached by arrows, else it could not be selected. */
static void arrows_reach_all_nodes(void **state)
{
    static struct maplab l;
    (void)state;
    for (unsigned seed = 1; seed < 30; seed++) {
        struct map *m = map_new();
        _cleanup_buf_ struct buf text = BUF_INIT;
        size_t queue[64] = {0}, count = 1;
        bool met[64] = {true};
        lab_any(&l, 2 + seed, seed / 3, seed);
        draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){0, 0}, &text);
        for (size_t i = 0; i < count; i++)
            for (int dir = MAP_UP; dir <= MAP_LEFT; dir++) {
                size_t next = map_step(m, queue[i], (enum map_dir)dir);
                if (!met[next])
                    queue[count++] = next;
                met[next] = true;
            }
        assert_int_equal(count, l.d.nodes);
        map_free(m);
        lab_fini(&l);
    }
}

/* A thousand nodes: a list, at once. */
static void a_large_lab_is_a_list(void **state)
{
    static struct maplab l;
    struct map *m = map_new();
    _cleanup_buf_ struct buf text = BUF_INIT;
    (void)state;
    lab_any(&l, 1000, 200, 5);
    int64_t began_ns = clock_mono_ns();
    for (size_t i = 0; i < 3; i++)
        draw(m, &l, COLS, ROWS, UTF8, (struct map_sel){i * 400, 0}, &text);
    assert_true(clock_mono_ns() - began_ns < 2 * TEST_S);
    assert_non_null(strstr(buf_str(&text), "1000 nodes, 1199 links, all up"));
    map_free(m);
    lab_fini(&l);
}

static void lines_have_their_characters(void **state)
{
    (void)state;
    enum { U = 1, R = 2, D = 4, L = 8 };
    assert_string_equal(map_line_glyph(L | R, WEIGHT_LIGHT, WEIGHT_NONE, false), "─");
    assert_string_equal(map_line_glyph(U | D, WEIGHT_NONE, WEIGHT_HEAVY, false), "┃");
    assert_string_equal(map_line_glyph(L | R | U | D, WEIGHT_DOUBLE, WEIGHT_LIGHT, false), "╪");
    assert_string_equal(map_line_glyph(L | R | U | D, WEIGHT_LIGHT, WEIGHT_HEAVY, false), "╂");
    assert_string_equal(map_line_glyph(U | D | R, WEIGHT_LIGHT, WEIGHT_DOUBLE, false), "╟");
    assert_string_equal(map_line_glyph(L | R, WEIGHT_DEAD, WEIGHT_NONE, false), "╌");
    assert_string_equal(map_line_glyph(D | R, WEIGHT_DEAD, WEIGHT_DEAD, false), "┌");
    assert_string_equal(map_line_glyph(0, WEIGHT_LIGHT, WEIGHT_LIGHT, false), " ");
    for (int arms = 0; arms < 16; arms++)
        for (int row = WEIGHT_LIGHT; row < WEIGHT_COUNT; row++)
            for (int col = WEIGHT_LIGHT; col < WEIGHT_COUNT; col++) {
                const char *utf8 = map_line_glyph((uint8_t)arms, (enum map_weight)row,
                                                  (enum map_weight)col, false);
                const char *ascii =
                    map_line_glyph((uint8_t)arms, (enum map_weight)row, (enum map_weight)col, true);
                assert_int_equal(text_width(utf8), 1);
                assert_int_equal(strlen(ascii), 1);
                assert_int_equal(*utf8 == ' ', arms == 0);
                assert_int_equal(*ascii == ' ', arms == 0);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_as_they_were_looked_at),
        cmocka_unit_test(wishes_are_as_they_were_looked_at),
        cmocka_unit_test(what_the_filter_hides_is_dim),
        cmocka_unit_test(each_end_has_a_cell),
        cmocka_unit_test(steps_in_a_table),
        cmocka_unit_test(a_table_stays_one),
        cmocka_unit_test(any_graph_is_drawn_inside),
        cmocka_unit_test(any_room_is_enough),
        cmocka_unit_test(places_stay_while_things_change),
        cmocka_unit_test(links_are_hit_at_their_ends),
        cmocka_unit_test(steps_go_to_what_lies_there),
        cmocka_unit_test(keys_go_by_what_is_drawn),
        cmocka_unit_test(keys_know_the_table),
        cmocka_unit_test(arrows_reach_all_nodes),
        cmocka_unit_test(a_large_lab_is_a_list),
        cmocka_unit_test(lines_have_their_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
