/* SPDX-License-Identifier: BSD-2-Clause */
/* neigh: the neighbour entries (ARP, NDP) that a run of our own causes in many namespaces, and how
 * to take away exactly those. All namespaces of the machine share one table a family, with room for
 * net.ipv4.neigh.default.gc_thresh3 = 1,024 entries by default: who asks thousands of neighbours
 * must tidy up as he goes. */
#ifndef VETHLAB_KERNEL_NEIGH_H
#define VETHLAB_KERNEL_NEIGH_H

#include "base/addr.h"
#include "base/err.h"
#include "kernel/lab.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct neigh_table {
    size_t limit;   /* gc_thresh3 */
    size_t used;    /* entries of all namespaces now */
    uint64_t fulls; /* how often an entry found no room, since the machine started */
    bool told;      /* the kernel says both */
};

/* What the machine tells (neigh_table_parse() of /proc/sys and /proc/net/stat); where it does not,
 * as in any network namespace but the first one, the kernel's default limit, nothing used, no
 * fulls. */
void neigh_table_read(sa_family_t family, struct neigh_table *out);
bool neigh_table_parse(const char *stat, struct neigh_table *out); /* used and fulls */

struct neigh_keeper;

/* Opens an rtnetlink socket in each of `count` nodes (indexes into the lab) and remembers which
 * entries of the family there are. lab_enter_userns() first. */
int neigh_keeper_open(const struct lab *lab, const size_t *node, size_t count, sa_family_t family,
                      struct neigh_keeper **out, struct err *e);
/* How many entries that the kernel had learned there were in these nodes then. */
size_t neigh_keeper_found(const struct neigh_keeper *k);
void neigh_keeper_close(struct neigh_keeper *k); /* NULL is allowed */

/* True if the run can have caused an entry for this address. */
typedef bool neigh_test(const struct ip_addr *a, void *ctx);

/* Deletes in node `at` (counted as in neigh_keeper_open()) what was not there then, was learned by
 * the kernel and passes the test. How many, or -errno. Entries that are gone already are none. */
int neigh_keeper_tidy(struct neigh_keeper *k, size_t at, neigh_test *test, void *ctx,
                      struct err *e);

#endif
