/* SPDX-License-Identifier: BSD-2-Clause */
/* shellinput: between the keys, pastes and mouse of the screen and the shells of a view: whom they
 * reach, and what they do to the view. */
#ifndef VETHLAB_VIEW_SHELLINPUT_H
#define VETHLAB_VIEW_SHELLINPUT_H

#include "view/shells.h"
#include "view/ui.h"

struct shellinput {
    struct shells *shells; /* all borrowed */
    struct view_ui *ui;
    struct view_data *data;
    size_t focused; /* the node that was told that it has the keys; SHELLS_ALL: none */
};

/* Before each frame, and when the screen's size or what is on it changed: terminals become as large
 * as they are shown. */
void shellinput_layout(struct shellinput *x);

/* So many nodes were put in at `at`, into the shells too. */
void shellinput_insert_nodes(struct shellinput *x, size_t at, size_t count);

/* After a shell has changed: where it has ended, and had the keys, these are the view's again,
 * which is said; what was typed meanwhile is not taken for keys of the view. True if so. */
bool shellinput_take_end(struct shellinput *x);

/* WISH_SHELL, WISH_SHELL_END, WISH_TYPE with its key, WISH_SCROLL; what cannot be is said
 * (ui_say()). True if a frame is to be drawn: what is typed is seen when it is answered. */
bool shellinput_grant(struct shellinput *x, enum ui_wish wish, int key);

/* False: no shell has the keys, and nothing was done. */
bool shellinput_paste(struct shellinput *x, const char *text, size_t len);

/* `m` in rows and columns of the screen. False: it is for the view, which has the keys then. */
bool shellinput_mouse(struct shellinput *x, const struct term_mouse *m);

#endif
