/* SPDX-License-Identifier: BSD-2-Clause */
/* exec: runs a command in a node. The terminal of the caller never enters the node: output comes
 * through pipes, and standard input is passed on only where it is none. */
#include "verb/verbs.h"

#include "base/io.h"
#include "base/mem.h"
#include "kernel/enter.h"
#include "kernel/lab.h"
#include "kernel/proc.h"
#include "verb/common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Passes on what comes from `from[k]` to 1 and 2 until both are at their end. */
static int relay(int from[2])
{
    struct pollfd p[2] = {{.fd = from[0], .events = POLLIN}, {.fd = from[1], .events = POLLIN}};
    while (p[0].fd >= 0 || p[1].fd >= 0) {
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return -errno;
        for (int k = 0; k < 2; k++) {
            char data[65536];
            if (p[k].fd < 0 || !p[k].revents)
                continue;
            ssize_t n = io_read(p[k].fd, data, sizeof data);
            if (n <= 0)
                p[k].fd = -1;
            else if (io_write_all(k + 1, data, (size_t)n) < 0)
                return -EPIPE;
        }
    }
    return 0;
}

static int wait_exit_code(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return ENTER_FAILED;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run_in(const struct lab *lab, size_t node, char **argv, struct err *e)
{
    _cleanup_fd_ int pidfd = lab_node_pidfd(lab, node, e);
    if (pidfd < 0)
        return ENTER_FAILED;
    struct proc_ns ours, theirs;
    bool own_userns = proc_ns(0, "user", &ours) == 0 &&
                      proc_ns(lab->holder, "user", &theirs) == 0 &&
                      (ours.ino != theirs.ino || ours.dev != theirs.dev);
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
        return err_set(e, errno, "cannot make a pipe"), ENTER_FAILED;
    _cleanup_fd_ int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const char *term = getenv("TERM");
    _cleanup_free_ char *env_term = mem_printf("TERM=%s", term ? term : "dumb");
    _cleanup_free_ char *env_lab = mem_printf("VETHLAB_LAB=%s", lab->name);
    _cleanup_free_ char *env_node = mem_printf("VETHLAB_NODE=%s", lab->node[node].name);
    const char *env[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                         "HOME=/root",
                         env_term,
                         env_lab,
                         env_node,
                         NULL};
    struct enter_command c = {
        .argv = argv,
        .env = env,
        .stdio = {isatty(STDIN_FILENO) ? null : STDIN_FILENO, out[1], err[1]},
        .user_ns_pidfd = own_userns ? lab->pidfd : -1,
    };
    pid_t pid = enter_start(pidfd, &c, e);
    close(out[1]);
    close(err[1]);
    int from[2] = {out[0], err[0]};
    int code = ENTER_FAILED;
    if (pid > 0) {
        relay(from);
        close(out[0]);
        close(err[0]);
        code = wait_exit_code(pid);
    }
    return code;
}

static int run_exec(const struct verb_call *c, struct err *e)
{
    char name[4096];
    struct lab lab;
    int code = ENTER_FAILED;
    bool named = c->command_at == 2;
    int r = common_lab(named ? c->argv[0] : NULL, name, sizeof name, e);
    if (r < 0)
        return ENTER_FAILED;
    r = lab_open(name, getuid(), &lab, e);
    if (r < 0)
        return ENTER_FAILED;
    int node = lab_find_node(&lab, c->argv[named], e);
    if (node >= 0)
        code = run_in(&lab, (size_t)node, c->argv + c->command_at, e);
    lab_fini(&lab);
    return code;
}

const struct verb verb_exec = {
    .name = "exec",
    .synopsis = "[LAB] NODE -- CMD...",
    .summary = "Runs a command in a node",
    .details =
        "The command has a clean environment (PATH, HOME, TERM, VETHLAB_LAB, VETHLAB_NODE) and\n"
        "its exit code is passed on; 125 the node cannot be entered, 126 the command cannot be\n"
        "executed, 127 it is not found. LAB may be left out where exactly one lab runs.",
    .min_operands = 1,
    .max_operands = 2,
    .takes_command = true,
    .usage_exit = ENTER_FAILED,
    .run = run_exec,
};
