/* SPDX-License-Identifier: BSD-2-Clause */
/* bench: brings labs up and down by turns with each contestant, and writes what it took.
 *
 * Everything happens in network, mount and pid namespaces of its own that play the machine, so that
 * nothing outside is touched and nothing outside is found. The contestants take turns within each
 * round: the machine's own speed wanders by a quarter from minute to minute, and only ratios within
 * one run count. */
#include "clock.h"
#include "contestant.h"
#include "observer.h"
#include "sections.h"
#include "stats.h"
#include "thresholds.h"

#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define BASE    "bare"
#define GONE_MS 60000

static const char *const default_labs = "pair star-10 chain-10 star-100 chain-100 mesh-30 star-500";

struct options {
    int rounds, bring_ups, view_s;
    const char *labs, *sections, *out;
};

/* True if the word stands in the list, or if the list is NULL. */
static bool is_wanted(const char *list, const char *word)
{
    const char *at = list ? strstr(list, word) : word;
    return at != NULL;
}

/* A lab and a contestant once: up, marked, down, gone. False if it failed. */
static bool once(const struct tools *t, const struct contestant *c, const struct lab *l, bool count)
{
    double up = c->up(t, l);
    int spaces = observer_mark();
    if (up < 0)
        return false;
    if (spaces < l->nodes && !c->bridges_outside)
        stats_note("%s made %d network namespaces for %s, not %d", c->name, spaces, l->name,
                   l->nodes);
    double start = clock_ms();
    double down = c->down(t, l);
    int left = observer_wait(GONE_MS);
    double gone = clock_ms() - start;
    if (left)
        stats_note("%s left %d namespaces of %s behind", c->name, left, l->name);
    if (down < 0 || left)
        return false;
    if (count) {
        stats_add("up", l->name, c->name, up);
        stats_add("down", l->name, c->name, down);
        stats_add("gone", l->name, c->name, gone);
    }
    return true;
}

static void measure_lab(const struct tools *t, const char *name, int rounds)
{
    struct lab *l = lab_new(name);
    bool out[8] = {false};
    for (int i = 0; i < contestant_count; i++) {
        out[i] = !contestants[i].present(t);
        if (!out[i])
            contestants[i].prepare(t, l);
    }
    fprintf(stderr, "bench: %s:", name);
    for (int r = -1; r < rounds; r++) { /* the first round warms up and does not count */
        fprintf(stderr, " %d", r + 1);
        for (int k = 0; k < contestant_count; k++) {
            int i = (k + r + contestant_count) % contestant_count;
            if (!out[i])
                out[i] = !once(t, &contestants[i], l, r >= 0);
        }
    }
    fputc('\n', stderr);
    lab_free(l);
}

static void measure_labs(const struct tools *t, const struct options *o)
{
    char *list = strdup(o->labs), *save = NULL;
    for (char *name = strtok_r(list, " ,", &save); name; name = strtok_r(NULL, " ,", &save))
        measure_lab(t, name, o->rounds);
    free(list);
}

static void machine(char *text, size_t size)
{
    char model[128] = "", line[256], date[32];
    struct utsname u;
    time_t now = time(NULL);
    FILE *f = fopen("/proc/cpuinfo", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "model name : %120[^\n]", model) == 1)
            break;
    if (f)
        fclose(f);
    uname(&u);
    strftime(date, sizeof date, "%Y-%m-%d", localtime(&now));
    snprintf(text, size, "%s, Linux %s, %ld CPUs (%s)", date, u.release,
             sysconf(_SC_NPROCESSORS_ONLN), model);
}

static void report(const struct tools *t, const struct options *o)
{
    char text[512], path[512];
    machine(text, sizeof text);
    snprintf(path, sizeof path, "%s.md", o->out);
    FILE *f = fopen(path, "w+");
    if (!f) {
        perror(path);
        exit(1);
    }
    fprintf(f, "%s, %d rounds by turns; median (minimum-maximum)\n", text, o->rounds);
    stats_markdown(f, BASE);
    fprintf(f, "\nWhat *bare* does, and vethlab must:\n\n");
    fflush(f);
    if (contestant_run(t, (const char *[]){t->bare, "acts", NULL}, "acts.txt", NULL) >= 0) {
        FILE *acts = fopen("acts.txt", "r");
        for (int c; acts && (c = fgetc(acts)) != EOF;)
            fputc(c, f);
        if (acts)
            fclose(acts);
    }
    rewind(f);
    for (int c; (c = fgetc(f)) != EOF;)
        putchar(c);
    fclose(f);
    snprintf(path, sizeof path, "%s.json", o->out);
    f = fopen(path, "w");
    if (f) {
        stats_json(f, text, BASE);
        fclose(f);
    }
}

