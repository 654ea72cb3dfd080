/* SPDX-License-Identifier: BSD-2-Clause */
/* text: the one sanitiser for text from elsewhere, and the near-miss search behind "did you mean".
 *
 * File contents, interface names, aliases, hostnames, kernel messages and ping payloads pass
 * text_clean() before they reach a terminal or JSON: the kernel accepts ESC bytes in names. */
#ifndef VETHLAB_BASE_TEXT_H
#define VETHLAB_BASE_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Appends `len` bytes of `s` to `out` as valid UTF-8 without anything that acts on a terminal:
 * C0, DEL, C1, invalid UTF-8, bidirectional controls, zero-width and other format characters and
 * line separators come out as \xNN for each byte. A NUL inside `len` does too. */
void text_clean(struct buf *out, const char *s, size_t len);

/* The same as a string owned by the caller, of a NUL-terminated one; NULL gives "". */
char *text_clean_dup(const char *s);

/* Cleans into a fixed buffer and cuts at `size`, on a character boundary. Returns `to`. */
const char *text_clean_to(char *to, size_t size, const char *s);

/* True for a character that text_clean() does not let through. */
bool text_is_acting(uint32_t code);

/* Decodes one UTF-8 character of at most `len` bytes: its length 1-4 and *code, or 0 where it is
 * invalid (overlong, surrogate, above U+10FFFF, cut off). RFC 3629. */
size_t text_utf8_next(const char *s, size_t len, uint32_t *code);

/* Columns a cleaned string takes on a terminal; East Asian wide characters count 2, combining 0. */
size_t text_width(const char *s);

/* Bytes of `s` that fit in `columns`, cut on a character boundary. */
size_t text_fit(const char *s, size_t columns);

/* The entry of `list` (NULL-terminated) nearest to `word` by edit distance with transpositions, if
 * near enough to be what was meant (at most a third of its length, at least 1, or 2 in words that
 * begin alike, but something must be the same); else NULL. */
const char *text_nearest(const char *word, const char *const *list);

#endif
