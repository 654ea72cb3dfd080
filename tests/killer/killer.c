/* SPDX-License-Identifier: BSD-2-Clause */
/* killer: kills one process of a command's tree at a chosen system call.
 *
 *   killer --count [--uid U] -- COMMAND...
 *       Runs the command and prints, for each process of its tree, "PATH OWN-STOPS TITLE": how
 * often it entered or left a system call; then "tree STOPS". Exits with the command's status.
 *   killer --at N --victim PATH [--tree] [--hold PATH] [--uid U] -- COMMAND...
 *       At the victim's own N-th stop (--tree: at the N-th of the whole tree) stops the whole tree,
 *       sends the victim SIGKILL, lets all others go and waits for the command. --hold: that
 * process makes no further call from the victim's birth until the kill. Prints "ended STATUS", the
 *       command's exit code or 128 + its signal. Exits 0 if it killed, 3 if the victim or the
 *       command ended before, 4 if the command did not end within 20 seconds afterwards, 2 if used
 *       wrongly or tracing is refused.
 *
 * A process's own calls are counted because they are the same in each run; how those of several
 * processes interleave is not. Why not strace: it waits for ever for what stays running. --uid
 * drops to an ordinary user in the command only: a set-user-id program (newuidmap) keeps its
 * privileges only if the tracer has them. */
#include "tracee.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRACE_OPTIONS                                                                              \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |      \
     PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXEC)
#define SYSCALL_STOP (SIGTRAP | 0x80)
#define STOP_ALL_MS  500
#define END_MS       20000
/* So long without a stop of anybody: what is held is all that the others wait for. */
#define QUIET_MS 1000

enum { KILLED = 0, USAGE = 2, MISSED = 3, HANGS = 4 };

struct job {
    bool count, whole_tree;
    long at;
    const char *victim, *hold;
    long uid;
    char **command;
};

static struct tracees tree;

static noreturn void die(const char *what)
{
    fprintf(stderr, "killer: %s: %s\n", what, strerror(errno));
    exit(USAGE);
}

static noreturn void run_command(const struct job *j, int go)
{
    char byte;
    if (read(go, &byte, 1) != 1)
        _exit(USAGE);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (j->uid >= 0) {
        uid_t u = (uid_t)j->uid;
        if (setgroups(0, NULL) < 0 || setresgid(u, u, u) < 0 || setresuid(u, u, u) < 0)
            _exit(USAGE);
    }
    execvp(j->command[0], j->command);
    _exit(127);
}

/* The command waits on a pipe until it is traced: no stop is lost, no sleep is needed. */
static void start(const struct job *j)
{
    int go[2];
    if (pipe2(go, O_CLOEXEC) < 0)
        die("pipe");
    pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0)
        run_command(j, go[0]);
    if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)(uintptr_t)TRACE_OPTIONS) < 0)
        die("this system refuses tracing (PTRACE_SEIZE)");
    tracee_add(&tree, NULL, pid);
    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
    if (write(go[1], "g", 1) != 1)
        die("write");
    close(go[0]);
    close(go[1]);
}

static void go_on(struct tracee *p, int sig)
{
    p->stopped = false;
    ptrace(PTRACE_SYSCALL, p->pid, NULL, (void *)(intptr_t)sig);
}

/* The parent's event tells of a child, which may have stopped already. */
static void adopt(struct tracee *parent, bool resume)
{
    unsigned long pid = 0;
    if (ptrace(PTRACE_GETEVENTMSG, parent->pid, NULL, &pid) < 0 || pid == 0)
        return;
    struct tracee *child = tracee_add(&tree, parent, (pid_t)pid);
    if (!child || !tracee_take_early(&tree, (pid_t)pid))
        return;
    child->stopped = true;
    if (resume)
        go_on(child, 0);
}

static bool is_birth(int event)
{
    return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE;
}

/* Notes what waitpid() said; NULL where nothing more is to be done with it. */
static struct tracee *note_stop(pid_t pid, int status, bool resume)
{
    struct tracee *p = tracee_find(&tree, pid);
    if (!WIFSTOPPED(status)) {
        if (p)
            p->pid = 0;
        return NULL;
    }
    if (!p) {
        tracee_early(&tree, pid);
        return NULL;
    }
    p->stopped = true;
    p->in_vfork = status >> 16 == PTRACE_EVENT_VFORK;
    p->signal = status >> 16 || WSTOPSIG(status) == SYSCALL_STOP ? 0 : WSTOPSIG(status);
    if (is_birth(status >> 16))
        adopt(p, resume);
    return p;
}

static void pass_on(struct tracee *p, int status)
{
    if (status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP)
        ptrace(PTRACE_LISTEN, p->pid, NULL, NULL); /* a group stop: stays stopped for others */
    else
        go_on(p, p->signal);
}

