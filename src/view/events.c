/* SPDX-License-Identifier: BSD-2-Clause */
/* events: see the header. */
#include "view/events.h"

#include "base/mem.h"
#include "view/eventlog.h"
#include "view/frame.h"
#include "view/pane.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static struct eventlog_view view_of(const struct view_ui *ui, const struct view_data *d)
{
    struct eventlog_view view = ui->events;
    view.node = ui->events_of_node ? (int)ui_node(ui, d) : EVENTLOG_ALL_NODES;
    return view;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_header(struct area a, const struct view_data *d, const struct view_ui *ui,
                        const struct eventlog_shown *s)
{
    area_fill(a, STYLE_HEADER, " ");
    int right = frame_hidden(a, 0, a.cols, STYLE_HEADER, (int)s->above, (int)s->below);
    int col = area_text(a, 0, 0, STYLE_HEADER, "EVENTS");
    if (ui->events_of_node && d->nodes) {
        col = area_text(a, 0, col, STYLE_HEADER, " of ");
        col = area_text(a, 0, col, STYLE_FOCUS, d->snap->node[ui_node(ui, d)].name);
    }
    if (ui->events.filter[0]) {
        col = area_text(a, 0, col, STYLE_HEADER, " with \"");
        col = area_text(a, 0, col, STYLE_FOCUS, ui->events.filter);
        col = area_text(a, 0, col, STYLE_HEADER, "\"");
    }
    if (s->others && col < right)
        area_text_in(a, 0, col, right - col, STYLE_HEADER, ", others are hidden");
}

void events_draw(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct eventlog_view view = view_of(ui, d);
    struct area body = area_part(a, 1, 0, a.rows - 1, a.cols);
    struct eventlog_shown s = {0};
    if (d->log)
        s = eventlog_draw(body, d->log, &view);
    draw_header(area_part(a, 0, 0, 1, a.cols), d, ui, &s);
    if (s.lines == 0)
        area_text_in(body, 0, 0, body.cols, STYLE_DIM,
                     s.others ? "no event is like that" : "nothing has happened yet");
}

struct pane_list pane_log(const struct pane *p, struct area a, int skip, enum pane_detail detail)
{
    (void)skip, (void)detail;
    const struct eventlog_view view = {.node = (int)p->node, .without_node = true};
    struct area in = area_part(a, 0, 1, a.rows, a.cols - 2);
    if (a.rows <= 0)
        return (struct pane_list){0};
    struct eventlog_shown s = eventlog_draw(in, p->d->log, &view);
    if (s.lines == 0)
        area_text_in(in, 0, 0, in.cols, STYLE_DIM, "nothing has happened yet");
    return (struct pane_list){.rows = (int)s.lines, .before = (int)s.above};
}

bool pane_log_has(const struct pane *p)
{
    return p->d->log != NULL;
}

/* In a view of a few rows without boxes nothing is covered. */
static bool is_edge(struct area a)
{
    const struct canvas_cell *cell = canvas_at(a.canvas, a.row + a.rows - 1, a.col);
    return cell && (strcmp(cell->text, canvas_glyph(a.canvas, GLYPH_BOTTOM_LEFT)) == 0 ||
                    strcmp(cell->text, canvas_glyph(a.canvas, GLYPH_FOCUS_BOTTOM_LEFT)) == 0);
}

void events_draw_newest(struct area a, const struct view_data *d)
{
    const struct eventlog_line *l =
        d->log ? eventlog_newest(d->log, d->now_ns, EVENTS_NEWEST_NS) : NULL;
    if (!l || !is_edge(a))
        return;
    _cleanup_free_ char *text = mem_printf(" %c %s ", eventlog_sign(l->kind), l->text);
    int width = canvas_width(a.canvas, text), room = a.cols - 2, row = a.rows - 1;
    bool tight = width > room; /* then without the blanks */
    area_text_in(a, row, 1, tight ? room : width, eventlog_style(l->kind), text + tight);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void toggle_node(struct view_ui *ui)
{
    ui->events_of_node = !ui->events_of_node;
    ui->events.bottom = 0;
}

static bool close_something(struct view_ui *ui)
{
    bool something = ui->events.filter[0] || ui->events_of_node;
    ui->events.filter[0] = '\0';
    ui->events_of_node = false;
    return something;
}

bool events_act(struct view_ui *ui, enum ui_action action, const struct view_data *d)
{
    int page = ui_middle_rows(ui) - 1, lines = 0;
    switch (action) {
    case UI_PREVIOUS:
    case UI_NEXT:
        lines = action == UI_NEXT ? 1 : -1;
        break;
    case UI_PAGE_BACK:
    case UI_PAGE_ON:
        lines = page > 2 ? page - 1 : 1; /* one line stays, to go on reading from */
        lines = action == UI_PAGE_ON ? lines : -lines;
        break;
    case UI_FIRST:
    case UI_LAST:
        lines = action == UI_LAST ? INT_MAX : INT_MIN;
        break;
    case UI_EVENTS_NODE:
        toggle_node(ui);
        return true;
    case UI_FILTER:
        ui_ask(ui, PROMPT_EVENTS, ui->events.filter);
        return true;
    case UI_CLOSE:
        return close_something(ui);
    default:
        return false;
    }
    struct eventlog_view view = view_of(ui, d);
    if (d->log)
        eventlog_scroll(d->log, &view, lines, page);
    ui->events.bottom = view.bottom;
    return true;
}
