/* SPDX-License-Identifier: BSD-2-Clause */
/* width: how many columns of a terminal a character takes. */
#ifndef VETHLAB_BASE_WIDTH_H
#define VETHLAB_BASE_WIDTH_H

#include <stddef.h>
#include <stdint.h>

/* 0 for what combines with the character before it (categories Mn and Me, and the Hangul vowels and
 * finals that join their syllable), 2 for East Asian wide and full-width characters (UAX #11), else
 * 1. Unicode 14. Controls are not asked here: text_clean() leaves none. */
size_t width_of(uint32_t code);

#endif
