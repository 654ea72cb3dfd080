/* SPDX-License-Identifier: BSD-2-Clause */
/* logfile: every event as a line of JSON at the end of a file (`--log`), as view/lines.h makes
 * them.
 *
 * Nothing here waits. What cannot be written now (a pipe that is full, a disk without room) is
 * kept, up to LOGFILE_ROOM bytes, and tried again with what comes next; beyond that, whole lines
 * are left out, and a line of its own says how many. That it cannot be written is noted once
 * (base/log.h), at most each minute, and so is that it can again. */
#ifndef VETHLAB_VIEW_LOGFILE_H
#define VETHLAB_VIEW_LOGFILE_H

#include "base/err.h"
#include "live/watch.h"
#include "loop/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOGFILE_ROOM     ((size_t)1 << 20)
#define LOGFILE_AGAIN_NS (500LL * 1000 * 1000) /* between two tries after a failure */
#define LOGFILE_CLOSE_MS 200                   /* the longest that logfile_close() waits */

struct logfile;

/* Opens the file, which is made if need be, to append. "-" is standard output, which may then make
 * us wait: it is for where there is no screen. -ENXIO with a sentence for a named pipe that nobody
 * reads, and for whatever else cannot be opened. `screen`: standard output is a screen, -EINVAL
 * with EXIT_USAGE where the path is that terminal. */
int logfile_open(const char *path, bool screen, struct logfile **out, struct err *e);

/* Writes what waits, if that is possible soon; NULL is allowed, as in all that follow. */
void logfile_close(struct logfile *f);

/* While the loop runs, what waits for a reader is written as soon as there is room for it; without
 * one it waits for the next line or logfile_flush(). NULL: no longer, before the loop is freed. */
void logfile_attach(struct logfile *f, struct loop *loop);

/* The line that all others follow: which lab, and when it began to be watched. */
void logfile_begin(struct logfile *f, const char *lab);
void logfile_event(struct logfile *f, const struct watch_event *ev);
/* What the user does in a node, or NULL; or, with `why`, that it failed. */
void logfile_note(struct logfile *f, const char *node, const char *text, const char *why);

/* Tries again to write what waits, LOGFILE_AGAIN_NS after a failure: call it once a second or so.
 */
void logfile_flush(struct logfile *f);

/* True if it is standard output, whose reader has left for good. */
bool logfile_is_unread(const struct logfile *f);

size_t logfile_waiting(const struct logfile *f);    /* bytes */
uint64_t logfile_left_out(const struct logfile *f); /* lines, ever */

#endif
