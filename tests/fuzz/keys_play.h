/* SPDX-License-Identifier: BSD-2-Clause */
/* keys_play: the view is played with by a script of bytes: keys, mouse, pastes, lines of prompts,
 * sizes, what shells and commands print, and what becomes of the lab meanwhile; each frame is drawn
 * and looked at. No terminal, no process, no kernel. For the fuzz target and for the unit test. */
#ifndef VETHLAB_TESTS_KEYS_PLAY_H
#define VETHLAB_TESTS_KEYS_PLAY_H

#include <stddef.h>
#include <stdint.h>

/* Aborts, with a sentence on standard error, where something does not hold. */
void keys_play(const uint8_t *data, size_t len);

#endif
