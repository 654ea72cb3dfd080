/* SPDX-License-Identifier: BSD-2-Clause */
/* main: global options, dispatch; prints the one error, and only here the program exits. */
#include "config.h"

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "init/title.h"
#include "verb/verb.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

/* Takes -v, -q, --help and --version before the verb; the index of the verb, or -1: all done. */
static int global_options(int argc, char **argv, int *code, struct err *e)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "-v") == 0 || strcmp(argv[i], "--verbose") == 0)
            log_set_level(LOG_VERBOSE);
        else if (strcmp(argv[i], "-q") == 0 || strcmp(argv[i], "--quiet") == 0)
            log_set_level(LOG_QUIET);
        else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            verb_print_overview();
            return -1;
        } else if (strcmp(argv[i], "--version") == 0) {
            puts("vethlab " VERSION);
            return -1;
        } else {
            err_set_exit(e, EXIT_USAGE, 0, "unknown option %.40s: see vethlab --help", argv[i]);
            *code = EXIT_USAGE;
            return -1;
        }
    }
    if (i < argc)
        return i;
    verb_print_overview();
    *code = EXIT_USAGE;
    return -1;
}

static int run_verb(int argc, char **argv, struct err *e)
{
    int code = EXIT_DONE;
    int at = global_options(argc, argv, &code, e);
    if (at < 0)
        return code;
    const struct verb *v = verb_find(argv[at], e);
    if (!v)
        return EXIT_USAGE;
    struct verb_call call = {.program = argv[0]};
    _cleanup_free_ void *options = mem_zalloc(1, v->options_size);
    call.options = options;
    int r = verb_parse(v, argc - at, argv + at, &call, e);
    if (r < 0)
        return EXIT_USAGE;
    if (r > 0) {
        verb_print_help(v);
        return EXIT_DONE;
    }
    return v->run(&call, e);
}

/* A result that could not be written is a failure; a reader that left is none worth a word. */
static int close_stdout(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno == EPIPE)
        return 128 + SIGPIPE;
    fprintf(stderr, "vethlab: cannot write the result: %s\n", strerror(errno));
    return code ? code : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    title_reserve(argv, environ);
    signal(SIGPIPE, SIG_IGN);
    if (getauxval(AT_SECURE)) {
        fputs("vethlab: refuses to run set-user-id or with file capabilities\n", stderr);
        return EXIT_DENIED;
    }
    int code = run_verb(argc, argv, &e);
    code = close_stdout(code);
    if (e.text[0])
        fprintf(stderr, "vethlab: %s\n", e.text);
    return code;
}
