/* SPDX-License-Identifier: BSD-2-Clause */
/* pane_links: the table of a node's interfaces, as `ip link` and `ip address` tell it. */
#include "view/pane.h"

#include "base/mem.h"
#include "model/op.h"
#include "view/frame.h"
#include "view/hits.h"
#include "view/words.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#define NAME_MIN   6  /* columns that a name keeps, if it is as long */
#define STATE_MIN  7  /* of the state in the narrowest pane */
#define STATE_FULL 17 /* state and carrier: "DOWN   NO-CARRIER" */
#define RATE_COLS  5
#define MAC_COLS   (MAC_TEXT_MAX - 1)
#define INDENT     3 /* of the lines below a row */

/* Which columns a row has, and where; 0: none. */
struct columns {
    int name, state;             /* widths */
    int rates, mac, peer, addrs; /* places */
    int peer_width;
    bool told; /* addresses are */
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* --- addresses -------------------------------------------------------------------------------- */

static bool is_usual_on_loopback(const struct snap_if *i, const struct snap_addr *a)
{
    static const uint8_t one[16] = {[15] = 1};
    if (!(i->flags & IFF_LOOPBACK))
        return false;
    if (a->prefix.addr.family == AF_INET)
        return a->prefix.addr.byte[0] == 127;
    return memcmp(a->prefix.addr.byte, one, sizeof one) == 0;
}

bool pane_has_addrs(const struct pane *p)
{
    const struct snap_node *n = &p->d->snap->node[p->node];
    for (size_t i = 0; i < n->ifs; i++)
        for (size_t k = 0; k < n->iface[i].addrs; k++)
            if (!is_usual_on_loopback(&n->iface[i], &n->iface[i].addr[k]))
                return true;
    return false;
}

static bool is_link_local(const struct snap_addr *a)
{
    return a->prefix.addr.family == AF_INET6 && ip_addr_is_link_local(&a->prefix.addr);
}

static void addr_text(const struct snap_addr *a, char text[IP_TEXT_MAX + 16])
{
    char prefix[IP_TEXT_MAX];
    snprintf(text, IP_TEXT_MAX + 16, "%s%s", ip_prefix_format(&a->prefix, prefix),
             a->flags & IFA_F_DADFAILED   ? " dadfailed"
             : a->flags & IFA_F_TENTATIVE ? " tentative"
                                          : "");
}

/* Link-local addresses come last, and only in all detail; there each has a line of its own. */
static void add_addresses(struct flow *f, const struct snap_if *i, enum pane_detail detail)
{
    char text[IP_TEXT_MAX + 16];
    for (int local = 0; local <= (detail == DETAIL_ALL); local++)
        for (size_t k = 0; k < i->addrs; k++) {
            const struct snap_addr *a = &i->addr[k];
            if (is_usual_on_loopback(i, a) || is_link_local(a) != local)
                continue;
            addr_text(a, text);
            if (detail == DETAIL_ALL)
                flow_break(f);
            bool wrong = a->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED);
            flow_add(f, wrong ? STYLE_WARN : STYLE_PLAIN, text);
        }
}

/* Where there is one line only: the first one worth it, and whether there are more. */
static void put_first_address(struct area a, int row, int col, const struct snap_if *i)
{
    const struct snap_addr *first = NULL;
    size_t worth = 0;
    char text[IP_TEXT_MAX + 16];
    for (int local = 0; local < 2; local++)
        for (size_t k = 0; k < i->addrs; k++)
            if (!is_usual_on_loopback(i, &i->addr[k]) && is_link_local(&i->addr[k]) == local) {
                first = first ? first : &i->addr[k];
                worth++;
            }
    if (!first)
        return;
    addr_text(first, text);
    col = area_text_in(a, row, col, smaller((int)strlen(text), a.cols - col), STYLE_PLAIN, text);
    if (worth > 1)
        area_glyph(a, row, col + 1, STYLE_DIM, GLYPH_MORE);
}

/* --- columns ---------------------------------------------------------------------------------- */

struct widths {
    int name, peer, addr;
};

static struct widths measure(const struct pane *p, const struct canvas *c)
{
    const struct snap_node *n = &p->d->snap->node[p->node];
    struct widths w = {0};
    for (size_t k = 0; k < n->ifs; k++) {
        const struct snap_if *i = &n->iface[k];
        _cleanup_free_ char *peer = words_peer(p->d->snap, i);
        w.name = larger(w.name, canvas_width(c, i->name));
        w.peer = larger(w.peer, canvas_width(c, peer));
        for (size_t a = 0; a < i->addrs; a++) {
            char text[IP_TEXT_MAX + 16];
            addr_text(&i->addr[a], text);
            if (!is_usual_on_loopback(i, &i->addr[a]))
                w.addr = larger(w.addr, (int)strlen(text));
        }
    }
    return w;
}

