/* SPDX-License-Identifier: BSD-2-Clause */
/* diff: a pretended kernel does what the operations say, in their order, and refuses what a real
 * one would refuse. Whatever topology runs, the difference to another leads there, and then there
 * is none; the inverse list leads back. */
#include "base/mem.h"
#include "plan/adopt.h"
#include "plan/diff.h"
#include "plan/diff_work.h"
#include "plan/plan.h"
#include "plan_pairs.h"
#include "plan_sim.h"
#include "plan_values.h"

#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void build(const struct topo *t)
{
    struct ops ops = {0};
    sim_clear();
    sim.undoing = false;
    plan_build(t, &ops);
    sim_do_all(t, &ops);
    ops_fini(&ops);
}

static size_t change(const struct topo *want, const struct topo *was)
{
    struct plan_diff d;
    struct snap *s = sim_show();
    plan_diff(want, s, was, &sim_plan_values, &d);
    size_t count = d.ops.count;
    sim_do_all(&d.topo, &d.ops);
    plan_diff_fini(&d);
    snap_free(s);
    return count;
}

static void test_same_is_nothing(void **state)
{
    (void)state;
    struct random r = {.state = 7};
    for (int i = 0; i < 200; i++) {
        struct topo *t = pairs_topo(&r);
        build(t);
        assert_int_equal(change(t, t), 0);
        assert_int_equal(change(t, NULL), 0);
        topo_free(t);
    }
}

/* Addresses, and settings of nodes and interfaces, one in a line and sorted. Indexes may differ,
 * and of the machine's ends what counts only with IPv6. */
static char *facts(void)
{
    char **line, text[IP_TEXT_MAX];
    size_t count = sim_values_list(&line, sim.addrs, SIM_MACHINE);
    for (size_t i = 0; i < sim.ifs; i++)
        for (size_t k = 0; sim.iface[i].there && k < sim.addrs; k++)
            if (sim.addr[k].there &&
                sim.addr[k].index == sim_addr_key(sim.iface[i].node, sim.iface[i].index)) {
                ip_prefix_format(&sim.addr[k].prefix, text);
                line[count++] = mem_printf("%s %s %s%s\n", sim.iface[i].node, sim.iface[i].name,
                                           text, sim.addr[k].nodad ? " nodad" : "");
            }
    return pairs_join(line, count);
}

static void test_any_leads_to_any(void **state)
{
    (void)state;
    struct random r = {.state = 4711};
    for (int i = 0; i < 1000; i++) {
        struct topo *a, *b;
        pairs_make(&r, &a, &b);
        build(b);
        _cleanup_free_ char *want = facts();
        build(a);
        change(b, a);
        _cleanup_free_ char *is = facts();
        pairs_assert_same(i, is, want);
        size_t more = change(b, b);
        if (more)
            print_error("pair %d: %zu operations are left\n", i, more);
        assert_int_equal(more, 0);
        topo_free(a);
        topo_free(b);
    }
}

/* Wherever the change stops, undoing what was done leads back to A: nothing is left to do. */
static void test_undo_leads_back(void **state)
{
    (void)state;
    struct random r = {.state = 99};
    for (int i = 0; i < 1000; i++) {
        struct topo *a, *b;
        struct plan_diff d;
        struct ops undo = {0};
        pairs_make(&r, &a, &b);
        build(a);
        _cleanup_free_ char *want = facts();
        struct snap *s = sim_show();
        plan_diff(b, s, a, &sim_plan_values, &d);
        size_t done = random_below(&r, (uint32_t)d.ops.count + 1);
        for (size_t k = 0; k < done; k++)
            sim_do(&d.topo, &d.ops.item[k]);
        plan_undo(&d, done, &undo);
        sim.undoing = true;
        sim_do_all(&d.topo, &undo);
        sim.undoing = false;
        ops_fini(&undo);
        plan_diff_fini(&d);
        snap_free(s);
        struct plan_diff rest;
        s = sim_show();
        plan_diff(a, s, a, &sim_plan_values, &rest);
        if (rest.ops.count)
            print_error("pair %d, %zu done: %zu operations to go back, first %s\n", i, done,
                        rest.ops.count, op_kind_names[rest.ops.item[0].kind]);
        assert_int_equal(rest.ops.count, 0);
        _cleanup_free_ char *is = facts();
        pairs_assert_same(i, is, want);
        plan_diff_fini(&rest);
        snap_free(s);
        topo_free(a);
        topo_free(b);
    }
}

