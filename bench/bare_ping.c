/* SPDX-License-Identifier: BSD-2-Clause */
/* bare_ping: see the header. One ICMP socket in each namespace; all requests are sent without
 * waiting, since the replies of one node fit into its socket's buffer; then all replies are read.
 */
#include "bare_ping.h"

#include "bare_net.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 1000

struct pinger {
    uint32_t addr;
    int fd;
};

static int socket_in(const char *pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
    int ns = open(path, O_RDONLY | O_CLOEXEC);
    if (ns < 0 || setns(ns, CLONE_NEWNET) < 0)
        die("setns");
    close(ns);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
    if (fd < 0)
        die("ICMP socket");
    return fd;
}

static void first_addresses(const struct lab *l, struct pinger *p)
{
    for (int i = l->links * 2 - 1; i >= 0; i--) {
        const struct lab_end *end = &l->link[i / 2].end[i % 2];
        if (end->addr)
            p[end->node].addr = end->addr;
    }
}

static int open_all(const struct lab *l, pid_t holder, struct pinger *p)
{
    char path[64], *text = calloc(1, 1 << 17), *save = NULL;
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", holder, holder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, (1 << 17) - 1) <= 0)
        die(path);
    close(fd);
    for (char *pid = strtok_r(text, " ", &save); pid && count < l->nodes;
         pid = strtok_r(NULL, " ", &save), count++)
        p[count].fd = p[count].addr ? socket_in(pid) : -1;
    free(text);
    return count;
}

static int send_all(const struct pinger *p, int count)
{
    struct {
        struct icmphdr h;
        char payload[56];
    } request = {.h.type = ICMP_ECHO};
    int sent = 0;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < count; k++) {
            if (i == k || !p[i].addr || !p[k].addr)
                continue;
            struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(p[k].addr)};
            request.h.un.echo.sequence = htons((uint16_t)k);
            sendto(p[i].fd, &request, sizeof request, 0, (struct sockaddr *)&to, sizeof to);
            sent++;
        }
    return sent;
}

static int receive_all(const struct pinger *p, int count, int want)
{
    struct pollfd *set = calloc(count > 0 ? (size_t)count : 1, sizeof *set);
    char reply[256];
    int got = 0;
    for (int i = 0; i < count; i++)
        set[i] = (struct pollfd){.fd = p[i].fd, .events = POLLIN};
    while (got < want && poll(set, (nfds_t)count, WAIT_MS) > 0)
        for (int i = 0; i < count; i++)
            while (set[i].revents && recv(set[i].fd, reply, sizeof reply, 0) > 0)
                got++;
    free(set);
    return got;
}

int bare_ping_all(const struct lab *l, pid_t holder)
{
    struct pinger *p = calloc((size_t)l->nodes, sizeof *p);
    first_addresses(l, p);
    int count = open_all(l, holder, p);
    int want = send_all(p, count), got = receive_all(p, count, want);
    free(p);
    if (got == want && want > 0)
        return 0;
    fprintf(stderr, "bare: %d of %d answered\n", got, want);
    return 1;
}
