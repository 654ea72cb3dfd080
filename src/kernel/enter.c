/* SPDX-License-Identifier: BSD-2-Clause */
/* enter: see the header.
 *
 * Two processes: the outer one joins the namespaces and waits; the inner one is a child inside the
 * node's pid namespace and becomes the command. The outer one is not dumpable before it joins, so
 * that nothing in the node can trace it or reach the program's file through it (CVE-2019-5736,
 * CVE-2016-9962).
 *
 * Who dies with whom: the leash is a socket whose other end the caller alone holds. Its end of file
 * means that the caller ended, and the outer process kills the command. A parent-death signal would
 * not do there: with it the outer process would be gone before it could kill, and the command's own
 * such signal is forgotten as soon as it changes its user (tcpdump does; prctl(2)). The command has
 * one nevertheless, against the death of the outer process. It is set last, since a change of
 * credentials clears it, and then the parent is looked at through a pidfd: getppid(2) is 0 across
 * pid namespaces and says nothing. */
#include "kernel/enter.h"

#include "base/io.h"
#include "base/limit.h"
#include "base/mem.h"
#include "base/text.h"
#include "kernel/enter_pty.h"
#include "kernel/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The descriptors of the outer process, at fixed places; all others are closed. */
enum {
    FD_REPORT = 3, /* a failure's struct err; end of file: the command has been executed */
    FD_LEASH,
    FD_NODE,
    FD_USER, /* or closed */
    FD_COUNT
};
/* Where they stand while they are sorted. */
#define FD_HIGH (FD_COUNT + 1)

static _Noreturn void fail(struct err *e, int code)
{
    e->exit = (enum exit_code)code;
    io_write_all(FD_REPORT, e, sizeof *e);
    _exit(code);
}

static _Noreturn void fail_entering(const char *what)
{
    struct err e = ERR_INIT;
    err_set(&e, errno, "%s", what);
    fail(&e, ENTER_FAILED);
}

/* Before the descriptors stand where fail() looks for them. */
static _Noreturn void fail_early(int report)
{
    struct err e = ERR_INIT;
    /* EINVAL: the limit is below the lowest number that was asked for. */
    err_set(&e, errno == EINVAL ? EMFILE : errno, "cannot take descriptors along");
    e.exit = (enum exit_code)ENTER_FAILED;
    io_write_all(report, &e, sizeof e);
    _exit(ENTER_FAILED);
}

static void sort_fds(const struct enter_command *c, int report, int leash, int node)
{
    const int from[FD_COUNT] = {c->stdio[0], c->stdio[1], c->stdio[2],     report,
                                leash,       node,        c->user_ns_pidfd};
    int high[FD_COUNT];
    int null = open("/dev/null", O_RDWR); /* keeps the place of a terminal that is still to come */
    if (null < 0)
        fail_early(report);
    for (int i = 0; i < FD_COUNT; i++) {
        int fd = from[i] < 0 && i < FD_REPORT ? null : from[i];
        high[i] = fd < 0 ? -1 : fcntl(fd, F_DUPFD, FD_HIGH);
        if (fd >= 0 && high[i] < 0)
            fail_early(report);
    }
    for (int i = 0; i < FD_COUNT; i++)
        if (high[i] >= 0)
            dup2(high[i], i);
        else
            close(i);
    close_range(FD_COUNT, ~0U, 0);
    for (int i = FD_REPORT; i < FD_COUNT; i++)
        fcntl(i, F_SETFD, FD_CLOEXEC);
}

static void join(bool other_user_ns)
{
    prctl(PR_SET_DUMPABLE, 0);
    if (other_user_ns && setns(FD_USER, CLONE_NEWUSER) < 0)
        fail_entering("cannot enter the lab's user namespace");
    if (setns(FD_NODE, CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID) < 0)
        fail_entering("cannot enter the node's namespaces");
    /* Refused where the node has no UTS namespace of its own and the lab is an ordinary user's:
     * then it is the machine's, in which this process is already. */
    if (setns(FD_NODE, CLONE_NEWUTS) < 0 && errno != EPERM)
        fail_entering("cannot enter the node's UTS namespace");
    /* Refused in a namespace with a single id: there the groups cannot be dropped (EPERM). */
    if (setgroups(0, NULL) < 0 && errno != EPERM)
        fail_entering("cannot drop the supplementary groups");
    if (other_user_ns && (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0))
        fail_entering("cannot become root of the lab's user namespace");
    if (other_user_ns)
        close(FD_USER);
    close(FD_NODE);
}

/* By the system call: the two signals that the C library keeps to itself may have been ignored by
 * whoever started us, and sigaction(3) does not touch them. */
