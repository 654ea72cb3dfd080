/* SPDX-License-Identifier: BSD-2-Clause */
/* term_input: what a program in a terminal reads when a person types, pastes or points, in the
 * modes that it has set. */
#ifndef VETHLAB_LIVE_TERM_INPUT_H
#define VETHLAB_LIVE_TERM_INPUT_H

#include "live/term.h"

/* Keys without a character; the others are their character (Unicode; Enter is \r, Backspace 0x7f,
 * with Ctrl the control character). */
enum term_key {
    TERM_KEY_UP = 0x110000, /* beyond Unicode */
    TERM_KEY_DOWN,
    TERM_KEY_RIGHT,
    TERM_KEY_LEFT,
    TERM_KEY_HOME,
    TERM_KEY_END,
    TERM_KEY_INSERT,
    TERM_KEY_DELETE,
    TERM_KEY_PAGE_UP,
    TERM_KEY_PAGE_DOWN,
    TERM_KEY_BACKTAB,
    TERM_KEY_F1, /* ... F12; from F13 on, with SHIFT, CONTROL and ALT as xterm counts, to F63 */
    TERM_KEY_F63 = TERM_KEY_F1 + 62,
};

enum { TERM_SHIFT = 1, TERM_ALT = 2, TERM_CONTROL = 4 };

/* Appends what the program shall read; nothing for a key that is none. */
void term_key(const struct term *t, int key, unsigned modifiers, struct buf *out);

/* Line feeds become returns. Where the program asked for it (mode 2004) the text stands in brackets
 * and control characters that could end them are left out. */
void term_paste(const struct term *t, const char *text, size_t len, struct buf *out);

enum term_button {
    TERM_BUTTON_LEFT,
    TERM_BUTTON_MIDDLE,
    TERM_BUTTON_RIGHT,
    TERM_BUTTON_NONE, /* a move without any */
    TERM_WHEEL_UP,
    TERM_WHEEL_DOWN,
};
enum term_mouse_what { TERM_MOUSE_PRESS, TERM_MOUSE_RELEASE, TERM_MOUSE_MOVE };

struct term_mouse {
    enum term_mouse_what what;
    enum term_button button;
    unsigned modifiers;
    int row, col; /* from 0 */
};

bool term_wants_mouse(const struct term *t);
/* Appends the report if the program asked for this kind of event (modes 9, 1000, 1002, 1003; 1006:
 * in the long form). */
void term_mouse(const struct term *t, const struct term_mouse *m, struct buf *out);

/* The pane got the keys or lost them; a report where the program asked for it (mode 1004). */
void term_focus(const struct term *t, bool in, struct buf *out);

#endif