/* --- several routes of one prefix and metric -------------------------------------------------- */
/* By hand, beside some of those that are there: by another gateway, by none, or by one where there
 * is none; so that whichever is looked for has one before or behind it. */
static void add_rivals(struct random *r)
{
    static struct sim_route before[SIM_MAX];
    size_t count = sim.routes;
    memcpy(before, sim.route, count * sizeof *before);
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = random_below(r, 4); before[i].there && k; k--) {
            struct snap_route row = before[i].r;
            bool is_v4 = row.to.addr.family == AF_INET;
            if (random_below(r, 3) == 0)
                row.via = (struct ip_addr){.family = AF_UNSPEC};
            else if (row.via.family == AF_UNSPEC)
                row.via = row.to.addr; /* nobody asks who that is */
            if (row.via.family != AF_UNSPEC)
                row.via.byte[3] ^= (uint8_t)(0x40 + k);
            if (random_below(r, 4) == 0) /* the same but for who made it */
                row.via = before[i].r.via;
            row.scope = is_v4 && row.via.family == AF_UNSPEC ? RT_SCOPE_LINK : 0;
            row.protocol = RTPROT_BOOT;
            sim_add_route(before[i].node, &row,
                          random_below(r, 2) ? OP_ROUTE_FIRST : OP_ROUTE_LAST);
        }
}

/* With its place among those of its prefix and metric. */
static char *routes(void)
{
    char to[IP_TEXT_MAX], via[IP_TEXT_MAX];
    char **line = mem_zalloc(sim.routes + 1, sizeof *line);
    size_t count = 0, place = 0;
    const struct sim_route *last = NULL;
    for (size_t i = 0; i < sim.routes; i++) {
        const struct sim_route *is = &sim.route[i];
        if (!is->there)
            continue;
        bool goes_on = last && strcmp(last->node, is->node) == 0 && diff_is_rival(&last->r, &is->r);
        place = goes_on ? place + 1 : 0;
        last = is;
        line[count++] = mem_printf("%s %s metric %u: %zu. by %s dev %u proto %u\n", is->node,
                                   ip_prefix_format(&is->r.to, to), is->r.metric, place,
                                   is->r.via.family ? ip_addr_format(&is->r.via, via) : "none",
                                   is->r.ifindex, is->r.protocol);
    }
    return pairs_join(line, count);
}

static void test_rivals_go(void **state)
{
    (void)state;
    struct random r = {.state = 17};
    for (int i = 0; i < 400; i++) {
        struct topo *a, *b;
        pairs_make(&r, &a, &b);
        build(i % 2 ? b : a);
        _cleanup_free_ char *before = routes();
        add_rivals(&r);
        change(b, i % 2 ? b : a);
        _cleanup_free_ char *after = routes();
        if (i % 2)
            pairs_assert_same(i, after, before);
        assert_int_equal(change(b, b), 0);
        topo_free(a);
        topo_free(b);
    }
}

/* Each to its place, wherever the change stops. */
static void test_rivals_come_back(void **state)
{
    (void)state;
    struct random r = {.state = 23};
    for (int i = 0; i < 400; i++) {
        struct topo *a, *b;
        struct plan_diff d;
        struct ops undo = {0};
        pairs_make(&r, &a, &b);
        build(a);
        add_rivals(&r);
        _cleanup_free_ char *want = routes();
        struct snap *s = sim_show();
        plan_diff(i % 4 ? b : a, s, a, &sim_plan_values, &d);
        size_t done = random_below(&r, (uint32_t)d.ops.count + 1);
        for (size_t k = 0; k < done; k++)
            sim_do(&d.topo, &d.ops.item[k]);
        plan_undo(&d, done, &undo);
        sim.undoing = true;
        sim_do_all(&d.topo, &undo);
        sim.undoing = false;
        _cleanup_free_ char *is = routes();
        pairs_assert_same(i, is, want);
        ops_fini(&undo);
        plan_diff_fini(&d);
        snap_free(s);
        topo_free(a);
        topo_free(b);
    }
}

