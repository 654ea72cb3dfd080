/* SPDX-License-Identifier: BSD-2-Clause */
/* words: see the header. The commands are those of util-linux and iproute2 as Debian 12 has them.
 *
 * A veth pair is one message for us, made from the namespace of one end with everything that this
 * end gets. A person makes the pair from the machine and then goes to each end; so some operations
 * are more than one line here, and all lines together do what the operation does. */
#include "teach/words.h"

#include "base/mem.h"

#include <ctype.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct out {
    const struct topo *topo;
    const struct op *op;
    enum teach_style style;
    struct teach_lines *lines;
};

void teach_lines_fini(struct teach_lines *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->item[i].text);
    free(l->item);
    *l = (struct teach_lines){0};
}

static void add(struct out *o, int node, struct buf *text)
{
    struct teach_lines *l = o->lines;
    mem_grow(&l->item, &l->room, l->count, sizeof *l->item);
    l->item[l->count++] = (struct teach_line){node, buf_steal(text)};
}

const char *teach_place(const struct topo *t, int node)
{
    return node == TOPO_HOST ? "machine" : t->node[node].name;
}

void teach_quote(const char *text, struct buf *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%+=:,./_-";
    if (*text && text[strspn(text, plain)] == '\0') {
        buf_adds(out, text);
        return;
    }
    buf_addc(out, '\'');
    for (; *text; text++)
        if (*text == '\'')
            buf_adds(out, "'\\''");
        else
            buf_addc(out, *text);
    buf_addc(out, '\'');
}

/* `head`, then `name` as one word: an interface may be called "$(reboot)" or "a;b". A name with '-'
 * in front needs no more: it stands where ip(8) and tc(8) take a value. */
static void put_name(struct buf *out, const char *head, const char *name)
{
    buf_adds(out, head);
    teach_quote(name, out);
}

/* "a-b" and "a_b" would be one variable: then all but the first get their index behind. */
void teach_pid(const struct topo *t, int node, struct buf *out)
{
    const char *name = t->node[node].name;
    bool taken = false;
    for (int i = 0; i < node && !taken; i++) {
        const char *a = t->node[i].name, *b = name;
        while (*a && (*a == *b || (strchr("-_", *a) && *b && strchr("-_", *b))))
            a++, b++;
        taken = *a == *b;
    }
    buf_adds(out, "pid_");
    for (; *name; name++)
        buf_addc(out, isalnum((unsigned char)*name) ? *name : '_');
    if (taken)
        buf_printf(out, "__%d", node);
}

static void put_pid(const struct out *o, int node, struct buf *b)
{
    if (o->style == TEACH_PERSON) {
        buf_printf(b, "<pid of %s>", topo_node_name(o->topo, node));
    } else {
        buf_adds(b, "\"$");
        teach_pid(o->topo, node, b);
        buf_addc(b, '"');
    }
}

static void put_mac(const uint8_t *mac, struct buf *b)
{
    char text[MAC_TEXT_MAX];
    buf_printf(b, " address %s", mac_format(mac, text));
}

static void put_hostname(struct out *o, const char *name)
{
    struct buf b = BUF_INIT;
    put_name(&b, "hostname ", name);
    add(o, o->op->node, &b);
}

static void node_add(struct out *o)
{
    const struct topo_node *n = o->op->u.node_add.want;
    struct buf b = BUF_INIT;
    buf_adds(&b, "unshare");
    if (n->namespaces & TOPO_NS_PID)
        buf_adds(&b, " --pid --fork");
    if (n->namespaces & TOPO_NS_MNT)
        buf_adds(&b, n->namespaces & TOPO_NS_PID ? " --mount-proc" : " --mount");
    buf_adds(&b, " --net");
    if (n->namespaces & TOPO_NS_UTS)
        buf_adds(&b, " --uts");
    buf_adds(&b, " sh");
    add(o, o->op->node, &b);
    if (n->namespaces & TOPO_NS_UTS)
        put_hostname(o, n->hostname);
}

static void hostname_set(struct out *o)
{
    put_hostname(o, o->op->u.hostname.want);
}

static void node_del(struct out *o)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "exit");
    add(o, o->op->node, &b);
}

/* echo(1) takes "-n" for itself, and a backslash where it is dash's. */
static bool is_echoed(const char *value)
{
    return !strchr(value, '\\') && !(value[0] == '-' && isalpha((unsigned char)value[1]));
}

static void sysctl_set(struct out *o)
{
    const struct op_sysctl *s = &o->op->u.sysctl;
    struct buf b = BUF_INIT;
    put_name(&b, is_echoed(s->value) ? "echo " : "printf '%s\\n' ", s->value);
    put_name(&b, " >/proc/sys/", s->key);
    add(o, o->op->node, &b);
}

static void put_up(struct out *o, const struct op_link_end *end)
{
    struct buf b = BUF_INIT;
    if (!end->up && !end->master)
        return;
    put_name(&b, "ip link set dev ", end->ifname);
    if (end->master)
        put_name(&b, " master ", topo_node_name(o->topo, end->node));
    if (end->up)
        buf_adds(&b, " up");
    add(o, end->node, &b);
}

