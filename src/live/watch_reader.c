/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_reader: see the header. */
#include "live/watch_reader.h"

#include "base/mem.h"
#include "kernel/observe.h"
#include "loop/worker.h"

#include <stdlib.h>

struct watch_reader {
    const struct lab *lab;
    struct monitor *monitor;
    struct watch_reader_hooks hooks;
    struct worker *worker;
};

/* What the thread has is its own; of the reader it knows only the monitor's requests. */
struct reading {
    struct worker_job job;
    struct watch_reader *reader; /* for done() */
    struct monitor *monitor;
    struct lab lab;   /* owned; of the whole lab */
    struct snap *now; /* owned */
    int node;         /* SNAP_NODE_NONE: the whole lab */
    uint32_t ifindex;
    struct snap_if link; /* its alias is owned */
    int result;
    struct err why;
};

int watch_reader_lab_now(const struct lab *lab, struct snap **out, struct err *e)
{
    struct lab inside = *lab; /* borrows what it holds */
    bool machine = inside.nodes > 0 && inside.node[inside.nodes - 1].pid == 0, added = false;
    inside.nodes -= machine; /* read apart */
    int r = observe_lab(&inside, OBSERVE_ADDRS | OBSERVE_ROUTES, out, e);
    if (r < 0 || !machine)
        return r;
    r = observe_add_machine(*out, &added, e);
    if (r < 0) {
        snap_free(*out);
        *out = NULL;
    } else if (!added) { /* it has no end of the lab's yet, or no more */
        (*out)->machine = (int)(*out)->nodes;
        snap_add_node(*out, lab->node[inside.nodes].name);
    }
    return r;
}

static void run(struct worker_job *job)
{
    struct reading *g = (struct reading *)job;
    if (g->node == SNAP_NODE_NONE) {
        g->result = watch_reader_lab_now(&g->lab, &g->now, &g->why);
        return;
    }
    g->result = monitor_read_link(g->monitor, g->node, g->ifindex, &g->link);
}

static void drop(struct worker_job *job)
{
    struct reading *g = (struct reading *)job;
    snap_free(g->now);
    snap_if_fini(&g->link);
    lab_fini(&g->lab);
    free(g);
}

static void done(struct worker_job *job)
{
    struct reading *g = (struct reading *)job;
    const struct watch_reader_hooks *h = &g->reader->hooks;
    if (g->node != SNAP_NODE_NONE) {
        h->link(g->node, g->ifindex, g->result < 0 ? NULL : &g->link, h->ctx);
    } else {
        h->lab(g->result < 0 ? NULL : g->now, &g->why, h->ctx);
        g->now = NULL;
    }
    drop(job);
}

static struct reading *reading_new(struct watch_reader *r, int node, uint32_t ifindex)
{
    struct reading *g = mem_zalloc(1, sizeof *g);
    *g = (struct reading){.job = {.run = run, .done = done, .drop = drop},
                          .reader = r,
                          .monitor = r->monitor,
                          .node = node,
                          .ifindex = ifindex,
                          .why = ERR_INIT};
    lab_init(&g->lab);
    return g;
}

void watch_reader_ask_lab(struct watch_reader *r)
{
    struct reading *g = reading_new(r, SNAP_NODE_NONE, 0);
    lab_copy(r->lab, &g->lab);
    worker_post(r->worker, &g->job);
}

void watch_reader_ask_link(struct watch_reader *r, int node, uint32_t ifindex)
{
    worker_post(r->worker, &reading_new(r, node, ifindex)->job);
}

int watch_reader_new(struct loop *loop, const struct lab *lab, struct monitor *m,
                     const struct watch_reader_hooks *hooks, struct watch_reader **out,
                     struct err *e)
{
    struct watch_reader *r = mem_zalloc(1, sizeof *r);
    *r = (struct watch_reader){.lab = lab, .monitor = m, .hooks = *hooks};
    int result = worker_new(loop, &r->worker, e);
    if (result < 0)
        free(r);
    else
        *out = r;
    return result;
}

static void close_monitor(void *ctx)
{
    monitor_close(ctx);
}

void watch_reader_free(struct watch_reader *r)
{
    if (!r)
        return;
    worker_free(r->worker, close_monitor, r->monitor);
    free(r);
}
