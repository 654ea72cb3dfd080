/* SPDX-License-Identifier: BSD-2-Clause */
/* value: one option's value: from text, checked, and told as words. */
#ifndef VETHLAB_VERB_VALUE_H
#define VETHLAB_VERB_VALUE_H

#include "base/buf.h"
#include "base/err.h"
#include "verb/verb.h"

/* Puts `text` (NULL for flags) into the field of `options` that `o` describes. -EINVAL with
 * EXIT_USAGE: '--count wants a number from 1 to 10, not "x"'. */
int value_set(const struct opt *o, const char *text, void *options, struct err *e);

/* Fills every option that has one with its preset. */
void value_presets(const struct opt *opts, void *options);

/* What may be given, for the help: "0.002 to 3600 seconds; default 1". Nothing for flags and text
 * without a preset. */
void value_describe(const struct opt *o, struct buf *out);

#endif
