/* SPDX-License-Identifier: BSD-2-Clause */
/* dump: the screen as a file: plain text, or a picture (SVG) as the theme has it. */
#ifndef VETHLAB_VIEW_DUMP_H
#define VETHLAB_VIEW_DUMP_H

#include "base/err.h"
#include "view/canvas.h"
#include "view/theme.h"

#include <stddef.h>

/* Appends an SVG 1.1 document of the canvas. Lines and blocks are drawn as shapes, so that they
 * join whatever the font; it needs no font but some monospaced one. */
void dump_svg(const struct canvas *c, enum theme theme, struct buf *out);

/* Writes NAME-1.txt and NAME-1.svg into the directory `dirfd`, or the first number that neither
 * has; nothing is ever overwritten. `said` gets the two names. 0 or -errno. */
int dump_files(const struct canvas *c, enum theme theme, int dirfd, const char *name, char *said,
               size_t size, struct err *e);

/* The same into the first of these that can be written into: the working directory,
 * $XDG_STATE_HOME/vethlab (which is made), $HOME, $TMPDIR or /tmp. Says what was written and where,
 * owned by the caller; NULL with a sentence where nothing was. */
char *dump_somewhere(const struct canvas *c, enum theme theme, const char *name, struct err *e);

#endif
