/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts: the order of lines, and which nodes need a file of their own. */
#include "apply/hosts.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HEAD "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"

static void add_addr(struct topo_prefixes *to, const char *text)
{
    struct ip_prefix p;
    assert_true(ip_prefix_parse(text, &p));
    topo_prefixes_add(to, &p);
}

static void add_link(struct topo *t, int a, const char *a_addr, int b, const char *b_addr)
{
    struct topo_link *l = topo_add_link(t);
    l->end[0].node = a;
    l->end[1].node = b;
    add_addr(&l->end[0].prefix, a_addr);
    add_addr(&l->end[1].prefix, b_addr);
}

/* a - b - c - d, and e without an address. */
static struct topo *chain(void)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    struct topo *t = topo_new();
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        topo_add_node(t, names[i]);
    add_link(t, 0, "10.0.0.1/30", 1, "10.0.0.2/30");
    add_link(t, 1, "10.0.0.5/30", 2, "10.0.0.6/30");
    add_link(t, 2, "fd00::1/64", 3, "fd00::2/64");
    return t;
}

static void expect(struct hosts *h, size_t node, const char *want)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    hosts_text(h, node, &text);
    assert_string_equal(buf_str(&text), want);
}

static void test_order(void **state)
{
    (void)state;
    struct topo *t = chain();
    struct hosts *h = hosts_new(t);
    const char *common = HEAD "10.0.0.1 a\n10.0.0.2 b\n10.0.0.5 b\n10.0.0.6 c\nfd00::1 c\n"
                              "fd00::2 d\n127.0.1.1 e\n";
    assert_false(hosts_is_own(h, 0));
    assert_false(hosts_is_own(h, 1));
    assert_true(hosts_is_own(h, 2)); /* b is nearest at its second address */
    assert_true(hosts_is_own(h, 3)); /* c likewise, by IPv6 */
    assert_false(hosts_is_own(h, 4));
    expect(h, 0, common);
    expect(h, 1, common);
    expect(h, 4, common);
    expect(h, 2,
           HEAD "10.0.0.1 a\n10.0.0.5 b\n10.0.0.2 b\n10.0.0.6 c\nfd00::1 c\n"
                "fd00::2 d\n127.0.1.1 e\n");
    expect(h, 3,
           HEAD "10.0.0.1 a\n10.0.0.2 b\n10.0.0.5 b\nfd00::1 c\n10.0.0.6 c\n"
                "fd00::2 d\n127.0.1.1 e\n");
    expect(h, 0, common); /* nothing of another viewer stays */
    hosts_free(h);
    topo_free(t);
}

/* A prefix of the viewer may hold addresses on both sides of its own. */
static void test_wide_prefix(void **state)
{
    (void)state;
    struct topo *t = topo_new();
    topo_add_node(t, "low");
    topo_add_node(t, "view");
    topo_add_node(t, "high");
    for (int i = 0; i < 3; i++)
        add_addr(&t->node[i].prefix, i == 1 ? "10.5.0.9/8" : "192.168.0.1/32");
    add_addr(&t->node[0].prefix, "10.0.0.1/8");
    add_addr(&t->node[2].prefix, "10.9.0.1/8");
    struct hosts *h = hosts_new(t);
    assert_true(hosts_is_own(h, 1));
    expect(h, 1,
           HEAD "10.0.0.1 low\n192.168.0.1 low\n10.5.0.9 view\n10.9.0.1 high\n"
                "192.168.0.1 high\n");
    hosts_free(h);
    topo_free(t);
}

static void test_one_address_each(void **state)
{
    (void)state;
    struct topo *t = topo_new();
    topo_add_node(t, "a");
    topo_add_node(t, "b");
    add_link(t, 0, "10.0.0.1/24", 1, "10.0.0.2/24");
    struct hosts *h = hosts_new(t);
    assert_false(hosts_is_own(h, 0));
    assert_false(hosts_is_own(h, 1));
    expect(h, 1, HEAD "10.0.0.1 a\n10.0.0.2 b\n");
    hosts_free(h);
    topo_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_wide_prefix),
        cmocka_unit_test(test_one_address_each),
    };
    return cmocka_run_group_tests_name("apply/hosts", tests, NULL, NULL);
}
