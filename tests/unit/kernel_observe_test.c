/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_observe_test: what we read agrees with what iproute2 prints, and every peer is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/io.h"
#include "kernel/observe.h"
#include "kernel_testlab.h"
#include "json/json.h"

static struct snap *observed(const struct lab *l)
{
    struct snap *s = NULL;
    struct err e = ERR_INIT;
    if (observe_lab(l, OBSERVE_ALL, &s, &e) < 0)
        fail_msg("%s", e.text);
    return s;
}

/* What `ip -j ...` says in a node. */
static struct json *ip_says(const struct lab *l, size_t node, const char *args)
{
    struct buf b = BUF_INIT;
    struct json *j = NULL;
    struct err e = ERR_INIT;
    char *cmd = mem_printf("nsenter -t %d -n ip -j %s", l->node[node].pid, args);
    FILE *f = popen(cmd, "r");
    assert_non_null(f);
    assert_int_equal(io_read_all(fileno(f), JSON_BYTES_MAX, &b), 0);
    assert_int_equal(pclose(f), 0);
    if (json_parse(buf_str(&b), b.len, &j, &e) < 0)
        fail_msg("%s: %s", cmd, e.text);
    buf_fini(&b);
    free(cmd);
    return j;
}

static bool has_flag(const struct json *link, const char *flag)
{
    const struct json *flags = json_get(link, "flags");
    for (size_t i = 0; i < json_count(flags); i++)
        if (strcmp(json_at_text(flags, i, ""), flag) == 0)
            return true;
    return false;
}

static const char *const operstates[] = {"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN",
                                         "TESTING", "DORMANT",    "UP"};

static void same_link(const struct snap_node *n, const struct snap_if *i, const struct json *j)
{
    char mac[MAC_TEXT_MAX];
    assert_string_equal(i->name, json_get_text(j, "ifname", "?"));
    assert_int_equal(i->mtu, json_get_int(j, "mtu", -1));
    assert_string_equal(operstates[i->operstate], json_get_text(j, "operstate", "?"));
    assert_int_equal((i->flags & IFF_UP) != 0, has_flag(j, "UP"));
    assert_int_equal((i->flags & IFF_UP) && !i->carrier, has_flag(j, "NO-CARRIER"));
    assert_true(i->has_mac);
    assert_string_equal(mac_format(i->mac, mac), json_get_text(j, "address", "?"));
    assert_string_equal(i->kind, json_get_text(json_get(j, "linkinfo"), "info_kind", ""));
    const struct snap_if *master = snap_if_by_index(n, i->master);
    assert_string_equal(master ? master->name : "", json_get_text(j, "master", ""));
    assert_string_equal(i->alias ? i->alias : "", json_get_text(j, "ifalias", ""));
    if (json_get(j, "link_index")) {
        assert_int_equal(i->peer_index, json_get_int(j, "link_index", -1));
        assert_int_equal(i->peer_nsid, json_get_int(j, "link_netnsid", -2));
    }
    const struct json *rx = json_get(json_get(j, "stats64"), "rx");
    /* It asked after us, and packets of IPv6's own come at any time. */
    assert_in_range(json_get_int(rx, "packets", -1), i->stats.rx_packets, INT32_MAX);
    assert_in_range(json_get_int(rx, "bytes", -1), i->stats.rx_bytes, INT32_MAX);
    assert_int_equal(strcmp(i->name, "a0") == 0 && i->stats.rx_bytes == 0, 0);
}

static void same_addrs(const struct snap_if *i, const struct json *list)
{
    assert_int_equal(i->addrs, json_count(list));
    for (size_t k = 0; k < i->addrs; k++) {
        char text[IP_TEXT_MAX];
        const struct json *a = json_at(list, k);
        assert_string_equal(ip_addr_format(&i->addr[k].prefix.addr, text),
                            json_get_text(a, "local", "?"));
        assert_int_equal(i->addr[k].prefix.len, json_get_int(a, "prefixlen", -1));
        assert_int_equal((i->addr[k].flags & IFA_F_TENTATIVE) != 0,
                         json_get_bool(a, "tentative", false));
    }
}

static void same_node(const struct lab *l, const struct snap *s, size_t node)
{
    const struct snap_node *n = &s->node[node];
    struct json *links = ip_says(l, node, "-d -s link"), *addrs = ip_says(l, node, "addr");
    assert_int_equal(n->ifs, json_count(links));
    for (size_t k = 0; k < json_count(links); k++) {
        const struct json *j = json_at(links, k);
        const struct snap_if *i = snap_if_by_index(n, (uint32_t)json_get_int(j, "ifindex", 0));
        assert_non_null(i);
        same_link(n, i, j);
        same_addrs(i, json_get(json_at(addrs, k), "addr_info"));
    }
    json_free(links);
    json_free(addrs);
}

