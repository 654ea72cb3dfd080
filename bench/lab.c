/* SPDX-License-Identifier: BSD-2-Clause */
/* lab: see the header.
 *
 * pair     two nodes and a link
 * star-N   a bridge node with N hosts
 * chain-N  N nodes in a row; all forward and know the others by static routes: the right side is
 * the default, the left side so many aligned prefixes as it needs mesh-N   N nodes, each linked
 * with each
 */
#include "lab.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t net10 = 10u << 24;

static struct lab *make(const char *name, int nodes, int links, int routes)
{
    struct lab *l = calloc(1, sizeof *l);
    snprintf(l->name, sizeof l->name, "%s", name);
    l->node = calloc((size_t)nodes + 1, sizeof *l->node);
    l->link = calloc((size_t)links + 1, sizeof *l->link);
    l->route = calloc((size_t)routes + 1, sizeof *l->route);
    l->nodes = nodes;
    return l;
}

static void set_end(struct lab_end *end, int node, const char *prefix, int number, uint32_t addr)
{
    end->node = node;
    snprintf(end->ifname, sizeof end->ifname, "%.8s%d", prefix, number);
    end->addr = addr;
}

static struct lab *make_star(const char *name, int n)
{
    struct lab *l = make(name, n + 1, n, 0);
    snprintf(l->node[0].name, sizeof l->node[0].name, "sw");
    l->node[0].bridge = true;
    for (int i = 1; i <= n; i++) {
        struct lab_link *k = &l->link[l->links++];
        snprintf(l->node[i].name, sizeof l->node[i].name, "h%d", i);
        set_end(&k->end[0], 0, "p", i, 0);
        set_end(&k->end[1], i, "eth", 0, net10 + (uint32_t)i);
        k->plen = 16;
    }
    return l;
}

static void add_route(struct lab *l, int node, uint32_t to, int plen, uint32_t via)
{
    l->route[l->routes++] = (struct lab_route){.node = node, .to = to, .via = via, .plen = plen};
}

/* Link i of a chain is 10.0.0.0/30 plus 4i: its left node has .1, its right one .2. */
static void add_chain_routes(struct lab *l, int node)
{
    uint32_t links = (uint32_t)l->nodes - 1, here = (uint32_t)node;
    if (here < links)
        add_route(l, node, 0, 0, net10 + 4 * here + 2);
    uint32_t left = here ? here - 1 : 0; /* the links that are not this node's own */
    for (uint32_t at = 0, size; here && at < left; at += size) {
        int plen = 30;
        size = 1;
        while (at % (size * 2) == 0 && at + size * 2 <= left) {
            size *= 2;
            plen--;
        }
        add_route(l, node, net10 + 4 * at, plen, net10 + 4 * (here - 1) + 1);
    }
}

static struct lab *make_chain(const char *name, int n)
{
    struct lab *l = make(name, n, n - 1, n * 33);
    for (int i = 0; i < n; i++) {
        snprintf(l->node[i].name, sizeof l->node[i].name, "r%d", i + 1);
        l->node[i].router = true;
        if (i == 0)
            continue;
        struct lab_link *k = &l->link[l->links++];
        set_end(&k->end[0], i - 1, "right", 0, net10 + 4 * (uint32_t)(i - 1) + 1);
        set_end(&k->end[1], i, "left", 0, net10 + 4 * (uint32_t)(i - 1) + 2);
        k->plen = 30;
    }
    for (int i = 0; i < n; i++)
        add_chain_routes(l, i);
    return l;
}

static struct lab *make_mesh(const char *name, int n)
{
    struct lab *l = make(name, n, n * (n - 1) / 2, 0);
    for (int i = 0; i < n; i++) {
        snprintf(l->node[i].name, sizeof l->node[i].name, "m%d", i + 1);
        for (int k = i + 1; k < n; k++) {
            uint32_t at = net10 + 4 * (uint32_t)l->links;
            struct lab_link *x = &l->link[l->links++];
            set_end(&x->end[0], i, "to", k + 1, at + 1);
            set_end(&x->end[1], k, "to", i + 1, at + 2);
            x->plen = 30;
        }
    }
    return l;
}

struct lab *lab_new(const char *name)
{
    int n = 0;
    char end;
    if (strcmp(name, "pair") == 0)
        return make_mesh(name, 2);
    if (sscanf(name, "star-%d%c", &n, &end) == 1 && n > 0 && n <= 4000)
        return make_star(name, n);
    if (sscanf(name, "chain-%d%c", &n, &end) == 1 && n > 1 && n <= 4000)
        return make_chain(name, n);
    if (sscanf(name, "mesh-%d%c", &n, &end) == 1 && n > 1 && n <= 150)
        return make_mesh(name, n);
    fprintf(stderr, "bench: no lab is called \"%s\"\n", name);
    exit(2);
}

void lab_free(struct lab *l)
{
    free(l->node);
    free(l->link);
    free(l->route);
    free(l);
}
