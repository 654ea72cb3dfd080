/* SPDX-License-Identifier: BSD-2-Clause */
/* common: see the header. */
#include "verb/common.h"

#include "base/buf.h"
#include "format/format.h"
#include "kernel/lab.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int common_file(const char *operand, char *path, size_t size, struct err *e)
{
    if (operand) {
        snprintf(path, size, "%s", operand);
        return 0;
    }
    glob_t g = {0};
    int r = 0;
    size_t found = glob("*.lab.yaml", 0, NULL, &g) == 0 ? g.gl_pathc : 0;
    if (found == 1)
        snprintf(path, size, "%s", g.gl_pathv[0]);
    else
        r = err_set_exit(
            e, EXIT_USAGE, 0,
            found ? "there are %zu *.lab.yaml files in this directory: name one"
                  : "name a topology file: there is no *.lab.yaml in this directory%.0zu",
            found);
    globfree(&g);
    return r;
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
    if (r == 0 && labs.count == 1)
        snprintf(name, size, "%s", labs.item[0].name);
    else if (r == 0 && labs.count == 0)
        r = err_set_exit(e, EXIT_USAGE, 0, "no lab of %s is running", whose);
    else if (r == 0)
        r = err_set_exit(e, EXIT_USAGE, 0, "%zu labs of %s are running: name one", labs.count,
                         whose);
    labs_fini(&labs);
    return r;
}

int common_lab(const char *operand, char *name, size_t size, struct err *e)
{
    return one_lab(getuid(), operand, name, size, e);
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

int common_topo(const char *operand, const char *name, struct topo **out, struct err *e)
{
    char path[4096];
    _cleanup_buf_ struct buf report = BUF_INIT;
    int r = common_file(operand, path, sizeof path, e);
    if (r < 0)
        return r;
    r = format_load(path, name, out, &report, e);
    fputs(buf_str(&report), stderr);
    return r;
}

const char *common_size(const struct topo *t, char *buf, size_t size)
{
    snprintf(buf, size, "%zu node%s, %zu link%s", t->nodes, t->nodes == 1 ? "" : "s", t->links,
             t->links == 1 ? "" : "s");
    return buf;
}

bool common_is_file(const char *operand)
{
    size_t n = strlen(operand);
    return strchr(operand, '/') || strcmp(operand, "-") == 0 ||
           (n > 5 && strcmp(operand + n - 5, ".yaml") == 0) ||
           (n > 4 && strcmp(operand + n - 4, ".yml") == 0);
}
