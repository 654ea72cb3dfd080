/* SPDX-License-Identifier: BSD-2-Clause */
/* proc: what /proc says of one process. */
#ifndef VETHLAB_KERNEL_PROC_H
#define VETHLAB_KERNEL_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROC_TITLE_MAX  128
#define PROC_NSPIDS_MAX 8

struct proc_info {
    pid_t pid;
    pid_t ppid;
    uid_t uid;                    /* real, as our user namespace sees it */
    pid_t nspid[PROC_NSPIDS_MAX]; /* outermost (ours) first; proc(5), NSpid */
    size_t nspids;
    uint64_t start_ticks; /* since boot, in clock ticks */
    bool is_dying;        /* SIGKILL was sent, and it has not come to its end yet */
    char title[PROC_TITLE_MAX];
};

/* Calls `fn` for every process whose title starts with `prefix`; stops when it returns false.
 * Processes that vanish meanwhile, or are not ours to see, are passed over. 0 or -errno (no /proc,
 * or a file of it that cannot be opened: EMFILE). */
typedef bool proc_fn(pid_t pid, const char *title, void *ctx);
int proc_walk(const char *prefix, proc_fn *fn, void *ctx);

/* Fills *out. 0 or -errno: -ESRCH, and only that, if there is no such process (any more). */
int proc_read(pid_t pid, struct proc_info *out);

/* 16 bytes of /proc/sys/kernel/random/boot_id as text, at least 37 bytes of room. 0 or -errno. */
int proc_boot_id(char *out, size_t size);

/* The namespace NAME ("net", "user", ...) of a process: device and inode, which identify it while a
 * descriptor or process holds it. pid 0: the caller. 0 or -errno (-ESRCH: it is gone). */
struct proc_ns {
    uint64_t dev, ino;
};
int proc_ns(pid_t pid, const char *name, struct proc_ns *out);

#endif
