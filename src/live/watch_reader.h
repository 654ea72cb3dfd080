/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_reader: what a watch must ask rtnetlink for, asked on another thread.
 *
 * Such a request waits for the kernel's lock of rtnetlink (rtnl), inside sendmsg(2) already, and
 * whoever holds that may do so for seconds: a thousand links that go with their namespace. */
#ifndef VETHLAB_LIVE_WATCH_READER_H
#define VETHLAB_LIVE_WATCH_READER_H

#include "base/err.h"
#include "kernel/lab.h"
#include "kernel/monitor.h"
#include "loop/loop.h"
#include "model/snap.h"

struct watch_reader;

/* Called from the loop, in the order of asking. Must not free the reader. */
struct watch_reader_hooks {
    void (*lab)(struct snap *now, const struct err *why, void *ctx); /* now: owned; NULL: failed */
    /* NULL: failed, or there is none any more. */
    void (*link)(int node, uint32_t ifindex, const struct snap_if *now, void *ctx);
    void *ctx;
};

/* `loop`, `lab` and `m` are borrowed; the monitor's requests are the reader's from now on. */
int watch_reader_new(struct loop *loop, const struct lab *lab, struct monitor *m,
                     const struct watch_reader_hooks *hooks, struct watch_reader **out,
                     struct err *e);

/* Does not wait for what is being read. Takes the monitor, and closes it when it is used no more.
 * NULL is allowed. */
void watch_reader_free(struct watch_reader *r);

/* Reads links, addresses, peers and routes of the whole lab, as it is when this is called. */
void watch_reader_ask_lab(struct watch_reader *r);

/* The same at once: for the beginning, where there is nothing to look at yet. The machine is a node
 * also where it has no end. Owned by the caller. */
int watch_reader_lab_now(const struct lab *lab, struct snap **out, struct err *e);

/* Reads one interface, without addresses. */
void watch_reader_ask_link(struct watch_reader *r, int node, uint32_t ifindex);

#endif
