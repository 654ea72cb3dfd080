/* SPDX-License-Identifier: BSD-2-Clause */
/* values: see the header. A node is asked for what stands in its own part of the topologies and for
 * the defaults that all nodes have; each of its interfaces for what it copies of those, or has from
 * `all`. A new namespace is asked for all of it, to know what is not set any more. */
#include "apply/values.h"

#include "base/mem.h"
#include "kernel/ns.h"
#include "kernel/spawn.h"
#include "plan/named.h"
#include "plan/plan.h"
#include "plan/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct value {
    int node;        /* of the lab; one more: the machine; -1: a new namespace */
    const char *key; /* borrowed from a topology, `built` or a constant */
    char *text;      /* owned; NULL: there is none */
};

struct values {
    const struct lab *lab; /* while it is read */
    bool reads_all;
    struct ops built;   /* the machine's; and it keeps keys */
    struct value *item; /* sorted by node and key */
    size_t count, room;
    size_t *first; /* per node + 1: where its values begin; a new namespace's stand first */
};

static int compare(const void *a, const void *b)
{
    const struct value *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return strcmp(x->key, y->key);
}

static void add(struct values *v, int node, const char *key)
{
    mem_grow(&v->item, &v->room, v->count, sizeof *v->item);
    v->item[v->count++] = (struct value){node, key, NULL};
}

static void collect_of(struct values *v, const struct named *names, size_t count,
                       const struct topo *t)
{
    struct ops ops = {0};
    plan_build(t, &ops);
    for (size_t i = 0; i < ops.count; i++) {
        const struct op *op = &ops.item[i];
        if (op->kind != OP_SYSCTL_SET || op->node == TOPO_HOST) /* those have keys of their own */
            continue;
        int n = named_find(names, count, t->node[op->node].name);
        const char *key = op->u.sysctl.key;
        struct setting s;
        if (op->u.sysctl.optional && setting_parse(key, &s) && setting_is_of_interface(&s))
            key = ops_keep(&v->built, mem_strdup(key)); /* the list, whose it may be, goes */
        if (n >= 0)
            add(v, n, key);
        add(v, -1, key);
    }
    ops_fini(&ops);
}

/* Interfaces of the topology that is wanted, by node. */
struct owned_if {
    int node;
    const char *ifname;
};

static int by_node(const void *a, const void *b)
{
    const struct owned_if *x = a, *y = b;
    return (x->node > y->node) - (x->node < y->node);
}

static struct owned_if *interfaces_of(const struct topo *t, size_t *count)
{
    struct owned_if *list = mem_zalloc(2 * (t->nodes + t->links) + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < t->nodes; i++) {
        list[(*count)++] = (struct owned_if){(int)i, "lo"};
        if (t->node[i].kind == NODE_BRIDGE)
            list[(*count)++] = (struct owned_if){(int)i, t->node[i].name};
    }
    for (size_t i = 0; i < 2 * t->links; i++)
        list[(*count)++] =
            (struct owned_if){t->link[i / 2].end[i % 2].node, t->link[i / 2].end[i % 2].ifname};
    qsort(list, *count, sizeof *list, by_node);
    return list;
}

/* The same setting of another. */
static void add_of(struct values *v, int node, const struct setting *s, const char *whose)
{
    char key[SETTING_KEY_MAX];
    if (setting_key(s, whose, key))
        add(v, node, ops_keep(&v->built, mem_strdup(key)));
}

/* Ours as they were: an interface's own says what its node's does, unless somebody set it of that
 * interface by hand, which counts for IPv6 itself alone: to read all would take as long as to read
 * the lab. */
static bool is_of_no_interest(const struct op_sysctl *op, const struct setting *s, bool dad_changes)
{
    if (!op->optional || setting_is_spread(s)) /* what `all` says of others has its own settings */
        return op->optional;
    return strcmp(s->what, "disable_ipv6") != 0 &&
           !(dad_changes && strcmp(s->what, "accept_dad") == 0);
}

