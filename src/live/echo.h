/* SPDX-License-Identifier: BSD-2-Clause */
/* echo: one socket for ICMP or ICMPv6 echo in one network namespace, any number of destinations.
 *
 * A datagram socket (icmp(7)) where net.ipv4.ping_group_range of the namespace allows one, which a
 * new namespace does to nobody; else a raw one, which needs CAP_NET_RAW there, with filters that
 * let only our own replies through. Receive times are the kernel's, errors come with their origin.
 */
#ifndef VETHLAB_LIVE_ECHO_H
#define VETHLAB_LIVE_ECHO_H

#include "base/addr.h"
#include "base/err.h"
#include "kernel/lab.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ECHO_BATCH 64 /* requests that one system call sends */

struct echo {
    int fd; /* -1: closed; else owned, non-blocking */
    sa_family_t family;
    bool raw;
    uint16_t ident;
};

#define ECHO_INIT                                                                                  \
    {                                                                                              \
        .fd = -1                                                                                   \
    }

/* In the network namespace of the calling thread. -EPERM, -EACCES, -EAFNOSUPPORT (no IPv6). */
int echo_open_here(sa_family_t family, struct echo *out, struct err *e);
void echo_close(struct echo *k);

/* For each of `count` nodes, and families[i] (bits: 1 IPv4, 2 IPv6), opens v4[i] and v6[i], by the
 * worker of kernel/ns.h; lab_enter_userns() first. Entries of `each` may be NULL as a whole: then
 * the first failure ends it and everything is closed. A failed node's sockets stay closed. */
enum { ECHO_V4 = 1, ECHO_V6 = 2 };
struct echo_pair {
    struct echo v4, v6;
};
int echo_open_nodes(const struct lab *lab, const size_t *node, const unsigned *families,
                    size_t count, struct echo_pair *out, struct err *each, struct err *e);

struct echo_request {
    struct ip_addr to;
    uint32_t scope_ifindex; /* link-local IPv6 */
    uint16_t seq;
};

/* Sends up to ECHO_BATCH requests with `payload` bytes each, in one system call. How many went out,
 * or -errno of the first (-EAGAIN: the send buffer is full; -ENOBUFS: no room in the neighbour
 * table, or in the device). */
int echo_send(const struct echo *k, const struct echo_request *r, size_t count, size_t payload);

struct echo_message { /* valid during the callback */
    bool is_error;
    uint16_t seq;
    struct ip_addr from; /* who answers; of local errors AF_UNSPEC */
    struct ip_addr to;   /* of errors: where the request went */
    int ttl;             /* -1: not told */
    size_t bytes;        /* header and payload */
    int64_t real_ns;     /* kernel receive stamp, CLOCK_REALTIME; 0: none */
    size_t damage_at;    /* first payload byte that is not as sent; SIZE_MAX: none */
    uint8_t damage;      /* what it is */
    int num;             /* of errors: errno */
    const char *words;   /* of errors, as ping(8) says it */
};

typedef void echo_fn(const struct echo_message *m, void *ctx);

/* Takes everything that waits, errors first. Whatever is no answer to this socket is dropped. */
void echo_receive(const struct echo *k, echo_fn *fn, void *ctx);

#endif