static void bridge_add(struct out *o)
{
    const struct op_link_end *end = &o->op->u.link_add.end[0];
    struct buf b = BUF_INIT;
    put_name(&b, "ip link add name ", end->ifname);
    if (o->op->u.link_add.mtu)
        buf_printf(&b, " mtu %u", o->op->u.link_add.mtu);
    if (end->mac)
        put_mac(end->mac, &b);
    buf_adds(&b, " type bridge");
    add(o, o->op->node, &b);
    put_up(o, end);
}

/* The machine's own end needs no netns: the command is typed there. */
static void put_end(const struct out *o, const struct op_link_end *end, uint32_t mtu, struct buf *b)
{
    teach_quote(end->ifname, b);
    if (end->node != TOPO_HOST) {
        buf_adds(b, " netns ");
        put_pid(o, end->node, b);
    }
    if (mtu)
        buf_printf(b, " mtu %u", mtu);
    if (end->mac)
        put_mac(end->mac, b);
}

static void link_add(struct out *o)
{
    const struct op_link_add *l = &o->op->u.link_add;
    int first = l->end[1].node == TOPO_HOST; /* as people type it: the machine's end first */
    struct buf b = BUF_INIT;
    buf_adds(&b, "ip link add name ");
    put_end(o, &l->end[first], l->mtu, &b);
    buf_adds(&b, " type veth peer name ");
    put_end(o, &l->end[!first], l->mtu, &b);
    add(o, TOPO_HOST, &b);
    put_up(o, &l->end[0]);
}

static void link_del(struct out *o)
{
    struct buf b = BUF_INIT;
    put_name(&b, "ip link del dev ", o->op->u.link_add.end[0].ifname);
    add(o, o->op->node, &b);
}

static void link_set(struct out *o)
{
    const struct op_link_set *s = &o->op->u.link_set;
    struct buf b = BUF_INIT;
    put_name(&b, "ip link set dev ", s->ifname);
    if (s->fields & OP_SET_MTU)
        buf_printf(&b, " mtu %u", s->want.mtu);
    if (s->fields & OP_SET_MAC)
        put_mac(s->want.mac, &b);
    if ((s->fields & OP_SET_MASTER) && s->want.master)
        put_name(&b, " master ", topo_node_name(o->topo, o->op->node));
    else if (s->fields & OP_SET_MASTER)
        buf_adds(&b, " nomaster");
    if (s->fields & OP_SET_ALIAS) {
        /* The tag also has the owner and the boot, which only a running lab has. */
        _cleanup_free_ char *tag = mem_printf("vethlab:%s", o->topo->name);
        put_name(&b, " alias ", s->want.alias ? s->want.alias : tag);
    }
    if (s->fields & OP_SET_UP)
        buf_adds(&b, s->want.up ? " up" : " down");
    add(o, o->op->node, &b);
}

static void addr(struct out *o)
{
    const struct op_addr *a = &o->op->u.addr;
    char text[IP_TEXT_MAX];
    struct buf b = BUF_INIT;
    bool is_add = o->op->kind == OP_ADDR_ADD;
    buf_printf(&b, "ip addr %s %s", is_add ? "add" : "del", ip_prefix_format(&a->prefix, text));
    put_name(&b, " dev ", a->ifname);
    if (is_add && a->nodad && a->prefix.addr.family == AF_INET6)
        buf_adds(&b, " nodad");
    add(o, o->op->node, &b);
}

static void put_hops(const struct op_route *r, struct buf *b)
{
    char text[IP_TEXT_MAX];
    for (size_t i = 0; i < r->hops; i++) {
        const struct op_hop *hop = &r->hop[i];
        buf_adds(b, " nexthop");
        if (hop->via.family != AF_UNSPEC)
            buf_printf(b, " via %s", ip_addr_format(&hop->via, text));
        if (hop->ifname)
            buf_printf(b, " dev %s", hop->ifname);
        if (hop->weight)
            buf_printf(b, " weight %d", hop->weight + 1);
    }
}

static const char *route_verb(const struct op *op)
{
    static const char *const add[] = {
        [OP_ROUTE_ALONE] = "add", [OP_ROUTE_FIRST] = "prepend", [OP_ROUTE_LAST] = "append"};
    return op->kind == OP_ROUTE_DEL ? "del" : add[op->u.route.place];
}

/* ip(8) gives a route the protocol boot, and one without a gateway the scope link; to take one away
 * it asks for neither. */
static void put_kind(const struct op_route *r, bool is_add, struct buf *b)
{
    bool alone = r->place == OP_ROUTE_ALONE;
    bool by_scope =
        !alone && !r->hops && r->via.family == AF_UNSPEC && r->to.addr.family == AF_INET;
    if (by_scope && r->scope == RT_SCOPE_LINK)
        buf_adds(b, is_add ? "" : " scope link");
    else if (by_scope)
        buf_printf(b, " scope %u", r->scope);
    if (r->protocol == RTPROT_STATIC || alone)
        buf_adds(b, is_add ? " proto static" : "");
    else if (r->protocol != RTPROT_BOOT)
        buf_printf(b, " proto %u", r->protocol);
    else if (!is_add && r->to.addr.family == AF_INET)
        buf_adds(b, " proto boot"); /* one that is the same else may be the file's */
}

