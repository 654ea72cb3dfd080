/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_pairs: random topologies to get from one to another of. */
#ifndef VETHLAB_TESTS_PLAN_PAIRS_H
#define VETHLAB_TESTS_PLAN_PAIRS_H

#include "format_random.h"

/* A random topology, some with links to the machine. The caller's. */
struct topo *pairs_topo(struct random *r);

/* Makes its nodes such that they can be changed in place: otherwise nearly all would be made anew.
 */
void pairs_tame(struct topo *t);

/* A few sysctls of a node of `t` more: of `all`, `default`, lo and its interfaces. */
void pairs_add_settings(struct random *r, const struct topo *t, struct topo_node *n);

/* Two topologies with much in common, or (every fourth pair) none. The caller's. */
void pairs_make(struct random *r, struct topo **a, struct topo **b);

/* The lines sorted, in one string; both arguments are freed. */
char *pairs_join(char **line, size_t count);

/* Fails with the first line that one has and the other has not. */
void pairs_assert_same(int pair, const char *is, const char *want);

#endif
