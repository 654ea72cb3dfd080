/* SPDX-License-Identifier: BSD-2-Clause */
/* show_routes: see the header. */
#include "verb/show_routes.h"

#include "base/mem.h"
#include "base/text.h"
#include "verb/grid.h"

#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

const char *show_word(uint8_t value, const char *const *words, size_t count, char buf[8])
{
    if (value < count && words[value])
        return words[value];
    snprintf(buf, 8, "%u", value);
    return buf;
}

/* --- routes ----------------------------------------------------------------------------------- */

static const struct grid_column columns[] = {
    {"NODE", false, false},     {"TO", false, false},    {"VIA", false, true},
    {"INTERFACE", false, true}, {"SOURCE", false, true}, {"METRIC", true, true},
    {"PROTOCOL", false, false}, {"TYPE", false, false},
};

static const char *const protocols[] = {
    [RTPROT_REDIRECT] = "redirect", [RTPROT_KERNEL] = "kernel", [RTPROT_BOOT] = "boot",
    [RTPROT_STATIC] = "static",     [RTPROT_RA] = "ra",         [RTPROT_ZEBRA] = "zebra",
    [RTPROT_BIRD] = "bird",         [RTPROT_DHCP] = "dhcp",     [RTPROT_BGP] = "bgp",
    [RTPROT_OSPF] = "ospf",
};

static const char *const route_types[] = {
    [RTN_UNICAST] = "unicast",         [RTN_LOCAL] = "local",         [RTN_BROADCAST] = "broadcast",
    [RTN_ANYCAST] = "anycast",         [RTN_MULTICAST] = "multicast", [RTN_BLACKHOLE] = "blackhole",
    [RTN_UNREACHABLE] = "unreachable", [RTN_PROHIBIT] = "prohibit",   [RTN_THROW] = "throw",
};

struct route_words {
    char to[IP_TEXT_MAX], via[IP_TEXT_MAX], src[IP_TEXT_MAX], protocol_buf[8], type_buf[8];
    char dev[4 * IF_NAMESIZE], metric[16];
    const char *protocol, *type;
};

static void route_words(const struct snap_node *n, const struct snap_route *r,
                        struct route_words *w)
{
    *w = (struct route_words){0};
    if (r->to.len)
        ip_prefix_format(&r->to, w->to);
    else
        strcpy(w->to, "default");
    if (r->via.family)
        ip_addr_format(&r->via, w->via);
    if (r->src.family)
        ip_addr_format(&r->src, w->src);
    const struct snap_if *i = snap_if_by_index(n, r->ifindex);
    if (i)
        text_clean_to(w->dev, sizeof w->dev, i->name);
    if (r->metric)
        snprintf(w->metric, sizeof w->metric, "%" PRIu32, r->metric);
    w->protocol = show_word(r->protocol, protocols, ARRAY_LEN(protocols), w->protocol_buf);
    w->type = show_word(r->type, route_types, ARRAY_LEN(route_types), w->type_buf);
}

static void add_routes(const struct snap_node *n, struct grid *g)
{
    const char *name = n->name;
    for (size_t i = 0; i < n->routes; i++) {
        struct route_words w;
        if (n->route[i].table != RT_TABLE_MAIN)
            continue;
        route_words(n, &n->route[i], &w);
        const char *cells[ARRAY_LEN(columns)] = {name,  w.to,     w.via,      w.dev,
                                                 w.src, w.metric, w.protocol, w.type};
        for (size_t c = 0; c < ARRAY_LEN(cells); c++)
            grid_add(g, cells[c]);
        name = "";
    }
}

void show_routes_json(const struct snap_node *n, struct json *list)
{
    for (size_t i = 0; i < n->routes; i++) {
        const struct snap_route *r = &n->route[i];
        struct route_words w;
        if (r->table != RT_TABLE_MAIN)
            continue;
        route_words(n, r, &w);
        struct json *o = json_add_object(list);
        json_set_text(o, "family", r->to.addr.family == AF_INET6 ? "inet6" : "inet");
        json_set_text(o, "to", w.to);
        json_set_text(o, "via", r->via.family ? w.via : NULL);
        const struct snap_if *dev = snap_if_by_index(n, r->ifindex);
        json_set_text(o, "interface", dev ? dev->name : NULL);
        json_set_text(o, "source", r->src.family ? w.src : NULL);
        json_set_int(o, "metric", r->metric);
        json_set_text(o, "protocol", w.protocol);
        json_set_text(o, "type", w.type);
    }
}

void show_routes_text(const struct snap *s, struct buf *out)
{
    struct grid *g = grid_new(columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < s->nodes; i++)
        add_routes(&s->node[i], g);
    grid_print(g, out);
    grid_free(g);
}
