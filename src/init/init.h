/* SPDX-License-Identifier: BSD-2-Clause */
/* init: what the processes of a lab are once they are made: the holder, and each node's first
 * process. Small enough to be read in one go; they run with all privileges of their namespaces for
 * as long as the lab lives, so they do nothing but wait. */
#ifndef VETHLAB_INIT_INIT_H
#define VETHLAB_INIT_INIT_H

#include <stdnoreturn.h>

/* What is written into the lifeline, a stream socket; the holder answers with the same byte once
 * its title says so. End of file before INIT_COMMITTED: the holder exits, and the kernel takes the
 * whole lab with it. */
#define INIT_LIFELINE  3   /* its descriptor in the holder, until that is committed */
#define INIT_COMMITTED 'c' /* the lab is whole and outlives its maker */
#define INIT_WHOLE     'w' /* the lab is whole, but lives only as long as the lifeline (run) */

/* Keeps nothing of the caller: descriptors 0-2 on /dev/null, all others closed but `keep` (which
 * becomes 3; -1: none), working directory /, a session of its own. For holder and nodes. */
void init_detach(int keep);

/* Default signals, none blocked: some sixty system calls, so the nodes inherit them from the
 * builder, which keeps only SIGPIPE ignored. */
void init_signals(void);

/* In a child that shares the descriptors of its parent (CLONE_FILES): makes them its own, those up
 * to `last`. Thus a lab's many descriptors are neither copied nor closed for each node. */
void init_own_files(int last);

/* The holder: pid 1 of the lab's pid namespace. Reaps everything (SIGCHLD ignored) and reads the
 * lifeline. */
noreturn void init_holder(const char *lab, int lifeline);

/* A node's first process, "vethlab: LAB/NODE" by its title: reaps, and passes TERM, INT, HUP, QUIT,
 * USR1 and USR2 on to every process of the node if it has a pid namespace of its own. Call it with
 * default signals, but for SIGPIPE, and after init_detach(), which has put a pipe on descriptor 3:
 * one byte there says "ready" when nothing is left to do. */
noreturn void init_node(const char *title);

#endif
