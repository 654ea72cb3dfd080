/* SPDX-License-Identifier: BSD-2-Clause */
/* ping_text: the lines of `ping LAB A B`, word for word as ping(8) of iputils has them, since that
 * is what people read and what scripts look for. */
#ifndef VETHLAB_VERB_PING_TEXT_H
#define VETHLAB_VERB_PING_TEXT_H

#include "base/buf.h"
#include "live/probe.h"
#include "live/reach.h"

struct ping_target {
    const char *name; /* as it was typed: a node's name, or the address */
    struct reach_target at;
    const char *scope; /* name of the interface of a link-local address, or NULL */
    size_t payload;
};

/* "PING b (10.1.0.2) 56(84) bytes of data." */
void ping_text_head(const struct ping_target *t, struct buf *out);

/* "64 bytes from b (10.1.0.2): icmp_seq=1 ttl=64 time=0.043 ms", or what went wrong instead;
 * nothing for events that ping(8) does not mention. `from_name`: the node that an error comes from,
 * or NULL. */
void ping_text_event(const struct ping_target *t, const struct probe_event *ev,
                     const char *from_name, struct buf *out);

/* The two lines of statistics behind an empty one. `took_ms`: from the first ping to now. */
void ping_text_summary(const struct ping_target *t, const struct probe_stats *s, int64_t took_ms,
                       struct buf *out);

/* One line, as ping(8) prints it on SIGQUIT. */
void ping_text_interim(const struct probe_stats *s, struct buf *out);

#endif
