/* SPDX-License-Identifier: BSD-2-Clause */
/* shellinput: see the header. */
#include "view/shellinput.h"

#include "base/clock.h"
#include "base/mem.h"
#include "view/keys.h"
#include "view/scene.h"

#define FIRST_ROWS  10 /* of a terminal that is not laid out yet */
#define FIRST_COLS  80
#define WHEEL_LINES 3
/* Whoever types ahead does not know yet that the shell has ended. */
#define DEAF_NS (300 * CLOCK_NS_PER_MS)

/* A program is told when it gets the keys and when it loses them. */
static void tell_focus(struct shellinput *x)
{
    size_t now = x->ui->shell_keys ? ui_node(x->ui, x->data) : SHELLS_ALL;
    if (now == x->focused)
        return;
    if (x->focused != SHELLS_ALL)
        shells_focus(x->shells, x->focused, false);
    if (now != SHELLS_ALL)
        shells_focus(x->shells, now, true);
    x->focused = now;
}

void shellinput_layout(struct shellinput *x)
{
    struct area a;
    shells_show(x->shells);
    ui_keep_shell(x->ui, x->data);
    tell_focus(x);
    for (size_t i = 0; i < x->data->nodes; i++)
        if (scene_shell_area(x->data, x->ui, i, &a) && a.rows >= 2 && a.cols >= 2)
            shells_resize(x->shells, i, a.rows, a.cols);
}

void shellinput_insert_nodes(struct shellinput *x, size_t at, size_t count)
{
    x->focused += x->focused != SHELLS_ALL && x->focused >= at ? count : 0;
}

static void open_shell(struct shellinput *x)
{
    struct err e = ERR_INIT;
    size_t node = ui_node(x->ui, x->data);
    if (shells_open(x->shells, node, FIRST_ROWS, FIRST_COLS, &e) < 0) {
        ui_act(x->ui, UI_SHELL_LEAVE, x->data);
        ui_say(x->ui, x->data, true, e.text);
    }
    shellinput_layout(x);
}

bool shellinput_take_end(struct shellinput *x)
{
    size_t node = ui_node(x->ui, x->data);
    if (!x->ui->shell_keys || !x->data->nodes || !x->data->node[node].shell.ended)
        return false;
    _cleanup_free_ char *text =
        mem_printf("the shell of %s has ended, exit code %d: Enter opens a new one",
                   x->data->snap->node[node].name, x->data->node[node].shell.code);
    ui_leave_shell(x->ui);
    x->data->now_ns = clock_mono_ns();
    ui_say(x->ui, x->data, false, text);
    x->ui->deaf_until_ns = x->data->now_ns + DEAF_NS;
    return true;
}

bool shellinput_grant(struct shellinput *x, enum ui_wish wish, int key)
{
    size_t node = ui_node(x->ui, x->data), whom = x->ui->shell_all ? SHELLS_ALL : node;
    if (wish == WISH_SHELL) {
        open_shell(x);
    } else if (wish == WISH_SHELL_END) {
        shells_end(x->shells, node);
    } else if (wish == WISH_SCROLL) {
        shells_scroll(x->shells, node, x->ui->scroll);
    } else if (wish == WISH_TYPE) {
        if (shells_key(x->shells, whom, key))
            return false;
        ui_say(x->ui, x->data, true, "the program in the shell reads nothing: the key is lost");
    }
    return true;
}

bool shellinput_paste(struct shellinput *x, const char *text, size_t len)
{
    const struct view_ui *ui = x->ui;
    if (scene_is_too_small(ui->rows, ui->cols) || ui->prompt.open || ui->question)
        return false;
    if (!ui->shell_keys || ui->shell_prefix || ui->shell_scroll || ui->help)
        return false;
    if (!shells_paste(x->shells, ui->shell_all ? SHELLS_ALL : ui_node(ui, x->data), text, len))
        ui_say(x->ui, x->data, true, "the program in the shell reads nothing: the paste is lost");
    return true;
}

/* --- mouse ------------------------------------------------------------------------------------ */

/* On the screen of a program that draws all of it, as less, arrows do what the wheel means. */
static void turn_wheel(struct shellinput *x, size_t node, const struct term_mouse *m)
{
    const struct term *t = x->data->node[node].shell.term;
    bool back = m->button == TERM_WHEEL_UP;
    if (term_wants_mouse(t)) {
        shells_mouse(x->shells, node, m);
        return;
    }
    for (int i = 0; i < WHEEL_LINES && term_is_alternate(t); i++)
        shells_key(x->shells, node, back ? VIEW_KEY_UP : VIEW_KEY_DOWN);
    shells_scroll(x->shells, node, back ? WHEEL_LINES : -WHEEL_LINES);
    if (x->ui->shell_keys && node == ui_node(x->ui, x->data))
        x->ui->shell_scroll = term_scrolled(t) > 0;
}

/* True if it is for a shell, or for nobody. */
static bool point_at_shell(struct shellinput *x, size_t node, const struct term_mouse *inside)
{
    struct view_ui *ui = x->ui;
    bool has_keys = ui->shell_keys && node == ui_node(ui, x->data);
    if (inside->button >= TERM_WHEEL_UP) {
        turn_wheel(x, node, inside);
    } else if (has_keys) {
        shells_mouse(x->shells, node, inside);
    } else if (inside->what == TERM_MOUSE_PRESS) {
        ui_focus(ui, x->data, node);
        shellinput_grant(x, ui_act(ui, UI_SHELL, x->data), 0);
    }
    return true;
}

bool shellinput_mouse(struct shellinput *x, const struct term_mouse *m)
{
    struct view_ui *ui = x->ui;
    struct area a;
    size_t node;
    if (ui->help || ui->menu || ui->prompt.open || ui->output_open || ui->screen != UI_PANES ||
        scene_is_too_small(ui->rows, ui->cols))
        return false;
    if (scene_node_at(x->data, ui, m->row, m->col, &node) &&
        scene_shell_area(x->data, ui, node, &a) && m->row >= a.row && m->row < a.row + a.rows &&
        m->col >= a.col && m->col < a.col + a.cols) {
        struct term_mouse inside = *m;
        inside.row -= a.row;
        inside.col -= a.col;
        return point_at_shell(x, node, &inside);
    }
    if (ui->shell_keys && m->what == TERM_MOUSE_PRESS && m->button < TERM_WHEEL_UP &&
        m->row < ui->rows - 1) /* there stand keys */
        ui_act(ui, UI_SHELL_LEAVE, x->data);
    return false;
}
