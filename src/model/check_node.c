/* SPDX-License-Identifier: BSD-2-Clause */
/* check_node: see the header. What the kernel would refuse while the lab is built is refused here,
 * where nothing has been made and the line is known. */
#include "model/check_node.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Names of variables and sysctls, which become keys of the canonical text. */
#define KEY_MAX 255

#define METRIC_IPV6_CONNECTED 256 /* linux/ipv6_route.h: IP6_RT_PRIO_ADDRCONF */

struct node_check {
    const struct topo *t;
    const struct topo_node *n;
    const struct topo_end *const *end; /* its ends */
    size_t ends;
    bool partial; /* it has more interfaces or addresses, perhaps */
    struct faults *f;
};

bool check_has_ipv6(const struct topo_prefixes *list)
{
    return list->count && list->item[list->count - 1].prefix.addr.family == AF_INET6;
}

/* --- routes ----------------------------------------------------------------------------------- */
static bool is_in(const struct topo_prefixes *list, const struct ip_addr *a)
{
    for (size_t i = 0; i < list->count; i++)
        if (ip_prefix_contains(&list->item[i].prefix, a))
            return true;
    return false;
}

/* True if `a` is in a prefix of one of the node's interfaces; `dev` NULL or only that one. */
static bool is_on_link(const struct node_check *c, const struct ip_addr *a, const char *dev)
{
    for (size_t i = 0; i < c->ends; i++)
        if ((!dev || strcmp(dev, c->end[i]->ifname) == 0) && is_in(&c->end[i]->prefix, a))
            return true;
    return c->n->kind == NODE_BRIDGE && (!dev || strcmp(dev, c->n->name) == 0) &&
           is_in(&c->n->prefix, a);
}

static bool has_addr(const struct topo_prefixes *list, const struct ip_addr *a)
{
    for (size_t i = 0; i < list->count; i++)
        if (ip_addr_cmp(&list->item[i].prefix.addr, a) == 0)
            return true;
    return false;
}

/* What its own addresses are on. */
static const char *own_device(const struct node_check *c)
{
    return c->n->kind == NODE_BRIDGE ? c->n->name : "lo";
}

/* True if an interface of the node has the address; `dev` NULL or only that one. */
static bool is_own(const struct node_check *c, const struct ip_addr *a, const char *dev)
{
    for (size_t i = 0; i < c->ends; i++)
        if ((!dev || strcmp(dev, c->end[i]->ifname) == 0) && has_addr(&c->end[i]->prefix, a))
            return true;
    return (!dev || strcmp(dev, own_device(c)) == 0) && has_addr(&c->n->prefix, a);
}

/* The prefix of which `a` is the IPv4 broadcast address, or NULL. */
static const struct topo_prefix *broadcast_of(const struct topo_prefixes *list,
                                              const struct ip_addr *a)
{
    for (size_t i = 0; i < list->count && a->family == AF_INET; i++) {
        struct ip_prefix p = list->item[i].prefix;
        uint32_t behind = p.len < 31 ? UINT32_MAX >> p.len : 0;
        uint32_t low = (uint32_t)a->byte[0] << 24 | (uint32_t)a->byte[1] << 16 |
                       (uint32_t)a->byte[2] << 8 | a->byte[3];
        if (behind && (low & behind) == behind && ip_prefix_contains(&p, a))
            return &list->item[i];
    }
    return NULL;
}

static const struct topo_prefix *find_broadcast(const struct node_check *c, const struct ip_addr *a,
                                                const char *dev)
{
    const struct topo_prefix *p = NULL;
    for (size_t i = 0; i < c->ends && !p; i++)
        if (!dev || strcmp(dev, c->end[i]->ifname) == 0)
            p = broadcast_of(&c->end[i]->prefix, a);
    if (!p && c->n->kind == NODE_BRIDGE && (!dev || strcmp(dev, c->n->name) == 0))
        p = broadcast_of(&c->n->prefix, a);
    return p;
}

static bool has_interface(const struct node_check *c, const char *name)
{
    for (size_t i = 0; i < c->ends; i++)
        if (strcmp(c->end[i]->ifname, name) == 0)
            return true;
    return strcmp(name, "lo") == 0 || (c->n->kind == NODE_BRIDGE && strcmp(name, c->n->name) == 0);
}

