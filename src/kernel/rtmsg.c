/* SPDX-License-Identifier: BSD-2-Clause */
/* rtmsg: see the header. */
#include "kernel/rtmsg.h"

#include "kernel/netlink.h"

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>

/* Values of RFC 2863 operStatus; linux/if.h cannot be included beside net/if.h. */
#define OPER_UNKNOWN  0
#define OPER_UP       6
#define FLAG_LOWER_UP (1u << 16)

static struct ifinfomsg *put_ifinfo(struct nlmsghdr *h, uint32_t ifindex, bool up)
{
    struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof *i);
    i->ifi_family = AF_UNSPEC;
    i->ifi_index = (int)ifindex;
    if (up) {
        i->ifi_flags = IFF_UP;
        i->ifi_change = IFF_UP;
    }
    return i;
}

static void put_end(struct nlmsghdr *h, const struct op_link_end *end, uint32_t mtu)
{
    mnl_attr_put_strz(h, IFLA_IFNAME, end->ifname);
    if (mtu)
        mnl_attr_put_u32(h, IFLA_MTU, mtu);
    if (end->mac)
        mnl_attr_put(h, IFLA_ADDRESS, MAC_LEN, end->mac);
    if (end->master)
        mnl_attr_put_u32(h, IFLA_MASTER, end->master);
}

/* IFF_UP is honoured in the outer header only: on the peer's it fails with ENOTCONN. */
static void build_veth(struct nlmsghdr *h, const struct op *op, int peer_ns_fd)
{
    const struct op_link_add *l = &op->u.link_add;
    h->nlmsg_type = RTM_NEWLINK;
    h->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
    put_ifinfo(h, l->end[0].ifindex, l->end[0].up);
    put_end(h, &l->end[0], l->mtu);
    struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO);
    mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
    struct nlattr *data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
    struct nlattr *peer = mnl_attr_nest_start(h, VETH_INFO_PEER);
    put_ifinfo(h, l->end[1].ifindex, false);
    struct op_link_end far = l->end[1];
    far.master = 0; /* set later in its own namespace */
    put_end(h, &far, l->mtu);
    mnl_attr_put_u32(h, IFLA_NET_NS_FD, (uint32_t)peer_ns_fd);
    mnl_attr_nest_end(h, peer);
    mnl_attr_nest_end(h, data);
    mnl_attr_nest_end(h, info);
}

static void build_bridge(struct nlmsghdr *h, const struct op *op, int peer_ns_fd)
{
    (void)peer_ns_fd;
    h->nlmsg_type = RTM_NEWLINK;
    h->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
    put_ifinfo(h, op->u.link_add.end[0].ifindex, op->u.link_add.end[0].up);
    put_end(h, &op->u.link_add.end[0], op->u.link_add.mtu);
    struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO);
    mnl_attr_put_strz(h, IFLA_INFO_KIND, "bridge");
    mnl_attr_nest_end(h, info);
}

static void build_link_set(struct nlmsghdr *h, const struct op *op, int peer_ns_fd)
{
    (void)peer_ns_fd;
    const struct op_link_set *s = &op->u.link_set;
    h->nlmsg_type = RTM_NEWLINK;
    struct ifinfomsg *i = put_ifinfo(h, s->ifindex, false);
    if (s->fields & OP_SET_UP) {
        i->ifi_change = IFF_UP;
        i->ifi_flags = s->want.up ? IFF_UP : 0;
    }
    if (s->fields & OP_SET_MTU)
        mnl_attr_put_u32(h, IFLA_MTU, s->want.mtu);
    if (s->fields & OP_SET_MAC)
        mnl_attr_put(h, IFLA_ADDRESS, MAC_LEN, s->want.mac);
    if (s->fields & OP_SET_MASTER)
        mnl_attr_put_u32(h, IFLA_MASTER, s->want.master);
    if (s->fields & OP_SET_ALIAS)
        mnl_attr_put_strz(h, IFLA_IFALIAS, s->want.alias ? s->want.alias : "");
}

static void build_link_del(struct nlmsghdr *h, const struct op *op, int peer_ns_fd)
{
    (void)peer_ns_fd;
    h->nlmsg_type = RTM_DELLINK;
    put_ifinfo(h, op->u.link_add.end[0].ifindex, false);
}