/* Per interface what it has from `default` or `all`, and what both and lo have in a new namespace.
 * `at`: the node in the lab. */
static void collect_copied(struct values *v, int at, const struct setting *s,
                           const struct owned_if *i, const struct owned_if *end)
{
    add_of(v, -1, s, "default");
    add_of(v, -1, s, "lo");
    if (setting_is_of_interface(s) || (setting_is_of(s, "all") && !setting_is_spread(s)))
        return;
    add_of(v, at, s, "default");
    for (int node = i->node; i < end && i->node == node; i++)
        if (setting_is_spread(s) || setting_is_copied(s, i->ifname))
            add_of(v, at, s, i->ifname);
    if (setting_is_of(s, "all")) {
        add(v, at, "net/ipv4/conf/all/accept_redirects");
        add(v, -1, "net/ipv4/conf/all/accept_redirects");
    }
}

/* `from`'s sysctls, of the interfaces that nodes of that name are wanted to have. */
static void collect_interfaces(struct values *v, const struct named *names, const struct topo *want,
                               const struct topo *from, const struct topo *other)
{
    size_t count;
    struct owned_if *list = interfaces_of(want, &count);
    struct named *place = mem_zalloc(want->nodes + 1, sizeof *place);
    for (size_t i = 0; i < count; i++)
        if (list[i].node >= 0 && (i == 0 || list[i - 1].node != list[i].node))
            place[list[i].node] = (struct named){want->node[list[i].node].name, (int)i};
    named_sort(place, want->nodes);
    struct named *others = mem_zalloc(other ? other->nodes + 1 : 1, sizeof *others);
    for (size_t i = 0; other && i < other->nodes; i++)
        others[i] = (struct named){other->node[i].name, (int)i};
    named_sort(others, other ? other->nodes : 0);
    struct ops ops = {0};
    plan_build(from, &ops);
    for (size_t i = 0; i < ops.count; i++) {
        const struct op *op = &ops.item[i];
        if (op->kind != OP_SYSCTL_SET || op->node == TOPO_HOST)
            continue;
        const char *name = from->node[op->node].name;
        int at = named_find(names, v->lab->nodes, name);
        int p = named_find(place, want->nodes, name);
        struct setting s;
        if (at < 0 || p < 0 || !setting_parse(op->u.sysctl.key, &s))
            continue;
        int was = named_find(others, other ? other->nodes : 0, name);
        bool dad_changes = was >= 0 && other->node[was].dad != from->node[op->node].dad;
        if (v->reads_all || !is_of_no_interest(&op->u.sysctl, &s, dad_changes))
            collect_copied(v, at, &s, &list[p], &list[count]);
    }
    ops_fini(&ops);
    free(others);
    free(place);
    free(list);
}

/* Nodes that nobody knows: what every node has, and its lo. */
static void collect_unknown(struct values *v, const struct lab *l, const struct named *names)
{
    bool *seen = mem_zalloc(l->nodes + 1, sizeof *seen);
    struct topo *plain = topo_new();
    for (size_t i = 0; i < v->count; i++)
        if (v->item[i].node >= 0 && (size_t)v->item[i].node < l->nodes)
            seen[v->item[i].node] = true;
    for (size_t i = 0; i < l->nodes; i++)
        if (!seen[i])
            topo_add_node(plain, l->node[i].name);
    if (plain->nodes) {
        collect_of(v, names, l->nodes, plain);
        collect_interfaces(v, names, plain, plain, NULL);
    }
    topo_free(plain);
    free(seen);
}

static void unique(struct values *v)
{
    size_t kept = 0;
    qsort(v->item, v->count, sizeof *v->item, compare);
    for (size_t i = 0; i < v->count; i++)
        if (kept == 0 || compare(&v->item[kept - 1], &v->item[i]) != 0)
            v->item[kept++] = v->item[i];
    v->count = kept;
}

