/* SPDX-License-Identifier: BSD-2-Clause */
/* observe_read: one socket, one dump, one libnl object into the plain values of model/snap.h.
 * Shared by observe and monitor; libnl's types stay among these files. */
#ifndef VETHLAB_KERNEL_OBSERVE_READ_H
#define VETHLAB_KERNEL_OBSERVE_READ_H

#include "base/err.h"
#include "model/snap.h"

#include <stdbool.h>
#include <stdint.h>

struct nl_msg;
struct nlmsghdr;
struct nl_object;
struct nl_sock;
struct rtnl_addr;
struct rtnl_link;
struct rtnl_route;

#define OBSERVE_DUMPS_MAX 10   /* tries of a dump that changes under our hands */
#define OBSERVE_NSID_OWN  (-1) /* the namespace of the socket itself */
#define OBSERVE_NSID_NONE (-1) /* rtnetlink's own word for it: NETNSA_NSID_NOT_ASSIGNED */

void *observe_must(void *p); /* what libnl allocated; aborts where it found no memory */

/* A connected rtnetlink socket of the calling thread's namespace: strict checking and extended
 * acknowledgements on, no acknowledgement of requests. Owned; nl_socket_free(). */
int observe_socket(struct nl_sock **out, struct err *e);

/* Dump into `n` (appending) what the namespace has. `nsid`: another namespace, by the id that it
 * has in the socket's (IFLA_TARGET_NETNSID, IFA_TARGET_NETNSID), or OBSERVE_NSID_OWN. Interfaces
 * are sorted by index; addresses go to interfaces that were read before. An interrupted dump is
 * begun anew; after OBSERVE_DUMPS_MAX tries the last one is kept and n->incomplete set. */
int observe_links(struct nl_sock *sk, int32_t nsid, struct snap_node *n, struct err *e);
int observe_addrs(struct nl_sock *sk, int32_t nsid, struct snap_node *n, struct err *e);
int observe_routes(struct nl_sock *sk, struct snap_node *n, struct err *e);
int observe_neighs(struct nl_sock *sk, struct snap_node *n, struct err *e);

/* *out is overwritten but for its addresses; its alias is owned. Peer: OBSERVE_NSID_NONE where the
 * kernel gave none. Other names are not in libnl's object: they come from the message. */
void observe_link_value(struct rtnl_link *link, struct snap_if *out);
void observe_link_altnames(struct nlmsghdr *h, struct snap_if *out);
void observe_addr_value(struct rtnl_addr *addr, struct snap_addr *out);
/* Adds a row to the node's routes for each next hop; none for what the kernel made of another. */
void observe_route_values(struct rtnl_route *route, struct snap_node *out);

/* The id that the namespace of process `pid` (as our pid namespace sees it) has in the socket's, or
 * OBSERVE_NSID_NONE. -errno if it cannot be asked (-ESRCH: no such process). */
int observe_nsid_of_pid(struct nl_sock *sk, pid_t pid, int32_t *nsid);

/* The same of a network namespace that is held open. */
int observe_nsid_of_fd(struct nl_sock *sk, int netns_fd, int32_t *nsid);

/* The id that a namespace has not in the socket's but in the one that is `in` there. Which one:
 * `attr` NETNSA_NSID, NETNSA_PID or NETNSA_FD, and its value. None of these three waits for rtnl.
 */
int observe_nsid_in(struct nl_sock *sk, int32_t in, int attr, int32_t value, int32_t *nsid);

/* Sends a request (freed here) that has one answer, and hands the answer to `fn`. 0 or -errno. */
typedef void observe_answer_fn(struct nl_msg *answer, void *ctx);
int observe_ask(struct nl_sock *sk, struct nl_msg *request, observe_answer_fn *fn, void *ctx);

/* A libnl error (negative NLE_*) as a negative errno. */
int observe_errno(int nle);

#endif
