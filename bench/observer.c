/* SPDX-License-Identifier: BSD-2-Clause */
/* observer: see the header. */
#include "observer.h"

#include "clock.h"
#include "nl.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    int requests, events;
    ino_t *seen;
    int32_t *id; /* of each; -1 once it is freed */
    int count, left;
} o = {.requests = -1, .events = -1};

static void start(void)
{
    int group = RTNLGRP_NSID, room = 8 << 20;
    if (o.requests >= 0)
        return;
    o.requests = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    o.events = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    struct sockaddr_nl self = {.nl_family = AF_NETLINK};
    setsockopt(o.events, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    if (bind(o.events, (struct sockaddr *)&self, sizeof self) < 0 ||
        setsockopt(o.events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0) {
        perror("bench: observer");
        exit(1);
    }
}

struct about {
    struct nlmsghdr h;
    struct rtgenmsg g;
    struct rtattr fd_head __attribute__((aligned(4)));
    uint32_t fd;
    struct rtattr id_head;
    int32_t id;
};

/* The id in a message about a namespace, or -1. */
static int32_t id_of(const struct nlmsghdr *h)
{
    int left = (int)h->nlmsg_len - (int)NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct rtgenmsg)));
    const struct rtattr *a =
        (const void *)((const char *)NLMSG_DATA(h) + NLMSG_ALIGN(sizeof(struct rtgenmsg)));
    for (; RTA_OK(a, left); a = nl_next_attr(a, &left))
        if (a->rta_type == NETNSA_NSID)
            return *(const int32_t *)RTA_DATA(a);
    return -1;
}

/* Sends a request about the namespace; the id in the answer, or -1. */
static int32_t request(int type, int flags, int netns, bool with_id)
{
    struct about ask = {.h = {.nlmsg_len = sizeof ask,
                              .nlmsg_type = (uint16_t)type,
                              .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags)},
                        .fd_head = {.rta_len = 8, .rta_type = NETNSA_FD},
                        .fd = (uint32_t)netns,
                        .id_head = {.rta_len = 8, .rta_type = NETNSA_NSID},
                        .id = -1};
    char reply[1024] __attribute__((aligned(8)));
    if (!with_id)
        ask.h.nlmsg_len = offsetof(struct about, id_head);
    if (send(o.requests, &ask, ask.h.nlmsg_len, 0) < 0 ||
        recv(o.requests, reply, sizeof reply, 0) < 0)
        return -1;
    const struct nlmsghdr *h = (const void *)reply;
    return h->nlmsg_type == RTM_NEWNSID ? id_of(h) : -1;
}

/* It may have one already: the kernel gives some away by itself. */
static int32_t give_id(int netns)
{
    request(RTM_NEWNSID, NLM_F_ACK, netns, true);
    return request(RTM_GETNSID, 0, netns, false);
}

static void mark(const char *path)
{
    struct stat st, own;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    int is_new =
        fstat(fd, &st) == 0 && stat("/proc/self/ns/net", &own) == 0 && st.st_ino != own.st_ino;
    for (int i = 0; i < o.count && is_new; i++)
        is_new = o.seen[i] != st.st_ino;
    int32_t id = is_new ? give_id(fd) : -1;
    if (id >= 0) {
        o.seen = realloc(o.seen, (size_t)(o.count + 1) * sizeof *o.seen);
        o.id = realloc(o.id, (size_t)(o.count + 1) * sizeof *o.id);
        o.id[o.count] = id;
        o.seen[o.count++] = st.st_ino;
        o.left++;
    }
    close(fd);
}

static void take_freed(int32_t id)
{
    for (int i = 0; i < o.count; i++)
        if (o.id[i] == id && id >= 0) {
            o.id[i] = -1;
            o.left--;
        }
}

static void take_events(void)
{
    char buf[16384] __attribute__((aligned(8)));
    ssize_t n;
    while ((n = recv(o.events, buf, sizeof buf, MSG_DONTWAIT)) > 0) {
        int left = (int)n;
        for (struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, (unsigned)left); h = nl_next(h, &left))
            if (h->nlmsg_type == RTM_DELNSID)
                take_freed(id_of(h));
    }
}

int observer_mark(void)
{
    char path[300];
    struct dirent *d;
    start();
    take_events();
    o.count = o.left = 0;
    DIR *proc = opendir("/proc");
    while (proc && (d = readdir(proc)))
        if (d->d_name[0] >= '1' && d->d_name[0] <= '9') {
            snprintf(path, sizeof path, "/proc/%s/ns/net", d->d_name);
            mark(path);
        }
    if (proc)
        closedir(proc);
    DIR *names = opendir("/run/netns");
    while (names && (d = readdir(names)))
        if (d->d_name[0] != '.') {
            snprintf(path, sizeof path, "/run/netns/%s", d->d_name);
            mark(path);
        }
    if (names)
        closedir(names);
    return o.count;
}

int observer_wait(int timeout_ms)
{
    double end = clock_ms() + timeout_ms;
    struct pollfd p = {.fd = o.events, .events = POLLIN};
    for (take_events(); o.left > 0 && clock_ms() < end; take_events())
        poll(&p, 1, 10);
    int left = o.left;
    o.left = 0;
    return left;
}
