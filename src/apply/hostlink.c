/* SPDX-License-Identifier: BSD-2-Clause */
/* hostlink: see the header. */
#include "apply/hostlink.h"

#include "apply/builder_node.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "kernel/hostnet.h"
#include "kernel/rtmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* Locally administered, no group address. */
static void choose_mac(uint8_t mac[MAC_LEN])
{
    if (getrandom(mac, MAC_LEN, 0) != MAC_LEN)
        memset(mac, 0, MAC_LEN);
    mac[0] = (uint8_t)((mac[0] & 0xfc) | 2);
}

static bool is_any_on_machine(const struct ops *ops)
{
    for (size_t i = 0; i < ops->count; i++)
        if (op_is_on_machine(&ops->item[i]))
            return true;
    return false;
}

int hostlink_open(const struct topo *t, const struct ops *ops, struct hostlink **out, struct err *e)
{
    char tag[HOSTNET_TAG_MAX];
    *out = NULL;
    if (!is_any_on_machine(ops))
        return 0;
    struct hostlink *h = mem_zalloc(1, sizeof *h);
    h->batch = mem_zalloc(1, sizeof *h->batch);
    *out = h; /* the builder ends soon: nobody frees it */
    int r = hostnet_tag(t->name, getuid(), tag, sizeof tag, e);
    if (r < 0)
        return r;
    h->tag = mem_strdup(tag);
    h->netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (h->netns < 0)
        return err_set(e, errno, "cannot open the machine's own network namespace");
    h->sock = netlink_open(e);
    return h->sock < 0 ? h->sock : 0;
}

struct seen {
    uint32_t peer;
    bool waiting, duplicate;
};

static void see(const struct nlmsghdr *h, void *ctx)
{
    struct seen *s = ctx;
    struct rtmsg_link l;
    bool failed = false;
    if (rtmsg_parse_link(h, &l)) {
        s->peer = l.peer;
        s->waiting |= !l.ready;
    }
    s->waiting |= rtmsg_is_tentative(h, &failed);
    s->duplicate |= failed;
}

static int ask_link(struct builder *b, int sock, uint32_t ifindex, struct seen *s, struct err *e)
{
    rtmsg_get_link(netlink_batch_room(b->host->batch), ifindex);
    netlink_batch_add(b->host->batch, NULL);
    return netlink_send(sock, b->host->batch, see, s, NULL, e);
}

/* The node's end, whose index we chose, knows the index of the other one. */
static int find_index(struct builder *b, struct hostlink_end *end, struct err *e)
{
    const struct op_link_end *near = &end->near;
    struct seen s = {0};
    int r = ask_link(b, b->node[near->node].sock, near->ifindex, &s, e);
    if (r == 0 && !s.peer)
        r = err_set(e, ENODEV, "the other end is gone");
    if (r < 0)
        return err_prefix(e, "node %s, interface %s", topo_node_name(b->topo, near->node),
                          near->ifname);
    end->ifindex = s.peer;
    return 0;
}

static struct hostlink_end *end_named(struct hostlink *h, const char *ifname)
{
    for (size_t i = 0; i < h->ends; i++)
        if (strcmp(h->end[i].far.ifname, ifname) == 0)
            return &h->end[i];
    return NULL;
}

/* A pair that is made again has another index there, but keeps the MAC that was chosen for it. */
static const struct hostlink_end *note_pair(struct hostlink *h, const struct op_link_add *l)
{
    struct hostlink_end *end = end_named(h, l->end[1].ifname);
    if (!end) {
        mem_grow(&h->end, &h->end_room, h->ends, sizeof *h->end);
        end = &h->end[h->ends++];
        choose_mac(end->mac);
    }
    end->near = l->end[0];
    end->far = l->end[1];
    end->ifindex = 0;
    return end;
}

/* `known`: the index of one that was there before, or 0. */
static int index_there(struct builder *b, const char *ifname, uint32_t known, uint32_t *out,
                       struct err *e)
{
    struct hostlink_end *end = end_named(b->host, ifname);
    int r = 0;
    if (end && !end->ifindex)
        r = find_index(b, end, e);
    *out = end ? end->ifindex : known;
    return r == 0 && !*out ? err_set(e, ENODEV, "the machine has no such interface") : r;
}

