/* SPDX-License-Identifier: BSD-2-Clause */
/* exec_all: one command in every node of a lab. */
#ifndef VETHLAB_VERB_EXEC_ALL_H
#define VETHLAB_VERB_EXEC_ALL_H

#include "verb/verb.h"

/* Runs `argv` in all nodes of the lab (NULL: the only one), many at once, and prints their output
 * in the order of the nodes, each line as "NODE: line". Standard input is empty. 0, or the exit
 * code of the first node in that order where it was not 0, with a sentence that names all such
 * nodes. Where the output takes no more, all commands are ended: 128+SIGPIPE if its reader left. */
int exec_all(const struct verb_call *c, struct err *e);

#endif
