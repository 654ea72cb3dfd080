/* SPDX-License-Identifier: BSD-2-Clause */
/* linkset: see the header. */
#include "view/linkset.h"

#include "base/mem.h"
#include "kernel/netlink.h"
#include "kernel/ns.h"
#include "kernel/rtmsg.h"

struct job {
    uint32_t ifindex;
    bool up;
};

static int set_here(size_t index, void *ctx, struct err *e)
{
    (void)index;
    const struct job *j = ctx;
    const struct op op = {
        .kind = OP_LINK_SET,
        .u.link_set = {
            .ifindex = j->ifindex, .fields = OP_SET_UP, .want.up = j->up, .before.up = !j->up}};
    _cleanup_fd_ int fd = netlink_open(e);
    if (fd < 0)
        return fd;
    _cleanup_free_ struct netlink_batch *b = mem_zalloc(1, sizeof *b);
    rtmsg_build(netlink_batch_room(b), &op, -1);
    netlink_batch_add(b, NULL);
    return netlink_send(fd, b, NULL, NULL, NULL, e);
}

int linkset(const struct lab *l, size_t node, uint32_t ifindex, bool up, struct err *e)
{
    struct job j = {.ifindex = ifindex, .up = up};
    _cleanup_fd_ int netns = lab_node_netns(l, node, e);
    return netns < 0 ? netns : ns_run_each(&netns, 1, set_here, &j, NULL, e);
}
