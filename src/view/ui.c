/* SPDX-License-Identifier: BSD-2-Clause */
/* ui: see the header. Whatever is selected is looked up anew each time: links come and go. */
#include "view/ui.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "view/help.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ui_init(struct view_ui *ui, int64_t interval_ns)
{
    *ui = (struct view_ui){.rows = 24, .cols = 80, .interval_ns = interval_ns};
}

/* --- what is selected ------------------------------------------------------------------------- */

size_t ui_node(const struct view_ui *ui, const struct view_data *d)
{
    if (d->nodes == 0)
        return 0;
    return ui->node < d->nodes ? ui->node : d->nodes - 1;
}

size_t ui_ping(const struct view_ui *ui, const struct view_data *d)
{
    size_t pings = d->nodes ? d->node[ui_node(ui, d)].pings : 0;
    return ui->ping < pings ? ui->ping : pings;
}

const struct snap_if *ui_link(const struct view_ui *ui, const struct view_data *d)
{
    if (d->nodes == 0 || ui_ping(ui, d))
        return NULL;
    const struct snap_node *n = &d->snap->node[ui_node(ui, d)];
    const struct snap_if *known = snap_if_by_index(n, ui->ifindex);
    if (known || n->ifs == 0)
        return known;
    _cleanup_free_ const struct snap_if **list = view_links(n);
    return list[0];
}

struct ui_page ui_page(const struct view_ui *ui, const struct view_data *d)
{
    struct ui_page p = {.panes =
                            ui->cols >= 2 * UI_PANE_COLS ? (size_t)ui->cols / UI_PANE_COLS : 1};
    if (p.panes > d->nodes)
        p.panes = d->nodes ? d->nodes : 1;
    p.first = ui_node(ui, d) / p.panes * p.panes;
    if (p.first + p.panes > d->nodes) /* the last page is full too: it begins earlier */
        p.first = d->nodes > p.panes ? d->nodes - p.panes : 0;
    p.count = d->nodes - p.first < p.panes ? d->nodes - p.first : p.panes;
    return p;
}

/* --- moving ----------------------------------------------------------------------------------- */

static enum ui_wish go_to_node(struct view_ui *ui, const struct view_data *d, size_t node)
{
    size_t before = ui_node(ui, d);
    ui->node = node;
    ui->node = ui_node(ui, d);
    if (ui->node != before) {
        ui->ifindex = 0;
        ui->ping = 0;
    }
    return WISH_NOTHING;
}

static enum ui_wish turn_page(struct view_ui *ui, const struct view_data *d, bool on)
{
    struct ui_page p = ui_page(ui, d);
    size_t page = ui_node(ui, d) / p.panes;
    if (on)
        return go_to_node(ui, d, (page + 1) * p.panes);
    return go_to_node(ui, d, page ? (page - 1) * p.panes : 0);
}

/* Links and then pings are one list, in which the selection moves by one. */
static enum ui_wish move_selection(struct view_ui *ui, const struct view_data *d, bool on)
{
    if (d->nodes == 0)
        return WISH_NOTHING;
    size_t node = ui_node(ui, d), at = 0;
    const struct snap_node *n = &d->snap->node[node];
    const struct snap_if *selected = ui_link(ui, d);
    size_t all = n->ifs + d->node[node].pings;
    _cleanup_free_ const struct snap_if **list = view_links(n);
    if (ui_ping(ui, d))
        at = n->ifs + ui_ping(ui, d) - 1;
    else
        while (at < n->ifs && list[at] != selected)
            at++;
    bool nothing = !selected && !ui_ping(ui, d); /* then the first one comes, a ping */
    if (on ? at + !nothing >= all : at == 0)
        return WISH_NOTHING;
    at = on ? at + !nothing : at - 1;
    ui->ping = at < n->ifs ? 0 : at - n->ifs + 1;
    ui->ifindex = at < n->ifs ? list[at]->index : 0;
    return WISH_NOTHING;
}

static enum ui_wish act_in_help(struct view_ui *ui, enum ui_action action)
{
    bool on = action == UI_NEXT || action == UI_PAGE_ON;
    bool back = action == UI_PREVIOUS || action == UI_PAGE_BACK;
    if (on && ui->help_top + 1 < help_lines())
        ui->help_top++;
    else if (back && ui->help_top > 0)
        ui->help_top--;
    else if (!on && !back && action != UI_REDRAW)
        ui->help = false;
    return action == UI_REDRAW ? WISH_REDRAW : WISH_NOTHING;
}

/* --- what else a key can mean ----------------------------------------------------------------- */

