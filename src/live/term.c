/* SPDX-License-Identifier: BSD-2-Clause */
/* term: the parser (the state machine of DEC's VT500 as Paul Williams drew it, for UTF-8) and what
 * is asked from outside. */
#include "live/term_state.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/width.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX   4096 /* bytes a call; a program that asks more does not read them */
#define TAB_EVERY    8
#define INVALID      0xfffd /* the character that stands for invalid bytes */
#define CODE_ESCAPE  0x1b
#define CODE_BELL    0x07
#define CODE_CANCEL  0x18
#define CODE_REPLACE 0x1a
#define CODE_DELETE  0x7f

/* --- characters ------------------------------------------------------------------------------- */

/* The line drawing set, 0x60-0x7e. */
static const uint16_t graphic[] = {
    0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1, 0x2424, 0x240b, 0x2518,
    0x2510, 0x250c, 0x2514, 0x253c, 0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c, 0x2524,
    0x2534, 0x252c, 0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7,
};

static void print(struct term *t, uint32_t code)
{
    if (code < 0x7f && code >= 0x60 && t->cursor.graphic[t->cursor.shift])
        code = graphic[code - 0x60];
    else if (code >= 0x7f && text_is_acting(code))
        return;
    if (width_of(code))
        term_grid_print(t, code);
    else
        term_grid_mark(t, code);
}

static void tab(struct term *t)
{
    int col = t->cursor.col + 1;
    while (col < t->cols - 1 && !t->tab[col])
        col++;
    t->cursor.col = col < t->cols ? col : t->cols - 1;
}

static void control(struct term *t, uint8_t c)
{
    switch (c) {
    case CODE_BELL:
        t->bell = true;
        break;
    case '\b':
        t->cursor.col -= t->cursor.col > 0;
        t->cursor.wrap = false;
        break;
    case '\t':
        tab(t);
        break;
    case '\n':
    case '\v':
    case '\f':
        term_grid_index(t);
        t->cursor.col = t->mode.new_line ? 0 : t->cursor.col;
        break;
    case '\r':
        t->cursor.col = 0;
        t->cursor.wrap = false;
        break;
    case 0x0e:
    case 0x0f:
        t->cursor.shift = c == 0x0e;
        break;
    default:
        break;
    }
}

/* --- sequences -------------------------------------------------------------------------------- */

static void enter(struct term_parser *p, enum term_state state)
{
    p->state = state;
    p->prefix = p->middle = 0;
    p->params = 0;
    p->string_len = 0;
}

/* "0;title" and "2;title" only: an OSC can also set the clipboard, and that is not a node's. */
static void end_string(struct term *t)
{
    struct term_parser *p = &t->parser;
    if (p->state != TERM_OSC || p->string_len < 2 || p->string[1] != ';' ||
        (p->string[0] != '0' && p->string[0] != '2'))
        return;
    p->string[p->string_len] = '\0';
    text_clean_to(t->title, sizeof t->title, p->string + 2);
}

static void designate(struct term *t, char middle, uint8_t final)
{
    static const char sets[] = "()*+";
    const char *set = strchr(sets, middle);
    if (middle && set)
        t->cursor.graphic[set - sets] = final == '0';
}

static void escape_plain(struct term *t, uint8_t final)
{
    switch (final) {
    case '7':
        term_save_cursor(t);
        break;
    case '8':
        term_restore_cursor(t);
        break;
    case 'D':
        term_grid_index(t);
        break;
    case 'E':
        t->cursor.col = 0;
        term_grid_index(t);
        break;
    case 'H':
        t->tab[t->cursor.col] = true;
        break;
    case 'M':
        term_grid_reverse(t);
        break;
    case 'Z':
        term_answer(t, "\033[?62;22c");
        break;
    case 'c':
        term_reset(t, true);
        break;
    case 'n':
    case 'o':
        t->cursor.shift = final == 'n' ? 2 : 3;
        break;
    default:
        break;
    }
}

static void escape_end(struct term *t, uint8_t final)
{
    struct term_parser *p = &t->parser;
    p->state = TERM_GROUND;
    if (p->middle == '#' && final == '8') {
        term_grid_fill(t, 'E');
        term_go(t, 0, 0);
    } else if (p->middle) {
        designate(t, p->middle, final);
    } else if (final == '[') {
        enter(p, TERM_CSI);
    } else if (final == ']') {
        enter(p, TERM_OSC);
    } else if (final == 'P' || final == 'X' || final == '^' || final == '_') {
        enter(p, TERM_STRING);
    } else {
        escape_plain(t, final);
    }
}

/* A digit or a separator. Beyond the last parameter everything is left out. */
static void parameter(struct term_parser *p, uint8_t c)
{
    if (p->params == 0) {
        p->params = 1;
        p->param[0] = 0;
        p->given[0] = p->sub[0] = false;
    }
    int at = p->params - 1;
    if (c >= '0' && c <= '9') {
        unsigned value = p->param[at] * 10u + (c - '0');
        p->param[at] = (uint16_t)(value > UINT16_MAX ? UINT16_MAX : value);
        p->given[at] = true;
    } else if (p->params < TERM_PARAMS_MAX) {
        p->param[++at] = 0;
        p->given[at] = false;
        p->sub[at] = c == ':';
        p->params++;
    } else {
        p->state = TERM_CSI_IGNORE;
    }
}