static bool is_route(const struct snap_node *n, const struct snap_route *r, const struct json *j)
{
    char to[IP_TEXT_MAX], via[IP_TEXT_MAX];
    bool host = r->to.len == ip_addr_bits(&r->to.addr);
    if (host)
        ip_addr_format(&r->to.addr, to);
    else
        ip_prefix_format(&r->to, to);
    const struct snap_if *i = snap_if_by_index(n, r->ifindex);
    return strcmp(r->to.len ? to : "default", json_get_text(j, "dst", "?")) == 0 &&
           strcmp(r->via.family ? ip_addr_format(&r->via, via) : "",
                  json_get_text(j, "gateway", "")) == 0 &&
           strcmp(i ? i->name : "", json_get_text(j, "dev", "")) == 0 &&
           r->metric == json_get_int(j, "metric", 0);
}

static void same_routes(const struct lab *l, const struct snap *s, size_t node, int family)
{
    const struct snap_node *n = &s->node[node];
    struct json *list = ip_says(l, node, family == AF_INET ? "-4 route" : "-6 route");
    size_t ours = 0;
    for (size_t k = 0; k < n->routes; k++)
        ours += n->route[k].table == RT_TABLE_MAIN && n->route[k].to.addr.family == family;
    assert_int_equal(ours, json_count(list));
    for (size_t i = 0; i < json_count(list); i++) {
        size_t found = 0;
        for (size_t k = 0; k < n->routes; k++)
            found += n->route[k].table == RT_TABLE_MAIN && n->route[k].to.addr.family == family &&
                     is_route(n, &n->route[k], json_at(list, i));
        assert_int_equal(found, 1);
    }
    json_free(list);
}

/* Links as our own `up` makes them (indexes unique), by hand (equal indexes), to the host, within a
 * node, of other kinds, and with names and aliases that nobody would choose. */
static const char build[] =
    "for n in $1 $2 $3 $4; do on $n sh -c 'ip link set lo up;"
    " cd /proc/sys/net/ipv6/conf; echo 0 >all/accept_dad; echo 0 >default/accept_dad'; done\n"
    "on $1 ip link add a0 index 100 mtu 1400 type veth peer name b0 index 101 netns $2\n"
    "on $2 ip link add b1 index 102 type veth peer name c0 index 103 netns $3\n"
    "on $3 ip link add m0 index 2 type veth peer name m0 index 2 netns $4\n"
    "on $1 ip link add m1 index 2 type veth peer name m1 index 3 netns $4\n"
    "ip link add host0 type veth peer name up0 netns $1\n"
    "ip link set host0 up\n"
    "on $2 ip link add v0 type veth peer name v1\n"
    "on $3 ip link add br0 type bridge\n"
    "on $3 ip link set c0 master br0\n"
    "on $1 ip link set a0 up alias 'two words'\n"
    "on $2 ip link set b0 up\n"
    "on $2 ip link set b1 up\n" /* its peer is not: no carrier */
    "on $3 ip link set br0 up\n"
    "on $1 ip addr add 10.0.0.1/24 dev a0\n"
    "on $1 ip addr add 10.0.0.9 peer 10.0.0.10/32 dev a0\n"
    "on $1 ip addr add fd00::1/64 dev a0 nodad\n"
    "on $2 ip addr add 10.0.0.2/24 dev b0\n"
    "on $1 ip route add default via 10.0.0.2\n"
    "on $1 ip route add 10.9.0.0/16 via 10.0.0.2 metric 50\n"
    "on $1 ip route add blackhole 10.8.0.1/32\n"
    "on $1 ip -6 route add fd01::/64 via fd00::2\n"
    /* Of one prefix and metric, by other next hops; fe80::/64 of two interfaces the kernel makes.
     */
    "on $1 ip link set up0 up\n"
    "on $1 ip route append 10.9.0.0/16 via 10.0.0.3 metric 50\n"
    "on $1 ip route prepend 10.9.0.0/16 dev up0 metric 50\n"
    "on $1 ip route add 10.9.0.0/16 via 10.0.0.4 metric 50 tos 8\n"
    "on $1 ip -6 route add fd02::/64 dev a0\n"
    "on $1 ip -6 route append fd02::/64 dev up0\n"
    "on $1 ip -6 route add fd03::/64 via fd00::2\n"
    "on $1 ip -6 route append fd03::/64 dev up0\n"
    "on $1 ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev a0\n"
    "on $2 ping -c 1 -W 1 10.0.0.1 >/dev/null 2>&1 || :\n"
    /* The kernel works on operational states behind our back: until it has. */
    "until on $1 ip link show a0 | grep -q 'state UP'; do sleep 0.02; done\n"
    "until on $1 ip link show up0 | grep -q 'state UP'; do sleep 0.02; done\n"
    "until [ $(on $1 ip -6 route show fe80::/64 | grep -c .) = 2 ]; do sleep 0.02; done\n"
    "until on $2 ip link show b0 | grep -q 'state UP'; do sleep 0.02; done\n"
    "until on $2 ip link show b1 | grep -q NO-CARRIER; do sleep 0.02; done\n"
    "until on $3 ip link show br0 | grep -q NO-CARRIER; do sleep 0.02; done\n";

