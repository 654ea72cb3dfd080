/* SPDX-License-Identifier: BSD-2-Clause */
/* lines: see the header. Names are handed over raw: json cleans them. */
#include "view/lines.h"

#include "base/clock.h"
#include "base/mem.h"
#include "live/watch_words.h"
#include "json/json.h"

#include <linux/if.h>

/* `kind`: what this line is. */
static struct json *begin(const char *kind, int64_t at_ns)
{
    struct json *o = json_new_object();
    json_set_text(o, "format", "vethlab-view");
    json_set_int(o, "version", LINES_JSON_VERSION);
    json_set_text(o, "line", kind);
    json_set_int(o, "clock_ms", at_ns / CLOCK_NS_PER_MS);
    return o;
}

static void finish(struct json *o, struct buf *out)
{
    json_print(o, false, out);
    buf_addc(out, '\n');
    json_free(o);
}

static void set_ms(struct json *o, const char *key, bool known, int64_t ns)
{
    if (known)
        json_set_real(o, key, (double)ns / (double)CLOCK_NS_PER_MS);
    else
        json_set_null(o, key);
}

/* --- state ------------------------------------------------------------------------------------ */

static void add_peer(const struct snap *s, const struct snap_if *i, struct json *o)
{
    if (!i->peer_index) {
        json_set_null(o, "peer");
        return;
    }
    struct json *p = json_set_object(o, "peer");
    bool inside = i->peer_node >= 0 && (size_t)i->peer_node < s->nodes;
    const struct snap_node *n = inside ? &s->node[i->peer_node] : NULL;
    const struct snap_if *other = n ? snap_if_by_index(n, i->peer_index) : NULL;
    json_set_text(p, "node", n ? n->name : i->peer_node == SNAP_NODE_HOST ? "host" : NULL);
    json_set_text(p, "interface", other ? other->name : NULL);
    json_set_int(p, "index", i->peer_index);
}

static void add_addresses(const struct snap_if *i, struct json *o)
{
    struct json *list = json_set_array(o, "addresses");
    char text[IP_TEXT_MAX];
    for (size_t k = 0; k < i->addrs; k++)
        json_add_text(list, ip_prefix_format(&i->addr[k].prefix, text));
}

static void add_rates(const struct view_rate *r, struct json *o)
{
    if (!r || !r->known) {
        json_set_null(o, "rx_bytes_per_second");
        json_set_null(o, "tx_bytes_per_second");
        return;
    }
    json_set_uint(o, "rx_bytes_per_second", r->rx_bps);
    json_set_uint(o, "tx_bytes_per_second", r->tx_bps);
}

static void add_interface(const struct view_data *d, size_t node, const struct snap_if *i,
                          struct json *list)
{
    const struct snap_if *master = snap_if_by_index(&d->snap->node[node], i->master);
    struct json *o = json_add_object(list);
    char mac[MAC_TEXT_MAX];
    json_set_text(o, "name", i->name);
    json_set_int(o, "index", i->index);
    json_set_text(o, "kind", i->kind[0] ? i->kind : NULL);
    json_set_text(o, "state", snap_state_word(i));
    json_set_bool(o, "up", i->flags & IFF_UP);
    json_set_bool(o, "carrier", i->carrier);
    json_set_text(o, "mac", i->has_mac ? mac_format(i->mac, mac) : NULL);
    json_set_int(o, "mtu", i->mtu);
    json_set_text(o, "master", i->master && master ? master->name : NULL);
    add_peer(d->snap, i, o);
    add_addresses(i, o);
    json_set_uint(o, "rx_bytes", i->stats.rx_bytes);
    json_set_uint(o, "tx_bytes", i->stats.tx_bytes);
    add_rates(view_data_rate(d, node, i->index), o);
}

static void set_target(const struct view_ping *p, struct json *o)
{
    char text[IP_TEXT_MAX];
    json_set_text(o, "target", *p->target ? p->target : NULL);
    json_set_text(o, "address", ip_addr_format(&p->addr, text));
}

