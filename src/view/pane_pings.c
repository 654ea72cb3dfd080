/* SPDX-License-Identifier: BSD-2-Clause */
/* pane_pings: the table of a node's running pings, each with a strip of its last round-trip times,
 * the newest on the right. */
#include "view/pane.h"

#include "base/mem.h"
#include "view/frame.h"
#include "view/hits.h"
#include "view/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TO_MIN     8 /* columns of the target, before SEQ and LOSS give way */
#define SEQ_COLS   6
#define RTT_COLS   9 /* "12.345 ms" */
#define LOSS_COLS  5
#define TIMES_COLS 27 /* "1234.5/1234.5/1234.5/1234.5" */
#define STRIP_MIN  12
#define OUTLIER    3
#define INDENT     3

/* Which columns a row has, and where; 0: none. */
struct columns {
    int to;                                 /* width */
    int seq, rtt, loss, addr, times, strip; /* places */
    int addr_width;
    bool cut; /* the target has not all the room that it needs */
};

static const char *target_of(const struct view_ping *p, char addr[IP_TEXT_MAX])
{
    return *p->target ? p->target : ip_addr_format(&p->addr, addr);
}

static void measure_pings(const struct pane *p, const struct canvas *c, int *to, int *addr)
{
    const struct view_node *n = &p->d->node[p->node];
    char text[IP_TEXT_MAX];
    *to = 4;
    *addr = 7;
    for (size_t i = 0; i < n->pings; i++) {
        int width = canvas_width(c, target_of(&n->ping[i], text));
        *to = width > *to ? width : *to;
        width = (int)strlen(ip_addr_format(&n->ping[i].addr, text));
        *addr = width > *addr ? width : *addr;
    }
}

/* The place of a column of `width`, and `at` moved beyond it; 0 where there is none. */
static int place(bool there, int *at, int width)
{
    int col = *at + 1;
    *at += there ? 1 + width : 0;
    return there ? col : 0;
}

static struct columns choose(const struct pane *p, struct area a)
{
    int natural, addr_width;
    measure_pings(p, a.canvas, &natural, &addr_width);
    int left = a.cols - 1 - (1 + RTT_COLS); /* for the target and what else fits */
    int least = natural < TO_MIN ? natural : TO_MIN;
    bool loss = left >= least + 1 + LOSS_COLS;
    left -= loss ? 1 + LOSS_COLS : 0;
    bool seq = loss && left >= least + 1 + SEQ_COLS;
    left -= seq ? 1 + SEQ_COLS : 0;
    struct columns c = {.to = natural < left ? natural : left > 0 ? left : 0};
    bool addr = seq && left >= natural + 1 + addr_width;
    left -= natural + 1 + addr_width;
    bool times = addr && left >= 2 + TIMES_COLS;
    left -= 2 + TIMES_COLS;
    int at = 1 + c.to;
    c.addr_width = addr_width;
    c.cut = c.to < natural;
    c.addr = place(addr, &at, addr_width);
    c.seq = place(seq, &at, SEQ_COLS);
    c.rtt = place(true, &at, RTT_COLS);
    c.loss = place(loss, &at, LOSS_COLS);
    c.times = place(times, &at, 1 + TIMES_COLS);
    c.times += times; /* two blanks before it */
    if (times && left >= 3 + STRIP_MIN)
        c.strip = at + 2;
    return c;
}

void pane_pings_header(const struct pane *p, struct area a)
{
    struct columns c = choose(p, a);
    area_fill(area_part(a, 0, 0, 1, a.cols), STYLE_HEADER, " ");
    area_text_in(a, 0, 1, c.to, STYLE_HEADER, "TO");
    if (c.addr)
        area_text(a, 0, c.addr, STYLE_HEADER, "ADDRESS");
    if (c.seq)
        area_text_right(a, 0, c.seq, SEQ_COLS, STYLE_HEADER, "SEQ");
    area_text_right(a, 0, c.rtt, RTT_COLS, STYLE_HEADER, "RTT");
    if (c.loss)
        area_text_right(a, 0, c.loss, LOSS_COLS, STYLE_HEADER, "LOSS");
    if (c.times)
        area_text(a, 0, c.times, STYLE_HEADER, "MIN/AVG/MAX/P99 MS");
    if (c.strip)
        area_text_right(a, 0, c.strip, a.cols - 1 - c.strip, STYLE_HEADER, "LATEST");
}

