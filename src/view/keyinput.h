/* SPDX-License-Identifier: BSD-2-Clause */
/* keyinput: what a terminal sends, key by key, put together: pastes and the reports of the mouse
 * come in many parts; pure. Whatever is sent, keys are keys again soon: a paste whose end does not
 * come ends when nothing comes. */
#ifndef VETHLAB_VIEW_KEYINPUT_H
#define VETHLAB_VIEW_KEYINPUT_H

#include "base/buf.h"
#include "live/term_input.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYINPUT_PASTE_MAX (1024 * 1024)
#define KEYINPUT_PASTE_NS  (500LL * 1000 * 1000) /* without a part, and a paste is over */

/* Beside the characters and VIEW_KEY_* (view/keys.h): */
enum {
    SCREEN_KEY_NONE = -1,     /* none waits; the part was one of many */
    SCREEN_KEY_HANGUP = -2,   /* and none will ever come */
    SCREEN_KEY_OTHER = -3,    /* one that has no name here */
    SCREEN_KEY_PASTE = -4,    /* what was pasted */
    SCREEN_KEY_MOUSE = -5,    /* where the mouse is */
    SCREEN_KEY_TOO_LONG = -6, /* a paste of more than KEYINPUT_PASTE_MAX: nothing of it is kept */
};

enum keyinput_part {
    KEYINPUT_CHARACTER,
    KEYINPUT_KEY, /* VIEW_KEY_* or SCREEN_KEY_OTHER */
    KEYINPUT_PASTE,
    KEYINPUT_PASTE_END,
    KEYINPUT_MOUSE, /* characters follow: "code;column;row", then M or, at a release, m */
    KEYINPUT_PART_COUNT
};

/* Zeroed at first. */
struct keyinput {
    bool pasting, too_long;
    int64_t paste_ns; /* of the last part of the paste */
    struct buf paste; /* until the next one begins */
    char report[32];  /* of the mouse, as far as it has come */
    size_t report_len;
    struct term_mouse mouse;
};

void keyinput_fini(struct keyinput *k);

/* The key that is complete with this part, or SCREEN_KEY_NONE. */
int keyinput_take(struct keyinput *k, enum keyinput_part part, int key, int64_t now_ns);

/* Where no part waits: the paste that ended thereby, or SCREEN_KEY_NONE. */
int keyinput_idle(struct keyinput *k, int64_t now_ns);

/* When keyinput_idle() is to be asked again, if nothing comes; 0: never. */
int64_t keyinput_due_ns(const struct keyinput *k);

#endif
