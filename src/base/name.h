/* SPDX-License-Identifier: BSD-2-Clause */
/* name: which names labs, nodes and interfaces may have. Names become paths, process titles and
 * arguments, so every name from outside passes here first. */
#ifndef VETHLAB_BASE_NAME_H
#define VETHLAB_BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define NAME_NODE_MAX 32 /* bytes, labs and nodes */
#define NAME_IF_MAX   15 /* bytes, IFNAMSIZ - 1 (linux/if.h) */

/* NULL if `s` may name a node or a lab ([A-Za-z0-9][A-Za-z0-9_-]{0,31}, not all digits, not 0x...,
 * not "host" or "localhost" in any case), else what is wrong with it, as the end of a sentence:
 * "is 40 bytes long, but a name has at most 32". The text stands in `why`. */
const char *name_fault_node(const char *s, char *why, size_t size);

/* The same for interfaces: printable ASCII without space, '/' and ':', no '%' (the kernel takes it
 * for a format), at most 15 bytes, not ".", "..", "all", "default". */
const char *name_fault_if(const char *s, char *why, size_t size);

/* True of 1 to 64 letters, digits, '-' and '.', the first one a letter or a digit. */
bool name_is_hostname(const char *s);

#endif
