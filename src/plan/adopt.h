/* SPDX-License-Identifier: BSD-2-Clause */
/* adopt: the topology that accepts what runs, where `apply` would put it right. Pure. */
#ifndef VETHLAB_PLAN_ADOPT_H
#define VETHLAB_PLAN_ADOPT_H

#include "plan/diff.h"

/* The topology `want` as the lab of the snapshot has it: what a topology can say of what was
 * changed by hand is taken over, what is missing in the lab is left out; what says nothing of a
 * running lab (commands, variables, pings) stays. It passes topo_check(). Whatever plan_diff() of
 * the result still has to do is what no topology can say. Arguments as for plan_diff(). The
 * result is the caller's; it has no nodes if none runs. */
struct topo *plan_adopt(const struct topo *want, const struct snap *is, const struct topo *was,
                        const struct plan_values *values);

/* Takes out of `t`, all of whose elements have marks of their own, what topo_check() refuses: of
 * two that exclude each other the one with the greater line. */
void adopt_fit(struct topo *t);

#endif
