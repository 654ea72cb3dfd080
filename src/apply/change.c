/* SPDX-License-Identifier: BSD-2-Clause */
/* change: see the header. */
#include "apply/change.h"

#include "apply/identity.h"
#include "apply/keep.h"
#include "apply/values.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "kernel/hostnet.h"
#include "kernel/netlink.h"
#include "kernel/ns.h"
#include "kernel/observe.h"
#include "plan/adopt.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK 64 /* namespaces that are open at a time */

struct reading {
    const struct lab *lab;
    struct values *values;
    struct identity *identity;
    size_t node[CHUNK];
    int result;
    struct err why;
};

static int read_node(size_t index, void *ctx, struct err *e)
{
    struct reading *r = ctx;
    size_t node = r->node[index];
    int n = values_read_node(node, r->values, e);
    n = n < 0 ? n : identity_read_node(node, r->identity, e);
    return n < 0 ? err_prefix(e, "node %s", r->lab->node[node].name) : 0;
}

static int read_chunk(struct reading *r, size_t *next, struct err *e)
{
    int fd[CHUNK], n = 0;
    size_t count = 0;
    for (; n == 0 && count < CHUNK && *next < r->lab->nodes; (*next)++) {
        struct err why = ERR_INIT;
        fd[count] = lab_node_netns(r->lab, *next, &why);
        if (fd[count] >= 0) {
            r->node[count++] = *next;
        } else if (fd[count] != -ESRCH && fd[count] != -ENOENT) { /* else it is gone */
            *e = why;
            n = fd[count];
        }
    }
    if (n == 0)
        n = ns_run_each(fd, count, read_node, r, NULL, e);
    for (size_t i = 0; i < count; i++)
        close(fd[i]);
    return n;
}

static void *read_more(void *ctx)
{
    struct reading *r = ctx;
    for (size_t next = 0; r->result == 0 && next < r->lab->nodes;)
        r->result = read_chunk(r, &next, &r->why);
    return NULL;
}

/* What rtnetlink tells, and meanwhile, by another thread, what files in /proc tell. */
static int read_nodes(const struct lab *l, struct reading *more, struct snap **is, struct err *e)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* they are the main thread's */
    int n = pthread_create(&thread, NULL, read_more, more);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (n != 0)
        return err_set(e, n, "cannot start a thread");
    int r = observe_lab(l, OBSERVE_ADDRS | OBSERVE_ROUTES, is, e);
    pthread_join(thread, NULL);
    if (r == 0 && more->result < 0) {
        *e = more->why;
        r = more->result;
    }
    return r;
}

static int read_lab(const struct lab *l, const struct topo *want, struct change *c, struct err *e)
{
    struct reading reading = {.lab = l,
                              .values = values_new(l, want, c->was, c->to_adopt),
                              .identity = identity_new(l, want, c->was)};
    bool has_machine = false;
    c->values = reading.values;
    int r = read_nodes(l, &reading, &c->is, e);
    identity_put(reading.identity, c->is);
    if (r == 0)
        r = observe_add_machine(c->is, &has_machine, e);
    if (r == 0 && has_machine)
        values_read_machine(c->values);
    return r == 0 ? values_read_new(c->values, e) : r;
}

/* How long the kernel may take for what a node that has ended leaves in others. */
#define TAKEN_MS 5000

/* The first node with an interface whose other end was in a node that has ended, or is->nodes: the
 * kernel will take that interface, but in its own time. */
static size_t first_unsettled(const struct snap *is)
{
    for (size_t n = 0; n < is->nodes; n++)
        for (size_t k = 0; k < is->node[n].ifs; k++)
            if (hostnet_is_dying(&is->node[n], &is->node[n].iface[k]))
                return n;
    return is->nodes;
}

static int subscribe(size_t index, void *ctx, struct err *e)
{
    static const int group = RTNLGRP_LINK;
    int *fd = ctx;
    (void)index;
    *fd = netlink_open(e);
    if (*fd >= 0 && setsockopt(*fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
        return err_set(e, errno, "cannot subscribe to rtnetlink events");
    return *fd < 0 ? *fd : 0;
}

/* What happens to the interfaces of a node; -1 where it has ended itself. */
static int open_events(const struct lab *l, size_t node)
{
    struct err none = ERR_INIT;
    int fd = -1;
    if (node >= l->nodes)
        return -1;
    _cleanup_fd_ int netns = lab_node_netns(l, node, &none);
    if (netns >= 0)
        ns_run_each(&netns, 1, subscribe, &fd, NULL, &none);
    return fd;
}

/* Read again, until no interface is left that is about to go: an operation on one would fail. */
static int read_settled(const struct lab *l, const struct topo *want, struct change *c,
                        struct err *e)
{
    int64_t end_ns = clock_mono_ns() + TAKEN_MS * CLOCK_NS_PER_MS;
    _cleanup_fd_ int events = -1;
    size_t watched = SIZE_MAX;
    for (;;) {
        int r = read_lab(l, want, c, e);
        size_t node = r < 0 ? 0 : first_unsettled(c->is);
        int64_t left_ms = (end_ns - clock_mono_ns()) / CLOCK_NS_PER_MS;
        if (r < 0 || node == c->is->nodes || left_ms <= 0)
            return r;
        if (watched == node && io_wait_readable(events, (int)left_ms) > 0) {
            char drop[16384];
            while (recv(events, drop, sizeof drop, MSG_DONTWAIT) > 0)
                ;
        } else if (watched != node) { /* subscribed first, then read again: nothing falls between */
            mem_close_fd(&events);
            events = open_events(l, node);
            watched = events < 0 ? SIZE_MAX : node;
        }
        snap_free(c->is);
        c->is = NULL;
        values_free(c->values);
        c->values = NULL;
    }
}

int change_read(struct lab *l, const struct topo *want, bool to_adopt, struct change *out,
                struct err *e)
{
    struct err unknown = ERR_INIT;
    *out = (struct change){.to_adopt = to_adopt};
    /* The record is found with the owner's id as we see it, so before the user namespace. */
    if (keep_is_made_of(l, want))
        out->was = want;
    else if (keep_find_topo(l, &out->recorded, &unknown) == 0)
        out->was = out->recorded;
    int r = lab_enter_userns(l, e);
    if (r == 0)
        r = read_settled(l, want, out, e);
    if (r < 0) {
        change_fini(out);
        return r;
    }
    struct plan_values values = values_source(out->values);
    plan_diff(want, out->is, out->was, &values, &out->diff);
    return 0;
}

bool change_is_none(struct lab *l, const struct topo *want)
{
    struct change c;
    struct err none = ERR_INIT;
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(change_read(l, want, false, &c, &none) == 0 && c.diff.ops.count == 0 ? 0 : 1);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct topo *change_adopt(const struct change *c, const struct topo *want, struct plan_diff *rest)
{
    struct plan_values values = values_source(c->values);
    struct topo *t = plan_adopt(want, c->is, c->was, &values);
    plan_diff(t, c->is, c->was, &values, rest);
    return t;
}

void change_fini(struct change *c)
{
    plan_diff_fini(&c->diff);
    values_free(c->values);
    snap_free(c->is);
    topo_free(c->recorded);
    *c = (struct change){0};
}
