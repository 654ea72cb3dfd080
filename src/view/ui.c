/* SPDX-License-Identifier: BSD-2-Clause */
/* ui: see the header. Whatever is selected is looked up anew each time: links come and go. */
#include "view/ui.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "view/command.h"
#include "view/doing.h"
#include "view/events.h"
#include "view/help.h"
#include "view/keys.h"
#include "view/output.h"
#include "view/pane.h"
#include "view/scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_COLS 20

void ui_init(struct view_ui *ui, int64_t interval_ns)
{
    *ui = (struct view_ui){.rows = 24, .cols = 80, .prefix = UI_PREFIX, .interval_ns = interval_ns};
}

/* --- what is selected ------------------------------------------------------------------------- */

size_t ui_node(const struct view_ui *ui, const struct view_data *d)
{
    size_t node = ui->node < d->nodes ? ui->node : d->nodes - 1;
    if (d->nodes == 0)
        return 0;
    if (ui->shell_keys) /* they do not go elsewhere because an address went: ui_keep_shell() */
        return node;
    for (size_t i = 0; i < d->nodes; i++)
        if (nodes_match(d, (node + i) % d->nodes, ui->filter))
            return (node + i) % d->nodes;
    return node;
}

bool ui_has_node(const struct view_ui *ui, const struct view_data *d)
{
    return d->nodes > 0 && nodes_match(d, ui_node(ui, d), ui->filter);
}

bool ui_has_section(const struct view_data *d, size_t node, enum ui_section s)
{
    return pane_sections[s].draw &&
           pane_sections[s].standard != !!(d->node[node].toggled & 1u << s);
}

static void set_section(struct view_data *d, size_t node, enum ui_section s, bool on)
{
    unsigned bit = 1u << s, toggled = d->node[node].toggled & ~bit;
    d->node[node].toggled = toggled | (on != pane_sections[s].standard ? bit : 0);
}

void ui_set_sections(struct view_data *d, unsigned bits)
{
    for (size_t i = 0; i < d->nodes; i++)
        for (int s = 0; s < SECTION_COUNT; s++)
            set_section(d, i, (enum ui_section)s, bits & (1u << s));
}

static size_t pings_shown(const struct view_ui *ui, const struct view_data *d)
{
    size_t node = ui_node(ui, d);
    bool shown = ui_has_node(ui, d) && ui_has_section(d, node, SECTION_PINGS);
    return shown ? d->node[node].pings : 0;
}

static bool is_shown(const struct view_ui *ui, const struct view_data *d, const struct snap_if *i)
{
    return ui->screen != UI_MAP || map_has_link(d, ui_node(ui, d), i);
}

static size_t links_shown(const struct view_ui *ui, const struct view_data *d)
{
    size_t node = ui_node(ui, d), count = 0;
    bool section = ui->screen == UI_MAP || ui_has_section(d, node, SECTION_LINKS);
    for (size_t i = 0; ui_has_node(ui, d) && section && i < d->snap->node[node].ifs; i++)
        count += is_shown(ui, d, &d->snap->node[node].iface[i]);
    return count;
}

/* As they are drawn: ip(8) has lo where its index puts it. Owned by the caller, as view_links(). */
static const struct snap_if **links_in_order(const struct view_ui *ui, const struct view_data *d)
{
    const struct snap_node *n = &d->snap->node[ui_node(ui, d)];
    const struct snap_if **list = view_links(n);
    size_t count = 0;
    for (size_t i = 0; i < n->ifs && ui->form != FORM_COMPACT && ui->screen != UI_MAP; i++)
        list[i] = &n->iface[i];
    for (size_t i = 0; i < n->ifs; i++)
        if (is_shown(ui, d, list[i]))
            list[count++] = list[i];
    return list;
}

size_t ui_ping(const struct view_ui *ui, const struct view_data *d)
{
    size_t pings = pings_shown(ui, d);
    return ui->ping < pings ? ui->ping : pings;
}

const struct snap_if *ui_link(const struct view_ui *ui, const struct view_data *d)
{
    if (links_shown(ui, d) == 0 || ui_ping(ui, d))
        return NULL;
    const struct snap_node *n = &d->snap->node[ui_node(ui, d)];
    const struct snap_if *known = snap_if_by_index(n, ui->ifindex);
    if (known && is_shown(ui, d, known))
        return known;
    _cleanup_free_ const struct snap_if **list = view_links(n);
    size_t first = 0;
    while (!is_shown(ui, d, list[first]))
        first++;
    return list[first];
}

