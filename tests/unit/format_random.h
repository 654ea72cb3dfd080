/* SPDX-License-Identifier: BSD-2-Clause */
/* format_random: random topologies that are valid, and strings that are hard to write down. */
#ifndef VETHLAB_TESTS_FORMAT_RANDOM_H
#define VETHLAB_TESTS_FORMAT_RANDOM_H

#include "model/topo.h"

struct random {
    uint64_t state; /* not 0 */
};

uint32_t random_below(struct random *r, uint32_t limit); /* 0 .. limit - 1 */

/* A string of at most `max` bytes without control characters: words, quotes, brackets, UTF-8. The
 * caller's. */
char *random_text(struct random *r, size_t max);

/* A topology in which topo_check() finds nothing. The caller's. */
struct topo *random_topo(struct random *r);

#endif
