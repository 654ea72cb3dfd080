/* SPDX-License-Identifier: BSD-2-Clause */
/* err: see the header. Text that does not fit is cut, never overrun: an error must not fail. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a user can do about it, where that is always the same. */
static const char *way_out(int num)
{
    return num == EMFILE   ? "; ulimit -Hn says how many this process may have open"
           : num == ENFILE ? "; the sysctl fs.file-max says how many the machine may have open"
                           : "";
}

static int result(const struct err *e)
{
    return e->num > 0 ? -e->num : -EINVAL;
}

static enum exit_code exit_of(int num)
{
    if (num == EMFILE || num == ENFILE)
        return EXIT_LIMIT;
    return num == EPERM || num == EACCES ? EXIT_DENIED : EXIT_FAILED;
}

static void put_number(int num, char *out, size_t room)
{
    const char *name = strerrorname_np(num);
    const char *desc = strerrordesc_np(num);
    snprintf(out, room, ": %s (%s%s)", name ? name : "unknown error",
             desc ? desc : "no description", way_out(num));
}

__attribute__((format(printf, 3, 0))) static void set_text(struct err *e, int num, const char *fmt,
                                                           va_list ap)
{
    int n = vsnprintf(e->text, sizeof e->text, fmt, ap);
    if (n < 0)
        n = 0;
    if (num > 0 && (size_t)n < sizeof e->text)
        put_number(num, e->text + n, sizeof e->text - (size_t)n);
}

int err_set(struct err *e, int num, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set_text(e, num, fmt, ap);
    va_end(ap);
    e->num = num;
    e->exit = exit_of(num);
    return result(e);
}

int err_set_exit(struct err *e, enum exit_code exit, int num, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set_text(e, num, fmt, ap);
    va_end(ap);
    e->num = num;
    e->exit = exit;
    return result(e);
}

int err_prefix(struct err *e, const char *fmt, ...)
{
    char head[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(head, sizeof head - 2, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : strnlen(head, sizeof head - 3);
    memcpy(head + len, ": ", 2);
    len += 2;
    size_t keep = strnlen(e->text, sizeof e->text - 1);
    if (len + keep >= sizeof e->text)
        keep = sizeof e->text - 1 - len;
    memmove(e->text + len, e->text, keep);
    memcpy(e->text, head, len);
    e->text[len + keep] = '\0';
    return result(e);
}

void err_drop_number(struct err *e)
{
    char tail[256];
    put_number(e->num, tail, sizeof tail);
    size_t len = strlen(e->text), end = strlen(tail);
    if (len > end && strcmp(e->text + len - end, tail) == 0)
        e->text[len - end] = '\0';
}
