/* SPDX-License-Identifier: BSD-2-Clause */
/* Which pings the view shows of a lab. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "view/pings.h"

static struct buf told;

static void tell(const struct pings_one *p, void *ctx)
{
    const struct snap *s = ctx;
    char text[IP_TEXT_MAX];
    buf_printf(&told, "%s>%s=%s ", s->node[p->from].name,
               p->to_node < 0 ? "?" : s->node[p->to_node].name, ip_addr_format(&p->to, text));
}

static const char *chosen(const struct snap *s, const struct topo *t)
{
    buf_reset(&told);
    pings_choose(s, t, tell, (void *)s);
    return buf_str(&told);
}

static struct snap_if *add_if(struct snap *s, size_t node, uint32_t index, const char *addresses)
{
    struct snap_if *i = snap_node_add_if(&s->node[node]);
    i->index = index;
    snprintf(i->name, sizeof i->name, "if%u", (unsigned)index);
    i->peer_node = SNAP_NODE_NONE;
    char copy[256], *save = NULL;
    snprintf(copy, sizeof copy, "%s", addresses);
    for (char *at = strtok_r(copy, " ", &save); at; at = strtok_r(NULL, " ", &save))
        assert_true(ip_prefix_parse(at, &snap_if_add_addr(i)->prefix));
    return i;
}

static void link_ends(struct snap *s, size_t a, uint32_t ia, size_t b, uint32_t ib)
{
    struct snap_if *x = (struct snap_if *)snap_if_by_index(&s->node[a], ia);
    struct snap_if *y = (struct snap_if *)snap_if_by_index(&s->node[b], ib);
    x->peer_node = (int)b;
    x->peer_index = ib;
    y->peer_node = (int)a;
    y->peer_index = ia;
}

static struct snap *new_pair(const char *a, const char *b)
{
    struct snap *s = snap_new("t");
    snap_add_node(s, "a");
    snap_add_node(s, "b");
    add_if(s, 0, 11, a);
    add_if(s, 1, 12, b);
    link_ends(s, 0, 11, 1, 12);
    return s;
}

static void both_ends_of_a_link_ping_each_other(void **state)
{
    (void)state;
    struct snap *s = new_pair("fe80::1/64 10.0.0.1/24 fd00::1/64", "fe80::2/64 10.0.0.2/24");
    assert_string_equal(chosen(s, NULL), "a>b=10.0.0.2 b>a=10.0.0.1 ");
    snap_free(s);
    /* The first on the same prefix, though another stands before it. */
    s = new_pair("10.0.0.1/24", "10.9.0.2/24 10.0.0.2/24");
    assert_string_equal(chosen(s, NULL), "a>b=10.0.0.2 b>a=10.0.0.1 ");
    snap_free(s);
    s = new_pair("10.0.0.1/24 fd00::1/64", "fd00::2/64 10.0.1.2/24"); /* a slip shows */
    assert_string_equal(chosen(s, NULL), "a>b=10.0.1.2 b>a=10.0.0.1 ");
    snap_free(s);
    s = new_pair("10.0.0.1/32", "10.0.0.2/32");
    assert_string_equal(chosen(s, NULL), "a>b=10.0.0.2 b>a=10.0.0.1 ");
    snap_free(s);
}

static void what_cannot_be_pinged_is_not(void **state)
{
    (void)state;
    struct snap *s = new_pair("fe80::1/64", "fe80::2/64");
    assert_string_equal(chosen(s, NULL), "");
    snap_free(s);
    s = new_pair("10.0.0.1/24", "");
    assert_string_equal(chosen(s, NULL), "");
    snap_free(s);
    s = new_pair("10.0.0.1/24", "fd00::1/64");
    assert_string_equal(chosen(s, NULL), "");
    snap_free(s);
}

/* Node 0 is a bridge with `hosts` ports; with address "" it has none of its own. */
static struct snap *new_star(size_t hosts, const char *address)
{
    struct snap *s = snap_new("t");
    snap_add_node(s, "sw");
    add_if(s, 0, 10, address);
    for (uint32_t i = 1; i <= hosts; i++) {
        char name[8], addr[32];
        snprintf(name, sizeof name, "h%u", (unsigned)i);
        snprintf(addr, sizeof addr, "10.0.0.%u/24", (unsigned)i);
        snap_add_node(s, name);
        add_if(s, 0, 10 + i, "")->master = 10;
        add_if(s, i, 1000 + i, addr);
        link_ends(s, 0, 10 + i, i, 1000 + i);
    }
    return s;
}

