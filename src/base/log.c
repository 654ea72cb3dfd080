/* SPDX-License-Identifier: BSD-2-Clause */
/* log: see the header. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static enum log_level current_level = LOG_NORMAL;
static log_sink *current_sink;
static void *current_ctx;

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

__attribute__((format(printf, 1, 0))) static void emit(const char *fmt, va_list ap)
{
    char line[2048];
    vsnprintf(line, sizeof line, fmt, ap);
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
