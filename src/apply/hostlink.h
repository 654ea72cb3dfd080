/* SPDX-License-Identifier: BSD-2-Clause */
/* hostlink: what the builder does in the machine's own network namespace. It keeps that namespace
 * and a socket of it from before its first unshare(2). No interface is found by its name there:
 * of one that the list has made the node's end is asked for the index of the other one, and one
 * that was there before has its index in the operation. */
#ifndef VETHLAB_APPLY_HOSTLINK_H
#define VETHLAB_APPLY_HOSTLINK_H

#include "base/err.h"
#include "model/op.h"

#include <stdint.h>

struct builder;
struct netlink_batch;

struct hostlink {
    int sock;                    /* rtnetlink, in the machine's namespace */
    int netns;                   /* that namespace */
    char *tag;                   /* owned */
    struct netlink_batch *batch; /* owned; the builder's may hold what is not sent yet */
    struct hostlink_end {        /* of the last pair that was made with this name there */
        struct op_link_end near, far;
        uint32_t ifindex; /* there; 0 until asked for */
        uint8_t mac[MAC_LEN];
    } * end;
    size_t ends, end_room;
};

/* In the machine's network namespace: *out is NULL if no operation is on the machine. */
int hostlink_open(const struct topo *t, const struct ops *ops, struct hostlink **out,
                  struct err *e);

/* Of an operation that is about to be carried out: fills in what only the running kernel knows,
 * index and tag, and a MAC address where the file gives none (an address that the kernel chose is
 * changed by udev's MACAddressPolicy). */
int hostlink_complete(struct builder *b, const struct op *op, struct op *full, struct err *e);

/* The same as hostlink_wait_ready() for one OP_LINK_READY. */
int hostlink_wait_one(struct builder *b, const struct op *op, int64_t end_ns, struct err *e);

/* Waits until every end on the machine for which the list has OP_LINK_READY is up with carrier and
 * has no tentative address. */
int hostlink_wait_ready(struct builder *b, int64_t end_ns, struct err *e);

#endif
