/* SPDX-License-Identifier: BSD-2-Clause */
/* screen_keys: what ncurses calls a key, and how view/keys.h does. For screen.c only. */
#ifndef VETHLAB_VIEW_SCREEN_KEYS_H
#define VETHLAB_VIEW_SCREEN_KEYS_H

#include "view/keyinput.h"

#include <wchar.h>

/* After newterm(3): tells ncurses of keys with modifiers, of pastes and of the mouse, whose reports
 * it would put in one where they come together. */
void screen_keys_define(void);

/* VIEW_KEY_*, with modifiers added, or SCREEN_KEY_OTHER. */
int screen_keys_name(wint_t code);

/* What the code of a key is, to view/keyinput. */
enum keyinput_part screen_keys_part(wint_t code);

#endif
