/* SPDX-License-Identifier: BSD-2-Clause */
/* view: the split view of a running lab. */
#include "verb/verbs.h"

#include "verb/common.h"
#include "verb/look.h"
#include "view/view.h"

struct options {
    bool once, json, ascii;
    int64_t interval_ns;
    int theme, form;
    const char *show, *log;
};

static const char *const forms[] = {"auto", "compact", "ip-link", "ip-addr", NULL};

/* As view_parse_sections() has them. */
static const char *const sections[] = {"links", "addresses", "routes", "neighbours",
                                       "ping",  "shell",     "events", NULL};

static const struct opt opts[] = {
    {0, "once", OPT_FLAG, offsetof(struct options, once), NULL,
     "print one frame as text, after the first pings"},
    {0, "json", OPT_FLAG, offsetof(struct options, json), NULL,
     "print JSON, a line whenever something happens and each second"},
    LOOK_OPT_INTERVAL(struct options),
    {0, "ascii", OPT_FLAG, offsetof(struct options, ascii), NULL,
     "draw with ASCII characters only"},
    LOOK_OPT_THEME(struct options),
    {0, "form", OPT_WORD(forms, "auto"), offsetof(struct options, form), "FORM",
     "links in a table or as ip(8) prints them; auto: as the settings file says"},
    {0, "show", OPT_LIST(sections), offsetof(struct options, show), "SECTIONS",
     "of each node these, with commas between them"},
    {0, "log", OPT_TEXT, offsetof(struct options, log), "FILE",
     "append every event to FILE, a line of JSON each"},
    {0},
};

static int run_view(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    struct look k = {.interval_ns = o->interval_ns,
                     .once = o->once,
                     .json = o->json,
                     .form = o->form,
                     .ascii = o->ascii,
                     .theme = o->theme};
    struct lab lab;
    lab_init(&lab);
    int r = o->show ? view_parse_sections(o->show, &k.sections, e) : 0;
    if (r == 0)
        r = common_open(c, c->argc ? c->argv[0] : NULL, &lab, e);
    if (r == 0)
        r = look_prepare(&k, o->log, e);
    if (r == 0)
        r = look_at(&lab, &k, e);
    look_finish(&k);
    lab_fini(&lab);
    return r < 0 ? (int)e->exit : r;
}

const struct verb verb_view = {
    .name = "view",
    .synopsis = "[--once] [--json] [--form FORM] [--show SECTIONS] [--interval SEC] "
                "[--theme NAME] [--ascii] [--log FILE] [LAB]",
    .summary = "Shows the nodes side by side: their links and pings, live",
    .details =
        "Each pane is a node: its interfaces as the kernel has them, with what goes through them\n"
        "each second, and below them its pings. Pinged is what the topology file has under\n"
        "\"pings\"; without that every node pings the first address across each of its links,\n"
        "through a bridge up to four neighbours there.\n\n"
        "Keys: arrows and Tab select, u and d set the selected link up and down, l lists all\n"
        "nodes, / shows only those whose names and addresses match, s chooses what a pane shows,\n"
        "i tells links as ip(8) does, space holds the picture, ? shows all keys, q leaves. Enter\n"
        "opens a shell in the node, in its pane, which then has the keys: Ctrl-B q leads back,\n"
        "Ctrl-B ? tells more. The lab goes on; if it ends elsewhere, so does the view.\n\n"
        "Without a terminal, or with --once, one frame is printed as text (as wide as $COLUMNS\n"
        "says) when every first ping is answered or lost. --json prints a line whenever something\n"
        "happens and the whole state each second, --once --json the state alone; the keys are\n"
        "described in vethlab-view.json.md among the documents. $NO_COLOR is respected.\n"
        "A node that ended, also before the view began, is marked (ended); with --once neither\n"
        "that nor a lost ping is a failure (with `vethlab run --once` both are: 1).\n\n"
        "What a user likes (colours, mouse, panes and more) is read from\n"
        "$XDG_CONFIG_HOME/vethlab/view.conf, for the screen only: see vethlab(1).\n\n"
        "--log appends every event to a file as the same lines of JSON, with its cause in words.\n"
        "A file that cannot be written later on (a full disk, a pipe that nobody reads) is said,\n"
        "and holds nothing up.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .others = true,
    .run = run_view,
};
