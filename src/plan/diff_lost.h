/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_lost: what the way back from a change would not bring back by itself: the IPv6 settings of
 * an interface whose MTU falls below what IPv6 needs. There the kernel forgets them, and makes them
 * anew of `default`, whatever that is by then, when the MTU is large enough again. */
#ifndef VETHLAB_PLAN_DIFF_LOST_H
#define VETHLAB_PLAN_DIFF_LOST_H

#include "plan/diff_work.h"

struct lost;

/* Cheap: the settings are sorted when the first interface needs it. */
struct lost *lost_new(struct diff *d);
void lost_free(struct lost *l);

/* Into the difference's `forgotten`, by its last operation: each setting of that interface which
 * the topology, the one before or we set, of it or of `default`, as far as its value is known. */
void lost_settings(struct lost *l, int node, const struct snap_if *now);

#endif
