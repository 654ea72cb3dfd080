/* SPDX-License-Identifier: BSD-2-Clause */
/* ping_pair: `ping LAB A B`: one probe, and its end as ping(8) ends.
 *
 * With a count, what is under way after the last ping is waited for: twice the longest round trip
 * if any was answered, else --wait. With a deadline the count is of replies. */
#include "verb/ping.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/name.h"
#include "verb/ping_text.h"
#include "verb/print.h"
#include "json/json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define WAIT_PRESET_NS     (10 * CLOCK_NS_PER_S)
#define INTERVAL_PRESET_NS CLOCK_NS_PER_S
#define NOT_SENT           2 /* "other error" of ping(8) */

struct ping {
    const struct ping_options *o;
    const struct reach *reach;
    const struct snap *snap;
    struct ping_target target;
    char name[IP_TEXT_MAX + NAME_NODE_MAX]; /* clean */
    struct loop *loop;
    struct probe *probe;
    struct loop_source *end_timer;
    int64_t interval_ns, start_ns, deadline_at_ns;
    int signal;       /* that ended it; 0 */
    uint64_t refused; /* requests that could not be sent */
    bool gone;
    struct err unwritten; /* standard output takes no more */
};

/* --- where to --------------------------------------------------------------------------------- */

static int no_address(const struct ping *p, const struct ping_options *o, struct err *e)
{
    const char *family = o->v4 ? "IPv4 " : o->v6 ? "IPv6 " : "";
    return err_set(e, EDESTADDRREQ, "node %s has no %saddress", p->name, family);
}

static const struct snap_if *first_real_if(const struct snap_node *n)
{
    for (size_t i = 0; i < n->ifs; i++)
        if (!(n->iface[i].flags & IFF_LOOPBACK))
            return &n->iface[i];
    return NULL;
}

/* "fe80::1%eth0"; without the name of an interface the node's first one is meant. */
static int set_scope(struct ping *p, const struct snap_node *from, const char *ifname,
                     struct err *e)
{
    if (!ip_addr_is_link_local(&p->target.at.to) || p->target.at.to.family != AF_INET6)
        return 0;
    const struct snap_if *i = ifname ? snap_find_if(from, ifname) : first_real_if(from);
    if (!i)
        return err_set(e, ENODEV, "node %s has no such interface for %s", from->name, p->name);
    p->target.scope = i->name;
    p->target.at.scope_ifindex = i->index;
    return 0;
}

/* 1: it is no address. */
static int target_address(struct ping *p, const struct snap_node *from, const char *to,
                          struct err *e)
{
    char text[IP_TEXT_MAX + IFNAMSIZ];
    if (strlen(to) >= sizeof text)
        return 1;
    memcpy(text, to, strlen(to) + 1);
    char *percent = strchr(text, '%');
    if (percent)
        *percent = '\0';
    if (!ip_addr_parse(text, &p->target.at.to))
        return 1;
    ip_addr_format(&p->target.at.to, p->name);
    sa_family_t family = p->target.at.to.family;
    if ((p->o->v4 && family != AF_INET) || (p->o->v6 && family != AF_INET6))
        return err_set_exit(e, EXIT_USAGE, 0, "%s is no IPv%d address", p->name, p->o->v4 ? 4 : 6);
    return set_scope(p, from, percent ? percent + 1 : NULL, e);
}

static int target_node(struct ping *p, size_t from, size_t to, struct err *e)
{
    const struct ping_options *o = p->o;
    struct reach_target *at = &p->target.at;
    snprintf(p->name, sizeof p->name, "%s", p->snap->node[to].name);
    if (!o->v6 && reach_pick(p->reach, from, to, AF_INET, at))
        return 0;
    if (!o->v4 && reach_pick(p->reach, from, to, AF_INET6, at))
        return 0;
    if (o->v4 || !reach_pick_link_local(p->reach, from, to, at))
        return no_address(p, o, e);
    const struct snap_if *i = snap_if_by_index(&p->snap->node[from], at->scope_ifindex);
    p->target.scope = i ? i->name : NULL;
    return 0;
}

