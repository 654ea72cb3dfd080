/* SPDX-License-Identifier: BSD-2-Clause */
/* view_scene_test: whole screens against the files in tests/golden/view.
 *
 * UPDATE_GOLDEN=1 build/tests/unit/view_scene_test (with srcdir set) writes them anew: then they
 * are to be read, line by line, before they are committed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "view/eventlog.h"
#include "view/keys.h"
#include "view/scene.h"
#include "view_golden.h"
#include "view_testdata.h"

struct lab {
    struct snap *snap;
    struct view_data d;
    struct eventlog *log; /* owned, or NULL */
};

static void begin(struct lab *l, const char *name)
{
    l->snap = snap_new(name);
}

static void nodes_done(struct lab *l)
{
    view_data_init(&l->d, l->snap, 1000 * TEST_S);
    test_rates(&l->d, l->snap);
}

static void end(struct lab *l)
{
    view_data_fini(&l->d);
    snap_free(l->snap);
    eventlog_free(l->log);
}

/* --- labs ------------------------------------------------------------------------------------- */

static void pair_nodes(struct lab *l)
{
    begin(l, "veth-ping");
    test_node(l->snap, "terminal1");
    test_node(l->snap, "terminal2");
    test_link(l->snap, 10, 0, "ve2", "192.168.168.168/24", 1, "ve1", "192.168.168.100/24");
}

static void pair(struct lab *l)
{
    pair_nodes(l);
    nodes_done(l);
    test_ping(&l->d, 0, "terminal2", "192.168.168.100", 42, 0);
    test_ping(&l->d, 1, "terminal1", "192.168.168.168", 42, 0);
}

/* Nothing is laid, and one of the two sees the other one. */
static void by_hand(struct lab *l)
{
    begin(l, "by-hand");
    test_node(l->snap, "terminal1");
    test_node(l->snap, "terminal2");
    nodes_done(l);
    l->d.node[0].lab_pid = 3;
    l->d.node[1].lab_pid = 4;
    l->d.node[1].sees_pids = true;
}

/* With what `ip route` and `ip neigh` print, and an interface that needs all words of `ip addr`. */
static void tables(struct lab *l)
{
    static const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 0, 11};
    pair_nodes(l);
    struct snap_node *n = &l->snap->node[0];
    struct snap_if *i = test_if(n, 20, "br0");
    i->alias = mem_strdup("the\x1b[2J \nbridge");
    strcpy(i->altnames, "another-name\nthird\n");
    i->qdisc[0] = '\0';
    i->group = 7;
    i->flags &= ~(unsigned)(IFF_RUNNING | IFF_LOWER_UP);
    i->operstate = IF_OPER_DOWN;
    i->carrier = false;
    struct snap_addr *a = test_addr(i, "10.9.0.1/24");
    ip_addr_parse("10.9.0.255", &a->broadcast);
    a->flags = IFA_F_SECONDARY;
    a->valid_s = 400;
    a->preferred_s = 90;
    a->read_ns = 1000 * TEST_S;
    a = test_addr(i, "10.8.0.1/32");
    ip_addr_parse("10.8.0.2", &a->peer);
    nodes_done(l);
    for (size_t k = 0; k < 2; k++) {
        struct snap_node *t = mem_zalloc(1, sizeof *t);
        test_route(t, "192.168.168.0/24", NULL, 10 + (uint32_t)k)->protocol = RTPROT_KERNEL;
        test_route(t, "0.0.0.0/0", k ? "192.168.168.168" : "192.168.168.100", 10 + (uint32_t)k);
        test_route(t, "fd00::/64", NULL, 10 + (uint32_t)k)->flags = RTNH_F_LINKDOWN;
        test_route(t, "10.66.0.0/16", NULL, 0)->type = RTN_BLACKHOLE;
        struct snap_neigh *x = snap_node_add_neigh(t);
        ip_addr_parse("192.168.168.100", &x->addr);
        x->ifindex = 10 + (uint32_t)k;
        x->state = NUD_REACHABLE;
        x->has_mac = true;
        memcpy(x->mac, mac, sizeof mac);
        x = snap_node_add_neigh(t);
        ip_addr_parse("192.168.168.77", &x->addr);
        x->ifindex = 10 + (uint32_t)k;
        x->state = NUD_FAILED;
        view_data_set_tables(&l->d, k, t);
    }
    test_ping(&l->d, 0, "terminal2", "192.168.168.100", 42, 0);
}

