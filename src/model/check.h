/* SPDX-License-Identifier: BSD-2-Clause */
/* check: the semantic check of a topology: everything that can be known before anything is made. */
#ifndef VETHLAB_MODEL_CHECK_H
#define VETHLAB_MODEL_CHECK_H

#include "model/topo.h"

/* Adds all faults of `t` to `f`, errors and warnings; never stops at the first. O(n log n). The
 * rules are listed in vethlab-topology(5): names, interface used twice, address given twice, bridge
 * with an address on a port, route whose gateway is on no link, limits, sysctls outside net. From
 * what an incomplete topology or node lacks, nothing is concluded. */
void topo_check(const struct topo *t, struct faults *f);

#endif
