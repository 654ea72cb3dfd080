/* SPDX-License-Identifier: BSD-2-Clause */
/* view_load: what happens in a lab while it is looked at: single events, and processes that make so
 * many a second. */
#ifndef VETHLAB_BENCH_VIEW_LOAD_H
#define VETHLAB_BENCH_VIEW_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* An interface of a node of a running lab, and a socket in its network namespace. */
struct load_end {
    int sock;
    unsigned ifindex;
};

/* False: there is none of these names. */
bool load_open(struct load_end *end, const char *lab, const char *node, const char *ifname);
void load_close(struct load_end *end);

/* An IPv4 address (/32, host byte order) comes or goes. When it returns, the kernel has told. */
void load_addr(const struct load_end *end, uint32_t addr, bool comes);
void load_up(const struct load_end *end, bool up);

/* Processes that go on until they are killed by load_stop(): `per_second` events of addresses, at
 * one end after the other; an end that is set down and up so often. */
pid_t load_addrs(const struct load_end *end, int ends, double per_second);
pid_t load_flaps(const struct load_end *end, double per_second);
void load_stop(pid_t pid);

#endif
