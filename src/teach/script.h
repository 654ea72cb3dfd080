/* SPDX-License-Identifier: BSD-2-Clause */
/* script: the operations of a lab as a shell script that needs only unshare, nsenter and ip. */
#ifndef VETHLAB_TEACH_SCRIPT_H
#define VETHLAB_TEACH_SCRIPT_H

#include "base/buf.h"
#include "model/op.h"

/* The text of each node's /etc/hosts: its own one or, where that is NULL, the one of all others. */
struct teach_hosts {
    const char *common;
    char *const *own;
};

/* Appends the script for plan_build()'s operations. `sh SCRIPT [COMMAND...]` builds the lab, runs
 * the command (else a shell) with VETHLAB_NODES="NODE=PID ..." in its environment, and ends with
 * its exit code; the lab goes with it, whatever ends it. */
void teach_script(const struct topo *t, const struct ops *ops, const struct teach_hosts *hosts,
                  struct buf *out);

#endif
