/* SPDX-License-Identifier: BSD-2-Clause */
/* labpids: see the header. NSpid has a number for each process id namespace that a process is seen
 * in, from ours to its own; that of the lab is where its holder's list ends. */
#include "view/labpids.h"

#include "kernel/proc.h"

void labpids_read(const struct lab *lab, struct view_data *d)
{
    struct proc_info holder, first;
    if (proc_read(lab->holder, &holder) < 0 || holder.nspids == 0)
        return;
    size_t depth = holder.nspids;
    for (size_t i = 0; i < lab->nodes && i < d->nodes; i++) {
        struct view_node *n = &d->node[i];
        if (lab->node[i].pid <= 0 || proc_read(lab->node[i].pid, &first) < 0 ||
            first.start_ticks != lab->node[i].start_ticks || first.nspids < depth)
            continue;
        n->sees_pids = first.nspids == depth;
        n->lab_pid = first.nspid[depth - 1];
    }
}