static void build_addr(struct nlmsghdr *h, const struct op *op, int peer_ns_fd)
{
    (void)peer_ns_fd;
    const struct op_addr *a = &op->u.addr;
    size_t len = (size_t)ip_addr_len(&a->prefix.addr);
    h->nlmsg_type = op->kind == OP_ADDR_ADD ? RTM_NEWADDR : RTM_DELADDR;
    if (op->kind == OP_ADDR_ADD)
        h->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
    struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->ifa_family = (uint8_t)a->prefix.addr.family;
    m->ifa_prefixlen = a->prefix.len;
    m->ifa_index = a->ifindex;
    if (a->nodad && a->prefix.addr.family == AF_INET6)
        m->ifa_flags = IFA_F_NODAD;
    if (a->prefix.addr.family == AF_INET)
        m->ifa_scope = a->prefix.addr.byte[0] == 127 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
    mnl_attr_put(h, IFA_LOCAL, len, a->prefix.addr.byte);
    mnl_attr_put(h, IFA_ADDRESS, len, a->prefix.addr.byte);
}

static bool has_gateway(const struct op_route *r)
{
    for (size_t i = 0; i < r->hops; i++)
        if (r->hop[i].via.family != AF_UNSPEC)
            return true;
    return r->via.family != AF_UNSPEC;
}

static void put_hops(struct nlmsghdr *h, const struct op_route *r)
{
    struct nlattr *list = mnl_attr_nest_start(h, RTA_MULTIPATH);
    list->nla_type = RTA_MULTIPATH; /* no attributes in it: they stand in each struct rtnexthop */
    for (size_t i = 0; i < r->hops; i++) {
        const struct op_hop *hop = &r->hop[i];
        struct rtnexthop *to = mnl_nlmsg_put_extra_header(h, sizeof *to);
        to->rtnh_ifindex = (int)hop->ifindex;
        to->rtnh_hops = hop->weight;
        if (hop->via.family != AF_UNSPEC)
            mnl_attr_put(h, RTA_GATEWAY, (size_t)ip_addr_len(&hop->via), hop->via.byte);
        to->rtnh_len = (unsigned short)((char *)mnl_nlmsg_get_payload_tail(h) - (char *)to);
    }
    mnl_attr_nest_end(h, list);
}

/* Alone: no other may be there. */
static uint16_t add_flags(const struct op_route *r)
{
    static const uint16_t flags[] = {
        [OP_ROUTE_ALONE] = NLM_F_EXCL, [OP_ROUTE_FIRST] = 0, [OP_ROUTE_LAST] = NLM_F_APPEND};
    return NLM_F_CREATE | flags[r->place];
}

