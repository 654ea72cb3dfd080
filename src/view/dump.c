/* SPDX-License-Identifier: BSD-2-Clause */
/* dump: see the header.
 *
 * One <text> element a word, its length forced to its columns: so a reader's font shifts nothing.
 * Box lines and blocks would leave gaps between rows in most fonts and are rectangles instead,
 * described by how far each of their four arms reaches. */
#include "view/dump.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CELL_COLS   10 /* units of the picture */
#define CELL_ROWS   20
#define FONT_UNITS  "16.6" /* most monospaced fonts are 0.6 of it wide */
#define BASELINE    15
#define MARGIN      10
#define THIN        2
#define NUMBERS_MAX 9999

/* The arms of a line character: none, thin, double, heavy; dashed: thin and heavy. */
struct arms {
    const char *text;
    uint8_t up, down, left, right;
};

static const struct arms lines[] = {
    {"─", 0, 0, 1, 1}, {"│", 1, 1, 0, 0}, {"━", 0, 0, 3, 3}, {"┃", 3, 3, 0, 0}, {"═", 0, 0, 2, 2},
    {"║", 2, 2, 0, 0}, {"╌", 0, 0, 4, 4}, {"╍", 0, 0, 5, 5}, {"╎", 4, 4, 0, 0}, {"╏", 5, 5, 0, 0},
    {"┌", 0, 1, 0, 1}, {"┎", 0, 3, 0, 1}, {"╓", 0, 2, 0, 1}, {"┍", 0, 1, 0, 3}, {"┏", 0, 3, 0, 3},
    {"╔", 0, 2, 0, 2}, {"╒", 0, 1, 0, 2}, {"┐", 0, 1, 1, 0}, {"┒", 0, 3, 1, 0}, {"╖", 0, 2, 1, 0},
    {"┑", 0, 1, 3, 0}, {"┓", 0, 3, 3, 0}, {"╗", 0, 2, 2, 0}, {"╕", 0, 1, 2, 0}, {"└", 1, 0, 0, 1},
    {"┖", 3, 0, 0, 1}, {"╙", 2, 0, 0, 1}, {"┕", 1, 0, 0, 3}, {"┗", 3, 0, 0, 3}, {"╚", 2, 0, 0, 2},
    {"╘", 1, 0, 0, 2}, {"┘", 1, 0, 1, 0}, {"┚", 3, 0, 1, 0}, {"╜", 2, 0, 1, 0}, {"┙", 1, 0, 3, 0},
    {"┛", 3, 0, 3, 0}, {"╝", 2, 0, 2, 0}, {"╛", 1, 0, 2, 0}, {"├", 1, 1, 0, 1}, {"┠", 3, 3, 0, 1},
    {"╟", 2, 2, 0, 1}, {"┝", 1, 1, 0, 3}, {"┣", 3, 3, 0, 3}, {"╞", 1, 1, 0, 2}, {"╠", 2, 2, 0, 2},
    {"┤", 1, 1, 1, 0}, {"┨", 3, 3, 1, 0}, {"╢", 2, 2, 1, 0}, {"┥", 1, 1, 3, 0}, {"┫", 3, 3, 3, 0},
    {"╡", 1, 1, 2, 0}, {"╣", 2, 2, 2, 0}, {"┬", 0, 1, 1, 1}, {"┰", 0, 3, 1, 1}, {"╥", 0, 2, 1, 1},
    {"┯", 0, 1, 3, 3}, {"┳", 0, 3, 3, 3}, {"╤", 0, 1, 2, 2}, {"╦", 0, 2, 2, 2}, {"┴", 1, 0, 1, 1},
    {"┸", 3, 0, 1, 1}, {"╨", 2, 0, 1, 1}, {"┷", 1, 0, 3, 3}, {"┻", 3, 0, 3, 3}, {"╧", 1, 0, 2, 2},
    {"╩", 2, 0, 2, 2}, {"┼", 1, 1, 1, 1}, {"╂", 3, 3, 1, 1}, {"╫", 2, 2, 1, 1}, {"┿", 1, 1, 3, 3},
    {"╋", 3, 3, 3, 3}, {"╪", 1, 1, 2, 2}, {"╬", 2, 2, 2, 2},
};

static const struct arms *line_of(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        if (strcmp(lines[i].text, text) == 0)
            return &lines[i];
    return NULL;
}

/* Eighths of the cell that a block (U+2581 to U+2588) fills from below; 0: it is none. */
static int eighths_of(const char *text)
{
    uint32_t code = 0;
    if (text_utf8_next(text, strlen(text), &code) != strlen(text))
        return 0;
    return code >= 0x2581 && code <= 0x2588 ? (int)(code - 0x2580) : 0;
}

struct pen {
    const char *foreground, *background; /* background NULL: the picture's own */
    uint8_t attributes;
};

static struct pen pen_of(const struct canvas_cell *cell, enum theme theme)
{
    struct canvas_own look = theme_cell_look(theme, cell);
    struct pen p = {.foreground = theme_colour(theme, look.foreground, false),
                    .attributes = look.attributes};
    if (look.background >= 0)
        p.background = theme_colour(theme, look.background, true);
    if (cell->selected || look.attributes & LOOK_REVERSE) {
        const char *own = p.background ? p.background : theme_colour(theme, -1, true);
        p.background = p.foreground;
        p.foreground = own;
    }
    return p;
}

