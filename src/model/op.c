/* SPDX-License-Identifier: BSD-2-Clause */
/* op: names of the operations and the list that holds them. */
#include "model/op.h"

#include "base/mem.h"

#include <stdlib.h>

const char *const op_kind_names[] = {
    [OP_NODE_ADD] = "node-add",     [OP_SYSCTL_SET] = "sysctl-set", [OP_BRIDGE_ADD] = "bridge-add",
    [OP_LINK_ADD] = "link-add",     [OP_LINK_SET] = "link-set",     [OP_ADDR_ADD] = "addr-add",
    [OP_ROUTE_ADD] = "route-add",   [OP_LINK_READY] = "link-ready", [OP_EXEC] = "exec",
    [OP_ROUTE_DEL] = "route-del",   [OP_ADDR_DEL] = "addr-del",     [OP_LINK_DEL] = "link-del",
    [OP_BRIDGE_DEL] = "bridge-del", [OP_NODE_DEL] = "node-del",
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
