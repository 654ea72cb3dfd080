/* SPDX-License-Identifier: BSD-2-Clause */
/* log: see the header. */
#include "base/log.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static enum log_level current_level = LOG_NORMAL;
static log_sink *current_sink;
static void *current_ctx;
static bool has_progress; /* a line without its end stands on the terminal */

void log_set_level(enum log_level level)
{
    current_level = level;
}

enum log_level log_get_level(void)
{
    return current_level;
}

void log_set_sink(log_sink *sink, void *ctx)
{
    current_sink = sink;
    current_ctx = ctx;
}

void log_progress_end(void)
{
    if (has_progress)
        fputs("\r\033[K", stderr);
    has_progress = false;
}

void log_progress(const char *fmt, ...)
{
    char line[256];
    if (current_level < LOG_NORMAL || current_sink || !isatty(STDERR_FILENO))
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\r\033[Kvethlab: %s", line);
    has_progress = true;
}

__attribute__((format(printf, 1, 0))) static void emit(const char *fmt, va_list ap)
{
    char most[1024];
    _cleanup_free_ char *longer = NULL;
    const char *line = most;
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(most, sizeof most, fmt, ap);
    if (n >= (int)sizeof most) {
        line = longer = mem_alloc((size_t)n + 1);
        vsnprintf(longer, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    log_progress_end();
    if (current_sink)
        current_sink(line, current_ctx);
    else
        fprintf(stderr, "vethlab: %s\n", line);
}

void log_note(const char *fmt, ...)
{
    if (current_level < LOG_NORMAL)
        return;
    va_list ap;
    va_start(ap, fmt);
    emit(fmt, ap);
    va_end(ap);
}

void log_verbose(const char *fmt, ...)
{
    if (current_level < LOG_VERBOSE)
        return;
    va_list ap;
    va_start(ap, fmt);
    emit(fmt, ap);
    va_end(ap);
}
