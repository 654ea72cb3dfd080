/* SPDX-License-Identifier: BSD-2-Clause */
/* screen_keys: what ncurses calls a key, and how view/keys.h does. For screen.c only. */
#ifndef VETHLAB_VIEW_SCREEN_KEYS_H
#define VETHLAB_VIEW_SCREEN_KEYS_H

#include "live/term_input.h"

#include <stdbool.h>
#include <wchar.h>

#define SCREEN_CODE_PASTE     1990 /* the codes that ncurses gives them here */
#define SCREEN_CODE_PASTE_END 1991
#define SCREEN_CODE_MOUSE     1992

/* After newterm(3): tells ncurses of keys with modifiers, of pastes and of the mouse, whose reports
 * it would put in one where they come together. */
void screen_keys_define(void);

/* VIEW_KEY_*, with modifiers added, or SCREEN_KEY_OTHER. */
int screen_keys_name(wint_t code);

/* What stands between SCREEN_CODE_MOUSE and its end, M or, at a release, m: "code;column;row".
 * False: it has no name here. */
bool screen_keys_mouse(const char *text, bool release, struct term_mouse *m);

#endif
