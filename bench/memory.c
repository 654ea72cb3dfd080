/* SPDX-License-Identifier: BSD-2-Clause */
/* memory: what a lab of a thousand nodes costs in memory of its processes. */
#include "sections.h"

#include "observer.h"
#include "stats.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define LAB      "star-999" /* and the bridge */
#define NODE_KIB 64.0
#define UP_MB    15.0
#define GONE_MS  60000

/* Private_Clean, Private_Dirty and Private_Hugetlb in KiB, or below 0. */
static double private_kib(const char *pid)
{
    char path[300], line[256];
    double sum = 0, v;
    snprintf(path, sizeof path, "/proc/%s/smaps_rollup", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return -1;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "Private_%*[^:]: %lf", &v) == 1)
            sum += v;
    fclose(f);
    return sum;
}

static bool is_node(const char *pid)
{
    static const char title[] = "vethlab: " LAB "/";
    char path[300], text[sizeof title] = "";
    snprintf(path, sizeof path, "/proc/%s/cmdline", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    size_t n = fread(text, 1, sizeof title - 1, f);
    fclose(f);
    return n == sizeof title - 1 && memcmp(text, title, n) == 0;
}

static void measure_nodes(void)
{
    double sum = 0, v;
    int count = 0;
    struct dirent *d;
    DIR *proc = opendir("/proc");
    while (proc && (d = readdir(proc)))
        if (d->d_name[0] >= '1' && d->d_name[0] <= '9' && is_node(d->d_name) &&
            (v = private_kib(d->d_name)) >= 0) {
            sum += v;
            count++;
        }
    if (proc)
        closedir(proc);
    char name[64];
    snprintf(name, sizeof name, "private memory of a node, mean of %d", count);
    stats_figure(name, count ? sum / count : -1, "KiB", NODE_KIB);
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
