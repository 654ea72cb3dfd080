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
    free(end->ifname);
    end->ifname = name;
}

static void mutate_node(struct random *r, struct topo_node *n, uint32_t number)
{
    static const char *const key[] = {"net/ipv6/conf/default/accept_ra",
                                      "net/ipv4/conf/default/rp_filter",
                                      "net/ipv6/conf/default/hop_limit"};
    switch (random_below(r, 10)) {
    case 6:
        n->dad = !n->dad;
        break;
    case 7:
        if (n->prefix.count)
            n->prefix.count--;
        break;
    case 8:
        topo_node_add_sysctl(n, key[random_below(r, ARRAY_LEN(key))], "7");
        break;
    case 9:
        if (!n->prefix.count)
            ip_prefix_parse(random_below(r, 2) ? "fd77::1/64" : "fe80::77/64",
                            &topo_prefixes_add(&n->prefix, &(struct ip_prefix){0})->prefix);
        break;
    case 5:
        free(n->hostname);
        n->hostname = mem_printf("other%u", number);
        break;
    case 0:
        free(n->name);
        n->name = mem_printf("n%u", number);
        break;
    case 1:
        n->lo_down = !n->lo_down;
        break;
    case 2:
        for (size_t i = 0; i < n->sysctls; i++) {
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

void pairs_make(struct random *r, struct topo **a, struct topo **b)
{
    struct random again = *r;
    bool tamed = random_below(&again, 4) != 0;
    again = *r;
    *a = pairs_topo(r);
    if (!tamed) {
        *b = pairs_topo(r);
        return;
    }
    *b = pairs_topo(&again);
    pairs_tame(*a);
    pairs_tame(*b);
    for (uint32_t i = 1 + random_below(r, 4); i; i--) {
        if ((*b)->links && random_below(r, 2))
            mutate_link(r, *b, &(*b)->link[random_below(r, (uint32_t)(*b)->links)], i);
        else
            mutate_node(r, &(*b)->node[random_below(r, (uint32_t)(*b)->nodes)], i);
    }
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
