/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog_event: an event of the watch as a line of the log. */
#include "view/eventlog.h"

#include "base/buf.h"
#include "live/watch.h"
#include "live/watch_words.h"

#include <linux/if.h>
#include <linux/if_addr.h>

static enum eventlog_kind kind_of_change(const struct watch_event *ev)
{
    if (ev->changed & WATCH_ADMIN)
        return ev->iface->flags & IFF_UP ? EVENTLOG_CAME : EVENTLOG_WENT;
    if (ev->changed & WATCH_CARRIER)
        return ev->iface->carrier ? EVENTLOG_CAME : EVENTLOG_WENT;
    return EVENTLOG_CHANGED;
}

static enum eventlog_kind kind_of(const struct watch_event *ev)
{
    switch (ev->what) {
    case WATCH_LINK_ADDED:
    case WATCH_ADDR_ADDED:
    case WATCH_ROUTE_ADDED:
    case WATCH_NODE_CAME:
    case WATCH_NODE_AGAIN:
        return EVENTLOG_CAME;
    case WATCH_LINK_REMOVED:
    case WATCH_ADDR_REMOVED:
    case WATCH_ROUTE_REMOVED:
        return EVENTLOG_WENT;
    case WATCH_LINK_CHANGED:
        return kind_of_change(ev);
    case WATCH_ADDR_CHANGED:
        return ev->addr->flags & IFA_F_DADFAILED ? EVENTLOG_TROUBLE : EVENTLOG_CHANGED;
    case WATCH_NODE_GONE:
    case WATCH_LAB_GONE:
        return EVENTLOG_ENDED;
    default:
        return EVENTLOG_TROUBLE;
    }
}

/* Links, addresses and routes of one interface are three sources: a link that flaps does not hide
 * the addresses that come and go with it. */
static uint64_t source_of(const struct watch_event *ev)
{
    const struct snap_if *i = ev->iface ? ev->iface : ev->before;
    bool addr = ev->what >= WATCH_ADDR_ADDED && ev->what <= WATCH_ADDR_REMOVED;
    uint64_t about = addr ? 2 : ev->route ? 3 : 1;
    if (ev->what >= WATCH_NODE_GONE && ev->what <= WATCH_LAB_GONE)
        return 0;
    return (uint64_t)(ev->node + 3) << 40 | (i ? (uint64_t)i->index : 0) << 4 | about;
}

static bool is_link_local(const struct snap_addr *a)
{
    const struct ip_addr *addr = &a->prefix.addr;
    return addr->family == AF_INET6 && ip_addr_is_link_local(addr);
}

/* What the kernel does by itself, and what it does because of something that was told before. */
static bool is_minor(const struct watch_event *ev)
{
    const unsigned aside = WATCH_OPERSTATE | WATCH_FLAGS;
    bool down = ev->iface && !(ev->iface->flags & IFF_UP);
    switch (ev->what) {
    case WATCH_LINK_CHANGED:
        return !(ev->changed & ~aside);
    case WATCH_ADDR_ADDED:
        return is_link_local(ev->addr) && !(ev->addr->flags & IFA_F_DADFAILED);
    case WATCH_ADDR_CHANGED:
        return kind_of(ev) != EVENTLOG_TROUBLE;
    case WATCH_ADDR_REMOVED:
        return ev->fell || ev->iface->going || is_link_local(ev->addr_before);
    case WATCH_ROUTE_REMOVED:
        return ev->addr_before || down || (!ev->iface && ev->route->ifindex);
    default:
        return false;
    }
}

void eventlog_add(struct eventlog *log, const struct watch_event *ev)
{
    _cleanup_buf_ struct buf words = BUF_INIT;
    if (ev->what == WATCH_STATS || watch_words_implied(ev))
        return;
    bool has_node = ev->node >= 0 && (size_t)ev->node < ev->snap->nodes;
    watch_words(ev, &words);
    eventlog_put(
        log, &(struct eventlog_entry){.at_ns = ev->at_ns,
                                      .at_real_ns = ev->at_real_ns,
                                      .node = has_node ? ev->node : SNAP_NODE_NONE,
                                      .node_name = has_node ? ev->snap->node[ev->node].name : NULL,
                                      .words = buf_str(&words),
                                      .kind = kind_of(ev),
                                      .source = source_of(ev),
                                      .minor = is_minor(ev)});
}
