/* SPDX-License-Identifier: BSD-2-Clause */
/* steps: a list of operations as the steps that a person would take: one for each entry that
 * `explain` prints, under the same number. */
#ifndef VETHLAB_TEACH_STEPS_H
#define VETHLAB_TEACH_STEPS_H

#include "base/buf.h"
#include "model/op.h"

#include <stdbool.h>
#include <stddef.h>

/* The operations item[first], ... item[first + count - 1]. The first one gives the step its node,
 * its commands and its sentence; what follows in it are settings that a lab only makes so as not
 * to inherit the machine's. */
struct teach_step {
    size_t first, count;
};

struct teach_steps {
    struct teach_step *item; /* owned */
    size_t count, room;
};

/* Appends the steps of `ops`: together they are the whole list, in its order. */
void teach_steps_of(const struct ops *ops, struct teach_steps *out);
void teach_steps_fini(struct teach_steps *s);

/* True for a setting that is made only so as not to inherit the machine's: no entry of its own. */
bool teach_is_default(const struct op *op);

/* Appends "NODE# COMMAND" without a newline, fit for a terminal (base/text.h). What a shell would
 * ask for after its first line stands as it would there, "NODE> MORE", behind MARGIN. */
void teach_put_command(const char *place, const char *command, const char *margin, struct buf *out);

/* Appends the entry of one operation: "  7  SENTENCE", then each command below it as
 * "       NODE# COMMAND". */
void teach_entry(const struct topo *t, const struct op *op, size_t number, struct buf *out);

#endif
