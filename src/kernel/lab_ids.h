/* SPDX-License-Identifier: BSD-2-Clause */
/* lab_ids: which user ids exist inside of a running lab. */
#ifndef VETHLAB_KERNEL_LAB_IDS_H
#define VETHLAB_KERNEL_LAB_IDS_H

#include "base/err.h"
#include "kernel/lab.h"

#include <stdint.h>

enum lab_ids {
    LAB_IDS_ALL,    /* made with privileges: every id is itself */
    LAB_IDS_RANGE,  /* a user namespace with a range (newuidmap(1), subuid(5)) */
    LAB_IDS_SINGLE, /* a user namespace that knows only one id */
    LAB_IDS_COUNT
};

/* From the lines of /proc/PID/uid_map (user_namespaces(7)): LAB_IDS_COUNT if they make no sense. */
enum lab_ids lab_ids_parse(const char *uid_map);

/* Of the lab's holder. 0 or -errno (-ESRCH: the lab ended). */
int lab_ids_read(const struct lab *l, enum lab_ids *out, struct err *e);

const char *lab_ids_name(enum lab_ids ids); /* "all", "range", "single" */

/* What cannot work with it, as a sentence; NULL: nothing. */
const char *lab_ids_limits(enum lab_ids ids);

#endif
