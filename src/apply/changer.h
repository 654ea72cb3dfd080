/* SPDX-License-Identifier: BSD-2-Clause */
/* changer: takes a running lab to a topology, or back to where it was. */
#ifndef VETHLAB_APPLY_CHANGER_H
#define VETHLAB_APPLY_CHANGER_H

#include "base/err.h"
#include "model/topo.h"

#include <stdbool.h>
#include <stddef.h>

struct changer_how {
    bool allow_host; /* operations on the machine itself are allowed, see hostcheck_change() */
};

/* Changes the running lab t->name to what `t`, checked, says: plan_diff()'s operations one by one,
 * each believed on the kernel's answer. The first failure stops it, and what was done is undone;
 * the sentence says so, or what is left. *operations: how many it took, 0 if none was needed. Then
 * the lab's record is that of `t`. -ENOENT: no such lab runs. EXIT_CONFLICT: another command has
 * its lock, or it is being built step by step. */
int changer_apply(const struct topo *t, const struct changer_how *how, size_t *operations,
                  struct err *e);

#endif
