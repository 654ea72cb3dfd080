/* SPDX-License-Identifier: BSD-2-Clause */
/* canvas: cells, and the only functions that write into them.
 *
 * Every text is made clean first, and in ASCII mode each other character a question mark; then it
 * is put character by character, so that columns are counted in one place. */
#include "view/canvas.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, OWN = -1 };

const struct canvas_look canvas_looks[STYLE_COUNT] = {
    [STYLE_PLAIN] = {"plain", OWN, OWN, 0},
    [STYLE_BAR] = {"bar", OWN, OWN, LOOK_REVERSE},
    [STYLE_TITLE] = {"title", OWN, OWN, LOOK_BOLD},
    [STYLE_BORDER] = {"border", OWN, OWN, LOOK_DIM},
    [STYLE_FOCUS] = {"focus", CYAN, OWN, LOOK_BOLD},
    [STYLE_HEADER] = {"header", OWN, OWN, LOOK_UNDERLINE},
    [STYLE_DIM] = {"dim", OWN, OWN, LOOK_DIM},
    [STYLE_GOOD] = {"good", GREEN, OWN, 0},
    [STYLE_BAD] = {"bad", RED, OWN, LOOK_BOLD},
    [STYLE_WARN] = {"warn", YELLOW, OWN, 0},
    [STYLE_KEY] = {"key", OWN, OWN, LOOK_BOLD},
    [STYLE_HELP] = {"help", OWN, OWN, 0},
    [STYLE_MESSAGE] = {"message", OWN, OWN, LOOK_BOLD},
    [STYLE_ERROR] = {"error", RED, OWN, LOOK_BOLD | LOOK_REVERSE},
    [STYLE_OWN] = {"own", OWN, OWN, 0},
};

static const struct {
    const char *ascii, *utf8;
} glyphs[GLYPH_COUNT] = {
    [GLYPH_H] = {"-", "─"},
    [GLYPH_V] = {"|", "│"},
    [GLYPH_TOP_LEFT] = {"+", "┌"},
    [GLYPH_TOP_RIGHT] = {"+", "┐"},
    [GLYPH_BOTTOM_LEFT] = {"+", "└"},
    [GLYPH_BOTTOM_RIGHT] = {"+", "┘"},
    [GLYPH_TEE_LEFT] = {"+", "├"},
    [GLYPH_TEE_RIGHT] = {"+", "┤"},
    [GLYPH_FOCUS_H] = {"=", "═"},
    [GLYPH_FOCUS_V] = {"|", "║"},
    [GLYPH_FOCUS_TOP_LEFT] = {"+", "╔"},
    [GLYPH_FOCUS_TOP_RIGHT] = {"+", "╗"},
    [GLYPH_FOCUS_BOTTOM_LEFT] = {"+", "╚"},
    [GLYPH_FOCUS_BOTTOM_RIGHT] = {"+", "╝"},
    [GLYPH_FOCUS_TEE_LEFT] = {"+", "╟"},
    [GLYPH_FOCUS_TEE_RIGHT] = {"+", "╢"},
    [GLYPH_POINTER] = {">", "►"},
    [GLYPH_ABOVE] = {"^", "▲"},
    [GLYPH_BELOW] = {"v", "▼"},
    [GLYPH_MORE] = {"~", "…"},
    [GLYPH_PEER] = {"<->", "↔"},
    [GLYPH_LOST] = {"x", "×"},
    [GLYPH_WAITING] = {"?", "·"},
    [GLYPH_BAR_1] = {"_", "▁"},
    [GLYPH_BAR_1 + 1] = {".", "▂"},
    [GLYPH_BAR_1 + 2] = {":", "▃"},
    [GLYPH_BAR_1 + 3] = {"-", "▄"},
    [GLYPH_BAR_1 + 4] = {"=", "▅"},
    [GLYPH_BAR_1 + 5] = {"+", "▆"},
    [GLYPH_BAR_1 + 6] = {"*", "▇"},
    [GLYPH_BAR_8] = {"#", "█"},
    [GLYPH_BRIDGE] = {"#", "≡"},
    [GLYPH_LINK_UP] = {"o", "■"},
    [GLYPH_LINK_BUSY] = {"@", "█"},
    [GLYPH_LINK_NONE] = {".", "·"},
};

const char *canvas_glyph(const struct canvas *c, enum glyph g)
{
    return c->ascii ? glyphs[g].ascii : glyphs[g].utf8;
}

static int within(int n, int least, int most)
{
    return n < least ? least : n > most ? most : n;
}

/* --- the rectangle ---------------------------------------------------------------------------- */

static void blank(struct canvas_cell *cell)
{
    *cell = (struct canvas_cell){.text = " ", .width = 1, .style = STYLE_PLAIN};
}

