/* SPDX-License-Identifier: BSD-2-Clause */
/* view: the split view on a terminal of a fixed size that somebody reads: how soon it shows what
 * happens, and what it takes of the machine. Counted is its session, so its guard as well, and of
 * its pings what the kernel does for them in its name. */
#include "sections.h"

#include "clock.h"
#include "observer.h"
#include "stats.h"
#include "view_load.h"
#include "view_pty.h"
#include "view_shell.h"

#include <stdlib.h>
#include <string.h>

#define ROWS      40
#define COLUMNS   120
#define SETTLE_MS 1500
#define QUICK_S   10 /* in fewer seconds nothing is measured, but the bench itself tested */
#define GONE_MS   60000
#define OFTEN     "0.1" /* s: ten pings a second from each node */
#define SELDOM    "1"

#define EVENTS 1000.0 /* a second */
#define FLAPS  5.0

/* --- a lab and a view of it ------------------------------------------------------------------- */

/* Each host of a star pings the next one, of a pair each the other. */
static void write_topology(const struct lab *l, const char *path)
{
    FILE *f = fopen(path, "w");
    int first = l->node[0].bridge, hosts = l->nodes - first;
    if (!f) {
        perror(path);
        exit(1);
    }
    lab_write_yaml(l, f);
    fputs("pings:\n", f);
    for (int i = 0; i < hosts; i++)
        fprintf(f, "  - [%s, %s]\n", l->node[first + i].name,
                l->node[first + (i + 1) % hosts].name);
    fclose(f);
}

static bool up(const struct tools *t, const struct lab *l)
{
    char path[300];
    snprintf(path, sizeof path, "%s/view.lab.yaml", t->dir);
    write_topology(l, path);
    if (contestant_run(t, (const char *[]){t->vethlab, "up", path, NULL}, "/dev/null", NULL) < 0)
        return false;
    observer_mark();
    return true;
}

static void down(const struct tools *t, const struct lab *l)
{
    contestant_run(t, (const char *[]){t->vethlab, "down", l->name, NULL}, "/dev/null", NULL);
    observer_wait(GONE_MS);
}

/* True if it draws. */
static bool start(struct pty *p, const struct tools *t, const struct lab *l, const char *interval)
{
    const char *const argv[] = {t->vethlab, "view", "--interval", interval, l->name, NULL};
    if (!pty_start(p, argv, ROWS, COLUMNS))
        return false;
    if (!pty_wait(p, "q quit", 20000))
        stats_note("`view` of %s drew nothing", l->name);
    pty_run(p, SETTLE_MS);
    return true;
}

static void end(struct pty *p, const struct lab *l)
{
    int status = pty_end(p, "q");
    if (status != 0)
        stats_note("`view` of %s failed: wait status %d", l->name, status);
}

static void figure(double value, const char *unit, double goal, const char *name, const char *when)
{
    char text[160];
    snprintf(text, sizeof text, "%s: %s", name, when);
    stats_figure(text, value, unit, goal);
}

/* --- from event to cell ----------------------------------------------------------------------- */

#define SAMPLES_MAX 1000
#define MARK_NET    ((10u << 24) + (77u << 16))
#define LATE_MS     5000

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* An address that was not there before comes to `end`; until it stands on the screen. Below 0: it
 * never did. */
static double sample(struct pty *p, const struct load_end *end, unsigned number)
{
    uint32_t addr = MARK_NET + number;
    char text[32];
    snprintf(text, sizeof text, "10.77.%u.%u/32", addr >> 8 & 255, addr & 255);
    load_addr(end, addr, true);
    double start = clock_ms(); /* before, it may have waited for others' requests (rtnl) */
    double took = pty_wait(p, text, LATE_MS) ? p->read_ms - start : -1;
    load_addr(end, addr, false);
    return took;
}

static void latencies(struct pty *p, const struct load_end *end, double ms, const char *what)
{
    static double took[SAMPLES_MAX];
    static unsigned number; /* no address comes twice */
    size_t count = 0;
    unsigned seed = 1;
    double stop = clock_ms() + ms;
    while (count < SAMPLES_MAX && (count < 5 || clock_ms() < stop)) {
        pty_run(p, 40 + rand_r(&seed) % 60); /* at no fixed point of a frame */
        took[count] = sample(p, end, ++number);
        if (took[count++] < 0) {
            stats_note("an address did not come to the screen, %s", what);
            return;
        }
    }
    qsort(took, count, sizeof *took, by_value);
    figure(took[count / 2], "ms", 20, "from event to changed cell, median", what);
    figure(took[count - 1 - count / 100], "ms", 60, "from event to changed cell, p99", what);
}

