/* SPDX-License-Identifier: BSD-2-Clause */
/* plan: what would take a running lab to what a topology file says. */
#include "verb/verbs.h"

#include "apply/change.h"
#include "base/mem.h"
#include "teach/words.h"
#include "verb/common.h"
#include "verb/plan_text.h"
#include "json/json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct options {
    bool json;
    const char *lab;
};

static const struct opt opts[] = {
    {0, "json", OPT_FLAG, offsetof(struct options, json), NULL, "print JSON"},
    {0, "lab", OPT_TEXT, offsetof(struct options, lab), "LAB",
     "compare with this lab, whatever the file calls its own"},
    {0},
};

static int open_lab(const char *name, struct lab *l, struct err *e)
{
    int r = lab_open(name, getuid(), l, e);
    if (r == -ENOENT)
        err_prefix(e, "there is nothing to compare with (vethlab up builds it)");
    return r;
}

static int run_plan(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    struct topo *t = NULL;
    struct lab lab;
    struct change change;
    _cleanup_buf_ struct buf out = BUF_INIT;
    lab_init(&lab);
    int r = common_topo(c->argc ? c->argv[0] : NULL, o->lab, &t, e);
    if (r < 0)
        return e->exit;
    r = open_lab(t->name, &lab, e);
    if (r == 0)
        r = change_read(&lab, t, &change, e);
    size_t count = 0;
    if (r == 0) {
        count = change.diff.ops.count;
        (o->json ? plan_print_json : plan_print_text)(&change, t->name, &out);
        fputs(buf_str(&out), stdout);
        change_fini(&change);
    }
    lab_fini(&lab);
    topo_free(t);
    return r < 0 ? (int)e->exit : count ? EXIT_DIFFERS : EXIT_DONE;
}

const struct verb verb_plan = {
    .name = "plan",
    .synopsis = "[--json] [--lab LAB] [FILE]",
    .summary = "Shows what would take the running lab to what the file says",
    .details =
        "One line a change: + comes, - goes, ~ is changed in place, with the command that a "
        "person\n"
        "would type. What somebody changed by hand in a node is shown too. Nothing is done. Exit\n"
        "code 0: the lab is as the file says; 10: there is something to do.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .run = run_plan,
};
