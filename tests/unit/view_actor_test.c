/* SPDX-License-Identifier: BSD-2-Clause */
/* view_actor_test: what a person does to links of a lab, and that taking it back leaves all as it
 * was before, addresses and routes too; which processes can be killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "kernel/observe.h"
#include "kernel_testlab.h"
#include "view/actor.h"

#define LIMIT_NS (20 * CLOCK_NS_PER_S)

struct stage {
    struct lab lab;
    struct loop *loop;
    struct actor *actor;
    struct snap *snap;
    struct view_data data;
    struct buf said; /* all of it, a line each */
    struct buf sent; /* and what failed of it */
    size_t done;
};

static struct stage stage;

static void on_said(bool bad, const char *text, void *ctx)
{
    struct stage *g = ctx;
    buf_printf(&g->said, "%s%s\n", bad ? "! " : "", text);
}

static void on_sent(size_t node, const char *command, void *ctx)
{
    struct stage *g = ctx;
    buf_printf(&g->sent, "%zu %s\n", node, command);
}

static void on_done(void *ctx)
{
    struct stage *g = ctx;
    g->done++;
}

static void on_failed(size_t node, const char *command, const char *why, void *ctx)
{
    struct stage *g = ctx;
    assert_true(*why);
    buf_printf(&g->sent, "! %zu %s\n", node, command);
}

/* n0:eth1 - n1:eth2, as `up` makes them, and routes of both families by the other end; a person's
 * link-local address, and a route on the link by which a gateway is reached. */
static int set_up(void **state)
{
    struct stage *g = &stage;
    struct err e = ERR_INIT;
    const struct actor_hooks hooks = {
        .say = on_said, .sent = on_sent, .done = on_done, .failed = on_failed, .ctx = g};
    memset(g, 0, sizeof *g);
    testlab_init(&g->lab, 2);
    testlab_sh(&g->lab, "on $1 ip link add name eth1 type veth peer name eth2 netns $2\n"
                        "on $1 ip addr add 10.12.0.1/24 dev eth1\n"
                        "on $1 ip addr add fd00:12::1/64 dev eth1 nodad\n"
                        "on $1 ip addr add fe80::1/64 dev eth1 nodad\n"
                        "on $2 ip addr add 10.12.0.2/24 dev eth2\n"
                        "on $2 ip addr add fd00:12::2/64 dev eth2 nodad\n"
                        "on $1 ip link set eth1 up; on $2 ip link set eth2 up\n"
                        "on $1 ip route add 10.23.0.0/24 via 10.12.0.2 proto static\n"
                        "on $1 ip route add default via 10.12.0.2 metric 5 proto static\n"
                        "on $1 ip route add 10.99.0.0/24 dev eth1 proto static\n"
                        "on $1 ip -6 route add fd00:23::/64 via fd00:12::2 proto static\n"
                        "on $1 ip -6 route add fd00:99::/64 dev eth1 metric 7 proto static\n"
                        "on $1 ip -6 route add fd00:34::/64 via fd00:99::5 proto static\n");
    assert_int_equal(loop_new(&g->loop, &e), 0);
    assert_int_equal(actor_new(g->loop, &g->lab, &hooks, &g->actor, &e), 0);
    *state = g;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *g = *state;
    actor_free(g->actor);
    loop_free(g->loop);
    if (g->snap) {
        view_data_fini(&g->data);
        snap_free(g->snap);
    }
    buf_fini(&g->said);
    buf_fini(&g->sent);
    testlab_fini(&g->lab);
    return 0;
}

