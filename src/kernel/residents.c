/* SPDX-License-Identifier: BSD-2-Clause */
/* residents: see the header. */
#include "kernel/residents.h"

#include "base/mem.h"
#include "kernel/proc.h"
#include "kernel/spawn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A command that is on its way into the node (vethlab exec) is in its network already, but not yet
 * among its processes: those are as deep in pid namespaces as its first one. */
struct search {
    struct proc_ns net;
    size_t depth;
    pid_t first;
    struct residents *out;
    int failure; /* -errno: a process is there and could not be read */
};

static bool add_if_here(pid_t pid, const char *title, void *ctx)
{
    struct search *s = ctx;
    struct proc_ns net;
    struct proc_info p;
    if (proc_ns(pid, "net", &net) < 0 || net.dev != s->net.dev || net.ino != s->net.ino)
        return true;
    int failure = proc_read(pid, &p);
    if (failure < 0 && failure != -ESRCH)
        s->failure = failure;
    if (failure < 0 || p.nspids != s->depth)
        return s->failure == 0;
    struct residents *r = s->out;
    mem_grow(&r->item, &r->room, r->count, sizeof *r->item);
    struct resident *one = &r->item[r->count++];
    *one = (struct resident){.pid = pid,
                             .inside = p.nspids ? p.nspid[p.nspids - 1] : pid,
                             .start_ticks = p.start_ticks,
                             .first = pid == s->first};
    snprintf(one->title, sizeof one->title, "%s", title);
    return true;
}

static int by_inside(const void *a, const void *b)
{
    const struct resident *x = a, *y = b;
    return (x->inside > y->inside) - (x->inside < y->inside);
}

int residents_list(const struct lab *l, size_t node, struct residents *out, struct err *e)
{
    struct search s = {.first = l->node[node].pid, .out = out};
    _cleanup_fd_ int pidfd = lab_node_pidfd(l, node, e);
    *out = (struct residents){0};
    if (l->node[node].pid == 0)
        return err_set(e, EPERM, "the machine's own processes are not the lab's");
    if (pidfd < 0)
        return pidfd;
    struct proc_info own;
    int r = proc_read(s.first, &own);
    s.depth = own.nspids;
    if (r == 0)
        r = proc_ns(s.first, "net", &s.net);
    if (r == 0)
        r = proc_walk("", add_if_here, &s);
    if (r == 0)
        r = s.failure;
    if (r < 0)
        return err_set(e, -r, "cannot look for the processes of node %s", l->node[node].name);
    if (out->count)
        qsort(out->item, out->count, sizeof *out->item, by_inside);
    return 0;
}

void residents_fini(struct residents *r)
{
    free(r->item);
    *r = (struct residents){0};
}

int resident_kill(const struct resident *r, struct err *e)
{
    struct proc_info now;
    _cleanup_fd_ int pidfd = (int)syscall(SYS_pidfd_open, r->pid, 0);
    int read = pidfd < 0 ? -errno : proc_read(r->pid, &now);
    if (read == -EMFILE || read == -ENFILE)
        return err_set(e, -read, "cannot look at process %d", (int)r->inside);
    if (read < 0 || now.start_ticks != r->start_ticks)
        return err_set(e, ESRCH, "process %d has ended already", (int)r->inside);
    int ret = spawn_pidfd_kill(pidfd);
    return ret < 0 ? err_set(e, -ret, "cannot end process %d", (int)r->inside) : 0;
}
