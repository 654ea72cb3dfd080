/* SPDX-License-Identifier: BSD-2-Clause */
/* scene_bottom: the last line of the screen: what is being typed, or a message, or the keys. */
#include "view/scene.h"

#include "base/mem.h"
#include "base/text.h"
#include "view/keys.h"
#include "view/output.h"
#include "view/pane.h"
#include "view/pieces.h"

#include <stdio.h>
#include <string.h>

#define TYPED_COLS    24  /* kept for what is typed, whatever is asked */
#define SECTIONS_COLS 110 /* as wide, and the menu has the whole names of the sections */
#define TEXT          (sizeof((struct piece *)0)->text)

/* --- what is typed ---------------------------------------------------------------------------- */

/* Bytes to leave out at the beginning, so that `cols` columns reach to the cursor. */
static size_t bytes_hidden(const struct prompt *p, int cols)
{
    char before[PROMPT_MAX];
    snprintf(before, sizeof before, "%.*s", (int)p->cursor, p->text);
    size_t at = 0, len = strlen(before);
    for (uint32_t code; at < len && text_width(before + at) >= (size_t)cols;) {
        size_t n = text_utf8_next(before + at, len - at, &code);
        at += n ? n : 1;
    }
    return at;
}

/* The cursor is a reversed cell: a terminal's own is put away. */
static void draw_prompt(struct area a, const struct prompt *p)
{
    char before[PROMPT_MAX];
    const char *title = p->title[0] ? p->title : prompt_title(p->kind);
    int width = canvas_width(a.canvas, title), room = a.cols - 1 - TYPED_COLS;
    room = room > a.cols / 3 ? room : a.cols / 3;
    int col = area_text_in(a, 0, 1, width < room ? width : room, STYLE_KEY, title);
    if (width > room)
        col++; /* behind the mark that it is cut */
    int cols = a.cols - 1 - col > 1 ? a.cols - 1 - col : 1;
    size_t hidden = bytes_hidden(p, cols);
    snprintf(before, sizeof before, "%.*s", (int)(p->cursor - hidden), p->text + hidden);
    area_text(a, 0, col, STYLE_PLAIN, p->text + hidden);
    int cursor = col + canvas_width(a.canvas, before);
    int from = p->proposed ? col : cursor; /* it goes as a whole */
    area_select_row(area_part(a, 0, from, 1, cursor + 1 - from), 0);
}

/* --- keys ------------------------------------------------------------------------------------- */

/* As ip(8) calls its objects. */
static const char *const section_words[SECTION_COUNT] = {
    [SECTION_LINKS] = "link",   [SECTION_ADDRS] = "addr", [SECTION_ROUTES] = "route",
    [SECTION_NEIGHS] = "neigh", [SECTION_PINGS] = "ping", [SECTION_SHELL] = "shell",
    [SECTION_LOG] = "event"};

static const char *brief_of(const struct key_row *k, const struct view_ui *ui)
{
    if (k->action == (enum ui_action)(UI_SHOW + (int)ui->screen))
        return "panes";
    if (ui->cols < SECTIONS_COLS && ui->doing && k->action == UI_CUT)
        return "cut";
    if (ui->doing && k->action == UI_CLOSE)
        return "";
    if (ui->cols < SECTIONS_COLS && k->action >= UI_TOGGLE && k->action <= UI_TOGGLE_LAST)
        return section_words[k->action - UI_TOGGLE];
    return k->action == UI_PAUSE && ui->paused ? "go on" : k->brief;
}

/* What is seen of the menu's sections, as bits: of a pane what has something to show in it, and
 * room. */
static unsigned sections_seen(const struct view_data *d, const struct view_ui *ui)
{
    const struct pane p = {.d = d, .node = ui_node(ui, d)};
    if (ui->for_all)
        return ~0u;
    unsigned told = scene_sections_told(d, ui, p.node);
    return pane_has_addrs(&p) ? told : told & ~(1u << SECTION_ADDRS);
}

