/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_pairs: see the header. */
#include "plan_pairs.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void pairs_tame(struct topo *t)
{
    for (size_t i = 0; i < t->nodes; i++) {
        t->node[i].namespaces = TOPO_NS_ALL;
        free(t->node[i].hostname);
        t->node[i].hostname = mem_strdup(t->node[i].name);
    }
}

struct topo *pairs_topo(struct random *r)
{
    struct topo *t = random_topo(r);
    for (size_t i = 0; i < t->nodes; i++)
        for (size_t k = 0; k < t->node[i].sysctls; k++) { /* what a kernel would take */
            free(t->node[i].sysctl[k].value);
            t->node[i].sysctl[k].value = mem_strdup(random_below(r, 2) ? "1" : "0");
        }
    for (uint32_t i = random_below(r, 4); i > 1; i--) {
        struct topo_link *l = topo_add_link(t);
        int k = (int)random_below(r, 2);
        l->end[k].node = (int)random_below(r, (uint32_t)t->nodes);
        l->end[k].ifname = mem_printf("to-host%u", i);
        l->end[!k].node = TOPO_HOST;
        l->end[!k].ifname = mem_printf("v%u", i);
        for (uint32_t p = random_below(r, 4); p; p--) {
            char text[IP_TEXT_MAX];
            snprintf(text, sizeof text, p & 1 ? "10.%u.%u.1/24" : "fd00:%u:%u::1/64", i, p);
            struct topo_prefix *to = topo_prefixes_add(&l->end[!k].prefix, &(struct ip_prefix){0});
            assert_true(ip_prefix_parse(text, &to->prefix));
        }
        l->mtu = random_below(r, 2) ? 1400 : 0;
    }
    return t;
}

static void rename_interface(struct topo *t, struct topo_end *end, uint32_t number)
{
    static struct topo_node none;
    struct topo_node *n = end->node == TOPO_HOST ? &none : &t->node[end->node];
    char *name = mem_printf("new%u", number);
    for (size_t i = 0; i < n->routes; i++)
        if (n->route[i].dev && strcmp(n->route[i].dev, end->ifname) == 0) {
            free(n->route[i].dev);
            n->route[i].dev = mem_strdup(name);
        }
    for (size_t i = 0; i < n->sysctls; i++) {
        const char *key = n->sysctl[i].key;
        const char *at = strstr(key, end->ifname);
        size_t len = strlen(end->ifname);
        if (!at || at[-1] != '/' || at[len] != '/')
            continue;
        char *renamed = mem_printf("%.*s%s%s", (int)(at - key), key, name, at + len);
        free(n->sysctl[i].key);
        n->sysctl[i].key = renamed;
    }
    free(end->ifname);
    end->ifname = name;
}

static bool sets(const struct topo_node *n, const char *part)
{
    for (size_t i = 0; i < n->sysctls; i++)
        if (strstr(n->sysctl[i].key, part))
            return true;
    return false;
}

static bool has_ipv6(const struct topo_prefixes *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].prefix.addr.family == AF_INET6)
            return true;
    return false;
}

static bool speaks_ipv6(const struct topo *t, const struct topo_node *n)
{
    for (size_t i = 0; i < 2 * t->links; i++)
        if (t->link[i / 2].end[i % 2].node == (int)(n - t->node) &&
            has_ipv6(&t->link[i / 2].end[i % 2].prefix))
            return true;
    return has_ipv6(&n->prefix);
}

/* lo, or one of the node's interfaces. */
static const char *some_interface(struct random *r, const struct topo *t, const struct topo_node *n)
{
    const char *ifname = n->kind == NODE_BRIDGE && random_below(r, 2) ? n->name : "lo";
    for (size_t i = 0; i < 2 * t->links; i++) {
        const struct topo_end *end = &t->link[i / 2].end[i % 2];
        if (end->node == (int)(n - t->node) && strlen(end->ifname) < 16 && random_below(r, 2))
            ifname = end->ifname;
    }
    return ifname;
}

void pairs_add_settings(struct random *r, const struct topo *t, struct topo_node *n)
{
    static const char *const what[] = {
        "ipv4/conf/%s/rp_filter",      "ipv4/conf/%s/route_localnet",
        "ipv4/conf/%s/disable_policy", "ipv4/conf/%s/forwarding",
        "ipv4/conf/%s/arp_ignore",     "ipv4/conf/%s/accept_redirects",
        "ipv6/conf/%s/accept_ra",      "ipv6/conf/%s/hop_limit",
        "ipv6/conf/%s/accept_dad",     "ipv6/conf/%s/forwarding",
        "ipv6/conf/%s/addr_gen_mode",  "ipv6/conf/%s/force_forwarding",
        "ipv4/neigh/%s/gc_stale_time", "ipv6/conf/%s/disable_ipv6",
    };
    for (uint32_t i = 1 + random_below(r, 4); i; i--) {
        const char *form = what[random_below(r, ARRAY_LEN(what))];
        bool is_neigh = strstr(form, "neigh"), is_off = strstr(form, "disable_ipv6");
        const char *whose = (const char *[]){"all", "default", NULL}[random_below(r, 3)];
        if (!whose || is_neigh)
            whose = some_interface(r, t, n);
        if (is_off && speaks_ipv6(t, n)) /* the file would be refused */
            continue;
        const char *at = strchr(form, '%');
        _cleanup_free_ char *key =
            mem_printf("net/%.*s%s%s", (int)(at - form), form, whose, at + 2);
        bool is_set = false;
        for (size_t k = 0; k < n->sysctls; k++)
            is_set |= strcmp(n->sysctl[k].key, key) == 0;
        if (!is_set)
            topo_node_add_sysctl(n, key, random_below(r, 2) ? "1" : "0");
    }
}

