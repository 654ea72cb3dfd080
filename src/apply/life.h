/* SPDX-License-Identifier: BSD-2-Clause */
/* life: a lab comes up whole or not at all, and goes away without a trace. */
#ifndef VETHLAB_APPLY_LIFE_H
#define VETHLAB_APPLY_LIFE_H

#include "kernel/lab.h"
#include "model/topo.h"

#include <stdbool.h>

struct life_holder { /* what tells a lab from a later one of the same name */
    pid_t pid;
    uint64_t start_ticks;
};

struct life_up {
    bool stays;                /* false: the lab lives as long as *lifeline is open (run) */
    bool empty;                /* with !stays: no node is made, apply/stepper.h will do that */
    int lifeline;              /* out: with !stays the write end, the caller's to close; else -1 */
    struct life_holder holder; /* out */
    bool already; /* out: it runs already, made of the same topology; nothing was done (only stays)
                   */
};

/* Builds the checked topology. -EEXIST with EXIT_CONFLICT if another lab of that name runs. INT,
 * TERM and HUP roll back: -EINTR, e->exit 128+n. */
int life_up(const struct topo *t, struct life_up *how, struct err *e);

/* Removes what labs that are gone have left in the run directory. `running` are all labs of ours.
 */
void life_tidy(const struct labs *running);

/* Ends the lab: one SIGKILL through the holder's pidfd, then waits until it and everything below
 * is gone (EXIT_BUSY after 10 s), then removes its directory. Needs no file. */
int life_down(const char *name, uid_t uid, struct err *e);

/* The same of our own lab with this holder alone. -ENOENT, no sentence: it has ended already. */
int life_down_only(const char *name, const struct life_holder *only, struct err *e);

#endif
