/* SPDX-License-Identifier: BSD-2-Clause */
/* view_maplabs: see the header. */
#include "view_maplabs.h"

#include <stdio.h>

void lab_begin(struct maplab *l, const char *name)
{
    memset(l, 0, sizeof *l);
    l->snap = snap_new(name);
    l->index = 10;
    l->random = 12345;
}

/* With counters of two samples: rates differ from link to link. */
void lab_end(struct maplab *l)
{
    view_data_init(&l->d, l->snap, 1000 * TEST_S);
    test_rates(&l->d, l->snap);
    for (size_t n = 0; n < l->d.nodes; n++)
        for (size_t i = 0; i < l->d.node[n].rates; i++) {
            struct view_rate *r = &l->d.node[n].rate[i];
            r->rx_bps = r->tx_bps = r->ifindex / 2 % 4 * 98;
        }
}

void lab_fini(struct maplab *l)
{
    view_data_fini(&l->d);
    snap_free(l->snap);
}

unsigned lab_random(struct maplab *l, unsigned below)
{
    l->random = l->random * 1103515245u + 12345u;
    return (l->random >> 16) % below;
}

size_t lab_node(struct maplab *l, const char *prefix, unsigned number)
{
    char name[40];
    snprintf(name, sizeof name, number ? "%s%u" : "%s", prefix, number);
    test_node(l->snap, name);
    return l->snap->nodes - 1;
}

size_t lab_bridge(struct maplab *l, const char *name)
{
    struct snap_node *n = test_node(l->snap, name);
    strcpy(test_if(n, 500 + (uint32_t)l->snap->nodes, name)->kind, "bridge");
    return l->snap->nodes - 1;
}

void lab_named(struct maplab *l, size_t a, const char *a_name, size_t b, const char *b_name)
{
    test_link(l->snap, l->index, a, a_name, NULL, b, b_name, NULL);
    l->index += 2;
}

void lab_link(struct maplab *l, size_t a, size_t b)
{
    char name[2][IFNAMSIZ];
    snprintf(name[0], sizeof name[0], "eth%u", l->port[a]++);
    snprintf(name[1], sizeof name[1], "eth%u", l->port[b]++);
    lab_named(l, a, name[0], b, name[1]);
}

struct snap_if *lab_if(struct maplab *l, const char *node, const char *name)
{
    int n = snap_find_node(l->snap, node);
    return n < 0 ? NULL : (struct snap_if *)snap_find_if(&l->snap->node[n], name);
}

/* An end in another namespace: the machine's, or one that is not of the lab. */
void lab_far(struct maplab *l, size_t node, const char *name, int peer_node)
{
    struct snap_if *i = test_if(&l->snap->node[node], l->index++, name);
    strcpy(i->kind, "veth");
    i->peer_index = 7000 + l->index;
    i->peer_nsid = 3;
    i->peer_node = peer_node;
}

/* --- the labs of topologies/ ------------------------------------------------------------------ */

void lab_veth_ping(struct maplab *l)
{
    lab_begin(l, "veth-ping");
    lab_node(l, "terminal", 1);
    lab_node(l, "terminal", 2);
    test_link(l->snap, 10, 0, "ve2", "192.168.168.168/24", 1, "ve1", "192.168.168.100/24");
    lab_end(l);
}

void lab_router(struct maplab *l)
{
    lab_begin(l, "router");
    lab_node(l, "a", 0);
    lab_node(l, "r", 0);
    lab_node(l, "b", 0);
    test_link(l->snap, 10, 0, "eth0", "10.1.0.2/24", 1, "eth1", "10.1.0.1/24");
    test_link(l->snap, 12, 1, "eth2", "10.2.0.1/24", 2, "eth0", "10.2.0.2/24");
    lab_end(l);
}

