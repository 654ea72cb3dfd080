/* SPDX-License-Identifier: BSD-2-Clause */
/* view_load: see the header. */
#include "view_load.h"

#include "clock.h"
#include "processes.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOAD_NET ((10u << 24) + (200u << 16))

static int socket_in(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), sock = -1;
    int there = open(path, O_RDONLY | O_CLOEXEC);
    if (there >= 0 && home >= 0 && setns(there, CLONE_NEWNET) == 0) {
        sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (setns(home, CLONE_NEWNET) < 0)
            exit(1);
    }
    close(home);
    close(there);
    return sock;
}

bool load_open(struct load_end *end, const char *lab, const char *node, const char *ifname)
{
    char title[128];
    struct ifreq r = {0};
    snprintf(title, sizeof title, "vethlab: %s/%s", lab, node);
    snprintf(r.ifr_name, sizeof r.ifr_name, "%s", ifname);
    pid_t pid = processes_find(title);
    end->sock = pid > 0 ? socket_in(pid) : -1;
    if (end->sock < 0 || ioctl(end->sock, SIOCGIFINDEX, &r) < 0)
        return false;
    end->ifindex = (unsigned)r.ifr_ifindex;
    return true;
}

void load_close(struct load_end *end)
{
    if (end->sock >= 0)
        close(end->sock);
    end->sock = -1;
}

/* rtnetlink does what is asked within sendmsg(2): there is nothing to wait for. */
static void request(int sock, struct nlmsghdr *h)
{
    h->nlmsg_flags |= NLM_F_REQUEST;
    if (send(sock, h, h->nlmsg_len, 0) < 0)
        perror("bench: an event");
}

void load_addr(const struct load_end *end, uint32_t addr, bool comes)
{
    struct {
        struct nlmsghdr h;
        struct ifaddrmsg a;
        struct rtattr attr;
        uint32_t addr;
    } m = {.h = {.nlmsg_len = sizeof m, .nlmsg_type = comes ? RTM_NEWADDR : RTM_DELADDR},
           .a = {.ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = end->ifindex},
           .attr = {.rta_len = RTA_LENGTH(4), .rta_type = IFA_LOCAL},
           .addr = htonl(addr)};
    m.h.nlmsg_flags = comes ? NLM_F_CREATE | NLM_F_EXCL : 0;
    request(end->sock, &m.h);
}

void load_up(const struct load_end *end, bool up)
{
    struct {
        struct nlmsghdr h;
        struct ifinfomsg i;
    } m = {
        .h = {.nlmsg_len = sizeof m, .nlmsg_type = RTM_NEWLINK},
        .i = {.ifi_index = (int)end->ifindex, .ifi_change = IFF_UP, .ifi_flags = up ? IFF_UP : 0}};
    request(end->sock, &m.h);
}

static void sleep_until(double ms)
{
    struct timespec t = {.tv_sec = (time_t)(ms / 1000)};
    t.tv_nsec = (long)((ms - (double)t.tv_sec * 1000) * 1e6);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static pid_t go_on(void (*event)(const struct load_end *end, int ends, unsigned n),
                   const struct load_end *end, int ends, double per_second)
{
    pid_t parent = getpid(), pid = fork();
    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    double start = clock_ms();
    for (unsigned n = 0; getppid() == parent; n++) {
        sleep_until(start + n * 1000 / per_second);
        event(end, ends, n);
    }
    _exit(0);
}

/* Each address comes once and then goes. */
static void addr_event(const struct load_end *end, int ends, unsigned n)
{
    unsigned k = n / 2;
    load_addr(&end[k % (unsigned)ends], LOAD_NET + k % 60000, n % 2 == 0);
}

static void flap_event(const struct load_end *end, int ends, unsigned n)
{
    (void)ends;
    load_up(end, n % 2 == 1);
}

pid_t load_addrs(const struct load_end *end, int ends, double per_second)
{
    return go_on(addr_event, end, ends, per_second);
}

pid_t load_flaps(const struct load_end *end, double per_second)
{
    return go_on(flap_event, end, 1, 2 * per_second);
}

void load_stop(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}
