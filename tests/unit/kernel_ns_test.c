/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_ns_test: work in other network namespaces, while the main thread stays where it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kernel/ns.h"
#include "kernel_testns.h"

#define COUNT 5

struct visit {
    int sock[COUNT];
    int order[COUNT], visits;
    int fail_at;
    bool signals_blocked;
};

static ino_t own_inode(void)
{
    struct stat st;
    assert_int_equal(stat("/proc/thread-self/ns/net", &st), 0);
    return st.st_ino;
}

static int open_self(size_t i, void *ctx, struct err *e)
{
    int *fd = ctx;
    *fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    return *fd < 0 ? err_set(e, errno, "no %zu", i) : 0;
}

static int visit(size_t i, void *ctx, struct err *e)
{
    struct visit *v = ctx;
    sigset_t now;
    sigprocmask(SIG_SETMASK, NULL, &now);
    v->signals_blocked = sigismember(&now, SIGINT) && sigismember(&now, SIGTERM);
    v->order[v->visits++] = (int)i;
    if ((int)i == v->fail_at)
        return err_set(e, EIO, "number %zu", i);
    v->sock[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return v->sock[i] < 0 ? err_set(e, errno, "no socket") : 0;
}

static void make(int fd[COUNT])
{
    struct err e = ERR_INIT;
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(ns_run_new(open_self, &fd[i], &e), 0);
}

/* SO_NETNS_COOKIE (Linux 5.14): unique for this boot. Of the namespace the socket was made in. */
static uint64_t cookie_of(int socket_fd)
{
    uint64_t cookie = 0;
    socklen_t len = sizeof cookie;
    assert_int_equal(getsockopt(socket_fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len), 0);
    return cookie;
}

static void sockets_stay_in_their_namespaces(void **state)
{
    (void)state;
    int fd[COUNT];
    struct visit v = {.fail_at = -1};
    struct err each[COUNT], e = ERR_INIT;
    ino_t before = own_inode();
    make(fd);
    assert_int_equal(ns_run_each(fd, COUNT, visit, &v, each, &e), 0);
    assert_int_equal(own_inode(), before);
    assert_int_equal(v.visits, COUNT);
    assert_true(v.signals_blocked);
    uint64_t cookie[COUNT + 1];
    int here = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cookie[COUNT] = cookie_of(here);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(v.order[i], i);
        cookie[i] = cookie_of(v.sock[i]);
        for (int k = 0; k < i; k++)
            assert_true(cookie[k] != cookie[i]);
        assert_true(cookie[i] != cookie[COUNT]);
        close(v.sock[i]);
        close(fd[i]);
    }
    close(here);
}

static void one_failure_does_not_stop_the_others(void **state)
{
    (void)state;
    int fd[COUNT];
    struct visit v = {.fail_at = 1};
    struct err each[COUNT], e = ERR_INIT;
    make(fd);
    int bad = fd[3];
    fd[3] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_int_equal(ns_run_each(fd, COUNT, visit, &v, each, &e), -EIO);
    assert_non_null(strstr(e.text, "number 1"));
    assert_int_equal(v.visits, COUNT - 1);
    assert_int_equal(each[0].num, 0);
    assert_int_equal(each[1].num, EIO);
    assert_int_equal(each[3].num, EINVAL);
    assert_non_null(strstr(each[3].text, "4 of 5"));
    for (int i = 0; i < COUNT; i++) {
        close(fd[i]);
        if (i != 1 && i != 3)
            close(v.sock[i]);
    }
    close(bad);
}

static void nothing_to_do_is_done(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_int_equal(ns_run_each(NULL, 0, visit, NULL, NULL, &e), 0);
}

static void a_new_namespace_has_only_a_loopback(void **state)
{
    (void)state;
    int fd = -1;
    struct err e = ERR_INIT;
    assert_int_equal(ns_run_new(open_self, &fd, &e), 0);
    struct visit v = {.fail_at = -1};
    assert_int_equal(ns_run_each(&fd, 1, visit, &v, NULL, &e), 0);
    struct ifreq req = {.ifr_ifindex = 1};
    assert_int_equal(ioctl(v.sock[0], SIOCGIFNAME, &req), 0);
    assert_string_equal(req.ifr_name, "lo");
    assert_int_equal(ioctl(v.sock[0], SIOCGIFFLAGS, &req), 0);
    assert_false(req.ifr_flags & IFF_UP);
    close(v.sock[0]);
    close(fd);
}

int main(void)
{
    if (!testns_private())
        return testns_refused("are refused here");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sockets_stay_in_their_namespaces),
        cmocka_unit_test(one_failure_does_not_stop_the_others),
        cmocka_unit_test(nothing_to_do_is_done),
        cmocka_unit_test(a_new_namespace_has_only_a_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
