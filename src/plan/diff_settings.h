/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_settings: what becomes of the sysctls when a lab that runs is changed.
 *
 * A node's own come first, and in an order in which nothing is overwritten that was right already:
 * what the kernel writes through (setting_is_spread()), the rest, `default`, lo. Interfaces follow
 * where they are met. Compared is everything that the topology or the one before sets, and what up
 * makes of it in `default` and in each interface; an operation is what differs from what it will be
 * by then. */
#ifndef VETHLAB_PLAN_DIFF_SETTINGS_H
#define VETHLAB_PLAN_DIFF_SETTINGS_H

#include "plan/diff_work.h"

struct settings;

struct settings *settings_new(struct diff *d);
void settings_free(struct settings *s);

/* Of the node of that OP_NODE_ADD of the built list, which is there already. What the file set
 * once, or we did, and nobody sets any more goes back to what a new namespace has. */
void settings_of_node(struct settings *s, const struct op *node_add);

/* One OP_SYSCTL_SET of the built list. `mtu_grows`: its interface's MTU comes from below what IPv6
 * needs, so that the kernel has made its settings anew by then. */
void settings_bring(struct settings *s, const struct op *op, bool mtu_grows);

/* An interface that stays has what one has that is made now: it copied `default` when it was made,
 * and what anybody set since then, of it or of `default`, is put right for it alone. Its own
 * settings of the topology have operations in the built list.
 * `is_made_before`: its IPv6 settings, of which there are none now, may be made of `default` before
 * that is set. */
void settings_of_interface(struct settings *s, int node, const char *ifname, bool is_made_before,
                           struct mark mark);

#endif
