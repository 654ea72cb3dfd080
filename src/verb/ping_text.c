/* SPDX-License-Identifier: BSD-2-Clause */
/* ping_text: see the header. */
#include "verb/ping_text.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

/* A reply to a name is "from b (10.1.0.2)", one to an address "from 10.1.0.2". */
static void add_place(const char *name, const struct ip_addr *a, const char *scope, struct buf *out)
{
    char text[IP_TEXT_MAX];
    ip_addr_format(a, text);
    bool named = name && strcmp(name, text) != 0;
    if (named)
        buf_printf(out, "%s (", name);
    buf_adds(out, text);
    if (scope) {
        buf_addc(out, '%');
        text_clean(out, scope, strlen(scope));
    }
    buf_adds(out, named ? ")" : "");
}

void ping_text_head(const struct ping_target *t, struct buf *out)
{
    char text[IP_TEXT_MAX];
    buf_printf(out, "PING %s (%s", t->name, ip_addr_format(&t->at.to, text));
    if (t->scope) {
        buf_addc(out, '%');
        text_clean(out, t->scope, strlen(t->scope));
    }
    if (t->at.to.family == AF_INET6)
        buf_printf(out, ") %zu data bytes\n", t->payload);
    else
        buf_printf(out, ") %zu(%zu) bytes of data.\n", t->payload, t->payload + 28);
}

/* Three significant digits below a second, as ping(8) rounds. */
static void add_time(int64_t ns, struct buf *out)
{
    int64_t us = (ns + CLOCK_NS_PER_US / 2) / CLOCK_NS_PER_US;
    if (us >= 100000 - 50)
        buf_printf(out, "%" PRId64 " ms", (us + 500) / 1000);
    else if (us >= 10000 - 5)
        buf_printf(out, "%" PRId64 ".%01" PRId64 " ms", (us + 50) / 1000, (us + 50) % 1000 / 100);
    else if (us >= 1000)
        buf_printf(out, "%" PRId64 ".%02" PRId64 " ms", (us + 5) / 1000, (us + 5) % 1000 / 10);
    else
        buf_printf(out, "%" PRId64 ".%03" PRId64 " ms", us / 1000, us % 1000);
}

static void add_reply(const struct ping_target *t, const struct probe_event *ev, struct buf *out)
{
    buf_printf(out, "%zu bytes from ", ev->bytes);
    add_place(t->name, &ev->from, t->scope, out);
    buf_printf(out, ": icmp_seq=%u", (unsigned)(uint16_t)ev->seq);
    if (ev->ttl >= 0)
        buf_printf(out, " ttl=%d", ev->ttl);
    buf_adds(out, " time=");
    add_time(ev->rtt_ns, out);
    if (ev->what == PROBE_EV_DUPLICATE)
        buf_adds(out, " (DUP!)");
    if (ev->bytes < t->payload + 8)
        buf_adds(out, " (truncated)");
    if (ev->damaged)
        buf_printf(out, "\nwrong data byte #%zu should be 0x%x but was 0x%x", ev->wrong_at,
                   ev->wrong_want, ev->wrong_got);
    buf_addc(out, '\n');
}

void ping_text_event(const struct ping_target *t, const struct probe_event *ev,
                     const char *from_name, struct buf *out)
{
    unsigned seq = (uint16_t)ev->seq;
    switch (ev->what) {
    case PROBE_EV_REPLY:
    case PROBE_EV_DUPLICATE:
        add_reply(t, ev, out);
        break;
    case PROBE_EV_ERROR:
        if (ev->from.family != AF_UNSPEC) {
            buf_adds(out, "From ");
            add_place(from_name, &ev->from, NULL, out);
            buf_addc(out, ' ');
        }
        buf_printf(out, "icmp_seq=%u %s\n", seq, ev->words);
        break;
    case PROBE_EV_SEND_FAILED:
        buf_printf(out, "icmp_seq=%u not sent: %s\n", seq, ev->words);
        break;
    default:
        break;
    }
}

static void add_ms(int64_t ns, struct buf *out)
{
    int64_t us = (ns + CLOCK_NS_PER_US / 2) / CLOCK_NS_PER_US;
    buf_printf(out, "%" PRId64 ".%03" PRId64, us / 1000, us % 1000);
}

void ping_text_summary(const struct ping_target *t, const struct probe_stats *s, int64_t took_ms,
                       struct buf *out)
{
    buf_printf(out, "\n--- %s ping statistics ---\n", t->name);
    buf_printf(out, "%" PRIu64 " packets transmitted, %" PRIu64 " received", s->sent, s->received);
    if (s->duplicates)
        buf_printf(out, ", +%" PRIu64 " duplicates", s->duplicates);
    if (s->errors)
        buf_printf(out, ", +%" PRIu64 " errors", s->errors);
    if (s->sent)
        buf_printf(out, ", %g%% packet loss, time %" PRId64 "ms",
                   (double)((float)((double)(s->sent - s->received) * 100.0 / (double)s->sent)),
                   took_ms);
    buf_addc(out, '\n');
    if (!s->received)
        return;
    const int64_t ns[] = {s->min_ns, probe_stats_avg_ns(s), s->max_ns, probe_stats_mdev_ns(s)};
    buf_adds(out, "rtt min/avg/max/mdev = ");
    for (int i = 0; i < 4; i++) {
        add_ms(ns[i], out);
        buf_adds(out, i < 3 ? "/" : " ms\n");
    }
}

void ping_text_interim(const struct probe_stats *s, struct buf *out)
{
    uint64_t lost = s->sent - s->received;
    buf_printf(out, "%" PRIu64 "/%" PRIu64 " packets, %" PRIu64 "%% loss", s->received, s->sent,
               s->sent ? lost * 100 / s->sent : 0);
    if (s->received) {
        buf_adds(out, ", min/avg/max = ");
        add_ms(s->min_ns, out);
        buf_addc(out, '/');
        add_ms(probe_stats_avg_ns(s), out);
        buf_addc(out, '/');
        add_ms(s->max_ns, out);
        buf_adds(out, " ms");
    }
    buf_addc(out, '\n');
}
