/* SPDX-License-Identifier: BSD-2-Clause */
/* lean: see the header. A sanitizer's run-time calls into every library, so it gets no such child.
 *
 * What costs is not the size of a mapping but its pages that were written: each is mapped once more
 * in the child, and unmapped at its end; and each such mapping enters the lists of its ancestors.
 */
#include "kernel/lean.h"

#include "base/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ /* as gcc says it */
#endif
#endif

#ifndef __SANITIZE_ADDRESS__
#define LEFT_OUT_MAX 64

struct mapping {
    uintptr_t start, end;
    char path[4096]; /* or "", or "[heap]" and the like */
    bool is_kept;
};

/* While /proc/self/maps is read; on the heap, which is left out itself. */
struct scan {
    struct mapping now, before;
    char program[4096];
    bool has_program, has_libc;
};

static struct {
    struct {
        uintptr_t start, end;
    } range[LEFT_OUT_MAX];
    size_t count;
} out;

/* proc_pid_maps(5): "start-end perms offset dev inode path". */
static bool parse(const char *line, struct mapping *m)
{
    int path = 0;
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %*s %*s %*s %*s %n", &m->start, &m->end, &path) !=
            2 ||
        !path)
        return false;
    snprintf(m->path, sizeof m->path, "%.*s", (int)strcspn(line + path, "\n"), line + path);
    return true;
}

static bool is_kept(struct scan *s)
{
    const struct mapping *m = &s->now, *before = &s->before;
    uintptr_t here = (uintptr_t)&errno; /* the thread's own data */
    const char *slash = strrchr(m->path, '/');
    if (m->path[0] == '[')
        return strcmp(m->path, "[heap]") != 0;
    if (!slash) /* that of a file begins where the file ends */
        return (here >= m->start && here < m->end) ||
               (before->is_kept && before->path[0] == '/' && before->end == m->start);
    bool is_program = strcmp(m->path, s->program) == 0;
    bool is_libc = strncmp(slash, "/libc.so", strlen("/libc.so")) == 0;
    s->has_program |= is_program;
    s->has_libc |= is_libc;
    return is_program || is_libc;
}

/* Linked with -z now: a function that is first called in the child is not looked for there, since
 * the dynamic linker is left out. */
static bool is_bound(void)
{
    for (const ElfW(Dyn) *d = _DYNAMIC; d->d_tag != DT_NULL; d++)
        if ((d->d_tag == DT_FLAGS && (d->d_un.d_val & DF_BIND_NOW)) ||
            (d->d_tag == DT_FLAGS_1 && (d->d_un.d_val & DF_1_NOW)) || d->d_tag == DT_BIND_NOW)
            return true;
    return false;
}

static void find(void)
{
    _cleanup_free_ struct scan *s = mem_zalloc(1, sizeof *s);
    _cleanup_free_ char *line = NULL;
    size_t room = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    out.count = 0;
    if (readlink("/proc/self/exe", s->program, sizeof s->program - 1) < 0)
        s->program[0] = '\0';
    while (maps && out.count < LEFT_OUT_MAX && getline(&line, &room, maps) > 0) {
        if (!parse(line, &s->now))
            continue;
        s->now.is_kept = is_kept(s);
        s->before = s->now;
        if (s->now.is_kept)
            continue;
        out.range[out.count].start = s->now.start;
        out.range[out.count++].end = s->now.end;
    }
    if (maps)
        fclose(maps);
    if (!s->has_program || !s->has_libc)
        out.count = 0; /* these are not the mappings that we know */
}

void lean_children(bool lean)
{
    if (lean && is_bound())
        find();
    for (size_t i = 0; i < out.count; i++) /* what the kernel refuses is only slower */
        madvise((void *)out.range[i].start, out.range[i].end - out.range[i].start,
                lean ? MADV_DONTFORK : MADV_DOFORK);
    if (!lean)
        out.count = 0;
}
#else
void lean_children(bool lean)
{
    (void)lean;
}
#endif
