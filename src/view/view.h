/* SPDX-License-Identifier: BSD-2-Clause */
/* view: the split view of a running lab: on the terminal, as one frame of text, or as lines of
 * JSON. */
#ifndef VETHLAB_VIEW_VIEW_H
#define VETHLAB_VIEW_VIEW_H

#include "base/err.h"
#include "kernel/lab.h"
#include "model/topo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view_steps;

/* Takes what is printed; false: nobody reads it any more. */
typedef bool view_print_fn(const char *text, size_t len, void *ctx);

struct errand;    /* live/errand.h */
struct logfile;   /* view/logfile.h */
struct view_verb; /* view/command.h */

struct view_options {
    const struct topo *topo;       /* what the file says of pings; may be NULL; borrowed */
    int64_t interval_ns;           /* between two requests of a ping */
    bool ascii;                    /* no line drawing; also where the locale is not UTF-8 */
    int theme;                     /* enum theme (view/theme.h) */
    size_t panes;                  /* nodes on a page; 0: as many as fit */
    const struct view_verb *verbs; /* of the palette; NULL: none; borrowed */
    struct errand *errand;         /* runs them: opened before; closed at the end */
    bool lab_goes;    /* when the user leaves: he is asked, if he did something to it */
    const char *uid;  /* whose labs, where these are not the caller's; or NULL */
    const char *file; /* that the lab was made of, where it is there; or NULL */
    int prefix;       /* the key that leaves a shell: 1-31; 0: Ctrl-B */
    bool mouse;       /* used by the screen */
    bool json;
    const struct view_steps *steps; /* view/stepping.h; NULL: the lab is there already */
    int form;                       /* enum ui_form (view/action.h) */
    unsigned sections;              /* bits 1 << enum ui_section of all panes; 0: the usual ones */
    bool must_answer;     /* view_once(): EXIT_FAILED with a ping unanswered or a node ended */
    struct logfile *log;  /* what happens is written there too; may be NULL; borrowed */
    bool stays;           /* view_once(): goes on after the frame, for the log's sake */
    view_print_fn *print; /* where there is no screen */
    void *print_ctx;
};

/* "links,routes": names of sections (vethlab(1)) as bits. -EINVAL with EXIT_USAGE and a sentence.
 */
int view_parse_sections(const char *text, unsigned *bits, struct err *e);

/* True if standard input and output are a terminal that can show a screen: then view_on_screen()
 * can be. *why has a sentence where it is one that cannot. */
bool view_has_terminal(struct err *why);

/* All look at the lab until the user leaves, it ends (which is said), or INT, TERM or HUP comes.
 * lab_enter_userns() first, while single-threaded; nodes that others make are taken into `lab`, but
 * with o->steps. They return the program's exit code (128+n after
 * a signal), or -errno with *e set. */
int view_on_screen(struct lab *lab, const struct view_options *o, struct err *e);

/* One frame when the first pings were answered or lost; as JSON with o->json. With o->stays it ends
 * as the others do, but a signal is no failure: EXIT_DONE. */
int view_once(struct lab *lab, const struct view_options *o, struct err *e);

/* Lines of JSON as things happen. */
int view_stream(struct lab *lab, const struct view_options *o, struct err *e);

#endif