/* An IPv6 address that the kernel looks for first, unlike those of lo: nothing can be sent from it
 * for the first second or two, and no route be given that would. */
static bool is_looked_for(const struct node_check *c, const struct ip_addr *a)
{
    bool on_device = c->n->kind == NODE_BRIDGE && has_addr(&c->n->prefix, a);
    for (size_t i = 0; i < c->ends; i++)
        on_device |= has_addr(&c->end[i]->prefix, a);
    return c->n->dad && a->family == AF_INET6 && on_device;
}

/* False, and a fault, if the route's gateway cannot be one. */
static bool check_gateway(const struct node_check *c, const struct topo_route *r)
{
    char text[IP_TEXT_MAX], network[IP_TEXT_MAX];
    bool is_ipv6 = r->via.family == AF_INET6, is_local = ip_addr_is_link_local(&r->via);
    const struct topo_prefix *p = find_broadcast(c, &r->via, r->dev);
    ip_addr_format(&r->via, text);
    if (is_local && is_ipv6 && !r->dev)
        fault_add(c->f, FAULT_ERROR, r->mark,
                  "the gateway %s is link-local: name the interface too (dev)", text);
    else if (!is_local && !is_on_link(c, &r->via, r->dev))
        fault_add(c->f, FAULT_ERROR, r->mark, "the gateway %s is on no link of node %s", text,
                  c->n->name);
    else if (is_ipv6 && r->dev && strcmp(r->dev, "lo") == 0)
        fault_add(c->f, FAULT_ERROR, r->mark, "the gateway %s cannot be on lo", text);
    else if (is_ipv6 && is_own(c, &r->via, is_local ? r->dev : NULL))
        fault_add(
            c->f, FAULT_ERROR, r->mark,
            "the gateway %s is an address of node %s itself: an IPv6 gateway is another node's",
            text, c->n->name);
    else if (p && !is_own(c, &r->via, NULL)) /* else it depends on which came first */
        fault_add(c->f, FAULT_ERROR, r->mark,
                  "the gateway %s is the broadcast address of %s (line %u)", text,
                  ip_prefix_format(&p->prefix, network), p->mark.line);
    else
        return true;
    return false;
}

static void check_route(const struct node_check *c, const struct topo_route *r)
{
    char text[IP_TEXT_MAX];
    if (r->dev && !has_interface(c, r->dev))
        fault_add(c->f, FAULT_ERROR, r->mark, "node %s has no interface \"%s\" for this route",
                  c->n->name, r->dev);
    else if (r->via.family == AF_UNSPEC && !r->dev)
        fault_add(c->f, FAULT_ERROR, r->mark,
                  "the route needs a gateway (via) or an interface (dev)");
    else if (r->dev && strcmp(r->dev, "lo") == 0 && c->n->lo_down)
        fault_add(c->f, FAULT_ERROR, r->mark, "lo of %s is down: no route can be on it",
                  c->n->name);
    else if (r->via.family != AF_UNSPEC && !check_gateway(c, r))
        return;
    else if (r->src.family != AF_UNSPEC && !is_own(c, &r->src, NULL))
        fault_add(c->f, FAULT_ERROR, r->mark, "node %s has no address %s for a route's source",
                  c->n->name, ip_addr_format(&r->src, text));
    else if (is_looked_for(c, &r->src))
        fault_add(c->f, FAULT_ERROR, r->mark,
                  "the source %s cannot be used before duplicate address detection (dad) is done: "
                  "give it to lo, or the route by a command that waits",
                  ip_addr_format(&r->src, text));
}

/* The kernel has one route per destination and metric, whatever else is said of it, and makes those
 * to the networks of the addresses itself. */
struct claim {
    struct ip_prefix to;
    uint32_t metric;                /* as the kernel counts it, which knows no "none" in IPv6 */
    size_t order;                   /* those of the addresses first, then as in the file */
    const struct topo_route *route; /* NULL: the kernel's own */
    const char *ifname;             /* then of this interface, */
    const struct topo_prefix *addr; /* by this address */
};

