/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_sim: see the header. */
#include "plan_sim.h"

#include "base/mem.h"
#include "plan_values.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sim sim;

#define HOST_FIRST 500000

void sim_clear(void)
{
    sim_values_clear();
    memset(&sim, 0, sizeof sim);
    snprintf(sim.node[sim.nodes++], 40, SIM_MACHINE);
    sim.next_host = HOST_FIRST;
}

static bool has_node(const char *name)
{
    for (size_t i = 0; i < sim.nodes; i++)
        if (strcmp(sim.node[i], name) == 0)
            return true;
    return false;
}

static struct sim_if *find_if(const char *node, uint32_t index)
{
    for (size_t i = 0; i < sim.ifs; i++)
        if (sim.iface[i].there && sim.iface[i].index == index &&
            strcmp(sim.iface[i].node, node) == 0)
            return &sim.iface[i];
    return NULL;
}

struct sim_if *sim_if_named(const char *node, const char *name)
{
    for (size_t i = 0; i < sim.ifs; i++)
        if (sim.iface[i].there && strcmp(sim.iface[i].node, node) == 0 &&
            strcmp(sim.iface[i].name, name) == 0)
            return &sim.iface[i];
    return NULL;
}

/* On the machine what was made in the same list is found by its name; the rest by its index. */
static struct sim_if *find_either(const char *node, const char *name, uint32_t index)
{
    if (strcmp(node, SIM_MACHINE) != 0)
        return find_if(node, index);
    struct sim_if *f = sim_if_named(node, name);
    if (f && index && !sim.undoing)
        assert_int_equal(f->index, index);
    return f;
}

static struct sim_if *add_if(const char *node, const char *name, const char *kind, uint32_t index)
{
    assert_true(has_node(node));
    assert_true(sim.ifs < SIM_MAX);
    if (strcmp(node, SIM_MACHINE) == 0) {
        assert_int_equal(index, 0);
        index = sim.next_host++;
    }
    for (size_t i = 0; i < sim.ifs; i++) /* names and indexes are unique where they must be */
        if (sim.iface[i].there && strcmp(sim.iface[i].node, node) == 0) {
            assert_string_not_equal(sim.iface[i].name, name);
            assert_int_not_equal(sim.iface[i].index, index);
        }
    struct sim_if *f = &sim.iface[sim.ifs++];
    *f = (struct sim_if){.there = true, .index = index, .mtu = 1500};
    snprintf(f->node, sizeof f->node, "%s", node);
    snprintf(f->name, sizeof f->name, "%s", name);
    snprintf(f->kind, sizeof f->kind, "%s", kind);
    f->mac[0] = 2;
    f->mac[5] = ++sim.next_mac;
    sim_values_made(node, name);
    return f;
}

/* The key of an address is (node, index): indexes are unique in a lab but for lo. */
uint32_t sim_addr_key(const char *node, uint32_t index)
{
    uint32_t key = index;
    if (index == 1)
        for (size_t i = 0; i < sim.nodes; i++)
            if (strcmp(sim.node[i], node) == 0)
                key = 1000000 + (uint32_t)i;
    return key;
}

/* What the kernel takes with IPv6, silently. Routes without a gateway a random file may have where
 * the kernel would refuse them: those are let alone. */
static void lose_ipv6(const struct sim_if *f)
{
    for (size_t i = 0; i < sim.addrs; i++)
        sim.addr[i].there &= sim.addr[i].index != sim_addr_key(f->node, f->index) ||
                             sim.addr[i].prefix.addr.family != AF_INET6;
    for (size_t i = 0; i < sim.routes; i++)
        sim.route[i].there &= sim.route[i].r.ifindex != f->index ||
                              sim.route[i].r.via.family != AF_INET6 ||
                              strcmp(sim.route[i].node, f->node) != 0;
}

static void lose_disabled(const char *node)
{
    for (size_t i = 0; i < sim.ifs; i++) {
        const struct sim_if *f = &sim.iface[i];
        if (!f->there || strcmp(f->node, node) != 0)
            continue;
        _cleanup_free_ char *key = mem_printf("net/ipv6/conf/%s/disable_ipv6", f->name);
        const char *off = sim_value(node, key);
        if (off && strcmp(off, "1") == 0)
            lose_ipv6(f);
    }
}

static void set_mtu(struct sim_if *f, uint32_t mtu)
{
    f->mtu = mtu;
    sim_values_ipv6(f->node, f->name, mtu >= TOPO_MTU_IPV6_MIN);
    if (mtu < TOPO_MTU_IPV6_MIN)
        lose_ipv6(f);
}

