/* SPDX-License-Identifier: BSD-2-Clause */
/* read_node, read_route, read_link: the handlers of the keys of nodes, their routes, and links. */
#ifndef VETHLAB_FORMAT_READ_NODE_H
#define VETHLAB_FORMAT_READ_NODE_H

#include "format/yaml.h"

yaml_key_fn read_nodes; /* the value of `nodes` */
yaml_key_fn read_links; /* the value of `links`; after the nodes */
yaml_key_fn read_pings; /* the value of `pings`; after the nodes */

yaml_key_fn read_route; /* one item of `routes`; `obj` is the struct topo_node */

/* What each mapping may have, for the readers, the manual and the schema. */
extern const struct yaml_key format_document_keys[], format_topology_keys[];
extern const struct yaml_key read_node_keys[], read_route_keys[], read_exec_keys[];
extern const struct yaml_key read_link_keys[], read_end_keys[];

/* A prefix of the family, or a fault. `obj` is a struct topo_prefixes. */
yaml_key_fn read_prefix4;
yaml_key_fn read_prefix6;

#endif
