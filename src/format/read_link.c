/* SPDX-License-Identifier: BSD-2-Clause */
/* read_link: the keys of a link, and pings. */
#include "format/read_node.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct link_reader {
    struct topo_link *link;
    size_t ends;
};

/* --- which node is meant ---------------------------------------------------------------------- */
static int by_name(const void *a, const void *b, void *ctx)
{
    const struct topo *t = ctx;
    const int *x = a, *y = b;
    int c = strcmp(t->node[*x].name, t->node[*y].name);
    return c ? c : *x - *y;
}

static void sort_names(struct reader *r)
{
    size_t count = r->topo->nodes;
    if (r->by_name || !count)
        return;
    r->by_name = mem_zalloc(count, sizeof *r->by_name);
    for (size_t i = 0; i < count; i++)
        r->by_name[i] = (int)i;
    qsort_r(r->by_name, count, sizeof *r->by_name, by_name, r->topo);
}

/* The first node of that name, or -1. */
static int look_up(struct reader *r, const char *name)
{
    size_t low = 0, high = r->topo->nodes;
    sort_names(r);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(r->topo->node[r->by_name[middle]].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == r->topo->nodes || strcmp(r->topo->node[r->by_name[low]].name, name) != 0)
        return -1;
    return r->by_name[low];
}

/* As topo_find_node(), but what is not found is a fault and TOPO_NOWHERE. */
static int find_node(struct reader *r, const char *name, struct mark mark)
{
    int i = look_up(r, name);
    if (i >= 0)
        return i;
    const char **names = mem_zalloc(r->topo->nodes + 1, sizeof *names);
    for (size_t k = 0; k < r->topo->nodes; k++)
        names[k] = r->topo->node[k].name;
    /* Who has a hundred faults does not read the next, and this one is dear. */
    const char *near = r->faults->count < FAULT_MAX ? text_nearest(name, names) : NULL;
    _cleanup_free_ char *clean = text_clean_dup(name);
    if (near)
        fault_add(r->faults, FAULT_ERROR, mark, "there is no node \"%s\": did you mean \"%s\"?",
                  clean, near);
    else
        fault_add(r->faults, FAULT_ERROR, mark, "there is no node \"%s\" under \"nodes\"", clean);
    free(names);
    return TOPO_NOWHERE;
}

/* --- ends ------------------------------------------------------------------------------------- */
static void set_end(struct reader *r, struct topo_end *end, const char *node, const char *ifname,
                    struct mark mark)
{
    end->mark = mark;
    free(end->ifname);
    end->ifname = text_clean_dup(ifname);
    end->node = strcmp(node, "host") == 0 ? TOPO_HOST : find_node(r, node, mark);
}

struct end_reader {
    struct topo_end *end;
    char *node, *ifname;
};

static void end_node(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    ((struct end_reader *)obj)->node = yaml_text(r, v, mark, "node");
}

static void end_interface(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    ((struct end_reader *)obj)->ifname = yaml_text(r, v, mark, "interface");
}

static void set_mac(struct reader *r, struct fy_node *v, struct mark mark, struct topo_end *end)
{
    _cleanup_free_ char *s = yaml_text(r, v, mark, "mac");
    if (!s)
        return;
    mark = yaml_mark(v, mark);
    if (end->has_mac)
        fault_add(r->faults, FAULT_ERROR, mark, "this end has a MAC address already");
    end->has_mac = mac_parse(s, end->mac);
    end->mac_mark = mark;
    _cleanup_free_ char *clean = text_clean_dup(s);
    if (!end->has_mac)
        fault_add(r->faults, FAULT_ERROR, mark,
                  "\"%s\" is no MAC address: write it like 02:00:00:00:00:01", clean);
}

static void end_mac(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    set_mac(r, v, mark, ((struct end_reader *)obj)->end);
}

static void end_prefix4(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    yaml_each(r, v, mark, read_prefix4, &((struct end_reader *)obj)->end->prefix);
}

static void end_prefix6(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    yaml_each(r, v, mark, read_prefix6, &((struct end_reader *)obj)->end->prefix);
}

const struct yaml_key read_end_keys[] = {{"node", end_node},    {"interface", end_interface},
                                         {"mac", end_mac},      {"ipv4", end_prefix4},
                                         {"ipv6", end_prefix6}, {"vars", NULL},
                                         {NULL, NULL}};

