/* SPDX-License-Identifier: BSD-2-Clause */
/* view_logfile_test: the log of events in a file, a pipe and on a full disk: nothing may wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "view/logfile.h"
#include "view_testdata.h"
#include "json/json.h"

static char dir[64], path[96];
static char noted[8][256];
static size_t notes;

static void on_note(const char *line, void *ctx)
{
    (void)ctx;
    if (notes < ARRAY_LEN(noted))
        snprintf(noted[notes], sizeof noted[0], "%s", line);
    notes++;
}

static int setup(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/view_logfile_test.XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/log", dir);
    notes = 0;
    log_set_sink(on_note, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    log_set_sink(NULL, NULL);
    unlink(path);
    assert_int_equal(rmdir(dir), 0);
    return 0;
}

static struct logfile *opened(const char *at)
{
    struct logfile *f = NULL;
    struct err e = ERR_INIT;
    if (logfile_open(at, false, &f, &e) < 0)
        fail_msg("%s", e.text);
    return f;
}

static void add_event(struct logfile *f, struct snap *s, uint64_t seq)
{
    struct snap_if before = s->node[0].iface[0];
    before.mtu = 9000;
    logfile_event(f, &(struct watch_event){.what = WATCH_LINK_CHANGED,
                                           .seq = seq,
                                           .snap = s,
                                           .changed = WATCH_MTU,
                                           .iface = &s->node[0].iface[0],
                                           .before = &before});
}

static struct snap *lab(void)
{
    struct snap *s = snap_new("demo");
    test_node(s, "a\n\x1b");
    return s;
}

/* All that can be read now, appended. */
static void read_all(int fd, struct buf *out)
{
    char some[4096];
    for (ssize_t n; (n = read(fd, some, sizeof some)) > 0;)
        buf_add(out, some, (size_t)n);
}

/* Each line is an object; the events' numbers go up, and what is missing a gap tells. Returns the
 * last number. */
static uint64_t checked(const struct buf *b, uint64_t *missing)
{
    uint64_t seq = 0;
    *missing = 0;
    for (const char *line = buf_str(b), *nl; *line; line = nl + 1) {
        struct json *j = NULL;
        struct err e = ERR_INIT;
        nl = strchr(line, '\n');
        assert_non_null(nl);
        if (json_parse(line, (size_t)(nl - line), &j, &e) < 0)
            fail_msg("%s: %.*s", e.text, (int)(nl - line), line);
        uint64_t gap = (uint64_t)json_get_int(j, "missing", 0);
        uint64_t now = (uint64_t)json_get_int(j, "seq", 0);
        *missing += gap;
        seq += gap;
        if (now)
            assert_int_equal(now, ++seq);
        json_free(j);
    }
    return seq;
}

static void a_file_is_appended_to(void **state)
{
    (void)state;
    struct snap *s = lab();
    for (int i = 0; i < 2; i++) {
        struct logfile *f = opened(path);
        logfile_begin(f, "demo");
        add_event(f, s, 1);
        logfile_event(f, &(struct watch_event){.what = WATCH_STATS, .snap = s, .node = -1});
        logfile_note(f, "a", "ip link set lo \x1b[31m down", NULL);
        assert_int_equal(logfile_waiting(f), 0);
        logfile_close(f);
    }
    struct buf b = BUF_INIT;
    uint64_t missing;
    int fd = open(path, O_RDONLY);
    read_all(fd, &b);
    close(fd);
    size_t lines = 0;
    for (size_t i = 0; i < b.len; i++)
        lines += b.data[i] == '\n';
    assert_int_equal(lines, 6);
    assert_null(strchr(buf_str(&b), 0x1b));
    assert_non_null(strstr(buf_str(&b), "\"line\":\"begin\","));
    assert_non_null(strstr(buf_str(&b), "\"lab\":\"demo\"}\n"));
    assert_non_null(strstr(buf_str(&b), "\"node\":\"a\\\\x0a\\\\x1b\",\"interface\":\"lo\","
                                        "\"words\":\"lo has MTU 65536 (was 9000)\"}\n"));
    assert_non_null(strstr(buf_str(&b), "\"line\":\"note\","));
    buf_drop(&b, b.len / 2); /* two runs wrote the same but for the time */
    const char *begin = strstr(buf_str(&b), "{\"format\"");
    buf_drop(&b, (size_t)(begin - buf_str(&b)));
    assert_int_equal(checked(&b, &missing), 1);
    buf_fini(&b);
    assert_int_equal(notes, 0);
    snap_free(s);
}

