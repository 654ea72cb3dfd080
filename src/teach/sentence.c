/* SPDX-License-Identifier: BSD-2-Clause */
/* sentence: what an operation does and what it is for, in one plain sentence. */
#include "teach/words.h"

#include "base/mem.h"

#include <string.h>

static const char *node_of(const struct topo *t, const struct op *op)
{
    return op->node == TOPO_HOST ? "the machine" : t->node[op->node].name;
}

static void put_prefix(const struct ip_prefix *p, struct buf *out)
{
    char text[IP_TEXT_MAX];
    buf_adds(out, p->len == 0 ? "everything" : ip_prefix_format(p, text));
}

static void node_add(const struct topo *t, const struct op *op, struct buf *out)
{
    const struct topo_node *n = op->u.node_add.want;
    buf_printf(out, "Makes node %s: a process with %s", node_of(t, op),
               n->namespaces == TOPO_NS_ALL
                   ? "its own network, process ids, mounts and hostname; all it has is lo."
                   : "a network of its own; all it has is lo.");
}

static void node_del(const struct topo *t, const struct op *op, struct buf *out)
{
    buf_printf(out,
               "Ends node %s: with its last process the kernel takes its namespaces, and with "
               "them every interface.",
               node_of(t, op));
}

static void hostname_set(const struct topo *t, const struct op *op, struct buf *out)
{
    buf_printf(out, "Gives %s its name: what `hostname` and a prompt show, nothing of the network.",
               node_of(t, op));
}

static void sysctl_set(const struct topo *t, const struct op *op, struct buf *out)
{
    static const struct {
        const char *key, *why;
    } known[] = {
        {"net/ipv4/ip_forward", "whether it passes on IPv4 packets that are not for itself"},
        {"net/ipv6/conf/all/forwarding", "whether it passes on IPv6 packets"},
        {"rp_filter", "whether it drops packets whose way back would be another"},
        {"ping_group_range", "who may ping without being root"},
        {"accept_ra", "whether it believes router advertisements"},
        {"accept_dad", "whether it first asks if somebody else has its IPv6 address"},
        {"disable_ipv6", "whether its interfaces have IPv6 at all"},
    };
    const struct op_sysctl *s = &op->u.sysctl;
    const char *why = "a kernel setting of this network namespace alone";
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strstr(s->key, known[i].key)) {
            why = known[i].why;
            break;
        }
    buf_printf(out, "Tells the kernel for %s: %s.", node_of(t, op), why);
}

static void bridge_add(const struct topo *t, const struct op *op, struct buf *out)
{
    (void)t;
    buf_printf(out,
               "Makes a bridge, a switch in software: whatever is plugged into %s is one "
               "network.",
               op->u.link_add.end[0].ifname);
}

static void link_add(const struct topo *t, const struct op *op, struct buf *out)
{
    const struct op_link_end *a = &op->u.link_add.end[0], *b = &op->u.link_add.end[1];
    buf_printf(out, "Lays a cable: a veth pair with one end, %s, in %s and the other, %s, in %s.",
               a->ifname, node_of(t, op), b->ifname,
               b->node == TOPO_HOST ? "the machine" : t->node[b->node].name);
}

static void link_del(const struct topo *t, const struct op *op, struct buf *out)
{
    const struct op_link_end *b = &op->u.link_add.end[1];
    buf_printf(out, "Takes the interface %s out of %s", op->u.link_add.end[0].ifname,
               node_of(t, op));
    if (op->kind == OP_LINK_DEL)
        buf_printf(out, "; its other end, %s in %s, goes with it", b->ifname ? b->ifname : "?",
                   b->node == TOPO_HOST ? "the machine" : t->node[b->node].name);
    buf_addc(out, '.');
}

