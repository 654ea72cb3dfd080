/* SPDX-License-Identifier: BSD-2-Clause */
/* act_losses: looks at a node before something is done to it that the kernel takes more along with.
 */
#include "apply/act.h"
#include "kernel/observe.h"
#include "plan/losses.h"

int act_losses(const struct lab *l, size_t node, const struct op *op, struct ops *out,
               struct err *e)
{
    struct snap_node now = {0};
    if (!plan_may_lose(op))
        return 0;
    int r = observe_node(l, node, OBSERVE_ADDRS | OBSERVE_ROUTES, &now, e);
    if (r == 0)
        plan_losses(op, &now, out);
    snap_node_clear(&now);
    return r;
}
