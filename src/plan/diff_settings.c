/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_settings: see the header. */
#include "plan/diff_settings.h"

#include "base/mem.h"
#include "plan/plan.h"
#include "plan/setting.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* OP_SYSCTL_SETs by node, key and place. */
struct given {
    const struct op **op; /* owned */
    size_t count;
};

struct settings {
    struct diff *d;
    struct given built, was;
    struct ops was_built;  /* plan_build() of the topology before, its nodes as `want` counts */
    const char **all_ipv6; /* owned; per node: disable_ipv6 of all was set on the way to this */
};

static int by_key(const struct op *x, const struct op *y)
{
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return strcmp(x->u.sysctl.key, y->u.sysctl.key);
}

static int by_key_and_place(const void *a, const void *b)
{
    const struct op *x = *(const struct op *const *)a, *y = *(const struct op *const *)b;
    int c = by_key(x, y);
    return c ? c : (x > y) - (x < y);
}

static struct given collect(const struct ops *ops)
{
    struct given g = {.op = mem_zalloc(ops->count + 1, sizeof *g.op)};
    for (size_t i = 0; i < ops->count; i++)
        if (ops->item[i].kind == OP_SYSCTL_SET && ops->item[i].node != TOPO_NOWHERE)
            g.op[g.count++] = &ops->item[i];
    qsort(g.op, g.count, sizeof *g.op, by_key_and_place);
    return g;
}

/* The first behind all that are not behind (node, key); key NULL: the node's first. */
static size_t place(const struct given *g, int node, const char *key)
{
    const struct op want = {.node = node, .u.sysctl.key = key ? key : ""};
    size_t low = 0, high = g->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = by_key(g->op[mid], &want);
        if (c < 0 || (key && c == 0))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The last one that sets it, or NULL. */
static const struct op *find(const struct given *g, int node, const char *key)
{
    size_t at = place(g, node, key);
    const struct op *op = at > 0 ? g->op[at - 1] : NULL;
    return op && op->node == node && strcmp(op->u.sysctl.key, key) == 0 ? op : NULL;
}

/* The kernel separates numbers by tabs where people type blanks. */
static bool is_same_value(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (isspace((unsigned char)*a) && (isspace((unsigned char)a[1]) || !a[1]))
            a++;
        while (isspace((unsigned char)*b) && (isspace((unsigned char)b[1]) || !b[1]))
            b++;
        bool blanks = isspace((unsigned char)*a) && isspace((unsigned char)*b);
        if (*a != *b && !blanks)
            return false;
        if (!*a)
            return true;
    }
}

static const char all_ipv6[] = "net/ipv6/conf/all/disable_ipv6";

/* What it is by then: disable_ipv6 of all is written through to `default` and every interface. */
static const char *value_by_then(const struct settings *s, int node, int at, const char *key)
{
    struct setting k;
    if (node >= 0 && s->all_ipv6[node] && setting_parse(key, &k) && strcmp(key, all_ipv6) != 0 &&
        strncmp(key, all_ipv6, k.prefix_len) == 0 && strcmp(k.what, "disable_ipv6") == 0)
        return s->all_ipv6[node];
    return s->d->values->now(at, key, s->d->values->ctx);
}

/* `at`: the node in the snapshot, or -1: what it is set in is made only now. */
static void set(struct settings *s, int node, int at, struct mark mark, struct op_sysctl to)
{
    const char *now = at < 0 ? NULL : value_by_then(s, node, at, to.key);
    if (now && is_same_value(now, to.value))
        return;
    if (at >= 0 && !now && to.optional)
        return; /* this kernel has none */
    to.before = now ? ops_keep(&s->d->out->ops, mem_strdup(now)) : NULL;
    to.key = ops_keep(&s->d->out->ops, mem_strdup(to.key)); /* the lists that it may be of go */
    ops_add(&s->d->out->ops, OP_SYSCTL_SET, node, mark)->u.sysctl = to;
    if (at >= 0 && node >= 0 && strcmp(to.key, all_ipv6) == 0)
        s->all_ipv6[node] = to.value;
}

/* What the node has now and the built list does not set. Interfaces' own come with them. */
static void drop(struct settings *s)
{
    const struct diff *d = s->d;
    for (size_t i = 0; i < s->was.count; i++) {
        const struct op *op = s->was.op[i];
        const char *key = op->u.sysctl.key;
        const char *fresh = d->values->fresh(key, d->values->ctx);
        bool is_known = i > 0 && by_key(s->was.op[i - 1], op) == 0;
        if (is_known || !fresh || d->out->snap_node[op->node] < 0 || find(&s->built, op->node, key))
            continue;
        struct op_sysctl to = {.key = key, .value = fresh, .optional = true};
        set(s, op->node, d->out->snap_node[op->node], d->want->node[op->node].mark, to);
    }
}

