/* SPDX-License-Identifier: BSD-2-Clause */
/* shell: a shell in a node on a terminal that is emulated here (live/term.h), served by the loop.
 *
 * It is what `vethlab shell` runs there, in the same environment but $TERM. It does not outlive us,
 * and nothing of it keeps a lab from ending: its processes are the node's. */
#ifndef VETHLAB_LIVE_SHELL_H
#define VETHLAB_LIVE_SHELL_H

#include "base/err.h"
#include "kernel/lab.h"
#include "live/term.h"
#include "loop/loop.h"
#include "model/topo.h"

#include <stdbool.h>
#include <stddef.h>

struct shell;

/* Told from the loop when the terminal changed or the shell ended; it may close the shell. */
typedef void shell_fn(struct shell *s, void *ctx);

struct shell_options {
    struct loop *loop;
    const struct lab *lab; /* lab_enter_userns() first */
    size_t node;
    const struct topo *topo; /* what the file says of the environment, or NULL */
    int rows, cols, history; /* as term_new() */
    shell_fn *fn;
    void *ctx;
};

/* Returns when the shell runs; everything in the options is borrowed for the call, but loop and
 * ctx. */
int shell_open(const struct shell_options *o, struct shell **out, struct err *e);

/* Hangs up, as when a person closes a window; what does not end of that is killed. NULL is allowed.
 * Returns within a fraction of a second. */
void shell_close(struct shell *s);
/* The same for all of these together, and no slower; NULLs among them are allowed. */
void shell_close_all(struct shell *const *all, size_t count);

struct term *shell_term(struct shell *s);
size_t shell_node(const struct shell *s);

/* True when it has ended and all it wrote was read; *code is its exit code, or 128+n. */
bool shell_has_ended(const struct shell *s, int *code);

/* Types the bytes. False where they are refused as a whole: it ended, or reads nothing and so much
 * waits already. */
bool shell_send(struct shell *s, const char *bytes, size_t len);

void shell_resize(struct shell *s, int rows, int cols);

#endif
