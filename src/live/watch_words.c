/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_words: see the header. */
#include "live/watch_words.h"

#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <linux/if_addr.h>
#include <string.h>

static void add_name(const struct snap_if *i, struct buf *out)
{
    text_clean(out, i->name, strlen(i->name));
}

/* Why carrier was lost, if the other end is known and set down. */
static void add_cause(const struct watch_event *ev, struct buf *out)
{
    const struct snap_if *i = ev->iface, *peer = NULL;
    if (i->peer_index && i->peer_node >= 0)
        peer = snap_if_by_index(&ev->snap->node[i->peer_node], i->peer_index);
    if (i->carrier || !(i->flags & IFF_UP) || !peer || peer->flags & IFF_UP)
        return;
    buf_adds(out, " because its peer ");
    add_name(peer, out);
    buf_printf(out, " in %s is down", ev->snap->node[i->peer_node].name);
}

static void words_name(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, " has a new name");
}

static void words_admin(const struct watch_event *ev, struct buf *out)
{
    buf_adds(out, ev->iface->flags & IFF_UP ? " was set up" : " was set down");
}

static void words_carrier(const struct watch_event *ev, struct buf *out)
{
    buf_adds(out, ev->iface->carrier ? " has carrier" : " lost carrier");
    add_cause(ev, out);
}

static void words_mac(const struct watch_event *ev, struct buf *out)
{
    char text[MAC_TEXT_MAX];
    buf_printf(out, " has the address %s",
               ev->iface->has_mac ? mac_format(ev->iface->mac, text) : "no more");
}

static void words_mtu(const struct watch_event *ev, struct buf *out)
{
    buf_printf(out, " has MTU %" PRIu32, ev->iface->mtu);
}

static void words_master(const struct watch_event *ev, struct buf *out)
{
    bool joined = ev->iface->master != 0;
    const struct snap_if *m = snap_if_by_index(&ev->snap->node[ev->node],
                                               joined ? ev->iface->master : ev->before->master);
    buf_adds(out, joined ? " joined " : " left ");
    if (m)
        add_name(m, out);
    else
        buf_adds(out, "its bridge");
}

static void words_peer(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, " has another peer");
}

static void words_alias(const struct watch_event *ev, struct buf *out)
{
    _cleanup_free_ char *clean = text_clean_dup(ev->iface->alias);
    buf_printf(out, *clean ? " has the alias \"%s\"" : " has no alias any more%s", clean);
}

static void words_flags(const struct watch_event *ev, struct buf *out)
{
    buf_printf(out, " has flags 0x%" PRIx32, ev->iface->flags);
}

static void words_operstate(const struct watch_event *ev, struct buf *out)
{
    static const char *const words[] = {"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN",
                                        "TESTING", "DORMANT",    "UP"};
    uint8_t state = ev->iface->operstate;
    buf_printf(out, " is in state %s", state < ARRAY_LEN(words) ? words[state] : "UNKNOWN");
}

/* In the order in which they are told; the state only where nothing before has told it. */
static const struct {
    unsigned bit, not_after;
    void (*words)(const struct watch_event *ev, struct buf *out);
} changes[] = {
    {WATCH_NAME, 0, words_name},
    {WATCH_ADMIN, 0, words_admin},
    {WATCH_CARRIER, WATCH_ADMIN, words_carrier},
    {WATCH_OPERSTATE, WATCH_ADMIN | WATCH_CARRIER, words_operstate},
    {WATCH_MTU, 0, words_mtu},
    {WATCH_MAC, 0, words_mac},
    {WATCH_MASTER, 0, words_master},
    {WATCH_PEER, 0, words_peer},
    {WATCH_ALIAS, 0, words_alias},
    {WATCH_FLAGS, 0, words_flags},
};

static void words_link_changed(const struct watch_event *ev, struct buf *out)
{
    bool first = true;
    add_name(ev->before, out);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        if (!(ev->changed & changes[i].bit) || ev->changed & changes[i].not_after)
            continue;
        buf_adds(out, first ? "" : ",");
        first = false;
        changes[i].words(ev, out);
        if (changes[i].bit == WATCH_NAME) {
            buf_adds(out, ": ");
            add_name(ev->iface, out);
        }
    }
}

static void words_link_added(const struct watch_event *ev, struct buf *out)
{
    add_name(ev->iface, out);
    buf_adds(out, " appeared");
}

static void words_link_removed(const struct watch_event *ev, struct buf *out)
{
    add_name(ev->before, out);
    buf_adds(out, " disappeared");
}

static void words_addr(const struct watch_event *ev, struct buf *out)
{
    char text[IP_TEXT_MAX];
    add_name(ev->iface, out);
    if (!ev->addr) {
        buf_printf(out, " lost %s", ip_prefix_format(&ev->addr_before->prefix, text));
        return;
    }
    ip_prefix_format(&ev->addr->prefix, text);
    if (!ev->addr_before)
        buf_printf(out, " got %s", text);
    else if (ev->addr->flags & IFA_F_DADFAILED)
        buf_printf(out, ": %s is in use by another", text);
    else if (ev->addr_before->flags & IFA_F_TENTATIVE && !(ev->addr->flags & IFA_F_TENTATIVE))
        buf_printf(out, ": %s can be used now", text);
    else
        buf_printf(out, ": %s changed", text);
}

static void words_node_gone(const struct watch_event *ev, struct buf *out)
{
    buf_printf(out, "node %s ended", ev->snap->node[ev->node].name);
}

static void words_lab_gone(const struct watch_event *ev, struct buf *out)
{
    buf_printf(out, "lab %s ended", ev->snap->lab);
}

static void words_resynced(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, "the kernel dropped events: everything was read again");
}

static void words_stats(const struct watch_event *ev, struct buf *out)
{
    (void)ev;
    buf_adds(out, "counters were read");
}

static const struct {
    const char *name;
    void (*words)(const struct watch_event *ev, struct buf *out);
} whats[] = {
    [WATCH_LINK_ADDED] = {"link-added", words_link_added},
    [WATCH_LINK_CHANGED] = {"link-changed", words_link_changed},
    [WATCH_LINK_REMOVED] = {"link-removed", words_link_removed},
    [WATCH_ADDR_ADDED] = {"address-added", words_addr},
    [WATCH_ADDR_CHANGED] = {"address-changed", words_addr},
    [WATCH_ADDR_REMOVED] = {"address-removed", words_addr},
    [WATCH_NODE_GONE] = {"node-gone", words_node_gone},
    [WATCH_LAB_GONE] = {"lab-gone", words_lab_gone},
    [WATCH_RESYNCED] = {"resynced", words_resynced},
    [WATCH_STATS] = {"counters", words_stats},
};
_Static_assert(ARRAY_LEN(whats) == WATCH_WHAT_COUNT, "one entry for each kind of event");

void watch_words(const struct watch_event *ev, struct buf *out)
{
    whats[ev->what].words(ev, out);
}

const char *watch_what_name(enum watch_what what)
{
    return whats[what].name;
}
