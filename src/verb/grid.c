/* SPDX-License-Identifier: BSD-2-Clause */
/* grid: see the header. */
#include "verb/grid.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define GAP 2 /* blanks between columns */

struct grid {
    const struct grid_column *column;
    size_t columns;
    char **cell; /* owned; row by row */
    size_t cells, room;
};

struct grid *grid_new(const struct grid_column *column, size_t columns)
{
    struct grid *g = mem_zalloc(1, sizeof *g);
    g->column = column;
    g->columns = columns;
    return g;
}

void grid_free(struct grid *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->cells; i++)
        free(g->cell[i]);
    free(g->cell);
    free(g);
}

void grid_add(struct grid *g, const char *text)
{
    mem_grow(&g->cell, &g->room, g->cells, sizeof *g->cell);
    g->cell[g->cells++] = mem_strdup(text);
}

/* Line `at` of a cell, "" beyond its last; owned by the caller. */
static char *line_of(const char *cell, size_t at)
{
    for (; at && cell; at--) {
        cell = strchr(cell, '\n');
        cell = cell ? cell + 1 : NULL;
    }
    return cell ? mem_strndup(cell, strcspn(cell, "\n")) : mem_strdup("");
}

static size_t lines_in(const char *cell)
{
    size_t lines = 1;
    for (; (cell = strchr(cell, '\n')); cell++)
        lines++;
    return lines;
}

/* 0: the column is left out. */
static size_t width_of(const struct grid *g, size_t column)
{
    size_t width = 0;
    for (size_t i = column; i < g->cells; i += g->columns)
        for (size_t k = 0; k < lines_in(g->cell[i]); k++) {
            _cleanup_free_ char *line = line_of(g->cell[i], k);
            size_t w = text_width(line);
            width = w > width ? w : width;
        }
    size_t header = text_width(g->column[column].header);
    if (!width && g->column[column].optional)
        return 0;
    return width > header ? width : header;
}

static void print_cell(const struct grid *g, size_t column, const char *text, size_t width,
                       struct buf *out)
{
    size_t blanks = width - text_width(text);
    if (g->column[column].right)
        buf_pad(out, ' ', blanks);
    buf_adds(out, text);
    if (!g->column[column].right)
        buf_pad(out, ' ', blanks);
    buf_pad(out, ' ', GAP);
}

static void end_line(struct buf *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    buf_addc(out, '\n');
}

static void print_row(const struct grid *g, size_t row, const size_t *width, struct buf *out)
{
    size_t lines = 1;
    char **cell = &g->cell[row * g->columns];
    for (size_t c = 0; c < g->columns; c++)
        lines = lines_in(cell[c]) > lines ? lines_in(cell[c]) : lines;
    for (size_t k = 0; k < lines; k++) {
        for (size_t c = 0; c < g->columns; c++) {
            _cleanup_free_ char *text = line_of(cell[c], k);
            if (width[c])
                print_cell(g, c, text, width[c], out);
        }
        end_line(out);
    }
}

void grid_print(const struct grid *g, struct buf *out)
{
    size_t *width = mem_zalloc(g->columns, sizeof *width);
    for (size_t c = 0; c < g->columns; c++) {
        width[c] = width_of(g, c);
        if (width[c])
            print_cell(g, c, g->column[c].header, width[c], out);
    }
    end_line(out);
    for (size_t row = 0; (row + 1) * g->columns <= g->cells; row++)
        print_row(g, row, width, out);
    free(width);
}
