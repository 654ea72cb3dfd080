/* SPDX-License-Identifier: BSD-2-Clause */
/* iptext: see the header. Where ip(8) ends a line with a blank, so does this. */
#include "view/iptext.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

struct bit {
    uint32_t bit;
    const char *word;
};

struct word {
    int value;
    const char *word;
};

/* The word, or else the number. */
static void add_word(struct buf *out, const struct word *words, size_t count, int value)
{
    for (size_t k = 0; k < count; k++)
        if (words[k].value == value) {
            buf_adds(out, words[k].word);
            return;
        }
    buf_printf(out, "%d", value);
}

/* --- a link ----------------------------------------------------------------------------------- */

/* In the order of print_link_flags() in ip/ipaddress.c. */
static const struct bit link_flags[] = {
    {IFF_LOOPBACK, "LOOPBACK"},   {IFF_BROADCAST, "BROADCAST"},   {IFF_POINTOPOINT, "POINTOPOINT"},
    {IFF_MULTICAST, "MULTICAST"}, {IFF_NOARP, "NOARP"},           {IFF_ALLMULTI, "ALLMULTI"},
    {IFF_PROMISC, "PROMISC"},     {IFF_MASTER, "MASTER"},         {IFF_SLAVE, "SLAVE"},
    {IFF_DEBUG, "DEBUG"},         {IFF_DYNAMIC, "DYNAMIC"},       {IFF_AUTOMEDIA, "AUTOMEDIA"},
    {IFF_PORTSEL, "PORTSEL"},     {IFF_NOTRAILERS, "NOTRAILERS"}, {IFF_UP, "UP"},
    {IFF_LOWER_UP, "LOWER_UP"},   {IFF_DORMANT, "DORMANT"},       {IFF_ECHO, "ECHO"},
};

/* In ether.h's numbers where there is no name of ours for them. */
static const struct word link_types[] = {
    {ARPHRD_ETHER, "ether"}, {ARPHRD_LOOPBACK, "loopback"},
    {ARPHRD_NONE, "none"},   {ARPHRD_PPP, "ppp"},
    {ARPHRD_TUNNEL, "ipip"}, {ARPHRD_TUNNEL6, "tunnel6"},
    {ARPHRD_SIT, "sit"},     {ARPHRD_IPGRE, "gre"},
    {ARPHRD_IP6GRE, "gre6"}, {ARPHRD_INFINIBAND, "infiniband"},
    {ARPHRD_VOID, "void"},
};

static const struct word link_modes[] = {{0, "DEFAULT"}, {1, "DORMANT"}};

static void add_flag(struct buf *out, const char **comma, const char *word)
{
    buf_printf(out, "%s%s", *comma, word);
    *comma = ",";
}

/* Of an end in the same namespace that is set down, ip says M-DOWN. */
static void add_link_flags(const struct snap_if *other, const struct snap_if *i, struct buf *out)
{
    const char *comma = "";
    uint32_t left = i->flags & ~(uint32_t)IFF_RUNNING;
    buf_addc(out, '<');
    if (i->flags & IFF_UP && !(i->flags & IFF_RUNNING))
        add_flag(out, &comma, "NO-CARRIER");
    for (size_t k = 0; k < ARRAY_LEN(link_flags); k++) {
        if (left & link_flags[k].bit)
            add_flag(out, &comma, link_flags[k].word);
        left &= ~link_flags[k].bit;
    }
    if (left)
        buf_printf(out, "%s%" PRIx32, comma, left);
    if (other && !(other->flags & IFF_UP))
        add_flag(out, &comma, "M-DOWN");
    buf_addc(out, '>');
}

