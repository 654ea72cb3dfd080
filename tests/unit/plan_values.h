/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_values: the sysctls of a pretended kernel. */
#ifndef VETHLAB_TESTS_PLAN_VALUES_H
#define VETHLAB_TESTS_PLAN_VALUES_H

#include <stddef.h>

void sim_values_clear(void);
const char *sim_value(const char *node, const char *key); /* NULL: as it was from the first */
void sim_value_set(const char *node, const char *key, const char *value);

/* An interface has what `default` has when it is made; its own go with it, or, ifname NULL, all. */
void sim_values_copy(const char *node, const char *ifname);
void sim_values_drop(const char *node, const char *ifname);

/* One line each, but for those as from the first; of node `machine` disable_ipv6 alone. Room for
 * `more` lines is behind them. Returns how many; list and lines are the caller's. */
size_t sim_values_list(char ***line, size_t more, const char *machine);

#endif
