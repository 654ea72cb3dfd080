/* SPDX-License-Identifier: BSD-2-Clause */
/* explain, export: the operations behind a topology file, in other words. */
#include "verb/verbs.h"

#include "apply/hosts.h"
#include "base/mem.h"
#include "base/text.h"
#include "kernel/hostnet.h"
#include "kernel/netlink.h"
#include "kernel/rtdump.h"
#include "kernel/rtmsg.h"
#include "plan/plan.h"
#include "teach/script.h"
#include "teach/steps.h"
#include "teach/table.h"
#include "teach/words.h"
#include "verb/common.h"
#include "verb/op_json.h"
#include "json/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "vethlab-explain" in the JSON's "format"; counted up when a key changes its meaning or goes. */
#define EXPLAIN_JSON_VERSION 1

struct options {
    bool sh, table, netlink, json, all;
};

static const struct opt opts[] = {
    {0, "sh", OPT_FLAG, offsetof(struct options, sh), NULL,
     "a shell script of unshare, nsenter and ip that builds the lab and takes it down"},
    {0, "table", OPT_FLAG, offsetof(struct options, table), NULL,
     "a Markdown table: what is typed in which terminal, and why"},
    {0, "netlink", OPT_FLAG, offsetof(struct options, netlink), NULL,
     "each rtnetlink message: header, attributes, bytes"},
    {0, "json", OPT_FLAG, offsetof(struct options, json), NULL, "print JSON"},
    {'a', "all", OPT_FLAG, offsetof(struct options, all), NULL,
     "also the settings that are made only so as not to inherit the machine's"},
    {0},
};

static void print_list(const struct topo *t, const struct ops *ops, bool all, struct buf *out)
{
    size_t hidden = 0, number = 0;
    for (size_t i = 0; i < ops->count; i++) {
        if (teach_is_default(&ops->item[i]) && !all)
            hidden++;
        else
            teach_entry(t, &ops->item[i], ++number, out);
    }
    if (hidden)
        buf_printf(out,
                   "\n%zu kernel settings that keep the nodes from inheriting the machine's are "
                   "not shown: --all.\n",
                   hidden);
}

static void print_json(const struct topo *t, const struct ops *ops, struct buf *out)
{
    struct json *root = json_new_object();
    json_set_text(root, "format", "vethlab-explain");
    json_set_int(root, "version", EXPLAIN_JSON_VERSION);
    json_set_text(root, "lab", t->name);
    struct json *list = json_set_array(root, "operations");
    for (size_t i = 0; i < ops->count; i++) {
        const struct op *op = &ops->item[i];
        struct json *one = op_json_add(list, t, op);
        if (op->mark.line)
            json_set_uint(one, "line", op->mark.line);
        json_set_bool(one, "default", teach_is_default(op));
    }
    json_print(root, true, out);
    json_free(root);
}

/* On the machine `up` adds what only it can know then: the tag, and the index that the kernel has
 * given. The bytes are those of the tag that this boot and this user would have. */
static void complete_on_machine(const struct topo *t, struct op *op, char *tag, struct buf *remark)
{
    struct err e = ERR_INIT;
    if (op->kind == OP_LINK_ADD && op->u.link_add.end[1].node == TOPO_HOST)
        buf_adds(remark, "# The kernel chooses the index of the machine's end, and up its MAC "
                         "(IFLA_ADDRESS, not shown here), anew each time.\n");
    if (op->node != TOPO_HOST)
        return;
    buf_adds(remark,
             "# The index is 0 here: the kernel gives it to the machine's end when the pair "
             "is made.\n");
    if (op->kind != OP_LINK_SET || !(op->u.link_set.fields & OP_SET_ALIAS) ||
        op->u.link_set.want.alias)
        return;
    if (hostnet_tag(t->name, getuid(), tag, HOSTNET_TAG_MAX, &e) == 0) {
        op->u.link_set.want.alias = tag;
        buf_adds(remark, "# The alias ends with your user id and the id of this boot, which is "
                         "another one after the next.\n");
    }
}

