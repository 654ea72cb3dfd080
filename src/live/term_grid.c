/* SPDX-License-Identifier: BSD-2-Clause */
/* term_grid: the cells of a terminal's screen and what moves them.
 *
 * A line is as long as what was written into it; the rest is blank and takes no memory and no time
 * to clear. The halves of a wide character go together: whoever writes on one makes the other a
 * blank (split()). */
#include "live/term_state.h"

#include "base/mem.h"
#include "base/width.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const struct term_pen term_pen_plain = {-1, -1, 0};

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* --- a line ----------------------------------------------------------------------------------- */

static struct term_cell blank_in(struct term_pen pen)
{
    return (struct term_cell){.code = ' ', .width = 1, .pen = {-1, pen.background, 0}};
}

/* Makes `used` at least that much. */
static void reach(struct term_line *l, int used)
{
    const struct term_cell blank = blank_in(term_pen_plain);
    if (used > l->room) {
        l->room = least(2 * used + 16, used > TERM_SIDE_MAX ? used : TERM_SIDE_MAX);
        l->cell = mem_realloc(l->cell, (size_t)l->room, sizeof *l->cell);
    }
    while (l->used < used)
        l->cell[l->used++] = blank;
}

/* No character lies across the left edge of `col` afterwards. */
static void split(struct term_line *l, int col)
{
    if (col <= 0 || col >= l->used || l->cell[col].width != 0)
        return;
    for (int i = col - 1; i <= col; i++) {
        struct term_pen pen = l->cell[i].pen;
        l->cell[i] = blank_in(pen);
        l->cell[i].pen = pen;
    }
}

static void fill(struct term_line *l, int from, int to, struct term_cell cell)
{
    for (int i = from; i < to; i++)
        l->cell[i] = cell;
}

/* To the right edge of the screen means all that the line has. */
static void erase(const struct term *t, struct term_line *l, int from, int to)
{
    bool plain = t->cursor.pen.background < 0;
    split(l, from);
    split(l, to);
    if (to >= t->cols)
        l->used = least(l->used, plain ? from : to);
    if (plain && to >= l->used) {
        l->used = least(l->used, from);
        return;
    }
    reach(l, to);
    fill(l, from, to, blank_in(t->cursor.pen));
}

static void cut(const struct term *t, struct term_line *l)
{
    split(l, t->cols);
    l->used = least(l->used, t->cols);
}

static struct term_line *line_of(const struct term *t, int row)
{
    return &t->grid->line[row];
}

/* --- rows ------------------------------------------------------------------------------------- */

void term_grid_init(struct term_grid *g, int rows)
{
    g->line = mem_zalloc((size_t)rows, sizeof *g->line);
    g->saved = (struct term_cursor){.pen = term_pen_plain};
}

void term_grid_fini(struct term_grid *g, int rows)
{
    for (int i = 0; i < rows; i++)
        free(g->line[i].cell);
    free(g->line);
}

void term_grid_erase(struct term *t, int row, int from, int to)
{
    if (row >= 0 && row < t->rows && from < to)
        erase(t, line_of(t, row), from < 0 ? 0 : from, least(to, t->cols));
}

void term_grid_erase_rows(struct term *t, int from, int to)
{
    for (int row = from; row < to; row++)
        term_grid_erase(t, row, 0, t->cols);
}

void term_grid_fill(struct term *t, uint32_t code)
{
    struct term_cell cell = blank_in(term_pen_plain);
    cell.code = code;
    for (int row = 0; row < t->rows; row++) {
        line_of(t, row)->used = 0;
        reach(line_of(t, row), t->cols);
        fill(line_of(t, row), 0, t->cols, cell);
    }
}

