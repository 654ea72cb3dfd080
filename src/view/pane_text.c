/* SPDX-License-Identifier: BSD-2-Clause */
/* pane_text: sections that are lines of text, as ip(8) prints them: links and addresses in the
 * forms of `ip link` and `ip addr`, routes, neighbours. */
#include "view/pane.h"

#include "base/mem.h"
#include "base/text.h"
#include "view/hits.h"
#include "view/iptext.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#define HANG 4 /* what goes on in the next row is indented so much deeper */

/* Bytes of a clean text that go into a row of `room` columns: to a blank, if that can be. */
static size_t bytes_of_row(const char *text, size_t room)
{
    size_t fit = text_fit(text, room);
    if (!text[fit])
        return fit;
    for (size_t k = fit; k > 0; k--)
        if (text[k] == ' ')
            return k;
    return fit;
}

/* One line, in as many rows as it takes. Returns the row after it. */
static int put_line(struct area a, int row, enum canvas_style style, const char *line)
{
    size_t indent = strspn(line, " ");
    _cleanup_free_ char *clean = text_clean_dup(line + indent);
    const char *rest = clean;
    for (bool first = true; first || *rest; first = false) {
        int col = 1 + (int)indent + (first ? 0 : HANG), room = a.cols - 1 - col;
        if (room < HANG) { /* as good as no columns: without indentation */
            col = 1;
            room = a.cols - 2;
        }
        size_t fit = bytes_of_row(rest, room > 0 ? (size_t)room : 0);
        _cleanup_free_ char *part = mem_strndup(rest, fit);
        area_text(a, row++, col, style, part);
        if (fit == 0)
            break;
        rest += fit;
        rest += strspn(rest, " ");
    }
    return row;
}

/* The first line in its own style: it is the item's name. */
static int put_text(struct area a, int row, enum canvas_style first, char *text)
{
    enum canvas_style style = first;
    for (char *line = text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = '\0';
        row = put_line(a, row, style, line);
        style = STYLE_PLAIN;
    }
    return row;
}

/* --- links ------------------------------------------------------------------------------------ */

static enum canvas_style link_style(const struct snap_if *i)
{
    if (!(i->flags & IFF_UP))
        return STYLE_BAD;
    return i->carrier ? STYLE_TITLE : STYLE_WARN;
}

/* Returns the row after it. */
static int put_link(const struct pane *p, struct area a, int row, const struct snap_if *i)
{
    const struct snap_node *n = &p->d->snap->node[p->node];
    _cleanup_buf_ struct buf text = BUF_INIT;
    if (p->form == FORM_IP_ADDR)
        iptext_addr(n, i, p->d->now_ns, &text);
    else
        iptext_link(n, i, &text);
    return put_text(a, row, link_style(i), text.data);
}

/* `skip`, or as many rows more that the first one seen begins an item. */
static int skip_whole(const struct pane *p, struct area a, int skip)
{
    const struct snap_node *n = &p->d->snap->node[p->node];
    int row = 0;
    a.rows = 0;
    for (size_t k = 0; k < n->ifs && row < skip; k++)
        row = put_link(p, a, row, &n->iface[k]);
    return row > skip ? row : skip;
}

/* In ip's own order, by index. Where not all fit and none is selected, lo is scrolled away. */
struct pane_list pane_ip_links(const struct pane *p, struct area a, int skip)
{
    const struct snap_node *n = &p->d->snap->node[p->node];
    _cleanup_free_ const struct snap_if **list = view_links(n);
    const struct snap_if *seen = p->link || n->ifs == 0 ? p->link : list[0];
    struct pane_list l = {0};
    skip = skip_whole(p, a, skip);
    int row = -skip;
    for (size_t k = 0; k < n->ifs; k++) {
        const struct snap_if *i = &n->iface[k];
        int next = put_link(p, a, row, i);
        hits_mark_rows(a, row, next - row, (struct hit){HIT_LINK, p->node, i->index});
        l.before += row < 0;
        l.after += next > a.rows; /* also one that is cut */
        if (i == p->link) {
            area_glyph(a, row, 0, STYLE_FOCUS, GLYPH_POINTER);
            area_select_row(a, row);
        }
        if (i == seen) {
            l.selected = row + skip;
            l.end = next + skip;
        }
        row = next;
    }
    l.rows = row + skip;
    return l;
}

/* --- routes and neighbours -------------------------------------------------------------------- */

/* Counts what goes into a list that has nothing to select. */
static void put_item(struct pane_list *l, struct area a, int skip, struct buf *text)
{
    int row = l->rows - skip;
    buf_addc(text, '\0'); /* a string, also where it is empty */
    int next = put_text(a, row, STYLE_PLAIN, text->data);
    l->before += row < 0;
    l->after += next > a.rows; /* also one that is cut */
    l->rows = next + skip;
    buf_reset(text);
}

static void put_nothing(struct pane_list *l, const struct pane *p, struct area a, const char *what)
{
    if (l->rows == 0)
        area_text_in(a, 0, 1, a.cols - 1, STYLE_DIM,
                     p->d->node[p->node].tables ? what : "not read yet");
}

struct pane_list pane_routes(const struct pane *p, struct area a, int skip, enum pane_detail detail)
{
    static const sa_family_t families[] = {AF_INET, AF_INET6};
    const struct snap_node *links = &p->d->snap->node[p->node], *n = p->d->node[p->node].tables;
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct pane_list l = {0};
    (void)detail;
    for (size_t f = 0; n && f < ARRAY_LEN(families); f++)
        for (size_t i = 0; i < n->routes; i++) {
            const struct snap_route *r = &n->route[i];
            if (r->to.addr.family != families[f] || r->table != RT_TABLE_MAIN)
                continue;
            iptext_route(links, r, &text);
            put_item(&l, a, skip, &text);
        }
    put_nothing(&l, p, a, "no routes");
    return l;
}

struct pane_list pane_neighs(const struct pane *p, struct area a, int skip, enum pane_detail detail)
{
    const struct snap_node *links = &p->d->snap->node[p->node], *n = p->d->node[p->node].tables;
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct pane_list l = {0};
    (void)detail;
    for (size_t i = 0; n && i < n->neighs; i++) {
        iptext_neigh(links, &n->neigh[i], &text);
        put_item(&l, a, skip, &text);
    }
    put_nothing(&l, p, a, "no neighbours");
    return l;
}
