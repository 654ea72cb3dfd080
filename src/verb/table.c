/* SPDX-License-Identifier: BSD-2-Clause */
/* table: all verbs, in the order of the help. */
#include "verb/verbs.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

/* One a line, so that branches which add a verb merge. */
/* clang-format off */
const struct verb *const verb_table[] = {
    &verb_up,
    &verb_down,
    &verb_run,
    &verb_redeploy,
    &verb_list,
    &verb_show,
    &verb_view,
    &verb_ping,
    &verb_exec,
    &verb_shell,
    &verb_logs,
    &verb_check,
    &verb_plan,
    &verb_apply,
    &verb_explain,
    &verb_export,
    &verb_help,
    &verb_manual,
    &verb_complete,
    NULL,
};
/* clang-format on */

const struct verb *verb_find(const char *name, struct err *e)
{
    const char *names[ARRAY_LEN(verb_table)] = {NULL};
    char clean[64];
    size_t count = 0;
    for (size_t i = 0; verb_table[i]; i++) {
        if (strcmp(verb_table[i]->name, name) == 0)
            return verb_table[i];
        if (!verb_table[i]->hidden)
            names[count++] = verb_table[i]->name;
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
