/* SPDX-License-Identifier: BSD-2-Clause */
/* show_text: a snapshot of a lab as a table for people and as JSON for programs. Both come from one
 * table of columns. */
#ifndef VETHLAB_VERB_SHOW_TEXT_H
#define VETHLAB_VERB_SHOW_TEXT_H

#include "base/buf.h"
#include "kernel/lab.h"
#include "kernel/lab_ids.h"
#include "model/snap.h"

#include <stdbool.h>

/* "vethlab-show" in the JSON's "format"; counted up when a key changes its meaning or goes. */
#define SHOW_JSON_VERSION 1

/* Appends the lab's line, its interfaces, and with `routes` the routes of the main table. */
void show_print_text(const struct lab *l, enum lab_ids ids, const struct snap *s, bool routes,
                     struct buf *out);

/* Appends one JSON object; its keys are described in doc/vethlab-show.json.md. */
void show_print_json(const struct lab *l, enum lab_ids ids, const struct snap *s, bool routes,
                     struct buf *out);

#endif
