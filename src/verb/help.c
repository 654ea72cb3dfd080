/* SPDX-License-Identifier: BSD-2-Clause */
/* help: what the table of verbs says, as text. */
#include "verb/verbs.h"

#include "base/buf.h"
#include "verb/value.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS      80
#define OPT_COLUMN   24 /* where the text of an option begins */
#define VERB_COLUMN  12
#define FIRST_COLUMN 2

/* Words of `text` from column `at` on, further lines from column `indent`. */
static void print_wrapped(const char *text, int at, int indent)
{
    if (at >= indent) {
        printf("\n%*s", indent, "");
        at = indent;
    } else {
        at += printf("%*s", indent - at, "");
    }
    for (const char *p = text; *p;) {
        int len = (int)strcspn(p, " ");
        bool first = at == indent;
        if (!first && at + 1 + len > COLUMNS) {
            printf("\n%*s", indent, "");
            at = indent;
            first = true;
        }
        at += printf("%s%.*s", first ? "" : " ", len, p);
        p += len + (p[len] == ' ');
    }
    putchar('\n');
}

static void print_option(const struct opt *o)
{
    char letter[] = "    ";
    _cleanup_buf_ struct buf text = BUF_INIT, range = BUF_INIT;
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    int at = printf("  %s--%s%s%s", letter, o->name, o->arg ? " " : "", o->arg ? o->arg : "");
    value_describe(o, &range);
    buf_adds(&text, o->help);
    if (range.len)
        buf_printf(&text, " (%s)", buf_str(&range));
    print_wrapped(buf_str(&text), at, OPT_COLUMN);
}

static void print_options(const struct opt *opts)
{
    for (const struct opt *o = opts; o && o->name; o++)
        print_option(o);
}

void verb_print_help(const struct verb *v)
{
    printf("Usage: vethlab %s%s%s\n\n%s.\n", v->name, v->synopsis[0] ? " " : "", v->synopsis,
           v->summary);
    if (v->details)
        printf("\n%s\n", v->details);
    if (v->opts && v->opts->name) {
        puts("\nOptions:");
        print_options(v->opts);
    }
    puts("\nOptions of every verb:");
    print_options(verb_global_opts);
    puts("\nExit codes: 0 done, 1 failed, 2 usage, 3 topology invalid, 4 conflict or locked,\n"
         "5 not permitted, 6 a limit is too low, 7 kernel still busy, 128+n ended by signal n.\n"
         "See vethlab(1).");
}

void verb_print_overview(void)
{
    puts("Usage: vethlab [OPTION]... VERB [OPTION]... [OPERAND]...\n\n"
         "A laboratory of Linux network namespaces in one command.\n\nVerbs:");
    for (size_t i = 0; verb_table[i]; i++) {
        const struct verb *v = verb_table[i];
        if (!v->hidden)
            print_wrapped(v->summary, printf("%*s%s", FIRST_COLUMN, "", v->name), VERB_COLUMN);
    }
    puts("\nOptions, before or after the verb:");
    print_options(verb_global_opts);
    puts("\n`vethlab VERB --help` tells about a verb, vethlab(1) about everything.");
}

static int run_help(const struct verb_call *c, struct err *e)
{
    if (c->argc == 0) {
        verb_print_overview();
        return EXIT_DONE;
    }
    const struct verb *v = verb_find(c->argv[0], e);
    if (!v)
        return EXIT_USAGE;
    verb_print_help(v);
    return EXIT_DONE;
}

const struct verb verb_help = {
    .name = "help",
    .synopsis = "[VERB]",
    .summary = "Tells about the program or one of its verbs",
    .max_operands = 1,
    .run = run_help,
};
