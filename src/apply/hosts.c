/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts: see the header. Resolvers take the first line of a name, so the order of a node's lines
 * matters where it has several addresses; most nodes see all others alike and share one file.
 *
 * Which addresses a node shares a link with is found by its prefixes in the sorted addresses of the
 * whole lab: a lab has many nodes that all have to be told about all others. */
#include "apply/hosts.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct line {
    const struct ip_prefix *prefix;
    const char *name; /* of its node */
    size_t at, len;   /* its text in hosts.text */
    bool shared;      /* with the viewer */
};

struct host {
    struct line *line; /* its addresses in file order */
    size_t count;
};

struct hosts {
    const struct topo *topo;
    struct host *host;    /* as topo->node */
    struct line *line;    /* of all hosts, one behind the other */
    struct line **sorted; /* by address */
    size_t lines;
    struct buf text; /* all lines in that order, nodes without an address between them */
    size_t *at;      /* where each node's part of text begins; one more for its end */
    bool is_plural;  /* a node has several addresses */
};

static void add_all(struct hosts *h, size_t node, const struct topo_prefixes *list, size_t *next)
{
    for (size_t i = 0; i < list->count; i++)
        h->line[next[node]++] =
            (struct line){.prefix = &list->item[i].prefix, .name = h->topo->node[node].name};
}

static int by_address(const void *a, const void *b)
{
    const struct line *const *x = a, *const *y = b;
    return ip_addr_cmp(&(*x)->prefix->addr, &(*y)->prefix->addr);
}

/* Room for each node's lines: counts first, then where they begin. */
static void lay_out(struct hosts *h, size_t *next)
{
    const struct topo *t = h->topo;
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++)
            if (t->link[i].end[k].node != TOPO_HOST)
                h->host[t->link[i].end[k].node].count += t->link[i].end[k].prefix.count;
    for (size_t i = 0; i < t->nodes; i++) {
        h->host[i].count += t->node[i].prefix.count;
        next[i] = h->lines;
        h->lines += h->host[i].count;
        h->is_plural |= h->host[i].count > 1;
    }
    h->line = mem_zalloc(h->lines, sizeof *h->line);
    for (size_t i = 0; i < t->nodes; i++)
        h->host[i].line = &h->line[next[i]];
}

static void write_lines(struct hosts *h)
{
    char addr[IP_TEXT_MAX];
    for (size_t i = 0; i < h->topo->nodes; i++) {
        h->at[i] = h->text.len;
        for (size_t k = 0; k < h->host[i].count; k++) {
            struct line *l = &h->host[i].line[k];
            l->at = h->text.len;
            buf_adds(&h->text, ip_addr_format(&l->prefix->addr, addr));
            buf_adds(&h->text, " ");
            buf_adds(&h->text, l->name);
            buf_adds(&h->text, "\n");
            l->len = h->text.len - l->at;
        }
        if (h->host[i].count == 0)
            buf_printf(&h->text, "127.0.1.1 %s\n", h->topo->node[i].name);
    }
    h->at[h->topo->nodes] = h->text.len;
}

struct hosts *hosts_new(const struct topo *t)
{
    struct hosts *h = mem_zalloc(1, sizeof *h);
    _cleanup_free_ size_t *next = mem_zalloc(t->nodes, sizeof *next);
    h->topo = t;
    h->host = mem_zalloc(t->nodes, sizeof *h->host);
    h->at = mem_zalloc(t->nodes + 1, sizeof *h->at);
    lay_out(h, next);
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++)
            if (t->link[i].end[k].node != TOPO_HOST)
                add_all(h, (size_t)t->link[i].end[k].node, &t->link[i].end[k].prefix, next);
    for (size_t i = 0; i < t->nodes; i++)
        add_all(h, i, &t->node[i].prefix, next);
    h->sorted = mem_zalloc(h->lines, sizeof *h->sorted);
    for (size_t i = 0; i < h->lines; i++)
        h->sorted[i] = &h->line[i];
    qsort(h->sorted, h->lines, sizeof *h->sorted, by_address);
    write_lines(h);
    return h;
}

void hosts_free(struct hosts *h)
{
    buf_fini(&h->text);
    free(h->line);
    free(h->sorted);
    free(h->at);
    free(h->host);
    free(h);
}

/* The addresses of a prefix stand together: goes both ways from where its own address is. */
static void mark_prefix(struct hosts *h, const struct ip_prefix *p)
{
    size_t low = 0, high = h->lines;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ip_addr_cmp(&h->sorted[middle]->prefix->addr, &p->addr) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < h->lines && ip_prefix_contains(p, &h->sorted[i]->prefix->addr); i++)
        h->sorted[i]->shared = true;
    for (size_t i = low; i-- > 0 && ip_prefix_contains(p, &h->sorted[i]->prefix->addr);)
        h->sorted[i]->shared = true;
}

static void mark_shared(struct hosts *h, size_t viewer)
{
    for (size_t i = 0; i < h->lines; i++)
        h->line[i].shared = false;
    for (size_t i = 0; i < h->host[viewer].count; i++)
        mark_prefix(h, h->host[viewer].line[i].prefix);
}

/* True if a shared address of `other` stands behind one that is not shared. */
static bool is_reordered(const struct host *other)
{
    for (size_t i = 1; i < other->count; i++)
        if (other->line[i].shared && !other->line[i - 1].shared)
            return true;
    return false;
}

bool hosts_is_own(struct hosts *h, size_t node)
{
    if (!h->is_plural)
        return false;
    mark_shared(h, node);
    for (size_t i = 0; i < h->topo->nodes; i++)
        if (i != node && is_reordered(&h->host[i]))
            return true;
    return false;
}

void hosts_text(struct hosts *h, size_t node, struct buf *out)
{
    mark_shared(h, node);
    buf_adds(out, "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
    for (size_t i = 0; i < h->topo->nodes; i++) {
        const struct host *other = &h->host[i];
        if (i == node || !is_reordered(other)) {
            buf_add(out, h->text.data + h->at[i], h->at[i + 1] - h->at[i]);
            continue;
        }
        for (int pass = 0; pass < 2; pass++)
            for (size_t k = 0; k < other->count; k++)
                if (other->line[k].shared == (pass == 0))
                    buf_add(out, h->text.data + other->line[k].at, other->line[k].len);
    }
}
