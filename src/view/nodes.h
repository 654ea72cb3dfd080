/* SPDX-License-Identifier: BSD-2-Clause */
/* nodes: which nodes of a lab are shown, in which order, and each in one line; pure. */
#ifndef VETHLAB_VIEW_NODES_H
#define VETHLAB_VIEW_NODES_H

#include "view/data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum nodes_column {
    NODES_NUMBER, /* the order of the lab */
    NODES_NAME,
    NODES_LINKS, /* those that are not up come first */
    NODES_LOSS,
    NODES_RTT,
    NODES_RX,
    NODES_TX,
    NODES_COLUMN_COUNT
};

/* All of a node's links (but for lo and bridges) and pings together. */
struct nodes_sum {
    size_t links, links_up; /* up: set up and with carrier */
    size_t pings;
    uint64_t received, lost;
    int64_t last_ns; /* the longest of its pings' last times, VIEW_LOST_NS or VIEW_NONE_NS */
    int64_t avg_ns;  /* VIEW_NONE_NS: nothing was received */
    bool rates;      /* known */
    uint64_t rx_bps, tx_bps;
};
struct nodes_sum nodes_sum(const struct view_data *d, size_t node);

/* The first of the other nodes that sees this one's first process, as view_node.lab_pid: with that
 * number its shell reaches this node's network. d->nodes: there is none. */
size_t nodes_seer(const struct view_data *d, size_t node);

/* True if each word of the filter is part of one of the node's names and addresses, without regard
 * to case; an empty filter matches all. */
bool nodes_match(const struct view_data *d, size_t node, const char *filter);

/* The nodes that match, sorted; equal ones in the lab's order. Indexes, owned by the caller. */
struct nodes_list {
    size_t *node;
    size_t count;
};
struct nodes_list nodes_list(const struct view_data *d, const char *filter, enum nodes_column by,
                             bool reverse);
/* The place of a node in the list; count: it is not in it. */
size_t nodes_find(const struct nodes_list *l, size_t node);

#endif
