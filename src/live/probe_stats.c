/* SPDX-License-Identifier: BSD-2-Clause */
/* probe_stats: sums over the pings of one probe, kept as they come (Welford 1962: no cancellation
 * however long it runs). */
#include "live/probe_stats.h"

#include <string.h>

void probe_stats_init(struct probe_stats *s)
{
    *s = (struct probe_stats){0};
}

void probe_stats_sent(struct probe_stats *s)
{
    s->strip[s->sent++ % PROBE_STRIP] = PROBE_WAITING;
}

static void strip_set(struct probe_stats *s, uint64_t seq, int64_t value)
{
    if (s->sent - seq < PROBE_STRIP)
        s->strip[(seq - 1) % PROBE_STRIP] = value;
}

void probe_stats_reply(struct probe_stats *s, uint64_t seq, int64_t rtt_ns, bool was_lost)
{
    double before = (double)rtt_ns - s->mean_ns;
    s->received++;
    s->lost -= was_lost;
    s->last_seq = seq;
    s->last_ns = rtt_ns;
    s->min_ns = s->received == 1 || rtt_ns < s->min_ns ? rtt_ns : s->min_ns;
    s->max_ns = rtt_ns > s->max_ns ? rtt_ns : s->max_ns;
    s->mean_ns += before / (double)s->received;
    s->square_sum += before * ((double)rtt_ns - s->mean_ns);
    strip_set(s, seq, rtt_ns);
}

void probe_stats_lost(struct probe_stats *s, uint64_t seq)
{
    s->lost++;
    strip_set(s, seq, PROBE_LOST);
}

int64_t probe_stats_avg_ns(const struct probe_stats *s)
{
    return (int64_t)(s->mean_ns + 0.5);
}

/* Newton's method, so that nothing here needs libm. */
int64_t probe_stats_mdev_ns(const struct probe_stats *s)
{
    double square = s->received ? s->square_sum / (double)s->received : 0;
    if (square <= 0)
        return 0;
    double root = square > 1 ? square : 1;
    for (double next = root; (next = (root + square / root) / 2) < root;)
        root = next;
    return (int64_t)(root + 0.5);
}

unsigned probe_stats_loss_percent(const struct probe_stats *s)
{
    uint64_t decided = s->received + s->lost;
    return decided ? (unsigned)(s->lost * 100 / decided) : 0;
}

int64_t probe_strip_at(const struct probe_stats *s, unsigned back)
{
    if (back >= s->sent || back >= PROBE_STRIP)
        return PROBE_NOT_SENT;
    return s->strip[(s->sent - 1 - back) % PROBE_STRIP];
}