static int find_target(struct ping *p, const struct lab *lab, size_t from, const char *to,
                       struct err *e)
{
    int r = target_address(p, &p->snap->node[from], to, e);
    if (r <= 0)
        return r;
    int node = lab_find_node(lab, to, e);
    return node < 0 ? node : target_node(p, from, (size_t)node, e);
}

/* --- while it runs ---------------------------------------------------------------------------- */

static void print(struct ping *p, const struct buf *b)
{
    if (!p->unwritten.num && print_now(stdout, buf_str(b), b->len, &p->unwritten) < 0)
        loop_quit(p->loop);
}

/* After the last ping. */
static void wait_for_last(struct ping *p, int64_t now_ns)
{
    const struct probe_stats *s = probe_stats(p->probe);
    int64_t wait_ns = p->o->wait_ns ? p->o->wait_ns : WAIT_PRESET_NS;
    if (s->received) {
        wait_ns = 2 * s->max_ns;
        wait_ns = wait_ns < p->interval_ns ? p->interval_ns : wait_ns;
    }
    loop_set_timer(p->end_timer, now_ns + wait_ns, 0);
}

static void on_event(const struct probe_event *ev, void *ctx)
{
    struct ping *p = ctx;
    const struct probe_stats *s = probe_stats(ev->probe);
    _cleanup_buf_ struct buf line = BUF_INIT;
    int owner = ev->from.family != AF_UNSPEC ? reach_owner(p->reach, &ev->from) : SNAP_NODE_NONE;
    uint64_t count = (uint64_t)p->o->count;
    if (log_get_level() > LOG_QUIET && !p->o->json) {
        ping_text_event(&p->target, ev, owner >= 0 ? p->snap->node[owner].name : NULL, &line);
        print(p, &line);
    }
    p->gone |= ev->what == PROBE_EV_GONE;
    p->refused += ev->what == PROBE_EV_SEND_FAILED;
    bool enough = p->deadline_at_ns && count && s->received + s->errors >= count;
    if (ev->what == PROBE_EV_DONE || ev->what == PROBE_EV_GONE || enough)
        loop_quit(p->loop);
    else if (ev->what == PROBE_EV_SENT && count && ev->seq == count && !p->deadline_at_ns)
        wait_for_last(p, clock_mono_ns());
}

static void on_end(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    loop_quit(((struct ping *)ctx)->loop);
}

