/* SPDX-License-Identifier: BSD-2-Clause */
/* palette: see the header. Where a verb takes a LAB is read from its synopsis, as the shell's
 * completion does. */
#include "verb/palette.h"

#include "base/mem.h"
#include "verb/verb.h"

#include <stdlib.h>
#include <string.h>

static size_t count_options(const struct opt *o)
{
    size_t count = 0;
    while (o && o[count].name)
        count++;
    return count;
}

static size_t add_options(struct view_option *to, size_t n, const struct opt *o)
{
    for (; o && o->name; o++)
        to[n++] = (struct view_option){
            .name = mem_printf("--%s", o->name),
            .letter = o->letter,
            .arg = o->value.kind == OPT_KIND_FLAG ? NULL
                   : o->arg                       ? o->arg
                                                  : "",
            .words = o->value.words,
        };
    return n;
}

static const struct view_option *options_of(const struct verb *v)
{
    size_t room = count_options(v->opts) + count_options(verb_global_opts) + 1;
    struct view_option *options = mem_zalloc(room, sizeof *options);
    add_options(options, add_options(options, 0, v->opts), verb_global_opts);
    return options;
}

/* "NODE", as a word of its own: it is between blanks, brackets and bars. */
static bool names(const struct verb *v, const char *word)
{
    static const char between[] = " []|.";
    size_t len = strlen(word);
    for (const char *at = v->synopsis; (at = strstr(at, word)); at += len)
        if ((at == v->synopsis || strchr(between, at[-1])) &&
            (!at[len] || strchr(between, at[len])))
            return true;
    return false;
}

static unsigned kinds_of(const struct verb *v)
{
    return (names(v, "NODE") || names(v, "A") ? COMMAND_NODES : 0u) |
           (names(v, "FILE") ? COMMAND_FILES : 0u) | (names(v, "VERB") ? COMMAND_VERBS : 0u);
}

static bool takes_lab(const struct verb *v)
{
    for (const char *at = v->synopsis; (at = strstr(at, "LAB")); at += 3)
        if (at - v->synopsis < 6 || strncmp(at - 6, "--lab ", 6) != 0)
            return true;
    return false;
}

void palette_init(struct palette *p)
{
    size_t count = 0, n = 0;
    while (verb_table[count])
        count++;
    p->verb = mem_zalloc(count + 1, sizeof *p->verb);
    for (size_t i = 0; i < count; i++) {
        const struct verb *v = verb_table[i];
        if (v->hidden)
            continue;
        p->verb[n++] =
            (struct view_verb){.name = v->name,
                               .synopsis = v->synopsis,
                               .summary = v->summary,
                               .operands = takes_lab(v) ? v->max_operands : 0,
                               .operands_all = strstr(v->synopsis, "--all [LAB]") ? 1 : 0,
                               .lab_option = strstr(v->synopsis, "--lab LAB") != NULL,
                               .others = v->others,
                               .kinds = kinds_of(v),
                               .options = options_of(v)};
    }
}

void palette_fini(struct palette *p)
{
    for (struct view_verb *v = p->verb; v->name; v++) {
        for (const struct view_option *o = v->options; o->name; o++)
            free((void *)(uintptr_t)o->name);
        free((void *)(uintptr_t)v->options);
    }
    free(p->verb);
}
