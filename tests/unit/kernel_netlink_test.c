/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_netlink_test: what the kernel does rarely, played by the other end of a socket pair: dumps
 * that are interrupted, and refusals one behind the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "kernel/netlink.h"

struct kernel {
    int ours, theirs;
};

static int set_up(void **state)
{
    static struct kernel k;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    k = (struct kernel){pair[0], pair[1]};
    *state = &k;
    return 0;
}

static int tear_down(void **state)
{
    const struct kernel *k = *state;
    close(k->ours);
    close(k->theirs);
    return 0;
}

/* `parts` neighbours (their index in ndm_ifindex) and the end of the dump, in one datagram. */
static void answer_dump(const struct kernel *k, int parts, bool interrupted)
{
    char data[1024] __attribute__((aligned(8))) = {0};
    size_t bytes = 0;
    for (int i = 0; i <= parts; i++) {
        struct nlmsghdr *h = mnl_nlmsg_put_header(data + bytes);
        h->nlmsg_type = i < parts ? RTM_NEWNEIGH : NLMSG_DONE;
        h->nlmsg_flags = NLM_F_MULTI;
        if (interrupted)
            h->nlmsg_flags |= NLM_F_DUMP_INTR;
        struct ndmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
        m->ndm_ifindex = i + 1;
        bytes += MNL_ALIGN(h->nlmsg_len);
    }
    assert_int_equal(send(k->theirs, data, bytes, 0), bytes);
}

struct seen {
    size_t parts, passes;
};

static void see(const struct nlmsghdr *h, void *ctx)
{
    struct seen *s = ctx;
    assert_int_equal(h->nlmsg_type, RTM_NEWNEIGH);
    s->parts++;
}

static void forget(void *ctx)
{
    struct seen *s = ctx;
    s->parts = 0;
    s->passes++;
}

static void interrupted_dump_begins_anew(void **state)
{
    const struct kernel *k = *state;
    char room[64] __attribute__((aligned(8)));
    struct err e = ERR_INIT;
    struct seen s = {0};
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    h->nlmsg_type = RTM_GETNEIGH;
    answer_dump(k, 3, true);
    answer_dump(k, 4, true);
    answer_dump(k, 2, false);
    assert_int_equal(netlink_dump(k->ours, h, see, forget, &s, &e), 0);
    assert_int_equal(s.parts, 2);
    assert_int_equal(s.passes, 2);
    answer_dump(k, 5, false);
    assert_int_equal(netlink_dump(k->ours, h, see, NULL, &s, &e), 0);
    assert_int_equal(s.parts, 7); /* whoever does not care sees all that come */
}

static void answer(const struct kernel *k, const int *num, size_t count)
{
    char data[1024] __attribute__((aligned(8))) = {0};
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        struct nlmsghdr *h = mnl_nlmsg_put_header(data + bytes);
        h->nlmsg_type = NLMSG_ERROR;
        h->nlmsg_seq = (uint32_t)i + 1;
        struct nlmsgerr *ne = mnl_nlmsg_put_extra_header(h, sizeof *ne);
        ne->error = -num[i];
        ne->msg.nlmsg_len = sizeof ne->msg;
        bytes += MNL_ALIGN(h->nlmsg_len);
    }
    assert_int_equal(send(k->theirs, data, bytes, 0), bytes);
}

static bool is_gone(int num)
{
    return num == ENOENT;
}

static int send_three(const struct kernel *k, netlink_fine_fn *is_fine, const void **failed,
                      struct err *e)
{
    static const char tag[3];
    struct netlink_batch b = {.is_fine = is_fine};
    for (size_t i = 0; i < 3; i++) {
        struct nlmsghdr *h = mnl_nlmsg_put_header(netlink_batch_room(&b));
        h->nlmsg_type = RTM_DELNEIGH;
        netlink_batch_add(&b, &tag[i]);
    }
    const void *at = NULL;
    int r = netlink_send(k->ours, &b, NULL, NULL, &at, e);
    *failed = at ? (const void *)(intptr_t)((const char *)at - tag + 1) : NULL;
    return r;
}

static void a_fine_refusal_hides_no_other(void **state)
{
    const struct kernel *k = *state;
    const void *failed = NULL;
    struct err e = ERR_INIT;
    answer(k, (const int[]){ENOENT, EPERM, ENOENT}, 3);
    assert_int_equal(send_three(k, is_gone, &failed, &e), -EPERM);
    assert_int_equal((intptr_t)failed, 2);
    e = (struct err)ERR_INIT;
    answer(k, (const int[]){ENOENT, 0, ENOENT}, 3);
    assert_int_equal(send_three(k, is_gone, &failed, &e), 0);
    assert_int_equal(e.num, 0);
    answer(k, (const int[]){ENOENT, EPERM, 0}, 3);
    assert_int_equal(send_three(k, NULL, &failed, &e), -ENOENT);
    assert_int_equal((intptr_t)failed, 1);
}

int main(void)
{
    alarm(30);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(interrupted_dump_begins_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fine_refusal_hides_no_other, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
