/* SPDX-License-Identifier: BSD-2-Clause */
/* format_mutate_test: damaged files neither crash nor hang, and what is accepted of them is written
 * and read back. The damage is random but the same in each run.
 *
 * MUTATE_MS (default 1500) says how long; MUTATE_SEED which damage. An input that takes longer than
 * ten seconds ends the test, with its number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "format/format.h"
#include "format/write.h"
#include "format_random.h"
#include "model/check.h"

#define HANG_S     10
#define FILES_MAX  256
#define SAMPLE_MAX 8192 /* larger samples only cost time */

static struct sample {
    char *text;
    size_t len;
} sample[FILES_MAX];
static size_t samples;
static volatile sig_atomic_t input; /* its number */

static void load(const char *pattern)
{
    const char *src = getenv("srcdir");
    _cleanup_free_ char *path = mem_printf("%s/%s", src ? src : ".", pattern);
    glob_t g;
    if (glob(path, 0, NULL, &g) != 0)
        return;
    for (size_t i = 0; i < g.gl_pathc && samples < FILES_MAX; i++) {
        struct buf b = BUF_INIT;
        FILE *f = fopen(g.gl_pathv[i], "re");
        if (f && io_read_all(fileno(f), SAMPLE_MAX, &b) == 0) {
            sample[samples].len = b.len;
            sample[samples++].text = buf_steal(&b);
        } else {
            buf_fini(&b);
        }
        if (f)
            fclose(f);
    }
    globfree(&g);
}

static void hung(int sig)
{
    char text[64];
    (void)sig;
    int n = snprintf(text, sizeof text, "# input %d takes too long\n", (int)input);
    if (n > 0 && write(STDOUT_FILENO, text, (size_t)n) < 0)
        _exit(2);
    _exit(1);
}

/* --- damage ----------------------------------------------------------------------------------- */
static void put_part(struct random *r, struct buf *out, const struct sample *s)
{
    size_t from = random_below(r, (uint32_t)s->len + 1);
    size_t len = random_below(r, (uint32_t)(s->len - from) + 1);
    buf_add(out, s->text + from, len);
}

static void put_token(struct random *r, struct buf *out)
{
    static const char *const token[] = {
        ": ",           "- ",   "\n",   "\n  ",   "[",        "]",    "{",       "}",
        ", ",           "&a ",  "*a ",  "!!str ", "%",        "---",  "\n...\n", "'",
        "\"",           "\\",   "#",    "~",      "nodes:\n", "? ",   "|\n",     "links:\n",
        ">-\n",         "host", "/24",  "::",     "\t",       "\r\n", "\xf8",    "\xc3",
        "\xef\xbb\xbf", "\x01", "null", "<<: ",
    };
    const char *t = token[random_below(r, ARRAY_LEN(token))];
    buf_addc(out, *t);
    buf_adds(out, t + 1);
}

static void damage(struct random *r, struct buf *out)
{
    const struct sample *a = &sample[random_below(r, (uint32_t)samples)];
    const struct sample *b = &sample[random_below(r, (uint32_t)samples)];
    size_t cut = random_below(r, (uint32_t)a->len + 1);
    size_t again = cut + random_below(r, 1 + (uint32_t)(a->len - cut) % 40);
    buf_add(out, a->text, cut);
    switch (random_below(r, 6)) {
    case 0:
        put_part(r, out, b);
        break;
    case 1:
        for (uint32_t n = 1 + random_below(r, 50); n; n--)
            put_token(r, out);
        break;
    case 2:
        buf_addc(out, (char)random_below(r, 256));
        break;
    case 3: /* a piece of the file once more */
        again = random_below(r, (uint32_t)cut + 1);
        break;
    default:
        put_token(r, out);
    }
    buf_add(out, a->text + again, a->len - again);
}

/* --- what must hold --------------------------------------------------------------------------- */
static void written_is_read_back(const struct topo *t)
{
    _cleanup_buf_ struct buf once = BUF_INIT, twice = BUF_INIT;
    struct faults f;
    faults_init(&f);
    format_write(t, &once);
    struct topo *back = format_parse(buf_str(&once), once.len, &f);
    if (f.errors)
        fail_msg("%s\n%s", f.item[0].text, buf_str(&once));
    format_write(back, &twice);
    assert_string_equal(buf_str(&once), buf_str(&twice));
    faults_fini(&f);
    topo_free(back);
}

/* True if the text is a valid topology. */
static bool try(const char *text, size_t len)
{
    struct faults f;
    _cleanup_buf_ struct buf report = BUF_INIT;
    faults_init(&f);
    struct topo *t = format_parse(text, len, &f);
    if (!t->name)
        t->name = mem_strdup("x");
    topo_check(t, &f);
    faults_sort(&f);
    faults_print(&f, "x", text, len, &report);
    bool valid = f.errors == 0;
    faults_fini(&f);
    if (valid)
        written_is_read_back(t);
    topo_free(t);
    return valid;
}

static void damaged_files_neither_crash_nor_hang(void **state)
{
    const char *seed = getenv("MUTATE_SEED"), *ms = getenv("MUTATE_MS");
    struct random r = {seed ? strtoull(seed, NULL, 10) | 1 : 0x9e3779b97f4a7c15};
    int64_t end_ns = clock_mono_ns() + (ms ? atoll(ms) : 1500) * CLOCK_NS_PER_MS;
    size_t valid = 0;
    (void)state;
    signal(SIGALRM, hung);
    while (clock_mono_ns() < end_ns) {
        _cleanup_buf_ struct buf text = BUF_INIT;
        damage(&r, &text);
        alarm(HANG_S);
        valid += try(buf_str(&text), text.len);
        input++;
    }
    alarm(0);
    print_message("# %d inputs, %zu of them valid\n", (int)input, valid);
    assert_true(input > 100);
    assert_true(valid > 0);
}

static void every_sample_is_read(void **state)
{
    (void)state;
    load("tests/golden/refused/*.lab.yaml");
    size_t refused = samples;
    load("tests/golden/accepted/*.lab.yaml");
    load("topologies/*.lab.yaml");
    assert_true(refused > 40 && samples > refused + 5);
    for (size_t i = 0; i < samples; i++)
        assert_int_equal(try(sample[i].text, sample[i].len), i >= refused);
}

static int forget(void **state)
{
    (void)state;
    for (size_t i = 0; i < samples; i++)
        free(sample[i].text);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_is_read),
        cmocka_unit_test(damaged_files_neither_crash_nor_hang),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
