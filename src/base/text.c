/* SPDX-License-Identifier: BSD-2-Clause */
/* text: see the header. */
#include "base/text.h"

#include "base/mem.h"
#include "base/width.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

static bool in_ranges(uint32_t c, const struct range *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= r[i].first && c <= r[i].last)
            return true;
    return false;
}

/* Characters that act instead of showing: controls, format characters (category Cf), line and
 * paragraph separators, variation selectors, noncharacters' neighbours (tags). */
static const struct range acting[] = {
    {0x00, 0x1f},         {0x7f, 0x9f},       {0xad, 0xad},       {0x600, 0x605},
    {0x61c, 0x61c},       {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},
    {0x8e2, 0x8e2},       {0x180e, 0x180e},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f},     {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xfff0, 0xfffb},     {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
    {0x13430, 0x1343f},   {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    {0x10fffe, 0x10ffff},
};

bool text_is_acting(uint32_t code)
{
    return in_ranges(code, acting, ARRAY_LEN(acting));
}

size_t text_utf8_next(const char *s, size_t len, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (len == 0)
        return 0;
    uint8_t b = (uint8_t)s[0];
    size_t n = b < 0x80 ? 1 : b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : 4;
    if (n == 1) {
        *code = b;
        return 1;
    }
    if (b < 0xc2 || b > 0xf4 || n > len)
        return 0;
    uint32_t c = b & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (((uint8_t)s[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | ((uint8_t)s[i] & 0x3f);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *code = c;
    return n;
}

static void escape(struct buf *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        buf_printf(out, "\\x%02x", (unsigned)(uint8_t)s[i]);
}

void text_clean(struct buf *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t plain = i;
        while (plain < len && s[plain] >= ' ' && s[plain] <= '~')
            plain++;
        buf_add(out, s + i, plain - i);
        if ((i = plain) == len)
            return;
        uint32_t c = 0;
        size_t n = text_utf8_next(s + i, len - i, &c);
        if (n == 0 || text_is_acting(c))
            escape(out, s + i, n ? n : 1);
        else
            buf_add(out, s + i, n);
        i += n ? n : 1;
    }
}

char *text_clean_dup(const char *s)
{
    struct buf b = BUF_INIT;
    if (s)
        text_clean(&b, s, strlen(s));
    return buf_steal(&b);
}

const char *text_clean_to(char *to, size_t size, const char *s)
{
    _cleanup_buf_ struct buf b = BUF_INIT;
    text_clean(&b, s, strlen(s));
    size_t n = 0;
    uint32_t c;
    while (n < b.len) {
        size_t step = text_utf8_next(b.data + n, b.len - n, &c);
        if (step == 0 || n + step >= size)
            break;
        n += step;
    }
    memcpy(to, buf_str(&b), n);
    to[n] = '\0';
    return to;
}

size_t text_width(const char *s)
{
    size_t len = strlen(s), width = 0;
    for (size_t i = 0; i < len;) {
        uint32_t c = '?';
        size_t n = text_utf8_next(s + i, len - i, &c);
        width += width_of(c);
        i += n ? n : 1;
    }
    return width;
}

size_t text_fit(const char *s, size_t columns)
{
    size_t len = strlen(s), width = 0, i = 0;
    while (i < len) {
        uint32_t c = '?';
        size_t n = text_utf8_next(s + i, len - i, &c);
        width += width_of(c);
        if (width > columns)
            break;
        i += n ? n : 1;
    }
    return i;
}

static size_t least_of(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

#define NEAREST_MAX 40
#define SAME_START  3 /* letters, after which a short word may differ by one more */

/* Optimal string alignment distance of two words of at most NEAREST_MAX bytes. */
static size_t distance(const char *a, size_t an, const char *b, size_t bn)
{
    size_t d[NEAREST_MAX + 1][NEAREST_MAX + 1];
    for (size_t i = 0; i <= an; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= bn; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= an; i++)
        for (size_t j = 1; j <= bn; j++) {
            size_t cost = a[i - 1] != b[j - 1];
            d[i][j] = least_of(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && d[i - 2][j - 2] + 1 < d[i][j])
                d[i][j] = d[i - 2][j - 2] + 1;
        }
    return d[an][bn];
}

const char *text_nearest(const char *word, const char *const *list)
{
    const char *best = NULL;
    size_t len = strlen(word), best_d = NEAREST_MAX;
    if (len == 0 || len > NEAREST_MAX)
        return NULL;
    for (; *list; list++) {
        size_t n = strlen(*list);
        if (n > NEAREST_MAX)
            continue;
        size_t near = (n > len ? n : len) / 3;
        size_t d = distance(word, len, *list, n);
        bool alike = d < n || d < len; /* two single letters have nothing in common */
        near = near ? near : 1;
        if (near == 1 && len > SAME_START && strncmp(word, *list, SAME_START) == 0)
            near = 2; /* "linx": "links" */
        if (alike && d <= near && d < best_d) {
            best = *list;
            best_d = d;
        }
    }
    return best;
}
