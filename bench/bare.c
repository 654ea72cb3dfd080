/* SPDX-License-Identifier: BSD-2-Clause */
/* bare: the least a program can do to bring up a lab with all that vethlab promises of one.
 *
 * bare up LAB         builds it, ends when the lab is ready
 * bare down LAB       ends its holder, and with it all; returns when every process of it is gone
 * bare ping LAB PID   pings every ordered pair of nodes of the lab with that holder once
 * bare acts           prints the list of kernel acts
 *
 * No file is read, nothing is checked, nothing survives an error.
 * The holder builds the lab itself and stays as its first process: no process is made that the lab
 * does not need. See README.md here for what was tried to make it faster. */
#include "bare_lab.h"
#include "bare_net.h"
#include "bare_ping.h"
#include "lab.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST_INDEX 11

static const char acts[] =
    "- the lab's directory made and locked; a walk of /proc, where no holder of that name may be; "
    "before the end a record in an unnamed file, which gets its name\n"
    "- clone3 of the holder with new pid and mount namespaces; its mounts made slaves, a fresh "
    "/proc, "
    "a tmpfs with the hosts file\n"
    "- for each node: unshare(CLONE_NEWNET), an rtnetlink socket in it, its namespace's "
    "descriptor; "
    "11 net sysctls read, and written where they differ (forwarding, rp_filter, accept_ra, "
    "accept_dad, disable_ipv6, ping_group_range); clone3 with new pid, mount and uts namespaces; "
    "in it mounts of /proc and "
    "read-only /sys, the bind mount of /etc/hosts, sethostname, descriptors closed\n"
    "- for each bridge, each link: one RTM_NEWLINK, in place, with names, indexes, master and "
    "IFF_UP\n"
    "- for each node: lo up; for each far end of a link up; each address, each route; all of a "
    "node "
    "in one sendmsg, every message acknowledged\n"
    "- readiness: one RTM_GETLINK for each end of a link; one dump of IPv6 addresses for each "
    "node, "
    "again until none is tentative; end of file on a pipe that every node closes\n"
    "- down: the lock, the record read, which names the holder; a pidfd, then its title, uid, pid "
    "namespaces and start time; SIGKILL through the pidfd, its end awaited; record and "
    "directory removed\n";

static const char *const sysctls[][2] = {
    {"ipv4/conf/all/rp_filter", "0"},     {"ipv4/conf/default/rp_filter", "0"},
    {"ipv4/conf/lo/rp_filter", "0"},      {"ipv4/ping_group_range", "0 0"},
    {"ipv6/conf/all/forwarding", "0"},    {"ipv6/conf/all/accept_ra", "0"},
    {"ipv6/conf/default/accept_ra", "0"}, {"ipv6/conf/all/disable_ipv6", "0"},
    {"ipv6/conf/all/accept_dad", "0"},    {"ipv6/conf/default/accept_dad", "0"},
};

static struct node {
    int sock, netns;
    uint32_t bridge;
} * nodes;

static int ready[2]; /* pipe: its end of file says that every node has closed it */

_Noreturn void die(const char *what)
{
    dprintf(STDERR_FILENO, "bare: %s: %s\n", what, strerror(errno));
    _exit(1);
}

static pid_t fork_with(uint64_t namespaces)
{
    struct clone_args args = {.flags = namespaces, .exit_signal = SIGCHLD};
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid < 0)
        die("clone3");
    return (pid_t)pid;
}

static void do_mount(const char *what, const char *to, const char *type, unsigned long flags)
{
    if (mount(what, to, type, flags, NULL) < 0)
        die(to);
}

static void set_sysctl(const char *key, const char *value)
{
    char path[128] = "/proc/sys/net/";
    char now[64];
    size_t len = strlen(value);
    int fd = open(strcat(path, key), O_RDWR | O_CLOEXEC);
    if (fd < 0)
        die(path);
    /* Writing may wait for the rtnl lock, reading does not. */
    if (read(fd, now, sizeof now) != (ssize_t)len + 1 || memcmp(now, value, len) != 0)
        if (pwrite(fd, value, len, 0) < 0)
            die(path);
    close(fd);
}

static _Noreturn void node_main(const struct lab_node *n)
{
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (close_range((unsigned)ready[1] + 1, ~0U, CLOSE_RANGE_UNSHARE) < 0)
        die("close_range");
    do_mount("proc", "/proc", "proc", flags);
    do_mount("/sys/hosts", "/etc/hosts", NULL, MS_BIND);
    do_mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY);
    if (sethostname(n->name, strlen(n->name)) < 0)
        die("sethostname");
    close_range(0, ~0U, 0);
    for (;;)
        pause();
}

static void add_node(const struct lab *l, int i)
{
    if (unshare(CLONE_NEWNET) < 0)
        die("unshare");
    nodes[i].sock = net_open();
    nodes[i].netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    set_sysctl("ipv4/ip_forward", l->node[i].router ? "1" : "0");
    for (size_t k = 0; k < sizeof sysctls / sizeof sysctls[0]; k++)
        set_sysctl(sysctls[k][0], sysctls[k][1]);
    set_sysctl("ipv6/conf/default/disable_ipv6", l->node[i].bridge ? "1" : "0");
    if (l->node[i].router)
        set_sysctl("ipv4/ip_default_ttl", "255");
    if (fork_with(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_FILES) == 0)
        node_main(&l->node[i]);
}

