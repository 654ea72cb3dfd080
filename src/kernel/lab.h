/* SPDX-License-Identifier: BSD-2-Clause */
/* lab: running labs as /proc shows them: the holder (pid 1 of a child pid namespace with the title
 * "vethlab: NAME") and the node processes below it ("vethlab: NAME/NODE"). No file is needed.
 *
 * The title only nominates. A handle is made by opening a pidfd first and then verifying title, uid
 * and start time, of a holder also that it is pid 1 of a child pid namespace; whatever acts on a
 * process acts through that pidfd. */
#ifndef VETHLAB_KERNEL_LAB_H
#define VETHLAB_KERNEL_LAB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum lab_phase {
    LAB_STARTING, /* being built (title "vethlab: NAME (starting)"), or about to vanish */
    LAB_RUNNING,
};

struct lab_node {
    char *name;           /* owned */
    pid_t pid;            /* in our pid namespace; 0: the machine (lab_add_machine()); -1: not made
                           * yet (lab_expect_nodes()), or ended */
    uint64_t start_ticks; /* /proc/PID/stat field 22 */
};

struct lab {
    char *name; /* owned */
    uid_t uid;  /* of its owner */
    pid_t holder;
    uint64_t start_ticks;
    int64_t age_ns; /* since the holder started */
    enum lab_phase phase;
    int pidfd;             /* of the holder; owned; -1 in lists */
    struct lab_node *node; /* sorted as the kernel lists them: order of creation */
    size_t nodes, node_room;
};

struct labs {
    struct lab *item; /* owned */
    size_t count, room;
};

void lab_init(struct lab *l);
void lab_fini(struct lab *l);
/* For another thread, while the nodes of `from` come and go: all but the pidfd. To be ended. */
void lab_copy(const struct lab *from, struct lab *to);
void labs_fini(struct labs *l);

/* All labs of `uid`; (uid_t)-1: of everybody whom we may look at. Sorted by name, then uid; without
 * nodes' pids unless `with_nodes`. */
int labs_find(uid_t uid, bool with_nodes, struct labs *out, struct err *e);

/* One lab with its pidfd and nodes. -ENOENT with the sentence 'no lab "x" is running' (and the
 * nearest name) where there is none. */
int lab_open(const char *name, uid_t uid, struct lab *out, struct err *e);

/* The same without its nodes, which is much faster where there are many, and -ENOENT without a
 * sentence, for which /proc would be walked again: lab_none() makes it, and returns -ENOENT. Every
 * other failure has its sentence and does not say that there is none.
 * `hint`: a process that is looked at first, and believed no more than any other; or 0. */
int lab_open_holder(const char *name, uid_t uid, pid_t hint, struct lab *out, struct err *e);
int lab_none(const char *name, uid_t uid, struct err *e);

/* Index of the node, or -ENOENT with a sentence that names the nearest node. */
int lab_find_node(const struct lab *l, const char *name, struct err *e);

/* Of a lab whose nodes come and go: from now on it has those of these names, in this order, be they
 * there or not; lab_find_nodes() fills in those that are. The names are copied. */
void lab_expect_nodes(struct lab *l, const char *const *names, size_t count);

/* Of a lab that should have these nodes: those that are not there get a place too, each behind the
 * one that is named before it. The others stay in their order. */
void lab_add_missing(struct lab *l, const char *const *names, size_t count);

/* Looks anew which of the expected nodes are there; the machine is. The array stays where it is. */
int lab_find_nodes(struct lab *l, struct err *e);

/* Of a lab that others change: `now` is to have its nodes as they are, and nothing else;
 * lab_fini().
 */
int lab_list_nodes(const struct lab *l, struct lab *now, struct err *e);

/* True if one of `now` is new to the lab, or has another first process there. */
bool lab_has_news(const struct lab *l, const struct lab *now);

/* Takes them in. Who is known keeps his place, and has no process (-1) where he is gone; who is new
 * comes behind them, but before the machine. How many are new. */
size_t lab_take_nodes(struct lab *l, const struct lab *now);

/* A number that is another one when other processes are the holder's children, of which its nodes
 * are some: to be asked often. 0: it cannot be told here. */
uint64_t lab_children(const struct lab *l);

/* Adds the machine itself, as this process sees it, as a last node named "host". */
void lab_add_machine(struct lab *l);

/* A pidfd for a node's first process, opened, then verified; owned by the caller.
 * -ESRCH "node r1 is not running" if it ended. */
int lab_node_pidfd(const struct lab *l, size_t node, struct err *e);

/* Descriptor of a node's network namespace (for setns and IFLA_NET_NS_FD), verified likewise. */
int lab_node_netns(const struct lab *l, size_t node, struct err *e);

/* Enters the lab's user namespace if it is another than ours. Once, while single-threaded, before
 * kernel/ns.h is used on its nodes. 0 also where there is nothing to do. Afterwards l->uid is the
 * owner as that namespace sees him, which is what /proc tells then and what is verified. */
int lab_enter_userns(struct lab *l, struct err *e);

#endif
