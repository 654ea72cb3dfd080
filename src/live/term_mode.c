/* SPDX-License-Identifier: BSD-2-Clause */
/* term_mode: modes (SM, RM, DECSET, DECRST), the saved cursor, the alternate screen, and how
 * characters look (SGR). */
#include "live/term_state.h"

/* --- cursor and screens ----------------------------------------------------------------------- */

void term_save_cursor(struct term *t)
{
    t->grid->saved = t->cursor;
}

void term_restore_cursor(struct term *t)
{
    t->cursor = t->grid->saved;
    t->cursor.wrap = false;
}

/* `clear`: it begins blank. */
static void use_other(struct term *t, bool on, bool clear)
{
    struct term_grid *to = on ? &t->other : &t->main;
    if (t->grid == to)
        return;
    t->grid = to;
    t->scrolled = 0;
    if (on && clear)
        term_grid_erase_rows(t, 0, t->rows);
}

/* 1049: as the programs of terminfo(5)'s smcup and rmcup want it: the cursor is the screen's. */
static void use_other_with_cursor(struct term *t, bool on)
{
    if (on == (t->grid == &t->other))
        return;
    if (on)
        term_save_cursor(t);
    use_other(t, on, true);
    if (!on)
        term_restore_cursor(t);
}

/* --- modes ------------------------------------------------------------------------------------ */

static bool *flag_of(struct term *t, bool private, int number)
{
    if (!private)
        return number == 4 ? &t->mode.insert : number == 20 ? &t->mode.new_line : NULL;
    switch (number) {
    case 1:
        return &t->mode.cursor_keys;
    case 6:
        return &t->cursor.origin;
    case 1004:
        return &t->mode.focus;
    case 1006:
        return &t->mode.mouse_sgr;
    case 2004:
        return &t->mode.paste;
    default:
        return NULL;
    }
}

static enum term_mouse_mode mouse_of(int number)
{
    return number == 9      ? MOUSE_PRESS
           : number == 1000 ? MOUSE_CLICK
           : number == 1002 ? MOUSE_DRAG
           : number == 1003 ? MOUSE_MOVE
                            : MOUSE_OFF;
}

static void set_private(struct term *t, int number, bool on)
{
    if (number == 7)
        t->mode.no_wrap = !on;
    else if (number == 25)
        t->mode.no_cursor = !on;
    else if (number == 47 || number == 1047)
        use_other(t, on, number == 1047);
    else if (number == 1048 && on)
        term_save_cursor(t);
    else if (number == 1048)
        term_restore_cursor(t);
    else if (number == 1049)
        use_other_with_cursor(t, on);
    else if (mouse_of(number) && (on || t->mode.mouse == mouse_of(number)))
        t->mode.mouse = on ? mouse_of(number) : MOUSE_OFF;
    if (number == 7)
        t->cursor.wrap = false;
    if (number == 6)
        term_go(t, on ? t->top : 0, 0);
}

void term_set_modes(struct term *t, bool on)
{
    const struct term_parser *p = &t->parser;
    bool private = p->prefix == '?';
    for (int i = 0; i < p->params; i++) {
        bool *flag = flag_of(t, private, p->param[i]);
        if (flag)
            *flag = on;
        if (private)
            set_private(t, p->param[i], on);
    }
}

static bool is_set(struct term *t, int number, bool *known)
{
    const bool *flag = flag_of(t, true, number);
    *known = true;
    if (flag)
        return *flag;
    if (number == 7)
        return !t->mode.no_wrap;
    if (number == 25)
        return !t->mode.no_cursor;
    if (number == 47 || number == 1047 || number == 1049)
        return t->grid == &t->other;
    *known = mouse_of(number) != MOUSE_OFF;
    return *known && t->mode.mouse == mouse_of(number);
}

void term_report_mode(struct term *t)
{
    const struct term_parser *p = &t->parser;
    int number = p->params ? p->param[0] : 0;
    bool known = true, on;
    if (p->prefix == '?') {
        on = is_set(t, number, &known);
    } else {
        const bool *flag = flag_of(t, false, number);
        known = flag != NULL;
        on = flag && *flag;
    }
    term_answer(t, "\033[%s%d;%d$y", p->prefix == '?' ? "?" : "", number, !known ? 0 : on ? 1 : 2);
}

