/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor: see the header.
 *
 * An answer to a request with a target namespace gives the ids of peers as they are in the asking
 * socket's namespace (rtnl_fill_ifinfo()), where they are our node numbers: no peer has to be
 * searched for. Events give them as they are in the node's: which of our ids that is, RTM_GETNSID
 * tells, one of the few requests that rtnetlink answers without its lock. The kernel allots ids to
 * peers that are no node, too; of these only the machine's namespace is known again. */
#include "kernel/monitor.h"

#include "base/mem.h"
#include "kernel/ns.h"
#include "kernel/observe_read.h"

#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/object-api.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM_BYTES    (8 << 20)
#define DRAIN_MAX     100000 /* whoever makes events faster than that is not waited for */
#define MESSAGE_BYTES 32768  /* no event of rtnetlink is larger (NLMSG_GOODSIZE) */

/* Of a node: the last answers of monitor_find_peer(), each to be confirmed before it is used. */
struct peers {
    struct peer {
        int32_t nsid;
        int node;
    } * item; /* owned */
    size_t count, room;
};

struct monitor {
    struct nl_sock *events, *requests;
    struct nl_sock *reader; /* of monitor_read_*() alone: its thread may be another */
    struct peers *peers;    /* owned; one for each node */
    size_t peers_room;
    int nodes; /* those added, the highest number plus one */
    pid_t host;
    char *message; /* owned; MESSAGE_BYTES */
};

static int open_here(size_t index, void *ctx, struct err *e)
{
    (void)index;
    struct monitor *m = ctx;
    static const int on = 1;
    int r = observe_socket(&m->requests, e);
    if (r == 0)
        r = observe_socket(&m->reader, e);
    if (r == 0)
        r = observe_socket(&m->events, e);
    if (r < 0)
        return r;
    if (setsockopt(nl_socket_get_fd(m->events), SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on,
                   sizeof on) < 0)
        return err_set(e, errno, "cannot listen to the events of other network namespaces");
    r = nl_socket_add_memberships(m->events, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
                                  RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_TC, 0);
    if (r < 0)
        return err_set(e, -observe_errno(r), "cannot subscribe to the kernel's events: %s",
                       nl_geterror(r));
    nl_socket_set_nonblocking(m->events);
    return 0;
}

int monitor_open(struct monitor **out, struct err *e)
{
    struct monitor *m = mem_zalloc(1, sizeof *m);
    m->host = getpid();
    m->message = mem_alloc(MESSAGE_BYTES);
    int r = ns_run_new(open_here, m, e);
    if (r < 0) {
        monitor_close(m);
        return r;
    }
    monitor_set_room(m, ROOM_BYTES);
    *out = m;
    return 0;
}

void monitor_close(struct monitor *m)
{
    if (!m)
        return;
    nl_socket_free(m->events);
    nl_socket_free(m->requests);
    nl_socket_free(m->reader);
    for (int i = 0; i < m->nodes; i++)
        free(m->peers[i].item);
    free(m->peers);
    free(m->message);
    free(m);
}

