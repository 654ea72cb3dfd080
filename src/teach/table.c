/* SPDX-License-Identifier: BSD-2-Clause */
/* table: see the header. */
#include "teach/table.h"

#include "base/mem.h"
#include "teach/steps.h"
#include "teach/words.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_MAX 3 /* with a column of their own */

struct table {
    const struct topo *topo;
    struct buf *out;
    size_t row;
    bool all;
    bool has_columns; /* one a place */
    bool has_machine; /* something is typed there */
};

/* More backquotes than stand anywhere in the text one beside the other. */
static size_t fence_of(const char *text)
{
    size_t most = 0;
    for (const char *c = text; *c; c++) {
        size_t run = strspn(c, "`");
        most = run > most ? run : most;
        c += run ? run - 1 : 0;
    }
    return most + 1;
}

/* A '|' would end the cell, an end of line the row. A backquote at an end of the code needs a blank
 * beside it, which Markdown leaves out again. */
static void put_cell(struct table *t, const char *text, bool code)
{
    size_t len = strlen(text), fence = code && len ? fence_of(text) : 0;
    bool is_padded = fence && (text[0] == '`' || text[len - 1] == '`');
    buf_addc(t->out, ' ');
    buf_pad(t->out, '`', fence);
    buf_adds(t->out, is_padded ? " " : "");
    for (const char *c = text; *c; c++) {
        if (*c == '|')
            buf_addc(t->out, '\\');
        if (*c == '\n')
            buf_adds(t->out, c[1] ? " ⏎ " : "");
        else
            buf_addc(t->out, *c);
    }
    buf_adds(t->out, is_padded ? " " : "");
    buf_pad(t->out, '`', fence);
    buf_adds(t->out, *text ? " |" : "|");
}

static void put_row(struct table *t, int node, const char *command, const char *why)
{
    buf_printf(t->out, "| %zu |", ++t->row);
    if (t->has_columns) {
        if (t->has_machine)
            put_cell(t, node == TOPO_HOST ? command : "", true);
        for (size_t i = 0; i < t->topo->nodes; i++)
            put_cell(t, node == (int)i ? command : "", true);
    } else {
        put_cell(t, teach_place(t->topo, node), false);
        put_cell(t, command, true);
    }
    put_cell(t, why, false);
    buf_addc(t->out, '\n');
}

static void put_head(struct table *t)
{
    size_t columns = 2;
    buf_adds(t->out, "| order |");
    if (t->has_columns) {
        if (t->has_machine)
            put_cell(t, teach_place(t->topo, TOPO_HOST), false);
        for (size_t i = 0; i < t->topo->nodes; i++)
            put_cell(t, t->topo->node[i].name, false);
        columns += t->topo->nodes + t->has_machine;
    } else {
        buf_adds(t->out, " where | what is typed |");
        columns += 2;
    }
    buf_adds(t->out, " why |\n|");
    for (size_t i = 0; i < columns; i++)
        buf_adds(t->out, i == 0 ? " ---: |" : " --- |");
    buf_addc(t->out, '\n');
}

static void put_op(struct table *t, const struct op *op)
{
    struct teach_lines lines = {0};
    _cleanup_buf_ struct buf why = BUF_INIT;
    if (teach_is_default(op) && !t->all)
        return;
    teach_words(t->topo, op, TEACH_PERSON, &lines);
    teach_sentence(t->topo, op, &why);
    for (size_t i = 0; i < lines.count; i++)
        put_row(t, lines.item[i].node, lines.item[i].text, i == 0 ? buf_str(&why) : "");
    teach_lines_fini(&lines);
}

/* Before the first link: its command needs the pids of the nodes. */
static void put_search(struct table *t)
{
    put_row(t, TOPO_HOST, "lsns -t net",
            "Lists the network namespaces: the pid beside each stands for its node below.");
    if (t->topo->nodes)
        put_row(t, 0, "ip link", "The node is alone: it has nothing but lo.");
}

/* The first ping that the view would show: along the first link that has addresses. */
static void put_ping(struct table *t)
{
    char text[IP_TEXT_MAX];
    for (size_t i = 0; i < t->topo->links; i++)
        for (int k = 0; k < 2; k++) {
            const struct topo_end *from = &t->topo->link[i].end[k];
            const struct topo_end *to = &t->topo->link[i].end[!k];
            if (from->node == TOPO_HOST || from->prefix.count == 0 || to->prefix.count == 0)
                continue;
            _cleanup_free_ char *command =
                mem_printf("ping -c 3 %s", ip_addr_format(&to->prefix.item[0].prefix.addr, text));
            put_row(t, from->node, command, "The other end answers.");
            return;
        }
}

static void put_ends(struct table *t)
{
    for (size_t i = 0; i < t->topo->nodes; i++)
        put_row(t, (int)i, "exit",
                i == 0 ? "With a node's last process its namespaces go, and every interface in "
                         "them; the other end of each pair goes too."
                       : "");
    put_row(t, TOPO_HOST, "ip link", "Nothing is left on the machine.");
}

void teach_table(const struct topo *t, const struct ops *ops, bool all, struct buf *out)
{
    struct table table = {.topo = t, .out = out, .all = all, .has_machine = true};
    table.has_columns = t->nodes + 1 <= PLACES_MAX;
    put_head(&table);
    for (size_t i = 0; i < ops->count; i++) {
        const struct op *op = &ops->item[i];
        bool is_first_link = op->kind == OP_LINK_ADD;
        for (size_t k = 0; k < i && is_first_link; k++)
            is_first_link = ops->item[k].kind != OP_LINK_ADD;
        if (is_first_link)
            put_search(&table);
        put_op(&table, op);
    }
    put_ping(&table);
    put_ends(&table);
}