static bool is_same_pen(const struct pen *a, const struct pen *b)
{
    return a->foreground == b->foreground && a->background == b->background &&
           a->attributes == b->attributes;
}

static void put_rect(struct buf *out, int x, int y, int width, int height, const char *fill,
                     bool dim)
{
    buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"%s/>\n", x, y,
               width, height, fill, dim ? " opacity=\"0.6\"" : "");
}

/* Two dashes in a cell, one for each arm, whose gaps are as wide across cells. */
static void put_dash(struct buf *out, int x, int y, int thick, bool vertical, bool first,
                     const struct pen *p)
{
    bool dim = p->attributes & LOOK_DIM;
    int half = vertical ? CELL_ROWS / 2 : CELL_COLS / 2, gap = half / 4, at = first ? 0 : half;
    if (vertical)
        put_rect(out, x + (CELL_COLS - thick) / 2, y + at + gap, thick, half - 2 * gap,
                 p->foreground, dim);
    else
        put_rect(out, x + at + gap, y + (CELL_ROWS - thick) / 2, half - 2 * gap, thick,
                 p->foreground, dim);
}

/* One arm from the middle of the cell to its edge; double ones are two lines. */
static void put_arm(struct buf *out, int x, int y, int kind, bool vertical, bool first,
                    const struct pen *p)
{
    int middle_x = x + CELL_COLS / 2, middle_y = y + CELL_ROWS / 2;
    int thick = kind == 3 || kind == 5 ? 2 * THIN : THIN, apart = kind == 2 ? THIN : 0;
    bool dim = p->attributes & LOOK_DIM;
    if (kind >= 4) {
        put_dash(out, x, y, thick, vertical, first, p);
        return;
    }
    for (int side = -1; kind && side <= (kind == 2 ? 1 : -1); side += 2) {
        int shift = apart ? side * apart : 0;
        if (vertical)
            put_rect(out, middle_x + shift - thick / 2, first ? y : middle_y - apart - THIN / 2,
                     thick, CELL_ROWS / 2 + apart + THIN / 2, p->foreground, dim);
        else
            put_rect(out, first ? x : middle_x - apart - THIN / 2, middle_y + shift - thick / 2,
                     CELL_COLS / 2 + apart + THIN / 2, thick, p->foreground, dim);
    }
}

static bool put_shape(struct buf *out, const struct canvas_cell *cell, int x, int y,
                      const struct pen *p)
{
    const struct arms *a = line_of(cell->text);
    int eighths = eighths_of(cell->text), height = eighths * CELL_ROWS / 8;
    if (eighths)
        put_rect(out, x, y + CELL_ROWS - height, CELL_COLS, height, p->foreground,
                 p->attributes & LOOK_DIM);
    if (!a)
        return eighths > 0;
    put_arm(out, x, y, a->up, true, true, p);
    put_arm(out, x, y, a->down, true, false, p);
    put_arm(out, x, y, a->left, false, true, p);
    put_arm(out, x, y, a->right, false, false, p);
    return true;
}

static void add_escaped(struct buf *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            buf_adds(out, "&amp;");
            break;
        case '<':
            buf_adds(out, "&lt;");
            break;
        case '>':
            buf_adds(out, "&gt;");
            break;
        default:
            buf_addc(out, *text);
        }
}

/* A word at its own place: a reader whose font is wider or narrower shifts nothing behind it. */
static void put_word(struct buf *out, struct buf *word, int x, int y, int cols, const struct pen *p)
{
    if (word->len == 0)
        return;
    buf_printf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"%s\"%s%s%s>", x, y + BASELINE,
               cols * CELL_COLS, p->foreground,
               p->attributes & LOOK_BOLD ? " font-weight=\"bold\"" : "",
               p->attributes & LOOK_DIM ? " opacity=\"0.6\"" : "",
               p->attributes & LOOK_UNDERLINE ? " text-decoration=\"underline\"" : "");
    add_escaped(out, buf_str(word));
    buf_adds(out, "</text>\n");
    buf_reset(word);
}

static void put_words(struct buf *out, const struct canvas_cell *row, int from, int to, int y,
                      const struct pen *p)
{
    _cleanup_buf_ struct buf word = BUF_INIT;
    int begin = from;
    for (int i = from; i < to; i++) {
        bool is_shape = put_shape(out, &row[i], MARGIN + i * CELL_COLS, y, p);
        if (!is_shape && strcmp(row[i].text, " ") != 0) {
            buf_adds(&word, row[i].text);
            continue;
        }
        put_word(out, &word, MARGIN + begin * CELL_COLS, y, i - begin, p);
        begin = i + 1;
    }
    put_word(out, &word, MARGIN + begin * CELL_COLS, y, to - begin, p);
}