static void pair_down(struct lab *l)
{
    pair_nodes(l);
    test_set_down(l->snap, 1, "ve1");
    nodes_done(l);
    struct view_ping *p = test_ping(&l->d, 0, "terminal2", "192.168.168.100", 42, 3);
    view_ping_lost(p, 41);
    p = test_ping(&l->d, 1, "terminal1", "192.168.168.168", 42, 0);
    view_ping_failed(p, 42, "sending failed: ENETUNREACH (Network is unreachable)");
}

/* After the pair was deleted: what was counted stays, and nobody is blamed. */
static void pair_rests(struct lab *l)
{
    begin(l, "veth-ping");
    test_node(l->snap, "terminal1");
    test_node(l->snap, "terminal2");
    nodes_done(l);
    view_ping_rest(test_ping(&l->d, 0, "terminal2", "192.168.168.100", 42, 3));
    view_ping_rest(test_ping(&l->d, 1, "terminal1", "192.168.168.168", 42, 0));
}

/* As Linux 6.1 calls the end whose other one is down. */
static void pair_lower(struct lab *l)
{
    pair_nodes(l);
    test_set_down(l->snap, 1, "ve1");
    ((struct snap_if *)snap_find_if(&l->snap->node[0], "ve2"))->operstate = IF_OPER_LOWERLAYERDOWN;
    nodes_done(l);
}

static void one(struct lab *l)
{
    begin(l, "lonely");
    test_node(l->snap, "a");
    nodes_done(l);
}

static void none(struct lab *l)
{
    begin(l, "empty");
    nodes_done(l);
}

/* A ring of five, IPv4 and IPv6, with a bridge port and an address on lo. */
static void five(struct lab *l)
{
    char name[2][24], addr[2][64];
    begin(l, "ring");
    for (int i = 0; i < 5; i++) {
        snprintf(name[0], sizeof name[0], "n%d", i + 1);
        test_node(l->snap, name[0]);
    }
    for (int i = 0; i < 5; i++) {
        snprintf(addr[0], sizeof addr[0], "10.0.%d.1/24", i + 1);
        snprintf(addr[1], sizeof addr[1], "10.0.%d.2/24", i + 1);
        test_link(l->snap, 100 + 2 * (uint32_t)i, (size_t)i, "right", addr[0], (size_t)(i + 1) % 5,
                  "left", addr[1]);
    }
    test_addr(&l->snap->node[0].iface[0], "10.255.0.1/32");
    struct snap_if *br = test_if(&l->snap->node[1], 200, "n2");
    strcpy(br->kind, "bridge");
    l->snap->node[1].iface[1].master = 200;
    nodes_done(l);
    for (size_t i = 0; i < 5; i++) {
        snprintf(name[0], sizeof name[0], "n%zu", (i + 1) % 5 + 1);
        snprintf(name[1], sizeof name[1], "n%zu", (i + 4) % 5 + 1);
        snprintf(addr[0], sizeof addr[0], "10.0.%zu.2", i + 1);
        snprintf(addr[1], sizeof addr[1], "10.0.%zu.1", (i + 4) % 5 + 1);
        test_ping(&l->d, i, name[0], addr[0], 30 + (unsigned)i, 0);
        test_ping(&l->d, i, name[1], addr[1], 30 + (unsigned)i, i == 3 ? 4 : 0);
    }
}

/* A star: 99 leaves, so that the hub has 99 links and 99 pings. */
static void hundred(struct lab *l)
{
    char name[16], leaf[16], addr[2][32];
    begin(l, "star-100");
    test_node(l->snap, "hub");
    for (unsigned i = 1; i < 100; i++) {
        snprintf(name, sizeof name, "leaf%u", i);
        test_node(l->snap, name);
    }
    for (unsigned i = 1; i < 100; i++) {
        snprintf(leaf, sizeof leaf, "eth%u", i);
        snprintf(addr[0], sizeof addr[0], "10.0.%u.1/24", i);
        snprintf(addr[1], sizeof addr[1], "10.0.%u.2/24", i);
        test_link(l->snap, 2 * i, 0, leaf, addr[0], i, "eth0", addr[1]);
    }
    nodes_done(l);
    for (unsigned i = 1; i < 100; i++) {
        snprintf(name, sizeof name, "leaf%u", i);
        snprintf(addr[0], sizeof addr[0], "10.0.%u.1", i);
        snprintf(addr[1], sizeof addr[1], "10.0.%u.2", i);
        test_ping(&l->d, 0, name, addr[1], 7, 0);
        test_ping(&l->d, i, "hub", addr[0], 7, 0);
    }
}