void term_grid_scroll(struct term *t, int from, int count, bool keep)
{
    struct term_line gone[TERM_SIDE_MAX];
    int rows = t->bottom - from;
    if (rows <= 0 || count == 0)
        return;
    struct term_line *line = line_of(t, from);
    int n = count > 0 ? least(count, rows) : least(count == INT_MIN ? rows : -count, rows);
    size_t moved = (size_t)(rows - n) * sizeof *line;
    struct term_line *leaves = count > 0 ? line : line + rows - n;
    for (int i = 0; keep && i < n; i++) {
        term_past_push(&t->past, &leaves[i]);
        t->scrolled = t->scrolled ? least(t->scrolled + 1, t->past.count) : 0;
    }
    memcpy(gone, leaves, (size_t)n * sizeof *line);
    if (count > 0)
        memmove(line, line + n, moved);
    else
        memmove(line + n, line, moved);
    memcpy(count > 0 ? line + rows - n : line, gone, (size_t)n * sizeof *line);
    int first = count > 0 ? t->bottom - n : from;
    term_grid_erase_rows(t, first, first + n);
}

void term_grid_index(struct term *t)
{
    t->cursor.wrap = false;
    if (t->cursor.row == t->bottom - 1)
        term_grid_scroll(t, t->top, 1, t->top == 0 && t->grid == &t->main);
    else if (t->cursor.row < t->rows - 1)
        t->cursor.row++;
}

void term_grid_reverse(struct term *t)
{
    t->cursor.wrap = false;
    if (t->cursor.row == t->top)
        term_grid_scroll(t, t->top, -1, false);
    else if (t->cursor.row > 0)
        t->cursor.row--;
}

/* --- characters ------------------------------------------------------------------------------- */

void term_grid_insert(struct term *t, int count)
{
    struct term_line *l = line_of(t, t->cursor.row);
    int col = t->cursor.col, n = least(count, t->cols - col);
    cut(t, l);
    split(l, col);
    if (n <= 0)
        return;
    split(l, t->cols - n);
    if (l->used > col) {
        int moved = least(l->used, t->cols - n) - col;
        reach(l, col + n + moved);
        memmove(&l->cell[col + n], &l->cell[col], (size_t)moved * sizeof *l->cell);
        l->used = least(col + n + moved, t->cols);
    } else if (t->cursor.pen.background < 0) {
        return;
    }
    reach(l, col + n);
    fill(l, col, col + n, blank_in(t->cursor.pen));
}

void term_grid_delete(struct term *t, int count)
{
    struct term_line *l = line_of(t, t->cursor.row);
    int col = t->cursor.col, n = least(count, t->cols - col);
    cut(t, l);
    split(l, col);
    split(l, col + n);
    if (n <= 0)
        return;
    if (l->used > col + n) {
        memmove(&l->cell[col], &l->cell[col + n], (size_t)(l->used - col - n) * sizeof *l->cell);
        l->used -= n;
    } else {
        l->used = least(l->used, col);
    }
    if (t->cursor.pen.background >= 0)
        erase(t, l, t->cols - n, t->cols);
}

/* The last column: the next character, if lines wrap, begins a line of its own. */
static void move_on(struct term *t, int width)
{
    t->cursor.col += width;
    if (t->cursor.col < t->cols)
        return;
    t->cursor.col = t->cols - 1;
    t->cursor.wrap = !t->mode.no_wrap;
}

static void wrap(struct term *t)
{
    t->cursor.col = 0;
    term_grid_index(t);
}

void term_grid_print(struct term *t, uint32_t code)
{
    int width = (int)width_of(code);
    if (t->cursor.wrap)
        wrap(t);
    if (width == 2 && t->cursor.col == t->cols - 1) {
        if (t->mode.no_wrap)
            return;
        wrap(t);
    }
    if (t->mode.insert)
        term_grid_insert(t, width);
    struct term_line *l = line_of(t, t->cursor.row);
    int col = t->cursor.col;
    split(l, col);
    split(l, col + width);
    reach(l, col + width);
    l->cell[col] = (struct term_cell){.code = code, .pen = t->cursor.pen, .width = (uint8_t)width};
    if (width == 2)
        l->cell[col + 1] = (struct term_cell){.pen = t->cursor.pen};
    t->last = code;
    move_on(t, width);
}

