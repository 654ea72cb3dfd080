/* SPDX-License-Identifier: BSD-2-Clause */
/* undo: the way back from a change that was carried out in part or in whole. */
#include "base/mem.h"
#include "plan/diff.h"
#include "plan/plan.h"
#include "plan/setting.h"

#include <string.h>

static bool had_ipv6(const struct plan_diff *d, int node, const char *ifname)
{
    for (size_t i = 0; i < d->ops.count; i++) {
        const struct op *op = &d->ops.item[i];
        if (op->kind == OP_ADDR_DEL && op->node == node &&
            op->u.addr.prefix.addr.family == AF_INET6 && strcmp(op->u.addr.ifname, ifname) == 0)
            return true;
    }
    return false;
}

/* An end on the machine has a tag and settings besides; one that a person made there has none. */
static void restore_host_end(const struct plan_diff *d, const struct op *op, struct ops *out)
{
    const struct op_link_end *far = &op->u.link_add.end[1];
    if (!far->alias)
        return;
    struct op *to = ops_add(out, OP_LINK_SET, TOPO_HOST, op->mark);
    to->u.link_set = (struct op_link_set){.ifname = far->ifname, .fields = OP_SET_ALIAS};
    to->u.link_set.want.alias = far->alias;
    if (strncmp(far->alias, OP_TAG_PREFIX, strlen(OP_TAG_PREFIX)) == 0)
        plan_add_host_sysctls(out, far->ifname, had_ipv6(d, TOPO_HOST, far->ifname), op->mark);
}

/* A pair is made from one end; the other end's state and master have messages of their own. */
static void restore_far_end(const struct plan_diff *d, const struct op *op, struct ops *out)
{
    const struct op_link_end *far = &op->u.link_add.end[1];
    unsigned fields = (far->up ? OP_SET_UP : 0u) | (far->master ? OP_SET_MASTER : 0u);
    if (far->node == TOPO_HOST) {
        restore_host_end(d, op, out);
        fields &= ~(unsigned)OP_SET_MASTER;
    }
    if (!fields)
        return;
    struct op *to = ops_add(out, OP_LINK_SET, far->node, op->mark);
    to->u.link_set = (struct op_link_set){
        far->ifname, far->ifindex, fields, {.up = far->up, .master = far->master}, {0}};
}

static bool is_of_other_than_lo(const struct op *op)
{
    struct setting s;
    return setting_parse(op->u.sysctl.key, &s) && setting_is_of_interface(&s) &&
           !setting_is_of(&s, "lo");
}

/* The node with its settings and lo; addresses, interfaces and routes have operations of their own
 * in the list. */
static void restore_node(const struct plan_diff *d, const struct op *op, struct ops *out)
{
    struct topo alone = d->topo;
    struct ops built = {0};
    alone.node = &d->topo.node[op->node];
    alone.nodes = 1;
    alone.links = 0;
    plan_build(&alone, &built);
    for (size_t i = 0; i < built.count; i++) {
        struct op *o = &built.item[i];
        if (o->kind != OP_NODE_ADD && o->kind != OP_LINK_SET &&
            (o->kind != OP_SYSCTL_SET || is_of_other_than_lo(o)))
            continue;
        o->node = op->node;
        struct op *to = ops_add(out, o->kind, o->node, o->mark);
        *to = *o;
        if (o->kind == OP_SYSCTL_SET) /* the list that it may be of goes */
            to->u.sysctl.key = ops_keep(out, mem_strdup(o->u.sysctl.key));
    }
    ops_fini(&built);
}

static const struct topo_node *was_node(const struct plan_diff *d, int node)
{
    for (size_t i = 0; d->was && i < d->was->nodes; i++)
        if (strcmp(d->was->node[i].name, d->topo.node[node].name) == 0)
            return &d->was->node[i];
    return NULL;
}

/* An interface that comes back has what the file set of it, and a bridge device IPv6 again. */
static void restore_settings(const struct plan_diff *d, const struct op *op, struct ops *out)
{
    int ends = op->kind == OP_BRIDGE_ADD ? 1 : 2;
    for (int k = 0; k < ends; k++) {
        const struct op_link_end *end = &op->u.link_add.end[k];
        const struct topo_node *n = end->node == TOPO_HOST ? NULL : was_node(d, end->node);
        if (op->kind == OP_BRIDGE_ADD && had_ipv6(d, end->node, end->ifname))
            plan_add_bridge_ipv6(out, end->node, n ? n : &d->topo.node[end->node]);
        for (size_t i = 0; n && i < n->sysctls; i++) {
            struct setting s;
            const struct topo_pair *from = &n->sysctl[i];
            if (setting_parse(from->key, &s) && setting_is_of(&s, end->ifname))
                ops_add(out, OP_SYSCTL_SET, end->node, from->mark)->u.sysctl =
                    (struct op_sysctl){from->key, from->value, NULL, true, true};
        }
    }
}

