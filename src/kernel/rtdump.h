/* SPDX-License-Identifier: BSD-2-Clause */
/* rtdump: one rtnetlink message in words and bytes, as strace(1) or nlmon would show it. */
#ifndef VETHLAB_KERNEL_RTDUMP_H
#define VETHLAB_KERNEL_RTDUMP_H

#include "base/buf.h"

#include <linux/netlink.h>

/* Appends the message: a line for the header, one for the family's header, one for each attribute,
 * nested ones indented, with the bytes of each in hexadecimal, an attribute's own header and its
 * padding among them: all of them one behind the other are the message. `namespace` stands for the
 * descriptor in IFLA_NET_NS_FD. Names as in linux/rtnetlink.h and linux/if_link.h. */
void rtdump(const struct nlmsghdr *h, const char *namespace, struct buf *out);

#endif
