/* SPDX-License-Identifier: BSD-2-Clause */
/* format_random: see the header. Names, interfaces and addresses are unique by a counter. */
#include "format_random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

uint32_t random_below(struct random *r, uint32_t limit)
{
    r->state ^= r->state << 13; /* xorshift64 (Marsaglia 2003) */
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return (uint32_t)(r->state >> 32) % limit;
}

char *random_text(struct random *r, size_t max)
{
    static const char *const part[] = {
        "a",      "Z",      "9",      " ",      "  ",  "~",  "null",   "true",  ": ",
        ":",      "#",      " #",     "\"",     "'",   "\\", "\n",     "\t",    "- ",
        "[",      "]",      "{",      "}",      ",",   "&x", "*x",     "!t",    "%",
        "@",      "`",      "|",      ">",      "\\n", "é",  "\u00a0", "漢字",  "🙂",
        "\u2028", "\u2029", "\ufeff", "\u200b", "?",   "--", "...",    "---\n",
    };
    struct buf b = BUF_INIT;
    for (uint32_t n = random_below(r, 12); n; n--) {
        const char *s = part[random_below(r, ARRAY_LEN(part))];
        if (b.len + strlen(s) <= max)
            buf_adds(&b, s);
    }
    return buf_steal(&b);
}

static struct ip_prefix random_prefix(struct random *r, sa_family_t family, uint32_t serial)
{
    struct ip_prefix p = {.addr.family = family};
    p.addr.byte[0] = family == AF_INET ? 10 : 0xfd;
    p.addr.byte[family == AF_INET ? 1 : 6] = (uint8_t)(serial >> 8);
    p.addr.byte[family == AF_INET ? 2 : 7] = (uint8_t)serial;
    p.addr.byte[family == AF_INET ? 3 : 15] = (uint8_t)(1 + random_below(r, 250));
    p.len = (uint8_t)(family == AF_INET ? 24 + random_below(r, 9) : 64 + random_below(r, 65));
    return p;
}

static void add_prefixes(struct random *r, struct topo_prefixes *list, uint32_t *serial)
{
    for (uint32_t n = random_below(r, 4); n; n--) {
        sa_family_t family = random_below(r, 2) ? AF_INET : AF_INET6;
        struct ip_prefix p = random_prefix(r, family, ++*serial);
        topo_prefixes_add(list, &p);
    }
}

static void add_exec(struct random *r, struct topo_node *n)
{
    struct topo_exec *x = topo_node_add_exec(n);
    x->shell = random_below(r, 2);
    uint32_t words = x->shell ? 3 : 1 + random_below(r, 3);
    x->argv = mem_zalloc(words + 1, sizeof *x->argv);
    for (uint32_t i = 0; i < words; i++)
        x->argv[i] = random_text(r, 200);
    if (x->shell) {
        free(x->argv[0]);
        free(x->argv[1]);
        x->argv[0] = mem_strdup("/bin/sh");
        x->argv[1] = mem_strdup("-c");
    }
    x->ignore_failure = random_below(r, 2);
    if (random_below(r, 2))
        x->timeout_s = 1 + random_below(r, 86400);
}

static void add_node(struct random *r, struct topo *t, uint32_t *serial)
{
    static const char *const sysctl[] = {"net/ipv4/ip_forward", "net/ipv4/conf/all/rp_filter",
                                         "net/ipv6/conf/default/forwarding"};
    char name[16];
    snprintf(name, sizeof name, "%c_-%zu", "aBn"[random_below(r, 3)], t -> nodes);
    struct topo_node *n = topo_add_node(t, name);
    n->kind = (enum node_kind)random_below(r, NODE_KIND_COUNT);
    n->namespaces = TOPO_NS_NET | random_below(r, TOPO_NS_ALL + 1);
    n->lo_down = random_below(r, 2);
    n->dad = random_below(r, 2);
    if (random_below(r, 3) == 0) {
        free(n->hostname);
        n->hostname = mem_strdup(random_below(r, 2) ? "true" : "r1.example-lab");
    }
    add_prefixes(r, &n->prefix, serial);
    for (size_t i = 0; i < ARRAY_LEN(sysctl); i++)
        if (random_below(r, 3) == 0) {
            _cleanup_free_ char *value = random_text(r, 40);
            topo_node_add_sysctl(n, sysctl[i], value);
        }
    for (uint32_t i = random_below(r, 3); i; i--) {
        _cleanup_free_ char *key = mem_printf("%s_%u", i == 1 ? "null" : "KEY", i);
        _cleanup_free_ char *value = random_text(r, 300);
        topo_node_add_env(n, key, value);
    }
    for (uint32_t i = random_below(r, 3); i; i--)
        add_exec(r, n);
}