struct claims {
    struct claim *item; /* owned */
    size_t count;
};

static struct claim *add_claim(struct claims *l, const struct ip_prefix *to, uint32_t metric)
{
    struct claim *claim = &l->item[l->count];
    *claim = (struct claim){.to = *to, .metric = metric, .order = l->count};
    l->count++;
    return claim;
}

/* No route is made to a single IPv4 address or to 0.0.0.0/LEN; that to 127.0.0.0/8, and whatever
 * else IPv4 has on lo, is in another table. */
static void claim_networks(struct claims *l, const char *ifname, const struct topo_prefixes *list)
{
    bool is_lo = strcmp(ifname, "lo") == 0;
    for (size_t i = 0; i < list->count; i++) {
        struct ip_prefix to = list->item[i].prefix;
        bool is_ipv4 = to.addr.family == AF_INET;
        ip_prefix_clear_host(&to);
        if (is_ipv4 && (is_lo || to.len == 32 || ip_addr_is_zero(&to.addr)))
            continue;
        struct claim *claim = add_claim(l, &to, is_ipv4 ? 0 : METRIC_IPV6_CONNECTED);
        claim->ifname = ifname;
        claim->addr = &list->item[i];
    }
}

static void claim_routes(struct claims *l, const struct topo_node *n)
{
    for (size_t i = 0; i < n->routes; i++) {
        const struct topo_route *r = &n->route[i];
        bool is_ipv6 = r->to.addr.family == AF_INET6;
        uint32_t metric = r->metric || !is_ipv6 ? r->metric : TOPO_METRIC_IPV6;
        add_claim(l, &r->to, metric)->route = r;
    }
}

static int by_claim(const void *a, const void *b)
{
    const struct claim *x = a, *y = b;
    int c = ip_prefix_cmp(&x->to, &y->to);
    if (c == 0 && x->metric != y->metric)
        c = x->metric < y->metric ? -1 : 1;
    return c ? c : (x->order < y->order ? -1 : x->order > y->order);
}

static void collect_claims(const struct node_check *c, struct claims *l)
{
    size_t room = c->n->routes + c->n->prefix.count;
    for (size_t i = 0; i < c->ends; i++)
        room += c->end[i]->prefix.count;
    *l = (struct claims){.item = mem_zalloc(room, sizeof *l->item)};
    for (size_t i = 0; i < c->ends && !c->partial; i++)
        claim_networks(l, c->end[i]->ifname, &c->end[i]->prefix);
    if (!c->partial && (c->n->kind == NODE_BRIDGE || !c->n->lo_down))
        claim_networks(l, own_device(c), &c->n->prefix);
    claim_routes(l, c->n);
    if (l->count)
        qsort(l->item, l->count, sizeof *l->item, by_claim);
}

static void add_clash(const struct node_check *c, const struct claim *before,
                      const struct topo_route *r)
{
    char text[IP_TEXT_MAX];
    ip_prefix_format(&r->to, text);
    if (!before->route)
        fault_add(c->f, FAULT_ERROR, r->mark,
                  "%s is %s's own %s already (line %u): the kernel makes that route, %s", text,
                  before->ifname, r->to.len == ip_addr_bits(&r->to.addr) ? "address" : "network",
                  before->addr->mark.line, before->metric ? "with metric 256" : "without a metric");
    else
        fault_add(c->f, FAULT_ERROR, r->mark, "node %s has a route to %s already in line %u: %s",
                  c->n->name, text, before->route->mark.line,
                  before->route->metric != r->metric ? "without a metric, IPv6 takes 1024"
                  : r->metric                        ? "give one of them another metric"
                                                     : "give one of them a metric");
}

static void check_routes(const struct node_check *c)
{
    struct claims l;
    for (size_t i = 0; i < c->n->routes && !c->partial; i++)
        check_route(c, &c->n->route[i]);
    collect_claims(c, &l);
    const struct claim *before = l.item;
    for (size_t i = 1; i < l.count; i++) {
        const struct claim *claim = &l.item[i];
        bool is_same =
            ip_prefix_cmp(&before->to, &claim->to) == 0 && before->metric == claim->metric;
        if (is_same && claim->route)
            add_clash(c, before, claim->route);
        if (!is_same || before->route)
            before = claim; /* else the kernel's own is told of, which came first */
    }
    free(l.item);
}

