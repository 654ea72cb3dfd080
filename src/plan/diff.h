/* SPDX-License-Identifier: BSD-2-Clause */
/* diff: what takes a lab that runs to what a topology says. Pure.
 *
 * The list of plan_build() says everything that must hold. Each of its operations that does not
 * hold yet is kept, in the same order; whatever the lab has beyond it is taken away first. */
#ifndef VETHLAB_PLAN_DIFF_H
#define VETHLAB_PLAN_DIFF_H

#include "model/op.h"
#include "model/snap.h"

/* An IPv6 setting, as it is, of an interface whose MTU falls below what IPv6 needs: on the way back
 * it would be that of `default`. */
struct plan_forgotten {
    size_t by; /* the operation that sets the MTU */
    const char *key, *value;
};

struct plan_diff {
    /* The nodes of the topology, then those that go: what the operations' `node` counts in. A
     * shallow copy: all that it points to is the topology's and the snapshot's. */
    struct topo topo;
    const struct topo *was; /* or NULL */
    int *snap_node;  /* owned; per node of `topo`: its index in the snapshot, or -1: not there */
    struct ops ops;  /* owned */
    struct ops kept; /* owned; IPv6 addresses that stay, of interfaces that are set up: on the way
                      * back they would go (plan_undo()) */
    struct ops overwritten; /* owned; what sysctls have now that the way back would overwrite: the
                             * kernel writes some of `all` through to `default` and interfaces */
    struct plan_forgotten *forgotten; /* owned; ascending by `by` */
    size_t forgottens, forgotten_room;
    size_t replaced; /* nodes that go and come again, since they cannot be changed in place */
};

/* Where the present values of sysctls come from. Both return a borrowed string, or NULL: unknown.
 */
struct plan_values {
    /* In the network namespace of the snapshot's node; `key` with slashes. */
    const char *(*now)(int snap_node, const char *key, void *ctx);
    /* In a network namespace that has just been made. */
    const char *(*fresh)(const char *key, void *ctx);
    void *ctx;
};

/* `want` is checked; `is` was read with addresses and routes; `was` is the topology that the lab
 * was made of, or NULL: not known, then nothing is said about namespaces and sysctls
 * that the file has no longer. The kernel's fallback tunnels (tunl0, ...), addresses that the
 * kernel gives itself and routes of the kernel are let alone. All arguments must outlive `out`. */
void plan_diff(const struct topo *want, const struct snap *is, const struct topo *was,
               const struct plan_values *values, struct plan_diff *out);

/* What takes back the first `done` operations of `d`, in their order: each one's inverse, last
 * first. A node that went comes back as plan_build() makes it, without the processes that ran in
 * it. What cannot be undone (commands, plan_is_lost()) is passed over. */
void plan_undo(const struct plan_diff *d, size_t done, struct ops *out);

/* True of an interface that was taken away and cannot come again: what a person has made otherwise
 * than as a pair within the lab or with the machine. */
bool plan_is_lost(const struct op *op);

/* True of what is worth telling: that an interface is waited for, and the settings that each new
 * node gets so as not to inherit the machine's, go without saying. */
bool plan_is_news(const struct plan_diff *d, const struct op *op);
size_t plan_count_news(const struct plan_diff *d);

void plan_diff_fini(struct plan_diff *d);

#endif
