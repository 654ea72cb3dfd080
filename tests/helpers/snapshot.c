/* SPDX-License-Identifier: BSD-2-Clause */
/* snapshot: what libnl reads of some nodes, as text that can be compared: no indexes, no
 * counters, of MACs only those that a test gave (02:00:00:00:..); and all settings of interfaces,
 * of `default` and `all`. Rows sorted by diff(1)'s reader, sort(1).
 *
 *     snapshot lab NAME       a running lab of ours
 *     snapshot NODE=PID...    any processes, as an exported script names them in VETHLAB_NODES */
#include "base/addr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "kernel/lab.h"
#include "kernel/ns.h"
#include "kernel/observe.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void take_pids(struct lab *l, char **arg)
{
    lab_init(l);
    for (; *arg; arg++) {
        char *eq = strchr(*arg, '=');
        if (!eq)
            continue;
        mem_grow(&l->node, &l->node_room, l->nodes, sizeof *l->node);
        l->node[l->nodes++] =
            (struct lab_node){mem_strndup(*arg, (size_t)(eq - *arg)), atoi(eq + 1), 0};
    }
}

static const char *if_name(const struct snap_node *n, uint32_t index)
{
    const struct snap_if *i = index ? snap_if_by_index(n, index) : NULL;
    return i ? i->name : "-";
}

/* The state of a bridge without ports tells of its past, and with it whether the kernel gave it a
 * link-local address: once it had ports or a MAC given it has no carrier, else it has. */
static bool is_idle_bridge(const struct snap_node *n, const struct snap_if *i)
{
    for (size_t k = 0; k < n->ifs; k++)
        if (n->iface[k].master == i->index)
            return false;
    return strcmp(i->kind, "bridge") == 0;
}

/* A bridge that has carrier is "unknown" or "up" by the way it came there. */
static int comparable_state(const struct snap_if *i)
{
    return strcmp(i->kind, "bridge") == 0 && i->carrier ? -1 : i->operstate;
}

/* Once lo was up, it keeps the address that the kernel gave it then, and that one's local routes.
 */
static bool is_left_of_lo(const struct snap_if *i, const struct ip_addr *a)
{
    return i && (i->flags & IFF_LOOPBACK) && !(i->flags & IFF_UP) &&
           (ip_addr_is_loopback(a) || (a->family == AF_INET && a->byte[0] == 127));
}

static void print_if(const struct snap_node *n, const struct snap_if *i)
{
    char text[IP_TEXT_MAX];
    if (is_idle_bridge(n, i))
        printf("%s %s bridge without ports\n", n->name, i->name);
    else
        printf("%s %s kind %s flags %x oper %d carrier %d mtu %u master %s%s\n", n->name, i->name,
               i->kind, i->flags, comparable_state(i), i->carrier, i->mtu, if_name(n, i->master),
               i->peer_index ? " peer elsewhere" : "");
    if (i->has_mac && memcmp(i->mac, "\2\0\0\0", 4) == 0 && strcmp(i->kind, "veth") == 0)
        printf("%s %s mac %02x:%02x\n", n->name, i->name, i->mac[4], i->mac[5]);
    for (size_t k = 0; k < i->addrs; k++) {
        const struct snap_addr *a = &i->addr[k];
        bool is_made_of_mac = ip_addr_is_link_local(&a->prefix.addr);
        if (is_left_of_lo(i, &a->prefix.addr) || (is_made_of_mac && is_idle_bridge(n, i)))
            continue;
        printf("%s %s address %s flags %x scope %u\n", n->name, i->name,
               is_made_of_mac ? "link-local" : ip_prefix_format(&a->prefix, text), a->flags,
               a->scope);
    }
}

