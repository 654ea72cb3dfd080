/* SPDX-License-Identifier: BSD-2-Clause */
/* observe_read: dumps through libnl-route-3's caches, and its objects as plain values.
 *
 * The caches are filled by requests of our own and nl_cache_pickup_checkdup(): nl_cache_refill()
 * would begin an interrupted dump anew for ever, and cannot ask for another namespace. Routes pass
 * through none: to libnl two of the same prefix and metric are one, whatever their next hops. */
#include "kernel/observe_read.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* Larger than any message of rtnetlink's dumps (NLMSG_GOODSIZE, at most 32 KiB). */
#define RECEIVE_BYTES 65536

int observe_errno(int nle)
{
    static const struct {
        int nle, num;
    } known[] = {
        {NLE_PERM, EPERM},   {NLE_NOACCESS, EACCES},      {NLE_NOMEM, ENOBUFS},
        {NLE_NODEV, ENODEV}, {NLE_OBJ_NOTFOUND, ENOENT},  {NLE_INVAL, EINVAL},
        {NLE_BUSY, EBUSY},   {NLE_INTR, EINTR},           {NLE_AGAIN, EAGAIN},
        {NLE_EXIST, EEXIST}, {NLE_OPNOTSUPP, EOPNOTSUPP}, {NLE_DUMP_INTR, EINTR},
        {NLE_RANGE, ERANGE}, {NLE_MSG_TRUNC, EMSGSIZE},
    };
    int abs_nle = nle < 0 ? -nle : nle;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (known[i].nle == abs_nle)
            return -known[i].num;
    return nle ? -EIO : 0;
}

void *observe_must(void *p)
{
    if (!p)
        abort(); /* libnl found no memory */
    return p;
}

int observe_socket(struct nl_sock **out, struct err *e)
{
    struct nl_sock *sk = observe_must(nl_socket_alloc());
    errno = 0;
    int r = nl_connect(sk, NETLINK_ROUTE);
    /* libnl has no word for too many open files. */
    int num = errno == EMFILE || errno == ENFILE ? errno : -observe_errno(r);
    if (r < 0) {
        nl_socket_free(sk);
        return err_set(e, num, "cannot open a netlink socket to read: %s", nl_geterror(r));
    }
    static const int on = 1;
    /* The kernel answers at once; should it ever not, an error is better than waiting for ever. */
    static const struct timeval patience = {.tv_sec = 10};
    setsockopt(nl_socket_get_fd(sk), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
    nl_socket_disable_auto_ack(sk);
    nl_socket_disable_msg_peek(sk);
    nl_socket_set_msg_buf_size(sk, RECEIVE_BYTES);
    *out = sk;
    return 0;
}

/* --- one answer ------------------------------------------------------------------------------- */

struct ask {
    observe_answer_fn *fn;
    void *ctx;
};

static int on_answer(struct nl_msg *msg, void *ctx)
{
    const struct ask *a = ctx;
    a->fn(msg, a->ctx);
    return NL_OK;
}

int observe_ask(struct nl_sock *sk, struct nl_msg *request, observe_answer_fn *fn, void *ctx)
{
    struct ask a = {.fn = fn, .ctx = ctx};
    struct nl_cb *cb = observe_must(nl_cb_alloc(NL_CB_DEFAULT));
    nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_answer, &a);
    int r = nl_send_auto(sk, request);
    nlmsg_free(request);
    if (r >= 0)
        r = nl_recvmsgs(sk, cb);
    nl_cb_put(cb);
    return r < 0 ? observe_errno(r) : 0;
}

static void nsid_answer(struct nl_msg *answer, void *ctx)
{
    int32_t *nsid = ctx;
    const struct nlattr *a =
        nlmsg_find_attr(nlmsg_hdr(answer), sizeof(struct rtgenmsg), NETNSA_NSID);
    if (a && nla_len(a) == sizeof *nsid)
        *nsid = nla_get_s32(a);
}

