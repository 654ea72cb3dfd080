/* SPDX-License-Identifier: BSD-2-Clause */
/* logs: what the commands of a lab's topology wrote, and what they left running still writes. */
#include "verb/verbs.h"

#include "apply/keep.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "verb/common.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOG_MAX ((size_t)64 << 20)

/* Every line behind its node's name; whatever acts on a terminal is made visible. */
static void print(const char *node, const char *text, size_t len, bool named)
{
    for (const char *at = text, *end = text + len; at < end;) {
        const char *eol = memchr(at, '\n', (size_t)(end - at));
        _cleanup_buf_ struct buf line = BUF_INIT;
        if (named)
            buf_printf(&line, "%s: ", node);
        text_clean(&line, at, (size_t)((eol ? eol : end) - at));
        puts(buf_str(&line));
        at = eol ? eol + 1 : end;
    }
}

/* -ENOENT: the node has no log. */
static int print_log(int dir, const char *node, bool named, struct err *e)
{
    char name[LABFILE_NAME_MAX];
    _cleanup_buf_ struct buf text = BUF_INIT;
    snprintf(name, sizeof name, KEEP_LOG_PREFIX "%s", node);
    int r = io_read_file(dir, name, LOG_MAX, &text);
    if (r == -ENOENT)
        return r;
    print(node, buf_str(&text), text.len, named);
    return r < 0 ? err_set(e, -r, "cannot read the whole log of node %s", node) : 0;
}

static int print_all(const struct lab *l, int dir, struct err *e)
{
    for (size_t i = 0; i < l->nodes; i++) {
        int r = print_log(dir, l->node[i].name, true, e);
        if (r < 0 && r != -ENOENT)
            return r;
    }
    return 0;
}

static int print_one(const struct lab *l, int dir, const char *node, struct err *e)
{
    int r = lab_find_node(l, node, e);
    if (r < 0)
        return r;
    r = print_log(dir, node, false, e);
    return r == -ENOENT ? 0 : r; /* a node without commands has nothing to say */
}

static int run_logs(const struct verb_call *c, struct err *e)
{
    struct lab lab;
    int r = common_open(c, c->argc ? c->argv[0] : NULL, &lab, e);
    if (r < 0)
        return e->exit;
    _cleanup_fd_ int dir = keep_open_dir(&lab);
    if (dir < 0)
        r = err_set(e, -dir, "the output of the commands of lab %s is lost: its directory is gone",
                    lab.name);
    else if (c->argc == 2)
        r = print_one(&lab, dir, c->argv[1], e);
    else
        r = print_all(&lab, dir, e);
    lab_fini(&lab);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

const struct verb verb_logs = {
    .name = "logs",
    .synopsis = "[LAB [NODE]]",
    .summary = "Prints what the commands of the topology wrote",
    .details = "Output of the `exec` commands of the nodes, each under a line with the command; "
               "what a command\nleft running in its node writes into the same log. LAB may be "
               "left out where exactly one lab of\nyours runs.",
    .max_operands = 2,
    .others = true,
    .run = run_logs,
};
