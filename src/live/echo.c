/* SPDX-License-Identifier: BSD-2-Clause */
/* echo: see the header. Raw sockets of one namespace hear each other's replies and the errors of
 * each other's requests: the identifier, random for each socket, tells whose they are. */
#include "live/echo.h"

#include "base/clock.h"
#include "base/mem.h"
#include "kernel/ns.h"
#include "live/icmp.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define RECEIVE_BYTES (1 << 20) /* asked for; the system may give less */
#define ERROR_RETRIES 8

/* --- opening ---------------------------------------------------------------------------------- */

/* A packet of another identifier is not even queued. IPv4 raw sockets see the IP header. */
static int filter_ident(int fd, sa_family_t family, uint16_t ident)
{
    struct sock_filter v4[] = {
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ident, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_filter v6[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ident, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog p = {.len = ARRAY_LEN(v4), .filter = v4};
    if (family == AF_INET6)
        p = (struct sock_fprog){.len = ARRAY_LEN(v6), .filter = v6};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof p);
}

/* Of all ICMP that reaches the namespace only echo replies are wanted. */
static int filter_type(int fd, sa_family_t family)
{
    if (family == AF_INET) {
        struct icmp_filter f = {.data = ~(1u << ICMP_ECHOREPLY)};
        return setsockopt(fd, IPPROTO_RAW, ICMP_FILTER, &f, sizeof f);
    }
    struct icmp6_filter f;
    ICMP6_FILTER_SETBLOCKALL(&f);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &f);
    return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &f, sizeof f);
}

static int set_options(int fd, sa_family_t family)
{
    int on = 1, room = RECEIVE_BYTES;
    bool v6 = family == AF_INET6;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0)
        return -1;
    if (v6)
        return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on) < 0 ||
                       setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on) < 0
                   ? -1
                   : 0;
    return setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on) < 0 ||
                   setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof on) < 0
               ? -1
               : 0;
}

/* The kernel gives a datagram socket its identifier as a port, when it is bound. */
static int own_ident(int fd, sa_family_t family, uint16_t *ident)
{
    struct sockaddr_storage a = {.ss_family = family};
    socklen_t len = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (bind(fd, (struct sockaddr *)&a, len) < 0 ||
        getsockname(fd, (struct sockaddr *)&a, &len) < 0)
        return -1;
    *ident = ntohs(family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
                                      : ((struct sockaddr_in *)&a)->sin_port);
    return 0;
}

static int open_raw(int fd, struct echo *k)
{
    if (getrandom(&k->ident, sizeof k->ident, 0) < 0)
        k->ident = (uint16_t)getpid();
    return filter_type(fd, k->family) < 0 ? -1 : filter_ident(fd, k->family, k->ident);
}

int echo_open_here(sa_family_t family, struct echo *out, struct err *e)
{
    const char *name = family == AF_INET6 ? "ICMPv6" : "ICMP";
    int protocol = family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
    const int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    struct echo k = {.family = family};
    _cleanup_fd_ int fd = socket(family, SOCK_DGRAM | flags, protocol);
    *out = (struct echo)ECHO_INIT;
    if (fd < 0 && (errno == EACCES || errno == EPERM)) {
        k.raw = true;
        fd = socket(family, SOCK_RAW | flags, protocol);
    }
    if (fd < 0)
        return err_set(e, errno, "cannot open an %s socket", name);
    if ((k.raw ? open_raw(fd, &k) : own_ident(fd, family, &k.ident)) < 0 ||
        set_options(fd, family) < 0)
        return err_set(e, errno, "cannot prepare an %s socket", name);
    k.fd = mem_steal_fd(&fd);
    *out = k;
    return 0;
}

void echo_close(struct echo *k)
{
    mem_close_fd(&k->fd);
}

struct opening {
    const unsigned *families;
    struct echo_pair *out;
};

static int open_one(size_t i, void *ctx, struct err *e)
{
    struct opening *o = ctx;
    int r = 0;
    if (o->families[i] & ECHO_V4)
        r = echo_open_here(AF_INET, &o->out[i].v4, e);
    if (r == 0 && o->families[i] & ECHO_V6)
        r = echo_open_here(AF_INET6, &o->out[i].v6, e);
    if (r < 0)
        echo_close(&o->out[i].v4);
    return r;
}

