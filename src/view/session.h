/* SPDX-License-Identifier: BSD-2-Clause */
/* session: a running lab that is looked at: watch and pings fill the values a frame is drawn of.
 * Nothing is drawn or printed here. */
#ifndef VETHLAB_VIEW_SESSION_H
#define VETHLAB_VIEW_SESSION_H

#include "base/err.h"
#include "kernel/lab.h"
#include "live/watch.h"
#include "loop/loop.h"
#include "model/topo.h"
#include "view/data.h"
#include "view/nodes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Told from the loop, after the values were brought up to date; each may be NULL. */
struct session_hooks {
    watch_fn *event;
    /* A request was answered, lost or refused (view/lines.h). */
    void (*ping)(size_t node, size_t ping, uint64_t seq, void *ctx);
    void (*sample)(void *ctx); /* once a second: all counters and rates are new */
    void (*tables)(void *ctx); /* routes and neighbours have come for a node that had none */
    /* Others change the lab: nodes that come are taken in, and told as WATCH_NODE_CAME and
     * WATCH_NODE_AGAIN. Without that the nodes stay those there are. */
    bool follow;
    bool steps; /* its nodes are made meanwhile: one that is not there is yet to come */
    /* Before that: `count` nodes (or 0) were put in at `at`; those behind them have moved up. */
    void (*nodes)(size_t at, size_t count, void *ctx);
    /* The lab could not be read with them: nothing more may be done but to end. */
    void (*failed)(const struct err *e, void *ctx);
    void *ctx;
};

struct session;

/* Begins to watch and to ping; lab_enter_userns() first, while single-threaded. `lab`, whose nodes
 * change with hooks->follow, `t` (what the file says of pings, or NULL) and `loop` are borrowed. */
int session_start(struct loop *loop, struct lab *lab, const struct topo *t, int64_t interval_ns,
                  const struct session_hooks *hooks, struct session **out, struct err *e);
void session_stop(struct session *s); /* NULL is allowed */

/* The lab's nodes have others behind them than before (lab_find_nodes()), or what is to be pinged
 * has become less: everything is read and pinged anew; what the user chose of panes stays. Like
 * the start it waits for the kernel, as the step before did that this is about. On failure nothing
 * more may be done but to end. */
int session_renew(struct session *s, struct err *e);

/* With hooks->follow: looks at once whether nodes have come, which is done each second otherwise.
 */
void session_look(struct session *s);

/* Changed in place while the loop runs; now_ns is the caller's to set. */
struct view_data *session_data(struct session *s);

/* From now on a request each `interval_ns`; the counts go on. */
void session_set_interval(struct session *s, int64_t interval_ns);

/* From now on node `from` pings `target`, the name of a node or an address, as long as the view
 * lasts. *at: its place among the node's pings. -EEXIST where it does so already, -ENOENT for a
 * name that is none, -EADDRNOTAVAIL where there is no address to ping; each with a sentence. */
int session_add_ping(struct session *s, size_t from, const char *target, size_t *at, struct err *e);

/* Node `node` no longer pings what its ping `at` does, even where the file says so. */
void session_remove_ping(struct session *s, size_t node, size_t at);

/* Those of these nodes that show routes or neighbours: view/tables.h. They come later, or, with
 * the second function, once and at once. */
void session_want_tables(struct session *s, const struct nodes_list *nodes);
void session_read_tables(struct session *s, const struct nodes_list *nodes);

/* How many pings there are, how many have heard of their first request what became of it, and how
 * many of those were answered. */
struct session_tally {
    size_t pings, decided, answered;
};
struct session_tally session_tally(struct session *s);

#endif
