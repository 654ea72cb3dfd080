/* SPDX-License-Identifier: BSD-2-Clause */
/* builder_node: see the header. The network namespace comes first, by unshare(2), so that its
 * socket is made in it; then clone3(2) makes the node's first process with the other namespaces. */
#include "apply/builder_node.h"

#include "apply/hostlink.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/name.h"
#include "init/init.h"
#include "init/title.h"
#include "kernel/lean.h"
#include "kernel/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMMON_HOSTS "/sys/hosts"
/* Descriptors beside those of the nodes. */
#define SPARE_FDS 64

/* What a node writes before its byte of readiness where its /sys was refused. */
#define READY_BUT_SYS "s"

/* Of each node its socket, and where there are commands its first process and its log; for each
 * message of a batch the namespace of a link's other end. */
static rlim_t descriptors_of(const struct topo *t, bool by_steps)
{
    rlim_t sum = t->nodes + (t->nodes < NETLINK_BATCH_MESSAGES ? t->nodes : NETLINK_BATCH_MESSAGES);
    for (size_t i = 0; i < t->nodes; i++)
        sum += t->node[i].execs ? 2 : by_steps;
    return sum + SPARE_FDS;
}

int builder_check_limit(const struct topo *t, bool by_steps, struct err *e)
{
    struct rlimit limit;
    rlim_t want = descriptors_of(t, by_steps);
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return err_set(e, errno, "cannot read the limit of open files");
    if (limit.rlim_max < want)
        return err_set_exit(e, EXIT_LIMIT, 0,
                            "a lab of %zu nodes needs %lu open files, but the hard limit is %lu: "
                            "raise it (ulimit -Hn)",
                            t->nodes, (unsigned long)want, (unsigned long)limit.rlim_max);
    return 0;
}

void builder_init(struct builder *b, const struct topo *t, const struct ops *ops,
                  const struct keep *keep, int channel)
{
    *b = (struct builder){.topo = t,
                          .ops = ops,
                          .keep = keep,
                          .channel = channel,
                          .failure = {-1, -1},
                          .ready = {-1, -1},
                          .here = TOPO_HOST};
    b->node = mem_zalloc(t->nodes + 1, sizeof *b->node);
    for (size_t i = 0; i < t->nodes; i++)
        b->node[i] = (struct builder_node){-1, -1, -1, 0};
}

int builder_pipes(struct builder *b, struct err *e)
{
    b->made = 0;
    for (int k = 0; k < 2; k++) {
        mem_close_fd(&b->failure[k]);
        mem_close_fd(&b->ready[k]);
    }
    if (pipe2(b->failure, O_CLOEXEC) < 0 || pipe2(b->ready, O_CLOEXEC) < 0)
        return err_set(e, errno, "cannot make a pipe");
    return 0;
}

int builder_prepare(struct builder *b, struct err *e)
{
    int r = hostlink_open(b->topo, b->ops, &b->host, e);
    if (r == 0)
        r = builder_pipes(b, e);
    if (r < 0)
        return r;
    b->hosts = hosts_new(b->topo);
    b->named = b->topo;
    lean_children(true);
    init_signals();
    signal(SIGPIPE, SIG_IGN);
    return 0;
}

/* `node` counts in b->named. */
static int write_hosts(struct builder *b, size_t node, const char *path, struct err *e)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    hosts_text(b->hosts, node, &text);
    _cleanup_fd_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int r = fd < 0 ? -errno : io_write_all(fd, text.data, text.len);
    if (r == 0 && fchmod(fd, 0644) < 0) /* whatever the caller's umask is */
        r = -errno;
    if (r < 0)
        return err_set(e, -r, "cannot write the hosts file of node %s", b->named->node[node].name);
    return 0;
}

static int hosts_path(struct builder *b, size_t node, char *path, size_t size, struct err *e)
{
    if (hosts_is_own(b->hosts, node)) {
        snprintf(path, size, COMMON_HOSTS ".%s", b->named->node[node].name);
        return write_hosts(b, node, path, e);
    }
    snprintf(path, size, COMMON_HOSTS);
    if (b->has_common_hosts)
        return 0;
    b->has_common_hosts = true;
    return write_hosts(b, node, path, e);
}

/* Where a lab is changed, nodes are also those that go, or that come back: `hosts` is of another
 * topology then. One that nobody else knows gets what most have. */