/* Of each end on the machine the settings that a lab's have or may have. */
static void collect_machine(struct values *v, int machine, const struct topo *t)
{
    size_t before = v->built.count;
    for (size_t i = 0; i < 2 * t->links; i++) {
        const struct topo_end *end = &t->link[i / 2].end[i % 2];
        if (end->node == TOPO_HOST)
            plan_add_host_sysctls(&v->built, end->ifname, true, end->mark);
    }
    for (size_t i = before; i < v->built.count; i++)
        add(v, machine, v->built.item[i].u.sysctl.key);
}

static void collect(struct values *v, const struct lab *l, const struct topo *want,
                    const struct topo *was)
{
    struct named *names = mem_zalloc(l->nodes + 1, sizeof *names);
    for (size_t i = 0; i < l->nodes; i++)
        names[i] = (struct named){l->node[i].name, (int)i};
    named_sort(names, l->nodes);
    collect_of(v, names, l->nodes, want);
    collect_machine(v, (int)l->nodes, want);
    if (was)
        collect_machine(v, (int)l->nodes, was);
    if (was)
        collect_of(v, names, l->nodes, was);
    collect_unknown(v, l, names);
    collect_interfaces(v, names, want, want, was);
    if (was)
        collect_interfaces(v, names, want, was, want);
    free(names);
    unique(v);
    v->first = mem_zalloc(l->nodes + 2, sizeof *v->first);
    for (size_t n = 0, at = 0; n < l->nodes + 2; n++) {
        while (at < v->count && v->item[at].node < (int)n - 1)
            at++;
        v->first[n] = at;
    }
}

/* What a node has not is unknown; what we may not open because too much is open is an error. */
static int read_value(int sys, struct value *one, struct err *e)
{
    free(one->text);
    one->text = sysctl_read_at(sys, one->key);
    if (!one->text && (errno == EMFILE || errno == ENFILE))
        return err_set(e, errno, "cannot read the sysctl %s", one->key);
    return 0;
}

int values_read_node(size_t index, void *values, struct err *e)
{
    struct values *v = values;
    _cleanup_fd_ int sys = sysctl_dir(v->lab->node[index].pid);
    int r = 0;
    for (size_t i = v->first[index + 1]; r == 0 && i < v->count && v->item[i].node == (int)index;
         i++)
        r = read_value(sys, &v->item[i], e);
    return r;
}

void values_read_machine(struct values *v)
{
    for (size_t i = v->first[v->lab->nodes + 1]; i < v->count; i++) {
        free(v->item[i].text);
        v->item[i].text = sysctl_read(v->item[i].key);
    }
}

static int read_fresh(size_t index, void *ctx, struct err *e)
{
    struct values *v = ctx;
    int r = 0;
    (void)index;
    for (size_t i = 0; r == 0 && i < v->count && v->item[i].node == -1; i++)
        r = read_value(-1, &v->item[i], e);
    return r;
}

struct values *values_new(const struct lab *l, const struct topo *want, const struct topo *was,
                          bool all)
{
    struct values *v = mem_zalloc(1, sizeof *v);
    v->lab = l;
    v->reads_all = all;
    collect(v, l, want, was);
    return v;
}

int values_read_new(struct values *v, struct err *e)
{
    return ns_run_new(read_fresh, v, e);
}

void values_free(struct values *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < v->count; i++)
        free(v->item[i].text);
    free(v->item);
    free(v->first);
    ops_fini(&v->built);
    free(v);
}

static const char *find(const struct values *v, int node, const char *key)
{
    struct value want = {node, key, NULL};
    const struct value *is = bsearch(&want, v->item, v->count, sizeof *v->item, compare);
    return is ? is->text : NULL;
}

static const char *now(int snap_node, const char *key, void *ctx)
{
    return find(ctx, snap_node, key);
}

static const char *fresh(const char *key, void *ctx)
{
    return find(ctx, -1, key);
}

struct plan_values values_source(struct values *v)
{
    return (struct plan_values){now, fresh, v};
}
