/* SPDX-License-Identifier: BSD-2-Clause */
/* pane: see the header. First the plan is made, by measuring, then it is drawn. */
#include "view/pane.h"

#include "base/mem.h"
#include "view/frame.h"

#include <stdio.h>

#define EXPAND_ROWS    12 /* a lower pane has no room for the selected item's details */
#define BOX_ROWS       8  /* a smaller pane has no box, only a line with its title */
#define BOX_COLS       24
#define STRIP_ROWS_MAX 4
#define AIR_ROWS       3 /* as many must remain free */
#define HEADER_ROWS    8 /* in a lower one, where lists scroll, headers give way */

/* --- the plan --------------------------------------------------------------------------------- */

struct plan {
    enum pane_detail links, pings;
    bool headers;
    int link_rows, ping_rows; /* of the two lists; 0 pings: no such section */
    bool air;                 /* a free row before the pings */
    int strip_rows;           /* struct pane */
};

static struct pane_list measure(const struct pane *p, struct area a, bool pings,
                                enum pane_detail detail)
{
    a.rows = 0;
    return pings ? pane_pings(p, a, 0, detail) : pane_links(p, a, 0, detail);
}

static const struct snap_node *node_of(const struct pane *p)
{
    return &p->d->snap->node[p->node];
}

static bool has_pings(const struct pane *p)
{
    return p->d->node[p->node].pings > 0 && !node_of(p)->gone;
}

/* At least one row: "no links" stands there. */
static int rows_of_links(const struct pane *p, struct area a, enum pane_detail detail)
{
    int rows = measure(p, a, false, detail).rows;
    return rows ? rows : 1;
}

/* Neither list takes the room of the other while it needs less than half. */
static void share(struct plan *plan, int rows, int links, int pings)
{
    if (pings == 0 || links + pings <= rows)
        plan->link_rows = pings ? links : rows;
    else if (links <= rows / 2)
        plan->link_rows = links;
    else if (pings <= rows / 2)
        plan->link_rows = rows - pings;
    else
        plan->link_rows = rows - rows / 2;
    plan->ping_rows = pings ? rows - plan->link_rows : 0;
}

/* With room to spare the strips grow, so that they are seen from the last row of a lecture hall. */
static int highest_strip(const struct pane *p, struct area a, int rows)
{
    struct pane higher = *p;
    higher.strip_rows = STRIP_ROWS_MAX;
    while (higher.strip_rows > 1 && measure(&higher, a, true, DETAIL_ALL).rows > rows)
        higher.strip_rows--;
    return higher.strip_rows;
}

static struct plan make_plan(const struct pane *p, struct area a)
{
    static const struct {
        enum pane_detail links, pings;
    } steps[] = {
        {DETAIL_ALL, DETAIL_ALL},   {DETAIL_ALL, DETAIL_SHORT}, {DETAIL_SHORT, DETAIL_SHORT},
        {DETAIL_SHORT, DETAIL_ROW}, {DETAIL_ROW, DETAIL_ROW},
    };
    bool pings = has_pings(p) && a.rows >= 3;
    struct plan plan = {.headers = true, .strip_rows = 1};
    int links_need = 0, pings_need = 0;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        plan.links = steps[i].links;
        plan.pings = steps[i].pings;
        links_need = rows_of_links(p, a, plan.links);
        pings_need = pings ? measure(p, a, true, plan.pings).rows : 0;
        int left = a.rows - 1 - (pings ? 2 : 0); /* two headers and the line between */
        if (links_need + pings_need <= left) {
            plan.air = pings && left - links_need - pings_need >= AIR_ROWS;
            if (i == 0 && plan.air)
                plan.strip_rows = highest_strip(p, a, left - links_need - AIR_ROWS);
            share(&plan, left - plan.air, links_need, pings_need);
            return plan;
        }
    }
    int without = a.rows - (pings ? 1 : 0);
    plan.headers = a.rows >= HEADER_ROWS && links_need + pings_need > without;
    share(&plan, without - (plan.headers ? pings ? 2 : 1 : 0), links_need, pings_need);
    return plan;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* The node's number, by which a key goes to it, and its name. */
