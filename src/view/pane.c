/* SPDX-License-Identifier: BSD-2-Clause */
/* pane: see the header. First the plan is made (view/pane_plan.h), then it is drawn. */
#include "view/pane.h"

#include "base/mem.h"
#include "view/frame.h"
#include "view/hits.h"
#include "view/lesson.h"
#include "view/pane_plan.h"

#include <stdio.h>

#define EXPAND_ROWS 12 /* a lower pane has no room for the selected item's details */
#define BOX_ROWS    8  /* a smaller pane has no box, only a line with its title */
#define HINT_ROWS   12
#define BOX_COLS    24

static const struct snap_node *node_of(const struct pane *p)
{
    return &p->d->snap->node[p->node];
}

/* --- the sections ----------------------------------------------------------------------------- */

static bool has_pings(const struct pane *p)
{
    return p->d->node[p->node].pings > 0;
}

static bool has_shell(const struct pane *p)
{
    return p->d->node[p->node].shell.term;
}

const struct pane_section pane_sections[SECTION_COUNT] = {
    [SECTION_LINKS] = {.name = "links",
                       .standard = true,
                       .rank = 2,
                       .weight = 2,
                       .least = 1,
                       .header = pane_links_header,
                       .draw = pane_links},
    [SECTION_ADDRS] = {.name = "addresses",
                       .standard = true,
                       .rank = 4,
                       .weight = 1,
                       .least = 1,
                       .header = pane_addrs_header,
                       .draw = pane_addrs},
    [SECTION_ROUTES] = {.name = "routes", .rank = 5, .weight = 1, .least = 1, .draw = pane_routes},
    [SECTION_NEIGHS] =
        {.name = "neighbours", .rank = 6, .weight = 1, .least = 1, .draw = pane_neighs},
    [SECTION_PINGS] = {.name = "ping",
                       .standard = true,
                       .rank = 3,
                       .weight = 2,
                       .least = 1,
                       .has = has_pings,
                       .header = pane_pings_header,
                       .draw = pane_pings},
    [SECTION_LOG] = {.name = "events",
                     .fills = true,
                     .rank = 5,
                     .weight = 1,
                     .least = 2,
                     .has = pane_log_has,
                     .draw = pane_log},
    [SECTION_SHELL] = {.name = "shell",
                       .standard = true,
                       .fills = true,
                       .rank = 5,
                       .weight = 8,
                       .least = 3,
                       .has = has_shell,
                       .draw = pane_shell},
};

/* --- drawing ---------------------------------------------------------------------------------- */

/* By which number another node reaches this one, as far as there is room before column `right`. */
static int draw_pid(const struct pane *p, struct area a, int col, int right,
                    enum canvas_style style)
{
    size_t seer = nodes_seer(p->d, p->node);
    int pid = p->d->node[p->node].lab_pid;
    if (seer == p->d->nodes || node_of(p)->gone)
        return col;
    _cleanup_free_ char *whole = mem_printf("(pid %d in %s) ", pid, p->d->snap->node[seer].name);
    _cleanup_free_ char *brief = mem_printf("(pid %d) ", pid);
    const char *text = col + canvas_width(a.canvas, whole) < right ? whole : brief;
    if (col + canvas_width(a.canvas, text) >= right)
        return col;
    return area_text(a, 0, col, style, text);
}

/* The node's number, by which a key goes to it, and its name; and what its first section is, if
 * that is not what one expects. */