static void add_first_line(const struct snap_node *n, const struct snap_if *i, bool with_mode,
                           struct buf *out)
{
    bool here = i->peer_index && i->peer_nsid < 0;
    const struct snap_if *other = here ? snap_if_by_index(n, i->peer_index) : NULL;
    const struct snap_if *master = i->master ? snap_if_by_index(n, i->master) : NULL;
    buf_printf(out, "%" PRIu32 ": %s", i->index, i->name);
    if (other)
        buf_printf(out, "@%s", other->name);
    else if (i->peer_index)
        buf_printf(out, "@if%" PRIu32, i->peer_index);
    buf_adds(out, ": ");
    add_link_flags(other, i, out);
    buf_printf(out, " mtu %" PRIu32 " ", i->mtu);
    if (i->qdisc[0])
        buf_printf(out, "qdisc %s ", i->qdisc);
    if (master)
        buf_printf(out, "master %s ", master->name);
    else if (i->master)
        buf_printf(out, "master if%" PRIu32 " ", i->master);
    buf_printf(out, "state %s ", snap_state_word(i));
    if (with_mode) {
        buf_adds(out, "mode ");
        add_word(out, link_modes, ARRAY_LEN(link_modes), i->linkmode);
        buf_addc(out, ' ');
    }
    buf_adds(out, "group ");
    if (i->group)
        buf_printf(out, "%" PRIu32 " ", i->group);
    else
        buf_adds(out, "default ");
    if (i->txqlen)
        buf_printf(out, "qlen %" PRIu32, i->txqlen);
    buf_addc(out, '\n');
}

static void add_second_line(const struct snap_if *i, struct buf *out)
{
    char mac[MAC_TEXT_MAX];
    buf_adds(out, "    link/");
    add_word(out, link_types, ARRAY_LEN(link_types), i->type);
    buf_addc(out, ' ');
    if (i->has_mac)
        buf_adds(out, mac_format(i->mac, mac));
    if (i->has_mac && i->has_broadcast)
        buf_printf(out, " %s %s", i->flags & IFF_POINTOPOINT ? "peer" : "brd",
                   mac_format(i->broadcast, mac));
    if (i->peer_nsid >= 0)
        buf_printf(out, " link-netnsid %" PRId32, i->peer_nsid);
    buf_addc(out, '\n');
}

static void add_altnames(const struct snap_if *i, struct buf *out)
{
    for (const char *name = i->altnames; *name;) {
        size_t len = strcspn(name, "\n");
        buf_adds(out, "    altname ");
        buf_add(out, name, len);
        buf_addc(out, '\n');
        name += len + (name[len] != '\0');
    }
}

void iptext_link(const struct snap_node *n, const struct snap_if *i, struct buf *out)
{
    add_first_line(n, i, true, out);
    add_second_line(i, out);
    if (i->alias) { /* it may hold newlines */
        buf_adds(out, "    alias ");
        text_clean(out, i->alias, strlen(i->alias));
        buf_addc(out, '\n');
    }
    add_altnames(i, out);
}

/* --- an address ------------------------------------------------------------------------------- */

static const struct word scopes[] = {{RT_SCOPE_UNIVERSE, "global"},
                                     {RT_SCOPE_SITE, "site"},
                                     {RT_SCOPE_LINK, "link"},
                                     {RT_SCOPE_HOST, "host"},
                                     {RT_SCOPE_NOWHERE, "nowhere"}};

/* In the order of ifa_flag_names in ip/ipaddress.c; IFA_F_PERMANENT is told by its absence. */
static const struct bit addr_flags[] = {
    {IFA_F_SECONDARY, "secondary"},       {IFA_F_NODAD, "nodad"},
    {IFA_F_OPTIMISTIC, "optimistic"},     {IFA_F_DADFAILED, "dadfailed"},
    {IFA_F_HOMEADDRESS, "home"},          {IFA_F_DEPRECATED, "deprecated"},
    {IFA_F_TENTATIVE, "tentative"},       {IFA_F_PERMANENT, "permanent"},
    {IFA_F_MANAGETEMPADDR, "mngtmpaddr"}, {IFA_F_NOPREFIXROUTE, "noprefixroute"},
    {IFA_F_MCAUTOJOIN, "autojoin"},       {IFA_F_STABLE_PRIVACY, "stable-privacy"},
};