static void draw_title(const struct pane *p, struct area a, const struct pane_list *links,
                       bool boxed)
{
    enum canvas_style style = p->focused ? STYLE_FOCUS : STYLE_TITLE;
    int right = frame_hidden(a, 0, a.cols - boxed, style, links->before, links->after);
    const struct snap_node *n = node_of(p);
    char number[32];
    int col = boxed ? 2 : 1;
    snprintf(number, sizeof number, " %zu ", p->node + 1);
    col = area_text(a, 0, col, style, number);
    const char *state = n->gone ? " (ended)" : n->incomplete ? " (changing)" : "";
    int width = canvas_width(a.canvas, n->name);
    int room = right - col - 1 - canvas_width(a.canvas, state);
    col = area_text_in(a, 0, col, width < room ? width : room, style, n->name);
    col = area_text(a, 0, col, STYLE_BAD, state);
    area_text(a, 0, col, style, " ");
}

/* Rows to leave out at the top, so that the selected item is seen, in the middle where it can be.
 */
static int rows_to_skip(const struct pane_list *l, int rows)
{
    int height = l->end - l->selected;
    int skip = l->selected - (rows > height ? (rows - height) / 2 : 0);
    if (skip > l->rows - rows)
        skip = l->rows - rows;
    return skip > 0 ? skip : 0;
}

static struct pane_list draw_list(const struct pane *p, struct area a, bool pings,
                                  enum pane_detail detail)
{
    struct pane_list all = measure(p, a, pings, detail);
    int skip = rows_to_skip(&all, a.rows);
    return pings ? pane_pings(p, a, skip, detail) : pane_links(p, a, skip, detail);
}

static bool is_boxed(struct area a)
{
    return a.rows >= BOX_ROWS && a.cols >= BOX_COLS;
}

static struct area inside(struct area a)
{
    return is_boxed(a) ? area_part(a, 1, 1, a.rows - 2, a.cols - 2)
                       : area_part(a, 1, 0, a.rows - 1, a.cols);
}

static int draw_links(const struct pane *p, struct area in, const struct plan *plan,
                      struct pane_list *list)
{
    const struct snap_node *n = node_of(p);
    int row = 0;
    if (n->gone || n->ifs == 0) {
        area_text_in(in, 0, 1, in.cols - 1, n->gone ? STYLE_BAD : STYLE_DIM,
                     n->gone ? "this node has ended" : "no links");
        return 1;
    }
    if (plan->headers)
        pane_links_header(p, area_part(in, row++, 0, 1, in.cols));
    *list = draw_list(p, area_part(in, row, 0, plan->link_rows, in.cols), false, plan->links);
    return row + plan->link_rows + plan->air;
}

void pane_draw(const struct pane *p, struct area a)
{
    bool boxed = is_boxed(a);
    struct area in = inside(a);
    struct pane shown = *p;
    shown.expand = in.rows >= EXPAND_ROWS;
    struct plan plan = make_plan(&shown, in);
    shown.strip_rows = plan.strip_rows;
    struct pane_list links = {0}, pings = {0};
    if (boxed)
        frame_box(a, p->focused);
    else
        frame_rule(a, 0, p->focused);
    int row = draw_links(&shown, in, &plan, &links);
    draw_title(p, a, &links, boxed);
    if (plan.ping_rows <= 0)
        return;
    int divider = row++;
    if (plan.headers)
        pane_pings_header(&shown, area_part(in, row++, 0, 1, in.cols));
    pings = draw_list(&shown, area_part(in, row, 0, plan.ping_rows, in.cols), true, plan.pings);
    divider += in.row - a.row;
    if (boxed)
        frame_divider(a, divider, p->focused);
    else
        frame_rule(a, divider, false);
    area_text(a, divider, boxed ? 2 : 1, STYLE_TITLE, " ping ");
    frame_hidden(a, divider, a.cols - boxed, STYLE_TITLE, pings.before, pings.after);
}

int pane_rows(const struct pane *p, int cols, bool ascii)
{
    struct canvas none;
    canvas_init(&none, 0, cols, ascii);
    struct area in = inside((struct area){&none, 0, 0, BOX_ROWS, cols}); /* as wide as it will be */
    int rows = 3 + rows_of_links(p, in, DETAIL_ALL);
    if (has_pings(p))
        rows += 2 + measure(p, in, true, DETAIL_ALL).rows;
    canvas_fini(&none);
    if (cols < BOX_COLS)
        return rows - 1;
    return rows < BOX_ROWS ? BOX_ROWS : rows;
}
