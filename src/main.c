/* SPDX-License-Identifier: BSD-2-Clause */
/* main: global options, dispatch; prints the one error, and only here the program exits. */
#include "config.h"

#include "base/err.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/mem.h"
#include "init/title.h"
#include "verb/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

/* What is asked of every verb alike. True if nothing else is to be done. */
static bool do_globals(const struct verb_globals *g, const struct verb *v)
{
    if (g->quiet || g->verbose)
        log_set_level(g->quiet ? LOG_QUIET : LOG_VERBOSE);
    if (g->version)
        puts("vethlab " VERSION);
    else if (g->help && v)
        verb_print_help(v);
    else if (g->help)
        verb_print_overview();
    return g->version || g->help;
}

static int run_verb(int argc, char **argv, struct err *e)
{
    struct verb_globals g = {0};
    int at = verb_parse_globals(argc, argv, &g, e);
    if (at < 0)
        return EXIT_USAGE;
    const struct verb *v = at < argc ? verb_find(argv[at], e) : NULL;
    if (at < argc && !v)
        return EXIT_USAGE;
    if (!v && !g.help && !g.version)
        return err_set_exit(e, EXIT_USAGE, 0, "a verb is missing: see vethlab --help"), EXIT_USAGE;
    if (!v)
        return do_globals(&g, NULL), EXIT_DONE;
    struct verb_call call = {.program = argv[0]};
    _cleanup_free_ void *options = mem_zalloc(1, v->options_size);
    call.options = options;
    if (verb_parse(v, argc - at, argv + at, &g, &call, e) < 0)
        return v->usage_exit ? v->usage_exit : (int)e->exit;
    return do_globals(&g, v) ? EXIT_DONE : v->run(&call, e);
}

/* Why an earlier write failed is forgotten by the time we ask, but the pipe knows its readers. */
static bool has_no_reader(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    return poll(&p, 1, 0) > 0 && p.revents & (POLLERR | POLLHUP);
}

/* A result that could not be written is a failure; a reader that left is none worth a word. */
static int close_stdout(int code, struct err *e)
{
    int num = fflush(stdout) == 0 ? 0 : errno;
    if (num == 0 && !ferror(stdout))
        return code;
    if (num == EPIPE || (num == 0 && has_no_reader(STDOUT_FILENO)))
        return 128 + SIGPIPE;
    if (!e->text[0])
        err_set(e, num, "cannot write the result");
    return code ? code : EXIT_FAILED;
}

/* What we open must never be taken for standard input, output or error because that was closed. A
 * result for a closed standard output is one that cannot be written. */
static void fill_stdio(void)
{
    int fd;
    do {
        bool is_output = fcntl(STDIN_FILENO, F_GETFD) >= 0 && fcntl(STDOUT_FILENO, F_GETFD) < 0;
        fd = open("/dev/null", is_output ? O_RDONLY : O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    mem_close_fd(&fd);
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    fill_stdio();
    title_reserve(argv, environ); /* may execute us once more */
    limit_raise_files();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored by our caller, it would leave us no exit codes */
    if (getauxval(AT_SECURE)) {
        fputs("vethlab: refuses to run set-user-id or with file capabilities\n", stderr);
        return EXIT_DENIED;
    }
    int code = run_verb(argc, argv, &e);
    code = close_stdout(code, &e);
    if (e.text[0])
        fprintf(stderr, "vethlab: %s\n", e.text);
    return code;
}
