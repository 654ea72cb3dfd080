/* SPDX-License-Identifier: BSD-2-Clause */
/* doing: see the header. Here nothing is done: a wish comes out, which view/deeds grants; ui->doing
 * is on while the menu of `a` is open. */
#include "view/doing.h"

#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum needs { NEEDS_NOTHING, NEEDS_LINK, NEEDS_NODE, NEEDS_PING };

static const char *name_of(const struct view_data *d, size_t node)
{
    return d->snap->node[node].name;
}

static bool has(const struct view_ui *ui, const struct view_data *d, enum needs what)
{
    switch (what) {
    case NEEDS_LINK:
        return ui_link(ui, d);
    case NEEDS_NODE:
        return ui_has_node(ui, d) && !d->snap->node[ui_node(ui, d)].gone;
    case NEEDS_PING:
        return ui_ping(ui, d);
    default:
        return true;
    }
}

static enum ui_wish ask_mtu(struct view_ui *ui, const struct view_data *d)
{
    const struct snap_if *i = ui_link(ui, d);
    char now[16];
    _cleanup_free_ char *title =
        mem_printf("mtu of %s in %s: ", i->name, name_of(d, ui_node(ui, d)));
    snprintf(now, sizeof now, "%" PRIu32, i->mtu);
    ui_ask_with(ui, PROMPT_MTU, title, now);
    ui->prompt.proposed = true;
    return WISH_NOTHING;
}

static enum ui_wish ask_ping(struct view_ui *ui, const struct view_data *d)
{
    _cleanup_free_ char *title =
        mem_printf("%s pings (node or address; or FROM TO): ", name_of(d, ui_node(ui, d)));
    ui_ask_with(ui, PROMPT_PING, title, "");
    return WISH_NOTHING;
}

static enum ui_wish ping_from(struct view_ui *ui, const struct view_data *d)
{
    size_t node = ui_node(ui, d);
    if (ui->ping_from && ui->ping_from - 1 != node && ui->ping_from <= d->nodes)
        return WISH_PING;
    if (ui->ping_from) {
        ui->ping_from = 0;
        ui_say(ui, d, false, "no ping from here");
        return WISH_NOTHING;
    }
    ui->ping_from = node + 1;
    _cleanup_free_ char *text = mem_printf(
        "from %s: go to the node that it shall ping, and press T there", name_of(d, node));
    ui_say(ui, d, false, text);
    return WISH_NOTHING;
}

static enum ui_wish open_menu(struct view_ui *ui, const struct view_data *d)
{
    (void)d;
    ui->doing = true;
    return WISH_NOTHING;
}

/* An action with `ask` is the ui's own at first. */
static const struct doing {
    enum ui_action action;
    enum needs needs;
    enum ui_wish wish;
    enum ui_wish (*ask)(struct view_ui *ui, const struct view_data *d);
} doings[] = {
    {UI_SET_UP, NEEDS_LINK, WISH_LINK_UP, NULL},
    {UI_SET_DOWN, NEEDS_LINK, WISH_LINK_DOWN, NULL},
    {UI_DO, NEEDS_NODE, WISH_NOTHING, open_menu},
    {UI_FLAP, NEEDS_LINK, WISH_FLAP, NULL},
    {UI_CUT, NEEDS_LINK, WISH_CUT, NULL},
    {UI_MTU, NEEDS_LINK, WISH_NOTHING, ask_mtu},
    {UI_KILL, NEEDS_NODE, WISH_KILL, NULL},
    {UI_UNDO, NEEDS_NOTHING, WISH_UNDO, NULL},
    {UI_PING_ADD, NEEDS_NODE, WISH_NOTHING, ask_ping},
    {UI_PING_FROM, NEEDS_NODE, WISH_NOTHING, ping_from},
    {UI_PING_REMOVE, NEEDS_PING, WISH_UNPING, NULL},
};

static const char *const missing[] = {
    [NEEDS_NOTHING] = "",
    [NEEDS_LINK] = "no link is selected here",
    [NEEDS_NODE] = "no node is selected here",
    [NEEDS_PING] = "no ping is selected here",
};

bool doing_act(struct view_ui *ui, enum ui_action action, const struct view_data *d,
               enum ui_wish *wish)
{
    const struct doing *x = NULL;
    for (size_t i = 0; i < ARRAY_LEN(doings); i++)
        if (doings[i].action == action)
            x = &doings[i];
    *wish = WISH_NOTHING;
    if (!x)
        return false;
    ui->doing = false;
    if (d->gone || !has(ui, d, x->needs))
        ui_say(ui, d, true, d->gone ? "the lab has ended" : missing[x->needs]);
    else
        *wish = x->ask ? x->ask(ui, d) : x->wish;
    return true;
}
