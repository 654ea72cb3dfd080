/* SPDX-License-Identifier: BSD-2-Clause */
/* show_routes: the routes of a snapshot's main tables, as a table and as JSON. */
#ifndef VETHLAB_VERB_SHOW_ROUTES_H
#define VETHLAB_VERB_SHOW_ROUTES_H

#include "base/buf.h"
#include "model/snap.h"
#include "json/json.h"

#include <stddef.h>
#include <stdint.h>

void show_routes_text(const struct snap *s, struct buf *out);
void show_routes_json(const struct snap_node *n, struct json *list);

/* The word for a number, or, where there is none, the number itself in `buf`. */
const char *show_word(uint8_t value, const char *const *words, size_t count, char buf[8]);

#endif
