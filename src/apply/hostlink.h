/* SPDX-License-Identifier: BSD-2-Clause */
/* hostlink: what the builder does in the machine's own network namespace. It keeps that namespace
 * and a socket of it from before its first unshare(2). No interface is found by its name there:
 * the node's end is asked for the index of the other one. */
#ifndef VETHLAB_APPLY_HOSTLINK_H
#define VETHLAB_APPLY_HOSTLINK_H

#include "base/err.h"
#include "model/op.h"

#include <stdint.h>

struct builder;

struct hostlink {
    int sock;  /* rtnetlink, in the machine's namespace */
    int netns; /* that namespace */
    char *tag; /* owned */
    struct hostlink_end {
        const struct op *op; /* OP_LINK_ADD whose second end is on the machine */
        uint32_t ifindex;    /* there; 0 until asked for */
        uint8_t mac[MAC_LEN];
    } * end;
    size_t ends;
};

/* In the machine's network namespace: *out is NULL if `ops` have no end there. */
int hostlink_open(const struct topo *t, const struct ops *ops, struct hostlink **out,
                  struct err *e);

/* Fills in what only the running kernel knows: index and tag, and a MAC address where the file
 * gives none (an address that the kernel chose is changed by udev's MACAddressPolicy). */
int hostlink_complete(struct builder *b, const struct op *op, struct op *full, struct err *e);

/* The same as hostlink_wait_ready() for the end of that name alone. */
int hostlink_wait_one(struct builder *b, const char *ifname, int64_t end_ns, struct err *e);

/* Waits until every end is up with carrier and has no tentative address. */
int hostlink_wait_ready(struct builder *b, int64_t end_ns, struct err *e);

#endif
