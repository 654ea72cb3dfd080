/* SPDX-License-Identifier: BSD-2-Clause */
/* bare_lab: a lab has a name: there is one of each, it is found by it without any file, commands on
 * it exclude one another, and it has a record. */
#ifndef VETHLAB_BENCH_BARE_LAB_H
#define VETHLAB_BENCH_BARE_LAB_H

#include <sys/types.h>

/* The lab's own directory, made if need be and locked; whoever does not get the lock dies. */
int bare_lab_lock(const char *name);

/* A pidfd of the lab's holder, or -1. The title only nominates: the holder is the first process of
 * a pid namespace below ours, and its uid is ours; asked for once the pidfd is there. `start` gets
 * its start time as /proc/PID/stat shows it. */
int bare_lab_find(const char *name, char start[32]);

/* Writes the holder's pid and start time, and gives the file its name. */
void bare_lab_record(int dir, pid_t holder);
/* A pidfd of the holder that the record names, believed as above; or -1. */
int bare_lab_recorded(int dir, const char *name);
void bare_lab_remove(const char *name, int dir);

#endif
