/* SPDX-License-Identifier: BSD-2-Clause */
/* title: see the header. */
#include "init/title.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAD_NAME "VETHLAB_TITLE_ROOM="

static struct {
    char *start;
    size_t room;
} area;

/* The strings of argv and envp stand one behind the other; the area ends where that ends. */
static void measure(char **argv, char **envp)
{
    char *end = argv[0];
    area.start = argv[0];
    for (char **p = argv; *p; p++)
        if (*p == end)
            end = *p + strlen(*p) + 1;
    for (char **p = envp; *p; p++)
        if (*p == end)
            end = *p + strlen(*p) + 1;
    area.room = end ? (size_t)(end - area.start) : 0;
}

void title_reserve(char **argv, char **envp)
{
    if (!argv[0])
        return;
    measure(argv, envp);
    if (area.room >= TITLE_MAX || getenv("VETHLAB_TITLE_ROOM"))
        return;
    size_t count = 0;
    while (envp[count])
        count++;
    char pad[sizeof PAD_NAME + TITLE_MAX] = PAD_NAME;
    memset(pad + strlen(PAD_NAME), '-', TITLE_MAX);
    pad[strlen(PAD_NAME) + TITLE_MAX] = '\0';
    char **longer = calloc(count + 2, sizeof *longer);
    if (!longer)
        return;
    memcpy(longer, envp, count * sizeof *longer);
    longer[count] = pad;
    execve("/proc/self/exe", argv, longer);
    free(longer);
}

void title_put(const char *text)
{
    size_t len = strlen(text);
    if (area.room < 2)
        return;
    if (len > area.room - 1)
        len = area.room - 1;
    memset(area.start, 0, area.room);
    memcpy(area.start, text, len);
}

void title_set(const char *fmt, ...)
{
    char text[TITLE_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n >= 0)
        title_put(text);
}
