/* SPDX-License-Identifier: BSD-2-Clause */
/* model_check_test: each limit one below, at and above; what is not concluded from a half-read
 * file; faults in order and bounded. The sentences themselves are in tests/golden/refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/check.h"

static struct topo *lab(void)
{
    struct topo *t = topo_new();
    t->name = mem_strdup("lab");
    return t;
}

static struct topo_node *add_node(struct topo *t, enum node_kind kind)
{
    char name[16];
    snprintf(name, sizeof name, "n%zu", t->nodes);
    struct topo_node *n = topo_add_node(t, name);
    n->kind = kind;
    return n;
}

static void add_link(struct topo *t, int a, int b)
{
    struct topo_link *l = topo_add_link(t);
    int node[2] = {a, b};
    for (int k = 0; k < 2; k++) {
        l->end[k].node = node[k];
        l->end[k].ifname = mem_printf("e%zu%c", t->links, "ab"[k]);
    }
}

static struct ip_prefix nth_prefix(size_t i)
{
    struct ip_prefix p = {.addr = {AF_INET, {10, 1, (uint8_t)(i >> 8), (uint8_t)i}}, .len = 32};
    return p;
}

/* The number of errors; if there is one, its sentence contains `text`. Frees the topology. */
static size_t errors_of(struct topo *t, const char *text)
{
    struct faults f;
    faults_init(&f);
    topo_check(t, &f);
    size_t errors = f.errors;
    if (errors && text)
        assert_non_null(strstr(f.item[0].text, text));
    faults_fini(&f);
    topo_free(t);
    return errors;
}

static struct topo *with_nodes(size_t count)
{
    struct topo *t = lab();
    while (count--)
        add_node(t, NODE_LINUX);
    return t;
}

static struct topo *with_links(size_t count)
{
    struct topo *t = with_nodes(200);
    for (size_t i = 0; i < count; i++)
        add_link(t, (int)(i % 200), (int)((i + 7) % 200));
    return t;
}

static struct topo *with_interfaces(size_t count)
{
    struct topo *t = lab();
    add_node(t, NODE_LINUX);
    add_node(t, NODE_BRIDGE);
    while (count--)
        add_link(t, 0, 1);
    return t;
}

static struct topo *with_ports(size_t count)
{
    struct topo *t = with_nodes(10);
    add_node(t, NODE_BRIDGE);
    for (size_t i = 0; i < count; i++)
        add_link(t, (int)(i % 10), 10);
    return t;
}

static struct topo *with_link_addresses(size_t count)
{
    struct topo *t = with_nodes(2);
    add_link(t, 0, 1);
    for (size_t i = 1; i <= count; i++) {
        struct ip_prefix p = nth_prefix(i);
        topo_prefixes_add(&t->link[0].end[1].prefix, &p);
    }
    return t;
}

static struct topo *with_node_addresses(size_t count)
{
    struct topo *t = with_nodes(1);
    for (size_t i = 1; i <= count; i++) {
        struct ip_prefix p = nth_prefix(i);
        topo_prefixes_add(&t->node[0].prefix, &p);
    }
    return t;
}

static struct topo *with_routes(size_t count)
{
    struct topo *t = with_nodes(1);
    for (size_t i = 1; i <= count; i++) {
        struct topo_route *r = topo_node_add_route(&t->node[0]);
        r->to = nth_prefix(i);
        r->dev = mem_strdup("lo");
    }
    return t;
}

static struct topo *with_sysctls(size_t count)
{
    struct topo *t = with_nodes(1);
    char key[32];
    for (size_t i = 0; i < count; i++) {
        snprintf(key, sizeof key, "net/ipv4/x%zu", i);
        topo_node_add_sysctl(&t->node[0], key, "1");
    }
    return t;
}

static struct topo *with_variables(size_t count)
{
    struct topo *t = with_nodes(1);
    char key[32];
    for (size_t i = 0; i < count; i++) {
        snprintf(key, sizeof key, "V%zu", i);
        topo_node_add_env(&t->node[0], key, "");
    }
    return t;
}