/* The cells from `from` on that look alike. The column after them. */
static int put_run(struct buf *out, const struct canvas_cell *row, int cols, int from, int y,
                   enum theme theme)
{
    struct pen first = pen_of(&row[from], theme);
    int at = from;
    while (at < cols) {
        struct pen here = pen_of(&row[at], theme);
        if (!is_same_pen(&first, &here))
            break;
        at++;
    }
    if (first.background)
        put_rect(out, MARGIN + from * CELL_COLS, y, (at - from) * CELL_COLS, CELL_ROWS,
                 first.background, false);
    put_words(out, row, from, at, y, &first);
    return at;
}

void dump_svg(const struct canvas *c, enum theme theme, struct buf *out)
{
    int width = 2 * MARGIN + c->cols * CELL_COLS, height = 2 * MARGIN + c->rows * CELL_ROWS;
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
               "viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, "
               "monospace\" font-size=\"%s\" xml:space=\"preserve\">\n"
               "<style>text { white-space: pre; }</style>\n"
               "<rect width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\"/>\n",
               width, height, width, height, FONT_UNITS, width, height,
               theme_colour(theme, -1, true));
    for (int y = 0; y < c->rows; y++) {
        const struct canvas_cell *row = &c->cell[(size_t)y * (size_t)c->cols];
        for (int x = 0; x < c->cols;)
            x = put_run(out, row, c->cols, x, MARGIN + y * CELL_ROWS, theme);
    }
    buf_adds(out, "</svg>\n");
}

/* --- files ------------------------------------------------------------------------------------ */

/* In /tmp, say: what is on the screen is not for all who have a name here. */
static bool is_shared(int dirfd)
{
    struct stat st;
    return fstatat(dirfd, ".", &st, 0) == 0 && st.st_mode & S_IWOTH && st.st_mode & S_ISVTX;
}

/* -EEXIST where the name is taken, by whatever. */
static int write_new(int dirfd, const char *name, const struct buf *text)
{
    mode_t mode = is_shared(dirfd) ? 0600 : 0644;
    _cleanup_fd_ int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return -errno;
    int r = io_write_all(fd, buf_str(text), text->len);
    if (r < 0)
        unlinkat(dirfd, name, 0);
    return r;
}

static int write_pair(const struct canvas *c, enum theme theme, int dirfd, const char *text_name,
                      const char *svg_name)
{
    _cleanup_buf_ struct buf text = BUF_INIT, svg = BUF_INIT;
    canvas_to_text(c, &text);
    dump_svg(c, theme, &svg);
    int r = write_new(dirfd, text_name, &text);
    if (r < 0)
        return r;
    r = write_new(dirfd, svg_name, &svg);
    if (r < 0)
        unlinkat(dirfd, text_name, 0);
    return r;
}

int dump_files(const struct canvas *c, enum theme theme, int dirfd, const char *name, char *said,
               size_t size, struct err *e)
{
    int r = -EEXIST;
    for (int n = 1; r == -EEXIST && n <= NUMBERS_MAX; n++) {
        _cleanup_free_ char *text = mem_printf("%s-%d.txt", name, n);
        _cleanup_free_ char *svg = mem_printf("%s-%d.svg", name, n);
        r = write_pair(c, theme, dirfd, text, svg);
        if (r == 0)
            snprintf(said, size, "%s and %s", text, svg);
    }
    return r < 0 ? err_set(e, -r, "cannot write the screen into this directory") : 0;
}

/* Absolute paths only, as the base directory specification has it. NULL: that is none. Owned. */
static char *place_of(const char *variable, const char *below)
{
    const char *dir = getenv(variable);
    if (!dir || dir[0] != '/')
        return NULL;
    char *whole = mem_printf("%s%s", dir, below);
    if (*below) {
        mkdir(dir, 0700);
        mkdir(whole, 0700);
    }
    return whole;
}

static char *write_into(const char *dir, const struct canvas *c, enum theme theme, const char *name)
{
    char names[256];
    struct err ignored = ERR_INIT;
    _cleanup_fd_ int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0 || dump_files(c, theme, fd, name, names, sizeof names, &ignored) < 0)
        return NULL;
    return mem_printf("%s in %s: this directory is not for writing", names, dir);
}

/* Where that is, as long as it can be said. */
static char *say_here(const char *names)
{
    char dir[PATH_MAX];
    return getcwd(dir, sizeof dir) ? mem_printf("written: %s in %s", names, dir)
                                   : mem_printf("written: %s", names);
}

char *dump_somewhere(const struct canvas *c, enum theme theme, const char *name, struct err *e)
{
    static const struct {
        const char *variable, *below;
    } places[] = {{"XDG_STATE_HOME", "/vethlab"}, {"HOME", ""}, {"TMPDIR", ""}};
    char names[256], *said = NULL;
    if (dump_files(c, theme, AT_FDCWD, name, names, sizeof names, e) == 0)
        return say_here(names);
    for (size_t i = 0; i < ARRAY_LEN(places) && !said; i++) {
        _cleanup_free_ char *dir = place_of(places[i].variable, places[i].below);
        said = write_into(dir, c, theme, name);
    }
    return said ? said : write_into("/tmp", c, theme, name);
}
