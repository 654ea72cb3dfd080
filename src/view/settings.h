/* SPDX-License-Identifier: BSD-2-Clause */
/* settings: what a user likes of the view, from a file of his own.
 *
 * The file is $XDG_CONFIG_HOME/vethlab/view.conf, or ~/.config/vethlab/view.conf: lines of
 * "key = value", blank lines, and comments from '#' on. Command line options come before it. */
#ifndef VETHLAB_VIEW_SETTINGS_H
#define VETHLAB_VIEW_SETTINGS_H

#include "base/buf.h"
#include "base/err.h"
#include "view/action.h"
#include "view/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SETTINGS_FILE_MAX 65536 /* bytes */

struct settings {
    int theme;           /* enum theme */
    int form;            /* enum ui_form: how links are shown */
    int panes;           /* side by side: 0 as many as fit, 1, 2, 4 */
    int64_t interval_ns; /* between two pings; 0: the command line's own preset */
    int prefix;          /* the key that leaves a shell: a control character, 1-31 */
    bool mouse;          /* false: the terminal's own selection works */
    bool ascii;          /* as --ascii */
};

/* One key of the file, for the parser, the manual and the help. */
struct settings_key {
    const char *name, *values, *preset, *help;
};
extern const struct settings_key settings_keys[];
extern const size_t settings_key_count;

void settings_init(struct settings *s); /* the presets */

/* Reads `text` over what *s has. `file` stands in the sentences. -EINVAL with EXIT_USAGE and
 * "FILE:LINE:COLUMN: ..." at the first fault; *s may have changed then. */
int settings_parse(struct settings *s, const char *file, const char *text, size_t len,
                   struct err *e);

/* Where the file is looked for, appended; false: neither variable is set. */
bool settings_path(struct buf *path);

/* settings_init(), then the user's file if there is one. 0, or -errno with *e set (unreadable, too
 * large, a fault in it). */
int settings_load(struct settings *s, struct err *e);

#endif
