/* SPDX-License-Identifier: BSD-2-Clause */
/* state: the run directory and its lock, files without a name, records whole and broken. */
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "state/labfile.h"
#include "state/record.h"
#include "state/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char top[64];

/* Only the candidate by XDG_RUNTIME_DIR is ours to touch; as real root /run/vethlab comes first.
 * So main() becomes an ordinary user; where that is refused (unshare -r), these tests are skipped.
 */
static bool is_root(void)
{
    return geteuid() == 0;
}

static int make_top(void **state)
{
    (void)state;
    strcpy(top, "/tmp/vethlab-state.XXXXXX");
    assert_non_null(mkdtemp(top));
    setenv("XDG_RUNTIME_DIR", top, 1);
    return 0;
}

static int drop_top(void **state)
{
    (void)state;
    return rmdir(top);
}

static int open_top(void)
{
    int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void test_labfile_has_no_name_until_linked(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct labfile f;
    struct stat st;
    _cleanup_buf_ struct buf b = BUF_INIT;
    _cleanup_fd_ int dir = open_top();
    assert_int_equal(labfile_create(dir, "x", &f, &e), 0);
    assert_int_equal(io_write_all(f.fd, "one", 3), 0);
    assert_int_equal(fstatat(dir, "x", &st, 0), -1);
    assert_int_equal(labfile_link(&f, &e), 0);
    labfile_fini(&f);
    assert_int_equal(labfile_create(dir, "x", &f, &e), 0);
    assert_int_equal(io_write_all(f.fd, "two", 3), 0);
    assert_int_equal(labfile_link(&f, &e), 0); /* in place of the first */
    labfile_fini(&f);
    assert_int_equal(io_read_file(dir, "x", 100, &b), 0);
    assert_string_equal(buf_str(&b), "two");
    assert_int_equal(fstatat(dir, "x", &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(unlinkat(dir, "x", 0), 0);
}

static void test_labfile_is_ours_under_any_umask(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct labfile f;
    struct stat st;
    _cleanup_fd_ int dir = open_top();
    mode_t before = umask(0777);
    int r = labfile_create(dir, "x", &f, &e);
    umask(before);
    assert_int_equal(r, 0);
    assert_int_equal(fstat(f.fd, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    labfile_fini(&f);
}

static void test_labfile_unlinked_leaves_nothing(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct labfile f;
    _cleanup_fd_ int dir = open_top();
    assert_int_equal(labfile_create(dir, "x", &f, &e), 0);
    labfile_fini(&f); /* drop_top() fails if a file is left */
}

static struct record sample(void)
{
    return (struct record){.owner = {"6e3f-boot", 4711, 99887766},
                           .pid_ns = 4026531836,
                           .passing = true,
                           .file = mem_strdup("dir with blanks/a.lab.yaml"),
                           .topology = mem_strdup("name: a\nnodes:\n  x:\n")};
}

static void test_record_round_trip(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    _cleanup_buf_ struct buf b = BUF_INIT;
    struct record in = sample(), out;
    record_print(&in, &b);
    assert_int_equal(record_parse(buf_str(&b), b.len, &out, &e), 0);
    assert_string_equal(out.owner.boot_id, in.owner.boot_id);
    assert_int_equal(out.owner.holder, in.owner.holder);
    assert_true(out.owner.start_ticks == in.owner.start_ticks);
    assert_true(out.passing == in.passing && out.pid_ns == in.pid_ns);
    assert_string_equal(out.file, in.file);
    assert_string_equal(out.topology, in.topology);
    assert_false(out.host_ends);
    record_fini(&out);
    in.host_ends = true;
    b.len = 0;
    record_print(&in, &b);
    assert_int_equal(record_parse(buf_str(&b), b.len, &out, &e), 0);
    assert_true(out.host_ends);
    record_fini(&in);
    record_fini(&out);
}

/* A record that does not say so may have ends on the machine: it is of an earlier version. */
static void test_record_without_ends(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    const char text[] = "vethlab-record 1\nboot b\nholder 7\nstarted 8\nbytes 1\n\nx";
    struct record out;
    assert_int_equal(record_parse(text, strlen(text), &out, &e), 0);
    assert_true(out.host_ends);
    record_fini(&out);
}

/* Every truncation, and every single changed byte of the head, is refused or harmless. */
static void test_record_broken(void **state)
{
    (void)state;
    _cleanup_buf_ struct buf b = BUF_INIT;
    struct record in = sample(), out;
    record_print(&in, &b);
    for (size_t len = 0; len < b.len; len++) {
        struct err e = ERR_INIT;
        assert_int_equal(record_parse(buf_str(&b), len, &out, &e), -EINVAL);
        assert_null(out.topology);
    }
    for (size_t i = 0; i < b.len; i++) {
        struct err e = ERR_INIT;
        _cleanup_free_ char *text = mem_strndup(buf_str(&b), b.len);
        text[i] ^= 0x15;
        if (record_parse(text, b.len, &out, &e) == 0)
            record_fini(&out);
    }
    record_fini(&in);
}

static void test_lock(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct rundir_lock a, b;
    if (is_root())
        skip();
    assert_int_equal(rundir_lock_lab("x", &a, &e), 0);
    assert_int_equal(rundir_lock_lab("x", &b, &e), -EWOULDBLOCK);
    assert_int_equal(e.exit, EXIT_CONFLICT);
    char pid[32];
    snprintf(pid, sizeof pid, "(pid %d)", getpid());
    assert_non_null(strstr(e.text, pid));
    rundir_remove_lab(&a);
    e = (struct err)ERR_INIT;
    assert_int_equal(rundir_lock_lab("x", &b, &e), 0);
    rundir_remove_lab(&b);
}

/* Whoever steps a lab through holds no lock between the steps, but the steps. */
static void test_steps(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct rundir_lock a;
    int first = -1, second = -1;
    char pid[32];
    if (is_root())
        skip();
    assert_int_equal(rundir_lock_lab("x", &a, &e), 0);
    assert_int_equal(rundir_check_steps(&a, "x", &e), 0);
    assert_int_equal(rundir_hold_steps(&a, "x", &first, &e), 0);
    assert_true(first >= 0);
    assert_int_equal(rundir_hold_steps(&a, "x", &second, &e), -EWOULDBLOCK);
    assert_int_equal(second, -1);
    e = (struct err)ERR_INIT;
    assert_int_equal(rundir_check_steps(&a, "x", &e), -EWOULDBLOCK);
    assert_int_equal(e.exit, EXIT_CONFLICT);
    snprintf(pid, sizeof pid, "pid %d)", getpid());
    assert_non_null(strstr(e.text, pid));
    close(first);
    e = (struct err)ERR_INIT;
    assert_int_equal(rundir_check_steps(&a, "x", &e), 0);
    rundir_remove_lab(&a);
}

static void test_record_of_another_is_stale(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct rundir_lock lock;
    struct labfile f;
    struct record in = sample(), out, head;
    _cleanup_buf_ struct buf b = BUF_INIT;
    if (is_root())
        skip();
    assert_int_equal(rundir_lock_lab("x", &lock, &e), 0);
    assert_int_equal(record_read("x", getuid(), &in.owner, &out, &e), -ENOENT);
    assert_int_equal(record_holder("x", getuid()), 0);
    record_print(&in, &b);
    assert_int_equal(labfile_create(lock.fd, RECORD_NAME, &f, &e), 0);
    assert_int_equal(io_write_all(f.fd, b.data, b.len), 0);
    assert_int_equal(labfile_link(&f, &e), 0);
    labfile_fini(&f);
    assert_int_equal(record_read("x", getuid(), &in.owner, &out, &e), 0);
    assert_string_equal(out.topology, in.topology);
    assert_int_equal(record_holder("x", getuid()), in.owner.holder);
    assert_int_equal(record_read_head("x", getuid(), &in.owner, &head, &e), 0);
    assert_true(!head.topology && head.passing && !head.host_ends);
    record_fini(&head);
    record_fini(&out);
    struct record_owner other = in.owner;
    other.start_ticks++;
    assert_int_equal(record_read("x", getuid(), &other, &out, &e), -ESTALE);
    rundir_clean_lab(&lock);
    e = (struct err)ERR_INIT;
    assert_int_equal(record_read("x", getuid(), &in.owner, &out, &e), -ENOENT);
    rundir_remove_lab(&lock);
    record_fini(&in);
}

static void test_foreign_directory_is_refused(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct rundir_lock lock;
    char path[128];
    if (is_root())
        skip();
    snprintf(path, sizeof path, "%s/vethlab", top);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_true(rundir_lock_lab("x", &lock, &e) < 0);
    assert_int_equal(e.exit, EXIT_DENIED);
    assert_non_null(strstr(e.text, path));
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/tmp", path), 0);
    assert_true(rundir_lock_lab("x", &lock, &e) < 0);
    assert_int_equal(e.exit, EXIT_DENIED);
    assert_int_equal(unlink(path), 0);
}

/* A directory whose name has `len` bytes, below `top`; each component is at most NAME_MAX. */
static void make_long(char *path, size_t len)
{
    strcpy(path, top);
    while (strlen(path) < len) {
        size_t at = strlen(path), more = len - at - 1;
        more = more > 200 ? 200 : more;
        path[at] = '/';
        memset(path + at + 1, 'x', more ? more : 1);
        path[at + 1 + (more ? more : 1)] = '\0';
        assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
    }
}

static void drop_long(char *path)
{
    while (strcmp(path, top) != 0) {
        assert_int_equal(rmdir(path), 0);
        *strrchr(path, '/') = '\0';
    }
}

/* No path is cut: what fits is used whole, what does not is refused. */
static void test_long_run_directory(void **state)
{
    (void)state;
    static const size_t lengths[] = {395, 399, 400, 900, RUNDIR_MAX - sizeof "/vethlab"};
    char path[2 * RUNDIR_MAX];
    if (is_root())
        skip();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct err e = ERR_INIT;
        struct rundir_lock lock;
        struct stat st;
        make_long(path, lengths[i]);
        setenv("XDG_RUNTIME_DIR", path, 1);
        assert_int_equal(rundir_lock_lab("x", &lock, &e), 0);
        assert_int_equal(strlen(lock.path), strlen(path) + strlen("/vethlab/x"));
        assert_int_equal(lstat(lock.path, &st), 0);
        rundir_remove_lab(&lock);
        drop_long(path);
    }
    struct err e = ERR_INIT;
    struct rundir_lock lock;
    memset(path, 'x', RUNDIR_MAX);
    path[0] = '/';
    path[RUNDIR_MAX - sizeof "/vethlab" + 1] = '\0';
    setenv("XDG_RUNTIME_DIR", path, 1);
    assert_int_equal(rundir_lock_lab("x", &lock, &e), -ENAMETOOLONG);
    assert_non_null(strstr(e.text, "XDG_RUNTIME_DIR"));
}

static void test_what_was_made_for_the_lock_goes(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct rundir_lock lock;
    struct stat st;
    char path[RUNDIR_MAX + 40];
    if (is_root())
        skip();
    assert_int_equal(rundir_lock_lab("x", &lock, &e), 0);
    strcpy(path, lock.path);
    rundir_leave_lab(&lock);
    assert_int_equal(lstat(path, &st), -1);
    assert_int_equal(rundir_lock_lab("x", &lock, &e), 0);
    assert_int_equal(mkdirat(lock.fd, "kept", 0700), 0);
    rundir_leave_lab(&lock);
    assert_int_equal(lstat(path, &st), 0);
    strcat(path, "/kept");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rundir_lock_lab("x", &lock, &e), 0);
    rundir_leave_lab(&lock);
}

/* Only a directory of ours alone, named as the lab, and not the one that is locked already. */
static void test_told_directory(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct rundir_lock usual, other;
    char path[128];
    if (is_root())
        skip();
    assert_int_equal(rundir_lock_lab("x", &usual, &e), 0);
    assert_int_equal(rundir_lock_told(usual.path, "x", &usual, &other, &e), 0);
    assert_int_equal(other.fd, -1);
    snprintf(path, sizeof path, "%s/x", top);
    assert_int_equal(rundir_lock_told(path, "x", &usual, &other, &e), 0);
    assert_int_equal(other.fd, -1);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(rundir_lock_told(path, "y", &usual, &other, &e), 0);
    assert_int_equal(other.fd, -1);
    assert_int_equal(rundir_lock_told("x", "x", &usual, &other, &e), 0);
    assert_int_equal(other.fd, -1);
    assert_int_equal(rundir_lock_told(path, "x", &usual, &other, &e), 0);
    assert_true(other.fd >= 0);
    rundir_unlock(&other);
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(rundir_lock_told(path, "x", &usual, &other, &e), 0);
    assert_int_equal(other.fd, -1);
    assert_int_equal(rmdir(path), 0);
    rundir_remove_lab(&usual);
}

#define ORDINARY_UID 61234

int main(void)
{
    if (is_root() && setresuid(ORDINARY_UID, ORDINARY_UID, ORDINARY_UID) < 0)
        fprintf(stderr, "state_test: cannot become an ordinary user\n");
#define TOP_TEST(f) cmocka_unit_test_setup_teardown(f, make_top, drop_top)
    const struct CMUnitTest tests[] = {
        TOP_TEST(test_labfile_has_no_name_until_linked),
        TOP_TEST(test_labfile_unlinked_leaves_nothing),
        cmocka_unit_test(test_record_round_trip),
        cmocka_unit_test(test_record_without_ends),
        cmocka_unit_test(test_record_broken),
        TOP_TEST(test_lock),
        TOP_TEST(test_steps),
        TOP_TEST(test_record_of_another_is_stale),
        TOP_TEST(test_foreign_directory_is_refused),
        TOP_TEST(test_labfile_is_ours_under_any_umask),
        TOP_TEST(test_long_run_directory),
        TOP_TEST(test_what_was_made_for_the_lock_goes),
        TOP_TEST(test_told_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
