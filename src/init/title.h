/* SPDX-License-Identifier: BSD-2-Clause */
/* title: the process title, by which a lab is found without any file (see kernel/lab.h).
 *
 * The kernel shows the memory where exec put the arguments (proc_pid_cmdline(5)); a title is
 * written there, over arguments and environment of this process alone. */
#ifndef VETHLAB_INIT_TITLE_H
#define VETHLAB_INIT_TITLE_H

/* Long enough for "vethlab: LAB/NODE" with the longest names. */
#define TITLE_MAX 96

#define TITLE_PREFIX   "vethlab: "
#define TITLE_STARTING " (starting)"
#define TITLE_BUILDER  " (builder)"

/* Remembers where the arguments stand; to be called first in main. Where that memory is too small
 * for a title (a bare `env -i vethlab up`), the program is executed once more with a longer
 * environment; if even that fails it goes on, and titles are cut. */
void title_reserve(char **argv, char **envp);

/* Replaces the title. The environment of this process is unusable afterwards: only for processes
 * that never look at it again (holder, nodes, builder). */
void title_set(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void title_put(const char *text); /* the same, ready made */

#endif
