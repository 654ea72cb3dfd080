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

#include <stddef.h>
#include <stdint.h>

/* Told from the loop, after the values were brought up to date; each may be NULL. */
struct session_hooks {
    watch_fn *event;
    /* A request was answered, lost or refused (view/lines.h). */
    void (*ping)(size_t node, size_t ping, uint64_t seq, void *ctx);
    void (*sample)(void *ctx); /* once a second: all counters and rates are new */
    void (*tables)(void *ctx); /* routes and neighbours have come for a node that had none */
    void *ctx;
};

struct session;

/* Begins to watch and to ping; lab_enter_userns() first, while single-threaded. `lab`, `t` (what
 * the file says of pings, or NULL), `loop` and `hooks` are borrowed. */
int session_start(struct loop *loop, const struct lab *lab, const struct topo *t,
                  int64_t interval_ns, const struct session_hooks *hooks, struct session **out,
                  struct err *e);
void session_stop(struct session *s); /* NULL is allowed */

/* The lab's nodes have others behind them than before (lab_find_nodes()), or what is to be pinged
 * has become less: everything is read and pinged anew; what the user chose of panes stays. Like
 * the start it waits for the kernel, as the step before did that this is about. On failure nothing
 * more may be done but to end. */
int session_renew(struct session *s, struct err *e);

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
