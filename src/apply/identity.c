/* SPDX-License-Identifier: BSD-2-Clause */
/* identity: see the header. */
#include "apply/identity.h"

#include "base/mem.h"
#include "kernel/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct one {
    char *hostname; /* owned; NULL: it has none of its own, or it is not known */
    unsigned namespaces;
    bool asks_namespaces;
};

struct identity {
    const struct lab *lab;
    struct proc_ns uts; /* of the holder: a node in it has no hostname of its own */
    struct one *node;
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

/* On the worker: a thread may change its uts namespace, and it ends soon. -errno: it cannot be
 * read; of a node that has ended there is none. */
static int read_hostname(const struct identity *i, pid_t pid, char **out)
{
    char path[64], name[256];
    struct stat st;
    *out = NULL;
    snprintf(path, sizeof path, "/proc/%d/ns/uts", pid);
    _cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ESRCH ? 0 : -errno;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (i->uts.ino == 0 || (st.st_ino == i->uts.ino && st.st_dev == i->uts.dev))
        return 0;
    if (setns(fd, CLONE_NEWUTS) < 0 || gethostname(name, sizeof name) < 0)
        return -errno;
    *out = mem_strdup(name);
    return 0;
}

static bool differ(const struct topo *want, const struct topo *was, const char *name)
{
    int a = topo_find_node(want, name), b = topo_find_node(was, name);
    return a >= 0 && b >= 0 && want->node[a].namespaces != was->node[b].namespaces;
}

struct identity *identity_new(const struct lab *l, const struct topo *want, const struct topo *was)
{
    struct identity *i = mem_zalloc(1, sizeof *i);
    i->lab = l;
    i->node = mem_zalloc(l->nodes + 1, sizeof *i->node);
    proc_ns(l->holder, "uts", &i->uts);
    for (size_t k = 0; was != want && k < l->nodes; k++)
        i->node[k].asks_namespaces = !was || differ(want, was, l->node[k].name);
    return i;
}

int identity_read_node(size_t index, void *identity, struct err *e)
{
    struct identity *i = identity;
    struct one *one = &i->node[index];
    pid_t pid = i->lab->node[index].pid;
    free(one->hostname); /* a node may be read again */
    int r = read_hostname(i, pid, &one->hostname);
    if (r < 0)
        return err_set(e, -r, "cannot read the hostname of node %s", i->lab->node[index].name);
    if (one->asks_namespaces)
        one->namespaces = namespaces_of(pid, i->lab->holder);
    return 0;
}

void identity_put(struct identity *i, struct snap *is)
{
    for (size_t k = 0; k < i->lab->nodes; k++) {
        if (is)
            is->node[k].namespaces = i->node[k].namespaces;
        if (is && !is->node[k].gone)
            is->node[k].hostname = mem_steal_ptr(&i->node[k].hostname);
        free(i->node[k].hostname);
    }
    free(i->node);
    free(i);
}
