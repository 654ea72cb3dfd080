/* SPDX-License-Identifier: BSD-2-Clause */
/* probe: pings that go on by themselves, from a node's network namespace to an address, and what
 * came of them. One process, one loop, one socket for each node and family, opened inside the
 * node's namespace when its first probe starts and closed when its last one stops or the node ends:
 * a probe never holds up a lab's end. */
#ifndef VETHLAB_LIVE_PROBE_H
#define VETHLAB_LIVE_PROBE_H

#include "base/addr.h"
#include "base/err.h"
#include "kernel/lab.h"
#include "loop/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROBE_STRIP       60 /* round-trip times that are kept for drawing */
#define PROBE_PAYLOAD     56 /* bytes, as ping(8) */
#define PROBE_PAYLOAD_MAX 65507

/* What stands in the strip where there is no time. */
enum { PROBE_NOT_SENT = -3, PROBE_LOST = -2, PROBE_WAITING = -1 };

struct probe_stats { /* all times in ns; 0 where there is none yet */
    uint64_t sent, received, duplicates;
    uint64_t lost;     /* unanswered for longer than the timeout; a late reply takes it back */
    uint64_t errors;   /* ICMP errors that came, and pings that could not be sent */
    uint64_t last_seq; /* of the latest reply */
    int64_t last_ns, min_ns, max_ns;
    double mean_ns, square_sum; /* square_sum: of the differences from the mean (Welford) */
    int64_t strip[PROBE_STRIP]; /* see probe_strip_at() */
};

void probe_stats_init(struct probe_stats *s);
int64_t probe_stats_avg_ns(const struct probe_stats *s);
int64_t
probe_stats_mdev_ns(const struct probe_stats *s); /* standard deviation, as ping(8) has it */
unsigned probe_stats_loss_percent(const struct probe_stats *s); /* of the decided ones */

/* Of the ping `back` before the latest (0: the latest, at most PROBE_STRIP - 1): its round-trip
 * time, or PROBE_NOT_SENT, PROBE_LOST, PROBE_WAITING. */
int64_t probe_strip_at(const struct probe_stats *s, unsigned back);

enum probe_what {
    PROBE_EV_SENT,
    PROBE_EV_REPLY,
    PROBE_EV_DUPLICATE,   /* one more reply to the same ping */
    PROBE_EV_LOST,        /* its timeout has passed */
    PROBE_EV_ERROR,       /* an ICMP error came: words, from */
    PROBE_EV_SEND_FAILED, /* it could not be sent: words, num; counts as sent */
    PROBE_EV_DONE,        /* `count` pings sent and each answered, refused or timed out */
    PROBE_EV_GONE,        /* the node ended: nothing more comes */
    PROBE_EV_COUNT
};

struct probe;

/* Valid during the callback only. */
struct probe_event {
    enum probe_what what;
    struct probe *probe;
    uint64_t seq;        /* 1, 2, ...; the packet carries its low 16 bits */
    int64_t rtt_ns;      /* of replies */
    int ttl;             /* of replies; -1: not told */
    size_t bytes;        /* of replies: ICMP header and payload */
    struct ip_addr from; /* of replies and errors */
    const char *words;   /* of errors: "Destination Host Unreachable" */
    int num;             /* of errors: errno */
    bool damaged;        /* of replies: the payload came back changed, at byte `wrong_at` */
    size_t wrong_at;
    uint8_t wrong_want, wrong_got;
};

/* May stop the probe, or any other. */
typedef void probe_fn(const struct probe_event *ev, void *ctx);

struct probe_options {
    size_t node; /* index in the lab: where it is sent from */
    struct ip_addr to;
    uint32_t scope_ifindex; /* for link-local IPv6 (sin6_scope_id), else 0 */
    int64_t first_ns;       /* delay before the first one: spreads many probes over an interval */
    int64_t interval_ns;    /* between two pings; 0: one second */
    int64_t timeout_ns;     /* then a ping is lost; 0: one second */
    uint64_t count;         /* 0: until it is stopped */
    size_t payload;         /* bytes behind the ICMP header; see PROBE_PAYLOAD */
    probe_fn *fn;           /* or NULL: ask probe_stats() */
    void *ctx;
};

struct prober;

/* `loop` and `lab` are borrowed and must outlive it; lab_enter_userns() first. Opens nothing. */
int prober_new(struct loop *loop, const struct lab *lab, struct prober **out, struct err *e);
void prober_free(struct prober *p); /* stops all probes; NULL is allowed */

/* Starts to ping. -EACCES/-EPERM where the node allows no ping socket, -ESRCH if it has ended. */
int probe_start(struct prober *p, const struct probe_options *o, struct probe **out, struct err *e);
void probe_stop(struct probe *probe); /* frees it; NULL is allowed */

/* A paused probe sends nothing; replies that are under way are still taken. */
void probe_pause(struct probe *probe, bool on);
void prober_pause(struct prober *p, bool on); /* all of them, and those yet to start */

const struct probe_stats *probe_stats(const struct probe *probe); /* borrowed; changes in place */
const struct probe_options *probe_options(const struct probe *probe);
bool probe_is_gone(const struct probe *probe); /* its node has ended */

#endif
