/* SPDX-License-Identifier: BSD-2-Clause */
/* complete: candidates for the word under the cursor, one a line, from the table of verbs, the labs
 * that run and their nodes. Which operands a verb has, its synopsis says: LAB, NODE, A, B, FILE,
 * VERB, or a word in small letters that stands for itself. The value of an option is what it is
 * called: LAB, NODE or FILE, or one of its words. For topology files the answer is "@files", for
 * any file "@paths", for a command and its arguments "@command": those the shell knows better. */
#include "verb/verbs.h"

#include "base/mem.h"
#include "kernel/lab.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPERANDS_MAX 4

struct line {
    const struct verb *verb; /* NULL: not typed yet */
    const struct opt *wants; /* the option whose value is to be completed, or NULL */
    const char *current;     /* the word under the cursor, or its beginning */
    const char *operand[OPERANDS_MAX];
    size_t operands;
    bool in_command; /* behind "--" */
};

static void offer(const struct line *l, const char *word)
{
    if (strncmp(word, l->current, strlen(l->current)) == 0)
        puts(word);
}

static const struct opt *find_in(const struct opt *o, const char *word)
{
    for (; o && o->name; o++)
        if ((word[1] == '-' && strcmp(o->name, word + 2) == 0) ||
            (word[1] != '-' && strlen(word) == 2 && o->letter == word[1]))
            return o;
    return NULL;
}

/* The option that takes its value from the next word, or NULL. */
static const struct opt *wants_value(const struct verb *v, const char *word)
{
    const struct opt *o = v ? find_in(v->opts, word) : NULL;
    o = o ? o : find_in(verb_global_opts, word);
    return o && o->value.kind != OPT_KIND_FLAG ? o : NULL;
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; verb_table[i]; i++)
        if (strcmp(verb_table[i]->name, name) == 0)
            return verb_table[i];
    return NULL;
}

/* What the words before the cursor mean. bash makes "=" a word of its own. */
static void read_words(struct line *l, char **word, size_t at)
{
    for (size_t i = 1; i < at; i++) {
        if (l->wants) {
            if (strcmp(word[i], "=") != 0)
                l->wants = NULL;
        } else if (strcmp(word[i], "--") == 0) {
            l->in_command = true;
            return;
        } else if (word[i][0] == '-' && word[i][1]) {
            l->wants = wants_value(l->verb, word[i]);
        } else if (!l->verb) {
            l->verb = find_verb(word[i]);
        } else {
            if (l->operands < OPERANDS_MAX)
                l->operand[l->operands] = word[i];
            l->operands++;
        }
    }
}

static void offer_verbs(const struct line *l)
{
    for (size_t i = 0; verb_table[i]; i++)
        if (!verb_table[i]->hidden)
            offer(l, verb_table[i]->name);
}

static void offer_options(const struct line *l, const struct opt *o)
{
    for (; o && o->name; o++) {
        _cleanup_free_ char *word = mem_printf("--%s", o->name);
        offer(l, word);
    }
}

static void offer_labs(const struct line *l, const struct labs *labs)
{
    for (size_t i = 0; i < labs->count; i++)
        offer(l, labs->item[i].name);
}

/* Of the lab that was typed, else of the only one. */
static void offer_nodes(const struct line *l, const struct labs *labs)
{
    const struct lab *lab = labs->count == 1 ? &labs->item[0] : NULL;
    for (size_t i = 0; l->operands > 0 && i < labs->count; i++)
        if (strcmp(labs->item[i].name, l->operand[0]) == 0)
            lab = &labs->item[i];
    for (size_t i = 0; lab && i < lab->nodes; i++)
        offer(l, lab->node[i].name);
}

/* `list` has commas between its words. */
static bool is_in(const char *list, size_t len, const char *word)
{
    for (size_t i = 0, n; i < len; i += n + 1) {
        n = strcspn(list + i, ",");
        if (n == strlen(word) && memcmp(list + i, word, n) == 0)
            return true;
    }
    return false;
}

