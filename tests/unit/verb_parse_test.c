/* SPDX-License-Identifier: BSD-2-Clause */
/* verb_parse_test: options, operands and commands from their metadata, and each refusal's words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "verb/value.h"
#include "verb/verb.h"

struct options {
    bool all, json;
    const char *name;
    int64_t count, wait_ns;
    int when;
};

static const char *const when_words[] = {"never", "always", "auto", NULL};

static const struct opt opts[] = {
    {'a', "all", OPT_FLAG, offsetof(struct options, all), NULL, "all of them"},
    {'j', "json", OPT_FLAG, offsetof(struct options, json), NULL, "print JSON"},
    {'n', "name", OPT_TEXT, offsetof(struct options, name), "NAME", "the name"},
    {'c', "count", OPT_INT(1, UINT32_MAX, "5", "packets"), offsetof(struct options, count), "N",
     "how many"},
    {'W', "wait", OPT_SECONDS(2000000, 3600000000000, "1"), offsetof(struct options, wait_ns), "S",
     "how long"},
    {0, "when", OPT_WORD(when_words, "auto"), offsetof(struct options, when), "WHEN", "when"},
    {0},
};

static int run_nothing(const struct verb_call *c, struct err *e)
{
    (void)c;
    (void)e;
    return 0;
}

static const struct verb sample = {
    .name = "ping",
    .synopsis = "[LAB] A",
    .summary = "Pings",
    .opts = opts,
    .options_size = sizeof(struct options),
    .min_operands = 1,
    .max_operands = 2,
    .run = run_nothing,
};

struct parsed {
    int result, argc, command_at;
    uid_t uid;
    char *argv[16];
    struct options o;
    struct verb_globals g;
    struct err e;
};

/* The words of `line`, parted by blanks, into argv; "''" is an empty one. How many. */
static int split(const char *line, char **argv)
{
    static char text[256];
    int argc = 0;
    snprintf(text, sizeof text, "%s", line);
    for (char *save = NULL, *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        argv[argc++] = strcmp(w, "''") == 0 ? w + 2 : w;
    argv[argc] = NULL;
    return argc;
}

static void parse(const struct verb *v, const char *line, struct parsed *p)
{
    *p = (struct parsed){0};
    struct verb_call c = {.options = &p->o};
    int argc = split(line, p->argv);
    p->result = verb_parse(v, argc, p->argv, &p->g, &c, &p->e);
    p->argc = c.argc;
    p->command_at = c.command_at;
    p->uid = c.uid;
}

static void assert_refused(const char *line, const char *text)
{
    struct parsed p;
    parse(&sample, line, &p);
    assert_true(p.result < 0);
    assert_string_equal(p.e.text, text);
    assert_int_equal(p.e.exit, EXIT_USAGE);
}

static void test_presets(void **state)
{
    (void)state;
    struct parsed p;
    parse(&sample, "ping a", &p);
    assert_int_equal(p.result, 0);
    assert_false(p.o.all || p.o.json || p.g.quiet || p.g.verbose);
    assert_null(p.o.name);
    assert_int_equal(p.o.count, 5);
    assert_int_equal(p.o.wait_ns, 1000000000);
    assert_int_equal(p.o.when, 2);
}

static void test_forms(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "ping -aj -c 7 -W 0.25 -n x --when never l a",
        "ping l --all --json --count=7 --wait=.25 --name=x --when=never a",
        "ping l a -ajc7 -W00.250000000 -nx --when never",
        "ping --count 1 -c 7 -qajW.25 --name x l --when always --when never -- a",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct parsed p;
        parse(&sample, lines[i], &p);
        assert_int_equal(p.result, 0);
        assert_true(p.o.all && p.o.json);
        assert_int_equal(p.o.count, 7);
        assert_int_equal(p.o.wait_ns, 250000000);
        assert_string_equal(p.o.name, "x");
        assert_int_equal(p.o.when, 0);
        assert_int_equal(p.argc, 2);
        assert_int_equal(p.command_at, 2);
        assert_string_equal(p.argv[0], "l");
        assert_string_equal(p.argv[1], "a");
        assert_null(p.argv[2]);
        assert_int_equal(p.g.quiet, i == 3);
    }
}

