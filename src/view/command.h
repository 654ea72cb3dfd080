/* SPDX-License-Identifier: BSD-2-Clause */
/* command: a line of the palette: which command of this program it is, and what can be typed next;
 * pure. */
#ifndef VETHLAB_VIEW_COMMAND_H
#define VETHLAB_VIEW_COMMAND_H

#include "base/err.h"
#include "view/data.h"

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_WORDS_MAX 60
#define COMMAND_HINTS     6 /* rows above the line at most */

struct view_option {
    const char *name;         /* "--count" */
    char letter;              /* 'c', or 0 */
    const char *arg;          /* "N", "FILE", "LAB"; NULL: it takes no value */
    const char *const *words; /* what the value may be, NULL-terminated; NULL: anything */
};

/* What operands of a verb can be, but for LAB. */
enum { COMMAND_NODES = 1, COMMAND_FILES = 2, COMMAND_VERBS = 4 };

/* A verb of the program, as its floor tells of it. Ends with one without a name. */
struct view_verb {
    const char *name, *synopsis, *summary;
    int operands, operands_all; /* where the first may be LAB: so many with it, and so many where
                                 * --all is given; 0: no LAB */
    bool lab_option;            /* --lab LAB */
    bool others;                /* takes --uid */
    unsigned kinds;             /* COMMAND_* */
    const struct view_option *options; /* ends with one without a name */
};

enum command_kind {
    COMMAND_NOTHING, /* an empty line */
    COMMAND_RUN,     /* word[] are the arguments of the program */
    COMMAND_SHELL,   /* word[0] is the node whose shell is wanted */
    COMMAND_QUIT,
};

struct command {
    enum command_kind kind;
    char *word[COMMAND_WORDS_MAX + 1]; /* owned; NULL-terminated */
    size_t words;
};

/* What a verb is told of the lab beside its name; each may be NULL. */
struct command_lab {
    const char *uid;  /* whose it is */
    const char *file; /* what it was made of */
};

/* Splits the line as a shell does ('...', "...", \), and adds the lab's name, owner and file where
 * the verb takes them and they are not given. -EINVAL with a sentence for what cannot be run from
 * here, with the usage where a node is missing. command_fini() in any case. */
int command_parse(struct command *c, const char *line, const struct view_verb *verbs,
                  const struct view_data *d, const struct command_lab *lab, struct err *e);
void command_fini(struct command *c);
/* True for one that may leave something in the lab that its file does not say. */
bool command_changes(const struct command *c);

/* The paths that begin with `stem`, directories with a slash at their end. NULL-terminated, all
 * owned by the caller; never NULL. */
typedef char **command_files_fn(const char *stem);

/* The words that may stand for the one that `line` ends in the middle of: verbs at first, then what
 * the verb takes there, and its long options where it begins with "-". NULL-terminated, and owned
 * by the caller (command_words_free()). `files` may be NULL: then none are known. */
char **command_words(const char *line, const struct view_verb *verbs, const struct view_data *d,
                     command_files_fn *files);
void command_words_free(char **words); /* NULL is allowed */

/* The verbs that begin as the first word of the line does; where that is all there is of them, or
 * more follows, just that one. How many; their indexes into `at`. */
int command_hints(const char *line, const struct view_verb *verbs, int at[COMMAND_HINTS]);
/* How many there are in all. */
int command_more(const char *line, const struct view_verb *verbs);

#endif