static int new_hosts(struct builder *b, int node, char *path, size_t size, struct err *e)
{
    int named = b->named == b->topo ? node : topo_find_node(b->named, b->topo->node[node].name);
    return hosts_path(b, named < 0 ? 0 : (size_t)named, path, size, e);
}

int builder_write_hosts(struct builder *b, const struct topo *t, struct err *e)
{
    int r = 0;
    hosts_free(b->hosts);
    b->hosts = hosts_new(t);
    b->named = t;
    b->has_common_hosts = false;
    for (size_t i = 0; r == 0 && i < t->nodes; i++) {
        char path[64];
        bool is_own = hosts_is_own(b->hosts, i);
        snprintf(path, sizeof path, COMMON_HOSTS ".%s", t->node[i].name);
        if (!is_own || access(path, F_OK) == 0)
            r = hosts_path(b, i, path, sizeof path, e);
    }
    return r;
}

/* All that a node's first process needs. It stands on the builder's stack, since that process has
 * no heap (kernel/lean.h). */
struct first {
    char title[TITLE_MAX], node[NAME_NODE_MAX + 1];
    char hostname[HOST_NAME_MAX + 1];
    char hosts[64];
    unsigned namespaces;
    int failure, ready;
};

static _Noreturn void node_fails(const struct first *f, struct err *e)
{
    err_prefix(e, "node %s", f->node);
    io_write_all(f->failure, e, sizeof *e);
    _exit(1);
}

/* In the node's first process. */
static _Noreturn void node_main(const struct first *f)
{
    struct err e = ERR_INIT;
    bool sys_refused = false;
    init_own_files(f->ready > f->failure ? f->ready : f->failure);
    if ((f->namespaces & TOPO_NS_MNT) && mounts_node(f->hosts, &sys_refused, &e) < 0)
        node_fails(f, &e);
    if ((f->namespaces & TOPO_NS_UTS) && sethostname(f->hostname, strlen(f->hostname)) < 0) {
        err_set(&e, errno, "cannot set the hostname %s", f->hostname);
        node_fails(f, &e);
    }
    if (sys_refused && write(f->ready, READY_BUT_SYS, 1) != 1)
        _exit(1);
    init_detach(f->ready);
    init_node(f->title);
}

static int fill_first(struct builder *b, const struct op *op, struct first *f, struct err *e)
{
    const struct topo_node *n = op->u.node_add.want;
    *f =
        (struct first){.namespaces = n->namespaces, .failure = b->failure[1], .ready = b->ready[1]};
    snprintf(f->title, sizeof f->title, TITLE_PREFIX "%s/%s", b->topo->name, n->name);
    snprintf(f->node, sizeof f->node, "%s", n->name);
    snprintf(f->hostname, sizeof f->hostname, "%s", n->hostname);
    return new_hosts(b, op->node, f->hosts, sizeof f->hosts, e);
}

static uint64_t clone_flags(const struct topo_node *n)
{
    return (n->namespaces & TOPO_NS_PID ? CLONE_NEWPID : 0) |
           (n->namespaces & TOPO_NS_MNT ? CLONE_NEWNS : 0) |
           (n->namespaces & TOPO_NS_UTS ? CLONE_NEWUTS : 0);
}

static int no_netns(struct builder *b, int node, struct err *e)
{
    return err_prefix(e, "node %s", topo_node_name(b->topo, node));
}

int builder_go(struct builder *b, int node, struct err *e)
{
    if (b->here == node)
        return 0;
    int kept = node == TOPO_HOST ? b->host->netns : b->node[node].netns;
    _cleanup_fd_ int asked = kept < 0 ? netlink_netns(b->node[node].sock, e) : -1;
    if (kept < 0 && asked < 0)
        return no_netns(b, node, e);
    if (setns(kept < 0 ? asked : kept, CLONE_NEWNET) < 0)
        return err_set(e, errno, "cannot go back into the network namespace of %s",
                       topo_node_name(b->topo, node));
    b->here = node;
    return 0;
}

int builder_lend_netns(struct builder *b, int node, struct err *e)
{
    if (node == TOPO_HOST)
        return b->host->netns;
    struct builder_node *n = &b->node[node];
    if (n->netns >= 0)
        return n->netns;
    n->netns = netlink_netns(n->sock, e);
    if (n->netns < 0)
        return no_netns(b, node, e);
    b->lent[b->lents++] = node;
    return n->netns;
}

void builder_close_lent(struct builder *b)
{
    while (b->lents)
        mem_close_fd(&b->node[b->lent[--b->lents]].netns);
}

