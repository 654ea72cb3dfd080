/* SPDX-License-Identifier: BSD-2-Clause */
/* subreaper COMMAND [ARGUMENT...]: runs COMMAND and collects every process that is orphaned below
 * it, as a machine's first process should; in a container the first process often does not.
 * Whatever is left when COMMAND has ended is killed. Exits as COMMAND did (128 and the signal's
 * number). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* They go to the whole group: COMMAND ends by them, and this one with it. */
static const int passed_on[] = {SIGHUP, SIGINT, SIGTERM};

/* Kills the children there are; theirs become ours then. */
static void kill_children(void)
{
    char path[64];
    int pid;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(path, "re");
    while (f && fscanf(f, "%d", &pid) == 1)
        kill(pid, SIGKILL);
    if (f)
        fclose(f);
}

static int code_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void run(char **argv, pid_t parent)
{
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        signal(passed_on[i], SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(125);
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    pid_t self = getpid(), main_pid, pid;
    int status, code = 125;
    if (argc < 2 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
        perror(argc < 2 ? "usage: subreaper COMMAND" : "subreaper");
        return 125;
    }
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        signal(passed_on[i], SIG_IGN);
    main_pid = fork();
    if (main_pid == 0)
        run(argv + 1, self);
    while ((pid = waitpid(-1, &status, 0)) > 0 || (pid < 0 && errno == EINTR)) {
        if (pid == main_pid) {
            code = code_of(status);
            main_pid = 0;
        }
        if (main_pid == 0)
            kill_children();
    }
    return code;
}
