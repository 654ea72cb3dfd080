/* SPDX-License-Identifier: BSD-2-Clause */
/* show_text: one table of columns, each with its header, its key and how it is written. */
#include "verb/show_text.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "verb/grid.h"
#include "verb/show_routes.h"
#include "json/json.h"

#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

struct row {
    const struct snap *snap;
    const struct snap_node *node;
    const struct snap_if *iface; /* NULL: a node that has none to show */
};

struct column {
    struct grid_column grid; /* header NULL: JSON only */
    const char *key;         /* NULL: in the table only */
    void (*text)(const struct row *r, struct buf *out);
    void (*json)(const struct row *r, struct json *o, const char *key);
};

/* --- words ------------------------------------------------------------------------------------ */

struct flag_word {
    uint32_t bit;
    const char *word;
};

static const struct flag_word if_flags[] = {
    {IFF_UP, "UP"},
    {IFF_BROADCAST, "BROADCAST"},
    {IFF_LOOPBACK, "LOOPBACK"},
    {IFF_POINTOPOINT, "POINTOPOINT"},
    {IFF_NOARP, "NOARP"},
    {IFF_PROMISC, "PROMISC"},
    {IFF_ALLMULTI, "ALLMULTI"},
    {IFF_MULTICAST, "MULTICAST"},
    {IFF_LOWER_UP, "LOWER_UP"},
    {IFF_DORMANT, "DORMANT"},
};

/* One bit has a meaning for each family: an IPv4 address beside another of the same prefix, an IPv6
 * address of the privacy extensions. */
static const struct addr_flag {
    uint32_t bit;
    const char *inet, *inet6;
} addr_flags[] = {
    {IFA_F_TENTATIVE, "tentative", "tentative"},
    {IFA_F_DADFAILED, "dadfailed", "dadfailed"},
    {IFA_F_DEPRECATED, "deprecated", "deprecated"},
    {IFA_F_SECONDARY, "secondary", "temporary"},
};

static const char *addr_flag_word(const struct snap_addr *a, size_t at)
{
    const struct addr_flag *f = &addr_flags[at];
    if (!(a->flags & f->bit))
        return NULL;
    return a->prefix.addr.family == AF_INET6 ? f->inet6 : f->inet;
}

/* ip(8) calls it so: set up, but not running. */
static bool has_no_carrier(const struct snap_if *i)
{
    return i->flags & IFF_UP && !(i->flags & IFF_RUNNING);
}

/* --- cells ------------------------------------------------------------------------------------ */

static void node_text(const struct row *r, struct buf *out)
{
    if (r->iface && r->iface != r->node->iface)
        return; /* once for each node */
    text_clean(out, r->node->name, strlen(r->node->name));
    if (r->node->gone)
        buf_adds(out, " (gone)");
    if (r->node->incomplete)
        buf_adds(out, " ~");
}

static void name_text(const struct row *r, struct buf *out)
{
    text_clean(out, r->iface->name, strlen(r->iface->name));
}

static void name_json(const struct row *r, struct json *o, const char *key)
{
    json_set_text(o, key, r->iface->name);
}

static void index_json(const struct row *r, struct json *o, const char *key)
{
    json_set_int(o, key, r->iface->index);
}

static void kind_text(const struct row *r, struct buf *out)
{
    text_clean(out, r->iface->kind, strlen(r->iface->kind));
}

static void kind_json(const struct row *r, struct json *o, const char *key)
{
    json_set_text(o, key, r->iface->kind[0] ? r->iface->kind : NULL);
}

static void state_text(const struct row *r, struct buf *out)
{
    buf_adds(out, snap_state_word(r->iface));
}

static void state_json(const struct row *r, struct json *o, const char *key)
{
    json_set_text(o, key, snap_state_word(r->iface));
}

static void carrier_text(const struct row *r, struct buf *out)
{
    if (has_no_carrier(r->iface))
        buf_adds(out, "NO-CARRIER");
    else
        buf_adds(out, r->iface->carrier ? "yes" : "no");
}

static void carrier_json(const struct row *r, struct json *o, const char *key)
{
    json_set_bool(o, key, r->iface->carrier);
}

static void flags_json(const struct row *r, struct json *o, const char *key)
{
    struct json *list = json_set_array(o, key);
    if (has_no_carrier(r->iface))
        json_add_text(list, "NO-CARRIER");
    for (size_t i = 0; i < ARRAY_LEN(if_flags); i++)
        if (r->iface->flags & if_flags[i].bit)
            json_add_text(list, if_flags[i].word);
}

