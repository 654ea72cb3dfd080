/* SPDX-License-Identifier: BSD-2-Clause */
/* pieces: see the header. */
#include "view/pieces.h"

#include "view/hits.h"

#include <string.h>

#define GAP 2

struct piece *pieces_add(struct pieces *l, int rank, bool right)
{
    struct piece *p = &l->item[l->count < PIECES_MAX - 1 ? l->count++ : l->count];
    *p = (struct piece){.rank = rank, .right = right};
    return p;
}

static int piece_width(const struct canvas *c, const struct piece *p)
{
    return canvas_width(c, p->key) + canvas_width(c, p->text) + (*p->key && *p->text);
}

static int all_width(const struct canvas *c, const struct pieces *l, bool right_only)
{
    int width = 0;
    for (int i = 0; i < l->count; i++)
        if (l->item[i].right || !right_only)
            width += piece_width(c, &l->item[i]) + GAP;
    return width;
}

static void drop_last_rank(struct pieces *l)
{
    int worst = 0;
    for (int i = 1; i < l->count; i++)
        if (l->item[i].rank >= l->item[worst].rank)
            worst = i;
    l->count--;
    memmove(&l->item[worst], &l->item[worst + 1], (size_t)(l->count - worst) * sizeof *l->item);
}

void pieces_draw(struct area a, struct pieces *l, enum canvas_style key, enum canvas_style text)
{
    while (l->count > 1 && all_width(a.canvas, l, false) > a.cols)
        drop_last_rank(l);
    int left = 1, right = a.cols - all_width(a.canvas, l, true) + GAP - 1;
    for (int i = 0; i < l->count; i++) {
        const struct piece *p = &l->item[i];
        int *col = p->right ? &right : &left;
        if (p->code)
            hits_mark(area_part(a, 0, *col, 1, piece_width(a.canvas, p)),
                      (struct hit){HIT_KEY, 0, (uint32_t)p->code});
        *col = area_text(a, 0, *col, key, p->key) + (*p->key && *p->text);
        int width = canvas_width(a.canvas, p->text), room = a.cols - 1 - *col;
        *col = area_text_in(a, 0, *col, width < room ? width : room, text, p->text) + GAP;
    }
}
