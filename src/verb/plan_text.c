/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_text: see the header. */
#include "verb/plan_text.h"

#include "base/mem.h"
#include "base/text.h"
#include "format/write.h"
#include "teach/steps.h"
#include "teach/words.h"
#include "verb/op_json.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
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

/* --- what is made anew --------------------------------------------------------------------------
 */

struct made_if {
    int node;
    const char *name;
    size_t len; /* of the name */
};

/* The interfaces that a change makes, in order. */
struct made {
    const struct plan_diff *diff;
    struct made_if *item; /* owned */
    size_t count, room;
};

static int by_name(const void *a, const void *b)
{
    const struct made_if *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->len != y->len)
        return x->len < y->len ? -1 : 1;
    return memcmp(x->name, y->name, x->len);
}

static void made_init(struct made *m, const struct plan_diff *d)
{
    *m = (struct made){.diff = d};
    for (size_t i = 0; i < d->ops.count; i++) {
        const struct op *op = &d->ops.item[i];
        int ends = op->kind == OP_LINK_ADD ? 2 : op->kind == OP_BRIDGE_ADD;
        for (int k = 0; k < ends; k++) {
            const struct op_link_end *end = &op->u.link_add.end[k];
            mem_grow(&m->item, &m->room, m->count, sizeof *m->item);
            m->item[m->count++] = (struct made_if){end->node, end->ifname, strlen(end->ifname)};
        }
    }
    if (m->count)
        qsort(m->item, m->count, sizeof *m->item, by_name);
}

static void made_fini(struct made *m)
{
    free(m->item);
}

static bool is_new_node(const struct plan_diff *d, int node)
{
    return node >= 0 && d->snap_node[node] < 0;
}

/* True of what belongs to a node or an interface that the same change makes. A setting of an
 * interface names it in its fourth part: net/ipv4/conf/eth0/rp_filter. */
static bool is_of_new(const struct made *m, const struct op *op)
{
    struct made_if key = {.node = op->node};
    if (is_new_node(m->diff, op->node))
        return true;
    if (op->kind == OP_LINK_SET) {
        key.name = op->u.link_set.ifname;
        key.len = strlen(key.name);
    } else if (op->kind == OP_SYSCTL_SET) {
        key.name = op->u.sysctl.key;
        for (int k = 0; k < 3 && key.name; k++) {
            key.name = strchr(key.name, '/');
            key.name += key.name ? 1 : 0;
        }
        key.len = key.name ? strcspn(key.name, "/") : 0;
    }
    return key.len && m->count && bsearch(&key, m->item, m->count, sizeof key, by_name);
}

static char sign_of(const struct made *m, const struct op *op)
{
    char sign = plan_sign(op->kind);
    return sign == '~' && is_of_new(m, op) ? '+' : sign;
}

/* --- lines --------------------------------------------------------------------------------------
 */

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

static void put_op(const struct made *m, const struct op *op, const char *margin, struct buf *out)
{
    const struct topo *t = &m->diff->topo;
    struct teach_lines lines = {0};
    _cleanup_free_ char *below = mem_printf("%s  ", margin);
    teach_words(t, op, TEACH_PERSON, &lines);
    for (size_t i = 0; i < lines.count; i++) {
        const struct teach_line *l = &lines.item[i];
        buf_printf(out, "%s%c ", margin, sign_of(m, op));
        teach_put_command(teach_place(t, l->node), l->text, below, out);
        put_before(op, out);
        buf_addc(out, '\n');
    }
    teach_lines_fini(&lines);
}

/* A node of that name goes, too. */
static bool is_replaced(const struct plan_diff *d, size_t node)
{
    if (d->snap_node[node] >= 0)
        return false;
    for (size_t k = node + 1; k < d->topo.nodes; k++)
        if (strcmp(d->topo.node[node].name, d->topo.node[k].name) == 0)
            return true;
    return false;
}

static void put_sum(const struct made *m, const char *lab, struct buf *out)
{
    const struct plan_diff *d = m->diff;
    size_t come = 0, go = 0, changed = 0;
    for (size_t i = 0; i < d->ops.count; i++)
        if (plan_is_news(d, &d->ops.item[i])) {
            char sign = sign_of(m, &d->ops.item[i]);
            come += sign == '+';
            go += sign == '-';
            changed += sign == '~';
        }
    buf_printf(out, "lab %s: %zu to add, %zu to change in place, %zu to take away\n", lab, come,
               changed, go);
    for (size_t i = 0, said = 0; said < d->replaced && i < d->topo.nodes; i++)
        if (is_replaced(d, i)) {
            said++;
            buf_printf(out,
                       "node %s is made anew, and its processes end: its kind or namespaces "
                       "change\n",
                       d->topo.node[i].name);
        }
}

void plan_print_text(const struct change *c, const char *lab, struct buf *out)
{
    const struct plan_diff *d = &c->diff;
    if (d->ops.count == 0) {
        buf_printf(out, "lab %s is as the file says\n", lab);
        return;
    }
    struct made m;
    made_init(&m, d);
    for (size_t i = 0; i < d->ops.count; i++)
        if (plan_is_news(d, &d->ops.item[i]))
            put_op(&m, &d->ops.item[i], "", out);
    put_sum(&m, lab, out);
    made_fini(&m);
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
            buf_printf(out, "#   %s: %s", s->node[n].name, ip_prefix_format(&r->to, text));
            if (r->table != RT_TABLE_MAIN)
                buf_printf(out, ", table %u", r->table);
            buf_printf(out, "%s\n",
                       r->type == RTN_UNICAST ? "" : ", no way there (blackhole or the like)");
        }
}

bool plan_print_adopted(const struct topo *t, const struct plan_diff *rest, const struct snap *is,
                        struct buf *out)
{
    size_t left = 0;
    struct made m;
    made_init(&m, rest);
    buf_printf(out,
               "# Lab %s as it runs, by vethlab plan --adopt. Packet filters, shaping and policy\n"
               "# rules were not looked at.\n",
               t->name);
    format_write(t, out);
    for (size_t i = 0; i < rest->ops.count; i++)
        if (plan_is_news(rest, &rest->ops.item[i])) {
            if (left++ == 0)
                buf_adds(out, "\n# What cannot be said here; apply of this text would do it:\n");
            put_op(&m, &rest->ops.item[i], "#   ", out);
        }
    put_other_routes(is, out);
    made_fini(&m);
    return left == 0;
}

void plan_print_json(const struct change *c, const char *lab, struct buf *out)
{
    struct json *root = json_new_object();
    json_set_text(root, "format", "vethlab-plan");
    json_set_int(root, "version", PLAN_JSON_VERSION);
    json_set_text(root, "lab", lab);
    json_set_bool(root, "record_known", c->was != NULL);
    struct json *list = json_set_array(root, "operations");
    struct made m;
    made_init(&m, &c->diff);
    for (size_t i = 0; i < c->diff.ops.count; i++) {
        const struct op *op = &c->diff.ops.item[i];
        char sign[2] = {sign_of(&m, op), '\0'};
        json_set_text(op_json_add(list, &c->diff.topo, op), "sign", sign);
    }
    made_fini(&m);
    json_print(root, true, out);
    json_free(root);
}
