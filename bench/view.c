/* SPDX-License-Identifier: BSD-2-Clause */
/* view: what the split view takes of a processor while every node of a lab is pinged. It draws on a
 * terminal of a fixed size that somebody reads; counted is its session, so its guard as well. */
#include "sections.h"

#include "clock.h"
#include "observer.h"
#include "stats.h"

#include <dirent.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAB        "star-10"
#define HOSTS      10
#define INTERVAL   "0.1" /* s: ten pings a second from each node */
#define ROWS       40
#define COLUMNS    120
#define SETTLE_MS  2000
#define LEAVE_MS   10000
#define GOAL       3.0
#define GONE_MS    60000
#define LEAST_READ 1000 /* bytes a second: a view that draws nothing has no meaning */

static void write_topology(const struct lab *l, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    lab_write_yaml(l, f);
    fputs("pings:\n", f);
    for (int i = 0; i < HOSTS; i++)
        fprintf(f, "  - [h%d, h%d]\n", i + 1, (i + 1) % HOSTS + 1);
    fclose(f);
}

/* User and system time of all processes of a session. */
static double cpu_ms(pid_t session)
{
    double ticks = 0;
    struct dirent *d;
    DIR *proc = opendir("/proc");
    while (proc && (d = readdir(proc))) {
        char path[300], line[1024];
        unsigned long user, system;
        int sid;
        snprintf(path, sizeof path, "/proc/%s/stat", d->d_name);
        FILE *f = atoi(d->d_name) > 0 ? fopen(path, "r") : NULL;
        if (!f)
            continue;
        const char *p = fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
        if (p &&
            sscanf(p, ") %*c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &sid, &user,
                   &system) == 3 &&
            sid == session)
            ticks += (double)(user + system);
        fclose(f);
    }
    if (proc)
        closedir(proc);
    return ticks * 1000 / (double)sysconf(_SC_CLK_TCK);
}

/* Reads what is drawn for so long; the bytes, or -1: the other end is gone. */
static long drain(int terminal, double ms)
{
    static char drop[65536];
    double end = clock_ms() + ms;
    long sum = 0;
    for (double left; (left = end - clock_ms()) > 0;) {
        struct pollfd p = {.fd = terminal, .events = POLLIN};
        if (poll(&p, 1, (int)left + 1) <= 0)
            continue;
        ssize_t n = read(terminal, drop, sizeof drop);
        if (n <= 0)
            return -1;
        sum += n;
    }
    return sum;
}

static void watch(pid_t pid, int terminal, int seconds)
{
    int status = -1;
    bool is_drawing = drain(terminal, SETTLE_MS) > 0;
    double before = cpu_ms(pid), start = clock_ms();
    long read = drain(terminal, seconds * 1000.0);
    double used = cpu_ms(pid) - before, took = clock_ms() - start;
    if (write(terminal, "q", 1) == 1)
        drain(terminal, LEAVE_MS); /* until it closes the terminal */
    kill(pid, SIGKILL);            /* if it did not leave */
    waitpid(pid, &status, 0);
    if (!is_drawing || read < LEAST_READ * seconds || status != 0)
        stats_note("`view` failed: %ld bytes drawn, wait status %d", read, status);
    else
        stats_figure("processor time of `view` of 10 nodes at 10 pings a second each",
                     used / took * 100, "% of one core", GOAL);
}

static void run_view(const struct tools *t, int seconds)
{
    struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
    int terminal;
    pid_t pid = forkpty(&terminal, NULL, NULL, &size);
    if (pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        execl(t->vethlab, t->vethlab, "view", "--interval", INTERVAL, LAB, (char *)NULL);
        _exit(127);
    }
    if (pid < 0)
        stats_note("`view` has no terminal");
    else
        watch(pid, terminal, seconds);
    if (pid > 0)
        close(terminal);
}

void section_view(const struct tools *t, int seconds)
{
    struct lab *l = lab_new(LAB);
    char path[300];
    snprintf(path, sizeof path, "%s/view.lab.yaml", t->dir);
    write_topology(l, path);
    fprintf(stderr, "bench: view, %d s\n", seconds);
    if (contestant_run(t, (const char *[]){t->vethlab, "up", path, NULL}, "/dev/null", NULL) >= 0) {
        observer_mark();
        run_view(t, seconds);
        contestant_run(t, (const char *[]){t->vethlab, "down", LAB, NULL}, "/dev/null", NULL);
        observer_wait(GONE_MS);
    }
    lab_free(l);
}