/* --- sysctls ---------------------------------------------------------------------------------- */
/* True if each part is a name: no "", "." or ".." that would lead elsewhere. */
static bool is_clean_path(const char *key)
{
    for (const char *p = key;; p++) {
        size_t len = strcspn(p, "/");
        if (len == 0 || (len == 1 && p[0] == '.') || (len == 2 && p[0] == '.' && p[1] == '.'))
            return false;
        p += len;
        if (!*p)
            return true;
    }
}

static unsigned mtu_of(const struct node_check *c, const struct topo_end *end)
{
    size_t link = (size_t)((const char *)end - (const char *)c->t->link) / sizeof *c->t->link;
    return c->t->link[link].mtu;
}

/* Below the least MTU of IPv6 an interface has no settings of that. A bridge device has the
 * smallest of its ports. */
static void check_sysctl_ipv6(const struct node_check *c, const struct topo_pair *p,
                              const char *ifname)
{
    bool is_all = c->n->kind == NODE_BRIDGE && strcmp(ifname, c->n->name) == 0;
    for (size_t i = 0; i < c->ends && strncmp(p->key, "net/ipv6/", 9) == 0; i++) {
        unsigned mtu = mtu_of(c, c->end[i]);
        if (mtu == 0 || mtu >= TOPO_MTU_IPV6_MIN ||
            (!is_all && strcmp(c->end[i]->ifname, ifname) != 0))
            continue;
        fault_add(c->f, FAULT_ERROR, p->mark,
                  "%s of %s has no IPv6 setting: the MTU %u (line %u) is less than %d", ifname,
                  c->n->name, mtu, c->end[i]->mark.line, TOPO_MTU_IPV6_MIN);
        return;
    }
}

/* The settings of one interface: conf/NAME/... and neigh/NAME/... */
static void check_sysctl_interface(const struct node_check *c, const struct topo_pair *p)
{
    const char *dir = strstr(p->key, "/conf/");
    const char *name = dir ? dir + 6 : NULL;
    if (!name && (dir = strstr(p->key, "/neigh/")))
        name = dir + 7;
    if (!name)
        return;
    size_t len = strcspn(name, "/"), more = name[len] ? strcspn(name + len + 1, "/") : 0;
    _cleanup_free_ char *dev = mem_strndup(name, len);
    _cleanup_free_ char *dotted = mem_printf("%s.%.*s", dev, (int)more, name + len + (more > 0));
    if (strcmp(dev, "all") == 0 || strcmp(dev, "default") == 0)
        return;
    if (has_interface(c, dev)) {
        check_sysctl_ipv6(c, p, dev);
        return;
    }
    if (more && has_interface(c, dotted))
        fault_add(c->f, FAULT_ERROR, p->mark,
                  "the dot in \"%s\" separates: write the sysctl with slashes, %.*s%s/...", dotted,
                  (int)(name - p->key), p->key, dotted);
    else
        fault_add(c->f, FAULT_ERROR, p->mark, "node %s has no interface \"%s\" for this sysctl",
                  c->n->name, dev);
}

static int by_key(const void *a, const void *b)
{
    const struct topo_pair *const *x = a, *const *y = b;
    int c = strcmp((*x)->key, (*y)->key);
    return c ? c : (*x < *y ? -1 : *x > *y);
}

/* A key given twice: also a sysctl once with dots and once with slashes. */
static void check_twice(const struct node_check *c, const struct topo_pair *list, size_t count)
{
    const struct topo_pair **sorted = mem_zalloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &list[i];
    if (count)
        qsort(sorted, count, sizeof *sorted, by_key);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
            fault_add(c->f, FAULT_ERROR, sorted[i]->mark, "\"%s\" is given already in line %u",
                      sorted[i]->key, sorted[i - 1]->mark.line);
    free(sorted);
}