static void csi_byte(struct term *t, uint8_t c)
{
    struct term_parser *p = &t->parser;
    if (c >= 0x40) {
        enum term_state was = p->state;
        p->state = TERM_GROUND;
        if (was != TERM_CSI_IGNORE)
            term_csi(t, (char)c);
    } else if (p->state == TERM_CSI_IGNORE) {
        return;
    } else if (c < 0x30) {
        if (p->middle)
            p->state = TERM_CSI_IGNORE;
        else
            p->state = TERM_CSI_MIDDLE;
        p->middle = (char)c;
    } else if (p->state == TERM_CSI_MIDDLE) {
        p->state = TERM_CSI_IGNORE;
    } else if (c >= 0x3c) {
        if (p->params || p->prefix)
            p->state = TERM_CSI_IGNORE;
        p->prefix = (char)c;
    } else {
        parameter(p, c);
    }
}

static void string_byte(struct term *t, uint8_t c)
{
    struct term_parser *p = &t->parser;
    if (c == CODE_BELL && p->state == TERM_OSC) {
        end_string(t);
        p->state = TERM_GROUND;
    } else if (p->state == TERM_OSC && c >= ' ' && p->string_len < sizeof p->string - 1) {
        p->string[p->string_len++] = (char)c;
    }
}

/* A byte below 0x80 within a sequence. */
static void sequence_byte(struct term *t, uint8_t c)
{
    struct term_parser *p = &t->parser;
    bool string = p->state == TERM_OSC || p->state == TERM_STRING;
    if (c == CODE_ESCAPE) {
        end_string(t);
        enter(p, TERM_ESCAPE);
    } else if (c == CODE_CANCEL || c == CODE_REPLACE) {
        p->state = TERM_GROUND;
    } else if (string) {
        string_byte(t, c);
    } else if (c < 0x20) {
        control(t, c);
    } else if (c == CODE_DELETE) {
        return;
    } else if (p->state == TERM_ESCAPE || p->state == TERM_ESCAPE_MIDDLE) {
        if (c >= 0x30) {
            escape_end(t, c);
            return;
        }
        p->middle = p->state == TERM_ESCAPE ? (char)c : ' '; /* two: nothing that we know */
        p->state = TERM_ESCAPE_MIDDLE;
    } else {
        csi_byte(t, c);
    }
}

/* --- bytes ------------------------------------------------------------------------------------ */

static void begin_character(struct term *t, uint8_t c)
{
    struct term_parser *p = &t->parser;
    if (c < 0xc2 || c > 0xf4) {
        print(t, INVALID);
        return;
    }
    p->missing = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    p->least = c < 0xe0 ? 0x80 : c < 0xf0 ? 0x800 : 0x10000;
    p->code = c & (0x3fu >> p->missing);
}

/* False: the byte does not belong to it, and is to be looked at anew. */
static bool continue_character(struct term *t, uint8_t c)
{
    struct term_parser *p = &t->parser;
    if ((c & 0xc0) != 0x80) {
        p->missing = 0;
        print(t, INVALID);
        return false;
    }
    p->code = p->code << 6 | (c & 0x3f);
    if (--p->missing == 0) {
        bool surrogate = p->code >= 0xd800 && p->code <= 0xdfff;
        print(t, p->code < p->least || p->code > 0x10ffff || surrogate ? INVALID : p->code);
    }
    return true;
}

static void byte(struct term *t, uint8_t c)
{
    struct term_parser *p = &t->parser;
    bool string = p->state == TERM_OSC || p->state == TERM_STRING;
    if (p->missing && continue_character(t, c))
        return;
    if (c >= 0x80 && string) {
        string_byte(t, c);
    } else if (c >= 0x80) {
        p->state = TERM_GROUND;
        begin_character(t, c);
    } else if (p->state != TERM_GROUND || c == CODE_ESCAPE) {
        sequence_byte(t, c);
    } else if (c < 0x20) {
        control(t, c);
    } else if (c != CODE_DELETE) {
        print(t, c);
    }
}

/* At most a line, which is as much as is printed at once. */
static size_t plain_run(const struct term *t, const char *bytes, size_t len)
{
    size_t n = 0;
    if (t->parser.state != TERM_GROUND || t->parser.missing || t->mode.insert ||
        t->cursor.graphic[t->cursor.shift])
        return 0;
    len = len < (size_t)t->cols ? len : (size_t)t->cols;
    while (n < len && bytes[n] >= ' ' && bytes[n] <= '~')
        n++;
    return n;
}

