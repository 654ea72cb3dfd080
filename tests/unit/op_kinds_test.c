/* SPDX-License-Identifier: BSD-2-Clause */
/* op_kinds: walks the enum of operations. Each kind must have a name, somebody who carries it out,
 * a command, a sentence, a sign and an inverse. A kind that is added to the enum and forgotten
 * anywhere fails here: there is no sample of it, or what is asked of the sample is missing. */
#include "apply/builder.h"
#include "base/buf.h"
#include "base/mem.h"
#include "kernel/netlink.h"
#include "kernel/rtdump.h"
#include "kernel/rtmsg.h"
#include "model/op.h"
#include "teach/words.h"
#include "verb/plan_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static char name_a[] = "a", name_b[] = "b", lab_name[] = "kinds";
static char shell[] = "/bin/sh", option[] = "-c", script[] = "echo done";
static struct topo_node nodes[] = {
    {.name = name_a, .hostname = name_a, .namespaces = TOPO_NS_ALL},
    {.name = name_b, .hostname = name_b, .namespaces = TOPO_NS_ALL},
};
static char *argv[] = {shell, option, script, NULL};
static const struct topo_exec command = {.argv = argv, .shell = true, .timeout_s = 60};
static const struct topo lab = {.name = lab_name, .node = nodes, .nodes = ARRAY_LEN(nodes)};

#define PAIR                                                                                       \
    {                                                                                              \
        .link_add = {                                                                              \
            .end = {{0, "eth0", 11, NULL, 0, true, NULL}, {1, "eth1", 12, NULL, 0, true, NULL}}    \
        }                                                                                          \
    }
#define BRIDGE                                                                                     \
    {                                                                                              \
        .link_add = {.end = {{0, "a", 11, NULL, 0, true, NULL}} }                                  \
    }
#define ADDR                                                                                       \
    {                                                                                              \
        .addr = { "eth0", 11, {{.family = AF_INET, .byte = {10, 1, 0, 1}}, 24}, false }            \
    }
#define ROUTE                                                                                      \
    {                                                                                              \
        .route = {                                                                                 \
            .ifname = "eth0",                                                                      \
            .ifindex = 11,                                                                         \
            .to = {{.family = AF_INET, .byte = {10, 2}}, 16},                                      \
            .via = {.family = AF_INET, .byte = {10, 1, 0, 2}}                                      \
        }                                                                                          \
    }
#define QDISC                                                                                      \
    {                                                                                              \
        .qdisc = { "eth0", 11, OP_QDISC_BLACKHOLE }                                                \
    }
#define NODE                                                                                       \
    {                                                                                              \
        .node_add = { &nodes[0] }                                                                  \
    }

/* As plan/ makes them. */
static const struct op samples[] = {
    {OP_NODE_ADD, 0, {0}, NODE},
    {OP_HOSTNAME_SET, 0, {0}, {.hostname = {"new", "old"}}},
    {OP_SYSCTL_SET, 0, {0}, {.sysctl = {"net/ipv4/ip_forward", "1", "0", false, false}}},
    {OP_BRIDGE_ADD, 0, {0}, BRIDGE},
    {OP_LINK_ADD, 0, {0}, PAIR},
    {OP_LINK_SET, 0, {0}, {.link_set = {"eth0", 11, OP_SET_MTU, {.mtu = 1400}, {.mtu = 1500}}}},
    {OP_ADDR_ADD, 0, {0}, ADDR},
    {OP_ROUTE_ADD, 0, {0}, ROUTE},
    {OP_LINK_READY, 0, {0}, {.ready = {"eth0", 11}}},
    {OP_EXEC, 0, {0}, {.exec = &command}},
    {OP_ROUTE_DEL, 0, {0}, ROUTE},
    {OP_ADDR_DEL, 0, {0}, ADDR},
    {OP_LINK_DEL, 0, {0}, PAIR},
    {OP_BRIDGE_DEL, 0, {0}, BRIDGE},
    {OP_QDISC_ADD, 0, {0}, QDISC},
    {OP_QDISC_DEL, 0, {0}, QDISC},
    {OP_NODE_DEL, 0, {0}, NODE},
};

