/* SPDX-License-Identifier: BSD-2-Clause */
/* topo: building, freeing and asking a topology. The rules are in check.c. */
#include "model/topo.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

const char *const node_kind_names[] = {[NODE_LINUX] = "linux", [NODE_BRIDGE] = "bridge"};
_Static_assert(ARRAY_LEN(node_kind_names) == NODE_KIND_COUNT, "every node kind has a name");

const char *const topo_ns_names[TOPO_NS_COUNT] = {"net", "pid", "mnt", "uts"};
_Static_assert(TOPO_NS_ALL == (1 << TOPO_NS_COUNT) - 1, "every namespace has a name");

struct topo *topo_new(void)
{
    return mem_zalloc(1, sizeof(struct topo));
}

static void free_pairs(struct topo_pair *p, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(p[i].key);
        free(p[i].value);
    }
    free(p);
}

static void free_exec(struct topo_exec *x)
{
    for (char **a = x->argv; a && *a; a++)
        free(*a);
    free(x->argv);
}

static void free_node(struct topo_node *n)
{
    free(n->name);
    free(n->hostname);
    free(n->prefix.item);
    for (size_t i = 0; i < n->routes; i++)
        free(n->route[i].dev);
    free(n->route);
    free_pairs(n->sysctl, n->sysctls);
    free_pairs(n->env, n->envs);
    for (size_t i = 0; i < n->execs; i++)
        free_exec(&n->exec[i]);
    free(n->exec);
}

void topo_free(struct topo *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->nodes; i++)
        free_node(&t->node[i]);
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++) {
            free(t->link[i].end[k].ifname);
            free(t->link[i].end[k].prefix.item);
        }
    free(t->node);
    free(t->link);
    free(t->ping);
    free(t->name);
    free(t->file);
    free(t);
}

struct topo_node *topo_add_node(struct topo *t, const char *name)
{
    mem_grow(&t->node, &t->node_room, t->nodes, sizeof *t->node);
    struct topo_node *n = &t->node[t->nodes++];
    *n = (struct topo_node){.namespaces = TOPO_NS_ALL};
    n->name = mem_strdup(name);
    n->hostname = mem_strdup(name);
    return n;
}

struct topo_link *topo_add_link(struct topo *t)
{
    mem_grow(&t->link, &t->link_room, t->links, sizeof *t->link);
    struct topo_link *l = &t->link[t->links++];
    *l = (struct topo_link){0};
    return l;
}

struct topo_ping *topo_add_ping(struct topo *t)
{
    mem_grow(&t->ping, &t->ping_room, t->pings, sizeof *t->ping);
    struct topo_ping *p = &t->ping[t->pings++];
    *p = (struct topo_ping){.to_node = -1};
    return p;
}

struct topo_route *topo_node_add_route(struct topo_node *n)
{
    mem_grow(&n->route, &n->route_room, n->routes, sizeof *n->route);
    struct topo_route *r = &n->route[n->routes++];
    *r = (struct topo_route){0};
    return r;
}

static struct topo_pair *add_pair(struct topo_pair **list, size_t *count, size_t *room,
                                  const char *key, const char *value)
{
    mem_grow(list, room, *count, sizeof **list);
    struct topo_pair *p = &(*list)[(*count)++];
    *p = (struct topo_pair){.key = mem_strdup(key), .value = mem_strdup(value)};
    return p;
}

struct topo_pair *topo_node_add_sysctl(struct topo_node *n, const char *key, const char *value)
{
    return add_pair(&n->sysctl, &n->sysctls, &n->sysctl_room, key, value);
}

struct topo_pair *topo_node_add_env(struct topo_node *n, const char *key, const char *value)
{
    return add_pair(&n->env, &n->envs, &n->env_room, key, value);
}

struct topo_exec *topo_node_add_exec(struct topo_node *n)
{
    mem_grow(&n->exec, &n->exec_room, n->execs, sizeof *n->exec);
    struct topo_exec *x = &n->exec[n->execs++];
    *x = (struct topo_exec){.timeout_s = TOPO_EXEC_TIMEOUT_S};
    return x;
}

struct topo_prefix *topo_prefixes_add(struct topo_prefixes *list, const struct ip_prefix *p)
{
    size_t at = list->count;
    while (p->addr.family == AF_INET && at && list->item[at - 1].prefix.addr.family != AF_INET)
        at--; /* the order of keys in a mapping means nothing: the families have one of their own */
    mem_grow(&list->item, &list->room, list->count, sizeof *list->item);
    struct topo_prefix *x = &list->item[at];
    memmove(x + 1, x, (list->count++ - at) * sizeof *x);
    *x = (struct topo_prefix){.prefix = *p};
    return x;
}

int topo_find_node(const struct topo *t, const char *name)
{
    for (size_t i = 0; i < t->nodes; i++)
        if (strcmp(t->node[i].name, name) == 0)
            return (int)i;
    return -1;
}

const char *topo_node_name(const struct topo *t, int node)
{
    return node >= 0 ? t->node[node].name : node == TOPO_HOST ? "host" : "?";
}

bool topo_has_host_link(const struct topo *t)
{
    for (size_t i = 0; i < t->links; i++)
        if (t->link[i].end[0].node == TOPO_HOST || t->link[i].end[1].node == TOPO_HOST)
            return true;
    return false;
}

static const struct ip_prefix *first_of(const struct topo_prefixes *list, sa_family_t family)
{
    for (size_t i = 0; i < list->count; i++)
        if (family == AF_UNSPEC || list->item[i].prefix.addr.family == family)
            return &list->item[i].prefix;
    return NULL;
}

const struct ip_prefix *topo_node_addr(const struct topo *t, int node, sa_family_t family)
{
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++) {
            const struct topo_end *end = &t->link[i].end[k];
            const struct ip_prefix *p = end->node == node ? first_of(&end->prefix, family) : NULL;
            if (p)
                return p;
        }
    return node < 0 ? NULL : first_of(&t->node[node].prefix, family);
}
