/* SPDX-License-Identifier: BSD-2-Clause */
/* step: the steps of `run --step`, in the split view or as text. */
#ifndef VETHLAB_VERB_STEP_H
#define VETHLAB_VERB_STEP_H

#include "apply/life.h"
#include "verb/look.h"

/* Builds the lab that life_up() made `empty` step by step. Without a screen all steps are done and
 * printed to standard output; then, with k->once, one frame of the view. The exit code, or -errno
 * with *e set. */
int step_lab(const struct topo *t, const struct life_holder *holder, const struct look *k,
             struct err *e);

#endif
