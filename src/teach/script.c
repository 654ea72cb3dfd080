/* SPDX-License-Identifier: BSD-2-Clause */
/* script: see the header.
 *
 * The script is pid 1 of a pid namespace of its own, and every node is below it, as in a lab of
 * ours: when it ends, by whatever, the kernel ends the nodes and takes everything away. */
#include "teach/script.h"

#include "teach/steps.h"
#include "teach/words.h"

#include <string.h>

/* The outer namespaces. Without a link to the machine, what is typed on the machine happens in a
 * network namespace of its own: an ordinary user may change nothing in the machine's. */
static const char head[] =
    "#\n"
    "#     sh THIS-FILE [COMMAND...]\n"
    "#\n"
    "# builds it, runs the command (a shell if there is none) and takes it down again. It needs\n"
    "# unshare, nsenter and mount (util-linux), ip (iproute2) and, if you are not root, a kernel "
    "that "
    "lets\n"
    "# you make user namespaces.\n"
    "set -eu\n"
    "\n"
    "if [ \"${LAB_INSIDE-}\" != yes ]; then\n"
    "    # All nodes live in one pid namespace whose first process is this script: when it ends, "
    "the\n"
    "    # kernel ends them, and with them goes every interface.\n"
    "    user=\n"
    "    [ \"$(id -u)\" -eq 0 ] || user='--user --map-root-user'\n";

static const char outer[] =
    "    # shellcheck disable=SC2086 # two words, or none\n"
    "    LAB_INSIDE=yes exec unshare $user --mount --pid --fork --kill-child --mount-proc%s \\\n"
    "        sh \"$0\" \"$@\"\n";

static const char rest[] =
    "fi\n"
    "unset LAB_INSIDE\n"
    "\n"
    "ready=$(mktemp -d)\n"
    "mkfifo \"$ready/fifo\"\n"
    "exec 9<>\"$ready/fifo\"\n"
    "rm -r \"$ready\"\n"
    "\n"
    "# node FLAG...: a process in namespaces of its own, as unshare(1) has them; its pid in $pid.\n"
    "node() {\n"
    "    unshare \"$@\" true\n"
    "    unshare \"$@\" sh -c 'echo >&9; exec sleep infinity 9>&-' &\n"
    "    pid=$!\n"
    "    read -r _ <&9\n"
    "    case \" $* \" in *' --fork '*) read -r pid _ <\"/proc/$pid/task/$pid/children\" || : ;; "
    "esac\n"
    "}\n"
    "\n"
    "# at PID COMMAND...: as if typed in a terminal of that node.\n"
    "at() {\n"
    "    target=$1\n"
    "    shift\n"
    "    nsenter --target \"$target\" --mount --uts --net --pid -- \"$@\" 9>&-\n"
    "}\n";

static const char names[] =
    "\n"
    "# names PID: standard input becomes the node's /etc/hosts, by a mount that only the node "
    "has.\n"
    "names() {\n"
    "    [ -e /etc/hosts ] || return 0\n"
    "    file=$(mktemp)\n"
    "    cat >\"$file\"\n"
    "    chmod 644 \"$file\"\n"
    "    nsenter --target \"$1\" --mount -- mount --bind \"$file\" /etc/hosts\n"
    "    rm \"$file\"\n"
    "}\n";

/* `text` has one line a name and address, none of which is the last line of such a document. */
static void put_document(const char *text, struct buf *out)
{
    buf_printf(out, " <<'NAMES'\n%sNAMES\n", text);
}

static bool has_names(const struct topo_node *n)
{
    return n->namespaces & TOPO_NS_MNT;
}

/* What is the same for many nodes stands once, as a function. */
static void put_common_names(const struct topo *t, const struct teach_hosts *hosts, struct buf *out)
{
    size_t named = 0, common = 0;
    for (size_t i = 0; i < t->nodes; i++) {
        named += has_names(&t->node[i]);
        common += has_names(&t->node[i]) && !hosts->own[i];
    }
    buf_adds(out, named ? names : "");
    if (common) {
        buf_adds(out, "\ncommon_names() {\n    cat");
        put_document(hosts->common, out);
        buf_adds(out, "}\n");
    }
}

static void put_names(const struct topo *t, const struct teach_hosts *hosts, int node,
                      struct buf *out)
{
    if (!has_names(&t->node[node]))
        return;
    buf_printf(out, "%snames \"$", hosts->own[node] ? "" : "common_names | ");
    teach_pid(t, node, out);
    buf_addc(out, '"');
    if (hosts->own[node])
        put_document(hosts->own[node], out);
    else
        buf_addc(out, '\n');
}