/* --- pages ------------------------------------------------------------------------------------ */

int ui_middle_rows(const struct view_ui *ui)
{
    int rows = ui->rows - 2, bar = ui->bar ? ui->bar->rows : 0;
    return rows - bar >= UI_PANE_LEAST ? rows - bar : rows;
}

static size_t fits(int room, int each)
{
    return room >= 2 * each ? (size_t)(room / each) : 1;
}

/* As many as fit, in rows of about the same length. */
static void fit_panes(const struct view_ui *ui, struct ui_page *p)
{
    bool table = ui->form == FORM_COMPACT;
    size_t most = fits(ui->cols, table ? UI_PANE_COLS : UI_TEXT_COLS);
    p->panes = most * fits(ui_middle_rows(ui), table ? UI_PANE_ROWS : UI_TEXT_ROWS);
    p->panes = p->of < p->panes ? p->of : p->panes;
    size_t down = (p->panes + most - 1) / most;
    p->across = (p->panes + down - 1) / down;
}

/* As many as were asked for, beside one another where that is wide enough. */
static void set_panes(size_t want, const struct view_ui *ui, struct ui_page *p)
{
    size_t most = fits(ui->cols, UI_PANE_COLS / 2);
    size_t down = fits(ui_middle_rows(ui), UI_PANE_LEAST);
    bool wide = ui->cols >= 2 * UI_PANE_COLS || down == 1;
    want = want < p->of ? want : p->of;
    p->across = want > 1 && (wide || want > 2) ? 2 : 1;
    if (down == 1)
        p->across = want;
    p->across = p->across < most ? p->across : most;
    p->panes = p->across * down < want ? p->across * down : want;
}

struct ui_page ui_page(const struct view_ui *ui, const struct view_data *d)
{
    struct nodes_list l = nodes_list(d, ui->filter, NODES_NUMBER, false);
    struct ui_page p = {.of = l.count, .panes = 1, .across = 1};
    size_t at = nodes_find(&l, ui_node(ui, d));
    free(l.node);
    if (p.of == 0)
        return p;
    if (ui->zoom || ui->per_page)
        set_panes(ui->zoom ? 1 : ui->per_page, ui, &p);
    else
        fit_panes(ui, &p);
    p.first = at / p.panes * p.panes;
    if (p.first + p.panes > p.of) /* the last page is full too: it begins earlier */
        p.first = p.of - p.panes;
    p.count = p.panes;
    return p;
}

