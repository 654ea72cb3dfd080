/* SPDX-License-Identifier: BSD-2-Clause */
/* look: see the header. */
#include "verb/look.h"

#include "apply/keep.h"
#include "view/logfile.h"
#include "view/view.h"

#include <stdio.h>

bool look_has_screen(const struct look *k)
{
    return !k->once && !k->json && view_has_terminal();
}

int look_open_log(struct look *k, const char *path, struct err *e)
{
    return path ? logfile_open(path, look_has_screen(k), &k->log, e) : 0;
}

void look_close_log(struct look *k)
{
    logfile_close(k->log);
    k->log = NULL;
}

static bool print(const char *text, size_t len, void *ctx)
{
    (void)ctx;
    return fwrite(text, 1, len, stdout) == len && fflush(stdout) == 0;
}

/* The pings of the file are known from the lab's record, which is looked for before the user
 * namespace is entered; without it the links tell what is pinged. */
int look_at(struct lab *lab, const struct look *k, struct err *e)
{
    struct topo *t = NULL;
    struct err unknown = ERR_INIT;
    if (keep_find_topo(lab, &t, &unknown) < 0)
        t = NULL;
    const struct view_options o = {.topo = t,
                                   .interval_ns = k->interval_ns,
                                   .ascii = k->ascii,
                                   .json = k->json,
                                   .must_answer = k->must_answer,
                                   .log = k->log,
                                   .stays = k->stays,
                                   .print = print};
    int r = lab_enter_userns(lab, e);
    if (r == 0 && look_has_screen(k))
        r = view_on_screen(lab, &o, e);
    else if (r == 0)
        r = (k->json && !k->once ? view_stream : view_once)(lab, &o, e);
    topo_free(t);
    return r;
}