/* The message goes out on a socket in the namespace of the operation's node. */
static void print_netlink(const struct topo *t, const struct ops *ops, struct buf *out)
{
    static char room[NETLINK_BATCH_BYTES] __attribute__((aligned(8)));
    unsigned sequence = 0;
    for (size_t i = 0; i < ops->count; i++) {
        struct op full = ops->item[i];
        const struct op *op = &full;
        char tag[HOSTNET_TAG_MAX];
        _cleanup_buf_ struct buf remark = BUF_INIT;
        if (!rtmsg_has(op->kind))
            continue;
        complete_on_machine(t, &full, tag, &remark);
        bool is_pair = op->kind == OP_LINK_ADD;
        memset(room, 0, sizeof room);
        struct nlmsghdr *h = rtmsg_build(room, op, is_pair ? 0 : -1);
        h->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK; /* as kernel/netlink.c sends it */
        h->nlmsg_seq = ++sequence;
        buf_printf(out, "%s# %s: ", sequence > 1 ? "\n" : "", teach_place(t, op->node));
        teach_sentence(t, &ops->item[i], out);
        buf_printf(out, "\n%s", buf_str(&remark));
        rtdump(h, is_pair ? teach_place(t, op->u.link_add.end[1].node) : "", out);
    }
}

static void print_script(const struct topo *t, const struct ops *ops, struct buf *out)
{
    struct hosts *h = hosts_new(t);
    struct buf common = BUF_INIT, text = BUF_INIT;
    char **own = mem_zalloc(t->nodes, sizeof *own);
    for (size_t i = 0; i < t->nodes; i++) {
        bool is_own = hosts_is_own(h, i);
        if (!is_own && common.len)
            continue;
        hosts_text(h, i, is_own ? &text : &common);
        if (is_own)
            own[i] = buf_steal(&text);
    }
    teach_script(t, ops, &(struct teach_hosts){buf_str(&common), own}, out);
    for (size_t i = 0; i < t->nodes; i++)
        free(own[i]);
    free(own);
    buf_fini(&common);
    hosts_free(h);
}

static int run_explain(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    struct topo *t = NULL;
    struct ops ops = {0};
    _cleanup_buf_ struct buf out = BUF_INIT;
    if (o->sh + o->table + o->netlink + o->json > 1)
        return err_set_exit(e, EXIT_USAGE, 0,
                            "explain prints one form: --sh, --table, --netlink or "
                            "--json"),
               EXIT_USAGE;
    if (common_topo(c->argc ? c->argv[0] : NULL, NULL, &t, e) < 0)
        return e->exit;
    plan_build(t, &ops);
    if (o->sh)
        print_script(t, &ops, &out);
    else if (o->table)
        teach_table(t, &ops, o->all, &out);
    else if (o->netlink)
        print_netlink(t, &ops, &out);
    else if (o->json)
        print_json(t, &ops, &out);
    else
        print_list(t, &ops, o->all, &out);
    fputs(buf_str(&out), stdout);
    ops_fini(&ops);
    topo_free(t);
    return EXIT_DONE;
}

const struct verb verb_explain = {
    .name = "explain",
    .synopsis = "[--sh | --table | --netlink | --json] [--all] [FILE]",
    .summary = "Shows the commands that a person would type for the same lab",
    .details =
        "Every operation of `up` with its command and one sentence. Nothing is created. FILE "
        "may be left out\nwhere this directory has exactly one *.lab.yaml.\n\n"
        "--json prints one object with \"format\": \"vethlab-explain\"; its keys are described in\n"
        "vethlab-plan.json.md among the documents.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .max_operands = 1,
    .run = run_explain,
};

static int run_export(const struct verb_call *c, struct err *e)
{
    struct topo *t = NULL;
    struct ops ops = {0};
    _cleanup_buf_ struct buf out = BUF_INIT;
    if (strcmp(c->argv[0], "sh") != 0) {
        char clean[64];
        return err_set_exit(e, EXIT_USAGE, 0, "export writes \"sh\", not \"%s\"",
                            text_clean_to(clean, sizeof clean, c->argv[0])),
               EXIT_USAGE;
    }
    if (common_topo(c->argc > 1 ? c->argv[1] : NULL, NULL, &t, e) < 0)
        return e->exit;
    plan_build(t, &ops);
    print_script(t, &ops, &out);
    fputs(buf_str(&out), stdout);
    ops_fini(&ops);
    topo_free(t);
    return EXIT_DONE;
}

const struct verb verb_export = {
    .name = "export",
    .synopsis = "sh [FILE]",
    .summary = "Writes a topology in another form: a shell script",
    .details = "sh: a script of unshare, nsenter and ip alone that builds the same lab, runs a "
               "command or a shell, and\ntakes the lab down: vethlab export sh FILE >lab.sh; sh "
               "lab.sh",
    .min_operands = 1,
    .max_operands = 2,
    .run = run_export,
};
