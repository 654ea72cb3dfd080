/* SPDX-License-Identifier: BSD-2-Clause */
/* bare_net: rtnetlink without a library, for the bare competitor. */
#ifndef VETHLAB_BENCH_BARE_NET_H
#define VETHLAB_BENCH_BARE_NET_H

#include <stdint.h>

/* Says what and errno's text, ends the program; the kernel then takes the half-made lab away. */
_Noreturn void die(const char *what);

int net_open(void); /* an rtnetlink socket in the namespace of now */

/* Messages are collected for one socket; net_flush() sends them and reads every acknowledgement.
 * Another socket than before flushes first. */
void net_bridge(int sock, const char *name, uint32_t index);
struct net_veth {
    const char *name, *peer_name;
    uint32_t index, peer_index, master;
    int peer_netns;
};
void net_veth(int sock,
              const struct net_veth *v); /* the end on `sock` is set up, its peer is not */
void net_up(int sock, uint32_t index);
void net_addr(int sock, uint32_t index, uint32_t addr, int plen);
void net_route(int sock, uint32_t to, int plen, uint32_t via);
void net_ask_link(int sock, uint32_t index); /* counts those without carrier */
void net_flush(void);

int net_not_ready(void); /* of all asked so far */
/* Dumps the IPv6 addresses; how many are tentative. */
int net_tentative(int sock);

#endif
