/* SPDX-License-Identifier: BSD-2-Clause */
/* builder: see the header.
 *
 * It runs the list from front to back. rtnetlink operations of one node that stand together go out
 * as one batch on that node's socket; nobody waits for a node's first process: all of them hold the
 * write end of one pipe, on which they only write if they fail, and its end of file, read before
 * the lab is called whole, means that every one is ready. */
#include "apply/builder.h"

#include "apply/builder_inside.h"
#include "apply/builder_node.h"
#include "apply/builder_ready.h"
#include "apply/hostlink.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "kernel/netlink.h"
#include "kernel/rtmsg.h"
#include "kernel/spawn.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What an operation is about, for its error: 'node a, interface ve1 (line 7)'. */
static void put_place(const struct builder *b, const struct op *op, char *text, size_t size)
{
    static const char *const what[OP_KIND_COUNT] = {
        [OP_BRIDGE_ADD] = "bridge",  [OP_LINK_ADD] = "link",     [OP_LINK_SET] = "interface",
        [OP_QDISC_ADD] = "qdisc",    [OP_QDISC_DEL] = "qdisc",   [OP_ADDR_ADD] = "address",
        [OP_ROUTE_ADD] = "route to", [OP_SYSCTL_SET] = "sysctl",
    };
    char addr[IP_TEXT_MAX] = "", detail[256] = "", line[32] = "";
    if (op->kind == OP_ADDR_ADD)
        snprintf(detail, sizeof detail, " %s on %s", ip_prefix_format(&op->u.addr.prefix, addr),
                 op->u.addr.ifname);
    else if (op->kind == OP_ROUTE_ADD)
        snprintf(detail, sizeof detail, " %s", ip_prefix_format(&op->u.route.to, addr));
    else if (op->kind == OP_LINK_SET)
        snprintf(detail, sizeof detail, " %s", op->u.link_set.ifname);
    else if (op->kind == OP_LINK_ADD || op->kind == OP_BRIDGE_ADD)
        snprintf(detail, sizeof detail, " %s", op->u.link_add.end[0].ifname);
    else if (op->kind == OP_SYSCTL_SET)
        snprintf(detail, sizeof detail, " %s", op->u.sysctl.key);
    if (op->mark.line)
        snprintf(line, sizeof line, ":%u", op->mark.line);
    snprintf(text, size, "%s%s: %s%s%s%s%s", b->topo->file ? b->topo->file : "topology", line,
             op->node == TOPO_HOST ? "" : "node ", topo_node_name(b->topo, op->node),
             what[op->kind] ? ", " : "", what[op->kind] ? what[op->kind] : "", detail);
}

static int at_op(const struct builder *b, const struct op *op, struct err *e)
{
    char place[512];
    put_place(b, op, place, sizeof place);
    return err_prefix(e, "%s", place);
}

bool builder_is_gone(enum op_kind kind, int num, bool is_way_back)
{
    bool takes =
        kind == OP_ROUTE_DEL || kind == OP_ADDR_DEL || kind == OP_LINK_DEL || kind == OP_BRIDGE_DEL;
    if (num == ESRCH || num == ENODEV)
        return takes || is_way_back;
    return (takes && (num == EADDRNOTAVAIL || num == ENOENT)) ||
           (is_way_back && kind == OP_SYSCTL_SET && num == ENOENT);
}

static bool is_gone(const struct builder *b, const struct op *op, int r)
{
    return b->is_change && builder_is_gone(op->kind, -r, false);
}

static int flush(struct builder *b, struct err *e)
{
    const void *failed = NULL;
    if (b->batch.count == 0)
        return 0;
    int sock = b->batch_node == TOPO_HOST ? b->host->sock : b->node[b->batch_node].sock;
    bool alone = b->batch.count == 1;
    int r = netlink_send(sock, &b->batch, NULL, NULL, &failed, e);
    builder_close_lent(b);
    if (r < 0 && failed && alone && is_gone(b, failed, r)) {
        *e = (struct err)ERR_INIT;
        return 0;
    }
    return r < 0 && failed ? at_op(b, failed, e) : r;
}

static int do_message(struct builder *b, const struct op *op, struct err *e)
{
    int r = 0;
    void *room = NULL;
    if (b->batch_node == op->node)
        room = netlink_batch_room(&b->batch);
    if (!room) {
        r = flush(b, e);
        b->batch_node = op->node;
        room = netlink_batch_room(&b->batch);
    }
    if (r < 0)
        return r;
    r = builder_sock(b, op->node, e);
    if (r < 0)
        return r;
    struct op full = *op;
    int peer = op->kind == OP_LINK_ADD ? op->u.link_add.end[1].node : op->node, peer_fd = -1;
    if (peer == TOPO_HOST)
        r = hostlink_complete(b, op, &full, e);
    if (r < 0)
        return at_op(b, op, e);
    if (op->kind == OP_LINK_ADD) {
        peer_fd = builder_lend_netns(b, peer, e);
        if (peer_fd < 0)
            return at_op(b, op, e);
    }
    rtmsg_build(room, &full, peer_fd);
    netlink_batch_add(&b->batch, op);
    return 0;
}

static int do_sysctl(struct builder *b, const struct op *op, struct err *e)
{
    const struct op_sysctl *s = &op->u.sysctl;
    int r = builder_go(b, op->node, e);
    if (r < 0)
        return r;
    r = sysctl_write(s->key, s->value, e);
    if (r < 0 && s->optional) {
        *e = (struct err)ERR_INIT;
        return 0;
    }
    return r < 0 ? at_op(b, op, e) : 0;
}

