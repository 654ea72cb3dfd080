/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_counters: see the header.
 *
 * A line is "%6s: " and sixteen numbers (net/core/net-procfs.c). The kernel takes almost any byte
 * in a name but blanks, '/' and ':' (dev_valid_name()); should it take ':' one day, the last one of
 * the line still is ours, because only numbers follow. */
#include "live/watch_counters.h"

#include "base/buf.h"
#include "base/io.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX (4 << 20) /* 30,000 interfaces */

/* Their order in the file. */
enum {
    RX_BYTES,
    RX_PACKETS,
    RX_ERRORS,
    RX_DROPPED,
    TX_BYTES = 8,
    TX_PACKETS,
    TX_ERRORS,
    TX_DROPPED,
    NEEDED
};

static const char *number(const char *at, const char *end, uint64_t *out)
{
    while (at < end && *at == ' ')
        at++;
    const char *first = at;
    for (*out = 0; at < end && *at >= '0' && *at <= '9'; at++)
        *out = *out * 10 + (uint64_t)(*at - '0');
    return at > first ? at : NULL;
}

static void take(const uint64_t *v, struct snap_stats *s)
{
    *s = (struct snap_stats){.rx_bytes = v[RX_BYTES],
                             .rx_packets = v[RX_PACKETS],
                             .rx_errors = v[RX_ERRORS],
                             .rx_dropped = v[RX_DROPPED],
                             .tx_bytes = v[TX_BYTES],
                             .tx_packets = v[TX_PACKETS],
                             .tx_errors = v[TX_ERRORS],
                             .tx_dropped = v[TX_DROPPED]};
}

static void parse_line(const char *line, const char *end, struct snap_node *n)
{
    const char *colon = memrchr(line, ':', (size_t)(end - line)), *at = colon;
    char name[IFNAMSIZ];
    uint64_t value[NEEDED];
    while (line < end && *line == ' ')
        line++;
    if (!colon || colon <= line || (size_t)(colon - line) >= sizeof name)
        return;
    memcpy(name, line, (size_t)(colon - line));
    name[colon - line] = '\0';
    struct snap_if *i = (struct snap_if *)snap_find_if(n, name);
    at++;
    for (size_t k = 0; at && k < NEEDED; k++)
        at = number(at, end, &value[k]);
    if (i && at)
        take(value, &i->stats);
}

void watch_counters_parse(const char *text, size_t len, struct snap_node *n)
{
    for (const char *end = text + len, *stop; text < end; text = stop + 1) {
        stop = memchr(text, '\n', (size_t)(end - text));
        stop = stop ? stop : end;
        parse_line(text, stop, n);
    }
}

int watch_counters_read(pid_t pid, struct snap_node *n)
{
    char path[64];
    _cleanup_buf_ struct buf text = BUF_INIT;
    if (pid)
        snprintf(path, sizeof path, "/proc/%d/net/dev", (int)pid);
    int r = io_read_file(AT_FDCWD, pid ? path : "/proc/self/net/dev", FILE_MAX, &text);
    if (r == 0)
        watch_counters_parse(buf_str(&text), text.len, n);
    return r;
}
