/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_sim: a pretended kernel but for its sysctls (plan_values.h): it does what operations say,
 * and fails the test where a real one would refuse. */
#ifndef VETHLAB_TESTS_PLAN_SIM_H
#define VETHLAB_TESTS_PLAN_SIM_H

#include "plan/diff.h"

#include "model/op.h"
#include "model/snap.h"
#include "model/topo.h"

#define SIM_MAX     4096
#define SIM_MACHINE "(host)" /* its node, as a name */

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

extern struct sim sim;
extern const struct plan_values sim_plan_values; /* of the nodes last shown */

void sim_clear(void); /* nothing but the machine is there */
void sim_do(const struct topo *t, const struct op *op);
void sim_do_all(const struct topo *t, const struct ops *ops);
void sim_do_sysctl(const char *node, const struct op_sysctl *s);

/* As by hand. False: the kernel would refuse it, or make one route with several next hops of it. */
bool sim_add_route(const char *node, const struct snap_route *r, enum op_route_place place);

/* What is there, as the kernel shows it; the caller's. */
struct snap *sim_show(void);

struct sim_if *sim_if_named(const char *node, const char *name); /* NULL: none */
uint32_t sim_addr_key(const char *node, uint32_t index); /* sim_addr.index of an interface's */

#endif
