/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts: see the header. Resolvers take the first line of a name, so the order of a node's lines
 * matters where it has several addresses; most nodes see all others alike and share one file. */
#include "apply/hosts.h"

#include "base/mem.h"

#include <stdlib.h>

struct host {
    const struct ip_prefix **addr; /* owned array of borrowed prefixes, in file order */
    size_t count, room;
    char *lines; /* in file order */
};

struct hosts {
    const struct topo *topo;
    struct host *host;
};

static void add_all(struct host *h, const struct topo_prefixes *list)
{
    for (size_t i = 0; i < list->count; i++) {
        mem_grow(&h->addr, &h->room, h->count, sizeof *h->addr);
        h->addr[h->count++] = &list->item[i].prefix;
    }
}

static void add_line(struct buf *out, const struct ip_prefix *p, const char *name)
{
    char text[IP_TEXT_MAX];
    buf_printf(out, "%s %s\n", ip_addr_format(&p->addr, text), name);
}

struct hosts *hosts_new(const struct topo *t)
{
    struct hosts *h = mem_zalloc(1, sizeof *h);
    h->topo = t;
    h->host = mem_zalloc(t->nodes, sizeof *h->host);
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++)
            if (t->link[i].end[k].node != TOPO_HOST)
                add_all(&h->host[t->link[i].end[k].node], &t->link[i].end[k].prefix);
    for (size_t i = 0; i < t->nodes; i++) {
        struct buf lines = BUF_INIT;
        add_all(&h->host[i], &t->node[i].prefix);
        for (size_t k = 0; k < h->host[i].count; k++)
            add_line(&lines, h->host[i].addr[k], t->node[i].name);
        if (h->host[i].count == 0)
            buf_printf(&lines, "127.0.1.1 %s\n", t->node[i].name);
        h->host[i].lines = buf_steal(&lines);
    }
    return h;
}

void hosts_free(struct hosts *h)
{
    for (size_t i = 0; i < h->topo->nodes; i++) {
        free(h->host[i].addr);
        free(h->host[i].lines);
    }
    free(h->host);
    free(h);
}

static bool is_shared(const struct host *viewer, const struct ip_addr *a)
{
    for (size_t i = 0; i < viewer->count; i++)
        if (ip_prefix_contains(viewer->addr[i], a))
            return true;
    return false;
}

/* True if a shared address of `other` stands behind one that is not shared. */
static bool is_reordered(const struct host *viewer, const struct host *other)
{
    bool unshared_seen = false;
    for (size_t i = 0; other->count > 1 && i < other->count; i++) {
        bool shared = is_shared(viewer, &other->addr[i]->addr);
        if (shared && unshared_seen)
            return true;
        unshared_seen |= !shared;
    }
    return false;
}

bool hosts_is_own(const struct hosts *h, size_t node)
{
    for (size_t i = 0; i < h->topo->nodes; i++)
        if (i != node && is_reordered(&h->host[node], &h->host[i]))
            return true;
    return false;
}

void hosts_text(const struct hosts *h, size_t node, struct buf *out)
{
    const struct host *viewer = &h->host[node];
    buf_adds(out, "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
    for (size_t i = 0; i < h->topo->nodes; i++) {
        const struct host *other = &h->host[i];
        if (i == node || !is_reordered(viewer, other)) {
            buf_adds(out, other->lines);
            continue;
        }
        for (int pass = 0; pass < 2; pass++)
            for (size_t k = 0; k < other->count; k++)
                if (is_shared(viewer, &other->addr[k]->addr) == (pass == 0))
                    add_line(out, other->addr[k], h->topo->node[i].name);
    }
}
