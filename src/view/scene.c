/* SPDX-License-Identifier: BSD-2-Clause */
/* scene: the top line, the middle, the bar, the bottom line, and the help over them. */
#include "view/scene.h"

#include "view/command.h"
#include "view/events.h"
#include "view/frame.h"
#include "view/help.h"
#include "view/hits.h"
#include "view/list.h"
#include "view/map.h"
#include "view/output.h"
#include "view/pane.h"

#include <stdio.h>
#include <stdlib.h>

/* --- panes ------------------------------------------------------------------------------------ */

struct area scene_pane_area(struct area a, size_t at, size_t of, size_t across)
{
    size_t down = (of + across - 1) / across, row = at / across, col = at % across;
    size_t here = row + 1 < down ? across : of - row * across;
    int top = (int)((size_t)a.rows * row / down), left = (int)((size_t)a.cols * col / here);
    int bottom = (int)((size_t)a.rows * (row + 1) / down);
    int right = (int)((size_t)a.cols * (col + 1) / here);
    return area_part(a, top, left, bottom - top, right - left);
}

static struct pane pane_of(size_t node, const struct view_data *d, const struct view_ui *ui)
{
    struct pane p = {.d = d,
                     .node = node,
                     .form = ui->form,
                     .zoomed = ui->zoom,
                     .shell_all = ui->shell_all && ui->shell_keys};
    if (node != ui_node(ui, d))
        return p;
    p.focused = true;
    p.enters = !ui->stepping;
    p.shell_keys = ui->shell_keys;
    p.link = ui_link(ui, d);
    p.ping = ui_ping(ui, d);
    return p;
}

static void draw_panes(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct nodes_list l = nodes_list(d, ui->filter, NODES_NUMBER, false);
    struct ui_page page = ui_page(ui, d);
    for (size_t i = 0; i < page.count; i++) {
        struct pane p = pane_of(l.node[page.first + i], d, ui);
        pane_draw(&p, scene_pane_area(a, i, page.count, page.across));
    }
    free(l.node);
    events_draw_newest(a, d);
}

/* A frame of which nothing is remembered is laid out by itself. */
static void draw_map(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct map *once = ui->map ? NULL : map_new();
    const struct snap_if *link = ui_link(ui, d);
    map_draw(ui->map ? ui->map : once, a, d,
             &(struct map_wish){.sel = {ui_node(ui, d), link ? link->index : 0},
                                .filter = ui->filter,
                                .form = ui->map_form});
    map_free(once);
    hits_mark(a, (struct hit){HIT_MAP, 0, 0});
}

/* Where the node's pane is, if it is on the page. `none` becomes a canvas without cells. */
static bool pane_area(const struct view_data *d, const struct view_ui *ui, size_t node,
                      struct canvas *none, struct area *a)
{
    *none = (struct canvas){.rows = ui->rows, .cols = ui->cols, .ascii = ui->ascii};
    struct nodes_list l = nodes_list(d, ui->filter, NODES_NUMBER, false);
    struct ui_page page = ui_page(ui, d);
    bool found = false;
    struct area middle = {none, 1, 0, ui_middle_rows(ui), ui->cols};
    for (size_t i = 0; i < page.count && !found && ui->screen == UI_PANES; i++) {
        found = l.node[page.first + i] == node;
        *a = scene_pane_area(middle, i, page.count, page.across);
    }
    free(l.node);
    return found;
}

bool scene_shell_area(const struct view_data *d, const struct view_ui *ui, size_t node,
                      struct area *shell)
{
    struct area a;
    struct canvas none;
    if (!d->node[node].shell.term || !pane_area(d, ui, node, &none, &a))
        return false;
    struct pane p = pane_of(node, d, ui);
    bool seen = pane_shell_area(&p, a, shell);
    shell->canvas = NULL;
    return seen;
}

unsigned scene_sections_told(const struct view_data *d, const struct view_ui *ui, size_t node)
{
    struct area a;
    struct canvas none;
    struct pane p = pane_of(node, d, ui);
    return pane_area(d, ui, node, &none, &a) ? pane_sections_told(&p, a) : 0;
}

bool scene_node_at(const struct view_data *d, const struct view_ui *ui, int row, int col,
                   size_t *node)
{
    struct area a;
    struct canvas none;
    for (*node = 0; *node < d->nodes; (*node)++)
        if (pane_area(d, ui, *node, &none, &a) && row >= a.row && row < a.row + a.rows &&
            col >= a.col && col < a.col + a.cols)
            return true;
    return false;
}