static void without_either_address_nothing_can_be_pinged(void **state)
{
    (void)state;
    struct ip_addr b, other;
    struct snap *s = new_pair("10.0.0.1/24 fe80::1/64", "10.0.0.2/24 fd00::2/64");
    assert_true(ip_addr_parse("10.0.0.2", &b));
    assert_true(pings_can(s, 0, &b));
    assert_true(ip_addr_parse("fd00::2", &other));
    assert_false(pings_can(s, 0, &other)); /* a has link-local ones only */
    assert_true(ip_addr_parse("10.0.0.3", &other));
    assert_false(pings_can(s, 0, &other)); /* nobody has it */
    s->node[1].gone = true;
    assert_true(pings_can(s, 0, &b)); /* as long as its addresses stand there */
    assert_false(pings_can(s, 1, &b));
    s->node[0].iface[0].addrs = 0;
    assert_false(pings_can(s, 0, &b));
    s->machine = 0;
    assert_true(pings_can(s, 0, &b));
    snap_free(s);
}

static void neighbours_on_a_bridge_are_pinged(void **state)
{
    (void)state;
    struct snap *s = new_star(3, "");
    assert_string_equal(chosen(s, NULL), "h1>h2=10.0.0.2 h1>h3=10.0.0.3 h2>h3=10.0.0.3 "
                                         "h2>h1=10.0.0.1 h3>h1=10.0.0.1 h3>h2=10.0.0.2 ");
    snap_free(s);
    s = new_star(1, "10.0.0.100/24");
    assert_string_equal(chosen(s, NULL), "sw>h1=10.0.0.1 h1>sw=10.0.0.100 ");
    snap_free(s);
}

static void a_large_bridge_gives_each_a_few(void **state)
{
    (void)state;
    struct snap *s = new_star(100, "");
    size_t count = 0;
    for (const char *at = chosen(s, NULL); (at = strchr(at, ' ')); at++)
        count++;
    assert_int_equal(count, 100 * PINGS_EACH_BRIDGE);
    assert_non_null(strstr(buf_str(&told), "h99>h100=10.0.0.100 h99>h1=10.0.0.1 "));
    snap_free(s);
}

/* Two bridges with two cables between them, and one host. */
static void a_circle_of_bridges_ends(void **state)
{
    (void)state;
    struct snap *s = new_star(1, "");
    snap_add_node(s, "sw2");
    add_if(s, 2, 20, "");
    for (uint32_t i = 0; i < 2; i++) {
        add_if(s, 0, 30 + i, "")->master = 10;
        add_if(s, 2, 40 + i, "")->master = 20;
        link_ends(s, 0, 30 + i, 2, 40 + i);
    }
    assert_string_equal(chosen(s, NULL), "");
    snap_free(s);
}

static void the_file_has_the_last_word(void **state)
{
    (void)state;
    struct snap *s = new_pair("10.0.0.1/24", "10.0.0.2/24 fd00::2/64");
    add_if(s, 1, 13, "10.7.0.1/24");
    struct topo *t = topo_new();
    topo_add_node(t, "a");
    topo_add_node(t, "b");
    t->has_pings = true;
    assert_string_equal(chosen(s, t), "");
    *topo_add_ping(t) = (struct topo_ping){.from = 0, .to_node = 1};
    struct topo_ping *p = topo_add_ping(t);
    *p = (struct topo_ping){.from = 0, .to_node = -1};
    assert_true(ip_addr_parse("10.7.0.1", &p->to));
    p = topo_add_ping(t);
    *p = (struct topo_ping){.from = 1, .to_node = -1};
    assert_true(ip_addr_parse("10.8.0.1", &p->to));
    assert_string_equal(chosen(s, t), "a>b=10.0.0.2 a>b=10.7.0.1 b>?=10.8.0.1 ");
    topo_free(t);
    snap_free(s);
}

static int fini(void **state)
{
    (void)state;
    buf_fini(&told);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_of_a_link_ping_each_other),
        cmocka_unit_test(what_cannot_be_pinged_is_not),
        cmocka_unit_test(without_either_address_nothing_can_be_pinged),
        cmocka_unit_test(neighbours_on_a_bridge_are_pinged),
        cmocka_unit_test(a_large_bridge_gives_each_a_few),
        cmocka_unit_test(a_circle_of_bridges_ends),
        cmocka_unit_test(the_file_has_the_last_word),
    };
    return cmocka_run_group_tests(tests, NULL, fini);
}
