/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupt: INT, TERM and HUP while a lab is built or changed: heard, not died of. */
#ifndef VETHLAB_APPLY_INTERRUPT_H
#define VETHLAB_APPLY_INTERRUPT_H

#include "base/err.h"

#include <signal.h>

/* Blocks them and returns a signalfd for them, or -errno. What the caller ignores (nohup, a
 * background job of a script) stays ignored. *before: the mask to be put back. */
int interrupt_open(sigset_t *before, struct err *e);

/* Takes one from the descriptor: its number, or -errno. */
int interrupt_take(int fd, struct err *e);

/* Blocks them again in a process that was set to defaults: a terminal sends them to all. */
void interrupt_block(void);

#endif