static void check_sysctl(const struct node_check *c, const struct topo_pair *p)
{
    if (strlen(p->key) > KEY_MAX)
        fault_add(c->f, FAULT_ERROR, p->mark,
                  "the sysctl's name is %zu bytes long, but such a name has at most %d",
                  strlen(p->key), KEY_MAX);
    else if (strncmp(p->key, "net/", 4) != 0)
        fault_add(c->f, FAULT_ERROR, p->mark,
                  "sysctl \"%s\" is not below net: it would change the machine itself", p->key);
    else if (!is_clean_path(p->key))
        fault_add(c->f, FAULT_ERROR, p->mark, "sysctl \"%s\" has an empty part, or one of dots",
                  p->key);
    else if (!c->partial)
        check_sysctl_interface(c, p);
}

static const struct topo_pair *find_sysctl(const struct node_check *c, const char *key)
{
    for (size_t i = 0; i < c->n->sysctls; i++)
        if (strcmp(c->n->sysctl[i].key, key) == 0)
            return &c->n->sysctl[i];
    return NULL;
}

/* What decides whether the interface has IPv6: the last that is written of its own, which comes
 * after it is made, and, before that, `default` and `all`; NULL: the file says nothing. lo is older
 * than `default`, and a bridge device with addresses is given a setting of its own unless the file
 * has one of `default`. */
static const struct topo_pair *ipv6_switch(const struct node_check *c, const char *ifname)
{
    _cleanup_free_ char *key = mem_printf("net/ipv6/conf/%s/disable_ipv6", ifname);
    const struct topo_pair *own = find_sysctl(c, key);
    const struct topo_pair *all = find_sysctl(c, "net/ipv6/conf/all/disable_ipv6");
    const struct topo_pair *of_default = find_sysctl(c, "net/ipv6/conf/default/disable_ipv6");
    if (own)
        return own;
    if (strcmp(ifname, "lo") == 0)
        return all;
    if (c->n->kind == NODE_BRIDGE && !of_default)
        return NULL;
    return of_default > all ? of_default : all;
}

/* One of many interfaces is told: `told` is the sysctl that was told of last. */
static void check_ipv6_of(const struct node_check *c, const char *ifname,
                          const struct topo_prefixes *list, const struct topo_pair **told)
{
    if (!check_has_ipv6(list))
        return;
    const struct topo_pair *p = ipv6_switch(c, ifname);
    if (!p || p == *told || strtol(p->value, NULL, 0) == 0)
        return;
    *told = p;
    fault_add(c->f, FAULT_ERROR, p->mark,
              "this switches IPv6 off on %s of %s, which has IPv6 addresses (line %u)", ifname,
              c->n->name, list->item[list->count - 1].mark.line);
}

static void check_ipv6(const struct node_check *c)
{
    const struct topo_pair *told = NULL;
    check_ipv6_of(c, own_device(c), &c->n->prefix, &told);
    for (size_t i = 0; i < c->ends; i++)
        check_ipv6_of(c, c->end[i]->ifname, &c->end[i]->prefix, &told);
}

/* The MTU of the interface if IPv6 does not have it, or 0: a bridge's is its ports' smallest. */
static unsigned small_mtu(const struct node_check *c, const char *ifname)
{
    unsigned least = TOPO_MTU_IPV6_MIN;
    bool is_all = c->n->kind == NODE_BRIDGE && strcmp(ifname, c->n->name) == 0;
    for (size_t i = 0; i < c->ends; i++) {
        unsigned mtu = mtu_of(c, c->end[i]);
        if (mtu && mtu < least && (is_all || strcmp(c->end[i]->ifname, ifname) == 0))
            least = mtu;
    }
    return least < TOPO_MTU_IPV6_MIN ? least : 0;
}

/* A route by an interface without IPv6, which it can have only where no address says otherwise. A
 * bridge has IPv6 on nothing but lo and a device with addresses, unless the file has a setting;
 * what 0 of `all` does then, the kernel knows. */