int hostlink_complete(struct builder *b, const struct op *op, struct op *full, struct err *e)
{
    *full = *op;
    switch (op->kind) {
    case OP_LINK_ADD: {
        const struct hostlink_end *end = note_pair(b->host, &op->u.link_add);
        if (!full->u.link_add.end[1].mac)
            full->u.link_add.end[1].mac = end->mac;
        return 0;
    }
    case OP_LINK_SET:
        if (!full->u.link_set.want.alias)
            full->u.link_set.want.alias = b->host->tag;
        return index_there(b, op->u.link_set.ifname, op->u.link_set.ifindex,
                           &full->u.link_set.ifindex, e);
    case OP_ADDR_ADD:
    case OP_ADDR_DEL:
        return index_there(b, op->u.addr.ifname, op->u.addr.ifindex, &full->u.addr.ifindex, e);
    case OP_QDISC_DEL:
    case OP_QDISC_ADD:
        return index_there(b, op->u.qdisc.ifname, op->u.qdisc.ifindex, &full->u.qdisc.ifindex, e);
    default:
        return err_set(e, ENOTSUP, "%s cannot be done on the machine itself",
                       op_kind_names[op->kind]);
    }
}

/* Everything of one end: its state, and its IPv6 addresses. */
static int ask(struct builder *b, uint32_t ifindex, struct seen *s, struct err *e)
{
    char room[256] __attribute__((aligned(8)));
    *s = (struct seen){0};
    int r = ask_link(b, b->host->sock, ifindex, s, e);
    if (r < 0)
        return r;
    return netlink_dump(b->host->sock, rtmsg_get_addrs6(room, ifindex), see, NULL, s, e);
}

/* Events come on the same socket as replies would: they only wake us, and are asked for again. */
static int wait_end(struct builder *b, uint32_t ifindex, int events, int64_t end_ns, struct err *e)
{
    struct seen s;
    for (;;) {
        int r = ask(b, ifindex, &s, e);
        if (r < 0 || (!s.waiting && !s.duplicate))
            return r;
        if (s.duplicate)
            return err_set(e, 0, "one of its IPv6 addresses is a duplicate");
        int64_t left_ms = (end_ns - clock_mono_ns()) / CLOCK_NS_PER_MS;
        if (left_ms <= 0 || io_wait_readable(events, (int)left_ms) <= 0)
            return err_set_exit(e, EXIT_BUSY, ETIMEDOUT,
                                "it has no carrier, or an address is still tentative");
        char drop[16384];
        while (recv(events, drop, sizeof drop, MSG_DONTWAIT) > 0)
            ;
    }
}

/* A second socket of the machine's namespace. */
static int subscribe(struct builder *b, struct err *e)
{
    static const int groups[] = {RTNLGRP_LINK, RTNLGRP_IPV6_IFADDR};
    int r = builder_go(b, TOPO_HOST, e);
    if (r < 0)
        return r;
    _cleanup_fd_ int fd = netlink_open(e);
    if (fd < 0)
        return fd;
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i], sizeof groups[i]) < 0)
            return err_set(e, errno, "cannot subscribe to rtnetlink events");
    return mem_steal_fd(&fd);
}

static int wait_op(struct builder *b, const struct op *op, int events, int64_t end_ns,
                   struct err *e)
{
    uint32_t ifindex;
    int r = index_there(b, op->u.ready.ifname, op->u.ready.ifindex, &ifindex, e);
    if (r == 0)
        r = wait_end(b, ifindex, events, end_ns, e);
    return r < 0 ? err_prefix(e, "the machine itself, interface %s", op->u.ready.ifname) : 0;
}

int hostlink_wait_one(struct builder *b, const struct op *op, int64_t end_ns, struct err *e)
{
    _cleanup_fd_ int events = subscribe(b, e);
    return events < 0 ? events : wait_op(b, op, events, end_ns, e);
}

int hostlink_wait_ready(struct builder *b, int64_t end_ns, struct err *e)
{
    if (!b->host)
        return 0;
    _cleanup_fd_ int events = subscribe(b, e);
    int r = events < 0 ? events : 0;
    for (size_t i = 0; r == 0 && i < b->ops->count; i++)
        if (b->ops->item[i].kind == OP_LINK_READY && b->ops->item[i].node == TOPO_HOST)
            r = wait_op(b, &b->ops->item[i], events, end_ns, e);
    return r;
}
