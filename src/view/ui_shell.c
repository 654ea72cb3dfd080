/* SPDX-License-Identifier: BSD-2-Clause */
/* ui_shell: keys while a shell has them: all are its own but those behind the prefix key. */
#include "view/ui.h"

#include "live/term.h"
#include "view/keys.h"

#include <limits.h>
#include <stdio.h>

const char *ui_prefix_way(const struct view_ui *ui, char way[16])
{
    char name[8];
    snprintf(way, 16, "%s%s", ui_prefix_name(ui, name), ui->in_tmux ? " twice" : "");
    return way;
}

const char *ui_prefix_name(const struct view_ui *ui, char name[8])
{
    snprintf(name, 8, "Ctrl-%c", ui->prefix > 0 && ui->prefix < 32 ? ui->prefix + 64 : '?');
    return name;
}

static const struct view_shell *shell_of(const struct view_ui *ui, const struct view_data *d)
{
    return &d->node[ui_node(ui, d)].shell;
}

/* Keys for all are a thing to know of: they end when the keys come back. So does what is only about
 * a shell that has them: it may have ended by itself. */
void ui_leave_shell(struct view_ui *ui)
{
    if (ui->question == QUESTION_SHELL_END)
        ui->question = QUESTION_NONE;
    ui->help = false;
    ui->shell_keys = ui->shell_prefix = ui->shell_scroll = ui->shell_all = false;
}

void ui_keep_shell(struct view_ui *ui, const struct view_data *d)
{
    if (!ui->shell_keys || !ui->filter[0] || d->nodes == 0 || ui_has_node(ui, d))
        return;
    char text[sizeof ui->message];
    snprintf(text, sizeof text, "the filter is taken away: %s does not match it any more",
             d->snap->node[ui_node(ui, d)].name);
    ui->filter[0] = '\0';
    ui_say(ui, d, false, text);
}

static enum ui_wish enter(struct view_ui *ui, struct view_data *d)
{
    if (d->gone) {
        ui_say(ui, d, true, "the lab has ended");
        return WISH_NOTHING;
    }
    if (!ui_has_node(ui, d))
        return WISH_NOTHING;
    size_t node = ui_node(ui, d);
    if (d->node[node].absent || d->snap->node[node].gone) {
        ui_leave_shell(ui);
        ui_say(ui, d, true, "this node does not run");
        return WISH_NOTHING;
    }
    ui->screen = UI_PANES;
    ui->node = node;
    ui->touched = true;
    ui->stray_prefix = false;
    ui->shell_keys = true;
    ui->shell_prefix = ui->shell_scroll = false;
    d->node[node].toggled &= ~(1u << SECTION_SHELL);
    return WISH_SHELL;
}

static enum ui_wish scroll(struct view_ui *ui, const struct view_data *d, int lines)
{
    const struct term *t = shell_of(ui, d)->term;
    if (!t)
        return WISH_NOTHING;
    ui->shell_scroll = lines > 0 || (lines > -term_scrolled(t) && term_scrolled(t) > 0);
    ui->scroll = lines;
    return WISH_SCROLL;
}

static int page_of(const struct view_ui *ui, const struct view_data *d)
{
    int rows = 2, cols;
    if (shell_of(ui, d)->term)
        term_size(shell_of(ui, d)->term, &rows, &cols);
    return rows > 2 ? rows - 1 : 1;
}

/* Of one that has ended already nothing is lost. */
static enum ui_wish end(struct view_ui *ui, const struct view_data *d)
{
    char text[sizeof ui->question_text];
    if (shell_of(ui, d)->ended) {
        ui_leave_shell(ui);
        return WISH_SHELL_END;
    }
    snprintf(text, sizeof text, "end the shell of %s and what runs in it? y yes, other keys no",
             d->snap->node[ui_node(ui, d)].name);
    ui_ask_yes(ui, QUESTION_SHELL_END, text);
    return WISH_NOTHING;
}

enum ui_wish ui_act_in_shell(struct view_ui *ui, enum ui_action action, struct view_data *d)
{
    switch (action) {
    case UI_SHELL:
        return enter(ui, d);
    case UI_SHELL_LEAVE:
        ui_leave_shell(ui);
        return WISH_NOTHING;
    case UI_SHELL_ALL:
        ui->shell_all = !ui->shell_all;
        return WISH_NOTHING;
    case UI_SHELL_END:
        return end(ui, d);
    case UI_SHELL_SCROLL:
        ui->shell_scroll = shell_of(ui, d)->term && !term_is_alternate(shell_of(ui, d)->term);
        return WISH_NOTHING;
    case UI_SCROLL_BACK:
    case UI_SCROLL_ON:
        return scroll(ui, d, action == UI_SCROLL_BACK ? 1 : -1);
    case UI_SCROLL_PAGE_BACK:
    case UI_SCROLL_PAGE_ON:
        return scroll(ui, d, action == UI_SCROLL_PAGE_BACK ? page_of(ui, d) : -page_of(ui, d));
    case UI_SCROLL_FIRST:
        return scroll(ui, d, INT_MAX);
    default: /* UI_SCROLL_LEAVE */
        return scroll(ui, d, -INT_MAX);
    }
}

/* Behind the prefix. Who goes to another node goes to its shell. */
static enum ui_wish press_behind_prefix(struct view_ui *ui, int key, struct view_data *d)
{
    enum ui_action action = key_action(IN_SHELL, key);
    ui->shell_prefix = false;
    if (key == ui->prefix) { /* typed twice it is the shell's */
        ui->in_tmux = false; /* one that takes it for itself lets no two through */
        return WISH_TYPE;
    }
    enum ui_wish wish = ui_act(ui, action, d);
    bool moves =
        (action >= UI_LEFT && action <= UI_LAST) || (action >= UI_JUMP_1 && action <= UI_JUMP_9);
    return moves && wish == WISH_NOTHING ? enter(ui, d) : wish;
}

static enum ui_wish press_ended(struct view_ui *ui, int key, struct view_data *d)
{
    if (key == '\r' || key == '\n')
        return ui_act(ui, UI_SHELL, d);
    if (key == 'q' || key == VIEW_KEY_ESCAPE)
        return ui_act(ui, UI_SHELL_LEAVE, d);
    return WISH_NOTHING;
}

enum ui_wish ui_press_in_shell(struct view_ui *ui, int key, struct view_data *d)
{
    if (ui->help)
        return ui_act(ui, key_action(IN_PANES, key), d);
    if (ui->shell_prefix)
        return press_behind_prefix(ui, key, d);
    if (key == ui->prefix) {
        ui->shell_prefix = true;
        return WISH_NOTHING;
    }
    if (ui->shell_scroll)
        return ui_act(ui, key_action(IN_SCROLL, key), d);
    return shell_of(ui, d)->ended ? press_ended(ui, key, d) : WISH_TYPE;
}
