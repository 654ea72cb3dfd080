/* SPDX-License-Identifier: BSD-2-Clause */
/* value: see the header. Numbers are decimal and whole: no sign but "-", no blank, no "1k", and the
 * user's locale has no say. */
#include "verb/value.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRACTION_DIGITS 9 /* of a second in nanoseconds */

/* Digits at *s as a number, *s moved behind them; false if there is none or it is too large. */
static bool take_digits(const char **s, int64_t *out)
{
    const char *start = *s;
    int64_t n = 0;
    for (; isdigit((unsigned char)**s); (*s)++)
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, **s - '0', &n))
            return false;
    *out = n;
    return *s > start;
}

static bool parse_int(const char *s, int64_t *out)
{
    bool negative = *s == '-';
    s += negative;
    if (!take_digits(&s, out) || *s)
        return false;
    if (negative)
        *out = -*out;
    return true;
}

/* "2", "0.2", ".2" */
static bool parse_seconds(const char *s, int64_t *out_ns)
{
    int64_t whole = 0, part = 0;
    bool has_whole = isdigit((unsigned char)*s), has_part = false;
    if (has_whole && !take_digits(&s, &whole))
        return false;
    if (*s == '.') {
        const char *start = ++s;
        has_part = take_digits(&s, &part);
        if (!has_part || s - start > FRACTION_DIGITS)
            return false;
        for (ptrdiff_t i = s - start; i < FRACTION_DIGITS; i++)
            part *= 10;
    }
    return !*s && (has_whole || has_part) &&
           !__builtin_mul_overflow(whole, CLOCK_NS_PER_S, out_ns) &&
           !__builtin_add_overflow(*out_ns, part, out_ns);
}

static bool parse_word(const char *s, const char *const *words, int *out)
{
    for (*out = 0; words[*out]; ++*out)
        if (strcmp(words[*out], s) == 0)
            return true;
    return false;
}

static void add_seconds(struct buf *out, int64_t ns)
{
    const int64_t second = CLOCK_NS_PER_S;
    char part[32];
    buf_printf(out, "%" PRId64, ns / second);
    if (ns % second == 0)
        return;
    int n = snprintf(part, sizeof part, "%09" PRId64, ns % second);
    while (part[n - 1] == '0')
        part[--n] = '\0';
    buf_printf(out, ".%s", part);
}

/* A maximum that only says how large the number's type is, is none. */
static bool is_unbounded(const struct opt_value *v)
{
    return v->max >= INT64_MAX / 2;
}

static void add_number(struct buf *out, const struct opt_value *v, int64_t n)
{
    if (v->kind == OPT_KIND_SECONDS)
        add_seconds(out, n);
    else
        buf_printf(out, "%" PRId64, n);
}

/* "1 to 10", or "1 or more" */
static void add_range(struct buf *out, const struct opt_value *v)
{
    add_number(out, v, v->min);
    buf_adds(out, is_unbounded(v) ? " or more" : " to ");
    if (!is_unbounded(v))
        add_number(out, v, v->max);
}

static void add_words(struct buf *out, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
}

static int refuse(const struct opt *o, const char *text, struct err *e)
{
    char clean[128];
    _cleanup_buf_ struct buf wanted = BUF_INIT;
    if (o->value.kind == OPT_KIND_WORD) {
        add_words(&wanted, o->value.words);
    } else {
        buf_adds(&wanted, o->value.kind == OPT_KIND_INT ? "a number" : "seconds");
        buf_adds(&wanted, is_unbounded(&o->value) ? ", " : " from ");
        add_range(&wanted, &o->value);
    }
    text_clean_to(clean, sizeof clean, text);
    return err_set_exit(e, EXIT_USAGE, 0, "--%s wants %s, not \"%s\"", o->name, buf_str(&wanted),
                        clean);
}

int value_set(const struct opt *o, const char *text, void *options, struct err *e)
{
    void *field = (char *)options + o->offset;
    const struct opt_value *v = &o->value;
    bool on = true, good = true;
    int64_t n = 0;
    int word = 0;
    switch (v->kind) {
    case OPT_KIND_FLAG:
        memcpy(field, &on, sizeof on);
        return 0;
    case OPT_KIND_TEXT:
    case OPT_KIND_LIST:
        memcpy(field, &text, sizeof text);
        return 0;
    case OPT_KIND_WORD:
        good = parse_word(text, v->words, &word);
        if (good)
            memcpy(field, &word, sizeof word);
        return good ? 0 : refuse(o, text, e);
    case OPT_KIND_INT:
    case OPT_KIND_SECONDS:
        good = v->kind == OPT_KIND_INT ? parse_int(text, &n) : parse_seconds(text, &n);
        good = good && n >= v->min && n <= v->max;
        if (good)
            memcpy(field, &n, sizeof n);
        return good ? 0 : refuse(o, text, e);
    case OPT_KIND_COUNT:
        break;
    }
    abort();
}

void value_presets(const struct opt *opts, void *options)
{
    struct err e = ERR_INIT;
    for (const struct opt *o = opts; o && o->name; o++)
        if (o->value.preset && value_set(o, o->value.preset, options, &e) < 0)
            abort(); /* the table contradicts itself: tests/unit/verb_parse_test.c */
}

void value_describe(const struct opt *o, struct buf *out)
{
    const struct opt_value *v = &o->value;
    bool numeric = v->kind == OPT_KIND_INT || v->kind == OPT_KIND_SECONDS;
    const char *unit = v->kind == OPT_KIND_SECONDS ? "seconds" : v->unit;
    if (numeric)
        add_range(out, v);
    if (numeric && unit)
        buf_printf(out, " %s", unit);
    if (v->words)
        add_words(out, v->words);
    if (v->preset)
        buf_printf(out, "%sdefault %s", out->len ? "; " : "", v->preset);
}
