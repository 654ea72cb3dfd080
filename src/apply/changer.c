/* SPDX-License-Identifier: BSD-2-Clause */
/* changer: see the header.
 *
 * Three processes. This one keeps the lab's lock and writes its record. The second enters the lab's
 * user namespace, reads the lab and opens what is needed of it while it still sees the nodes'
 * processes. The third is its child inside the holder's pid and mount namespaces, because only
 * there new nodes can be made; it carries the operations out as the builder does. */
#include "apply/changer.h"

#include "apply/builder_inside.h"
#include "apply/builder_node.h"
#include "apply/builder_ready.h"
#include "apply/change.h"
#include "apply/hostcheck.h"
#include "apply/hostlink.h"
#include "apply/interrupt.h"
#include "apply/keep.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "init/init.h"
#include "kernel/spawn.h"
#include "state/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct changer {
    const struct topo *want;
    const struct changer_how *how;
    struct lab lab;
    struct rundir_lock lock;
    struct rundir_lock elsewhere; /* where the lab keeps its record, if not there; fd -1 */
    struct keep keep;
    int channel[2];
    int signals;
    sigset_t mask; /* before */
    bool interrupted, again;
    pid_t worker;
    size_t operations;
    bool passing; /* a lab of `run` stays one */
};

static _Noreturn void say_done(int channel, size_t operations)
{
    builder_tell(channel, BUILD_DONE, &operations, sizeof operations);
    _exit(0);
}

struct inside { /* what the third process is given */
    struct builder *b;
    const struct changer *ch;
    const struct change *c;
};

/* --- in the third process ------------------------------------------------------------------------
 */
static bool moves_names(const struct ops *ops)
{
    for (size_t i = 0; i < ops->count; i++)
        switch (ops->item[i].kind) {
        case OP_NODE_ADD:
        case OP_NODE_DEL:
        case OP_ADDR_ADD:
        case OP_ADDR_DEL:
            return true;
        default:
            break;
        }
    return false;
}

/* The processes of nodes that were made must have said that they are ready. */
static int settle(struct builder *b, const struct ops *ops, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < ops->count; i++)
        if (ops->item[i].kind == OP_LINK_READY)
            r = builder_sock(b, ops->item[i].node, e);
    b->ops = ops;
    return r < 0 ? r : builder_wait_ready(b, e);
}

/* -EINTR if the first process says so, by a message or by its death. */
static int heed(struct builder *b, struct err *e)
{
    char message[2] = {0};
    if (recv(b->channel, message, sizeof message, MSG_DONTWAIT) < 0)
        return 0;
    *e = (struct err)ERR_INIT;
    err_set_exit(e, (enum exit_code)(128 + (message[1] ? message[1] : SIGKILL)), 0, "interrupted");
    return -EINTR;
}

static int go_on(struct builder *b, const struct ops *ops, size_t *done, struct err *e)
{
    bool settled = false;
    int r = 0;
    for (*done = 0; *done < ops->count; ++*done) {
        const struct op *op = &ops->item[*done];
        r = heed(b, e);
        if (r == 0 && op->kind == OP_EXEC && !settled) {
            r = settle(b, ops, e);
            settled = true;
        }
        if (r == 0)
            r = builder_do(b, op, e);
        if (r < 0)
            return r;
    }
    return settled ? 0 : settle(b, ops, e);
}

/* The first failure is told. */
static void note_failure(int *r, const struct err *one, struct err *e)
{
    if (*r == 0)
        *e = *one;
    *r = -EIO;
}

/* True of a setting on an interface that the change had made, so that the way back takes it away
 * further on: where somebody else did that, there is nothing to put back. An interface of before is
 * another matter: it is missing. */
static bool goes_anyway(const struct ops *undo, size_t from)
{
    const struct op *op = &undo->item[from];
    const char *ifname = op->kind == OP_LINK_SET ? op->u.link_set.ifname
                         : op->kind == OP_ADDR_ADD || op->kind == OP_ADDR_DEL ? op->u.addr.ifname
                                                                              : NULL;
    for (size_t i = from + 1; ifname && i < undo->count; i++) {
        const struct op_link_end *end = undo->item[i].u.link_add.end;
        if (undo->item[i].kind != OP_LINK_DEL && undo->item[i].kind != OP_BRIDGE_DEL)
            continue;
        for (int k = 0; k < 2; k++)
            if (end[k].ifname && end[k].node == op->node && strcmp(end[k].ifname, ifname) == 0)
                return true;
    }
    return false;
}

