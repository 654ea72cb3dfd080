/* SPDX-License-Identifier: BSD-2-Clause */
/* common: see the header. */
#include "verb/common.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"
#include "format/format.h"
#include "kernel/lab.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMED_MAX 8 /* labs that an error names */

/* How many *.lab.yaml this directory has; the only one's name is in `path`. */
static size_t find_files(char *path, size_t size)
{
    glob_t g = {0};
    size_t found = glob("*.lab.yaml", 0, NULL, &g) == 0 ? g.gl_pathc : 0;
    if (found == 1)
        snprintf(path, size, "%s", g.gl_pathv[0]);
    globfree(&g);
    return found;
}

int common_file(const char *operand, char *path, size_t size, struct err *e)
{
    if (operand) {
        snprintf(path, size, "%s", operand);
        return 0;
    }
    size_t found = find_files(path, size);
    if (found == 0)
        return err_set_exit(e, EXIT_USAGE, 0,
                            "name a topology file: there is no *.lab.yaml in this directory");
    if (found > 1)
        return err_set_exit(e, EXIT_USAGE, 0,
                            "there are %zu *.lab.yaml files in this directory: name one", found);
    return 0;
}

static int too_many(const struct labs *labs, const char *whose, struct err *e)
{
    _cleanup_buf_ struct buf names = BUF_INIT;
    size_t shown = labs->count > NAMED_MAX ? NAMED_MAX : labs->count;
    for (size_t i = 0; i < shown; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", labs->item[i].name);
    if (shown < labs->count)
        buf_printf(&names, " and %zu more", labs->count - shown);
    return err_set_exit(e, EXIT_USAGE, 0, "%zu labs of %s are running: name one (%s)", labs->count,
                        whose, buf_str(&names));
}

/* The one of this directory's only topology file, or NULL. */
static const char *lab_of_directory(const struct labs *labs)
{
    char path[4096];
    if (find_files(path, sizeof path) != 1)
        return NULL;
    _cleanup_free_ char *name = format_lab_name(path);
    for (size_t i = 0; i < labs->count; i++)
        if (strcmp(labs->item[i].name, name) == 0)
            return labs->item[i].name;
    return NULL;
}

static int one_lab(uid_t uid, const char *operand, char *name, size_t size, struct err *e)
{
    const char *whose = uid == getuid() ? "yours" : "that user";
    if (operand) {
        snprintf(name, size, "%s", operand);
        return 0;
    }
    struct labs labs = {0};
    int r = labs_find(uid, false, &labs, e);
    const char *one = labs.count == 1 ? labs.item[0].name : NULL;
    if (labs.count > 1)
        one = lab_of_directory(&labs);
    if (one)
        snprintf(name, size, "%s", one);
    else if (r == 0 && labs.count == 0)
        r = err_set_exit(e, EXIT_USAGE, 0, "no lab of %s is running", whose);
    else if (r == 0)
        r = too_many(&labs, whose, e);
    labs_fini(&labs);
    return r;
}

int common_lab_of(const struct verb_call *c, const char *operand, char *name, size_t size,
                  struct err *e)
{
    return one_lab(c->uid, operand, name, size, e);
}

int common_open(const struct verb_call *c, const char *operand, struct lab *out, struct err *e)
{
    char name[4096];
    lab_init(out);
    int r = one_lab(c->uid, operand, name, sizeof name, e);
    return r < 0 ? r : lab_open(name, c->uid, out, e);
}

static int check_name(const char *name, struct err *e)
{
    char why[160], clean[128];
    const char *fault = name_fault_node(name, why, sizeof why);
    if (!fault)
        return 0;
    return err_set_exit(e, EXIT_USAGE, 0, "--name: the name \"%s\" %s",
                        text_clean_to(clean, sizeof clean, name), fault);
}

int common_topo(const char *operand, const char *name, struct topo **out, struct err *e)
{
    char path[4096];
    _cleanup_buf_ struct buf report = BUF_INIT;
    int r = common_file(operand, path, sizeof path, e);
    if (r < 0)
        return r;
    if (name && check_name(name, e) < 0)
        return -EINVAL;
    r = format_load(path, name, out, &report, e);
    fputs(buf_str(&report), stderr);
    return r;
}

const char *common_size(const struct topo *t, char *buf, size_t size)
{
    snprintf(buf, size, "%zu node%s%s, %zu link%s", t->nodes, t->nodes == 1 ? "" : "s",
             topo_has_host_link(t) ? " and the machine" : "", t->links, t->links == 1 ? "" : "s");
    return buf;
}

bool common_is_file(const char *operand)
{
    size_t n = strlen(operand);
    return strchr(operand, '/') || strcmp(operand, "-") == 0 ||
           (n > 5 && strcmp(operand + n - 5, ".yaml") == 0) ||
           (n > 4 && strcmp(operand + n - 4, ".yml") == 0);
}

const char *common_source(const struct topo *t)
{
    return strcmp(t->file, "-") == 0 ? "standard input" : t->file;
}
