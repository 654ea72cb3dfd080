/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_come: of everything that must hold, the operations for what does not hold yet. */
#include "plan/diff_work.h"

#include "base/mem.h"
#include "plan/diff_lost.h"
#include "plan/diff_settings.h"
#include "plan/setting.h"

#include <linux/if_addr.h>
#include <stdlib.h>
#include <string.h>

/* Per index of the built list: something was done to it, so its readiness is worth a wait. */
struct come {
    struct diff *d;
    bool *touched;
    uint32_t *mtu; /* owned; what it will be; of a bridge without ports: 0 until it is met */
    struct settings *settings;
    struct lost *lost;
};

static const struct snap_node *snap_of(const struct diff *d, int node)
{
    int at = diff_snap_node(d, node);
    return at < 0 ? NULL : &d->is->node[at];
}

static const struct snap_if *now_of(const struct diff *d, int node, uint32_t plan_index)
{
    const struct snap_node *n = snap_of(d, node);
    if (plan_index == 1)
        return n ? snap_if_by_index(n, 1) : NULL;
    return d->now[plan_index];
}

static struct op *copy(struct come *c, const struct op *op)
{
    struct op *to = ops_add(&c->d->out->ops, op->kind, op->node, op->mark);
    *to = *op;
    return to;
}

/* It was down with IPv6 addresses, which stay: the kernel would drop them on the way back. */
static void keep_addrs(struct come *c, const struct op *op, int node, const struct snap_if *now)
{
    for (size_t k = 0; k < now->addrs; k++) {
        const struct snap_addr *a = &now->addr[k];
        if (a->prefix.addr.family != AF_INET6 || diff_is_own_addr(now, &a->prefix) ||
            !diff_keeps_addr(c->d, (size_t)diff_snap_node(c->d, node), now, k))
            continue;
        ops_add(&c->d->out->kept, OP_ADDR_ADD, node, op->mark)->u.addr =
            (struct op_addr){now->name, now->index, a->prefix, (a->flags & IFA_F_NODAD) != 0};
    }
}

/* One that goes has let its ports go by now. */
static uint32_t master_by_then(const struct come *c, int node, const struct snap_if *now)
{
    int at = diff_snap_node(c->d, node);
    const struct snap_if *m = at < 0 ? NULL : snap_if_by_index(&c->d->is->node[at], now->master);
    return m && !diff_stays(c->d, (size_t)at, m) ? 0 : now->master;
}

/* A setting of LINK_SET for what differs; nothing if nothing does. */
static void set_link(struct come *c, const struct op *op, int node, const char *ifname,
                     uint32_t plan_index, const struct snap_if *now, struct op_link_state want,
                     unsigned fields)
{
    struct op_link_state is = {
        .up = (now->flags & IFF_UP) != 0, .mtu = now->mtu, .master = master_by_then(c, node, now)};
    if (now->has_mac)
        memcpy(is.mac, now->mac, MAC_LEN);
    if (want.up == is.up)
        fields &= ~(unsigned)OP_SET_UP;
    if (want.mtu == is.mtu)
        fields &= ~(unsigned)OP_SET_MTU;
    if (want.master == is.master)
        fields &= ~(unsigned)OP_SET_MASTER;
    if (memcmp(want.mac, is.mac, MAC_LEN) == 0)
        fields &= ~(unsigned)OP_SET_MAC;
    if (!fields)
        return;
    struct op *to = ops_add(&c->d->out->ops, OP_LINK_SET, node, op->mark);
    to->u.link_set = (struct op_link_set){ifname, now->index, fields, want, is};
    if (fields & OP_SET_UP && want.up)
        keep_addrs(c, op, node, now);
    if (fields & OP_SET_MTU && want.mtu < TOPO_MTU_IPV6_MIN && is.mtu >= TOPO_MTU_IPV6_MIN)
        lost_settings(c->lost, node, now);
    c->touched[plan_index] = true;
}