static int ask_nsid(struct nl_sock *sk, int32_t in, int attr, uint32_t value, int32_t *nsid)
{
    struct rtgenmsg head = {.rtgen_family = AF_UNSPEC};
    struct nl_msg *m = observe_must(nlmsg_alloc_simple(RTM_GETNSID, 0));
    nlmsg_append(m, &head, sizeof head, NLMSG_ALIGNTO);
    nla_put_u32(m, attr, value);
    if (in != OBSERVE_NSID_OWN)
        nla_put_s32(m, NETNSA_TARGET_NSID, in);
    *nsid = OBSERVE_NSID_NONE;
    return observe_ask(sk, m, nsid_answer, nsid);
}

int observe_nsid_of_pid(struct nl_sock *sk, pid_t pid, int32_t *nsid)
{
    return ask_nsid(sk, OBSERVE_NSID_OWN, NETNSA_PID, (uint32_t)pid, nsid);
}

int observe_nsid_of_fd(struct nl_sock *sk, int netns_fd, int32_t *nsid)
{
    return ask_nsid(sk, OBSERVE_NSID_OWN, NETNSA_FD, (uint32_t)netns_fd, nsid);
}

int observe_nsid_in(struct nl_sock *sk, int32_t in, int attr, int32_t value, int32_t *nsid)
{
    return ask_nsid(sk, in, attr, (uint32_t)value, nsid);
}

/* --- dumps ------------------------------------------------------------------------------------ */

/* Other names, from the messages themselves. */
struct seen {
    struct snap_if *item; /* owned; of each only index and altnames */
    size_t count, room;
};

static int on_message(struct nl_msg *msg, void *ctx)
{
    struct seen *s = ctx;
    struct nlmsghdr *h = nlmsg_hdr(msg);
    struct snap_if one = {0};
    if (h->nlmsg_type != RTM_NEWLINK || nlmsg_datalen(h) < (int)sizeof(struct ifinfomsg))
        return NL_OK;
    observe_link_altnames(h, &one);
    if (!one.altnames[0])
        return NL_OK;
    one.index = (uint32_t)((const struct ifinfomsg *)nlmsg_data(h))->ifi_index;
    mem_grow(&s->item, &s->room, s->count, sizeof *s->item);
    s->item[s->count++] = one;
    return NL_OK;
}

static void put_altnames(const struct seen *s, struct snap_node *n)
{
    for (size_t k = 0; k < s->count; k++) {
        struct snap_if *i = (struct snap_if *)snap_if_by_index(n, s->item[k].index);
        if (i)
            memcpy(i->altnames, s->item[k].altnames, sizeof i->altnames);
    }
}

struct dump {
    const char *cache; /* libnl's name of it; NULL: none */
    const char *what;  /* ours, for the error */
    int type;          /* RTM_GET* */
    size_t head_size;  /* of the zeroed family header */
    int target;        /* attribute for another namespace */
    void (*take)(struct nl_object *o, void *node);
};

/* -errno; `e` says why. */
static int tell_failure(const struct dump *d, int nle, struct err *e)
{
    return err_set(e, -observe_errno(nle), "cannot read the %s: %s", d->what, nl_geterror(nle));
}

static int request_dump(struct nl_sock *sk, const struct dump *d, int32_t nsid)
{
    static const char zeros[64];
    struct nl_msg *m = observe_must(nlmsg_alloc_simple(d->type, NLM_F_DUMP));
    nlmsg_append(m, (void *)(uintptr_t)zeros, d->head_size, NLMSG_ALIGNTO);
    if (nsid != OBSERVE_NSID_OWN)
        nla_put_s32(m, d->target, nsid);
    int r = nl_send_auto(sk, m);
    nlmsg_free(m);
    return r;
}

static int dump_into(struct nl_sock *sk, const struct dump *d, int32_t nsid, struct snap_node *n,
                     struct err *e)
{
    struct nl_cache *cache = NULL;
    int r = nl_cache_alloc_name(d->cache, &cache);
    for (int i = 0; r == 0 && i < OBSERVE_DUMPS_MAX; i++) {
        nl_cache_clear(cache);
        r = request_dump(sk, d, nsid);
        if (r >= 0)
            r = nl_cache_pickup_checkdup(sk, cache);
        if (r != -NLE_DUMP_INTR)
            break;
        n->incomplete |= i == OBSERVE_DUMPS_MAX - 1;
        r = 0;
    }
    if (r == 0)
        nl_cache_foreach(cache, d->take, n);
    nl_cache_free(cache);
    return r < 0 ? tell_failure(d, r, e) : 0;
}

