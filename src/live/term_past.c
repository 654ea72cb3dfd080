/* SPDX-License-Identifier: BSD-2-Clause */
/* term_past: the lines that left a terminal's screen: a ring, bounded in lines and in memory. */
#include "live/term_state.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* 8 MB in cells; the oldest lines go before that is exceeded. */
#define CELLS_MAX ((size_t)8 * 1024 * 1024 / sizeof(struct term_cell))

void term_past_init(struct term_past *p, int max)
{
    *p = (struct term_past){.max = max > 0 ? max : 0};
    p->line = mem_zalloc((size_t)p->max + 1, sizeof *p->line);
}

static void forget(struct term_past *p, struct term_line *l)
{
    p->cells -= (size_t)l->room;
    free(l->cell);
    *l = (struct term_line){0};
}

void term_past_clear(struct term_past *p)
{
    for (int i = 0; i < p->max; i++)
        forget(p, &p->line[i]);
    p->first = p->count = 0;
}

void term_past_fini(struct term_past *p)
{
    term_past_clear(p);
    free(p->line);
    p->line = NULL;
}

static struct term_line *line_at(const struct term_past *p, int at)
{
    return &p->line[(p->first + at) % p->max];
}

const struct term_line *term_past_line(const struct term_past *p, int back)
{
    return line_at(p, p->count - 1 - back);
}

static void drop_first(struct term_past *p)
{
    p->first = (p->first + 1) % p->max;
    p->count--;
}

void term_past_push(struct term_past *p, const struct term_line *l)
{
    if (p->max == 0)
        return;
    if (p->count == p->max)
        drop_first(p);
    struct term_line *to = line_at(p, p->count++);
    if (to->room < l->used || to->room > 4 * l->used + 16) {
        forget(p, to);
        to->room = l->used;
        to->cell = mem_zalloc((size_t)to->room + 1, sizeof *to->cell);
        p->cells += (size_t)to->room;
    }
    to->used = l->used;
    if (l->used)
        memcpy(to->cell, l->cell, (size_t)l->used * sizeof *to->cell);
    while (p->cells > CELLS_MAX && p->count > 1) {
        forget(p, line_at(p, 0));
        drop_first(p);
    }
}

bool term_past_pop(struct term_past *p, struct term_line *out)
{
    if (p->count == 0)
        return false;
    struct term_line *l = line_at(p, --p->count);
    p->cells -= (size_t)l->room;
    *out = *l;
    *l = (struct term_line){0};
    return true;
}