struct nodes_list ui_showing(const struct view_ui *ui, const struct view_data *d, unsigned sections)
{
    struct nodes_list l = nodes_list(d, ui ? ui->filter : "", NODES_NUMBER, false);
    struct ui_page page = {.count = l.count};
    size_t count = 0;
    if (ui && ui->screen != UI_PANES)
        page.count = 0;
    else if (ui)
        page = ui_page(ui, d);
    for (size_t i = 0; i < page.count; i++)
        for (int s = 0; s < SECTION_COUNT; s++)
            if (sections & (1u << s) &&
                ui_has_section(d, l.node[page.first + i], (enum ui_section)s)) {
                l.node[count++] = l.node[page.first + i];
                break;
            }
    l.count = count;
    return l;
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

void ui_focus(struct view_ui *ui, const struct view_data *d, size_t node)
{
    go_to_node(ui, d, node);
}

void ui_insert_nodes(struct view_ui *ui, size_t at, size_t count)
{
    ui->node += ui->node >= at ? count : 0;
    ui->ping_from += ui->ping_from > at ? count : 0;
}

/* How far `action` goes from place `at` of `count` in a list, in pages of `page`. */
static size_t place_after(enum ui_action action, size_t at, size_t count, size_t page)
{
    switch (action) {
    case UI_LEFT:
        return at ? at - 1 : 0;
    case UI_RIGHT:
        return at + 1 < count ? at + 1 : at;
    case UI_ROUND:
        return at + 1 < count ? at + 1 : 0;
    case UI_ROUND_BACK:
        return at ? at - 1 : count - 1;
    case UI_PAGE_BACK:
        return at / page ? (at / page - 1) * page : 0;
    case UI_PAGE_ON:
        return (at / page + 1) * page < count ? (at / page + 1) * page : count - 1;
    case UI_FIRST:
        return 0;
    default: /* UI_LAST */
        return count - 1;
    }
}

static enum ui_wish move_to_node(struct view_ui *ui, const struct view_data *d,
                                 enum ui_action action)
{
    bool list = ui->screen == UI_LIST;
    struct nodes_list l =
        nodes_list(d, ui->filter, list ? ui->sort : NODES_NUMBER, list && ui->sort_reverse);
    size_t rows = ui_middle_rows(ui) > 2 ? (size_t)ui_middle_rows(ui) - 1 : 1;
    size_t page = list ? rows : ui_page(ui, d).panes;
    size_t at = nodes_find(&l, ui_node(ui, d));
    if (l.count)
        go_to_node(ui, d, l.node[place_after(action, at, l.count, page)]);
    free(l.node);
    return WISH_NOTHING;
}

/* On the map: nodes that the filter hides are drawn there, and skipped. */
static enum ui_wish step(struct view_ui *ui, const struct view_data *d, enum map_dir dir)
{
    size_t node = ui_node(ui, d);
    const struct snap_if *link = ui_link(ui, d);
    struct map_sel to = {node, link ? link->index : 0};
    if (ui->map && map_step_link(ui->map, to, dir, &to)) {
        ui->ifindex = to.ifindex;
        ui->ping = 0;
        return WISH_NOTHING;
    }
    for (size_t i = 0; ui->map && i < d->nodes; i++) {
        node = map_step(ui->map, node, dir);
        if (node < d->nodes && nodes_match(d, node, ui->filter))
            return go_to_node(ui, d, node);
    }
    return WISH_NOTHING;
}

/* A node that the filter hides stays hidden. */
static enum ui_wish jump(struct view_ui *ui, const struct view_data *d, size_t node)
{
    char text[32];
    if (node < d->nodes)
        return nodes_match(d, node, ui->filter) ? go_to_node(ui, d, node) : WISH_NOTHING;
    snprintf(text, sizeof text, "there is no node %zu", node + 1);
    ui_say(ui, d, true, text);
    return WISH_NOTHING;
}

/* Links and then pings are one list, in which the selection moves by one. */
static enum ui_wish move_selection(struct view_ui *ui, const struct view_data *d, bool on)
{
    size_t links = links_shown(ui, d), at = 0;
    size_t all = links + (ui->screen == UI_MAP ? 0 : pings_shown(ui, d)); /* pings are no lines */
    if (all == 0)
        return WISH_NOTHING;
    const struct snap_if *selected = ui_link(ui, d);
    _cleanup_free_ const struct snap_if **list = links_in_order(ui, d);
    if (ui_ping(ui, d))
        at = links + ui_ping(ui, d) - 1;
    else
        while (at < links && list[at] != selected)
            at++;
    bool nothing = !selected && !ui_ping(ui, d); /* then the first one comes, a ping */
    if (on ? at + !nothing >= all : at == 0)
        return WISH_NOTHING;
    at = on ? at + !nothing : at - 1;
    ui->ping = at < links ? 0 : at - links + 1;
    ui->ifindex = at < links ? list[at]->index : 0;
    return WISH_NOTHING;
}

/* --- screens, panes, sections ----------------------------------------------------------------- */

/* Where nodes lie on the map is known when it was drawn; the next key may come before its frame. */
static void lay_out(const struct view_ui *ui, const struct view_data *d)
{
    struct canvas c;
    canvas_init(&c, ui->rows, ui->cols, ui->ascii);
    scene_draw(d, ui, &c);
    canvas_fini(&c);
}

static enum ui_wish show(struct view_ui *ui, const struct view_data *d, enum ui_screen screen)
{
    ui->screen = ui->screen == screen ? UI_PANES : screen;
    if (ui->screen == UI_MAP)
        lay_out(ui, d);
    return WISH_NOTHING;
}

static enum ui_wish change_per_page(struct view_ui *ui, const struct view_data *d)
{
    static const struct {
        size_t now, next;
        const char *text;
    } steps[] = {{0, 1, "one node a page"},
                 {1, 2, "two nodes a page"},
                 {2, 4, "four nodes a page"},
                 {4, 0, "as many nodes a page as fit"}};
    size_t at = 0;
    while (at + 1 < ARRAY_LEN(steps) && steps[at].now != ui->per_page)
        at++;
    ui->per_page = steps[at].next;
    ui->zoom = false;
    ui_say(ui, d, false, steps[at].text);
    return WISH_NOTHING;
}

static enum ui_wish change_form(struct view_ui *ui, const struct view_data *d)
{
    static const char *const text[FORM_COUNT] = {"links as a table", "links as `ip link` tells",
                                                 "links as `ip addr` tells"};
    ui->form = (enum ui_form)((ui->form + 1) % FORM_COUNT);
    ui_say(ui, d, false, text[ui->form]);
    return WISH_NOTHING;
}

static enum ui_wish change_map_form(struct view_ui *ui, const struct view_data *d)
{
    static const char *const text[MAP_FORM_COUNT] = {
        "the map as fits best", "the map as lines, if they have room",
        "the map as a table: where a row and a column meet, the link of the two",
        "the map as a list"};
    ui->map_form = (enum map_form)((ui->map_form + 1) % MAP_FORM_COUNT);
    ui_say(ui, d, false, text[ui->map_form]);
    return WISH_NOTHING;
}

static enum ui_wish open_menu(struct view_ui *ui, const struct view_data *d, bool for_all)
{
    ui->menu = ui_has_node(ui, d);
    ui->for_all = for_all;
    return WISH_NOTHING;
}

/* For all of them it becomes what it was not in the focused one. */
static enum ui_wish toggle(struct view_ui *ui, struct view_data *d, enum ui_section s)
{
    size_t node = ui_node(ui, d);
    if (!ui_has_node(ui, d) || !pane_sections[s].draw)
        return WISH_NOTHING;
    bool on = !ui_has_section(d, node, s);
    for (size_t i = 0; i < d->nodes; i++)
        if (i == node || ui->for_all)
            set_section(d, i, s, on);
    return WISH_NOTHING;
}

/* --- the prompt, the list --------------------------------------------------------------------- */

void ui_ask(struct view_ui *ui, enum prompt_kind kind, const char *text)
{
    const char *before = kind == PROMPT_EVENTS ? ui->events.filter : ui->filter;
    memcpy(ui->filter_before, before, sizeof ui->filter_before);
    prompt_open(&ui->prompt, kind, text);
}

void ui_ask_with(struct view_ui *ui, enum prompt_kind kind, const char *title, const char *text)
{
    ui_ask(ui, kind, text);
    text_clean_to(ui->prompt.title, sizeof ui->prompt.title, title);
}

/* The filter acts while it is typed. */
static void prompt_changed(struct view_ui *ui, const struct view_data *d)
{
    if (ui->prompt.kind == PROMPT_EVENTS)
        memcpy(ui->events.filter, ui->prompt.text, sizeof ui->prompt.text);
    if (ui->prompt.kind != PROMPT_FILTER)
        return;
    size_t before = ui_node(ui, d);
    memcpy(ui->filter, ui->prompt.text, sizeof ui->filter);
    if (ui_node(ui, d) != before) {
        ui->ifindex = 0;
        ui->ping = 0;
    }
    ui->node = ui_node(ui, d);
}

void ui_type(struct view_ui *ui, int character, const struct view_data *d)
{
    if (ui->prompt.open && prompt_insert(&ui->prompt, character))
        prompt_changed(ui, d);
}

/* Nodes, or for the palette whatever may stand there. The word that is completed is the one that
 * was typed, also while others were put in its place. */
static void complete(struct view_ui *ui, const struct view_data *d)
{
    static const struct view_verb none[1];
    const struct prompt *p = &ui->prompt;
    bool command = p->kind == PROMPT_COMMAND && ui->verbs;
    if (!command && p->kind != PROMPT_PING)
        return;
    _cleanup_free_ char *line = mem_printf("%.*s%s", (int)(p->candidate ? p->stem : p->cursor),
                                           p->text, p->candidate ? p->stem_text : "");
    char **words = command_words(command ? line : "x ", command ? ui->verbs : none, d, ui->files);
    if (prompt_complete(&ui->prompt, (const char *const *)words))
        prompt_changed(ui, d);
    command_words_free(words);
}

static enum ui_wish edit(struct view_ui *ui, const struct view_data *d, enum prompt_edit what)
{
    if (!ui->prompt.open)
        return WISH_NOTHING;
    if (what == EDIT_COMPLETE)
        complete(ui, d);
    else if (prompt_edit(&ui->prompt, what))
        prompt_changed(ui, d);
    bool nodes = ui->prompt.kind == PROMPT_FILTER, events = ui->prompt.kind == PROMPT_EVENTS;
    if (what == EDIT_CANCEL && (nodes || events))
        memcpy(nodes ? ui->filter : ui->events.filter, ui->filter_before, sizeof ui->filter);
    return what == EDIT_DONE && !nodes && !events ? WISH_PROMPT : WISH_NOTHING;
}

static enum ui_wish sort(struct view_ui *ui, enum ui_action action)
{
    if (action == UI_SORT_REVERSE) {
        ui->sort_reverse = !ui->sort_reverse;
        return WISH_NOTHING;
    }
    int by = (int)ui->sort + (action == UI_SORT_ON ? 1 : -1);
    if (by >= 0 && by < NODES_COLUMN_COUNT)
        ui->sort = (enum nodes_column)by;
    ui->sort_reverse = false;
    return WISH_NOTHING;
}

/* What was opened last is closed first. */
static enum ui_wish close_something(struct view_ui *ui)
{
    if (ui->menu || ui->doing)
        ui->menu = ui->doing = false;
    else if (ui->screen == UI_LIST && ui->filter[0]) /* it hides some of what is listed */
        ui->filter[0] = '\0';
    else if (ui->screen != UI_PANES)
        ui->screen = UI_PANES;
    else if (ui->filter[0])
        ui->filter[0] = '\0';
    else
        ui->zoom = false;
    return WISH_NOTHING;
}

/* Keys that move in it; any other closes it. */
static enum ui_wish act_in_help(struct view_ui *ui, const struct view_data *d,
                                enum ui_action action)
{
    int page = help_page(ui, d), last = help_lines(ui, d) - page;
    int top = ui->help_top < last ? ui->help_top : last; /* the screen may have grown */
    switch (action) {
    case UI_PREVIOUS:
    case UI_NEXT:
        top += action == UI_NEXT ? 1 : -1;
        break;
    case UI_PAGE_BACK:
    case UI_PAGE_ON:
        top += action == UI_PAGE_ON ? page : -page;
        break;
    case UI_FIRST:
    case UI_LAST:
        top = action == UI_FIRST ? 0 : last;
        break;
    case UI_REDRAW:
        return WISH_REDRAW;
    default:
        ui->help = false;
        return WISH_NOTHING;
    }
    ui->help_top = top > last ? last : top > 0 ? top : 0;
    return WISH_NOTHING;
}

/* The box over the middle of the screen. */
/* Of a table that is wider than its box. */
static void move_sideways(struct view_ui *ui, int by, int cols)
{
    int most = output_width(ui->output) - cols, left = ui->output_left + by;
    left = left < most ? left : most;
    ui->output_left = left > 0 ? left : 0;
}

static enum ui_wish act_in_output(struct view_ui *ui, enum ui_action action)
{
    int rows, cols, top = ui->output_top;
    output_room(ui->output, (struct area){NULL, 0, 0, ui_middle_rows(ui), ui->cols}, &rows, &cols);
    int last = output_rows(ui->output, cols) - rows, page = rows > 1 ? rows - 1 : 1;
    top = top < 0 || top > last ? last : top;
    if (action == UI_CLOSE)
        ui->output_open = false;
    else if (action == UI_PREVIOUS || action == UI_PAGE_BACK)
        top -= action == UI_PREVIOUS ? 1 : page;
    else if (action == UI_NEXT || action == UI_PAGE_ON)
        top += action == UI_NEXT ? 1 : page;
    else if (action == UI_FIRST || action == UI_LAST)
        top = action == UI_FIRST ? 0 : last;
    else if (action == UI_LEFT || action == UI_RIGHT)
        move_sideways(ui, action == UI_LEFT ? -SIDE_COLS : SIDE_COLS, cols);
    ui->output_top = top >= last ? -1 : top > 0 ? top : 0;
    return action == UI_INTERRUPT ? WISH_INTERRUPT : WISH_NOTHING;
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

/* What a held picture cannot show goes on with it: nobody shall take new values for held ones. */
static bool shows_anew(const struct view_ui *ui, enum ui_action action)
{
    return !ui->help && action != UI_PAUSE && action != UI_HELP && action != UI_DUMP &&
           action != UI_THEME && action != UI_REDRAW && action != UI_MOUSE;
}

static enum ui_wish open_palette(struct view_ui *ui, const struct view_data *d)
{
    if (ui->verbs)
        ui_ask(ui, PROMPT_COMMAND, "");
    else
        ui_say(ui, d, true, "no command can be run from here");
    return WISH_NOTHING;
}

static enum ui_wish change_mouse(struct view_ui *ui, const struct view_data *d)
{
    ui->mouse = !ui->mouse;
    ui_say(ui, d, false,
           ui->mouse ? "the mouse is the view's: Shift-drag selects text"
                     : "the mouse is the terminal's: it selects text");
    return WISH_MOUSE;
}

static enum ui_wish change_theme(struct view_ui *ui, const struct view_data *d)
{
    char text[64];
    ui->theme = (enum theme)((ui->theme + 1) % THEME_COUNT);
    snprintf(text, sizeof text, "colours: %s", theme_names[ui->theme]);
    ui_say(ui, d, false, text);
    return WISH_NOTHING;
}

static enum ui_wish open_help(struct view_ui *ui)
{
    ui->help = true;
    ui->help_top = 0;
    return WISH_NOTHING;
}

/* Actions that stand for a number: true if `action` is one of them, and *n it. */
static bool is_among(enum ui_action action, enum ui_action first, enum ui_action last, size_t *n)
{
    *n = action >= first ? (size_t)(action - first) : 0;
    return action >= first && action <= last;
}

static enum ui_wish act_on_view(struct view_ui *ui, enum ui_action action, struct view_data *d)
{
    size_t n;
    if (ui->screen == UI_LOG && !ui->prompt.open && events_act(ui, action, d))
        return WISH_NOTHING;
    if (is_among(action, UI_JUMP_1, UI_JUMP_9, &n))
        return jump(ui, d, n);
    if (is_among(action, UI_SHOW, UI_SHOW_LAST, &n))
        return show(ui, d, (enum ui_screen)n);
    if (is_among(action, UI_TOGGLE, UI_TOGGLE_LAST, &n))
        return toggle(ui, d, (enum ui_section)n);
    if (is_among(action, UI_EDIT, UI_EDIT_LAST, &n))
        return edit(ui, d, (enum prompt_edit)n);
    if (is_among(action, UI_STEP, UI_STEP_LAST, &n))
        return step(ui, d, (enum map_dir)n);
    if (is_among(action, UI_LEFT, UI_LAST, &n))
        return move_to_node(ui, d, action);
    if (is_among(action, UI_SORT_BACK, UI_SORT_REVERSE, &n))
        return sort(ui, action);
    switch (action) {
    case UI_PREVIOUS:
    case UI_NEXT:
        return move_selection(ui, d, action == UI_NEXT);
    case UI_GO:
        return show(ui, d, UI_PANES);
    case UI_PER_PAGE:
        return change_per_page(ui, d);
    case UI_ZOOM:
        ui->zoom = !ui->zoom;
        return WISH_NOTHING;
    case UI_SECTIONS:
    case UI_SECTIONS_ALL:
        return open_menu(ui, d, action == UI_SECTIONS_ALL);
    case UI_FORM:
        return ui->screen == UI_MAP ? change_map_form(ui, d) : change_form(ui, d);
    case UI_FILTER:
        ui_ask(ui, PROMPT_FILTER, ui->filter);
        return WISH_NOTHING;
    default: /* UI_CLOSE */
        return close_something(ui);
    }
}

enum ui_wish ui_act(struct view_ui *ui, enum ui_action action, struct view_data *d)
{
    enum ui_wish wish;
    if (action == UI_NOTHING)
        return WISH_NOTHING;
    ui->message[0] = '\0';
    if (shows_anew(ui, action))
        ui->paused = false;
    if (ui->help)
        return act_in_help(ui, d, action);
    if (action >= UI_SHELL && action <= UI_SCROLL_LEAVE)
        return ui_act_in_shell(ui, action, d);
    if (doing_act(ui, action, d, &wish))
        return wish;
    switch (action) {
    case UI_STEP_DO:
        return WISH_STEP_DO;
    case UI_STEP_UNDO:
        return WISH_STEP_UNDO;
    case UI_STEP_ALL:
        return WISH_STEP_ALL;
    case UI_STEP_SKIP:
        return WISH_STEP_SKIP;
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
    case UI_MOUSE:
        return change_mouse(ui, d);
    case UI_THEME:
        return change_theme(ui, d);
    case UI_DUMP:
        return WISH_DUMP;
    case UI_COMMAND:
        return open_palette(ui, d);
    case UI_QUIT:
        return ui_quit(ui, d);
    default:
        if (ui->output_open && !ui->prompt.open)
            return act_in_output(ui, action);
        return act_on_view(ui, action, d);
    }
}
