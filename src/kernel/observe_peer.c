/* SPDX-License-Identifier: BSD-2-Clause */
/* observe_peer: from (IFLA_LINK, IFLA_LINK_NETNSID) to a node.
 *
 * A namespace id means something only inside the namespace that uses it, and the kernel translates
 * one way only: from a process or descriptor to the id (RTM_GETNSID). So a candidate is needed. In
 * a lab built by us interface indexes are unique, hence the interface with the peer's index is the
 * one candidate, and one question confirms it. A veth's ends know each other: when the second of
 * them is read, both are resolved. What is left over (ends in the host, links made by hand that are
 * no veth) is found by asking for every node. */
#include "kernel/observe_peer.h"

#include "base/mem.h"
#include "kernel/observe_read.h"

#include <stdlib.h>
#include <string.h>

struct entry { /* one veth that has been read */
    uint32_t index;
    int node;
    size_t pos; /* in the node's iface */
    int next;   /* of the same bucket, -1: none */
};

struct answer { /* what RTM_GETNSID said, in the node that is at hand */
    int node;
    int32_t nsid;
};

struct peers {
    struct snap *snap;
    pid_t host;
    int bucket[1024];
    struct entry *entry;
    size_t entries, entry_room;
    struct answer *answer;
    size_t answers, answer_room;
};

struct peers *peers_new(struct snap *snap, pid_t host)
{
    struct peers *p = mem_zalloc(1, sizeof *p);
    p->snap = snap;
    p->host = host;
    memset(p->bucket, 0xff, sizeof p->bucket);
    return p;
}

void peers_free(struct peers *p)
{
    if (!p)
        return;
    free(p->entry);
    free(p->answer);
    free(p);
}

static int *bucket_of(struct peers *p, uint32_t index)
{
    return &p->bucket[index % ARRAY_LEN(p->bucket)];
}

static bool is_veth(const struct snap_if *i)
{
    return strcmp(i->kind, "veth") == 0;
}

static void remember(struct peers *p, size_t node)
{
    const struct snap_node *n = &p->snap->node[node];
    for (size_t i = 0; i < n->ifs; i++) {
        if (!is_veth(&n->iface[i]))
            continue;
        int *bucket = bucket_of(p, n->iface[i].index);
        mem_grow(&p->entry, &p->entry_room, p->entries, sizeof *p->entry);
        p->entry[p->entries] = (struct entry){
            .index = n->iface[i].index, .node = (int)node, .pos = i, .next = *bucket};
        *bucket = (int)p->entries++;
    }
}

static struct snap_if *iface_of(struct peers *p, const struct entry *x)
{
    return &p->snap->node[x->node].iface[x->pos];
}

/* The id of node `other` (or of the host) in the namespace at hand, asked at most once. */
static int32_t nsid_of(struct peers *p, int other, struct nl_sock *sk)
{
    for (size_t i = 0; i < p->answers; i++)
        if (p->answer[i].node == other)
            return p->answer[i].nsid;
    pid_t pid = other == SNAP_NODE_HOST ? p->host : p->snap->node[other].pid;
    int32_t nsid = OBSERVE_NSID_NONE;
    observe_nsid_of_pid(sk, pid, &nsid); /* one that ended has no id: not the peer */
    mem_grow(&p->answer, &p->answer_room, p->answers, sizeof *p->answer);
    p->answer[p->answers++] = (struct answer){.node = other, .nsid = nsid};
    return nsid;
}

static void resolve_veth(struct peers *p, size_t node, struct snap_if *i, struct nl_sock *sk)
{
    for (int at = *bucket_of(p, i->peer_index); at >= 0; at = p->entry[at].next) {
        const struct entry *x = &p->entry[at];
        struct snap_if *other = iface_of(p, x);
        if (x->index != i->peer_index || other->peer_index != i->index || x->node == (int)node ||
            nsid_of(p, x->node, sk) != i->peer_nsid)
            continue;
        i->peer_node = x->node;
        other->peer_node = (int)node;
        return;
    }
}

static bool is_open(const struct snap_if *i)
{
    return i->peer_index && i->peer_nsid >= 0 && i->peer_node == SNAP_NODE_NONE;
}

bool peers_open(const struct peers *p, size_t node)
{
    const struct snap_node *n = &p->snap->node[node];
    for (size_t i = 0; i < n->ifs; i++)
        if (is_open(&n->iface[i]))
            return true;
    return false;
}

void peers_read(struct peers *p, size_t node, struct nl_sock *sk)
{
    struct snap_node *n = &p->snap->node[node];
    p->answers = 0;
    for (size_t i = 0; i < n->ifs; i++) {
        struct snap_if *x = &n->iface[i];
        if (x->peer_index && x->peer_nsid < 0)
            x->peer_node = (int)node; /* a vlan on its parent, or a veth within the node */
        else if (is_open(x) && is_veth(x))
            resolve_veth(p, node, x, sk);
    }
    remember(p, node);
}

static void search_one(struct peers *p, struct snap_if *x, struct nl_sock *sk)
{
    if (nsid_of(p, SNAP_NODE_HOST, sk) == x->peer_nsid) {
        x->peer_node = SNAP_NODE_HOST;
        return;
    }
    for (size_t k = 0; k < p->snap->nodes; k++)
        if (!p->snap->node[k].gone && nsid_of(p, (int)k, sk) == x->peer_nsid) {
            x->peer_node = (int)k;
            return;
        }
}

void peers_search(struct peers *p, size_t node, struct nl_sock *sk)
{
    struct snap_node *n = &p->snap->node[node];
    p->answers = 0;
    for (size_t i = 0; i < n->ifs; i++)
        if (is_open(&n->iface[i]))
            search_one(p, &n->iface[i], sk);
}
