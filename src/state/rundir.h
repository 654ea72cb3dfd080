/* SPDX-License-Identifier: BSD-2-Clause */
/* rundir: the run directory and a lab's own directory in it, which is also its lock. */
#ifndef VETHLAB_STATE_RUNDIR_H
#define VETHLAB_STATE_RUNDIR_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

#define RUNDIR_MAX 1024

/* The path of the run directory, written to `path` (RUNDIR_MAX bytes), made and checked: a
 * directory, ours, mode 0700. The first that works of /run/vethlab (real root),
 * $XDG_RUNTIME_DIR/vethlab, /run/user/UID/vethlab, /tmp/vethlab-UID. UID is the one outside of our
 * user namespace: all who are root of one of their own would have the same inside. */
int rundir_find(char path[RUNDIR_MAX], struct err *e);

struct rundir_lock {
    int fd;                     /* of the lab's directory, locked with flock(2); -1 */
    char path[RUNDIR_MAX + 40]; /* of the lab's directory */
};

/* Makes the lab's directory and locks it, without waiting. -EWOULDBLOCK with EXIT_CONFLICT and the
 * holder's pid in the sentence. The descriptor is O_CLOEXEC. */
int rundir_lock_lab(const char *lab, struct rundir_lock *out, struct err *e);

/* The same for whoever is about to do something: waits for a lock that is held only for a moment,
 * by a command that tidies up (list), or by one that was killed until the kernel has closed its
 * files. */
int rundir_await_lab(const char *lab, struct rundir_lock *out, struct err *e);

/* Locks the directory of a lab of another user, if there is one; else out->fd is -1. To be emptied
 * with rundir_clean_lab(), never removed: its path is that user's to change. */
int rundir_lock_other(const char *lab, uid_t uid, struct rundir_lock *out, struct err *e);

/* For the time in which a lab is built step by step, and between the steps nobody holds the lab's
 * lock: holds the steps, under the lab's lock, until *fd is closed. EXIT_CONFLICT if they are held.
 */
int rundir_hold_steps(const struct rundir_lock *l, const char *lab, int *fd, struct err *e);

/* Under the lab's lock: -EWOULDBLOCK with EXIT_CONFLICT and the holder's pid in the sentence if the
 * steps of the lab are held. */
int rundir_check_steps(const struct rundir_lock *l, const char *lab, struct err *e);

/* Removes what a lab that is gone left in the locked directory. */
void rundir_clean_lab(const struct rundir_lock *l);

/* A descriptor of the directory of `lab` of `uid`, for reading; nothing is made. -errno. */
int rundir_open_lab(const char *lab, uid_t uid);

/* The same of a path that somebody else told: a directory of that user's alone, named as the lab.
 */
int rundir_open_told(const char *path, const char *lab, uid_t uid);

/* Locks such a directory, if there is one and it is ours; else out->fd is -1. Also where that is
 * the directory behind `usual`, which is locked already. */
int rundir_lock_told(const char *path, const char *lab, const struct rundir_lock *usual,
                     struct rundir_lock *out, struct err *e);

/* Calls `fn` with the name of each lab's directory of ours; there may be no lab any more. */
typedef void rundir_fn(const char *lab, void *ctx);
void rundir_each(rundir_fn *fn, void *ctx);

/* Removes the lab's directory with what is in it, then the run directory if it is empty; unlocks.
 */
void rundir_remove_lab(struct rundir_lock *l);

/* Unlocks and keeps the directory. */
void rundir_unlock(struct rundir_lock *l);

/* Unlocks; a directory in which there is nothing goes, since it was made for the lock alone. */
void rundir_leave_lab(struct rundir_lock *l);

#endif
