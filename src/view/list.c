/* SPDX-License-Identifier: BSD-2-Clause */
/* list: see the header. */
#include "view/list.h"

#include "base/mem.h"
#include "view/frame.h"
#include "view/hits.h"
#include "view/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME_MIN  8
#define NAME_MAX  40
#define ADDR_COLS 18

/* --- what each line tells --------------------------------------------------------------------- */

/* By sign, for whoever sees no colours: how a node fares. */
static const struct sign {
    const char *text;
    enum canvas_style style;
} signs[] = {
    {"!", STYLE_BAD},  /* ended, a ping lost */
    {"-", STYLE_WARN}, /* a link is not up */
    {"+", STYLE_GOOD},
    {".", STYLE_DIM}, /* not made yet */
};

static const struct sign *sign_of(const struct snap_node *n, const struct nodes_sum *s)
{
    if (n->gone || s->last_ns == VIEW_LOST_NS)
        return &signs[0];
    return &signs[s->links_up < s->links ? 1 : 2];
}

static void links_text(const struct nodes_sum *s, char to[WORDS_MAX])
{
    snprintf(to, WORDS_MAX, "%zu/%zu", s->links_up, s->links);
}

static void loss_text(const struct nodes_sum *s, char to[WORDS_MAX])
{
    struct view_ping all = {.received = s->received, .lost = s->lost};
    words_loss(to, &all);
}

static void last_text(const struct nodes_sum *s, char to[WORDS_MAX])
{
    if (s->last_ns >= 0)
        words_ms(to, s->last_ns);
    else
        snprintf(to, WORDS_MAX, s->last_ns == VIEW_LOST_NS ? "lost" : "-");
}

static void avg_text(const struct nodes_sum *s, char to[WORDS_MAX])
{
    if (s->avg_ns >= 0)
        words_ms(to, s->avg_ns);
    else
        snprintf(to, WORDS_MAX, "-");
}

static void rx_text(const struct nodes_sum *s, char to[WORDS_MAX])
{
    snprintf(to, WORDS_MAX, "-");
    if (s->rates)
        words_count(to, s->rx_bps);
}

static void tx_text(const struct nodes_sum *s, char to[WORDS_MAX])
{
    snprintf(to, WORDS_MAX, "-");
    if (s->rates)
        words_count(to, s->tx_bps);
}

static enum canvas_style links_style(const struct nodes_sum *s)
{
    return s->links_up < s->links ? STYLE_WARN : STYLE_PLAIN;
}

static enum canvas_style loss_style(const struct nodes_sum *s)
{
    return s->lost ? STYLE_BAD : STYLE_PLAIN;
}

static enum canvas_style last_style(const struct nodes_sum *s)
{
    return s->last_ns == VIEW_LOST_NS ? STYLE_BAD : STYLE_PLAIN;
}

/* In the order of the columns; where not all fit, those with the highest rank are left out. */
static const struct column {
    const char *title;
    enum nodes_column by;
    int width, rank;
    void (*text)(const struct nodes_sum *s, char to[WORDS_MAX]);
    enum canvas_style (*style)(const struct nodes_sum *s); /* NULL: plain */
} columns[] = {
    {"LINKS", NODES_LINKS, 7, 1, links_text, links_style},
    {"LOSS", NODES_LOSS, 6, 2, loss_text, loss_style},
    {"LAST ms", NODES_RTT, 8, 3, last_text, last_style},
    {"AVG ms", NODES_COLUMN_COUNT, 8, 5, avg_text, NULL},
    {"RX/s", NODES_RX, 6, 4, rx_text, NULL},
    {"TX/s", NODES_TX, 6, 4, tx_text, NULL},
};

/* --- where it stands -------------------------------------------------------------------------- */

struct places {
    int number, name;           /* widths */
    int at[ARRAY_LEN(columns)]; /* 0: left out */
    int addr;                   /* the place of the addresses; 0: left out */
};

static int widest_name(const struct view_data *d, const struct canvas *c)
{
    int widest = NAME_MIN;
    for (size_t i = 0; i < d->nodes; i++) {
        int width = canvas_width(c, d->snap->node[i].name);
        widest = width > widest ? width : widest;
    }
    return widest < NAME_MAX ? widest : NAME_MAX;
}

static struct places choose(const struct view_data *d, struct area a)
{
    char number[WORDS_MAX];
    struct places p = {.number = snprintf(number, sizeof number, "%zu", d->nodes)};
    int rank = 5, width, wanted = widest_name(d, a.canvas);
    p.number = p.number < 2 ? 2 : p.number;
    int left = 1 + 2 + p.number + 1;
    for (;; rank--) {
        width = 0;
        for (size_t i = 0; i < ARRAY_LEN(columns); i++)
            width += columns[i].rank <= rank ? 1 + columns[i].width : 0;
        int least = wanted < NAME_MIN ? wanted : rank > 2 ? wanted : NAME_MIN;
        if (rank == 0 || left + least + width < a.cols)
            break;
    }
    p.name = a.cols - left - width - 1;
    p.name = p.name > wanted ? wanted : p.name > 0 ? p.name : 0;
    int at = left + p.name;
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (columns[i].rank > rank)
            continue;
        p.at[i] = at + 1;
        at += 1 + columns[i].width;
    }
    p.addr = at + 2 + ADDR_COLS < a.cols ? at + 2 : 0;
    return p;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* The column that sorts is told by its style and, for whoever sees none, by a sign. */
