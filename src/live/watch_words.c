/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_words: see the header. */
#include "live/watch_words.h"

#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

static void add_name(const struct snap_if *i, struct buf *out)
{
    text_clean(out, i->name, strlen(i->name));
}

static void add_node(const struct watch_event *ev, int node, struct buf *out)
{
    const char *name = ev->snap->node[node].name;
    text_clean(out, name, strlen(name));
}

static const struct snap_if *peer_of(const struct watch_event *ev, const struct snap_if *i)
{
    if (!i->peer_index || i->peer_node < 0 || (size_t)i->peer_node >= ev->snap->nodes)
        return NULL;
    return snap_if_by_index(&ev->snap->node[i->peer_node], i->peer_index);
}

/* "ve2 in terminal1", or "ve2" where that is the same node. */
static void add_peer(const struct watch_event *ev, const struct snap_if *peer, int node,
                     struct buf *out)
{
    add_name(peer, out);
    if (node == ev->node)
        return;
    buf_adds(out, " in ");
    add_node(ev, node, out);
}

/* A bridge has carrier while one of its ports has. */
static bool is_bridge_without(const struct watch_event *ev)
{
    const struct snap_node *n = &ev->snap->node[ev->node];
    for (size_t k = 0; k < n->ifs; k++)
        if (n->iface[k].master == ev->iface->index && n->iface[k].carrier)
            return false;
    return strcmp(ev->iface->kind, "bridge") == 0;
}

/* Why carrier was lost or found, where the snapshot tells. */
static void add_cause(const struct watch_event *ev, struct buf *out)
{
    const struct snap_if *i = ev->iface, *peer = peer_of(ev, i);
    bool peer_up = peer && peer->flags & IFF_UP;
    if (!(i->flags & IFF_UP))
        return;
    if (!i->carrier && is_bridge_without(ev))
        buf_adds(out, " because none of its ports has carrier");
    if (!peer || peer_up != i->carrier)
        return;
    buf_adds(out, i->carrier ? ": its peer " : " because its peer ");
    add_peer(ev, peer, i->peer_node, out);
    buf_adds(out, i->carrier ? " is up" : peer->going ? " is being deleted" : " was set down");
}

static void words_name(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, " has a new name");
}

/* Set up while its other end is down: then there is no carrier to be found or lost. */
static const struct snap_if *peer_that_is_down(const struct watch_event *ev)
{
    const struct snap_if *i = ev->iface, *peer = peer_of(ev, i);
    bool set_up = ev->changed & WATCH_ADMIN && i->flags & IFF_UP;
    return set_up && !i->carrier && peer && !(peer->flags & IFF_UP) ? peer : NULL;
}

static bool has_ended(const struct watch_event *ev, int node)
{
    return node >= 0 && (size_t)node < ev->snap->nodes && ev->snap->node[node].gone;
}

/* Nobody set it down: the kernel did, since it deletes it. */
static void words_going(const struct watch_event *ev, struct buf *out)
{
    const struct snap_if *i = ev->iface, *peer = peer_of(ev, i);
    buf_adds(out, " goes down");
    if (i->peer_node != ev->node && has_ended(ev, i->peer_node)) {
        buf_adds(out, " because its peer went with node ");
        add_node(ev, i->peer_node, out);
    } else if (peer && peer->going) {
        buf_adds(out, " with its peer ");
        add_peer(ev, peer, i->peer_node, out);
        buf_adds(out, ": both are being deleted");
    } else {
        buf_adds(out, ": it is being deleted");
    }
}

static void words_admin(const struct watch_event *ev, struct buf *out)
{
    const struct snap_if *i = ev->iface, *peer = peer_that_is_down(ev);
    if (i->going) {
        words_going(ev, out);
        return;
    }
    buf_adds(out, i->flags & IFF_UP ? " was set up" : " was set down");
    if (i->flags & IFF_UP && i->carrier && ev->changed & WATCH_CARRIER) {
        buf_adds(out, ", has carrier");
        add_cause(ev, out);
    }
    if (!peer)
        return;
    buf_adds(out, ", no carrier: its peer ");
    add_peer(ev, peer, ev->iface->peer_node, out);
    buf_adds(out, " is down");
}

static void words_carrier(const struct watch_event *ev, struct buf *out)
{
    buf_adds(out, ev->iface->carrier ? " has carrier" : " lost carrier");
    add_cause(ev, out);
}

static void words_mac(const struct watch_event *ev, struct buf *out)
{
    char now[MAC_TEXT_MAX], was[MAC_TEXT_MAX];
    buf_printf(out, " has the address %s (was %s)",
               ev->iface->has_mac ? mac_format(ev->iface->mac, now) : "no more",
               ev->before->has_mac ? mac_format(ev->before->mac, was) : "none");
}