/* True, and said, if the mapping is "node: interface": YAML takes the space for one of a key. */
static bool is_spaced_out(struct reader *r, struct fy_node *v, struct mark mark)
{
    void *it = NULL;
    struct fy_node_pair *pair = fy_node_mapping_iterate(v, &it);
    const char *key = pair ? fy_node_get_scalar0(fy_node_pair_key(pair)) : NULL;
    if (!key || fy_node_mapping_item_count(v) != 1)
        return false;
    if (strcmp(key, "host") != 0 && look_up(r, key) < 0)
        return false;
    fault_add(r->faults, FAULT_ERROR, mark,
              "an endpoint is written without a space after the colon: NODE:INTERFACE");
    return true;
}

static void end_mapping(struct reader *r, struct fy_node *v, struct mark mark, struct topo_end *end)
{
    struct end_reader w = {.end = end};
    size_t before = r->faults->errors;
    if (is_spaced_out(r, v, mark))
        return;
    yaml_keys(r, v, mark, "an endpoint", read_end_keys, &w);
    if (w.node && w.ifname)
        set_end(r, end, w.node, w.ifname, mark);
    else if (r->faults->errors == before)
        fault_add(r->faults, FAULT_ERROR, mark, "an endpoint needs \"node\" and \"interface\"");
    free(w.node);
    free(w.ifname);
}

static void one_end(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    struct link_reader *l = obj;
    if (l->ends++ >= 2)
        return;
    struct topo_end *end = &l->link->end[l->ends - 1];
    if (fy_node_is_mapping(v)) {
        end_mapping(r, v, mark, end);
        return;
    }
    _cleanup_free_ char *s = yaml_text(r, v, mark, "an endpoint");
    char *colon = s ? strchr(s, ':') : NULL;
    if (!s)
        return;
    if (!colon || !colon[1]) {
        _cleanup_free_ char *clean = text_clean_dup(s);
        fault_add(r->faults, FAULT_ERROR, mark,
                  "the endpoint \"%s\" has no interface: write NODE:INTERFACE", clean);
        return;
    }
    *colon = '\0';
    set_end(r, end, s, colon + 1, mark);
}

static void key_endpoints(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    if (!fy_node_is_sequence(v))
        fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark),
                  "endpoints must be a list of two: [NODE:INTERFACE, NODE:INTERFACE]");
    else if (fy_node_sequence_item_count(v) != 2)
        fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark),
                  "a link has two endpoints, this one has %d", fy_node_sequence_item_count(v));
    else
        yaml_each(r, v, mark, one_end, obj);
}

/* --- links ------------------------------------------------------------------------------------ */
static void key_mtu(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    long mtu = 0;
    if (yaml_number(r, v, mark, "mtu", TOPO_MTU_MIN, TOPO_MTU_MAX, &mtu))
        ((struct link_reader *)obj)->link->mtu = (uint32_t)mtu;
}

static void key_type(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    (void)obj;
    _cleanup_free_ char *s = yaml_text(r, v, mark, "type");
    if (s && strcmp(s, "veth") != 0)
        fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark), "the type of a link must be veth");
}

/* A list with one entry an end; `fn` gets each entry that is not null. */
static void per_end(struct reader *r, struct fy_node *v, struct mark mark, const char *what,
                    const char *example, struct link_reader *l,
                    void (*fn)(struct reader *, struct fy_node *, struct mark, struct topo_end *))
{
    void *it = NULL;
    struct fy_node *item;
    int count = fy_node_is_sequence(v) ? fy_node_sequence_item_count(v) : 0;
    if (count != 2) {
        fault_add(r->faults, FAULT_ERROR, mark,
                  "%s of a link has an entry for each of its two ends, as in [%s, ~]", what,
                  example);
        return;
    }
    for (int k = 0; k < 2 && (item = fy_node_sequence_iterate(v, &it)); k++)
        if (!yaml_is_null(item))
            fn(r, item, yaml_mark(item, mark), &l->link->end[k]);
}

static void end_ipv4(struct reader *r, struct fy_node *v, struct mark mark, struct topo_end *end)
{
    yaml_each(r, v, mark, read_prefix4, &end->prefix);
}

static void end_ipv6(struct reader *r, struct fy_node *v, struct mark mark, struct topo_end *end)
{
    yaml_each(r, v, mark, read_prefix6, &end->prefix);
}

