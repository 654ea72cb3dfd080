/* SPDX-License-Identifier: BSD-2-Clause */
/* node_command: what exec and shell share: which node is meant, the environment that a command
 * finds there, and running it with or without a terminal. */
#ifndef VETHLAB_VERB_NODE_COMMAND_H
#define VETHLAB_VERB_NODE_COMMAND_H

#include "kernel/enter.h"
#include "kernel/lab.h"
#include "model/topo.h"
#include "verb/verb.h"

struct node_command {
    const struct lab *lab;
    const struct topo *topo; /* what it was made of, for `env:`; NULL: not known */
    size_t node;
    char *const *argv;
    char *const *fallback; /* as in struct enter_command */
    const char *prompt;    /* PS1, or NULL */
    bool terminal;         /* on a new one; else stdio */
    int stdio[3];
};

/* The operands [LAB] NODE: opens the lab. The node's index, or -errno. `lab` is to be finished in
 * any case. */
int node_command_find(const struct verb_call *c, struct lab *lab, struct err *e);

/* The topology in the lab's record, the caller's; NULL where there is none of use. */
struct topo *node_command_topo(const struct lab *lab);

/* As enter_start(). */
int node_command_start(const struct node_command *c, struct enter *out, struct err *e);

/* From start to end with our own descriptors, relayed where it has a terminal. The exit code; with
 * e->text set where it could not be run. */
int node_command_run(struct node_command *c, struct err *e);

/* True if standard input and output are terminals. */
bool node_command_is_interactive(void);

#endif
