/* SPDX-License-Identifier: BSD-2-Clause */
/* gate: reads a file and refuses what must not reach the YAML library. */
#ifndef VETHLAB_FORMAT_GATE_H
#define VETHLAB_FORMAT_GATE_H

#include "base/buf.h"
#include "base/err.h"
#include "model/fault.h"

int gate_read(const char *path, struct buf *out, struct err *e);

/* Adds the first byte that is not allowed as a fault: invalid UTF-8 (on which libfyaml 0.7.12 can
 * loop for ever), NUL and control bytes other than tab and newline; over-long lines; no content.
 * True if the text may pass. */
bool gate_check(const char *text, size_t len, struct faults *f);

#endif
