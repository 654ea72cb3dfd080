/* SPDX-License-Identifier: BSD-2-Clause */
/* labfile: a file in a lab's directory that has no name until the lab is committed, so that a
 * command killed before leaves none behind. */
#ifndef VETHLAB_STATE_LABFILE_H
#define VETHLAB_STATE_LABFILE_H

#include "base/err.h"

#define LABFILE_NAME_MAX 64

struct labfile {
    int dirfd; /* of the lab's directory; borrowed */
    int fd;    /* O_RDWR | O_APPEND, O_CLOEXEC; owned; -1 */
    char name[LABFILE_NAME_MAX];
    char temporary[LABFILE_NAME_MAX]; /* its name until then where O_TMPFILE does not work, or "" */
};

/* Makes the unnamed file, mode 0600, that will be `name` in `dirfd` (open(2), O_TMPFILE). Where the
 * file system has no such thing, a file named ".NAME.new", which whoever locks the lab next
 * removes. */
int labfile_create(int dirfd, const char *name, struct labfile *out, struct err *e);

/* Gives it its name, in place of whatever has it. */
int labfile_link(struct labfile *f, struct err *e);

void labfile_fini(struct labfile *f); /* closes; unlinks a temporary name */

#endif
