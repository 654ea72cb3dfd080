/* SPDX-License-Identifier: BSD-2-Clause */
/* apply: takes a running lab to what a topology file says. */
#include "verb/verbs.h"

#include "apply/changer.h"
#include "base/log.h"
#include "verb/common.h"

#include <errno.h>

struct options {
    const char *lab;
    bool allow_host;
};

static const struct opt opts[] = {
    {0, "lab", OPT_TEXT, offsetof(struct options, lab), "LAB",
     "change this lab, whatever the file calls its own"},
    {0, "allow-host", OPT_FLAG, offsetof(struct options, allow_host), NULL,
     "make, change and take away interfaces on the machine itself too (root only)"},
    {0},
};

static int run_apply(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    struct topo *t = NULL;
    size_t operations = 0;
    int r = common_topo(c->argc ? c->argv[0] : NULL, o->lab, &t, e);
    if (r < 0)
        return e->exit;
    const struct changer_how how = {.allow_host = o->allow_host};
    r = changer_apply(t, &how, &operations, e);
    if (r == -ENOENT)
        err_prefix(e, "there is nothing to change (vethlab up builds it)");
    if (r == 0 && operations == 0)
        log_note("lab %s is as %s says: nothing was done", t->name, common_source(t));
    else if (r == 0)
        log_note("lab %s is as %s says now: %zu operation%s", t->name, common_source(t), operations,
                 operations == 1 ? "" : "s");
    topo_free(t);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

const struct verb verb_apply = {
    .name = "apply",
    .synopsis = "[--lab LAB] [--allow-host] [FILE]",
    .summary = "Takes the running lab to what the file says",
    .details =
        "It does what `plan` shows and nothing else: what is unchanged keeps its processes,\n"
        "addresses, counters and connections. If something fails, or INT, TERM or HUP interrupts "
        "it,\n"
        "what was done is undone.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .run = run_apply,
};
