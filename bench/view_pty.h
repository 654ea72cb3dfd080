/* SPDX-License-Identifier: BSD-2-Clause */
/* view_pty: a program on a terminal of its own that is read at once, with a model of its screen
 * (live/term.h), and what the program's session takes of the machine. */
#ifndef VETHLAB_BENCH_VIEW_PTY_H
#define VETHLAB_BENCH_VIEW_PTY_H

#include <stdbool.h>
#include <sys/types.h>

struct term;

struct pty {
    pid_t pid; /* leader of its session */
    int fd;
    struct term *term;
    long bytes, frames; /* a frame: what comes without a pause of some milliseconds before it */
    double read_ms;     /* when something came last */
    bool is_gone;       /* the other end is */
};

bool pty_start(struct pty *p, const char *const argv[], int rows, int cols);

/* Reads for so long. */
void pty_run(struct pty *p, double ms);
/* Reads until the text stands on the screen, in one line. False: not in `ms`. */
bool pty_wait(struct pty *p, const char *text, double ms);
bool pty_shows(const struct pty *p, const char *text);
void pty_type(struct pty *p, const char *keys);

/* Types `keys` and waits for its end; it is killed if it does not end. Its wait status. */
int pty_end(struct pty *p, const char *keys);

double pty_cpu_ms(const struct pty *p);  /* user and system time of all processes of the session */
double pty_rss_mib(const struct pty *p); /* resident now, of the same */

#endif