/* Each part alone, or all by their common name. */
static void measure_view(const struct tools *t, const struct options *o)
{
    static const struct {
        const char *word;
        void (*section)(const struct tools *t, int seconds);
    } parts[] = {{"latency", section_view_latency},
                 {"load", section_view_load},
                 {"crowd", section_view_crowd},
                 {"terminal", section_view_shell}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (is_wanted(o->sections, "view") || is_wanted(o->sections, parts[i].word))
            parts[i].section(t, o->view_s);
}

static int play_machine(const struct tools *t, const struct options *o)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("proc", "/proc", "proc", 0, NULL) < 0 || mount("run", "/run", "tmpfs", 0, NULL) < 0 ||
        mount("sysfs", "/sys", "sysfs", 0, NULL) < 0 || chdir(t->dir) < 0) {
        perror("bench: mount");
        return 1;
    }
    unsetenv("XDG_RUNTIME_DIR");
    if (is_wanted(o->sections, "labs"))
        measure_labs(t, o);
    if (is_wanted(o->sections, "memory"))
        section_memory(t);
    if (is_wanted(o->sections, "pings"))
        section_pings(t, o->rounds);
    if (is_wanted(o->sections, "first"))
        section_first(t, o->bring_ups);
    measure_view(t, o);
    if (is_wanted(o->sections, "plan"))
        section_plan(t, o->rounds);
    report(t, o);
    contestant_run(t, (const char *[]){"rm", "-rf", t->dir, NULL}, "/dev/null", NULL);
    return 0;
}

static int usage(void)
{
    fputs("usage: bench [--rounds N] [--labs \"LAB...\"] [--sections \"labs memory pings first "
          "view plan\"]\n"
          "             parts of view: \"latency load crowd terminal\"\n"
          "             [--bring-ups N] [--view-seconds N] [--peers]\n"
          "             [--before OTHER-VETHLAB] [--planner PROGRAM]\n"
          "             --vethlab PROGRAM --bare PROGRAM --topologies DIR --out "
          "FILE-WITHOUT-SUFFIX\n",
          stderr);
    return 2;
}

static bool parse(int argc, char **argv, struct tools *t, struct options *o)
{
    static const struct option longs[] = {
        {"rounds", 1, 0, 'r'},
        {"bring-ups", 1, 0, 'n'},
        {"view-seconds", 1, 0, 'w'},
        {"topologies", 1, 0, 't'},
        {"labs", 1, 0, 'l'},
        {"sections", 1, 0, 's'},
        {"peers", 0, 0, 'p'},
        {"vethlab", 1, 0, 'v'},
        {"bare", 1, 0, 'b'},
        {"before", 1, 0, 'B'},
        {"planner", 1, 0, 'P'},
        {"out", 1, 0, 'o'},
        {0, 0, 0, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;)
        switch (c) {
        case 'r':
            o->rounds = atoi(optarg);
            break;
        case 'n':
            o->bring_ups = atoi(optarg);
            break;
        case 'w':
            o->view_s = atoi(optarg);
            break;
        case 't':
            t->topologies = realpath(optarg, NULL);
            break;
        case 'l':
            o->labs = optarg;
            break;
        case 's':
            o->sections = optarg;
            break;
        case 'p':
            t->peers = true;
            break;
        case 'v':
            t->vethlab = realpath(optarg, NULL);
            break;
        case 'b':
            t->bare = realpath(optarg, NULL);
            break;
        case 'B':
            t->before = realpath(optarg, NULL);
            break;
        case 'P':
            t->planner = realpath(optarg, NULL);
            break;
        case 'o':
            o->out = optarg;
            break;
        default:
            return false;
        }
    return t->vethlab && t->bare && t->topologies && o->out && o->rounds > 0 && o->view_s > 0 &&
           optind == argc;
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};

int main(int argc, char **argv)
{
    char dir[] = "/tmp/vethlab-bench.XXXXXX";
    struct tools t = {.dir = dir};
    struct options o = {.rounds = 5, .bring_ups = 200, .view_s = 20, .labs = default_labs};
    if (!parse(argc, argv, &t, &o))
        return usage();
    if (!thresholds_open())
        stats_note("the neighbour limits cannot be raised here");
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID) < 0 || !mkdtemp(dir)) {
        perror("bench (it must be run by root)");
        return 1;
    }
    pid_t pid = fork();
    if (pid == 0)
        exit(play_machine(&t, &o));
    int status = 1;
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
        signal(deadly[i], SIG_IGN); /* the child ends of it, and we put the machine in order */
    waitpid(pid, &status, 0);
    thresholds_restore();
    return status == 0 ? 0 : 1;
}
