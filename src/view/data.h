/* SPDX-License-Identifier: BSD-2-Clause */
/* data: all that a frame shows of a lab, as plain values; nothing here knows the kernel, so that a
 * test builds it by hand. Names are kept raw: the canvas cleans what is written. */
#ifndef VETHLAB_VIEW_DATA_H
#define VETHLAB_VIEW_DATA_H

#include "base/addr.h"
#include "model/snap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct eventlog; /* view/eventlog.h */

#define VIEW_RECENT 128 /* the last echo requests of each ping, for the strip */

#define VIEW_NONE_NS    (-1) /* nothing was sent or nothing came back yet */
#define VIEW_WAITING_NS (-2) /* sent, and not yet answered */
#define VIEW_LOST_NS    (-3) /* not answered in time */

/* Round-trip times are counted in steps of a sixteenth of each power of two, from 2^10 ns on: 6 %
 * at most, and no list of all of them. */
#define VIEW_STEPS_EACH 16
#define VIEW_STEPS      (1 + 30 * VIEW_STEPS_EACH)

/* One running ping. Requests are counted from 1. */
struct view_ping {
    char *target; /* owned; the node that is pinged, or "" */
    struct ip_addr addr;
    bool resting;       /* the address of the node or its own is gone: nothing is sent */
    char *error;        /* owned or NULL: why the last request could not be sent, or was refused */
    uint64_t seq;       /* of the last request; 0: none yet */
    uint64_t error_seq; /* the request that `error` is about */
    uint64_t received, lost;
    int64_t last_ns;                /* the last round-trip time, VIEW_NONE_NS, or lost */
    int64_t min_ns, max_ns, sum_ns; /* of those received */
    uint32_t step[VIEW_STEPS];      /* how many of those received were in it */
    int64_t recent_ns[VIEW_RECENT]; /* request n in [n % VIEW_RECENT]: its time or VIEW_* */
};

struct view_rate {
    uint32_t ifindex;
    bool known;                  /* two samples were taken */
    uint64_t rx_bytes, tx_bytes; /* counters of the last sample */
    uint64_t rx_bps, tx_bps;     /* bytes a second between the last two */
};

/* The shell in a node, if it has one. */
struct term;
struct view_shell {
    const struct term *term; /* live/term.h; borrowed; NULL: none */
    bool ended;
    int code; /* its exit code then */
};

struct view_node {
    struct view_shell shell;
    bool absent;      /* it is yet to be made (`run --step`): its snapshot is `gone` */
    bool sees_pids;   /* it has no process ids of its own: it sees those of the lab */
    pid_t lab_pid;    /* its first process among those of the lab; 0: not known */
    unsigned toggled; /* 1 << enum ui_section (view/action.h): not as it is from the beginning */
    struct view_ping *ping; /* owned */
    size_t pings, ping_room;
    struct snap_node *tables; /* owned: routes and neighbours, where these are shown; or NULL */
    struct view_rate *rate;   /* owned; the interfaces of the last sample */
    size_t rates;
    int64_t sampled_ns; /* when that was; 0: never */
};

struct view_data {
    const struct snap *snap; /* borrowed; may change between frames, its nodes do not */
    struct view_node *node;  /* owned; one for each of snap->node, in the same order */
    size_t nodes;
    int64_t now_ns;             /* CLOCK_MONOTONIC of this frame: set before each is drawn */
    int64_t began_ns;           /* the same clock: when the lab began */
    int64_t interval_ns;        /* between two requests of a ping */
    bool gone;                  /* the lab ended */
    const struct eventlog *log; /* borrowed; NULL: none is kept */
};

void view_data_init(struct view_data *d, const struct snap *snap, int64_t began_ns);
/* What of the nodes `from` (as many as they are) outlives that their lab is read anew: the pings,
 * routes and neighbours, and what the user chose. `count` nodes were put in at `at`. */
void view_data_take_over(struct view_data *d, struct view_node *from, size_t nodes, size_t at,
                         size_t count);
void view_data_fini(struct view_data *d);

/* How many nodes ended. */
size_t view_data_ended(const struct view_data *d);

/* Adds a ping to a node; `target` may be NULL. Borrowed until the next one is added there. */
struct view_ping *view_data_add_ping(struct view_data *d, size_t node, const char *target,
                                     const struct ip_addr *addr);

/* Those behind it move up. */
void view_data_remove_ping(struct view_data *d, size_t node, size_t at);

/* Hands over routes and neighbours of a node (model/snap.h), owned by the data from now on. */
void view_data_set_tables(struct view_data *d, size_t node, struct snap_node *tables);

/* Computes a node's rates anew from the snapshot's counters, which were read at `now_ns`. */
void view_data_sample(struct view_data *d, size_t node, int64_t now_ns);
/* Of the last sample, or NULL; its rates count only if `known`. */
const struct view_rate *view_data_rate(const struct view_data *d, size_t node, uint32_t ifindex);

/* What happened to a request. Unknown and repeated numbers are harmless; a late answer takes
 * the loss back, as live/probe has it. */
void view_ping_sent(struct view_ping *p, uint64_t seq);
void view_ping_answered(struct view_ping *p, uint64_t seq, int64_t rtt_ns);
void view_ping_lost(struct view_ping *p, uint64_t seq);
/* The request counts as lost (and as sent); `text`, borrowed, is shown until one is
 * answered or lost otherwise. */
void view_ping_failed(struct view_ping *p, uint64_t seq, const char *text);
/* Of request `seq`: its round-trip time or VIEW_*; VIEW_NONE_NS where it is too old or to come. */
int64_t view_ping_recent(const struct view_ping *p, uint64_t seq);
/* 99 of 100 answers came within it (a step more, but never more than the longest); 0: none. */
int64_t view_ping_p99_ns(const struct view_ping *p);
/* What is under way will not be told of any more: those requests show as nothing. */
void view_ping_forget_waiting(struct view_ping *p);
/* Nothing more is sent for a while: what is under way is neither answered nor lost. */
void view_ping_rest(struct view_ping *p);
void view_ping_reset(struct view_ping *p); /* counts anew; the number of the next request stays */

/* Interfaces in the order in which they are shown: by index, loopback last. Array owned by the
 * caller, n->ifs pointers, borrowed; NULL where there are none. */
const struct snap_if **view_links(const struct snap_node *n);

#endif
