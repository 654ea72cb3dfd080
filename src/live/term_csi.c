/* SPDX-License-Identifier: BSD-2-Clause */
/* term_csi: control sequences (CSI ... final) but modes and looks, which are in term_mode.c. */
#include "live/term_state.h"

/* The parameter, or what an empty one or 0 stands for. */
static int number(const struct term *t, int at, int otherwise)
{
    const struct term_parser *p = &t->parser;
    return at < p->params && p->given[at] && p->param[at] ? p->param[at] : otherwise;
}

static int within(int n, int least, int most)
{
    return n < least ? least : n > most ? most : n;
}

void term_go(struct term *t, int row, int col)
{
    t->cursor.row = within(row, 0, t->rows - 1);
    t->cursor.col = within(col, 0, t->cols - 1);
    t->cursor.wrap = false;
}

/* With the origin at the top margin the cursor stays between the margins. */
static void go_from_origin(struct term *t, int row, int col)
{
    if (t->cursor.origin)
        row = within(row + t->top, t->top, t->bottom - 1);
    term_go(t, row, col);
}

/* The margins hold only a cursor that is between them. */
static void go_down(struct term *t, int count)
{
    int row = t->cursor.row, to = row + count;
    if (count < 0 && row >= t->top && to < t->top)
        to = t->top;
    if (count > 0 && row < t->bottom && to >= t->bottom)
        to = t->bottom - 1;
    term_go(t, to, t->cursor.col);
}

static void go_tabs(struct term *t, int count)
{
    int step = count < 0 ? -1 : 1, col = t->cursor.col;
    for (; count != 0 && col + step >= 0 && col + step < t->cols; count -= step)
        do
            col += step;
        while (col > 0 && col < t->cols - 1 && !t->tab[col]);
    term_go(t, t->cursor.row, col);
}

static void erase_display(struct term *t, int what)
{
    int row = t->cursor.row;
    if (what == 0) {
        term_grid_erase(t, row, t->cursor.col, t->cols);
        term_grid_erase_rows(t, row + 1, t->rows);
    } else if (what == 1) {
        term_grid_erase_rows(t, 0, row);
        term_grid_erase(t, row, 0, t->cursor.col + 1);
    } else if (what == 2) {
        term_grid_erase_rows(t, 0, t->rows);
    } else if (what == 3) {
        term_past_clear(&t->past);
        t->scrolled = 0;
    }
}

static void erase_line(struct term *t, int what)
{
    int col = t->cursor.col;
    if (what <= 2)
        term_grid_erase(t, t->cursor.row, what == 0 ? col : 0, what == 1 ? col + 1 : t->cols);
}

/* ncurses repeats a character up to the end of a line; more is no use to anybody. */
static void repeat(struct term *t, int count)
{
    uint32_t code = t->last;
    for (int i = within(count, 0, t->cols); i > 0 && code; i--)
        term_grid_print(t, code);
}

static void set_margins(struct term *t)
{
    int top = number(t, 0, 1) - 1, bottom = within(number(t, 1, t->rows), 1, t->rows);
    if (top + 1 >= bottom)
        return;
    t->top = top;
    t->bottom = bottom;
    go_from_origin(t, 0, 0);
}

static void lines(struct term *t, int count)
{
    if (t->cursor.row < t->top || t->cursor.row >= t->bottom)
        return;
    term_grid_scroll(t, t->cursor.row, count, false);
    t->cursor.col = 0;
    t->cursor.wrap = false;
}

static void clear_tabs(struct term *t)
{
    int what = number(t, 0, 0);
    for (int i = 0; i < TERM_SIDE_MAX && what == 3; i++)
        t->tab[i] = false;
    if (what == 0)
        t->tab[t->cursor.col] = false;
}

