/* SPDX-License-Identifier: BSD-2-Clause */
/* words: numbers and states as the few characters that a table cell has room for. */
#ifndef VETHLAB_VIEW_WORDS_H
#define VETHLAB_VIEW_WORDS_H

#include "model/snap.h"
#include "view/data.h"

#include <stddef.h>
#include <stdint.h>

#define WORDS_MAX 32 /* bytes that any of these needs */

/* All return `to`. */
const char *words_count(char to[WORDS_MAX], uint64_t n); /* "999", "1.2k", "12k", "3.4G" */
const char *words_ms(char to[WORDS_MAX], int64_t ns);    /* "0.061", "12.34", "1234" */
const char *words_age(char to[WORDS_MAX], int64_t ns);   /* "0:01:42" */
const char *words_loss(char to[WORDS_MAX], const struct view_ping *p); /* "0%", "0.5%", "-" */
/* "0.040/0.061/0.120": min, average, max; "-" while nothing was received. The second one has p99
 * behind them. */
const char *words_min_avg_max(char to[WORDS_MAX], const struct view_ping *p);
const char *words_times(char to[WORDS_MAX], const struct view_ping *p);

/* "terminal2:ve2", "host", "(outside)", or "" where there is no other end. Owned by the caller. */
char *words_peer(const struct snap *s, const struct snap_if *i);

#endif
