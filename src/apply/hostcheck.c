/* SPDX-License-Identifier: BSD-2-Clause */
/* hostcheck: see the header. */
#include "apply/hostcheck.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "kernel/hostnet.h"
#include "kernel/netlink.h"
#include "kernel/proc.h"
#include "kernel/rtmsg.h"
#include "kernel/spawn.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long an interface of a lab that is just vanishing may keep a name. */
#define DYING_MS 2000

/* --- deleting --------------------------------------------------------------------------------- */

struct deletion {
    int sock;
    struct netlink_batch *batch;
    size_t count;
    int result;
    struct err *e;
};

/* One at a time: an interface that went meanwhile is no failure, and they are few. */
static void delete_one(const struct snap_if *i, void *ctx)
{
    struct deletion *d = ctx;
    struct err why = ERR_INIT;
    struct op op = {.kind = OP_LINK_DEL, .node = TOPO_HOST};
    op.u.link_add.end[0].ifindex = i->index;
    rtmsg_build(netlink_batch_room(d->batch), &op, -1);
    netlink_batch_add(d->batch, NULL);
    int r = netlink_send(d->sock, d->batch, NULL, NULL, NULL, &why);
    d->count++;
    if (r == 0 || r == -ENODEV || d->result < 0)
        return;
    char clean[64];
    *d->e = why;
    d->result = err_prefix(d->e, "cannot delete the lab's interface %s of the machine",
                           text_clean_to(clean, sizeof clean, i->name));
}

static int deletion_open(struct deletion *d, struct err *e)
{
    *d = (struct deletion){.e = e};
    d->sock = netlink_open(e);
    if (d->sock < 0)
        return d->sock;
    d->batch = mem_zalloc(1, sizeof *d->batch);
    return 0;
}

static int deletion_close(struct deletion *d)
{
    mem_close_fd(&d->sock);
    free(d->batch);
    return d->result;
}

/* A lab with a user namespace of its own has no rights here, hence nothing to delete. */
static bool may_have_ends(const struct lab *l)
{
    struct proc_ns ours, theirs;
    return proc_ns(0, "user", &ours) == 0 && proc_ns(l->holder, "user", &theirs) == 0 &&
           ours.dev == theirs.dev && ours.ino == theirs.ino;
}

int hostcheck_remove(const struct lab *l, struct err *e)
{
    struct snap *s = NULL;
    struct deletion d;
    if (!may_have_ends(l))
        return 0;
    int r = hostnet_read(false, &s, e);
    if (r < 0)
        return r;
    r = deletion_open(&d, e);
    if (r == 0) {
        r = hostnet_each_end(&s->node[0], l, delete_one, &d, e);
        int deleted = deletion_close(&d);
        r = r < 0 ? r : deleted;
    }
    snap_free(s);
    return r;
}

static int sweep(const struct snap_node *host, const char *lab, struct err *e)
{
    char boot[64], name[64];
    struct deletion d;
    if (proc_boot_id(boot, sizeof boot) < 0)
        return 0;
    int r = deletion_open(&d, e);
    if (r < 0)
        return r;
    for (size_t i = 0; i < host->ifs; i++)
        if (hostnet_is_dying(host, &host->iface[i]) &&
            hostnet_tag_parse(host->iface[i].alias, getuid(), boot, name, sizeof name) &&
            (!lab || strcmp(lab, name) == 0))
            delete_one(&host->iface[i], &d);
    r = deletion_close(&d);
    return r < 0 ? r : (int)d.count;
}

int hostcheck_sweep(const char *lab, struct err *e)
{
    struct snap *s = NULL;
    if (!spawn_is_privileged())
        return 0;
    int r = hostnet_read(false, &s, e);
    if (r == 0)
        r = sweep(&s->node[0], lab, e);
    snap_free(s);
    return r;
}

/* --- before a lab is built -------------------------------------------------------------------- */

/* The first end on the machine, for what concerns all of them. */
static const struct topo_end *first_end(const struct topo *t)
{
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++)
            if (t->link[i].end[k].node == TOPO_HOST)
                return &t->link[i].end[k];
    return NULL;
}

/* `r` again: what was found at that place. Line 0: nothing in the file asks for it. */
static int place(const struct topo *t, struct mark mark, int r, struct err *e)
{
    if (r < 0 && mark.line)
        err_prefix(e, "%s:%u", t->file ? t->file : "topology", mark.line);
    return r;
}