/* Whatever of it fails, the rest is tried all the same. */
static int go_back(struct builder *b, const struct change *c, size_t done, struct err *e)
{
    struct ops undo = {0};
    struct err one = ERR_INIT, joined = ERR_INIT;
    int r = 0;
    if (done == 0)
        return 0;
    if (b->failure[1] >= 0)
        builder_join_nodes(b, &joined); /* their pipes are shared until then */
    r = builder_pipes(b, e);
    if (r < 0)
        return r;
    plan_undo(&c->diff, done, &undo);
    for (size_t i = 0; i < done && r == 0; i++)
        if (plan_is_lost(&c->diff.ops.item[i]))
            r = err_set(e, 0, "interface %s of node %s cannot be made again",
                        c->diff.ops.item[i].u.link_add.end[0].ifname,
                        topo_node_name(&c->diff.topo, c->diff.ops.item[i].node));
    for (size_t i = 0; i < undo.count; i++) {
        one = (struct err)ERR_INIT;
        if (builder_do(b, &undo.item[i], &one) < 0 &&
            !(builder_is_gone(undo.item[i].kind, one.num, true) && goes_anyway(&undo, i)))
            note_failure(&r, &one, e);
    }
    one = (struct err)ERR_INIT;
    if (settle(b, &undo, &one) < 0)
        note_failure(&r, &one, e);
    ops_fini(&undo);
    return r;
}

/* The hosts files as they were; where the record is not known, nobody knows how. */
static int restore_hosts(struct builder *b, const struct change *c, struct err *e)
{
    if (c->was)
        return builder_write_hosts(b, c->was, e);
    return err_set(e, 0, "the nodes' /etc/hosts are the new file's: the lab's record is missing");
}

static _Noreturn void take_back(struct builder *b, const struct change *c, bool has_hosts,
                                size_t done, struct err *e)
{
    struct err back = ERR_INIT, hosts = ERR_INIT;
    bool stopped = e->exit > 128;
    /* Before the nodes come back, which are given theirs. */
    bool hosts_stay = has_hosts && restore_hosts(b, c, &hosts) < 0;
    if (go_back(b, c, done, &back) < 0)
        err_prefix(e, "undoing it failed too (%s; vethlab plan shows what is left)", back.text);
    else if (stopped && hosts_stay)
        err_set_exit(e, e->exit, 0, "interrupted: what was done is undone, but %s", hosts.text);
    else if (hosts_stay)
        err_prefix(e, "what was done is undone, since it failed, but %s", hosts.text);
    else if (stopped)
        err_set_exit(e, e->exit, 0, "interrupted: what was done is undone, lab %s is as it was",
                     c->diff.topo.name);
    else if (done == 0)
        err_prefix(e, "nothing is changed");
    else
        err_prefix(e, "what was done is undone, since it failed");
    builder_fail(b->channel, e);
}

static void carry_out(void *ctx)
{
    const struct inside *in = ctx;
    struct builder *b = in->b;
    const struct changer *ch = in->ch;
    const struct change *c = in->c;
    struct err e = ERR_INIT;
    init_signals();
    interrupt_block();
    signal(SIGPIPE, SIG_IGN);
    size_t done = 0;
    /* We are in the machine's network namespace yet, and will not be any more. */
    int r = hostlink_open(ch->want, &c->diff.ops, &b->host, &e);
    if (r == 0)
        r = builder_pipes(b, &e);
    b->hosts = hosts_new(ch->want);
    b->named = ch->want;
    bool has_hosts = r == 0 && moves_names(&c->diff.ops);
    if (has_hosts)
        r = builder_write_hosts(b, ch->want, &e);
    if (r == 0)
        r = go_on(b, &c->diff.ops, &done, &e);
    if (r == 0)
        say_done(b->channel, plan_count_news(&c->diff));
    heed(b, &e); /* it may have failed because of that */
    take_back(b, c, has_hosts, done, &e);
}

