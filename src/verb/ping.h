/* SPDX-License-Identifier: BSD-2-Clause */
/* ping: what the two forms of the verb share. */
#ifndef VETHLAB_VERB_PING_H
#define VETHLAB_VERB_PING_H

#include "base/err.h"
#include "kernel/lab.h"
#include "model/snap.h"

#include <stdbool.h>
#include <stdint.h>

struct ping_options {
    bool all, json, v4, v6;
    int64_t count, payload;
    int64_t interval_ns, wait_ns, deadline_ns; /* 0: not given */
};

/* From node index `from` to `to`, a node's name or an address. The program's exit code. */
int ping_pair(const struct lab *lab, const struct snap *snap, size_t from, const char *to,
              const struct ping_options *o, struct err *e);

/* Each node each other. The program's exit code: 0 if all answered. */
int ping_all(const struct lab *lab, const struct snap *snap, const struct ping_options *o,
             struct err *e);

#endif
