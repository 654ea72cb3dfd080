/* SPDX-License-Identifier: BSD-2-Clause */
/* look: looks at a running lab, for `view` and `run`: on the terminal, or as text or JSON. */
#ifndef VETHLAB_VERB_LOOK_H
#define VETHLAB_VERB_LOOK_H

#include "base/clock.h"
#include "base/err.h"
#include "kernel/lab.h"
#include "verb/verb.h"
#include "view/settings.h"

#include <stdbool.h>
#include <stdint.h>

#define LOOK_INTERVAL_MIN_NS (10 * CLOCK_NS_PER_MS)
#define LOOK_INTERVAL_MAX_NS (3600 * CLOCK_NS_PER_S)
#define LOOK_INTERVAL_NS     CLOCK_NS_PER_S

/* Options of both verbs, for their tables; `type` is the verb's options struct. */
#define LOOK_OPT_INTERVAL(type)                                                                    \
    {                                                                                              \
        'i', "interval", OPT_SECONDS(LOOK_INTERVAL_MIN_NS, LOOK_INTERVAL_MAX_NS, NULL),            \
            offsetof(type, interval_ns), "SEC", "time between two pings: 1"                        \
    }
#define LOOK_OPT_THEME(type)                                                                       \
    {                                                                                              \
        0, "theme", OPT_WORD(look_themes, "auto"), offsetof(type, theme), "NAME",                  \
            "colours; auto: as the settings file says"                                             \
    }
extern const char *const look_themes[]; /* "auto", then theme_names */

struct view_steps;

struct look {
    int64_t interval_ns; /* 0: not given */
    bool once, json, ascii;
    int theme;                /* index in look_themes */
    struct settings settings; /* look_prepare() */
    int form;                 /* 0: as the settings say; else enum ui_form + 1 */
    unsigned sections;        /* view_parse_sections(); 0: the usual ones */
    bool must_answer;         /* with `once`: EXIT_FAILED with a ping unanswered or a node ended */
    bool stays;               /* without a screen: goes on for the log's sake after its frame */
    const struct view_steps *steps; /* view/stepping.h, or NULL */
    struct logfile *log;            /* from look_prepare(), or NULL */
    bool lab_goes;                  /* when the user leaves */
    bool has_screen;                /* look_prepare() */
};

/* True if it will be on the terminal, and stay until the user leaves. After look_prepare(). */
bool look_has_screen(const struct look *k);

/* Finds out whether there will be a screen, and says why a terminal has none: what is shown then is
 * plain text. Reads the user's settings where there will be one, which options come before, and
 * opens the file that `--log` names (NULL: none). Before anything is built and before the lab's
 * user namespace is entered. look_finish() in any case. */
int look_prepare(struct look *k, const char *log, struct err *e);
void look_finish(struct look *k);

/* Enters the lab's user namespace for good. Prints to standard output. The exit code, or -errno
 * with *e set. */
int look_at(struct lab *lab, const struct look *k, struct err *e);

#endif