/* --- looks ------------------------------------------------------------------------------------ */

static int distance(int a, int b)
{
    return (a - b) * (a - b);
}

/* The nearest of xterm's cube of 216 colours and 24 greys. */
static int16_t nearest(int red, int green, int blue)
{
    static const int level[] = {0, 95, 135, 175, 215, 255};
    const int want[3] = {red & 0xff, green & 0xff, blue & 0xff};
    int index = 0, off = 0, mean = (want[0] + want[1] + want[2]) / 3;
    for (int i = 0; i < 3; i++) {
        int at = want[i] < 48 ? 0 : want[i] < 115 ? 1 : (want[i] - 35) / 40;
        index = 6 * index + at;
        off += distance(want[i], level[at]);
    }
    int grey = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10, off_grey = 0;
    for (int i = 0; i < 3; i++)
        off_grey += distance(want[i], 8 + 10 * grey);
    return (int16_t)(off_grey < off ? 232 + grey : 16 + index);
}

/* 38, 48 and 58, with semicolons or with colons (ISO 8613-6: there the red may stand behind the
 * colour space's number). Moves *at to the last parameter that belongs to it; -2: none. */
static int16_t colour(const struct term_parser *p, int *at)
{
    int i = *at, end = i + 1;
    while (end < p->params && p->sub[end])
        end++;
    bool colons = end > i + 1;
    if (!colons)
        end = p->params;
    int kind = i + 1 < end ? p->param[i + 1] : 0, has = end - i - 2;
    *at = colons ? end - 1 : kind == 5 ? i + 2 : kind == 2 ? i + 4 : i + 1;
    if (kind == 5 && has >= 1)
        return (int16_t)(p->param[i + 2] < 256 ? p->param[i + 2] : -2);
    if (kind != 2 || has < 3)
        return -2;
    const uint16_t *rgb = &p->param[i + 2 + (colons && has > 3)];
    return nearest(rgb[0], rgb[1], rgb[2]);
}

static void set_attribute(struct term_pen *pen, int n, bool none)
{
    static const uint16_t on[10] = {
        0,          TERM_BOLD,  TERM_DIM,     TERM_ITALIC, TERM_UNDERLINE,
        TERM_BLINK, TERM_BLINK, TERM_INVERSE, TERM_HIDDEN, TERM_STRIKE};
    if (n < 10 && none)
        pen->attributes &= (uint16_t)~on[n];
    else if (n < 10)
        pen->attributes |= on[n];
    else if (n == 21)
        pen->attributes |= TERM_UNDERLINE;
    else if (n == 22)
        pen->attributes &= (uint16_t) ~(TERM_BOLD | TERM_DIM);
    else if (n > 22 && n < 30)
        pen->attributes &= (uint16_t)~on[n - 20];
}

static void set_colour(struct term_pen *pen, int n)
{
    if (n >= 30 && n < 38)
        pen->foreground = (int16_t)(n - 30);
    else if (n == 39)
        pen->foreground = -1;
    else if (n >= 40 && n < 48)
        pen->background = (int16_t)(n - 40);
    else if (n == 49)
        pen->background = -1;
    else if (n >= 90 && n < 98)
        pen->foreground = (int16_t)(n - 82);
    else if (n >= 100 && n < 108)
        pen->background = (int16_t)(n - 92);
}

void term_sgr(struct term *t)
{
    const struct term_parser *p = &t->parser;
    struct term_pen *pen = &t->cursor.pen;
    if (p->params == 0)
        *pen = term_pen_plain;
    for (int i = 0; i < p->params; i++) {
        int n = p->param[i];
        if (n == 38 || n == 48 || n == 58) {
            int16_t c = colour(p, &i);
            if (c >= 0 && n != 58)
                *(n == 38 ? &pen->foreground : &pen->background) = c;
            continue;
        }
        bool none = i + 1 < p->params && p->sub[i + 1] && p->param[i + 1] == 0; /* 4:0 */
        while (i + 1 < p->params && p->sub[i + 1])
            i++;
        if (n == 0)
            *pen = term_pen_plain;
        else if (n < 30)
            set_attribute(pen, n, none);
        else
            set_colour(pen, n);
    }
}
