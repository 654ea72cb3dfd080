/* SPDX-License-Identifier: BSD-2-Clause */
/* observe: reads a lab namespace by namespace on the worker of kernel/ns.
 *
 * Descriptors are opened for CHUNK nodes at a time, so that a lab of any size can be read within
 * the customary limit of 1,024, and none is kept: it would hold the namespace of a node that ends.
 */
#include "kernel/observe.h"

#include "base/mem.h"
#include "kernel/ns.h"
#include "kernel/observe_peer.h"
#include "kernel/observe_read.h"

#include <errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK 128

struct reading {
    const struct lab *lab;
    struct snap *snap;
    struct peers *peers;
    unsigned what;
    bool searching; /* second round: only peers that the first left open */
    size_t node[CHUNK];
};

static int read_tables(struct nl_sock *sk, unsigned what, struct snap_node *n, struct err *e)
{
    int r = 0;
    if (what & OBSERVE_ROUTES)
        r = observe_routes(sk, n, e);
    if (r == 0 && what & OBSERVE_NEIGHS)
        r = observe_neighs(sk, n, e);
    return r;
}

static int read_all(struct nl_sock *sk, unsigned what, struct snap_node *n, struct err *e)
{
    int r = observe_links(sk, OBSERVE_NSID_OWN, n, e);
    if (r == 0 && what & OBSERVE_ADDRS)
        r = observe_addrs(sk, OBSERVE_NSID_OWN, n, e);
    return r == 0 ? read_tables(sk, what, n, e) : r;
}

struct tables {
    unsigned what;
    struct snap_node *out;
};

static int tables_here(size_t index, void *ctx, struct err *e)
{
    (void)index;
    const struct tables *t = ctx;
    struct nl_sock *sk;
    int r = observe_socket(&sk, e);
    if (r < 0)
        return r;
    r = read_tables(sk, t->what, t->out, e);
    nl_socket_free(sk);
    return r;
}

int observe_tables(const struct lab *l, size_t node, unsigned what, struct snap_node *out,
                   struct err *e)
{
    struct tables t = {what, out};
    _cleanup_fd_ int netns = lab_node_netns(l, node, e);
    return netns < 0 ? netns : ns_run_each(&netns, 1, tables_here, &t, NULL, e);
}

static int node_here(size_t index, void *ctx, struct err *e)
{
    (void)index;
    const struct tables *t = ctx;
    return observe_here(t->what, t->out, e);
}

int observe_node(const struct lab *l, size_t node, unsigned what, struct snap_node *out,
                 struct err *e)
{
    struct tables t = {what, out};
    _cleanup_fd_ int netns = lab_node_netns(l, node, e);
    return netns < 0 ? netns : ns_run_each(&netns, 1, node_here, &t, NULL, e);
}

int observe_here(unsigned what, struct snap_node *out, struct err *e)
{
    struct nl_sock *sk;
    int r = observe_socket(&sk, e);
    if (r < 0)
        return r;
    r = read_all(sk, what, out, e);
    nl_socket_free(sk);
    return r;
}

/* Marks the two as each other's ends; false if `i` is no end of the lab's. */
static bool join_ends(struct snap *s, int machine, struct snap_if *i)
{
    for (int n = 0; n < machine; n++)
        for (size_t k = 0; k < s->node[n].ifs; k++) {
            struct snap_if *inner = &s->node[n].iface[k];
            if (inner->peer_node != SNAP_NODE_HOST || inner->peer_index != i->index ||
                i->peer_index != inner->index)
                continue;
            inner->peer_node = machine;
            i->peer_node = n;
            return true;
        }
    return false;
}

int observe_add_machine(struct snap *s, bool *added, struct err *e)
{
    bool any = false;
    for (size_t n = 0; n < s->nodes; n++)
        for (size_t k = 0; k < s->node[n].ifs; k++)
            any |= s->node[n].iface[k].peer_node == SNAP_NODE_HOST;
    *added = any;
    if (!any)
        return 0;
    int machine = s->machine = (int)s->nodes;
    struct snap_node *host = snap_add_node(s, "host");
    int r = observe_here(OBSERVE_ADDRS, host, e);
    for (size_t k = 0; r == 0 && k < host->ifs; k++)
        if (!join_ends(s, machine, &host->iface[k])) {
            snap_if_fini(&host->iface[k]);
            host->iface[k] = host->iface[--host->ifs];
            k--;
        }
    return r;
}

static int read_node(size_t i, void *ctx, struct err *e)
{
    struct reading *g = ctx;
    size_t node = g->node[i];
    struct snap_node *n = &g->snap->node[node];
    struct nl_sock *sk;
    int r = observe_socket(&sk, e);
    if (r < 0)
        return err_prefix(e, "node %s", n->name);
    if (g->searching)
        peers_search(g->peers, node, sk);
    else if ((r = read_all(sk, g->what, n, e)) == 0)
        peers_read(g->peers, node, sk);
    nl_socket_free(sk);
    return r < 0 ? err_prefix(e, "node %s", n->name) : 0;
}

static int read_chunk(struct reading *g, size_t *next, struct err *e)
{
    int fd[CHUNK], r = 0;
    size_t count = 0;
    for (; r == 0 && count < CHUNK && *next < g->snap->nodes; (*next)++) {
        struct snap_node *n = &g->snap->node[*next];
        struct err why = ERR_INIT;
        if (n->gone || (g->searching && !peers_open(g->peers, *next)))
            continue;
        fd[count] = lab_node_netns(g->lab, *next, &why);
        if (fd[count] >= 0) {
            g->node[count++] = *next;
        } else if (fd[count] == -ESRCH || fd[count] == -ENOENT) {
            n->gone = !g->searching; /* what was read before stays */
        } else {
            *e = why;
            r = fd[count];
        }
    }
    if (r == 0)
        r = ns_run_each(fd, count, read_node, g, NULL, e);
    for (size_t i = 0; i < count; i++)
        close(fd[i]);
    return r;
}

static int read_lab(struct reading *g, struct err *e)
{
    int r = 0;
    for (size_t next = 0; r == 0 && next < g->snap->nodes;)
        r = read_chunk(g, &next, e);
    g->searching = true;
    for (size_t next = 0; r == 0 && next < g->snap->nodes;)
        r = read_chunk(g, &next, e);
    return r;
}

int observe_lab(const struct lab *l, unsigned what, struct snap **out, struct err *e)
{
    struct snap *s = snap_new(l->name);
    for (size_t i = 0; i < l->nodes; i++)
        snap_add_node(s, l->node[i].name)->pid = l->node[i].pid;
    struct reading g = {.lab = l, .snap = s, .what = what};
    g.peers = peers_new(s, getpid());
    int r = read_lab(&g, e);
    peers_free(g.peers);
    if (r < 0) {
        snap_free(s);
        return r;
    }
    *out = s;
    return 0;
}
