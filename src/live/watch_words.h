/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_words: an event of a watch as a sentence and as a word for programs. */
#ifndef VETHLAB_LIVE_WATCH_WORDS_H
#define VETHLAB_LIVE_WATCH_WORDS_H

#include "base/buf.h"
#include "live/watch.h"

/* Appends the event in words, without time and without its own node: "ve1 lost carrier because its
 * peer ve2 in terminal1 was set down", "ve1 got 10.0.0.1/24". Clean text on one line. */
void watch_words(const struct watch_event *ev, struct buf *out);

/* A change of nothing but the state (UP, DOWN), which follows from carrier and IFF_UP: the kernel
 * tells it with them or up to a second later, as it happens to come. */
bool watch_words_implied(const struct watch_event *ev);

/* "link-changed", ...: does not change between releases. */
const char *watch_what_name(enum watch_what what);

#endif