void term_feed(struct term *t, const char *bytes, size_t len, struct buf *answer)
{
    struct buf own = BUF_INIT;
    t->answer = &own;
    for (size_t i = 0; i < len;) {
        size_t run = plain_run(t, bytes + i, len - i);
        if (run)
            i += term_grid_print_plain(t, bytes + i, run);
        else
            byte(t, (uint8_t)bytes[i++]);
    }
    t->answer = NULL;
    t->age += len > 0;
    buf_add(answer, buf_str(&own), own.len);
    buf_fini(&own);
}

void term_answer(struct term *t, const char *fmt, ...)
{
    char text[128];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n > 0 && n < (int)sizeof text && t->answer->len + (size_t)n <= ANSWER_MAX)
        buf_add(t->answer, text, (size_t)n);
}

/* --- life ------------------------------------------------------------------------------------- */

static int side(int n)
{
    return n < 2 ? 2 : n > TERM_SIDE_MAX ? TERM_SIDE_MAX : n;
}

void term_reset(struct term *t, bool hard)
{
    struct term_modes mode = t->mode;
    t->mode = (struct term_modes){0};
    if (!hard) { /* DECSTR leaves these as they are */
        t->mode.mouse = mode.mouse;
        t->mode.mouse_sgr = mode.mouse_sgr;
        t->mode.paste = mode.paste;
        t->mode.focus = mode.focus;
    }
    struct term_cursor plain = {.pen = term_pen_plain};
    t->main.saved = t->other.saved = plain;
    plain.row = t->cursor.row;
    plain.col = t->cursor.col;
    t->cursor = plain;
    t->top = 0;
    t->bottom = t->rows;
    if (!hard)
        return;
    for (int i = 0; i < TERM_SIDE_MAX; i++)
        t->tab[i] = i % TAB_EVERY == 0;
    t->grid = &t->other;
    term_grid_erase_rows(t, 0, t->rows);
    t->grid = &t->main;
    term_grid_erase_rows(t, 0, t->rows);
    term_go(t, 0, 0);
    t->scrolled = 0;
    t->last = 0;
    t->title[0] = '\0';
}

struct term *term_new(int rows, int cols, int history)
{
    struct term *t = mem_zalloc(1, sizeof *t);
    t->rows = side(rows);
    t->cols = side(cols);
    t->tab = mem_zalloc(TERM_SIDE_MAX, sizeof *t->tab);
    term_grid_init(&t->main, t->rows);
    term_grid_init(&t->other, t->rows);
    term_past_init(&t->past, history);
    term_reset(t, true);
    return t;
}

void term_free(struct term *t)
{
    if (!t)
        return;
    term_grid_fini(&t->main, t->rows);
    term_grid_fini(&t->other, t->rows);
    term_past_fini(&t->past);
    free(t->tab);
    free(t);
}

void term_resize(struct term *t, int rows, int cols)
{
    if (side(rows) == t->rows && side(cols) == t->cols)
        return;
    term_grid_resize(t, side(rows), side(cols));
    t->age++;
}

/* --- what is seen ----------------------------------------------------------------------------- */

void term_size(const struct term *t, int *rows, int *cols)
{
    *rows = t->rows;
    *cols = t->cols;
}

uint64_t term_age(const struct term *t)
{
    return t->age;
}

bool term_take_bell(struct term *t)
{
    bool was = t->bell;
    t->bell = false;
    return was;
}

const char *term_title(const struct term *t)
{
    return t->title;
}

const struct term_cell *term_cell(const struct term *t, int row, int col)
{
    static const struct term_cell blank = {.code = ' ', .width = 1, .pen = {-1, -1, 0}};
    int at = row - t->scrolled;
    if (row < 0 || row >= t->rows || col < 0 || col >= t->cols)
        return &blank;
    const struct term_line *l = at < 0 ? term_past_line(&t->past, -at - 1) : &t->grid->line[at];
    if (col >= l->used || (l->cell[col].width == 2 && col + 1 >= t->cols))
        return &blank;
    return &l->cell[col];
}

static size_t utf8(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3f));
    to[0] = (char)((0xf00 >> n) | code);
    return n;
}

const char *term_cell_text(const struct term_cell *c, char *to)
{
    size_t n = c->width ? utf8(c->code, to) : 0;
    for (int i = 0; i < TERM_MARKS && c->width && c->mark[i]; i++)
        n += utf8(c->mark[i], to + n);
    to[n] = '\0';
    return to;
}

bool term_cursor(const struct term *t, int *row, int *col)
{
    *row = t->cursor.row + t->scrolled;
    *col = t->cursor.col;
    return !t->mode.no_cursor && *row < t->rows;
}

void term_scroll(struct term *t, int lines)
{
    int most = t->grid == &t->main ? t->past.count : 0, least = 0;
    int64_t to = (int64_t)t->scrolled + lines;
    t->scrolled = to > most ? most : to < least ? least : (int)to;
    t->age++;
}

int term_scrolled(const struct term *t)
{
    return t->scrolled;
}

int term_history(const struct term *t)
{
    return t->past.count;
}

bool term_is_alternate(const struct term *t)
{
    return t->grid != &t->main;
}