static void print_route(const struct snap_node *n, const struct snap_route *r)
{
    char to[IP_TEXT_MAX], via[IP_TEXT_MAX], src[IP_TEXT_MAX];
    /* Every interface has these two, and libnl's cache keeps one route to a destination. */
    if (ip_addr_is_link_local(&r->to.addr) || ip_addr_is_multicast(&r->to.addr) ||
        is_left_of_lo(snap_if_by_index(n, r->ifindex), &r->to.addr))
        return;
    printf("%s route %s via %s src %s dev %s metric %u table %u protocol %u type %u scope %u\n",
           n->name, ip_prefix_format(&r->to, to),
           r->via.family ? ip_addr_format(&r->via, via) : "-",
           r->src.family ? ip_addr_format(&r->src, src) : "-", if_name(n, r->ifindex), r->metric,
           r->table, r->protocol, r->type, r->scope);
}

struct reading {
    struct snap *snap;
    struct buf *settings; /* owned; per node */
};

/* Those of the namespace that the calling thread is in. What cannot be read (a secret that is not
 * set) says nothing. Sorted by sort(1), as everything is. */
static void read_settings(const struct snap_node *n, const char *kind, const char *ifname,
                          struct buf *out)
{
    _cleanup_free_ char *path = mem_printf("/proc/sys/net/%s/%s", kind, ifname);
    DIR *d = opendir(path);
    for (const struct dirent *e; d && (e = readdir(d));) {
        char value[64] = "";
        int fd = e->d_name[0] == '.' ? -1 : openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && read(fd, value, sizeof value - 1) > 0)
            buf_printf(out, "%s %s %s %s %s", n->name, ifname, kind, e->d_name, value);
        if (fd >= 0)
            close(fd);
    }
    if (d)
        closedir(d);
}

static void read_all_settings(const struct snap_node *n, const char *ifname, struct buf *out)
{
    static const char *const kind[] = {"ipv4/conf", "ipv6/conf", "ipv4/neigh", "ipv6/neigh"};
    for (size_t i = 0; i < ARRAY_LEN(kind); i++)
        read_settings(n, kind[i], ifname, out);
}

static int read_one(size_t index, void *ctx, struct err *e)
{
    struct reading *to = ctx;
    struct snap_node *n = &to->snap->node[index];
    int r = observe_here(OBSERVE_ADDRS | OBSERVE_ROUTES, n, e);
    read_all_settings(n, "all", &to->settings[index]);
    read_all_settings(n, "default", &to->settings[index]);
    for (size_t i = 0; r == 0 && i < n->ifs; i++)
        read_all_settings(n, n->iface[i].name, &to->settings[index]);
    return r;
}

static void print_all(const struct reading *all)
{
    for (size_t i = 0; i < all->snap->nodes; i++) {
        const struct snap_node *n = &all->snap->node[i];
        printf("%s\n", n->name);
        for (size_t k = 0; k < n->ifs; k++)
            print_if(n, &n->iface[k]);
        for (size_t k = 0; k < n->routes; k++)
            print_route(n, &n->route[k]);
        fputs(buf_str(&all->settings[i]), stdout);
    }
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    struct lab l;
    int r = 0;
    if (argc == 3 && strcmp(argv[1], "lab") == 0)
        r = lab_open(argv[2], getuid(), &l, &e);
    else
        take_pids(&l, argv + 1);
    if (r == 0 && l.pidfd >= 0)
        r = lab_enter_userns(&l, &e);
    struct reading all = {snap_new("compared"), mem_zalloc(l.nodes + 1, sizeof *all.settings)};
    int *ns = mem_zalloc(l.nodes + 1, sizeof *ns);
    for (size_t i = 0; r == 0 && i < l.nodes; i++) {
        _cleanup_free_ char *path = mem_printf("/proc/%d/ns/net", l.node[i].pid);
        snap_add_node(all.snap, l.node[i].name);
        ns[i] = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (r == 0)
        r = ns_run_each(ns, l.nodes, read_one, &all, NULL, &e);
    if (r < 0)
        fprintf(stderr, "snapshot: %s\n", e.text);
    else
        print_all(&all);
    for (size_t i = 0; i < l.nodes; i++)
        buf_fini(&all.settings[i]);
    free(all.settings);
    free(ns);
    snap_free(all.snap);
    lab_fini(&l);
    return r < 0;
}
