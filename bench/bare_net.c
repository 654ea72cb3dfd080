/* SPDX-License-Identifier: BSD-2-Clause */
/* bare_net: see the header. */
#include "bare_net.h"

#include "nl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#define MESSAGES 64 /* more acknowledgements overrun the receive buffer */
#define ASKED    24 /* descriptions are larger */
#define LOWER_UP (1 << 16)

static struct {
    int sock, count, max, not_ready;
    size_t bytes;
    char data[32768] __attribute__((aligned(8)));
} batch;

int net_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        die("rtnetlink socket");
    return fd;
}

static struct nlmsghdr *begin(int sock, int type, int flags, int max)
{
    if (batch.sock != sock || batch.count >= max)
        net_flush();
    batch.sock = sock;
    struct nlmsghdr *h = (void *)(batch.data + batch.bytes);
    *h = (struct nlmsghdr){.nlmsg_len = NLMSG_HDRLEN,
                           .nlmsg_type = (uint16_t)type,
                           .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags)};
    batch.count++;
    return h;
}

static void *extend(struct nlmsghdr *h, size_t len)
{
    void *at = (char *)h + h->nlmsg_len;
    memset(at, 0, NLMSG_ALIGN(len));
    h->nlmsg_len += (uint32_t)NLMSG_ALIGN(len);
    return at;
}

static void end(const struct nlmsghdr *h)
{
    batch.bytes += h->nlmsg_len;
}

static struct rtattr *put(struct nlmsghdr *h, int type, const void *data, size_t len)
{
    struct rtattr *a = extend(h, RTA_LENGTH(len));
    a->rta_type = (uint16_t)type;
    a->rta_len = (uint16_t)RTA_LENGTH(len);
    if (len)
        memcpy(RTA_DATA(a), data, len);
    return a;
}

static void close_nest(const struct nlmsghdr *h, struct rtattr *a)
{
    a->rta_len = (uint16_t)((const char *)h + h->nlmsg_len - (char *)a);
}

static void put_link(struct nlmsghdr *h, uint32_t index, int up)
{
    struct ifinfomsg *i = extend(h, sizeof *i);
    i->ifi_index = (int)index;
    i->ifi_flags = up ? IFF_UP : 0;
    i->ifi_change = up ? IFF_UP : 0;
}

void net_bridge(int sock, const char *name, uint32_t index)
{
    struct nlmsghdr *h = begin(sock, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, MESSAGES);
    put_link(h, index, 1);
    put(h, IFLA_IFNAME, name, strlen(name) + 1);
    struct rtattr *info = put(h, IFLA_LINKINFO, NULL, 0);
    put(h, IFLA_INFO_KIND, "bridge", 7);
    close_nest(h, info);
    end(h);
}

void net_veth(int sock, const struct net_veth *v)
{
    struct nlmsghdr *h = begin(sock, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, MESSAGES);
    put_link(h, v->index, 1);
    put(h, IFLA_IFNAME, v->name, strlen(v->name) + 1);
    if (v->master)
        put(h, IFLA_MASTER, &v->master, sizeof v->master);
    struct rtattr *info = put(h, IFLA_LINKINFO, NULL, 0);
    put(h, IFLA_INFO_KIND, "veth", 5);
    struct rtattr *data = put(h, IFLA_INFO_DATA, NULL, 0);
    struct rtattr *peer = put(h, VETH_INFO_PEER, NULL, 0);
    put_link(h, v->peer_index, 0);
    put(h, IFLA_IFNAME, v->peer_name, strlen(v->peer_name) + 1);
    put(h, IFLA_NET_NS_FD, &v->peer_netns, sizeof v->peer_netns);
    close_nest(h, peer);
    close_nest(h, data);
    close_nest(h, info);
    end(h);
}

void net_up(int sock, uint32_t index)
{
    struct nlmsghdr *h = begin(sock, RTM_NEWLINK, 0, MESSAGES);
    put_link(h, index, 1);
    end(h);
}

void net_addr(int sock, uint32_t index, uint32_t addr, int plen)
{
    struct nlmsghdr *h = begin(sock, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, MESSAGES);
    struct ifaddrmsg *m = extend(h, sizeof *m);
    *m = (struct ifaddrmsg){
        .ifa_family = AF_INET, .ifa_prefixlen = (uint8_t)plen, .ifa_index = index};
    addr = htonl(addr);
    put(h, IFA_LOCAL, &addr, sizeof addr);
    put(h, IFA_ADDRESS, &addr, sizeof addr);
    end(h);
}

void net_route(int sock, uint32_t to, int plen, uint32_t via)
{
    struct nlmsghdr *h = begin(sock, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, MESSAGES);
    struct rtmsg *m = extend(h, sizeof *m);
    *m = (struct rtmsg){.rtm_family = AF_INET,
                        .rtm_dst_len = (uint8_t)plen,
                        .rtm_table = RT_TABLE_MAIN,
                        .rtm_protocol = RTPROT_STATIC,
                        .rtm_type = RTN_UNICAST};
    to = htonl(to);
    via = htonl(via);
    if (plen)
        put(h, RTA_DST, &to, sizeof to);
    put(h, RTA_GATEWAY, &via, sizeof via);
    end(h);
}

void net_ask_link(int sock, uint32_t index)
{
    struct nlmsghdr *h = begin(sock, RTM_GETLINK, 0, ASKED);
    put_link(h, index, 0);
    end(h);
}

/* One reply; true if it is an acknowledgement. */
static int take(const struct nlmsghdr *h)
{
    if (h->nlmsg_type == NLMSG_ERROR) {
        const struct nlmsgerr *e = NLMSG_DATA(h);
        errno = -e->error;
        if (e->error)
            die("rtnetlink request");
        return 1;
    }
    const struct ifinfomsg *i = NLMSG_DATA(h);
    if (h->nlmsg_type == RTM_NEWLINK && !(i->ifi_flags & LOWER_UP))
        batch.not_ready++;
    return 0;
}

void net_flush(void)
{
    static char buf[32768] __attribute__((aligned(8)));
    if (batch.count && send(batch.sock, batch.data, batch.bytes, 0) < 0)
        die("send to rtnetlink");
    while (batch.count > 0) {
        ssize_t n = recv(batch.sock, buf, sizeof buf, 0);
        if (n < 0)
            die("receive from rtnetlink");
        int left = (int)n;
        for (struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, (unsigned)left); h = nl_next(h, &left))
            batch.count -= take(h);
    }
    batch.bytes = 0;
}

int net_not_ready(void)
{
    return batch.not_ready;
}

int net_tentative(int sock)
{
    static char buf[32768] __attribute__((aligned(8)));
    struct {
        struct nlmsghdr h;
        struct ifaddrmsg m;
    } ask = {.h = {.nlmsg_len = sizeof ask,
                   .nlmsg_type = RTM_GETADDR,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
             .m = {.ifa_family = AF_INET6}};
    int count = 0;
    if (send(sock, &ask, sizeof ask, 0) < 0)
        die("send to rtnetlink");
    for (;;) {
        ssize_t n = recv(sock, buf, sizeof buf, 0);
        if (n < 0)
            die("receive from rtnetlink");
        int left = (int)n;
        for (struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, (unsigned)left); h = nl_next(h, &left)) {
            if (h->nlmsg_type != RTM_NEWADDR)
                return count;
            const struct ifaddrmsg *m = NLMSG_DATA(h);
            count += (m->ifa_flags & IFA_F_TENTATIVE) != 0;
        }
    }
}
