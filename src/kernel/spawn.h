/* SPDX-License-Identifier: BSD-2-Clause */
/* spawn: processes in new namespaces, id maps, the mounts of a node, sysctls. */
#ifndef VETHLAB_KERNEL_SPAWN_H
#define VETHLAB_KERNEL_SPAWN_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* fork(2) into new namespaces (CLONE_NEW* bits; also CLONE_FILES, CLONE_PARENT) by clone3(2). In
 * the child 0; in the parent its pid, and its pidfd in *pidfd unless that is NULL. -errno. */
pid_t spawn_fork(uint64_t flags, int *pidfd);

int spawn_pidfd_kill(int pidfd);                /* SIGKILL; 0 also if it is gone */
int spawn_wait_gone(int pidfd, int timeout_ms); /* 1 gone, 0 timed out, -errno */

/* True if the effective capabilities hold SYS_ADMIN and NET_ADMIN: then no user namespace. */
bool spawn_is_privileged(void);

/* Writes the id maps of `pid`'s new user namespace: a range by newuidmap and newgidmap with the
 * caller's /etc/subuid where that works, else the caller's single id. */
int idmap_write(pid_t pid, struct err *e);

/* In the lab's mount namespace, once: MS_SLAVE, a fresh /proc, and a tmpfs on /sys that holds the
 * hosts files until nodes cover it with their own /sys. */
int mounts_lab(struct err *e);

/* In a node's mount namespace: /proc, read-only /sys, and `hosts` (a path below /sys, or NULL) on
 * /etc/hosts. *sys_refused: /sys was refused and is empty now. */
int mounts_node(const char *hosts, bool *sys_refused, struct err *e);

/* Writes one sysctl in the caller's network namespace; `key` with slashes, "net/ipv4/...". */
int sysctl_write(const char *key, const char *value, struct err *e);

/* The value without blanks at its end, the caller's to free; NULL: it cannot be read. */
char *sysctl_read(const char *key);

/* For reading in many network namespaces: the /proc/sys of a node's own /proc, or -1 where it has
 * none; then our own is used (dir -1). It shows the network namespace that we are in all the same.
 * In one /proc the kernel passes all namespaces that were asked for the same path at each step of a
 * look-up, so that asking n nodes would pass n squared. */
int sysctl_dir(pid_t pid);
char *sysctl_read_at(int dir, const char *key);

#endif
