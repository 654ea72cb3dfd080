/* SPDX-License-Identifier: BSD-2-Clause */
/* teach_steps_test: the steps are the entries of `explain`, and together the whole plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/format.h"
#include "format_random.h"
#include "plan/plan.h"
#include "teach/steps.h"

#define SEEDS 500

static size_t entries_of(const struct ops *ops)
{
    size_t count = 0;
    for (size_t i = 0; i < ops->count; i++)
        count += !teach_is_default(&ops->item[i]);
    return count;
}

static void check_steps(const struct ops *ops, const struct teach_steps *steps)
{
    size_t next = 0;
    for (size_t i = 0; i < steps->count; i++) {
        const struct teach_step *s = &steps->item[i];
        const struct op *first = &ops->item[s->first];
        assert_int_equal(s->first, next);
        assert_true(s->count > 0);
        assert_false(teach_is_default(first));
        for (size_t k = 1; k < s->count; k++) {
            assert_true(teach_is_default(&ops->item[s->first + k]));
            assert_int_equal(ops->item[s->first + k].node, first->node);
        }
        next += s->count;
    }
    assert_int_equal(next, ops->count);
    assert_int_equal(steps->count, entries_of(ops));
}

static void every_operation_is_in_one_step(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct random random = {seed * 0x9e3779b97f4a7c15};
        struct topo *t = random_topo(&random);
        struct ops ops = {0};
        struct teach_steps steps = {0};
        plan_build(t, &ops);
        teach_steps_of(&ops, &steps);
        check_steps(&ops, &steps);
        teach_steps_fini(&steps);
        ops_fini(&ops);
        topo_free(t);
    }
}

static struct topo *read_topo(const char *text)
{
    struct faults f;
    faults_init(&f);
    struct topo *t = format_parse(text, strlen(text), &f);
    assert_int_equal(f.errors, 0);
    faults_fini(&f);
    return t;
}

/* The settings of a node come with it, those of the file one by one. */
static void a_node_is_one_step(void **state)
{
    (void)state;
    struct topo *t = read_topo("name: x\nnodes:\n  a:\n    sysctls: {net.ipv4.ip_forward: 1}\n"
                               "  sw: {kind: bridge, ipv6: fd00::1/64}\n");
    struct ops ops = {0};
    struct teach_steps steps = {0};
    static const enum op_kind kinds[] = {OP_NODE_ADD, OP_SYSCTL_SET, OP_NODE_ADD, OP_BRIDGE_ADD,
                                         OP_LINK_SET, OP_LINK_SET,   OP_ADDR_ADD};
    static const bool has_more[] = {true, false, true, true, false, false, false};
    plan_build(t, &ops);
    teach_steps_of(&ops, &steps);
    assert_int_equal(steps.count, ARRAY_LEN(kinds));
    for (size_t i = 0; i < steps.count; i++) {
        assert_int_equal(ops.item[steps.item[i].first].kind, kinds[i]);
        assert_int_equal(steps.item[i].count > 1, has_more[i]);
    }
    teach_steps_fini(&steps);
    ops_fini(&ops);
    topo_free(t);
}

static void an_entry_has_number_sentence_and_commands(void **state)
{
    (void)state;
    struct topo *t = read_topo("name: x\nnodes: {a: , b: }\nlinks:\n"
                               "  - endpoints: [a:e0, b:e1]\n");
    struct ops ops = {0};
    _cleanup_buf_ struct buf out = BUF_INIT;
    plan_build(t, &ops);
    for (size_t i = 0; i < ops.count; i++)
        if (ops.item[i].kind == OP_LINK_ADD)
            teach_entry(t, &ops.item[i], 3, &out);
    assert_string_equal(buf_str(&out),
                        "  3  Lays a cable: a veth pair with one end, e0, in a and the other, e1, "
                        "in b.\n"
                        "       machine# ip link add name e0 netns <pid of a> type veth peer name "
                        "e1 netns <pid of b>\n"
                        "       a# ip link set dev e0 up\n");
    ops_fini(&ops);
    topo_free(t);
}

/* What a file's command says goes to a terminal: no escape sequence, and the lines below each
 * other.
 */
static void a_command_of_several_lines_stands_as_a_shell_asks_for_it(void **state)
{
    (void)state;
    _cleanup_buf_ struct buf out = BUF_INIT;
    teach_put_command("a", "for i in 1 2\ndo echo \033[31m$i\n\ndone\n\n", "  ", &out);
    assert_string_equal(buf_str(&out),
                        "a# for i in 1 2\n  a> do echo \\x1b[31m$i\n  a> \n  a> done");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_is_in_one_step),
        cmocka_unit_test(a_node_is_one_step),
        cmocka_unit_test(an_entry_has_number_sentence_and_commands),
        cmocka_unit_test(a_command_of_several_lines_stands_as_a_shell_asks_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
