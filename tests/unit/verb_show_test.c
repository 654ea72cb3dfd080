/* SPDX-License-Identifier: BSD-2-Clause */
/* verb_show_test: the table and the JSON of a snapshot, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "verb/grid.h"
#include "verb/show_text.h"
#include "json/json.h"

static struct snap_if *add_if(struct snap_node *n, uint32_t index, const char *name, unsigned flags,
                              uint8_t operstate)
{
    struct snap_if *i = snap_node_add_if(n);
    i->index = index;
    strncpy(i->name, name, sizeof i->name - 1);
    i->flags = flags;
    i->operstate = operstate;
    i->carrier = operstate == 6 || operstate == 0;
    i->mtu = 1500;
    i->has_mac = true;
    i->mac[0] = 2;
    i->mac[5] = (uint8_t)index;
    return i;
}

static void add_addr(struct snap_if *i, const char *prefix, uint32_t flags)
{
    struct snap_addr *a = snap_if_add_addr(i);
    assert_true(ip_prefix_parse(prefix, &a->prefix));
    a->flags = flags;
}

/* a:eth0 -- b:eth0; b has a bridge with a port that has no carrier; c ended. */
static struct snap *sample(void)
{
    struct snap *s = snap_new("demo");
    struct snap_node *a = snap_add_node(s, "a");
    struct snap_if *i = add_if(a, 1, "lo", IFF_UP | IFF_RUNNING | IFF_LOOPBACK, 0);
    i->mtu = 65536;
    add_addr(i, "127.0.0.1/8", IFA_F_PERMANENT);
    i = add_if(a, 10, "eth0", IFF_UP | IFF_RUNNING | IFF_BROADCAST, 6);
    strcpy(i->kind, "veth");
    i->peer_index = 11;
    i->peer_nsid = 0;
    i->peer_node = 1;
    i->stats = (struct snap_stats){.rx_bytes = 84, .rx_packets = 1, .tx_bytes = 1000};
    add_addr(i, "10.0.0.1/24", IFA_F_PERMANENT);
    add_addr(i, "fe80::1/64", IFA_F_TENTATIVE);
    struct snap_route *r = snap_node_add_route(a);
    r->to.addr.family = AF_INET;
    assert_true(ip_addr_parse("10.0.0.2", &r->via));
    r->ifindex = 10;
    r->table = RT_TABLE_MAIN;
    r->protocol = RTPROT_STATIC;
    r->type = RTN_UNICAST;
    r = snap_node_add_route(a);
    assert_true(ip_prefix_parse("10.0.0.1/32", &r->to));
    r->table = RT_TABLE_LOCAL;

    struct snap_node *b = snap_add_node(s, "b");
    i = add_if(b, 11, "eth0", IFF_UP | IFF_RUNNING, 6);
    strcpy(i->kind, "veth");
    i->peer_index = 10;
    i->peer_nsid = 0;
    i->peer_node = 0;
    i = add_if(b, 12, "br0", IFF_UP, 2);
    strcpy(i->kind, "bridge");
    i = add_if(b, 13, "e\x1b[2J", IFF_UP, 3);
    strcpy(i->kind, "veth");
    i->master = 12;
    i->peer_index = 7;
    i->peer_nsid = 3;
    i->alias = mem_strdup("\xff");
    i->stats.rx_dropped = 4;
    snap_add_node(s, "c")->gone = true;
    return s;
}

static char lab_name[] = "demo";
static const struct lab lab = {.name = lab_name,
                               .holder = 77,
                               .age_ns = 3723LL * 1000000000,
                               .phase = LAB_RUNNING,
                               .pidfd = -1};

/* clang-format off */
static const char golden[] =
    "lab demo: running for 1:02:03, 2 of 3 nodes\n"
    "\n"
    "NODE      INTERFACE  KIND    STATE           CARRIER     MAC                  "
    "MTU  MASTER  PEER       ADDRESSES             RX-PKTS  RX-BYTES  TX-PKTS  TX-B"
    "YTES  DROPPED\n"
    "a         lo                 UNKNOWN         yes                            65"
    "536                     127.0.0.1/8                 0         0        0      "
    "   0\n"
    "          eth0       veth    UP              yes         02:00:00:00:00:0a   1"
    "500          b:eth0     10.0.0.1/24                 1        84        0      "
    "1000\n"
    "                                                                              "
    "                        fe80::1/64 tentative\n"
    "b         eth0       veth    UP              yes         02:00:00:00:00:0b   1"
    "500          a:eth0                                 0         0        0      "
    "   0\n"
    "          br0        bridge  DOWN            NO-CARRIER  02:00:00:00:00:0c   1"
    "500                                                 0         0        0      "
    "   0\n"
    "          e\\x1b[2J   veth    LOWERLAYERDOWN  NO-CARRIER  02:00:00:00:00:0d   "
    "1500  br0     (outside)                              0         0        0     "
    "    0        4\n"
    "c (gone)\n"
    "\n"
    "NODE  TO       VIA       INTERFACE  PROTOCOL  TYPE\n"
    "a     default  10.0.0.2  eth0       static    unicast\n";
/* clang-format on */

static void the_table_is_as_it_should_be(void **state)
{
    (void)state;
    struct snap *s = sample();
    _cleanup_buf_ struct buf out = BUF_INIT;
    show_print_text(&lab, LAB_IDS_ALL, s, true, &out);
    snap_free(s);
    assert_string_equal(buf_str(&out), golden);
}