static void key_ipv4(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    per_end(r, v, mark, "ipv4", "10.0.0.1/24", obj, end_ipv4);
}

static void key_ipv6(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    per_end(r, v, mark, "ipv6", "fd00::1/64", obj, end_ipv6);
}

static void key_mac(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    per_end(r, v, mark, "mac", "02:00:00:00:00:01", obj, set_mac);
}

const struct yaml_key read_link_keys[] = {{"endpoints", key_endpoints},
                                          {"type", key_type},
                                          {"mtu", key_mtu},
                                          {"mac", key_mac},
                                          {"ipv4", key_ipv4},
                                          {"ipv6", key_ipv6},
                                          {"labels", NULL},
                                          {"vars", NULL},
                                          {NULL, NULL}};

/* Of a link that has a fault: the nodes of its ends have more than we know, and where an end is not
 * known, any node may have. */
static void note_incomplete(struct topo *t, const struct topo_link *l)
{
    for (int k = 0; k < 2; k++) {
        const struct topo_end *end = &l->end[k];
        if (!end->ifname[0] || end->node == TOPO_NOWHERE)
            t->incomplete = true;
        else if (end->node != TOPO_HOST)
            t->node[end->node].incomplete = true;
    }
}

static void one_link(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    struct link_reader l = {.link = topo_add_link(r->topo)};
    size_t before = r->faults->errors;
    (void)obj;
    for (int k = 0; k < 2; k++)
        l.link->end[k].ifname = mem_strdup("");
    yaml_keys(r, v, mark, "a link", read_link_keys, &l);
    l.link->mark = l.link->end[0].mark.line ? l.link->end[0].mark : mark;
    if (!l.ends && r->faults->errors == before)
        fault_add(r->faults, FAULT_ERROR, l.link->mark,
                  "a link needs \"endpoints\": [NODE:INTERFACE, NODE:INTERFACE]");
    if (r->faults->errors > before)
        note_incomplete(r->topo, l.link);
    /* What is half read would only make faults of faults. */
    if (!l.link->end[0].ifname[0] || !l.link->end[1].ifname[0]) {
        for (int k = 0; k < 2; k++) {
            free(l.link->end[k].ifname);
            free(l.link->end[k].prefix.item);
        }
        r->topo->links--;
    }
}

void read_links(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    if (yaml_is_null(v) || fy_node_is_sequence(v)) {
        yaml_each(r, v, mark, one_link, obj);
        return;
    }
    fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark),
              "links must be a list: each link begins with \"- endpoints:\"");
    r->topo->incomplete = true;
}

static void one_ping(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    void *it = NULL;
    (void)obj;
    if (!fy_node_is_sequence(v) || fy_node_sequence_item_count(v) != 2) {
        fault_add(r->faults, FAULT_ERROR, mark,
                  "a ping is a pair: [NODE, NODE] or [NODE, ADDRESS]");
        return;
    }
    struct fy_node *first = fy_node_sequence_iterate(v, &it);
    struct fy_node *second = fy_node_sequence_iterate(v, &it);
    _cleanup_free_ char *from = yaml_text(r, first, mark, "a node");
    _cleanup_free_ char *to = yaml_text(r, second, mark, "a node or an address");
    if (!from || !to)
        return;
    struct topo_ping p = {.to_node = -1, .mark = yaml_mark(first, mark)};
    p.from = find_node(r, from, p.mark);
    bool is_addr = ip_addr_parse(to, &p.to);
    if (!is_addr && strpbrk(to, ".:") && look_up(r, to) < 0) {
        _cleanup_free_ char *clean = text_clean_dup(to);
        fault_add(r->faults, FAULT_ERROR, yaml_mark(second, mark),
                  "\"%s\" is neither a node nor an address", clean);
        p.to_node = TOPO_NOWHERE;
    } else if (!is_addr) {
        p.to_node = find_node(r, to, yaml_mark(second, mark));
    }
    if (p.from >= 0 && p.to_node != TOPO_NOWHERE)
        *topo_add_ping(r->topo) = p;
}

void read_pings(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    r->topo->has_pings = true;
    if (!yaml_is_null(v) && !fy_node_is_sequence(v))
        fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark), "pings must be a list of pairs");
    else
        yaml_each(r, v, mark, one_ping, obj);
}
