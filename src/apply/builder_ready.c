/* SPDX-License-Identifier: BSD-2-Clause */
/* builder_ready: see the header. What is not ready is waited for by its node's events: subscribed
 * first, then asked again, so that no event can fall between. */
#include "apply/builder_ready.h"

#include "apply/hostlink.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "kernel/rtmsg.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>

#define READY_MS 5000
/* And so much more for each node: a switch floods what each of its hosts sends as it joins its
 * multicast groups to all the others, which a thousand are busy with for more than five seconds. */
#define READY_NODE_MS 20
/* A reply to RTM_GETLINK takes about 4 KiB of the socket's buffer of 208 KiB, an acknowledgement
 * less than 1: a full batch of them would overrun it. */
#define ASK_MESSAGES 24

int builder_want_ready(struct builder *b, const struct op *op, struct err *e)
{
    (void)e;
    if (op->node != TOPO_HOST) /* all are asked together, node by node, in builder_wait_ready() */
        b->node[op->node].unready++;
    return 0;
}

struct state {
    bool waiting;   /* an interface is not up, or an address is tentative */
    bool duplicate; /* duplicate address detection failed */
};

static void see_link(const struct nlmsghdr *h, void *ctx)
{
    struct state *s = ctx;
    struct rtmsg_link l;
    if (rtmsg_parse_link(h, &l) && !l.ready)
        s->waiting = true;
}

static void see_addr(const struct nlmsghdr *h, void *ctx)
{
    struct state *s = ctx;
    bool failed = false;
    if (rtmsg_is_tentative(h, &failed))
        s->waiting = true;
    s->duplicate |= failed;
}

/* Asks for the ports ops[first..last) of one node and for its addresses. */
static int ask(struct builder *b, size_t first, size_t last, struct state *s, struct err *e)
{
    int sock = b->node[b->ops->item[first].node].sock, r = 0;
    *s = (struct state){0};
    for (size_t i = first; i < last && r == 0; i++) {
        void *room = netlink_batch_room(&b->batch);
        if (!room || b->batch.count == ASK_MESSAGES) {
            r = netlink_send(sock, &b->batch, see_link, s, NULL, e);
            room = netlink_batch_room(&b->batch);
        }
        rtmsg_get_link(room, b->ops->item[i].u.ready.ifindex);
        netlink_batch_add(&b->batch, &b->ops->item[i]);
    }
    if (r == 0)
        r = netlink_send(sock, &b->batch, see_link, s, NULL, e);
    char room[256] __attribute__((aligned(8)));
    return r < 0 ? r : netlink_dump(sock, rtmsg_get_addrs6(room, 0), see_addr, NULL, s, e);
}

/* An event socket in the network namespace of `node`. */
static int subscribe(struct builder *b, int node, struct err *e)
{
    int r = builder_go(b, node, e);
    if (r < 0)
        return r;
    _cleanup_fd_ int fd = netlink_open(e);
    if (fd < 0)
        return fd;
    static const int groups[] = {RTNLGRP_LINK, RTNLGRP_IPV6_IFADDR};
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i], sizeof groups[i]) < 0)
            return err_set(e, errno, "cannot subscribe to rtnetlink events");
    return mem_steal_fd(&fd);
}

static int64_t patience_ms(const struct builder *b)
{
    return READY_MS + READY_NODE_MS * (int64_t)b->topo->nodes;
}

static int64_t deadline_ns(const struct builder *b)
{
    return clock_mono_ns() + patience_ms(b) * CLOCK_NS_PER_MS;
}

static int wait_node(struct builder *b, size_t first, size_t last, int64_t end_ns, struct err *e)
{
    int node = b->ops->item[first].node;
    struct state s = {0};
    _cleanup_fd_ int events = subscribe(b, node, e);
    if (events < 0)
        return events;
    for (;;) {
        int r = ask(b, first, last, &s, e);
        if (r < 0)
            return r;
        if (s.duplicate)
            return err_set(e, 0, "node %s: one of its IPv6 addresses is a duplicate",
                           topo_node_name(b->topo, node));
        if (!s.waiting)
            return 0;
        int64_t left_ms = (end_ns - clock_mono_ns()) / CLOCK_NS_PER_MS;
        if (left_ms <= 0 || io_wait_readable(events, (int)left_ms) <= 0)
            return err_set_exit(e, EXIT_BUSY, ETIMEDOUT,
                                "node %s: after %d s not every interface has carrier, or an "
                                "address is still tentative",
                                topo_node_name(b->topo, node), (int)(patience_ms(b) / 1000));
        char buf[16384];
        ssize_t n;
        do /* what the events say is asked for anew: only that there were some matters */
            n = recv(events, buf, sizeof buf, MSG_DONTWAIT);
        while (n > 0);
    }
}

static void are_ready(struct builder *b, int node, size_t count)
{
    b->node[node].unready -= count;
    if (b->closes && b->node[node].unready == 0)
        mem_close_fd(&b->node[node].sock);
}

/* The interfaces of the nodes. Asking a thousand takes its time on a machine that is busy, so the
 * waiting is timed only from there on. */
static int wait_ports(struct builder *b, struct err *e)
{
    const struct ops *ops = b->ops;
    size_t *late = mem_zalloc(ops->count + 1, sizeof *late), lates = 0;
    int r = 0;
    for (size_t i = 0, last; r == 0 && i < ops->count; i = last) {
        last = i + 1;
        if (ops->item[i].kind != OP_LINK_READY || ops->item[i].node == TOPO_HOST)
            continue;
        while (last < ops->count && ops->item[last].kind == OP_LINK_READY &&
               ops->item[last].node == ops->item[i].node)
            last++;
        struct state s;
        r = ask(b, i, last, &s, e);
        if (s.waiting)
            late[lates++] = i;
        else
            are_ready(b, ops->item[i].node, last - i);
    }
    int64_t end_ns = deadline_ns(b);
    for (size_t k = 0; r == 0 && k < lates; k++) {
        size_t last = late[k];
        while (last < ops->count && ops->item[last].kind == OP_LINK_READY &&
               ops->item[last].node == ops->item[late[k]].node)
            last++;
        r = wait_node(b, late[k], last, end_ns, e);
    }
    free(late);
    return r;
}

int builder_wait_ready(struct builder *b, struct err *e)
{
    int r = wait_ports(b, e);
    if (r == 0)
        r = hostlink_wait_ready(b, deadline_ns(b), e);
    return r < 0 ? r : builder_join_nodes(b, e);
}

int builder_wait_one(struct builder *b, const struct op *op, struct err *e)
{
    struct op alone = *op;
    struct ops one = {.item = &alone, .count = 1};
    const struct ops *all = b->ops;
    if (op->node == TOPO_HOST)
        return hostlink_wait_one(b, op, deadline_ns(b), e);
    int r = builder_sock(b, op->node, e);
    b->ops = &one;
    if (r == 0)
        r = wait_ports(b, e);
    b->ops = all;
    return r;
}
