/* SPDX-License-Identifier: BSD-2-Clause */
/* read_node, read_link: the handlers of the keys of nodes and links. */
#ifndef VETHLAB_FORMAT_READ_NODE_H
#define VETHLAB_FORMAT_READ_NODE_H

#include "format/yaml.h"

yaml_key_fn read_nodes; /* the value of `nodes` */
yaml_key_fn read_links; /* the value of `links`; after the nodes */
yaml_key_fn read_pings; /* the value of `pings`; after the nodes */

/* A prefix of the family, or a fault. `obj` is a struct topo_prefixes. */
yaml_key_fn read_prefix4;
yaml_key_fn read_prefix6;

#endif
