/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_lost: see the header. */
#include "plan/diff_lost.h"

#include "base/mem.h"
#include "plan/plan.h"
#include "plan/setting.h"

#include <stdlib.h>
#include <string.h>

/* A key of IPv6 that exists once per interface. */
struct lost_key {
    int node; /* of the topology that is wanted */
    const char *key;
};

struct lost {
    struct diff *d;
    bool is_sorted;
    struct ops was_built;  /* plan_build() of the topology before */
    struct lost_key *item; /* owned; sorted, each once */
    size_t count, room;
};

static int compare(const void *a, const void *b)
{
    const struct lost_key *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return strcmp(x->key, y->key);
}

/* `node`: per node of the operations, which node is wanted; NULL: the same. */
static void collect(struct lost *l, const struct ops *ops, const int *node)
{
    for (size_t i = 0; i < ops->count; i++) {
        const struct op *op = &ops->item[i];
        struct setting k;
        if (op->kind != OP_SYSCTL_SET || op->node < 0 || !setting_parse(op->u.sysctl.key, &k) ||
            strncmp(k.key, "net/ipv6/", 9) != 0 || setting_is_of(&k, "all"))
            continue;
        int at = node ? node[op->node] : op->node;
        if (at < 0)
            continue;
        mem_grow(&l->item, &l->room, l->count, sizeof *l->item);
        l->item[l->count++] = (struct lost_key){at, op->u.sysctl.key};
    }
}

static void collect_was(struct lost *l)
{
    const struct topo *was = l->d->was, *want = l->d->want;
    int *node = mem_zalloc(was->nodes + 1, sizeof *node);
    for (size_t i = 0; i < was->nodes; i++)
        node[i] = TOPO_NOWHERE;
    for (size_t n = 0; n < want->nodes; n++) {
        const struct topo_node *of = diff_was(l->d, want->node[n].name);
        if (of)
            node[of - was->node] = (int)n;
    }
    plan_build(was, &l->was_built);
    collect(l, &l->was_built, node);
    free(node);
}

static void sort(struct lost *l)
{
    size_t kept = 0;
    collect(l, &l->d->built, NULL);
    if (l->d->was)
        collect_was(l);
    if (l->count)
        qsort(l->item, l->count, sizeof *l->item, compare);
    for (size_t i = 0; i < l->count; i++)
        if (kept == 0 || compare(&l->item[kept - 1], &l->item[i]) != 0)
            l->item[kept++] = l->item[i];
    l->count = kept;
    l->is_sorted = true;
}

static size_t first_of(const struct lost *l, int node)
{
    size_t low = 0, high = l->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (l->item[mid].node < node)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void record(struct lost *l, int node, const char *key)
{
    const struct plan_values *v = l->d->values;
    struct plan_diff *out = l->d->out;
    const char *value = v->now(diff_snap_node(l->d, node), key, v->ctx);
    if (!value)
        return;
    mem_grow(&out->forgotten, &out->forgotten_room, out->forgottens, sizeof *out->forgotten);
    out->forgotten[out->forgottens++] =
        (struct plan_forgotten){out->ops.count - 1, ops_keep(&out->ops, mem_strdup(key)),
                                ops_keep(&out->ops, mem_strdup(value))};
}

/* The machine's `default` is not the lab's affair: an end there has its settings of itself. */
static void record_host_end(struct lost *l, const char *ifname)
{
    static const struct mark nowhere = {0};
    struct ops own = {0};
    plan_add_host_sysctls(&own, ifname, true, nowhere);
    for (size_t i = 0; i < own.count; i++)
        record(l, TOPO_HOST, own.item[i].u.sysctl.key);
    ops_fini(&own);
}

void lost_settings(struct lost *l, int node, const struct snap_if *now)
{
    char key[SETTING_KEY_MAX];
    struct setting k;
    if (node == TOPO_HOST) {
        record_host_end(l, now->name);
        return;
    }
    if (!l->is_sorted)
        sort(l);
    /* Its own come after `default`, or before: the second of two is the same value. */
    for (size_t i = first_of(l, node); i < l->count && l->item[i].node == node; i++)
        if (setting_parse(l->item[i].key, &k) &&
            (setting_is_of(&k, "default") || setting_is_of(&k, now->name)) &&
            setting_key(&k, now->name, key))
            record(l, node, key);
}

struct lost *lost_new(struct diff *d)
{
    struct lost *l = mem_zalloc(1, sizeof *l);
    l->d = d;
    return l;
}

void lost_free(struct lost *l)
{
    ops_fini(&l->was_built);
    free(l->item);
    free(l);
}
