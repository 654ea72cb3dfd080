/* SPDX-License-Identifier: BSD-2-Clause */
/* exec: runs a command in a node, or in every node of a lab. */
#include "verb/verbs.h"

#include "verb/exec_all.h"
#include "verb/node_command.h"

#include <unistd.h>

struct options {
    bool all, tty, no_tty;
};

static const struct opt opts[] = {
    {'a', "all", OPT_FLAG, offsetof(struct options, all), NULL,
     "run it in every node at once; each line of output follows its node's name"},
    {'t', "tty", OPT_FLAG, offsetof(struct options, tty), NULL,
     "give the command a terminal of its own even where we have none"},
    {'T', "no-tty", OPT_FLAG, offsetof(struct options, no_tty), NULL,
     "hand the command our own descriptors even where they are a terminal"},
    {0},
};

static int usage(const char *sentence, struct err *e)
{
    err_set_exit(e, EXIT_USAGE, 0, "exec: %s (see vethlab exec --help)", sentence);
    return ENTER_FAILED;
}

static int run_exec(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    struct lab lab;
    if (o->all && c->command_at > 1)
        return usage("--all takes no node", e);
    if (!o->all && c->command_at < 1)
        return usage("an operand is missing: NODE, or --all", e);
    if (o->tty && (o->no_tty || o->all))
        return usage("--tty goes with neither --no-tty nor --all", e);
    if (o->all)
        return exec_all(c, e);
    int code = ENTER_FAILED;
    int node = node_command_find(c, &lab, e);
    if (node >= 0) {
        struct topo *topo = node_command_topo(&lab);
        struct node_command command = {
            .lab = &lab,
            .topo = topo,
            .node = (size_t)node,
            .argv = c->argv + c->command_at,
            .terminal = o->tty || (!o->no_tty && node_command_is_interactive()),
        };
        code = node_command_run(&command, e);
        topo_free(topo);
    }
    lab_fini(&lab);
    return code;
}

const struct verb verb_exec = {
    .name = "exec",
    .synopsis = "[-t | -T] [LAB] NODE -- CMD... | --all [LAB] -- CMD...",
    .summary = "Runs a command in a node, or in all of them",
    .details =
        "The command has a clean environment: PATH, HOME, TERM, LANG, LC_*, VETHLAB_LAB,\n"
        "VETHLAB_NODE and what the topology file says under env. Where standard input and\n"
        "output are terminals it gets a new terminal inside the node, else standard input,\n"
        "output and error as they are. INT, TERM, HUP, QUIT, USR1 and USR2 are passed on; it\n"
        "does not outlive vethlab, whatever ends that. Its working directory is ours.\n\n"
        "The exit code is the command's, 128+n where signal n ended it; 125: the node could not\n"
        "be entered, 126: the command cannot be executed, 127: it was not found. With --all: 0\n"
        "if it was 0 in every node, else that of the first node where it was not. The standard\n"
        "input of all of them is empty (/dev/null) then.\n\n"
        "LAB may be left out where exactly one lab runs.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 2,
    .takes_command = true,
    .others = true,
    .usage_exit = ENTER_FAILED,
    .run = run_exec,
};
