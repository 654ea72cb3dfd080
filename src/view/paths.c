/* SPDX-License-Identifier: BSD-2-Clause */
/* paths: see the header. */
#include "view/paths.h"

#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct paths {
    char **path;
    size_t count, room;
};

static bool is_plain(const char *name)
{
    _cleanup_free_ char *clean = text_clean_dup(name);
    return strcmp(clean, name) == 0 && !name[strcspn(name, " \t'\"\\")];
}

static bool is_directory(DIR *d, const struct dirent *e)
{
    struct stat st;
    if (e->d_type != DT_LNK && e->d_type != DT_UNKNOWN)
        return e->d_type == DT_DIR;
    return fstatat(dirfd(d), e->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

/* `dir` is what stands before the name: "" or it ends with a slash. */
static void add(struct paths *p, DIR *d, const struct dirent *e, const char *dir, const char *base)
{
    const char *name = e->d_name;
    if (strncmp(name, base, strlen(base)) != 0 || (name[0] == '.' && base[0] != '.') ||
        strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || !is_plain(name))
        return;
    mem_grow(&p->path, &p->room, p->count + 1, sizeof *p->path);
    p->path[p->count++] = mem_printf("%s%s%s", dir, name, is_directory(d, e) ? "/" : "");
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **paths_list(const char *stem)
{
    struct paths p = {0};
    const char *slash = strrchr(stem, '/'), *base = slash ? slash + 1 : stem;
    _cleanup_free_ char *dir = mem_strndup(stem, (size_t)(base - stem));
    mem_grow(&p.path, &p.room, 0, sizeof *p.path);
    DIR *d = opendir(*dir ? dir : ".");
    for (struct dirent *e; d && p.count < PATHS_MAX && (e = readdir(d));)
        add(&p, d, e, dir, base);
    if (d)
        closedir(d);
    qsort(p.path, p.count, sizeof *p.path, compare);
    p.path[p.count] = NULL;
    return p.path;
}
