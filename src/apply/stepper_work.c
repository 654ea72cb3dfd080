/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper_work: see the header.
 *
 * The worker keeps what the builder keeps of each node: its socket, its network namespace, its
 * first process. These must go when the node does, or the kernel would keep its interfaces: so the
 * worker waits for the ends of all nodes beside the next question, and never stays in the network
 * namespace of one that has ended. */
#include "apply/stepper_work.h"

#include "apply/builder_inside.h"
#include "apply/builder_ready.h"
#include "base/mem.h"
#include "base/text.h"
#include "kernel/spawn.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* In an empty network namespace of its own: a rootless worker cannot go back to the machine's. */
#define NOWHERE (-3)

static void tell(const struct stepper_work *w, const char *text)
{
    builder_tell(w->b.channel, BUILD_NOTE, text, strlen(text));
}

/* --- nodes that end --------------------------------------------------------------------------- */

static bool is_there(const struct stepper_work *w, int node)
{
    return node < 0 || w->b.node[node].pidfd >= 0;
}

/* Into the namespace of another node, else into none. */
static void move_out(struct builder *b, int node)
{
    struct err none = ERR_INIT;
    if (b->here != node)
        return;
    for (size_t i = 0; i < b->topo->nodes; i++)
        if ((int)i != node && b->node[i].sock >= 0 && builder_go(b, (int)i, &none) == 0)
            return;
    if (unshare(CLONE_NEWNET) == 0)
        b->here = NOWHERE;
}

static void forget_node(struct stepper_work *w, int node)
{
    struct builder_node *n = &w->b.node[node];
    move_out(&w->b, node);
    mem_close_fd(&n->sock);
    mem_close_fd(&n->netns);
    mem_close_fd(&n->pidfd);
}

/* Waits for the next question; false: nobody will ask any more. */
static bool next_question(struct stepper_work *w, struct stepper_question *q)
{
    size_t nodes = w->b.topo->nodes;
    _cleanup_free_ struct pollfd *p = mem_zalloc(nodes + 1, sizeof *p);
    for (;;) {
        for (size_t i = 0; i < nodes; i++)
            p[i] = (struct pollfd){.fd = w->b.node[i].pidfd, .events = POLLIN};
        p[nodes] = (struct pollfd){.fd = w->b.channel, .events = POLLIN};
        if (poll(p, nodes + 1, -1) < 0 && errno != EINTR)
            return false;
        for (size_t i = 0; i < nodes; i++)
            if (p[i].revents)
                forget_node(w, (int)i);
        if (p[nodes].revents)
            return recv(w->b.channel, q, sizeof *q, 0) == (ssize_t)sizeof *q;
    }
}

/* --- forwards --------------------------------------------------------------------------------- */

static int add_node(struct stepper_work *w, const struct op *op, struct err *e)
{
    int r = builder_pipes(&w->b, e);
    if (r == 0)
        r = builder_do(&w->b, op, e);
    if (r == 0)
        r = builder_join_nodes(&w->b, e);
    if (r < 0) {
        if (w->b.node[op->node].pidfd >= 0)
            spawn_pidfd_kill(w->b.node[op->node].pidfd);
        forget_node(w, op->node);
    }
    if (w->b.note[0])
        tell(w, w->b.note);
    w->b.note[0] = '\0';
    return r;
}

static int set_sysctl(struct stepper_work *w, struct op *op, struct err *e)
{
    int r = builder_go(&w->b, op->node, e);
    char *before = r < 0 ? NULL : sysctl_read(op->u.sysctl.key);
    op->u.sysctl.before = before ? ops_keep(w->ops, before) : NULL;
    return r < 0 ? r : builder_do(&w->b, op, e);
}

static int need_node(const struct stepper_work *w, int node, struct err *e)
{
    if (is_there(w, node))
        return 0;
    return err_set(e, ESRCH, "node %s has ended: go back to before it was made",
                   topo_node_name(w->b.topo, node));
}

