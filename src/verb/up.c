/* SPDX-License-Identifier: BSD-2-Clause */
/* up, run, redeploy: a topology file becomes a running lab. */
#include "verb/verbs.h"

#include "apply/hostcheck.h"
#include "apply/life.h"
#include "base/log.h"
#include "base/mem.h"
#include "verb/common.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct options {
    const char *name;
    bool allow_host;
};

static const struct opt opts[] = {
    {0, "name", OPT_TEXT, offsetof(struct options, name), "NAME",
     "the lab's name, instead of the file's"},
    {0, "allow-host", OPT_FLAG, offsetof(struct options, allow_host), NULL,
     "make the interfaces that the file wants on the machine itself (root only)"},
    {0},
};

static int bring_up(const struct verb_call *c, struct life_up *how, struct topo **t, bool again,
                    struct err *e)
{
    const struct options *o = c->options;
    int r = common_topo(c->argc ? c->argv[0] : NULL, o->name, t, e);
    if (r == 0)
        r = hostcheck_up(*t, o->allow_host, e);
    if (r == 0 && again) {
        struct lab lab;
        struct err none = ERR_INIT;
        if (lab_open((*t)->name, getuid(), &lab, &none) == 0) {
            lab_fini(&lab);
            r = life_down((*t)->name, getuid(), e);
        }
    }
    return r < 0 ? r : life_up(*t, how, e);
}

static int up_or_again(const struct verb_call *c, bool again, struct err *e)
{
    struct topo *t = NULL;
    char size[64];
    struct life_up how = {.stays = true};
    int r = bring_up(c, &how, &t, again, e);
    if (r == 0 && how.already)
        log_note("lab %s is up already, as %s says", t->name, t->file);
    else if (r == 0)
        log_note("lab %s is up: %s", t->name, common_size(t, size, sizeof size));
    topo_free(t);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

static int run_up(const struct verb_call *c, struct err *e)
{
    return up_or_again(c, false, e);
}

static int run_redeploy(const struct verb_call *c, struct err *e)
{
    return up_or_again(c, true, e);
}

/* Until a signal comes; which one. */
static int wait_for_signal(void)
{
    sigset_t set;
    int sig = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigwait(&set, &sig);
    return sig;
}

static int run_run(const struct verb_call *c, struct err *e)
{
    struct topo *t = NULL;
    char size[64];
    struct life_up how = {.stays = false};
    int r = bring_up(c, &how, &t, false, e);
    if (r < 0) {
        topo_free(t);
        return e->exit;
    }
    log_note("lab %s is up: %s; it goes when this command ends (Ctrl-C)", t->name,
             common_size(t, size, sizeof size));
    wait_for_signal();
    r = life_down(t->name, getuid(), e);
    mem_close_fd(&how.lifeline);
    topo_free(t);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

#define FILE_RULE                                                                                  \
    "FILE may be - for standard input, and may be left out where this directory has exactly one\n" \
    "*.lab.yaml."

const struct verb verb_up = {
    .name = "up",
    .synopsis = "[--name NAME] [--allow-host] [FILE]",
    .summary = "Builds a lab from a topology file; it stays until `down`",
    .details = FILE_RULE "\nInterrupted or killed at any moment it leaves a whole lab or nothing.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .run = run_up,
};

const struct verb verb_redeploy = {
    .name = "redeploy",
    .synopsis = "[--name NAME] [--allow-host] [FILE]",
    .summary = "Takes the lab down if it runs, then builds it anew",
    .details = FILE_RULE,
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .run = run_redeploy,
};

const struct verb verb_run = {
    .name = "run",
    .synopsis = "[--name NAME] [--allow-host] [FILE]",
    .summary = "Builds a lab that lives as long as this command",
    .details =
        FILE_RULE "\nCtrl-C ends it, and the lab with it; so does any other end of the command.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .run = run_run,
};
