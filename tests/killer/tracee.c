/* SPDX-License-Identifier: BSD-2-Clause */
/* tracee: see the header. */
#include "tracee.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct tracee *tracee_find(struct tracees *t, pid_t pid)
{
    for (int i = 0; i < t->count; i++)
        if (t->item[i].pid == pid)
            return &t->item[i];
    return NULL;
}

struct tracee *tracee_find_path(struct tracees *t, const char *path)
{
    for (int i = 0; i < t->count; i++)
        if (strcmp(t->item[i].path, path) == 0)
            return &t->item[i];
    return NULL;
}

struct tracee *tracee_add(struct tracees *t, struct tracee *parent, pid_t pid)
{
    if (t->count == TRACEES_MAX)
        return NULL;
    struct tracee *p = &t->item[t->count++];
    *p = (struct tracee){.pid = pid};
    if (!parent)
        strcpy(p->path, "0");
    else
        snprintf(p->path, sizeof p->path, "%.48s.%d", parent->path, ++parent->children);
    return p;
}

void tracee_early(struct tracees *t, pid_t pid)
{
    if (t->early_count < TRACEES_MAX)
        t->early[t->early_count++] = pid;
}

bool tracee_take_early(struct tracees *t, pid_t pid)
{
    for (int i = 0; i < t->early_count; i++) {
        if (t->early[i] != pid)
            continue;
        t->early[i] = t->early[--t->early_count];
        return true;
    }
    return false;
}

void tracee_look(struct tracee *p)
{
    char path[64], text[sizeof p->title];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)p->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return;
    while (n > 0 && text[n - 1] == '\0')
        n--;
    for (ssize_t i = 0; i < n; i++)
        if (text[i] < ' ')
            text[i] = ' ';
    text[n] = '\0';
    strcpy(p->title, text);
}
