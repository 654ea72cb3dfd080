/* SPDX-License-Identifier: BSD-2-Clause */
/* command: see the header. */
#include "view/command.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t";

/* --- words ------------------------------------------------------------------------------------ */

static void add_at(struct command *c, size_t at, const char *word)
{
    memmove(&c->word[at + 1], &c->word[at], (c->words - at) * sizeof c->word[0]);
    c->word[at] = mem_strdup(word);
    c->words++;
}

/* A word from `*at` on, which is moved behind it; false: a quote is not closed. */
static bool take_word(const char **at, struct buf *word)
{
    char quote = '\0';
    for (; **at && (quote || !strchr(blanks, **at)); (*at)++) {
        char c = **at;
        if (quote && c == quote)
            quote = '\0';
        else if (!quote && (c == '\'' || c == '"'))
            quote = c;
        else if (c == '\\' && quote != '\'' && (*at)[1])
            buf_addc(word, *++*at);
        else
            buf_addc(word, c);
    }
    return !quote;
}

static int split(struct command *c, const char *line, struct err *e)
{
    for (line += strspn(line, blanks); *line; line += strspn(line, blanks)) {
        _cleanup_buf_ struct buf word = BUF_INIT;
        if (!take_word(&line, &word))
            return err_set(e, 0, "a quote is not closed");
        if (c->words + 4 >= COMMAND_WORDS_MAX) /* some may be added */
            return err_set(e, 0, "too many words");
        add_at(c, c->words, buf_str(&word));
    }
    return 0;
}

void command_fini(struct command *c)
{
    for (size_t i = 0; i < c->words; i++)
        free(c->word[i]);
    *c = (struct command){.kind = COMMAND_NOTHING};
}

bool command_changes(const struct command *c)
{
    const char *verb = c->kind == COMMAND_RUN ? c->word[0] : "";
    return strcmp(verb, "exec") == 0 || strcmp(verb, "apply") == 0;
}

/* --- what the program needs beside them ------------------------------------------------------- */

static const struct view_verb *find_verb(const struct view_verb *verbs, const char *name)
{
    for (; verbs->name; verbs++)
        if (strcmp(verbs->name, name) == 0)
            return verbs;
    return NULL;
}

/* "-c", "--count", and with `len` the beginning of "--count=5"; NULL: it has no such option. */
static const struct view_option *find_option(const struct view_verb *v, const char *word,
                                             size_t len)
{
    for (const struct view_option *o = v->options; o && o->name; o++)
        if ((len == 2 && o->letter && word[1] == o->letter) ||
            (strlen(o->name) == len && memcmp(o->name, word, len) == 0))
            return o;
    return NULL;
}

static bool wants_value(const struct view_verb *v, const char *word)
{
    const struct view_option *o = find_option(v, word, strlen(word));
    return o && o->arg;
}

struct operands {
    int count;
    size_t first; /* its place among the words, or where it would stand */
    bool all;     /* --all */
    bool lab;     /* --lab, --uid */
    bool uid;
};

/* Words behind "--" are another program's. */
static struct operands look_at(const struct command *c, const struct view_verb *v)
{
    struct operands o = {.first = 1};
    bool begun = false;
    for (size_t i = 1; i < c->words && strcmp(c->word[i], "--") != 0; i++) {
        const char *w = c->word[i];
        o.all = o.all || strcmp(w, "--all") == 0 || strcmp(w, "-a") == 0;
        o.lab = o.lab || strcmp(w, "--lab") == 0 || strncmp(w, "--lab=", 6) == 0;
        o.uid = o.uid || strcmp(w, "--uid") == 0 || strncmp(w, "--uid=", 6) == 0;
        if (w[0] == '-' && w[1]) {
            i += wants_value(v, w) && i + 1 < c->words;
            continue;
        }
        if (!begun)
            o.first = i;
        begun = true;
        o.count++;
    }
    return o;
}

static bool is_node(const struct view_data *d, const char *name)
{
    for (size_t i = 0; i < d->nodes; i++)
        if (strcmp(d->snap->node[i].name, name) == 0)
            return true;
    return false;
}

/* Whether all operands are there but the lab. Where more than one could be left out (`logs`), a
 * node is no lab. */
static bool wants_lab(const struct command *c, const struct view_verb *v, const struct operands *o,
                      const struct view_data *d)
{
    int most = o->all ? v->operands_all : v->operands;
    const char *first = o->count ? c->word[o->first] : "";
    if (o->count >= most)
        return false;
    return o->count == 0 || (strcmp(first, d->snap->lab) != 0 && is_node(d, first));
}

/* Nodes that have to be named: of "[LAB] A B | ..." two. */
static int least_nodes(const struct view_verb *v)
{
    static const char lab[] = "[LAB] ";
    const char *at = strstr(v->synopsis, lab);
    int count = 0;
    for (at = at ? at + sizeof lab - 1 : ""; *at >= 'A' && *at <= 'Z'; count++) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    return count;
}

