/* SPDX-License-Identifier: BSD-2-Clause */
/* print: results of commands that go on after a part of them has been written. What is written
 * once, at the end, needs only stdio: main looks whether all of it went out. */
#ifndef VETHLAB_VERB_PRINT_H
#define VETHLAB_VERB_PRINT_H

#include "base/err.h"

#include <stddef.h>
#include <stdio.h>

/* Writes to `to`, standard output or standard error, at once. 0, or -errno, upon which the command
 * ends: e->exit is 128+SIGPIPE, and there is no sentence, where the reader has left. */
int print_now(FILE *to, const char *text, size_t len, struct err *e);

#endif
