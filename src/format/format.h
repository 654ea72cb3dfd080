/* SPDX-License-Identifier: BSD-2-Clause */
/* format: a topology file (DESIGN: YAML in containerlab's vocabulary) becomes a topology. */
#ifndef VETHLAB_FORMAT_FORMAT_H
#define VETHLAB_FORMAT_FORMAT_H

#include "base/buf.h"
#include "base/err.h"
#include "model/topo.h"

/* Bytes of a file. */
#define FORMAT_FILE_MAX (1 << 20)

/* Reads `path` ("-": standard input), checks it wholly, and prints every fault with its excerpt
 * into `report` (warnings too). The lab's name is `name` if not NULL, else what the file says, else
 * the stem of NAME.lab.yaml. On any error -EINVAL with EXIT_INVALID and the count of faults; a file
 * that cannot be read is EXIT_INVALID too. *out is the caller's. */
int format_load(const char *path, const char *name, struct topo **out, struct buf *report,
                struct err *e);

/* The same of text in memory, unchecked: faults only of form. Never NULL. */
struct topo *format_parse(const char *text, size_t len, struct faults *f);

/* The name that the lab of this file has: what the file says, whatever else is wrong with it, else
 * its stem ("-": "stdin"). Never NULL; clean, owned by the caller. */
char *format_lab_name(const char *path);

/* NAME of .../NAME.lab.yaml, or of .../NAME.yaml. Owned by the caller. */
char *format_stem(const char *path);

#endif