static void mac_text(const struct row *r, struct buf *out)
{
    char text[MAC_TEXT_MAX];
    if (r->iface->has_mac && !(r->iface->flags & IFF_LOOPBACK))
        buf_adds(out, mac_format(r->iface->mac, text));
}

static void mac_json(const struct row *r, struct json *o, const char *key)
{
    char text[MAC_TEXT_MAX];
    json_set_text(o, key, r->iface->has_mac ? mac_format(r->iface->mac, text) : NULL);
}

static void mtu_text(const struct row *r, struct buf *out)
{
    buf_printf(out, "%" PRIu32, r->iface->mtu);
}

static void mtu_json(const struct row *r, struct json *o, const char *key)
{
    json_set_int(o, key, r->iface->mtu);
}

static const struct snap_if *master_of(const struct row *r)
{
    return r->iface->master ? snap_if_by_index(r->node, r->iface->master) : NULL;
}

static void master_text(const struct row *r, struct buf *out)
{
    const struct snap_if *m = master_of(r);
    if (m)
        text_clean(out, m->name, strlen(m->name));
}

static void master_json(const struct row *r, struct json *o, const char *key)
{
    const struct snap_if *m = master_of(r);
    json_set_text(o, key, m ? m->name : NULL);
}

static void alias_json(const struct row *r, struct json *o, const char *key)
{
    json_set_text(o, key, r->iface->alias);
}

/* The interface at the other end. Of the host only the index is known; this program is there, so
 * that its name can be asked for. NULL: not known. */
static const char *peer_name(const struct row *r, char host_name[IF_NAMESIZE])
{
    const struct snap_if *i = r->iface, *peer = NULL;
    if (!i->peer_index)
        return NULL;
    if (i->peer_node == SNAP_NODE_HOST)
        return if_indextoname(i->peer_index, host_name);
    if (i->peer_node >= 0)
        peer = snap_if_by_index(&r->snap->node[i->peer_node], i->peer_index);
    return peer ? peer->name : NULL;
}

static void peer_text(const struct row *r, struct buf *out)
{
    char host_name[IF_NAMESIZE];
    const char *name = peer_name(r, host_name);
    int node = r->iface->peer_node;
    if (!r->iface->peer_index)
        return;
    if (node == SNAP_NODE_NONE) {
        buf_adds(out, "(outside)");
        return;
    }
    buf_printf(out, "%s:", node == SNAP_NODE_HOST ? "host" : r->snap->node[node].name);
    if (name)
        text_clean(out, name, strlen(name));
    else
        buf_printf(out, "if%" PRIu32, r->iface->peer_index);
}

static void peer_json(const struct row *r, struct json *o, const char *key)
{
    char host_name[IF_NAMESIZE];
    int node = r->iface->peer_node;
    if (!r->iface->peer_index) {
        json_set_null(o, key);
        return;
    }
    struct json *p = json_set_object(o, key);
    json_set_text(p, "node",
                  node == SNAP_NODE_HOST ? "host"
                  : node >= 0            ? r->snap->node[node].name
                                         : NULL);
    json_set_text(p, "interface", peer_name(r, host_name));
    json_set_int(p, "index", r->iface->peer_index);
}

static void addrs_text(const struct row *r, struct buf *out)
{
    char text[IP_TEXT_MAX];
    for (size_t i = 0; i < r->iface->addrs; i++) {
        const struct snap_addr *a = &r->iface->addr[i];
        buf_printf(out, "%s%s", i ? "\n" : "", ip_prefix_format(&a->prefix, text));
        for (size_t k = 0; k < ARRAY_LEN(addr_flags); k++)
            if (addr_flag_word(a, k))
                buf_printf(out, " %s", addr_flag_word(a, k));
    }
}

