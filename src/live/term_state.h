/* SPDX-License-Identifier: BSD-2-Clause */
/* term_state: what a terminal knows; for term*.c only. */
#ifndef VETHLAB_LIVE_TERM_STATE_H
#define VETHLAB_LIVE_TERM_STATE_H

#include "live/term.h"

#define TERM_PARAMS_MAX 32
#define TERM_STRING_MAX 512

/* Cells from `used` on are blank. A line may be longer than the screen is wide: that was wider. */
struct term_line {
    struct term_cell *cell; /* owned */
    int used, room;
};

enum { TERM_CHARSETS = 4 };

struct term_cursor {
    int row, col;
    bool wrap; /* the last column was written: the next character begins a line */
    struct term_pen pen;
    bool origin;                 /* rows count from the top margin */
    bool graphic[TERM_CHARSETS]; /* G0-G3: the line drawing set, else ASCII */
    uint8_t shift;               /* which of them is in use */
};

struct term_grid {
    struct term_line *line; /* owned; one for each row */
    struct term_cursor saved;
};

/* The last lines that left the main screen at its top, in a ring. */
struct term_past {
    struct term_line *line; /* owned; `max` of them, allocated as they come */
    int max, first, count;
    size_t cells; /* allocated in all lines */
};

enum term_state {
    TERM_GROUND,
    TERM_ESCAPE,
    TERM_ESCAPE_MIDDLE,
    TERM_CSI,
    TERM_CSI_MIDDLE,
    TERM_CSI_IGNORE,
    TERM_OSC,
    TERM_STRING, /* DCS, SOS, PM, APC: nothing in them is for us */
};

struct term_parser {
    enum term_state state;
    uint32_t code, least; /* of an UTF-8 character that has begun */
    int missing;          /* bytes of it */
    char prefix, middle;  /* of a sequence: one of <=>? or 0; an intermediate or 0 */
    int params;
    uint16_t param[TERM_PARAMS_MAX];
    bool given[TERM_PARAMS_MAX]; /* false: empty, so the default */
    bool sub[TERM_PARAMS_MAX];   /* belongs to the one before (a colon) */
    size_t string_len;
    char string[TERM_STRING_MAX]; /* of an OSC; what is longer is cut off */
};

enum term_mouse_mode { MOUSE_OFF, MOUSE_PRESS, MOUSE_CLICK, MOUSE_DRAG, MOUSE_MOVE };

struct term_modes {
    bool cursor_keys, insert, new_line, no_wrap, no_cursor;
    bool paste, focus, mouse_sgr;
    enum term_mouse_mode mouse;
};

struct term {
    int rows, cols;
    struct term_grid main, other, *grid; /* `grid`: the one that is seen */
    struct term_past past;
    int scrolled;
    struct term_cursor cursor;
    int top, bottom; /* the margins: first row, and the row after the last */
    bool *tab;       /* owned; TERM_SIDE_MAX */
    uint32_t last;   /* what was printed last, for REP; 0: nothing */
    struct term_modes mode;
    struct term_parser parser;
    struct buf *answer; /* while bytes are fed */
    bool bell;
    uint64_t age;
    char title[TERM_TITLE_MAX];
};

extern const struct term_pen term_pen_plain;

/* --- the grid: term_grid.c. Coordinates are clipped, counts may be anything. -------------------
 */

void term_grid_init(struct term_grid *g, int rows);
void term_grid_fini(struct term_grid *g, int rows);
void term_past_init(struct term_past *p, int max);
void term_past_fini(struct term_past *p);
void term_past_clear(struct term_past *p);
void term_past_push(struct term_past *p, const struct term_line *l); /* copies it */
bool term_past_pop(struct term_past *p, struct term_line *out);      /* the last one, moved */
const struct term_line *term_past_line(const struct term_past *p, int back); /* 0: the last one */
void term_grid_resize(struct term *t, int rows, int cols);

void term_grid_print(struct term *t, uint32_t code); /* at the cursor, which moves on */
/* The same for characters 0x20-0x7e, as many as go into the cursor's line; how many. */
size_t term_grid_print_plain(struct term *t, const char *text, size_t len);
void term_grid_mark(struct term *t, uint32_t code); /* combines with what was printed last */
void term_grid_erase(struct term *t, int row, int from, int to); /* columns [from, to) */
void term_grid_erase_rows(struct term *t, int from, int to);
void term_grid_fill(struct term *t, uint32_t code);
void term_grid_insert(struct term *t, int count); /* blanks at the cursor */
void term_grid_delete(struct term *t, int count);
/* The lines [from, bottom margin) move up (or, for a negative count, down); with `keep` those that
 * leave the screen at its top come into the history. */
void term_grid_scroll(struct term *t, int from, int count, bool keep);
void term_grid_index(struct term *t);   /* the cursor goes down; at the margin all scrolls */
void term_grid_reverse(struct term *t); /* up */

/* --- sequences: term_csi.c, term_mode.c ------------------------------------------------------- */

void term_go(struct term *t, int row, int col); /* clipped to the screen */
void term_csi(struct term *t, char final);
void term_sgr(struct term *t);
void term_set_modes(struct term *t, bool on);
void term_report_mode(struct term *t); /* DECRQM */
void term_save_cursor(struct term *t);
void term_restore_cursor(struct term *t);
void term_reset(struct term *t, bool hard);
void term_answer(struct term *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