static void words_mtu(const struct watch_event *ev, struct buf *out)
{
    buf_printf(out, " has MTU %" PRIu32 " (was %" PRIu32 ")", ev->iface->mtu, ev->before->mtu);
}

static void add_master(const struct watch_event *ev, uint32_t index, struct buf *out)
{
    const struct snap_if *m = snap_if_by_index(&ev->snap->node[ev->node], index);
    if (m)
        add_name(m, out);
    else
        buf_adds(out, "its bridge"); /* which is gone already */
}

static void words_master(const struct watch_event *ev, struct buf *out)
{
    if (ev->before->master) {
        buf_adds(out, " left ");
        add_master(ev, ev->before->master, out);
    }
    if (ev->iface->master) {
        buf_adds(out, ev->before->master ? " and joined " : " joined ");
        add_master(ev, ev->iface->master, out);
    }
}

static void words_peer(const struct watch_event *ev, struct buf *out)
{
    const struct snap_if *peer = peer_of(ev, ev->iface);
    bool known = peer_of(ev, ev->before);
    buf_adds(out, peer && !known          ? " is linked with "
                  : ev->iface->peer_index ? " has another peer"
                                          : " has no peer any more");
    if (!peer)
        return;
    buf_adds(out, known ? ": " : "");
    add_peer(ev, peer, ev->iface->peer_node, out);
}

static void words_alias(const struct watch_event *ev, struct buf *out)
{
    _cleanup_free_ char *now = text_clean_dup(ev->iface->alias);
    _cleanup_free_ char *was = text_clean_dup(ev->before->alias);
    if (*now)
        buf_printf(out, " has the alias \"%s\"", now);
    else
        buf_adds(out, " has no alias any more");
    if (*was)
        buf_printf(out, " (was \"%s\")", was);
}

/* The names of net/if.h, as ip(8) prints them. */
static void add_flags(uint32_t flags, struct buf *out)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } names[] = {
        {IFF_BROADCAST, "BROADCAST"}, {IFF_LOOPBACK, "LOOPBACK"}, {IFF_POINTOPOINT, "POINTOPOINT"},
        {IFF_NOARP, "NOARP"},         {IFF_PROMISC, "PROMISC"},   {IFF_ALLMULTI, "ALLMULTI"},
        {IFF_MASTER, "MASTER"},       {IFF_SLAVE, "SLAVE"},       {IFF_MULTICAST, "MULTICAST"},
        {IFF_DYNAMIC, "DYNAMIC"},
    };
    const char *between = "";
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!(flags & names[i].bit))
            continue;
        buf_printf(out, "%s%s", between, names[i].name);
        between = ",";
        flags &= ~names[i].bit;
    }
    if (flags)
        buf_printf(out, "%s0x%" PRIx32, between, flags);
}

static void words_flags(const struct watch_event *ev, struct buf *out)
{
    const uint32_t told_apart = IFF_UP | IFF_RUNNING | (1u << 16); /* IFF_LOWER_UP, linux/if.h */
    uint32_t now = ev->iface->flags & ~told_apart, was = ev->before->flags & ~told_apart;
    if (now & ~was) {
        buf_adds(out, " is now ");
        add_flags(now & ~was, out);
    }
    if (was & ~now) {
        buf_adds(out, now & ~was ? " and no longer " : " is no longer ");
        add_flags(was & ~now, out);
    }
}

static void words_qdisc(const struct watch_event *ev, struct buf *out)
{
    const char *now = ev->iface->qdisc, *was = ev->before->qdisc;
    buf_adds(out, " has the queueing discipline ");
    text_clean(out, now, strlen(now));
    buf_adds(out, " (was ");
    text_clean(out, was, strlen(was));
    buf_adds(out, ")");
}

static const char *state_word(uint8_t operstate)
{
    static const char *const words[] = {"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN",
                                        "TESTING", "DORMANT",    "UP"};
    return operstate < ARRAY_LEN(words) ? words[operstate] : "UNKNOWN";
}

static void words_operstate(const struct watch_event *ev, struct buf *out)
{
    buf_printf(out, " is in state %s (was %s)", state_word(ev->iface->operstate),
               state_word(ev->before->operstate));
}

/* In the order in which they are told; the state only where nothing before has told it. */
static const struct {
    unsigned bit, not_after;
    void (*words)(const struct watch_event *ev, struct buf *out);
} changes[] = {
    {WATCH_NAME, 0, words_name},
    {WATCH_ADMIN, 0, words_admin},
    {WATCH_CARRIER, WATCH_ADMIN, words_carrier},
    {WATCH_OPERSTATE, WATCH_ADMIN | WATCH_CARRIER, words_operstate},
    {WATCH_MTU, 0, words_mtu},
    {WATCH_MAC, 0, words_mac},
    {WATCH_MASTER, 0, words_master},
    {WATCH_PEER, 0, words_peer},
    {WATCH_ALIAS, 0, words_alias},
    {WATCH_FLAGS, 0, words_flags},
    {WATCH_QDISC, 0, words_qdisc},
};

