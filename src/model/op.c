/* SPDX-License-Identifier: BSD-2-Clause */
/* op: names of the operations and the list that holds them. */
#include "model/op.h"

#include "base/mem.h"

#include <stdlib.h>

const char *const op_kind_names[] = {
    [OP_NODE_ADD] = "node-add",
    [OP_SYSCTL_SET] = "sysctl-set",
    [OP_BRIDGE_ADD] = "bridge-add",
    [OP_LINK_ADD] = "link-add",
    [OP_LINK_SET] = "link-set",
    [OP_ADDR_ADD] = "addr-add",
    [OP_ROUTE_ADD] = "route-add",
    [OP_LINK_READY] = "link-ready",
    [OP_EXEC] = "exec",
    [OP_ROUTE_DEL] = "route-del",
    [OP_ADDR_DEL] = "addr-del",
    [OP_LINK_DEL] = "link-del",
    [OP_BRIDGE_DEL] = "bridge-del",
    [OP_NODE_DEL] = "node-del",
    [OP_QDISC_ADD] = "qdisc-add",
    [OP_QDISC_DEL] = "qdisc-del",
    [OP_HOSTNAME_SET] = "hostname-set",
};
_Static_assert(ARRAY_LEN(op_kind_names) == OP_KIND_COUNT, "every operation has a name");

void ops_fini(struct ops *l)
{
    for (size_t i = 0; i < l->texts; i++)
        free(l->text[i]);
    free(l->text);
    free(l->item);
    *l = (struct ops){0};
}

const char *ops_keep(struct ops *l, char *text)
{
    mem_grow(&l->text, &l->text_room, l->texts, sizeof *l->text);
    return l->text[l->texts++] = text;
}

struct op *ops_add(struct ops *l, enum op_kind kind, int node, struct mark mark)
{
    mem_grow(&l->item, &l->room, l->count, sizeof *l->item);
    struct op *op = &l->item[l->count++];
    *op = (struct op){.kind = kind, .node = node, .mark = mark};
    return op;
}

static bool flip_link_set(struct op *op)
{
    struct op_link_state want = op->u.link_set.want;
    op->u.link_set.want = op->u.link_set.before;
    op->u.link_set.before = want;
    return true;
}

static bool flip_hostname(struct op *op)
{
    const char *want = op->u.hostname.want;
    op->u.hostname.want = op->u.hostname.before;
    op->u.hostname.before = want;
    return true;
}

static bool flip_sysctl(struct op *op)
{
    const char *value = op->u.sysctl.value;
    if (!op->u.sysctl.before)
        return false;
    op->u.sysctl.value = op->u.sysctl.before;
    op->u.sysctl.before = value;
    return true;
}

/* The kind of the inverse; the payload stays unless `flip` changes it. */
static const struct {
    enum op_kind kind;
    bool never;
    bool (*flip)(struct op *op);
} inverses[] = {
    [OP_NODE_ADD] = {OP_NODE_DEL, false, NULL},
    [OP_HOSTNAME_SET] = {OP_HOSTNAME_SET, false, flip_hostname},
    [OP_SYSCTL_SET] = {OP_SYSCTL_SET, false, flip_sysctl},
    [OP_BRIDGE_ADD] = {OP_BRIDGE_DEL, false, NULL},
    [OP_LINK_ADD] = {OP_LINK_DEL, false, NULL},
    [OP_LINK_SET] = {OP_LINK_SET, false, flip_link_set},
    [OP_ADDR_ADD] = {OP_ADDR_DEL, false, NULL},
    [OP_ROUTE_ADD] = {OP_ROUTE_DEL, false, NULL},
    [OP_QDISC_ADD] = {OP_QDISC_DEL, false, NULL},
    [OP_LINK_READY] = {OP_LINK_READY, false, NULL},
    [OP_EXEC] = {OP_EXEC, true, NULL},
    [OP_QDISC_DEL] = {OP_QDISC_ADD, false, NULL},
    [OP_ROUTE_DEL] = {OP_ROUTE_ADD, false, NULL},
    [OP_ADDR_DEL] = {OP_ADDR_ADD, false, NULL},
    [OP_LINK_DEL] = {OP_LINK_ADD, false, NULL},
    [OP_BRIDGE_DEL] = {OP_BRIDGE_ADD, false, NULL},
    [OP_NODE_DEL] = {OP_NODE_ADD, false, NULL},
};
_Static_assert(ARRAY_LEN(inverses) == OP_KIND_COUNT,
               "every operation has an inverse or says never");

bool op_invert(const struct op *op, struct op *out)
{
    *out = *op;
    out->kind = inverses[op->kind].kind;
    return !inverses[op->kind].never && (!inverses[op->kind].flip || inverses[op->kind].flip(out));
}

bool op_is_on_machine(const struct op *op)
{
    const struct op_link_end *far = &op->u.link_add.end[1];
    bool is_pair = op->kind == OP_LINK_ADD || op->kind == OP_LINK_DEL;
    return op->node == TOPO_HOST || (is_pair && far->node == TOPO_HOST && far->ifname);
}
