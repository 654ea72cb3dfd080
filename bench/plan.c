/* SPDX-License-Identifier: BSD-2-Clause */
/* plan: `plan` of a running lab in which one address was changed, against reading that lab; what
 * `apply` then sends; the difference alone, for labs of several sizes. */
#include "sections.h"

#include "clock.h"
#include "observer.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NODES   500
#define NAME    "plan-500"
#define GONE_MS 60000
#define GOAL    1.5

/* Every node has links to the next two: 1,000 of them. */
static void write_lab(const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    fprintf(f, "name: %s\nnodes:\n", NAME);
    for (int i = 0; i < NODES; i++)
        fprintf(f, "  n%d:\n", i);
    fputs("links:\n", f);
    for (int k = 0; k < 2 * NODES; k++)
        fprintf(f, "  - {endpoints: [n%d:e%d, n%d:e%d], ipv4: [10.%d.%d.1/24, 10.%d.%d.2/24]}\n",
                k / 2, k, (k / 2 + 1 + k % 2) % NODES, k, k >> 8, k & 255, k >> 8, k & 255);
    fclose(f);
}

static double run(const struct tools *t, const char *const argv[])
{
    return contestant_run(t, argv, "plan.txt", NULL);
}

/* `plan` exits with 10 where there is something to do: a shell says whether it was that. */
static double plan(const struct tools *t)
{
    return run(t, (const char *[]){"sh", "-c", "\"$0\" plan \"$1\"; [ $? = 10 ]", t->vethlab,
                                   NAME ".lab.yaml", NULL});
}

static double read_only(const struct tools *t)
{
    return run(
        t, (const char *[]){"sh", "-c", "\"$0\" read \"$1\"; [ $? = 0 ]", t->planner, NAME, NULL});
}

static void measure_running(const struct tools *t, int rounds)
{
    double least_plan = 0, least_read = 0;
    fputs("bench: plan:", stderr);
    for (int r = -1; r < rounds; r++) { /* the first warms up */
        double read_ms = read_only(t), plan_ms = plan(t);
        fprintf(stderr, " %d", r + 1);
        if (read_ms < 0 || plan_ms < 0)
            return;
        if (r < 0)
            continue;
        stats_add("plan", "500 nodes, 1,000 links", "reading alone", read_ms);
        stats_add("plan", "500 nodes, 1,000 links", "vethlab plan", plan_ms);
        least_read = r == 0 || read_ms < least_read ? read_ms : least_read;
        least_plan = r == 0 || plan_ms < least_plan ? plan_ms : least_plan;
    }
    fputc('\n', stderr);
    if (rounds > 0)
        stats_figure("plan against reading the lab, least of each", least_plan / least_read, "x",
                     GOAL);
}

/* "lab ... is as ... says now: N operations" */
static void count_sent(const struct tools *t)
{
    char line[512] = "";
    int sent = -1;
    if (run(t, (const char *[]){"sh", "-c", "\"$0\" apply \"$1\" 2>&1", t->vethlab,
                                NAME ".lab.yaml", NULL}) < 0)
        return;
    FILE *f = fopen("plan.txt", "r");
    while (f && fgets(line, sizeof line, f))
        if (strstr(line, " says now: "))
            sent = atoi(strstr(line, " says now: ") + strlen(" says now: "));
    if (f)
        fclose(f);
    stats_figure("operations of apply after one address was added by hand", sent, "", 1);
}

/* Microseconds, or below 0. `of`: "diff" and a number of nodes, "hub" and one of routes. */
static double difference(const struct tools *t, const char *of, const char *number)
{
    double us = -1;
    if (run(t, (const char *[]){t->planner, of, number, NULL}) < 0)
        return -1;
    FILE *f = fopen("plan.txt", "r");
    if (f && fscanf(f, "%lf", &us) != 1)
        us = -1;
    if (f)
        fclose(f);
    return us;
}

static void measure_diff(const struct tools *t)
{
    static const char *const sizes[] = {"100", "500", "1000", "4000"};
    double each[4] = {0};
    for (int i = 0; i < 4; i++) {
        int n = atoi(sizes[i]);
        double us = difference(t, "diff", sizes[i]);
        if (us < 0)
            return;
        each[i] = us * 1000 / (n * log2(n));
        stats_note("the difference alone, %s nodes and twice the links: %.2f ms, %.0f ns for each "
                   "of n log2 n",
                   sizes[i], us / 1000, each[i]);
    }
    stats_figure("cost of the difference by n log2 n, 1,000 nodes against 100", each[2] / each[0],
                 "x", 2);
}

/* Every route once was compared with every other, and each time every address was. */
static void measure_hub(const struct tools *t)
{
    double few = difference(t, "hub", "2000"), many = difference(t, "hub", "32000");
    if (few < 0 || many < 0)
        return;
    stats_note("the difference alone, a hub of 60 links with 60 addresses each: %.2f ms with 2,000 "
               "routes, %.2f ms with 32,000",
               few / 1000, many / 1000);
    stats_figure("cost of the difference for each route, 32,000 routes against 2,000",
                 many / 32000 / (few / 2000), "x", 2);
}

void section_plan(const struct tools *t, int rounds)
{
    if (!t->planner) {
        stats_note("plan is not measured: no --planner");
        return;
    }
    write_lab(NAME ".lab.yaml");
    if (run(t, (const char *[]){t->vethlab, "-q", "up", NAME ".lab.yaml", NULL}) >= 0 &&
        run(t, (const char *[]){t->vethlab, "exec", NAME, "n7", "--", "ip", "addr", "add",
                                "10.200.0.1/24", "dev", "e14", NULL}) >= 0) {
        observer_mark();
        measure_running(t, rounds);
        count_sent(t);
        run(t, (const char *[]){t->vethlab, "-q", "down", NAME, NULL});
        observer_wait(GONE_MS);
    }
    measure_diff(t);
    measure_hub(t);
}