static void follow_ports(const char *node, uint32_t bridge)
{
    struct sim_if *b = bridge ? find_if(node, bridge) : NULL;
    uint32_t least = 0;
    if (!b || b->mtu_set)
        return;
    for (size_t i = 0; i < sim.ifs; i++) {
        const struct sim_if *f = &sim.iface[i];
        if (f->there && strcmp(f->node, node) == 0 && f->master == bridge &&
            (!least || f->mtu < least))
            least = f->mtu;
    }
    set_mtu(b, least ? least : 1500);
}

static void drop_if(struct sim_if *f)
{
    for (size_t i = 0; i < sim.addrs; i++) /* the difference takes them away itself */
        assert_false(sim.addr[i].there && sim.addr[i].index == f->index && f->index != 1);
    for (size_t i = 0; i < sim.ifs; i++)
        assert_false(sim.iface[i].there && sim.iface[i].master == f->index &&
                     strcmp(sim.iface[i].node, f->node) == 0);
    f->there = false;
    follow_ports(f->node, f->master);
    sim_values_gone(f->node, f->name);
}

static void do_node_add(const char *node, const struct topo_node *want)
{
    assert_false(has_node(node));
    snprintf(sim.node[sim.nodes], 40, "%s", node);
    snprintf(sim.hostname[sim.nodes++], 80, "%s",
             want->namespaces & TOPO_NS_UTS ? want->hostname : "");
    add_if(node, "lo", "", 1)->mtu = 65536;
}

static void do_node_del(const char *node)
{
    assert_true(has_node(node));
    for (size_t i = 0; i < sim.ifs; i++)
        if (sim.iface[i].there && strcmp(sim.iface[i].node, node) == 0) {
            assert_int_equal(sim.iface[i].index, 1);
            sim.iface[i].there = false;
            for (size_t k = 0; k < sim.addrs; k++)
                sim.addr[k].there &= sim.addr[k].index != sim_addr_key(node, 1);
        }
    sim_values_gone(node, NULL);
    for (size_t i = 0; i < sim.nodes; i++)
        if (strcmp(sim.node[i], node) == 0)
            sim.node[i][0] = '\0'; /* the place stays, for sim_addr_key() */
}

static void do_hostname(const char *node, const struct op_hostname *h)
{
    for (size_t i = 0; i < sim.nodes; i++)
        if (strcmp(sim.node[i], node) == 0) {
            assert_string_equal(sim.hostname[i], h->before);
            snprintf(sim.hostname[i], sizeof sim.hostname[i], "%s", h->want);
            return;
        }
    fail();
}

void sim_do_sysctl(const char *node, const struct op_sysctl *s)
{
    if (strcmp(node, SIM_MACHINE) == 0) { /* nothing but the settings of the lab's own ends */
        char ifname[16] = "";
        assert_int_equal(sscanf(s->key, "net/ipv6/conf/%15[^/]/", ifname), 1);
        struct sim_if *f = sim_if_named(node, ifname);
        assert_non_null(f);
        for (size_t i = 0; strstr(s->key, "disable") && i < sim.addrs; i++)
            assert_false(sim.addr[i].there && sim.addr[i].index == f->index &&
                         sim.addr[i].prefix.addr.family == AF_INET6 && s->value[0] == '1');
    }
    const char *is = sim_value(node, s->key);
    if (!is || strcmp(is, s->value) != 0) /* as sysctl_write() */
        sim_value_write(node, s->key, s->value);
    lose_disabled(node);
}

static const char *name_of(const struct topo *t, int node)
{
    return node == TOPO_HOST ? SIM_MACHINE : t->node[node].name;
}

static void do_link_add(const struct topo *t, const struct op *op, const char *kind)
{
    const struct op_link_add *l = &op->u.link_add;
    int ends = op->kind == OP_BRIDGE_ADD ? 1 : 2;
    struct sim_if *made[2] = {0};
    for (int k = 0; k < ends; k++) {
        const struct op_link_end *end = &l->end[k];
        struct sim_if *f = made[k] = add_if(name_of(t, end->node), end->ifname, kind, end->ifindex);
        set_mtu(f, l->mtu ? l->mtu : 1500);
        f->up = k == 0 && end->up;
        f->master = k == 0 ? end->master : 0;
        if (end->mac)
            memcpy(f->mac, end->mac, MAC_LEN);
        if (f->master)
            assert_non_null(find_if(f->node, f->master));
        follow_ports(f->node, f->master);
    }
    if (ends == 2) {
        made[0]->peer = made[1]->index;
        made[1]->peer = made[0]->index;
    }
}

