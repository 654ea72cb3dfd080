/* SPDX-License-Identifier: BSD-2-Clause */
/* shells: the shells that a view has opened in nodes, at most one in each; they fill
 * view_node.shell.
 */
#ifndef VETHLAB_VIEW_SHELLS_H
#define VETHLAB_VIEW_SHELLS_H

#include "base/err.h"
#include "kernel/lab.h"
#include "live/term_input.h"
#include "loop/loop.h"
#include "model/topo.h"
#include "view/data.h"

#include <stdbool.h>
#include <stddef.h>

#define SHELLS_ALL SIZE_MAX /* in place of a node: all that run */

struct shells;

/* `changed` is told from the loop when a terminal changed or a shell ended. All is borrowed; `topo`
 * may be NULL. */
struct shells *shells_new(struct loop *loop, const struct lab *lab, const struct topo *topo,
                          struct view_data *data, void (*changed)(void *ctx), void *ctx);
/* Ends them all. NULL is allowed. */
void shells_free(struct shells *s);

/* Fills view_node.shell anew: the values may be new ones. */
void shells_show(struct shells *s);

/* So many nodes were put in at `at`: those behind them keep their shells. */
void shells_insert_nodes(struct shells *s, size_t at, size_t count);

/* Opens one where none runs. */
int shells_open(struct shells *s, size_t node, int rows, int cols, struct err *e);
void shells_end(struct shells *s, size_t node);
void shells_resize(struct shells *s, size_t node, int rows, int cols);
void shells_scroll(struct shells *s, size_t node, int lines);

/* What a person does, to a node or to SHELLS_ALL; `key` as the screen has it (view/keys.h). False
 * where a shell does not take it. */
bool shells_key(struct shells *s, size_t node, int key);
bool shells_paste(struct shells *s, size_t node, const char *text, size_t len);
void shells_mouse(struct shells *s, size_t node, const struct term_mouse *m);
void shells_focus(struct shells *s, size_t node, bool in);

#endif
