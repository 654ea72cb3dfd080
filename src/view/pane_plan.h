/* SPDX-License-Identifier: BSD-2-Clause */
/* pane_plan: which sections of a pane are shown, in how many rows and in what detail. For pane.c
 * only. */
#ifndef VETHLAB_VIEW_PANE_PLAN_H
#define VETHLAB_VIEW_PANE_PLAN_H

#include "view/pane.h"

struct pane_share {
    enum ui_section section;
    enum pane_detail detail;
    int least, need, rows; /* without header and the line above */
    bool header;
};

struct pane_plan {
    struct pane_share share[SECTION_COUNT];
    int count;
    bool air;       /* a free row at the end of each section but the last */
    int strip_rows; /* struct pane */
};

/* `in`: the inside of the pane; p->expand is set. */
struct pane_plan pane_plan(const struct pane *p, struct area in);

/* Whether the section is on and has something to show. */
bool pane_shows(const struct pane *p, enum ui_section s);

/* Whether a terminal is to be seen in it. */
bool pane_has_shell(const struct pane *p);

/* What ip(8) prints has none. */
bool pane_has_header(const struct pane *p, enum ui_section s);

/* The list, drawn nowhere. */
struct pane_list pane_measure(const struct pane *p, enum ui_section s, struct area a,
                              enum pane_detail detail);

#endif