static void add_addr_flags(const struct snap_addr *a, struct buf *out)
{
    uint32_t left = a->flags;
    bool v6 = a->prefix.addr.family == AF_INET6;
    for (size_t k = 0; k < ARRAY_LEN(addr_flags); k++) {
        uint32_t bit = addr_flags[k].bit;
        if (bit == IFA_F_PERMANENT ? !(left & bit) : (left & bit) != 0)
            buf_printf(out, "%s ",
                       bit == IFA_F_PERMANENT         ? "dynamic"
                       : bit == IFA_F_SECONDARY && v6 ? "temporary"
                                                      : addr_flags[k].word);
        left &= ~bit;
    }
    if (left)
        buf_printf(out, "flags %02" PRIx32 " ", left);
}

static void add_life(const char *what, uint32_t s, int64_t read_ns, int64_t now_ns, struct buf *out)
{
    int64_t passed_s = now_ns > read_ns ? (now_ns - read_ns) / CLOCK_NS_PER_S : 0;
    if (s == SNAP_FOREVER)
        buf_printf(out, "%s forever", what);
    else
        buf_printf(out, "%s %" PRId64 "sec", what, s > passed_s ? s - passed_s : 0);
}

static void add_address(const struct snap_addr *a, int64_t now_ns, struct buf *out)
{
    char text[IP_TEXT_MAX];
    buf_printf(out, "    %s ", a->prefix.addr.family == AF_INET6 ? "inet6" : "inet");
    if (a->peer.family) {
        struct ip_prefix peer = {.addr = a->peer, .len = a->prefix.len};
        buf_printf(out, "%s peer ", ip_addr_format(&a->prefix.addr, text));
        buf_adds(out, ip_prefix_format(&peer, text));
    } else {
        buf_adds(out, ip_prefix_format(&a->prefix, text));
    }
    if (a->broadcast.family)
        buf_printf(out, " brd %s", ip_addr_format(&a->broadcast, text));
    buf_adds(out, " scope ");
    add_word(out, scopes, ARRAY_LEN(scopes), a->scope);
    buf_addc(out, ' ');
    add_addr_flags(a, out);
    buf_adds(out, a->label);
    buf_addc(out, '\n');
    add_life("       valid_lft", a->valid_s, a->read_ns, now_ns, out);
    add_life(" preferred_lft", a->preferred_s, a->read_ns, now_ns, out);
    buf_addc(out, '\n');
}

/* IPv4 comes first, as it is asked for first. */
void iptext_addr(const struct snap_node *n, const struct snap_if *i, int64_t now_ns,
                 struct buf *out)
{
    static const sa_family_t families[] = {AF_INET, AF_INET6};
    add_first_line(n, i, false, out);
    add_second_line(i, out);
    add_altnames(i, out);
    for (size_t f = 0; f < ARRAY_LEN(families); f++)
        for (size_t k = 0; k < i->addrs; k++)
            if (i->addr[k].prefix.addr.family == families[f])
                add_address(&i->addr[k], now_ns, out);
}

/* --- routes and neighbours -------------------------------------------------------------------- */

static const struct word route_types[] = {
    {RTN_UNICAST, "unicast"},
    {RTN_LOCAL, "local"},
    {RTN_BROADCAST, "broadcast"},
    {RTN_ANYCAST, "anycast"},
    {RTN_MULTICAST, "multicast"},
    {RTN_BLACKHOLE, "blackhole"},
    {RTN_UNREACHABLE, "unreachable"},
    {RTN_PROHIBIT, "prohibit"},
    {RTN_THROW, "throw"},
    {RTN_NAT, "nat"},
};

