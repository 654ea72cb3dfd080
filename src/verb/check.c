/* SPDX-License-Identifier: BSD-2-Clause */
/* check: reads a topology file and says everything that is wrong with it. */
#include "verb/verbs.h"

#include "verb/common.h"

#include <stdio.h>

static int run_check(const struct verb_call *c, struct err *e)
{
    struct topo *t = NULL;
    char size[64];
    if (common_topo(c->argc ? c->argv[0] : NULL, NULL, &t, e) < 0)
        return e->exit;
    printf("%s: ok: %s\n", t->file, common_size(t, size, sizeof size));
    topo_free(t);
    return EXIT_DONE;
}

const struct verb verb_check = {
    .name = "check",
    .synopsis = "[FILE]",
    .summary = "Checks a topology file: all faults at once, with line and column",
    .details =
        "Nothing is created. FILE may be left out where this directory has exactly one *.lab.yaml.",
    .max_operands = 1,
    .run = run_check,
};