void monitor_set_room(struct monitor *m, int bytes)
{
    int fd = nl_socket_get_fd(m->events);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

int monitor_fd(const struct monitor *m)
{
    return nl_socket_get_fd(m->events);
}

static void ignore_answer(struct nl_msg *answer, void *ctx)
{
    (void)answer;
    (void)ctx;
}

int monitor_add(struct monitor *m, int node, int netns_fd, struct err *e)
{
    struct rtgenmsg head = {.rtgen_family = AF_UNSPEC};
    struct nl_msg *msg = observe_must(nlmsg_alloc_simple(RTM_NEWNSID, NLM_F_ACK));
    nlmsg_append(msg, &head, sizeof head, NLMSG_ALIGNTO);
    nla_put_u32(msg, NETNSA_FD, (uint32_t)netns_fd);
    nla_put_s32(msg, NETNSA_NSID, node);
    int r = observe_ask(m->requests, msg, ignore_answer, NULL);
    if (r < 0)
        return err_set(e, -r, "cannot give a network namespace an id to listen by");
    while (node >= m->nodes) {
        mem_grow(&m->peers, &m->peers_room, (size_t)m->nodes, sizeof *m->peers);
        m->peers[m->nodes++] = (struct peers){0};
    }
    return 0;
}

/* --- events ----------------------------------------------------------------------------------- */

struct delivery {
    struct monitor_event ev;
    struct nlmsghdr *h;
    monitor_fn *fn;
    void *ctx;
};

/* A link that was moved is deleted where it was, and this tells it from one that is no more. */
static void put_move(struct delivery *d)
{
    const size_t head = sizeof(struct ifinfomsg);
    const struct nlattr *ifindex = nlmsg_find_attr(d->h, head, IFLA_NEW_IFINDEX);
    const struct nlattr *nsid = nlmsg_find_attr(d->h, head, IFLA_NEW_NETNSID);
    d->ev.moved_nsid = nsid ? nla_get_s32(nsid) : -1;
    d->ev.moved_ifindex = ifindex ? nla_get_u32(ifindex) : 0;
}

static void deliver_link(struct nl_object *o, void *ctx)
{
    struct delivery *d = ctx;
    struct snap_if link = {0};
    observe_link_value((struct rtnl_link *)o, &link);
    observe_link_altnames(d->h, &link);
    d->ev.ifindex = link.index;
    d->ev.link = &link;
    put_move(d);
    d->fn(&d->ev, d->ctx);
    d->ev.link = NULL;
    free(link.alias);
}

static void deliver_addr(struct nl_object *o, void *ctx)
{
    struct delivery *d = ctx;
    struct snap_addr addr = {0};
    observe_addr_value((struct rtnl_addr *)o, &addr);
    d->ev.ifindex = (uint32_t)rtnl_addr_get_ifindex((struct rtnl_addr *)o);
    d->ev.addr = &addr;
    d->fn(&d->ev, d->ctx);
    d->ev.addr = NULL;
}

static void deliver_route(struct nl_object *o, void *ctx)
{
    struct delivery *d = ctx;
    struct snap_node rows = {0};
    observe_route_values((struct rtnl_route *)o, &rows);
    d->ev.route = rows.route;
    d->ev.routes = rows.routes;
    if (rows.routes)
        d->fn(&d->ev, d->ctx);
    d->ev.route = NULL;
    d->ev.routes = 0;
    free(rows.route);
}

/* Only the root of what is sent is told of. */
static void deliver_qdisc(struct nlmsghdr *h, struct delivery *d)
{
    const struct tcmsg *t = nlmsg_data(h);
    char name[sizeof(((struct snap_if *)0)->qdisc)] = "";
    const struct nlattr *kind = nlmsg_find_attr(h, sizeof *t, TCA_KIND);
    if (t->tcm_parent != TC_H_ROOT)
        return;
    if (kind)
        nla_strlcpy(name, kind, sizeof name);
    d->ev.kind = h->nlmsg_type == RTM_NEWQDISC ? MONITOR_QDISC_NEW : MONITOR_QDISC_DEL;
    d->ev.ifindex = (uint32_t)t->tcm_ifindex;
    d->ev.qdisc = name;
    d->fn(&d->ev, d->ctx);
    d->ev.qdisc = NULL;
}

static const struct {
    int type;
    enum monitor_kind kind;
    void (*deliver)(struct nl_object *o, void *ctx); /* NULL: no object of libnl's is needed */
} kinds[] = {
    {RTM_NEWLINK, MONITOR_LINK_NEW, deliver_link},
    {RTM_DELLINK, MONITOR_LINK_DEL, deliver_link},
    {RTM_NEWADDR, MONITOR_ADDR_NEW, deliver_addr},
    {RTM_DELADDR, MONITOR_ADDR_DEL, deliver_addr},
    {RTM_NEWROUTE, MONITOR_ROUTE_NEW, deliver_route},
    {RTM_DELROUTE, MONITOR_ROUTE_DEL, deliver_route},
    {RTM_NEWQDISC, MONITOR_QDISC_NEW, NULL},
    {RTM_DELQDISC, MONITOR_QDISC_DEL, NULL},
};
_Static_assert(ARRAY_LEN(kinds) == MONITOR_KIND_COUNT, "one entry a kind");

static bool is_told(uint32_t table, uint8_t protocol)
{
    return table != RT_TABLE_LOCAL && protocol != RTPROT_KERNEL;
}

bool monitor_tells_route(const struct snap_route *r)
{
    return is_told(r->table, r->protocol);
}

/* A bridge speaks of its ports in the family AF_BRIDGE: a port that leaves is no link that goes. */
static bool is_of_interest(const struct nlmsghdr *h, int type)
{
    const struct ifinfomsg *i = nlmsg_data(h);
    const struct rtmsg *r = nlmsg_data(h);
    if (type == RTM_NEWLINK || type == RTM_DELLINK)
        return nlmsg_datalen(h) >= (int)sizeof *i && i->ifi_family == AF_UNSPEC;
    if (type == RTM_NEWROUTE || type == RTM_DELROUTE)
        return nlmsg_datalen(h) >= (int)sizeof *r && is_told(r->rtm_table, r->rtm_protocol) &&
               !(r->rtm_flags & RTM_F_CLONED);
    if (type == RTM_NEWQDISC || type == RTM_DELQDISC)
        return nlmsg_datalen(h) >= (int)sizeof(struct tcmsg);
    return true;
}

static void deliver(struct nlmsghdr *h, struct delivery *d)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (kinds[i].type != h->nlmsg_type || !is_of_interest(h, h->nlmsg_type))
            continue;
        if (!kinds[i].deliver) {
            deliver_qdisc(h, d);
            continue;
        }
        struct nl_msg *msg = observe_must(nlmsg_convert(h));
        nlmsg_set_proto(msg, NETLINK_ROUTE);
        d->ev.kind = kinds[i].kind;
        d->ev.replaces = h->nlmsg_flags & NLM_F_REPLACE;
        d->h = h;
        nl_msg_parse(msg, kinds[i].deliver, d); /* what it cannot parse is skipped */
        nlmsg_free(msg);
    }
}

