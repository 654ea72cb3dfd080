/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog: what happened in a lab, line by line and in order, and how that is shown. A plain value
 * without a clock and without a terminal.
 *
 * It is bounded in lines and bytes: the oldest go. A storm costs no more: of one interface (or what
 * else events come from) a few lines a moment are kept, and what comes beyond is folded into the
 * last of them, which then shows the newest event and how many others there were. */
#ifndef VETHLAB_VIEW_EVENTLOG_H
#define VETHLAB_VIEW_EVENTLOG_H

#include "model/snap.h"
#include "view/canvas.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENTLOG_LINES_MAX 10000
#define EVENTLOG_BYTES_MAX ((size_t)2 << 20) /* of text in all lines */
#define EVENTLOG_TEXT_MAX  1000              /* of one line; what is longer is cut */
#define EVENTLOG_MOMENT_NS (1000LL * 1000 * 1000)
#define EVENTLOG_BURST     6 /* lines of one source in a moment, before they are folded */

enum eventlog_kind { /* what a line is about: its sign (eventlog_sign) and its colour */
                     EVENTLOG_CAME,
                     EVENTLOG_WENT,
                     EVENTLOG_CHANGED,
                     EVENTLOG_TROUBLE, /* a duplicate address, events that were lost */
                     EVENTLOG_ENDED,   /* a node, the lab */
                     EVENTLOG_YOU,     /* done by whoever sits here */
                     EVENTLOG_KIND_COUNT
};

struct watch_event; /* live/watch.h */

struct eventlog_line {
    uint64_t number; /* 1, 2, ...: of all lines there ever were */
    int64_t at_real_ns, last_real_ns;
    int64_t last_ns; /* CLOCK_MONOTONIC of the newest event in it */
    int node;        /* index into snap.node, or SNAP_NODE_NONE */
    enum eventlog_kind kind;
    bool minor;      /* as in struct eventlog_entry */
    unsigned folded; /* so many others are in this line; its words are the newest one's */
    char *text;      /* owned, clean: "terminal2: ve1 lost carrier" */
    size_t words;    /* where in it "ve1 lost carrier" begins */
};

struct eventlog;

struct eventlog *eventlog_new(void);
void eventlog_free(struct eventlog *log); /* NULL is allowed */

/* What came from `source` (0: nothing is like it, never folded) at a time; `node_name` may be NULL,
 * names and words are borrowed and cleaned. */
struct eventlog_entry {
    int64_t at_ns, at_real_ns; /* CLOCK_MONOTONIC, CLOCK_REALTIME */
    int node;
    const char *node_name, *words;
    enum eventlog_kind kind;
    uint64_t source;
    bool minor; /* what follows from another that was told, or from nobody's deed */
};
void eventlog_put(struct eventlog *log, const struct eventlog_entry *entry);

/* An event of the watch in the words of live/watch_words.h; nothing for WATCH_STATS, and for a
 * state that says no more than was told (watch_words_implied()). */
void eventlog_add(struct eventlog *log, const struct watch_event *ev);

/* What the user did: "you: in terminal1: ip link set ve2 down". `node` as in the lines. */
void eventlog_note(struct eventlog *log, int64_t at_ns, int64_t at_real_ns, int node,
                   const char *node_name, const char *text);

/* So many nodes were put in at `at`: lines of those behind them are theirs still. */
void eventlog_insert_nodes(struct eventlog *log, size_t at, size_t count);

size_t eventlog_count(const struct eventlog *log); /* lines that are kept */
/* From 0, the oldest; borrowed until the next line comes. NULL beyond the last. */
const struct eventlog_line *eventlog_at(const struct eventlog *log, size_t i);
/* Of those at most so old, the newest one that is not minor, or else the newest; NULL: none.
 * Borrowed likewise. */
const struct eventlog_line *eventlog_newest(const struct eventlog *log, int64_t now_ns,
                                            int64_t age_ns);
size_t eventlog_bytes(const struct eventlog *log);    /* of their text */
uint64_t eventlog_events(const struct eventlog *log); /* all that ever came, folded ones too */

/* '+' came, '-' went, '~' changed, '!' trouble, 'x' ended, '>' you. */
char eventlog_sign(enum eventlog_kind kind);
enum canvas_style eventlog_style(enum eventlog_kind kind);

/* What of the log is looked at; all zero but the node: its end, everything. */
struct eventlog_view {
    int node;          /* only this one's lines; EVENTLOG_ALL_NODES */
    char filter[160];  /* only lines with this in "node: words"; case does not count; "": all */
    uint64_t bottom;   /* number of the line at the bottom; 0: the newest, whatever comes */
    bool without_node; /* the node's name is not shown: it is known */
};
#define EVENTLOG_ALL_NODES (-2)

bool eventlog_is_shown(const struct eventlog_line *line, const struct eventlog_view *view);

/* Moves by `lines` (negative: to older ones); at the newest line it follows again. INT_MAX and
 * INT_MIN are the two ends. `page`: lines that are on the screen, so that the oldest one comes to
 * rest at its top. */
void eventlog_scroll(const struct eventlog *log, struct eventlog_view *view, int lines, int page);

struct eventlog_shown {
    size_t above, below; /* lines that pass the filter and are beyond the area */
    size_t lines;        /* in the area, whole or in part */
    size_t others;       /* lines that do not pass it */
};

/* The lines that fit, the one at view->bottom last; long ones go on in further rows. */
struct eventlog_shown eventlog_draw(struct area a, const struct eventlog *log,
                                    const struct eventlog_view *view);

#endif