static uint32_t end_index(int link, int k)
{
    return FIRST_INDEX + (uint32_t)(2 * link + k);
}

static void add_links(const struct lab *l)
{
    uint32_t next = end_index(l->links, 0);
    for (int i = 0; i < l->nodes; i++)
        if (l->node[i].bridge)
            net_bridge(nodes[i].sock, l->node[i].name, nodes[i].bridge = next++);
    for (int i = 0; i < l->links; i++) {
        const struct lab_end *end = l->link[i].end;
        net_veth(nodes[end[0].node].sock,
                 &(struct net_veth){.name = end[0].ifname,
                                    .peer_name = end[1].ifname,
                                    .index = end_index(i, 0),
                                    .peer_index = end_index(i, 1),
                                    .master = nodes[end[0].node].bridge,
                                    .peer_netns = nodes[end[1].node].netns});
    }
}

/* The ends of links, node by node. */
static int (*ends)[2], *first_end;

static void sort_ends(const struct lab *l)
{
    first_end = calloc((size_t)l->nodes + 2, sizeof *first_end);
    ends = calloc((size_t)l->links * 2 + 1, sizeof *ends);
    for (int i = 0; i < l->links * 2; i++)
        first_end[l->link[i / 2].end[i % 2].node + 2]++;
    for (int i = 2; i < l->nodes + 2; i++)
        first_end[i] += first_end[i - 1];
    for (int i = 0; i < l->links * 2; i++) {
        int at = first_end[l->link[i / 2].end[i % 2].node + 1]++;
        ends[at][0] = i / 2;
        ends[at][1] = i % 2;
    }
}

static void configure(const struct lab *l)
{
    int route = 0;
    for (int i = 0; i < l->nodes; i++) {
        int sock = nodes[i].sock;
        net_up(sock, 1);
        for (int k = first_end[i]; k < first_end[i + 1]; k++) {
            const struct lab_link *x = &l->link[ends[k][0]];
            if (ends[k][1])
                net_up(sock, end_index(ends[k][0], 1));
            if (x->end[ends[k][1]].addr)
                net_addr(sock, end_index(ends[k][0], ends[k][1]), x->end[ends[k][1]].addr, x->plen);
        }
        for (; route < l->routes && l->route[route].node == i; route++)
            net_route(sock, l->route[route].to, l->route[route].plen, l->route[route].via);
    }
    net_flush();
}

static void wait_ready(const struct lab *l)
{
    for (int i = 0; i < l->nodes; i++)
        for (int k = first_end[i]; k < first_end[i + 1]; k++)
            net_ask_link(nodes[i].sock, end_index(ends[k][0], ends[k][1]));
    net_flush();
    if (net_not_ready())
        die("an interface has no carrier");
    for (int i = 0; i < l->nodes; i++)
        while (net_tentative(nodes[i].sock))
            usleep(100);
    char byte;
    /* A node that has not run yet shares our descriptors. */
    if (unshare(CLONE_FILES) < 0 || close(ready[1]) < 0 || read(ready[0], &byte, 1) != 0)
        die("a node");
}

static _Noreturn void hold(const struct lab *l, int done)
{
    do_mount(NULL, "/", NULL, MS_REC | MS_SLAVE);
    do_mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
    do_mount("bare", "/sys", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC);
    int hosts = open("/sys/hosts", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (hosts < 0 || write(hosts, "127.0.0.1 localhost\n", 20) != 20 || pipe(ready) < 0)
        die("hosts file");
    nodes = calloc((size_t)l->nodes, sizeof *nodes);
    for (int i = 0; i < l->nodes; i++)
        add_node(l, i);
    sort_ends(l);
    add_links(l);
    configure(l);
    wait_ready(l);
    setsid();
    if (chdir("/") < 0 || write(done, "", 1) != 1)
        die("commit");
    close_range(0, ~0U, 0);
    signal(SIGCHLD, SIG_IGN);
    for (;;)
        pause();
}

static int up(const char *name)
{
    const struct lab *l = lab_new(name);
    int done[2], dir = bare_lab_lock(name);
    char byte, start[32];
    if (bare_lab_find(name, start) >= 0 || pipe(done) < 0)
        die("another lab, or a pipe");
    pid_t holder = fork_with(CLONE_NEWPID | CLONE_NEWNS);
    if (holder == 0) {
        close(dir); /* or the lock would outlive this command */
        hold(l, done[1]);
    }
    close(done[1]);
    if (read(done[0], &byte, 1) != 1)
        return 1;
    bare_lab_record(dir, holder);
    return 0;
}

static int down(const char *name)
{
    int dir = bare_lab_lock(name), fd = bare_lab_recorded(dir, name);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (fd < 0 || syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) < 0 || poll(&p, 1, -1) != 1)
        die(name);
    bare_lab_remove(name, dir);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "up") == 0)
        return up(argv[2]);
    if (argc == 3 && strcmp(argv[1], "down") == 0)
        return down(argv[2]);
    if (argc == 4 && strcmp(argv[1], "ping") == 0)
        return bare_ping_all(lab_new(argv[2]), atoi(argv[3]));
    if (argc == 2 && strcmp(argv[1], "acts") == 0)
        return fputs(acts, stdout) < 0;
    fputs("usage: bare up LAB | down LAB | ping LAB PID | acts\n", stderr);
    return 2;
}