static void all_agrees_with_iproute2(void **state)
{
    const struct lab *l = *state;
    struct snap *s = observed(l);
    assert_int_equal(s->nodes, 4);
    for (size_t i = 0; i < s->nodes; i++) {
        assert_false(s->node[i].gone);
        assert_false(s->node[i].incomplete);
        assert_string_equal(s->node[i].name, l->node[i].name);
        assert_int_equal(s->node[i].pid, l->node[i].pid);
        same_node(l, s, i);
        same_routes(l, s, i, AF_INET);
        same_routes(l, s, i, AF_INET6);
    }
    snap_free(s);
}

static size_t rows_to(const struct snap_node *n, const char *to)
{
    size_t found = 0;
    struct ip_prefix p;
    assert_true(ip_prefix_parse(to, &p));
    for (size_t k = 0; k < n->routes; k++)
        found += n->route[k].table == RT_TABLE_MAIN && ip_prefix_cmp(&n->route[k].to, &p) == 0;
    return found;
}

static void each_of_one_prefix_and_metric_is_read(void **state)
{
    struct snap *s = observed(*state);
    assert_int_equal(rows_to(&s->node[0], "10.9.0.0/16"), 4);
    assert_int_equal(rows_to(&s->node[0], "fd02::/64"), 2);
    assert_int_equal(rows_to(&s->node[0], "fd03::/64"), 2);
    assert_int_equal(rows_to(&s->node[0], "fe80::/64"), 2);
    snap_free(s);
}

static void peer_is(const struct snap *s, int node, const char *name, int peer, const char *peer_if)
{
    const struct snap_if *i = snap_find_if(&s->node[node], name);
    assert_non_null(i);
    assert_int_equal(i->peer_node, peer);
    if (peer >= 0)
        assert_string_equal(snap_if_by_index(&s->node[peer], i->peer_index)->name, peer_if);
}

static void every_peer_is_found(void **state)
{
    struct snap *s = observed(*state);
    peer_is(s, 0, "a0", 1, "b0");
    peer_is(s, 1, "b0", 0, "a0");
    peer_is(s, 1, "b1", 2, "c0");
    peer_is(s, 2, "c0", 1, "b1");
    peer_is(s, 2, "m0", 3, "m0");
    peer_is(s, 3, "m0", 2, "m0");
    peer_is(s, 0, "m1", 3, "m1");
    peer_is(s, 3, "m1", 0, "m1");
    peer_is(s, 0, "up0", SNAP_NODE_HOST, NULL);
    peer_is(s, 1, "v0", 1, "v1");
    peer_is(s, 0, "lo", SNAP_NODE_NONE, NULL);
    peer_is(s, 2, "br0", SNAP_NODE_NONE, NULL);
    snap_free(s);
}

static void the_neighbour_is_read(void **state)
{
    struct snap *s = observed(*state);
    const struct snap_node *n = &s->node[0];
    char ip[IP_TEXT_MAX], mac[MAC_TEXT_MAX];
    size_t found = 0;
    for (size_t k = 0; k < n->neighs; k++)
        found += strcmp(ip_addr_format(&n->neigh[k].addr, ip), "10.0.0.2") == 0 &&
                 n->neigh[k].has_mac &&
                 strcmp(mac_format(n->neigh[k].mac, mac), "02:00:00:00:00:02") == 0 &&
                 n->neigh[k].ifindex == 100;
    assert_int_equal(found, 1);
    snap_free(s);
}

static void hostile_names_are_kept_raw(void **state)
{
    const struct lab *l = *state;
    testlab_sh(l, "on $3 ip link set m0 name \"$(printf 'e\\033[2J\\377')\"\n"
                  "on $3 ip link set br0 alias \"$(printf 'a\\033]0;x\\007')\"\n");
    struct snap *s = observed(l);
    const struct snap_if *i = snap_find_if(&s->node[2], "e\x1b[2J\xff");
    assert_non_null(i);
    assert_int_equal(i->peer_node, 3);
    assert_string_equal(snap_find_if(&s->node[2], "br0")->alias, "a\x1b]0;x\x07");
    snap_free(s);
}