static void add_ping(const struct view_ping *p, struct json *list)
{
    struct json *o = json_add_object(list);
    bool some = p->received > 0;
    set_target(p, o);
    json_set_uint(o, "seq", p->seq);
    json_set_uint(o, "received", p->received);
    json_set_uint(o, "lost", p->lost);
    set_ms(o, "last_ms", p->last_ns >= 0, p->last_ns);
    set_ms(o, "min_ms", some, p->min_ns);
    set_ms(o, "avg_ms", some, some ? p->sum_ns / (int64_t)p->received : 0);
    set_ms(o, "max_ms", some, p->max_ns);
    set_ms(o, "p99_ms", some, view_ping_p99_ns(p));
    json_set_text(o, "error", p->error);
    json_set_bool(o, "resting", p->resting);
}

static void add_node(const struct view_data *d, size_t node, struct json *list)
{
    const struct snap_node *n = &d->snap->node[node];
    struct json *o = json_add_object(list);
    json_set_text(o, "name", n->name);
    json_set_bool(o, "gone", n->gone);
    json_set_bool(o, "incomplete", n->incomplete);
    struct json *interfaces = json_set_array(o, "interfaces");
    for (size_t i = 0; i < n->ifs; i++)
        add_interface(d, node, &n->iface[i], interfaces);
    struct json *pings = json_set_array(o, "pings");
    for (size_t i = 0; i < d->node[node].pings; i++)
        add_ping(&d->node[node].ping[i], pings);
}

void lines_state(const struct view_data *d, struct buf *out)
{
    struct json *o = begin("state", d->now_ns);
    json_set_text(o, "lab", d->snap->lab);
    json_set_int(o, "age_ms", (d->now_ns - d->began_ns) / CLOCK_NS_PER_MS);
    json_set_bool(o, "gone", d->gone);
    json_set_int(o, "interval_ms", d->interval_ns / CLOCK_NS_PER_MS);
    struct json *nodes = json_set_array(o, "nodes");
    for (size_t i = 0; i < d->nodes; i++)
        add_node(d, i, nodes);
    finish(o, out);
}

/* --- what happened ---------------------------------------------------------------------------- */

void lines_event(const struct watch_event *ev, struct buf *out)
{
    _cleanup_buf_ struct buf words = BUF_INIT;
    if (ev->what == WATCH_STATS)
        return;
    const struct snap_if *i = ev->iface ? ev->iface : ev->before;
    struct json *o = begin("event", ev->at_ns);
    json_set_int(o, "time_ms", ev->at_real_ns / CLOCK_NS_PER_MS);
    json_set_uint(o, "seq", ev->seq);
    json_set_text(o, "event", watch_what_name(ev->what));
    json_set_text(o, "node", ev->node >= 0 ? ev->snap->node[ev->node].name : NULL);
    json_set_text(o, "interface", i ? i->name : NULL);
    watch_words(ev, &words);
    json_set_text(o, "words", buf_str(&words));
    finish(o, out);
}

static struct json *begin_now(const char *kind)
{
    struct json *o = begin(kind, clock_mono_ns());
    json_set_int(o, "time_ms", clock_real_ns() / CLOCK_NS_PER_MS);
    return o;
}

void lines_begin(const char *lab, struct buf *out)
{
    struct json *o = begin_now("begin");
    json_set_text(o, "lab", lab);
    finish(o, out);
}

void lines_note(const char *node, const char *text, const char *why, struct buf *out)
{
    struct json *o = begin_now("note");
    json_set_text(o, "node", node);
    json_set_text(o, "words", text);
    if (why)
        json_set_text(o, "error", why);
    finish(o, out);
}

void lines_gap(uint64_t missing, struct buf *out)
{
    struct json *o = begin_now("gap");
    json_set_uint(o, "missing", missing);
    finish(o, out);
}

void lines_ping(const struct view_data *d, size_t node, size_t ping, uint64_t seq, struct buf *out)
{
    const struct view_ping *p = &d->node[node].ping[ping];
    int64_t ns = view_ping_recent(p, seq);
    if (ns == VIEW_NONE_NS || ns == VIEW_WAITING_NS)
        return;
    bool refused = ns == VIEW_LOST_NS && p->error && seq == p->error_seq;
    struct json *o = begin("ping", d->now_ns);
    json_set_text(o, "node", d->snap->node[node].name);
    set_target(p, o);
    json_set_uint(o, "seq", seq);
    json_set_text(o, "result", ns >= 0 ? "answered" : refused ? "failed" : "lost");
    set_ms(o, "rtt_ms", ns >= 0, ns);
    json_set_text(o, "error", refused ? p->error : NULL);
    finish(o, out);
}