void canvas_init(struct canvas *c, int rows, int cols, bool ascii)
{
    c->rows = within(rows, 0, CANVAS_SIDE_MAX);
    c->cols = within(cols, 0, CANVAS_SIDE_MAX);
    c->ascii = ascii;
    c->hits = NULL;
    c->has_cursor = false;
    c->cursor_row = c->cursor_col = 0;
    size_t cells = (size_t)c->rows * (size_t)c->cols;
    c->cell = mem_zalloc(cells + 1, sizeof *c->cell);
    for (size_t i = 0; i < cells; i++)
        blank(&c->cell[i]);
}

void canvas_fini(struct canvas *c)
{
    free(c->cell);
    *c = (struct canvas){0};
}

void canvas_copy(struct canvas *to, const struct canvas *from)
{
    size_t cells = (size_t)from->rows * (size_t)from->cols;
    if (to->rows == from->rows && to->cols == from->cols && cells)
        memcpy(to->cell, from->cell, cells * sizeof *to->cell);
}

static struct canvas_cell *cell_at(const struct canvas *c, int row, int col)
{
    if (row < 0 || row >= c->rows || col < 0 || col >= c->cols)
        return NULL;
    return &c->cell[(size_t)row * (size_t)c->cols + (size_t)col];
}

const struct canvas_cell *canvas_at(const struct canvas *c, int row, int col)
{
    return cell_at(c, row, col);
}

struct area area_all(struct canvas *c)
{
    return (struct area){c, 0, 0, c->rows, c->cols};
}

struct area area_part(struct area a, int row, int col, int rows, int cols)
{
    int top = within(row, 0, a.rows), left = within(col, 0, a.cols);
    int bottom = within(row + rows, top, a.rows), right = within(col + cols, left, a.cols);
    return (struct area){a.canvas, a.row + top, a.col + left, bottom - top, right - left};
}

static struct canvas_cell *area_at(struct area a, int row, int col)
{
    if (row < 0 || row >= a.rows || col < 0 || col >= a.cols)
        return NULL;
    return cell_at(a.canvas, a.row + row, a.col + col);
}

/* --- writing ---------------------------------------------------------------------------------- */

/* What of a text comes into cells; owned by the caller. */
static char *shown(const struct canvas *c, const char *text)
{
    char *clean = text_clean_dup(text);
    if (!c->ascii)
        return clean;
    size_t len = strlen(clean), to = 0;
    for (size_t i = 0; i < len;) {
        uint32_t code = '?';
        size_t n = text_utf8_next(clean + i, len - i, &code);
        clean[to++] = code < 0x7f ? (char)code : '?';
        i += n ? n : 1;
    }
    clean[to] = '\0';
    return clean;
}

int canvas_width(const struct canvas *c, const char *text)
{
    _cleanup_free_ char *s = shown(c, text);
    size_t width = text_width(s);
    return width > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : (int)width;
}

/* The halves of a wide character go together: what is left of one becomes a blank. */
static void break_wide(struct area a, int row, int col)
{
    struct canvas_cell *cell = cell_at(a.canvas, a.row + row, a.col + col);
    struct canvas_cell *left = cell_at(a.canvas, a.row + row, a.col + col - 1);
    struct canvas_cell *right = cell_at(a.canvas, a.row + row, a.col + col + 1);
    if (cell && cell->width == 0 && left)
        blank(left);
    if (cell && cell->width == 2 && right)
        blank(right);
}

static void put(struct area a, int row, int col, enum canvas_style style, const char *text,
                size_t len, int width)
{
    struct canvas_cell *cell = area_at(a, row, col);
    struct canvas_cell *right = width == 2 ? area_at(a, row, col + 1) : NULL;
    for (int i = 0; i < width; i++)
        if (area_at(a, row, col + i))
            break_wide(a, row, col + i);
    if (width == 2 && (!cell || !right)) {
        cell = cell ? cell : area_at(a, row, col + 1); /* the half that is inside */
        text = " ";
        len = 1;
        width = 1;
        right = NULL;
    }
    if (!cell)
        return;
    *cell = (struct canvas_cell){.width = (uint8_t)width, .style = (uint8_t)style};
    memcpy(cell->text, text, len);
    if (right)
        *right = (struct canvas_cell){.width = 0, .style = (uint8_t)style};
}

/* A combining character joins the cell before it; what does not fit there is left out. */
static void join(struct area a, int row, int col, const char *text, size_t len)
{
    struct canvas_cell *cell = area_at(a, row, col - 1);
    if (cell && cell->width == 0)
        cell = area_at(a, row, col - 2);
    size_t have = cell ? strlen(cell->text) : 0;
    if (have && have + len < CANVAS_TEXT_MAX)
        memcpy(cell->text + have, text, len);
}