static void what_cannot_be_opened_is_refused(void **state)
{
    (void)state;
    struct logfile *f = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(logfile_open(dir, false, &f, &e), -EISDIR);
    assert_non_null(strstr(e.text, "cannot open "));
    e = (struct err)ERR_INIT;
    assert_int_equal(logfile_open("/no/such/directory/log", false, &f, &e), -ENOENT);
    e = (struct err)ERR_INIT;
    assert_int_equal(logfile_open("-", true, &f, &e), -EINVAL);
    assert_int_equal(e.exit, EXIT_USAGE);
    assert_int_equal(mkfifo(path, 0600), 0);
    e = (struct err)ERR_INIT;
    assert_int_equal(logfile_open(path, false, &f, &e), -ENXIO);
    assert_non_null(strstr(e.text, "nobody reads this pipe"));
    assert_null(f);
    logfile_close(NULL);
    logfile_event(NULL, NULL);
    logfile_flush(NULL);
}

static void a_full_disk_is_said_once_and_holds_nothing_up(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) < 0)
        skip();
    struct snap *s = lab();
    struct logfile *f = opened("/dev/full");
    int64_t began_ns = clock_mono_ns();
    logfile_begin(f, "demo");
    for (uint64_t i = 1; i <= 20000; i++) {
        add_event(f, s, i);
        assert_true(logfile_waiting(f) <= LOGFILE_ROOM);
    }
    assert_true(logfile_left_out(f) > 0);
    logfile_close(f);
    assert_true(clock_mono_ns() - began_ns < 10 * CLOCK_NS_PER_S);
    assert_int_equal(notes, 2);
    assert_string_equal(noted[0], "the log is not written: /dev/full: No space left on device");
    assert_string_equal(noted[1], "the log in /dev/full is not whole: its end is missing");
    snap_free(s);
}

static void a_reader_that_is_slow_finds_a_gap(void **state)
{
    (void)state;
    struct snap *s = lab();
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    struct logfile *f = opened(path);
    uint64_t seq = 0, missing;
    struct buf b = BUF_INIT;
    struct loop *loop;
    struct err e = ERR_INIT;
    assert_int_equal(loop_new(&loop, &e), 0);
    logfile_attach(f, loop);
    logfile_begin(f, "demo");
    while (logfile_left_out(f) < 10)
        add_event(f, s, ++seq);
    assert_int_equal(notes, 1);
    int64_t end_ns = clock_mono_ns() + 5 * CLOCK_NS_PER_S;
    while (logfile_waiting(f) && clock_mono_ns() < end_ns) {
        read_all(reader, &b);
        assert_int_equal(loop_step(loop, 1000, &e), 0); /* there is room at once */
    }
    read_all(reader, &b);
    add_event(f, s, ++seq);
    logfile_attach(f, NULL);
    loop_free(loop);
    logfile_close(f);
    read_all(reader, &b);
    close(reader);
    assert_int_equal(checked(&b, &missing), seq);
    assert_int_equal(missing, 10);
    assert_int_equal(notes, 2);
    assert_non_null(strstr(noted[1], "is written again"));
    buf_fini(&b);
    snap_free(s);
}

static void a_reader_that_goes_ends_nothing(void **state)
{
    (void)state;
    struct snap *s = lab();
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    struct logfile *f = opened(path);
    uint64_t seq = 0;
    struct buf b = BUF_INIT;
    while (logfile_waiting(f) == 0) /* the pipe is full, a line perhaps in half */
        add_event(f, s, ++seq);
    close(reader);
    usleep((useconds_t)(LOGFILE_AGAIN_NS / 1000 + 1000));
    add_event(f, s, ++seq);
    assert_int_equal(notes, 1);
    assert_string_equal(noted[0] + strlen(noted[0]) - 11, "Broken pipe");
    reader = open(path, O_RDONLY | O_NONBLOCK);
    usleep((useconds_t)(LOGFILE_AGAIN_NS / 1000 + 1000));
    add_event(f, s, ++seq);
    logfile_close(f);
    read_all(reader, &b);
    close(reader);
    assert_memory_equal(buf_str(&b), "{\"format\"", 9); /* the new reader sees whole lines */
    const char *first = strstr(buf_str(&b), "\"seq\":");
    uint64_t before = (uint64_t)strtoull(first + 6, NULL, 10) - 1;
    assert_true(before < seq);
    assert_int_equal(b.data[b.len - 1], '\n');
    buf_fini(&b);
    snap_free(s);
}

int main(void)
{
    alarm(60); /* nothing here may wait for ever */
    signal(SIGPIPE, SIG_IGN);
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_appended_to),
        TEST(what_cannot_be_opened_is_refused),
        TEST(a_full_disk_is_said_once_and_holds_nothing_up),
        TEST(a_reader_that_is_slow_finds_a_gap),
        TEST(a_reader_that_goes_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