static void check_route_ipv6(const struct node_check *c, const struct topo_route *r)
{
    if (!r->dev || !has_interface(c, r->dev) || r->to.addr.family != AF_INET6 ||
        (r->via.family != AF_UNSPEC && !ip_addr_is_link_local(&r->via)))
        return;
    bool is_lo = strcmp(r->dev, "lo") == 0, is_device = strcmp(r->dev, own_device(c)) == 0;
    unsigned mtu = small_mtu(c, r->dev);
    const struct topo_pair *p = ipv6_switch(c, r->dev);
    if (mtu)
        fault_add(c->f, FAULT_ERROR, r->mark,
                  "%s of %s has no IPv6 for this route: its MTU %u is less than %d", r->dev,
                  c->n->name, mtu, TOPO_MTU_IPV6_MIN);
    else if (p && strtol(p->value, NULL, 0) != 0)
        fault_add(c->f, FAULT_ERROR, r->mark,
                  "%s of %s has no IPv6 for this route: line %u switches it off", r->dev,
                  c->n->name, p->mark.line);
    else if (!p && !is_lo && c->n->kind == NODE_BRIDGE &&
             !find_sysctl(c, "net/ipv6/conf/all/disable_ipv6") &&
             !(is_device && check_has_ipv6(&c->n->prefix)))
        fault_add(c->f, FAULT_ERROR, r->mark, "%s of %s has no IPv6 for this route: %s", r->dev,
                  c->n->name, is_device ? "give it an IPv6 address" : "a bridge's ports have none");
}

/* --- variables and commands ------------------------------------------------------------------- */
static void check_env(const struct node_check *c, const struct topo_pair *p)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char digits[] = "0123456789";
    char name[80];
    size_t len = strlen(p->key), good = strspn(p->key, letters);
    while (good && p->key[good] && (strchr(letters, p->key[good]) || strchr(digits, p->key[good])))
        good++;
    if (len > KEY_MAX)
        fault_add(c->f, FAULT_ERROR, p->mark,
                  "the variable's name is %zu bytes long, but such a name has at most %d", len,
                  KEY_MAX);
    else if (len == 0 || good != len)
        fault_add(c->f, FAULT_ERROR, p->mark,
                  "\"%s\" is no variable's name: it has letters, digits and '_', and begins with "
                  "no digit",
                  text_clean_to(name, sizeof name, p->key));
}

static void check_limit(const struct node_check *c, const char *what, size_t count, size_t max)
{
    if (count > max)
        fault_add(c->f, FAULT_ERROR, c->n->mark, "node %s has %zu %s, more than the limit of %zu",
                  c->n->name, count, what, max);
}

void check_node(const struct topo *t, int node, const struct check_ends *ends, struct faults *f)
{
    const struct topo_node *n = &t->node[node];
    size_t first = ends->first[node];
    struct node_check c = {.t = t,
                           .n = n,
                           .end = ends->end + first,
                           .ends = ends->first[node + 1] - first,
                           .partial = t->incomplete || n->incomplete,
                           .f = f};
    check_limit(&c, "addresses of its own", n->prefix.count, TOPO_IF_ADDRS_MAX);
    check_limit(&c, "routes", n->routes, TOPO_LIST_MAX);
    check_limit(&c, "sysctls", n->sysctls, TOPO_LIST_MAX);
    check_limit(&c, "variables", n->envs, TOPO_LIST_MAX);
    check_limit(&c, "commands", n->execs, TOPO_LIST_MAX);
    if (n->kind == NODE_BRIDGE)
        check_limit(&c, "ports", c.ends, TOPO_BRIDGE_PORTS_MAX);
    else
        check_limit(&c, "interfaces", c.ends, TOPO_NODE_IFS_MAX);
    check_routes(&c);
    for (size_t i = 0; i < n->sysctls; i++)
        check_sysctl(&c, &n->sysctl[i]);
    check_twice(&c, n->sysctl, n->sysctls);
    if (n->sysctls && !n->incomplete)
        check_ipv6(&c);
    for (size_t i = 0; i < n->routes && !c.partial; i++)
        check_route_ipv6(&c, &n->route[i]);
    for (size_t i = 0; i < n->envs; i++)
        check_env(&c, &n->env[i]);
    check_twice(&c, n->env, n->envs);
}
