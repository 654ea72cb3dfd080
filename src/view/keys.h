/* SPDX-License-Identifier: BSD-2-Clause */
/* keys: the one table of keys: where they count, what they do, and what the help and the bottom
 * line say of them. */
#ifndef VETHLAB_VIEW_KEYS_H
#define VETHLAB_VIEW_KEYS_H

#include "view/ui.h"

#include <stdbool.h>
#include <stddef.h>

/* Keys without a character; all others are their character. The screen translates to these. */
enum {
    VIEW_KEY_TAB = '\t',
    VIEW_KEY_CTRL_L = 0x0c,
    VIEW_KEY_ESCAPE = 0x1b,
    VIEW_KEY_BACKSPACE = 0x7f,
    VIEW_KEY_UP = 0x110000, /* beyond Unicode */
    VIEW_KEY_DOWN,
    VIEW_KEY_LEFT,
    VIEW_KEY_RIGHT,
    VIEW_KEY_PAGE_UP,
    VIEW_KEY_PAGE_DOWN,
    VIEW_KEY_HOME,
    VIEW_KEY_END,
    VIEW_KEY_BACKTAB,
    VIEW_KEY_DELETE,
    VIEW_KEY_INSERT,
    VIEW_KEY_F1, /* ... F63, those from F13 on as xterm counts them */
    VIEW_KEY_F63 = VIEW_KEY_F1 + 62,
    /* Added to the keys above, never to characters: */
    VIEW_KEY_SHIFT = 1 << 24,
    VIEW_KEY_ALT = 1 << 25,
    VIEW_KEY_CONTROL = 1 << 26,
};
#define VIEW_CTRL(letter) ((letter)-64) /* VIEW_CTRL('W') */

/* Where a key counts: bits. */
enum keys_context {
    IN_PANES = 1,
    IN_LIST = 2,
    IN_MAP = 4,
    IN_LOG = 8,
    IN_SECTIONS = 16, /* the menu is open */
    IN_PROMPT = 32,
    IN_SHELL = 64,    /* behind the prefix key */
    IN_STEPS = 128,   /* beside another: a lab is built step by step. Its keys come first */
    IN_OUTPUT = 1024, /* of a command, over the screen */
    IN_SCROLL = 256,  /* the keys move in what a shell has printed */
    IN_DOING = 512,   /* the menu of actions is open */
    IN_NODES = IN_PANES | IN_LIST | IN_MAP,
    IN_VIEW = IN_NODES | IN_LOG, /* wherever letters are no text */
};

#define KEYS_EACH 3

struct key_row {
    unsigned in;        /* enum keys_context */
    int key[KEYS_EACH]; /* 0: none */
    enum ui_action action;
    const char *name;  /* how the help calls it; NULL: told with the row before */
    const char *arrow; /* the same where arrows can be shown, or NULL */
    const char *help;  /* a sentence without the final stop */
    const char *brief; /* in the bottom line, or NULL */
    int rank;          /* the lowest stay in the bottom line longest */
};

extern const struct key_row key_rows[];
extern const size_t key_row_count;

unsigned keys_context(const struct view_ui *ui); /* bits */
enum ui_action key_action(unsigned in, int key); /* UI_NOTHING: none */

/* What a key does now, be it a key of the table or a character of a line that is typed. */
enum ui_wish keys_press(struct view_ui *ui, int key, struct view_data *d);

/* False for a row of a screen or section that cannot be shown. */
bool keys_has(const struct key_row *k);

/* True if the row's first key does what it says: not where another row has it first. */
bool keys_counts(const struct key_row *k, unsigned in);

/* How a row's keys are called where `ascii` or not; NULL: told with the row before. */
const char *keys_name(const struct key_row *k, bool ascii);

#endif
