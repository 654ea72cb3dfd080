/* SPDX-License-Identifier: BSD-2-Clause */
/* pane: one node: its sections below one another. For the scene only.
 *
 * A list (links, pings) has three degrees of detail; what does not fit into a row as a column goes
 * into lines below it, where there is room for these. The order in which things give way:
 *   too narrow   links: addresses, peer, MAC, rates leave the row for the lines below; then the
 *                state's column shrinks. Pings: strip, times, address, SEQ, LOSS likewise.
 *   too low      pings' detail, links' detail, each in two steps, the pings first; the headers;
 *                then all lists scroll, with what is hidden told in the line above them, and share
 *                the rows by weight; then sections go, the one with the highest rank first, but
 *                not the one in which something is selected.
 * The peer of a link stays as long as its addresses do. lo comes last in the table; in the forms of
 * ip(8) it stands where its index puts it, and where none is selected it is the first to be
 * scrolled away. What is left out of a link is marked behind what is told of it.
 *
 * With a shell in it, heights depend on nothing that is selected, nor on where the keys go: a
 * program in there would be told of a new size each time. So the shell stays and nothing is
 * expanded. It has half of the rows, then less, before addresses and peers are left out; zoomed, it
 * has three quarters, then half, before other sections but the links go. Beside lists that scroll
 * it keeps three eighths; zoomed three quarters, or half beside links in the forms of ip(8). */
#ifndef VETHLAB_VIEW_PANE_H
#define VETHLAB_VIEW_PANE_H

#include "view/canvas.h"
#include "view/data.h"
#include "view/ui.h"

enum pane_detail { DETAIL_ROW, DETAIL_SHORT, DETAIL_ALL };

struct pane {
    const struct view_data *d;
    size_t node;
    enum ui_form form;
    bool focused;               /* drawn with double lines; only here something is selected */
    bool shell_keys;            /* its shell has the keys */
    bool shell_all;             /* all shells have them */
    bool enters;                /* Enter opens a shell in it */
    bool zoomed;                /* it has the screen alone because that was asked for */
    const struct snap_if *link; /* the selected one, or NULL */
    size_t ping;                /* the selected one from 1, or 0 */
    int strip_rows;             /* of a ping's strip, where it has lines of its own */
    bool expand; /* the selected one is shown in all detail whatever the others are */
};

/* Where the items of a list came to lie, for scrolling. */
struct pane_list {
    int rows;          /* of all items */
    int selected, end; /* first row of the selected item and the row after it; 0, 0: none */
    int before, after; /* items that begin above the area, or end below it */
};

/* Draws all items into `a`, the first one `skip` rows above its top. `a` may have no rows: then the
 * list is only measured. */
typedef struct pane_list pane_draw_fn(const struct pane *p, struct area a, int skip,
                                      enum pane_detail detail);

/* What makes a section; without `draw` it can not be chosen. */
struct pane_section {
    const char *name;                                    /* in the line above it */
    bool standard;                                       /* shown from the beginning */
    bool fills;                                          /* takes what room is left */
    int rank, weight, least;                             /* as told above; rows at least */
    bool (*has)(const struct pane *p);                   /* something to show; NULL: always */
    void (*header)(const struct pane *p, struct area a); /* of its table, a row; or NULL */
    pane_draw_fn *draw;
};
extern const struct pane_section pane_sections[SECTION_COUNT];

pane_draw_fn pane_links, pane_addrs, pane_routes, pane_neighs, pane_pings, pane_shell, pane_log;
struct pane_list pane_ip_links(const struct pane *p, struct area a, int skip); /* p->form */
bool pane_log_has(const struct pane *p);
bool pane_has_addrs(const struct pane *p); /* others than those that lo always has */
/* Whether the links' lines, or one of them, have addresses. */
bool pane_links_tell_addrs(const struct pane *p, struct area a, enum pane_detail detail);
void pane_links_header(const struct pane *p, struct area a);
void pane_addrs_header(const struct pane *p, struct area a);
void pane_pings_header(const struct pane *p, struct area a);

/* Draws the node into `a`. */
void pane_draw(const struct pane *p, struct area a);
/* The part of `a` in which its shell is seen, if it has one; false: it is not. */
bool pane_shell_area(const struct pane *p, struct area a, struct area *shell);
/* Which sections are told in it, as bits: where there is no room for all, some are not. */
unsigned pane_sections_told(const struct pane *p, struct area a);
/* The rows that it takes, if nothing is left out, `cols` wide. */
int pane_rows(const struct pane *p, int cols, bool ascii);

#endif