/* --- in the second process -----------------------------------------------------------------------
 */
static int open_node(const struct lab *l, const struct change *c, int node, bool ends,
                     struct builder *b, struct err *e)
{
    if (node == TOPO_HOST || c->diff.snap_node[node] < 0)
        return 0;
    struct builder_node *n = &b->node[node];
    int at = c->diff.snap_node[node];
    if (n->netns < 0) {
        n->netns = lab_node_netns(l, (size_t)at, e);
        if (n->netns < 0)
            return n->netns;
    }
    if (ends && n->pidfd < 0)
        n->pidfd = lab_node_pidfd(l, (size_t)at, e);
    return ends && n->pidfd < 0 ? n->pidfd : 0;
}

/* Of the nodes that are there: what the operations need of them. */
static int open_nodes(const struct lab *l, const struct change *c, struct builder *b, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->diff.ops.count; i++) {
        const struct op *op = &c->diff.ops.item[i];
        bool acts_on_process = op->kind == OP_NODE_DEL || op->kind == OP_HOSTNAME_SET;
        r = open_node(l, c, op->node, acts_on_process, b, e);
        if (r == 0 && op->kind == OP_LINK_ADD)
            r = open_node(l, c, op->u.link_add.end[1].node, false, b, e);
        /* The way back may make a pair from the end that the way there did not touch. */
        if (r == 0 && op->kind == OP_LINK_DEL)
            r = open_node(l, c, op->u.link_add.end[1].node, false, b, e);
    }
    return r;
}

static _Noreturn void nothing_done(int channel, struct err *e)
{
    if (e->num != ESRCH)
        builder_fail(channel, e);
    builder_tell(channel, BUILD_AGAIN, e, sizeof *e);
    _exit(1);
}

static _Noreturn void work(struct changer *ch)
{
    struct change c;
    struct err e = ERR_INIT;
    int channel = ch->channel[1];
    struct builder b;
    close(ch->channel[0]);
    /* The lock stays with us: killed in the middle, `apply` still has workers in the lab. */
    if (change_read(&ch->lab, ch->want, false, &c, &e) < 0)
        nothing_done(channel, &e);
    if (c.diff.ops.count == 0)
        say_done(channel, 0);
    builder_init(&b, &c.diff.topo, &c.diff.ops, &ch->keep, channel);
    b.is_change = true;
    if (hostcheck_change(ch->want, &c.diff.ops, c.is, ch->how->allow_host, &e) < 0 ||
        open_nodes(&ch->lab, &c, &b, &e) < 0)
        nothing_done(channel, &e);
    struct inside in = {&b, ch, &c};
    builder_enter(ch->lab.pidfd, CLONE_NEWPID | CLONE_NEWNS, channel, carry_out, &in);
}

/* --- in the first process ------------------------------------------------------------------------
 */
static int start(struct changer *ch, struct err *e)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ch->channel) < 0)
        return err_set(e, errno, "cannot make a socket pair");
    ch->worker = fork();
    if (ch->worker < 0)
        return err_set(e, errno, "cannot start a process");
    if (ch->worker == 0)
        work(ch);
    mem_close_fd(&ch->channel[1]);
    return 0;
}

/* Whoever carries the change out is told, and says what became of it. A second signal changes
 * nothing. */
static void pass_on_signal(struct changer *ch)
{
    struct err none = ERR_INIT;
    char message[2] = {BUILD_STOP, 0};
    int number = interrupt_take(ch->signals, &none);
    if (number < 0 || ch->interrupted)
        return;
    ch->interrupted = true;
    message[1] = (char)number;
    send(ch->channel[0], message, sizeof message, MSG_NOSIGNAL);
}

/* One message: 1 the change is done, 0 go on, -errno. */
static int hear(struct changer *ch, struct err *e)
{
    struct builder_heard h;
    builder_hear(ch->channel[0], 0, &h);
    if (h.kind == 0)
        return err_set(e, 0, "the change of lab %s was cut off: vethlab plan shows what is left",
                       ch->want->name);
    if (h.kind == BUILD_DONE && h.len == sizeof ch->operations) {
        memcpy(&ch->operations, h.data, sizeof ch->operations);
        return 1;
    }
    ch->again = h.kind == BUILD_AGAIN;
    if (h.kind == BUILD_ERROR || h.kind == BUILD_AGAIN)
        return builder_heard_err(&h, e);
    if (h.kind == BUILD_NOTE && h.len)
        log_note("%s", h.data);
    return 0;
}

