/* SPDX-License-Identifier: BSD-2-Clause */
/* change: a running lab, read, and what would take it to a topology. */
#ifndef VETHLAB_APPLY_CHANGE_H
#define VETHLAB_APPLY_CHANGE_H

#include "kernel/lab.h"
#include "model/snap.h"
#include "plan/diff.h"

struct change {
    const struct topo *was; /* the topology of its record, or NULL: not known */
    struct topo *recorded;  /* owned; NULL where that is the one that is wanted */
    struct snap *is;        /* owned */
    struct values *values;  /* owned; the sysctls that `was` or the topology has */
    struct plan_diff diff;
    bool to_adopt;
};

/* Reads the opened lab, when the kernel has taken what nodes that ended leave in others (for up to
 * 5 s), and compares. Enters the lab's user namespace, so only one lab a process,
 * while single-threaded. `to_adopt`: for change_adopt(), which asks for more. `want` is borrowed
 * and must outlive *out. */
int change_read(struct lab *l, const struct topo *want, bool to_adopt, struct change *out,
                struct err *e);

/* True if that finds nothing to do. It is asked in a process of its own, so that the caller stays
 * outside. */
bool change_is_none(struct lab *l, const struct topo *want);

/* The topology that accepts what runs instead (plan/adopt.h), and in *rest what plan would still do
 * if that were the file: it cannot be said in one. Both are the caller's. */
struct topo *change_adopt(const struct change *c, const struct topo *want, struct plan_diff *rest);

void change_fini(struct change *c);

#endif
