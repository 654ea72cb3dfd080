/* SPDX-License-Identifier: BSD-2-Clause */
/* teach_script_test: whatever an interface is called, its name is one word for the shell. */
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
#include "format_random.h"
#include "plan/plan.h"
#include "teach/script.h"
#include "teach/words.h"

#define SEEDS 60

/* As the kernel allows: 15 bytes, everything but '/' and white space. */
static char *nasty_name(struct random *r, unsigned serial)
{
    static const char stock[] = "$(){}[]<>`'\"\\;&|*?~#!-=^,@+.aZ0";
    char name[16];
    size_t len = 1 + random_below(r, 9);
    for (size_t i = 0; i < len; i++)
        name[i] = stock[random_below(r, sizeof stock - 1)];
    snprintf(name + len, sizeof name - len, "%u", serial);
    return mem_strdup(name);
}

static void rename_one(struct topo *t, struct topo_end *end, char *name)
{
    for (size_t i = 0; end->node != TOPO_HOST && i < t->node[end->node].routes; i++) {
        struct topo_route *route = &t->node[end->node].route[i];
        if (route->dev && strcmp(route->dev, end->ifname) == 0) {
            free(route->dev);
            route->dev = mem_strdup(name);
        }
    }
    free(end->ifname);
    end->ifname = name;
}

static struct topo *nasty_topo(uint64_t seed)
{
    struct random random = {seed * 0x9e3779b97f4a7c15};
    struct topo *t = random_topo(&random);
    unsigned serial = 0;
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++)
            rename_one(t, &t->link[i].end[k], nasty_name(&random, ++serial));
    return t;
}

/* Runs sh(1) with these arguments on `script`; its exit status, and its output to `out`. */
static int run_sh(const char *arguments, const struct buf *script, struct buf *out)
{
    char path[] = "/tmp/teach_script.XXXXXX", part[4096];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, script->data, script->len), (ssize_t)script->len);
    close(fd);
    _cleanup_free_ char *command = mem_printf("sh %s %s 2>&1", arguments, path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(out, part, n);
    unlink(path);
    return pclose(f);
}

static void every_script_can_be_read_by_sh(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct topo *t = nasty_topo(seed);
        struct ops ops = {0};
        _cleanup_buf_ struct buf script = BUF_INIT, out = BUF_INIT;
        plan_build(t, &ops);
        char **own = mem_zalloc(t->nodes, sizeof *own);
        teach_script(t, &ops, &(struct teach_hosts){"127.0.0.1 localhost\n", own}, &script);
        free(own);
        int status = run_sh("-n", &script, &out);
        assert_string_equal(buf_str(&out), "");
        assert_int_equal(status, 0);
        ops_fini(&ops);
        topo_free(t);
    }
}

/* The interface that the one command of an operation is about, or NULL. */
static const char *name_in(const struct op *op)
{
    switch (op->kind) {
    case OP_LINK_SET:
        return op->u.link_set.ifname;
    case OP_ADDR_ADD:
        return op->u.addr.ifname;
    case OP_ROUTE_ADD:
        return op->u.route.ifname;
    default:
        return NULL;
    }
}

/* Both ends of a pair, and what stands behind "dev". */
static void put_expected(const struct op *op, struct buf *out)
{
    if (op->kind == OP_LINK_ADD) {
        bool is_host = op->u.link_add.end[1].node == TOPO_HOST;
        buf_printf(out, "%s\n%s\n", op->u.link_add.end[is_host].ifname,
                   op->u.link_add.end[!is_host].ifname);
        if (op->u.link_add.end[0].up || op->u.link_add.end[0].master)
            buf_printf(out, "%s\n", op->u.link_add.end[0].ifname);
    } else if (name_in(op)) {
        buf_printf(out, "%s\n", name_in(op));
    }
}

/* The shell itself says what it takes for the names: `ip` is a function that prints the word behind
 * each "name" and the first "dev". */
static void a_name_is_one_word(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct topo *t = nasty_topo(seed);
        struct ops ops = {0};
        struct teach_lines lines = {0};
        _cleanup_buf_ struct buf script = BUF_INIT, out = BUF_INIT, expected = BUF_INIT;
        buf_adds(&script, "ip() {\n    last=\n    for word; do\n"
                          "        case $last in name|dev) printf '%s\\n' \"$word\"; last=; ;; "
                          "*) last=$word ;; esac\n    done\n}\n");
        plan_build(t, &ops);
        for (size_t i = 0; i < ops.count; i++)
            if (ops.item[i].kind == OP_LINK_ADD || name_in(&ops.item[i])) {
                teach_words(t, &ops.item[i], TEACH_SCRIPT, &lines);
                put_expected(&ops.item[i], &expected);
            }
        for (size_t i = 0; i < lines.count; i++)
            buf_printf(&script, "%s\n", lines.item[i].text);
        assert_int_equal(run_sh("", &script, &out), 0);
        assert_string_equal(buf_str(&out), buf_str(&expected));
        teach_lines_fini(&lines);
        ops_fini(&ops);
        topo_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_can_be_read_by_sh),
        cmocka_unit_test(a_name_is_one_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
