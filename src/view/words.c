/* SPDX-License-Identifier: BSD-2-Clause */
/* words: see the header. */
#include "view/words.h"

#include "base/clock.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

const char *words_count(char to[WORDS_MAX], uint64_t n)
{
    static const char units[] = " kMGTPE";
    double value = (double)n;
    size_t unit = 0;
    while (value >= 999.5) {
        value /= 1000;
        unit++;
    }
    if (unit == 0)
        snprintf(to, WORDS_MAX, "%" PRIu64, n);
    else
        snprintf(to, WORDS_MAX, "%.*f%c", value < 9.95 ? 1 : 0, value, units[unit]);
    return to;
}

const char *words_ms(char to[WORDS_MAX], int64_t ns)
{
    double ms = (double)ns / (double)CLOCK_NS_PER_MS;
    int digits = ms < 9.9995 ? 3 : ms < 99.995 ? 2 : ms < 999.95 ? 1 : 0;
    snprintf(to, WORDS_MAX, "%.*f", digits, ms);
    return to;
}

const char *words_age(char to[WORDS_MAX], int64_t ns)
{
    int64_t s = ns > 0 ? ns / CLOCK_NS_PER_S : 0;
    snprintf(to, WORDS_MAX, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60), (int)(s % 60));
    return to;
}

/* Never "0%" where something was lost, nor "100%" where something came back. */
const char *words_loss(char to[WORDS_MAX], const struct view_ping *p)
{
    uint64_t all = p->received + p->lost;
    double percent = all ? 100.0 * (double)p->lost / (double)all : 0;
    if (all == 0)
        snprintf(to, WORDS_MAX, "-");
    else if (p->lost == 0 || p->received == 0)
        snprintf(to, WORDS_MAX, "%d%%", p->lost ? 100 : 0);
    else if (percent < 9.95)
        snprintf(to, WORDS_MAX, "%.1f%%", percent < 0.1 ? 0.1 : percent);
    else
        snprintf(to, WORDS_MAX, "%.0f%%", percent > 99 ? 99 : percent);
    return to;
}

const char *words_min_avg_max(char to[WORDS_MAX], const struct view_ping *p)
{
    char least[WORDS_MAX], average[WORDS_MAX], most[WORDS_MAX];
    if (p->received == 0)
        snprintf(to, WORDS_MAX, "-");
    else
        snprintf(to, WORDS_MAX, "%.9s/%.9s/%.9s", words_ms(least, p->min_ns),
                 words_ms(average, p->sum_ns / (int64_t)p->received), words_ms(most, p->max_ns));
    return to;
}

const char *words_times(char to[WORDS_MAX], const struct view_ping *p)
{
    char three[WORDS_MAX], p99[WORDS_MAX];
    words_min_avg_max(three, p);
    if (p->received == 0)
        snprintf(to, WORDS_MAX, "%s", three);
    else
        snprintf(to, WORDS_MAX, "%.22s/%.8s", three, words_ms(p99, view_ping_p99_ns(p)));
    return to;
}

char *words_peer(const struct snap *s, const struct snap_if *i)
{
    if (!i->peer_index)
        return mem_strdup("");
    if (i->peer_node == SNAP_NODE_HOST)
        return mem_strdup("host");
    if (i->peer_node < 0 || (size_t)i->peer_node >= s->nodes)
        return mem_strdup("(outside)");
    const struct snap_node *n = &s->node[i->peer_node];
    const struct snap_if *other = snap_if_by_index(n, i->peer_index);
    if (!other)
        return mem_printf("%s:if%" PRIu32, n->name, i->peer_index);
    return mem_printf("%s:%s", n->name, other->name);
}