void lab_star(struct maplab *l, const char *name, unsigned hosts)
{
    char port[IFNAMSIZ];
    lab_begin(l, name);
    lab_bridge(l, "sw");
    for (unsigned i = 1; i <= hosts; i++) {
        snprintf(port, sizeof port, "p%u", i);
        lab_named(l, 0, port, lab_node(l, "h", i), "eth0");
    }
    lab_end(l);
}

void lab_lan(struct maplab *l)
{
    lab_star(l, "lan", 4);
}

void lab_star_20(struct maplab *l)
{
    lab_star(l, "star-20", 20);
}

void lab_star_100(struct maplab *l)
{
    lab_star(l, "star-100", 100);
    test_set_down(l->snap, 0, "p3");
    test_set_down(l->snap, 77, "eth0");
}

void lab_circle(struct maplab *l, unsigned nodes)
{
    lab_begin(l, "ring");
    for (unsigned i = 0; i < nodes; i++)
        lab_node(l, "r", i + 1);
    for (unsigned i = 0; i < nodes; i++)
        lab_named(l, i, "eth1", (i + 1) % nodes, "eth2");
    lab_end(l);
}

void lab_ring(struct maplab *l)
{
    lab_circle(l, 4);
}

void lab_ring_3(struct maplab *l)
{
    lab_circle(l, 3);
}

void lab_ring_9(struct maplab *l)
{
    lab_circle(l, 9);
}

void lab_dumbbell(struct maplab *l)
{
    char port[IFNAMSIZ];
    lab_begin(l, "dumbbell");
    lab_bridge(l, "left");
    lab_bridge(l, "right");
    lab_named(l, 0, "trunk", 1, "trunk");
    for (unsigned i = 0; i < 6; i++) {
        snprintf(port, sizeof port, "p%u", i % 3 + 1);
        lab_named(l, lab_node(l, i < 3 ? "a" : "b", i % 3 + 1), "eth0", i / 3, port);
    }
    lab_end(l);
}

/* --- shapes ----------------------------------------------------------------------------------- */

void lab_chain(struct maplab *l)
{
    lab_begin(l, "chain");
    for (unsigned i = 0; i < 10; i++)
        lab_node(l, "n", i + 1);
    for (unsigned i = 0; i < 9; i++)
        lab_link(l, i, i + 1);
    lab_end(l);
}

void lab_tree(struct maplab *l)
{
    lab_begin(l, "tree");
    for (unsigned i = 0; i < 13; i++)
        lab_node(l, i == 0 ? "core" : i < 4 ? "edge" : "host", i < 4 ? i : i - 3);
    for (unsigned i = 1; i < 13; i++)
        lab_link(l, (i - 1) / 3, i);
    lab_end(l);
}

void lab_mesh(struct maplab *l, unsigned nodes)
{
    lab_begin(l, "mesh");
    for (unsigned i = 0; i < nodes; i++)
        lab_node(l, "m", i + 1);
    for (unsigned i = 0; i < nodes; i++)
        for (unsigned k = i + 1; k < nodes; k++)
            lab_link(l, i, k);
    lab_end(l);
}

void lab_mesh_4(struct maplab *l)
{
    lab_mesh(l, 4);
}

void lab_mesh_5(struct maplab *l)
{
    lab_mesh(l, 5);
}

void lab_mesh_8(struct maplab *l)
{
    lab_mesh(l, 8);
}

void lab_mesh_20(struct maplab *l)
{
    lab_mesh(l, 20);
}

void lab_mesh_64(struct maplab *l)
{
    lab_mesh(l, 64);
}

/* A mesh of nine with all that a cell can tell: set down on one side, no carrier on both, much
 * traffic, two links and five; a lost ping, and a node that is gone with its links. */
