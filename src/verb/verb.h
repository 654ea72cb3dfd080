/* SPDX-License-Identifier: BSD-2-Clause */
/* verb: one const entry per verb; dispatch, help, completion and the manual's synopsis come from
 * the same table (verb/table.c). Options are metadata, parsed by one function. */
#ifndef VETHLAB_VERB_VERB_H
#define VETHLAB_VERB_VERB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum opt_type {
    OPT_FLAG,     /* bool */
    OPT_TEXT,     /* const char * */
    OPT_NUMBER,   /* int64_t in [min, max] */
    OPT_DURATION, /* int64_t nanoseconds; text in seconds ("0.2") or with ms/s: "200ms"; [min,max]
                     ns */
    OPT_LIST,     /* struct opt_list: may be given several times */
    OPT_TYPE_COUNT
};

struct opt_list {
    const char *item[64];
    size_t count;
};

struct opt {
    char letter;      /* 'c', or 0 */
    const char *name; /* "count", or NULL */
    enum opt_type type;
    size_t offset;    /* of the field in the verb's options struct (offsetof) */
    const char *arg;  /* "N" in the help; NULL for flags */
    const char *help; /* one line */
    int64_t min, max;
};

/* What an operand is: completion offers the right words. */
enum operand {
    OPERAND_NONE,
    OPERAND_FILE,
    OPERAND_LAB,
    OPERAND_LAB_OR_FILE,
    OPERAND_NODE,
    OPERAND_COMMAND,
    OPERAND_TEXT,
    OPERAND_COUNT
};

struct verb_call { /* what main hands to a verb */
    const char *program;
    int argc; /* operands, options taken away; argv[argc] is NULL */
    char **argv;
    bool dashdash; /* a "--" stood before argv[dashdash_at] */
    int dashdash_at;
    void *options; /* the verb's zeroed-then-filled options struct */
};

struct verb {
    const char *name;
    const char *synopsis;   /* "[-n N] LAB A B": what follows the name */
    const char *summary;    /* one line, for the list */
    const char *details;    /* paragraphs for `vethlab VERB --help`; NULL: none */
    const struct opt *opts; /* ends with an all-zero entry; NULL: none */
    size_t options_size;
    const void *defaults; /* options_size bytes copied before parsing, or NULL for zeros */
    int min_operands, max_operands; /* max -1: any number */
    enum operand operand[4];
    bool stop_at_operand;     /* exec: options after the second operand belong to the command */
    int operands_before_stop; /* with stop_at_operand: how many operands of our own come first */
    /* Returns the program's exit code (enum exit_code or a command's own). With e->text set it is
     * printed by main; a verb never prints errors itself. */
    int (*run)(const struct verb_call *c, struct err *e);
};

extern const struct verb *const verb_table[]; /* NULL-terminated, in the order of the help */

const struct verb *verb_find(const char *name);

/* Parses argv[1..] of the verb into c (permuting, like getopt_long(3); "--" ends options).
 * -EINVAL with EXIT_USAGE and a sentence; 1 if --help was asked for; 0 done. `c->options` has
 * options_size bytes. */
int verb_parse(const struct verb *v, int argc, char **argv, struct verb_call *c, struct err *e);

void verb_print_help(const struct verb *v); /* standard output */

#endif
