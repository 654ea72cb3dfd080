/* SPDX-License-Identifier: BSD-2-Clause */
/* look: looks at a running lab, for `view` and `run`: on the terminal, or as text or JSON. */
#ifndef VETHLAB_VERB_LOOK_H
#define VETHLAB_VERB_LOOK_H

#include "base/clock.h"
#include "base/err.h"
#include "kernel/lab.h"

#include <stdbool.h>
#include <stdint.h>

#define LOOK_INTERVAL_MIN_NS (10 * CLOCK_NS_PER_MS)
#define LOOK_INTERVAL_MAX_NS (3600 * CLOCK_NS_PER_S)

struct look {
    int64_t interval_ns;
    bool once, json, ascii;
    bool must_answer;    /* with `once`: EXIT_FAILED unless every ping was answered */
    bool stays;          /* without a screen: goes on for the log's sake after its frame */
    struct logfile *log; /* from look_open_log(), or NULL */
};

/* True if it will be on the terminal, and stay until the user leaves. */
bool look_has_screen(const struct look *k);

/* Opens what `--log` names; NULL: nothing, and all is well. Before anything is built and before the
 * lab's user namespace is entered. look_close_log() in any case. */
int look_open_log(struct look *k, const char *path, struct err *e);
void look_close_log(struct look *k);

/* Enters the lab's user namespace for good. Prints to standard output. The exit code, or -errno
 * with *e set. */
int look_at(struct lab *lab, const struct look *k, struct err *e);

#endif