/* Below that MTU it has no IPv6 settings that could be changed. */
static void change_settings(struct come *c, int node, const char *ifname, uint32_t mtu,
                            bool is_made_before, struct mark mark)
{
    struct ops *ops = &c->d->out->ops;
    size_t kept = ops->count, i = kept;
    settings_of_interface(c->settings, node, ifname, is_made_before, mark);
    for (; mtu < TOPO_MTU_IPV6_MIN && i < ops->count; i++)
        if (strncmp(ops->item[i].u.sysctl.key, "net/ipv6/", 9) != 0)
            ops->item[kept++] = ops->item[i];
    if (mtu < TOPO_MTU_IPV6_MIN)
        ops->count = kept;
}

/* Both ends of a link that stays. The MAC that the kernel chose stays where the file has none. */
static void change_link(struct come *c, const struct op *op)
{
    const struct op_link_add *l = &op->u.link_add;
    for (int k = 0; k < 2; k++) {
        const struct op_link_end *end = &l->end[k];
        struct op_link_state want = {.up = end->up, .mtu = l->mtu ? l->mtu : DIFF_MTU_DEFAULT};
        unsigned fields = OP_SET_MTU;
        if (k == 0) /* the other end's state and master come by its own OP_LINK_SET */
            fields |= OP_SET_UP | OP_SET_MASTER;
        if (end->mac) {
            memcpy(want.mac, end->mac, MAC_LEN);
            fields |= OP_SET_MAC;
        }
        want.master = end->master ? c->d->real[end->master] : 0;
        set_link(c, op, end->node, end->ifname, end->ifindex, c->d->now[end->ifindex], want,
                 fields);
        if (end->node != TOPO_HOST)
            change_settings(c, end->node, end->ifname, c->mtu[end->ifindex], false, op->mark);
    }
}

static void link_add(struct come *c, const struct op *op)
{
    const struct op_link_end *end = op->u.link_add.end;
    if (c->d->now[end[0].ifindex]) {
        change_link(c, op);
        return;
    }
    struct op *to = copy(c, op);
    for (int k = 0; k < 2; k++) {
        struct op_link_end *e = &to->u.link_add.end[k];
        c->touched[e->ifindex] = true;
        e->ifindex = c->d->real[e->ifindex];
        e->master = e->master ? c->d->real[e->master] : 0;
    }
}

/* A bridge's MTU follows its ports', the smallest, until somebody sets it: so it does in a lab that
 * is made, and so it is set where it is another. The kernel does not tell whether it was set. */
static void collect_mtus(struct come *c)
{
    for (size_t i = 0; i < c->d->built.count; i++) {
        const struct op_link_add *l = &c->d->built.item[i].u.link_add;
        for (int k = 0; c->d->built.item[i].kind == OP_LINK_ADD && k < 2; k++) {
            uint32_t mtu = l->mtu ? l->mtu : DIFF_MTU_DEFAULT, *least = &c->mtu[l->end[k].master];
            c->mtu[l->end[k].ifindex] = mtu;
            if (l->end[k].master)
                *least = *least && *least < mtu ? *least : mtu;
        }
    }
}

static void bridge_add(struct come *c, const struct op *op)
{
    const struct op_link_end *end = &op->u.link_add.end[0];
    const struct snap_if *now = c->d->now[end->ifindex];
    if (!now) {
        c->touched[end->ifindex] = true;
        copy(c, op)->u.link_add.end[0].ifindex = c->d->real[end->ifindex];
        return;
    }
    uint32_t mtu = c->mtu[end->ifindex] ? c->mtu[end->ifindex] : DIFF_MTU_DEFAULT;
    c->mtu[end->ifindex] = mtu;
    set_link(c, op, op->node, end->ifname, end->ifindex, now,
             (struct op_link_state){.up = true, .mtu = mtu}, OP_SET_UP | OP_SET_MTU);
    /* With a small port that goes it gets a larger MTU early. */
    change_settings(c, op->node, end->ifname, mtu, now->mtu < TOPO_MTU_IPV6_MIN, op->mark);
}