static void a_single_id_is_named_with_what_cannot_work(void **state)
{
    (void)state;
    struct snap *s = snap_new("demo");
    _cleanup_buf_ struct buf out = BUF_INIT;
    show_print_text(&lab, LAB_IDS_SINGLE, s, false, &out);
    snap_free(s);
    assert_non_null(strstr(buf_str(&out), "user ids: single: "));
    assert_non_null(strstr(buf_str(&out), "tcpdump -Z, dnsmasq and FRR"));
    buf_reset(&out);
    s = snap_new("demo");
    show_print_text(&lab, LAB_IDS_RANGE, s, false, &out);
    snap_free(s);
    assert_null(strstr(buf_str(&out), "user ids"));
}

static void the_json_has_its_shape(void **state)
{
    (void)state;
    struct snap *s = sample();
    _cleanup_buf_ struct buf out = BUF_INIT;
    struct json *j = NULL;
    struct err e = ERR_INIT;
    show_print_json(&lab, LAB_IDS_RANGE, s, true, &out);
    snap_free(s);
    assert_int_equal(json_parse(buf_str(&out), out.len, &j, &e), 0);
    assert_string_equal(json_get_text(j, "format", ""), "vethlab-show");
    assert_int_equal(json_get_int(j, "version", 0), SHOW_JSON_VERSION);
    assert_string_equal(json_get_text(j, "user_ids", ""), "range");
    assert_int_equal(json_get_int(j, "age_ms", 0), 3723000);
    const struct json *nodes = json_get(j, "nodes"), *a = json_at(nodes, 0), *b = json_at(nodes, 1);
    assert_int_equal(json_count(nodes), 3);
    assert_true(json_get_bool(json_at(nodes, 2), "gone", false));
    const struct json *eth0 = json_at(json_get(a, "interfaces"), 1), *peer = json_get(eth0, "peer");
    assert_string_equal(json_get_text(eth0, "state", ""), "UP");
    assert_string_equal(json_get_text(peer, "node", ""), "b");
    assert_string_equal(json_get_text(peer, "interface", ""), "eth0");
    assert_int_equal(json_get_int(json_get(eth0, "counters"), "rx_bytes", 0), 84);
    const struct json *ll = json_at(json_get(eth0, "addresses"), 1);
    assert_string_equal(json_get_text(ll, "address", ""), "fe80::1");
    assert_int_equal(json_get_int(ll, "prefix_length", 0), 64);
    assert_string_equal(json_at_text(json_get(ll, "flags"), 0, ""), "tentative");
    const struct json *port = json_at(json_get(b, "interfaces"), 2);
    assert_string_equal(json_get_text(port, "name", ""), "e\\x1b[2J");
    assert_string_equal(json_get_text(port, "alias", ""), "\\xff");
    assert_string_equal(json_get_text(port, "master", ""), "br0");
    assert_string_equal(json_get_text(port, "state", ""), "LOWERLAYERDOWN");
    assert_string_equal(json_at_text(json_get(port, "flags"), 0, ""), "NO-CARRIER");
    assert_null(json_get_text(json_get(port, "peer"), "node", NULL));
    const struct json *routes = json_get(a, "routes");
    assert_int_equal(json_count(routes), 1);
    assert_string_equal(json_get_text(json_at(routes, 0), "to", ""), "default");
    assert_string_equal(json_get_text(json_at(routes, 0), "via", ""), "10.0.0.2");
    json_free(j);
}

static void wide_characters_keep_the_columns(void **state)
{
    (void)state;
    static const struct grid_column columns[] = {
        {"A", false, false}, {"N", true, false}, {"GONE", false, true}, {"L", false, false}};
    struct grid *g = grid_new(columns, ARRAY_LEN(columns));
    static const char *const cells[] = {
        "\xe4\xb8\xad\xe4\xb8\xad", "7", "", "x\nyy", "abc", "10", "", ""};
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        grid_add(g, cells[i]);
    _cleanup_buf_ struct buf out = BUF_INIT;
    grid_print(g, &out);
    grid_free(g);
    assert_string_equal(buf_str(&out), "A      N  L\n"
                                       "\xe4\xb8\xad\xe4\xb8\xad   7  x\n"
                                       "          yy\n"
                                       "abc   10\n");
}

static void id_maps_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(lab_ids_parse("         0          0 4294967295\n"), LAB_IDS_ALL);
    assert_int_equal(lab_ids_parse("0 1000 1\n"), LAB_IDS_SINGLE);
    assert_int_equal(lab_ids_parse("0 1000 1\n1 100000 65536\n"), LAB_IDS_RANGE);
    static const char *const senseless[] = {
        "", "x", "0 0", "0 0 0\n", "0 0 1\nx", "0 0 -1", "0 0 99999999999"};
    for (size_t i = 0; i < ARRAY_LEN(senseless); i++)
        assert_int_equal(lab_ids_parse(senseless[i]), LAB_IDS_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_as_it_should_be),
        cmocka_unit_test(a_single_id_is_named_with_what_cannot_work),
        cmocka_unit_test(the_json_has_its_shape),
        cmocka_unit_test(wide_characters_keep_the_columns),
        cmocka_unit_test(id_maps_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
