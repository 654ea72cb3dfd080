/* SPDX-License-Identifier: BSD-2-Clause */
/* base_test: the ground floor: errors, buffers, addresses, names, the sanitiser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/apart.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"

static void err_says_what_where_and_errno(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_int_equal(err_set(&e, EPERM, "cannot make %s", "x"), -EPERM);
    assert_int_equal(e.exit, EXIT_DENIED);
    assert_string_equal(e.text, "cannot make x: EPERM (Operation not permitted)");
    assert_int_equal(err_prefix(&e, "node %s", "a"), -EPERM);
    assert_string_equal(e.text, "node a: cannot make x: EPERM (Operation not permitted)");
    assert_int_equal(err_set_exit(&e, EXIT_INVALID, 0, "bad"), -EINVAL);
    assert_string_equal(e.text, "bad");
}

static void err_drops_its_number_and_nothing_else(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    err_set(&e, EEXIST, "a pings b already");
    err_prefix(&e, "view");
    err_drop_number(&e);
    assert_string_equal(e.text, "view: a pings b already");
    assert_int_equal(e.num, EEXIST);
    err_drop_number(&e); /* there is none any more */
    assert_string_equal(e.text, "view: a pings b already");
    err_set(&e, EMFILE, "cannot open x");
    err_drop_number(&e);
    assert_string_equal(e.text, "cannot open x");
    err_set(&e, 0, "bad: EPERM (Operation not permitted)");
    err_drop_number(&e);
    assert_string_equal(e.text, "bad: EPERM (Operation not permitted)");
}

static void err_names_the_limit(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_int_equal(err_set(&e, EMFILE, "cannot open x"), -EMFILE);
    assert_int_equal(e.exit, EXIT_LIMIT);
    assert_string_equal(e.text, "cannot open x: EMFILE (Too many open files; ulimit -Hn says how "
                                "many this process may have open)");
}

static rlim_t soft_files(void)
{
    struct rlimit l;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &l), 0);
    return l.rlim_cur;
}

static void the_limit_of_files_is_raised_and_given_back(void **state)
{
    (void)state;
    struct rlimit was, low;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    low = was;
    low.rlim_cur = was.rlim_max > 20 ? 20 : was.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    limit_raise_files();
    assert_true(soft_files() == was.rlim_max);
    limit_raise_files(); /* a second time it does not forget what was before */
    limit_restore_files();
    assert_true(soft_files() == low.rlim_cur);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

static void keep_line(const char *line, void *ctx)
{
    *(char **)ctx = mem_strdup(line);
}

static void a_note_is_not_cut(void **state)
{
    (void)state;
    char big[5000], *got = NULL;
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    for (size_t len = sizeof big - 1; len > 900; len = len > 1100 ? 1024 + 60 : len - 1) {
        big[len] = '\0';
        log_set_sink(keep_line, &got);
        log_note("a: %s", big);
        log_set_sink(NULL, NULL);
        assert_int_equal(strlen(got), len + 3);
        free(got);
    }
}

static void err_prefix_cuts_instead_of_overrunning(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    char big[ERR_TEXT_MAX * 2];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    err_set(&e, 0, "%s", big);
    err_prefix(&e, "%s", "head");
    assert_int_equal(strlen(e.text), ERR_TEXT_MAX - 1);
    assert_memory_equal(e.text, "head: xxx", 9);
    err_prefix(&e, "%s", big);
    assert_true(strlen(e.text) < ERR_TEXT_MAX);
}

static void buf_grows_drops_and_pads(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    assert_string_equal(buf_str(&b), "");
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "%d,", i);
    assert_int_equal(b.len, 290);
    buf_drop(&b, 286);
    assert_string_equal(buf_str(&b), ",99,");
    buf_pad(&b, '-', 3);
    assert_string_equal(buf_str(&b), ",99,---");
    buf_fini(&b);
}