static void put_at(const struct topo *t, int node, struct buf *out)
{
    if (node == TOPO_HOST)
        return;
    buf_adds(out, "at \"$");
    teach_pid(t, node, out);
    buf_adds(out, "\" ");
}

/* "unshare FLAG... sh", as a person types it, becomes "node FLAG...". */
static void put_node(const struct topo *t, const struct op *op, const char *typed, struct buf *out)
{
    size_t first = strlen("unshare "), last = strlen(" sh");
    buf_adds(out, "node ");
    buf_add(out, typed + first, strlen(typed) - first - last);
    buf_adds(out, "\n");
    teach_pid(t, op->node, out);
    buf_adds(out, "=$pid\n");
}

/* A redirection or a loop has to happen in the node, so a shell there does it. */
static bool needs_shell(const struct op *op)
{
    return op->kind == OP_SYSCTL_SET || op->kind == OP_LINK_READY;
}

static void put_op(const struct topo *t, const struct op *op, struct buf *out)
{
    struct teach_lines lines = {0};
    teach_words(t, op, TEACH_SCRIPT, &lines);
    for (size_t i = 0; i < lines.count; i++) {
        const struct teach_line *l = &lines.item[i];
        if (op->kind == OP_NODE_ADD && i == 0) {
            put_node(t, op, l->text, out);
            continue;
        }
        put_at(t, l->node, out);
        if (needs_shell(op)) {
            buf_adds(out, "sh -c ");
            teach_quote(l->text, out);
        } else {
            buf_adds(out, l->text);
        }
        /* Our own default: a kernel without the setting needs none. */
        if (teach_is_default(op))
            buf_adds(out, " 2>/dev/null || :");
        buf_addc(out, '\n');
    }
    teach_lines_fini(&lines);
}

/* The same sentence is not said twice in a row. */
static void put_comment(const struct topo *t, const struct op *op, struct buf *last,
                        struct buf *out)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    if (teach_is_default(op))
        buf_adds(&text, "Settings that a lab does not inherit from the machine.");
    else
        teach_sentence(t, op, &text);
    if (strcmp(buf_str(&text), buf_str(last)) == 0)
        return;
    buf_printf(out, "\n# %s\n", buf_str(&text));
    buf_reset(last);
    buf_adds(last, buf_str(&text));
}

static void put_nodes(const struct topo *t, struct buf *out)
{
    buf_adds(out, "\nVETHLAB_NODES=\"");
    for (size_t i = 0; i < t->nodes; i++) {
        buf_printf(out, "%s%s=$", i ? " " : "", t->node[i].name);
        teach_pid(t, (int)i, out);
    }
    buf_adds(out, "\"\nexport VETHLAB_NODES\n");
}

static void put_end(const struct topo *t, struct buf *out)
{
    put_nodes(t, out);
    buf_adds(out, "set +e\n"
                  "if [ $# -gt 0 ]; then\n"
                  "    \"$@\" 9>&-\n"
                  "    exit $?\n"
                  "fi\n"
                  "echo \"The lab is up: $VETHLAB_NODES\"\n"
                  "echo 'To enter a node:  nsenter --target PID --mount --uts --net --pid'\n"
                  "echo 'It goes when you leave this shell (exit).'\n"
                  "\"${SHELL:-/bin/sh}\" 9>&-\n"
                  "exit 0\n");
}

void teach_script(const struct topo *t, const struct ops *ops, const struct teach_hosts *hosts,
                  struct buf *out)
{
    _cleanup_buf_ struct buf last = BUF_INIT;
    buf_printf(out, "#!/bin/sh\n# Lab %s: %zu node%s, %zu link%s; written by vethlab from %s.\n",
               t->name, t->nodes, t->nodes == 1 ? "" : "s", t->links, t->links == 1 ? "" : "s",
               t->file ? t->file : "a topology");
    buf_adds(out, head);
    buf_printf(out, outer, topo_has_host_link(t) ? "" : " --net");
    buf_adds(out, rest);
    put_common_names(t, hosts, out);
    for (size_t i = 0; i < ops->count; i++) {
        put_comment(t, &ops->item[i], &last, out);
        put_op(t, &ops->item[i], out);
        if (ops->item[i].kind == OP_NODE_ADD)
            put_names(t, hosts, ops->item[i].node, out);
    }
    put_end(t, out);
}