static void draw_title(struct area a, int col, int width, const char *title, bool sorts,
                       bool reverse)
{
    enum canvas_style style = sorts ? STYLE_FOCUS : STYLE_HEADER;
    const char *sign = !sorts ? "" : canvas_glyph(a.canvas, reverse ? GLYPH_ABOVE : GLYPH_BELOW);
    _cleanup_free_ char *text = mem_printf("%s%s", sign, title);
    area_text_right(a, 0, col, width, style, text);
}

static void draw_header(struct area a, const struct places *p, const struct view_ui *ui)
{
    bool reverse = ui->sort_reverse;
    area_fill(a, STYLE_HEADER, " ");
    draw_title(a, 2, p->number + 1, "#", ui->sort == NODES_NUMBER, reverse);
    int col = 1 + 2 + p->number + 1;
    area_text_in(a, 0, col, p->name, ui->sort == NODES_NAME ? STYLE_FOCUS : STYLE_HEADER, "NODE");
    if (ui->sort == NODES_NAME && p->name > 5)
        area_glyph(a, 0, col + 4, STYLE_FOCUS, reverse ? GLYPH_ABOVE : GLYPH_BELOW);
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        if (p->at[i])
            draw_title(a, p->at[i], columns[i].width, columns[i].title, ui->sort == columns[i].by,
                       reverse);
    if (p->addr)
        area_text(a, 0, p->addr, STYLE_HEADER, "ADDRESSES");
}

/* By which number other nodes reach it, before its addresses. */
static int draw_pid(const struct view_data *d, size_t node, struct area a, int row, int col)
{
    size_t seer = nodes_seer(d, node);
    if (seer == d->nodes)
        return col;
    _cleanup_free_ char *text =
        mem_printf("pid %d in %s ", (int)d->node[node].lab_pid, d->snap->node[seer].name);
    int width = canvas_width(a.canvas, text);
    return col + width < a.cols ? area_text(a, row, col, STYLE_PLAIN, text) + 1 : col;
}

static void draw_addresses(const struct snap_node *n, struct area a, int row, int col)
{
    char text[IP_TEXT_MAX];
    for (int local = 0; local < 2; local++)
        for (size_t i = 0; i < n->ifs; i++)
            for (size_t k = 0; k < n->iface[i].addrs; k++) {
                const struct ip_prefix *p = &n->iface[i].addr[k].prefix;
                if (n->iface[i].flags & IFF_LOOPBACK || ip_addr_is_link_local(&p->addr) != local)
                    continue;
                ip_prefix_format(p, text);
                int width = canvas_width(a.canvas, text);
                if (col + width >= a.cols) {
                    area_glyph(a, row, col, STYLE_DIM, GLYPH_MORE);
                    return;
                }
                col = area_text(a, row, col, local ? STYLE_DIM : STYLE_PLAIN, text) + 1;
            }
}

static void draw_node(const struct view_data *d, size_t node, const struct places *p, struct area a,
                      int row)
{
    const struct snap_node *n = &d->snap->node[node];
    struct nodes_sum s = nodes_sum(d, node);
    const struct sign *sign = d->node[node].absent ? &signs[3] : sign_of(n, &s);
    char text[WORDS_MAX];
    snprintf(text, sizeof text, "%zu", node + 1);
    area_text(a, row, 1, sign->style, sign->text);
    area_text_right(a, row, 3, p->number, STYLE_DIM, text);
    area_text_in(a, row, 3 + p->number + 1, p->name, STYLE_TITLE, n->name);
    if (n->gone) {
        bool absent = d->node[node].absent;
        area_text(a, row, 3 + p->number + 1 + p->name + 1, absent ? STYLE_DIM : STYLE_BAD,
                  absent ? "not made yet" : "ended");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (!p->at[i])
            continue;
        columns[i].text(&s, text);
        area_text_right(a, row, p->at[i], columns[i].width,
                        columns[i].style ? columns[i].style(&s) : STYLE_PLAIN, text);
    }
    if (p->addr)
        draw_addresses(n, a, row, draw_pid(d, node, a, row, p->addr));
}

void list_draw(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct nodes_list l = nodes_list(d, ui->filter, ui->sort, ui->sort_reverse);
    struct places p = choose(d, a);
    size_t rows = a.rows > 1 ? (size_t)a.rows - 1 : 0, at = nodes_find(&l, ui_node(ui, d));
    size_t first = at > rows / 2 ? at - rows / 2 : 0;
    if (first + rows > l.count)
        first = l.count > rows ? l.count - rows : 0;
    draw_header(area_part(a, 0, 0, 1, a.cols), &p, ui);
    for (size_t i = 0; i < rows && first + i < l.count; i++) {
        int row = 1 + (int)i;
        draw_node(d, l.node[first + i], &p, a, row);
        hits_mark_rows(a, row, 1, (struct hit){HIT_ROW, l.node[first + i], 0});
        if (first + i != at)
            continue;
        area_glyph(a, row, 0, STYLE_FOCUS, GLYPH_POINTER);
        area_select_row(a, row);
    }
    size_t below = first + rows < l.count ? l.count - first - rows : 0;
    frame_hidden(area_part(a, 0, 0, 1, a.cols), 0, a.cols, STYLE_HEADER, (int)first, (int)below);
    free(l.node);
}