static int do_op(struct stepper_work *w, struct op *op, struct err *e)
{
    int r = op->kind == OP_NODE_ADD ? 0 : need_node(w, op->node, e);
    if (r == 0 && op->kind == OP_LINK_ADD)
        r = need_node(w, op->u.link_add.end[1].node, e);
    if (r < 0)
        return r;
    switch (op->kind) {
    case OP_NODE_ADD:
        return add_node(w, op, e);
    case OP_SYSCTL_SET:
        return set_sysctl(w, op, e);
    case OP_LINK_READY:
        return builder_wait_one(&w->b, op, e);
    default:
        return builder_do(&w->b, op, e);
    }
}

/* --- backwards -------------------------------------------------------------------------------- */

static int del_node(struct stepper_work *w, const struct op *op, struct err *e)
{
    struct op back;
    move_out(&w->b, op->node);
    op_invert(op, &back);
    int r = builder_do(&w->b, &back, e);
    if (r == 0)
        forget_node(w, op->node);
    return r;
}

static void tell_exec(const struct stepper_work *w, const struct op *op)
{
    _cleanup_free_ char *what = builder_command(op->u.exec);
    size_t line = strcspn(what, "\n"); /* where not all has room, the command is cut */
    _cleanup_free_ char *text =
        mem_printf("a command cannot be undone; what it did in %s stays: %.*s%s",
                   topo_node_name(w->b.topo, op->node), (int)(line < 200 ? line : 200), what,
                   what[line] ? " ..." : "");
    tell(w, text);
}

/* The tag of a host end goes with it; so do the settings of a node that is not there any more. */
static bool needs_nothing(const struct stepper_work *w, const struct op *op)
{
    return op->kind == OP_LINK_READY || !is_there(w, op->node) ||
           (op->kind == OP_LINK_SET && op->u.link_set.fields == OP_SET_ALIAS);
}

static int undo_op(struct stepper_work *w, const struct op *op, struct err *e)
{
    struct op back;
    if (needs_nothing(w, op))
        return 0;
    if (op->kind == OP_NODE_ADD)
        return del_node(w, op, e);
    if (!op_invert(op, &back)) {
        if (op->kind == OP_EXEC)
            tell_exec(w, op);
        else if (!teach_is_default(op))
            tell(w, "the value before is not known: it stays as it is");
        return 0;
    }
    int r = builder_do(&w->b, &back, e);
    if (r < 0 && builder_is_gone(back.kind, e->num, true)) {
        *e = (struct err)ERR_INIT;
        tell(w, "there was nothing left to undo: it was gone already");
        return 0;
    }
    return r;
}

/* --- steps ------------------------------------------------------------------------------------ */

/* What of it was done; the first failure is told, the rest is tried all the same. */
static int undo_step(struct stepper_work *w, const struct teach_step *s, size_t done, struct err *e)
{
    int r = 0;
    /* With a node all of its settings go. */
    if (done && w->ops->item[s->first].kind == OP_NODE_ADD)
        done = 1;
    while (done-- > 0) {
        struct err one = ERR_INIT;
        if (undo_op(w, &w->ops->item[s->first + done], &one) < 0 && r == 0) {
            *e = one;
            r = -EIO;
        }
    }
    return r;
}

/* Whole, or not at all. */
static int do_step(struct stepper_work *w, const struct teach_step *s, struct err *e)
{
    for (size_t i = 0; i < s->count; i++) {
        struct err none = ERR_INIT;
        int r = do_op(w, &w->ops->item[s->first + i], e);
        if (r < 0) {
            undo_step(w, s, i, &none);
            return r;
        }
    }
    return 0;
}

_Noreturn void stepper_work(struct stepper_work *w)
{
    struct err e = ERR_INIT;
    struct stepper_question q;
    if (builder_prepare(&w->b, &e) < 0)
        builder_fail(w->b.channel, &e);
    builder_tell(w->b.channel, BUILD_WHOLE, "", 0);
    while (next_question(w, &q) && q.step < w->steps->count) {
        const struct teach_step *s = &w->steps->item[q.step];
        e = (struct err)ERR_INIT;
        int r = q.undo ? undo_step(w, s, s->count, &e) : do_step(w, s, &e);
        if (r < 0)
            builder_tell(w->b.channel, BUILD_ERROR, &e, sizeof e);
        else
            builder_tell(w->b.channel, BUILD_DONE, "", 0);
    }
    _exit(0);
}
