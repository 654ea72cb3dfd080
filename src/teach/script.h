/* SPDX-License-Identifier: BSD-2-Clause */
/* script: the operations of a lab as a shell script that needs only unshare, nsenter and ip. */
#ifndef VETHLAB_TEACH_SCRIPT_H
#define VETHLAB_TEACH_SCRIPT_H

#include "base/buf.h"
#include "model/op.h"

/* Appends the script for plan_build()'s operations. `sh SCRIPT [COMMAND...]` builds the lab, runs
 * the command (else a shell) with VETHLAB_NODES="NODE=PID ..." in its environment, and ends with
 * its exit code; the lab goes with it, whatever ends it. */
void teach_script(const struct topo *t, const struct ops *ops, struct buf *out);

#endif
