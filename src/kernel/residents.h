/* SPDX-License-Identifier: BSD-2-Clause */
/* residents: the processes that are in a node's network namespace. */
#ifndef VETHLAB_KERNEL_RESIDENTS_H
#define VETHLAB_KERNEL_RESIDENTS_H

#include "kernel/lab.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RESIDENT_TITLE_MAX 128

struct resident {
    pid_t pid;    /* in our pid namespace */
    pid_t inside; /* as the node itself counts; the same as pid where it has no pid namespace */
    uint64_t start_ticks;
    char title[RESIDENT_TITLE_MAX]; /* the first word of its command line, or its name; raw */
    bool first;                     /* the node's own first process */
};

struct residents {
    struct resident *item; /* owned; by `inside` */
    size_t count, room;
};

/* Those of node `node` that we may look at (all, as the lab's owner). lab_enter_userns() first.
 * 0 or -errno (-ESRCH: the node has ended). */
int residents_list(const struct lab *l, size_t node, struct residents *out, struct err *e);
void residents_fini(struct residents *r);

/* SIGKILL through a pidfd that is opened first and verified afterwards. -ESRCH: it is no more. */
int resident_kill(const struct resident *r, struct err *e);

#endif
