/* SPDX-License-Identifier: BSD-2-Clause */
/* theme: how each style of the canvas looks. State is never told by colour alone: whatever a style
 * means is also said by a word or a sign, so that a theme may say nothing at all (mono). */
#ifndef VETHLAB_VIEW_THEME_H
#define VETHLAB_VIEW_THEME_H

#include "view/canvas.h"

enum theme {
    THEME_DARK,  /* on a dark terminal; the default */
    THEME_LIGHT, /* on a light one: no yellow, no cyan */
    THEME_SAFE,  /* blue against orange: told apart with each kind of colour blindness */
    THEME_MONO,  /* attributes only, as $NO_COLOR has it */
    THEME_COUNT
};
extern const char *const theme_names[THEME_COUNT + 1]; /* "dark", ...; NULL-terminated */

/* Never NULL; an unknown style looks plain. */
const struct canvas_look *theme_look(enum theme theme, unsigned style);

/* How a cell looks: by its style, or as a program has it. (`selected` is left to the caller.) */
struct canvas_own theme_cell_look(enum theme theme, const struct canvas_cell *cell);

/* The eight colours of ECMA-48, and those to 255 of xterm's palette, as "#rrggbb" where the picture
 * is no terminal; -1: the theme's own foreground or background. Equal strings are one string. */
const char *theme_colour(enum theme theme, int colour, bool background);

#endif
