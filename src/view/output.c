/* SPDX-License-Identifier: BSD-2-Clause */
/* output: see the header. */
#include "view/output.h"

#include "base/mem.h"
#include "base/text.h"
#include "view/frame.h"
#include "view/hits.h"

#include <stdlib.h>
#include <string.h>

#define TAB_COLS 8

struct output *output_new(void)
{
    return mem_zalloc(1, sizeof(struct output));
}

static void clear(struct output *o)
{
    for (size_t i = 0; i < OUTPUT_LINES_MAX; i++) {
        free(o->line[i]);
        o->line[i] = NULL;
    }
    free(o->title);
    o->title = NULL;
    buf_reset(&o->partial);
    o->lines = 0;
}

void output_free(struct output *o)
{
    if (!o)
        return;
    clear(o);
    buf_fini(&o->partial);
    free(o);
}

void output_begin(struct output *o, const char *title)
{
    clear(o);
    o->title = text_clean_dup(title);
    o->running = true;
    o->code = 0;
}

static void end_line(struct output *o)
{
    char **slot = &o->line[o->lines++ % OUTPUT_LINES_MAX];
    free(*slot);
    struct buf clean = BUF_INIT;
    const char *text = buf_str(&o->partial);
    size_t len = o->partial.len;
    text_clean(&clean, text, len && text[len - 1] == '\r' ? len - 1 : len);
    *slot = buf_steal(&clean);
    buf_reset(&o->partial);
}

/* A character is not cut in half where a long line is. */
static bool is_full(const struct output *o, char next)
{
    bool inside = ((unsigned char)next & 0xc0) == 0x80;
    return o->partial.len >= OUTPUT_LINE_MAX && (!inside || o->partial.len >= OUTPUT_LINE_MAX + 4);
}

void output_add(struct output *o, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\n') {
            end_line(o);
            continue;
        }
        if (is_full(o, bytes[i]))
            end_line(o);
        if (bytes[i] != '\t') {
            buf_addc(&o->partial, bytes[i]);
            continue;
        }
        do
            buf_addc(&o->partial, ' ');
        while (o->partial.len % TAB_COLS);
    }
}

void output_end(struct output *o, int code)
{
    if (o->partial.len)
        end_line(o);
    o->running = false;
    o->code = code;
}

/* --- the box ---------------------------------------------------------------------------------- */

static size_t kept(const struct output *o)
{
    return o->lines < OUTPUT_LINES_MAX ? o->lines : OUTPUT_LINES_MAX;
}

static const char *line_at(const struct output *o, size_t i)
{
    return o->line[(o->lines - kept(o) + i) % OUTPUT_LINES_MAX];
}

/* Columns stand apart by more than one blank; folded, nobody could read them. */
static bool is_of_table(const char *text)
{
    return strstr(text + strspn(text, " "), "  ");
}

/* Bytes of a row; at least a character, so that it ends. */
static size_t row_bytes(const char *text, int cols)
{
    size_t n = text_fit(text, (size_t)(cols > 1 ? cols : 1)), blank = n;
    uint32_t code;
    if (is_of_table(text))
        return strlen(text);
    while (text[n] && blank > n / 2 && text[blank - 1] != ' ')
        blank--;
    n = text[n] && blank > n / 2 ? blank : n;
    return n || !*text ? n : text_utf8_next(text, strlen(text), &code);
}

static int rows_of(const char *text, int cols)
{
    int rows = 0;
    do {
        text += row_bytes(text, cols);
        rows++;
    } while (*text);
    return rows;
}

int output_rows(const struct output *o, int cols)
{
    int rows = 0;
    for (size_t i = 0; i < kept(o); i++)
        rows += rows_of(line_at(o, i), cols);
    if (o->partial.len) {
        _cleanup_free_ char *clean = text_clean_dup(buf_str(&o->partial));
        rows += rows_of(clean, cols);
    }
    return rows + 1; /* how it ended */
}

int output_width(const struct output *o)
{
    size_t width = 0;
    for (size_t i = 0; i < kept(o); i++) {
        size_t w = is_of_table(line_at(o, i)) ? text_width(line_at(o, i)) : 0;
        width = w > width ? w : width;
    }
    return (int)width;
}

void output_room(const struct output *o, struct area a, int *rows, int *cols)
{
    int needs;
    *cols = a.cols > 12 ? a.cols - 6 : a.cols - 2;
    *cols = *cols > 1 ? *cols : 1;
    *rows = a.rows > 8 ? a.rows - 4 : a.rows - 2;
    *rows = *rows > 1 ? *rows : 1;
    needs = output_rows(o, *cols);
    *rows = needs < *rows ? needs : *rows;
}

/* Rows of `text` from `*row` on; those outside of the area are not drawn. */
static void put_text(struct area in, int *row, enum canvas_style style, const char *text, int left)
{
    if (is_of_table(text) && left > 0)
        text += text_fit(text, (size_t)left);
    do {
        size_t n = row_bytes(text, in.cols);
        if (*row >= 0 && *row < in.rows) {
            _cleanup_free_ char *part = mem_strndup(text, n);
            area_text_in(in, *row, 0, in.cols, style, part);
        }
        text += n;
        (*row)++;
    } while (*text);
}

static void put_end(const struct output *o, struct area in, int *row)
{
    _cleanup_free_ char *end = mem_printf("exit code %d", o->code);
    enum canvas_style style = o->running ? STYLE_DIM : o->code ? STYLE_BAD : STYLE_GOOD;
    put_text(in, row, style, o->running ? "it runs: Ctrl-C or x ends it" : end, 0);
}

static void put_title(const struct output *o, struct area box)
{
    int width = canvas_width(box.canvas, o->title), room = box.cols > 24 ? box.cols - 20 : 4;
    int col = area_text(box, 0, 2, STYLE_FOCUS, " ");
    col = area_text_in(box, 0, col, width < room ? width : room, STYLE_FOCUS, o->title);
    area_text(box, 0, col, STYLE_FOCUS, " ");
}

void output_draw(const struct output *o, struct area a, int top, int left)
{
    int rows, cols, all;
    output_room(o, a, &rows, &cols);
    all = output_rows(o, cols);
    struct area box =
        area_part(a, (a.rows - rows - 2) / 2, (a.cols - cols - 2) / 2, rows + 2, cols + 2);
    struct area in = area_part(box, 1, 1, rows, cols);
    top = top < 0 || top > all - rows ? all - rows : top;
    area_fill(box, STYLE_PLAIN, " ");
    frame_box(box, true);
    hits_mark(box, (struct hit){HIT_OUTPUT, 0, 0});
    put_title(o, box);
    int row = -top;
    for (size_t i = 0; i < kept(o); i++)
        put_text(in, &row, STYLE_PLAIN, line_at(o, i), left);
    if (o->partial.len) {
        _cleanup_free_ char *clean = text_clean_dup(buf_str(&o->partial));
        put_text(in, &row, STYLE_PLAIN, clean, left);
    }
    put_end(o, in, &row);
    frame_hidden(box, 0, box.cols - 1, STYLE_FOCUS, top, all - rows - top);
}