static void want_ready(struct ops *out, int node, const char *ifname, uint32_t ifindex)
{
    static const struct mark nowhere = {0};
    ops_add(out, OP_LINK_READY, node, nowhere)->u.ready = (struct op_ready){ifname, ifindex};
}

/* Pairs that come back carry again before the way back is called done; a bridge with its ports. One
 * whose end was off never would. */
static void await_pairs(const struct plan_diff *d, struct ops *out)
{
    size_t count = out->count;
    for (size_t i = 0; i < count; i++) {
        struct op_link_end end[2];
        if (out->item[i].kind != OP_LINK_ADD)
            continue;
        memcpy(end, out->item[i].u.link_add.end, sizeof end);
        for (int k = 0; end[0].up && end[1].up && k < 2; k++) {
            want_ready(out, end[k].node, end[k].ifname, end[k].ifindex);
            if (end[k].master && end[k].node != TOPO_HOST)
                want_ready(out, end[k].node, d->topo.node[end[k].node].name, end[k].master);
        }
    }
}

static void change_kept(const struct plan_diff *d, const struct op *down, enum op_kind kind,
                        struct ops *out)
{
    for (size_t i = 0; i < d->kept.count; i++) {
        const struct op *op = &d->kept.item[i];
        if (op->node == down->node && op->u.addr.ifindex == down->u.link_set.ifindex)
            ops_add(out, kind, op->node, op->mark)->u.addr = op->u.addr;
    }
}

/* What the kernel forgot by operation `by`. */
static void remember(const struct plan_diff *d, size_t by, struct ops *out)
{
    const struct op *op = &d->ops.item[by];
    size_t low = 0, high = d->forgottens;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (d->forgotten[mid].by < by)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < d->forgottens && d->forgotten[low].by == by; low++) {
        const struct plan_forgotten *f = &d->forgotten[low];
        ops_add(out, OP_SYSCTL_SET, op->node, op->mark)->u.sysctl =
            (struct op_sysctl){f->key, f->value, NULL, true, true};
    }
}

/* Whatever keep_addr_on_down is, the IPv6 addresses are there afterwards, and none is added twice.
 */
static void restore(const struct plan_diff *d, const struct op *back, struct ops *out)
{
    const struct op_link_set *s = &back->u.link_set;
    bool is_down = back->kind == OP_LINK_SET && (s->fields & OP_SET_UP) && !s->want.up;
    if (is_down)
        change_kept(d, back, OP_ADDR_DEL, out);
    *ops_add(out, back->kind, back->node, back->mark) = *back;
    if (is_down)
        change_kept(d, back, OP_ADDR_ADD, out);
}

/* What the kernel writes through on the way back has what it had before the change. */
static void restore_overwritten(const struct plan_diff *d, const struct op *back, struct ops *out)
{
    struct setting by, it;
    const struct op_sysctl *s = &back->u.sysctl;
    if (!setting_parse(s->key, &by) || !setting_is_spread(&by))
        return;
    for (size_t i = 0; i < d->overwritten.count; i++) {
        const struct op *op = &d->overwritten.item[i];
        if (op->node == back->node && setting_parse(op->u.sysctl.key, &it) &&
            setting_spread(&by, s->value, &it))
            *ops_add(out, op->kind, op->node, op->mark) = *op;
    }
}

bool plan_is_lost(const struct op *op)
{
    return op->kind == OP_LINK_DEL && !op->u.link_add.end[1].ifname;
}

void plan_undo(const struct plan_diff *d, size_t done, struct ops *out)
{
    while (done-- > 0) {
        const struct op *op = &d->ops.item[done];
        struct op back;
        if (op->kind == OP_LINK_READY) {
            continue; /* of an interface that goes, or that was ready before */
        } else if (op->kind == OP_NODE_DEL) {
            restore_node(d, op, out);
        } else if (op_invert(op, &back) && !plan_is_lost(op)) {
            if (back.kind == OP_LINK_ADD && back.u.link_add.end[1].node == TOPO_HOST)
                back.u.link_add.end[1].ifindex = 0; /* the machine's indexes are its own affair */
            restore(d, &back, out);
            if (back.kind == OP_SYSCTL_SET)
                restore_overwritten(d, &back, out);
            remember(d, done, out);
            if (back.kind == OP_LINK_ADD)
                restore_far_end(d, &back, out);
            if (back.kind == OP_LINK_ADD || back.kind == OP_BRIDGE_ADD)
                restore_settings(d, &back, out);
        }
    }
    await_pairs(d, out);
}