int echo_open_nodes(const struct lab *lab, const size_t *node, const unsigned *families,
                    size_t count, struct echo_pair *out, struct err *each, struct err *e)
{
    int *netns = mem_alloc((count + 1) * sizeof *netns);
    struct opening o = {.families = families, .out = out};
    int r = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct echo_pair){.v4 = ECHO_INIT, .v6 = ECHO_INIT};
        netns[i] = -1;
    }
    for (size_t i = 0; i < count && r == 0; i++) {
        netns[i] = lab_node_netns(lab, node[i], e);
        r = netns[i] < 0 ? netns[i] : 0;
    }
    if (r == 0)
        r = ns_run_each(netns, count, open_one, &o, each, e);
    for (size_t i = 0; i < count; i++) {
        mem_close_fd(&netns[i]);
        if (r < 0 && !each) {
            echo_close(&out[i].v4);
            echo_close(&out[i].v6);
        }
    }
    free(netns);
    return r;
}

/* --- sending ---------------------------------------------------------------------------------- */

static socklen_t put_sockaddr(struct sockaddr_storage *to, const struct echo_request *r)
{
    if (r->to.family == AF_INET6) {
        struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_scope_id = r->scope_ifindex};
        memcpy(&a.sin6_addr, r->to.byte, sizeof a.sin6_addr);
        memcpy(to, &a, sizeof a);
        return sizeof a;
    }
    struct sockaddr_in a = {.sin_family = AF_INET};
    memcpy(&a.sin_addr, r->to.byte, sizeof a.sin_addr);
    memcpy(to, &a, sizeof a);
    return sizeof a;
}

int echo_send(const struct echo *k, const struct echo_request *r, size_t count, size_t payload)
{
    static struct sockaddr_storage to[ECHO_BATCH];
    uint8_t header[ECHO_BATCH][ICMP_HEADER_BYTES];
    struct iovec iov[ECHO_BATCH][2];
    struct mmsghdr m[ECHO_BATCH];
    count = count < ECHO_BATCH ? count : ECHO_BATCH;
    for (size_t i = 0; i < count; i++) {
        icmp_build_echo(k->family, k->ident, r[i].seq, payload, header[i]);
        iov[i][0] = (struct iovec){header[i], ICMP_HEADER_BYTES};
        iov[i][1] = (struct iovec){(void *)icmp_pattern(), payload};
        m[i] = (struct mmsghdr){.msg_hdr = {.msg_name = &to[i],
                                            .msg_namelen = put_sockaddr(&to[i], &r[i]),
                                            .msg_iov = iov[i],
                                            .msg_iovlen = 2}};
    }
    int sent = sendmmsg(k->fd, m, (unsigned)count, 0);
    /* An ICMP error that came meanwhile is reported once by the next call, whatever that one does
     * (raw(7)): only the second failure is about this request. */
    if (sent < 0 && errno != EAGAIN)
        sent = sendmmsg(k->fd, m, (unsigned)count, 0);
    return sent < 0 ? -errno : sent;
}

/* --- receiving -------------------------------------------------------------------------------- */

struct received {
    uint8_t data[65536 + 128];
    char control[512] __attribute__((aligned(8)));
    struct sockaddr_storage from;
    struct msghdr h;
    size_t len;
};

static struct ip_addr addr_of(const struct sockaddr_storage *s)
{
    struct ip_addr a = {.family = AF_UNSPEC};
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (s->ss_family == AF_INET) {
        memcpy(&v4, s, sizeof v4);
        memcpy(a.byte, &v4.sin_addr, sizeof v4.sin_addr);
        a.family = AF_INET;
    } else if (s->ss_family == AF_INET6) {
        memcpy(&v6, s, sizeof v6);
        memcpy(a.byte, &v6.sin6_addr, sizeof v6.sin6_addr);
        a.family = AF_INET6;
    }
    return a;
}

