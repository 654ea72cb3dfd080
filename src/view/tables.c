/* SPDX-License-Identifier: BSD-2-Clause */
/* tables: see the header. */
#include "view/tables.h"

#include "base/clock.h"
#include "base/mem.h"
#include "kernel/observe.h"
#include "loop/worker.h"

#include <stdlib.h>

struct wanted {
    size_t node;
    int64_t read_ns;
};

struct tables {
    const struct lab *lab;
    struct view_data *data;
    struct loop_source *timer;
    struct worker *worker;
    struct wanted *wanted; /* owned */
    size_t count, next;
    tables_fn *come;
    void *ctx;
};

/* The thread's own. */
struct reading {
    struct worker_job job;
    struct tables *tables; /* for done() */
    struct lab lab;        /* owned; of one node */
    size_t node;
    struct snap_node *now; /* owned */
    int result;
};

/* What is only the machine's business is not shown: routes and neighbours on other links. */
static void keep_own(const struct snap_node *links, struct snap_node *tables)
{
    size_t routes = 0, neighs = 0;
    for (size_t i = 0; i < tables->routes; i++)
        if (snap_if_by_index(links, tables->route[i].ifindex))
            tables->route[routes++] = tables->route[i];
    for (size_t i = 0; i < tables->neighs; i++)
        if (snap_if_by_index(links, tables->neigh[i].ifindex))
            tables->neigh[neighs++] = tables->neigh[i];
    tables->routes = routes;
    tables->neighs = neighs;
}

static void drop(struct worker_job *job)
{
    struct reading *g = (struct reading *)job;
    if (g->now)
        snap_node_clear(g->now);
    free(g->now);
    lab_fini(&g->lab);
    free(g);
}

static void run(struct worker_job *job)
{
    struct reading *g = (struct reading *)job;
    struct err ignored = ERR_INIT;
    g->result = observe_tables(&g->lab, 0, OBSERVE_ROUTES | OBSERVE_NEIGHS, g->now, &ignored);
}

/* A node that cannot be read keeps what it had. */
static void done(struct worker_job *job)
{
    struct reading *g = (struct reading *)job;
    struct tables *t = g->tables;
    const struct snap_node *links = &t->data->snap->node[g->node];
    bool first = !t->data->node[g->node].tables;
    if (g->result == 0 && !links->gone) {
        if (t->lab->node[g->node].pid == 0)
            keep_own(links, g->now);
        view_data_set_tables(t->data, g->node, mem_steal_ptr(&g->now));
    }
    drop(job);
    if (first && t->come)
        t->come(t->ctx);
}

static struct reading *reading_new(struct tables *t, size_t node)
{
    struct reading *g = mem_zalloc(1, sizeof *g);
    struct lab one = *t->lab; /* borrows what it holds */
    one.node = &one.node[node];
    one.nodes = 1;
    *g = (struct reading){
        .job = {.run = run, .done = done, .drop = drop}, .tables = t, .node = node};
    lab_copy(&one, &g->lab);
    g->now = mem_zalloc(1, sizeof *g->now);
    return g;
}

static bool is_there(const struct tables *t, size_t node)
{
    return !t->data->snap->node[node].gone && !t->data->node[node].absent;
}

static void read_one(struct tables *t, struct wanted *w)
{
    w->read_ns = clock_mono_ns();
    if (is_there(t, w->node))
        worker_post(t->worker, &reading_new(t, w->node)->job);
}

void tables_read(struct tables *t, const struct nodes_list *nodes)
{
    for (size_t i = 0; i < nodes->count; i++) {
        if (!is_there(t, nodes->node[i]))
            continue;
        struct reading *g = reading_new(t, nodes->node[i]);
        run(&g->job);
        done(&g->job);
    }
}

static void on_timer(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct tables *t = ctx;
    if (t->count && !t->data->gone && !worker_is_busy(t->worker))
        read_one(t, &t->wanted[t->next++ % t->count]);
}

static struct wanted *find(const struct tables *t, size_t node)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->wanted[i].node == node)
            return &t->wanted[i];
    return NULL;
}

static bool is_same(const struct tables *t, const struct nodes_list *nodes)
{
    for (size_t i = 0; i < t->count && i < nodes->count; i++)
        if (t->wanted[i].node != nodes->node[i])
            return false;
    return t->count == nodes->count;
}

void tables_want(struct tables *t, const struct nodes_list *nodes)
{
    if (is_same(t, nodes))
        return;
    struct wanted *wanted = mem_zalloc(nodes->count + 1, sizeof *wanted);
    for (size_t i = 0; i < nodes->count; i++) {
        const struct wanted *before = find(t, nodes->node[i]);
        wanted[i].node = nodes->node[i];
        if (before)
            wanted[i].read_ns = before->read_ns;
        else
            read_one(t, &wanted[i]);
    }
    free(t->wanted);
    t->wanted = wanted;
    t->count = nodes->count;
    int64_t each_ns = CLOCK_NS_PER_S / (t->count ? (int64_t)t->count : 1);
    if (t->count)
        loop_set_timer(t->timer, clock_mono_ns() + each_ns, each_ns);
    else
        loop_stop_timer(t->timer);
}

void tables_touch(struct tables *t, size_t node)
{
    struct wanted *w = find(t, node);
    if (w && !worker_is_busy(t->worker) && clock_mono_ns() - w->read_ns >= CLOCK_NS_PER_S)
        read_one(t, w);
}

struct tables *tables_new(struct loop *loop, const struct lab *lab, struct view_data *data,
                          tables_fn *come, void *ctx, struct err *e)
{
    struct tables *t = mem_zalloc(1, sizeof *t);
    *t = (struct tables){.lab = lab, .data = data, .come = come, .ctx = ctx};
    if (worker_new(loop, &t->worker, e) == 0)
        t->timer = loop_add_timer(loop, INT64_MAX, 0, on_timer, t, e);
    if (!t->timer) {
        tables_free(t);
        return NULL;
    }
    loop_stop_timer(t->timer);
    return t;
}

void tables_free(struct tables *t)
{
    if (!t)
        return;
    loop_remove(t->timer);
    worker_free(t->worker, NULL, NULL);
    free(t->wanted);
    free(t);
}
