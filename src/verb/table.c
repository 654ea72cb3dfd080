/* SPDX-License-Identifier: BSD-2-Clause */
/* table: all verbs, in the order of the help, and the help itself. */
#include "verb/verbs.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

const struct verb *const verb_table[] = {
    &verb_up,   &verb_down, &verb_run,   &verb_redeploy, &verb_list,
    &verb_show, &verb_exec, &verb_check, NULL,
};

const struct verb *verb_find(const char *name, struct err *e)
{
    const char *names[ARRAY_LEN(verb_table)] = {NULL};
    char clean[64];
    for (size_t i = 0; verb_table[i]; i++) {
        names[i] = verb_table[i]->name;
        if (strcmp(names[i], name) == 0)
            return verb_table[i];
    }
    const char *near = text_nearest(name, names);
    text_clean_to(clean, sizeof clean, name);
    if (near)
        err_set_exit(e, EXIT_USAGE, 0, "there is no verb \"%s\": did you mean \"%s\"?", clean,
                     near);
    else
        err_set_exit(e, EXIT_USAGE, 0, "there is no verb \"%s\": see vethlab --help", clean);
    return NULL;
}

void verb_print_help(const struct verb *v)
{
    printf("Usage: vethlab %s %s\n\n%s.\n", v->name, v->synopsis, v->summary);
    if (v->details)
        printf("\n%s\n", v->details);
    puts("\nOptions:");
    for (const struct opt *o = v->opts; o && o->name; o++) {
        char name[64], letter[5] = "    ";
        if (o->letter)
            snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(name, sizeof name, "%s--%s%s%s", letter, o->name, o->arg ? " " : "",
                 o->arg ? o->arg : "");
        printf("  %-22s %s\n", name, o->help);
    }
    printf("  %-22s %s\n", "-h, --help", "show this text");
    puts("\nExit codes: 0 done, 1 failed, 2 usage, 3 topology invalid, 4 conflict or locked,\n"
         "5 not permitted, 6 a limit is too low, 7 kernel still busy, 128+n ended by signal n.");
}

void verb_print_overview(void)
{
    puts("Usage: vethlab [-v | -q] VERB ...\n\n"
         "A laboratory of Linux network namespaces.\n");
    for (size_t i = 0; verb_table[i]; i++)
        printf("  %-10s %s\n", verb_table[i]->name, verb_table[i]->summary);
    puts("\nOptions:\n"
         "  -v, --verbose  say what is being done\n"
         "  -q, --quiet    nothing but errors\n"
         "  -h, --help     show this text; after a verb, that verb's own\n"
         "  --version      show the version");
}
