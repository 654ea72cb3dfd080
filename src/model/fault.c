/* SPDX-License-Identifier: BSD-2-Clause */
/* fault: see the header. */
#include "model/fault.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXCERPT_COLUMNS 100
#define EXCERPT_BEFORE  40

void faults_init(struct faults *f)
{
    *f = (struct faults){0};
}

void faults_fini(struct faults *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->item[i].text);
    free(f->item);
    faults_init(f);
}

void fault_add(struct faults *f, enum fault_kind kind, struct mark mark, const char *fmt, ...)
{
    if (kind == FAULT_ERROR)
        f->errors++;
    bool full = f->count >= FAULT_MAX || (kind == FAULT_WARNING && f->count >= FAULT_MAX / 2);
    if (full) { /* warnings never take the place of errors */
        f->skipped += kind == FAULT_ERROR;
        return;
    }
    char text[1024], clean[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap); /* may cut a character in two */
    va_end(ap);
    text_clean_to(clean, sizeof clean, text);
    mem_grow(&f->item, &f->room, f->count, sizeof *f->item);
    f->item[f->count++] = (struct fault){kind, mark, mem_strdup(clean)};
}

static int by_place(const void *a, const void *b)
{
    const struct fault *x = a, *y = b;
    if (x->mark.line != y->mark.line)
        return x->mark.line < y->mark.line ? -1 : 1;
    if (x->mark.column != y->mark.column)
        return x->mark.column < y->mark.column ? -1 : 1;
    return strcmp(x->text, y->text);
}

void faults_sort(struct faults *f)
{
    if (f->count)
        qsort(f->item, f->count, sizeof *f->item, by_place);
}

/* The source line `line`, without its newline; NULL if the text has no such line. */
static const char *find_line(const char *s, size_t len, uint32_t line, size_t *line_len)
{
    const char *end = s + len;
    while (s < end) {
        const char *nl = memchr(s, '\n', (size_t)(end - s));
        if (--line == 0) {
            *line_len = (size_t)((nl ? nl : end) - s);
            return s;
        }
        if (!nl)
            break;
        s = nl + 1;
    }
    return NULL;
}

/* Bytes that `count` characters take at most; what is no UTF-8 counts as one a byte. */
static size_t chars(const char *s, size_t len, size_t count)
{
    size_t i = 0;
    while (count-- && i < len) {
        uint32_t c;
        size_t n = text_utf8_next(s + i, len - i, &c);
        i += n ? n : 1;
    }
    return i;
}

/* Appends a part of the source, clean and with tabs as single spaces; returns its columns. */
static size_t add_source(struct buf *out, const char *s, size_t len)
{
    size_t from = out->len;
    _cleanup_free_ char *copy = mem_alloc(len + 1);
    for (size_t i = 0; i < len; i++)
        copy[i] = (char)(s[i] == '\t' ? ' ' : s[i]);
    text_clean(out, copy, len);
    return out->len > from ? text_width(out->data + from) : 0;
}

/* The line with the place underlined. Of what stands before a place far to the right only the end
 * is shown. */
static void excerpt(const struct mark *m, const char *source, size_t source_len, struct buf *out)
{
    size_t len = 0;
    const char *line = find_line(source, source_len, m->line, &len);
    if (!line)
        return;
    if (len && line[len - 1] == '\r')
        len--;
    size_t at = chars(line, len, m->column - 1), skip = 0;
    if (m->column > EXCERPT_COLUMNS)
        skip = chars(line, len, m->column - 1 - EXCERPT_BEFORE);
    size_t length = chars(line + at, len - at, m->length);
    _cleanup_buf_ struct buf text = BUF_INIT;
    if (skip)
        buf_adds(&text, "...");
    size_t before = add_source(&text, line + skip, at - skip) + (skip ? 3 : 0);
    size_t under = add_source(&text, line + at, length);
    add_source(&text, line + at + length, len - at - length);
    buf_printf(out, "%6u | %.*s\n", m->line, (int)text_fit(buf_str(&text), EXCERPT_COLUMNS),
               buf_str(&text));
    buf_adds(out, "       | ");
    if (before < EXCERPT_COLUMNS) {
        size_t room = EXCERPT_COLUMNS - before;
        buf_pad(out, ' ', before);
        buf_addc(out, '^');
        buf_pad(out, '~', (under < room ? under : room) - (under > 0));
    }
    buf_addc(out, '\n');
}

void faults_print(const struct faults *f, const char *name, const char *source, size_t source_len,
                  struct buf *out)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct fault *x = &f->item[i];
        buf_adds(out, name);
        if (x->mark.line)
            buf_printf(out, ":%u:%u", x->mark.line, x->mark.column);
        buf_printf(out, ": %s%s\n", x->kind == FAULT_WARNING ? "warning: " : "", x->text);
        if (source && x->mark.line && x->mark.column)
            excerpt(&x->mark, source, source_len, out);
    }
    if (f->skipped)
        buf_printf(out, "%s: %zu more fault%s\n", name, f->skipped, f->skipped == 1 ? "" : "s");
}
