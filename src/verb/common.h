/* SPDX-License-Identifier: BSD-2-Clause */
/* common: operands that may be left out, and loading a topology. */
#ifndef VETHLAB_VERB_COMMON_H
#define VETHLAB_VERB_COMMON_H

#include "base/err.h"
#include "kernel/lab.h"
#include "model/topo.h"
#include "verb/verb.h"

#include <stdbool.h>
#include <stddef.h>

/* The FILE operand, or, where it is NULL, the one *.lab.yaml of this directory: into `path`. */
int common_file(const char *operand, char *path, size_t size, struct err *e);

/* The LAB operand, or, where it is NULL, the name of the one lab that runs of the user that is
 * meant (c->uid); of several, that of the only *.lab.yaml of this directory. */
int common_lab_of(const struct verb_call *c, const char *operand, char *name, size_t size,
                  struct err *e);

/* The lab that the operand names, or the one that runs, of the user that is meant (c->uid), opened.
 * lab_fini() in any case. */
int common_open(const struct verb_call *c, const char *operand, struct lab *out, struct err *e);

/* Loads FILE (see common_file); faults and warnings go to standard error. `name`: from --name, or
 * NULL; a bad one is EXIT_USAGE. */
int common_topo(const char *operand, const char *name, struct topo **out, struct err *e);

/* "2 nodes, 1 link", or "1 node and the machine, 1 link", into `buf`, which it returns. */
const char *common_size(const struct topo *t, char *buf, size_t size);

/* True if the operand means a file: it has a '/' or ends in .yaml or .yml, or is "-". */
bool common_is_file(const char *operand);

/* The topology's file as a sentence has it: "standard input" for "-". Borrowed. */
const char *common_source(const struct topo *t);

#endif
