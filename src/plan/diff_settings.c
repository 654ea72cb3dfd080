/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_settings: see the header. */
#include "plan/diff_settings.h"

#include "base/mem.h"
#include "plan/plan.h"
#include "plan/setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* OP_SYSCTL_SETs by node, canonical key and place. */
struct given_op {
    int node;
    const char *key;
    const struct op *op;
};

struct given {
    struct given_op *item; /* owned */
    size_t count;
};

/* What interfaces get of `default`, of one node. */
struct copied {
    struct setting of;
    const char *value; /* or NULL: not known */
};

/* What was set of the node itself: it may have been written through. */
struct wrote {
    struct setting of;
    const char *value;
};

struct node_settings {
    size_t copied, copied_end; /* in `copied` */
    size_t wrote, wrote_end;   /* in `wrote` */
    bool had_own;              /* the topology before set some of its interfaces' own */
};

struct settings {
    struct diff *d;
    struct given built, was;
    struct ops was_built;       /* plan_build(d->was), its nodes as `want` counts */
    struct node_settings *node; /* owned, as are these */
    struct copied *copied;
    struct wrote *wrote;
    size_t copies, copied_room, wrotes, wrote_room;
};

static int compare(const struct given_op *x, int node, const char *key)
{
    if (x->node != node)
        return x->node < node ? -1 : 1;
    return strcmp(x->key, key);
}

static int by_key_and_place(const void *a, const void *b)
{
    const struct given_op *x = a, *y = b;
    int c = compare(x, y->node, y->key);
    return c ? c : (x->op > y->op) - (x->op < y->op);
}

static struct given collect(const struct ops *ops)
{
    struct given g = {.item = mem_zalloc(ops->count + 1, sizeof *g.item)};
    for (size_t i = 0; i < ops->count; i++) {
        const struct op *op = &ops->item[i];
        if (op->kind == OP_SYSCTL_SET && op->node != TOPO_NOWHERE)
            g.item[g.count++] =
                (struct given_op){op->node, setting_canonical(op->u.sysctl.key), op};
    }
    qsort(g.item, g.count, sizeof *g.item, by_key_and_place);
    return g;
}