/* --- the strip -------------------------------------------------------------------------------- */

/* One request, in `rows` rows the last of which is `row`; `eighths` of them are filled. */
static void put_bar(struct area a, int row, int col, int rows, int eighths)
{
    for (int k = 0; k < rows && eighths > 8 * k; k++) {
        int fill = eighths - 8 * k < 8 ? eighths - 8 * k : 8;
        area_glyph(a, row - k, col, STYLE_GOOD, (enum glyph)(GLYPH_BAR_1 + fill - 1));
    }
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The time of the highest bar: the longest of the latest `width`, but at most as many times the
 * median that one slow answer (the first one waits for ARP) does not make all others look alike. */
static int64_t longest(const struct view_ping *p, int width)
{
    int64_t time_ns[VIEW_RECENT];
    size_t count = 0;
    for (int k = 0; k < width && (uint64_t)k < p->seq; k++) {
        int64_t ns = view_ping_recent(p, p->seq - (uint64_t)k);
        if (ns >= 0)
            time_ns[count++] = ns;
    }
    if (count == 0)
        return 0;
    qsort(time_ns, count, sizeof *time_ns, by_time);
    int64_t most_ns = OUTLIER * time_ns[count / 2];
    return most_ns < time_ns[count - 1] ? most_ns : time_ns[count - 1];
}

static int eighths_of(int64_t ns, int64_t most_ns, int rows)
{
    int64_t n = most_ns > 0 ? (int64_t)((double)ns / (double)most_ns * 8 * rows + 0.999) : 1;
    return n < 1 ? 1 : n > 8 * rows ? 8 * rows : (int)n;
}

static void draw_strip(const struct view_ping *p, struct area a, int row, int col, int rows)
{
    int right = a.cols - 2, width = right + 1 - col; /* the last column stays free */
    width = width > VIEW_RECENT ? VIEW_RECENT : width;
    if (row < 0 || row - rows + 1 >= a.rows)
        return;
    int64_t most_ns = longest(p, width);
    for (int k = 0; k < width && (uint64_t)k < p->seq; k++) {
        int64_t ns = view_ping_recent(p, p->seq - (uint64_t)k);
        if (ns == VIEW_LOST_NS)
            area_glyph(a, row, right - k, STYLE_BAD, GLYPH_LOST);
        else if (ns == VIEW_WAITING_NS)
            area_glyph(a, row, right - k, STYLE_DIM, GLYPH_WAITING);
        else if (ns >= 0)
            put_bar(a, row, right - k, rows, eighths_of(ns, most_ns, rows));
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

static enum canvas_style rtt_text(const struct view_ping *p, char to[WORDS_MAX])
{
    char ms[WORDS_MAX];
    if (p->last_ns >= 0) {
        snprintf(to, WORDS_MAX, "%.16s ms", words_ms(ms, p->last_ns));
        return STYLE_GOOD;
    }
    if (p->resting)
        snprintf(to, WORDS_MAX, "gone");
    else if (p->error)
        snprintf(to, WORDS_MAX, "error");
    else if (p->last_ns == VIEW_LOST_NS)
        snprintf(to, WORDS_MAX, "lost");
    else
        snprintf(to, WORDS_MAX, "-");
    return p->last_ns == VIEW_LOST_NS || p->error ? STYLE_BAD : STYLE_DIM;
}

static void seq_text(const struct view_ping *p, char to[WORDS_MAX])
{
    if (p->seq < 1000000)
        snprintf(to, WORDS_MAX, "%" PRIu64, p->seq);
    else
        words_count(to, p->seq);
}

/* One that rests is dim. */
static enum canvas_style style_of(const struct view_ping *p, enum canvas_style style)
{
    return p->resting ? STYLE_DIM : style;
}

static void draw_row(const struct view_ping *p, const struct columns *c, struct area a, int row)
{
    char addr[IP_TEXT_MAX], text[WORDS_MAX];
    area_text_in(a, row, 1, c->to, style_of(p, STYLE_TITLE), target_of(p, addr));
    if (c->addr)
        area_text_in(a, row, c->addr, c->addr_width, STYLE_DIM, ip_addr_format(&p->addr, addr));
    if (c->seq) {
        seq_text(p, text);
        area_text_right(a, row, c->seq, SEQ_COLS, style_of(p, STYLE_PLAIN), text);
    }
    enum canvas_style style = rtt_text(p, text);
    area_text_right(a, row, c->rtt, RTT_COLS, style, text);
    if (c->loss)
        area_text_right(a, row, c->loss, LOSS_COLS, style_of(p, p->lost ? STYLE_BAD : STYLE_PLAIN),
                        words_loss(text, p));
    if (c->times)
        area_text_in(a, row, c->times, TIMES_COLS, style_of(p, STYLE_PLAIN), words_times(text, p));
    if (c->strip)
        draw_strip(p, a, row, c->strip, 1);
}

/* What found no column. */
static void add_details(const struct view_ping *p, const struct columns *c, struct flow *f)
{
    char addr[IP_TEXT_MAX], text[WORDS_MAX], line[2 * WORDS_MAX];
    if (!c->addr && (*p->target || c->cut))
        flow_add(f, STYLE_DIM, ip_addr_format(&p->addr, addr));
    if (!c->times && p->received) {
        snprintf(line, sizeof line, "p99 %s ms", words_ms(text, view_ping_p99_ns(p)));
        flow_add(f, STYLE_PLAIN, line);
    }
    if (!c->seq) {
        snprintf(line, sizeof line, "seq %" PRIu64, p->seq);
        flow_add(f, STYLE_PLAIN, line);
    }
    if (!c->loss) {
        snprintf(line, sizeof line, "loss %s", words_loss(text, p));
        flow_add(f, p->lost ? STYLE_BAD : STYLE_PLAIN, line);
    }
    if (!c->times && p->received) {
        snprintf(line, sizeof line, "min/avg/max %s ms", words_min_avg_max(text, p));
        flow_add(f, STYLE_PLAIN, line);
    }
}

/* The strip has the rest of the line, if that is long enough, or else lines of its own. */
static void add_strip(const struct view_ping *p, struct flow *f, int rows)
{
    int col = f->used ? f->col + 2 : f->left;
    if (f->used && (rows > 1 || f->a.cols - 1 - col < STRIP_MIN)) {
        flow_break(f);
        col = f->left;
    }
    f->used = true;
    f->row += rows - 1;
    draw_strip(p, f->a, f->row, col, rows);
}

static int draw_ping(const struct view_ping *p, const struct columns *c, struct area a, int row,
                     enum pane_detail detail, int strip_rows)
{
    char text[WORDS_MAX];
    struct flow f = {.a = a, .row = row + 1, .left = INDENT, .col = INDENT};
    draw_row(p, c, a, row);
    if (detail != DETAIL_ROW && p->resting)
        flow_add(&f, STYLE_DIM, "address is gone");
    if (detail != DETAIL_ROW && p->error)
        flow_add(&f, STYLE_BAD, p->error);
    if (detail == DETAIL_ALL)
        add_details(p, c, &f);
    else if (detail == DETAIL_SHORT && !c->times && p->received && !p->error && !p->resting)
        flow_add(&f, STYLE_PLAIN, words_min_avg_max(text, p));
    if (!c->strip && p->seq && (detail == DETAIL_ALL || (detail == DETAIL_SHORT && !p->error)))
        add_strip(p, &f, detail == DETAIL_ALL ? strip_rows : 1);
    return flow_end(&f);
}

struct pane_list pane_pings(const struct pane *p, struct area a, int skip, enum pane_detail detail)
{
    const struct view_node *n = &p->d->node[p->node];
    struct columns c = choose(p, a);
    struct pane_list l = {0};
    int row = -skip;
    for (size_t k = 0; k < n->pings; k++) {
        bool selected = k + 1 == p->ping;
        int next = draw_ping(&n->ping[k], &c, a, row, selected && p->expand ? DETAIL_ALL : detail,
                             p->strip_rows > 0 ? p->strip_rows : 1);
        hits_mark_rows(a, row, next - row, (struct hit){HIT_PING, p->node, (uint32_t)k + 1});
        l.before += row < 0;
        l.after += next > a.rows; /* also one that is cut */
        if (selected) {
            area_glyph(a, row, 0, STYLE_FOCUS, GLYPH_POINTER);
            area_select_row(a, row);
            l.selected = row + skip;
            l.end = next + skip;
        }
        row = next;
    }
    l.rows = row + skip;
    return l;
}
