/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_monitor_test: events of several namespaces through one socket, in order, none invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>

#include "base/clock.h"
#include "kernel/monitor.h"
#include "kernel_testlab.h"

#define NODES 3

struct seen { /* one event, in short */
    enum monitor_kind kind;
    int node, peer_node;
    char qdisc[16];
    char name[IFNAMSIZ];
    uint32_t ifindex, flags;
    bool carrier;
    struct ip_prefix prefix;
};

struct log {
    struct seen item[4096];
    size_t count;
};

static struct lab lab;
static struct monitor *asked; /* for the peers of what comes; NULL: nobody */

static void note(const struct monitor_event *ev, void *ctx)
{
    struct log *l = ctx;
    assert_true(l->count < ARRAY_LEN(l->item));
    struct seen *s = &l->item[l->count++];
    *s = (struct seen){.kind = ev->kind, .node = ev->node, .ifindex = ev->ifindex};
    if (ev->link) {
        memcpy(s->name, ev->link->name, sizeof s->name);
        s->flags = ev->link->flags;
        s->carrier = ev->link->carrier;
        s->peer_node = asked ? monitor_find_peer(asked, ev->node, ev->link) : 0;
    }
    if (ev->qdisc)
        snprintf(s->qdisc, sizeof s->qdisc, "%s", ev->qdisc);
    if (ev->addr)
        s->prefix = ev->addr->prefix;
}

static struct monitor *opened(void)
{
    struct monitor *m = NULL;
    struct err e = ERR_INIT;
    if (monitor_open(&m, &e) < 0)
        fail_msg("%s", e.text);
    for (int i = 0; i < NODES; i++) {
        _cleanup_fd_ int fd = lab_node_netns(&lab, (size_t)i, &e);
        assert_true(fd >= 0);
        assert_int_equal(monitor_add(m, i, fd, &e), 0);
    }
    return m;
}

/* Reads until `ms` milliseconds pass without an event. */
static int listen_for(struct monitor *m, struct log *l, int ms)
{
    struct pollfd p = {.fd = monitor_fd(m), .events = POLLIN};
    struct err e = ERR_INIT;
    int r = 0;
    while (r >= 0 && poll(&p, 1, ms) == 1)
        r = monitor_read(m, 64, note, l, &e);
    return r;
}

static const struct seen *find(const struct log *l, enum monitor_kind kind, int node,
                               const char *name, size_t from)
{
    for (size_t i = from; i < l->count; i++)
        if (l->item[i].kind == kind && l->item[i].node == node &&
            strcmp(l->item[i].name, name) == 0)
            return &l->item[i];
    return NULL;
}

static void links_and_addresses_are_heard(void **state)
{
    (void)state;
    static struct log l;
    l.count = 0;
    struct monitor *m = opened();
    testlab_sh(&lab, "on $1 ip link add x0 index 50 type veth peer name y0 index 51 netns $2\n"
                     "on $1 ip addr add 10.1.1.1/24 dev x0\n"
                     "on $1 ip addr del 10.1.1.1/24 dev x0\n"
                     "on $3 ip link add br9 type bridge\n"
                     "on $2 ip link set y0 netns $3\n"
                     "on $3 ip link set y0 master br9\n"
                     "on $3 ip link set y0 nomaster\n"
                     "on $1 ip link del x0\n"
                     "on $3 ip link del br9\n");
    assert_int_equal(listen_for(m, &l, 300), 0);
    assert_non_null(find(&l, MONITOR_LINK_NEW, 0, "x0", 0));
    assert_non_null(find(&l, MONITOR_LINK_NEW, 1, "y0", 0));
    const struct seen *add = find(&l, MONITOR_ADDR_NEW, 0, "", 0);
    assert_non_null(add);
    assert_int_equal(add->ifindex, 50);
    assert_int_equal(add->prefix.len, 24);
    const struct seen *del = find(&l, MONITOR_ADDR_DEL, 0, "", 0);
    assert_true(del > add);
    assert_non_null(find(&l, MONITOR_LINK_DEL, 1, "y0", 0));
    assert_non_null(find(&l, MONITOR_LINK_NEW, 2, "y0", 0));
    assert_non_null(find(&l, MONITOR_LINK_DEL, 0, "x0", 0));
    /* It left the bridge, and was deleted later: one deletion, not two. */
    const struct seen *gone = find(&l, MONITOR_LINK_DEL, 2, "y0", 0);
    assert_non_null(gone);
    assert_null(find(&l, MONITOR_LINK_DEL, 2, "y0", (size_t)(gone - l.item) + 1));
    monitor_close(m);
}

static void what_happens_elsewhere_is_not_heard(void **state)
{
    (void)state;
    static struct log l;
    l.count = 0;
    struct monitor *m = opened();
    pid_t stranger = testlab_process("stranger");
    char *cmd = mem_printf("ip link add h0 type veth peer name h1\nip link del h0\n"
                           "on %d ip link add s0 type veth peer name s1\n",
                           stranger);
    testlab_sh(&lab, cmd);
    assert_int_equal(listen_for(m, &l, 200), 0);
    assert_int_equal(l.count, 0);
    free(cmd);
    testlab_end(stranger);
    monitor_close(m);
}