int builder_sock(struct builder *b, int node, struct err *e)
{
    if (node == TOPO_HOST || b->node[node].sock >= 0)
        return 0;
    int r = builder_go(b, node, e);
    if (r == 0)
        r = b->node[node].sock = netlink_open(e);
    return r < 0 ? err_prefix(e, "node %s", topo_node_name(b->topo, node)) : 0;
}

int builder_add_node(struct builder *b, const struct op *op, struct err *e)
{
    const struct topo_node *want = op->u.node_add.want;
    struct builder_node *n = &b->node[op->node];
    struct first first;
    if (unshare(CLONE_NEWNET) < 0)
        return err_set_exit(e,
                            errno == ENOSPC  ? EXIT_LIMIT
                            : errno == EPERM ? EXIT_DENIED
                                             : EXIT_FAILED,
                            errno, "node %s: cannot make a network namespace%s", want->name,
                            errno == ENOSPC ? " (see user.max_net_namespaces)" : "");
    b->here = op->node;
    n->sock = netlink_open(e);
    if (n->sock < 0)
        return err_prefix(e, "node %s", want->name);
    int r = fill_first(b, op, &first, e);
    if (r < 0)
        return r;
    bool kept = want->execs || b->is_change || b->adopted;
    pid_t pid = spawn_fork(clone_flags(want) | CLONE_FILES | (b->adopted ? CLONE_PARENT : 0),
                           kept ? &n->pidfd : NULL);
    if (pid == 0)
        node_main(&first);
    b->made++;
    if (pid < 0)
        return err_set_exit(e, pid == -ENOSPC || pid == -EAGAIN ? EXIT_LIMIT : EXIT_FAILED, -pid,
                            "node %s: cannot make its namespaces", want->name);
    return 0;
}

/* In a child: without the machine's rights there is no way back out of a node's uts namespace. */
static _Noreturn void set_hostname(int pidfd, const char *name)
{
    struct stat ours, theirs;
    int r = stat("/proc/self/ns/uts", &ours);
    if (r == 0)
        r = setns(pidfd, CLONE_NEWUTS);
    if (r == 0)
        r = stat("/proc/self/ns/uts", &theirs);
    if (r == 0 && ours.st_ino == theirs.st_ino)
        _exit(EPERM); /* it is not the node's own, but that of whoever else has it */
    if (r == 0)
        r = sethostname(name, strlen(name));
    _exit(r == 0 ? 0 : errno);
}

int builder_set_hostname(struct builder *b, const struct op *op, struct err *e)
{
    int status = 0, pidfd = b->node[op->node].pidfd;
    pid_t pid = fork();
    if (pid == 0)
        set_hostname(pidfd, op->u.hostname.want);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    int num = pid < 0 ? errno : WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
    return num == 0 ? 0
                    : err_set(e, num, "node %s: cannot set the hostname",
                              topo_node_name(b->topo, op->node));
}

/* A node that was killed says nothing, which is why readiness is a byte and not an end of file. */
static size_t count_ready(struct builder *b)
{
    char bytes[512];
    size_t count = 0;
    ssize_t n;
    mem_close_fd(&b->ready[1]);
    while ((n = io_read(b->ready[0], bytes, sizeof bytes)) > 0)
        for (ssize_t i = 0; i < n; i++)
            if (bytes[i] == *READY_BUT_SYS)
                snprintf(b->note, sizeof b->note,
                         "/sys is empty in the nodes: a part of the machine's own is masked, as "
                         "containers do");
            else
                count++;
    return count;
}

static int node_killed(struct err *e)
{
    return err_set(e, EPIPE, "a node of the lab was killed while it was made");
}

int builder_check_nodes(struct err *e)
{
    return waitpid(-1, NULL, WNOHANG) == 0 ? 0 : node_killed(e);
}

int builder_join_nodes(struct builder *b, struct err *e)
{
    struct err said;
    /* A node that has not run yet still shares our descriptors, and needs what is closed here. */
    if (unshare(CLONE_FILES) < 0)
        return err_set(e, errno, "cannot get descriptors of our own");
    mem_close_fd(&b->failure[1]);
    ssize_t n = io_read(b->failure[0], &said, sizeof said);
    if (n == (ssize_t)sizeof said) {
        *e = said;
        return -e->num;
    }
    if (n != 0 || count_ready(b) != b->made)
        return node_killed(e);
    return b->made && !b->adopted ? builder_check_nodes(e) : 0;
}
