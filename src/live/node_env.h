/* SPDX-License-Identifier: BSD-2-Clause */
/* node_env: what a command finds in a node beside the node: its environment and user namespace. */
#ifndef VETHLAB_LIVE_NODE_ENV_H
#define VETHLAB_LIVE_NODE_ENV_H

#include "kernel/lab.h"
#include "model/topo.h"

#include <stdbool.h>
#include <stddef.h>

struct node_env {
    char **item; /* owned, NULL-terminated, and each "KEY=VALUE" too */
    size_t count, room;
};

/* Nothing of ours but what a program needs to talk to the person before it; then what the file says
 * of the node. `topo`, `term` ($TERM) and `prompt` (PS1) may be NULL. */
void node_env_init(struct node_env *v, const struct lab *lab, size_t node, const struct topo *topo,
                   const char *term, const char *prompt);
void node_env_fini(struct node_env *v);

/* What enter_start() wants as user_ns_pidfd: the holder's pidfd, borrowed, or -1 where we are in
 * the lab's user namespace already. */
int node_env_userns(const struct lab *lab);

#endif
