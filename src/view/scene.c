/* SPDX-License-Identifier: BSD-2-Clause */
/* scene: the top line, the panes of one page, the bottom line, and the help over them. */
#include "view/scene.h"

#include "base/clock.h"
#include "view/frame.h"
#include "view/help.h"
#include "view/keys.h"
#include "view/pane.h"
#include "view/words.h"

#include <stdio.h>
#include <string.h>

/* --- lines of pieces -------------------------------------------------------------------------- */

#define PIECES_MAX 16
#define GAP        2

/* A part of the top or bottom line. Where not all fit, those with the highest rank go first. */
struct piece {
    char key[32], text[160];
    int rank;
    bool right; /* at the right end */
};

struct pieces {
    struct piece item[PIECES_MAX];
    int count;
};

static struct piece *add_piece(struct pieces *l, int rank, bool right)
{
    struct piece *p = &l->item[l->count < PIECES_MAX - 1 ? l->count++ : l->count];
    *p = (struct piece){.rank = rank, .right = right};
    return p;
}

static int piece_width(const struct canvas *c, const struct piece *p)
{
    return canvas_width(c, p->key) + canvas_width(c, p->text) + (*p->key && *p->text);
}

static int all_width(const struct canvas *c, const struct pieces *l, bool right_only)
{
    int width = 0;
    for (int i = 0; i < l->count; i++)
        if (l->item[i].right || !right_only)
            width += piece_width(c, &l->item[i]) + GAP;
    return width;
}

static void drop_last_rank(struct pieces *l)
{
    int worst = 0;
    for (int i = 1; i < l->count; i++)
        if (l->item[i].rank >= l->item[worst].rank)
            worst = i;
    l->count--;
    memmove(&l->item[worst], &l->item[worst + 1], (size_t)(l->count - worst) * sizeof *l->item);
}

static void draw_pieces(struct area a, struct pieces *l, enum canvas_style key,
                        enum canvas_style text)
{
    while (l->count > 1 && all_width(a.canvas, l, false) > a.cols)
        drop_last_rank(l);
    int left = 1, right = a.cols - all_width(a.canvas, l, true) + GAP - 1;
    for (int i = 0; i < l->count; i++) {
        const struct piece *p = &l->item[i];
        int *col = p->right ? &right : &left;
        *col = area_text(a, 0, *col, key, p->key) + (*p->key && *p->text);
        int width = canvas_width(a.canvas, p->text), room = a.cols - 1 - *col;
        *col = area_text_in(a, 0, *col, width < room ? width : room, text, p->text) + GAP;
    }
}

/* --- the top line ----------------------------------------------------------------------------- */

static void put_lab(struct pieces *l, const struct view_data *d)
{
    char age[WORDS_MAX];
    snprintf(add_piece(l, 6, false)->text, 160, "vethlab");
    snprintf(add_piece(l, 1, false)->text, 160, "%s", d->snap->lab ? d->snap->lab : "");
    snprintf(add_piece(l, 5, false)->text, 160, "%zu node%s", d->nodes, d->nodes == 1 ? "" : "s");
    snprintf(add_piece(l, 4, false)->text, 160, "up %s", words_age(age, d->now_ns - d->began_ns));
    if (d->gone)
        snprintf(add_piece(l, 2, true)->text, 160, "THE LAB HAS ENDED");
}

static void draw_top(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct pieces l = {.count = 0};
    struct ui_page page = ui_page(ui, d);
    put_lab(&l, d);
    if (ui->paused)
        snprintf(add_piece(&l, 2, true)->text, 160, "PAUSED");
    else if (!d->gone)
        snprintf(add_piece(&l, 7, true)->text, 160, "a ping every %g s",
                 (double)ui->interval_ns / (double)CLOCK_NS_PER_S);
    if (page.count < d->nodes && page.count == 1)
        snprintf(add_piece(&l, 3, true)->text, 160, "%zu of %zu", page.first + 1, d->nodes);
    else if (page.count < d->nodes)
        snprintf(add_piece(&l, 3, true)->text, 160, "%zu-%zu of %zu", page.first + 1,
                 page.first + page.count, d->nodes);
    area_fill(a, STYLE_BAR, " ");
    draw_pieces(a, &l, STYLE_BAR, STYLE_BAR);
}

/* --- the bottom line -------------------------------------------------------------------------- */

