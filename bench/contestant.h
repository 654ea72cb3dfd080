/* SPDX-License-Identifier: BSD-2-Clause */
/* contestant: one way to bring a lab up and down, as commands that are run and timed. */
#ifndef VETHLAB_BENCH_CONTESTANT_H
#define VETHLAB_BENCH_CONTESTANT_H

#include "lab.h"

#include <sys/types.h>

struct tools {
    const char *vethlab, *bare; /* programs */
    const char *planner;        /* parts of `plan` alone, or NULL */
    const char *before;         /* another vethlab to compare with, or NULL */
    const char *dir;            /* for the files of the labs */
    const char *topologies;     /* where the examples are */
    bool peers;
};

struct contestant {
    const char *name;
    bool (*present)(const struct tools *t);
    void (*prepare)(const struct tools *t, const struct lab *l);
    /* Milliseconds from before the start of the command to its end, or below 0: it failed, and the
     * reason is among the notes. */
    double (*up)(const struct tools *t, const struct lab *l);
    double (*down)(const struct tools *t, const struct lab *l);
    bool bridges_outside; /* its switches are in the machine's own namespace */
};

extern const struct contestant contestants[];
extern const int contestant_count;

/* Runs a command to its end; its standard output goes to the file, standard error is kept for the
 * note if it fails. `rss_kb` may be NULL. */
double contestant_run(const struct tools *t, const char *const argv[], const char *out,
                      long *rss_kb);

#endif
