/* SPDX-License-Identifier: BSD-2-Clause */
/* words: an operation as the commands that a person would type, and a sentence that says why. */
#ifndef VETHLAB_TEACH_WORDS_H
#define VETHLAB_TEACH_WORDS_H

#include "base/buf.h"
#include "model/op.h"

#include <stddef.h>

/* A command and where it is typed: in a terminal of that node, or TOPO_HOST: of the machine. */
struct teach_line {
    int node;
    char *text; /* owned; for sh(1); one line, unless it is a command of the file that has more */
};

struct teach_lines {
    struct teach_line *item; /* owned */
    size_t count, room;
};

void teach_lines_fini(struct teach_lines *l);

enum teach_style {
    TEACH_PERSON, /* a node's process is "<pid of NODE>" */
    TEACH_SCRIPT, /* it is the shell variable of teach_pid() */
};

/* Appends the commands that do `op`, in order; none changes more than the operation does. */
void teach_words(const struct topo *t, const struct op *op, enum teach_style style,
                 struct teach_lines *out);

/* Appends one plain sentence with its full stop: what the operation does and what it is for. */
void teach_sentence(const struct topo *t, const struct op *op, struct buf *out);

/* Where a command is typed: the node's name, or "machine". Borrowed. */
const char *teach_place(const struct topo *t, int node);

/* Appends the name of the shell variable for a node's pid: letters, digits and '_'. */
void teach_pid(const struct topo *t, int node, struct buf *out);

/* Appends `text` as one word of sh(1), quoted if it has to be. */
void teach_quote(const char *text, struct buf *out);

#endif