static int check_nodes(const struct command *c, const struct view_verb *v,
                       const struct view_data *d, struct err *e)
{
    struct operands o = look_at(c, v);
    const char *lab = d->snap->lab;
    bool by_lab = o.count && strcmp(c->word[o.first], lab) == 0 && !is_node(d, lab);
    if (o.all || o.count - by_lab >= least_nodes(v))
        return 0;
    return err_set(e, 0, "usage: %s %s", v->name, v->synopsis);
}

static void add_option(struct command *c, const char *name, const char *value)
{
    add_at(c, 1, value);
    add_at(c, 1, name);
}

/* "[FILE]" as an operand: as such it is the last one, behind the words in small letters. */
static bool wants_file(const struct view_verb *v, const struct operands *o)
{
    static const char file[] = "[FILE]";
    size_t len = strlen(v->synopsis), own = sizeof file - 1;
    bool takes = len >= own && strcmp(v->synopsis + len - own, file) == 0;
    return takes && o->count == (v->synopsis[0] >= 'a' && v->synopsis[0] <= 'z');
}

/* A file may name another lab: ours is meant. */
static void add_file(struct command *c, const struct view_verb *v, const struct view_data *d,
                     const char *file)
{
    bool named = false;
    for (size_t i = 1; i < c->words; i++)
        named = named || strcmp(c->word[i], "--name") == 0 ||
                strncmp(c->word[i], "--name=", strlen("--name=")) == 0;
    add_at(c, c->words, file);
    if (!named && find_option(v, "--name", strlen("--name")))
        add_option(c, "--name", d->snap->lab);
}

static void complete(struct command *c, const struct view_verb *v, const struct view_data *d,
                     const struct command_lab *lab)
{
    struct operands o = look_at(c, v);
    if (lab->file && wants_file(v, &o))
        add_file(c, v, d, lab->file);
    if (wants_lab(c, v, &o, d))
        add_at(c, o.count ? o.first : 1, d->snap->lab);
    if (v->lab_option && !o.lab)
        add_option(c, "--lab", d->snap->lab);
    if (lab->uid && v->others && !o.uid)
        add_option(c, "--uid", lab->uid);
}

/* --- lines ------------------------------------------------------------------------------------ */

static int no_such_verb(const struct view_verb *verbs, const char *word, struct err *e)
{
    const char *names[64] = {NULL};
    for (size_t i = 0; verbs[i].name && i + 1 < ARRAY_LEN(names); i++)
        names[i] = verbs[i].name;
    const char *near = text_nearest(word, names);
    return near ? err_set(e, 0, "there is no \"%s\": did you mean \"%s\"?", word, near)
                : err_set(e, 0, "there is no \"%s\": Tab shows what there is", word);
}

/* `shell NODE` or `shell LAB NODE`. */
static int take_shell(struct command *c, const struct view_data *d, struct err *e)
{
    const char *node = c->words > 1 ? c->word[c->words - 1] : NULL;
    bool here = c->words == 2 || (c->words == 3 && strcmp(c->word[1], d->snap->lab) == 0);
    if (!here || !is_node(d, node))
        return err_set(e, 0, "shell: which node of this lab?");
    _cleanup_free_ char *name = mem_strdup(node);
    command_fini(c);
    add_at(c, 0, name);
    c->kind = COMMAND_SHELL;
    return 0;
}

int command_parse(struct command *c, const char *line, const struct view_verb *verbs,
                  const struct view_data *d, const struct command_lab *lab, struct err *e)
{
    *c = (struct command){.kind = COMMAND_NOTHING};
    int r = split(c, line, e);
    if (r < 0 || c->words == 0)
        return r;
    const char *first = c->word[0];
    if (strcmp(first, "q") == 0 || strcmp(first, "quit") == 0) {
        c->kind = COMMAND_QUIT;
        return 0;
    }
    if (strcmp(first, "shell") == 0)
        return take_shell(c, d, e);
    if (strcmp(first, "view") == 0 || strcmp(first, "run") == 0)
        return err_set(e, 0, "%s needs a terminal of its own: this one is in use", first);
    const struct view_verb *v = find_verb(verbs, first);
    if (!v)
        return no_such_verb(verbs, first, e);
    r = check_nodes(c, v, d, e);
    if (r < 0)
        return r;
    complete(c, v, d, lab);
    c->kind = COMMAND_RUN;
    return 0;
}

/* --- what can be typed next ------------------------------------------------------------------- */

struct words {
    char **word; /* owned, as what it holds */
    size_t count, room;
};

/* The list stays terminated. */
static void offer(struct words *w, const char *prefix, const char *word)
{
    mem_grow(&w->word, &w->room, w->count + 1, sizeof *w->word);
    w->word[w->count++] = mem_printf("%s%s", prefix, word);
    w->word[w->count] = NULL;
}

static void offer_verbs(struct words *w, const struct view_verb *verbs)
{
    for (; verbs->name; verbs++)
        offer(w, "", verbs->name);
}