/* Behind the last comma: those that are not in the list yet. */
static void offer_list(const struct line *l, const char *const *words)
{
    const char *comma = strrchr(l->current, ',');
    int len = comma ? (int)(comma + 1 - l->current) : 0;
    for (size_t i = 0; words[i]; i++) {
        _cleanup_free_ char *all = mem_printf("%.*s%s", len, l->current, words[i]);
        if (!is_in(l->current, (size_t)len, words[i]))
            offer(l, all);
    }
}

static void offer_value(const struct line *l, const struct labs *labs)
{
    const struct opt_value *v = &l->wants->value;
    const char *arg = l->wants->arg ? l->wants->arg : "";
    if (v->kind == OPT_KIND_LIST)
        offer_list(l, v->words);
    for (size_t i = 0; v->kind == OPT_KIND_WORD && v->words[i]; i++)
        offer(l, v->words[i]);
    if (strcmp(arg, "LAB") == 0)
        offer_labs(l, labs);
    else if (strcmp(arg, "NODE") == 0)
        offer_nodes(l, labs);
    else if (strcmp(arg, "FILE") == 0)
        puts("@paths");
}

/* One word of a synopsis that stands for an operand. A word that stands for itself comes first. */
static void offer_operand(const struct line *l, const char *name, const struct labs *labs)
{
    bool first = l->operands == 0, behind_word = islower((unsigned char)l->verb->synopsis[0]);
    if (strcmp(name, "LAB") == 0 && first)
        offer_labs(l, labs);
    else if (strcmp(name, "NODE") == 0)
        offer_nodes(l, labs);
    else if (strcmp(name, "VERB") == 0 && first)
        offer_verbs(l);
    else if (strcmp(name, "FILE") == 0 && !(first && behind_word))
        puts("@files");
    else if (islower((unsigned char)name[0]) && first)
        offer(l, name);
}

/* Each operand that the synopsis names, once, up to the command; options and their values are
 * passed over. */
static void offer_operands(const struct line *l, const struct labs *labs)
{
    _cleanup_free_ char *text = mem_strdup(l->verb->synopsis);
    const char *done[16] = {NULL};
    size_t count = 0;
    bool is_value = false;
    char *save = NULL;
    for (const char *w = strtok_r(text, " []|.", &save); w; w = strtok_r(NULL, " []|.", &save)) {
        if (strcmp(w, "--") == 0)
            break;
        bool skip = is_value;
        w = strcmp(w, "A") == 0 || strcmp(w, "B") == 0 ? "NODE" : w;
        is_value = w[0] == '-' && wants_value(l->verb, w);
        for (size_t i = 0; i < count; i++)
            skip = skip || strcmp(done[i], w) == 0;
        if (skip || w[0] == '-' || count == ARRAY_LEN(done))
            continue;
        done[count++] = w;
        offer_operand(l, w, labs);
    }
}

static void answer(const struct line *l, const struct labs *labs)
{
    const struct verb *v = l->verb;
    if (l->in_command && v && v->takes_command) {
        puts("@command");
    } else if (l->wants) {
        offer_value(l, labs);
    } else if (l->current[0] == '-') {
        offer_options(l, v ? v->opts : NULL);
        offer_options(l, verb_global_opts);
    } else if (!v) {
        offer_verbs(l);
    } else if (v->max_operands < 0 || l->operands < (size_t)v->max_operands) {
        offer_operands(l, labs);
    }
}

static int run_complete(const struct verb_call *c, struct err *e)
{
    (void)e;
    char **word = c->argv + c->command_at;
    size_t words = (size_t)(c->argc - c->command_at);
    unsigned long at = strtoul(c->argv[0], NULL, 10);
    if (at == 0 || at > words)
        return EXIT_USAGE;
    struct line l = {.current = at < words && strcmp(word[at], "=") != 0 ? word[at] : ""};
    read_words(&l, word, at);
    struct labs labs = {0};
    struct err none = ERR_INIT;
    if (labs_find(getuid(), true, &labs, &none) < 0)
        labs_fini(&labs);
    answer(&l, &labs);
    labs_fini(&labs);
    return EXIT_DONE;
}

const struct verb verb_complete = {
    .name = "__complete",
    .synopsis = "INDEX -- WORDS...",
    .summary = "Answers the shell's completion",
    .min_operands = 1,
    .max_operands = 1,
    .takes_command = true,
    .hidden = true,
    .run = run_complete,
};
