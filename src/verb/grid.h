/* SPDX-License-Identifier: BSD-2-Clause */
/* grid: rows of text in columns, as wide as their contents. Widths are terminal columns: East Asian
 * wide characters count two. */
#ifndef VETHLAB_VERB_GRID_H
#define VETHLAB_VERB_GRID_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct grid_column {
    const char *header;
    bool right;    /* numbers */
    bool optional; /* left out where all its cells are empty */
};

struct grid;

struct grid *grid_new(const struct grid_column *column, size_t columns); /* columns are borrowed */
void grid_free(struct grid *g);

/* The next cell, row by row. Clean text (text_clean()); '\n' begins another line in the same cell.
 */
void grid_add(struct grid *g, const char *text);

/* Appends header and rows; no blanks at the ends of lines. */
void grid_print(const struct grid *g, struct buf *out);

#endif
