/* SPDX-License-Identifier: BSD-2-Clause */
/* view_maplabs: labs for the tests of the map: those of topologies/, and shapes made by rule. */
#ifndef VETHLAB_TESTS_UNIT_VIEW_MAPLABS_H
#define VETHLAB_TESTS_UNIT_VIEW_MAPLABS_H

#include "view_testdata.h"

struct maplab {
    struct snap *snap;
    struct view_data d;
    uint32_t index;              /* of the next interface */
    unsigned port[1024], random; /* ports of each node; a row of numbers that is always the same */
};

void lab_begin(struct maplab *l, const char *name);
size_t lab_node(struct maplab *l, const char *prefix, unsigned number); /* 0: only the prefix */
size_t lab_bridge(struct maplab *l, const char *name);
void lab_named(struct maplab *l, size_t a, const char *a_name, size_t b, const char *b_name);
void lab_link(struct maplab *l, size_t a, size_t b); /* named eth0, eth1, ... in each node */
/* An end in another namespace: the machine's, or one that is not of the lab. */
void lab_far(struct maplab *l, size_t node, const char *name, int peer_node);
/* With counters of two samples: rates differ from link to link. */
void lab_end(struct maplab *l);
void lab_fini(struct maplab *l);

unsigned lab_random(struct maplab *l, unsigned below);
struct snap_if *lab_if(struct maplab *l, const char *node, const char *name); /* or NULL */

/* Each of these begins and ends one. */
void lab_star(struct maplab *l, const char *name, unsigned hosts);
void lab_circle(struct maplab *l, unsigned nodes);
void lab_mesh(struct maplab *l, unsigned nodes);
/* Each node is linked to one before it, and `more` links come on top. */
void lab_any(struct maplab *l, unsigned nodes, unsigned more, unsigned seed);
void lab_veth_ping(struct maplab *l);
void lab_router(struct maplab *l);
void lab_lan(struct maplab *l);
void lab_star_20(struct maplab *l);
void lab_star_100(struct maplab *l);
void lab_ring(struct maplab *l);
void lab_ring_3(struct maplab *l);
void lab_ring_9(struct maplab *l);
void lab_dumbbell(struct maplab *l);
void lab_chain(struct maplab *l);
void lab_tree(struct maplab *l);
void lab_mesh_4(struct maplab *l);
void lab_mesh_5(struct maplab *l);
void lab_mesh_8(struct maplab *l);
void lab_mesh_20(struct maplab *l);
void lab_mesh_64(struct maplab *l);
void lab_dense(struct maplab *l);
void lab_tangle_30(struct maplab *l);
void lab_campus(struct maplab *l);
void lab_any_30(struct maplab *l);
void lab_any_12(struct maplab *l);
void lab_mixed(struct maplab *l);
void lab_trouble(struct maplab *l);

#endif