static void add_end(struct random *r, struct topo *t, struct topo_end *end, uint32_t *serial)
{
    static const char *const stem[] = {"eth", "eth0.", "a\"b#", "-[,", "{'\\", "&*!", "#", "~"};
    end->node = (int)random_below(r, (uint32_t)t->nodes);
    end->ifname = mem_printf("%s%u", stem[random_below(r, ARRAY_LEN(stem))], ++*serial);
    end->has_mac = random_below(r, 3) == 0;
    if (end->has_mac)
        memcpy(end->mac, (uint8_t[]){2, 0x12, 0x34, 0x56, 0, (uint8_t)*serial}, MAC_LEN);
    if (t->node[end->node].kind != NODE_BRIDGE)
        add_prefixes(r, &end->prefix, serial);
}

/* An address that the kernel takes for a gateway; of its own an interface has none in IPv6. */
static bool is_gateway(const struct ip_prefix *p, struct ip_addr *gateway)
{
    *gateway = p->addr;
    if (p->addr.family == AF_INET6) {
        gateway->byte[15] = (uint8_t)(gateway->byte[15] ^ 1);
        return p->len < 128;
    }
    unsigned behind = 0xffu >> (p->len - 24);
    return p->len >= 31 || (p->addr.byte[3] & behind) != behind; /* no broadcast address */
}

static void add_routes(struct random *r, struct topo *t, const struct topo_end *end,
                       uint32_t *serial)
{
    struct topo_node *n = &t->node[end->node];
    if (end->prefix.count && random_below(r, 2)) {
        const struct ip_prefix *p =
            &end->prefix.item[random_below(r, (uint32_t)end->prefix.count)].prefix;
        struct ip_addr gateway;
        if (!is_gateway(p, &gateway))
            return;
        struct topo_route *via = topo_node_add_route(n);
        via->via = gateway;
        via->to = random_prefix(r, p->addr.family, ++*serial);
        via->metric = n->routes > 1 ? *serial : 0;
        via->to.len = 0;
        memset(via->to.addr.byte, 0, sizeof via->to.addr.byte);
        if (random_below(r, 2) && !(n->dad && p->addr.family == AF_INET6))
            via->src = p->addr; /* else it would be refused */
        via->dev = random_below(r, 2) ? mem_strdup(end->ifname) : NULL;
    }
    if (random_below(r, 3) == 0) {
        struct topo_route *on_link = topo_node_add_route(n);
        bool is_ipv6 = random_below(r, 2) && n->kind != NODE_BRIDGE; /* whose ports have none */
        on_link->to = random_prefix(r, is_ipv6 ? AF_INET6 : AF_INET, ++*serial);
        on_link->to.len = on_link->to.addr.family == AF_INET ? 32 : 128;
        on_link->dev = mem_strdup(end->ifname);
        on_link->metric = random_below(r, 5);
    }
}

static void add_ping(struct random *r, struct topo *t)
{
    struct topo_ping *p = topo_add_ping(t);
    p->from = (int)random_below(r, (uint32_t)t->nodes);
    p->to_node = (int)random_below(r, (uint32_t)t->nodes);
    if (random_below(r, 2)) {
        p->to = random_prefix(r, random_below(r, 2) ? AF_INET : AF_INET6, 1).addr;
        p->to_node = -1;
    }
}

struct topo *random_topo(struct random *r)
{
    static const char *const names[] = {"lab", "True-1", "a0_-"};
    struct topo *t = topo_new();
    uint32_t serial = 0;
    t->name = mem_strdup(names[random_below(r, ARRAY_LEN(names))]);
    for (uint32_t i = 1 + random_below(r, 6); i; i--)
        add_node(r, t, &serial);
    for (uint32_t i = random_below(r, 8); i; i--) {
        struct topo_link *l = topo_add_link(t);
        add_end(r, t, &l->end[0], &serial);
        add_end(r, t, &l->end[1], &serial);
        l->mtu = random_below(r, 2) ? 1280 + random_below(r, 9000) : 0;
        add_routes(r, t, &l->end[0], &serial);
        add_routes(r, t, &l->end[1], &serial);
    }
    t->has_pings = random_below(r, 2);
    for (uint32_t i = t->has_pings ? random_below(r, 4) : 0; i; i--)
        add_ping(r, t);
    return t;
}
