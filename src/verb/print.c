/* SPDX-License-Identifier: BSD-2-Clause */
/* print: see the header. */
#include "verb/print.h"

#include <errno.h>
#include <signal.h>

int print_now(FILE *to, const char *text, size_t len, struct err *e)
{
    if (fwrite(text, 1, len, to) == len && fflush(to) == 0)
        return 0;
    if (errno != EPIPE)
        return err_set_exit(e, EXIT_FAILED, errno, "cannot write the result");
    e->num = EPIPE;
    e->exit = (enum exit_code)(128 + SIGPIPE);
    return -EPIPE;
}
