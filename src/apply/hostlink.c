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

static bool is_host_link(const struct op *op)
{
    return op->kind == OP_LINK_ADD && op->u.link_add.end[1].node == TOPO_HOST;
}

/* Locally administered, no group address. */
static void choose_mac(uint8_t mac[MAC_LEN])
{
    if (getrandom(mac, MAC_LEN, 0) != MAC_LEN)
        memset(mac, 0, MAC_LEN);
    mac[0] = (uint8_t)((mac[0] & 0xfc) | 2);
}

int hostlink_open(const struct topo *t, const struct ops *ops, struct hostlink **out, struct err *e)
{
    char tag[HOSTNET_TAG_MAX];
    *out = NULL;
    if (!topo_has_host_link(t))
        return 0;
    struct hostlink *h = mem_zalloc(1, sizeof *h);
    h->end = mem_zalloc(t->links, sizeof *h->end);
    for (size_t i = 0; i < ops->count; i++) {
        if (!is_host_link(&ops->item[i]))
            continue;
        choose_mac(h->end[h->ends].mac);
        h->end[h->ends++].op = &ops->item[i];
    }
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
    rtmsg_get_link(netlink_batch_room(&b->batch), ifindex);
    netlink_batch_add(&b->batch, NULL);
    return netlink_send(sock, &b->batch, see, s, NULL, e);
}

/* The node's end, whose index we chose, knows the index of the other one. */
static int find_index(struct builder *b, struct hostlink_end *end, struct err *e)
{
    const struct op_link_end *near = &end->op->u.link_add.end[0];
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

/* All at once, when the first is needed: then nothing waits in the builder's batch. */
static int find_all(struct builder *b, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < b->host->ends; i++)
        r = find_index(b, &b->host->end[i], e);
    return r;
}

static struct hostlink_end *end_named(struct hostlink *h, const char *ifname)
{
    for (size_t i = 0; i < h->ends; i++)
        if (strcmp(h->end[i].op->u.link_add.end[1].ifname, ifname) == 0)
            return &h->end[i];
    return NULL;
}

static struct hostlink_end *end_of(struct hostlink *h, const struct op *op)
{
    if (op->kind == OP_LINK_ADD)
        return end_named(h, op->u.link_add.end[1].ifname);
    if (op->kind == OP_LINK_SET)
        return end_named(h, op->u.link_set.ifname);
    bool is_addr = op->kind == OP_ADDR_ADD || op->kind == OP_ADDR_DEL;
    return is_addr ? end_named(h, op->u.addr.ifname) : NULL;
}

int hostlink_complete(struct builder *b, const struct op *op, struct op *full, struct err *e)
{
    struct hostlink_end *end = end_of(b->host, op);
    *full = *op;
    if (!end)
        return err_set(e, ENOTSUP, "%s cannot be done on the machine itself",
                       op_kind_names[op->kind]);
    if (op->kind == OP_LINK_ADD) {
        for (size_t i = 0; i < b->host->ends; i++)
            b->host->end[i].ifindex = 0; /* a pair that is made again has another */
        if (!full->u.link_add.end[1].mac)
            full->u.link_add.end[1].mac = end->mac;
        return 0;
    }
    int r = end->ifindex ? 0 : find_all(b, e);
    if (op->kind != OP_LINK_SET) {
        full->u.addr.ifindex = end->ifindex;
    } else {
        full->u.link_set.ifindex = end->ifindex;
        full->u.link_set.want.alias = b->host->tag;
    }
    return r;
}

/* Everything of one end: its state, and its IPv6 addresses. */
static int ask(struct builder *b, const struct hostlink_end *end, struct seen *s, struct err *e)
{
    char room[256] __attribute__((aligned(8)));
    *s = (struct seen){0};
    int r = ask_link(b, b->host->sock, end->ifindex, s, e);
    if (r < 0)
        return r;
    return netlink_dump(b->host->sock, rtmsg_get_addrs6(room, end->ifindex), see, s, e);
}

/* Events come on the same socket as replies would: they only wake us, and are asked for again. */
static int wait_end(struct builder *b, const struct hostlink_end *end, int events, int64_t end_ns,
                    struct err *e)
{
    struct seen s;
    for (;;) {
        int r = ask(b, end, &s, e);
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

static int wait_named(struct builder *b, const struct hostlink_end *end, int events, int64_t end_ns,
                      struct err *e)
{
    if (wait_end(b, end, events, end_ns, e) == 0)
        return 0;
    return err_prefix(e, "the machine itself, interface %s", end->op->u.link_add.end[1].ifname);
}

int hostlink_wait_one(struct builder *b, const char *ifname, int64_t end_ns, struct err *e)
{
    struct hostlink_end *end = end_named(b->host, ifname);
    _cleanup_fd_ int events = subscribe(b, e);
    int r = events < 0 ? events : 0;
    if (r == 0 && !end->ifindex)
        r = find_index(b, end, e);
    return r < 0 ? r : wait_named(b, end, events, end_ns, e);
}

int hostlink_wait_ready(struct builder *b, int64_t end_ns, struct err *e)
{
    if (!b->host)
        return 0;
    _cleanup_fd_ int events = subscribe(b, e);
    int r = events < 0 ? events : 0;
    for (size_t i = 0; r == 0 && i < b->host->ends; i++)
        r = wait_named(b, &b->host->end[i], events, end_ns, e);
    return r;
}