static void draw_title(const struct pane *p, struct area a, const struct pane_plan *plan,
                       const struct pane_list *first, bool boxed)
{
    enum canvas_style style = p->focused ? STYLE_FOCUS : STYLE_TITLE;
    int right = frame_hidden(a, 0, a.cols - boxed, style, first->before, first->after);
    const struct snap_node *n = node_of(p);
    char number[32];
    int col = boxed ? 2 : 1;
    snprintf(number, sizeof number, " %zu ", p->node + 1);
    col = area_text(a, 0, col, style, number);
    bool absent = p->d->node[p->node].absent; /* then all of the pane says so */
    const char *state = n->gone && !absent ? " (ended)" : n->incomplete ? " (changing)" : "";
    int width = canvas_width(a.canvas, n->name);
    int room = right - col - 1 - canvas_width(a.canvas, state);
    col = area_text_in(a, 0, col, width < room ? width : room, style, n->name);
    col = area_text(a, 0, col, STYLE_BAD, state);
    col = area_text(a, 0, col, style, " ");
    col = draw_pid(p, a, col, right, style);
    if (n->gone || plan->count == 0 || plan->share[0].section == SECTION_LINKS)
        return;
    const char *section = pane_sections[plan->share[0].section].name;
    if (col + canvas_width(a.canvas, section) + 2 < right) {
        col = area_text(a, 0, col, style, section);
        area_text(a, 0, col, style, " ");
    }
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

static bool is_boxed(struct area a)
{
    return a.rows >= BOX_ROWS && a.cols >= BOX_COLS;
}

static struct area inside(struct area a)
{
    return is_boxed(a) ? area_part(a, 1, 1, a.rows - 2, a.cols - 2)
                       : area_part(a, 1, 0, a.rows - 1, a.cols);
}

/* A header stands over rows only. */
static struct pane_list draw_section(const struct pane *p, struct area a,
                                     const struct pane_share *s)
{
    const struct pane_section *x = &pane_sections[s->section];
    struct pane_list all = pane_measure(p, s->section, a, s->detail);
    if (s->header && all.rows > 0) {
        x->header(p, area_part(a, 0, 0, 1, a.cols));
        a = area_part(a, 1, 0, a.rows - 1, a.cols);
    }
    return x->draw(p, a, x->fills ? 0 : rows_to_skip(&all, a.rows), s->detail);
}

static void draw_divider(const struct pane *p, struct area a, int row, enum ui_section s,
                         const struct pane_list *l)
{
    bool boxed = is_boxed(a);
    if (boxed)
        frame_divider(a, row, p->focused);
    else
        frame_rule(a, row, false);
    int col = area_text(a, row, boxed ? 2 : 1, STYLE_TITLE, " ");
    col = area_text(a, row, col, STYLE_TITLE, pane_sections[s].name);
    if (s == SECTION_SHELL && p->shell_all && !p->d->node[p->node].shell.ended)
        col = area_text(a, row, col, STYLE_WARN, ": keys to ALL");
    area_text(a, row, col, STYLE_TITLE, " ");
    frame_hidden(a, row, a.cols - boxed, STYLE_TITLE, l->before, l->after);
}

/* A node that has no links yet is where they are laid by hand. */
static void draw_hint(const struct pane *p, struct area in, const struct pane_plan *plan)
{
    const struct pane_share *last = plan->count == 1 ? &plan->share[0] : NULL;
    if (!p->enters || !last || last->section != SECTION_LINKS || node_of(p)->ifs > 1 ||
        in.rows < HINT_ROWS)
        return;
    int row = in.rows - 1;
    if (lesson_has(p->d))
        area_text_in(in, row--, 1, in.cols - 1, STYLE_DIM, "?: how the nodes are linked by hand");
    area_text_in(in, row, 1, in.cols - 1, STYLE_DIM, "Enter: a root shell in this node");
}

static void draw_sections(const struct pane *p, struct area a, const struct pane_plan *plan)
{
    struct area in = inside(a);
    int row = 0;
    draw_hint(p, in, plan);
    for (int i = 0; i < plan->count; i++) {
        const struct pane_share *s = &plan->share[i];
        int divider = row, rows = s->rows + s->header;
        row += i > 0;
        struct pane_list l = draw_section(p, area_part(in, row, 0, rows, in.cols), s);
        if (i > 0)
            draw_divider(p, a, divider + in.row - a.row, s->section, &l);
        else
            draw_title(p, a, plan, &l, is_boxed(a));
        row += rows + (plan->air && i + 1 < plan->count);
    }
}

static bool expands(const struct pane *p, struct area in)
{
    return in.rows >= EXPAND_ROWS && !pane_has_shell(p);
}

/* Of one that has ended nothing. */
static struct pane_plan plan_of(const struct pane *p, struct area in)
{
    struct pane shown = *p;
    shown.expand = expands(p, in);
    return node_of(p)->gone ? (struct pane_plan){.count = 0} : pane_plan(&shown, in);
}

void pane_draw(const struct pane *p, struct area a)
{
    struct area in = inside(a);
    struct pane shown = *p;
    struct pane_plan plan = plan_of(p, in);
    hits_mark(a, (struct hit){HIT_PANE, p->node, 0});
    shown.expand = expands(p, in);
    shown.strip_rows = plan.strip_rows;
    if (is_boxed(a))
        frame_box(a, p->focused);
    else
        frame_rule(a, 0, p->focused);
    draw_sections(&shown, a, &plan);
    if (plan.count > 0)
        return;
    bool absent = p->d->node[p->node].absent, gone = node_of(p)->gone && !absent;
    draw_title(p, a, &plan, &(struct pane_list){0}, is_boxed(a));
    area_text_in(in, 0, 1, in.cols - 1, gone ? STYLE_BAD : STYLE_DIM,
                 gone     ? "this node has ended"
                 : absent ? "not made yet"
                          : "nothing to show here");
}

bool pane_shell_area(const struct pane *p, struct area a, struct area *shell)
{
    struct area in = inside(a);
    struct pane_plan plan = plan_of(p, in);
    int row = 0;
    for (int i = 0; i < plan.count; i++) {
        const struct pane_share *s = &plan.share[i];
        row += (i > 0) + s->header;
        *shell = area_part(in, row, 0, s->rows, in.cols);
        if (s->section == SECTION_SHELL)
            return true;
        row += s->rows + (plan.air && i + 1 < plan.count);
    }
    return false;
}

/* Addresses can be the links' lines. */
unsigned pane_sections_told(const struct pane *p, struct area a)
{
    struct area in = inside(a);
    struct pane shown = *p;
    struct pane_plan plan = plan_of(p, in);
    unsigned told = 0;
    shown.expand = expands(p, in);
    for (int i = 0; i < plan.count; i++) {
        const struct pane_share *s = &plan.share[i];
        told |= 1u << s->section;
        if (s->section == SECTION_LINKS && pane_links_tell_addrs(&shown, in, s->detail))
            told |= 1u << SECTION_ADDRS;
    }
    return told;
}

int pane_rows(const struct pane *p, int cols, bool ascii)
{
    struct canvas none;
    canvas_init(&none, 0, cols, ascii);
    struct area in = inside((struct area){&none, 0, 0, BOX_ROWS, cols}); /* as wide as it will be */
    int rows = 2;
    for (int s = 0; s < SECTION_COUNT && !node_of(p)->gone; s++) {
        const struct pane_section *x = &pane_sections[s];
        if (!pane_shows(p, (enum ui_section)s))
            continue;
        int needs = x->fills ? x->least : pane_measure(p, (enum ui_section)s, in, DETAIL_ALL).rows;
        rows += (rows > 2) + pane_has_header(p, (enum ui_section)s) + (needs > 0 ? needs : 1);
    }
    canvas_fini(&none);
    rows = rows > 2 ? rows : 4; /* a sentence stands there */
    if (cols < BOX_COLS)
        return rows - 1;
    return rows < BOX_ROWS ? BOX_ROWS : rows;
}