static struct topo *with_commands(size_t count)
{
    struct topo *t = with_nodes(1);
    while (count--)
        topo_node_add_exec(&t->node[0]);
    return t;
}

static struct topo *with_pings(size_t count)
{
    struct topo *t = with_nodes(1);
    while (count--)
        topo_add_ping(t)->to_node = 0;
    return t;
}

static struct topo *with_mtu(size_t mtu)
{
    struct topo *t = with_nodes(2);
    add_link(t, 0, 1);
    t->link[0].mtu = (uint32_t)mtu;
    return t;
}

static struct topo *with_node_name(size_t length)
{
    struct topo *t = lab();
    _cleanup_free_ char *name = mem_zalloc(1, length + 1);
    memset(name, 'x', length);
    topo_add_node(t, name);
    return t;
}

static struct topo *with_bridge_name(size_t length)
{
    struct topo *t = with_node_name(length);
    t->node[0].kind = NODE_BRIDGE;
    return t;
}

static struct topo *with_interface_name(size_t length)
{
    struct topo *t = with_nodes(2);
    add_link(t, 0, 1);
    char *name = mem_zalloc(1, length + 1);
    memset(name, 'x', length);
    free(t->link[0].end[0].ifname);
    t->link[0].end[0].ifname = name;
    return t;
}

