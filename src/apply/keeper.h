/* SPDX-License-Identifier: BSD-2-Clause */
/* keeper: a process that takes a lab down after this one, whatever ends this one. `run` needs it:
 * it enters the lab's user namespace to look at the lab, and could not take it down from there; and
 * killed it could not tidy up behind the lab, which ends with its lifeline. */
#ifndef VETHLAB_APPLY_KEEPER_H
#define VETHLAB_APPLY_KEEPER_H

#include "apply/life.h"
#include "base/err.h"

#include <sys/types.h>

struct keeper {
    pid_t pid;
    int fd;
};

/* Forks. The keeper has none of our descriptors, the lifeline least of all, and all signals
 * blocked. To be called while single-threaded. */
int keeper_start(const char *lab, const struct life_holder *holder, struct keeper *out,
                 struct err *e);

/* The lab is taken down (life_down_only()): its result; -ENOENT: it had ended already. */
int keeper_down(struct keeper *k, struct err *e);

#endif
