/* SPDX-License-Identifier: BSD-2-Clause */
/* parse: one parser for the options of all verbs and of the program, from their metadata.
 *
 * As getopt_long(3) takes them: --name value, --name=value, -c value, -cvalue, -qv; "-" alone is an
 * operand and "--" ends options. A name is never guessed from its beginning: what a script wrote
 * must not change its meaning when an option is added. */
#include "verb/verb.h"

#include "base/mem.h"
#include "base/text.h"
#include "verb/value.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct opt verb_global_opts[] = {
    {'v', "verbose", OPT_FLAG, offsetof(struct verb_globals, verbose), NULL,
     "say what is being done"},
    {'q', "quiet", OPT_FLAG, offsetof(struct verb_globals, quiet), NULL, "nothing but errors"},
    {0, "uid", OPT_TEXT, offsetof(struct verb_globals, uid), "UID",
     "the labs of that user (number or name; root only)"},
    {'h', "help", OPT_FLAG, offsetof(struct verb_globals, help), NULL, "show this text"},
    {0, "version", OPT_FLAG, offsetof(struct verb_globals, version), NULL, "show the version"},
    {0},
};

struct parse {
    const struct verb *verb; /* NULL: before the verb */
    int argc;
    char **argv;
    int at; /* in argv */
    void *options;
    struct verb_globals *globals;
};

static int usage(const struct verb *v, struct err *e, const char *what, const char *which)
{
    char clean[128];
    text_clean_to(clean, sizeof clean, which);
    return err_set_exit(e, EXIT_USAGE, 0, "%s%s%s%s (see vethlab %s%s--help)", v ? v->name : "",
                        v ? ": " : "", what, clean, v ? v->name : "", v ? " " : "");
}

/* By letter, or (letter 0) by name. The verb's own go first. *into: the struct it belongs to. */
static const struct opt *find_opt(const struct parse *p, char letter, const char *name, size_t len,
                                  void **into)
{
    const struct opt *lists[] = {p->verb ? p->verb->opts : NULL, verb_global_opts};
    void *const structs[] = {p->options, p->globals};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (const struct opt *o = lists[i]; o && o->name; o++)
            if (letter ? o->letter == letter
                       : strlen(o->name) == len && memcmp(o->name, name, len) == 0) {
                *into = structs[i];
                return o;
            }
    return NULL;
}

#define NAMES_MAX 64

static int unknown(const struct parse *p, const char *name, size_t len, struct err *e)
{
    const struct opt *lists[] = {p->verb ? p->verb->opts : NULL, verb_global_opts};
    const char *names[NAMES_MAX + 1] = {NULL};
    size_t count = 0;
    char clean[128];
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (const struct opt *o = lists[i]; o && o->name && count < NAMES_MAX; o++)
            names[count++] = o->name;
    _cleanup_free_ char *word = mem_strndup(name, len);
    const char *near = text_nearest(word, names);
    if (!near) {
        _cleanup_free_ char *dashed = mem_printf("--%s", word);
        return usage(p->verb, e, "unknown option ", dashed);
    }
    text_clean_to(clean, sizeof clean, word);
    return err_set_exit(e, EXIT_USAGE, 0, "%s%sunknown option --%s: did you mean --%s?",
                        p->verb ? p->verb->name : "", p->verb ? ": " : "", clean, near);
}

static int set(const struct parse *p, const struct opt *o, const char *text, void *into,
               struct err *e)
{
    int r = value_set(o, text, into, e);
    return r < 0 && p->verb ? err_prefix(e, "%s", p->verb->name) : r;
}

static int no_value(const struct parse *p, const struct opt *o, struct err *e)
{
    _cleanup_free_ char *name = mem_printf("--%s %s", o->name, o->arg ? o->arg : "");
    return usage(p->verb, e, "a value is missing: ", name);
}

/* --name, --name=value, --name value */
static int take_long(struct parse *p, struct err *e)
{
    const char *name = p->argv[p->at] + 2;
    size_t len = strcspn(name, "=");
    const char *value = name[len] ? name + len + 1 : NULL;
    void *into;
    const struct opt *o = find_opt(p, 0, name, len, &into);
    if (!o)
        return unknown(p, name, len, e);
    if (o->value.kind == OPT_KIND_FLAG && value)
        return usage(p->verb, e, "no value is taken by --", o->name);
    if (o->value.kind != OPT_KIND_FLAG && !value) {
        if (p->at + 1 >= p->argc)
            return no_value(p, o, e);
        value = p->argv[++p->at];
    }
    return set(p, o, value, into, e);
}