static void measure_latencies(struct pty *p, const struct load_end *end, double ms, bool pings)
{
    if (pings) {
        latencies(p, &end[0], ms, "10 pings a second");
        return;
    }
    latencies(p, &end[0], ms, "idle");
    pid_t load = load_addrs(&end[1], 1, EVENTS);
    pty_run(p, SETTLE_MS / 2);
    latencies(p, &end[0], ms, "1,000 address events a second");
    load_stop(load);
    load = load_flaps(&end[1], FLAPS);
    pty_run(p, SETTLE_MS / 2);
    latencies(p, &end[0], ms, "a link that flaps 5 times a second");
    load_stop(load);
    load_up(&end[1], true);
}

void section_view_latency(const struct tools *t, int seconds)
{
    struct lab *l = lab_new("pair");
    struct load_end ends[2];
    fprintf(stderr, "bench: view: from event to cell\n");
    if (up(t, l)) {
        for (int pings = 0; pings < 2; pings++) {
            struct pty p;
            bool one = load_open(&ends[0], l->name, "m1", "to2");
            bool other = load_open(&ends[1], l->name, "m2", "to1"); /* both are closed below */
            if (one && other && start(&p, t, l, pings ? OFTEN : SELDOM)) {
                measure_latencies(&p, ends, seconds * 500.0, pings);
                end(&p, l);
            }
            load_close(&ends[0]);
            load_close(&ends[1]);
        }
        down(t, l);
    }
    lab_free(l);
}

/* --- what it takes ---------------------------------------------------------------------------- */

struct taken {
    double percent, frames; /* of one core; a second */
    double rss_mib;
};

static struct taken take(struct pty *p, int seconds)
{
    double cpu = pty_cpu_ms(p), begin = clock_ms();
    long frames = p->frames;
    pty_run(p, seconds * 1000.0);
    double took = clock_ms() - begin;
    return (struct taken){.percent = (pty_cpu_ms(p) - cpu) / took * 100,
                          .frames = (double)(p->frames - frames) / took * 1000,
                          .rss_mib = pty_rss_mib(p)};
}

static void measure_alone(const struct tools *t, const char *name, const char *interval,
                          int seconds, double goal, const char *what)
{
    struct lab *l = lab_new(name);
    struct pty p;
    fprintf(stderr, "bench: view of %s, %d s\n", name, seconds);
    if (up(t, l)) {
        if (start(&p, t, l, interval)) {
            struct taken x = take(&p, seconds);
            end(&p, l);
            stats_figure(what, x.percent, "% of one core", goal);
        }
        down(t, l);
    }
    lab_free(l);
}

void section_view_load(const struct tools *t, int seconds)
{
    measure_alone(t, "pair", SELDOM, seconds, 0.5,
                  "processor time of `view` of 2 nodes, a ping a second each");
    measure_alone(t, "star-10", OFTEN, seconds, 3,
                  "processor time of `view` of 10 nodes at 10 pings a second each");
}

#define CROWD "star-99" /* and the switch */
#define HOSTS 99

static void measure_crowd(struct pty *p, const struct load_end *ends, int seconds)
{
    pid_t load = load_addrs(ends, HOSTS, EVENTS);
    pty_run(p, SETTLE_MS);
    struct taken x = take(p, seconds);
    load_stop(load);
    const char *what = "100 nodes, 10 pings a second each, 1,000 events a second";
    figure(x.percent, "% of one core", 25, "processor time of `view`", what);
    figure(x.frames, "a second", 10, "frames of `view`, at least", what);
    figure(x.rss_mib, "MiB", 64, "resident memory of `view`", what);
}

void section_view_crowd(const struct tools *t, int seconds)
{
    struct lab *l = lab_new(CROWD);
    struct load_end ends[HOSTS];
    struct pty p;
    fprintf(stderr, "bench: view of 100 nodes, %d s\n", seconds);
    if (up(t, l)) {
        bool opened = true;
        for (int i = 0; i < HOSTS; i++)
            opened &= load_open(&ends[i], l->name, l->node[i + 1].name, "eth0");
        if (opened && start(&p, t, l, OFTEN)) {
            measure_crowd(&p, ends, seconds);
            end(&p, l);
        }
        for (int i = 0; i < HOSTS; i++)
            load_close(&ends[i]);
        down(t, l);
    }
    lab_free(l);
}

/* --- the shell in a pane ---------------------------------------------------------------------- */

void section_view_shell(const struct tools *t, int seconds)
{
    struct lab *l = lab_new("pair");
    fprintf(stderr, "bench: view: a shell in a pane\n");
    if (up(t, l)) {
        struct pty p;
        if (start(&p, t, l, SELDOM)) {
            shell_measure(&p, seconds < QUICK_S);
            end(&p, l);
        }
        down(t, l);
    }
    lab_free(l);
}
