/* SPDX-License-Identifier: BSD-2-Clause */
/* observer: see the header. */
#include "observer.h"

#include "clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    int requests, events;
    ino_t *seen;
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

/* True if the namespace had no id before. */
static int give_id(int netns)
{
    struct {
        struct nlmsghdr h;
        struct rtgenmsg g;
        struct rtattr fd_head __attribute__((aligned(4)));
        uint32_t fd;
        struct rtattr id_head;
        int32_t id;
    } ask = {.h = {.nlmsg_len = sizeof ask,
                   .nlmsg_type = RTM_NEWNSID,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
             .fd_head = {.rta_len = 8, .rta_type = NETNSA_FD},
             .fd = (uint32_t)netns,
             .id_head = {.rta_len = 8, .rta_type = NETNSA_NSID},
             .id = -1};
    struct {
        struct nlmsghdr h;
        struct nlmsgerr e;
        char more[512];
    } reply;
    if (send(o.requests, &ask, sizeof ask, 0) < 0 || recv(o.requests, &reply, sizeof reply, 0) < 0)
        return 0;
    return reply.h.nlmsg_type == NLMSG_ERROR && reply.e.error == 0;
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
    if (is_new && give_id(fd)) {
        o.seen = realloc(o.seen, (size_t)(o.count + 1) * sizeof *o.seen);
        o.seen[o.count++] = st.st_ino;
        o.left++;
    }
    close(fd);
}

int observer_mark(void)
{
    char path[300];
    struct dirent *d;
    start();
    o.count = 0;
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

static void take_events(void)
{
    char buf[16384] __attribute__((aligned(8)));
    ssize_t n;
    while ((n = recv(o.events, buf, sizeof buf, MSG_DONTWAIT)) > 0) {
        int left = (int)n;
        for (struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, (unsigned)left); h = NLMSG_NEXT(h, left))
            o.left -= h->nlmsg_type == RTM_DELNSID;
    }
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