static void drift(struct random *r, struct sim_if *f)
{
    uint32_t what = random_below(r, 5);
    if (what == 0)
        f->up = !f->up;
    if (what == 1)
        f->mtu = 1234;
    if (what == 2)
        snprintf(f->alias, sizeof f->alias, "%s", random_below(r, 2) ? "" : "vethlab:other:x");
    for (size_t i = 0; what == 3 && i < sim.addrs; i++)
        sim.addr[i].there &= sim.addr[i].index != f->index;
    if (what < 4)
        return;
    sim.addr[sim.addrs] = (struct sim_addr){.there = true, .index = f->index};
    assert_true(ip_prefix_parse("10.99.0.1/24", &sim.addr[sim.addrs++].prefix));
}

/* What was done by hand at the machine's ends is put right, and what of the machine is none of the
 * lab's is not so much as looked at. */
static void test_machine_drifts(void **state)
{
    (void)state;
    struct random r = {.state = 31};
    size_t tried = 0;
    while (tried < 300) {
        struct topo *t = pairs_topo(&r);
        build(t);
        struct sim_if *f = sim_if_named(SIM_MACHINE, "v2");
        if (f) {
            bool had_addr = false;
            for (size_t i = 0; i < sim.addrs; i++)
                had_addr |= sim.addr[i].there && sim.addr[i].index == f->index;
            drift(&r, f);
            size_t count = change(t, t);
            assert_true(count >= 1 || !had_addr);
            assert_int_equal(change(t, t), 0);
            assert_non_null(sim_if_named(SIM_MACHINE, "v2"));
            tried++;
        }
        topo_free(t);
    }
}

/* A bridge's MTU and a hostname that were set by hand. */
static void test_node_drifts(void **state)
{
    (void)state;
    struct random r = {.state = 37};
    for (size_t tried = 0; tried < 200;) {
        struct topo *t = pairs_topo(&r);
        build(t);
        for (size_t i = 0; i < sim.ifs; i++) {
            struct sim_if *f = &sim.iface[i];
            if (!f->there || strcmp(f->kind, "bridge") != 0)
                continue;
            f->mtu = 1234;
            f->mtu_set = true;
            size_t count = change(t, t); /* it, and the readiness of one with ports */
            assert_true(count == 1 || count == 2);
            assert_int_equal(change(t, t), 0);
            tried++;
        }
        for (size_t i = 0; i < sim.nodes; i++)
            if (sim.hostname[i][0]) {
                snprintf(sim.hostname[i], sizeof sim.hostname[i], "drifted");
                assert_int_equal(change(t, t), 1);
                assert_int_equal(change(t, t), 0);
            }
        topo_free(t);
    }
}

/* IPv6 that was switched off by hand, of one interface or of all: as up makes it. */
static void test_settings_drift(void **state)
{
    (void)state;
    struct random r = {.state = 41};
    for (size_t tried = 0; tried < 200;) {
        struct topo *t = pairs_topo(&r);
        build(t);
        _cleanup_free_ char *want = facts();
        struct sim_if *f = sim.ifs ? &sim.iface[random_below(&r, (uint32_t)sim.ifs)] : NULL;
        if (f && strcmp(f->node, SIM_MACHINE) != 0 && (f->up || f->index != 1)) {
            bool is_all = random_below(&r, 2);
            _cleanup_free_ char *key =
                mem_printf("net/ipv6/conf/%s/disable_ipv6", is_all ? "all" : f->name);
            struct op_sysctl off = {.key = key, .value = "1"};
            const char *v = sim_value(f->node, key);
            bool changes = !v || strcmp(v, "1") != 0;
            sim_do_sysctl(f->node, &off);
            assert_true((change(t, t) >= 1) == changes);
            _cleanup_free_ char *is = facts();
            pairs_assert_same((int)tried, is, want);
            assert_int_equal(change(t, t), 0);
            tried++;
        }
        topo_free(t);
    }
}

