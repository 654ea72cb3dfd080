/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog_draw: which lines of the log are looked at, and how they are drawn. */
#include "view/eventlog.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIME_MAX      16
#define COLS_FOR_MS   56 /* an area as wide has the time with milliseconds */
#define COLS_FOR_TIME 30 /* a narrower one has none */
#define WORDS_COLS    16 /* so much is left for words beside an indentation, or there is none */

static const struct {
    char sign;
    enum canvas_style style;
} kinds[] = {
    [EVENTLOG_CAME] = {'+', STYLE_GOOD},     [EVENTLOG_WENT] = {'-', STYLE_BAD},
    [EVENTLOG_CHANGED] = {'~', STYLE_PLAIN}, [EVENTLOG_TROUBLE] = {'!', STYLE_WARN},
    [EVENTLOG_ENDED] = {'x', STYLE_BAD},     [EVENTLOG_YOU] = {'>', STYLE_KEY},
};
_Static_assert(ARRAY_LEN(kinds) == EVENTLOG_KIND_COUNT, "one entry a kind");

char eventlog_sign(enum eventlog_kind kind)
{
    return kinds[kind].sign;
}

enum canvas_style eventlog_style(enum eventlog_kind kind)
{
    return kinds[kind].style;
}

/* --- which lines ------------------------------------------------------------------------------ */

bool eventlog_is_shown(const struct eventlog_line *line, const struct eventlog_view *view)
{
    if (view->node != EVENTLOG_ALL_NODES && line->node != view->node)
        return false;
    return !view->filter[0] || strcasestr(line->text, view->filter);
}

static bool shown_at(const struct eventlog *log, const struct eventlog_view *view, size_t i)
{
    return eventlog_is_shown(eventlog_at(log, i), view);
}

static size_t count_shown(const struct eventlog *log, const struct eventlog_view *view, size_t from,
                          size_t to)
{
    size_t n = 0;
    if (view->node == EVENTLOG_ALL_NODES && !view->filter[0])
        return to - from;
    for (size_t i = from; i < to; i++)
        n += shown_at(log, view, i);
    return n;
}

/* One beyond the `n`th shown line, counted from the oldest; the end where there are fewer. */
static size_t end_of_page(const struct eventlog *log, const struct eventlog_view *view, size_t n)
{
    size_t count = eventlog_count(log);
    for (size_t i = 0; i < count; i++)
        if (shown_at(log, view, i) && n-- <= 1)
            return i + 1;
    return count;
}

/* One beyond the line at the bottom. What was there may be gone: then it is the oldest page. */
static size_t end_of(const struct eventlog *log, const struct eventlog_view *view, size_t page)
{
    size_t count = eventlog_count(log);
    const struct eventlog_line *oldest = eventlog_at(log, 0);
    if (!view->bottom || !oldest || view->bottom - oldest->number >= count)
        return view->bottom && oldest && view->bottom < oldest->number
                   ? end_of_page(log, view, page)
                   : count;
    size_t end = (size_t)(view->bottom - oldest->number) + 1;
    size_t least = end_of_page(log, view, page);
    return end < least ? least : end;
}

void eventlog_scroll(const struct eventlog *log, struct eventlog_view *view, int lines, int page)
{
    size_t count = eventlog_count(log), rows = page > 0 ? (size_t)page : 1;
    size_t end = end_of(log, view, rows), least = end_of_page(log, view, rows);
    while (end > 0 && !shown_at(log, view, end - 1))
        end--;
    for (; lines < 0 && end > least; lines++)
        for (end--; end > least && !shown_at(log, view, end - 1);)
            end--;
    for (; lines > 0 && end < count; lines--)
        for (end++; end < count && !shown_at(log, view, end - 1);)
            end++;
    const struct eventlog_line *bottom = end ? eventlog_at(log, end - 1) : NULL;
    view->bottom = bottom && count_shown(log, view, end, count) ? bottom->number : 0;
}

/* --- how -------------------------------------------------------------------------------------- */

