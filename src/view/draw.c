/* SPDX-License-Identifier: BSD-2-Clause */
/* draw: see the header. */
#include "view/draw.h"

#include "base/mem.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdlib.h>
#include <string.h>

#define COLOURS   257   /* 256, and the terminal's own (-1) */
#define PAIRS_MAX 32000 /* a pair's number is a short */

struct drawer {
    bool has_colours, coloured;   /* the terminal has some; they are in use */
    enum theme theme;             /* of what was drawn last */
    bool cursor;                  /* it is seen */
    short pair[COLOURS][COLOURS]; /* 0: not made yet */
    int pairs;                    /* made */
    int rows, cols;               /* of what was drawn last; 0: nothing is known */
    struct canvas_cell *last;     /* owned */
    struct buf run;
};

struct drawer *draw_new(void)
{
    struct drawer *d = mem_zalloc(1, sizeof *d);
    d->has_colours = has_colors();
    return d;
}

void draw_free(struct drawer *d)
{
    if (!d)
        return;
    buf_fini(&d->run);
    free(d->last);
    free(d);
}

void draw_forget(struct drawer *d)
{
    d->rows = d->cols = 0;
    clearok(curscr, TRUE);
}

/* The eight colours of ECMA-48 are bits: red 1, green 2, blue 4. */
static int basic_of(int colour)
{
    if (colour < 16)
        return colour % 8;
    if (colour >= 232)
        return colour < 244 ? COLOR_BLACK : COLOR_WHITE;
    int red = (colour - 16) / 36, green = (colour - 16) / 6 % 6, blue = (colour - 16) % 6;
    int most = red > green ? red : green;
    most = most > blue ? most : blue;
    if (most == 0)
        return COLOR_BLACK;
    return (2 * red > most ? COLOR_RED : 0) | (2 * green > most ? COLOR_GREEN : 0) |
           (2 * blue > most ? COLOR_BLUE : 0);
}

/* Pairs are made when they are first wanted: a terminal of eight colours has 64 of them. */
static short pair_of(struct drawer *d, int foreground, int background)
{
    if (!d->coloured || (foreground < 0 && background < 0))
        return 0;
    if (foreground >= COLORS)
        foreground = basic_of(foreground);
    if (background >= COLORS)
        background = basic_of(background);
    short *pair = &d->pair[foreground + 1][background + 1];
    if (*pair == 0 && d->pairs + 1 < COLOR_PAIRS && d->pairs < PAIRS_MAX &&
        init_pair((short)(d->pairs + 1), (short)foreground, (short)background) == OK)
        *pair = (short)++d->pairs;
    return *pair;
}

static void set_look(struct drawer *d, const struct canvas_cell *cell)
{
    struct canvas_own look = theme_cell_look(d->theme, cell);
    attr_t attr = A_NORMAL;
    attr |= look.attributes & LOOK_BOLD ? A_BOLD : 0;
    attr |= look.attributes & LOOK_DIM ? A_DIM : 0;
    attr |= look.attributes & LOOK_UNDERLINE ? A_UNDERLINE : 0;
    attr |= look.attributes & LOOK_ITALIC ? A_ITALIC : 0;
    attr |= look.attributes & LOOK_BLINK ? A_BLINK : 0;
    attr |= cell->selected || look.attributes & LOOK_REVERSE ? A_REVERSE : 0;
    attr_set(attr, pair_of(d, look.foreground, look.background), NULL);
}

static bool looks_same(const struct canvas_cell *a, const struct canvas_cell *b)
{
    if (a->style != b->style || a->selected != b->selected)
        return false;
    return a->style != STYLE_OWN ||
           (a->own.foreground == b->own.foreground && a->own.background == b->own.background &&
            a->own.attributes == b->own.attributes);
}

/* Cells of one look in one go. One that is two columns wide ends its run, so that a terminal which
 * thinks otherwise of its width shifts nothing but that. */
static int draw_run(struct drawer *d, const struct canvas_cell *row, int cols, int y, int x)
{
    int at = x;
    buf_reset(&d->run);
    for (; at < cols && looks_same(&row[at], &row[x]); at++) {
        buf_adds(&d->run, row[at].text);
        if (row[at].width == 2) {
            at += 2;
            break;
        }
    }
    set_look(d, &row[x]);
    mvaddnstr(y, x, buf_str(&d->run), (int)d->run.len);
    return at;
}

static bool is_same(const struct canvas_cell *a, const struct canvas_cell *b, int cols)
{
    for (int i = 0; i < cols; i++)
        if (!looks_same(&a[i], &b[i]) || a[i].width != b[i].width ||
            strcmp(a[i].text, b[i].text) != 0)
            return false;
    return true;
}

static void show_cursor(struct drawer *d, const struct canvas *c)
{
    if (c->has_cursor != d->cursor)
        curs_set(c->has_cursor);
    d->cursor = c->has_cursor;
    if (c->has_cursor)
        move(c->cursor_row, c->cursor_col);
}

/* Where nobody wants colours the terminal is not told of any. */
static void take_theme(struct drawer *d, enum theme theme)
{
    d->theme = theme;
    if (!d->has_colours || d->coloured || theme == THEME_MONO)
        return;
    start_color();
    use_default_colors();
    d->coloured = true;
}

void draw_canvas(struct drawer *d, const struct canvas *c, enum theme theme)
{
    size_t cells = (size_t)c->rows * (size_t)c->cols;
    bool known = d->rows == c->rows && d->cols == c->cols && d->theme == theme;
    take_theme(d, theme);
    if (!known) {
        erase();
        d->last = mem_realloc(d->last, cells + 1, sizeof *d->last);
    }
    for (int y = 0; y < c->rows; y++) {
        const struct canvas_cell *row = &c->cell[(size_t)y * (size_t)c->cols];
        if (known && is_same(row, &d->last[(size_t)y * (size_t)c->cols], c->cols))
            continue;
        for (int x = 0; x < c->cols;)
            x = draw_run(d, row, c->cols, y, x);
    }
    if (cells)
        memcpy(d->last, c->cell, cells * sizeof *d->last);
    d->rows = c->rows;
    d->cols = c->cols;
    show_cursor(d, c);
    refresh();
}
