/* SPDX-License-Identifier: BSD-2-Clause */
/* named: a list of names, each with a number, to look things up by name. */
#ifndef VETHLAB_PLAN_NAMED_H
#define VETHLAB_PLAN_NAMED_H

#include <stddef.h>

struct named {
    const char *name; /* borrowed */
    int index;
};

void named_sort(struct named *list, size_t count);

/* The index of that name in a sorted list, or -1. */
int named_find(const struct named *list, size_t count, const char *name);

#endif