static const char *clock_text(char to[TIME_MAX], int64_t real_ns, bool ms)
{
    time_t s = (time_t)(real_ns / CLOCK_NS_PER_S);
    struct tm tm = {0};
    localtime_r(&s, &tm);
    snprintf(to, TIME_MAX, "%02d:%02d:%02d", tm.tm_hour % 100, tm.tm_min % 100, tm.tm_sec % 100);
    if (ms)
        snprintf(to + 8, TIME_MAX - 8, ".%03d",
                 (int)(real_ns / CLOCK_NS_PER_MS % 1000 + 1000) % 1000);
    return to;
}

/* One line as it is drawn, and where its parts go. */
struct drawn {
    char head[TIME_MAX + 1]; /* the time, or nothing */
    char *text;              /* owned */
    size_t named;            /* bytes of it that are the node's name */
    int indent, first, width;
};

static struct drawn drawn_of(const struct eventlog_line *l, const struct eventlog_view *view,
                             int cols)
{
    struct drawn d = {0};
    char until[TIME_MAX];
    if (cols >= COLS_FOR_TIME)
        clock_text(d.head, l->at_real_ns, cols >= COLS_FOR_MS);
    d.named = view->without_node && l->kind != EVENTLOG_YOU ? 0 : l->words;
    const char *text = d.named ? l->text : l->text + l->words;
    d.text = l->folded ? mem_printf("%s ... and %u more until %s", text, l->folded,
                                    clock_text(until, l->last_real_ns, true))
                       : mem_strdup(text);
    d.first = (int)strlen(d.head) + (d.head[0] != '\0') + 2;
    d.indent = cols - d.first >= WORDS_COLS ? d.first : 2;
    d.width = cols - d.indent;
    return d;
}

/* Bytes of the row that begins here: to a blank if there is one. */
static size_t row_len(const char *s, int width)
{
    size_t fits = text_fit(s, width > 0 ? (size_t)width : 0), len = fits;
    if (!s[fits])
        return fits;
    while (len > 0 && s[len] != ' ')
        len--;
    if (len == 0)
        len = fits;
    return len ? len : 1;
}

/* Draws into the area from `row` on (which may be above it) and returns how many rows it takes. */
static int draw_line(struct area a, int row, const struct eventlog_line *l,
                     const struct eventlog_view *view)
{
    struct drawn d = drawn_of(l, view, a.cols);
    const char sign[] = {eventlog_sign(l->kind), '\0'};
    int rows = 0, col = d.first;
    area_text(a, row, 0, STYLE_DIM, d.head);
    area_text(a, row, d.first - 2, eventlog_style(l->kind), sign);
    for (const char *s = d.text; *s || rows == 0; rows++, col = d.indent) {
        size_t len = row_len(s, a.cols - col);
        _cleanup_free_ char *part = mem_strndup(s, len);
        area_text_in(a, row + rows, col, a.cols - col, eventlog_style(l->kind), part);
        if (rows == 0 && d.named && d.named <= len) {
            part[d.named] = '\0';
            area_text_in(a, row, col, a.cols - col, STYLE_TITLE, part);
        }
        for (s += len; *s == ' ';)
            s++;
    }
    free(d.text);
    return rows;
}

struct eventlog_shown eventlog_draw(struct area a, const struct eventlog *log,
                                    const struct eventlog_view *view)
{
    size_t count = eventlog_count(log), rows = a.rows > 0 ? (size_t)a.rows : 0;
    size_t end = end_of(log, view, rows), first = end, lines = 0;
    struct area nowhere = area_part(a, 0, 0, 0, a.cols);
    int needs = 0;
    _cleanup_free_ size_t *list = mem_zalloc(rows + 1, sizeof *list);
    for (size_t i = end; i-- > 0 && (size_t)needs < rows;)
        if (shown_at(log, view, i)) {
            needs += draw_line(nowhere, 0, eventlog_at(log, i), view);
            list[lines++] = first = i;
        }
    int row = (size_t)needs > rows ? a.rows - needs : 0;
    for (size_t k = lines; k-- > 0;)
        row += draw_line(a, row, eventlog_at(log, list[k]), view);
    struct eventlog_shown s = {.above = count_shown(log, view, 0, first),
                               .below = count_shown(log, view, end, count),
                               .lines = lines};
    s.others = count - s.above - s.below - count_shown(log, view, first, end);
    return s;
}