/* Of the topology before: what its nodes were is the affair of those of the same name. */
static void build_was(struct settings *s)
{
    const struct diff *d = s->d;
    if (!d->was)
        return;
    int *want_node = mem_zalloc(d->was->nodes + 1, sizeof *want_node);
    for (size_t i = 0; i < d->was->nodes; i++)
        want_node[i] = TOPO_NOWHERE;
    for (size_t n = 0; n < d->want->nodes; n++) {
        const struct topo_node *was = diff_was(d, d->want->node[n].name);
        if (was)
            want_node[was - d->was->node] = (int)n;
    }
    plan_build(d->was, &s->was_built);
    for (size_t i = 0; i < s->was_built.count; i++) {
        struct op *op = &s->was_built.item[i];
        op->node = op->node >= 0 ? want_node[op->node] : TOPO_NOWHERE;
    }
    free(want_node);
}

struct settings *settings_new(struct diff *d)
{
    struct settings *s = mem_zalloc(1, sizeof *s);
    s->d = d;
    s->all_ipv6 = mem_zalloc(d->want->nodes + 1, sizeof *s->all_ipv6);
    build_was(s);
    s->built = collect(&d->built);
    s->was = collect(&s->was_built);
    drop(s);
    return s;
}

void settings_free(struct settings *s)
{
    free(s->built.op);
    free(s->was.op);
    free(s->all_ipv6);
    ops_fini(&s->was_built);
    free(s);
}

/* The node is there, and with it all but the settings of interfaces that are made only now. */
static bool is_there(const struct settings *s, int node, const char *key)
{
    const struct diff *d = s->d;
    int at = diff_snap_node(d, node);
    struct setting k;
    if (at < 0 || !setting_parse(key, &k) || !setting_is_of_interface(&k) ||
        setting_is_of(&k, "lo"))
        return at >= 0;
    char ifname[IFNAMSIZ] = "";
    if (k.whose_len >= sizeof ifname)
        return true;
    memcpy(ifname, k.whose, k.whose_len);
    const struct snap_if *i = snap_find_if(&d->is->node[at], ifname);
    return i && d->stays[d->if_base[at] + (size_t)(i - d->is->node[at].iface)];
}

void settings_bring(struct settings *s, const struct op *op, bool mtu_grows)
{
    int at = is_there(s, op->node, op->u.sysctl.key) ? diff_snap_node(s->d, op->node) : -1;
    struct op_sysctl to = op->u.sysctl;
    if (find(&s->built, op->node, to.key) != op)
        return; /* the last one counts */
    if (mtu_grows && !s->d->values->now(at, to.key, s->d->values->ctx))
        at = -1;
    set(s, op->node, at, op->mark, to);
}

struct copying {
    struct settings *s;
    int node;
    const char *ifname;
    struct mark mark;
};

static void copy_one(const struct copying *c, const struct setting *of, const char *value)
{
    char key[SETTING_KEY_MAX];
    const struct diff *d = c->s->d;
    int at = diff_snap_node(d, c->node);
    if (!value || !setting_key(of, c->ifname, key) || find(&c->s->built, c->node, key))
        return;
    const char *now = value_by_then(c->s, c->node, at, key);
    if (!now || is_same_value(now, value)) /* with none, it will be made of `default` */
        return;
    set(c->s, c->node, at, c->mark, (struct op_sysctl){key, value, NULL, true, true});
}

/* What is not set any more: of `default`, or of the interface itself. */
static void copy_old(const struct copying *c, const struct op *op)
{
    struct setting k;
    char of_default[SETTING_KEY_MAX];
    const struct plan_values *v = c->s->d->values;
    if (!setting_parse(op->u.sysctl.key, &k) || !setting_key(&k, "default", of_default) ||
        find(&c->s->built, c->node, of_default))
        return;
    if (setting_is_copied(&k, c->ifname) ||
        (setting_is_of(&k, c->ifname) && strcmp(c->ifname, "lo") != 0))
        copy_one(c, &k, v->fresh(of_default, v->ctx));
}

void settings_of_interface(struct settings *s, int node, const char *ifname, struct mark mark)
{
    const struct copying c = {s, node, ifname, mark};
    bool is_lo = strcmp(ifname, "lo") == 0;
    for (size_t i = place(&s->built, node, NULL); i < s->built.count; i++) {
        const struct op *op = s->built.op[i];
        struct setting k;
        if (op->node != node)
            break;
        if (!setting_parse(op->u.sysctl.key, &k) || !setting_is_copied(&k, ifname))
            continue;
        const struct op *all = is_lo && strncmp(k.key, all_ipv6, k.prefix_len) == 0
                                   ? find(&s->built, node, all_ipv6)
                                   : op;
        copy_one(&c, &k, all ? all->u.sysctl.value : NULL);
    }
    for (size_t i = place(&s->was, node, NULL); i < s->was.count && s->was.op[i]->node == node; i++)
        copy_old(&c, s->was.op[i]);
}
