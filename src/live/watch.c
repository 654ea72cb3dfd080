/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: applies what the monitor tells to the snapshot, and says what that changed.
 *
 * An event and the result of reading everything again go through the same functions: each compares
 * what is with what shall be and reports the difference, so that a repeated or superfluous message
 * of the kernel is no event. */
#include "live/watch.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "live/watch_counters.h"
#include "live/watch_reader.h"
#include "live/watch_routes.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Messages taken in one go: the loop has others to serve. */
#define BATCH 256

/* So long after a link was set down the kernel is still taking its addresses, and they are not
 * thought to be taken by hand: it does that at once. */
#define FALL_NS CLOCK_NS_PER_S

/* Counters are not read more often than so; of many nodes, some at a time. */
#define COUNT_NS (20 * CLOCK_NS_PER_MS)

struct node_watch {
    struct watch *watch;
    struct watch_routes routes;
    int pidfd;
    struct loop_source *source;
};

/* An interface of which the thread reads what is at its root; `stale`: that has changed since. */
struct asked {
    int node;
    uint32_t ifindex;
    bool stale;
};

/* The end of a veth whose other one was deleted by the event before. */
struct widow {
    int node;
    uint32_t ifindex; /* 0: there is none */
    char peer_name[IFNAMSIZ];
};

/* The link that was set down by the latest event of its node but such as follow from that. */
struct fall {
    int node;
    uint32_t ifindex; /* 0: there is none */
    int64_t at_ns;
};

struct watch {
    struct loop *loop;
    const struct lab *lab;
    watch_fn *fn;
    void *ctx;
    struct snap *snap;
    struct monitor *monitor;
    struct watch_reader *reader;
    struct node_watch *node; /* owned; one for each of the lab's */
    struct loop_source *events, *holder, *again, *count;
    int64_t resynced_ns; /* the last time; 0: never */
    bool dirty;          /* events were lost since */
    struct asked *asked; /* owned */
    size_t askeds, asked_room;
    struct widow widow;
    struct fall fall;
    size_t counted, count_at_once; /* the node whose counters were read last, plus one */
    uint64_t resyncs, seq;
};

static void emit(struct watch *w, struct watch_event *ev)
{
    ev->seq = ev->what == WATCH_STATS ? w->seq : ++w->seq; /* counters are no event */
    ev->at_ns = clock_mono_ns();
    ev->at_real_ns = clock_real_ns();
    ev->snap = w->snap;
    w->fn(ev, w->ctx);
}

static void emit_plain(struct watch *w, enum watch_what what, int node)
{
    emit(w, &(struct watch_event){.what = what, .node = node});
}

/* --- routes ----------------------------------------------------------------------------------- */

struct route_change {
    struct watch *watch;
    int node;
    const struct snap_addr *addr; /* that went before, or NULL */
};

static void tell_route(const struct snap_route *r, bool added, void *ctx)
{
    const struct route_change *c = ctx;
    const struct snap_node *n = &c->watch->snap->node[c->node];
    emit(c->watch, &(struct watch_event){.what = added ? WATCH_ROUTE_ADDED : WATCH_ROUTE_REMOVED,
                                         .node = c->node,
                                         .iface = snap_if_by_index(n, r->ifindex),
                                         .addr_before = c->addr,
                                         .route = r});
}

static void route_event(struct watch *w, const struct monitor_event *ev)
{
    struct watch_routes *l = &w->node[ev->node].routes;
    struct route_change c = {.watch = w, .node = ev->node};
    if (ev->kind == MONITOR_ROUTE_NEW)
        watch_routes_put(l, ev->route, ev->routes, ev->replaces, tell_route, &c);
    else
        watch_routes_remove(l, ev->route, ev->routes, tell_route, &c);
}

static void link_is_down(struct watch *w, int node, uint32_t index)
{
    struct route_change c = {.watch = w, .node = node};
    watch_routes_link_down(&w->node[node].routes, index, &w->snap->node[node], tell_route, &c);
}