static void prefixes_parse_and_print(void **state)
{
    (void)state;
    struct ip_prefix p;
    char text[IP_TEXT_MAX];
    assert_true(ip_prefix_parse("192.168.168.100/24", &p));
    assert_string_equal(ip_prefix_format(&p, text), "192.168.168.100/24");
    assert_true(ip_prefix_parse("fd00:0:0::1/64", &p));
    assert_string_equal(ip_prefix_format(&p, text), "fd00::1/64");
    static const char *const bad[] = {"",           "1.2.3.4",     "1.2.3.4/33",  "1.2.3/8",
                                      "1.2.3.4/",   "1.2.3.4/-1",  "fd00::1/129", "fd00::1%e/64",
                                      "1.2.3.4/08", "1.2.3.4/8 ",  " 1.2.3.4/8",  "01.2.3.4/8",
                                      "x/8",        "1.2.3.4/8/8", "1.2.3.4/1e1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(ip_prefix_parse(bad[i], &p));
}

static void prefixes_contain_and_overlap(void **state)
{
    (void)state;
    struct ip_prefix p, q;
    struct ip_addr a;
    assert_true(ip_prefix_parse("10.0.0.1/22", &p));
    assert_true(ip_addr_parse("10.0.3.255", &a));
    assert_true(ip_prefix_contains(&p, &a));
    assert_true(ip_addr_parse("10.0.4.0", &a));
    assert_false(ip_prefix_contains(&p, &a));
    assert_true(ip_prefix_parse("10.0.0.0/8", &q));
    assert_true(ip_prefix_overlaps(&p, &q));
    assert_true(ip_prefix_parse("fd00::/8", &q));
    assert_false(ip_prefix_overlaps(&p, &q));
    assert_true(ip_prefix_parse("0.0.0.0/0", &q));
    assert_true(ip_prefix_overlaps(&p, &q));
}

static void the_network_of_a_prefix_has_no_host_bits(void **state)
{
    (void)state;
    static const char *const pair[][2] = {{"10.0.3.255/22", "10.0.0.0/22"},
                                          {"10.1.0.7/31", "10.1.0.6/31"},
                                          {"10.1.0.7/32", "10.1.0.7/32"},
                                          {"255.255.255.255/0", "0.0.0.0/0"},
                                          {"fd00:1:2:3:4::1/64", "fd00:1:2:3::/64"},
                                          {"ff00::1/3", "e000::/3"},
                                          {"fd00::1/128", "fd00::1/128"}};
    struct ip_prefix p, q;
    for (size_t i = 0; i < ARRAY_LEN(pair); i++) {
        assert_true(ip_prefix_parse(pair[i][0], &p));
        assert_true(ip_prefix_parse(pair[i][1], &q));
        ip_prefix_clear_host(&p);
        assert_int_equal(ip_prefix_cmp(&p, &q), 0);
    }
}

static void macs_parse_and_print(void **state)
{
    (void)state;
    uint8_t mac[MAC_LEN];
    char text[MAC_TEXT_MAX];
    assert_true(mac_parse("02:Ab:00:00:00:0f", mac));
    assert_string_equal(mac_format(mac, text), "02:ab:00:00:00:0f");
    assert_false(mac_parse("02:ab:00:00:00:0", mac));
    assert_false(mac_parse("02-ab-00-00-00-0f", mac));
    assert_false(mac_parse("02:ab:00:00:00:0g", mac));
}

static void names_are_refused_with_the_reason(void **state)
{
    (void)state;
    char why[128];
    assert_null(name_fault_node("terminal1", why, sizeof why));
    assert_null(name_fault_node("7a", why, sizeof why));
    assert_string_equal(name_fault_node("a23456789012345678901234567890123", why, sizeof why),
                        "is 33 bytes long, but such a name has at most 32");
    static const char *const bad[] = {"",     "-a",        "a.b", "12",  "0xa",
                                      "Host", "localhost", "a b", "../x"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_non_null(name_fault_node(bad[i], why, sizeof why));
    assert_null(name_fault_if("eth0.100@x", why, sizeof why));
    static const char *const bad_if[] = {
        "",    ".",   "..",  "all",       "default",          "a/b",
        "a b", "a%d", "a:b", "a\x1b[31m", "1234567890123456", "\xc3\xa4"};
    for (size_t i = 0; i < ARRAY_LEN(bad_if); i++)
        assert_non_null(name_fault_if(bad_if[i], why, sizeof why));
}

static void clean_text_cannot_act_on_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"plain", "plain"},
        {"a\x1b[31mb", "a\\x1b[31mb"},
        {"\xc3\xa4\xe4\xb8\xad", "\xc3\xa4\xe4\xb8\xad"},
        {"\xc2\x9b"
         "1m",
         "\\xc2\\x9b1m"},
        {"\xe2\x80\xae"
         "evil",
         "\\xe2\\x80\\xaeevil"},
        {"\xff\xc0\xaf", "\\xff\\xc0\\xaf"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"\xf0\x9f", "\\xf0\\x9f"},
        {"\n\t\x7f", "\\x0a\\x09\\x7f"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *s = text_clean_dup(cases[i].in);
        assert_string_equal(s, cases[i].out);
        free(s);
    }
    char small[4];
    assert_string_equal(text_clean_to(small, sizeof small, "a\xe4\xb8\xad"), "a");
}

