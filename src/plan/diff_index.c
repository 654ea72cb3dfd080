/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_index: see the header. */
#include "plan/diff_index.h"

#include "base/mem.h"

#include <stdlib.h>

static int compare(const struct diff_key *a, const struct diff_key *b)
{
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (a->tos != b->tos)
        return a->tos < b->tos ? -1 : 1;
    int c = ip_prefix_cmp(&a->prefix, &b->prefix);
    return c ? c : ip_addr_cmp(&a->via, &b->via);
}

static int by_key(const void *a, const void *b)
{
    const struct diff_entry *x = a, *y = b;
    return compare(&x->key, &y->key);
}

void diff_index_add(struct diff_index *x, const struct diff_key *key, const void *of)
{
    mem_grow(&x->item, &x->room, x->count, sizeof *x->item);
    x->item[x->count++] = (struct diff_entry){*key, of};
}

void diff_index_sort(struct diff_index *x)
{
    if (x->count)
        qsort(x->item, x->count, sizeof *x->item, by_key);
}

void diff_index_fini(struct diff_index *x)
{
    free(x->item);
    *x = (struct diff_index){0};
}

const struct diff_entry *diff_index_first(const struct diff_index *x, const struct diff_key *key)
{
    size_t low = 0, high = x->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compare(&x->item[mid].key, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < x->count && compare(&x->item[low].key, key) == 0 ? &x->item[low] : NULL;
}

const struct diff_entry *diff_index_next(const struct diff_index *x, const struct diff_entry *e)
{
    const struct diff_entry *next = e + 1;
    return next < x->item + x->count && compare(&next->key, &e->key) == 0 ? next : NULL;
}