static void addrs_json(const struct row *r, struct json *o, const char *key)
{
    static const char *const scopes[] = {[RT_SCOPE_UNIVERSE] = "global",
                                         [RT_SCOPE_SITE] = "site",
                                         [RT_SCOPE_LINK] = "link",
                                         [RT_SCOPE_HOST] = "host"};
    struct json *list = json_set_array(o, key);
    char text[IP_TEXT_MAX], number[8];
    for (size_t i = 0; i < r->iface->addrs; i++) {
        const struct snap_addr *a = &r->iface->addr[i];
        struct json *one = json_add_object(list);
        json_set_text(one, "family", a->prefix.addr.family == AF_INET6 ? "inet6" : "inet");
        json_set_text(one, "address", ip_addr_format(&a->prefix.addr, text));
        json_set_int(one, "prefix_length", a->prefix.len);
        json_set_text(one, "scope", show_word(a->scope, scopes, ARRAY_LEN(scopes), number));
        struct json *flags = json_set_array(one, "flags");
        for (size_t k = 0; k < ARRAY_LEN(addr_flags); k++)
            if (addr_flag_word(a, k))
                json_add_text(flags, addr_flag_word(a, k));
    }
}

/* --- counters --------------------------------------------------------------------------------- */

static void rx_packets_text(const struct row *r, struct buf *out)
{
    buf_printf(out, "%" PRIu64, r->iface->stats.rx_packets);
}

static void rx_bytes_text(const struct row *r, struct buf *out)
{
    buf_printf(out, "%" PRIu64, r->iface->stats.rx_bytes);
}

static void tx_packets_text(const struct row *r, struct buf *out)
{
    buf_printf(out, "%" PRIu64, r->iface->stats.tx_packets);
}

static void tx_bytes_text(const struct row *r, struct buf *out)
{
    buf_printf(out, "%" PRIu64, r->iface->stats.tx_bytes);
}

static void sum_text(uint64_t sum, struct buf *out)
{
    if (sum)
        buf_printf(out, "%" PRIu64, sum);
}

static void errors_text(const struct row *r, struct buf *out)
{
    sum_text(r->iface->stats.rx_errors + r->iface->stats.tx_errors, out);
}

static void dropped_text(const struct row *r, struct buf *out)
{
    sum_text(r->iface->stats.rx_dropped + r->iface->stats.tx_dropped, out);
}

static void counters_json(const struct row *r, struct json *o, const char *key)
{
    const struct snap_stats *s = &r->iface->stats;
    struct json *c = json_set_object(o, key);
    json_set_uint(c, "rx_packets", s->rx_packets);
    json_set_uint(c, "rx_bytes", s->rx_bytes);
    json_set_uint(c, "rx_errors", s->rx_errors);
    json_set_uint(c, "rx_dropped", s->rx_dropped);
    json_set_uint(c, "tx_packets", s->tx_packets);
    json_set_uint(c, "tx_bytes", s->tx_bytes);
    json_set_uint(c, "tx_errors", s->tx_errors);
    json_set_uint(c, "tx_dropped", s->tx_dropped);
}

static const struct column columns[] = {
    {{"NODE", false, false}, NULL, node_text, NULL},
    {{"INTERFACE", false, false}, "name", name_text, name_json},
    {{NULL, false, false}, "index", NULL, index_json},
    {{"KIND", false, true}, "kind", kind_text, kind_json},
    {{"STATE", false, false}, "state", state_text, state_json},
    {{"CARRIER", false, false}, "carrier", carrier_text, carrier_json},
    {{NULL, false, false}, "flags", NULL, flags_json},
    {{"MAC", false, false}, "mac", mac_text, mac_json},
    {{"MTU", true, false}, "mtu", mtu_text, mtu_json},
    {{"MASTER", false, true}, "master", master_text, master_json},
    {{"PEER", false, true}, "peer", peer_text, peer_json},
    {{"ADDRESSES", false, false}, "addresses", addrs_text, addrs_json},
    {{"RX-PKTS", true, false}, NULL, rx_packets_text, NULL},
    {{"RX-BYTES", true, false}, NULL, rx_bytes_text, NULL},
    {{"TX-PKTS", true, false}, NULL, tx_packets_text, NULL},
    {{"TX-BYTES", true, false}, NULL, tx_bytes_text, NULL},
    {{"ERRORS", true, true}, NULL, errors_text, NULL},
    {{"DROPPED", true, true}, NULL, dropped_text, NULL},
    {{NULL, false, false}, "alias", NULL, alias_json},
    {{NULL, false, false}, "counters", NULL, counters_json},
};

/* --- the whole -------------------------------------------------------------------------------- */

static const char *const phases[] = {[LAB_STARTING] = "starting", [LAB_RUNNING] = "running"};

