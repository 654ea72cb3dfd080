/* SPDX-License-Identifier: BSD-2-Clause */
/* linkset: sets one interface of a running lab up or down. */
#ifndef VETHLAB_VIEW_LINKSET_H
#define VETHLAB_VIEW_LINKSET_H

#include "base/err.h"
#include "kernel/lab.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As `ip link set NAME up|down` in the node; lab_enter_userns() first. 0 or -errno with the
 * kernel's own words. */
int linkset(const struct lab *l, size_t node, uint32_t ifindex, bool up, struct err *e);

#endif