static void do_link_del(const char *node, const struct op *op)
{
    struct sim_if *f = find_if(node, op->u.link_add.end[0].ifindex);
    assert_non_null(f);
    assert_string_equal(f->name, op->u.link_add.end[0].ifname);
    for (size_t i = 0; i < sim.ifs && f->peer; i++)
        if (sim.iface[i].there && sim.iface[i].index == f->peer)
            drop_if(&sim.iface[i]);
    drop_if(f);
}

/* With an interface that is set down the kernel would take along its IPv6 addresses, but for its
 * own, and all routes over it. */
static void set_down(const char *node, const struct sim_if *f)
{
    for (size_t i = 0; i < sim.addrs; i++)
        assert_false(sim.addr[i].there && sim.addr[i].index == sim_addr_key(node, f->index) &&
                     sim.addr[i].prefix.addr.family == AF_INET6);
    for (size_t i = 0; !sim.undoing && i < sim.routes; i++) /* there can be none over one that was
                                                             * down, which we do not pretend */
        assert_false(sim.route[i].there && sim.route[i].r.ifindex == f->index &&
                     strcmp(sim.route[i].node, node) == 0);
}

/* As the kernel: only to one that has no IPv4 address. */
static void give_loopback(const char *node)
{
    struct sim_addr own = {true, sim_addr_key(node, 1), {{0}, 0}, false};
    for (size_t i = 0; i < sim.addrs; i++)
        if (sim.addr[i].there && sim.addr[i].index == own.index &&
            sim.addr[i].prefix.addr.family == AF_INET)
            return;
    assert_true(ip_prefix_parse("127.0.0.1/8", &own.prefix) && sim.addrs < SIM_MAX);
    sim.addr[sim.addrs++] = own;
}

static void do_link_set(const char *node, const struct op_link_set *s)
{
    struct sim_if *f = find_either(node, s->ifname, s->ifindex);
    assert_non_null(f);
    if (s->fields & OP_SET_ALIAS)
        snprintf(f->alias, sizeof f->alias, "%s", s->want.alias ? s->want.alias : "vethlab:sim:x");
    if ((s->fields & OP_SET_UP) && !s->want.up)
        set_down(node, f);
    if (s->fields & OP_SET_UP)
        f->up = s->want.up;
    if (f->index == 1 && f->up) {
        give_loopback(node);
        sim_values_addressed(node, f->name);
    }
    if (s->fields & OP_SET_MTU) {
        set_mtu(f, s->want.mtu);
        f->mtu_set = strcmp(f->kind, "bridge") == 0;
    }
    uint32_t before = f->master;
    if (s->fields & OP_SET_MAC)
        memcpy(f->mac, s->want.mac, MAC_LEN);
    if (s->fields & OP_SET_MASTER)
        f->master = s->want.master;
    if (f->master)
        assert_non_null(find_if(node, f->master));
    follow_ports(node, before);
    follow_ports(node, f->master);
}

static struct sim_addr *find_addr(uint32_t key, const struct op_addr *a)
{
    for (size_t i = 0; i < sim.addrs; i++)
        if (sim.addr[i].there && sim.addr[i].index == key &&
            ip_prefix_cmp(&sim.addr[i].prefix, &a->prefix) == 0)
            return &sim.addr[i];
    return NULL;
}

static void do_addr(const char *node, const struct op *op)
{
    const struct op_addr *a = &op->u.addr;
    const struct sim_if *f = find_either(node, a->ifname, a->ifindex);
    assert_non_null(f);
    uint32_t key = sim_addr_key(node, f->index);
    struct sim_addr *there = find_addr(key, a);
    if (op->kind == OP_ADDR_DEL) {
        assert_non_null(there);
        there->there = false;
        bool last = a->prefix.addr.family == AF_INET;
        for (size_t i = 0; i < sim.addrs; i++) {
            const struct sim_addr *other = &sim.addr[i];
            if (!other->there || other->index != key || other->prefix.addr.family != AF_INET)
                continue;
            last = false;
            /* the kernel would take a secondary address along */
            assert_false(&sim.addr[i] > there && other->prefix.len == a->prefix.len &&
                         ip_prefix_contains(&a->prefix, &other->prefix.addr));
        }
        for (size_t i = 0; last && i < sim.routes; i++) /* and all routes with the last address */
            assert_false(sim.route[i].there && sim.route[i].r.ifindex == a->ifindex &&
                         sim.route[i].r.to.addr.family == AF_INET &&
                         strcmp(sim.route[i].node, node) == 0);
        return;
    }
    assert_null(there);
    assert_true(sim.addrs < SIM_MAX);
    if (a->prefix.addr.family == AF_INET6) {
        _cleanup_free_ char *off = mem_printf("net/ipv6/conf/%s/disable_ipv6", a->ifname);
        assert_string_equal(sim_value(node, off), "0"); /* or it would be refused */
    } else {
        sim_values_addressed(node, f->name);
    }
    sim.addr[sim.addrs++] =
        (struct sim_addr){true, key, a->prefix, a->nodad && a->prefix.addr.family == AF_INET6};
}