/* What the kernel and a foreign lab may have for names. */
static void names(struct lab *l)
{
    begin(l, "lab\x1b]0;x\a");
    test_node(l->snap, "node-with-a-name-of-32-characters");
    test_node(l->snap, "路由器");
    test_link(l->snap, 10, 0, "interface-of-15", "2001:db8:1111:2222:3333:4444:5555:6666/64", 1,
              "e\x1b[2J", "10.0.0.2/24");
    test_link(l->snap, 12, 0, "e\xcc\x81t\xcc\x81h", NULL, 1, "網路", NULL);
    test_link(l->snap, 14, 0, "bad\xff\xfe", "10.1.0.1/24", 1,
              "\xe2\x80\xae"
              "rtl",
              "10.1.0.2/24");
    nodes_done(l);
    view_ping_sent(test_ping(&l->d, 0, "路由器", "10.0.0.2", 40, 0), 4000000000u);
    test_ping(&l->d, 1, NULL, "2001:db8:1111:2222:3333:4444:5555:6666", 3, 0);
}

/* A node that ended, one that changes, addresses in trouble, peers outside. */
static void trouble(struct lab *l)
{
    begin(l, "trouble");
    struct snap_node *gone = snap_add_node(l->snap, "gone");
    gone->gone = true;
    test_node(l->snap, "busy")->incomplete = true;
    struct snap_if *i = test_if(&l->snap->node[1], 5, "out0");
    i->peer_index = 77;
    test_addr(i, "10.0.0.1/24")->flags = IFA_F_TENTATIVE;
    test_addr(i, "10.0.0.9/24")->flags = IFA_F_TENTATIVE | IFA_F_DADFAILED;
    i = test_if(&l->snap->node[1], 6, "uplink");
    i->peer_index = 3;
    i->peer_node = SNAP_NODE_HOST;
    i->operstate = IF_OPER_DORMANT;
    i = test_if(&l->snap->node[1], 7, "old");
    i->operstate = IF_OPER_LOWERLAYERDOWN;
    i->carrier = false;
    nodes_done(l);
    test_ping(&l->d, 0, NULL, "10.0.0.1", 3, 0);
    test_ping(&l->d, 1, NULL, "10.0.0.2", 0, 0);
    test_ping(&l->d, 1, NULL, "10.0.0.3", 9, 1);
}

static void ended(struct lab *l)
{
    pair(l);
    for (size_t i = 0; i < 2; i++) {
        l->snap->node[i].gone = true;
        snap_node_clear(&l->snap->node[i]);
    }
    l->d.gone = true;
}

/* What happened in a minute at noon; the last of it so many seconds ago. */
static void logged(struct lab *l, int ago_s)
{
    static const struct {
        int node;
        enum eventlog_kind kind;
        const char *words;
    } some[] = {
        {0, EVENTLOG_CHANGED, "ve2 has MTU 1400 (was 1500)"},
        {1, EVENTLOG_CAME, "default via 192.168.168.168 dev ve1 was added"},
        {0, EVENTLOG_TROUBLE, "ve2: fd00::1/64 is a duplicate: another here has it"},
        {-1, EVENTLOG_TROUBLE, "events were lost; all was read again"},
        {1, EVENTLOG_WENT, "ve1 was set down"},
        {0, EVENTLOG_WENT, "ve2 lost carrier because its peer ve1 in terminal2 was set down"},
    };
    l->log = eventlog_new();
    l->d.log = l->log;
    for (int i = 0; i < 60; i++) {
        size_t k = (size_t)i % ARRAY_LEN(some);
        int64_t at_ns = l->d.now_ns - (ago_s + 59 - i) * TEST_S;
        const char *name = some[k].node < 0 ? NULL : l->snap->node[some[k].node].name;
        eventlog_put(l->log, &(struct eventlog_entry){.at_ns = at_ns,
                                                      .at_real_ns = (43200 + i) * TEST_S,
                                                      .node = some[k].node,
                                                      .node_name = name,
                                                      .words = some[k].words,
                                                      .kind = some[k].kind,
                                                      .source = 1 + k});
    }
}