static void widths_count_columns(void **state)
{
    (void)state;
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("\xe4\xb8\xad"), 2);
    assert_int_equal(text_width("e\xcc\x81"), 1);
    assert_int_equal(text_width("\xf0\x9f\x9a\x80"), 2); /* a rocket */
    assert_int_equal(text_width("\xe2\x8c\x9a"), 2);     /* a watch among narrow signs */
    assert_int_equal(text_width("\xe2\x8c\x99"), 1);     /* the one before it */
    assert_int_equal(text_width("\xe0\xa4\x95\xe0\xa4\xbe\xe0\xa4\x81"), 2); /* Mc, then Mn */
    assert_int_equal(text_width("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"), 2); /* Hangul jamo */
    assert_int_equal(text_width("\xf3\xa0\x84\x80"), 0); /* the last combining one */
    assert_int_equal(text_width("\xf4\x8f\xbf\xbd"), 1); /* private, the last but two */
    assert_int_equal(text_fit("\xe4\xb8\xad\xe4\xb8\xad", 3), 3);
}

static void near_words_are_found(void **state)
{
    (void)state;
    static const char *const words[] = {"nodes", "links", "name", "pings", NULL};
    assert_string_equal(text_nearest("node", words), "nodes");
    assert_string_equal(text_nearest("lniks", words), "links");
    assert_string_equal(text_nearest("linx", words), "links");
    assert_null(text_nearest("lin", words));
    assert_null(text_nearest("zebra", words));
    assert_null(text_nearest("", words));
    assert_null(text_nearest("c", (const char *const[]){"a", "b", NULL}));
    assert_string_equal(text_nearest("aa", (const char *const[]){"b", "a", NULL}), "a");
}

/* --- processes apart -------------------------------------------------------------------------- */

/* Bits: which descriptors are open, but for the one that looks. */
static unsigned open_descriptors(void)
{
    unsigned bits = 0;
    DIR *d = opendir("/proc/self/fd");
    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.' && atoi(e->d_name) != dirfd(d))
            bits |= 1u << (atoi(e->d_name) & 31);
    if (d)
        closedir(d);
    return bits;
}

/* What is wrong in the child; "" nothing. keep[2] is /dev/zero. */
static const char *look_around(const int *keep, const struct stat *null)
{
    char name[16] = "", dir[64] = "", byte = 1;
    struct stat st;
    sigset_t set;
    prctl(PR_GET_NAME, name);
    sigprocmask(SIG_BLOCK, NULL, &set);
    if (keep[0] != 3 || keep[1] != -1 || keep[2] != 5 || open_descriptors() != 0x2f)
        return "descriptors";
    for (int fd = 0; fd < 3; fd++)
        if (fstat(fd, &st) < 0 || st.st_rdev != null->st_rdev)
            return "null";
    if (read(5, &byte, 1) != 1 || byte != 0)
        return "the one that is kept";
    if (strcmp(name, "test-apart") != 0 || !getcwd(dir, sizeof dir) || strcmp(dir, "/") != 0)
        return "name and directory";
    return getsid(0) != getpid() || !sigismember(&set, SIGTERM) ? "session and signals" : "";
}

/* Those that it keeps stand where others come to stand, and the other way round. */
static void a_process_apart_keeps_what_it_needs(void **state)
{
    (void)state;
    char said[64] = "";
    int ends[2], status = 0;
    struct stat null;
    assert_int_equal(stat("/dev/null", &null), 0);
    assert_int_equal(pipe(ends), 0);
    int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    pid_t pid = fork();
    if (pid == 0) {
        int keep[3] = {ends[1], -1, 3};
        if (keep[0] == 3)
            keep[0] = dup(3);
        dup2(zero, 3);
        apart_become("test-apart", APART_SESSION | APART_ROOT, keep, 3);
        const char *what = look_around(keep, &null);
        _exit(write(3, what, strlen(what) + 1) < 0);
    }
    close(ends[1]);
    close(zero);
    assert_true(read(ends[0], said, sizeof said - 1) > 0);
    assert_string_equal(said, "");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_apart_keeps_what_it_needs),
        cmocka_unit_test(err_says_what_where_and_errno),
        cmocka_unit_test(err_drops_its_number_and_nothing_else),
        cmocka_unit_test(err_names_the_limit),
        cmocka_unit_test(a_note_is_not_cut),
        cmocka_unit_test(the_limit_of_files_is_raised_and_given_back),
        cmocka_unit_test(err_prefix_cuts_instead_of_overrunning),
        cmocka_unit_test(buf_grows_drops_and_pads),
        cmocka_unit_test(prefixes_parse_and_print),
        cmocka_unit_test(prefixes_contain_and_overlap),
        cmocka_unit_test(the_network_of_a_prefix_has_no_host_bits),
        cmocka_unit_test(macs_parse_and_print),
        cmocka_unit_test(names_are_refused_with_the_reason),
        cmocka_unit_test(clean_text_cannot_act_on_a_terminal),
        cmocka_unit_test(widths_count_columns),
        cmocka_unit_test(near_words_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
