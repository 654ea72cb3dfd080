/* SPDX-License-Identifier: BSD-2-Clause */
/* builder: the process that builds a lab from inside its holder's namespaces, and what it tells
 * the process that started it. */
#ifndef VETHLAB_APPLY_BUILDER_H
#define VETHLAB_APPLY_BUILDER_H

#include "apply/keep.h"
#include "base/err.h"
#include "model/op.h"

/* Datagrams on a SOCK_SEQPACKET socket: one byte of kind, then the payload. End of file without
 * BUILD_WHOLE or BUILD_ERROR: the builder was killed. */
enum build_message {
    BUILD_NOTE = 'n',     /* text */
    BUILD_PROGRESS = 'p', /* text: what is being done */
    BUILD_ERROR = 'e',    /* struct err */
    BUILD_DONE = 'd',     /* the lab is whole; the builder waits for the question below */
    BUILD_WHOLE = 'w',    /* the answer: every node's first process is still there */
};

/* What the builder is asked after the commit, as late as can be: a node that was killed once it was
 * ready would otherwise be missing from a lab that is called whole. The nodes are the builder's
 * children until it ends, so that one waitpid(2) answers for all. */
#define BUILD_ASK_WHOLE 'a'

/* What whoever is to carry out a change says instead of BUILD_ERROR (and with the same payload)
 * where a node has ended before anything was done: read anew, the change is another one. */
#define BUILD_AGAIN 'g'

/* What `apply` may say to whoever carries a change out, followed by the number of the signal. */
#define BUILD_STOP 's'

/* Before anything is built: EXIT_LIMIT where the lab needs more open files than this process may
 * have (base/limit.h); with each node's first process where it is built step by step. */
int builder_check_limit(const struct topo *t, bool by_steps, struct err *e);

/* True if operations of that kind can be carried out. */
bool builder_can(enum op_kind kind);

/* In the builder, inside the holder's namespaces: carries the operations out, reports on `channel`,
 * exits. Never returns. */
_Noreturn void builder_main(const struct topo *t, const struct ops *ops, const struct keep *keep,
                            int channel);

#endif