/* Settings of all, `default` and interfaces that somebody wrote, in any order: the adopted text has
 * them all, and apply of the file puts all right. */
static void test_settings_are_adopted(void **state)
{
    static const char *const what[] = {"ipv4/conf/%s/forwarding", "ipv6/conf/%s/forwarding",
                                       "ipv4/conf/%s/rp_filter", "ipv6/conf/%s/accept_ra"};
    (void)state;
    struct random r = {.state = 43};
    for (int i = 0; i < 300; i++) {
        struct topo *t = pairs_topo(&r);
        pairs_tame(t);
        build(t);
        for (int k = 0; k < 4; k++) {
            const struct sim_if *f = &sim.iface[random_below(&r, (uint32_t)sim.ifs)];
            const char *whose = (const char *[]){"all", "default", f->name}[random_below(&r, 3)];
            const char *form = what[random_below(&r, ARRAY_LEN(what))], *at = strchr(form, '%');
            _cleanup_free_ char *key =
                mem_printf("net/%.*s%s%s", (int)(at - form), form, whose, at + 2);
            if (strcmp(f->node, SIM_MACHINE) != 0)
                sim_value_write(f->node, key, random_below(&r, 2) ? "1" : "0");
        }
        struct snap *s = sim_show();
        struct plan_diff d;
        struct topo *adopted = plan_adopt(t, s, t, &sim_plan_values);
        plan_diff(adopted, s, t, &sim_plan_values, &d);
        for (size_t k = 0; k < d.ops.count; k++)
            assert_int_not_equal(d.ops.item[k].kind, OP_SYSCTL_SET);
        plan_diff_fini(&d);
        topo_free(adopted);
        snap_free(s);
        change(t, t);
        assert_int_equal(change(t, t), 0);
        topo_free(t);
    }
}

static bool is_port(const struct topo *t, const struct topo_end *end)
{
    return t->node[end->node].kind == NODE_BRIDGE;
}

/* In place where the kernel can: one operation for one change, and no more. */
static void test_one_change_is_one_operation(void **state)
{
    (void)state;
    struct random r = {.state = 5};
    for (int tried = 0; tried < 200;) {
        struct random again = r;
        struct topo *a = random_topo(&r), *b = random_topo(&again);
        pairs_tame(a);
        pairs_tame(b);
        if (a->links && !is_port(a, &a->link[0].end[0]) && !is_port(a, &a->link[0].end[1])) {
            b->link[0].mtu = a->link[0].mtu == 9000 ? 4000 : 9000;
            build(a);
            struct snap *s = sim_show();
            struct plan_diff d;
            plan_diff(b, s, a, &sim_plan_values, &d);
            assert_int_equal(d.ops.count, 4); /* both ends, and their readiness */
            for (size_t k = 0; k < 2; k++) {
                assert_int_equal(d.ops.item[k].kind, OP_LINK_SET);
                assert_int_equal(d.ops.item[k].u.link_set.fields, OP_SET_MTU);
                assert_int_equal(d.ops.item[k].u.link_set.want.mtu, b->link[0].mtu);
            }
            plan_diff_fini(&d);
            snap_free(s);
            tried++;
        }
        topo_free(a);
        topo_free(b);
    }
}

static int drop_sim(void **state)
{
    (void)state;
    sim_clear();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_is_nothing), cmocka_unit_test(test_any_leads_to_any),
        cmocka_unit_test(test_undo_leads_back), cmocka_unit_test(test_machine_drifts),
        cmocka_unit_test(test_settings_drift),  cmocka_unit_test(test_settings_are_adopted),
        cmocka_unit_test(test_node_drifts),     cmocka_unit_test(test_one_change_is_one_operation),
        cmocka_unit_test(test_rivals_go),       cmocka_unit_test(test_rivals_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, drop_sim);
}