static void words_link_changed(const struct watch_event *ev, struct buf *out)
{
    bool first = true;
    add_name(ev->before, out);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        if (!(ev->changed & changes[i].bit) || ev->changed & changes[i].not_after ||
            (changes[i].bit == WATCH_PEER && peer_that_is_down(ev))) /* it is told already */
            continue;
        buf_adds(out, first ? "" : ",");
        first = false;
        changes[i].words(ev, out);
        if (changes[i].bit == WATCH_NAME) {
            buf_adds(out, ": ");
            add_name(ev->iface, out);
        }
    }
}

static void words_link_added(const struct watch_event *ev, struct buf *out)
{
    add_name(ev->iface, out);
    buf_adds(out, " appeared");
}

static void words_moved(const struct watch_event *ev, struct buf *out)
{
    if (ev->moved_to < 0 || (size_t)ev->moved_to >= ev->snap->nodes) {
        buf_adds(out, " was moved to another network namespace");
        return;
    }
    buf_adds(out, " was moved to ");
    add_node(ev, ev->moved_to, out);
}

/* An end of a veth takes the other one with it: that which somebody deleted is told first, and
 * still finds the other in the snapshot. */
static void words_link_removed(const struct watch_event *ev, struct buf *out)
{
    const struct snap_if *was = ev->before;
    int other = was->peer_node;
    bool is_veth = strcmp(was->kind, "veth") == 0;
    add_name(was, out);
    if (ev->how == WATCH_MOVED) {
        words_moved(ev, out);
    } else if (is_veth && other != ev->node && has_ended(ev, other)) {
        buf_adds(out, " disappeared because node ");
        add_node(ev, other, out);
        buf_adds(out, " ended");
    } else if (ev->peer_name) {
        buf_adds(out, " disappeared with its peer ");
        text_clean(out, ev->peer_name, strlen(ev->peer_name));
        if (other == ev->node || other < 0 || (size_t)other >= ev->snap->nodes)
            return;
        buf_adds(out, " in ");
        add_node(ev, other, out);
    } else {
        bool by_hand = is_veth ? peer_of(ev, was) != NULL : strcmp(was->kind, "bridge") == 0;
        buf_adds(out, by_hand && ev->how == WATCH_DELETED ? " was deleted" : " disappeared");
    }
}

/* What an address that changed is now, and how it came to it. */
static void add_addr_change(const struct watch_event *ev, const char *text, struct buf *out)
{
    uint32_t now = ev->addr->flags, was = ev->addr_before->flags;
    if (now & IFA_F_DADFAILED)
        buf_printf(out, ": %s is a duplicate: another here has it", text);
    else if (was & IFA_F_TENTATIVE && !(now & IFA_F_TENTATIVE))
        buf_printf(out, ": %s can be used now, nobody else has it", text);
    else if (now & ~was & IFA_F_TENTATIVE)
        buf_printf(out, ": %s is tentative: it is looked whether another has it", text);
    else if ((now ^ was) & IFA_F_DEPRECATED)
        buf_printf(out, now & IFA_F_DEPRECATED ? ": %s is deprecated" : ": %s is preferred again",
                   text);
    else
        buf_printf(out, ": %s changed", text);
}

static void words_addr(const struct watch_event *ev, struct buf *out)
{
    char text[IP_TEXT_MAX];
    add_name(ev->iface, out);
    if (!ev->addr) {
        buf_printf(out, " lost %s", ip_prefix_format(&ev->addr_before->prefix, text));
        if (ev->iface->going)
            buf_adds(out, " because it is being deleted");
        else if (ev->fell)
            buf_adds(out, " because it was set down");
        return;
    }
    ip_prefix_format(&ev->addr->prefix, text);
    if (ev->addr_before) {
        add_addr_change(ev, text, out);
        return;
    }
    buf_printf(out, " got %s", text);
    if (ev->addr->flags & IFA_F_DADFAILED)
        buf_adds(out, ", a duplicate: another here has it");
    else if (ev->addr->flags & IFA_F_TENTATIVE)
        buf_adds(out, ", tentative: it is looked whether another has it");
}

static const char *route_type(uint8_t type)
{
    return type == RTN_BLACKHOLE     ? "blackhole "
           : type == RTN_UNREACHABLE ? "unreachable "
           : type == RTN_PROHIBIT    ? "prohibit "
           : type == RTN_THROW       ? "throw "
                                     : "";
}