static void a_peer_outside_of_the_lab_is_nobody(void **state)
{
    const struct lab *l = *state;
    pid_t stranger = testlab_process("stranger");
    char *cmd = mem_printf("on $2 ip link add s0 type veth peer name s1 netns %d\n"
                           "on $2 ip link add mv0 link b0 type macvlan\n"
                           "on $2 ip link set mv0 netns $4\n",
                           stranger);
    testlab_sh(l, cmd);
    free(cmd);
    struct snap *s = observed(l);
    peer_is(s, 1, "s0", SNAP_NODE_NONE, NULL);
    peer_is(s, 3, "mv0", 1, "b0"); /* no veth: the slow way */
    snap_free(s);
    testlab_sh(l, "on $4 ip link del mv0; on $2 ip link del s0\n");
    testlab_end(stranger);
}

static void a_node_that_ended_is_gone_and_no_error(void **state)
{
    const struct lab *l = *state;
    testlab_end(l->node[3].pid);
    struct snap *s = observed(l);
    assert_true(s->node[3].gone);
    assert_int_equal(s->node[3].ifs, 0);
    assert_false(s->node[2].gone);
    assert_non_null(snap_find_if(&s->node[0], "a0"));
    snap_free(s);
}

static void with_files(rlim_t count, struct rlimit *was)
{
    struct rlimit few;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, was), 0);
    few = *was;
    few.rlim_cur = count;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
}

/* With any number of descriptors: all of the lab, or an error that says so. */
static void too_few_descriptors_make_no_node_gone(void **state)
{
    struct lab *l = *state;
    size_t failed = 0;
    for (rlim_t n = 3; n < 40; n++) {
        struct rlimit was;
        struct err e = ERR_INIT;
        struct snap *s = NULL;
        with_files(n, &was);
        int r = observe_lab(l, OBSERVE_ALL, &s, &e);
        setrlimit(RLIMIT_NOFILE, &was);
        failed += r < 0;
        if (r != 0 && r != -EMFILE)
            fail_msg("%d: %d %s", (int)n, r, e.text);
        assert_true(r == 0 || e.exit == EXIT_LIMIT);
        for (size_t i = 0; s && i < s->nodes; i++)
            assert_false(s->node[i].gone);
        snap_free(s);
    }
    assert_true(failed > 0 && failed < 37);
}

static void here_is_read_without_a_lab(void **state)
{
    (void)state;
    struct snap *s = snap_new("here");
    struct err e = ERR_INIT;
    assert_int_equal(observe_here(OBSERVE_ALL, snap_add_node(s, "x"), &e), 0);
    const struct snap_if *lo = snap_find_if(&s->node[0], "lo");
    assert_non_null(lo);
    assert_true(lo->flags & IFF_LOOPBACK);
    assert_int_equal(lo->index, 1);
    snap_free(s);
}

static size_t open_files(void)
{
    size_t count = 0;
    for (int fd = 0; fd < 4096; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* 200 namespaces in well below 100 ms on an idle machine; the test allows ten times that. */
static void two_hundred_nodes_are_read_quickly(void **state)
{
    (void)state;
    struct lab l;
    testlab_init(&l, 200);
    testlab_sh(&l, "i=2; a=$1; shift; for b in \"$@\"; do"
                   " nsenter -t $a -n ip link add e$i index $i type veth peer name e$((i+1))"
                   " index $((i+1)) netns $b; i=$((i+2)); done\n");
    size_t files = open_files();
    int64_t from = clock_mono_ns();
    struct snap *s = observed(&l);
    int64_t took = clock_mono_ns() - from;
    print_message("200 namespaces: %.1f ms\n", (double)took / 1e6);
    assert_int_equal(open_files(), files);
    for (size_t i = 1; i < 200; i++) {
        assert_int_equal(s->node[i].ifs, 2);
        assert_int_equal(s->node[i].iface[1].peer_node, 0);
        assert_int_equal(s->node[0].iface[i].peer_node, (int)i);
    }
    assert_true(took < 1000 * CLOCK_NS_PER_MS);
    snap_free(s);
    testlab_fini(&l);
}

static struct lab shared_lab;

static int setup(void **state)
{
    testlab_init(&shared_lab, 4);
    testlab_sh(&shared_lab, build);
    *state = &shared_lab;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    testlab_fini(&shared_lab);
    return 0;
}

int main(void)
{
    alarm(120); /* nothing here may wait for ever */
    if (!testns_private())
        return testns_refused("are refused here");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_agrees_with_iproute2),
        cmocka_unit_test(each_of_one_prefix_and_metric_is_read),
        cmocka_unit_test(every_peer_is_found),
        cmocka_unit_test(the_neighbour_is_read),
        cmocka_unit_test(hostile_names_are_kept_raw),
        cmocka_unit_test(a_peer_outside_of_the_lab_is_nobody),
        cmocka_unit_test(too_few_descriptors_make_no_node_gone),
        cmocka_unit_test(a_node_that_ended_is_gone_and_no_error),
        cmocka_unit_test(here_is_read_without_a_lab),
        cmocka_unit_test(two_hundred_nodes_are_read_quickly),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
