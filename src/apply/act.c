/* SPDX-License-Identifier: BSD-2-Clause */
/* act: see the header. */
#include "apply/act.h"

#include "base/mem.h"
#include "kernel/netlink.h"
#include "kernel/ns.h"
#include "kernel/rtmsg.h"

#include <errno.h>

static int send_here(size_t index, void *ctx, struct err *e)
{
    (void)index;
    _cleanup_fd_ int fd = netlink_open(e);
    if (fd < 0)
        return fd;
    _cleanup_free_ struct netlink_batch *b = mem_zalloc(1, sizeof *b);
    rtmsg_build(netlink_batch_room(b), ctx, -1);
    netlink_batch_add(b, NULL);
    return netlink_send(fd, b, NULL, NULL, NULL, e);
}

int act_do(const struct lab *l, size_t node, const struct op *op, struct err *e)
{
    struct op copy = *op;
    _cleanup_fd_ int netns = lab_node_netns(l, node, e);
    if (netns < 0)
        return netns;
    int r = ns_run_each(&netns, 1, send_here, &copy, NULL, e);
    if (r == -ENOENT && op->kind == OP_QDISC_ADD) {
        *e = (struct err)ERR_INIT;
        return err_set(e, EOPNOTSUPP, "this kernel has no queueing discipline \"%s\"",
                       op->u.qdisc.kind);
    }
    return r;
}