static int write_shown(struct area a, int row, int col, enum canvas_style style, const char *text,
                       size_t len)
{
    int start = col;
    for (size_t i = 0; i < len && col < CANVAS_SIDE_MAX;) {
        if (text[i] >= ' ' && text[i] <= '~') { /* most are */
            put(a, row, col++, style, text + i++, 1, 1);
            continue;
        }
        uint32_t code;
        size_t n = text_utf8_next(text + i, len - i, &code);
        char one[5] = {0};
        memcpy(one, text + i, n ? n : 1);
        int width = (int)text_width(one);
        if (width)
            put(a, row, col, style, one, strlen(one), width);
        else if (col > start)
            join(a, row, col, one, strlen(one));
        col += width;
        i += n ? n : 1;
    }
    return col;
}

/* Often: a list is measured by drawing it into an area without rows. */
static bool is_beside(struct area a, int row)
{
    return row < 0 || row >= a.rows;
}

int area_text(struct area a, int row, int col, enum canvas_style style, const char *text)
{
    if (is_beside(a, row))
        return col + canvas_width(a.canvas, text);
    _cleanup_free_ char *s = shown(a.canvas, text);
    return write_shown(a, row, col, style, s, strlen(s));
}

int area_text_in(struct area a, int row, int col, int width, enum canvas_style style,
                 const char *text)
{
    if (width <= 0)
        return col;
    if (is_beside(a, row))
        return col + width;
    _cleanup_free_ char *s = shown(a.canvas, text);
    if (text_width(s) <= (size_t)width) {
        write_shown(a, row, col, style, s, strlen(s));
    } else {
        int at = write_shown(a, row, col, style, s, text_fit(s, (size_t)width - 1));
        area_glyph(a, row, at, style, GLYPH_MORE);
    }
    return col + width;
}

int area_text_right(struct area a, int row, int col, int width, enum canvas_style style,
                    const char *text)
{
    int has = canvas_width(a.canvas, text);
    if (width <= 0)
        return col;
    return area_text_in(a, row, col + (has < width ? width - has : 0), has < width ? has : width,
                        style, text);
}

int area_glyph(struct area a, int row, int col, enum canvas_style style, enum glyph g)
{
    return area_text(a, row, col, style, canvas_glyph(a.canvas, g));
}

void area_fill(struct area a, enum canvas_style style, const char *glyph_text)
{
    for (int row = 0; row < a.rows; row++)
        for (int col = 0; col < a.cols; col++)
            put(a, row, col, style, glyph_text, strlen(glyph_text), 1);
}

void area_select_row(struct area a, int row)
{
    for (int col = 0; col < a.cols; col++) {
        struct canvas_cell *cell = area_at(a, row, col);
        if (cell)
            cell->selected = true;
    }
}

/* Lines keep their shape where only ASCII can be shown. */
static char line_of(uint32_t code)
{
    if (code < 0x2500 || code > 0x257f)
        return '?';
    if (code <= 0x2501 || code == 0x2550)
        return '-';
    return code == 0x2502 || code == 0x2503 || code == 0x2551 ? '|' : '+';
}

void area_own(struct area a, int row, int col, const char *text, int width,
              const struct canvas_own *own)
{
    char plain[2] = "?";
    uint32_t code = '?';
    size_t len = strlen(text);
    _cleanup_free_ char *clean = NULL;
    bool simple = len == 1 && text[0] >= ' ' && text[0] <= '~';
    if (a.canvas->ascii && !simple) {
        text_utf8_next(text, len, &code);
        plain[0] = line_of(code);
        for (int i = 0; i < width; i++)
            area_own(a, row, col + i, i ? " " : plain, 1, own);
        return;
    }
    if (!simple)
        text = clean = text_clean_dup(text);
    len = strlen(text);
    if (len >= CANVAS_TEXT_MAX || (!simple && (int)text_width(text) != width)) {
        text = "?";
        len = 1;
        width = 1;
    }
    put(a, row, col, STYLE_OWN, text, len, width);
    for (int i = 0; i < width; i++) {
        struct canvas_cell *cell = area_at(a, row, col + i);
        if (cell)
            cell->own = *own;
    }
}

void area_cursor(struct area a, int row, int col)
{
    if (!area_at(a, row, col))
        return;
    a.canvas->has_cursor = true;
    a.canvas->cursor_row = a.row + row;
    a.canvas->cursor_col = a.col + col;
}

void canvas_to_text(const struct canvas *c, struct buf *out)
{
    for (int row = 0; row < c->rows; row++) {
        size_t begin = out->len;
        for (int col = 0; col < c->cols; col++)
            buf_adds(out, cell_at(c, row, col)->text);
        while (out->len > begin && out->data[out->len - 1] == ' ')
            out->data[--out->len] = '\0';
        buf_addc(out, '\n');
    }
}
