/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_settings: what becomes of the sysctls when a lab that runs is changed. */
#ifndef VETHLAB_PLAN_DIFF_SETTINGS_H
#define VETHLAB_PLAN_DIFF_SETTINGS_H

#include "plan/diff_work.h"

struct settings;

/* What the file set once, or we did, and nobody sets any more goes back first: to what a new
 * namespace has. */
struct settings *settings_new(struct diff *d);
void settings_free(struct settings *s);

/* One OP_SYSCTL_SET of the built list. `mtu_grows`: its interface's MTU comes from below what IPv6
 * needs, so that the kernel has made its settings anew by then. */
void settings_bring(struct settings *s, const struct op *op, bool mtu_grows);

/* An interface that stays has what one has that is made now: it copied `default` when it was made,
 * and what anybody set since then, of it or of `default`, is put right for it alone. Compared is
 * whatever the topology, the one before or we set of `default`, and what was set of itself. */
void settings_of_interface(struct settings *s, int node, const char *ifname, struct mark mark);

#endif