static void default_signals(void)
{
    const uint64_t dfl[8] = {0}; /* the kernel's struct sigaction: SIG_DFL, no flags, no mask */
    for (int s = 1; s < _NSIG; s++)
        syscall(SYS_rt_sigaction, s, dfl, NULL, _NSIG / 8); /* refused for KILL and STOP */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void execute(char *const *argv, const char *const *env)
{
    environ = (char **)env; /* execvp() looks for the program in this PATH */
    execvp(argv[0], argv);
}

/* In the inner process. */
static _Noreturn void become(const struct enter_command *c, int slave, int parent)
{
    struct pollfd alive = {.fd = parent, .events = POLLIN};
    setsid();
    if (slave >= 0 && enter_pty_take(slave, c->stdio) < 0)
        fail_entering("cannot take the node's new terminal");
    if ((!c->cwd || chdir(c->cwd) < 0) && chdir("/") < 0)
        fail_entering("cannot enter /");
    default_signals();
    limit_restore_files();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (poll(&alive, 1, 0) != 0)
        _exit(ENTER_FAILED);
    close_range(FD_REPORT + 1, ~0U, 0);
    execute(c->argv, c->env);
    int num = errno;
    if (c->fallback)
        execute(c->fallback, c->env);
    struct err e = ERR_INIT;
    char clean[256];
    err_set(&e, num, "cannot execute \"%s\"", text_clean_to(clean, sizeof clean, c->argv[0]));
    fail(&e, num == ENOENT ? ENTER_NOT_FOUND : ENTER_NOT_EXEC);
}

static int exit_code(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return ENTER_FAILED;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void send_on(pid_t pid, int sig)
{
    if (kill(-pid, sig) < 0)
        kill(pid, sig);
}

/* The outer process, once the command runs. */
static _Noreturn void watch(pid_t child, int pidfd)
{
    struct pollfd p[] = {{.fd = pidfd, .events = POLLIN}, {.fd = FD_LEASH, .events = POLLIN}};
    while (!p[0].revents) {
        uint8_t sig;
        if (poll(p, ARRAY_LEN(p), -1) < 0 || !p[1].revents)
            continue;
        if (io_read(FD_LEASH, &sig, 1) == 1) {
            send_on(child, sig);
            continue;
        }
        send_on(child, SIGKILL);
        break;
    }
    _exit(exit_code(child));
}

static _Noreturn void outer(const struct enter_command *c)
{
    int slave = -1, pidfd = -1;
    struct err e = ERR_INIT;
    setsid(); /* what a terminal sends to the caller's group reaches the command through the leash
               */
    int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (self < 0)
        fail_entering("cannot open a pidfd");
    join(c->user_ns_pidfd >= 0);
    if (c->terminal && enter_pty_open(c->terminal, FD_LEASH, &slave, &e) < 0)
        fail(&e, ENTER_FAILED);
    pid_t child = spawn_fork(0, &pidfd);
    if (child == 0)
        become(c, slave, self);
    errno =
        child == -ENOMEM ? ESRCH : -child; /* ENOMEM: a pid namespace without its first process */
    if (child < 0)
        fail_entering("cannot start a process in the node");
    mem_close_fd(&slave);
    close_range(0, FD_REPORT, 0); /* an end of file is the command's to give */
    watch(child, pidfd);
}

/* The failure's own words, or nothing: end of file. */
static int read_report(int fd, struct err *e)
{
    struct err said;
    ssize_t n = io_read(fd, &said, sizeof said);
    if (n == 0)
        return 0;
    if (n != (ssize_t)sizeof said)
        return err_set_exit(e, (enum exit_code)ENTER_FAILED, EPROTO, "cannot enter the node");
    *e = said;
    return e->num ? -e->num : -EINVAL;
}

int enter_start(int pidfd, const struct enter_command *c, struct enter *out, struct err *e)
{
    int report[2] = {-1, -1}, leash[2] = {-1, -1};
    *out = (struct enter)ENTER_INIT;
    pid_t pid = -1;
    if (pipe2(report, O_CLOEXEC) == 0 &&
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, leash) == 0)
        pid = fork();
    if (pid == 0) {
        sort_fds(c, report[1], leash[1], pidfd);
        outer(c);
    }
    int r = pid < 0 ? err_set(e, errno, "cannot start a process") : 0;
    mem_close_fd(&report[1]);
    mem_close_fd(&leash[1]);
    *out = (struct enter){.pid = pid, .leash = leash[0], .master = -1, .slave = -1};
    if (r == 0)
        r = read_report(report[0], e);
    if (r == 0 && c->terminal)
        r = enter_pty_receive(out->leash, &out->master, &out->slave, e);
    mem_close_fd(&report[0]);
    if (r < 0)
        mem_close_fd(&out->leash); /* whatever was started ends */
    if (r < 0 && pid > 0)
        enter_wait(out);
    if (r < 0 && e->exit < ENTER_FAILED)
        e->exit = (enum exit_code)ENTER_FAILED;
    return r;
}

void enter_signal(const struct enter *n, int sig)
{
    uint8_t byte = (uint8_t)sig;
    send(n->leash, &byte, 1, MSG_NOSIGNAL);
}

int enter_wait(struct enter *n)
{
    mem_close_fd(&n->master);
    mem_close_fd(&n->slave);
    int code = exit_code(n->pid);
    mem_close_fd(&n->leash);
    return code;
}
