/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper: builds a lab of `run` one step at a time, forwards and backwards, without waiting.
 *
 * The steps are those of teach/steps.h. A worker inside the holder's namespaces carries them out,
 * one at a time; it lives until stepper_stop(), and ends with the lab whatever ends that. As long
 * as it lives nobody else may change the lab (rundir_check_steps()), but may take it down. Steps
 * are done in order and undone in the reverse order, so that a count says what is there. */
#ifndef VETHLAB_APPLY_STEPPER_H
#define VETHLAB_APPLY_STEPPER_H

#include "apply/life.h"
#include "base/err.h"
#include "model/op.h"
#include "teach/steps.h"

#include <stdbool.h>
#include <stddef.h>

struct stepper;

/* Of the lab that life_up() made `empty`, with this holder. To be called while single-threaded,
 * before lab_enter_userns(). `t` is borrowed. The worker has none of the caller's descriptors. */
int stepper_start(const struct topo *t, const struct life_holder *holder, struct stepper **out,
                  struct err *e);
void stepper_stop(struct stepper *s); /* NULL is allowed; what was made stays */

/* The plan; both borrowed, neither ever changes. */
const struct ops *stepper_ops(const struct stepper *s);
const struct teach_steps *stepper_steps(const struct stepper *s);

size_t stepper_done(const struct stepper *s);  /* so many steps are done, the first ones */
bool stepper_is_busy(const struct stepper *s); /* one is being done or undone */
bool stepper_is_undoing(const struct stepper *s);

/* Begins the step after those that are done, or to undo the last of these. False, and nothing
 * happens: busy, or there is none. */
bool stepper_do(struct stepper *s);
bool stepper_undo(struct stepper *s);

/* A command that has failed, and nothing else, can be left as it is: it counts as done. False, and
 * nothing happens: the next step is none. */
bool stepper_may_skip(const struct stepper *s);
bool stepper_skip(struct stepper *s);

enum stepper_what {
    STEPPER_NOTHING, /* there is nothing to tell yet */
    STEPPER_NOTE,    /* text: the output of a command, or what could not be undone */
    STEPPER_DONE,    /* step */
    STEPPER_UNDONE,  /* step */
    STEPPER_FAILED,  /* step, e: it is neither done nor undone, and may be tried again */
    STEPPER_ENDED,   /* e: the worker was killed, or the lab has ended; nothing more comes */
};

struct stepper_report {
    enum stepper_what what;
    size_t step; /* index */
    char text[ERR_TEXT_MAX];
    struct err e;
};

/* Wait until it is readable, then stepper_hear() until it says STEPPER_NOTHING. */
int stepper_fd(const struct stepper *s);
void stepper_hear(struct stepper *s, struct stepper_report *out);

#endif