static void mutate_node(struct random *r, const struct topo *t, struct topo_node *n,
                        uint32_t number)
{
    switch (random_below(r, 10)) {
    case 6:
        n->dad = !n->dad;
        break;
    case 7:
        if (n->prefix.count)
            n->prefix.count--;
        break;
    case 8:
        pairs_add_settings(r, t, n);
        break;
    case 9:
        if (!n->prefix.count && !sets(n, "/disable_ipv6"))
            ip_prefix_parse(random_below(r, 2) ? "fd77::1/64" : "fe80::77/64",
                            &topo_prefixes_add(&n->prefix, &(struct ip_prefix){0})->prefix);
        break;
    case 5:
        free(n->hostname);
        n->hostname = mem_printf("other%u", number);
        break;
    case 0:
        if (sets(n, n->name)) /* of its bridge */
            break;
        free(n->name);
        n->name = mem_printf("n%u", number);
        break;
    case 1:
        n->lo_down = !n->lo_down;
        break;
    case 2:
        for (size_t i = 0; i < n->sysctls; i++)
            if (!strstr(n->sysctl[i].key, "disable_ipv6")) {
                free(n->sysctl[i].value);
                n->sysctl[i].value = mem_printf("%u", number);
            }
        break;
    case 3:
        if (n->sysctls) {
            free(n->sysctl[0].key);
            n->sysctl[0].key = mem_strdup("net/ipv4/conf/all/proxy_arp");
        }
        break;
    default:
        for (size_t i = 0; i < n->routes; i++)
            n->route[i].metric += 1000 + number;
    }
}

static void mutate_link(struct random *r, struct topo *t, struct topo_link *l, uint32_t number)
{
    struct topo_end *end = &l->end[random_below(r, 2)];
    switch (random_below(r, 5)) {
    case 4:
        if (end->node == TOPO_HOST) /* IPv6 comes and goes */
            end->prefix.count = end->prefix.count > 1;
        break;
    case 0:
        rename_interface(t, end, number);
        break;
    case 1:
        l->mtu = l->mtu ? 0 : 9000;
        break;
    case 2:
        end->has_mac = true;
        memcpy(end->mac, (uint8_t[]){2, 0xaa, 0, 0, 0, (uint8_t)number}, MAC_LEN);
        break;
    default:
        for (size_t i = 0; i < end->prefix.count; i++)
            end->prefix.item[i].prefix.len--;
    }
}

static bool may_be_small(const struct topo *t, const struct topo_link *l)
{
    for (int k = 0; k < 2; k++) {
        const struct topo_end *end = &l->end[k];
        const struct topo_node *n = end->node == TOPO_HOST ? NULL : &t->node[end->node];
        if (has_ipv6(&end->prefix) || (n && n->kind == NODE_BRIDGE && has_ipv6(&n->prefix)) ||
            (n && (sets(n, end->ifname) || (n->kind == NODE_BRIDGE && sets(n, n->name)))))
            return false;
    }
    return true;
}

/* Below what IPv6 needs, where the file may say so: nobody has addresses or settings of it there.
 */
static void shrink_links(struct random *r, struct topo *t)
{
    for (size_t i = 0; i < t->links; i++)
        if (random_below(r, 3) == 0 && may_be_small(t, &t->link[i]))
            t->link[i].mtu = 1000;
}

void pairs_make(struct random *r, struct topo **a, struct topo **b)
{
    struct random again = *r;
    bool tamed = random_below(&again, 4) != 0;
    again = *r;
    *a = pairs_topo(r);
    if (!tamed) {
        *b = pairs_topo(r);
        shrink_links(r, *a);
        shrink_links(r, *b);
        return;
    }
    *b = pairs_topo(&again);
    pairs_tame(*a);
    pairs_tame(*b);
    for (size_t i = 0; i < (*a)->nodes; i++)
        if (random_below(r, 3) == 0) {
            again = *r;
            pairs_add_settings(r, *a, &(*a)->node[i]);
            if (random_below(r, 2)) /* it has the same, or none of them */
                pairs_add_settings(&again, *b, &(*b)->node[i]);
        }
    for (uint32_t i = 1 + random_below(r, 4); i; i--) {
        if ((*b)->links && random_below(r, 2))
            mutate_link(r, *b, &(*b)->link[random_below(r, (uint32_t)(*b)->links)], i);
        else
            mutate_node(r, *b, &(*b)->node[random_below(r, (uint32_t)(*b)->nodes)], i);
    }
    shrink_links(r, *a);
    shrink_links(r, *b);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *pairs_join(char **line, size_t count)
{
    size_t len = 1;
    qsort(line, count, sizeof *line, by_text);
    for (size_t i = 0; i < count; i++)
        len += strlen(line[i]);
    char *all = mem_zalloc(len, 1), *to = all;
    for (size_t i = 0; i < count; i++) {
        to += sprintf(to, "%s", line[i]);
        free(line[i]);
    }
    free(line);
    return all;
}

void pairs_assert_same(int pair, const char *is, const char *want)
{
    size_t at = 0;
    while (is[at] && is[at] == want[at])
        at++;
    if (!is[at] && !want[at])
        return;
    while (at && is[at - 1] != '\n')
        at--;
    print_error("pair %d: %.*s, up has %.*s\n", pair, (int)strcspn(is + at, "\n"), is + at,
                (int)strcspn(want + at, "\n"), want + at);
    fail();
}
