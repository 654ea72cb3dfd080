/* SPDX-License-Identifier: BSD-2-Clause */
/* format_write_test: what is written is read back equal, and written again is the same text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/format.h"
#include "format/write.h"
#include "format_random.h"
#include "model/check.h"

/* --- equality, independent of the writer ------------------------------------------------------ */
static void same_text(const char *a, const char *b)
{
    if (a && b)
        assert_string_equal(a, b);
    else
        assert_true(!a && !b);
}

static void same_prefixes(const struct topo_prefixes *a, const struct topo_prefixes *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_int_equal(ip_prefix_cmp(&a->item[i].prefix, &b->item[i].prefix), 0);
}

static void same_routes(const struct topo_node *a, const struct topo_node *b)
{
    assert_int_equal(a->routes, b->routes);
    for (size_t i = 0; i < a->routes; i++) {
        const struct topo_route *x = &a->route[i], *y = &b->route[i];
        assert_int_equal(ip_prefix_cmp(&x->to, &y->to), 0);
        assert_int_equal(ip_addr_cmp(&x->via, &y->via), 0);
        assert_int_equal(ip_addr_cmp(&x->src, &y->src), 0);
        same_text(x->dev, y->dev);
        assert_int_equal(x->metric, y->metric);
    }
}

static void same_pairs(const struct topo_pair *a, size_t as, const struct topo_pair *b, size_t bs)
{
    assert_int_equal(as, bs);
    for (size_t i = 0; i < as; i++) {
        assert_string_equal(a[i].key, b[i].key);
        assert_string_equal(a[i].value, b[i].value);
    }
}

static void same_execs(const struct topo_node *a, const struct topo_node *b)
{
    assert_int_equal(a->execs, b->execs);
    for (size_t i = 0; i < a->execs; i++) {
        const struct topo_exec *x = &a->exec[i], *y = &b->exec[i];
        assert_int_equal(x->shell, y->shell);
        assert_int_equal(x->ignore_failure, y->ignore_failure);
        assert_int_equal(x->timeout_s, y->timeout_s);
        size_t k = 0;
        for (; x->argv[k] && y->argv[k]; k++)
            assert_string_equal(x->argv[k], y->argv[k]);
        assert_true(!x->argv[k] && !y->argv[k]);
    }
}

static void same_node(const struct topo_node *a, const struct topo_node *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->hostname, b->hostname);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->namespaces, b->namespaces);
    assert_int_equal(a->lo_down, b->lo_down);
    assert_int_equal(a->dad, b->dad);
    same_prefixes(&a->prefix, &b->prefix);
    same_routes(a, b);
    same_pairs(a->sysctl, a->sysctls, b->sysctl, b->sysctls);
    same_pairs(a->env, a->envs, b->env, b->envs);
    same_execs(a, b);
}

static void same_link(const struct topo_link *a, const struct topo_link *b)
{
    assert_int_equal(a->mtu, b->mtu);
    for (int k = 0; k < 2; k++) {
        const struct topo_end *x = &a->end[k], *y = &b->end[k];
        assert_int_equal(x->node, y->node);
        assert_string_equal(x->ifname, y->ifname);
        assert_int_equal(x->has_mac, y->has_mac);
        assert_memory_equal(x->mac, y->mac, MAC_LEN);
        same_prefixes(&x->prefix, &y->prefix);
    }
}

static void same_topo(const struct topo *a, const struct topo *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->nodes, b->nodes);
    assert_int_equal(a->links, b->links);
    assert_int_equal(a->pings, b->pings);
    assert_int_equal(a->has_pings, b->has_pings);
    for (size_t i = 0; i < a->nodes; i++)
        same_node(&a->node[i], &b->node[i]);
    for (size_t i = 0; i < a->links; i++)
        same_link(&a->link[i], &b->link[i]);
    for (size_t i = 0; i < a->pings; i++) {
        assert_int_equal(a->ping[i].from, b->ping[i].from);
        assert_int_equal(a->ping[i].to_node, b->ping[i].to_node);
        assert_int_equal(ip_addr_cmp(&a->ping[i].to, &b->ping[i].to), 0);
    }
}

/* --- the properties --------------------------------------------------------------------------- */
static void no_faults(struct faults *f, const char *text)
{
    if (f->count)
        fail_msg("%u:%u: %s\n%s", f->item[0].mark.line, f->item[0].mark.column, f->item[0].text,
                 text);
    faults_fini(f);
}

static struct topo *read_valid(const char *text, size_t len)
{
    struct faults f;
    faults_init(&f);
    struct topo *t = format_parse(text, len, &f);
    if (!f.count)
        topo_check(t, &f);
    no_faults(&f, text);
    return t;
}

static void survives(const struct topo *t)
{
    _cleanup_buf_ struct buf once = BUF_INIT, twice = BUF_INIT;
    format_write(t, &once);
    struct topo *back = read_valid(buf_str(&once), once.len);
    same_topo(t, back);
    format_write(back, &twice);
    assert_string_equal(buf_str(&once), buf_str(&twice));
    topo_free(back);
}

static void random_topologies_survive(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct random r = {seed * 0x9e3779b97f4a7c15};
        struct topo *t = random_topo(&r);
        struct faults f;
        faults_init(&f);
        topo_check(t, &f);
        no_faults(&f, "the generator");
        survives(t);
        topo_free(t);
    }
}

