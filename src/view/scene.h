/* SPDX-License-Identifier: BSD-2-Clause */
/* scene: one frame, from values to cells; pure. */
#ifndef VETHLAB_VIEW_SCENE_H
#define VETHLAB_VIEW_SCENE_H

#include "view/canvas.h"
#include "view/data.h"
#include "view/ui.h"

#define SCENE_ROWS_MIN 6 /* below, only a notice */
#define SCENE_COLS_MIN 20

/* What fills the middle; a screen without `draw` cannot be shown. */
struct scene_screen {
    const char *name; /* of what the help tells the keys */
    void (*draw)(struct area a, const struct view_data *d, const struct view_ui *ui);
};
extern const struct scene_screen scene_screens[UI_SCREEN_COUNT];

/* Then nothing is drawn but that it is so, and no key counts but q. */
bool scene_is_too_small(int rows, int cols);

/* Draws on the whole canvas, whose size and character set decide what fits. (ui->rows and
 * ui->cols shall be the same: keys that turn pages count with them.) */
void scene_draw(const struct view_data *d, const struct view_ui *ui, struct canvas *c);

/* The same while the picture is held (ui->paused): all but the last line and the help is that of
 * `held`, a frame of the same size. */
void scene_draw_held(const struct canvas *held, const struct view_data *d, const struct view_ui *ui,
                     struct canvas *c);

/* The lines around the middle, one row each. */
void scene_top(struct area a, const struct view_data *d, const struct view_ui *ui);
void scene_bottom(struct area a, const struct view_data *d, const struct view_ui *ui);
/* Only what the lab is: the first line of --once. */
void scene_top_once(struct area a, const struct view_data *d);

/* Place `at` of `of` panes in `a`, `across` of them beside one another; the last row is filled by
 * those that are in it. */
struct area scene_pane_area(struct area a, size_t at, size_t of, size_t across);

/* Which sections are told of the node, as bits; 0 where its pane is not on the page. */
unsigned scene_sections_told(const struct view_data *d, const struct view_ui *ui, size_t node);

/* Where on the screen (ui->rows, ui->cols) the node's shell is seen; false: it is not. */
bool scene_shell_area(const struct view_data *d, const struct view_ui *ui, size_t node,
                      struct area *shell);
/* The node whose pane is there; false: none. */
bool scene_node_at(const struct view_data *d, const struct view_ui *ui, int row, int col,
                   size_t *node);

/* For --once: all nodes below one another, in as many lines as it takes, `cols` wide (at least
 * SCENE_COLS_MIN), nothing selected. Appends plain text. */
void scene_once(const struct view_data *d, enum ui_form form, int cols, bool ascii,
                struct buf *out);

#endif
