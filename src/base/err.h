/* SPDX-License-Identifier: BSD-2-Clause */
/* err: the one error value that travels from the failing site to main.
 *
 * Contract: `int f(..., struct err *e)` returns 0 (or a documented non-negative value), or a
 * negative errno. On failure `e` has been set exactly once, at the failing site, with the sentence
 * a user needs; callers may put context before it. Only main prints it, only main exits. */
#ifndef VETHLAB_BASE_ERR_H
#define VETHLAB_BASE_ERR_H

#define ERR_TEXT_MAX 2048

/* Exit codes of the program (documented in vethlab(1)). 128+n: ended by signal n, after rolling
 * back. `exec` and `shell` pass the command's own code on; 125-127 there as in env(1). */
enum exit_code {
    EXIT_DONE = 0,     /* done */
    EXIT_FAILED = 1,   /* a ping unanswered, a test false, anything that has no code of its own */
    EXIT_USAGE = 2,    /* the command line is wrong */
    EXIT_INVALID = 3,  /* the topology is invalid */
    EXIT_CONFLICT = 4, /* exists already, or is locked by another command */
    EXIT_DENIED = 5,   /* not permitted */
    EXIT_LIMIT = 6,    /* a limit of the machine is too low */
    EXIT_BUSY = 7,     /* the kernel has not finished */
    EXIT_DIFFERS = 10, /* plan found differences */
};

struct err {
    int num;             /* errno value, positive; 0 while nothing failed */
    enum exit_code exit; /* what the program exits with */
    char text[ERR_TEXT_MAX];
};

#define ERR_INIT                                                                                   \
    {                                                                                              \
        0                                                                                          \
    }

/* Sets the error: the sentence, then, if `num` is not 0, ": NAME (its text)". Exit code by `num`:
 * EPERM/EACCES give EXIT_DENIED, everything else EXIT_FAILED. Returns -num, or -EINVAL where num
 * is 0: never 0. Text from elsewhere must have passed text_clean() before. */
int err_set(struct err *e, int num, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As err_set() with an exit code of one's own choice. */
int err_set_exit(struct err *e, enum exit_code exit, int num, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts "context: " before a sentence that is already set. Returns -e->num as err_set() does. */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Takes away the ": NAME (its text)" that is at the end: for a line where the sentence says all. */
void err_drop_number(struct err *e);

#endif
