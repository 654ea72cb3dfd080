/* SPDX-License-Identifier: BSD-2-Clause */
/* show: the interfaces of a running lab as the kernel has them. Of the lab's record only one thing
 * is asked: which nodes are not there any more. */
#include "verb/verbs.h"

#include "apply/keep.h"
#include "kernel/observe.h"
#include "verb/common.h"
#include "verb/show_text.h"

#include <stdio.h>
#include <unistd.h>

struct options {
    bool json, routes;
};

static const struct opt opts[] = {
    {0, "json", OPT_FLAG, offsetof(struct options, json), NULL, "print JSON"},
    {'r', "routes", OPT_FLAG, offsetof(struct options, routes), NULL,
     "show the routes of the main table too"},
    {0},
};

static void add_gone(const struct lab *l, const struct topo *t, struct snap *s)
{
    for (size_t i = 0; t && (i = keep_gone_node(l, t, i)) < t->nodes; i++)
        snap_add_node(s, t->node[i].name)->gone = true;
}

/* The ids are those of the reader: they are taken before the lab's user namespace is entered. */
static int read_and_print(struct lab *l, const struct options *o, struct err *e)
{
    enum lab_ids ids;
    const struct lab shown = *l; /* borrows; its uid is the owner's as the reader knows him */
    struct snap *s = NULL;
    struct topo *made_of = NULL;
    struct err none = ERR_INIT;
    _cleanup_buf_ struct buf out = BUF_INIT;
    int r = lab_ids_read(l, &ids, e);
    keep_find_topo(l, &made_of, &none);
    if (r == 0)
        r = lab_enter_userns(l, e);
    if (r == 0)
        r = observe_lab(l, OBSERVE_ADDRS | (o->routes ? OBSERVE_ROUTES : 0), &s, e);
    if (r == 0)
        add_gone(l, made_of, s);
    topo_free(made_of);
    if (r < 0)
        return r;
    (o->json ? show_print_json : show_print_text)(&shown, ids, s, o->routes, &out);
    snap_free(s);
    fwrite(buf_str(&out), 1, out.len, stdout);
    return 0;
}

static int run_show(const struct verb_call *c, struct err *e)
{
    struct lab lab;
    int r = common_open(c, c->argc ? c->argv[0] : NULL, &lab, e);
    if (r == 0)
        r = read_and_print(&lab, c->options, e);
    lab_fini(&lab);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

const struct verb verb_show = {
    .name = "show",
    .synopsis = "[--json] [--routes] [LAB]",
    .summary = "Shows each node's interfaces as the kernel has them",
    .details =
        "One line an interface. STATE is the word that ip(8) prints; CARRIER is NO-CARRIER where "
        "an\n"
        "interface is set up but has none. PEER is the node and interface at the other end of a\n"
        "veth: \"host\" is the machine itself, \"(outside)\" a namespace that is no node. A node "
        "that\n"
        "ended is marked (gone). A lab in which only one user id exists is named as such, with "
        "what\n"
        "cannot work in it. LAB may be left out where one lab runs.\n\n"
        "--json prints one object with \"format\": \"vethlab-show\" and \"version\": 1; its keys "
        "are\n"
        "described in vethlab-show.json.md among the documents.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .min_operands = 0,
    .max_operands = 1,
    .others = true,
    .run = run_show,
};