static void count_stop(struct tracee *p)
{
    tree.stops++;
    p->stops++;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* waitpid() with a deadline; SIGCHLD is blocked, so that none is lost. 0: too late, -1: nobody. */
static pid_t wait_until(int64_t deadline_ms, int *status)
{
    sigset_t chld;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    for (;;) {
        pid_t pid = waitpid(-1, status, __WALL | WNOHANG);
        if (pid != 0)
            return pid;
        int64_t left = deadline_ms - now_ms();
        if (left <= 0)
            return 0;
        struct timespec t = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
        sigtimedwait(&chld, NULL, &t);
    }
}

/* A parent inside vfork() cannot be stopped; nor does it do anything. */
static bool must_stop(const struct tracee *p)
{
    return p->pid && !p->stopped && !p->in_vfork;
}

static bool all_stopped(void)
{
    for (int i = 0; i < tree.count; i++)
        if (must_stop(&tree.item[i]))
            return false;
    return true;
}

static void stop_all(void)
{
    for (int i = 0; i < tree.count; i++)
        if (must_stop(&tree.item[i]))
            ptrace(PTRACE_INTERRUPT, tree.item[i].pid, NULL, NULL);
    int64_t deadline_ms = now_ms() + STOP_ALL_MS;
    while (!all_stopped()) {
        int status;
        pid_t pid = wait_until(deadline_ms, &status);
        if (pid <= 0)
            break;
        note_stop(pid, status, false);
    }
}

static void detach_all(void)
{
    for (int i = 0; i < tree.count; i++)
        if (tree.item[i].pid)
            ptrace(PTRACE_DETACH, tree.item[i].pid, NULL, (void *)(intptr_t)tree.item[i].signal);
    for (int i = 0; i < tree.early_count; i++)
        ptrace(PTRACE_DETACH, tree.early[i], NULL, NULL);
}

static int exit_code(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The dead of a pid namespace must all be collected before its first process is reported. A tracee
 * that could not be stopped before is let go as it stops. */
static int wait_for_command(pid_t command)
{
    int64_t deadline_ms = now_ms() + END_MS;
    for (;;) {
        int status;
        pid_t pid = wait_until(deadline_ms, &status);
        if (pid <= 0)
            break;
        if (WIFSTOPPED(status)) {
            int sig = status >> 16 || WSTOPSIG(status) == SYSCALL_STOP ? 0 : WSTOPSIG(status);
            ptrace(PTRACE_DETACH, pid, NULL, (void *)(intptr_t)sig);
        } else if (pid == command) {
            printf("ended %d\n", exit_code(status));
            return KILLED;
        }
    }
    kill(command, SIGKILL);
    return HANGS;
}

/* With --hold: until the victim is dead and its parent can know it, while nobody else moves. Not
 * otherwise: the first process of a pid namespace is dead only when all in it are collected, also
 * the children of a process outside, which is stopped. */
static void wait_for_death(pid_t victim)
{
    int64_t deadline_ms = now_ms() + END_MS;
    for (;;) {
        int status;
        pid_t pid = wait_until(deadline_ms, &status);
        if (pid <= 0)
            return;
        note_stop(pid, status, false);
        if (pid == victim && !WIFSTOPPED(status))
            return;
    }
}

static int strike(const struct job *j)
{
    pid_t command = tree.item[0].pid;
    stop_all();
    struct tracee *victim = tracee_find_path(&tree, j->victim);
    bool there = victim && victim->pid;
    if (there)
        kill(victim->pid, SIGKILL);
    if (there && j->hold)
        wait_for_death(victim->pid);
    detach_all();
    int end = wait_for_command(command);
    return there ? end : MISSED;
}

static bool due(const struct job *j, const struct tracee *p)
{
    if (j->count)
        return false;
    return j->whole_tree ? tree.stops == j->at
                         : strcmp(p->path, j->victim) == 0 && p->stops == j->at;
}

static bool is_held(const struct job *j, const struct tracee *p)
{
    return j->hold && strcmp(p->path, j->hold) == 0 && tracee_find_path(&tree, j->victim);
}

static int report(int status)
{
    for (int i = 0; i < tree.count; i++) {
        const struct tracee *p = &tree.item[i];
        printf("%s %ld %s\n", p->path, p->stops, p->title);
    }
    printf("tree %ld\n", tree.stops);
    return exit_code(status);
}

/* The command ended, or nothing moves any more but what is held. */
static int end_without_kill(const struct job *j, int status)
{
    pid_t command = tree.item[0].pid;
    stop_all();
    detach_all();
    if (command)
        return wait_for_command(command) == HANGS ? HANGS : MISSED;
    return j->count ? report(status) : MISSED;
}

static int trace(const struct job *j)
{
    pid_t command = tree.item[0].pid;
    for (;;) {
        int status = 0;
        pid_t pid = wait_until(now_ms() + (j->hold ? QUIET_MS : END_MS), &status);
        if (pid == command && !WIFSTOPPED(status))
            tree.item[0].pid = 0;
        if (pid <= 0 || !tree.item[0].pid)
            return end_without_kill(j, status);
        struct tracee *p = note_stop(pid, status, true);
        if (!p)
            continue;
        if (WSTOPSIG(status) == SYSCALL_STOP) {
            count_stop(p);
            if (j->count)
                tracee_look(p);
            if (due(j, p))
                return strike(j);
            if (is_held(j, p))
                continue;
        }
        pass_on(p, status);
    }
}

static noreturn void usage(void)
{
    fputs("usage: killer --count|--at N --victim PATH [--tree] [--hold PATH] [--uid U] -- "
          "COMMAND...\n",
          stderr);
    exit(USAGE);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"count", no_argument, NULL, 'c'},
        {"at", required_argument, NULL, 'n'},
        {"victim", required_argument, NULL, 'v'},
        {"tree", no_argument, NULL, 't'},
        {"hold", required_argument, NULL, 'h'},
        {"uid", required_argument, NULL, 'u'},
        {0},
    };
    struct job j = {.uid = -1};
    int o;
    while ((o = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (o == 'c')
            j.count = true;
        else if (o == 'n')
            j.at = atol(optarg);
        else if (o == 'v')
            j.victim = optarg;
        else if (o == 't')
            j.whole_tree = true;
        else if (o == 'h')
            j.hold = optarg;
        else if (o == 'u')
            j.uid = atol(optarg);
        else
            usage();
    }
    j.command = argv + optind;
    if (!j.command[0] || j.count == (j.at > 0 && j.victim))
        usage();
    sigset_t chld;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, NULL);
    start(&j);
    return trace(&j);
}