static void draw_keys(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct pieces l = {.count = 0};
    bool pages = ui_page(ui, d).count < d->nodes;
    for (size_t i = 0; i < key_row_count; i++) {
        const struct key_row *k = &key_rows[i];
        if (!k->brief || (k->action == UI_PAGE_BACK && !pages))
            continue;
        struct piece *p = add_piece(&l, k->rank, false);
        snprintf(p->key, sizeof p->key, "%s", keys_name(k, a.canvas->ascii));
        snprintf(p->text, sizeof p->text, "%s",
                 k->action == UI_PAUSE && ui->paused ? "go on" : k->brief);
    }
    draw_pieces(a, &l, STYLE_KEY, STYLE_HELP);
}

static void draw_bottom(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    enum canvas_style style = ui->message_bad ? STYLE_ERROR : STYLE_MESSAGE;
    if (!ui_has_message(ui, d)) {
        draw_keys(a, d, ui);
        return;
    }
    if (ui->message_bad)
        area_fill(a, style, " ");
    area_text_in(a, 0, 1, a.cols - 2, style, ui->message);
}

/* --- panes ------------------------------------------------------------------------------------ */

static struct area pane_area(struct area a, size_t at, size_t of)
{
    int from = (int)((size_t)a.cols * at / of), to = (int)((size_t)a.cols * (at + 1) / of);
    return area_part(a, 0, from, a.rows, to - from);
}

static void draw_panes(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct ui_page page = ui_page(ui, d);
    for (size_t i = 0; i < page.count; i++) {
        struct pane p = {.d = d, .node = page.first + i};
        if (p.node == ui_node(ui, d)) {
            p.focused = true;
            p.link = ui_link(ui, d);
            p.ping = ui_ping(ui, d);
        }
        pane_draw(&p, pane_area(a, i, page.count));
    }
    if (page.count == 0)
        area_text_in(a, a.rows / 2, 1, a.cols - 1, STYLE_DIM, "this lab has no nodes");
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
}

void scene_draw(const struct view_data *d, const struct view_ui *ui, struct canvas *c)
{
    struct area all = area_all(c);
    if (c->rows < SCENE_ROWS_MIN || c->cols < SCENE_COLS_MIN) {
        draw_too_small(all);
        return;
    }
    struct view_ui here = *ui;
    here.rows = c->rows;
    here.cols = c->cols;
    struct area middle = area_part(all, 1, 0, c->rows - 2, c->cols);
    draw_top(area_part(all, 0, 0, 1, c->cols), d, &here);
    draw_panes(middle, d, &here);
    draw_bottom(area_part(all, c->rows - 1, 0, 1, c->cols), d, &here);
    if (ui->help)
        help_draw(middle, ui->help_top);
}

/* --- one frame as text ------------------------------------------------------------------------ */

static void once_group(const struct view_data *d, size_t first, size_t panes, int cols, bool ascii,
                       struct buf *out)
{
    struct canvas c;
    int rows = 0;
    for (size_t i = 0; i < panes; i++) {
        struct pane p = {.d = d, .node = first + i};
        int needs = pane_rows(&p, cols / (int)panes, ascii);
        rows = needs > rows ? needs : rows;
    }
    canvas_init(&c, rows, cols, ascii);
    for (size_t i = 0; i < panes && first + i < d->nodes; i++) {
        struct pane p = {.d = d, .node = first + i};
        pane_draw(&p, pane_area(area_all(&c), i, panes));
    }
    canvas_to_text(&c, out);
    canvas_fini(&c);
}

void scene_once(const struct view_data *d, int cols, bool ascii, struct buf *out)
{
    struct view_ui ui = {.rows = SCENE_ROWS_MIN,
                         .cols = cols < SCENE_COLS_MIN ? SCENE_COLS_MIN : cols};
    struct pieces l = {.count = 0};
    struct canvas top;
    canvas_init(&top, 1, ui.cols, ascii);
    put_lab(&l, d);
    draw_pieces(area_all(&top), &l, STYLE_BAR, STYLE_BAR);
    canvas_to_text(&top, out);
    canvas_fini(&top);
    size_t panes = ui_page(&ui, d).panes;
    for (size_t first = 0; first < d->nodes; first += panes)
        once_group(d, first, d->nodes - first < panes ? d->nodes - first : panes, ui.cols, ascii,
                   out);
}