static void pair_logged(struct lab *l)
{
    pair_down(l);
    logged(l, 2);
}

static void pair_logged_before(struct lab *l)
{
    pair(l);
    logged(l, 100);
    eventlog_note(l->log, 0, 43300 * TEST_S, 1, "terminal2", "ip link set ve1 up");
}

static void pair_quiet(struct lab *l)
{
    pair(l);
    l->d.log = l->log = eventlog_new();
}

/* --- screens ---------------------------------------------------------------------------------- */

enum { UTF8, ASCII };

static const struct screen {
    const char *name;
    void (*lab)(struct lab *l);
    int cols, rows, charset;
    const char *keys; /* pressed one after the other; "<>v^" for the arrows, '}' for '>' */
    const char *message;
} screens[] = {
    {"pair-80x24", pair, 80, 24, UTF8, "", NULL},
    {"pair-80x24-ascii", pair, 80, 24, ASCII, "", NULL},
    {"pair-120x40", pair, 120, 40, UTF8, "", NULL},
    {"pair-200x20", pair, 200, 20, UTF8, "", NULL},
    {"pair-80x16", pair, 80, 16, UTF8, "", NULL},
    {"pair-80x12", pair, 80, 12, ASCII, "", NULL},
    {"pair-40x12", pair, 40, 12, UTF8, "", NULL},
    {"pair-20x6", pair, 20, 6, UTF8, "", NULL},
    {"pair-20x6-ping", pair, 20, 6, ASCII, "vv", NULL},
    {"pair-19x6", pair, 19, 6, UTF8, "", NULL},
    {"pair-5x3", pair, 5, 3, ASCII, "", NULL},
    {"pair-second", pair, 80, 24, UTF8, ">v", NULL},
    {"pair-ping-selected", pair, 80, 24, UTF8, "vv", NULL},
    {"pair-paused", pair, 80, 24, UTF8, "\t ", NULL},
    {"pair-reset", pair, 80, 24, ASCII, "r", NULL},
    {"pair-slower", pair, 80, 24, UTF8, "-", NULL},
    {"pair-down", pair_down, 80, 24, UTF8, ">", NULL},
    {"pair-down-ascii", pair_down, 120, 24, ASCII, "", NULL},
    {"pair-down-40x12", pair_down, 40, 12, ASCII, ">", NULL},
    {"pair-rests", pair_rests, 80, 24, UTF8, "", NULL},
    {"pair-rests-200x12", pair_rests, 200, 12, ASCII, "", NULL},
    {"pair-lower", pair_lower, 80, 24, UTF8, "", NULL},
    {"pair-down-20x6", pair_down, 20, 6, ASCII, "", NULL},
    {"pair-message", pair, 80, 24, UTF8, "", "ve2 was not set up: EPERM (Operation not permitted)"},
    {"pair-no-link", pair, 40, 12, ASCII, "vvu", NULL},
    {"pair-help", pair, 80, 24, UTF8, "?", NULL},
    {"pair-help-scrolled", pair, 40, 12, ASCII, "?vvvvv", NULL},
    {"pair-help-20x6", pair, 20, 6, UTF8, "?", NULL},
    {"pair-help-large", pair, 120, 40, ASCII, "?", NULL},
    {"by-hand-sections", by_hand, 80, 24, UTF8, "s", NULL},
    {"pair-act-menu", pair, 80, 24, UTF8, "a", NULL},
    {"by-hand-80x24", by_hand, 80, 24, UTF8, "", NULL},
    {"by-hand-list", by_hand, 120, 12, UTF8, "l", NULL},
    {"by-hand-help", by_hand, 80, 24, UTF8, "?", NULL},
    {"by-hand-help-40x10", by_hand, 40, 10, ASCII, "?", NULL},
    {"one-80x24", one, 80, 24, UTF8, "", NULL},
    {"none-80x24", none, 80, 24, ASCII, "vu", NULL},
    {"five-80x24", five, 80, 24, UTF8, "", NULL},
    {"five-map", five, 80, 24, UTF8, "m", NULL},
    {"five-last", five, 80, 24, UTF8, "]]", NULL},
    {"five-120x40", five, 120, 40, UTF8, "3", NULL},
    {"five-200x50", five, 200, 50, ASCII, "", NULL},
    {"hundred-80x24", hundred, 80, 24, UTF8, "", NULL},
    {"hundred-scrolled", hundred, 80, 24, UTF8, "vvvvvvvvvvvvvvvvvvvvvvvv", NULL},
    {"hundred-120x40", hundred, 120, 40, ASCII, "9", NULL},
    {"hundred-20x6", hundred, 20, 6, ASCII, "vvvv", NULL},
    {"names-80x24", names, 80, 24, UTF8, "", NULL},
    {"names-80x24-ascii", names, 80, 24, ASCII, ">", NULL},
    {"names-160x24", names, 160, 24, UTF8, "", NULL},
    {"names-20x6", names, 20, 6, UTF8, ">", NULL},
    {"names-41x13", names, 41, 13, UTF8, ">vv", NULL},
    {"trouble-80x24", trouble, 80, 24, UTF8, "", NULL},
    {"list-pair-80x24", pair_down, 80, 24, UTF8, "l", NULL},
    {"list-five-40x10", five, 40, 10, ASCII, "lvv", NULL},
    {"list-hundred-80x24", hundred, 80, 24, UTF8, "lvvvvvvvvvvvvvvvvvvvv", NULL},
    {"list-hundred-120x40", hundred, 120, 40, ASCII, "l}}}}}", NULL},
    {"list-names-200x50", names, 200, 50, UTF8, "l", NULL},
    {"list-filter", hundred, 80, 24, UTF8, "l/leaf1\r", NULL},
    {"list-trouble", trouble, 80, 24, UTF8, "l}}}", NULL},
    {"panes-filter", hundred, 80, 24, UTF8, "/10.0.7\r", NULL},
    {"panes-filter-typed", hundred, 80, 24, ASCII, "/nothing has this", NULL},
    {"panes-four", five, 80, 24, UTF8, "|||>", NULL},
    {"panes-zoom", five, 80, 24, UTF8, ">z", NULL},
    {"panes-menu", five, 80, 24, UTF8, "sl", NULL},
    {"panes-no-links", five, 80, 24, UTF8, "Sl", NULL},
    {"panes-addresses", five, 80, 24, UTF8, "Slp\r", NULL},
    {"ip-link-80x24", tables, 80, 24, UTF8, "i", NULL},
    {"ip-link-120x40", tables, 120, 40, ASCII, "i", NULL},
    {"ip-link-40x10", tables, 40, 10, UTF8, "i", NULL},
    {"ip-addr-80x24", tables, 80, 24, UTF8, "iiv", NULL},
    {"ip-addr-200x50", tables, 200, 50, UTF8, "iiz", NULL},
    {"routes-80x24", tables, 80, 24, UTF8, "Srn\r", NULL},
    {"routes-80x16", tables, 80, 16, ASCII, "Srn\r", NULL},
    {"routes-120x40", tables, 120, 40, UTF8, "zsrn\r", NULL},
    {"routes-40x10", tables, 40, 10, UTF8, "Srn\rvv", NULL},
    {"routes-only", tables, 80, 24, UTF8, "Slapr\r", NULL},
    {"routes-not-read", pair, 80, 24, UTF8, "Srn\r", NULL},
    {"help-list", pair, 80, 24, UTF8, "l?", NULL},
    {"panes-nothing", five, 40, 12, ASCII, "slap\r", NULL},
    {"events-newest-80x24", pair_logged, 80, 24, UTF8, "", NULL},
    {"events-newest-40x10", pair_logged, 40, 10, ASCII, "", NULL},
    {"events-80x24", pair_logged, 80, 24, UTF8, "e", NULL},
    {"events-120x40", pair_logged_before, 120, 40, UTF8, "e", NULL},
    {"events-200x50", pair_logged, 200, 50, ASCII, "e", NULL},
    {"events-40x10", pair_logged, 40, 10, ASCII, "e", NULL},
    {"events-20x6", pair_logged, 20, 6, UTF8, "e", NULL},
    {"events-scrolled", pair_logged, 80, 24, UTF8, "e[^^", NULL},
    {"events-filter", pair_logged, 80, 24, UTF8, "e/carrier\r", NULL},
    {"events-filter-typed", pair_logged, 80, 24, ASCII, "e/nothing has this", NULL},
    {"events-node", pair_logged_before, 80, 24, UTF8, "en>", NULL},
    {"events-quiet", pair_quiet, 40, 10, UTF8, "e", NULL},
    {"events-help", pair_quiet, 80, 24, UTF8, "e?", NULL},
    {"events-section", pair_logged_before, 120, 40, UTF8, "Se\r", NULL},
    {"ended-80x24", ended, 80, 24, UTF8, "u", NULL},
};

