/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_text: a change of a running lab as lines for people and as JSON. */
#ifndef VETHLAB_VERB_PLAN_TEXT_H
#define VETHLAB_VERB_PLAN_TEXT_H

#include "apply/change.h"
#include "base/buf.h"

/* "vethlab-plan" in the JSON's "format"; counted up when a key changes its meaning or goes. */
#define PLAN_JSON_VERSION 2

void plan_print_text(const struct change *c, const char *lab, struct buf *out);
void plan_print_json(const struct change *c, const char *lab, struct buf *out);

/* '+', '-', '~', '=' (waits) or '!' (a command). What is said of a change has '+' for '~' where the
 * node or the interface is new. */
char plan_sign(enum op_kind kind);

/* The topology text of change_adopt(), and as comments what it cannot say. False if there is any.
 */
bool plan_print_adopted(const struct topo *t, const struct plan_diff *rest, const struct snap *is,
                        struct buf *out);

#endif
