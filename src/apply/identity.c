/* SPDX-License-Identifier: BSD-2-Clause */
/* identity: see the header. */
#include "apply/identity.h"

#include "base/mem.h"
#include "kernel/ns.h"
#include "kernel/proc.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct job {
    struct snap *is;
    size_t *node; /* owned; which are read */
    int *pidfd, *netns;
    size_t count;
};

static unsigned namespaces_of(pid_t node, pid_t holder)
{
    static const struct {
        const char *name;
        unsigned bit;
    } all[] = {{"pid", TOPO_NS_PID}, {"mnt", TOPO_NS_MNT}, {"uts", TOPO_NS_UTS}};
    unsigned found = TOPO_NS_NET;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct proc_ns own, outer;
        if (proc_ns(node, all[i].name, &own) < 0 || proc_ns(holder, all[i].name, &outer) < 0)
            return 0;
        if (own.ino != outer.ino || own.dev != outer.dev)
            found |= all[i].bit;
    }
    return found;
}

/* On the worker: a thread may change its uts namespace, and it ends soon. */
static int read_hostname(size_t index, void *ctx, struct err *e)
{
    struct job *j = ctx;
    struct snap_node *n = &j->is->node[j->node[index]];
    char name[256];
    if (setns(j->pidfd[index], CLONE_NEWUTS) == 0 && gethostname(name, sizeof name) == 0)
        n->hostname = mem_strdup(name);
    else if (errno != ESRCH)
        return err_set(e, errno, "cannot read the hostname of node %s", n->name);
    return 0;
}

static bool differ(const struct topo *want, const struct topo *was, const char *name)
{
    int a = topo_find_node(want, name), b = topo_find_node(was, name);
    return a >= 0 && b >= 0 &&
           (want->node[a].namespaces != was->node[b].namespaces ||
            strcmp(want->node[a].hostname, was->node[b].hostname) != 0);
}

/* 0 also where it has ended. */
static int add_node(struct job *j, const struct lab *l, size_t i, struct err *e)
{
    struct err why = ERR_INIT;
    _cleanup_fd_ int pidfd = lab_node_pidfd(l, i, &why);
    _cleanup_fd_ int netns = pidfd < 0 ? pidfd : lab_node_netns(l, i, &why);
    int r = pidfd < 0 ? pidfd : netns;
    if (r < 0 && r != -ESRCH && r != -ENOENT) {
        *e = why;
        return r;
    }
    if (r < 0)
        return 0;
    j->is->node[i].namespaces = namespaces_of(l->node[i].pid, l->holder);
    j->pidfd[j->count] = mem_steal_fd(&pidfd);
    j->netns[j->count] = mem_steal_fd(&netns);
    j->node[j->count++] = i;
    return 0;
}

int identity_read(const struct lab *l, const struct topo *want, const struct topo *was,
                  struct snap *is, struct err *e)
{
    struct job j = {.is = is};
    int r = 0;
    if (!was)
        return 0;
    j.node = mem_zalloc(l->nodes + 1, sizeof *j.node);
    j.pidfd = mem_zalloc(l->nodes + 1, sizeof *j.pidfd);
    j.netns = mem_zalloc(l->nodes + 1, sizeof *j.netns);
    for (size_t i = 0; r == 0 && i < l->nodes; i++)
        if (differ(want, was, l->node[i].name))
            r = add_node(&j, l, i, e);
    if (r == 0)
        r = ns_run_each(j.netns, j.count, read_hostname, &j, NULL, e);
    for (size_t i = 0; i < j.count; i++) {
        mem_close_fd(&j.pidfd[i]);
        mem_close_fd(&j.netns[i]);
    }
    free(j.node);
    free(j.pidfd);
    free(j.netns);
    return r;
}
