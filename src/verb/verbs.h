/* SPDX-License-Identifier: BSD-2-Clause */
/* verbs: the entries of the table, one a file. */
#ifndef VETHLAB_VERB_VERBS_H
#define VETHLAB_VERB_VERBS_H

#include "verb/verb.h"

extern const struct verb verb_up, verb_down, verb_run, verb_redeploy, verb_list, verb_exec;
extern const struct verb verb_check, verb_show, verb_help;
extern const struct verb verb_logs, verb_explain, verb_export;
extern const struct verb verb_plan, verb_apply;
extern const struct verb verb_ping;
extern const struct verb verb_view;
extern const struct verb verb_shell, verb_manual, verb_complete;

#endif
