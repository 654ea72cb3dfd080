/* SPDX-License-Identifier: BSD-2-Clause */
/* actor: what a person does to the lab that he looks at: each is an operation of the plan's list,
 * shown as the command that it is, and taken back by its inverse. The kernel may keep an operation
 * waiting (loop/worker.h): it is done on a thread, one after the other. */
#ifndef VETHLAB_VIEW_ACTOR_H
#define VETHLAB_VIEW_ACTOR_H

#include "kernel/lab.h"
#include "loop/loop.h"
#include "view/data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACTOR_HISTORY 100  /* actions that can be taken back */
#define ACTOR_FLAP_MS 1000 /* how long a link that is flapped is down */

enum actor_what {
    ACTOR_UP,
    ACTOR_DOWN,
    ACTOR_FLAP, /* down, and after ACTOR_FLAP_MS up again, with what was lost: nothing is left to
                 * be taken back */
    ACTOR_CUT,  /* what the interface sends is dropped; if it is so already, no longer */
    ACTOR_MTU,  /* `value` */
    ACTOR_WHAT_COUNT
};

struct actor_hooks {
    /* What came of it, for the bottom line; raw text. */
    void (*say)(bool bad, const char *text, void *ctx);
    /* `command` is being done in the node, and what the kernel tells of it comes later; or, of an
     * address or a route that was brought back along with another command, it was done. */
    void (*sent)(size_t node, const char *command, void *ctx);
    void (*done)(void *ctx); /* one of those was done, or more */
    /* `command` was not done after all. */
    void (*failed)(size_t node, const char *command, const char *why, void *ctx);
    void *ctx;
};

struct actor;

/* `loop` and `lab` are borrowed; the lab's nodes may change between two calls. */
int actor_new(struct loop *loop, const struct lab *lab, const struct actor_hooks *hooks,
              struct actor **out, struct err *e);
void actor_free(struct actor *a); /* NULL is allowed; what is under way is finished */

/* Does it to the interface of a node of the data (which has those of the lab); what came of it is
 * said when it is done. */
void actor_link(struct actor *a, const struct view_data *d, size_t node, uint32_t ifindex,
                enum actor_what what, uint32_t value);

/* Ends a process of the node: `which` is its number there, or its whole name (argv[0], its
 * directories may be left out) if only one is called so. Cannot be taken back, and says so.
 * False: nothing was done, since it is the node's first process, with which the node ends, and that
 * is not `sure`. */
bool actor_kill(struct actor *a, const struct view_data *d, size_t node, const char *which,
                bool sure);

/* "1 vethlab: r1/init, 37 sleep": the node's processes, for the question which. Owned by the
 * caller; NULL where there is none, which is said. */
char *actor_processes(struct actor *a, const struct view_data *d, size_t node);

/* Takes the latest action on a link back, be it done already or not, with what the kernel dropped
 * along with it (plan/losses.h). While a flap runs it ends that, and nothing else. */
void actor_undo(struct actor *a);
/* CLOCK_MONOTONIC when that was done which actor_undo() would take back; INT64_MAX while a flap
 * runs; -1: nothing. */
int64_t actor_latest_ns(const struct actor *a);

#endif