static void limits_are_where_they_are_said_to_be(void **state)
{
    static const struct {
        struct topo *(*make)(size_t);
        size_t limit;
        const char *text; /* of the fault above it */
    } limits[] = {
        {with_nodes, TOPO_NODES_MAX, "4097 nodes are more than the limit of 4096"},
        {with_links, TOPO_LINKS_MAX, "16385 links are more than the limit of 16384"},
        {with_interfaces, TOPO_NODE_IFS_MAX, "257 interfaces, more than the limit of 256"},
        {with_ports, TOPO_BRIDGE_PORTS_MAX, "1001 ports, more than the limit of 1000"},
        {with_link_addresses, TOPO_IF_ADDRS_MAX, "65 addresses on one interface"},
        {with_node_addresses, TOPO_IF_ADDRS_MAX, "65 addresses of its own"},
        {with_routes, TOPO_LIST_MAX, "4097 routes"},
        {with_sysctls, TOPO_LIST_MAX, "4097 sysctls"},
        {with_variables, TOPO_LIST_MAX, "4097 variables"},
        {with_commands, TOPO_LIST_MAX, "4097 commands"},
        {with_pings, TOPO_LIST_MAX, "4097 pings"},
        {with_mtu, TOPO_MTU_MAX, "the MTU 65536 is not between 68 and 65535"},
        {with_node_name, 32, "33 bytes long"},
        {with_bridge_name, 15, "16 bytes"},
        {with_interface_name, 15, "16 bytes long"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        assert_int_equal(errors_of(limits[i].make(limits[i].limit - 1), NULL), 0);
        assert_int_equal(errors_of(limits[i].make(limits[i].limit), NULL), 0);
        assert_int_equal(errors_of(limits[i].make(limits[i].limit + 1), limits[i].text), 1);
    }
    assert_int_equal(errors_of(with_mtu(TOPO_MTU_MIN), NULL), 0);
    assert_int_equal(errors_of(with_mtu(TOPO_MTU_MIN - 1), "the MTU 67 is not between"), 1);
}

/* A route by a gateway whose prefix could not be read, an end whose node is not known. */
static struct topo *half_read(void)
{
    struct topo *t = with_nodes(2);
    struct topo_route *r = topo_node_add_route(&t->node[0]);
    r->to = (struct ip_prefix){.addr.family = AF_INET};
    r->via = nth_prefix(1).addr;
    topo_node_add_sysctl(&t->node[0], "net/ipv4/conf/eth9/rp_filter", "1");
    add_link(t, 0, TOPO_NOWHERE);
    add_link(t, 1, TOPO_NOWHERE);
    for (size_t i = 0; i < 2; i++) { /* the same name at two unknown nodes is no fault */
        free(t->link[i].end[1].ifname);
        t->link[i].end[1].ifname = mem_strdup("same");
    }
    return t;
}

static void nothing_is_concluded_from_what_is_missing(void **state)
{
    (void)state;
    assert_int_equal(errors_of(half_read(), NULL), 2);
    struct topo *t = half_read();
    t->node[1].incomplete = true; /* which is not the one with the route and the sysctl */
    assert_int_equal(errors_of(t, NULL), 2);
    t = half_read();
    t->node[0].incomplete = true;
    assert_int_equal(errors_of(t, NULL), 0);
    t = half_read();
    t->incomplete = true;
    assert_int_equal(errors_of(t, NULL), 0);
    t = lab(); /* no nodes: perhaps they could not be read */
    t->incomplete = true;
    assert_int_equal(errors_of(t, NULL), 0);
    assert_int_equal(errors_of(lab(), "the lab has no nodes"), 1);
}

/* A node with an address, and two routes that are one of the kernel's and of each other. */
static struct topo *with_own_network(enum node_kind kind)
{
    struct topo *t = lab();
    struct topo_node *n = add_node(t, kind);
    add_node(t, NODE_LINUX);
    add_link(t, 1, 0);
    struct ip_prefix p = {.addr = {AF_INET6, {0xfd, [15] = 1}}, .len = 64};
    topo_prefixes_add(&n->prefix, &p);
    for (int i = 0; i < 2; i++) {
        struct topo_route *r = topo_node_add_route(n);
        r->to = p;
        r->to.addr.byte[15] = 0;
        r->metric = 256;
        r->dev = mem_strdup(kind == NODE_BRIDGE ? "n0" : "e1b");
    }
    return t;
}

static void a_route_is_not_one_that_the_kernel_makes(void **state)
{
    (void)state;
    struct topo *t = with_own_network(NODE_LINUX);
    assert_int_equal(errors_of(t, "is lo's own network already"), 2);
    t = with_own_network(NODE_LINUX);
    t->node[0].lo_down = true; /* then the kernel makes none */
    assert_int_equal(errors_of(t, "already in line 0: give one of them another metric"), 1);
    t = with_own_network(NODE_BRIDGE);
    t->node[0].lo_down = true; /* the address is not on lo */
    assert_int_equal(errors_of(t, "is n0's own network already"), 2);
    t = with_own_network(NODE_LINUX);
    t->node[0].incomplete = true; /* perhaps a bridge, or lo is down */
    assert_int_equal(errors_of(t, "another metric"), 1);
}

/* The most interfaces with the most addresses: one of the networks is that of the route. */
static void a_route_is_found_among_many_networks(void **state)
{
    (void)state;
    struct topo *t = with_interfaces(TOPO_NODE_IFS_MAX);
    for (size_t i = 0; i < TOPO_NODE_IFS_MAX * TOPO_IF_ADDRS_MAX; i++) {
        struct ip_prefix p = {.addr = {AF_INET, {10, (uint8_t)(i >> 8), (uint8_t)i, 1}}, .len = 24};
        topo_prefixes_add(&t->link[i / TOPO_IF_ADDRS_MAX].end[0].prefix, &p);
    }
    for (size_t i = 0; i < TOPO_LIST_MAX; i++) {
        struct topo_route *r = topo_node_add_route(&t->node[0]);
        r->to = (struct ip_prefix){.addr = {AF_INET, {11, (uint8_t)(i >> 8), (uint8_t)i, 0}},
                                   .len = 24};
        r->dev = mem_strdup("lo");
    }
    t->node[0].route[7].to = (struct ip_prefix){.addr = {AF_INET, {10, 63, 255, 0}}, .len = 24};
    assert_int_equal(errors_of(t, "10.63.255.0/24 is e256a's own network already"), 1);
}

static void warnings_never_take_the_place_of_errors(void **state)
{
    (void)state;
    struct faults f;
    faults_init(&f);
    for (uint32_t i = 0; i < 3 * FAULT_MAX; i++)
        fault_add(&f, FAULT_WARNING, (struct mark){i + 1, 1, 1}, "w");
    for (uint32_t i = 0; i < 3 * FAULT_MAX; i++)
        fault_add(&f, FAULT_ERROR, (struct mark){FAULT_MAX - i % FAULT_MAX, 1, 1}, "e");
    assert_int_equal(f.count, FAULT_MAX);
    assert_int_equal(f.errors, 3 * FAULT_MAX);
    assert_int_equal(f.skipped, 3 * FAULT_MAX - FAULT_MAX / 2);
    faults_sort(&f);
    for (size_t i = 1; i < f.count; i++)
        assert_true(f.item[i - 1].mark.line <= f.item[i].mark.line);
    _cleanup_buf_ struct buf out = BUF_INIT;
    faults_print(&f, "x", NULL, 0, &out);
    assert_non_null(strstr(buf_str(&out), "x: 250 more faults\n"));
    faults_fini(&f);
}

static void a_long_sentence_is_cut_between_characters(void **state)
{
    (void)state;
    struct faults f;
    char value[4096] = "";
    for (size_t shift = 0; shift < 3; shift++) {
        memset(value, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof value; i += 3)
            memcpy(value + i, "漢", 4);
        faults_init(&f);
        fault_add(&f, FAULT_ERROR, (struct mark){1, 1, 1}, "%s", value);
        const char *text = f.item[0].text;
        size_t len = strlen(text);
        assert_in_range(len, 1000, 1023);
        for (size_t i = 0; i < len;) {
            uint32_t c;
            size_t n = text_utf8_next(text + i, len - i, &c);
            assert_int_not_equal(n, 0);
            i += n;
        }
        faults_fini(&f);
    }
}

/* --- the caret -------------------------------------------------------------------------------- */
static void caret(const char *source, uint32_t column, uint32_t length, const char *expected)
{
    struct faults f;
    _cleanup_buf_ struct buf out = BUF_INIT;
    faults_init(&f);
    fault_add(&f, FAULT_ERROR, (struct mark){1, column, length}, "e");
    faults_print(&f, "x", source, strlen(source), &out);
    _cleanup_free_ char *whole = mem_printf("x:1:%u: e\n%s", column, expected);
    assert_string_equal(buf_str(&out), whole);
    faults_fini(&f);
}

static void the_caret_stands_under_the_place(void **state)
{
    (void)state;
    caret("abc def\nx", 5, 3, "     1 | abc def\n       |     ^~~\n");
    caret("a\tb\tcd", 5, 2, "     1 | a b cd\n       |     ^~\n");
    caret("漢字 x", 4, 1, "     1 | 漢字 x\n       |      ^\n");
    caret("漢字 x", 1, 2, "     1 | 漢字 x\n       | ^~~~\n");
    caret("e\u0301 x", 4, 1, "     1 | e\u0301 x\n       |   ^\n");
    caret("a\x1b"
          "b",
          3, 1, "     1 | a\\x1bb\n       |      ^\n");
    caret("ab\r\n", 1, 2, "     1 | ab\n       | ^~\n");
    caret("ab", 9, 1, "     1 | ab\n       |   ^\n");
    caret("\xff\xfe", 1, 2, "     1 | \\xff\\xfe\n       | ^~~~~~~~\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_where_they_are_said_to_be),
        cmocka_unit_test(nothing_is_concluded_from_what_is_missing),
        cmocka_unit_test(a_route_is_not_one_that_the_kernel_makes),
        cmocka_unit_test(a_route_is_found_among_many_networks),
        cmocka_unit_test(warnings_never_take_the_place_of_errors),
        cmocka_unit_test(a_long_sentence_is_cut_between_characters),
        cmocka_unit_test(the_caret_stands_under_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