static void report(struct term *t)
{
    int what = number(t, 0, 0), row = t->cursor.row - (t->cursor.origin ? t->top : 0);
    if (what == 5)
        term_answer(t, "\033[0n");
    else if (what == 6)
        term_answer(t, "\033[%s%d;%dR", t->parser.prefix == '?' ? "?" : "", row + 1,
                    t->cursor.col + 1);
}

static void attributes(struct term *t, char prefix)
{
    if (number(t, 0, 0) != 0)
        return;
    if (prefix == 0)
        term_answer(t, "\033[?62;22c"); /* a VT220 with colours */
    else if (prefix == '>')
        term_answer(t, "\033[>1;10;0c");
}

static void moves(struct term *t, char final)
{
    int n = number(t, 0, 1), row = t->cursor.row, col = t->cursor.col;
    switch (final) {
    case 'A':
        go_down(t, -n);
        break;
    case 'B':
    case 'e':
        go_down(t, n);
        break;
    case 'C':
    case 'a':
        term_go(t, row, col + n);
        break;
    case 'D':
        term_go(t, row, col - n);
        break;
    case 'E':
    case 'F':
        go_down(t, final == 'E' ? n : -n);
        t->cursor.col = 0;
        break;
    case 'G':
    case '`':
        term_go(t, row, n - 1);
        break;
    case 'H':
    case 'f':
        go_from_origin(t, n - 1, number(t, 1, 1) - 1);
        break;
    case 'I':
    case 'Z':
        go_tabs(t, final == 'I' ? n : -n);
        break;
    case 'd':
        go_from_origin(t, n - 1, col);
        break;
    default:
        break;
    }
}

static void edits(struct term *t, char final)
{
    int n = number(t, 0, 1);
    switch (final) {
    case '@':
        term_grid_insert(t, n);
        break;
    case 'J':
        erase_display(t, number(t, 0, 0));
        break;
    case 'K':
        erase_line(t, number(t, 0, 0));
        break;
    case 'L':
        lines(t, -n);
        break;
    case 'M':
        lines(t, n);
        break;
    case 'P':
        term_grid_delete(t, n);
        break;
    case 'S':
        term_grid_scroll(t, t->top, n, t->top == 0 && t->grid == &t->main);
        break;
    case 'T':
        term_grid_scroll(t, t->top, -n, false);
        break;
    case 'X':
        term_grid_erase(t, t->cursor.row, t->cursor.col, t->cursor.col + n);
        break;
    default:
        return;
    }
    t->cursor.wrap = false;
}

static void others(struct term *t, char final)
{
    switch (final) {
    case 'b':
        repeat(t, number(t, 0, 1));
        break;
    case 'c':
        attributes(t, 0);
        break;
    case 'g':
        clear_tabs(t);
        break;
    case 'h':
    case 'l':
        term_set_modes(t, final == 'h');
        break;
    case 'm':
        term_sgr(t);
        break;
    case 'n':
        report(t);
        break;
    case 'r':
        set_margins(t);
        break;
    case 's':
        term_save_cursor(t);
        break;
    case 't':
        if (number(t, 0, 0) == 18)
            term_answer(t, "\033[8;%d;%dt", t->rows, t->cols);
        break;
    case 'u':
        term_restore_cursor(t);
        break;
    default:
        break;
    }
}

void term_csi(struct term *t, char final)
{
    char prefix = t->parser.prefix, middle = t->parser.middle;
    if (middle == '$' && final == 'p')
        term_report_mode(t);
    else if (middle == '!' && final == 'p')
        term_reset(t, false);
    else if (middle)
        return; /* a cursor's shape, and what else nobody sees here */
    else if (prefix == 0) {
        moves(t, final);
        edits(t, final);
        others(t, final);
    } else if (prefix == '?' && (final == 'h' || final == 'l'))
        term_set_modes(t, final == 'h');
    else if (prefix == '?' && (final == 'J' || final == 'K'))
        edits(t, final);
    else if (prefix == '?' && final == 'n')
        report(t);
    else if (final == 'c')
        attributes(t, prefix);
}