/* --- values ----------------------------------------------------------------------------------- */

static bool ip_value(struct nl_addr *from, struct ip_prefix *to)
{
    *to = (struct ip_prefix){0};
    int family = from ? nl_addr_get_family(from) : AF_UNSPEC;
    if (family != AF_INET && family != AF_INET6)
        return false;
    size_t len = nl_addr_get_len(from);
    to->addr.family = (sa_family_t)family;
    memcpy(to->addr.byte, nl_addr_get_binary_addr(from), len > 16 ? 16 : len);
    to->len = (uint8_t)nl_addr_get_prefixlen(from);
    return true;
}

static bool mac_value(struct nl_addr *from, uint8_t to[MAC_LEN])
{
    if (!from || nl_addr_get_len(from) != MAC_LEN)
        return false;
    memcpy(to, nl_addr_get_binary_addr(from), MAC_LEN);
    return true;
}

static void stats_value(struct rtnl_link *l, struct snap_stats *s)
{
    s->rx_bytes = rtnl_link_get_stat(l, RTNL_LINK_RX_BYTES);
    s->rx_packets = rtnl_link_get_stat(l, RTNL_LINK_RX_PACKETS);
    s->rx_errors = rtnl_link_get_stat(l, RTNL_LINK_RX_ERRORS);
    s->rx_dropped = rtnl_link_get_stat(l, RTNL_LINK_RX_DROPPED);
    s->tx_bytes = rtnl_link_get_stat(l, RTNL_LINK_TX_BYTES);
    s->tx_packets = rtnl_link_get_stat(l, RTNL_LINK_TX_PACKETS);
    s->tx_errors = rtnl_link_get_stat(l, RTNL_LINK_TX_ERRORS);
    s->tx_dropped = rtnl_link_get_stat(l, RTNL_LINK_TX_DROPPED);
}

static void string_value(char *to, size_t size, const char *from)
{
    strncpy(to, from ? from : "", size - 1);
    to[size - 1] = '\0';
}

void observe_link_value(struct rtnl_link *l, struct snap_if *out)
{
    int32_t nsid;
    out->index = (uint32_t)rtnl_link_get_ifindex(l);
    string_value(out->name, sizeof out->name, rtnl_link_get_name(l));
    string_value(out->kind, sizeof out->kind, rtnl_link_get_type(l));
    out->flags = rtnl_link_get_flags(l);
    out->operstate = rtnl_link_get_operstate(l);
    out->carrier = rtnl_link_get_carrier(l) != 0;
    out->has_mac = mac_value(rtnl_link_get_addr(l), out->mac);
    out->has_broadcast = mac_value(rtnl_link_get_broadcast(l), out->broadcast);
    out->type = (uint16_t)rtnl_link_get_arptype(l);
    string_value(out->qdisc, sizeof out->qdisc, rtnl_link_get_qdisc(l));
    out->group = rtnl_link_get_group(l);
    out->txqlen = rtnl_link_get_txqlen(l);
    out->linkmode = rtnl_link_get_linkmode(l);
    out->mtu = rtnl_link_get_mtu(l);
    out->master = (uint32_t)rtnl_link_get_master(l);
    out->peer_index = (uint32_t)rtnl_link_get_link(l);
    out->peer_nsid = rtnl_link_get_link_netnsid(l, &nsid) == 0 ? nsid : OBSERVE_NSID_NONE;
    out->peer_node = SNAP_NODE_NONE;
    out->alias = mem_strdup(rtnl_link_get_ifalias(l));
    stats_value(l, &out->stats);
}