static struct columns choose(const struct pane *p, struct area a)
{
    struct widths w = measure(p, a.canvas);
    int name = larger(w.name, 4);
    struct columns c = {.name = smaller(name, larger(NAME_MIN, a.cols - 2 - STATE_MIN))};
    c.told = ui_has_section(p->d, p->node, SECTION_ADDRS);
    c.state = smaller(STATE_FULL, a.cols - 2 - c.name);
    int at = 1 + c.name + 1 + c.state;
    if (c.state < STATE_FULL || at + 2 * (1 + RATE_COLS) > a.cols)
        return c;
    c.rates = at + 1;
    at += 2 * (1 + RATE_COLS);
    if (at + 2 + MAC_COLS > a.cols)
        return c;
    c.mac = at + 2;
    at += 2 + MAC_COLS;
    c.peer_width = larger(w.peer, 4);
    if (at + 2 + c.peer_width > a.cols)
        return c;
    c.peer = at + 2;
    at += 2 + c.peer_width;
    if (c.told && at + 2 + larger(w.addr, 9) <= a.cols)
        c.addrs = at + 2;
    return c;
}

bool pane_links_tell_addrs(const struct pane *p, struct area a, enum pane_detail detail)
{
    if (p->form != FORM_COMPACT)
        return p->form == FORM_IP_ADDR;
    return detail != DETAIL_ROW || (p->expand && p->link) || choose(p, a).addrs;
}

void pane_links_header(const struct pane *p, struct area a)
{
    struct columns c = choose(p, a);
    area_fill(area_part(a, 0, 0, 1, a.cols), STYLE_HEADER, " ");
    area_text_in(a, 0, 1, c.name, STYLE_HEADER, "LINK");
    area_text_in(a, 0, 2 + c.name, c.state, STYLE_HEADER, "STATE");
    if (c.state == STATE_FULL)
        area_text_right(a, 0, 2 + c.name, c.state, STYLE_HEADER, "CARRIER");
    if (c.rates) {
        area_text_right(a, 0, c.rates, RATE_COLS, STYLE_HEADER, "RX/s");
        area_text_right(a, 0, c.rates + 1 + RATE_COLS, RATE_COLS, STYLE_HEADER, "TX/s");
    }
    if (c.mac)
        area_text(a, 0, c.mac, STYLE_HEADER, "MAC");
    if (c.peer)
        area_text(a, 0, c.peer, STYLE_HEADER, "PEER");
    if (c.addrs)
        area_text(a, 0, c.addrs, STYLE_HEADER, "ADDRESSES");
}

/* --- rows ------------------------------------------------------------------------------------- */

static enum canvas_style state_style(const struct snap_if *i)
{
    if (!(i->flags & IFF_UP))
        return STYLE_BAD;
    return i->carrier ? STYLE_GOOD : STYLE_WARN;
}

/* A link whose other end is down is DOWN itself, as one that is set down here (unless both ends are
 * in one namespace): only NO-CARRIER, which ip(8) prints for a link that is set up, tells them
 * apart. So that has its room first, and LOWERLAYERDOWN is cut. */
static void draw_state(const struct snap_if *i, const struct columns *c, struct area a, int row)
{
    bool lost = i->flags & IFF_UP && !i->carrier;
    const char *state = snap_state_word(i);
    const char *carrier = i->carrier ? "yes" : lost ? "NO-CARRIER" : "no";
    if (c->state < STATE_FULL) {
        area_text_in(a, row, 2 + c->name, c->state, state_style(i), lost ? carrier : state);
        return;
    }
    int room = c->state - canvas_width(a.canvas, carrier) - 1,
        width = canvas_width(a.canvas, state);
    area_text_in(a, row, 2 + c->name, smaller(width, room), state_style(i), state);
    area_text_right(a, row, 2 + c->name, c->state, state_style(i), carrier);
}

/* Whatever it sends is dropped. */
static bool is_cut(const struct snap_if *i)
{
    return strcmp(i->qdisc, OP_QDISC_BLACKHOLE) == 0;
}

static void rate_texts(const struct pane *p, const struct snap_if *i, char rx[WORDS_MAX],
                       char tx[WORDS_MAX])
{
    const struct view_rate *r = view_data_rate(p->d, p->node, i->index);
    bool known = r && r->known;
    snprintf(rx, WORDS_MAX, "-");
    snprintf(tx, WORDS_MAX, "-");
    if (known) {
        words_count(rx, r->rx_bps);
        words_count(tx, r->tx_bps);
    }
    if (is_cut(i))
        snprintf(tx, WORDS_MAX, "cut");
}

static void mac_text(const struct snap_if *i, char text[MAC_TEXT_MAX])
{
    if (i->has_mac)
        mac_format(i->mac, text);
    else
        snprintf(text, MAC_TEXT_MAX, "-");
}

static void draw_row(const struct pane *p, const struct snap_if *i, const struct columns *c,
                     struct area a, int row)
{
    char rx[WORDS_MAX], tx[WORDS_MAX], mac[MAC_TEXT_MAX];
    area_text_in(a, row, 1, c->name, STYLE_TITLE, i->name);
    draw_state(i, c, a, row);
    rate_texts(p, i, rx, tx);
    if (c->rates) {
        area_text_right(a, row, c->rates, RATE_COLS, STYLE_PLAIN, rx);
        area_text_right(a, row, c->rates + 1 + RATE_COLS, RATE_COLS,
                        is_cut(i) ? STYLE_BAD : STYLE_PLAIN, tx);
    }
    if (c->mac) {
        mac_text(i, mac);
        area_text(a, row, c->mac, STYLE_DIM, mac);
    }
    if (c->peer) {
        _cleanup_free_ char *peer = words_peer(p->d->snap, i);
        area_text_in(a, row, c->peer, c->peer_width, STYLE_PLAIN, *peer ? peer : "-");
    }
}

