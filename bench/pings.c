/* SPDX-License-Identifier: BSD-2-Clause */
/* pings: every pair of a lab once, and the first ping after `up`. */
#include "sections.h"

#include "clock.h"
#include "observer.h"
#include "processes.h"
#include "stats.h"
#include "thresholds.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GONE_MS  60000
#define LATE_MS  100.0 /* the goal */
#define GIVEN_UP 3000  /* ms: not answered at all */

static const struct contestant *find(const char *name)
{
    for (int i = 0; i < contestant_count; i++)
        if (strcmp(contestants[i].name, name) == 0)
            return &contestants[i];
    return NULL;
}

/* --- all pairs -------------------------------------------------------------------------------- */
static double bare_pings(const struct tools *t, const struct lab *l)
{
    char title[64], pid[16];
    snprintf(title, sizeof title, "vethlab: %s", l->name);
    snprintf(pid, sizeof pid, "%d", processes_find(title));
    return contestant_run(t, (const char *[]){t->bare, "ping", l->name, pid, NULL}, "/dev/null",
                          NULL);
}

static double vethlab_pings(const struct tools *t, const struct lab *l)
{
    return contestant_run(t, (const char *[]){t->vethlab, "ping", "--all", "--ipv4", l->name, NULL},
                          "/dev/null", NULL);
}

/* On a lab of its own, whose nodes know no neighbours yet. */
static double on_new_lab(const struct tools *t, const char *name,
                         double (*pings)(const struct tools *, const struct lab *))
{
    const struct contestant *v = find("vethlab");
    struct lab *l = lab_new(name);
    v->prepare(t, l);
    double ms = -1;
    if (v->up(t, l) >= 0) {
        observer_mark();
        ms = pings(t, l);
        v->down(t, l);
        observer_wait(GONE_MS);
    }
    lab_free(l);
    return ms;
}

static void add(const char *lab, const char *who, double ms)
{
    if (ms >= 0)
        stats_add("all pairs", lab, who, ms);
}

void section_pings(const struct tools *t, int rounds)
{
    fputs("bench: all pairs:", stderr);
    for (int r = 0; r < rounds; r++) {
        fprintf(stderr, " %d", r + 1);
        add("30 nodes", "bare", on_new_lab(t, "star-30", bare_pings));
        add("30 nodes", "vethlab", on_new_lab(t, "star-30", vethlab_pings));
        if (thresholds_raise()) {
            double bare = on_new_lab(t, "star-100", bare_pings);
            add("100 nodes, raised limits", "bare", bare);
            add("100 nodes, raised limits", "vethlab", on_new_lab(t, "star-100", vethlab_pings));
            thresholds_restore();
            add("100 nodes, default limit", "bare", bare);
        }
        add("100 nodes, default limit", "vethlab", on_new_lab(t, "star-100", vethlab_pings));
    }
    fputc('\n', stderr);
    stats_note(
        "all pairs: each lab is new, so that every neighbour is asked for; *bare* cannot do "
        "100 nodes at the default limit of 1,024 neighbours: in that row it had raised ones");
}

/* --- the first ping after up ------------------------------------------------------------------ */
static const struct first {
    const char *file, *node, *ipv4, *ipv6;
} firsts[] = {
    {"veth-ping", "terminal1", "192.168.168.100", "fd00:168::100"},
    {"lan", "h1", "10.0.0.4", "fd00:10::4"},
};

static int ping_socket(int family, const char *addr)
{
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC,
                    family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
    struct sockaddr_in6 to6 = {.sin6_family = AF_INET6};
    struct sockaddr_in to4 = {.sin_family = AF_INET};
    int r = family == AF_INET ? inet_pton(family, addr, &to4.sin_addr)
                              : inet_pton(family, addr, &to6.sin6_addr);
    if (fd >= 0 && r == 1)
        r = family == AF_INET ? connect(fd, (struct sockaddr *)&to4, sizeof to4)
                              : connect(fd, (struct sockaddr *)&to6, sizeof to6);
    return r < 0 ? -1 : fd;
}

/* Milliseconds until the answer, or GIVEN_UP. */
static double ping_once(int family, const char *addr)
{
    char request[64] = {family == AF_INET ? ICMP_ECHO : (char)ICMP6_ECHO_REQUEST}, reply[256];
    int fd = ping_socket(family, addr);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    double start = clock_ms(), ms = GIVEN_UP;
    if (fd >= 0 && send(fd, request, sizeof request, 0) > 0 && poll(&p, 1, GIVEN_UP) == 1 &&
        recv(fd, reply, sizeof reply, 0) > 0)
        ms = clock_ms() - start;
    close(fd);
    return ms;
}

static bool enter(const char *lab, const char *node)
{
    char title[128], path[64];
    snprintf(title, sizeof title, "vethlab: %s/%s", lab, node);
    snprintf(path, sizeof path, "/proc/%d/ns/net", processes_find(title));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && setns(fd, CLONE_NEWNET) == 0;
    close(fd);
    return good;
}

static void first_of(const struct tools *t, const struct first *f, int home, double worst[2])
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.lab.yaml", t->topologies, f->file);
    if (contestant_run(t, (const char *[]){t->vethlab, "up", path, NULL}, "/dev/null", NULL) < 0)
        return;
    if (enter(f->file, f->node)) {
        double ms[2] = {ping_once(AF_INET, f->ipv4), ping_once(AF_INET6, f->ipv6)};
        for (int k = 0; k < 2; k++) {
            char name[64];
            snprintf(name, sizeof name, "%s, IPv%d", f->file, k ? 6 : 4);
            stats_add("first ping", name, "vethlab", ms[k]);
            worst[k] = ms[k] > worst[k] ? ms[k] : worst[k];
        }
        if (setns(home, CLONE_NEWNET) < 0)
            exit(1);
    }
    contestant_run(t, (const char *[]){t->vethlab, "down", f->file, NULL}, "/dev/null", NULL);
}

void section_first(const struct tools *t, int count)
{
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
        double worst[2] = {0};
        fprintf(stderr, "bench: %d first pings of %s\n", count, firsts[i].file);
        for (int n = 0; n < count; n++)
            first_of(t, &firsts[i], home, worst);
        for (int k = 0; k < 2; k++) {
            char name[96];
            snprintf(name, sizeof name, "latest first ping of %d, %s, IPv%d", count, firsts[i].file,
                     k ? 6 : 4);
            stats_figure(name, worst[k], "ms", LATE_MS);
        }
    }
    close(home);
}
