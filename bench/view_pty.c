/* SPDX-License-Identifier: BSD-2-Clause */
/* view_pty: see the header. */
#include "view_pty.h"

#include "clock.h"
#include "live/term.h"

#include <dirent.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAUSE_MS 5 /* frames are 33 ms apart or more */
#define LEAVE_MS 10000

bool pty_start(struct pty *p, const char *const argv[], int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    *p = (struct pty){.fd = -1};
    p->pid = forkpty(&p->fd, NULL, NULL, &size);
    if (p->pid == 0) {
        setenv("TERM", TERM_NAME, 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    if (p->pid < 0)
        return false;
    p->term = term_new(rows, cols, 0);
    return true;
}

/* One read; false: nothing came in time. */
static bool take(struct pty *p, double ms)
{
    static char bytes[65536];
    struct pollfd f = {.fd = p->fd, .events = POLLIN};
    struct buf answer = BUF_INIT;
    if (p->is_gone || ms < 0 || poll(&f, 1, (int)ms + 1) <= 0)
        return false;
    ssize_t n = read(p->fd, bytes, sizeof bytes);
    double now = clock_ms();
    p->is_gone = n <= 0;
    if (n <= 0)
        return false;
    p->frames += now - p->read_ms > PAUSE_MS;
    p->read_ms = now;
    p->bytes += n;
    term_feed(p->term, bytes, (size_t)n, &answer);
    if (answer.len && write(p->fd, answer.data, answer.len) < 0)
        p->is_gone = true;
    buf_fini(&answer);
    return true;
}

void pty_run(struct pty *p, double ms)
{
    double end = clock_ms() + ms;
    while (!p->is_gone && clock_ms() < end)
        take(p, end - clock_ms());
}

bool pty_shows(const struct pty *p, const char *text)
{
    int rows, cols, len = (int)strlen(text);
    term_size(p->term, &rows, &cols);
    for (int y = 0; y < rows; y++)
        for (int x = 0, k; x + len <= cols; x++) {
            for (k = 0; k < len && term_cell(p->term, y, x + k)->code == (unsigned char)text[k];)
                k++;
            if (k == len)
                return true;
        }
    return false;
}

bool pty_wait(struct pty *p, const char *text, double ms)
{
    double end = clock_ms() + ms;
    while (!pty_shows(p, text))
        if (p->is_gone || (!take(p, end - clock_ms()) && clock_ms() >= end))
            return false;
    return true;
}

void pty_type(struct pty *p, const char *keys)
{
    if (write(p->fd, keys, strlen(keys)) < 0)
        p->is_gone = true;
}

int pty_end(struct pty *p, const char *keys)
{
    int status = -1;
    double end = clock_ms() + LEAVE_MS;
    pty_type(p, keys);
    while (!p->is_gone && clock_ms() < end)
        take(p, end - clock_ms());
    if (!p->is_gone)
        kill(p->pid, SIGKILL);
    close(p->fd);
    waitpid(p->pid, &status, 0);
    term_free(p->term);
    return status;
}

/* --- what it takes ---------------------------------------------------------------------------- */

/* Of /proc/PID/stat: fields 6, 14, 15 and 24. */
struct process {
    int session;
    unsigned long user, system;
    long pages;
};

static bool read_process(const char *pid, struct process *out)
{
    char path[300], line[1024];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *f = atoi(pid) > 0 ? fopen(path, "r") : NULL;
    if (!f)
        return false;
    const char *p = fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
    fclose(f);
    return p && sscanf(p,
                       ") %*c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d "
                       "%*d %*u %*u %ld",
                       &out->session, &out->user, &out->system, &out->pages) == 4;
}

static void sum(const struct pty *p, double *ticks, double *pages)
{
    struct dirent *d;
    DIR *proc = opendir("/proc");
    *ticks = *pages = 0;
    while (proc && (d = readdir(proc))) {
        struct process x;
        if (!read_process(d->d_name, &x) || x.session != p->pid)
            continue;
        *ticks += (double)(x.user + x.system);
        *pages += (double)x.pages;
    }
    if (proc)
        closedir(proc);
}

double pty_cpu_ms(const struct pty *p)
{
    double ticks, pages;
    sum(p, &ticks, &pages);
    return ticks * 1000 / (double)sysconf(_SC_CLK_TCK);
}

double pty_rss_mib(const struct pty *p)
{
    double ticks, pages;
    sum(p, &ticks, &pages);
    return pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}