/* -a, -abc, -c value, -cvalue */
static int take_letters(struct parse *p, struct err *e)
{
    for (const char *s = p->argv[p->at] + 1; *s; s++) {
        void *into;
        const struct opt *o = find_opt(p, *s, NULL, 0, &into);
        if (!o) {
            char word[] = {'-', *s, '\0'};
            /* An option that begins with a character of several bytes is shown whole. */
            return usage(p->verb, e, "unknown option ", *s & 0x80 ? p->argv[p->at] : word);
        }
        const char *value = NULL;
        bool takes = o->value.kind != OPT_KIND_FLAG;
        if (takes && s[1])
            value = s + 1;
        else if (takes && p->at + 1 < p->argc)
            value = p->argv[++p->at];
        else if (takes)
            return no_value(p, o, e);
        int r = set(p, o, value, into, e);
        if (r < 0 || takes)
            return r;
    }
    return 0;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1];
}

static int take(struct parse *p, struct err *e)
{
    return p->argv[p->at][1] == '-' ? take_long(p, e) : take_letters(p, e);
}

int verb_parse_globals(int argc, char **argv, struct verb_globals *g, struct err *e)
{
    struct parse p = {.argc = argc, .argv = argv, .at = 1, .globals = g};
    for (; p.at < argc && is_option(argv[p.at]); p.at++) {
        if (strcmp(argv[p.at], "--") == 0)
            return p.at + 1;
        int r = take(&p, e);
        if (r < 0)
            return r;
    }
    return p.at;
}

static int check_operands(const struct verb *v, const struct verb_call *c, struct err *e)
{
    _cleanup_free_ char *line = mem_printf("vethlab %s %s", v->name, v->synopsis);
    if (c->command_at < v->min_operands)
        return usage(v, e, "an operand is missing: ", line);
    if (v->max_operands >= 0 && c->command_at > v->max_operands)
        return usage(v, e, "one operand too many: ", c->argv[v->max_operands]);
    if (v->takes_command && c->argc == c->command_at)
        return usage(v, e, "a command is missing: ", line);
    return 0;
}

static bool find_user(const char *text, uid_t *uid)
{
    char *end;
    const struct passwd *pw;
    if (text[0] >= '0' && text[0] <= '9') {
        errno = 0;
        unsigned long n = strtoul(text, &end, 10);
        *uid = (uid_t)n;
        return !*end && errno == 0 && n < UINT32_MAX;
    }
    pw = text[0] ? getpwnam(text) : NULL;
    if (pw)
        *uid = pw->pw_uid;
    return pw != NULL;
}

/* Labs are keyed by owner and name. An ordinary user sees the processes of others, but the kernel
 * lets him do nothing with them: better said at once. */
static int take_owner(const struct verb *v, const struct verb_globals *g, struct verb_call *c,
                      struct err *e)
{
    c->uid = getuid();
    c->by_uid = g->uid != NULL;
    if (!g->uid)
        return 0;
    if (!v->others)
        return usage(v, e, "this verb is about labs of your own, and takes no --uid", "");
    if (!find_user(g->uid, &c->uid))
        return usage(v, e, "there is no such user: --uid ", g->uid);
    if (c->uid != getuid() && geteuid() != 0) {
        err_set_exit(e, EXIT_DENIED, 0,
                     "%s: only root reaches labs of another user: run it with sudo", v->name);
        return -EPERM;
    }
    return 0;
}

int verb_parse(const struct verb *v, int argc, char **argv, struct verb_globals *g,
               struct verb_call *c, struct err *e)
{
    struct parse p = {v, argc, argv, 1, c->options, g};
    int kept = 0;
    c->argv = argv;
    value_presets(v->opts, c->options);
    for (; p.at < argc && strcmp(argv[p.at], "--") != 0; p.at++) {
        if (!is_option(argv[p.at])) {
            argv[kept++] = argv[p.at];
            continue;
        }
        int r = take(&p, e);
        if (r < 0)
            return r;
    }
    c->command_at = kept;
    for (int i = p.at + 1; i < argc; i++)
        argv[kept++] = argv[i];
    argv[kept] = NULL;
    c->argc = kept;
    if (g->help || g->version)
        return 0;
    /* Without a command, "--" only says that what follows are operands, whatever they look like. */
    if (!v->takes_command)
        c->command_at = kept;
    int r = check_operands(v, c, e);
    return r < 0 ? r : take_owner(v, g, c, e);
}
