/* SPDX-License-Identifier: BSD-2-Clause */
/* nl: on to the next message or attribute, without the casts of linux/netlink.h that clang takes
 * for misaligned. */
#ifndef VETHLAB_BENCH_NL_H
#define VETHLAB_BENCH_NL_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static inline struct nlmsghdr *nl_next(struct nlmsghdr *h, int *left)
{
    int len = (int)NLMSG_ALIGN(h->nlmsg_len);
    *left -= len;
    return (void *)((char *)h + len);
}

static inline const struct rtattr *nl_next_attr(const struct rtattr *a, int *left)
{
    int len = (int)RTA_ALIGN(a->rta_len);
    *left -= len;
    return (const void *)((const char *)a + len);
}

#endif
