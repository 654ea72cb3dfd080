/* SPDX-License-Identifier: BSD-2-Clause */
/* tables: routes and neighbours of the nodes that show them, read into the data.
 *
 * No event tells of all that changes in them, so that each is read once a second, one after the
 * other, and on a thread: the kernel may keep such a request waiting (loop/worker.h). */
#ifndef VETHLAB_VIEW_TABLES_H
#define VETHLAB_VIEW_TABLES_H

#include "base/err.h"
#include "kernel/lab.h"
#include "loop/loop.h"
#include "view/data.h"
#include "view/nodes.h"

struct tables;

/* Told from the loop when a node has tables that had none; may be NULL. */
typedef void tables_fn(void *ctx);

/* All are borrowed. NULL with *e set. */
struct tables *tables_new(struct loop *loop, const struct lab *lab, struct view_data *data,
                          tables_fn *come, void *ctx, struct err *e);
void tables_free(struct tables *t); /* NULL is allowed */

/* From now on those of these nodes are read, first where they were not wanted before. Cheap where
 * nothing changes; to be called before each frame. */
void tables_want(struct tables *t, const struct nodes_list *nodes);

/* Reads those of these nodes at once, and waits for it: where there is but one frame. */
void tables_read(struct tables *t, const struct nodes_list *nodes);

/* Something happened in a node: its tables are read anew, if the last time is a second ago. */
void tables_touch(struct tables *t, size_t node);

#endif
