/* SPDX-License-Identifier: BSD-2-Clause */
/* builder_node: the builder's state, and making nodes and running commands in them. */
#ifndef VETHLAB_APPLY_BUILDER_NODE_H
#define VETHLAB_APPLY_BUILDER_NODE_H

#include "apply/builder.h"
#include "apply/hosts.h"
#include "kernel/netlink.h"
#include "model/op.h"

struct builder_node {
    int sock;       /* rtnetlink socket made in its network namespace */
    int netns;      /* that namespace; -1: the socket is asked for it, when it is needed */
    int pidfd;      /* of its first process; only where commands follow or `adopted`, else -1 */
    size_t unready; /* interfaces that are still to be asked for */
};

struct builder {
    const struct topo *topo;
    const struct ops *ops;
    const struct keep *keep;
    struct builder_node *node; /* as topo->node */
    struct hosts *hosts;
    const struct topo *named; /* the nodes of `hosts` */
    struct hostlink *host;    /* NULL: no end of a link is on the machine itself */
    bool has_common_hosts;    /* the file that most nodes share is written */
    int channel;
    /* A running lab is changed: each new node may have to be ended again, and a command is cut off
     * once there is something to read on `channel`. */
    bool is_change;
    bool adopted;   /* nodes are made as children of our parent, the holder */
    int failure[2]; /* pipe: a node that fails writes its struct err; -1: closed */
    int ready[2];   /* pipe: a node that is ready writes one byte */
    size_t made;    /* nodes since the pipes were opened */
    int here;       /* the node whose network namespace we are in; TOPO_HOST: as at first */
    int batch_node; /* whose messages are in `batch` */
    struct netlink_batch batch;
    int lent[NETLINK_BATCH_MESSAGES]; /* nodes whose namespace was opened for one of `batch` */
    size_t lents;
    bool closes;     /* a node that is ready is done with: no operation follows but commands */
    int64_t told_ns; /* when progress was last told; 0: never */
    char note[256];  /* for the user, once the lab is whole */
};

/* Nothing is open, no node is there. All but `b` is borrowed. */
void builder_init(struct builder *b, const struct topo *t, const struct ops *ops,
                  const struct keep *keep, int channel);

/* Inside the holder's namespaces: tables, pipes, signals. */
int builder_prepare(struct builder *b, struct err *e);

/* Opens `failure` and `ready` (anew), made = 0. */
int builder_pipes(struct builder *b, struct err *e);

/* Goes into the network namespace of a node, or back into the machine's own (TOPO_HOST). */
int builder_go(struct builder *b, int node, struct err *e);

/* The namespace of a node for a message of the batch; builder_close_lent() once that is sent. */
int builder_lend_netns(struct builder *b, int node, struct err *e);
void builder_close_lent(struct builder *b);

/* A socket for a node that was there before: opened when it is first needed. */
int builder_sock(struct builder *b, int node, struct err *e);

/* Carries one operation out and hears the kernel's answer. */
int builder_do(struct builder *b, const struct op *op, struct err *e);

/* True if a failure of `num` says that somebody was faster: what should go has gone meanwhile, by
 * hand or because the node at the other end is just ending. On the way back that also holds for
 * whatever would be set on an interface or in a node that is not there any more. */
bool builder_is_gone(enum op_kind kind, int num, bool is_way_back);

/* Writes the hosts files of the nodes of `t` anew, where they have one. */
int builder_write_hosts(struct builder *b, const struct topo *t, struct err *e);

int builder_add_node(struct builder *b, const struct op *op, struct err *e);

/* In a node that was there before, whose pidfd is open. */
int builder_set_hostname(struct builder *b, const struct op *op, struct err *e);

/* Reads the nodes' pipes to their ends: 0 if all are ready, else the first one's own sentence. */
int builder_join_nodes(struct builder *b, struct err *e);

/* -EPIPE if a node's first process has ended. */
int builder_check_nodes(struct err *e);

/* builder_exec.c: the command as one clean line, owned by the caller. */
char *builder_command(const struct topo_exec *x);

/* Runs one command to its end; its output goes to the node's log and is relayed. */
int builder_exec(struct builder *b, const struct op *op, struct err *e);

#endif