size_t term_grid_print_plain(struct term *t, const char *text, size_t len)
{
    if (t->cursor.wrap)
        wrap(t);
    struct term_line *l = line_of(t, t->cursor.row);
    int col = t->cursor.col, room = t->cols - col;
    int n = len < (size_t)room ? (int)len : room;
    split(l, col);
    split(l, col + n);
    reach(l, col + n);
    for (int i = 0; i < n; i++)
        l->cell[col + i] =
            (struct term_cell){.code = (uint8_t)text[i], .pen = t->cursor.pen, .width = 1};
    t->last = (uint8_t)text[n - 1];
    move_on(t, n);
    return (size_t)n;
}

void term_grid_mark(struct term *t, uint32_t code)
{
    struct term_line *l = line_of(t, t->cursor.row);
    int col = t->cursor.col - !t->cursor.wrap;
    if (col > 0 && col < l->used && l->cell[col].width == 0)
        col--;
    if (col < 0 || col >= l->used)
        return;
    for (int i = 0; i < TERM_MARKS; i++)
        if (l->cell[col].mark[i] == 0) {
            l->cell[col].mark[i] = code;
            return;
        }
}

/* --- another size ----------------------------------------------------------------------------- */

static void set_rows(struct term_grid *g, int from, int to)
{
    for (int i = to; i < from; i++)
        free(g->line[i].cell);
    g->line = mem_realloc(g->line, (size_t)to, sizeof *g->line);
    for (int i = from; i < to; i++)
        g->line[i] = (struct term_line){0};
}

/* So many of the main screen's lines go to the history. */
static void push_rows(struct term *t, int count)
{
    struct term_line *line = t->main.line;
    for (int i = 0; i < count; i++) {
        term_past_push(&t->past, &line[i]);
        free(line[i].cell);
    }
    memmove(line, line + count, (size_t)(t->rows - count) * sizeof *line);
    memset(line + t->rows - count, 0, (size_t)count * sizeof *line);
}

/* As many as there are come back, at most `count`, above the `rows` that there were. */
static int pull_rows(struct term *t, int rows, int count)
{
    int n = least(count, t->past.count);
    struct term_line *line = t->main.line;
    memmove(line + n, line, (size_t)rows * sizeof *line);
    for (int i = n - 1; i >= 0; i--)
        term_past_pop(&t->past, &line[i]);
    return n;
}

/* What is below the cursor and blank goes first. */
static void resize_main(struct term *t, int rows)
{
    bool seen = t->grid == &t->main;
    int *cursor = seen ? &t->cursor.row : &t->main.saved.row, last = t->rows;
    while (last > rows && last - 1 > *cursor && t->main.line[last - 1].used == 0)
        last--;
    int shift = last > rows ? -(last - rows) : 0;
    if (shift < 0)
        push_rows(t, -shift);
    set_rows(&t->main, t->rows, rows);
    if (rows > t->rows)
        shift = pull_rows(t, t->rows, rows - t->rows);
    *cursor += shift;
    if (seen)
        t->main.saved.row += shift;
}

static void clip_cursor(const struct term *t, struct term_cursor *c)
{
    c->row = c->row < 0 ? 0 : least(c->row, t->rows - 1);
    c->col = least(c->col, t->cols - 1);
    c->wrap = false;
}

void term_grid_resize(struct term *t, int rows, int cols)
{
    resize_main(t, rows);
    set_rows(&t->other, t->rows, rows);
    t->rows = rows;
    t->cols = cols;
    t->top = 0;
    t->bottom = rows;
    t->scrolled = least(t->scrolled, t->past.count);
    clip_cursor(t, &t->cursor);
    clip_cursor(t, &t->main.saved);
    clip_cursor(t, &t->other.saved);
}
