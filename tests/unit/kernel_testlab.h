/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_testlab: processes in namespaces of their own that look like the nodes of a lab (their
 * title and nothing else), so that reading can be tested without building. */
#ifndef VETHLAB_TESTS_KERNEL_TESTLAB_H
#define VETHLAB_TESTS_KERNEL_TESTLAB_H

#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "kernel/lab.h"
#include "kernel/proc.h"
#include "kernel_testns.h"

/* A process in a new network namespace with the title; it has been exec'd when this returns. */
static inline pid_t testlab_process(const char *title)
{
    int ready[2];
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (unshare(CLONE_NEWNET) == 0)
            execlp("sleep", title, "600", (char *)NULL);
        if (write(ready[1], "!", 1) < 0)
            _exit(2);
        _exit(1);
    }
    char c;
    close(ready[1]);
    assert_int_equal(read(ready[0], &c, 1), 0); /* end of file: exec closed it */
    close(ready[0]);
    return pid;
}

/* A lab of `count` nodes n0, n1, ... whose holder is one more such process. */
static inline void testlab_init(struct lab *l, size_t count)
{
    char title[64];
    lab_init(l);
    l->name = mem_strdup("t");
    l->uid = getuid();
    l->holder = testlab_process("vethlab: t");
    l->pidfd = (int)syscall(SYS_pidfd_open, l->holder, 0);
    for (size_t i = 0; i < count; i++) {
        struct proc_info info;
        snprintf(title, sizeof title, "vethlab: t/n%zu", i);
        mem_grow(&l->node, &l->node_room, l->nodes, sizeof *l->node);
        struct lab_node *n = &l->node[l->nodes++];
        n->name = mem_printf("n%zu", i);
        n->pid = testlab_process(title);
        assert_int_equal(proc_read(n->pid, &info), 0);
        n->start_ticks = info.start_ticks;
    }
}

static inline void testlab_end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static inline void testlab_fini(struct lab *l)
{
    for (size_t i = 0; i < l->nodes; i++)
        testlab_end(l->node[i].pid);
    testlab_end(l->holder);
    lab_fini(l);
}

/* Runs a shell command, which must succeed. $0 is the host (this test), $1... are the nodes' pids:
 * `on $1 ip link` runs in node n0. */
static inline void testlab_sh(const struct lab *l, const char *command)
{
    char *script = mem_printf("on() { pid=$1; shift; nsenter -t $pid -n \"$@\"; }\n%s", command);
    const char **argv = mem_zalloc(l->nodes + 6, sizeof *argv);
    size_t n = 0;
    argv[n++] = "sh";
    argv[n++] = "-ec";
    argv[n++] = script;
    argv[n++] = mem_printf("%d", getpid());
    for (size_t i = 0; i < l->nodes; i++)
        argv[n++] = mem_printf("%d", l->node[i].pid);
    pid_t pid = fork();
    if (pid == 0) {
        execvp("sh", (char **)argv);
        _exit(127);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    if (status != 0)
        fprintf(stderr, "failed: %s\n", command);
    for (size_t i = 3; i < n; i++)
        free((void *)argv[i]);
    free(argv);
    free(script);
    assert_int_equal(status, 0);
}

#endif