static void on_signal(const struct signalfd_siginfo *info, void *ctx)
{
    struct ping *p = ctx;
    _cleanup_buf_ struct buf line = BUF_INIT;
    if (info->ssi_signo == SIGQUIT && p->probe) {
        ping_text_interim(probe_stats(p->probe), &line);
        fwrite(buf_str(&line), 1, line.len, stderr);
        return;
    }
    p->signal = (int)info->ssi_signo;
    loop_quit(p->loop);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void print_json(struct ping *p, const char *lab, const char *from, int64_t took_ms)
{
    const struct probe_stats *s = probe_stats(p->probe);
    char text[IP_TEXT_MAX];
    _cleanup_buf_ struct buf out = BUF_INIT;
    struct json *j = json_new_object();
    json_set_text(j, "format", "vethlab-ping");
    json_set_int(j, "version", 1);
    json_set_text(j, "lab", lab);
    json_set_text(j, "from", from);
    json_set_text(j, "to", p->name);
    json_set_text(j, "family", p->target.at.to.family == AF_INET6 ? "inet6" : "inet");
    json_set_text(j, "address", ip_addr_format(&p->target.at.to, text));
    json_set_uint(j, "sent", s->sent);
    json_set_uint(j, "received", s->received);
    json_set_uint(j, "duplicates", s->duplicates);
    json_set_uint(j, "errors", s->errors);
    json_set_int(j, "time_ms", took_ms);
    if (s->received) {
        struct json *rtt = json_set_object(j, "rtt_ns");
        json_set_int(rtt, "min", s->min_ns);
        json_set_int(rtt, "avg", probe_stats_avg_ns(s));
        json_set_int(rtt, "max", s->max_ns);
        json_set_int(rtt, "mdev", probe_stats_mdev_ns(s));
    } else {
        json_set_null(j, "rtt_ns");
    }
    json_print(j, true, &out);
    json_free(j);
    print(p, &out);
}

/* The program's exit code, as ping(8): 0 if anything was answered; with a deadline and a count, all
 * of it; 2 if nothing could be sent at all. */
static int finish(struct ping *p, const struct lab *lab, size_t from, struct err *e)
{
    const struct probe_stats *s = probe_stats(p->probe);
    int64_t took_ms = (clock_mono_ns() - p->start_ns) / CLOCK_NS_PER_MS;
    _cleanup_buf_ struct buf text = BUF_INIT;
    if (p->o->json)
        print_json(p, lab->name, lab->node[from].name, took_ms);
    else
        ping_text_summary(&p->target, s, took_ms, &text);
    print(p, &text);
    if (p->unwritten.num) {
        *e = p->unwritten;
        return -e->num;
    }
    if (p->gone)
        return err_set(e, ESRCH, "node %s has ended", lab->node[from].name);
    if (p->signal && p->signal != SIGINT)
        return 128 + p->signal;
    if (s->sent && p->refused == s->sent)
        return NOT_SENT;
    bool all = !p->o->deadline_ns || !p->o->count || s->received >= (uint64_t)p->o->count;
    return s->received && all ? EXIT_DONE : EXIT_FAILED;
}

static void print_head(struct ping *p)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    if (p->o->json)
        return;
    ping_text_head(&p->target, &text);
    print(p, &text);
}

static int run_loop(struct ping *p, const struct lab *lab, size_t from, struct err *e)
{
    struct prober *prober = NULL;
    sigset_t set;
    sigemptyset(&set);
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaddset(&set, signals[i]);
    struct probe_options o = {
        .node = from,
        .to = p->target.at.to,
        .scope_ifindex = p->target.at.scope_ifindex,
        .interval_ns = p->interval_ns,
        .timeout_ns = p->o->wait_ns ? p->o->wait_ns : WAIT_PRESET_NS,
        .count = p->o->deadline_ns ? 0 : (uint64_t)p->o->count,
        .payload = p->target.payload,
        .fn = on_event,
        .ctx = p,
    };
    p->start_ns = clock_mono_ns();
    p->deadline_at_ns = p->o->deadline_ns ? p->start_ns + p->o->deadline_ns : 0;
    p->end_timer = loop_add_timer(p->loop, p->deadline_at_ns, 0, on_end, p, e);
    if (!p->end_timer || !loop_add_signals(p->loop, &set, on_signal, p, e))
        return -e->num;
    if (!p->deadline_at_ns)
        loop_stop_timer(p->end_timer);
    int r = prober_new(p->loop, lab, &prober, e);
    if (r == 0)
        r = probe_start(prober, &o, &p->probe, e);
    if (r == 0)
        print_head(p);
    if (r == 0 && !p->unwritten.num)
        r = loop_run(p->loop, e);
    if (r == 0)
        r = finish(p, lab, from, e);
    prober_free(prober);
    return r;
}

int ping_pair(const struct lab *lab, const struct snap *snap, size_t from, const char *to,
              const struct ping_options *o, struct err *e)
{
    struct ping p = {.o = o, .snap = snap};
    p.interval_ns = o->interval_ns ? o->interval_ns : INTERVAL_PRESET_NS;
    struct reach *reach = reach_new(snap);
    p.reach = reach;
    p.target.name = p.name;
    p.target.payload = (size_t)o->payload;
    int r = find_target(&p, lab, from, to, e);
    if (r == 0)
        r = loop_new(&p.loop, e);
    if (r == 0)
        r = run_loop(&p, lab, from, e);
    loop_free(p.loop);
    reach_free(reach);
    return r < 0 ? (int)e->exit : r;
}