/* Set down in one node; the peer in the other loses its carrier: cause before effect. */
static void the_order_between_nodes_is_the_kernels(void **state)
{
    (void)state;
    static struct log l;
    testlab_sh(&lab, "on $1 ip link add o0 type veth peer name o1 netns $2\n"
                     "on $1 ip link set o0 up\non $2 ip link set o1 up\n"
                     "until on $2 ip link show o1 | grep -q 'state UP'; do sleep 0.02; done\n");
    struct monitor *m = opened();
    for (int i = 0; i < 4; i++) {
        l.count = 0;
        testlab_sh(&lab, i % 2 ? "on $1 ip link set o0 up" : "on $1 ip link set o0 down");
        const struct seen *effect = NULL;
        int64_t deadline = clock_mono_ns() + 5 * CLOCK_NS_PER_S;
        while (!effect && clock_mono_ns() < deadline) { /* the kernel may take a second to tell */
            assert_int_equal(listen_for(m, &l, 20), 0);
            effect = find(&l, MONITOR_LINK_NEW, 1, "o1", 0);
            while (effect && effect->carrier != (i % 2))
                effect = find(&l, MONITOR_LINK_NEW, 1, "o1", (size_t)(effect - l.item) + 1);
        }
        const struct seen *cause = find(&l, MONITOR_LINK_NEW, 0, "o0", 0);
        while (cause && !(cause->flags & IFF_UP) != !(i % 2)) /* one of the round before */
            cause = find(&l, MONITOR_LINK_NEW, 0, "o0", (size_t)(cause - l.item) + 1);
        assert_non_null(cause);
        assert_non_null(effect);
        for (size_t q = 0; q < l.count; q++)
            fprintf(stderr, "%d: %d node %d %s flags %x carrier %d\n", i, l.item[q].kind,
                    l.item[q].node, l.item[q].name, l.item[q].flags, l.item[q].carrier);
        assert_true(cause < effect);
    }
    testlab_sh(&lab, "on $1 ip link del o0");
    monitor_close(m);
}

static void lost_events_are_told_once(void **state)
{
    (void)state;
    static struct log l;
    l.count = 0;
    struct monitor *m = opened();
    monitor_set_room(m, 4096);
    testlab_sh(&lab, "on $1 ip link add z0 type veth peer name z1\n"
                     "for i in $(seq 200); do echo link set z0 up; echo link set z0 down; done |"
                     " on $1 ip -batch -\n");
    assert_int_equal(listen_for(m, &l, 200), -ENOBUFS);
    monitor_drain(m);
    assert_int_equal(listen_for(m, &l, 50), 0);
    l.count = 0;
    testlab_sh(&lab, "on $1 ip link del z0");
    assert_int_equal(listen_for(m, &l, 200), 0);
    assert_non_null(find(&l, MONITOR_LINK_DEL, 0, "z0", 0));
    monitor_close(m);
}

static void a_node_is_read_with_its_peers(void **state)
{
    (void)state;
    testlab_sh(&lab,
               "on $1 ip link add p0 index 5 type veth peer name p0 index 5 netns $2\n"
               "on $3 ip link add p0 index 5 mtu 1300 type veth peer name p1 index 6 netns $2\n"
               "ip link add hh index 77 type veth peer name p2 index 78 netns $1\n"
               "on $1 ip link add v0 type veth peer name v1\n");
    struct monitor *m = opened();
    struct err e = ERR_INIT;
    struct snap *s = snap_new("x");
    struct snap_node *n = snap_add_node(s, "n0");
    assert_int_equal(monitor_read_links(m, 0, n, &e), 0);
    assert_int_equal(snap_find_if(n, "p0")->peer_node, 1);
    assert_int_equal(snap_find_if(n, "p2")->peer_node, SNAP_NODE_HOST);
    assert_int_equal(snap_find_if(n, "v0")->peer_node, 0);
    assert_int_equal(snap_find_if(n, "lo")->peer_node, SNAP_NODE_NONE);
    snap_free(s);
    struct snap_if one = {0};
    assert_int_equal(monitor_read_link(m, 2, 5, &one), 0);
    assert_string_equal(one.name, "p0");
    assert_int_equal(one.mtu, 1300);
    assert_int_equal(one.peer_node, 1);
    assert_int_equal(one.peer_index, 6);
    assert_int_equal(monitor_read_link(m, 2, 999, &one), -ENODEV);
    monitor_close(m);
    testlab_sh(&lab, "on $1 ip link del p0; on $3 ip link del p0; ip link del hh;"
                     " on $1 ip link del v0");
}