#define NODE_GONE_MS 10000

/* With its first process the kernel ends every process of the node, and frees its namespaces. */
static int del_node(struct builder *b, const struct op *op, struct err *e)
{
    int pidfd = b->node[op->node].pidfd;
    int r = spawn_pidfd_kill(pidfd);
    if (r < 0)
        return err_set(e, -r, "cannot end node %s", topo_node_name(b->topo, op->node));
    mem_close_fd(&b->node[op->node].sock);
    mem_close_fd(&b->node[op->node].netns);
    if (spawn_wait_gone(pidfd, NODE_GONE_MS) != 1)
        return err_set_exit(e, EXIT_BUSY, ETIMEDOUT, "node %s has not ended within %d s",
                            topo_node_name(b->topo, op->node), NODE_GONE_MS / 1000);
    waitid(P_PIDFD, (id_t)pidfd, &(siginfo_t){0}, WEXITED | WNOHANG); /* if it was our child */
    mem_close_fd(&b->node[op->node].pidfd);
    return 0;
}

typedef int execute_fn(struct builder *b, const struct op *op, struct err *e);
static execute_fn *const executors[OP_KIND_COUNT] = {
    [OP_NODE_ADD] = builder_add_node,
    [OP_SYSCTL_SET] = do_sysctl,
    [OP_BRIDGE_ADD] = do_message,
    [OP_LINK_ADD] = do_message,
    [OP_LINK_SET] = do_message,
    [OP_ADDR_ADD] = do_message,
    [OP_ROUTE_ADD] = do_message,
    [OP_LINK_READY] = builder_want_ready,
    [OP_EXEC] = builder_exec,
    [OP_ROUTE_DEL] = do_message,
    [OP_ADDR_DEL] = do_message,
    [OP_LINK_DEL] = do_message,
    [OP_BRIDGE_DEL] = do_message,
    [OP_NODE_DEL] = del_node,
    [OP_QDISC_ADD] = do_message,
    [OP_QDISC_DEL] = do_message,
    [OP_HOSTNAME_SET] = builder_set_hostname,
};

bool builder_can(enum op_kind kind)
{
    return executors[kind] && (executors[kind] == do_message) == rtmsg_has(kind);
}

/* Messages wait for more of their kind; whatever else acts finds them sent. */
static int do_op(struct builder *b, const struct op *op, struct err *e)
{
    execute_fn *execute = executors[op->kind];
    int r = execute == do_message ? 0 : flush(b, e);
    return r < 0 ? r : execute(b, op, e);
}

int builder_do(struct builder *b, const struct op *op, struct err *e)
{
    int r = do_op(b, op, e);
    return r < 0 ? r : flush(b, e);
}

#define PROGRESS_EVERY_NS (CLOCK_NS_PER_S / 4)

/* `up` shows it once it has waited for a second. */
static void tell_progress(struct builder *b, size_t done)
{
    char text[128];
    int64_t now = clock_mono_ns();
    const struct op *op = &b->ops->item[done];
    if (b->told_ns == 0)
        b->told_ns = now;
    if (op->kind != OP_EXEC && now - b->told_ns < PROGRESS_EVERY_NS)
        return;
    b->told_ns = now;
    snprintf(text, sizeof text, "step %zu of %zu, node %s: %s", done + 1, b->ops->count,
             topo_node_name(b->topo, op->node), op_kind_names[op->kind]);
    if (op->kind == OP_EXEC) {
        _cleanup_free_ char *words = builder_command(op->u.exec);
        snprintf(text, sizeof text, "node %s: %.60s", topo_node_name(b->topo, op->node), words);
    }
    builder_tell(b->channel, BUILD_PROGRESS, text, strlen(text));
}

static int build(struct builder *b, const struct ops *ops, struct err *e)
{
    int r = mounts_lab(e);
    if (r < 0)
        return r;
    keep_tell_dir(b->keep);
    r = builder_prepare(b, e);
    bool ready = false;
    for (size_t i = 0; r == 0 && i < ops->count; i++) {
        if (ops->item[i].kind == OP_EXEC && !ready) {
            r = builder_wait_ready(b, e);
            ready = true;
        }
        tell_progress(b, i);
        if (r == 0)
            r = do_op(b, &ops->item[i], e);
    }
    if (r == 0)
        r = flush(b, e);
    if (r == 0 && !ready)
        r = builder_wait_ready(b, e);
    return r;
}

_Noreturn void builder_main(const struct topo *t, const struct ops *ops, const struct keep *keep,
                            int channel)
{
    struct err e = ERR_INIT;
    struct builder b;
    builder_init(&b, t, ops, keep, channel);
    b.closes = true;
    char question = 0;
    if (build(&b, ops, &e) < 0)
        builder_fail(channel, &e);
    if (b.note[0])
        builder_tell(channel, BUILD_NOTE, b.note, strlen(b.note) + 1);
    builder_tell(channel, BUILD_DONE, "", 0);
    if (io_read(channel, &question, 1) != 1 || question != BUILD_ASK_WHOLE)
        _exit(1); /* whoever asked for the lab is gone, and so is the lab */
    if (b.made && builder_check_nodes(&e) < 0)
        builder_fail(channel, &e);
    builder_tell(channel, BUILD_WHOLE, "", 0);
    _exit(0);
}
