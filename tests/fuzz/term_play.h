/* SPDX-License-Identifier: BSD-2-Clause */
/* term_play: a terminal is played with by a script of bytes: output, sizes, keys, mouse, pastes and
 * scrolling; and what must hold afterwards, whatever they were. For the fuzz target and for the
 * unit test that mutates. */
#ifndef VETHLAB_TESTS_TERM_PLAY_H
#define VETHLAB_TESTS_TERM_PLAY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/width.h"
#include "live/term.h"
#include "live/term_input.h"

#define TERM_PLAY_HISTORY 50
#define TERM_PLAY_SIDE    60 /* so that edges are met often */

static inline void term_play_must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "term: does not hold: %s\n", what);
    abort();
}
#define TERM_PLAY_MUST(what) term_play_must((what), #what)

static inline void term_play_check_row(const struct term *t, int row, int cols)
{
    char text[TERM_TEXT_MAX];
    for (int col = 0; col < cols; col++) {
        const struct term_cell *c = term_cell(t, row, col);
        const struct term_cell *next = col + 1 < cols ? term_cell(t, row, col + 1) : NULL;
        TERM_PLAY_MUST(c->width <= 2 && c->pen.foreground >= -1 && c->pen.foreground < 256);
        TERM_PLAY_MUST(c->pen.background >= -1 && c->pen.background < 256);
        TERM_PLAY_MUST(c->width != 2 || (next && next->width == 0));
        TERM_PLAY_MUST(c->width != 0 || (col > 0 && term_cell(t, row, col - 1)->width == 2));
        TERM_PLAY_MUST(c->width == 0 || width_of(c->code) == c->width);
        TERM_PLAY_MUST(c->width == 0 || (c->code >= ' ' && c->code < 0x7f) ||
                       !text_is_acting(c->code));
        TERM_PLAY_MUST(c->width == 0 || text_width(term_cell_text(c, text)) == c->width);
        TERM_PLAY_MUST(strlen(term_cell_text(c, text)) < TERM_TEXT_MAX);
    }
}

static inline void term_play_check(const struct term *t)
{
    int rows, cols, row = 0, col = 0;
    term_size(t, &rows, &cols);
    TERM_PLAY_MUST(rows >= 2 && cols >= 2);
    if (term_cursor(t, &row, &col))
        TERM_PLAY_MUST(row >= 0 && row < rows);
    TERM_PLAY_MUST(col >= 0 && col < cols);
    TERM_PLAY_MUST(term_history(t) <= TERM_PLAY_HISTORY);
    TERM_PLAY_MUST(term_scrolled(t) >= 0 && term_scrolled(t) <= term_history(t));
    for (row = 0; row < rows; row++)
        term_play_check_row(t, row, cols);
}

struct term_play {
    const uint8_t *data;
    size_t len;
};

static inline int term_play_byte(struct term_play *p)
{
    if (p->len == 0)
        return 0;
    p->len--;
    return *p->data++;
}

static inline void term_play_input(struct term *t, struct term_play *p, struct buf *out)
{
    int how = term_play_byte(p), value = term_play_byte(p);
    const struct term_mouse m = {.what = (enum term_mouse_what)(how % 3),
                                 .button = (enum term_button)(value % 6),
                                 .modifiers = (unsigned)value >> 3,
                                 .row = value % TERM_PLAY_SIDE,
                                 .col = how % TERM_PLAY_SIDE};
    size_t n = p->len < 20 ? p->len : 20;
    term_key(t, TERM_KEY_UP + value, (unsigned)how, out);
    term_key(t, how << 8 | value, (unsigned)how, out);
    term_mouse(t, &m, out);
    term_focus(t, how & 1, out);
    term_paste(t, (const char *)p->data, n, out);
}

/* A byte 0xff begins an act that is not output (in UTF-8 it is nothing), all else is output. */
static inline void term_play(const uint8_t *data, size_t len)
{
    struct term_play p = {data, len};
    struct buf out = BUF_INIT;
    int rows = term_play_byte(&p) % TERM_PLAY_SIDE, cols = term_play_byte(&p) % TERM_PLAY_SIDE;
    struct term *t = term_new(rows, cols, TERM_PLAY_HISTORY);
    while (p.len) {
        const uint8_t *end = memchr(p.data, 0xff, p.len);
        size_t n = end ? (size_t)(end - p.data) : p.len;
        buf_reset(&out);
        term_feed(t, (const char *)p.data, n, &out);
        TERM_PLAY_MUST(out.len <= 4096);
        p.data += n;
        p.len -= n;
        term_play_byte(&p);
        int act = p.len ? term_play_byte(&p) : 3;
        if (act % 4 == 0) {
            rows = term_play_byte(&p) % TERM_PLAY_SIDE;
            term_resize(t, rows, term_play_byte(&p) % TERM_PLAY_SIDE);
        } else if (act % 4 == 1) {
            term_scroll(t, (int8_t)term_play_byte(&p));
        } else if (act % 4 == 2) {
            term_play_input(t, &p, &out);
        }
        term_play_check(t);
    }
    buf_fini(&out);
    term_free(t);
}

#endif
