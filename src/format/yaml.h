/* SPDX-License-Identifier: BSD-2-Clause */
/* yaml: the few questions that the reader asks of libfyaml's tree, with places and faults. */
#ifndef VETHLAB_FORMAT_YAML_H
#define VETHLAB_FORMAT_YAML_H

#include "model/topo.h"

#include <libfyaml.h>

struct reader {
    struct topo *topo;
    struct faults *faults;
    const char *text; /* the file; borrowed */
    size_t len;
    bool wrapped;        /* a `topology:` wrapper: containerlab's own keys are warnings */
    const char **warned; /* such keys that were met already; owned */
    size_t warnings, warned_room;
    size_t unread; /* keys that are not known, or given twice: the topology lacks what they say */
    int *by_name;  /* the nodes' indexes in the order of their names; owned */
};

/* One key of a mapping. `obj` is what the mapping fills. `mark` is the key's own place. */
typedef void yaml_key_fn(struct reader *r, struct fy_node *value, struct mark mark, void *obj);
struct yaml_key {
    const char *name;
    yaml_key_fn *fn; /* NULL: containerlab's, without a meaning here */
};
#define YAML_KEYS_MAX 64 /* of one mapping */

/* Calls the handler of every key of the mapping `n`; unknown keys are faults that name the nearest
 * known one, and so are keys given twice. `what` names the mapping in messages. */
void yaml_keys(struct reader *r, struct fy_node *n, struct mark mark, const char *what,
               const struct yaml_key *keys, void *obj);

bool yaml_is_null(struct fy_node *n);
/* Where a scalar stands, or a collection's first scalar; else `otherwise`. */
struct mark yaml_mark(struct fy_node *n, struct mark otherwise);
/* A scalar as a clean string owned by the caller; NULL with a fault otherwise. */
char *yaml_text(struct reader *r, struct fy_node *n, struct mark mark, const char *what);
bool yaml_number(struct reader *r, struct fy_node *n, struct mark mark, const char *what, long min,
                 long max, long *out);
bool yaml_bool(struct reader *r, struct fy_node *n, struct mark mark, const char *what, bool *out);

/* Calls `fn` for the value if it is no list, else for every item of the list. */
void yaml_each(struct reader *r, struct fy_node *n, struct mark mark, yaml_key_fn *fn, void *obj);

/* Anchors, tags and aliases anywhere below are faults. */
void yaml_refuse_tricks(struct reader *r, struct fy_node *n, struct mark mark, int depth);

#endif
