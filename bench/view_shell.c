/* SPDX-License-Identifier: BSD-2-Clause */
/* view_shell: see the header.
 *
 * Both are driven by the same keys on the same kind of terminal, each read as fast as it comes. The
 * words that are waited for are put together by the shell, so that the typed line is not taken for
 * them. */
#include "view_shell.h"

#include "clock.h"
#include "stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN_MS  10000
#define FLOOD_MS  600000
#define STOPS_MAX 10
#define STOP_GOAL 100 /* ms: what a person takes for at once */

struct shell_result {
    double flood_ms, stop_ms; /* medians; below 0: it failed */
    int rows, cols;
};

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(double *value, int count)
{
    qsort(value, (size_t)count, sizeof *value, by_value);
    return value[count / 2];
}

/* The number that follows a word on the screen, 0: none. */
static int number_behind(const struct pty *p, const char *word, int most)
{
    char text[64];
    for (int n = most; n > 0; n--) {
        snprintf(text, sizeof text, "%s%d;", word, n);
        if (pty_shows(p, text))
            return n;
    }
    return 0;
}

/* A prompt that nothing else can look like; the size of the pane. */
static bool begin(struct pty *p, struct shell_result *r)
{
    pty_type(p, "PS1='pro'mpt'> '; set -- $(stty size); clear; echo rows$1\\; cols$2\\;\r");
    if (!pty_wait(p, "prompt>", BEGIN_MS) || !pty_wait(p, "cols", BEGIN_MS))
        return false;
    pty_run(p, 300);
    r->rows = number_behind(p, "rows", 200);
    r->cols = number_behind(p, "cols", 500);
    return r->rows > 0 && r->cols > 0;
}

static double flood(struct pty *p, int mib)
{
    char line[128];
    snprintf(line, sizeof line, "clear; yes | head -c %dM; echo do'ne'-now\r", mib);
    double start = clock_ms();
    pty_type(p, line);
    return pty_wait(p, "done-now", FLOOD_MS) ? clock_ms() - start : -1;
}

/* The typed line is gone from the screen before Ctrl-C is typed: it has scrolled away. */
static double stop(struct pty *p, int round)
{
    char line[64], word[32];
    snprintf(line, sizeof line, "PS1='sto'pped-%d'> '; yes\r", round);
    snprintf(word, sizeof word, "stopped-%d>", round);
    pty_type(p, line);
    pty_run(p, 500);
    double start = clock_ms();
    pty_type(p, "\003");
    return pty_wait(p, word, FLOOD_MS) ? clock_ms() - start : -1;
}

static struct shell_result measure(struct pty *p, int mib, int stops)
{
    struct shell_result r = {.flood_ms = -1, .stop_ms = -1};
    double took[STOPS_MAX];
    if (!begin(p, &r))
        return r;
    r.flood_ms = flood(p, mib);
    for (int i = 0; i < stops; i++)
        took[i] = stop(p, i);
    r.stop_ms = median(took, stops);
    return r;
}

/* Its status line takes one row. False: it is not here. */
static bool start_tmux(struct pty *p, const struct shell_result *size)
{
    static const char *const argv[] = {
        "tmux", "-L", "vethlab-bench", "-f", "/dev/null", "-u", "new-session", "sh", NULL};
    if (system("command -v tmux >/dev/null 2>&1") != 0)
        return false;
    if (!pty_start(p, argv, size->rows + 1, size->cols))
        return false;
    pty_run(p, 1000);
    return true;
}

static void compare(const struct shell_result *ours, int mib, int stops)
{
    struct pty p;
    char name[160];
    if (!start_tmux(&p, ours)) {
        stats_note("no tmux here: the shell in a pane is compared with nothing");
        return;
    }
    struct shell_result theirs = measure(&p, mib, stops);
    pty_end(&p, "exit\r");
    if (theirs.flood_ms <= 0 || theirs.rows != ours->rows || theirs.cols != ours->cols) {
        stats_note("tmux failed: %d x %d, %.0f ms", theirs.rows, theirs.cols, theirs.flood_ms);
        return;
    }
    snprintf(name, sizeof name, "`yes | head -c %dM` in a pane of %d x %d, ratio to tmux", mib,
             ours->cols, ours->rows);
    stats_figure(name, ours->flood_ms / theirs.flood_ms, "times", 2);
    stats_note("the same in the view %.0f ms, in tmux %.0f ms; Ctrl-C in tmux %.1f ms",
               ours->flood_ms, theirs.flood_ms, theirs.stop_ms);
}

void shell_measure(struct pty *view, bool quick)
{
    int mib = quick ? 1 : 50, stops = quick ? 2 : STOPS_MAX;
    pty_type(view, "z\r");
    pty_run(view, 1000);
    pty_type(view, "exec sh\r");
    pty_run(view, 500);
    struct shell_result r = measure(view, mib, stops);
    if (r.flood_ms < 0 || r.stop_ms < 0) {
        stats_note("the shell in a pane of `view` failed");
    } else {
        stats_figure("Ctrl-C to the next prompt while `yes` runs in a pane", r.stop_ms, "ms",
                     STOP_GOAL);
        compare(&r, mib, stops);
    }
    pty_type(view, "exit\r");
    pty_run(view, 500);
    pty_type(view, "\002q"); /* out of the shell, should it still be there */
    pty_run(view, 200);
}
