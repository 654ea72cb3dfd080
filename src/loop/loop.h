/* SPDX-License-Identifier: BSD-2-Clause */
/* loop: one epoll set with descriptors, monotonic timers and signals, for one thread.
 *
 * Callbacks run inside loop_run(); they may add and remove any source, their own included. No
 * callback is called for a source that has been removed, even if its event was already read. */
#ifndef VETHLAB_LOOP_LOOP_H
#define VETHLAB_LOOP_LOOP_H

#include "base/err.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

struct loop;
struct loop_source; /* owned by the loop until loop_remove() */

typedef void loop_fd_fn(int fd, uint32_t events, void *ctx); /* events: EPOLL* */
typedef void loop_timer_fn(int64_t now_ns, void *ctx);       /* CLOCK_MONOTONIC */
typedef void loop_signal_fn(const struct signalfd_siginfo *info, void *ctx);

int loop_new(struct loop **out, struct err *e);
void loop_free(struct loop *l); /* removes all sources, closes no descriptor but its own */

/* Watches `fd` (stays the caller's). NULL never: on failure *e is set and NULL returned. */
struct loop_source *loop_add_fd(struct loop *l, int fd, uint32_t events, loop_fd_fn *fn, void *ctx,
                                struct err *e);
int loop_set_events(struct loop_source *s, uint32_t events, struct err *e);

/* A timer that first fires at `first_ns` (CLOCK_MONOTONIC, absolute) and then every `every_ns`, 0:
 * once (it stays added, and can be set again). All timers share one timerfd; missed periods of a
 * periodic timer are skipped, not made up for. */
struct loop_source *loop_add_timer(struct loop *l, int64_t first_ns, int64_t every_ns,
                                   loop_timer_fn *fn, void *ctx, struct err *e);
void loop_set_timer(struct loop_source *s, int64_t first_ns, int64_t every_ns);
void loop_stop_timer(struct loop_source *s);

/* Blocks the signals of `set` in the calling thread and delivers them here. loop_free() puts the
 * former mask back. One such source a loop. */
struct loop_source *loop_add_signals(struct loop *l, const sigset_t *set, loop_signal_fn *fn,
                                     void *ctx, struct err *e);

void loop_remove(struct loop_source *s); /* NULL is allowed */

/* Runs until loop_quit() or an error. 0 or -errno. */
int loop_run(struct loop *l, struct err *e);
void loop_quit(struct loop *l);

/* One round: waits at most `timeout_ms` (-1: until something happens), serves what is there. */
int loop_step(struct loop *l, int timeout_ms, struct err *e);

#endif