static void add_peer(const struct pane *p, const struct snap_if *i, const struct columns *c,
                     struct flow *f)
{
    _cleanup_free_ char *peer = words_peer(p->d->snap, i);
    if (c->peer || !*peer)
        return;
    _cleanup_free_ char *text = mem_printf("%s %s", canvas_glyph(f->a.canvas, GLYPH_PEER), peer);
    flow_add(f, STYLE_PLAIN, text);
}

/* What found no column, but for addresses. */
static void add_details(const struct pane *p, const struct snap_if *i, const struct columns *c,
                        struct flow *f)
{
    char rx[WORDS_MAX], tx[WORDS_MAX], mac[MAC_TEXT_MAX], rates[2 * WORDS_MAX + 16];
    if (!c->mac && i->has_mac) {
        mac_text(i, mac);
        flow_add(f, STYLE_DIM, mac);
    }
    add_peer(p, i, c, f);
    if (!c->rates) {
        rate_texts(p, i, rx, tx);
        snprintf(rates, sizeof rates, "rx %4s  tx %4s B/s", rx, tx);
        flow_add(f, STYLE_DIM, rates);
    }
}

static void add_master(const struct pane *p, const struct snap_if *i, struct flow *f)
{
    const struct snap_if *m = snap_if_by_index(&p->d->snap->node[p->node], i->master);
    if (!i->master || !m)
        return;
    _cleanup_free_ char *text = mem_printf("port of %s", m->name);
    flow_add(f, STYLE_DIM, text);
}

static bool leaves_addresses_out(const struct snap_if *i, const struct columns *c,
                                 enum pane_detail detail)
{
    bool none = detail == DETAIL_ROW && !c->addrs; /* where one is told, so are more */
    for (size_t k = 0; k < i->addrs; k++)
        if (!is_usual_on_loopback(i, &i->addr[k]) &&
            (none || (detail == DETAIL_SHORT && is_link_local(&i->addr[k]))))
            return c->told;
    return false;
}

/* In less than all detail: that there is more, if a column is free for it. */
static void mark_more(const struct snap_if *i, const struct columns *c, const struct flow *f,
                      int row, enum pane_detail detail)
{
    bool mac = i->has_mac && !c->mac && !(i->flags & IFF_LOOPBACK);
    if (detail == DETAIL_ALL || (!mac && !leaves_addresses_out(i, c, detail)))
        return;
    int right = c->peer ? c->peer + c->peer_width : c->rates ? c->rates + 2 * RATE_COLS + 1 : 0;
    int at = f->used ? f->col + 1 : f->a.cols - 1;
    if (at < f->a.cols && (f->used || (right > 0 && right < f->a.cols)))
        area_glyph(f->a, f->used ? f->row : row, at, STYLE_DIM, GLYPH_MORE);
}

/* Returns the row after the link. Of lo, only addresses that it does not always have are told. */
static int draw_link(const struct pane *p, const struct snap_if *i, const struct columns *c,
                     struct area a, int row, enum pane_detail detail)
{
    struct flow f = {.a = a, .row = c->addrs ? row : row + 1, .left = c->addrs ? c->addrs : INDENT};
    f.col = f.left;
    draw_row(p, i, c, a, row);
    if (detail == DETAIL_ALL && !(i->flags & IFF_LOOPBACK))
        add_details(p, i, c, &f);
    else if (detail == DETAIL_SHORT)
        add_peer(p, i, c, &f);
    if (detail != DETAIL_ROW && c->told)
        add_addresses(&f, i, detail);
    else if (c->addrs)
        put_first_address(a, row, c->addrs, i);
    if (detail == DETAIL_ALL)
        add_master(p, i, &f);
    mark_more(i, c, &f, row, detail);
    return larger(row + 1, flow_end(&f));
}

struct pane_list pane_links(const struct pane *p, struct area a, int skip, enum pane_detail detail)
{
    const struct snap_node *n = &p->d->snap->node[p->node];
    _cleanup_free_ const struct snap_if **list = view_links(n);
    if (p->form != FORM_COMPACT && n->ifs > 0)
        return pane_ip_links(p, a, skip);
    struct columns c = choose(p, a);
    struct pane_list l = {0};
    int row = -skip;
    if (n->ifs == 0)
        area_text_in(a, 0, 1, a.cols - 1, STYLE_DIM, "no links");
    for (size_t k = 0; k < n->ifs; k++) {
        bool selected = list[k] == p->link;
        int next = draw_link(p, list[k], &c, a, row, selected && p->expand ? DETAIL_ALL : detail);
        hits_mark_rows(a, row, next - row, (struct hit){HIT_LINK, p->node, list[k]->index});
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