static void route(struct out *o)
{
    const struct op_route *r = &o->op->u.route;
    char text[IP_TEXT_MAX];
    struct buf b = BUF_INIT;
    bool is_add = o->op->kind == OP_ROUTE_ADD;
    buf_printf(&b, "ip%s route %s %s", r->to.addr.family == AF_INET6 ? " -6" : "",
               route_verb(o->op), r->to.len ? ip_prefix_format(&r->to, text) : "default");
    if (r->tos)
        buf_printf(&b, " tos 0x%02x", r->tos); /* ip(8) reads it in hexadecimal anyway */
    if (r->via.family != AF_UNSPEC)
        buf_printf(&b, " via %s", ip_addr_format(&r->via, text));
    else if (!is_add && r->place != OP_ROUTE_ALONE && !r->hops && r->to.addr.family == AF_INET6)
        buf_adds(&b, " via ::"); /* none, not any */
    if (r->ifname)
        put_name(&b, " dev ", r->ifname);
    if (r->src.family != AF_UNSPEC)
        buf_printf(&b, " src %s", ip_addr_format(&r->src, text));
    if (r->metric)
        buf_printf(&b, " metric %u", r->metric);
    put_kind(r, is_add, &b);
    put_hops(r, &b);
    add(o, o->op->node, &b);
}

static void qdisc(struct out *o)
{
    const struct op_qdisc *q = &o->op->u.qdisc;
    struct buf b = BUF_INIT;
    bool is_add = o->op->kind == OP_QDISC_ADD;
    put_name(&b, is_add ? "tc qdisc replace dev " : "tc qdisc del dev ", q->ifname);
    buf_adds(&b, " root");
    if (is_add)
        put_name(&b, " ", q->kind);
    add(o, o->op->node, &b);
}

/* In a script as `up` has it: carrier, and a state of UP or UNKNOWN, which comes up to a second
 * after the carrier, and with it an IPv6 link-local address (Linux 6.1; later ones are made to by
 * asking). */
static void link_ready(struct out *o)
{
    struct buf b = BUF_INIT;
    put_name(&b, o->style == TEACH_SCRIPT ? "until ip link show dev " : "ip link show dev ",
             o->op->u.ready.ifname);
    if (o->style == TEACH_SCRIPT)
        buf_adds(&b, " | grep -q '[<,]LOWER_UP[,>].* state U'; do sleep 0.1; done");
    add(o, o->op->node, &b);
}

static void put_variable(const char *key, const char *value, struct buf *b)
{
    _cleanup_free_ char *pair = mem_printf("%s=%s", key, value);
    put_name(b, " ", pair);
}

/* What stands before the command: the variables that it gets (in a script all of them, as `up` has
 * them) and the time after which it is killed, if the file says one. False: nothing. */
static bool put_surroundings(struct out *o, struct buf *b)
{
    const struct topo_node *n = &o->topo->node[o->op->node];
    size_t start = b->len;
    if (o->style == TEACH_SCRIPT) {
        buf_adds(b, "env -i " TOPO_ENV_PATH " " TOPO_ENV_HOME);
        put_variable("VETHLAB_LAB", o->topo->name, b);
        put_variable("VETHLAB_NODE", n->name, b);
    } else if (n->envs) {
        buf_adds(b, "env");
    }
    for (size_t i = 0; i < n->envs; i++)
        put_variable(n->env[i].key, n->env[i].value, b);
    buf_adds(b, b->len > start ? " " : "");
    unsigned limit_s = o->op->u.exec->timeout_s; /* 0: none */
    if (limit_s && limit_s != TOPO_EXEC_TIMEOUT_S)
        buf_printf(b, "timeout -s KILL %u ", limit_s);
    return b->len > start;
}

static void exec_command(struct out *o)
{
    const struct topo_exec *x = o->op->u.exec;
    struct buf b = BUF_INIT;
    bool is_changed = put_surroundings(o, &b);
    if (x->shell && o->style == TEACH_PERSON && !is_changed) {
        buf_adds(&b, x->argv[2]);
    } else {
        for (char **arg = x->argv; *arg; arg++) {
            buf_adds(&b, arg == x->argv ? "" : " ");
            teach_quote(*arg, &b);
        }
    }
    if (o->style == TEACH_SCRIPT)
        buf_adds(&b, x->ignore_failure ? " </dev/null || :" : " </dev/null");
    add(o, o->op->node, &b);
}

typedef void words_fn(struct out *o);
static words_fn *const words[] = {
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
_Static_assert(ARRAY_LEN(words) == OP_KIND_COUNT, "every operation has words");

void teach_words(const struct topo *t, const struct op *op, enum teach_style style,
                 struct teach_lines *out)
{
    struct out o = {.topo = t, .op = op, .style = style, .lines = out};
    words[op->kind](&o);
}
