/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_values: the sysctls of a pretended kernel, as Linux 6.18 has been seen to treat them. It
 * knows nothing of what plan/setting.h says of them. */
#ifndef VETHLAB_TESTS_PLAN_VALUES_H
#define VETHLAB_TESTS_PLAN_VALUES_H

#include <stdbool.h>
#include <stddef.h>

void sim_values_clear(void);

/* NULL: there is none, as of an interface that is not there. */
const char *sim_value(const char *node, const char *key);
const char *sim_value_fresh(const char *key); /* in a new node */

/* Somebody writes it, with all that comes of it. */
void sim_value_write(const char *node, const char *key, const char *value);

/* A node's interface is made, lo with the node, and goes; ifname NULL: the whole node. */
void sim_values_made(const char *node, const char *ifname);
void sim_values_gone(const char *node, const char *ifname);

/* It gets an IPv4 address, or, lo, is set up: from then on it follows `default` no more. */
void sim_values_addressed(const char *node, const char *ifname);

/* Its MTU is large enough for IPv6 or not: the settings go, and are made anew. */
void sim_values_ipv6(const char *node, const char *ifname, bool is_possible);

/* One line each, but for those as in a new node; of node `machine` disable_ipv6 alone. Room for
 * `more` lines is behind them. Returns how many; list and lines are the caller's. */
size_t sim_values_list(char ***line, size_t more, const char *machine);

#endif
