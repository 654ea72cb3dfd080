/* SPDX-License-Identifier: BSD-2-Clause */
/* memory: what a lab of a thousand nodes costs in memory of its processes. */
#include "sections.h"

#include "observer.h"
#include "processes.h"
#include "stats.h"

#include <stdlib.h>
#include <string.h>

#define LAB      "star-999" /* and the bridge */
#define NODE_KIB 64.0
#define UP_MB    15.0
#define GONE_MS  60000

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
    if (contestant_run(t, (const char *[]){t->vethlab, "up", path, NULL}, "/dev/null", &rss_kb) >=
        0) {
        stats_figure("largest resident set of `up` of 1,000 nodes", (double)rss_kb * 1024 / 1e6,
                     "MB", UP_MB);
        observer_mark();
        measure_nodes();
        contestant_run(t, (const char *[]){t->vethlab, "down", LAB, NULL}, "/dev/null", NULL);
        observer_wait(GONE_MS);
    }
    lab_free(l);
}