static void test_values_that_look_like_options(void **state)
{
    (void)state;
    struct parsed p;
    parse(&sample, "ping --name -a - --name= b", &p);
    assert_int_equal(p.result, 0);
    assert_false(p.o.all);
    assert_string_equal(p.o.name, "");
    assert_string_equal(p.argv[0], "-");
    assert_int_equal(p.argc, 2);
    parse(&sample, "ping -- --all -x", &p);
    assert_int_equal(p.result, 0);
    assert_string_equal(p.argv[0], "--all");
    assert_string_equal(p.argv[1], "-x");
}

static void test_refusals(void **state)
{
    (void)state;
#define COUNT "ping: --count wants a number from 1 to 4294967295, not "
#define WAIT  "ping: --wait wants seconds from 0.002 to 3600, not "
    static const char *const bad[][2] = {
        {"ping a -c x", COUNT "\"x\""},
        {"ping a -c 0", COUNT "\"0\""},
        {"ping a -c -1", COUNT "\"-1\""},
        {"ping a -c +1", COUNT "\"+1\""},
        {"ping a -c 1k", COUNT "\"1k\""},
        {"ping a -c 0x10", COUNT "\"0x10\""},
        {"ping a --count=4294967296", COUNT "\"4294967296\""},
        {"ping a --count=99999999999999999999", COUNT "\"99999999999999999999\""},
        {"ping a -c ''", COUNT "\"\""},
        {"ping a -c \033[2J", COUNT "\"\\x1b[2J\""},
        {"ping a -W 0.001", WAIT "\"0.001\""},
        {"ping a -W 3600.000000001", WAIT "\"3600.000000001\""},
        {"ping a -W 1.0000000001", WAIT "\"1.0000000001\""},
        {"ping a -W 1,5", WAIT "\"1,5\""},
        {"ping a -W -1", WAIT "\"-1\""},
        {"ping a -W 1.", WAIT "\"1.\""},
        {"ping a -W .", WAIT "\".\""},
        {"ping a -W 1e3", WAIT "\"1e3\""},
        {"ping a -W 10000000000", WAIT "\"10000000000\""},
        {"ping a --when often", "ping: --when wants never, always or auto, not \"often\""},
        {"ping a --cuont 1", "ping: unknown option --cuont: did you mean --count?"},
        {"ping a --verbos", "ping: unknown option --verbos: did you mean --verbose?"},
        {"ping a --cou=1", "ping: unknown option --cou (see vethlab ping --help)"},
        {"ping a -ax", "ping: unknown option -x (see vethlab ping --help)"},
        {"ping a --all=yes", "ping: no value is taken by --all (see vethlab ping --help)"},
        {"ping a --count", "ping: a value is missing: --count N (see vethlab ping --help)"},
        {"ping a -ac", "ping: a value is missing: --count N (see vethlab ping --help)"},
        {"ping", "ping: an operand is missing: vethlab ping [LAB] A (see vethlab ping --help)"},
        {"ping a b c", "ping: one operand too many: c (see vethlab ping --help)"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(bad[i][0], bad[i][1]);
}

static void test_a_range_without_an_end(void **state)
{
    (void)state;
    static const struct opt some[] = {
        {'n', "number", OPT_INT(1, INT64_MAX, NULL, "pings"), 0, "N", "how many"},
        {'s', "seconds", OPT_SECONDS(1000000, INT64_MAX, NULL), 8, "S", "how long"},
    };
    static const char *const words[][2] = {
        {"1 or more pings", "--number wants a number, 1 or more, not \"0\""},
        {"0.001 or more seconds", "--seconds wants seconds, 0.001 or more, not \"0\""},
    };
    int64_t fields[2];
    for (size_t i = 0; i < ARRAY_LEN(some); i++) {
        struct err e = ERR_INIT;
        _cleanup_buf_ struct buf b = BUF_INIT;
        value_describe(&some[i], &b);
        assert_string_equal(buf_str(&b), words[i][0]);
        assert_true(value_set(&some[i], "0", fields, &e) < 0);
        assert_string_equal(e.text, words[i][1]);
    }
}

static void test_commands(void **state)
{
    (void)state;
    struct verb v = sample;
    struct parsed p;
    v.takes_command = true;
    parse(&v, "ping l a -c 2 -- ls -c --all -- x", &p);
    assert_int_equal(p.result, 0);
    assert_int_equal(p.command_at, 2);
    assert_int_equal(p.argc, 7);
    assert_int_equal(p.o.count, 2);
    assert_false(p.o.all);
    assert_string_equal(p.argv[2], "ls");
    assert_string_equal(p.argv[5], "--");
    parse(&v, "ping l a --", &p);
    assert_true(p.result < 0);
    assert_non_null(strstr(p.e.text, "a command is missing: vethlab ping [LAB] A"));
}

static void test_help_and_version_excuse_operands(void **state)
{
    (void)state;
    struct parsed p;
    parse(&sample, "ping --help", &p);
    assert_int_equal(p.result, 0);
    assert_true(p.g.help);
    parse(&sample, "ping --version -v", &p);
    assert_int_equal(p.result, 0);
    assert_true(p.g.version && p.g.verbose);
}

static void test_globals_before_the_verb(void **state)
{
    (void)state;
    struct verb_globals g = {0};
    struct err e = ERR_INIT;
    char *argv[16];
    int argc = split("vethlab -q --verbose up -x", argv);
    assert_int_equal(verb_parse_globals(argc, argv, &g, &e), 3);
    assert_true(g.quiet && g.verbose && !g.help);
    argc = split("vethlab -qh", argv);
    assert_int_equal(verb_parse_globals(argc, argv, &g, &e), 2);
    assert_true(g.help);
    argc = split("vethlab --quite up", argv);
    assert_true(verb_parse_globals(argc, argv, &g, &e) < 0);
    assert_string_equal(e.text, "unknown option --quite: did you mean --quiet?");
    argc = split("vethlab -x up", argv);
    assert_true(verb_parse_globals(argc, argv, &g, &e) < 0);
    assert_string_equal(e.text, "unknown option -x (see vethlab --help)");
}

static void test_description(void **state)
{
    (void)state;
    static const char *const want[] = {"",
                                       "",
                                       "",
                                       "1 to 4294967295 packets; default 5",
                                       "0.002 to 3600 seconds; default 1",
                                       "never, always or auto; default auto"};
    for (size_t i = 0; opts[i].name; i++) {
        _cleanup_buf_ struct buf b = BUF_INIT;
        value_describe(&opts[i], &b);
        assert_string_equal(buf_str(&b), want[i]);
    }
}

static void test_owner(void **state)
{
    (void)state;
    struct parsed p;
    struct verb others = sample;
    char line[64];
    others.others = true;
    snprintf(line, sizeof line, "ping --uid %u a", getuid());
    parse(&others, line, &p);
    assert_int_equal(p.result, 0);
    assert_int_equal(p.uid, getuid());
    parse(&others, "ping a", &p);
    assert_int_equal(p.uid, getuid());
    static const char *const nobody[] = {"no:such:user", "12x", "4294967295",
                                         "99999999999999999999", "''"};
    for (size_t i = 0; i < ARRAY_LEN(nobody); i++) {
        snprintf(line, sizeof line, "ping a --uid %s", nobody[i]);
        parse(&others, line, &p);
        assert_true(p.result < 0);
        assert_int_equal(p.e.exit, EXIT_USAGE);
        assert_non_null(strstr(p.e.text, "there is no such user: --uid"));
    }
    snprintf(line, sizeof line, "ping a --uid %u", getuid() + 1);
    parse(&others, line, &p);
    if (geteuid() == 0)
        assert_int_equal(p.uid, getuid() + 1);
    else
        assert_int_equal(p.e.exit, EXIT_DENIED);
    assert_refused("ping --uid 0 a", "ping: this verb is about labs of your own, and takes no "
                                     "--uid (see vethlab ping --help)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_presets),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_values_that_look_like_options),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_a_range_without_an_end),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_help_and_version_excuse_operands),
        cmocka_unit_test(test_globals_before_the_verb),
        cmocka_unit_test(test_description),
        cmocka_unit_test(test_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