static const struct word protocols[] = {
    {RTPROT_UNSPEC, "none"}, {RTPROT_REDIRECT, "redirect"}, {RTPROT_KERNEL, "kernel"},
    {RTPROT_BOOT, "boot"},   {RTPROT_STATIC, "static"},     {RTPROT_RA, "ra"},
    {RTPROT_ZEBRA, "zebra"}, {RTPROT_BIRD, "bird"},         {RTPROT_DHCP, "dhcp"},
    {RTPROT_BGP, "bgp"},     {RTPROT_ISIS, "isis"},         {RTPROT_OSPF, "ospf"},
    {RTPROT_RIP, "rip"},
};

static const struct bit hop_flags[] = {
    {RTNH_F_DEAD, "dead"}, {RTNH_F_ONLINK, "onlink"}, {RTNH_F_LINKDOWN, "linkdown"}};

static void add_to(const struct ip_prefix *p, struct buf *out)
{
    char text[IP_TEXT_MAX];
    bool whole = p->len == (p->addr.family == AF_INET6 ? 128 : 32);
    if (p->len == 0)
        buf_adds(out, "default");
    else
        buf_adds(out, whole ? ip_addr_format(&p->addr, text) : ip_prefix_format(p, text));
    buf_addc(out, ' ');
}

static void add_dev(const struct snap_node *n, uint32_t ifindex, struct buf *out)
{
    const struct snap_if *i = ifindex ? snap_if_by_index(n, ifindex) : NULL;
    if (i)
        buf_printf(out, "dev %s ", i->name);
    else if (ifindex)
        buf_printf(out, "dev if%" PRIu32 " ", ifindex);
}

void iptext_route(const struct snap_node *n, const struct snap_route *r, struct buf *out)
{
    char text[IP_TEXT_MAX];
    bool v6 = r->to.addr.family == AF_INET6;
    if (r->type != RTN_UNICAST) {
        add_word(out, route_types, ARRAY_LEN(route_types), r->type);
        buf_addc(out, ' ');
    }
    add_to(&r->to, out);
    if (r->via.family)
        buf_printf(out, "via %s%s ", v6 || r->via.family == AF_INET ? "" : "inet6 ",
                   ip_addr_format(&r->via, text));
    add_dev(n, r->ifindex, out);
    if (r->protocol != RTPROT_BOOT) {
        buf_adds(out, "proto ");
        add_word(out, protocols, ARRAY_LEN(protocols), r->protocol);
        buf_addc(out, ' ');
    }
    if (r->scope != RT_SCOPE_UNIVERSE) {
        buf_adds(out, "scope ");
        add_word(out, scopes, ARRAY_LEN(scopes), r->scope);
        buf_addc(out, ' ');
    }
    if (r->src.family)
        buf_printf(out, "src %s ", ip_addr_format(&r->src, text));
    if (r->metric)
        buf_printf(out, "metric %" PRIu32 " ", r->metric);
    for (size_t k = 0; k < ARRAY_LEN(hop_flags); k++)
        if (r->flags & hop_flags[k].bit)
            buf_printf(out, "%s ", hop_flags[k].word);
    if (v6)
        buf_adds(out, "pref medium");
}

void iptext_neigh(const struct snap_node *n, const struct snap_neigh *x, struct buf *out)
{
    static const struct bit states[] = {
        {NUD_INCOMPLETE, "INCOMPLETE"}, {NUD_REACHABLE, "REACHABLE"}, {NUD_STALE, "STALE"},
        {NUD_DELAY, "DELAY"},           {NUD_PROBE, "PROBE"},         {NUD_FAILED, "FAILED"},
        {NUD_NOARP, "NOARP"},           {NUD_PERMANENT, "PERMANENT"}};
    char text[IP_TEXT_MAX], mac[MAC_TEXT_MAX];
    buf_printf(out, "%s ", ip_addr_format(&x->addr, text));
    add_dev(n, x->ifindex, out);
    if (x->has_mac)
        buf_printf(out, "lladdr %s ", mac_format(x->mac, mac));
    for (size_t k = 0; k < ARRAY_LEN(states); k++)
        if (x->state & states[k].bit)
            buf_printf(out, "%s ", states[k].word);
}