/* The id of the namespace an event came from, or OBSERVE_NSID_NONE: our own. */
static int32_t nsid_of(struct msghdr *mh)
{
    int32_t nsid = OBSERVE_NSID_NONE;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c))
        if (c->cmsg_level == SOL_NETLINK && c->cmsg_type == NETLINK_LISTEN_ALL_NSID)
            memcpy(&nsid, CMSG_DATA(c), sizeof nsid);
    return nsid;
}

/* One datagram: its length, 0 if it is of no interest, or -errno. */
static ssize_t receive(struct monitor *m, int32_t *nsid)
{
    struct sockaddr_nl from = {0};
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int32_t)) + CMSG_SPACE(sizeof(struct nl_pktinfo))];
    } control;
    struct iovec iov = {.iov_base = m->message, .iov_len = MESSAGE_BYTES};
    struct msghdr mh = {.msg_name = &from,
                        .msg_namelen = sizeof from,
                        .msg_iov = &iov,
                        .msg_iovlen = 1,
                        .msg_control = &control,
                        .msg_controllen = sizeof control};
    ssize_t n;
    do
        n = recvmsg(nl_socket_get_fd(m->events), &mh, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    *nsid = nsid_of(&mh);
    if (mh.msg_flags & MSG_TRUNC)
        return -ENOBUFS; /* an event that was not read whole is an event lost */
    /* Anybody may send to a netlink socket; the kernel's port is 0. */
    return from.nl_pid == 0 && *nsid >= 0 && *nsid < m->nodes ? n : 0;
}

int monitor_read(struct monitor *m, size_t max, monitor_fn *fn, void *ctx, struct err *e)
{
    struct delivery d = {.fn = fn, .ctx = ctx};
    for (size_t i = 0; i < max; i++) {
        int32_t nsid = OBSERVE_NSID_NONE;
        ssize_t n = receive(m, &nsid);
        if (n == -EAGAIN)
            return 0;
        if (n == -ENOBUFS)
            return -ENOBUFS;
        if (n < 0)
            return err_set(e, (int)-n, "cannot read the kernel's link and address events");
        int left = (int)n;
        struct nlmsghdr *h = (struct nlmsghdr *)(void *)m->message;
        for (d.ev.node = nsid; nlmsg_ok(h, left); h = nlmsg_next(h, &left))
            deliver(h, &d);
    }
    return 1;
}

