/* SPDX-License-Identifier: BSD-2-Clause */
/* scene_once: one frame as text, in as many lines as it takes. */
#include "view/scene.h"

#include "view/pane.h"

static void once_group(const struct view_data *d, enum ui_form form, size_t first, size_t panes,
                       int cols, bool ascii, struct buf *out)
{
    struct canvas c;
    int rows = 0;
    for (size_t i = 0; i < panes; i++) {
        struct pane p = {.d = d, .node = first + i, .form = form};
        int needs = pane_rows(&p, cols / (int)panes, ascii);
        rows = needs > rows ? needs : rows;
    }
    canvas_init(&c, rows, cols, ascii);
    for (size_t i = 0; i < panes && first + i < d->nodes; i++) {
        struct pane p = {.d = d, .node = first + i, .form = form};
        pane_draw(&p, scene_pane_area(area_all(&c), i, panes, panes));
    }
    canvas_to_text(&c, out);
    canvas_fini(&c);
}

void scene_once(const struct view_data *d, enum ui_form form, int cols, bool ascii, struct buf *out)
{
    struct view_ui ui = {.form = form,
                         .rows = SCENE_ROWS_MIN,
                         .cols = cols < SCENE_COLS_MIN ? SCENE_COLS_MIN : cols};
    struct canvas top;
    canvas_init(&top, 1, ui.cols, ascii);
    scene_top_once(area_all(&top), d);
    canvas_to_text(&top, out);
    canvas_fini(&top);
    size_t panes = ui_page(&ui, d).panes;
    for (size_t first = 0; first < d->nodes; first += panes)
        once_group(d, form, first, d->nodes - first < panes ? d->nodes - first : panes, ui.cols,
                   ascii, out);
}
