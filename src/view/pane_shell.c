/* SPDX-License-Identifier: BSD-2-Clause */
/* pane_shell: the terminal of a node's shell, as large as its part of the pane. */
#include "view/pane.h"

#include "view/shellview.h"

#include <stdio.h>

/* In the last row, over what stands there: nobody types any more. */
static void draw_end(const struct pane *p, struct area a)
{
    const struct view_shell *s = &p->d->node[p->node].shell;
    char text[96];
    struct area row = area_part(a, a.rows - 1, 0, 1, a.cols);
    snprintf(text, sizeof text, " exit code %d: Enter for a new shell ", s->code);
    area_fill(row, s->code ? STYLE_BAD : STYLE_DIM, " ");
    area_text_in(row, 0, 0, a.cols, s->code ? STYLE_BAD : STYLE_DIM, text);
}

struct pane_list pane_shell(const struct pane *p, struct area a, int skip, enum pane_detail detail)
{
    (void)skip, (void)detail;
    const struct view_shell *s = &p->d->node[p->node].shell;
    struct pane_list l = {.rows = a.rows};
    if (!s->term || a.rows <= 0)
        return l;
    shellview_draw(s->term, a, p->shell_keys && !s->ended);
    if (s->ended)
        draw_end(p, a);
    l.before = term_is_alternate(s->term) ? 0 : term_history(s->term) - term_scrolled(s->term);
    l.after = term_scrolled(s->term);
    l.before = l.after ? l.before : 0; /* told only where somebody looks back */
    return l;
}
