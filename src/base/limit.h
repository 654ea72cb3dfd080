/* SPDX-License-Identifier: BSD-2-Clause */
/* limit: how many open files one process may have (getrlimit(2), RLIMIT_NOFILE). Every verb opens
 * files by the node, and the customary soft limit of 1,024 is for programs that use select(2): so
 * the soft limit is raised to the hard one once, and whatever is executed gets back what our caller
 * had. Children that are only forked keep what was raised. */
#ifndef VETHLAB_BASE_LIMIT_H
#define VETHLAB_BASE_LIMIT_H

/* Once, at the start of main(); what the kernel refuses stays as it is. */
void limit_raise_files(void);

/* Between fork(2) and exec(3). Nothing where nothing was raised. */
void limit_restore_files(void);

#endif