/* As `ip route` prints it, but for what is as usual. */
static void add_route(const struct watch_event *ev, struct buf *out)
{
    const struct snap_route *r = ev->route;
    char to[IP_TEXT_MAX], via[IP_TEXT_MAX], src[IP_TEXT_MAX];
    bool all = r->to.len == 0;
    buf_printf(out, "%s%s", route_type(r->type), all ? "default" : ip_prefix_format(&r->to, to));
    if (ip_addr_len(&r->via))
        buf_printf(out, " via %s", ip_addr_format(&r->via, via));
    if (ev->iface && r->type == RTN_UNICAST) {
        buf_adds(out, " dev ");
        add_name(ev->iface, out);
    }
    if (ip_addr_len(&r->src))
        buf_printf(out, " src %s", ip_addr_format(&r->src, src));
    if (r->metric && !(r->metric == 1024 && r->to.addr.family == AF_INET6))
        buf_printf(out, " metric %" PRIu32, r->metric);
    if (r->table != RT_TABLE_MAIN)
        buf_printf(out, " table %" PRIu32, r->table);
}

static void words_route(const struct watch_event *ev, struct buf *out)
{
    char text[IP_TEXT_MAX];
    add_route(ev, out);
    if (ev->what == WATCH_ROUTE_ADDED) {
        buf_adds(out, " was added");
        return;
    }
    buf_adds(out, " was removed");
    if (ev->addr_before) {
        buf_printf(out, " because %s is gone", ip_addr_format(&ev->addr_before->prefix.addr, text));
    } else if (ev->iface && !(ev->iface->flags & IFF_UP)) {
        buf_adds(out, " because ");
        add_name(ev->iface, out);
        buf_adds(out, ev->iface->going ? " is being deleted" : " was set down");
    } else if (!ev->iface && ev->route->ifindex) {
        buf_adds(out, " with its interface");
    }
}

static void words_node_gone(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, "the node ended: its first process is gone");
}

static void words_node_came(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, "has come");
}

static void words_node_again(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, "is there again");
}

static void words_lab_gone(const struct watch_event *ev, struct buf *out)
{
    const char *name = ev->snap->lab ? ev->snap->lab : "";
    buf_adds(out, "lab ");
    text_clean(out, name, strlen(name));
    buf_adds(out, " ended");
}

static void words_resynced(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, "events were lost; all was read again, and what follows are the differences");
}

static void words_stats(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, "counters were read");
}

static const struct {
    const char *name;
    void (*words)(const struct watch_event *ev, struct buf *out);
} whats[] = {
    [WATCH_LINK_ADDED] = {"link-added", words_link_added},
    [WATCH_LINK_CHANGED] = {"link-changed", words_link_changed},
    [WATCH_LINK_REMOVED] = {"link-removed", words_link_removed},
    [WATCH_ADDR_ADDED] = {"address-added", words_addr},
    [WATCH_ADDR_CHANGED] = {"address-changed", words_addr},
    [WATCH_ADDR_REMOVED] = {"address-removed", words_addr},
    [WATCH_ROUTE_ADDED] = {"route-added", words_route},
    [WATCH_ROUTE_REMOVED] = {"route-removed", words_route},
    [WATCH_NODE_GONE] = {"node-gone", words_node_gone},
    [WATCH_NODE_CAME] = {"node-came", words_node_came},
    [WATCH_NODE_AGAIN] = {"node-again", words_node_again},
    [WATCH_LAB_GONE] = {"lab-gone", words_lab_gone},
    [WATCH_RESYNCED] = {"resynced", words_resynced},
    [WATCH_STATS] = {"counters", words_stats},
};
_Static_assert(ARRAY_LEN(whats) == WATCH_WHAT_COUNT, "one entry for each kind of event");

void watch_words(const struct watch_event *ev, struct buf *out)
{
    whats[ev->what].words(ev, out);
}

const char *watch_what_name(enum watch_what what)
{
    return whats[what].name;
}

bool watch_words_implied(const struct watch_event *ev)
{
    const struct snap_if *i = ev->iface;
    if (ev->what != WATCH_LINK_CHANGED || ev->changed != WATCH_OPERSTATE)
        return false;
    uint8_t now = i->operstate, was = ev->before->operstate;
    bool told_apart = now == IF_OPER_TESTING || now == IF_OPER_DORMANT || was == IF_OPER_TESTING ||
                      was == IF_OPER_DORMANT;
    bool up = now == IF_OPER_UP || now == IF_OPER_UNKNOWN;
    return !told_apart && up == (i->flags & IFF_UP && i->carrier);
}
