/* SPDX-License-Identifier: BSD-2-Clause */
/* mouse: see the header. */
#include "view/mouse.h"

#include "view/keys.h"
#include "view/scene.h"

#define WHEEL_LINES 3

struct hit mouse_hit(const struct view_ui *ui, const struct view_data *d, int row, int col)
{
    struct canvas c;
    struct hits hits = {.row = row, .col = col};
    canvas_init(&c, ui->rows, ui->cols, ui->ascii);
    c.hits = &hits;
    scene_draw(d, ui, &c);
    canvas_fini(&c);
    return hits.found;
}

static void go(struct view_ui *ui, const struct view_data *d, size_t node)
{
    ui->paused = false;
    if (node == ui_node(ui, d))
        return;
    ui->node = node;
    ui->ifindex = 0;
    ui->ping = 0;
}

static enum ui_wish wheel(struct view_ui *ui, bool up, const struct hit *h, struct view_data *d)
{
    bool text = ui->help || ui->output_open || h->kind == HIT_LOG;
    enum ui_wish wish = WISH_NOTHING;
    if (text) {
        for (int i = 0; i < WHEEL_LINES && wish == WISH_NOTHING; i++)
            wish = ui_act(ui, up ? UI_PREVIOUS : UI_NEXT, d);
        return wish;
    }
    if (h->kind == HIT_ROW)
        return ui_act(ui, up ? UI_LEFT : UI_RIGHT, d);
    if (h->kind == HIT_PANE || h->kind == HIT_LINK || h->kind == HIT_PING)
        go(ui, d, h->node);
    else if (h->kind != HIT_MAP)
        return WISH_NOTHING;
    return ui_act(ui, up ? UI_PREVIOUS : UI_NEXT, d);
}

/* False: nothing that can be selected is there. */
static bool select_it(struct view_ui *ui, struct hit h, int row, int col, const struct view_data *d)
{
    struct map_sel sel;
    if (h.kind == HIT_MAP) {
        if (!ui->map || !map_hit(ui->map, row, col, &sel) || sel.node >= d->nodes ||
            !nodes_match(d, sel.node, ui->filter))
            return false;
        h = (struct hit){sel.ifindex ? HIT_LINK : HIT_ROW, sel.node, sel.ifindex};
    }
    if (h.kind != HIT_PANE && h.kind != HIT_LINK && h.kind != HIT_PING && h.kind != HIT_ROW)
        return false;
    go(ui, d, h.node);
    if (h.kind == HIT_LINK) {
        ui->ifindex = h.id;
        ui->ping = 0;
    } else if (h.kind == HIT_PING) {
        ui->ping = h.id;
    }
    return true;
}

static bool is_second(struct view_ui *ui, const struct term_mouse *m, const struct view_data *d)
{
    bool twice = ui->click_ns && d->now_ns - ui->click_ns <= MOUSE_TWICE_NS &&
                 ui->click_row == m->row && ui->click_col == m->col;
    ui->click_ns = twice ? 0 : d->now_ns;
    ui->click_row = m->row;
    ui->click_col = m->col;
    return twice;
}

static enum ui_wish click(struct view_ui *ui, const struct term_mouse *m, const struct hit *h,
                          struct view_data *d)
{
    bool twice = is_second(ui, m, d), panes = ui->screen == UI_PANES;
    if (h->kind == HIT_KEY && !ui->help)
        return keys_press(ui, (int)h->id, d);
    if (ui->help || ui->output_open)
        return h->kind == HIT_HELP || h->kind == HIT_OUTPUT ? WISH_NOTHING
                                                            : ui_act(ui, UI_CLOSE, d);
    if (ui->menu)
        return WISH_NOTHING;
    if (twice) /* of what the first one selected, which may have moved since */
        return ui_act(ui, panes ? UI_ZOOM : UI_GO, d);
    ui->paused = false;
    if (select_it(ui, *h, m->row, m->col, d))
        ui->message[0] = '\0';
    else
        ui->click_ns = 0;
    return WISH_NOTHING;
}

enum ui_wish mouse_act(struct view_ui *ui, const struct term_mouse *m, struct view_data *d)
{
    if (m->what != TERM_MOUSE_PRESS || ui->prompt.open || scene_is_too_small(ui->rows, ui->cols))
        return WISH_NOTHING;
    struct hit h = mouse_hit(ui, d, m->row, m->col);
    if (m->button == TERM_WHEEL_UP || m->button == TERM_WHEEL_DOWN)
        return ui->menu || ui->shell_keys ? WISH_NOTHING
                                          : wheel(ui, m->button == TERM_WHEEL_UP, &h, d);
    return m->button == TERM_BUTTON_LEFT ? click(ui, m, &h, d) : WISH_NOTHING;
}
