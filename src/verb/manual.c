/* SPDX-License-Identifier: BSD-2-Clause */
/* manual: the manual page from its source: the lines @VERBS@ and @OPTIONS@ of standard input are
 * replaced by what the table says, in mdoc(7), so that the manual cannot drift from the program. */
#include "verb/verbs.h"

#include "base/buf.h"
#include "base/io.h"
#include "verb/value.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SOURCE_MAX (1 << 20)

/* mdoc(7) wants each sentence to begin a line. */
static bool is_sentence_end(const char *s)
{
    return (s[0] == '.' || s[0] == '?') && s[1] == ' ' && isupper((unsigned char)s[2]);
}

/* One line of plain text as mdoc: nothing in it is a request or an escape, a minus sign is one, and
 * `x` is quoted. */
static void put_text(const char *s, size_t len)
{
    bool quoted = false;
    if (len && (s[0] == '.' || s[0] == '\''))
        fputs("\\&", stdout);
    for (size_t i = 0; i < len; i++) {
        if (is_sentence_end(s + i)) {
            printf("%c\n", s[i++]);
            continue;
        }
        bool inside = i > 0 && isalnum((unsigned char)s[i - 1]);
        switch (s[i]) {
        case '\\':
            fputs("\\e", stdout);
            break;
        case '`':
            quoted = !quoted;
            fputs(quoted ? "\\(lq" : "\\(rq", stdout);
            break;
        case '~':
            fputs("\\(ti", stdout);
            break;
        case '^':
            fputs("\\(ha", stdout);
            break;
        case '-':
            fputs(inside ? "-" : "\\-", stdout);
            break;
        default:
            putchar(s[i]);
        }
    }
    putchar('\n');
}

/* Paragraphs; lines that begin with a blank keep their shape. */
static void put_details(const char *s)
{
    bool literal = false;
    while (*s) {
        size_t len = strcspn(s, "\n");
        if ((len && s[0] == ' ') != literal) {
            literal = !literal;
            puts(literal ? ".Bd -literal" : ".Ed");
        }
        if (len)
            put_text(s, len);
        else
            puts(".Pp");
        s += len + (s[len] == '\n');
    }
    if (literal)
        puts(".Ed");
}

static void put_option(const struct opt *o)
{
    _cleanup_buf_ struct buf text = BUF_INIT, range = BUF_INIT;
    fputs(".It ", stdout);
    if (o->letter)
        printf("Fl %c , ", o->letter);
    printf("Fl \\-%s", o->name);
    printf(o->arg ? " Ar %s\n" : "\n", o->arg);
    value_describe(o, &range);
    buf_adds(&text, o->help);
    if (range.len)
        buf_printf(&text, " (%s)", buf_str(&range));
    put_text(buf_str(&text), text.len);
}

static void put_options(const struct opt *opts)
{
    puts(".Bl -tag -width Ds");
    for (const struct opt *o = opts; o->name; o++)
        put_option(o);
    puts(".El");
}

static void put_verb(const struct verb *v)
{
    printf(".It Xo\n.Cm %s\n", v->name);
    if (v->synopsis[0])
        put_text(v->synopsis, strlen(v->synopsis));
    puts(".Xc");
    printf("%s.\n", v->summary);
    if (v->details) {
        puts(".Pp");
        put_details(v->details);
    }
    if (v->opts && v->opts->name)
        put_options(v->opts);
}

static void put_verbs(void)
{
    puts(".Bl -tag -width Ds");
    for (size_t i = 0; verb_table[i]; i++)
        if (!verb_table[i]->hidden)
            put_verb(verb_table[i]);
    puts(".El");
}

static bool is_line(const char *s, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(s, word, len) == 0;
}

static int run_manual(const struct verb_call *c, struct err *e)
{
    (void)c;
    _cleanup_buf_ struct buf source = BUF_INIT;
    int r = io_read_all(STDIN_FILENO, SOURCE_MAX, &source);
    if (r < 0)
        return err_set(e, -r, "cannot read the manual's source"), EXIT_FAILED;
    for (const char *s = buf_str(&source); *s;) {
        size_t len = strcspn(s, "\n");
        if (is_line(s, len, "@VERBS@"))
            put_verbs();
        else if (is_line(s, len, "@OPTIONS@"))
            put_options(verb_global_opts);
        else
            printf("%.*s\n", (int)len, s);
        s += len + (s[len] == '\n');
    }
    return EXIT_DONE;
}

const struct verb verb_manual = {
    .name = "__manual",
    .synopsis = "",
    .summary = "Completes the source of the manual page",
    .hidden = true,
    .run = run_manual,
};