/* 0, or -EAGAIN: nothing waits, or -errno: a pending error, reported once. */
static int receive_one(int fd, int flags, struct received *r)
{
    struct iovec iov = {r->data, sizeof r->data};
    r->h = (struct msghdr){.msg_name = &r->from,
                           .msg_namelen = sizeof r->from,
                           .msg_iov = &iov,
                           .msg_iovlen = 1,
                           .msg_control = r->control,
                           .msg_controllen = sizeof r->control};
    ssize_t n = recvmsg(fd, &r->h, flags);
    if (n < 0)
        return -errno;
    r->len = (size_t)n;
    return 0;
}

static const void *control(struct received *r, int level, int type)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&r->h); c; c = CMSG_NXTHDR(&r->h, c))
        if (c->cmsg_level == level && c->cmsg_type == type)
            return CMSG_DATA(c);
    return NULL;
}

static void take_reply(const struct echo *k, struct received *r, echo_fn *fn, void *ctx)
{
    struct icmp_echo echo;
    const uint8_t *data = r->data;
    size_t len = r->len;
    const bool v6 = k->family == AF_INET6;
    if (k->raw && !v6 && !icmp_skip_ip(&data, &len))
        return;
    if (!icmp_parse_echo(k->family, false, data, len, &echo) || echo.ident != k->ident)
        return;
    struct echo_message m = {.seq = echo.seq, .bytes = echo.bytes, .ttl = -1};
    const void *ttl = v6 ? control(r, IPPROTO_IPV6, IPV6_HOPLIMIT) : control(r, IPPROTO_IP, IP_TTL);
    const void *stamp = control(r, SOL_SOCKET, SCM_TIMESTAMPNS);
    struct timespec t;
    if (ttl)
        memcpy(&m.ttl, ttl, sizeof m.ttl);
    if (stamp) {
        memcpy(&t, stamp, sizeof t);
        m.real_ns = t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
    }
    size_t damage = icmp_first_damage(&echo);
    m.damage_at = damage < echo.payload_len ? damage : SIZE_MAX;
    m.damage = damage < echo.payload_len ? echo.payload[damage] : 0;
    m.from = addr_of(&r->from);
    fn(&m, ctx);
}

/* An error carries the beginning of the request that caused it. */
static void take_error(const struct echo *k, struct received *r, echo_fn *fn, void *ctx)
{
    struct icmp_echo echo;
    struct sock_extended_err ee;
    const bool v6 = k->family == AF_INET6;
    const uint8_t *info =
        v6 ? control(r, IPPROTO_IPV6, IPV6_RECVERR) : control(r, IPPROTO_IP, IP_RECVERR);
    if (!info || !icmp_parse_echo(k->family, true, r->data, r->len, &echo) ||
        echo.ident != k->ident)
        return;
    memcpy(&ee, info, sizeof ee);
    _cleanup_buf_ struct buf words = BUF_INIT;
    struct echo_message m = {.is_error = true, .seq = echo.seq, .ttl = -1, .num = (int)ee.ee_errno};
    m.to = addr_of(&r->from);
    if (ee.ee_origin == SO_EE_ORIGIN_ICMP || ee.ee_origin == SO_EE_ORIGIN_ICMP6) {
        struct sockaddr_storage offender = {0};
        memcpy(&offender, info + sizeof ee,
               v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
        m.from = addr_of(&offender);
        icmp_words(k->family, ee.ee_type, ee.ee_code, ee.ee_info, &words);
    } else if (ee.ee_errno == EMSGSIZE) {
        buf_printf(&words, "local error: message too long, mtu=%u", ee.ee_info);
    } else {
        buf_printf(&words, "local error: %s", strerror((int)ee.ee_errno));
    }
    m.words = buf_str(&words);
    fn(&m, ctx);
}

void echo_receive(const struct echo *k, echo_fn *fn, void *ctx)
{
    static struct received r;
    int retries = 0;
    while (receive_one(k->fd, MSG_ERRQUEUE, &r) == 0)
        take_error(k, &r, fn, ctx);
    for (;;) {
        int result = receive_one(k->fd, 0, &r);
        if (result == 0)
            take_reply(k, &r, fn, ctx);
        else if (result == -EAGAIN || ++retries > ERROR_RETRIES)
            return;
    }
}