/* An order that changes nothing, since it names no interface: EINVAL from who may give it. */
static int check_rights(struct err *e)
{
    struct op op = {.kind = OP_LINK_SET, .node = TOPO_HOST};
    struct err why = ERR_INIT;
    _cleanup_fd_ int sock = netlink_open(e);
    if (sock < 0)
        return sock;
    _cleanup_free_ struct netlink_batch *batch = mem_zalloc(1, sizeof *batch);
    rtmsg_build(netlink_batch_room(batch), &op, -1);
    netlink_batch_add(batch, NULL);
    if (netlink_send(sock, batch, NULL, NULL, NULL, &why) != -EPERM)
        return 0;
    return err_set_exit(e, EXIT_DENIED, EPERM,
                        "a link to the machine itself needs CAP_NET_ADMIN over its network "
                        "namespace, which a user namespace does not give: run it with sudo");
}

/* `what` is to happen to an interface: "made on". */
static int check_allowed(const char *ifname, const char *what, bool allowed, struct err *e)
{
    char clean[64];
    text_clean_to(clean, sizeof clean, ifname);
    if (!allowed)
        return err_set_exit(e, EXIT_DENIED, 0,
                            "interface %s would be %s the machine itself: if you want that, say "
                            "--allow-host",
                            clean, what);
    if (!spawn_is_privileged())
        return err_set_exit(e, EXIT_DENIED, 0,
                            "interface %s would be %s the machine itself, which only root may "
                            "do: run it with sudo",
                            clean, what);
    return check_rights(e);
}

/* What is not counted: the ends of the lab of the same name. */
struct own {
    uint32_t *index; /* owned */
    size_t count, room;
};

static void add_own(const struct snap_if *i, void *ctx)
{
    struct own *o = ctx;
    mem_grow(&o->index, &o->room, o->count, sizeof *o->index);
    o->index[o->count++] = i->index;
}

static bool is_own(const struct own *o, uint32_t index)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->index[i] == index)
            return true;
    return false;
}

/* A default route, or half of one as some VPNs have it, overlaps everything and says nothing of
 * the prefix; link-local IPv6 is each link's own. */
static bool is_telling(const struct snap_route *r)
{
    return r->to.len > 1 && r->type != RTN_BROADCAST && r->type != RTN_MULTICAST &&
           !(r->to.addr.family == AF_INET6 && ip_addr_is_link_local(&r->to.addr));
}

static int overlap(const struct snap_node *host, const struct snap_route *r,
                   const struct topo_prefix *p, const struct topo_end *end, struct err *e)
{
    char mine[IP_TEXT_MAX], theirs[IP_TEXT_MAX], via[IP_TEXT_MAX] = "", dev[64] = "no interface";
    const struct snap_if *i = snap_if_by_index(host, r->ifindex);
    if (i)
        text_clean_to(dev, sizeof dev, i->name);
    if (r->via.family != AF_UNSPEC)
        ip_addr_format(&r->via, via);
    return err_set_exit(e, EXIT_CONFLICT, 0,
                        "%s on interface %s overlaps a route of the machine, %s%s%s dev %s: choose "
                        "another prefix",
                        ip_prefix_format(&p->prefix, mine), end->ifname,
                        ip_prefix_format(&r->to, theirs), via[0] ? " via " : "", via, dev);
}

/* The main table first: its routes are those that people know. */
static int check_prefix(const struct snap_node *host, const struct own *own,
                        const struct topo_end *end, const struct topo_prefix *p, struct err *e)
{
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < host->routes; i++) {
            const struct snap_route *r = &host->route[i];
            if ((r->table != RT_TABLE_MAIN) == others && is_telling(r) &&
                !is_own(own, r->ifindex) && ip_prefix_overlaps(&r->to, &p->prefix))
                return overlap(host, r, p, end, e);
        }
    return 0;
}

static int check_end(const struct snap_node *host, const struct own *own,
                     const struct topo_end *end, struct err *e)
{
    const struct snap_if *i = snap_find_if(host, end->ifname);
    if (i && !is_own(own, i->index))
        return err_set_exit(e, EXIT_CONFLICT, EEXIST,
                            "the machine has an interface %s already: choose another name",
                            end->ifname);
    for (size_t k = 0; k < end->prefix.count; k++) {
        int r = check_prefix(host, own, end, &end->prefix.item[k], e);
        if (r < 0)
            return r;
    }
    return 0;
}

