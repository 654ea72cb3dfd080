/* SPDX-License-Identifier: BSD-2-Clause */
/* mem: see the header. */
#include "base/mem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *check(void *p)
{
    if (!p) {
        static const char text[] = "vethlab: out of memory\n";
        ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
        (void)ignored;
        abort();
    }
    return p;
}

void *mem_alloc(size_t size)
{
    return check(malloc(size ? size : 1));
}

void *mem_zalloc(size_t count, size_t size)
{
    return check(calloc(count ? count : 1, size ? size : 1));
}

void *mem_realloc(void *old, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return check(NULL);
    return check(realloc(old, total ? total : 1));
}

char *mem_strdup(const char *s)
{
    return s ? check(strdup(s)) : NULL;
}

char *mem_strndup(const char *s, size_t len)
{
    /* Not strndup(3): the address sanitizer's strict checks want a NUL behind what it reads. */
    size_t n = strnlen(s, len);
    char *copy = check(malloc(n + 1));
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *mem_printf(const char *fmt, ...)
{
    char *s = NULL;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&s, fmt, ap);
    va_end(ap);
    return check(n < 0 ? NULL : s);
}

void mem_grow(void *array, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return;
    void *p;
    memcpy(&p, array, sizeof p);
    size_t want = *room ? *room * 2 : 8;
    p = mem_realloc(p, want, size);
    memcpy(array, &p, sizeof p);
    *room = want;
}

void mem_free_charp(char **p)
{
    free(*p);
    *p = NULL;
}

void mem_free_void(void *p)
{
    void *q;
    memcpy(&q, p, sizeof q);
    free(q);
    q = NULL;
    memcpy(p, &q, sizeof q);
}

void mem_close_fd(int *fd)
{
    if (*fd >= 0) {
        int saved = errno;
        close(*fd);
        errno = saved;
    }
    *fd = -1;
}

int mem_steal_fd(int *fd)
{
    int stolen = *fd;
    *fd = -1;
    return stolen;
}
