/* SPDX-License-Identifier: BSD-2-Clause */
/* term: a terminal that nobody sees: bytes in, cells and answers out. No descriptor, no clock.
 *
 * It is what terminfo(5) calls xterm-256color, as far as programs use it (ECMA-48, DEC VT220, the
 * xterm control sequences), with Unicode. It takes any bytes: what it does not know it leaves out,
 * what would grow is bounded, and no sequence costs more than the screen it acts on. */
#ifndef VETHLAB_LIVE_TERM_H
#define VETHLAB_LIVE_TERM_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define TERM_NAME      "xterm-256color" /* what $TERM shall be in it */
#define TERM_SIDE_MAX  1000             /* rows or columns */
#define TERM_MARKS     2                /* characters that combine in one cell; more are left out */
#define TERM_TEXT_MAX  (4 * (1 + TERM_MARKS) + 1)
#define TERM_TITLE_MAX 256

enum {
    TERM_BOLD = 1,
    TERM_DIM = 2,
    TERM_ITALIC = 4,
    TERM_UNDERLINE = 8,
    TERM_BLINK = 16,
    TERM_INVERSE = 32,
    TERM_HIDDEN = 64, /* the text is to be shown as blanks */
    TERM_STRIKE = 128,
};

struct term_pen {
    int16_t foreground, background; /* 0-255 as xterm's palette, -1: the terminal's own */
    uint16_t attributes;            /* TERM_* */
};

struct term_cell {
    uint32_t code; /* Unicode; never one that text_clean() would not let through */
    uint32_t mark[TERM_MARKS];
    struct term_pen pen;
    uint8_t width; /* columns: 1, 2; 0: the right half of the one before */
};

struct term;

/* At least 2 rows and columns. `history`: lines kept above the screen. */
struct term *term_new(int rows, int cols, int history);
void term_free(struct term *t); /* NULL is allowed */

/* What a program writes. What the terminal answers (cursor reports and the like) is appended to
 * `answer`, at most 4 KiB a call. */
void term_feed(struct term *t, const char *bytes, size_t len, struct buf *answer);

/* The screen keeps its lower lines; lines that no longer fit go to the history, and come back. Text
 * is not wrapped anew; columns that are cut off come back, too, where nothing overwrote them. */
void term_resize(struct term *t, int rows, int cols);
void term_size(const struct term *t, int *rows, int *cols);

/* Changes whenever something does that could be seen. */
uint64_t term_age(const struct term *t);
/* True once after the bell rang. */
bool term_take_bell(struct term *t);
const char *term_title(const struct term *t); /* clean; "" where none was set */

/* The cell as scrolled; never NULL, beside the screen a blank. Valid until the next change. */
const struct term_cell *term_cell(const struct term *t, int row, int col);
/* Its text as UTF-8 in `to`, of TERM_TEXT_MAX bytes; "" for the right half. */
const char *term_cell_text(const struct term_cell *c, char *to);
/* Where the cursor is seen; false: it is hidden or scrolled away. */
bool term_cursor(const struct term *t, int *row, int *col);

/* Moves what is seen by `lines` into the history (> 0) or back, as far as there is some; it stays
 * where it is when new lines come. */
void term_scroll(struct term *t, int lines);
int term_scrolled(const struct term *t); /* lines away from the live screen */
int term_history(const struct term *t);  /* lines that are there */
bool term_is_alternate(const struct term *t);

#endif
