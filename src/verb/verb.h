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

enum opt_kind {
    OPT_KIND_FLAG,    /* bool */
    OPT_KIND_TEXT,    /* const char *, borrowed from argv */
    OPT_KIND_INT,     /* int64_t */
    OPT_KIND_SECONDS, /* int64_t nanoseconds, typed as decimal seconds: 0.2 */
    OPT_KIND_WORD,    /* int, the index in `words` */
    OPT_KIND_LIST,    /* const char *, likewise: some of `words`, with commas; the verb reads it */
    OPT_KIND_COUNT
};

struct opt_value {
    enum opt_kind kind;
    int64_t min, max;         /* inclusive; OPT_KIND_SECONDS: nanoseconds */
    const char *preset;       /* taken where the option is not given, as it would be typed; or NULL:
                               * the field stays 0 or NULL */
    const char *unit;         /* "bytes", for the help; or NULL */
    const char *const *words; /* NULL-terminated */
};

/* What stands in the third place of a struct opt. */
#define OPT_FLAG                                                                                   \
    {                                                                                              \
        .kind = OPT_KIND_FLAG                                                                      \
    }
#define OPT_TEXT                                                                                   \
    {                                                                                              \
        .kind = OPT_KIND_TEXT                                                                      \
    }
#define OPT_INT(min_, max_, preset_, unit_)                                                        \
    {                                                                                              \
        .kind = OPT_KIND_INT, .min = (min_), .max = (max_), .preset = (preset_), .unit = (unit_)   \
    }
#define OPT_SECONDS(min_ns_, max_ns_, preset_)                                                     \
    {                                                                                              \
        .kind = OPT_KIND_SECONDS, .min = (min_ns_), .max = (max_ns_), .preset = (preset_)          \
    }
#define OPT_WORD(words_, preset_)                                                                  \
    {                                                                                              \
        .kind = OPT_KIND_WORD, .words = (words_), .preset = (preset_)                              \
    }
#define OPT_LIST(words_)                                                                           \
    {                                                                                              \
        .kind = OPT_KIND_LIST, .words = (words_)                                                   \
    }

struct opt {
    char letter;      /* 'c', or 0 */
    const char *name; /* "count" */
    struct opt_value value;
    size_t offset;    /* of the field in the verb's options struct (offsetof) */
    const char *arg;  /* "N" in the help; NULL for flags. LAB, NODE and FILE are completed */
    const char *help; /* one phrase; range, default and words are added by the help */
};

struct verb_call { /* what main hands to a verb */
    const char *program;
    int argc; /* operands, options taken away; argv[argc] is NULL */
    char **argv;
    int command_at; /* index in argv of what stood after "--", or argc */
    void *options;  /* the verb's filled options struct */
    uid_t uid;      /* whose labs are meant: ours, or --uid */
    bool by_uid;    /* --uid was given */
};

struct verb {
    const char *name;
    const char *synopsis;   /* "[--json] [LAB]": what follows the name */
    const char *summary;    /* one line, for the list; no full stop */
    const char *details;    /* paragraphs for `vethlab VERB --help`, or NULL */
    const struct opt *opts; /* ends with an all-zero entry; NULL: none */
    size_t options_size;
    int min_operands, max_operands; /* before "--"; max -1: any number */
    bool takes_command;             /* CMD... after "--" */
    bool hidden;                    /* in no list: not meant to be typed */
    bool others;                    /* takes --uid: it uses c->uid wherever it looks for a lab */
    int usage_exit;                 /* for a wrong command line; 0: EXIT_USAGE */
    /* Returns the program's exit code (enum exit_code or a command's own). With e->text set it is
     * printed by main; a verb never prints errors itself. */
    int (*run)(const struct verb_call *c, struct err *e);
};

extern const struct verb *const verb_table[]; /* NULL-terminated, in the order of the help */

struct verb_globals { /* options of the program, before or after the verb */
    bool quiet, verbose, help, version;
    const char *uid; /* as typed, or NULL */
};
extern const struct opt verb_global_opts[];

/* NULL with EXIT_USAGE and a sentence that names the nearest verb. */
const struct verb *verb_find(const char *name, struct err *e);

/* Takes the global options before the verb. The index of the verb in argv (argc: there is none), or
 * -EINVAL with EXIT_USAGE and a sentence. */
int verb_parse_globals(int argc, char **argv, struct verb_globals *g, struct err *e);

/* Parses argv[1..] of the verb into c, options (its own and global ones) and operands in any order;
 * "--" ends options. -EINVAL with EXIT_USAGE and a sentence; 0 done. With g->help or g->version
 * operands are not counted. `c->options` has options_size zeroed bytes. */
int verb_parse(const struct verb *v, int argc, char **argv, struct verb_globals *g,
               struct verb_call *c, struct err *e);

void verb_print_help(const struct verb *v); /* standard output */
void verb_print_overview(void);             /* all verbs, standard output */

#endif
