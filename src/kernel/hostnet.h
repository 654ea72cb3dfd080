/* SPDX-License-Identifier: BSD-2-Clause */
/* hostnet: the ends of labs' links in the network namespace of the caller, the machine's own.
 *
 * Such an end carries a tag as its alias: "vethlab:LAB:UID:BOOT-ID". The tag alone proves nothing,
 * for whoever may set an alias can write it; an interface is an end of a lab only if it is a veth
 * whose other end is in the network namespace of one of that lab's nodes, or in one that is just
 * being taken down. All reading here is libnl's. */
#ifndef VETHLAB_KERNEL_HOSTNET_H
#define VETHLAB_KERNEL_HOSTNET_H

#include "base/err.h"
#include "kernel/lab.h"
#include "model/snap.h"

#include <net/if.h>
#include <stdbool.h>

#define HOSTNET_TAG_MAX 128

/* The tag of a lab of this boot. 0 or -errno (no boot id can be read). */
int hostnet_tag(const char *lab, uid_t uid, char *tag, size_t size, struct err *e);

/* The lab of a tag of `uid` and this boot (`boot_id` as proc_boot_id() gives it); false: no tag, or
 * of another. */
bool hostnet_tag_parse(const char *alias, uid_t uid, const char *boot_id, char *lab, size_t size);

/* Links of the caller's network namespace, with addresses left out; routes if asked for. The
 * caller's to free: snap_free(). Its one node is number 0. */
int hostnet_read(bool routes, struct snap **out, struct err *e);

/* True if the other end of a veth is in a network namespace that is just being taken down. */
bool hostnet_is_dying(const struct snap_node *host, const struct snap_if *i);

/* Calls `fn` for each end in `host` of the links of this lab: the other end is in the namespace of
 * one of its nodes, and the alias is the lab's tag or not yet set. */
typedef void hostnet_fn(const struct snap_if *i, void *ctx);
int hostnet_each_end(const struct snap_node *host, const struct lab *l, hostnet_fn *fn, void *ctx,
                     struct err *e);

#endif
