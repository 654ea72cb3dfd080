/* SPDX-License-Identifier: BSD-2-Clause */
/* up, run, redeploy: a topology file becomes a running lab. */
#include "verb/verbs.h"

#include "apply/hostcheck.h"
#include "apply/keeper.h"
#include "apply/life.h"
#include "base/log.h"
#include "base/mem.h"
#include "live/rawtty.h"
#include "verb/common.h"
#include "verb/look.h"
#include "verb/step.h"

#include <errno.h>
#include <poll.h>
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

/* `run` has those of `view` too. */
struct run_options {
    struct options up; /* first: bring_up() takes either */
    bool once, ascii, step;
    int64_t interval_ns;
    int theme;
    const char *log;
};

static const struct opt run_opts[] = {
    {0, "name", OPT_TEXT, offsetof(struct run_options, up.name), "NAME",
     "the lab's name, instead of the file's"},
    {0, "allow-host", OPT_FLAG, offsetof(struct run_options, up.allow_host), NULL,
     "make the interfaces that the file wants on the machine itself (root only)"},
    {0, "once", OPT_FLAG, offsetof(struct run_options, once), NULL,
     "print one frame as text and end: 0 if all pings were answered and no node ended"},
    LOOK_OPT_INTERVAL(struct run_options),
    {0, "step", OPT_FLAG, offsetof(struct run_options, step), NULL,
     "one step a key press, forwards and backwards"},
    {0, "ascii", OPT_FLAG, offsetof(struct run_options, ascii), NULL,
     "draw with ASCII characters only"},
    LOOK_OPT_THEME(struct run_options),
    {0, "log", OPT_TEXT, offsetof(struct run_options, log), "FILE",
     "append every event to that FILE, a line of JSON each"},
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
        if (lab_open_holder((*t)->name, getuid(), 0, &lab, &none) == 0) {
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
        log_note("lab %s is up already, as %s says", t->name, common_source(t));
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

/* Until INT, TERM or HUP comes, or the lab ends. */
static void wait_for_end(int pidfd)
{
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, &before);
    _cleanup_fd_ int signals = signalfd(-1, &set, SFD_CLOEXEC);
    struct pollfd p[] = {{.fd = signals, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
    while (poll(p, ARRAY_LEN(p), -1) < 0 && errno == EINTR)
        ;
    struct signalfd_siginfo info; /* taken, or it would end us when the mask is put back */
    if (p[0].revents && read(signals, &info, sizeof info) < 0)
        log_verbose("cannot read a signal");
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* The lab lives on our lifeline meanwhile. The exit code, or -errno. */
static int look_at_it(const char *name, const struct look *k, struct err *e)
{
    struct lab lab;
    int code = lab_open(name, getuid(), &lab, e);
    if (code < 0)
        return code;
    code = look_at(&lab, k, e);
    if (code == EXIT_DONE && !k->once && !k->stays && !look_has_screen(k))
        wait_for_end(lab.pidfd);
    lab_fini(&lab);
    return code;
}

/* It may have been taken down already, and the first error is the one that is told. */
static int take_down(const char *name, struct keeper *keeper, struct err *e)
{
    struct err why = ERR_INIT;
    int r = keeper_down(keeper, &why);
    if (r == -ENOENT)
        return 0;
    if (r < 0 && !e->text[0])
        *e = why;
    if (r == 0)
        log_note("lab %s is down", name);
    return r;
}

/* What is typed while a lab is built is not for the view: a q would end it at once, and its echo
 * would stand in the line of progress. */
static void be_quiet(struct rawtty *t, const struct look *k)
{
    struct err ignored = ERR_INIT; /* then it is seen */
    *t = (struct rawtty){.fd = -1, .guard = -1, .guard_pipe = -1};
    if (look_has_screen(k) && rawtty_open_quiet(t, STDIN_FILENO, &ignored) == 0)
        rawtty_raw(t);
}

static void be_quiet_no_more(struct rawtty *t, bool forget)
{
    if (forget && t->fd >= 0)
        rawtty_forget(t);
    rawtty_close(t);
}

static int run_run(const struct verb_call *c, struct err *e)
{
    const struct run_options *o = c->options;
    struct look k = {.interval_ns = o->interval_ns,
                     .once = o->once,
                     .ascii = o->ascii,
                     .theme = o->theme,
                     .must_answer = o->once,
                     .lab_goes = true,
                     .stays = o->log && !o->once};
    struct topo *t = NULL;
    struct keeper keeper;
    char size[64];
    struct life_up how = {.stays = false, .empty = o->step, .lifeline = -1};
    struct rawtty tty;
    int code = EXIT_DONE, r = look_prepare(&k, o->log, e);
    be_quiet(&tty, &k);
    if (r == 0)
        r = bring_up(c, &how, &t, false, e);
    if (r == 0)
        r = keeper_start(t->name, &how.holder, &keeper, e);
    be_quiet_no_more(&tty, r == 0);
    if (r == 0 && o->step) {
        code = step_lab(t, &how.holder, &k, e);
        r = take_down(t->name, &keeper, e);
    } else if (r == 0) {
        log_note("lab %s is up: %s%s", t->name, common_size(t, size, sizeof size),
                 o->once               ? ""
                 : look_has_screen(&k) ? "; it goes when you leave"
                                       : "; it goes when this command ends (Ctrl-C)");
        code = look_at_it(t->name, &k, e);
        r = take_down(t->name, &keeper, e);
    }
    look_finish(&k);
    mem_close_fd(&how.lifeline);
    topo_free(t);
    return code < 0 || (r < 0 && code == EXIT_DONE) ? (int)e->exit : code;
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
    .synopsis = "[--step] [--name NAME] [--allow-host] [--once] [--interval SEC] [--theme NAME] "
                "[--ascii] [--log FILE] [FILE]",
    .summary = "Builds a lab, shows it, and takes it away when you leave",
    .details = FILE_RULE
    "\nThe lab lives as long as this command, however that ends. On a terminal it is shown as\n"
    "`vethlab view` does; without one, one frame is printed when the first pings are answered, "
    "and\n"
    "Ctrl-C (INT, TERM or HUP) ends it.\n\n"
    "With --step the lab begins with nothing. The view shows the next step, which is one entry of\n"
    "`vethlab explain`: Space or Right does it, Left undoes the last one, Enter does all that are\n"
    "left until a key is pressed, k passes over a command that failed. Meanwhile `apply` from\n"
    "elsewhere is refused, but not `down`. Without a terminal, or with --once, the steps are\n"
    "printed as they are done; the exit code is 0 only if all were.",
    .opts = run_opts,
    .options_size = sizeof(struct run_options),
    .max_operands = 1,
    .run = run_run,
};