void ui_say(struct view_ui *ui, const struct view_data *d, bool bad, const char *text)
{
    text_clean_to(ui->message, sizeof ui->message, text);
    ui->message_bad = bad;
    ui->message_until_ns = d->now_ns + UI_MESSAGE_NS;
}

bool ui_has_message(const struct view_ui *ui, const struct view_data *d)
{
    return ui->message[0] && d->now_ns < ui->message_until_ns;
}

static enum ui_wish set_link(struct view_ui *ui, const struct view_data *d, enum ui_wish wish)
{
    if (d->gone) {
        ui_say(ui, d, true, "the lab has ended");
        return WISH_NOTHING;
    }
    if (!ui_link(ui, d)) {
        ui_say(ui, d, true, "no link is selected here");
        return WISH_NOTHING;
    }
    return wish;
}

static enum ui_wish reset(struct view_ui *ui, struct view_data *d)
{
    for (size_t i = 0; i < d->nodes; i++)
        for (size_t k = 0; k < d->node[i].pings; k++)
            view_ping_reset(&d->node[i].ping[k]);
    ui_say(ui, d, false, "the pings are counted anew");
    return WISH_RESET;
}

static enum ui_wish set_interval(struct view_ui *ui, const struct view_data *d, bool slower)
{
    static const int64_t steps_ms[] = {50, 100, 200, 500, 1000, 2000, 5000, 10000};
    const size_t steps = ARRAY_LEN(steps_ms);
    size_t at = 0;
    if (slower) {
        while (at + 1 < steps && steps_ms[at] * CLOCK_NS_PER_MS <= ui->interval_ns)
            at++;
    } else {
        for (at = steps - 1; at && steps_ms[at] * CLOCK_NS_PER_MS >= ui->interval_ns;)
            at--;
    }
    char text[64];
    ui->interval_ns = steps_ms[at] * CLOCK_NS_PER_MS;
    snprintf(text, sizeof text, "a ping every %g s", (double)steps_ms[at] / 1000);
    ui_say(ui, d, false, text);
    return WISH_INTERVAL;
}

static enum ui_wish hold_picture(struct view_ui *ui, const struct view_data *d)
{
    ui->paused = !ui->paused;
    ui_say(ui, d, false,
           ui->paused ? "the picture stands still: Space goes on" : "it is live again");
    return WISH_PAUSE;
}

static enum ui_wish open_help(struct view_ui *ui)
{
    ui->help = true;
    ui->help_top = 0;
    return WISH_NOTHING;
}

enum ui_wish ui_act(struct view_ui *ui, enum ui_action action, struct view_data *d)
{
    size_t node = ui_node(ui, d);
    if (action == UI_NOTHING)
        return WISH_NOTHING;
    ui->message[0] = '\0';
    if (ui->help)
        return act_in_help(ui, action);
    if (action >= UI_JUMP_1 && action <= UI_JUMP_9)
        return (size_t)(action - UI_JUMP_1) < d->nodes
                   ? go_to_node(ui, d, (size_t)(action - UI_JUMP_1))
                   : WISH_NOTHING;
    switch (action) {
    case UI_PREVIOUS:
    case UI_NEXT:
        return move_selection(ui, d, action == UI_NEXT);
    case UI_LEFT:
        return go_to_node(ui, d, node ? node - 1 : 0);
    case UI_RIGHT:
        return go_to_node(ui, d, node + 1);
    case UI_ROUND:
        return go_to_node(ui, d, node + 1 < d->nodes ? node + 1 : 0);
    case UI_ROUND_BACK:
        return go_to_node(ui, d, node ? node - 1 : d->nodes);
    case UI_PAGE_BACK:
    case UI_PAGE_ON:
        return turn_page(ui, d, action == UI_PAGE_ON);
    case UI_FIRST:
        return go_to_node(ui, d, 0);
    case UI_LAST:
        return go_to_node(ui, d, d->nodes);
    case UI_SET_UP:
        return set_link(ui, d, WISH_LINK_UP);
    case UI_SET_DOWN:
        return set_link(ui, d, WISH_LINK_DOWN);
    case UI_PAUSE:
        return hold_picture(ui, d);
    case UI_RESET:
        return reset(ui, d);
    case UI_SLOWER:
    case UI_FASTER:
        return set_interval(ui, d, action == UI_SLOWER);
    case UI_HELP:
        return open_help(ui);
    case UI_REDRAW:
        return WISH_REDRAW;
    case UI_QUIT:
        return WISH_QUIT;
    default:
        return WISH_NOTHING;
    }
}
