/* SPDX-License-Identifier: BSD-2-Clause */
/* ping_matrix: the result of `ping --all` as text and as JSON. */
#ifndef VETHLAB_VERB_PING_MATRIX_H
#define VETHLAB_VERB_PING_MATRIX_H

#include "base/buf.h"
#include "live/sweep.h"

/* Appends a matrix for each family that was asked for: a row for each node that pings, a column for
 * each that is pinged. Of three forms the first that fits into `columns`: times in milliseconds; a
 * sign for each pair; only the rows in which something is missing. */
void ping_matrix_text(const struct sweep *s, const struct snap *snap, size_t columns,
                      struct buf *out);

/* Appends one sentence: how many answered, and what did not. */
void ping_matrix_sentence(const struct sweep *s, const struct snap *snap, struct buf *out);

void ping_matrix_json(const struct sweep *s, const struct snap *snap, struct buf *out);

#endif