static int key_of(char c)
{
    switch (c) {
    case '<':
        return VIEW_KEY_LEFT;
    case '>':
        return VIEW_KEY_RIGHT;
    case '^':
        return VIEW_KEY_UP;
    case '}':
        return '>';
    case 'v':
        return VIEW_KEY_DOWN;
    default:
        return c;
    }
}

static void draw(const struct screen *s, struct buf *out)
{
    struct lab l = {0};
    struct view_ui ui;
    struct canvas c;
    s->lab(&l);
    ui_init(&ui, TEST_S);
    ui.rows = s->rows;
    ui.cols = s->cols;
    for (const char *k = s->keys; *k; k++)
        keys_press(&ui, key_of(*k), &l.d);
    if (s->message)
        ui_say(&ui, &l.d, true, s->message);
    canvas_init(&c, s->rows, s->cols, s->charset == ASCII);
    scene_draw(&l.d, &ui, &c);
    canvas_to_text(&c, out);
    canvas_fini(&c);
    end(&l);
}

/* What each screen must keep whatever stands in it. */
static void is_a_screen(const char *name, const struct buf *text, int rows, int cols, bool ascii)
{
    int lines = 0;
    const char *s = buf_str(text);
    for (const char *nl; (nl = strchr(s, '\n')); s = nl + 1, lines++) {
        _cleanup_free_ char *line = mem_strndup(s, (size_t)(nl - s));
        _cleanup_free_ char *clean = text_clean_dup(line);
        if (text_width(line) > (size_t)cols)
            fail_msg("%s:%d: wider than %d columns: %s", name, lines + 1, cols, line);
        if (strcmp(line, clean) != 0)
            fail_msg("%s:%d: not clean: %s", name, lines + 1, clean);
        for (const char *b = line; ascii && *b; b++)
            if ((unsigned char)*b > 0x7e)
                fail_msg("%s:%d: not ASCII: %s", name, lines + 1, line);
    }
    assert_int_equal(*s, '\0');
    if (rows)
        assert_int_equal(lines, rows);
}

