/* SPDX-License-Identifier: BSD-2-Clause */
/* live_routes_test: the list of routes that follows what the kernel tells and what it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "live/watch_routes.h"

static int added, removed;

static void on_route(const struct snap_route *r, bool is_added, void *ctx)
{
    assert_ptr_equal(ctx, &added);
    assert_true(r->to.addr.family != AF_UNSPEC);
    *(is_added ? &added : &removed) += 1;
}

static struct snap_route route(const char *to, const char *via, uint32_t ifindex)
{
    struct snap_route r = {.ifindex = ifindex, .table = 254, .type = 1, .protocol = 3};
    assert_true(ip_prefix_parse(to, &r.to));
    if (via)
        assert_true(ip_addr_parse(via, &r.via));
    return r;
}

static void put(struct watch_routes *l, const struct snap_route *row, size_t rows, bool replaces)
{
    added = removed = 0;
    watch_routes_put(l, row, rows, replaces, on_route, &added);
}

static void each_change_is_told_once(void **state)
{
    (void)state;
    struct watch_routes l = {0};
    struct snap_route a = route("0.0.0.0/0", "10.0.0.1", 2), b = route("10.5.0.0/16", NULL, 3);
    struct snap_route other = a;
    put(&l, &a, 1, false);
    put(&l, &b, 1, false);
    put(&l, &a, 1, false);
    assert_int_equal(added + removed, 0);
    other.metric = 100; /* a second default beside the first */
    put(&l, &other, 1, true);
    assert_int_equal(added, 1);
    assert_int_equal(removed, 0);
    struct snap_route now = route("0.0.0.0/0", "10.0.0.2", 2);
    put(&l, &now, 1, true);
    assert_int_equal(added, 1);
    assert_int_equal(removed, 1);
    added = removed = 0;
    watch_routes_remove(&l, &a, 1, on_route, &added); /* it is gone already */
    assert_int_equal(removed, 0);
    watch_routes_remove(&l, &now, 1, on_route, &added);
    assert_int_equal(removed, 1);
    added = removed = 0;
    watch_routes_sync(&l, &a, 1, on_route, &added);
    assert_int_equal(added, 1);
    assert_int_equal(removed, 2);
    assert_int_equal(l.count, 1);
    watch_routes_fini(&l);
}

static void a_route_with_another_next_hop_outlives_a_link(void **state)
{
    (void)state;
    struct watch_routes l = {0};
    struct snap *s = snap_new("t");
    struct snap_node *n = snap_add_node(s, "a");
    for (uint32_t i = 2; i <= 3; i++)
        *snap_node_add_if(n) = (struct snap_if){.index = i, .flags = IFF_UP};
    const struct snap_route two[] = {route("10.9.0.0/16", "10.0.0.1", 2),
                                     route("10.9.0.0/16", "10.1.0.1", 3)};
    put(&l, two, 2, false);
    assert_int_equal(added, 2);
    added = removed = 0;
    n->iface[0].flags = 0;
    watch_routes_link_down(&l, 2, n, on_route, &added);
    assert_int_equal(removed, 0);
    n->iface[1].flags = 0;
    watch_routes_link_down(&l, 3, n, on_route, &added);
    assert_int_equal(removed, 1);
    watch_routes_fini(&l);
    snap_free(s);
}

static void routes_go_with_their_source_and_the_last_address(void **state)
{
    (void)state;
    struct watch_routes l = {0};
    struct snap_if i = {.index = 2};
    struct snap_route from = route("10.7.0.0/16", NULL, 3), via = route("10.8.0.0/16", NULL, 2);
    struct snap_route v6 = route("fd00::/64", NULL, 2);
    struct ip_addr gone;
    assert_true(ip_addr_parse("10.0.0.1", &gone));
    from.src = gone;
    put(&l, &from, 1, false);
    put(&l, &via, 1, false);
    put(&l, &v6, 1, false);
    assert_true(ip_prefix_parse("10.0.0.2/24", &snap_if_add_addr(&i)->prefix));
    added = removed = 0;
    watch_routes_addr_gone(&l, &i, &gone, on_route, &added);
    assert_int_equal(removed, 1);
    i.addrs = 0;
    watch_routes_addr_gone(&l, &i, &gone, on_route, &added);
    assert_int_equal(removed, 2);
    assert_int_equal(l.count, 1); /* IPv6: the kernel tells */
    snap_if_fini(&i);
    watch_routes_fini(&l);
}

/* A full table is told as it comes, and costs no more memory. */
static void a_full_table_is_bounded(void **state)
{
    (void)state;
    struct watch_routes l = {0};
    struct snap_route r = route("10.0.0.0/32", "10.0.0.1", 2);
    int64_t began_ns = clock_mono_ns();
    int all = 20000;
    added = removed = 0;
    for (int i = 0; i < all; i++) {
        r.to.addr.byte[2] = (uint8_t)(i >> 8);
        r.to.addr.byte[3] = (uint8_t)i;
        watch_routes_put(&l, &r, 1, false, on_route, &added);
    }
    assert_int_equal(added, all);
    assert_int_equal(l.count, WATCH_ROUTES_MAX);
    watch_routes_remove(&l, &r, 1, on_route, &added);
    assert_int_equal(removed, 1);
    struct snap_route *many = mem_zalloc(WATCH_ROUTES_MAX + 1, sizeof *many);
    for (size_t i = 0; i <= WATCH_ROUTES_MAX; i++) {
        many[i] = r;
        many[i].metric = (uint32_t)i;
    }
    watch_routes_sync(&l, many, WATCH_ROUTES_MAX + 1, on_route, &added);
    assert_int_equal(removed, 1); /* of a part nothing can be told */
    assert_true(l.overfull);
    watch_routes_sync(&l, many, WATCH_ROUTES_MAX, NULL, NULL);
    assert_false(l.overfull);
    assert_int_equal(l.count, WATCH_ROUTES_MAX);
    assert_true(clock_mono_ns() - began_ns < 10 * CLOCK_NS_PER_S);
    free(many);
    watch_routes_fini(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_told_once),
        cmocka_unit_test(a_route_with_another_next_hop_outlives_a_link),
        cmocka_unit_test(routes_go_with_their_source_and_the_last_address),
        cmocka_unit_test(a_full_table_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
