/* SPDX-License-Identifier: BSD-2-Clause */
/* labpids: by which number the nodes of a lab see one another's first processes. */
#ifndef VETHLAB_VIEW_LABPIDS_H
#define VETHLAB_VIEW_LABPIDS_H

#include "kernel/lab.h"
#include "view/data.h"

/* Fills in sees_pids and lab_pid of all nodes, from NSpid in /proc/PID/status (proc(5)). What
 * cannot be read is not known, and the machine has no number. */
void labpids_read(const struct lab *lab, struct view_data *d);

#endif
