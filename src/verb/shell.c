/* SPDX-License-Identifier: BSD-2-Clause */
/* shell: an interactive shell in a node. */
#include "verb/verbs.h"

#include "base/log.h"
#include "base/mem.h"
#include "kernel/lab_ids.h"
#include "verb/node_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SHELL "/bin/sh"

static void say_what_is_special(const struct lab *lab, size_t node)
{
    enum lab_ids ids = LAB_IDS_ALL;
    struct err none = ERR_INIT;
    lab_ids_read(lab, &ids, &none);
    log_note("node %s of lab %s: network, processes and hostname are its own, files are the "
             "machine's%s; exit or Ctrl-D leaves",
             lab->node[node].name, lab->name,
             ids == LAB_IDS_ALL ? "" : ", and you are root of nothing else");
}

static int run_shell(const struct verb_call *c, struct err *e)
{
    struct lab lab;
    const char *wanted = getenv("SHELL");
    char first[4096];
    int code = ENTER_FAILED, node = node_command_find(c, &lab, e);
    if (node >= 0) {
        snprintf(first, sizeof first, "%s", wanted && wanted[0] == '/' ? wanted : SHELL);
        char plain[] = SHELL;
        char *const argv[] = {first, NULL}, *const fallback[] = {plain, NULL};
        _cleanup_free_ char *prompt = mem_printf("%s/%s# ", lab.name, lab.node[node].name);
        struct topo *topo = node_command_topo(&lab);
        struct node_command command = {
            .lab = &lab,
            .topo = topo,
            .node = (size_t)node,
            .argv = argv,
            .fallback = fallback,
            .prompt = prompt,
            .terminal = node_command_is_interactive(),
        };
        if (command.terminal)
            say_what_is_special(&lab, (size_t)node);
        code = node_command_run(&command, e);
        topo_free(topo);
    }
    lab_fini(&lab);
    return code;
}

const struct verb verb_shell = {
    .name = "shell",
    .synopsis = "[LAB] NODE",
    .summary = "Opens a shell in a node",
    .details =
        "It is $SHELL where the node has it, else /bin/sh, on a terminal of its own inside the\n"
        "node; the prompt names the node. Where standard input or output is no terminal it reads\n"
        "commands from standard input as they come. Environment, signals and exit code are as\n"
        "those of `vethlab exec`. LAB may be left out where exactly one lab runs.",
    .min_operands = 1,
    .max_operands = 2,
    .others = true,
    .usage_exit = ENTER_FAILED,
    .run = run_shell,
};
