/* SPDX-License-Identifier: BSD-2-Clause */
/* palette: see the header. Where a verb takes a LAB is read from its synopsis, as the shell's
 * completion does. */
#include "verb/palette.h"

#include "base/mem.h"
#include "verb/verb.h"

#include <stdlib.h>
#include <string.h>

static bool has_text(const struct opt *o)
{
    return o->value.kind != OPT_KIND_FLAG;
}

static size_t add_options(const char **words, size_t n, const struct opt *o)
{
    for (; o && o->name; o++) {
        if (!has_text(o))
            continue;
        if (o->letter)
            words[n++] = mem_printf("-%c", o->letter);
        words[n++] = mem_printf("--%s", o->name);
    }
    return n;
}

static const char *const *options_with_text(const struct verb *v)
{
    size_t room = 1;
    for (const struct opt *o = v->opts; o && o->name; o++)
        room += 2;
    for (const struct opt *o = verb_global_opts; o->name; o++)
        room += 2;
    const char **words = mem_zalloc(room, sizeof *words);
    size_t n = add_options(words, 0, v->opts);
    add_options(words, n, verb_global_opts);
    return words;
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
                               .with_text = options_with_text(v)};
    }
}

void palette_fini(struct palette *p)
{
    for (struct view_verb *v = p->verb; v->name; v++) {
        for (const char *const *w = v->with_text; *w; w++)
            free((void *)(uintptr_t)*w);
        free((void *)(uintptr_t)v->with_text);
    }
    free(p->verb);
}
