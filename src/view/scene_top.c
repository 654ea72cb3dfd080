/* SPDX-License-Identifier: BSD-2-Clause */
/* scene_top: the first line of the screen: the lab, and what of it is shown. */
#include "view/scene.h"

#include "base/clock.h"
#include "view/pieces.h"
#include "view/words.h"

#include <stdio.h>

#define TEXT (sizeof((struct piece *)0)->text)

static void put_nodes(struct pieces *l, const struct view_data *d)
{
    bool machine = d->snap->machine != SNAP_NODE_NONE; /* which is no node to those who count */
    size_t nodes = d->nodes - machine, ended = d->gone ? 0 : view_data_ended(d);
    char *text = pieces_add(l, ended ? 2 : 5, false)->text;
    int n = snprintf(text, TEXT, "%zu node%s%s", nodes, nodes == 1 ? "" : "s",
                     machine ? " and the machine" : "");
    if (ended)
        snprintf(text + n, TEXT - (size_t)n, ", %zu ended", ended);
}

static void put_lab(struct pieces *l, const struct view_data *d)
{
    char age[WORDS_MAX];
    snprintf(pieces_add(l, 6, false)->text, TEXT, "vethlab");
    snprintf(pieces_add(l, 1, false)->text, TEXT, "%s", d->snap->lab ? d->snap->lab : "");
    put_nodes(l, d);
    snprintf(pieces_add(l, 4, false)->text, TEXT, "up %s", words_age(age, d->now_ns - d->began_ns));
    if (d->gone)
        snprintf(pieces_add(l, 2, true)->text, TEXT, "THE LAB HAS ENDED");
}

/* What is not well; nothing where all is. */
static void put_faults(struct pieces *l, const struct view_data *d)
{
    size_t pings = 0, lose = 0, down = 0;
    for (size_t i = 0; i < d->nodes && !d->gone; i++) {
        struct nodes_sum s = nodes_sum(d, i);
        down += d->snap->node[i].gone ? 0 : s.links - s.links_up;
        pings += d->node[i].pings;
        for (size_t k = 0; k < d->node[i].pings; k++)
            lose += d->node[i].ping[k].last_ns == VIEW_LOST_NS;
    }
    if (lose)
        snprintf(pieces_add(l, 2, false)->text, TEXT, "%zu of %zu ping%s lose%s", lose, pings,
                 pings == 1 ? "" : "s", lose == 1 ? "s" : "");
    if (down)
        snprintf(pieces_add(l, 3, false)->text, TEXT, "%zu link end%s down", down,
                 down == 1 ? "" : "s");
}

static void put_shown(struct pieces *l, const struct view_data *d, const struct view_ui *ui)
{
    struct ui_page page = ui_page(ui, d);
    const char *match = ui->filter[0] ? " that match" : "";
    if (ui->filter[0])
        snprintf(pieces_add(l, 3, true)->text, TEXT, "filter %s", ui->filter);
    if (ui->screen != UI_PANES || page.count == page.of) {
        if (*match)
            snprintf(pieces_add(l, 3, true)->text, TEXT, "%zu%s", page.of, match);
        return;
    }
    if (page.count == 1)
        snprintf(pieces_add(l, 3, true)->text, TEXT, "%zu of %zu%s", page.first + 1, page.of,
                 match);
    else
        snprintf(pieces_add(l, 3, true)->text, TEXT, "%zu-%zu of %zu%s", page.first + 1,
                 page.first + page.count, page.of, match);
}

void scene_top(struct area a, const struct view_data *d, const struct view_ui *ui)
{
    struct pieces l = {.count = 0};
    put_lab(&l, d);
    put_faults(&l, d);
    if (ui->paused)
        snprintf(pieces_add(&l, 2, true)->text, TEXT, "PAUSED");
    else if (!d->gone)
        snprintf(pieces_add(&l, 7, true)->text, TEXT, "a ping every %g s",
                 (double)ui->interval_ns / (double)CLOCK_NS_PER_S);
    put_shown(&l, d, ui);
    area_fill(a, STYLE_BAR, " ");
    pieces_draw(a, &l, STYLE_BAR, STYLE_BAR);
}

void scene_top_once(struct area a, const struct view_data *d)
{
    struct pieces l = {.count = 0};
    put_lab(&l, d);
    pieces_draw(a, &l, STYLE_BAR, STYLE_BAR);
}
