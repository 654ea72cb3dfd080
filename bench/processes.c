/* SPDX-License-Identifier: BSD-2-Clause */
/* processes: see the header. */
#include "processes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_title(pid_t pid, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    size_t n = fread(text, 1, size - 1, f);
    text[n] = '\0';
    fclose(f);
    return n > 0;
}

void processes_each(const char *prefix, bool (*fn)(pid_t pid, void *ctx), void *ctx)
{
    char title[256];
    struct dirent *d;
    DIR *proc = opendir("/proc");
    while (proc && (d = readdir(proc))) {
        pid_t pid = atoi(d->d_name);
        if (pid > 0 && read_title(pid, title, sizeof title) &&
            strncmp(title, prefix, strlen(prefix)) == 0 && !fn(pid, ctx))
            break;
    }
    if (proc)
        closedir(proc);
}

struct wanted {
    const char *title;
    pid_t pid;
};

static bool is_wanted(pid_t pid, void *ctx)
{
    struct wanted *w = ctx;
    char title[256];
    if (!read_title(pid, title, sizeof title) || strcmp(title, w->title) != 0)
        return true;
    w->pid = pid;
    return false;
}

pid_t processes_find(const char *title)
{
    struct wanted w = {title, -1};
    processes_each(title, is_wanted, &w);
    return w.pid;
}
