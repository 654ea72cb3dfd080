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
    bool json, adopt;
    const char *lab;
};

static const struct opt opts[] = {
    {0, "json", OPT_FLAG, offsetof(struct options, json), NULL, "print JSON"},
    {0, "adopt", OPT_FLAG, offsetof(struct options, adopt), NULL,
     "print the topology that accepts what was changed by hand"},
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

/* The exit code. */
static int print_adopted(const struct change *c, const struct topo *want, struct buf *out,
                         struct err *e)
{
    struct plan_diff rest;
    struct topo *t = change_adopt(c, want, &rest);
    int code = EXIT_FAILED;
    if (t->nodes == 0)
        err_set(e, 0, "there is nothing to adopt: no node of lab %s is running", t->name);
    else
        code = plan_print_adopted(t, &rest, c->is, out) ? EXIT_DONE : EXIT_DIFFERS;
    plan_diff_fini(&rest);
    topo_free(t);
    return code;
}

static int print(const struct options *o, const struct change *c, const struct topo *t,
                 struct err *e)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    int code = c->diff.ops.count ? EXIT_DIFFERS : EXIT_DONE;
    if (o->adopt)
        code = print_adopted(c, t, &out, e);
    else
        (o->json ? plan_print_json : plan_print_text)(c, t->name, &out);
    fputs(buf_str(&out), stdout);
    return code;
}

static int run_plan(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    struct topo *t = NULL;
    struct lab lab;
    struct change change;
    lab_init(&lab);
    if (o->json && o->adopt)
        return err_set_exit(e, EXIT_USAGE, 0, "plan prints one form: --json or --adopt"),
               EXIT_USAGE;
    int r = common_topo(c->argc ? c->argv[0] : NULL, o->lab, &t, e), code = EXIT_DONE;
    if (r < 0)
        return e->exit;
    r = open_lab(t->name, &lab, e);
    if (r == 0)
        r = change_read(&lab, t, o->adopt, &change, e);
    if (r == 0) {
        code = print(o, &change, t, e);
        change_fini(&change);
    }
    lab_fini(&lab);
    topo_free(t);
    return r < 0 ? (int)e->exit : code;
}

const struct verb verb_plan = {
    .name = "plan",
    .synopsis = "[--json | --adopt] [--lab LAB] [FILE]",
    .summary = "Shows what would take the running lab to what the file says",
    .details =
        "One line a command that a person would type: + makes something (or belongs to what is\n"
        "made), - takes it away, ~ changes it in place. The last line counts operations, as "
        "`apply`\n"
        "does: one may be several commands, as the making of a node. What somebody changed by "
        "hand\n"
        "in a node is shown too. Nothing is done. Exit code 0: the lab is as the file says; 10:\n"
        "there is something to do.\n\n"
        "--adopt prints the topology that would accept what runs instead, so that plan of that\n"
        "text has nothing to do (10: but for what no topology can say, which is named in\n"
        "comments).\n\n"
        "--json prints one object with \"format\": \"vethlab-plan\"; its keys are described in\n"
        "vethlab-plan.json.md among the documents.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .run = run_plan,
};
