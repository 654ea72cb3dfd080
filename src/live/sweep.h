/* SPDX-License-Identifier: BSD-2-Clause */
/* sweep: every node with an address pings every other once, in each family that both have.
 *
 * All pairs are asked as fast as they can be sent, then those that did not answer once more: only
 * who answers neither within the patience is unanswered. A sweep whose neighbour entries would fill
 * half of the machine's table (see kernel/neigh.h) goes block by block, and deletes after each
 * block the entries that it caused. */
#ifndef VETHLAB_LIVE_SWEEP_H
#define VETHLAB_LIVE_SWEEP_H

#include "base/addr.h"
#include "base/err.h"
#include "kernel/lab.h"
#include "loop/loop.h"
#include "model/snap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SWEEP_V4 = 1, SWEEP_V6 = 2 };

struct sweep_options {
    unsigned families; /* SWEEP_V4 | SWEEP_V6 */
    size_t payload;    /* bytes behind the ICMP header */
    int64_t wait_ns;   /* patience after a pair was asked the last time */
    size_t room;       /* neighbour entries that a block may cause; 0: what the machine allows */
    size_t limit;      /* of its table of them; 0: what the machine tells */
    const bool *stop;  /* set by a callback of the loop: end with what there is; or NULL */
    /* Called about once a second while it takes longer; or NULL. */
    void (*progress)(size_t answered, size_t pairs, void *ctx);
    void *ctx;
};

enum sweep_state {
    SWEEP_NONE,    /* no pair: the same node, or one of them has no address */
    SWEEP_UNASKED, /* stopped before */
    SWEEP_WAITING,
    SWEEP_ANSWERED,
    SWEEP_UNANSWERED,
    SWEEP_REFUSED, /* could not be sent, or an ICMP error came: `num` */
    SWEEP_STATE_COUNT
};

struct sweep_pair {
    struct ip_addr to;
    enum sweep_state state;
    uint8_t tries;  /* how often it was asked: 1 or 2 */
    int num;        /* of a refusal: errno */
    int64_t rtt_ns; /* of the answer */
    struct {
        int64_t real_ns, mono_ns;
    } sent[2];
};

struct sweep {                     /* the result */
    size_t nodes;                  /* of the lab */
    struct sweep_pair *pair[2];    /* owned; IPv4, IPv6: [from * nodes + to]; NULL: not asked for */
    size_t pairs, answered, again; /* again: answered only when asked the second time */
    size_t blocks, tidied;         /* neighbour entries deleted */
    bool stopped, table_full;      /* an entry of any namespace found no room meanwhile */
    int64_t took_ns;
};

/* The nodes of `snap` are the lab's, in the same order. -EMFILE: too many sockets. */
int sweep_run(struct loop *loop, const struct lab *lab, const struct snap *snap,
              const struct sweep_options *o, struct sweep **out, struct err *e);
void sweep_free(struct sweep *s); /* NULL is allowed */

const struct sweep_pair *sweep_at(const struct sweep *s, sa_family_t family, size_t from,
                                  size_t to); /* NULL: family not asked for */

/* How many nodes may stand in a group, so that two groups ping each other within `room` entries. */
size_t sweep_group_size(sa_family_t family, size_t room);

#endif