void monitor_drain(struct monitor *m)
{
    int32_t nsid;
    for (size_t i = 0; i < DRAIN_MAX; i++) {
        ssize_t n = receive(m, &nsid);
        if (n < 0 && n != -ENOBUFS)
            return;
    }
}

/* --- peers ------------------------------------------------------------------------------------ */

/* The id that one of our nodes, or the machine, has in node `in`. */
static int32_t nsid_in(struct monitor *m, int in, int node)
{
    bool host = node == SNAP_NODE_HOST;
    int32_t nsid;
    int r = observe_nsid_in(m->requests, in, host ? NETNSA_PID : NETNSA_NSID,
                            host ? (int32_t)m->host : node, &nsid);
    return r < 0 ? OBSERVE_NSID_NONE : nsid;
}

static struct peer *peer_of_nsid(struct peers *p, int32_t nsid)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->item[i].nsid == nsid)
            return &p->item[i];
    mem_grow(&p->item, &p->room, p->count, sizeof *p->item);
    p->item[p->count] = (struct peer){nsid, SNAP_NODE_NONE};
    return &p->item[p->count++];
}

int monitor_find_peer(struct monitor *m, int node, const struct snap_if *link)
{
    if (!link->peer_index)
        return SNAP_NODE_NONE;
    if (link->peer_nsid < 0)
        return node;
    struct peer *p = peer_of_nsid(&m->peers[node], link->peer_nsid);
    if (p->node != SNAP_NODE_NONE && nsid_in(m, node, p->node) == link->peer_nsid)
        return p->node;
    p->node = SNAP_NODE_NONE;
    for (int other = 0; p->node == SNAP_NODE_NONE && other < m->nodes; other++)
        if (nsid_in(m, node, other) == link->peer_nsid)
            p->node = other;
    if (p->node == SNAP_NODE_NONE && nsid_in(m, node, SNAP_NODE_HOST) == link->peer_nsid)
        p->node = SNAP_NODE_HOST;
    return p->node;
}

/* --- questions -------------------------------------------------------------------------------- */

static void resolve(struct monitor *m, int node, struct snap_if *i)
{
    int32_t host;
    if (!i->peer_index)
        return;
    if (i->peer_nsid < 0)
        i->peer_node = node;
    else if (i->peer_nsid < m->nodes)
        i->peer_node = i->peer_nsid;
    else if (observe_nsid_of_pid(m->reader, m->host, &host) == 0 && host == i->peer_nsid)
        i->peer_node = SNAP_NODE_HOST;
}

int monitor_read_links(struct monitor *m, int node, struct snap_node *out, struct err *e)
{
    int r = observe_links(m->reader, node, out, e);
    for (size_t i = 0; i < out->ifs; i++)
        resolve(m, node, &out->iface[i]);
    return r;
}

struct one_link {
    struct snap_if *out;
    bool found;
};

static void take_link(struct nl_object *o, void *ctx)
{
    struct one_link *one = ctx;
    observe_link_value((struct rtnl_link *)o, one->out);
    one->found = true;
}

static void link_answer(struct nl_msg *answer, void *ctx)
{
    struct one_link *one = ctx;
    nl_msg_parse(answer, take_link, one);
    if (one->found)
        observe_link_altnames(nlmsg_hdr(answer), one->out);
}

int monitor_read_link(struct monitor *m, int node, uint32_t ifindex, struct snap_if *out)
{
    struct ifinfomsg head = {.ifi_index = (int)ifindex};
    struct one_link one = {.out = out};
    struct nl_msg *msg = observe_must(nlmsg_alloc_simple(RTM_GETLINK, 0));
    nlmsg_append(msg, &head, sizeof head, NLMSG_ALIGNTO);
    nla_put_s32(msg, IFLA_TARGET_NETNSID, node);
    int r = observe_ask(m->reader, msg, link_answer, &one);
    if (r == 0 && one.found)
        resolve(m, node, out);
    return r < 0 ? r : one.found ? 0 : -ENODEV;
}