/* The last event of each has its peer, though its id in the node's namespace is not ours. */
static void an_event_leads_to_the_peer(void **state)
{
    (void)state;
    static struct log l;
    static const struct {
        int node;
        const char *name;
        int peer;
    } ends[] = {{0, "q1", 1}, {1, "q0", 0}, {2, "q1", 1}, {1, "q2", 2}, {0, "q9", SNAP_NODE_HOST},
                {0, "v0", 0}};
    l.count = 0;
    asked = opened();
    for (int round = 0; round < 2; round++) { /* the second finds what the first has found */
        testlab_sh(&lab, "on $1 ip link add q1 type veth peer name q0 netns $2\n"
                         "on $2 ip link add q2 type veth peer name q1 netns $3\n"
                         "ip link add h9 type veth peer name q9 netns $1\n"
                         "on $1 ip link add v0 type veth peer name v1\n"
                         "on $1 ip link set q1 up\non $2 ip link set q0 up\n"
                         "on $2 ip link set q2 up\non $3 ip link set q1 up\n"
                         "on $1 ip link set q9 up\non $1 ip link set v0 up\n");
        assert_int_equal(listen_for(asked, &l, 200), 0);
        for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
            const struct seen *last = NULL;
            for (size_t q = 0; q < l.count; q++)
                if (l.item[q].node == ends[i].node && strcmp(l.item[q].name, ends[i].name) == 0 &&
                    l.item[q].kind == MONITOR_LINK_NEW)
                    last = &l.item[q];
            assert_non_null(last);
            assert_int_equal(last->peer_node, ends[i].peer);
        }
        testlab_sh(&lab, "on $1 ip link del q1; on $3 ip link del q1; ip link del h9;"
                         " on $1 ip link del v0");
        assert_int_equal(listen_for(asked, &l, 200), 0);
        l.count = 0;
    }
    monitor_close(asked);
    asked = NULL;
}

static void queueing_disciplines_are_heard(void **state)
{
    (void)state;
    static struct log l;
    l.count = 0;
    struct monitor *m = opened();
    testlab_sh(&lab, "on $1 ip link add t0 index 60 type veth peer name t1 netns $2\n"
                     "on $1 tc qdisc add dev t0 root pfifo\n"
                     "on $1 tc qdisc replace dev t0 root bfifo\n"
                     "on $1 tc qdisc del dev t0 root\non $1 ip link del t0\n");
    assert_int_equal(listen_for(m, &l, 200), 0);
    static const struct {
        enum monitor_kind kind;
        const char *name;
    } want[] = {{MONITOR_QDISC_NEW, "pfifo"},
                {MONITOR_QDISC_DEL, "pfifo"},
                {MONITOR_QDISC_NEW, "bfifo"},
                {MONITOR_QDISC_DEL, "bfifo"}};
    size_t found = 0;
    for (size_t i = 0; i < l.count; i++)
        if (l.item[i].kind == MONITOR_QDISC_NEW || l.item[i].kind == MONITOR_QDISC_DEL) {
            assert_true(found < ARRAY_LEN(want));
            assert_int_equal(l.item[i].kind, want[found].kind);
            assert_string_equal(l.item[i].qdisc, want[found++].name);
            assert_int_equal(l.item[i].ifindex, 60);
            assert_int_equal(l.item[i].node, 0);
        }
    assert_int_equal(found, ARRAY_LEN(want));
    monitor_close(m);
}

/* A lab that goes while it is watched is not held up: the namespace and its end vanish. */
static void a_namespace_is_not_kept_alive(void **state)
{
    (void)state;
    struct monitor *m = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(monitor_open(&m, &e), 0);
    pid_t node = testlab_process("passing");
    char path[64], *cmd = mem_printf("ip link add k0 type veth peer name k1 netns %d", node);
    snprintf(path, sizeof path, "/proc/%d/ns/net", node);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(monitor_add(m, 0, fd, &e), 0);
    close(fd);
    testlab_sh(&lab, cmd);
    testlab_end(node);
    testlab_sh(&lab, "n=0; while ip link show k0 >/dev/null 2>&1; do"
                     " n=$((n + 1)); [ $n -lt 200 ]; sleep 0.02; done");
    free(cmd);
    monitor_close(m);
}

static int setup(void **state)
{
    (void)state;
    testlab_init(&lab, NODES);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    testlab_fini(&lab);
    return 0;
}

int main(void)
{
    alarm(120); /* nothing here may wait for ever */
    if (!testns_private())
        return testns_refused("are refused here");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_and_addresses_are_heard),
        cmocka_unit_test(what_happens_elsewhere_is_not_heard),
        cmocka_unit_test(the_order_between_nodes_is_the_kernels),
        cmocka_unit_test(lost_events_are_told_once),
        cmocka_unit_test(a_node_is_read_with_its_peers),
        cmocka_unit_test(an_event_leads_to_the_peer),
        cmocka_unit_test(queueing_disciplines_are_heard),
        cmocka_unit_test(a_namespace_is_not_kept_alive),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
