/* SPDX-License-Identifier: BSD-2-Clause */
/* parse: one parser for the options of all verbs, from their metadata. */
#include "verb/verb.h"

#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

static int usage(const struct verb *v, struct err *e, const char *what, const char *which)
{
    char clean[128];
    text_clean_to(clean, sizeof clean, which);
    return err_set_exit(e, EXIT_USAGE, 0, "%s: %s %s (see vethlab %s --help)", v->name, what, clean,
                        v->name);
}

static const struct opt *find_opt(const struct verb *v, const char *word, size_t len)
{
    for (const struct opt *o = v->opts; o && o->name; o++)
        if ((word[1] == '-' && strlen(o->name) == len - 2 &&
             strncmp(o->name, word + 2, len - 2) == 0) ||
            (word[1] != '-' && len == 2 && word[1] == o->letter))
            return o;
    return NULL;
}

/* One option word; *i moves over its value. */
static int take_option(const struct verb *v, int argc, char **argv, int *i, void *options,
                       struct err *e)
{
    char *word = argv[*i];
    size_t len = strcspn(word, "=");
    const struct opt *o = find_opt(v, word, len);
    if (strcmp(word, "-v") == 0 || strcmp(word, "-q") == 0) {
        log_set_level(word[1] == 'v' ? LOG_VERBOSE : LOG_QUIET);
        return 0;
    }
    if (!o)
        return usage(v, e, "unknown option", word);
    if (o->type == OPT_FLAG) {
        if (word[len])
            return usage(v, e, "no value is taken by option", word);
        *(bool *)((char *)options + o->offset) = true;
        return 0;
    }
    char *value = word[len] ? word + len + 1 : *i + 1 < argc ? argv[++*i] : NULL;
    if (!value)
        return usage(v, e, "a value is missing behind option", word);
    memcpy((char *)options + o->offset, &value, sizeof value);
    return 0;
}

int verb_parse(const struct verb *v, int argc, char **argv, struct verb_call *c, struct err *e)
{
    int kept = 0, i = 1;
    c->argv = argv;
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return 1;
        if (argv[i][0] != '-' || !argv[i][1]) {
            argv[kept++] = argv[i];
            continue;
        }
        int r = take_option(v, argc, argv, &i, c->options, e);
        if (r < 0)
            return r;
    }
    c->command_at = kept;
    if (kept < v->min_operands)
        return usage(v, e, "too few operands: vethlab", v->synopsis);
    if (v->max_operands >= 0 && kept > v->max_operands)
        return usage(v, e, "one operand too many:", argv[v->max_operands]);
    for (i++; i < argc; i++) {
        if (!v->takes_command)
            return usage(v, e, "nothing is taken after \"--\":", argv[i]);
        argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    c->argc = kept;
    if (v->takes_command && kept == c->command_at)
        return usage(v, e, "a command is missing:", v->synopsis);
    return 0;
}
