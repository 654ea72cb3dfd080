/* SPDX-License-Identifier: BSD-2-Clause */
/* tables: see the header. */
#include "view/tables.h"

#include "base/clock.h"
#include "base/mem.h"
#include "kernel/observe.h"

#include <stdlib.h>

struct wanted {
    size_t node;
    int64_t read_ns;
};

struct tables {
    const struct lab *lab;
    struct view_data *data;
    struct loop_source *timer;
    struct wanted *wanted; /* owned */
    size_t count, next;
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

/* A node that cannot be read keeps what it had. */
static void read_one(struct tables *t, struct wanted *w)
{
    const struct snap_node *links = &t->data->snap->node[w->node];
    struct snap_node *now = mem_zalloc(1, sizeof *now);
    struct err why = ERR_INIT;
    w->read_ns = clock_mono_ns();
    if (links->gone || t->data->node[w->node].absent ||
        observe_tables(t->lab, w->node, OBSERVE_ROUTES | OBSERVE_NEIGHS, now, &why) < 0) {
        snap_node_clear(now);
        free(now);
        return;
    }
    if (t->lab->node[w->node].pid == 0)
        keep_own(links, now);
    view_data_set_tables(t->data, w->node, now);
}

static void on_timer(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct tables *t = ctx;
    if (t->count && !t->data->gone)
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
    if (w && clock_mono_ns() - w->read_ns >= CLOCK_NS_PER_S)
        read_one(t, w);
}

struct tables *tables_new(struct loop *loop, const struct lab *lab, struct view_data *data,
                          struct err *e)
{
    struct tables *t = mem_zalloc(1, sizeof *t);
    *t = (struct tables){.lab = lab, .data = data};
    t->timer = loop_add_timer(loop, INT64_MAX, 0, on_timer, t, e);
    if (!t->timer) {
        free(t);
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
    free(t->wanted);
    free(t);
}