static const struct op *sample_of(enum op_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        if (samples[i].kind == kind)
            return &samples[i];
    fail_msg("operation %d has no sample in this test", (int)kind);
    return NULL;
}

static void test_names(void **state)
{
    (void)state;
    for (int k = 0; k < OP_KIND_COUNT; k++) {
        assert_non_null(op_kind_names[k]);
        for (int other = 0; other < k; other++)
            assert_string_not_equal(op_kind_names[k], op_kind_names[other]);
    }
}

static void test_executors(void **state)
{
    (void)state;
    for (int k = 0; k < OP_KIND_COUNT; k++)
        if (!builder_can((enum op_kind)k))
            fail_msg("nobody carries out %s", op_kind_names[k]);
}

static bool is_clean_line(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ')
            return false;
    return true;
}

static void test_words_and_sentences(void **state)
{
    (void)state;
    for (int k = 0; k < OP_KIND_COUNT; k++) {
        const struct op *op = sample_of((enum op_kind)k);
        _cleanup_buf_ struct buf why = BUF_INIT;
        for (int style = TEACH_PERSON; style <= TEACH_SCRIPT; style++) {
            struct teach_lines lines = {0};
            teach_words(&lab, op, (enum teach_style)style, &lines);
            assert_true(lines.count > 0);
            for (size_t i = 0; i < lines.count; i++)
                assert_true(lines.item[i].text[0] && is_clean_line(lines.item[i].text));
            teach_lines_fini(&lines);
        }
        teach_sentence(&lab, op, &why);
        const char *text = buf_str(&why);
        assert_true(why.len > 10 && is_clean_line(text) && text[why.len - 1] == '.');
        assert_true(strchr("+-~=!", plan_sign((enum op_kind)k)) && plan_sign((enum op_kind)k));
    }
}

/* A forgotten entry of a table would be zero: OP_NODE_ADD, whose inverse is not this kind. */
static void test_inverses(void **state)
{
    (void)state;
    for (int k = 0; k < OP_KIND_COUNT; k++) {
        const struct op *op = sample_of((enum op_kind)k);
        struct op back, again;
        if (!op_invert(op, &back)) {
            assert_int_equal(k, OP_EXEC); /* the only one that cannot be undone */
            continue;
        }
        assert_true(op_invert(&back, &again));
        assert_memory_equal(&again, op, sizeof again);
        bool is_wait = k == OP_LINK_READY;
        assert_int_equal(memcmp(&back, op, sizeof back) == 0, is_wait);
    }
}

/* The bytes that a dump shows: the words of eight hexadecimal digits at the end of each line. */
static size_t bytes_of(const char *dump, uint8_t *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t count = 0;
    for (const char *line = dump; *line; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n'), *at = end;
        while (at - line >= 9 && at[-9] == ' ' && strspn(at - 8, digits) == 8)
            at -= 9;
        for (; at < end; at++)
            if (*at != ' ') {
                out[count++] = (uint8_t)((strchr(digits, at[0]) - digits) << 4 |
                                         (strchr(digits, at[1]) - digits));
                at++;
            }
    }
    return count;
}

/* What is sent can be shown, to the last byte. */
static void test_messages(void **state)
{
    static char room[NETLINK_BATCH_BYTES] __attribute__((aligned(8)));
    (void)state;
    for (int k = 0; k < OP_KIND_COUNT; k++) {
        _cleanup_buf_ struct buf out = BUF_INIT;
        if (!rtmsg_has((enum op_kind)k))
            continue;
        memset(room, 0, sizeof room);
        struct nlmsghdr *h =
            rtmsg_build(room, sample_of((enum op_kind)k), k == OP_LINK_ADD ? 0 : -1);
        rtdump(h, "b", &out);
        assert_non_null(strstr(buf_str(&out), "RTM_"));
        uint8_t shown[1024];
        assert_true(h->nlmsg_len <= sizeof shown);
        assert_int_equal(bytes_of(buf_str(&out), shown), h->nlmsg_len);
        assert_memory_equal(shown, h, h->nlmsg_len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),    cmocka_unit_test(test_executors),
        cmocka_unit_test(test_inverses), cmocka_unit_test(test_words_and_sentences),
        cmocka_unit_test(test_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
