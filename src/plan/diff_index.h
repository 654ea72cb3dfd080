/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_index: addresses and routes by what they are, for the difference: what is there in
 * thousands is looked up, never searched. */
#ifndef VETHLAB_PLAN_DIFF_INDEX_H
#define VETHLAB_PLAN_DIFF_INDEX_H

#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>

struct diff_key {
    int node;        /* of the snapshot */
    uint32_t number; /* of an address: its interface; of a route: its metric */
    uint8_t tos;
    struct ip_prefix prefix;
    struct ip_addr via;
};

struct diff_entry {
    struct diff_key key;
    const void *of; /* borrowed */
};

struct diff_index {
    struct diff_entry *item; /* owned; sorted by diff_index_sort() */
    size_t count, room;
};

void diff_index_add(struct diff_index *x, const struct diff_key *key, const void *of);
void diff_index_sort(struct diff_index *x); /* before it is asked */
void diff_index_fini(struct diff_index *x);

/* The first one of that key and the next of the same, in no order; NULL: there is none (more). */
const struct diff_entry *diff_index_first(const struct diff_index *x, const struct diff_key *key);
const struct diff_entry *diff_index_next(const struct diff_index *x, const struct diff_entry *e);

#endif
