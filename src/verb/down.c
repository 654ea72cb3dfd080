/* SPDX-License-Identifier: BSD-2-Clause */
/* down: a lab goes away. Neither its topology file nor any record is needed. */
#include "verb/verbs.h"

#include "apply/life.h"
#include "base/log.h"
#include "base/mem.h"
#include "format/format.h"
#include "verb/common.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct options {
    bool all;
};

static const struct opt opts[] = {
    {'a', "all", OPT_FLAG, offsetof(struct options, all), NULL, "every lab of mine"},
    {0},
};

static int down_all(uid_t uid, struct err *e)
{
    struct labs labs = {0};
    int r = labs_find(uid, false, &labs, e);
    size_t down = 0;
    for (size_t i = 0; i < labs.count; i++) {
        struct err one = ERR_INIT;
        int ended = life_down(labs.item[i].name, uid, &one);
        if (ended < 0 && ended != -ENOENT && r == 0) {
            *e = one; /* the first one's sentence; the others are tried all the same */
            r = ended;
        }
        down += ended == 0;
    }
    if (r == 0 || down)
        log_note("%zu lab%s down", down, down == 1 ? " is" : "s are");
    labs_fini(&labs);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

/* A file only lends its name, and what else is wrong with it does not keep the lab alive. */
static int lab_of(const struct verb_call *c, char *name, size_t size, struct err *e)
{
    const char *operand = c->argc ? c->argv[0] : NULL;
    if (!operand || !common_is_file(operand))
        return common_lab_of(c, operand, name, size, e);
    _cleanup_free_ char *said = format_lab_name(operand);
    snprintf(name, size, "%s", said);
    return 0;
}

static int run_down(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    char name[4096];
    if (o->all && c->argc)
        return err_set_exit(e, EXIT_USAGE, 0, "down takes a lab or --all, not both"), EXIT_USAGE;
    if (o->all)
        return down_all(c->uid, e);
    int r = lab_of(c, name, sizeof name, e);
    if (r == 0)
        r = life_down(name, c->uid, e);
    if (r == 0)
        log_note("lab %s is down", name);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

const struct verb verb_down = {
    .name = "down",
    .synopsis = "[LAB | FILE | --all]",
    .summary = "Takes a lab away without a trace",
    .details =
        "LAB may be left out where exactly one lab of yours runs, or where several do and one of\n"
        "them is that of the only *.lab.yaml in this directory. A FILE only lends its name: what "
        "it\n"
        "says under \"name\", though it may have faults, else its own without the ending.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .others = true,
    .run = run_down,
};
