/* SPDX-License-Identifier: BSD-2-Clause */
/* builder_ready: waits until every interface is up with carrier and no address is tentative. */
#ifndef VETHLAB_APPLY_BUILDER_READY_H
#define VETHLAB_APPLY_BUILDER_READY_H

#include "apply/builder_node.h"

/* Asks the kernel for the interface, which settles its deferred carrier work on newer kernels. */
int builder_want_ready(struct builder *b, const struct op *op, struct err *e);

/* Joins the nodes and waits, at most 5 s, for whatever was not ready when asked. */
int builder_wait_ready(struct builder *b, struct err *e);

/* Waits, at most 5 s, for the one interface of an OP_LINK_READY. */
int builder_wait_one(struct builder *b, const struct op *op, struct err *e);

#endif
