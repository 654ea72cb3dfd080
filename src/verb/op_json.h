/* SPDX-License-Identifier: BSD-2-Clause */
/* op_json: one operation as `explain --json` and `plan --json` both have it. */
#ifndef VETHLAB_VERB_OP_JSON_H
#define VETHLAB_VERB_OP_JSON_H

#include "model/op.h"
#include "json/json.h"

/* Appends an object with operation, node, commands and why; returns it, for what one of them has
 * beyond that. */
struct json *op_json_add(struct json *list, const struct topo *t, const struct op *op);

#endif