static void screens_are_as_they_were_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(screens); i++) {
        const struct screen *s = &screens[i];
        _cleanup_buf_ struct buf text = BUF_INIT;
        draw(s, &text);
        is_a_screen(s->name, &text, s->rows, s->cols, s->charset == ASCII);
        golden_compare(s->name, &text);
    }
}

static void one_frame_as_text(void **state)
{
    static const struct {
        const char *name;
        void (*lab)(struct lab *l);
        int cols, charset;
    } frames[] = {
        {"once-pair-80", pair, 80, UTF8},     {"once-five-80", five, 80, ASCII},
        {"once-pair-30", pair, 30, ASCII},    {"once-names-120", names, 120, UTF8},
        {"once-trouble-5", trouble, 5, UTF8}, {"once-none-80", none, 80, UTF8},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
        struct lab l = {0};
        _cleanup_buf_ struct buf text = BUF_INIT;
        frames[i].lab(&l);
        scene_once(&l.d, FORM_COMPACT, frames[i].cols, frames[i].charset == ASCII, &text);
        int cols = frames[i].cols < SCENE_COLS_MIN ? SCENE_COLS_MIN : frames[i].cols;
        is_a_screen(frames[i].name, &text, 0, cols, frames[i].charset == ASCII);
        golden_compare(frames[i].name, &text);
        end(&l);
    }
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_are_as_they_were_read),
        cmocka_unit_test(one_frame_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
