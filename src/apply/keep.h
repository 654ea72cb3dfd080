/* SPDX-License-Identifier: BSD-2-Clause */
/* keep: what a lab keeps in its directory: the record, and the output of its nodes' commands. Both
 * have no name until the lab is committed. */
#ifndef VETHLAB_APPLY_KEEP_H
#define VETHLAB_APPLY_KEEP_H

#include "kernel/lab.h"
#include "model/topo.h"
#include "state/labfile.h"
#include "state/rundir.h"

#define KEEP_LOG_PREFIX "log." /* and the node's name */

struct keep {
    const struct topo *topo; /* borrowed */
    const char *dir;         /* borrowed; the path of the lab's directory, or NULL */
    struct labfile record;
    struct labfile *log; /* one a node; fd -1 where the node has no commands. NULL: no node has */
};

/* Makes the files of nodes with commands in the lab's directory; one that is there already is
 * continued. */
int keep_open(const struct topo *t, int dirfd, struct keep *out, struct err *e);

/* Writes the record of the lab whose holder is `holder`. */
int keep_write(struct keep *k, pid_t holder, bool passing, struct err *e);

int keep_link(struct keep *k, struct err *e); /* gives all of them their names */
void keep_fini(struct keep *k);

/* The descriptor for the output of `node`'s commands, or -1. Borrowed. */
int keep_log(const struct keep *k, int node);

/* False only if it is known that no link of the running lab ends on the machine: then nobody need
 * read the machine's interfaces, for which the kernel may have to wait (rtnl). */
bool keep_may_have_host_ends(const struct lab *l);

/* In the lab's mount namespace, by its builder: tells whoever has the holder where the lab's
 * directory is. XDG_RUNTIME_DIR says so only to who has the same one. */
void keep_tell_dir(const struct keep *k);

/* Locks the directory that was told so, if that is another than `usual` (the caller made the lab
 * with another XDG_RUNTIME_DIR), and holds the record of this lab: root in the lab may have told
 * anything. Else out->fd is -1. Errors as rundir_lock_told(). */
int keep_lock_elsewhere(const struct lab *l, const struct rundir_lock *usual,
                        struct rundir_lock *out, struct err *e);

/* A descriptor of the running lab's directory, for reading, wherever it says that is. -errno. */
int keep_open_dir(const struct lab *l);

/* The topology that a running lab was made of, with the file it came from in (*out)->file. -ENOENT
 * or -ESTALE as record_read() where that is not known. *out is the caller's. */
int keep_find_topo(const struct lab *l, struct topo **out, struct err *e);

/* True if it is known that the running lab was made of exactly this topology: then it need not be
 * read from the record. */
bool keep_is_made_of(const struct lab *l, const struct topo *t);

/* 1 if it is known that the running lab was made of exactly this topology, that it stays, and all
 * of its nodes are there. Otherwise `why` is the rest of a sentence, "not as FILE says", and it is
 * 0, or -ENOENT where there is no record to tell it. */
int keep_is_same(const struct lab *l, const struct topo *t, char *why, size_t size);

/* True if the holder has let its lifeline go: the lab stays, whoever made it. */
bool keep_is_committed(const struct lab *l);

/* The first node from `from` on that the lab should have but that ended; t->nodes: none. */
size_t keep_gone_node(const struct lab *l, const struct topo *t, size_t from);

/* True if it is known that the lab lives only as long as the `run` that made it. */
bool keep_is_passing(const struct lab *l);

#endif