static int find_own(const struct topo *t, const struct snap_node *host, const struct snap *is,
                    struct own *own, struct err *e)
{
    struct lab lab;
    struct err none = ERR_INIT;
    for (size_t i = 0; is && is->machine >= 0 && i < is->node[is->machine].ifs; i++)
        add_own(&is->node[is->machine].iface[i], own);
    if (is || lab_open(t->name, getuid(), &lab, &none) < 0)
        return 0;
    int r = hostnet_each_end(host, &lab, add_own, own, e);
    lab_fini(&lab);
    return r;
}

/* One look at the machine. *again: a name is held by what may be the rest of a lab that was killed
 * a moment ago. `is`: the lab as it was read; NULL: it was not. */
static int look(const struct topo *t, const struct snap *is, bool *again, struct err *e)
{
    struct snap *s = NULL;
    struct own own = {0};
    *again = false;
    int r = hostcheck_sweep(NULL, e);
    r = r < 0 ? r : hostnet_read(true, &s, e);
    if (r == 0)
        r = find_own(t, &s->node[0], is, &own, e);
    for (size_t i = 0; r == 0 && i < t->links * 2; i++) {
        const struct topo_end *end = &t->link[i / 2].end[i % 2];
        if (end->node != TOPO_HOST)
            continue;
        r = check_end(&s->node[0], &own, end, e);
        const struct snap_if *there = snap_find_if(&s->node[0], end->ifname);
        *again = r < 0 && there && strcmp(there->kind, "veth") == 0 &&
                 (!there->alias || strncmp(there->alias, "vethlab:", 8) == 0);
        place(t, end->mark, r, e);
    }
    free(own.index);
    snap_free(s);
    return r;
}

static int await_free(const struct topo *t, const struct snap *is, struct err *e)
{
    static const int group = RTNLGRP_LINK;
    int64_t end_ns = clock_mono_ns() + DYING_MS * CLOCK_NS_PER_MS;
    bool again = false;
    if (!topo_has_host_link(t))
        return 0;
    _cleanup_fd_ int events = netlink_open(e);
    if (events < 0)
        return events;
    if (setsockopt(events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
        return err_set(e, errno, "cannot subscribe to rtnetlink events");
    for (;;) {
        int r = look(t, is, &again, e);
        int64_t left_ms = (end_ns - clock_mono_ns()) / CLOCK_NS_PER_MS;
        if (r == 0 || !again || left_ms <= 0 || io_wait_readable(events, (int)left_ms) <= 0)
            return r;
        char drop[16384];
        while (recv(events, drop, sizeof drop, MSG_DONTWAIT) > 0)
            ;
        *e = (struct err)ERR_INIT;
    }
}

int hostcheck_free(const struct topo *t, struct err *e)
{
    return await_free(t, NULL, e);
}

int hostcheck_up(const struct topo *t, bool allowed, struct err *e)
{
    const struct topo_end *end = first_end(t);
    if (!end)
        return 0;
    int r = check_allowed(end->ifname, "made on", allowed, e);
    return r < 0 ? place(t, end->mark, r, e) : hostcheck_free(t, e);
}

static const char *machine_ifname(const struct op *op)
{
    switch (op->kind) {
    case OP_LINK_ADD:
    case OP_LINK_DEL:
        return op->u.link_add.end[1].ifname;
    case OP_LINK_SET:
        return op->u.link_set.ifname;
    case OP_ADDR_ADD:
    case OP_ADDR_DEL:
        return op->u.addr.ifname;
    case OP_QDISC_ADD:
    case OP_QDISC_DEL:
        return op->u.qdisc.ifname;
    default:
        return "of this lab";
    }
}

/* What is made says the most, then what is taken away. */
static const struct op *telling_op(const struct ops *ops)
{
    const struct op *best = NULL;
    for (size_t i = 0; i < ops->count; i++) {
        const struct op *op = &ops->item[i];
        if (op_is_on_machine(op) && (!best || op->kind == OP_LINK_ADD ||
                                     (op->kind == OP_LINK_DEL && best->kind != OP_LINK_ADD)))
            best = op;
        if (best && best->kind == OP_LINK_ADD)
            break;
    }
    return best;
}

int hostcheck_change(const struct topo *want, const struct ops *ops, const struct snap *is,
                     bool allowed, struct err *e)
{
    const struct op *op = telling_op(ops);
    if (!op)
        return 0;
    const char *what = op->kind == OP_LINK_ADD   ? "made on"
                       : op->kind == OP_LINK_DEL ? "taken away from"
                                                 : "changed on";
    int r = check_allowed(machine_ifname(op), what, allowed, e);
    if (r < 0)
        return place(want, op->mark, r, e);
    return topo_has_host_link(want) ? await_free(want, is, e) : 0;
}
