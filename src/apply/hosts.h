/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts: the text of each node's /etc/hosts. */
#ifndef VETHLAB_APPLY_HOSTS_H
#define VETHLAB_APPLY_HOSTS_H

#include "base/buf.h"
#include "model/topo.h"

struct hosts; /* the lines of every node, made once for the lab */

struct hosts *hosts_new(const struct topo *t); /* `t` is borrowed */
void hosts_free(struct hosts *h);

/* True if the file of `node` differs from the one that all other nodes share. */
bool hosts_is_own(struct hosts *h, size_t node);

/* localhost, then every node; a node's addresses on a prefix that `node` has too come first. */
void hosts_text(struct hosts *h, size_t node, struct buf *out);

#endif
