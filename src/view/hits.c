/* SPDX-License-Identifier: BSD-2-Clause */
/* hits: see the header. */
#include "view/hits.h"

void hits_mark(struct area a, struct hit what)
{
    struct hits *h = a.canvas->hits;
    if (h && h->row >= a.row && h->row < a.row + a.rows && h->col >= a.col &&
        h->col < a.col + a.cols)
        h->found = what;
}

void hits_mark_rows(struct area a, int row, int rows, struct hit what)
{
    hits_mark(area_part(a, row, 0, rows, a.cols), what);
}