/* IFLA_PROP_LIST holds IFLA_ALT_IFNAME as often as there are names. */
void observe_link_altnames(struct nlmsghdr *h, struct snap_if *out)
{
    const struct nlattr *list = nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_PROP_LIST);
    const struct nlattr *a;
    size_t len = 0;
    int left;
    out->altnames[0] = '\0';
    if (!list)
        return;
    nla_for_each_nested(a, list, left)
    {
        if (nla_type(a) != IFLA_ALT_IFNAME || nla_len(a) <= 0)
            continue;
        const char *name = nla_data(a);
        size_t size = strnlen(name, (size_t)nla_len(a));
        if (len + size + 2 > sizeof out->altnames)
            return;
        memcpy(out->altnames + len, name, size);
        len += size;
        memcpy(out->altnames + len++, "\n", 2);
    }
}

static void other_ends(struct rtnl_addr *a, struct snap_addr *out)
{
    struct ip_prefix p;
    out->peer = out->broadcast = (struct ip_addr){.family = AF_UNSPEC};
    if (ip_value(rtnl_addr_get_peer(a), &p) && ip_addr_cmp(&p.addr, &out->prefix.addr) != 0)
        out->peer = p.addr;
    if (ip_value(rtnl_addr_get_broadcast(a), &p))
        out->broadcast = p.addr;
}

void observe_addr_value(struct rtnl_addr *a, struct snap_addr *out)
{
    ip_value(rtnl_addr_get_local(a), &out->prefix);
    other_ends(a, out);
    string_value(out->label, sizeof out->label, rtnl_addr_get_label(a));
    out->valid_s = rtnl_addr_get_valid_lifetime(a);
    out->preferred_s = rtnl_addr_get_preferred_lifetime(a);
    bool forever = out->valid_s == SNAP_FOREVER && out->preferred_s == SNAP_FOREVER;
    out->read_ns = forever ? 0 : clock_mono_ns();
    /* Of a point-to-point address the length belongs to the peer's prefix. */
    out->prefix.len = (uint8_t)rtnl_addr_get_prefixlen(a);
    out->flags = rtnl_addr_get_flags(a);
    out->scope = (uint8_t)rtnl_addr_get_scope(a);
}

static void take_link(struct nl_object *o, void *node)
{
    observe_link_value((struct rtnl_link *)o, snap_node_add_if(node));
}

static void take_addr(struct nl_object *o, void *node)
{
    struct rtnl_addr *a = (struct rtnl_addr *)o;
    struct snap_if *i =
        (struct snap_if *)snap_if_by_index(node, (uint32_t)rtnl_addr_get_ifindex(a));
    if (i) /* else it is younger than the list of links */
        observe_addr_value(a, snap_if_add_addr(i));
}

static void add_route(struct rtnl_route *r, int at, int hops, struct snap_node *n)
{
    struct rtnl_nexthop *hop = hops ? rtnl_route_nexthop_n(r, at) : NULL;
    struct ip_prefix p;
    struct snap_route *out = snap_node_add_route(n);
    if (!ip_value(rtnl_route_get_dst(r), &out->to))
        out->to.addr.family = rtnl_route_get_family(r);
    if (hop && ip_value(rtnl_route_nh_get_gateway(hop), &p))
        out->via = p.addr;
    if (ip_value(rtnl_route_get_pref_src(r), &p))
        out->src = p.addr;
    out->ifindex = hop ? (uint32_t)rtnl_route_nh_get_ifindex(hop) : 0;
    out->flags = hop ? rtnl_route_nh_get_flags(hop) : 0;
    out->metric = rtnl_route_get_priority(r);
    out->table = rtnl_route_get_table(r);
    out->protocol = rtnl_route_get_protocol(r);
    out->type = rtnl_route_get_type(r);
    out->scope = rtnl_route_get_scope(r);
    out->tos = (uint8_t)rtnl_route_get_tos(r);
    out->hop = (uint16_t)at;
    out->hops = (uint16_t)hops;
    out->weight = hop ? rtnl_route_nh_get_weight(hop) : 0;
}

