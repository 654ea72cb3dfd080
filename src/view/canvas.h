/* SPDX-License-Identifier: BSD-2-Clause */
/* canvas: a rectangle of character cells, drawn by the scene and shown by whoever can (a terminal,
 * a text). Whatever is written is cleaned (text_clean()) and clipped here, so that no caller can
 * put a control byte into a cell or write beside the rectangle. */
#ifndef VETHLAB_VIEW_CANVAS_H
#define VETHLAB_VIEW_CANVAS_H

#include "base/buf.h"
#include "view/glyph.h"

#include <stdbool.h>
#include <stdint.h>

#define CANVAS_TEXT_MAX 16   /* bytes of a cell: one character and what combines with it, NUL */
#define CANVAS_SIDE_MAX 2000 /* rows or columns; more are cut off */

/* What a cell means; how that looks is in canvas_looks. */
enum canvas_style {
    STYLE_PLAIN,
    STYLE_BAR,    /* the top line */
    STYLE_TITLE,  /* a node's name */
    STYLE_BORDER, /* of a pane */
    STYLE_FOCUS,  /* border and name of the focused pane */
    STYLE_HEADER, /* of a table */
    STYLE_DIM,    /* details */
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_WARN,
    STYLE_KEY, /* the name of a key */
    STYLE_HELP,
    STYLE_MESSAGE,
    STYLE_ERROR, /* a message that something failed */
    STYLE_OWN,   /* the cell has a look of its own: a program in a node has chosen it */
    STYLE_COUNT
};

enum {
    LOOK_BOLD = 1,
    LOOK_DIM = 2,
    LOOK_UNDERLINE = 4,
    LOOK_REVERSE = 8,
    LOOK_ITALIC = 16,
    LOOK_BLINK = 32
};

/* Without colours only `attributes` count, and must tell enough; colours are the eight of ECMA-48,
 * -1 the terminal's own. */
struct canvas_look {
    const char *name;
    int8_t foreground, background;
    uint8_t attributes; /* LOOK_* */
};
extern const struct canvas_look canvas_looks[STYLE_COUNT];

struct canvas_own {
    int16_t foreground, background; /* 0-255 of xterm's palette, -1 the terminal's own */
    uint8_t attributes;             /* LOOK_* */
};

struct canvas_cell {
    char text[CANVAS_TEXT_MAX]; /* UTF-8; "" in the right half of a wide character */
    uint8_t width;              /* columns it takes: 1, 2; 0: the right half of the one before */
    uint8_t style;              /* enum canvas_style */
    bool selected;              /* LOOK_REVERSE on top of the style */
    struct canvas_own own;      /* of STYLE_OWN */
};

struct canvas {
    int rows, cols;
    bool ascii;               /* no byte above 0x7e comes into a cell */
    struct canvas_cell *cell; /* owned; rows * cols, row by row */
    struct hits *hits;        /* view/hits.h; borrowed; NULL: nobody asks */
    bool has_cursor;          /* else none is seen */
    int cursor_row, cursor_col;
};

/* A part of a canvas; coordinates are relative to it, and nothing is written beside it. */
struct area {
    struct canvas *canvas;
    int row, col, rows, cols;
};

const char *canvas_glyph(const struct canvas *c, enum glyph g);

/* All cells blank and plain. Negative sizes are 0. */
void canvas_init(struct canvas *c, int rows, int cols, bool ascii);
void canvas_fini(struct canvas *c);
/* All cells become those of a canvas of the same size. */
void canvas_copy(struct canvas *to, const struct canvas *from);
const struct canvas_cell *canvas_at(const struct canvas *c, int row, int col); /* NULL: beside it */

struct area area_all(struct canvas *c);
/* The part of `a` that lies in both; may be empty. */
struct area area_part(struct area a, int row, int col, int rows, int cols);

/* Writes from `col` on and returns the column after the text as if nothing were clipped. A wide
 * character that is cut in half by an edge becomes a blank. */
int area_text(struct area a, int row, int col, enum canvas_style style, const char *text);
/* In at most `width` columns; where it is longer, GLYPH_MORE is the last. Returns col + width. */
int area_text_in(struct area a, int row, int col, int width, enum canvas_style style,
                 const char *text);
/* The same at the right end of `width` columns. */
int area_text_right(struct area a, int row, int col, int width, enum canvas_style style,
                    const char *text);
int area_glyph(struct area a, int row, int col, enum canvas_style style, enum glyph g);
void area_fill(struct area a, enum canvas_style style, const char *glyph_text);
void area_select_row(struct area a, int row); /* marks its cells selected */

/* One character of `width` columns, with what combines with it, in a look of its own. */
void area_own(struct area a, int row, int col, const char *text, int width,
              const struct canvas_own *own);
/* The terminal's cursor stands there, if that is inside. */
void area_cursor(struct area a, int row, int col);

/* Columns that a text takes here (after cleaning). */
int canvas_width(const struct canvas *c, const char *text);

/* Appends all rows as lines of text without blanks at their ends. */
void canvas_to_text(const struct canvas *c, struct buf *out);

#endif