/* Takes them out of `now`, where nobody would keep them up to date; `fn` NULL: nothing is told. */
static void sync_routes(struct watch *w, int node, struct snap_node *now, watch_routes_fn *fn)
{
    struct route_change c = {.watch = w, .node = node};
    size_t kept = 0;
    for (size_t i = 0; i < now->routes; i++)
        if (monitor_tells_route(&now->route[i]))
            now->route[kept++] = now->route[i];
    watch_routes_sync(&w->node[node].routes, now->route, kept, fn, &c);
    now->routes = 0;
}

/* --- links ------------------------------------------------------------------------------------ */

static struct snap_if *find_if(struct snap_node *n, uint32_t index)
{
    return (struct snap_if *)snap_if_by_index(n, index);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static unsigned difference(const struct snap_if *a, const struct snap_if *b)
{
    const unsigned told_apart = IFF_UP | IFF_RUNNING | (1u << 16); /* IFF_LOWER_UP, linux/if.h */
    unsigned changed = 0;
    changed |= strcmp(a->name, b->name) ? WATCH_NAME : 0;
    changed |= (a->flags ^ b->flags) & IFF_UP ? WATCH_ADMIN : 0;
    changed |= (a->flags ^ b->flags) & ~told_apart ? WATCH_FLAGS : 0;
    changed |= a->carrier != b->carrier ? WATCH_CARRIER : 0;
    changed |= a->operstate != b->operstate ? WATCH_OPERSTATE : 0;
    changed |= a->has_mac != b->has_mac || memcmp(a->mac, b->mac, MAC_LEN) ? WATCH_MAC : 0;
    changed |= a->mtu != b->mtu ? WATCH_MTU : 0;
    changed |= a->master != b->master ? WATCH_MASTER : 0;
    changed |= a->peer_index != b->peer_index || a->peer_node != b->peer_node ? WATCH_PEER : 0;
    changed |= same_text(a->alias, b->alias) ? 0 : WATCH_ALIAS;
    return changed;
}

/* `now` without addresses; its alias is copied. */
static void change_link(struct watch *w, int node, struct snap_if *at, const struct snap_if *now)
{
    struct snap_if before = *at;
    unsigned changed = difference(at, now);
    *at = *now;
    at->alias = mem_strdup(now->alias);
    at->addr = before.addr;
    at->addrs = before.addrs;
    at->addr_room = before.addr_room;
    before.addr = NULL;
    before.addrs = before.addr_room = 0;
    /* What only the flags IFF_RUNNING and IFF_LOWER_UP tell, carrier and state have told. */
    if (changed)
        emit(w, &(struct watch_event){.what = WATCH_LINK_CHANGED,
                                      .node = node,
                                      .changed = changed,
                                      .iface = at,
                                      .before = &before});
    if (changed & WATCH_ADMIN && !(at->flags & IFF_UP)) {
        w->fall = (struct fall){.node = node, .ifindex = at->index, .at_ns = clock_mono_ns()};
        link_is_down(w, node, at->index);
    }
    free(before.alias);
}

/* Interfaces stay sorted by index, as a snapshot read at once has them. */
static struct snap_if *insert_link(struct snap_node *n, const struct snap_if *now)
{
    snap_node_add_if(n);
    size_t at = n->ifs - 1;
    while (at && n->iface[at - 1].index > now->index)
        at--;
    memmove(&n->iface[at + 1], &n->iface[at], (n->ifs - 1 - at) * sizeof *n->iface);
    n->iface[at] = *now;
    n->iface[at].alias = mem_strdup(now->alias);
    n->iface[at].addr = NULL;
    n->iface[at].addrs = n->iface[at].addr_room = 0;
    return &n->iface[at];
}

static void put_link(struct watch *w, int node, const struct snap_if *now)
{
    struct snap_node *n = &w->snap->node[node];
    struct snap_if *at = find_if(n, now->index);
    if (at) {
        change_link(w, node, at, now);
        return;
    }
    at = insert_link(n, now);
    emit(w, &(struct watch_event){.what = WATCH_LINK_ADDED, .node = node, .iface = at});
}

static struct snap_if *veth_peer(struct watch *w, const struct snap_if *i)
{
    if (strcmp(i->kind, "veth") != 0 || !i->peer_index || i->peer_node < 0 ||
        (size_t)i->peer_node >= w->snap->nodes)
        return NULL;
    return find_if(&w->snap->node[i->peer_node], i->peer_index);
}

/* `ev` has how it went. */
static void remove_link(struct watch *w, int node, uint32_t index, struct watch_event *ev)
{
    struct snap_node *n = &w->snap->node[node];
    struct snap_if *at = find_if(n, index);
    struct widow widow = w->widow;
    w->widow = (struct widow){0};
    if (!at)
        return;
    struct snap_if before = *at, *peer = veth_peer(w, at);
    size_t pos = (size_t)(at - n->iface);
    if (peer && ev->how == WATCH_DELETED) {
        w->widow = (struct widow){.node = before.peer_node, .ifindex = peer->index};
        memcpy(w->widow.peer_name, before.name, sizeof before.name);
    }
    memmove(at, at + 1, (n->ifs - 1 - pos) * sizeof *at);
    n->ifs--;
    ev->what = WATCH_LINK_REMOVED;
    ev->node = node;
    ev->before = &before;
    ev->peer_name = widow.ifindex == index && widow.node == node ? widow.peer_name : NULL;
    emit(w, ev);
    link_is_down(w, node, index);
    free(before.alias);
    free(before.addr);
}

/* Of the machine, only the ends of the lab's links are any of our business. */
static bool is_machine(const struct watch *w, size_t node)
{
    return w->lab->node[node].pid == 0;
}

static bool is_end(const struct watch *w, const struct snap_if *i)
{
    return i->peer_index && i->peer_node >= 0 && (size_t)i->peer_node < w->lab->nodes &&
           !is_machine(w, (size_t)i->peer_node);
}

/* Of a veth, the first event of the end that was made first does not have its peer, and that its
 * peer was moved no event of an end tells. */
static void complete_peer(struct watch *w, int node, const struct snap_if *i)
{
    struct snap_if *other = veth_peer(w, i);
    if (!other || strcmp(other->kind, "veth") != 0)
        return;
    other->peer_index = i->index;
    other->peer_node = node;
}

static void look_for_end(struct watch *w, int of, int node);

/* A veth has its peer until the kernel deletes both. Set down as a part of that, each is told
 * without one, and then that it is gone. */
static void keep_going(struct watch *w, int node, const struct snap_if *known, struct snap_if *now)
{
    if (!known || strcmp(now->kind, "veth") != 0 || !known->peer_index || now->peer_index)
        return;
    now->going = true;
    now->peer_index = known->peer_index;
    now->peer_nsid = known->peer_nsid;
    look_for_end(w, node, known->peer_node);
}

static void link_event(struct watch *w, const struct monitor_event *ev)
{
    const struct snap_if *known = snap_if_by_index(&w->snap->node[ev->node], ev->ifindex);
    struct snap_if now = *ev->link;
    keep_going(w, ev->node, known, &now);
    if (known && known->peer_index == now.peer_index && known->peer_nsid == now.peer_nsid)
        now.peer_node = known->peer_node;
    else
        now.peer_node = monitor_find_peer(w->monitor, ev->node, &now);
    complete_peer(w, ev->node, &now);
    if (known || !is_machine(w, (size_t)ev->node) || is_end(w, &now))
        put_link(w, ev->node, &now);
}

static void link_gone(struct watch *w, const struct monitor_event *ev)
{
    struct snap_if *known = find_if(&w->snap->node[ev->node], ev->ifindex);
    struct snap_if *peer = known ? veth_peer(w, known) : NULL;
    struct watch_event gone = {.how = WATCH_DELETED};
    if (ev->moved_ifindex) {
        const struct snap_if there = {.peer_index = ev->moved_ifindex, .peer_nsid = ev->moved_nsid};
        gone.how = WATCH_MOVED;
        gone.moved_to =
            ev->moved_nsid < 0 ? SNAP_NODE_NONE : monitor_find_peer(w->monitor, ev->node, &there);
        if (peer) {
            peer->peer_index = ev->moved_ifindex;
            peer->peer_node = gone.moved_to;
        }
    } else if (peer) {
        look_for_end(w, ev->node, known->peer_node);
    }
    remove_link(w, ev->node, ev->ifindex, &gone);
}

/* --- queueing disciplines --------------------------------------------------------------------- */

static struct asked *find_asked(struct watch *w, int node, uint32_t ifindex)
{
    for (size_t i = 0; i < w->askeds; i++)
        if (w->asked[i].node == node && w->asked[i].ifindex == ifindex)
            return &w->asked[i];
    return NULL;
}

static void ask(struct watch *w, int node, uint32_t ifindex)
{
    if (find_asked(w, node, ifindex))
        return; /* touch() has said that it is stale */
    mem_grow(&w->asked, &w->asked_room, w->askeds, sizeof *w->asked);
    w->asked[w->askeds++] = (struct asked){.node = node, .ifindex = ifindex};
    watch_reader_ask_link(w->reader, node, ifindex);
}

static void touch(struct watch *w, int node, uint32_t ifindex)
{
    struct asked *a = w->askeds ? find_asked(w, node, ifindex) : NULL;
    if (a)
        a->stale = true;
}

static void put_qdisc(struct watch *w, int node, struct snap_if *i, const char *name)
{
    struct snap_if before = *i;
    if (strcmp(i->qdisc, name) == 0)
        return;
    snprintf(i->qdisc, sizeof i->qdisc, "%s", name);
    emit(w, &(struct watch_event){.what = WATCH_LINK_CHANGED,
                                  .node = node,
                                  .changed = WATCH_QDISC,
                                  .iface = i,
                                  .before = &before});
}

/* What was asked for before something else was heard of it is not what it is now. */
static void on_link_read(int node, uint32_t ifindex, const struct snap_if *now, void *ctx)
{
    struct watch *w = ctx;
    struct snap_if *i = find_if(&w->snap->node[node], ifindex);
    struct asked *a = find_asked(w, node, ifindex);
    bool stale = a->stale;
    *a = w->asked[--w->askeds];
    if (i && stale)
        ask(w, node, ifindex);
    else if (i && now)
        put_qdisc(w, node, i, now->qdisc);
}

/* --- addresses -------------------------------------------------------------------------------- */

/* One address of an interface is told from another by address and length, as the kernel does. */
static struct snap_addr *find_addr(const struct snap_if *i, const struct ip_prefix *p)
{
    for (size_t k = 0; k < i->addrs; k++)
        if (ip_prefix_cmp(&i->addr[k].prefix, p) == 0)
            return &i->addr[k];
    return NULL;
}

static void put_addr(struct watch *w, int node, struct snap_if *i, const struct snap_addr *now)
{
    struct snap_addr *at = find_addr(i, &now->prefix);
    struct snap_addr before = at ? *at : *now;
    struct watch_event ev = {.what = WATCH_ADDR_ADDED, .node = node, .iface = i};
    if (at) {
        ev.what = WATCH_ADDR_CHANGED;
        ev.addr_before = &before;
    } else {
        at = snap_if_add_addr(i);
    }
    *at = *now;
    ev.addr = at;
    if (!ev.addr_before || before.flags != now->flags || before.scope != now->scope)
        emit(w, &ev);
}

/* Those of IPv4 the kernel keeps. */
static bool is_falling(const struct watch *w, int node, const struct snap_if *i,
                       const struct ip_addr *addr)
{
    const struct fall *f = &w->fall;
    return addr->family == AF_INET6 && f->ifindex == i->index && f->node == node &&
           clock_mono_ns() - f->at_ns < FALL_NS;
}

static void remove_addr(struct watch *w, int node, struct snap_if *i, const struct ip_prefix *p)
{
    struct snap_addr *at = find_addr(i, p);
    if (!at)
        return;
    struct snap_addr before = *at;
    size_t pos = (size_t)(at - i->addr);
    memmove(at, at + 1, (i->addrs - 1 - pos) * sizeof *at);
    i->addrs--;
    emit(w, &(struct watch_event){.what = WATCH_ADDR_REMOVED,
                                  .node = node,
                                  .iface = i,
                                  .addr_before = &before,
                                  .fell = is_falling(w, node, i, &before.prefix.addr)});
    struct route_change c = {.watch = w, .node = node, .addr = &before};
    watch_routes_addr_gone(&w->node[node].routes, i, &before.prefix.addr, tell_route, &c);
}

static void on_monitor(const struct monitor_event *ev, void *ctx)
{
    struct watch *w = ctx;
    struct snap_node *n = &w->snap->node[ev->node];
    struct snap_if *i = find_if(n, ev->ifindex);
    bool foreign = is_machine(w, (size_t)ev->node) && !i;
    if (n->gone || (foreign && (ev->kind != MONITOR_LINK_NEW || !ev->link->peer_index)))
        return;
    touch(w, ev->node, ev->ifindex);
    if (w->fall.node == ev->node && ev->kind != MONITOR_ADDR_DEL && ev->kind != MONITOR_ROUTE_DEL)
        w->fall = (struct fall){0};
    if (ev->kind == MONITOR_LINK_NEW)
        link_event(w, ev);
    else if (ev->kind == MONITOR_LINK_DEL)
        link_gone(w, ev);
    else if (i && ev->kind == MONITOR_ADDR_NEW)
        put_addr(w, ev->node, i, ev->addr);
    else if (i && ev->kind == MONITOR_ADDR_DEL)
        remove_addr(w, ev->node, i, &ev->addr->prefix);
    else if (ev->kind == MONITOR_ROUTE_NEW || ev->kind == MONITOR_ROUTE_DEL)
        route_event(w, ev);
    else if (i && ev->kind == MONITOR_QDISC_NEW)
        put_qdisc(w, ev->node, i, ev->qdisc);
    else if (i && ev->kind == MONITOR_QDISC_DEL)
        ask(w, ev->node, ev->ifindex);
}

/* --- the ends --------------------------------------------------------------------------------- */

static void node_gone(struct watch *w, int node)
{
    struct snap_node *n = &w->snap->node[node];
    if (n->gone)
        return;
    n->gone = true;
    snap_node_clear(n);
    if (!is_machine(w, (size_t)node)) /* only its part in the lab is over */
        emit_plain(w, WATCH_NODE_GONE, node);
}

static void on_node_end(int fd, uint32_t events, void *ctx)
{
    (void)fd, (void)events;
    struct node_watch *x = ctx;
    loop_remove(x->source);
    x->source = NULL;
    node_gone(x->watch, (int)(x - x->watch->node));
}

/* The kernel takes the links of a node that ended later than it tells that end, but that was told
 * to another descriptor. `of`: a link of this node is looked at. */
static void look_for_end(struct watch *w, int of, int node)
{
    if (node < 0 || (size_t)node >= w->snap->nodes || node == of)
        return;
    struct node_watch *x = &w->node[node];
    struct pollfd p = {.fd = x->pidfd, .events = POLLIN};
    if (x->source && poll(&p, 1, 0) == 1)
        on_node_end(x->pidfd, EPOLLIN, x);
}

/* The reader takes the monitor with it. */
static void stop_reading(struct watch *w)
{
    if (!w->reader)
        monitor_close(w->monitor);
    watch_reader_free(w->reader);
    w->reader = NULL;
    w->monitor = NULL;
}

static void on_holder_end(int fd, uint32_t events, void *ctx)
{
    (void)fd, (void)events;
    struct watch *w = ctx;
    loop_remove(w->holder);
    loop_remove(w->events);
    loop_remove(w->again);
    loop_remove(w->count);
    w->holder = w->events = w->again = w->count = NULL;
    stop_reading(w);
    for (size_t i = 0; i < w->snap->nodes; i++) {
        loop_remove(w->node[i].source);
        w->node[i].source = NULL;
        node_gone(w, (int)i);
    }
    emit_plain(w, WATCH_LAB_GONE, SNAP_NODE_NONE);
}

/* --- reading everything again ----------------------------------------------------------------- */

static void sync_addrs(struct watch *w, int node, struct snap_if *i, const struct snap_if *now)
{
    for (size_t k = i->addrs; k-- > 0;)
        if (!find_addr(now, &i->addr[k].prefix)) {
            struct ip_prefix gone = i->addr[k].prefix;
            remove_addr(w, node, i, &gone);
        }
    for (size_t k = 0; k < now->addrs; k++)
        put_addr(w, node, i, &now->addr[k]);
}

static void sync_node(struct watch *w, int node, struct snap_node *now)
{
    struct snap_node *n = &w->snap->node[node];
    if (now->gone) {
        node_gone(w, node);
        return;
    }
    n->incomplete = now->incomplete;
    for (size_t k = n->ifs; k-- > 0;)
        if (!snap_if_by_index(now, n->iface[k].index))
            remove_link(w, node, n->iface[k].index, &(struct watch_event){.how = WATCH_MISSED});
    for (size_t k = 0; k < now->ifs; k++) {
        put_link(w, node, &now->iface[k]);
        sync_addrs(w, node, find_if(n, now->iface[k].index), &now->iface[k]);
    }
    sync_routes(w, node, now, tell_route);
}

/* Until it is read, events wait in the kernel: they are newer than what the thread began with, and
 * what is put in place then is as old as that. */
static void resync(struct watch *w)
{
    w->resynced_ns = clock_mono_ns();
    loop_remove(w->events);
    w->events = NULL;
    monitor_drain(w->monitor); /* what waits is older than what is read now */
    watch_reader_ask_lab(w->reader);
}

static void on_events(int fd, uint32_t events, void *ctx);

static void hear_again(struct watch *w)
{
    struct err e = ERR_INIT;
    w->events = loop_add_fd(w->loop, monitor_fd(w->monitor), EPOLLIN, on_events, w, &e);
    if (!w->events)
        log_note("nothing that happens is heard any more: %s", e.text);
}

static void on_lab_read(struct snap *now, const struct err *why, void *ctx)
{
    struct watch *w = ctx;
    hear_again(w);
    if (!now) {
        log_verbose("reading the lab again failed, the next try is in a second: %s", why->text);
        loop_set_timer(w->again, clock_mono_ns() + CLOCK_NS_PER_S, 0);
        return;
    }
    w->dirty = false;
    w->resyncs++;
    emit_plain(w, WATCH_RESYNCED, SNAP_NODE_NONE);
    for (size_t i = 0; i < now->nodes; i++)
        if (!w->snap->node[i].gone)
            sync_node(w, (int)i, &now->node[i]);
    snap_free(now);
}

static void lost(struct watch *w)
{
    if (w->dirty)
        return; /* the timer is set already, or it is read */
    w->dirty = true;
    int64_t due_ns = w->resynced_ns + CLOCK_NS_PER_S;
    if (w->resynced_ns == 0 || clock_mono_ns() >= due_ns)
        resync(w);
    else
        loop_set_timer(w->again, due_ns, 0);
}

static void on_again(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct watch *w = ctx;
    if (w->dirty && w->events)
        resync(w);
}

static void on_events(int fd, uint32_t events, void *ctx)
{
    (void)fd, (void)events;
    struct watch *w = ctx;
    struct err e = ERR_INIT;
    int r = monitor_read(w->monitor, BATCH, on_monitor, w, &e);
    if (r == -ENOBUFS)
        lost(w);
    else if (r < 0)
        log_verbose("%s", e.text);
}

/* --- counters --------------------------------------------------------------------------------- */

static void count_node(struct watch *w, size_t node)
{
    pid_t pid = w->lab->node[node].pid;
    struct snap_node *n = &w->snap->node[node];
    if (!n->gone && pid >= 0 && watch_counters_read(pid, n) == 0)
        emit_plain(w, WATCH_STATS, (int)node);
}

static void on_count(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct watch *w = ctx;
    for (size_t i = 0; i < w->count_at_once; i++)
        count_node(w, w->counted++ % w->snap->nodes);
}

void watch_count(struct watch *w, int64_t every_ns)
{
    size_t nodes = w->snap->nodes;
    if (!nodes || !w->count)
        return;
    int64_t step_ns = every_ns / (int64_t)nodes;
    w->count_at_once = step_ns ? (size_t)((COUNT_NS + step_ns - 1) / step_ns) : nodes;
    if (step_ns > COUNT_NS)
        w->count_at_once = 1;
    if (w->count_at_once > nodes)
        w->count_at_once = nodes;
    step_ns = every_ns * (int64_t)w->count_at_once / (int64_t)nodes;
    loop_set_timer(w->count, clock_mono_ns() + step_ns, step_ns);
}

/* --- beginning and end ------------------------------------------------------------------------ */

/* First listen, then read: what happens between is heard. A node that ended is found gone twice. */
static int listen_to_nodes(struct watch *w, struct err *e)
{
    int r = monitor_open(&w->monitor, e);
    for (size_t i = 0; r == 0 && i < w->lab->nodes; i++) {
        struct err why = ERR_INIT;
        _cleanup_fd_ int netns = lab_node_netns(w->lab, i, &why);
        if (netns >= 0)
            r = monitor_add(w->monitor, (int)i, netns, e);
        else if (netns != -ESRCH && netns != -ENOENT) {
            *e = why;
            r = netns;
        }
    }
    return r;
}

static int watch_node(struct watch *w, size_t i, struct err *e)
{
    struct node_watch *x = &w->node[i];
    struct err why = ERR_INIT;
    x->pidfd = lab_node_pidfd(w->lab, i, &why);
    if (x->pidfd == -ESRCH) {
        w->snap->node[i].gone = true;
        snap_node_clear(&w->snap->node[i]);
        return 0;
    }
    if (x->pidfd < 0) {
        *e = why;
        return x->pidfd;
    }
    x->source = loop_add_fd(w->loop, x->pidfd, EPOLLIN, on_node_end, x, e);
    return x->source ? 0 : -e->num;
}

static int add_sources(struct watch *w, struct err *e)
{
    int r = 0;
    w->events = loop_add_fd(w->loop, monitor_fd(w->monitor), EPOLLIN, on_events, w, e);
    if (w->events)
        w->holder = loop_add_fd(w->loop, w->lab->pidfd, EPOLLIN, on_holder_end, w, e);
    if (w->holder)
        w->again = loop_add_timer(w->loop, INT64_MAX, 0, on_again, w, e);
    if (w->again)
        w->count = loop_add_timer(w->loop, INT64_MAX, 0, on_count, w, e);
    if (!w->count)
        return e->num ? -e->num : -EIO;
    loop_stop_timer(w->again);
    loop_stop_timer(w->count);
    for (size_t i = 0; r == 0 && i < w->snap->nodes; i++)
        r = watch_node(w, i, e);
    return r;
}

int watch_start(struct loop *loop, const struct lab *lab, watch_fn *fn, void *ctx,
                struct watch **out, struct err *e)
{
    struct watch *w = mem_zalloc(1, sizeof *w);
    *w = (struct watch){.loop = loop, .lab = lab, .fn = fn, .ctx = ctx};
    const struct watch_reader_hooks hooks = {.lab = on_lab_read, .link = on_link_read, .ctx = w};
    w->node = mem_zalloc(lab->nodes + 1, sizeof *w->node);
    for (size_t i = 0; i < lab->nodes; i++)
        w->node[i] = (struct node_watch){.watch = w, .pidfd = -1};
    int r = listen_to_nodes(w, e);
    if (r == 0)
        r = watch_reader_new(loop, lab, w->monitor, &hooks, &w->reader, e);
    if (r == 0)
        r = watch_reader_lab_now(lab, &w->snap, e);
    for (size_t i = 0; r == 0 && i < w->snap->nodes; i++)
        sync_routes(w, (int)i, &w->snap->node[i], NULL);
    if (r == 0)
        r = add_sources(w, e);
    if (r < 0) {
        watch_stop(w);
        return r;
    }
    *out = w;
    return 0;
}

void watch_stop(struct watch *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->lab->nodes; i++) {
        loop_remove(w->node[i].source);
        mem_close_fd(&w->node[i].pidfd);
        watch_routes_fini(&w->node[i].routes);
    }
    loop_remove(w->events);
    loop_remove(w->holder);
    loop_remove(w->again);
    loop_remove(w->count);
    stop_reading(w);
    free(w->asked);
    snap_free(w->snap);
    free(w->node);
    free(w);
}

const struct snap *watch_snap(const struct watch *w)
{
    return w->snap;
}

uint64_t watch_resyncs(const struct watch *w)
{
    return w->resyncs;
}