static void link_set(const struct topo *t, const struct op *op, struct buf *out)
{
    const struct op_link_set *s = &op->u.link_set;
    if (s->fields & OP_SET_MASTER)
        buf_printf(out, s->want.master ? "Plugs %s into the bridge of %s" : "Unplugs %s in %s",
                   s->ifname, node_of(t, op));
    else if (s->fields & OP_SET_UP)
        buf_printf(out, s->want.up ? "Switches %s in %s on" : "Switches %s in %s off", s->ifname,
                   node_of(t, op));
    else if (s->fields & OP_SET_ALIAS && !s->want.alias)
        buf_printf(out, "Marks %s in %s as this lab's: only so it is known as such", s->ifname,
                   node_of(t, op));
    else
        buf_printf(out, "Changes %s in %s", s->ifname, node_of(t, op));
    if (strcmp(s->ifname, "lo") == 0 && (s->fields & OP_SET_UP) && s->want.up)
        buf_adds(out, ": without it a node cannot reach even itself");
    else if ((s->fields & OP_SET_UP) && s->want.up)
        buf_adds(out, "; a cable carries only when both ends are on");
    buf_addc(out, '.');
}

static void addr(const struct topo *t, const struct op *op, struct buf *out)
{
    const struct op_addr *a = &op->u.addr;
    char text[IP_TEXT_MAX];
    buf_printf(out,
               op->kind == OP_ADDR_ADD
                   ? "Gives %s in %s the address %s, and with it the way to its network."
                   : "Takes from %s in %s the address %s, and with it the way to its network.",
               a->ifname, node_of(t, op), ip_prefix_format(&a->prefix, text));
}

static void route(const struct topo *t, const struct op *op, struct buf *out)
{
    const struct op_route *r = &op->u.route;
    char text[IP_TEXT_MAX];
    buf_printf(out, op->kind == OP_ROUTE_ADD ? "Tells %s the way to " : "%s forgets the way to ",
               node_of(t, op));
    put_prefix(&r->to, out);
    if (r->via.family != AF_UNSPEC)
        buf_printf(out, ": by the neighbour %s", ip_addr_format(&r->via, text));
    else if (r->ifname)
        buf_printf(out, ": straight out of %s", r->ifname);
    buf_addc(out, '.');
}

static void qdisc(const struct topo *t, const struct op *op, struct buf *out)
{
    const char *node = node_of(t, op), *ifname = op->u.qdisc.ifname;
    if (op->kind == OP_QDISC_ADD)
        buf_printf(out,
                   "Cuts one direction: whatever %s sends out of %s is dropped; what comes in "
                   "still arrives.",
                   node, ifname);
    else
        buf_printf(out, "Mends the direction that was cut: what %s sends out of %s goes through.",
                   node, ifname);
}

static void link_ready(const struct topo *t, const struct op *op, struct buf *out)
{
    buf_printf(
        out,
        "Looks whether %s in %s has carrier (LOWER_UP) and is UP: only then a ping is answered.",
        op->u.ready.ifname, node_of(t, op));
}

static void exec_command(const struct topo *t, const struct op *op, struct buf *out)
{
    buf_printf(out, "Runs a command in %s, as the topology asks.", node_of(t, op));
}

typedef void sentence_fn(const struct topo *t, const struct op *op, struct buf *out);
static sentence_fn *const sentences[] = {
    [OP_NODE_ADD] = node_add,
    [OP_SYSCTL_SET] = sysctl_set,
    [OP_BRIDGE_ADD] = bridge_add,
    [OP_LINK_ADD] = link_add,
    [OP_LINK_SET] = link_set,
    [OP_ADDR_ADD] = addr,
    [OP_ROUTE_ADD] = route,
    [OP_LINK_READY] = link_ready,
    [OP_EXEC] = exec_command,
    [OP_ROUTE_DEL] = route,
    [OP_ADDR_DEL] = addr,
    [OP_LINK_DEL] = link_del,
    [OP_BRIDGE_DEL] = link_del,
    [OP_NODE_DEL] = node_del,
    [OP_QDISC_ADD] = qdisc,
    [OP_QDISC_DEL] = qdisc,
    [OP_HOSTNAME_SET] = hostname_set,
};
_Static_assert(ARRAY_LEN(sentences) == OP_KIND_COUNT, "every operation has a sentence");

void teach_sentence(const struct topo *t, const struct op *op, struct buf *out)
{
    sentences[op->kind](t, op, out);
}
