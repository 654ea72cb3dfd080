/* SPDX-License-Identifier: BSD-2-Clause */
/* write: a topology becomes text again, in one canonical form. */
#ifndef VETHLAB_FORMAT_WRITE_H
#define VETHLAB_FORMAT_WRITE_H

#include "base/buf.h"
#include "model/topo.h"

/* Appends `t`, which must be checked, to `out` as YAML that format_parse() reads back into an equal
 * topology: all but `file` and the marks. Two topologies are equal if and only if their texts are.
 * Defaults are left out, links are brief, sysctls and addresses are in the file's order with IPv4
 * first. The text may be longer than FORMAT_FILE_MAX, which only limits files. */
void format_write(const struct topo *t, struct buf *out);

#endif
