/* SPDX-License-Identifier: BSD-2-Clause */
/* table: the operations of a lab as the lesson of two terminals: what is typed where, and why. */
#ifndef VETHLAB_TEACH_TABLE_H
#define VETHLAB_TEACH_TABLE_H

#include "base/buf.h"
#include "model/op.h"

#include <stdbool.h>

/* Appends a Markdown table: order, a column for the machine and one for each node where there are
 * at most three such places, else one that names the place; and why. Beside the commands of the
 * operations it has those with which a person looks at what he did: lsns, ip link, a ping, and the
 * exit that takes all away. Settings that a lab only sets so as not to inherit them are left out
 * unless `all`. */
void teach_table(const struct topo *t, const struct ops *ops, bool all, struct buf *out);

#endif
