/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal: what standard input and output are, and what terminfo(5) says of it. */
#ifndef VETHLAB_VIEW_TERMINAL_H
#define VETHLAB_VIEW_TERMINAL_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* True if standard input and standard output are a terminal. */
bool terminal_is_here(void);

/* True if the locale of the environment writes UTF-8 (it is set by this call). */
bool terminal_is_utf8(void);

/* `reset` gets the bytes that leave a screen and show the cursor. -EINVAL with a sentence where
 * $TERM is not set, not known, or names a terminal that cannot move its cursor. */
int terminal_read(struct buf *reset, struct err *e);

#endif