/* The interface whose network has the gateway. */
static uint32_t way_to(const char *node, const struct ip_addr *via)
{
    for (size_t i = 0; i < sim.addrs; i++) {
        const struct sim_addr *a = &sim.addr[i];
        if (a->there && ip_prefix_contains(&a->prefix, via) && find_if(node, a->index))
            return a->index;
    }
    return 0;
}

static bool is_rival(const struct sim_route *is, const char *node, const struct snap_route *r)
{
    return is->there && strcmp(is->node, node) == 0 && ip_prefix_cmp(&is->r.to, &r->to) == 0 &&
           is->r.tos == r->tos && is->r.metric == r->metric;
}

bool sim_add_route(const char *node, const struct snap_route *r, enum op_route_place place)
{
    size_t at = SIM_MAX;
    for (size_t i = sim.routes; i-- > 0;) {
        const struct snap_route *is = &sim.route[i].r;
        if (!is_rival(&sim.route[i], node, r))
            continue;
        bool is_same = ip_addr_cmp(&is->via, &r->via) == 0 && is->ifindex == r->ifindex &&
                       (r->to.addr.family == AF_INET6 || is->protocol == r->protocol);
        bool is_multipath = is->via.family == AF_INET6 && r->via.family == AF_INET6;
        if (place == OP_ROUTE_ALONE || is_same || is_multipath)
            return false;
        if (place == OP_ROUTE_FIRST && r->to.addr.family == AF_INET)
            at = i;
        else if (at == SIM_MAX)
            at = i + 1;
    }
    if (at == SIM_MAX)
        at = sim.routes;
    assert_true(sim.routes < SIM_MAX);
    memmove(&sim.route[at + 1], &sim.route[at], (sim.routes++ - at) * sizeof *sim.route);
    sim.route[at] = (struct sim_route){.there = true, .r = *r};
    snprintf(sim.route[at].node, sizeof sim.route[at].node, "%s", node);
    return true;
}

/* The first that is all that was said: what is not said may be any. */
static bool is_meant(const struct snap_route *is, const struct op_route *r)
{
    bool is_placed = r->place != OP_ROUTE_ALONE, is_v6 = r->to.addr.family == AF_INET6;
    bool says_via = r->via.family != AF_UNSPEC || (is_placed && is_v6);
    return (!says_via || ip_addr_cmp(&is->via, &r->via) == 0) &&
           (!r->ifindex || is->ifindex == r->ifindex) &&
           (r->src.family == AF_UNSPEC || ip_addr_cmp(&is->src, &r->src) == 0) &&
           (!is_placed || (is->protocol == r->protocol && (is_v6 || is->scope == r->scope)));
}

static void do_route(const char *node, const struct op *op)
{
    const struct op_route *r = &op->u.route;
    bool is_v6 = r->to.addr.family == AF_INET6, is_placed = r->place != OP_ROUTE_ALONE;
    bool is_link = !is_v6 && r->via.family == AF_UNSPEC;
    struct snap_route row = {.to = r->to,
                             .via = r->via,
                             .src = r->src,
                             .tos = r->tos,
                             .ifindex = r->ifindex ? r->ifindex : way_to(node, &r->via),
                             .metric = !r->metric && is_v6 ? 1024 : r->metric,
                             .table = RT_TABLE_MAIN,
                             .scope = is_placed ? r->scope
                                      : is_link ? RT_SCOPE_LINK
                                                : 0,
                             .protocol = is_placed ? r->protocol : RTPROT_STATIC,
                             .type = RTN_UNICAST};
    if (op->kind == OP_ROUTE_ADD) {
        assert_true(sim_add_route(node, &row, r->place));
        return;
    }
    for (size_t i = 0; i < sim.routes; i++)
        if (is_rival(&sim.route[i], node, &row) && is_meant(&sim.route[i].r, r)) {
            sim.route[i].there = false;
            return;
        }
    fail();
}

