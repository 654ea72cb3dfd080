/* SPDX-License-Identifier: BSD-2-Clause */
/* tracee: the table of traced processes. A process is known by its path: "0" is the command, "0.2"
 * its second child, "0.2.1" the first child of that. Paths, unlike pids, are the same in each run.
 */
#ifndef VETHLAB_TESTS_TRACEE_H
#define VETHLAB_TESTS_TRACEE_H

#include <stdbool.h>
#include <sys/types.h>

#define TRACEES_MAX 512

struct tracee {
    pid_t pid; /* in our pid namespace; 0: gone */
    char path[64];
    char title[96]; /* the last one seen */
    int children;   /* ever */
    long stops;     /* its own system call stops, entries and exits */
    bool stopped;   /* waits for us now */
    bool in_vfork;  /* sleeps until its child executes or ends */
    int signal;     /* to be delivered as it goes on */
};

struct tracees {
    struct tracee item[TRACEES_MAX];
    int count;
    long stops;               /* of the whole tree */
    pid_t early[TRACEES_MAX]; /* children that stopped before their parents' event told of them */
    int early_count;
};

struct tracee *tracee_find(struct tracees *t, pid_t pid);
struct tracee *tracee_find_path(struct tracees *t, const char *path);

/* Adds a process; parent NULL: the command. NULL if the table is full. */
struct tracee *tracee_add(struct tracees *t, struct tracee *parent, pid_t pid);

/* A child stopped of which no event told yet: it stays stopped until it is taken. */
void tracee_early(struct tracees *t, pid_t pid);
bool tracee_take_early(struct tracees *t, pid_t pid);

/* Reads the title again. */
void tracee_look(struct tracee *p);

#endif
