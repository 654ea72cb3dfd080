/* SPDX-License-Identifier: BSD-2-Clause */
/* look: see the header. */
#include "verb/look.h"

#include "apply/keep.h"
#include "base/log.h"
#include "base/mem.h"
#include "kernel/hostnet.h"
#include "live/errand.h"
#include "verb/palette.h"
#include "verb/print.h"
#include "view/logfile.h"
#include "view/settings.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool look_has_screen(const struct look *k)
{
    return k->has_screen;
}

const char *const look_themes[THEME_COUNT + 2] = {"auto", "dark", "light", "colour-blind", "mono"};

/* What is printed does not depend on what a user likes: scripts read it. */
int look_prepare(struct look *k, const char *log, struct err *e)
{
    const char *no_colour = getenv("NO_COLOR");
    struct err why = ERR_INIT;
    k->has_screen = !k->once && !k->json && view_has_terminal(&why);
    if (why.text[0])
        log_note("%s", why.text);
    settings_init(&k->settings);
    int r = look_has_screen(k) ? settings_load(&k->settings, e) : 0;
    if (r < 0)
        return r;
    if (k->theme > 0)
        k->settings.theme = k->theme - 1;
    else if (no_colour && *no_colour)
        k->settings.theme = THEME_MONO;
    if (k->form > 0)
        k->settings.form = k->form - 1;
    k->ascii = k->ascii || k->settings.ascii;
    if (k->interval_ns == 0)
        k->interval_ns = k->settings.interval_ns;
    if (k->interval_ns == 0)
        k->interval_ns = LOOK_INTERVAL_NS;
    return log ? logfile_open(log, look_has_screen(k), &k->log, e) : 0;
}

void look_finish(struct look *k)
{
    logfile_close(k->log);
    k->log = NULL;
}

static bool print(const char *text, size_t len, void *ctx)
{
    return print_now(stdout, text, len, ctx) == 0;
}

static void note_end(const struct snap_if *i, void *ctx)
{
    bool *any = ctx;
    (void)i;
    *any = true;
}

/* With links to it, the machine is a node of what is looked at. */
static void add_machine(struct lab *lab)
{
    struct snap *machine = NULL;
    struct err ignored = ERR_INIT; /* then it is none */
    bool any = false;
    if (hostnet_read(false, &machine, &ignored) < 0)
        return;
    hostnet_each_end(&machine->node[0], lab, note_end, &any, &ignored);
    snap_free(machine);
    if (any)
        lab_add_machine(lab);
}

/* A node that ended before somebody looks is seen as ended, as one that does so meanwhile. */
static void add_gone(struct lab *lab, const struct topo *t)
{
    const char **names = mem_zalloc(t->nodes + 1, sizeof *names);
    for (size_t i = 0; i < t->nodes; i++)
        names[i] = t->node[i].name;
    lab_add_missing(lab, names, t->nodes);
    free(names);
}

static const char *file_of(const struct topo *t)
{
    return t && t->file && access(t->file, R_OK) == 0 ? t->file : NULL;
}

/* The pings of the file and who ended are known from the lab's record, which is looked for before
 * the user namespace is entered; without it the links tell what is pinged. */
int look_at(struct lab *lab, const struct look *k, struct err *e)
{
    struct topo *t = NULL;
    struct err unknown = ERR_INIT, unwritten = ERR_INIT;
    if (keep_find_topo(lab, &t, &unknown) < 0)
        t = NULL;
    struct errand errand = ERRAND_NONE;
    struct palette palette;
    char uid[32];
    snprintf(uid, sizeof uid, "%u", (unsigned)lab->uid);
    const char *other = lab->uid == getuid() ? NULL : uid;
    palette_init(&palette);
    int r = look_has_screen(k) ? errand_open(&errand, NULL, e) : 0;
    const struct view_options o = {.topo = t,
                                   .interval_ns = k->interval_ns,
                                   .ascii = k->ascii,
                                   .theme = k->settings.theme,
                                   .verbs = palette.verb,
                                   .errand = errand.fd < 0 ? NULL : &errand,
                                   .uid = other,
                                   .lab_goes = k->lab_goes,
                                   .file = file_of(t),
                                   .panes = (size_t)k->settings.panes,
                                   .form = k->settings.form,
                                   .sections = k->sections,
                                   .prefix = k->settings.prefix,
                                   .mouse = k->settings.mouse,
                                   .json = k->json,
                                   .must_answer = k->must_answer,
                                   .log = k->log,
                                   .steps = k->steps,
                                   .stays = k->stays,
                                   .print = print,
                                   .print_ctx = &unwritten};
    if (r == 0)
        r = lab_enter_userns(lab, e);
    if (r == 0 && !k->steps) /* what is built yet has none that lasts */
        add_machine(lab);
    if (r == 0 && !k->steps && t)
        add_gone(lab, t);
    if (r == 0 && look_has_screen(k))
        r = view_on_screen(lab, &o, e);
    else if (r == 0)
        r = (k->json && !k->once ? view_stream : view_once)(lab, &o, e);
    if (r >= 0 && unwritten.num) {
        *e = unwritten;
        r = -unwritten.num;
    }
    errand_close(&errand);
    palette_fini(&palette);
    topo_free(t);
    return r;
}
