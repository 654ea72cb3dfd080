/* SPDX-License-Identifier: BSD-2-Clause */
/* netlink: rtnetlink requests through libmnl: one socket for requests, messages in batches, each
 * acknowledged, each refusal with the kernel's own words (extended ack). */
#ifndef VETHLAB_KERNEL_NETLINK_H
#define VETHLAB_KERNEL_NETLINK_H

#include "base/err.h"

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than about 64 replies overrun the receive buffer (reference: performance.md). */
#define NETLINK_BATCH_MESSAGES 64
#define NETLINK_BATCH_BYTES    32768

/* A socket in the calling thread's network namespace: bound, extended ack, strict checking. The
 * descriptor is the caller's. -errno with *e set. */
int netlink_open(struct err *e);

/* A new descriptor of the network namespace that a socket was made in (ioctl_ns(2), SIOCGSKNS of
 * Linux 4.10): whoever keeps the socket need not keep both. -errno with *e set. */
int netlink_netns(int fd, struct err *e);

typedef bool netlink_fine_fn(int num); /* errno value */

struct netlink_batch {
    netlink_fine_fn *is_fine; /* or NULL: whether a refusal with that number is none */
    size_t count;             /* messages */
    size_t bytes;             /* used of data */
    const void *tag[NETLINK_BATCH_MESSAGES]; /* what asked for each, for the error */
    char data[NETLINK_BATCH_BYTES] __attribute__((aligned(8)));
};

/* Room for one more message, zero-filled header space; NULL if the batch is full: send it first.
 * netlink_batch_add() takes what was built there; its tag comes back in netlink_send() on failure.
 */
void *netlink_batch_room(struct netlink_batch *b);
void netlink_batch_add(struct netlink_batch *b, const void *tag);

/* libmnl's own loop converts a pointer difference to int without saying so. */
#define NETLINK_ATTR_FOR_EACH(attr, h, offset)                                                     \
    for ((attr) = mnl_nlmsg_get_payload_offset((h), (offset)); mnl_attr_ok(                        \
             (attr), (int)((const char *)mnl_nlmsg_get_payload_tail(h) - (const char *)(attr)));   \
         (attr) = mnl_attr_next(attr))

/* Called for every reply that is no acknowledgement (RTM_NEWLINK to an RTM_GETLINK). */
typedef void netlink_reply_fn(const struct nlmsghdr *h, void *ctx);

/* Sends the batch with one sendmsg and reads until every message has been answered. On a refusal
 * that is not fine *failed is the tag of the first such message, and *e says the kernel's reason;
 * the rest has been carried out all the same. Empties the batch. */
int netlink_send(int fd, struct netlink_batch *b, netlink_reply_fn *fn, void *ctx,
                 const void **failed, struct err *e);

/* A dump request (`h` with NLM_F_DUMP): fn for every part. When it was interrupted it begins anew:
 * `again` is called first, to forget the parts of before; NULL where `fn` may see them twice. */
typedef void netlink_again_fn(void *ctx);
int netlink_dump(int fd, struct nlmsghdr *h, netlink_reply_fn *fn, netlink_again_fn *again,
                 void *ctx, struct err *e);

#endif
