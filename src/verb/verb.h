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
    OPT_FLAG, /* bool */
    OPT_TEXT, /* const char * */
    OPT_TYPE_COUNT
};

struct opt {
    char letter;      /* 'c', or 0 */
    const char *name; /* "count" */
    enum opt_type type;
    size_t offset;    /* of the field in the verb's options struct (offsetof) */
    const char *arg;  /* "N" in the help; NULL for flags */
    const char *help; /* one line */
};

struct verb_call { /* what main hands to a verb */
    const char *program;
    int argc; /* operands, options taken away; argv[argc] is NULL */
    char **argv;
    int command_at; /* index in argv of what stood after "--", or argc */
    void *options;  /* the verb's filled options struct */
};

struct verb {
    const char *name;
    const char *synopsis;   /* "[--json] LAB": what follows the name */
    const char *summary;    /* one line, for the list */
    const char *details;    /* paragraphs for `vethlab VERB --help` */
    const struct opt *opts; /* ends with an all-zero entry; NULL: none */
    size_t options_size;
    int min_operands, max_operands; /* before "--"; max -1: any number */
    bool takes_command;             /* CMD... after "--" */
    /* Returns the program's exit code (enum exit_code or a command's own). With e->text set it is
     * printed by main; a verb never prints errors itself. */
    int (*run)(const struct verb_call *c, struct err *e);
};

extern const struct verb *const verb_table[]; /* NULL-terminated, in the order of the help */

/* NULL with EXIT_USAGE and a sentence that names the nearest verb. */
const struct verb *verb_find(const char *name, struct err *e);

/* Parses argv[1..] of the verb into c, options and operands in any order; "--" ends options.
 * -EINVAL with EXIT_USAGE and a sentence; 1 if --help was asked for; 0 done. `c->options` has
 * options_size zeroed bytes. */
int verb_parse(const struct verb *v, int argc, char **argv, struct verb_call *c, struct err *e);

void verb_print_help(const struct verb *v); /* standard output */
void verb_print_overview(void);             /* all verbs, standard output */

#endif