static int wait_changed(struct changer *ch, struct err *e)
{
    for (int r = 0;;) {
        struct pollfd p[2] = {{.fd = ch->channel[0], .events = POLLIN},
                              {.fd = ch->signals, .events = POLLIN}};
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return err_set(e, errno, "cannot wait for the change");
        if (p[1].revents)
            pass_on_signal(ch);
        r = p[0].revents ? hear(ch, e) : 0;
        if (r != 0)
            return r < 0 ? r : 0;
    }
}

/* The disk is a hint: a lab without its new record is changed all the same. */
static void write_record(struct changer *ch)
{
    struct err e = ERR_INIT;
    if (keep_write(&ch->keep, ch->lab.holder, ch->passing, &e) < 0 || keep_link(&ch->keep, &e) < 0)
        log_note("%s", e.text);
}

/* Under the lock: another `apply` may have changed the lab before we had it. */
static int open_locked(struct changer *ch, struct err *e)
{
    int r = lab_open(ch->want->name, getuid(), &ch->lab, e);
    if (r < 0)
        return r;
    r = rundir_await_lab(ch->want->name, &ch->lock, e);
    lab_fini(&ch->lab);
    lab_init(&ch->lab);
    if (r == 0)
        r = rundir_check_steps(&ch->lock, ch->want->name, e);
    if (r == 0)
        r = lab_open(ch->want->name, getuid(), &ch->lab, e);
    if (r == 0)
        r = keep_lock_elsewhere(&ch->lab, &ch->lock, &ch->elsewhere, e);
    if (r == 0 && ch->elsewhere.fd >= 0)
        r = rundir_check_steps(&ch->elsewhere, ch->want->name, e);
    ch->passing = r == 0 && keep_is_passing(&ch->lab);
    int dir = ch->elsewhere.fd >= 0 ? ch->elsewhere.fd : ch->lock.fd;
    return r == 0 ? keep_open(ch->want, dir, &ch->keep, e) : r;
}

static int change_once(struct changer *ch, struct err *e)
{
    ch->again = false;
    int r = start(ch, e);
    if (r == 0)
        r = wait_changed(ch, e);
    while (ch->worker > 0 && waitpid(ch->worker, NULL, 0) < 0 && errno == EINTR)
        ;
    mem_close_fd(&ch->channel[0]);
    return r;
}

/* Where a node ends while the lab is being read. */
#define TRIES 5

static int change(struct changer *ch, struct err *e)
{
    ch->signals = interrupt_open(&ch->mask, e);
    int r = ch->signals < 0 ? ch->signals : change_once(ch, e);
    for (int i = 1; r < 0 && ch->again && !ch->interrupted && i < TRIES; i++) {
        *e = (struct err)ERR_INIT;
        lab_fini(&ch->lab);
        lab_init(&ch->lab);
        r = lab_open(ch->want->name, getuid(), &ch->lab, e);
        if (r == 0)
            r = change_once(ch, e);
    }
    if (r == 0)
        write_record(ch);
    mem_close_fd(&ch->signals);
    /* A second signal must not cut off what is still to be said of the first. */
    if (r == 0 || !ch->interrupted)
        sigprocmask(SIG_SETMASK, &ch->mask, NULL);
    return r;
}

int changer_apply(const struct topo *t, const struct changer_how *how, size_t *operations,
                  struct err *e)
{
    struct changer ch = {.want = t,
                         .how = how,
                         .lock.fd = -1,
                         .elsewhere.fd = -1,
                         .channel = {-1, -1},
                         .signals = -1};
    lab_init(&ch.lab);
    int r = open_locked(&ch, e);
    if (r == 0)
        r = change(&ch, e);
    *operations = ch.operations;
    keep_fini(&ch.keep);
    rundir_unlock(&ch.elsewhere);
    rundir_leave_lab(&ch.lock);
    mem_close_fd(&ch.channel[0]);
    lab_fini(&ch.lab);
    return r;
}
