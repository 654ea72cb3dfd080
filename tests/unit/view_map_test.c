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
#include <fcntl.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"
#include "view/map.h"
#include "view/map_line.h"
#include "view_maplabs.h"

enum { UTF8, ASCII };

static void draw(struct map *m, const struct maplab *l, int cols, int rows, int charset,
                 struct map_sel sel, struct buf *out)
{
    struct canvas c;
    canvas_init(&c, rows, cols, charset == ASCII);
    map_draw(m, area_all(&c), &l->d, sel);
    canvas_to_text(&c, out);
    canvas_fini(&c);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_graph_is_drawn_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
