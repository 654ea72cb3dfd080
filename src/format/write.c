/* SPDX-License-Identifier: BSD-2-Clause */
/* write: see the header.
 *
 * Canonical means that every value has one way of being written: a scalar is plain if it consists
 * only of characters that YAML gives no meaning to, and double-quoted otherwise; lists of addresses
 * stand on their key's line, all others have a line an item, so that no line grows beyond what the
 * gate lets through. */
#include "format/write.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

/* --- scalars ---------------------------------------------------------------------------------- */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS  "0123456789"

/* What another YAML reader would take for a boolean or for nothing. */
static bool is_reserved(const char *s)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcasecmp(s, words[i]) == 0)
            return true;
    return false;
}

static bool is_plain(const char *s)
{
    return s[0] && strspn(s, LETTERS DIGITS) > 0 && s[strspn(s, LETTERS DIGITS "./-")] == '\0' &&
           !is_reserved(s);
}

static void put_quoted(struct buf *out, const char *s)
{
    size_t len = strlen(s);
    buf_addc(out, '"');
    for (size_t i = 0; i < len;) {
        uint32_t c = 0;
        size_t n = text_utf8_next(s + i, len - i, &c);
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", (int)c);
        else if (c == '\n')
            buf_adds(out, "\\n");
        else if (c == '\t')
            buf_adds(out, "\\t");
        else if (c == 0x2028 || c == 0x2029 || c == 0xfeff) /* a line's end, or a mark, to some */
            buf_printf(out, "\\u%04x", c);
        else
            buf_add(out, s + i, n ? n : 1);
        i += n ? n : 1;
    }
    buf_addc(out, '"');
}

static void put_text(struct buf *out, const char *s)
{
    if (is_plain(s))
        buf_adds(out, s);
    else
        put_quoted(out, s);
}

/* --- addresses -------------------------------------------------------------------------------- */
static size_t count_of(const struct topo_prefixes *list, sa_family_t family)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->item[i].prefix.addr.family == family;
    return count;
}

/* An address in a list that stands on one line, where a colon at its ends has a meaning. */
static void put_addr(struct buf *out, const char *text)
{
    bool quote = text[0] == ':' || text[strlen(text) - 1] == ':';
    buf_printf(out, quote ? "\"%s\"" : "%s", text);
}

static void put_prefixes(struct buf *out, const struct topo_prefixes *list, sa_family_t family)
{
    char text[IP_TEXT_MAX];
    const char *comma = "";
    buf_addc(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (list->item[i].prefix.addr.family != family)
            continue;
        buf_adds(out, comma);
        put_addr(out, ip_prefix_format(&list->item[i].prefix, text));
        comma = ", ";
    }
    buf_addc(out, ']');
}

static const struct family {
    sa_family_t family;
    const char *key;
} families[] = {{AF_INET, "ipv4"}, {AF_INET6, "ipv6"}};

/* --- nodes ------------------------------------------------------------------------------------ */
static void put_namespaces(struct buf *out, unsigned namespaces)
{
    buf_adds(out, "    namespaces: [");
    for (unsigned i = 0; i < TOPO_NS_COUNT; i++)
        if (namespaces & 1u << i)
            buf_printf(out, "%s%s", i ? ", " : "", topo_ns_names[i]);
    buf_adds(out, "]\n");
}

static void put_routes(struct buf *out, const struct topo_node *n)
{
    char text[IP_TEXT_MAX];
    if (n->routes)
        buf_adds(out, "    routes:\n");
    for (size_t i = 0; i < n->routes; i++) {
        const struct topo_route *r = &n->route[i];
        _cleanup_buf_ struct buf words = BUF_INIT;
        buf_adds(&words, ip_prefix_format(&r->to, text));
        if (r->via.family != AF_UNSPEC)
            buf_printf(&words, " via %s", ip_addr_format(&r->via, text));
        if (r->dev)
            buf_printf(&words, " dev %s", r->dev);
        if (r->src.family != AF_UNSPEC)
            buf_printf(&words, " src %s", ip_addr_format(&r->src, text));
        if (r->metric)
            buf_printf(&words, " metric %u", r->metric);
        buf_adds(out, "      - ");
        put_quoted(out, buf_str(&words));
        buf_addc(out, '\n');
    }
}

static void put_pairs(struct buf *out, const char *key, const struct topo_pair *p, size_t count)
{
    if (count)
        buf_printf(out, "    %s:\n", key);
    for (size_t i = 0; i < count; i++) {
        buf_adds(out, "      ");
        put_text(out, p[i].key);
        buf_adds(out, ": ");
        put_text(out, p[i].value);
        buf_addc(out, '\n');
    }
}