/* In the menu: which sections are on. */
static const char *mark_of(const struct key_row *k, const struct view_data *d,
                           const struct view_ui *ui, unsigned seen)
{
    if (k->action < UI_TOGGLE || k->action > UI_TOGGLE_LAST)
        return "";
    enum ui_section s = (enum ui_section)(k->action - UI_TOGGLE);
    if (!ui_has_section(d, ui_node(ui, d), s))
        return "-";
    return seen & 1u << s ? "+" : ".";
}

/* Beside those that count at all: what can be done now. */
static bool is_of_use(const struct key_row *k, const struct view_ui *ui, bool pages)
{
    if (k->action == UI_PAGE_BACK && !(keys_context(ui) & IN_OUTPUT))
        return pages;
    return k->action != UI_INTERRUPT || ui->output->running;
}

/* What the menu of actions is about. */
static void put_object(struct pieces *l, const struct view_data *d, const struct view_ui *ui)
{
    const struct snap_if *i = ui_link(ui, d);
    snprintf(pieces_add(l, 9, false)->text, TEXT, "%s%s%s:", i ? i->name : "", i ? " of " : "",
             d->snap->node[ui_node(ui, d)].name);
}

static void draw_keys(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct pieces l = {.count = 0};
    struct ui_page page = ui_page(ui, d);
    bool pages = page.count < page.of;
    unsigned in = keys_context(ui), seen = in == IN_SECTIONS ? sections_seen(d, ui) : 0;
    if (in == IN_SECTIONS)
        snprintf(pieces_add(&l, 3, false)->text, TEXT, "%s:",
                 ui->cols < SECTIONS_COLS ? ui->for_all ? "all" : "here"
                 : ui->for_all            ? "in all panes"
                                          : "in this pane");
    if (in == IN_DOING)
        put_object(&l, d, ui);
    for (size_t i = 0; i < key_row_count; i++) {
        const struct key_row *k = &key_rows[i];
        if (!k->brief || !keys_counts(k, in) || !is_of_use(k, ui, pages))
            continue;
        struct piece *p = pieces_add(&l, k->rank, false);
        p->code = k->key[0];
        snprintf(p->key, sizeof p->key, "%s", keys_name(k, a.canvas->ascii));
        snprintf(p->text, sizeof p->text, "%s%s", mark_of(k, d, ui, seen), brief_of(k, ui));
    }
    int all = l.count;
    pieces_draw(a, &l, STYLE_KEY, STYLE_HELP);
    if (l.count < all && in & (IN_SECTIONS | IN_DOING)) /* no help tells the rest of a menu */
        area_glyph(a, 0, a.cols - 1, STYLE_WARN, GLYPH_MORE);
}

/* Over all others: it takes them. */
static void draw_help_keys(struct area a)
{
    const struct {
        const char *key, *text;
        int code;
    } keys[] = {{"Esc", "close", VIEW_KEY_ESCAPE},
                {a.canvas->ascii ? "Up Down" : "↑ ↓", "scroll", 0},
                {"PgUp PgDn", "page", 0},
                {"Home End", "beginning, end", 0}};
    struct pieces l = {.count = 0};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct piece *p = pieces_add(&l, (int)i, false);
        p->code = keys[i].code;
        snprintf(p->key, sizeof p->key, "%s", keys[i].key);
        snprintf(p->text, sizeof p->text, "%s", keys[i].text);
    }
    pieces_draw(a, &l, STYLE_KEY, STYLE_HELP);
}

/* --- a shell has the keys --------------------------------------------------------------------- */

static size_t count_shells(const struct view_data *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->nodes; i++)
        n += d->node[i].shell.term && !d->node[i].shell.ended;
    return n;
}

#define WAYS 4

/* The keys behind the prefix that fit beside a text of `needs` columns: at all times how to leave.
 */