static void print_head(const struct lab *l, enum lab_ids ids, const struct snap *s, struct buf *out)
{
    int64_t sec = l->age_ns / CLOCK_NS_PER_S;
    size_t there = 0;
    bool machine = false;
    for (size_t i = 0; i < s->nodes; i++) {
        there += !s->node[i].gone;
        for (size_t k = 0; k < s->node[i].ifs; k++)
            machine |= s->node[i].iface[k].peer_node == SNAP_NODE_HOST;
    }
    buf_printf(out, "lab %s: %s for %" PRId64 ":%02" PRId64 ":%02" PRId64 ", ", l->name,
               phases[l->phase], sec / 3600, sec / 60 % 60, sec % 60);
    if (there < s->nodes)
        buf_printf(out, "%zu of ", there);
    buf_printf(out, "%zu node%s%s\n", s->nodes, s->nodes == 1 ? "" : "s",
               machine ? " and the machine" : "");
    if (lab_ids_limits(ids))
        buf_printf(out, "user ids: %s: %s\n", lab_ids_name(ids), lab_ids_limits(ids));
}

static void add_row(struct grid *g, const struct row *r)
{
    for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
        _cleanup_buf_ struct buf cell = BUF_INIT;
        if (!columns[c].grid.header)
            continue;
        if (r->iface || c == 0)
            columns[c].text(r, &cell);
        grid_add(g, buf_str(&cell));
    }
}

static void print_interfaces(const struct snap *s, struct buf *out)
{
    struct grid_column shown[ARRAY_LEN(columns)];
    size_t count = 0;
    for (size_t c = 0; c < ARRAY_LEN(columns); c++)
        if (columns[c].grid.header)
            shown[count++] = columns[c].grid;
    struct grid *g = grid_new(shown, count);
    bool incomplete = false;
    for (size_t i = 0; i < s->nodes; i++) {
        struct row r = {.snap = s, .node = &s->node[i]};
        incomplete |= r.node->incomplete;
        if (!r.node->ifs)
            add_row(g, &r);
        for (size_t k = 0; k < r.node->ifs; k++) {
            r.iface = &r.node->iface[k];
            add_row(g, &r);
        }
    }
    grid_print(g, out);
    grid_free(g);
    if (incomplete)
        buf_adds(out, "~ changed all the while it was read: rows may be missing\n");
}

void show_print_text(const struct lab *l, enum lab_ids ids, const struct snap *s, bool routes,
                     struct buf *out)
{
    print_head(l, ids, s, out);
    buf_addc(out, '\n');
    print_interfaces(s, out);
    if (!routes)
        return;
    buf_addc(out, '\n');
    show_routes_text(s, out);
}

static void add_node_json(const struct snap *s, const struct snap_node *n, bool routes,
                          struct json *list)
{
    struct json *o = json_add_object(list);
    json_set_text(o, "name", n->name);
    json_set_int(o, "pid", n->pid);
    json_set_bool(o, "gone", n->gone);
    json_set_bool(o, "incomplete", n->incomplete);
    struct json *ifs = json_set_array(o, "interfaces");
    for (size_t i = 0; i < n->ifs; i++) {
        struct row r = {.snap = s, .node = n, .iface = &n->iface[i]};
        struct json *one = json_add_object(ifs);
        for (size_t c = 0; c < ARRAY_LEN(columns); c++)
            if (columns[c].key)
                columns[c].json(&r, one, columns[c].key);
    }
    if (routes)
        show_routes_json(n, json_set_array(o, "routes"));
}

void show_print_json(const struct lab *l, enum lab_ids ids, const struct snap *s, bool routes,
                     struct buf *out)
{
    struct json *o = json_new_object();
    json_set_text(o, "format", "vethlab-show");
    json_set_int(o, "version", SHOW_JSON_VERSION);
    json_set_text(o, "lab", l->name);
    json_set_int(o, "uid", l->uid);
    json_set_int(o, "holder", l->holder);
    json_set_text(o, "state", phases[l->phase]);
    json_set_int(o, "age_ms", l->age_ns / CLOCK_NS_PER_MS);
    json_set_text(o, "user_ids", lab_ids_name(ids));
    struct json *nodes = json_set_array(o, "nodes");
    for (size_t i = 0; i < s->nodes; i++)
        add_node_json(s, &s->node[i], routes, nodes);
    json_print(o, true, out);
    json_free(o);
}
