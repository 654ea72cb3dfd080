/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_sim: what a pretended kernel has but for its sysctls (plan_values.h). */
#ifndef VETHLAB_TESTS_PLAN_SIM_H
#define VETHLAB_TESTS_PLAN_SIM_H

#include "model/snap.h"

#define SIM_MAX 4096

struct sim_if {
    bool there;
    char node[40], name[16], kind[16];
    uint32_t index, mtu, master, peer;
    bool up, mtu_set; /* a bridge's own, which follows its ports no more */
    uint8_t mac[MAC_LEN];
    char alias[80];
};

struct sim_addr {
    bool there;
    uint32_t index;
    struct ip_prefix prefix;
    bool nodad;
};

struct sim_route {
    bool there;
    char node[40];
    struct snap_route r;
};

struct sim {
    char node[SIM_MAX][40];
    char hostname[SIM_MAX][80]; /* "": it has none of its own */
    size_t nodes;
    struct sim_if iface[SIM_MAX];
    size_t ifs;
    struct sim_addr addr[SIM_MAX];
    size_t addrs;
    struct sim_route route[SIM_MAX];
    size_t routes;
    uint8_t next_mac;
    uint32_t next_host;       /* index on the machine, which the kernel chooses */
    bool undoing;             /* what the operations know of the machine's indexes may be old */
    const struct snap *shown; /* whose indexes the values are asked by */
};

#endif