/* As `ip route` prints them. */
void observe_route_values(struct rtnl_route *r, struct snap_node *out)
{
    int hops = rtnl_route_get_nnexthops(r);
    if (rtnl_route_get_flags(r) & RTM_F_CLONED)
        return;
    if (hops == 0)
        add_route(r, 0, 0, out);
    for (int i = 0; i < hops; i++)
        add_route(r, i, hops, out);
}

static int on_route(struct nl_msg *msg, void *node)
{
    struct rtnl_route *route = NULL;
    if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWROUTE)
        return NL_OK;
    int r = rtnl_route_parse(nlmsg_hdr(msg), &route);
    if (r < 0)
        return r;
    observe_route_values(route, node);
    rtnl_route_put(route);
    return NL_OK;
}

static void take_neigh(struct nl_object *o, void *node)
{
    struct rtnl_neigh *x = (struct rtnl_neigh *)o;
    struct ip_prefix p;
    if (rtnl_neigh_get_state(x) == NUD_NOARP || !ip_value(rtnl_neigh_get_dst(x), &p))
        return;
    struct snap_neigh *out = snap_node_add_neigh(node);
    out->addr = p.addr;
    out->ifindex = (uint32_t)rtnl_neigh_get_ifindex(x);
    int state = rtnl_neigh_get_state(x);
    out->state = state < 0 ? 0 : (uint16_t)state;
    out->has_mac = mac_value(rtnl_neigh_get_lladdr(x), out->mac);
}

static const struct dump links = {
    "route/link", "links", RTM_GETLINK, sizeof(struct ifinfomsg), IFLA_TARGET_NETNSID, take_link};
static const struct dump addrs = {"route/addr",       "addresses",
                                  RTM_GETADDR,        sizeof(struct ifaddrmsg),
                                  IFA_TARGET_NETNSID, take_addr};
static const struct dump routes = {NULL, "routes", RTM_GETROUTE, sizeof(struct rtmsg), 0, NULL};
static const struct dump neighs = {
    "route/neigh", "neighbours", RTM_GETNEIGH, sizeof(struct ndmsg), 0, take_neigh};

static int by_index(const void *a, const void *b)
{
    const struct snap_if *x = a, *y = b;
    return x->index < y->index ? -1 : x->index > y->index;
}

int observe_links(struct nl_sock *sk, int32_t nsid, struct snap_node *n, struct err *e)
{
    struct seen seen = {0};
    nl_socket_modify_cb(sk, NL_CB_MSG_IN, NL_CB_CUSTOM, on_message, &seen);
    int r = dump_into(sk, &links, nsid, n, e);
    nl_socket_modify_cb(sk, NL_CB_MSG_IN, NL_CB_DEFAULT, NULL, NULL);
    put_altnames(&seen, n);
    free(seen.item);
    if (n->ifs) /* kernels before 6.7 list them by a hash of the index */
        qsort(n->iface, n->ifs, sizeof *n->iface, by_index);
    return r;
}

int observe_addrs(struct nl_sock *sk, int32_t nsid, struct snap_node *n, struct err *e)
{
    return dump_into(sk, &addrs, nsid, n, e);
}

int observe_routes(struct nl_sock *sk, struct snap_node *n, struct err *e)
{
    struct nl_cb *cb = observe_must(nl_cb_alloc(NL_CB_DEFAULT));
    size_t before = n->routes;
    nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_route, n);
    int r = -NLE_DUMP_INTR;
    for (int i = 0; r == -NLE_DUMP_INTR && i < OBSERVE_DUMPS_MAX; i++) {
        n->routes = before;
        r = request_dump(sk, &routes, OBSERVE_NSID_OWN);
        if (r >= 0)
            r = nl_recvmsgs(sk, cb);
    }
    nl_cb_put(cb);
    n->incomplete |= r == -NLE_DUMP_INTR;
    return r < 0 && r != -NLE_DUMP_INTR ? tell_failure(&routes, r, e) : 0;
}

int observe_neighs(struct nl_sock *sk, struct snap_node *n, struct err *e)
{
    return dump_into(sk, &neighs, OBSERVE_NSID_OWN, n, e);
}