static void put_exec(struct buf *out, const struct topo_exec *x)
{
    buf_adds(out, "      - run:");
    if (x->shell) {
        buf_addc(out, ' ');
        put_text(out, x->argv[2]);
    }
    buf_addc(out, '\n');
    for (char **a = x->argv; !x->shell && *a; a++) {
        buf_adds(out, "          - ");
        put_text(out, *a);
        buf_addc(out, '\n');
    }
    if (x->ignore_failure)
        buf_adds(out, "        ignore-failure: true\n");
    if (x->timeout_s != TOPO_EXEC_TIMEOUT_S)
        buf_printf(out, "        timeout: %u\n", x->timeout_s);
}

static void put_node(struct buf *out, const struct topo_node *n)
{
    buf_printf(out, "  %s:\n", n->name); /* checked: neither a number nor anything to quote */
    if (n->kind != NODE_LINUX)
        buf_printf(out, "    kind: %s\n", node_kind_names[n->kind]);
    if (strcmp(n->hostname, n->name) != 0) {
        buf_adds(out, "    hostname: ");
        put_text(out, n->hostname);
        buf_addc(out, '\n');
    }
    if (n->namespaces != TOPO_NS_ALL)
        put_namespaces(out, n->namespaces);
    if (n->lo_down)
        buf_adds(out, "    lo: down\n");
    if (n->dad)
        buf_adds(out, "    dad: true\n");
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        if (!count_of(&n->prefix, families[f].family))
            continue;
        buf_printf(out, "    %s: ", families[f].key);
        put_prefixes(out, &n->prefix, families[f].family);
        buf_addc(out, '\n');
    }
    put_routes(out, n);
    put_pairs(out, "sysctls", n->sysctl, n->sysctls);
    put_pairs(out, "env", n->env, n->envs);
    if (n->execs)
        buf_adds(out, "    exec:\n");
    for (size_t i = 0; i < n->execs; i++)
        put_exec(out, &n->exec[i]);
}

/* --- links and pings -------------------------------------------------------------------------- */
static void put_endpoints(struct buf *out, const struct topo *t, const struct topo_link *l)
{
    buf_adds(out, "  - endpoints: [");
    for (int k = 0; k < 2; k++) {
        const struct topo_end *end = &l->end[k];
        _cleanup_free_ char *text = mem_printf("%s:%s", topo_node_name(t, end->node), end->ifname);
        buf_adds(out, k ? ", " : "");
        if (is_plain(end->ifname))
            buf_adds(out, text);
        else
            put_quoted(out, text);
    }
    buf_adds(out, "]\n");
}

static void put_link(struct buf *out, const struct topo *t, const struct topo_link *l)
{
    char mac[MAC_TEXT_MAX];
    put_endpoints(out, t, l);
    if (l->mtu)
        buf_printf(out, "    mtu: %u\n", l->mtu);
    if (l->end[0].has_mac || l->end[1].has_mac) {
        buf_adds(out, "    mac: [");
        for (int k = 0; k < 2; k++) {
            buf_adds(out, k ? ", " : "");
            if (l->end[k].has_mac) /* 12:34:56:00:00:00 would be a number to some */
                buf_printf(out, "\"%s\"", mac_format(l->end[k].mac, mac));
            else
                buf_addc(out, '~');
        }
        buf_adds(out, "]\n");
    }
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        sa_family_t family = families[f].family;
        if (!count_of(&l->end[0].prefix, family) && !count_of(&l->end[1].prefix, family))
            continue;
        buf_printf(out, "    %s:\n", families[f].key);
        for (int k = 0; k < 2; k++) {
            buf_adds(out, "      - ");
            if (count_of(&l->end[k].prefix, family))
                put_prefixes(out, &l->end[k].prefix, family);
            else
                buf_addc(out, '~');
            buf_addc(out, '\n');
        }
    }
}

static void put_ping(struct buf *out, const struct topo *t, const struct topo_ping *p)
{
    char text[IP_TEXT_MAX];
    buf_printf(out, "  - [%s, ", topo_node_name(t, p->from));
    if (p->to_node >= 0)
        buf_adds(out, topo_node_name(t, p->to_node));
    else
        put_addr(out, ip_addr_format(&p->to, text));
    buf_adds(out, "]\n");
}

void format_write(const struct topo *t, struct buf *out)
{
    buf_printf(out, "name: %s\nnodes:\n", t->name);
    for (size_t i = 0; i < t->nodes; i++)
        put_node(out, &t->node[i]);
    if (t->links)
        buf_adds(out, "links:\n");
    for (size_t i = 0; i < t->links; i++)
        put_link(out, t, &t->link[i]);
    if (t->has_pings)
        buf_printf(out, "pings:%s\n", t->pings ? "" : " []");
    for (size_t i = 0; i < t->pings; i++)
        put_ping(out, t, &t->ping[i]);
}
