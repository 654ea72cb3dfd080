/* SPDX-License-Identifier: BSD-2-Clause */
/* probe_stats: how the sums of live/probe.h are kept: for the prober only. */
#ifndef VETHLAB_LIVE_PROBE_STATS_H
#define VETHLAB_LIVE_PROBE_STATS_H

#include "live/probe.h"

void probe_stats_sent(struct probe_stats *s); /* the next one, s->sent + 1 */

/* A first reply; `was_lost`: the ping had been counted as lost. */
void probe_stats_reply(struct probe_stats *s, uint64_t seq, int64_t rtt_ns, bool was_lost);
void probe_stats_lost(struct probe_stats *s, uint64_t seq); /* timed out, or refused */

#endif
