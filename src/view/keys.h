/* SPDX-License-Identifier: BSD-2-Clause */
/* keys: the one table of keys: what they do, what the help and the bottom line say of them. */
#ifndef VETHLAB_VIEW_KEYS_H
#define VETHLAB_VIEW_KEYS_H

#include "view/ui.h"

#include <stddef.h>

/* Keys without a character; all others are their character. The screen translates to these. */
enum {
    VIEW_KEY_UP = 0x110000, /* beyond Unicode */
    VIEW_KEY_DOWN,
    VIEW_KEY_LEFT,
    VIEW_KEY_RIGHT,
    VIEW_KEY_PAGE_UP,
    VIEW_KEY_PAGE_DOWN,
    VIEW_KEY_HOME,
    VIEW_KEY_END,
    VIEW_KEY_BACKTAB,
    VIEW_KEY_TAB = '\t',
    VIEW_KEY_ESCAPE = 0x1b,
    VIEW_KEY_CTRL_L = 0x0c,
};

#define KEYS_EACH 4

struct key_row {
    int key[KEYS_EACH]; /* 0 ends */
    enum ui_action action;
    const char *name;      /* "Up k"; NULL: shown with the row before */
    const char *name_utf8; /* the same with arrows, or NULL */
    const char *help;      /* a sentence without the final stop */
    const char *brief;     /* a word for the bottom line, or NULL */
};

extern const struct key_row key_rows[];
extern const size_t key_row_count;

enum ui_action key_action(int key); /* UI_NOTHING: none */

#endif
