/* SPDX-License-Identifier: BSD-2-Clause */
/* lab_text: the same lab for each competitor, in its own language. */
#include "lab.h"

#define QUAD(a) (a) >> 24, (a) >> 16 & 255, (a) >> 8 & 255, (a)&255

static void yaml_addr(FILE *to, const struct lab_end *end, int plen)
{
    if (end->addr)
        fprintf(to, "%u.%u.%u.%u/%d", QUAD(end->addr), plen);
    else
        fputc('~', to);
}

void lab_write_yaml(const struct lab *l, FILE *to)
{
    int at = 0;
    fprintf(to, "name: %s\nnodes:\n", l->name);
    for (int i = 0; i < l->nodes; i++) {
        fprintf(to, "  %s:\n", l->node[i].name);
        if (l->node[i].bridge)
            fputs("    kind: bridge\n", to);
        if (l->node[i].router)
            fputs("    sysctls:\n      net.ipv4.ip_forward: 1\n"
                  "      net.ipv4.ip_default_ttl: 255\n",
                  to);
        if (at < l->routes && l->route[at].node == i)
            fputs("    routes:\n", to);
        for (; at < l->routes && l->route[at].node == i; at++)
            fprintf(to, "      - %u.%u.%u.%u/%d via %u.%u.%u.%u\n", QUAD(l->route[at].to),
                    l->route[at].plen, QUAD(l->route[at].via));
    }
    fputs("links:\n", to);
    for (int i = 0; i < l->links; i++) {
        const struct lab_end *a = &l->link[i].end[0], *b = &l->link[i].end[1];
        fprintf(to, "  - endpoints: [%s:%s, %s:%s]\n    ipv4: [", l->node[a->node].name, a->ifname,
                l->node[b->node].name, b->ifname);
        yaml_addr(to, a, l->link[i].plen);
        fputs(", ", to);
        yaml_addr(to, b, l->link[i].plen);
        fputs("]\n", to);
    }
}

/* What stands in one namespace: a batch for `ip -n`. */
static void ip_node(const struct lab *l, int node, FILE *to)
{
    const struct lab_node *n = &l->node[node];
    fprintf(to, "ip -n %s -batch - <<'END'\nlink set lo up\n", n->name);
    for (int i = 0; i < l->links; i++)
        for (int k = 0; k < 2; k++) {
            const struct lab_end *end = &l->link[i].end[k];
            if (end->node != node)
                continue;
            if (end->addr)
                fprintf(to, "addr add %u.%u.%u.%u/%d dev %s\n", QUAD(end->addr), l->link[i].plen,
                        end->ifname);
            fprintf(to, "link set %s up%s%s\n", end->ifname, n->bridge ? " master " : "",
                    n->bridge ? n->name : "");
        }
    for (int i = 0; i < l->routes; i++)
        if (l->route[i].node == node)
            fprintf(to, "route add %u.%u.%u.%u/%d via %u.%u.%u.%u\n", QUAD(l->route[i].to),
                    l->route[i].plen, QUAD(l->route[i].via));
    fputs("END\n", to);
    if (n->router)
        fprintf(to,
                "ip netns exec %s sysctl -qw net.ipv4.ip_forward=1 net.ipv4.ip_default_ttl=255\n",
                n->name);
}

/* As few processes as ip allows: one makes all namespaces, one all links in place, then one for
 * each namespace, since a batch cannot change its namespace. No pid, mount or uts namespaces, no
 * hosts files, no readiness: less than the others do. */
void lab_write_ip(const struct lab *l, FILE *to)
{
    fputs("#!/bin/sh\nset -e\nip -batch - <<'END'\n", to);
    for (int i = 0; i < l->nodes; i++)
        fprintf(to, "netns add %s\n", l->node[i].name);
    fputs("END\nip -batch - <<'END'\n", to);
    for (int i = 0; i < l->nodes; i++)
        if (l->node[i].bridge)
            fprintf(to, "link add name %s netns %s up type bridge\n", l->node[i].name,
                    l->node[i].name);
    for (int i = 0; i < l->links; i++) {
        const struct lab_end *a = &l->link[i].end[0], *b = &l->link[i].end[1];
        fprintf(to, "link add name %s netns %s type veth peer name %s netns %s\n", a->ifname,
                l->node[a->node].name, b->ifname, l->node[b->node].name);
    }
    fputs("END\n", to);
    for (int i = 0; i < l->nodes; i++)
        ip_node(l, i, to);
}

/* Mininet's own API: hosts and Linux bridges, the links made by it; builds, says "up", waits for a
 * line on standard input, stops. */
void lab_write_mininet(const struct lab *l, FILE *to)
{
    fputs("from mininet.net import Mininet\nfrom mininet.nodelib import LinuxBridge\nimport sys\n"
          "net = Mininet(controller=None, autoSetMacs=False, build=False)\nn = {}\n",
          to);
    for (int i = 0; i < l->nodes; i++)
        if (l->node[i].bridge)
            fprintf(to, "n[%d] = net.addSwitch('s1', cls=LinuxBridge)\n", i);
        else
            fprintf(to, "n[%d] = net.addHost('%s', ip=None)\n", i, l->node[i].name);
    for (int i = 0; i < l->links; i++) {
        const struct lab_end *a = &l->link[i].end[0], *b = &l->link[i].end[1];
        fprintf(to, "net.addLink(n[%d], n[%d], intfName1='%s%s', intfName2='%s'", a->node, b->node,
                l->node[a->node].bridge ? "s1-" : "", a->ifname, b->ifname);
        for (int k = 0; k < 2; k++)
            if (l->link[i].end[k].addr)
                fprintf(to, ", params%d={'ip': '%u.%u.%u.%u/%d'}", k + 1,
                        QUAD(l->link[i].end[k].addr), l->link[i].plen);
        fputs(")\n", to);
    }
    fputs("net.build()\nnet.start()\n", to);
    for (int i = 0; i < l->nodes; i++)
        if (l->node[i].router)
            fprintf(to,
                    "n[%d].cmd('sysctl -qw net.ipv4.ip_forward=1 net.ipv4.ip_default_ttl=255')\n",
                    i);
    for (int i = 0; i < l->routes; i++)
        fprintf(to, "n[%d].cmd('ip route add %u.%u.%u.%u/%d via %u.%u.%u.%u')\n", l->route[i].node,
                QUAD(l->route[i].to), l->route[i].plen, QUAD(l->route[i].via));
    fputs("print('up', flush=True)\nsys.stdin.readline()\nnet.stop()\n", to);
}
