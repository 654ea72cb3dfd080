/* SPDX-License-Identifier: BSD-2-Clause */
/* identity: see the header. */
#include "apply/identity.h"

#include "base/mem.h"
#include "kernel/ns.h"
#include "kernel/proc.h"

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
    char name[256];
    (void)e;
    if (setns(j->pidfd[index], CLONE_NEWUTS) == 0 && gethostname(name, sizeof name) == 0)
        j->is->node[j->node[index]].hostname = mem_strdup(name);
    return 0;
}

static bool differ(const struct topo *want, const struct topo *was, const char *name)
{
    int a = topo_find_node(want, name), b = topo_find_node(was, name);
    return a >= 0 && b >= 0 &&
           (want->node[a].namespaces != was->node[b].namespaces ||
            strcmp(want->node[a].hostname, was->node[b].hostname) != 0);
}

void identity_read(const struct lab *l, const struct topo *want, const struct topo *was,
                   struct snap *is)
{
    struct job j = {.is = is};
    struct err gone = ERR_INIT;
    if (!was)
        return;
    j.node = mem_zalloc(l->nodes + 1, sizeof *j.node);
    j.pidfd = mem_zalloc(l->nodes + 1, sizeof *j.pidfd);
    j.netns = mem_zalloc(l->nodes + 1, sizeof *j.netns);
    for (size_t i = 0; i < l->nodes; i++) {
        if (!differ(want, was, l->node[i].name))
            continue;
        j.pidfd[j.count] = lab_node_pidfd(l, i, &gone);
        j.netns[j.count] = lab_node_netns(l, i, &gone);
        is->node[i].namespaces = namespaces_of(l->node[i].pid, l->holder);
        j.node[j.count++] = i;
    }
    if (j.count)
        ns_run_each(j.netns, j.count, read_hostname, &j, NULL, &gone);
    for (size_t i = 0; i < j.count; i++) {
        mem_close_fd(&j.pidfd[i]);
        mem_close_fd(&j.netns[i]);
    }
    free(j.node);
    free(j.pidfd);
    free(j.netns);
}