void lab_dense(struct maplab *l)
{
    lab_mesh(l, 9);
    for (unsigned i = 0; i < 8; i++) {
        struct snap_node *n = &l->snap->node[i];
        snap_if_fini(&n->iface[--n->ifs]);
    }
    snap_node_clear(&l->snap->node[8]);
    l->snap->node[8].gone = true;
    lab_link(l, 0, 1);
    for (unsigned i = 0; i < 4; i++)
        lab_link(l, 3, 4);
    test_set_down(l->snap, 2, "eth1");
    lab_if(l, "m5", "eth0")->carrier = lab_if(l, "m1", "eth3")->carrier = false;
    test_ping(&l->d, 1, "m6", "10.0.0.21", 30, 3);
    struct view_rate *r =
        (struct view_rate *)view_data_rate(&l->d, 5, lab_if(l, "m6", "eth0")->index);
    r->tx_bps = 2400000;
    r = (struct view_rate *)view_data_rate(&l->d, 0, lab_if(l, "m1", "eth4")->index);
    r->tx_bps = 2400000;
}

/* Four routers in a ring, each with two hosts. */
void lab_campus(struct maplab *l)
{
    lab_begin(l, "campus");
    for (unsigned i = 0; i < 4; i++)
        lab_node(l, "r", i + 1);
    for (unsigned i = 0; i < 4; i++)
        lab_link(l, i, (i + 1) % 4);
    for (unsigned i = 0; i < 8; i++)
        lab_link(l, i / 2, lab_node(l, "h", i + 1));
    lab_end(l);
}

/* Each node is linked to one before it, and `more` links come on top. */
void lab_any(struct maplab *l, unsigned nodes, unsigned more, unsigned seed)
{
    lab_begin(l, "any");
    l->random = seed;
    for (unsigned i = 0; i < nodes; i++)
        lab_node(l, "n", i + 1);
    for (unsigned i = 1; i < nodes; i++)
        lab_link(l, lab_random(l, i), i);
    for (unsigned i = 0; i < more && nodes > 1; i++) {
        unsigned a = lab_random(l, nodes), b = lab_random(l, nodes - 1);
        lab_link(l, a, b >= a ? b + 1 : b);
    }
    lab_end(l);
}

void lab_any_30(struct maplab *l)
{
    lab_any(l, 30, 15, 7);
}

void lab_tangle_30(struct maplab *l)
{
    lab_any(l, 30, 31, 3);
}

void lab_any_12(struct maplab *l)
{
    lab_any(l, 12, 6, 3);
}

/* Several links between two, single nodes, the machine, the outside, a hostile name. */
void lab_mixed(struct maplab *l)
{
    lab_begin(l, "mixed");
    lab_node(l, "gw", 0);
    lab_bridge(l, "sw");
    lab_node(l, "db", 0);
    lab_node(l, "alone", 1);
    lab_node(l, "evil\x1b[2J", 0);
    lab_named(l, 0, "a1", 1, "b1");
    lab_named(l, 0, "a2", 1, "b2");
    for (unsigned i = 1; i < 6; i++)
        lab_link(l, 1, 2);
    lab_far(l, 0, "uplink", SNAP_NODE_HOST);
    lab_far(l, 2, "vpn0", SNAP_NODE_NONE);
    lab_end(l);
}

/* All that can be wrong at once: an end set down, no carrier, a lost ping, a node gone, traffic. */
void lab_trouble(struct maplab *l)
{
    lab_dumbbell(l);
    test_set_down(l->snap, 0, "trunk");
    lab_if(l, "a2", "eth0")->carrier = lab_if(l, "left", "p2")->carrier = false;
    test_ping(&l->d, 2, "b1", "10.0.0.21", 30, 3);
    struct view_rate *r =
        (struct view_rate *)view_data_rate(&l->d, 5, lab_if(l, "b1", "eth0")->index);
    r->tx_bps = 2400000;
    struct snap_node *gone = &l->snap->node[7];
    struct snap_if *peer = lab_if(l, "right", "p3");
    snap_if_fini(peer);
    *peer = l->snap->node[1].iface[--l->snap->node[1].ifs];
    snap_node_clear(gone);
    gone->gone = true;
}