void sim_do(const struct topo *t, const struct op *op)
{
    const char *node = name_of(t, op->node);
    switch (op->kind) {
    case OP_NODE_ADD:
        do_node_add(node, op->u.node_add.want);
        break;
    case OP_NODE_DEL:
        do_node_del(node);
        break;
    case OP_HOSTNAME_SET:
        do_hostname(node, &op->u.hostname);
        break;
    case OP_SYSCTL_SET:
        sim_do_sysctl(node, &op->u.sysctl);
        break;
    case OP_BRIDGE_ADD:
        do_link_add(t, op, "bridge");
        break;
    case OP_LINK_ADD:
        do_link_add(t, op, "veth");
        break;
    case OP_BRIDGE_DEL:
    case OP_LINK_DEL:
        do_link_del(node, op);
        break;
    case OP_LINK_SET:
        do_link_set(node, &op->u.link_set);
        break;
    case OP_ADDR_ADD:
    case OP_ADDR_DEL:
        do_addr(node, op);
        break;
    case OP_ROUTE_ADD:
    case OP_ROUTE_DEL:
        do_route(node, op);
        break;
    default:
        break;
    }
}

void sim_do_all(const struct topo *t, const struct ops *ops)
{
    for (size_t i = 0; i < ops->count; i++)
        sim_do(t, &ops->item[i]);
}

/* --- what the pretended kernel shows --- */
static void show_if(struct snap_node *n, const struct sim_if *f)
{
    struct snap_if *i = snap_node_add_if(n);
    *i = (struct snap_if){.index = f->index,
                          .flags = (f->up ? IFF_UP : 0) | (f->index == 1 ? IFF_LOOPBACK : 0),
                          .has_mac = true,
                          .mtu = f->mtu,
                          .master = f->master,
                          .peer_index = f->peer,
                          .alias = f->alias[0] ? mem_strdup(f->alias) : NULL,
                          .peer_node = SNAP_NODE_NONE};
    memcpy(i->name, f->name, sizeof i->name);
    memcpy(i->kind, f->kind, sizeof i->kind);
    memcpy(i->mac, f->mac, MAC_LEN);
    for (size_t k = 0; k < sim.addrs; k++)
        if (sim.addr[k].there && sim.addr[k].index == sim_addr_key(f->node, f->index))
            *snap_if_add_addr(i) = (struct snap_addr){.prefix = sim.addr[k].prefix,
                                                      .flags = sim.addr[k].nodad ? IFA_F_NODAD : 0};
}

static bool has_host_ends(void)
{
    for (size_t i = 0; i < sim.ifs; i++)
        if (sim.iface[i].there && strcmp(sim.iface[i].node, SIM_MACHINE) == 0)
            return true;
    return false;
}

/* The machine comes last, if the lab has ends there. */
struct snap *sim_show(void)
{
    struct snap *s = snap_new("sim");
    for (size_t k = 1; k <= sim.nodes; k++) {
        size_t n = k % sim.nodes;
        if (!sim.node[n][0] || (n == 0 && !has_host_ends()))
            continue;
        if (n == 0)
            s->machine = (int)s->nodes;
        const char *hostname = sim.hostname[n];
        struct snap_node *to = snap_add_node(s, sim.node[n]);
        to->hostname = *hostname ? mem_strdup(hostname) : NULL;
        for (size_t i = 0; i < sim.ifs; i++)
            if (sim.iface[i].there && strcmp(sim.iface[i].node, sim.node[n]) == 0)
                show_if(to, &sim.iface[i]);
        for (size_t i = 0; i < sim.routes; i++)
            if (sim.route[i].there && strcmp(sim.route[i].node, sim.node[n]) == 0)
                *snap_node_add_route(to) = sim.route[i].r;
    }
    for (size_t n = 0; n < s->nodes; n++)
        for (size_t i = 0; i < s->node[n].ifs; i++)
            for (size_t m = 0; s->node[n].iface[i].peer_index && m < s->nodes; m++)
                if (snap_if_by_index(&s->node[m], s->node[n].iface[i].peer_index))
                    s->node[n].iface[i].peer_node = (int)m;
    sim.shown = s;
    return s;
}

static const char *value_now(int snap_node, const char *key, void *ctx)
{
    (void)ctx;
    return sim_value(sim.shown->node[snap_node].name, key);
}

static const char *value_fresh(const char *key, void *ctx)
{
    (void)ctx;
    return sim_value_fresh(key);
}

const struct plan_values sim_plan_values = {value_now, value_fresh, NULL};