/* Every key once, in forms that the writer does not use itself. */
static const char all_keys[] =
    "links:\n"
    "  - {endpoints: [b:p1, a:eth0.1], ipv6: [~, [fd00::1/64, ::5/128]],\n"
    "     ipv4: [~, 10.0.0.1/24], mtu: 1400, type: veth,\n"
    "     mac: [~, 02:00:00:00:00:0A]}\n"
    "  - endpoints:\n"
    "      - {node: a, interface: '#x', mac: 02:00:00:00:00:01}\n"
    "      - {node: host, interface: ve1}\n"
    "    ipv4: [10.1.0.1/24, 10.1.0.2/24]\n"
    "nodes:\n"
    "  a:\n"
    "    namespaces: [uts, net]\n"
    "    hostname: a.example\n"
    "    lo: down\n"
    "    dad: true\n"
    "    ipv6: [fd01::1/128]\n"
    "    ipv4: [10.9.9.9/32]\n"
    "    routes:\n"
    "      - default via 10.0.0.9 metric 5\n"
    "      - {to: 10.7.1.2/16, dev: '#x', src: 10.1.0.1}\n"
    "      - default via fe80::1 dev eth0.1\n"
    "    sysctls: {net/ipv4/conf/eth0.1/rp_filter: 2,\n"
    "              net.ipv4.ip_forward: '1'}\n"
    "    env: {A: '', B: \"x\\ty\", C: ~null}\n"
    "    exec:\n"
    "      - echo \"a:b\" # c\n"
    "      - [echo, '', '~']\n"
    "      - |\n"
    "        for i in 1 2; do\n"
    "          echo $i\n"
    "        done\n"
    "      - {run: [true], ignore-failure: true, timeout: 9}\n"
    "  b: {kind: bridge}\n"
    "pings: [[a, b], [a, '::5'], [b, 10.0.0.1]]\n"
    "name: every-key\n";

static const char canonical[] = "name: every-key\n"
                                "nodes:\n"
                                "  a:\n"
                                "    hostname: a.example\n"
                                "    namespaces: [net, uts]\n"
                                "    lo: down\n"
                                "    dad: true\n"
                                "    ipv4: [10.9.9.9/32]\n"
                                "    ipv6: [fd01::1/128]\n"
                                "    routes:\n"
                                "      - \"0.0.0.0/0 via 10.0.0.9 metric 5\"\n"
                                "      - \"10.7.0.0/16 dev #x src 10.1.0.1\"\n"
                                "      - \"::/0 via fe80::1 dev eth0.1\"\n"
                                "    sysctls:\n"
                                "      net/ipv4/conf/eth0.1/rp_filter: 2\n"
                                "      net/ipv4/ip_forward: 1\n"
                                "    env:\n"
                                "      A: \"\"\n"
                                "      B: \"x\\ty\"\n"
                                "      C: \"~null\"\n"
                                "    exec:\n"
                                "      - run: \"echo \\\"a:b\\\"\"\n"
                                "      - run:\n"
                                "          - echo\n"
                                "          - \"\"\n"
                                "          - \"~\"\n"
                                "      - run: \"for i in 1 2; do\\n  echo $i\\ndone\\n\"\n"
                                "      - run:\n"
                                "          - \"true\"\n"
                                "        ignore-failure: true\n"
                                "        timeout: 9\n"
                                "  b:\n"
                                "    kind: bridge\n"
                                "links:\n"
                                "  - endpoints: [b:p1, a:eth0.1]\n"
                                "    mtu: 1400\n"
                                "    mac: [~, \"02:00:00:00:00:0a\"]\n"
                                "    ipv4:\n"
                                "      - ~\n"
                                "      - [10.0.0.1/24]\n"
                                "    ipv6:\n"
                                "      - ~\n"
                                "      - [fd00::1/64, \"::5/128\"]\n"
                                "  - endpoints: [\"a:#x\", host:ve1]\n"
                                "    mac: [\"02:00:00:00:00:01\", ~]\n"
                                "    ipv4:\n"
                                "      - [10.1.0.1/24]\n"
                                "      - [10.1.0.2/24]\n"
                                "pings:\n"
                                "  - [a, b]\n"
                                "  - [a, \"::5\"]\n"
                                "  - [b, 10.0.0.1]\n";

static void every_key_has_its_canonical_form(void **state)
{
    (void)state;
    _cleanup_buf_ struct buf out = BUF_INIT;
    struct topo *t = read_valid(all_keys, sizeof all_keys - 1);
    format_write(t, &out);
    assert_string_equal(buf_str(&out), canonical);
    survives(t);
    topo_free(t);
}

static void no_pings_are_not_pings_left_out(void **state)
{
    (void)state;
    struct topo *t = read_valid("name: x\nnodes: {a: }\npings: []\n", 31);
    _cleanup_buf_ struct buf out = BUF_INIT;
    format_write(t, &out);
    assert_string_equal(buf_str(&out), "name: x\nnodes:\n  a:\npings: []\n");
    survives(t);
    topo_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_topologies_survive),
        cmocka_unit_test(every_key_has_its_canonical_form),
        cmocka_unit_test(no_pings_are_not_pings_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
