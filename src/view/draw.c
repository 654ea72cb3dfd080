/* SPDX-License-Identifier: BSD-2-Clause */
/* draw: see the header. */
#include "view/draw.h"

#include "base/mem.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdlib.h>
#include <string.h>

#define COLOURS 9 /* eight, and the terminal's own (-1) */

struct drawer {
    bool coloured;
    short pair[COLOURS][COLOURS]; /* 0: not made yet */
    short pairs;                  /* made */
    int rows, cols;               /* of what was drawn last; 0: nothing is known */
    struct canvas_cell *last;     /* owned */
    struct buf run;
};

struct drawer *draw_new(void)
{
    struct drawer *d = mem_zalloc(1, sizeof *d);
    const char *no = getenv("NO_COLOR");
    d->coloured = has_colors() && !(no && *no);
    if (d->coloured) {
        start_color();
        use_default_colors();
    }
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

/* Pairs are made when they are first wanted: a terminal of eight colours has 64 of them. */
static short pair_of(struct drawer *d, int foreground, int background)
{
    short *pair = &d->pair[foreground + 1][background + 1];
    if (!d->coloured || (foreground < 0 && background < 0))
        return 0;
    if (*pair == 0 && d->pairs + 1 < COLOR_PAIRS &&
        init_pair((short)(d->pairs + 1), (short)foreground, (short)background) == OK)
        *pair = ++d->pairs;
    return *pair;
}

static void set_look(struct drawer *d, uint8_t style, bool selected)
{
    const struct canvas_look *look = &canvas_looks[style < STYLE_COUNT ? style : STYLE_PLAIN];
    attr_t attr = A_NORMAL;
    attr |= look->attributes & LOOK_BOLD ? A_BOLD : 0;
    attr |= look->attributes & LOOK_DIM ? A_DIM : 0;
    attr |= look->attributes & LOOK_UNDERLINE ? A_UNDERLINE : 0;
    attr |= selected || look->attributes & LOOK_REVERSE ? A_REVERSE : 0;
    attr_set(attr, pair_of(d, look->foreground, look->background), NULL);
}

/* Cells of one look in one go. One that is two columns wide ends its run, so that a terminal which
 * thinks otherwise of its width shifts nothing but that. */
static int draw_run(struct drawer *d, const struct canvas_cell *row, int cols, int y, int x)
{
    int at = x;
    buf_reset(&d->run);
    for (; at < cols && row[at].style == row[x].style && row[at].selected == row[x].selected;
         at++) {
        buf_adds(&d->run, row[at].text);
        if (row[at].width == 2) {
            at += 2;
            break;
        }
    }
    set_look(d, row[x].style, row[x].selected);
    mvaddnstr(y, x, buf_str(&d->run), (int)d->run.len);
    return at;
}

static bool is_same(const struct canvas_cell *a, const struct canvas_cell *b, int cols)
{
    for (int i = 0; i < cols; i++)
        if (a[i].style != b[i].style || a[i].selected != b[i].selected ||
            a[i].width != b[i].width || strcmp(a[i].text, b[i].text) != 0)
            return false;
    return true;
}

void draw_canvas(struct drawer *d, const struct canvas *c)
{
    size_t cells = (size_t)c->rows * (size_t)c->cols;
    bool known = d->rows == c->rows && d->cols == c->cols;
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
    refresh();
}