const struct scene_screen scene_screens[UI_SCREEN_COUNT] = {
    [UI_PANES] = {"panes", draw_panes},
    [UI_LIST] = {"list", list_draw},
    [UI_MAP] = {"map", draw_map},
    [UI_LOG] = {"events", events_draw},
};

/* --- the frame -------------------------------------------------------------------------------- */

bool scene_is_too_small(int rows, int cols)
{
    return rows < SCENE_ROWS_MIN || cols < SCENE_COLS_MIN;
}

static void draw_too_small(struct area a)
{
    char has[40], needs[40];
    struct flow f = {.a = a};
    snprintf(has, sizeof has, "%dx%d", a.cols, a.rows);
    snprintf(needs, sizeof needs, "needs %dx%d", SCENE_COLS_MIN, SCENE_ROWS_MIN);
    flow_add(&f, STYLE_WARN, "too small:");
    flow_add(&f, STYLE_WARN, has);
    flow_add(&f, STYLE_WARN, needs);
    flow_add(&f, STYLE_DIM, "q: quit");
}

static void draw_middle(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    const char *why = NULL;
    if (d->nodes == 0)
        why = "this lab has no nodes";
    else if (!ui_has_node(ui, d) && ui->screen != UI_LOG)
        why = "no node matches the filter: Esc takes it away";
    if (why)
        area_text_in(a, a.rows / 2, 1, a.cols - 1, STYLE_DIM, why);
    else if (scene_screens[ui->screen].draw)
        scene_screens[ui->screen].draw(a, d, ui);
    if (ui->screen == UI_LOG)
        hits_mark(a, (struct hit){HIT_LOG, 0, 0});
}

/* Above the line of the palette: the verbs that it can become. */
static void draw_hints(struct area a, const struct view_ui *ui)
{
    int at[COMMAND_HINTS], count = command_hints(ui->prompt.text, ui->verbs, at);
    bool one = count == 1 && a.rows > 1;
    int rows = one ? 2 : count < a.rows ? count : a.rows, name = 0;
    struct area box = area_part(a, a.rows - rows, 0, rows, a.cols);
    area_fill(box, STYLE_HELP, " ");
    for (int i = 0; i < count; i++) {
        int width = canvas_width(a.canvas, ui->verbs[at[i]].name);
        name = width > name ? width : name;
    }
    int more = command_more(ui->prompt.text, ui->verbs) - count;
    for (int i = 0; i < count; i++) {
        const struct view_verb *v = &ui->verbs[at[i]];
        area_text(box, i, 1, STYLE_KEY, v->name);
        area_text_in(box, i, name + 3, a.cols - name - 4, STYLE_HELP, v->summary);
        if (one)
            area_text_in(box, 1, name + 3, a.cols - name - 4, STYLE_DIM, v->synopsis);
    }
    char text[32];
    snprintf(text, sizeof text, " %d more: Tab ", more);
    if (more > 0)
        area_text_right(box, rows - 1, 0, a.cols - 1, STYLE_KEY, text);
}

void scene_draw(const struct view_data *d, const struct view_ui *ui, struct canvas *c)
{
    struct area all = area_all(c);
    if (scene_is_too_small(c->rows, c->cols)) {
        draw_too_small(all);
        return;
    }
    struct view_ui here = *ui;
    here.rows = c->rows;
    here.cols = c->cols;
    int rows = ui_middle_rows(&here);
    struct area middle = area_part(all, 1, 0, rows, c->cols);
    scene_top(area_part(all, 0, 0, 1, c->cols), d, &here);
    draw_middle(middle, d, &here);
    if (ui->bar && rows < c->rows - 2)
        ui->bar->draw(area_part(all, 1 + rows, 0, ui->bar->rows, c->cols), ui->bar->ctx);
    scene_bottom(area_part(all, c->rows - 1, 0, 1, c->cols), d, &here);
    if (ui->output_open)
        output_draw(ui->output, middle, ui->output_top, ui->output_left);
    if (ui->help)
        help_draw(middle, d, ui);
    if (ui->prompt.open && ui->prompt.kind == PROMPT_COMMAND && ui->verbs)
        draw_hints(middle, ui);
}

void scene_draw_held(const struct canvas *held, const struct view_data *d, const struct view_ui *ui,
                     struct canvas *c)
{
    canvas_copy(c, held);
    if (scene_is_too_small(c->rows, c->cols))
        return;
    struct area all = area_all(c), bottom = area_part(all, c->rows - 1, 0, 1, c->cols);
    area_fill(bottom, STYLE_PLAIN, " ");
    scene_bottom(bottom, d, ui);
    if (ui->help)
        help_draw(area_part(all, 1, 0, ui_middle_rows(ui), c->cols), d, ui);
}
