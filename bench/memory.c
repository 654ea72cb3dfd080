/* SPDX-License-Identifier: BSD-2-Clause */
/* memory: what a lab of a thousand nodes costs in memory of its processes. */
#include "sections.h"

#include "observer.h"
#include "processes.h"
#include "stats.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAB      "star-999" /* and the bridge */
#define NODE_KIB 64.0
#define UP_MB    15.0
#define GONE_MS  60000
/* A socket a node, and what a batch of messages and the program itself need. */
#define DESCRIPTORS 1100.0
#define LOOK_MS     5

/* Private_Clean, Private_Dirty and Private_Hugetlb in KiB, or below 0. */
static double private_kib(pid_t pid)
{
    char path[64], line[256];
    double sum = 0, v;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return -1;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "Private_%*[^:]: %lf", &v) == 1)
            sum += v;
    fclose(f);
    return sum;
}

struct sum {
    double kib;
    int count;
};

static bool add_node(pid_t pid, void *ctx)
{
    struct sum *sum = ctx;
    double kib = private_kib(pid);
    if (kib >= 0) {
        sum->kib += kib;
        sum->count++;
    }
    return true;
}

static void measure_nodes(void)
{
    struct sum sum = {0};
    char name[64];
    processes_each("vethlab: " LAB "/", add_node, &sum);
    snprintf(name, sizeof name, "private memory of a node, mean of %d", sum.count);
    stats_figure(name, sum.count ? sum.kib / sum.count : -1, "KiB", NODE_KIB);
}

static int count_descriptors(pid_t pid)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *dir = opendir(path);
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count - 2; /* "." and ".." */
}

/* In a process of its own: looks at the builder again and again until `stop` ends. */
static int largest_of_builder(int stop)
{
    struct pollfd p = {.fd = stop, .events = POLLIN};
    int largest = 0;
    pid_t builder = -1;
    while (poll(&p, 1, LOOK_MS) == 0) {
        if (builder < 0)
            builder = processes_find("vethlab: " LAB " (builder)");
        int now = builder < 0 ? 0 : count_descriptors(builder);
        largest = now > largest ? now : largest;
    }
    return largest;
}

static struct watcher {
    pid_t pid;
    int stop, result;
} watch_builder(void)
{
    int stop[2], result[2];
    struct watcher w = {.pid = -1};
    if (pipe2(stop, O_CLOEXEC) < 0 || pipe2(result, O_CLOEXEC) < 0)
        return w;
    w = (struct watcher){.pid = fork(), .stop = stop[1], .result = result[0]};
    if (w.pid == 0) {
        close(stop[1]);
        int largest = largest_of_builder(stop[0]);
        _exit(write(result[1], &largest, sizeof largest) != sizeof largest);
    }
    close(stop[0]);
    close(result[1]);
    return w;
}

static void end_watch(struct watcher w)
{
    int largest = -1;
    if (w.pid < 0)
        return;
    close(w.stop);
    if (read(w.result, &largest, sizeof largest) != sizeof largest)
        largest = -1;
    close(w.result);
    waitpid(w.pid, NULL, 0);
    stats_figure("descriptors of the builder of 1,000 nodes, at most", largest, "", DESCRIPTORS);
}

void section_memory(const struct tools *t)
{
    struct lab *l = lab_new(LAB);
    long rss_kb = 0;
    char path[300];
    snprintf(path, sizeof path, "%s/" LAB ".lab.yaml", t->dir);
    for (int i = 0; i < contestant_count; i++)
        if (strcmp(contestants[i].name, "vethlab") == 0)
            contestants[i].prepare(t, l);
    fputs("bench: memory\n", stderr);
    struct watcher builder = watch_builder();
    double up =
        contestant_run(t, (const char *[]){t->vethlab, "up", path, NULL}, "/dev/null", &rss_kb);
    end_watch(builder);
    if (up >= 0) {
        stats_figure("largest resident set of `up` of 1,000 nodes", (double)rss_kb * 1024 / 1e6,
                     "MB", UP_MB);
        observer_mark();
        measure_nodes();
        contestant_run(t, (const char *[]){t->vethlab, "down", LAB, NULL}, "/dev/null", NULL);
        observer_wait(GONE_MS);
    }
    lab_free(l);
}