static void offer_files(struct words *w, const char *prefix, const char *stem,
                        command_files_fn *files)
{
    char **path = files ? files(stem) : NULL;
    for (size_t i = 0; path && path[i]; i++)
        offer(w, prefix, path[i]);
    command_words_free(path);
}

static void offer_value(struct words *w, const struct view_option *o, const char *prefix,
                        const char *stem, const struct view_data *d, command_files_fn *files)
{
    for (size_t i = 0; o->words && o->words[i]; i++)
        offer(w, prefix, o->words[i]);
    if (strcmp(o->arg, "FILE") == 0)
        offer_files(w, prefix, stem, files);
    else if (strcmp(o->arg, "LAB") == 0)
        offer(w, prefix, d->snap->lab);
}

/* "--count", and behind "--count=" its value. */
static void offer_options(struct words *w, const struct view_verb *v, const char *stem,
                          const struct view_data *d, command_files_fn *files)
{
    const char *equals = strchr(stem, '=');
    for (const struct view_option *o = v->options; !equals && o && o->name; o++)
        offer(w, "", o->name);
    const struct view_option *o = equals ? find_option(v, stem, (size_t)(equals - stem)) : NULL;
    if (!o || !o->arg)
        return;
    _cleanup_free_ char *prefix = mem_strndup(stem, (size_t)(equals + 1 - stem));
    offer_value(w, o, prefix, equals + 1, d, files);
}

/* Of a verb that is not known: nodes and the lab. */
static void offer_operands(struct words *w, const struct view_verb *v, const char *stem,
                           const struct view_verb *verbs, const struct view_data *d,
                           command_files_fn *files)
{
    for (size_t i = 0; (!v || v->kinds & COMMAND_NODES) && i < d->nodes; i++)
        offer(w, "", d->snap->node[i].name);
    if (!v || v->operands || v->operands_all)
        offer(w, "", d->snap->lab);
    if (v && v->kinds & COMMAND_VERBS)
        offer_verbs(w, verbs);
    if (v && v->kinds & COMMAND_FILES)
        offer_files(w, "", stem, files);
}

/* Behind the words of `c`. What stands behind "--" is another program's, which may know nodes. */
static void offer_next(struct words *w, const struct command *c, const char *stem,
                       const struct view_verb *verbs, const struct view_data *d,
                       command_files_fn *files)
{
    const struct view_verb *v = c->words ? find_verb(verbs, c->word[0]) : NULL;
    const struct view_option *wants = NULL;
    bool in_command = false;
    for (size_t i = 1; v && i < c->words && !in_command; i++) {
        bool is_value = wants != NULL;
        in_command = !is_value && strcmp(c->word[i], "--") == 0;
        wants = is_value ? NULL : find_option(v, c->word[i], strlen(c->word[i]));
        wants = wants && wants->arg ? wants : NULL;
    }
    if (c->words == 0)
        offer_verbs(w, verbs);
    else if (in_command)
        offer_operands(w, NULL, stem, verbs, d, NULL);
    else if (wants)
        offer_value(w, wants, "", stem, d, files);
    else if (v && stem[0] == '-')
        offer_options(w, v, stem, d, files);
    else
        offer_operands(w, v, stem, verbs, d, files);
}

char **command_words(const char *line, const struct view_verb *verbs, const struct view_data *d,
                     command_files_fn *files)
{
    struct command c = {.kind = COMMAND_NOTHING};
    struct err ignored = ERR_INIT; /* an open quote: nothing is known */
    struct words w = {0};
    size_t stem = strlen(line);
    while (stem > 0 && !strchr(blanks, line[stem - 1]))
        stem--;
    _cleanup_free_ char *before = mem_strndup(line, stem);
    mem_grow(&w.word, &w.room, 0, sizeof *w.word);
    w.word[0] = NULL;
    if (split(&c, before, &ignored) == 0)
        offer_next(&w, &c, line + stem, verbs, d, files);
    command_fini(&c);
    return w.word;
}

void command_words_free(char **words)
{
    for (size_t i = 0; words && words[i]; i++)
        free(words[i]);
    free(words);
}

int command_more(const char *line, const struct view_verb *verbs)
{
    int count = 0;
    line += strspn(line, blanks);
    size_t len = strcspn(line, blanks);
    for (; verbs->name; verbs++)
        count += strncmp(verbs->name, line, len) == 0 && (!line[len] || !verbs->name[len]);
    return count;
}

int command_hints(const char *line, const struct view_verb *verbs, int at[COMMAND_HINTS])
{
    int count = 0;
    line += strspn(line, blanks);
    size_t len = strcspn(line, blanks);
    for (int i = 0; verbs[i].name && count < COMMAND_HINTS; i++) {
        if (strncmp(verbs[i].name, line, len) != 0 || (line[len] && verbs[i].name[len]))
            continue;
        if (len && !verbs[i].name[len]) {
            at[0] = i;
            return 1;
        }
        at[count++] = i;
    }
    return count;
}