/* The first that is not before (node, key). */
static size_t place(const struct given *g, int node, const char *key)
{
    size_t low = 0, high = g->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compare(&g->item[mid], node, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The last one that sets it, or NULL. */
static const struct op *find(const struct given *g, int node, const char *key)
{
    const struct op *last = NULL;
    key = setting_canonical(key);
    for (size_t i = place(g, node, key); i < g->count && compare(&g->item[i], node, key) == 0; i++)
        last = g->item[i].op;
    return last;
}

static const char *now(const struct settings *s, int at, const char *key)
{
    return at < 0 ? NULL : s->d->values->now(at, key, s->d->values->ctx);
}

static const char *fresh(const struct settings *s, const char *key)
{
    return s->d->values->fresh(key, s->d->values->ctx);
}

/* What it is after all that was set of its node. */
static const char *by_then(const struct settings *s, int node, int at, const char *key)
{
    struct setting it;
    const char *value = now(s, at, key);
    if (!value || node < 0 || s->node[node].wrote == s->node[node].wrote_end ||
        !setting_parse(key, &it))
        return value;
    for (size_t i = s->node[node].wrote; i < s->node[node].wrote_end; i++) {
        const char *through = setting_spread(&s->wrote[i].of, s->wrote[i].value, &it);
        value = through ? through : value;
    }
    return value;
}

/* IPv4's `default` was set, which the kernel writes to interfaces that never had an address. */
static bool may_follow(const struct settings *s, int node, const char *key)
{
    struct setting it;
    char of_default[SETTING_KEY_MAX];
    if (node < 0 || !setting_parse(key, &it) || !setting_is_of_interface(&it) ||
        !setting_key(&it, "default", of_default))
        return false;
    for (size_t i = s->node[node].wrote; i < s->node[node].wrote_end; i++)
        if (setting_is_copied(&s->wrote[i].of, "lo") && strcmp(s->wrote[i].of.key, of_default) == 0)
            return true;
    return false;
}

/* --- operations ------------------------------------------------------------------------------- */
static void record(struct settings *s, int node, int at, const struct wrote *back,
                   const char *whose, const char *what, struct mark mark)
{
    struct plan_diff *out = s->d->out;
    struct setting it = back->of;
    char key[SETTING_KEY_MAX];
    it.what = what;
    if (!setting_key(&it, whose, key) || !setting_parse(key, &it))
        return;
    const char *is = now(s, at, key), *then = setting_spread(&back->of, back->value, &it);
    if (!is || !then || setting_is_same(key, then, is))
        return;
    ops_add(&out->overwritten, OP_SYSCTL_SET, node, mark)->u.sysctl =
        (struct op_sysctl){ops_keep(&out->overwritten, mem_strdup(key)),
                           ops_keep(&out->overwritten, mem_strdup(is)), NULL, true, true};
}

/* What the way back would overwrite with another value than it has. */
static void record_all(struct settings *s, int node, int at, const struct wrote *back,
                       struct mark mark)
{
    const struct diff *d = s->d;
    const struct snap_node *n = &d->is->node[at];
    record(s, node, at, back, "all", "accept_redirects", mark);
    record(s, node, at, back, "default", back->of.what, mark);
    for (size_t i = 0; i < n->ifs; i++)
        if (n->iface[i].index == 1 || d->stays[d->if_base[at] + i])
            record(s, node, at, back, n->iface[i].name, back->of.what, mark);
}

/* `at`: the node in the snapshot, or -1: what it is set in is made only now. */
static void set(struct settings *s, int node, int at, struct mark mark, struct op_sysctl to)
{
    const char *value = by_then(s, node, at, to.key);
    struct setting of;
    if (value && setting_is_same(to.key, value, to.value) && !may_follow(s, node, to.key))
        return;
    if (at >= 0 && !value && to.optional)
        return; /* this kernel has none */
    const char *before = now(s, at, to.key);
    to.before = before ? ops_keep(&s->d->out->ops, mem_strdup(before)) : NULL;
    to.key = ops_keep(&s->d->out->ops, mem_strdup(to.key)); /* the lists that it may be of go */
    ops_add(&s->d->out->ops, OP_SYSCTL_SET, node, mark)->u.sysctl = to;
    if (at < 0 || node < 0 || !setting_parse(to.key, &of) || setting_is_of_interface(&of))
        return;
    mem_grow(&s->wrote, &s->wrote_room, s->wrotes, sizeof *s->wrote);
    s->wrote[s->wrotes++] = (struct wrote){of, to.value};
    s->node[node].wrote_end = s->wrotes;
    if (to.before && setting_is_spread(&of))
        record_all(s, node, at, &(struct wrote){of, to.before}, mark);
}

/* --- a node ----------------------------------------------------------------------------------- */
#define SPREAD_MAX 16 /* settings of `all`, which are fewer */

struct node_work {
    struct settings *s;
    int node, at;
    struct mark mark;
    const struct op *spread[SPREAD_MAX]; /* of the built list, in its order, if they do anything */
    struct setting spread_of[SPREAD_MAX];
    size_t spreads;
    struct early {
        const char *key;
        struct mark mark;
        bool is_optional;
        bool is_implied; /* nobody sets it: it counts only when it is overwritten */
    } * early;           /* owned; what to look at of the node itself */
    size_t earlies, early_room;
};

/* What `it` is in the end: `value`, unless one of `all` behind `after` is written through to it. */
static const char *after_spread(const struct node_work *w, const struct setting *it,
                                const struct op *after, const char *value)
{
    for (size_t i = 0; i < w->spreads; i++) {
        const struct op *op = w->spread[i];
        const char *through =
            !after || op > after ? setting_spread(&w->spread_of[i], op->u.sysctl.value, it) : NULL;
        value = through ? through : value;
    }
    return value;
}

/* What up makes of a setting that is the node's own. */
static const char *wanted(const struct node_work *w, const char *key)
{
    struct setting it;
    const struct op *op = find(&w->s->built, w->node, key);
    const char *value = op ? op->u.sysctl.value : fresh(w->s, key);
    return setting_parse(key, &it) ? after_spread(w, &it, op, value) : value;
}

/* And of the same of lo; NULL: the built list sets it. */
static const char *wanted_of_lo(const struct node_work *w, const struct setting *of)
{
    struct setting it;
    char key[SETTING_KEY_MAX], of_default[SETTING_KEY_MAX];
    if (!setting_key(of, "lo", key) || !setting_key(of, "default", of_default) ||
        !setting_parse(of_default, &it) || find(&w->s->built, w->node, key))
        return NULL;
    const struct op *op =
        setting_is_copied(&it, "lo") ? find(&w->s->built, w->node, of_default) : NULL;
    const char *value = op ? op->u.sysctl.value : fresh(w->s, key);
    setting_parse(key, &it);
    return after_spread(w, &it, op, value);
}

static void add_early(struct node_work *w, const char *key, struct mark mark, bool is_optional,
                      bool is_implied)
{
    const char *same = setting_canonical(key);
    for (size_t i = 0; i < w->earlies; i++)
        if (strcmp(setting_canonical(w->early[i].key), same) == 0)
            return;
    mem_grow(&w->early, &w->early_room, w->earlies, sizeof *w->early);
    w->early[w->earlies++] = (struct early){key, mark, is_optional, is_implied};
}

static void add_spread(struct node_work *w, const struct op *op, const struct setting *of)
{
    const char *is = fresh(w->s, op->u.sysctl.key);
    for (size_t i = 0; i < w->spreads; i++)
        if (strcmp(w->spread_of[i].key, of->key) == 0)
            is = w->spread[i]->u.sysctl.value;
    if ((is && setting_is_same(of->key, is, op->u.sysctl.value)) || w->spreads == SPREAD_MAX)
        return; /* it is not written then */
    w->spread[w->spreads] = op;
    w->spread_of[w->spreads++] = *of;
}

/* What interfaces copy, once, and `default` itself where `all` may have changed it. */
static void add_copied(struct node_work *w, const struct setting *of)
{
    struct settings *s = w->s;
    struct node_settings *n = &s->node[w->node];
    char key[SETTING_KEY_MAX];
    struct copied one = {0};
    if (!setting_key(of, "default", key))
        return;
    for (size_t i = n->copied; i < n->copied_end; i++)
        if (strcmp(s->copied[i].of.key, key) == 0)
            return;
    const char *kept = ops_keep(&s->d->out->ops, mem_strdup(key));
    if (!setting_parse(kept, &one.of))
        return;
    mem_grow(&s->copied, &s->copied_room, s->copies, sizeof *s->copied);
    s->copied[s->copies++] = one;
    n->copied_end = s->copies;
    add_early(w, kept, w->mark, true, false);
}

/* A setting that says something of others, too. */
static void look_beyond(struct node_work *w, const struct op *op)
{
    struct setting of;
    if (!setting_parse(op->u.sysctl.key, &of))
        return;
    bool is_spread = setting_is_spread(&of);
    if (is_spread || setting_is_of(&of, "default"))
        add_copied(w, &of);
    if (is_spread)
        add_early(w, "net/ipv4/conf/all/accept_redirects", w->mark, true, true);
}

/* The settings of the node itself in the order of the lists: what is dropped first. */
static void collect_early(struct node_work *w, const struct op *node_add)
{
    struct settings *s = w->s;
    struct setting of;
    const struct op *begin = node_add + 1, *end = begin;
    size_t first = place(&s->was, w->node, ""), last = first;
    for (; last < s->was.count && s->was.item[last].node == w->node; last++) {
        const struct op *op = s->was.item[last].op;
        if (setting_parse(op->u.sysctl.key, &of) && setting_is_of_interface(&of))
            s->node[w->node].had_own |= op->u.sysctl.late; /* or it is lo's, which goes with its
                                                            * `default` */
        else if (!find(&s->built, w->node, op->u.sysctl.key))
            add_early(w, op->u.sysctl.key, w->mark, true, false);
    }
    while (end < s->d->built.item + s->d->built.count && end->kind == OP_SYSCTL_SET &&
           end->node == w->node && !end->u.sysctl.late)
        end++;
    for (const struct op *op = begin; op < end; op++) {
        if (find(&s->built, w->node, op->u.sysctl.key) == op) /* of two names the last */
            add_early(w, op->u.sysctl.key, op->mark, op->u.sysctl.optional, false);
        if (setting_parse(op->u.sysctl.key, &of) && setting_is_spread(&of))
            add_spread(w, op, &of);
    }
    for (const struct op *op = begin; op < end; op++)
        look_beyond(w, op);
    for (size_t i = first; i < last; i++)
        look_beyond(w, s->was.item[i].op);
}

#define RANKS 4

/* Whatever is written through to others comes before them. */
static int rank(const char *key)
{
    struct setting k;
    if (!setting_parse(key, &k))
        return 1;
    if (setting_is_of_interface(&k))
        return 3;
    return setting_is_spread(&k) ? 0 : setting_is_of(&k, "default") ? 2 : 1;
}

static void set_early(struct node_work *w, const struct early *e)
{
    const char *value = wanted(w, e->key);
    if (e->is_implied) {
        const char *is = now(w->s, w->at, e->key), *then = by_then(w->s, w->node, w->at, e->key);
        if (!is || !then || strcmp(is, then) == 0)
            return;
    }
    if (value)
        set(w->s, w->node, w->at, e->mark,
            (struct op_sysctl){e->key, value, NULL, e->is_optional, false});
}

static void set_of_lo(struct node_work *w, const struct setting *of)
{
    char key[SETTING_KEY_MAX];
    const char *value = wanted_of_lo(w, of);
    if (value && setting_key(of, "lo", key))
        set(w->s, w->node, w->at, w->mark, (struct op_sysctl){key, value, NULL, true, true});
}

typedef void own_fn(void *ctx, const struct setting *of);

/* The interface's own settings that are not set any more, and are none that it copies. */
static void each_dropped(const struct settings *s, int node, const char *ifname, own_fn *fn,
                         void *ctx)
{
    static const char *const prefix[] = {"net/ipv4/conf/", "net/ipv4/neigh/", "net/ipv6/conf/",
                                         "net/ipv6/neigh/"};
    const struct node_settings *n = &s->node[node];
    for (size_t p = 0; n->had_own && p < ARRAY_LEN(prefix); p++) {
        char from[SETTING_KEY_MAX], of_default[SETTING_KEY_MAX];
        snprintf(from, sizeof from, "%s%s/", prefix[p], ifname);
        for (size_t i = place(&s->was, node, from); i < s->was.count; i++) {
            const struct given_op *g = &s->was.item[i];
            struct setting of;
            if (g->node != node || strncmp(g->key, from, strlen(from)) != 0)
                break;
            bool is_known = i > 0 && compare(&s->was.item[i - 1], node, g->key) == 0;
            if (is_known || find(&s->built, node, g->key) || !setting_parse(g->key, &of) ||
                !setting_key(&of, "default", of_default))
                continue;
            for (size_t k = n->copied; k < n->copied_end; k++)
                is_known |= strcmp(s->copied[k].of.key, of_default) == 0;
            if (!is_known)
                fn(ctx, &of);
        }
    }
}

static void drop_of_lo(void *ctx, const struct setting *of)
{
    set_of_lo(ctx, of);
}

void settings_of_node(struct settings *s, const struct op *node_add)
{
    struct node_work w = {.s = s, .node = node_add->node, .mark = node_add->mark};
    struct node_settings *n = &s->node[w.node];
    w.at = diff_snap_node(s->d, w.node);
    n->copied = n->copied_end = s->copies;
    n->wrote = n->wrote_end = s->wrotes;
    collect_early(&w, node_add);
    for (int r = 0; r < RANKS; r++)
        for (size_t i = 0; i < w.earlies; i++)
            if (rank(w.early[i].key) == r)
                set_early(&w, &w.early[i]);
    for (size_t i = n->copied; i < n->copied_end; i++) {
        s->copied[i].value = wanted(&w, s->copied[i].of.key);
        set_of_lo(&w, &s->copied[i].of);
    }
    each_dropped(s, w.node, "lo", drop_of_lo, &w);
    free(w.early);
}

/* --- the lists -------------------------------------------------------------------------------- */
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
    s->node = mem_zalloc(d->want->nodes + 1, sizeof *s->node);
    build_was(s);
    s->built = collect(&d->built);
    s->was = collect(&s->was_built);
    return s;
}

void settings_free(struct settings *s)
{
    free(s->built.item);
    free(s->was.item);
    free(s->node);
    free(s->copied);
    free(s->wrote);
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
    struct op_sysctl to = op->u.sysctl;
    bool is_early = op->node >= 0 && !to.late;
    int at = is_there(s, op->node, to.key) ? diff_snap_node(s->d, op->node) : -1;
    if (find(&s->built, op->node, to.key) != op || (is_early && at >= 0))
        return; /* the last one counts, and settings_of_node() has done the node's own */
    if (mtu_grows && !now(s, at, to.key))
        at = -1;
    set(s, op->node, at, op->mark, to);
}

/* --- an interface ----------------------------------------------------------------------------- */
struct copying {
    struct settings *s;
    int node;
    const char *ifname;
    bool is_made_before;
    struct mark mark;
};

static void copy_one(const struct copying *c, const struct setting *of, const char *value)
{
    char key[SETTING_KEY_MAX];
    int at = diff_snap_node(c->s->d, c->node);
    if (!value || !setting_key(of, c->ifname, key) || find(&c->s->built, c->node, key))
        return;
    const char *is = by_then(c->s, c->node, at, key);
    if (!is && c->is_made_before && strncmp(key, "net/ipv6/", 9) == 0)
        at = -1;
    else if (!is || setting_is_same(key, is, value)) /* with none, it will be made of `default` */
        return;
    set(c->s, c->node, at, c->mark, (struct op_sysctl){key, value, NULL, true, true});
}

/* In a node only interfaces have settings of neighbours: they begin all alike. */
static void drop_own(void *ctx, const struct setting *of)
{
    const struct copying *c = ctx;
    struct setting k;
    char key[SETTING_KEY_MAX];
    bool is_neigh = memcmp(of->key + of->prefix_len - 6, "neigh/", 6) == 0;
    if (setting_key(of, is_neigh ? "lo" : "default", key) && setting_parse(key, &k) &&
        (is_neigh || setting_is_copied(&k, c->ifname)))
        copy_one(c, of, fresh(c->s, key));
}

void settings_of_interface(struct settings *s, int node, const char *ifname, bool is_made_before,
                           struct mark mark)
{
    struct copying c = {s, node, ifname, is_made_before, mark};
    for (size_t i = s->node[node].copied; i < s->node[node].copied_end; i++)
        if (setting_is_copied(&s->copied[i].of, ifname))
            copy_one(&c, &s->copied[i].of, s->copied[i].value);
    each_dropped(s, node, ifname, drop_own, &c);
}
