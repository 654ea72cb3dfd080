/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_text: see the header. */
#include "verb/plan_text.h"

#include "base/mem.h"
#include "base/text.h"
#include "format/write.h"
#include "teach/words.h"
#include "json/json.h"

#include <linux/rtnetlink.h>
#include <string.h>

static const char signs[] = {
    [OP_NODE_ADD] = '+',     [OP_SYSCTL_SET] = '~', [OP_BRIDGE_ADD] = '+', [OP_LINK_ADD] = '+',
    [OP_LINK_SET] = '~',     [OP_ADDR_ADD] = '+',   [OP_ROUTE_ADD] = '+',  [OP_LINK_READY] = '=',
    [OP_EXEC] = '!',         [OP_ROUTE_DEL] = '-',  [OP_ADDR_DEL] = '-',   [OP_LINK_DEL] = '-',
    [OP_BRIDGE_DEL] = '-',   [OP_NODE_DEL] = '-',   [OP_QDISC_ADD] = '+',  [OP_QDISC_DEL] = '-',
    [OP_HOSTNAME_SET] = '~',
};
_Static_assert(ARRAY_LEN(signs) == OP_KIND_COUNT, "every operation has a sign");

char plan_sign(enum op_kind kind)
{
    return signs[kind];
}

/* What is only waited for, and what a new node does not inherit, is no news to a person. */
static bool is_news(const struct plan_diff *d, const struct op *op)
{
    bool is_new = op->node >= 0 && d->snap_node[op->node] < 0;
    return op->kind != OP_LINK_READY &&
           !(op->kind == OP_SYSCTL_SET && op->u.sysctl.optional && is_new);
}

static void put_before(const struct op *op, struct buf *out)
{
    if (op->kind == OP_SYSCTL_SET && op->u.sysctl.before) {
        buf_adds(out, "   (now ");
        text_clean(out, op->u.sysctl.before, strlen(op->u.sysctl.before));
        buf_adds(out, ")");
    }
    if (op->kind == OP_LINK_SET && (op->u.link_set.fields & OP_SET_MTU))
        buf_printf(out, "   (now %u)", op->u.link_set.before.mtu);
    if (op->kind == OP_HOSTNAME_SET) {
        buf_adds(out, "   (now ");
        text_clean(out, op->u.hostname.before, strlen(op->u.hostname.before));
        buf_adds(out, ")");
    }
}

static void put_op(const struct plan_diff *d, const struct op *op, const char *margin,
                   struct buf *out)
{
    struct teach_lines lines = {0};
    teach_words(&d->topo, op, TEACH_PERSON, &lines);
    for (size_t i = 0; i < lines.count; i++) {
        buf_printf(out, "%s%c %s# ", margin, plan_sign(op->kind),
                   teach_place(&d->topo, lines.item[i].node));
        text_clean(out, lines.item[i].text, strlen(lines.item[i].text));
        put_before(op, out);
        buf_addc(out, '\n');
    }
    teach_lines_fini(&lines);
}

static void put_sum(const struct plan_diff *d, const char *lab, struct buf *out)
{
    size_t come = 0, go = 0, changed = 0;
    for (size_t i = 0; i < d->ops.count; i++)
        if (is_news(d, &d->ops.item[i])) {
            char sign = plan_sign(d->ops.item[i].kind);
            come += sign == '+';
            go += sign == '-';
            changed += sign == '~';
        }
    buf_printf(out, "lab %s: %zu to add, %zu to change in place, %zu to take away\n", lab, come,
               changed, go);
    for (size_t i = 0; i < d->topo.nodes; i++)
        if (d->snap_node[i] < 0)
            for (size_t k = i + 1; k < d->topo.nodes; k++)
                if (strcmp(d->topo.node[i].name, d->topo.node[k].name) == 0)
                    buf_printf(out,
                               "node %s is made anew, and its processes end: its kind or "
                               "namespaces change\n",
                               d->topo.node[i].name);
}

void plan_print_text(const struct change *c, const char *lab, struct buf *out)
{
    const struct plan_diff *d = &c->diff;
    if (d->ops.count == 0) {
        buf_printf(out, "lab %s is as the file says\n", lab);
        return;
    }
    for (size_t i = 0; i < d->ops.count; i++)
        if (is_news(d, &d->ops.item[i]))
            put_op(d, &d->ops.item[i], "", out);
    put_sum(d, lab, out);
}

static bool is_beyond_plan(const struct snap_route *r)
{
    return r->protocol != RTPROT_KERNEL && r->protocol != RTPROT_RA && r->table != RT_TABLE_LOCAL &&
           (r->table != RT_TABLE_MAIN || r->type != RTN_UNICAST);
}

/* Routes that a topology does not know, which plan lets alone. */
static void put_other_routes(const struct snap *s, struct buf *out)
{
    static const char head[] = "\n# Routes that a topology does not know; plan lets them alone:\n";
    bool said = false;
    char text[IP_TEXT_MAX];
    for (size_t n = 0; n < s->nodes; n++)
        for (size_t i = 0; i < s->node[n].routes; i++) {
            const struct snap_route *r = &s->node[n].route[i];
            if (!is_beyond_plan(r))
                continue;
            buf_adds(out, said ? "" : head);
            said = true;
            buf_printf(out, "#   %s: %s, table %u%s\n", s->node[n].name,
                       ip_prefix_format(&r->to, text), r->table,
                       r->type == RTN_UNICAST ? "" : ", no way there (blackhole or the like)");
        }
}

bool plan_print_adopted(const struct topo *t, const struct plan_diff *rest, const struct snap *is,
                        struct buf *out)
{
    size_t left = 0;
    buf_printf(out,
               "# Lab %s as it runs, by vethlab plan --adopt. Packet filters, queueing and policy\n"
               "# rules were not looked at.\n",
               t->name);
    format_write(t, out);
    for (size_t i = 0; i < rest->ops.count; i++)
        if (is_news(rest, &rest->ops.item[i])) {
            if (left++ == 0)
                buf_adds(out, "\n# What cannot be said here; apply of this text would do it:\n");
            put_op(rest, &rest->ops.item[i], "#   ", out);
        }
    put_other_routes(is, out);
    return left == 0;
}

static void add_json_op(const struct plan_diff *d, const struct op *op, struct json *list)
{
    struct teach_lines lines = {0};
    _cleanup_buf_ struct buf why = BUF_INIT;
    char sign[2] = {plan_sign(op->kind), '\0'};
    struct json *one = json_add_object(list);
    json_set_text(one, "operation", op_kind_names[op->kind]);
    json_set_text(one, "sign", sign);
    json_set_text(one, "node", op->node == TOPO_HOST ? NULL : d->topo.node[op->node].name);
    struct json *commands = json_set_array(one, "commands");
    teach_words(&d->topo, op, TEACH_PERSON, &lines);
    for (size_t i = 0; i < lines.count; i++)
        json_add_text(commands, lines.item[i].text);
    teach_lines_fini(&lines);
    teach_sentence(&d->topo, op, &why);
    json_set_text(one, "why", buf_str(&why));
}

void plan_print_json(const struct change *c, const char *lab, struct buf *out)
{
    struct json *root = json_new_object();
    json_set_text(root, "format", "vethlab-plan");
    json_set_int(root, "version", PLAN_JSON_VERSION);
    json_set_text(root, "lab", lab);
    json_set_bool(root, "record_known", c->was != NULL);
    struct json *list = json_set_array(root, "operations");
    for (size_t i = 0; i < c->diff.ops.count; i++)
        add_json_op(&c->diff, &c->diff.ops.item[i], list);
    json_print(root, true, out);
    json_free(root);
}