static void put_ways(char way[64], struct area a, int needs, bool others, const struct view_ui *ui)
{
    char name[8], ways[WAYS][64];
    const char *key = ui_prefix_name(ui, name);
    snprintf(ways[0], 64, "%s q: back  %s Tab: next  %s ?: more", key, key, key);
    snprintf(ways[1], 64, "after %s: q back, Tab next, ? more", key);
    snprintf(ways[2], 64, "%s q: back  %s ?: more", key, key);
    snprintf(ways[3], 64, "%s q", key);
    if (ui->in_tmux) { /* as tmux's own keys are, unless somebody has changed them */
        snprintf(ways[0], 64, "inside tmux %s twice, then q: back, ?: more", key);
        snprintf(ways[1], 64, "in tmux: %s %s q: back", key, key);
        snprintf(ways[3], 64, "%s %s q", key, key);
        memcpy(ways[2], ways[1], 64);
    }
    int at = others ? 0 : 2;
    while (at + 1 < WAYS && needs + canvas_width(a.canvas, ways[at]) + 3 > a.cols)
        at++;
    memcpy(way, ways[at], 64);
}

static void draw_shell(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    char way[64], text[sizeof ui->message + 64];
    const char *node = d->snap->node[ui_node(ui, d)].name;
    enum canvas_style style = STYLE_MESSAGE;
    if (ui_has_message(ui, d)) {
        snprintf(text, sizeof text, "%s", ui->message);
        style = ui->message_bad ? STYLE_ERROR : STYLE_MESSAGE;
    } else if (ui->shell_all) {
        snprintf(text, sizeof text, "keys go to ALL %zu shells", count_shells(d));
        style = STYLE_WARN;
    } else if (d->node[ui_node(ui, d)].shell.ended) {
        snprintf(text, sizeof text, "Enter: a new shell; that of %s ended", node);
    } else {
        snprintf(text, sizeof text, "keys go to the shell of %s", node);
    }
    int needs = canvas_width(a.canvas, text);
    put_ways(way, a, needs, d->nodes > 1, ui);
    int width = canvas_width(a.canvas, way), right = a.cols - 1 - width, room = right - 2;
    area_text_in(a, 0, 1, needs < room ? needs : room, style, text);
    area_text_in(a, 0, right, width, STYLE_KEY, way);
}

/* It ends with the keys that answer it; where it is cut, they are told nevertheless. */
static void draw_question(struct area a, const struct view_ui *ui)
{
    const char *keys = ui->question == QUESTION_LEAVE ? "q, y: yes" : "y: yes";
    int needs = canvas_width(a.canvas, ui->question_text), room = a.cols - 2;
    area_fill(a, STYLE_WARN, " ");
    if (needs > room) {
        int width = canvas_width(a.canvas, keys);
        area_text(a, 0, a.cols - 1 - width, STYLE_WARN, keys);
        room -= width + 1;
    }
    area_text_in(a, 0, 1, room, STYLE_WARN, ui->question_text);
}

void scene_bottom(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    enum canvas_style style = ui->message_bad ? STYLE_ERROR : STYLE_MESSAGE;
    if (ui->question) {
        draw_question(a, ui);
        return;
    }
    if (ui->prompt.open) {
        draw_prompt(a, &ui->prompt);
        return;
    }
    if (ui->help) {
        draw_help_keys(a);
        return;
    }
    bool own = ui->shell_prefix || ui->shell_scroll || ui->output_open; /* view's keys */
    if (ui->shell_keys && !own) {
        draw_shell(a, d, ui);
        return;
    }
    if (ui->shell_keys || ui->menu || ui->doing || !ui_has_message(ui, d)) {
        draw_keys(a, d, ui);
        return;
    }
    if (ui->message_bad)
        area_fill(a, style, " ");
    area_text_in(a, 0, 1, a.cols - 2, style, ui->message);
}
