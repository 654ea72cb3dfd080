/* SPDX-License-Identifier: BSD-2-Clause */
/* observe_peer: which node holds the other end of each interface, while a lab is being read. */
#ifndef VETHLAB_KERNEL_OBSERVE_PEER_H
#define VETHLAB_KERNEL_OBSERVE_PEER_H

#include "model/snap.h"

struct nl_sock;
struct peers;

/* `snap` is borrowed; its nodes are all there (with pid) before the first is read. `host` is a
 * process in the machine's own network namespace: the caller. */
struct peers *peers_new(struct snap *snap, pid_t host);
void peers_free(struct peers *p);

/* To be called with a socket of the node's namespace after its links were read: resolves what can
 * be resolved through nodes that were read before, and their ends with it. */
void peers_read(struct peers *p, size_t node, struct nl_sock *sk);

/* Whether the node has an end whose other one is in a namespace not yet found. */
bool peers_open(const struct peers *p, size_t node);

/* The slow way, after all nodes were read: asks for the id of every node's namespace. */
void peers_search(struct peers *p, size_t node, struct nl_sock *sk);

#endif
