/* SPDX-License-Identifier: BSD-2-Clause */
/* builder: the process that builds a lab from inside its holder's namespaces, and what it tells
 * the process that started it. */
#ifndef VETHLAB_APPLY_BUILDER_H
#define VETHLAB_APPLY_BUILDER_H

#include "base/err.h"
#include "model/op.h"

/* Datagrams on a SOCK_SEQPACKET socket: one byte of kind, then the payload. End of file without
 * BUILD_DONE or BUILD_ERROR: the builder was killed. */
enum build_message {
    BUILD_NOTE = 'n',  /* text */
    BUILD_ERROR = 'e', /* struct err */
    BUILD_DONE = 'd',  /* the lab is whole */
};

/* In the builder, inside the holder's namespaces: carries the operations out, reports on `channel`,
 * exits. Never returns. */
_Noreturn void builder_main(const struct topo *t, const struct ops *ops, int channel);

#endif