static uint8_t scope_of(const struct op_route *r, bool add)
{
    if (r->place != OP_ROUTE_ALONE)
        return r->scope;
    if (!add)
        return RT_SCOPE_NOWHERE; /* whatever it is */
    return !has_gateway(r) && r->to.addr.family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

/* No gateway at all is not the same as any: without one of others of its prefix and interface, one
 * goes that has a gateway. IPv4 tells them apart by the scope. */
static bool names_gateway(const struct op_route *r, bool add)
{
    bool is_named_none = !add && r->place != OP_ROUTE_ALONE && r->to.addr.family == AF_INET6;
    return r->via.family != AF_UNSPEC || (is_named_none && !r->hops);
}

static void build_route(struct nlmsghdr *h, const struct op *op, int peer_ns_fd)
{
    (void)peer_ns_fd;
    const struct op_route *r = &op->u.route;
    size_t len = (size_t)ip_addr_len(&r->to.addr);
    bool add = op->kind == OP_ROUTE_ADD;
    h->nlmsg_type = add ? RTM_NEWROUTE : RTM_DELROUTE;
    if (add)
        h->nlmsg_flags = add_flags(r);
    struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->rtm_family = (uint8_t)r->to.addr.family;
    m->rtm_dst_len = r->to.len;
    m->rtm_table = RT_TABLE_MAIN;
    m->rtm_protocol = r->place != OP_ROUTE_ALONE ? r->protocol
                      : add                      ? RTPROT_STATIC
                                                 : RTPROT_UNSPEC;
    m->rtm_tos = r->tos;
    m->rtm_scope = scope_of(r, add);
    m->rtm_type = add ? RTN_UNICAST : RTN_UNSPEC;
    if (r->to.len)
        mnl_attr_put(h, RTA_DST, len, r->to.addr.byte);
    if (names_gateway(r, add))
        mnl_attr_put(h, RTA_GATEWAY, len, r->via.byte);
    if (r->src.family != AF_UNSPEC)
        mnl_attr_put(h, RTA_PREFSRC, len, r->src.byte);
    if (r->ifindex)
        mnl_attr_put_u32(h, RTA_OIF, r->ifindex);
    if (r->metric)
        mnl_attr_put_u32(h, RTA_PRIORITY, r->metric);
    if (r->hops)
        put_hops(h, r);
}

static void build_qdisc(struct nlmsghdr *h, const struct op *op, int peer_ns_fd)
{
    (void)peer_ns_fd;
    const struct op_qdisc *q = &op->u.qdisc;
    bool add = op->kind == OP_QDISC_ADD;
    h->nlmsg_type = add ? RTM_NEWQDISC : RTM_DELQDISC;
    if (add)
        h->nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE;
    struct tcmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->tcm_family = AF_UNSPEC;
    m->tcm_ifindex = (int)q->ifindex;
    m->tcm_parent = TC_H_ROOT;
    if (add)
        mnl_attr_put_strz(h, TCA_KIND, q->kind);
}

typedef void build_fn(struct nlmsghdr *h, const struct op *op, int peer_ns_fd);
static build_fn *const builders[OP_KIND_COUNT] = {
    [OP_BRIDGE_ADD] = build_bridge,   [OP_LINK_ADD] = build_veth,
    [OP_LINK_SET] = build_link_set,   [OP_ADDR_ADD] = build_addr,
    [OP_ROUTE_ADD] = build_route,     [OP_ROUTE_DEL] = build_route,
    [OP_ADDR_DEL] = build_addr,       [OP_LINK_DEL] = build_link_del,
    [OP_BRIDGE_DEL] = build_link_del, [OP_QDISC_ADD] = build_qdisc,
    [OP_QDISC_DEL] = build_qdisc,
};

bool rtmsg_has(enum op_kind kind)
{
    return builders[kind] != NULL;
}

struct nlmsghdr *rtmsg_build(void *room, const struct op *op, int peer_ns_fd)
{
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    builders[op->kind](h, op, peer_ns_fd);
    return h;
}

struct nlmsghdr *rtmsg_get_link(void *room, uint32_t ifindex)
{
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    h->nlmsg_type = RTM_GETLINK;
    put_ifinfo(h, ifindex, false);
    return h;
}

struct nlmsghdr *rtmsg_get_addrs6(void *room, uint32_t ifindex)
{
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    h->nlmsg_type = RTM_GETADDR;
    struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->ifa_family = AF_INET6;
    m->ifa_index = ifindex;
    return h;
}

bool rtmsg_parse_link(const struct nlmsghdr *h, struct rtmsg_link *out)
{
    if (h->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(h) < sizeof(struct ifinfomsg))
        return false;
    const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
    uint8_t oper = OPER_UNKNOWN;
    const struct nlattr *a;
    out->peer = 0;
    NETLINK_ATTR_FOR_EACH(a, h, sizeof *i)
    {
        if (mnl_attr_get_type(a) == IFLA_OPERSTATE && mnl_attr_validate(a, MNL_TYPE_U8) >= 0)
            oper = mnl_attr_get_u8(a);
        if (mnl_attr_get_type(a) == IFLA_LINK && mnl_attr_validate(a, MNL_TYPE_U32) >= 0)
            out->peer = mnl_attr_get_u32(a);
    }
    bool flags = (i->ifi_flags & IFF_UP) && (i->ifi_flags & FLAG_LOWER_UP);
    out->ifindex = (uint32_t)i->ifi_index;
    out->ready = flags && (oper == OPER_UP || oper == OPER_UNKNOWN);
    return true;
}

bool rtmsg_is_tentative(const struct nlmsghdr *h, bool *failed)
{
    if (h->nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(h) < sizeof(struct ifaddrmsg))
        return false;
    const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
    uint32_t flags = m->ifa_flags;
    const struct nlattr *a;
    NETLINK_ATTR_FOR_EACH(a, h, sizeof *m)
    {
        if (mnl_attr_get_type(a) == IFA_FLAGS && mnl_attr_validate(a, MNL_TYPE_U32) >= 0)
            flags = mnl_attr_get_u32(a);
    }
    *failed = (flags & IFA_F_DADFAILED) != 0;
    return (flags & IFA_F_TENTATIVE) != 0;
}