/* The lab's own (kernel/hostnet.h): of a lab that runs, owner and boot cannot be others. */
static bool has_tag(const struct come *c, const struct snap_if *i)
{
    size_t len = strlen(c->d->is->lab);
    const size_t prefix = strlen(OP_TAG_PREFIX);
    return i->alias && strncmp(i->alias, OP_TAG_PREFIX, prefix) == 0 &&
           strncmp(i->alias + prefix, c->d->is->lab, len) == 0 && i->alias[prefix + len] == ':';
}

static void set_tag(struct come *c, const struct op *op, const struct snap_if *now)
{
    if (has_tag(c, now))
        return;
    struct op *to = copy(c, op);
    to->u.link_set.ifindex = now->index;
    to->u.link_set.before.alias = now->alias ? now->alias : "";
}

static void change_loopback(struct come *c, enum op_kind kind, const struct op *op)
{
    struct op_addr *a = &ops_add(&c->d->out->ops, kind, op->node, op->mark)->u.addr;
    *a = (struct op_addr){.ifname = "lo", .ifindex = 1, .nodad = true};
    ip_prefix_parse("127.0.0.1/8", &a->prefix);
}

/* The kernel gives it 127.0.0.1 when it is set up, but only one that has no address yet. */
static void bring_lo(struct come *c, const struct op *op, const struct snap_if *lo)
{
    if (diff_changes_loopback(c->d, (size_t)diff_snap_node(c->d, op->node), lo))
        change_loopback(c, OP_ADDR_ADD, op);
}

/* What is a port of which bridge is the lab's affair in a node, not on the machine. */
static void link_set(struct come *c, const struct op *op)
{
    const struct op_link_set *s = &op->u.link_set;
    bool may_be_port = s->ifindex != 1 && op->node != TOPO_HOST;
    const struct snap_if *now = now_of(c->d, op->node, s->ifindex);
    struct op_link_state want = s->want;
    want.master = want.master ? c->d->real[want.master] : 0;
    if (now && s->fields == OP_SET_ALIAS) {
        set_tag(c, op, now);
        return;
    }
    if (now && s->ifindex == 1)
        bring_lo(c, op, now);
    if (now) {
        set_link(c, op, op->node, s->ifname, s->ifindex, now, want,
                 may_be_port ? s->fields | OP_SET_MASTER : s->fields);
        return;
    }
    struct op *to = copy(c, op);
    to->u.link_set.ifindex = c->d->real[s->ifindex];
    to->u.link_set.want = want;
}

static void addr_add(struct come *c, const struct op *op)
{
    const struct op_addr *a = &op->u.addr;
    const struct snap_if *now = now_of(c->d, op->node, a->ifindex);
    if (now) {
        int at = diff_snap_node(c->d, op->node);
        struct diff_key key = diff_key_of_addr(at, now->index, &a->prefix);
        const struct diff_entry *is = diff_index_first(&c->d->has_addrs, &key);
        size_t k = is ? (size_t)((const struct snap_addr *)is->of - now->addr) : 0;
        if (is && diff_keeps_addr(c->d, (size_t)at, now, k))
            return;
    }
    c->touched[a->ifindex] |= a->prefix.addr.family == AF_INET6 && !a->nodad; /* it is tentative */
    copy(c, op)->u.addr.ifindex = c->d->real[a->ifindex];
}

/* A route that was taken away on the way comes again. */
static void route_add(struct come *c, const struct op *op)
{
    const struct snap_node *n = snap_of(c->d, op->node);
    const struct op_route *r = &op->u.route;
    uint32_t ifindex = r->ifindex ? c->d->real[r->ifindex] : 0;
    int at = diff_snap_node(c->d, op->node);
    struct diff_key key = diff_key_of_route(at, r);
    const struct diff_entry *e = n ? diff_index_first(&c->d->has_routes, &key) : NULL;
    for (; e; e = diff_index_next(&c->d->has_routes, e)) {
        const struct snap_route *is = e->of;
        if (!diff_is_route(r, ifindex, is))
            continue;
        if (!diff_loses_route(c->d, (size_t)at, is))
            return;
    }
    copy(c, op)->u.route.ifindex = ifindex;
}