static uint32_t look(struct stage *g)
{
    struct err e = ERR_INIT;
    if (g->snap) {
        view_data_fini(&g->data);
        snap_free(g->snap);
    }
    assert_int_equal(observe_lab(&g->lab, OBSERVE_ADDRS | OBSERVE_ROUTES, &g->snap, &e), 0);
    view_data_init(&g->data, g->snap, 0);
    const struct snap_if *i = snap_find_if(&g->snap->node[0], "eth1");
    assert_non_null(i);
    return i->index;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Addresses and given routes of eth1, sorted; that of the MAC, which the kernel makes later,
 * not. Owned by the caller. */
static char *what_is_there(struct stage *g)
{
    uint32_t index = look(g);
    const struct snap_node *n = &g->snap->node[0];
    const struct snap_if *i = snap_if_by_index(n, index);
    char *line[64], to[IP_TEXT_MAX], via[IP_TEXT_MAX];
    struct buf text = BUF_INIT;
    size_t lines = 0;
    for (size_t k = 0; k < i->addrs; k++)
        if (!strstr(ip_prefix_format(&i->addr[k].prefix, to), "ff:fe"))
            line[lines++] = mem_printf("addr %s flags %x", to, i->addr[k].flags);
    for (size_t k = 0; k < n->routes && lines < 64; k++) {
        const struct snap_route *r = &n->route[k];
        if (r->protocol != 4)
            continue;
        line[lines++] = mem_printf(
            "route %s via %s dev %u metric %u scope %u", ip_prefix_format(&r->to, to),
            r->via.family ? ip_addr_format(&r->via, via) : "-", r->ifindex, r->metric, r->scope);
    }
    qsort(line, lines, sizeof *line, by_text);
    for (size_t k = 0; k < lines; k++) {
        buf_printf(&text, "%s\n", line[k]);
        free(line[k]);
    }
    return buf_steal(&text);
}

static bool has_said(const struct stage *g, const char *text)
{
    return g->said.len && strstr(buf_str(&g->said), text);
}

static void await(struct stage *g, const char *text)
{
    struct err e = ERR_INIT;
    int64_t limit_ns = clock_mono_ns() + LIMIT_NS;
    while (!has_said(g, text) && clock_mono_ns() < limit_ns)
        assert_int_equal(loop_step(g->loop, 100, &e), 0);
    if (!has_said(g, text))
        fail_msg("not said: \"%s\", but: %s", text, g->said.len ? buf_str(&g->said) : "nothing");
}

static void act(struct stage *g, enum actor_what what, uint32_t value)
{
    uint32_t index = look(g);
    actor_link(g->actor, &g->data, 0, index, what, value);
}

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void down_is_taken_back_with_all_that_went(void **state)
{
    struct stage *g = *state;
    char *before = what_is_there(g);
    assert_int_equal(lines_of(before), 3 + 6);
    act(g, ACTOR_DOWN, 0);
    await(g, "n0# ip link set dev eth1 down   "
             "(U takes it back, with 2 addresses, 6 routes that went along)");
    char *meanwhile = what_is_there(g);
    assert_string_equal(meanwhile, "addr 10.12.0.1/24 flags 80\n"); /* else it would prove little */
    actor_undo(g->actor);
    await(g, "n0# ip link set dev eth1 up   (taken back, with 2 addresses, 6 routes)");
    char *after = what_is_there(g);
    assert_string_equal(before, after);
    /* Each is a command of the log, in the order in which it can be done. */
    assert_non_null(strstr(buf_str(&g->sent), "0 ip link set dev eth1 up\n"
                                              "0 ip addr add fd00:12::1/64 dev eth1 nodad\n"));
    const char *on_link = strstr(buf_str(&g->sent), "ip -6 route add fd00:99::/64 dev eth1");
    const char *by_it = strstr(buf_str(&g->sent), "ip -6 route add fd00:34::/64 via fd00:99::5");
    assert_true(on_link && by_it && on_link < by_it);
    actor_undo(g->actor);
    await(g, "! nothing was done here that could be taken back");
    free(before);
    free(meanwhile);
    free(after);
}

static void undo_before_it_is_done_brings_all_back_too(void **state)
{
    struct stage *g = *state;
    char *before = what_is_there(g);
    act(g, ACTOR_DOWN, 0);
    actor_undo(g->actor); /* the first has not come back from the thread */
    await(g, "(taken back, with 2 addresses, 6 routes)");
    char *after = what_is_there(g);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void up_by_hand_brings_nothing_back_and_says_how(void **state)
{
    struct stage *g = *state;
    char *before = what_is_there(g);
    act(g, ACTOR_DOWN, 0);
    await(g, "eth1 down");
    act(g, ACTOR_UP, 0);
    await(g, "eth1 up   (U takes it back; U twice brings back 2 addresses, 6 routes)");
    char *meanwhile = what_is_there(g);
    assert_string_equal(meanwhile, "addr 10.12.0.1/24 flags 80\n");
    actor_undo(g->actor);
    await(g, "eth1 down   (taken back)");
    actor_undo(g->actor);
    await(g, "eth1 up   (taken back, with 2 addresses, 6 routes)");
    char *after = what_is_there(g);
    assert_string_equal(before, after);
    free(before);
    free(meanwhile);
    free(after);
}

/* The kernel takes IPv6 away with an MTU too small for it. */
static void small_mtu_is_taken_back_with_ipv6(void **state)
{
    struct stage *g = *state;
    char *before = what_is_there(g);
    act(g, ACTOR_MTU, 1000);
    await(g, "mtu 1000   (U takes it back, with 2 addresses, 3 routes that went along)");
    actor_undo(g->actor);
    await(g, "mtu 1500   (taken back, with 2 addresses, 3 routes)");
    char *after = what_is_there(g);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void kept_addresses_are_no_failure(void **state)
{
    struct stage *g = *state;
    testlab_sh(&g->lab, "on $1 sysctl -qw net.ipv6.conf.eth1.keep_addr_on_down=1");
    char *before = what_is_there(g);
    act(g, ACTOR_DOWN, 0);
    await(g, "eth1 down");
    actor_undo(g->actor);
    await(g, "eth1 up   (taken back, with ");
    char *after = what_is_there(g);
    assert_null(strstr(buf_str(&g->sent), "addr add fd00"));
    assert_false(has_said(g, "! "));
    /* What is kept becomes tentative for a moment without its flag, whatever we do. */
    assert_int_equal(lines_of(before), lines_of(after));
    free(before);
    free(after);
}

static void flap_ends_with_all_that_went(void **state)
{
    struct stage *g = *state;
    char *before = what_is_there(g);
    act(g, ACTOR_FLAP, 0);
    await(g, "eth1 down   (up again in a second, with 2 addresses, 6 routes that went along)");
    await(g, "eth1 up   (the flap is over, with 2 addresses, 6 routes)");
    char *after = what_is_there(g);
    assert_string_equal(before, after);
    actor_undo(g->actor);
    await(g, "! nothing was done here that could be taken back");
    free(before);
    free(after);
}

static void undo_ends_a_flap_and_no_more(void **state)
{
    struct stage *g = *state;
    act(g, ACTOR_MTU, 1400);
    await(g, "mtu 1400   (U takes it back)");
    char *before = what_is_there(g);
    act(g, ACTOR_FLAP, 0);
    actor_undo(g->actor); /* be it down already or not */
    await(g, "eth1 up   (the flap is over, with 2 addresses, 6 routes)");
    assert_false(has_said(g, "taken back"));
    char *after = what_is_there(g);
    assert_string_equal(before, after);
    actor_undo(g->actor);
    await(g, "mtu 1500   (taken back)");
    free(before);
    free(after);
}

/* The view may be left while a link is down for a second. */
static void leaving_ends_a_flap(void **state)
{
    struct stage *g = *state;
    char *before = what_is_there(g);
    act(g, ACTOR_FLAP, 0);
    actor_free(g->actor);
    g->actor = NULL;
    char *after = what_is_there(g);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void what_cannot_come_back_is_said(void **state)
{
    struct stage *g = *state;
    act(g, ACTOR_DOWN, 0);
    await(g, "eth1 down");
    testlab_sh(&g->lab, "on $1 ip addr del 10.12.0.1/24 dev eth1"); /* no way to the gateway now */
    actor_undo(g->actor);
    await(g, "(taken back, with 2 addresses, 4 routes)");
    await(g, "! n0# ip route add ");
    assert_non_null(strstr(buf_str(&g->sent), "! 0 ip route add "));
}

/* What the kernel tells of it comes after it, and where nothing comes the log says why. */
static void it_is_noted_before_it_is_done(void **state)
{
    struct stage *g = *state;
    act(g, ACTOR_MTU, 1400);
    assert_string_equal(buf_str(&g->sent), "0 ip link set dev eth1 mtu 1400\n");
    assert_int_equal(g->done, 0);
    await(g, "mtu 1400   (U takes it back)");
    assert_int_equal(g->done, 1);
    uint32_t index = look(g);
    testlab_sh(&g->lab, "on $1 ip link del eth1");
    actor_link(g->actor, &g->data, 0, index, ACTOR_DOWN, 0);
    await(g, "! n0# ip link set dev eth1 down: ");
    assert_string_equal(buf_str(&g->sent), "0 ip link set dev eth1 mtu 1400\n"
                                           "0 ip link set dev eth1 down\n"
                                           "! 0 ip link set dev eth1 down\n");
    assert_int_equal(g->done, 1);
}

/* A process in n0's namespace; it has been exec'd when this returns. */
static pid_t resident(const struct stage *g, const char *name)
{
    _cleanup_free_ char *path = mem_printf("/proc/%d/ns/net", (int)g->lab.node[0].pid);
    int ready[2], netns = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(netns >= 0);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (setns(netns, CLONE_NEWNET) == 0)
            execlp("sleep", name, "600", (char *)NULL);
        _exit(write(ready[1], "!", 1) < 0 ? 2 : 1);
    }
    char c;
    close(netns);
    close(ready[1]);
    assert_int_equal(read(ready[0], &c, 1), 0); /* end of file: exec closed it */
    close(ready[0]);
    return pid;
}

static bool lives(pid_t pid)
{
    return waitpid(pid, NULL, WNOHANG) == 0;
}

static void kill_named(struct stage *g, const char *which)
{
    buf_reset(&g->said);
    look(g);
    assert_true(actor_kill(g->actor, &g->data, 0, which, true));
}

static void only_a_whole_name_or_a_number_is_killed(void **state)
{
    struct stage *g = *state;
    pid_t zebra = resident(g, "/usr/lib/frr/zebra"), bgpd = resident(g, "bgpd"),
          bgpd2 = resident(g, "bgpd"), bfdd = resident(g, "b\x1b[2Jfdd");
    kill_named(g, "zeb");
    _cleanup_free_ char *zeb = mem_printf("! \"zeb\" is not the whole name of: %d zebra\n", zebra);
    assert_string_equal(buf_str(&g->said), zeb);
    kill_named(g, "b"); /* the screen is not cleared */
    assert_true(has_said(g, "! \"b\" is not the whole name of: ") && has_said(g, " bgpd, "));
    assert_null(strchr(buf_str(&g->said), '\x1b'));
    kill_named(g, "bgpd");
    _cleanup_free_ char *both =
        mem_printf("! several are called bgpd, say the number: %d bgpd, %d bgpd\n",
                   bgpd < bgpd2 ? bgpd : bgpd2, bgpd < bgpd2 ? bgpd2 : bgpd);
    assert_string_equal(buf_str(&g->said), both);
    kill_named(g, "vethlab"); /* the node's first process has a number only */
    assert_string_equal(buf_str(&g->said), "! there is no such process in this node\n");
    assert_true(lives(zebra) && lives(bgpd) && lives(bgpd2) && lives(bfdd));
    kill_named(g, " zebra ");
    assert_true(has_said(g, "(a process cannot be brought back)"));
    assert_int_equal(waitpid(zebra, NULL, 0), zebra);
    _cleanup_free_ char *number = mem_printf("%d", bgpd2);
    kill_named(g, number);
    assert_int_equal(waitpid(bgpd2, NULL, 0), bgpd2);
    assert_true(lives(bgpd));
    kill_named(g, "/usr/lib/frr/zebra");
    assert_string_equal(buf_str(&g->said), "! there is no such process in this node\n");
    testlab_end(bgpd);
    testlab_end(bfdd);
}

/* 2^32 more than a number is another number. */
static void a_number_too_large_is_no_process(void **state)
{
    struct stage *g = *state;
    const int64_t pid = g->lab.node[0].pid;
    _cleanup_free_ char *wrapped = mem_printf("%lld", (long long)(pid + (1LL << 32)));
    const char *const bad[] = {wrapped, "4294967297", "18446744073709551617", "0",
                               "99999999999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        kill_named(g, bad[i]);
        assert_string_equal(buf_str(&g->said), "! there is no such process in this node\n");
    }
    assert_true(lives(g->lab.node[0].pid));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(down_is_taken_back_with_all_that_went),
        TEST(undo_before_it_is_done_brings_all_back_too),
        TEST(up_by_hand_brings_nothing_back_and_says_how),
        TEST(small_mtu_is_taken_back_with_ipv6),
        TEST(kept_addresses_are_no_failure),
        TEST(flap_ends_with_all_that_went),
        TEST(undo_ends_a_flap_and_no_more),
        TEST(leaving_ends_a_flap),
        TEST(what_cannot_come_back_is_said),
        TEST(it_is_noted_before_it_is_done),
        TEST(only_a_whole_name_or_a_number_is_killed),
        TEST(a_number_too_large_is_no_process),
    };
    if (!testns_private())
        return testns_refused("unshare");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
