/* SPDX-License-Identifier: BSD-2-Clause */
/* processes: the processes of a lab of vethlab, by their titles. */
#ifndef VETHLAB_BENCH_PROCESSES_H
#define VETHLAB_BENCH_PROCESSES_H

#include <stdbool.h>
#include <sys/types.h>

/* Calls `fn` for each process whose title begins with `prefix`, until it returns false. */
void processes_each(const char *prefix, bool (*fn)(pid_t pid, void *ctx), void *ctx);
/* The process with exactly this title, or -1. */
pid_t processes_find(const char *title);

#endif
