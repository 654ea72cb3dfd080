/* SPDX-License-Identifier: BSD-2-Clause */
/* netlink: see the header. Sequence numbers are the index in the batch plus one; the port id of a
 * reply is our own, since unicast only reaches the port it is meant for. */
#include "kernel/netlink.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DUMP_TRIES 10

int netlink_open(struct err *e)
{
    _cleanup_fd_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        return err_set(e, errno, "cannot open an rtnetlink socket");
    int on = 1;
    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
    struct sockaddr_nl self = {.nl_family = AF_NETLINK};
    if (bind(fd, (struct sockaddr *)&self, sizeof self) < 0)
        return err_set(e, errno, "cannot bind an rtnetlink socket");
    return mem_steal_fd(&fd);
}

int netlink_netns(int fd, struct err *e)
{
    int netns = ioctl(fd, SIOCGSKNS);
    return netns < 0 ? err_set(e, errno, "cannot open the network namespace of a socket") : netns;
}

/* The largest message of ours is a route of OP_HOPS_MAX IPv6 next hops of 28 bytes each. */
#define MESSAGE_MAX 8192

void *netlink_batch_room(struct netlink_batch *b)
{
    if (b->count == NETLINK_BATCH_MESSAGES || b->bytes + MESSAGE_MAX > sizeof b->data)
        return NULL;
    return b->data + b->bytes;
}

void netlink_batch_add(struct netlink_batch *b, const void *tag)
{
    struct nlmsghdr *mine = (struct nlmsghdr *)(void *)(b->data + b->bytes);
    mine->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    mine->nlmsg_seq = (uint32_t)b->count + 1;
    b->tag[b->count++] = tag;
    b->bytes += MNL_ALIGN(mine->nlmsg_len);
}

/* The text the kernel gave with a refusal, clean; "" if none. */
static void ext_ack_text(const struct nlmsghdr *h, char *text, size_t size)
{
    const struct nlmsgerr *ne = mnl_nlmsg_get_payload(h);
    size_t skip = sizeof *ne;
    text[0] = '\0';
    if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
        return;
    if (!(h->nlmsg_flags & NLM_F_CAPPED))
        skip += MNL_ALIGN(ne->msg.nlmsg_len) - sizeof ne->msg;
    const struct nlattr *a;
    NETLINK_ATTR_FOR_EACH(a, h, skip)
    {
        if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG && mnl_attr_validate(a, MNL_TYPE_STRING) >= 0)
            text_clean_to(text, size, mnl_attr_get_str(a));
    }
}

static int refusal(const struct nlmsghdr *h, struct err *e)
{
    const struct nlmsgerr *ne = mnl_nlmsg_get_payload(h);
    char text[256];
    ext_ack_text(h, text, sizeof text);
    if (text[0])
        return err_set(e, -ne->error, "the kernel says \"%s\"", text);
    return err_set(e, -ne->error, "the kernel refuses");
}

/* One message of a reply to a batch: counts the acknowledgement, keeps the first refusal. */
static int take_reply(const struct nlmsghdr *h, struct netlink_batch *b, size_t *acked,
                      const void **failed, struct err *e)
{
    const struct nlmsgerr *ne = mnl_nlmsg_get_payload(h);
    if (h->nlmsg_seq == 0 || h->nlmsg_seq > b->count)
        return 0;
    (*acked)++;
    if (ne->error == 0 || e->num || (b->is_fine && b->is_fine(-ne->error)))
        return 0;
    if (failed)
        *failed = b->tag[h->nlmsg_seq - 1];
    return refusal(h, e);
}

static ssize_t receive(int fd, char *buf, size_t size, struct err *e)
{
    for (;;) {
        ssize_t n = recv(fd, buf, size, 0);
        if (n >= 0)
            return n;
        if (errno != EINTR)
            return err_set(e, errno, "cannot read an rtnetlink reply");
    }
}

int netlink_send(int fd, struct netlink_batch *b, netlink_reply_fn *fn, void *ctx,
                 const void **failed, struct err *e)
{
    char buf[32768] __attribute__((aligned(8)));
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    size_t acked = 0;
    int r = 0;
    if (b->count == 0)
        return 0;
    if (sendto(fd, b->data, b->bytes, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
        r = err_set(e, errno, "cannot send %zu rtnetlink messages", b->count);
    bool sent = r == 0;
    while (sent && acked < b->count) {
        ssize_t n = receive(fd, buf, sizeof buf, e);
        if (n < 0) {
            r = (int)n;
            break;
        }
        int left = (int)n;
        for (const struct nlmsghdr *h = (void *)buf; mnl_nlmsg_ok(h, left);
             h = mnl_nlmsg_next(h, &left)) {
            if (h->nlmsg_type == NLMSG_ERROR) {
                int one = take_reply(h, b, &acked, failed, e);
                r = r ? r : one;
            } else if (fn && h->nlmsg_type >= NLMSG_MIN_TYPE) {
                fn(h, ctx);
            }
        }
    }
    b->count = 0;
    b->bytes = 0;
    return r;
}

/* One pass of a dump: 0 done, 1 interrupted, -errno. */
static int dump_once(int fd, netlink_reply_fn *fn, void *ctx, struct err *e)
{
    char buf[32768] __attribute__((aligned(8)));
    bool interrupted = false;
    for (;;) {
        ssize_t n = receive(fd, buf, sizeof buf, e);
        if (n < 0)
            return (int)n;
        int left = (int)n;
        for (const struct nlmsghdr *h = (void *)buf; mnl_nlmsg_ok(h, left);
             h = mnl_nlmsg_next(h, &left)) {
            interrupted |= (h->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
            if (h->nlmsg_type == NLMSG_DONE)
                return interrupted;
            if (h->nlmsg_type == NLMSG_ERROR)
                return refusal(h, e);
            fn(h, ctx);
        }
    }
}

int netlink_dump(int fd, struct nlmsghdr *h, netlink_reply_fn *fn, netlink_again_fn *again,
                 void *ctx, struct err *e)
{
    h->nlmsg_flags |= NLM_F_REQUEST | NLM_F_DUMP;
    for (int i = 0; i < DUMP_TRIES; i++) {
        if (i > 0 && again)
            again(ctx);
        if (send(fd, h, h->nlmsg_len, 0) < 0)
            return err_set(e, errno, "cannot send an rtnetlink dump request");
        int r = dump_once(fd, fn, ctx, e);
        if (r <= 0)
            return r;
    }
    return 0; /* it changes faster than it can be read: the last pass is as good as any */
}
