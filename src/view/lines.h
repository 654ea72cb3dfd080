/* SPDX-License-Identifier: BSD-2-Clause */
/* lines: what `view --json` streams and `--log` writes: one JSON object a line
 * (doc/vethlab-view.json.md). Each function appends one line with its newline. */
#ifndef VETHLAB_VIEW_LINES_H
#define VETHLAB_VIEW_LINES_H

#include "base/buf.h"
#include "live/watch.h"
#include "view/data.h"

/* "version" of each line; counted up when a key changes its meaning or goes. */
#define LINES_JSON_VERSION 1

/* The whole lab as it is now: first of all, and then once a second. */
void lines_state(const struct view_data *d, struct buf *out);

/* Something changed; nothing for WATCH_STATS. */
void lines_event(const struct watch_event *ev, struct buf *out);

/* For a file that is appended to: which lab is watched from now on; what the user does in a node
 * (NULL: in none), or `why` it failed (NULL: not known to have); how many lines are missing here.
 */
void lines_begin(const char *lab, struct buf *out);
void lines_note(const char *node, const char *text, const char *why, struct buf *out);
void lines_gap(uint64_t missing, struct buf *out);

/* What became of request `seq` of ping `ping` (from 0) of a node: answered, lost or failed; call it
 * after view_ping_answered() and its like. Nothing where it still waits or is too old. */
void lines_ping(const struct view_data *d, size_t node, size_t ping, uint64_t seq, struct buf *out);

#endif
