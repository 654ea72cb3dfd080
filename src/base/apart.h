/* SPDX-License-Identifier: BSD-2-Clause */
/* apart: a child that goes on by itself: it waits on a descriptor for the end of whoever made it,
 * and what happens to that one's terminal, signals and files is nothing to it. */
#ifndef VETHLAB_BASE_APART_H
#define VETHLAB_BASE_APART_H

#include <stddef.h>

enum {
    APART_SESSION = 1, /* a session of its own */
    APART_ROOT = 2     /* its working directory is / */
};

#define APART_FIRST 3 /* descriptors that are kept are numbered from here on */
#define APART_MAX   8 /* so many of them */

/* In the child, once: it is called `name` (15 bytes), all signals are blocked, 0-2 are /dev/null,
 * and of all other descriptors only keep[0] to keep[count - 1] are left. They become 3, 4 and so
 * on, and are set to that; -1 stays -1, and its number free. Ends the process with 1 where that
 * cannot be. */
void apart_become(const char *name, unsigned flags, int *keep, size_t count);

#endif
