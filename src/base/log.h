/* SPDX-License-Identifier: BSD-2-Clause */
/* log: notes to the person at the terminal, which are neither results nor the error.
 *
 * A note is one line on standard error, "vethlab: ...". While a screen is up the view puts a sink
 * of its own in place, so that nobody writes over the display. The level is the one thing here that
 * belongs to the process: it is set once, by main. */
#ifndef VETHLAB_BASE_LOG_H
#define VETHLAB_BASE_LOG_H

enum log_level {
    LOG_QUIET,   /* -q: nothing but errors */
    LOG_NORMAL,  /* notes */
    LOG_VERBOSE, /* -v: what is being done */
};

typedef void log_sink(const char *line, void *ctx); /* `line` without newline, borrowed */

void log_set_level(enum log_level level);
enum log_level log_get_level(void);
void log_set_sink(log_sink *sink, void *ctx); /* NULL puts standard error back */

/* Foreign text in the arguments must have passed text_clean(). */
void log_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_verbose(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What is going on, for whatever takes longer than a second: one line that the next one replaces,
 * only where standard error is a terminal. Every note and log_progress_end() take it away. */
void log_progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_progress_end(void);

#endif
