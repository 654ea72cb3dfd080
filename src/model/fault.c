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
    if (f->count >= FAULT_MAX) {
        f->skipped += kind == FAULT_ERROR;
        return;
    }
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    mem_grow(&f->item, &f->room, f->count, sizeof *f->item);
    f->item[f->count++] = (struct fault){kind, mark, mem_strdup(text)};
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

static void excerpt(const struct mark *m, const char *source, size_t source_len, struct buf *out)
{
    size_t len = 0;
    const char *line = find_line(source, source_len, m->line, &len);
    if (!line || m->column > EXCERPT_COLUMNS)
        return;
    _cleanup_buf_ struct buf clean = BUF_INIT;
    _cleanup_free_ char *copy = mem_strndup(line, len);
    for (char *tab = copy; (tab = strchr(tab, '\t'));)
        *tab = ' '; /* a tab would move the caret */
    text_clean(&clean, copy, strlen(copy));
    buf_printf(out, "%6u | %.*s\n", m->line, (int)text_fit(buf_str(&clean), EXCERPT_COLUMNS),
               buf_str(&clean));
    buf_adds(out, "       | ");
    buf_pad(out, ' ', m->column - 1);
    buf_addc(out, '^');
    size_t room = EXCERPT_COLUMNS - m->column;
    size_t tail = m->length > 1 ? m->length - 1 : 0;
    buf_pad(out, '~', tail < room ? tail : room);
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
        buf_printf(out, "%s: %zu more faults\n", name, f->skipped);
}
