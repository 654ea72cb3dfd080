/* SPDX-License-Identifier: BSD-2-Clause */
/* deeds: what a person who looks at a lab does to it, and to what it is asked: links, processes,
 * pings, and the questions that come before. */
#ifndef VETHLAB_VIEW_DEEDS_H
#define VETHLAB_VIEW_DEEDS_H

#include "view/action.h"
#include "view/logfile.h"
#include "view/session.h"
#include "view/ui.h"

struct actor;
struct eventlog;

/* A ping that was added or taken away; by names, since nodes come and go. */
struct deeds_ping {
    int64_t at_ns;
    char *node; /* owned */
    struct ip_addr addr;
    bool removed;
};

struct deeds {
    struct session *session; /* all borrowed */
    struct view_ui *ui;
    struct eventlog *log;    /* what was done goes into both */
    struct logfile *file;    /* or NULL */
    void (*said)(void *ctx); /* something was said (ui_say()): a frame is wanted now */
    void *ctx;
    struct deeds_ping *ping; /* owned; the oldest first */
    size_t pings, ping_room;
    char *kill_node, *kill_which; /* owned; that is asked about */
    struct actor *actor;          /* owned; the rest is set before deeds_start() */
};

/* 0 or -errno. */
int deeds_start(struct deeds *d, struct loop *loop, const struct lab *lab, struct err *e);
void deeds_end(struct deeds *d); /* also where it was not started */

/* What came of it is said. False: the wish is none of these. */
bool deeds_grant(struct deeds *d, enum ui_wish wish);

#endif
