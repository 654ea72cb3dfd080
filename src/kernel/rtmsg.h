/* SPDX-License-Identifier: BSD-2-Clause */
/* rtmsg: one operation as one rtnetlink message, as rtnetlink(7) and linux/if_link.h define it. No
 * socket here: what is sent and what is explained is the same bytes. */
#ifndef VETHLAB_KERNEL_RTMSG_H
#define VETHLAB_KERNEL_RTMSG_H

#include "model/op.h"

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

/* True for the kinds that are an rtnetlink message. */
bool rtmsg_has(enum op_kind kind);

/* Builds the message at `room` (at least 1,024 bytes). `peer_ns_fd` is the network namespace of
 * the other end (OP_LINK_ADD), else -1. The message acts on the namespace of the socket that it
 * is sent on, which is that of op->node. */
struct nlmsghdr *rtmsg_build(void *room, const struct op *op, int peer_ns_fd);

/* RTM_GETLINK for one interface; the request for the IPv6 addresses of one, or of all (0). */
struct nlmsghdr *rtmsg_get_link(void *room, uint32_t ifindex);
struct nlmsghdr *rtmsg_get_addrs6(void *room, uint32_t ifindex);

/* What an RTM_NEWLINK reply says: index, and whether the interface is up with carrier. */
struct rtmsg_link {
    uint32_t ifindex;
    uint32_t peer; /* the index of a veth's other end in its namespace; 0: none */
    bool ready;    /* IFF_UP, IFF_LOWER_UP, operstate up or unknown */
};
bool rtmsg_parse_link(const struct nlmsghdr *h, struct rtmsg_link *out);

/* True if an RTM_NEWADDR reply is of an address still tentative; *failed: it is a duplicate. */
bool rtmsg_is_tentative(const struct nlmsghdr *h, bool *failed);

#endif
