/* SPDX-License-Identifier: BSD-2-Clause */
/* stats: see the header. */
#include "stats.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define SERIES_MAX 512
#define LINES_MAX  64

struct series {
    const char *what, *lab, *who;
    double *ms;
    size_t count;
    double min, median, max;
};

struct figure {
    const char *name, *unit;
    double value, goal;
};

static struct {
    struct series series[SERIES_MAX];
    size_t count;
    char *note[LINES_MAX];
    size_t notes;
    struct figure figure[LINES_MAX];
    size_t figures;
} all;

static struct series *find(const char *what, const char *lab, const char *who)
{
    for (size_t i = 0; i < all.count; i++) {
        struct series *s = &all.series[i];
        if (!strcmp(s->what, what) && !strcmp(s->lab, lab) && !strcmp(s->who, who))
            return s;
    }
    return NULL;
}

void stats_add(const char *what, const char *lab, const char *who, double ms)
{
    struct series *s = find(what, lab, who);
    if (!s) {
        if (all.count == SERIES_MAX)
            return;
        s = &all.series[all.count++];
        *s = (struct series){.what = strdup(what), .lab = strdup(lab), .who = strdup(who)};
    }
    s->ms = realloc(s->ms, (s->count + 1) * sizeof *s->ms);
    s->ms[s->count++] = ms;
}

void stats_note(const char *format, ...)
{
    va_list ap;
    if (all.notes == LINES_MAX)
        return;
    va_start(ap, format);
    if (vasprintf(&all.note[all.notes], format, ap) >= 0)
        all.notes++;
    va_end(ap);
}

void stats_figure(const char *name, double value, const char *unit, double goal)
{
    if (all.figures < LINES_MAX)
        all.figure[all.figures++] = (struct figure){strdup(name), strdup(unit), value, goal};
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void summarise(void)
{
    for (size_t i = 0; i < all.count; i++) {
        struct series *s = &all.series[i];
        size_t n = s->count;
        qsort(s->ms, n, sizeof *s->ms, by_value);
        s->min = s->ms[0];
        s->max = s->ms[n - 1];
        s->median = (s->ms[(n - 1) / 2] + s->ms[n / 2]) / 2;
    }
}

/* True if no earlier series has the same field. */
static int is_first(size_t i, const char *what, const char *(*field)(const struct series *))
{
    for (size_t k = 0; k < i; k++)
        if (!strcmp(all.series[k].what, what) &&
            !strcmp(field(&all.series[k]), field(&all.series[i])))
            return 0;
    return !strcmp(all.series[i].what, what);
}

static const char *field_what(const struct series *s)
{
    return s->what;
}

static const char *field_lab(const struct series *s)
{
    return s->lab;
}

static const char *field_who(const struct series *s)
{
    return s->who;
}

static void table_row(FILE *to, const char *what, const char *lab, const char *base)
{
    const struct series *ground = find(what, lab, base);
    fprintf(to, "| %s |", lab);
    for (size_t i = 0; i < all.count; i++) {
        if (!is_first(i, what, field_who))
            continue;
        const struct series *s = find(what, lab, all.series[i].who);
        if (!s)
            fputs(" |", to);
        else
            fprintf(to, " %.2f (%.2f-%.2f) |", s->median, s->min, s->max);
        if (strcmp(all.series[i].who, base) == 0)
            continue;
        if (s && ground)
            fprintf(to, " %.2f |", s->median / ground->median);
        else
            fputs(" |", to);
    }
    fputc('\n', to);
}

static void table(FILE *to, const char *what, const char *base)
{
    fprintf(to, "\n| %s, ms |", what);
    size_t columns = 0;
    for (size_t i = 0; i < all.count; i++) {
        if (!is_first(i, what, field_who))
            continue;
        columns += strcmp(all.series[i].who, base) ? 2 : 1;
        fprintf(to, " %s |%s", all.series[i].who,
                strcmp(all.series[i].who, base) ? " ratio |" : "");
    }
    fputs("\n|---|", to);
    while (columns--)
        fputs("---|", to);
    fputc('\n', to);
    for (size_t i = 0; i < all.count; i++)
        if (is_first(i, what, field_lab))
            table_row(to, what, all.series[i].lab, base);
}

void stats_markdown(FILE *to, const char *base)
{
    summarise();
    for (size_t i = 0; i < all.count; i++)
        if (is_first(i, all.series[i].what, field_what))
            table(to, all.series[i].what, base);
    if (all.figures)
        fputs("\n| figure | value | goal |\n|---|---|---|\n", to);
    for (size_t i = 0; i < all.figures; i++) {
        const struct figure *f = &all.figure[i];
        fprintf(to, "| %s | %.4g %s | %.4g %s |\n", f->name, f->value, f->unit, f->goal, f->unit);
    }
    if (all.notes)
        fputc('\n', to);
    for (size_t i = 0; i < all.notes; i++)
        fprintf(to, "* %s\n", all.note[i]);
}

static void json_text(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            fprintf(to, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            fputc(' ', to);
        else
            fputc(*text, to);
    fputc('"', to);
}

static void json_series(FILE *to, const struct series *s, const char *base)
{
    const struct series *ground = find(s->what, s->lab, base);
    fprintf(to, "{\"what\": \"%s\", \"lab\": \"%s\", \"who\": \"%s\", \"median_ms\": %.3f, ",
            s->what, s->lab, s->who, s->median);
    if (ground)
        fprintf(to, "\"ratio\": %.3f, ", s->median / ground->median);
    fprintf(to, "\"min_ms\": %.3f, \"max_ms\": %.3f, \"runs\": %zu}", s->min, s->max, s->count);
}

void stats_json(FILE *to, const char *machine, const char *base)
{
    summarise();
    fputs("{\"machine\": ", to);
    json_text(to, machine);
    fputs(",\n \"series\": [", to);
    for (size_t i = 0; i < all.count; i++) {
        fputs(i ? ",\n  " : "\n  ", to);
        json_series(to, &all.series[i], base);
    }
    fputs("],\n \"figures\": [", to);
    for (size_t i = 0; i < all.figures; i++) {
        const struct figure *f = &all.figure[i];
        fprintf(to, "%s\n  {\"name\": \"%s\", \"value\": %.4f, \"unit\": \"%s\", \"goal\": %.4f}",
                i ? "," : "", f->name, f->value, f->unit, f->goal);
    }
    fputs("],\n \"notes\": [", to);
    for (size_t i = 0; i < all.notes; i++) {
        fputs(i ? ",\n  " : "\n  ", to);
        json_text(to, all.note[i]);
    }
    fputs("]}\n", to);
}