/* The kernel makes the interface's IPv6 settings anew when its MTU is large enough again. */
static bool is_mtu_growing(const struct come *c, const struct op *op)
{
    struct setting k;
    int at = diff_snap_node(c->d, op->node);
    if (at < 0 || !setting_parse(op->u.sysctl.key, &k) || !setting_is_of_interface(&k))
        return false;
    for (size_t i = 0; i < c->d->is->node[at].ifs; i++) {
        const struct snap_if *now = &c->d->is->node[at].iface[i];
        if (now->mtu < TOPO_MTU_IPV6_MIN && setting_is_of(&k, now->name))
            for (uint32_t index = 0; index <= c->d->last_built; index++)
                if (c->d->now[index] == now)
                    return c->mtu[index] >= TOPO_MTU_IPV6_MIN;
    }
    return false;
}

static void sysctl_set(struct come *c, const struct op *op)
{
    settings_bring(c->settings, op, is_mtu_growing(c, op));
}

/* `lo: down` says nothing in the built list: a new node's lo is down anyway, and has no address. */
static void drop_lo(struct come *c)
{
    for (size_t n = 0; n < c->d->want->nodes; n++) {
        const struct snap_if *lo = now_of(c->d, (int)n, 1);
        const struct op at = {.node = (int)n, .mark = c->d->want->node[n].mark};
        if (!c->d->want->node[n].lo_down || !lo)
            continue;
        if (lo->flags & IFF_UP) {
            ops_add(&c->d->out->ops, OP_LINK_SET, at.node, at.mark)->u.link_set =
                (struct op_link_set){
                    .ifname = "lo", .ifindex = 1, .fields = OP_SET_UP, .before = {.up = true}};
            /* One set down by hand may keep it: it says nothing. */
            if (diff_changes_loopback(c->d, (size_t)diff_snap_node(c->d, at.node), lo))
                change_loopback(c, OP_ADDR_DEL, &at);
        }
    }
}

static void exec_command(struct come *c, const struct op *op)
{
    if (!snap_of(c->d, op->node))
        copy(c, op); /* commands run where their node is made */
}

static void node_add(struct come *c, const struct op *op)
{
    const struct snap_node *n = snap_of(c->d, op->node);
    const char *want = op->u.node_add.want->hostname;
    if (!n) {
        copy(c, op);
        return;
    }
    if (n->hostname && strcmp(n->hostname, want) != 0)
        ops_add(&c->d->out->ops, OP_HOSTNAME_SET, op->node, op->mark)->u.hostname =
            (struct op_hostname){want, n->hostname};
    settings_of_node(c->settings, op);
}

static void link_ready(struct come *c, const struct op *op)
{
    const struct op_ready *r = &op->u.ready;
    if (c->touched[r->ifindex])
        copy(c, op)->u.ready.ifindex = c->d->real[r->ifindex];
}

typedef void bring_fn(struct come *c, const struct op *op);
static bring_fn *const bring[OP_KIND_COUNT] = {
    [OP_NODE_ADD] = node_add,   [OP_SYSCTL_SET] = sysctl_set, [OP_BRIDGE_ADD] = bridge_add,
    [OP_LINK_ADD] = link_add,   [OP_LINK_SET] = link_set,     [OP_ADDR_ADD] = addr_add,
    [OP_ROUTE_ADD] = route_add, [OP_LINK_READY] = link_ready, [OP_EXEC] = exec_command,
};

void diff_bring(struct diff *d)
{
    struct come c = {.d = d};
    c.touched = mem_zalloc(d->last_built + 1, sizeof *c.touched);
    c.mtu = mem_zalloc(d->last_built + 1, sizeof *c.mtu);
    collect_mtus(&c);
    c.settings = settings_new(d);
    c.lost = lost_new(d);
    drop_lo(&c);
    for (size_t i = 0; i < d->built.count; i++)
        bring[d->built.item[i].kind](&c, &d->built.item[i]);
    free(c.touched);
    free(c.mtu);
    settings_free(c.settings);
    lost_free(c.lost);
}
