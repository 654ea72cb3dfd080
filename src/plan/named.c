/* SPDX-License-Identifier: BSD-2-Clause */
/* named: see the header. */
#include "plan/named.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    return strcmp(x->name, y->name);
}

void named_sort(struct named *list, size_t count)
{
    if (count)
        qsort(list, count, sizeof *list, by_name);
}

int named_find(const struct named *list, size_t count, const char *name)
{
    struct named key = {.name = name};
    const struct named *n = count ? bsearch(&key, list, count, sizeof *list, by_name) : NULL;
    return n ? n->index : -1;
}
