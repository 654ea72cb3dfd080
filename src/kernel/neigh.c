/* SPDX-License-Identifier: BSD-2-Clause */
/* neigh: see the header. Entries that somebody wrote (permanent, by a routing daemon) are never
 * touched: only what the kernel itself learned. */
#include "kernel/neigh.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "kernel/netlink.h"
#include "kernel/ns.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_PRESET 1024 /* net/ipv4/arp.c, net/ipv6/ndisc.c */

struct entry {
    struct ip_addr addr;
    uint32_t ifindex;
};

struct entries {
    struct entry *item; /* owned */
    size_t count, room;
};

struct place {
    int fd;
    struct entries before; /* sorted */
};

struct neigh_keeper {
    sa_family_t family;
    struct place *place; /* owned */
    size_t places;
};

/* --- the machine's table ---------------------------------------------------------------------- */

/* One row a processor, hexadecimal; the first column is the same in all. */
bool neigh_table_parse(const char *stat, struct neigh_table *out)
{
    char word[32];
    int used = -1, fulls = -1, column = 0, n;
    const char *end = strchr(stat, '\n');
    for (const char *at = stat; end && at < end && sscanf(at, "%31s%n", word, &n) == 1; column++) {
        used = strcmp(word, "entries") == 0 ? column : used;
        fulls = strcmp(word, "table_fulls") == 0 ? column : fulls;
        at += n;
        at += strspn(at, " ");
    }
    if (used < 0 || !end)
        return false;
    out->fulls = 0;
    for (const char *line = end + 1; *line; line = strchr(line, '\n') + 1) {
        char *at = (char *)line;
        for (int i = 0; i < column; i++) {
            unsigned long value = strtoul(at, &at, 16);
            if (i == used)
                out->used = value;
            if (i == fulls)
                out->fulls += value;
        }
        if (!strchr(line, '\n'))
            break;
    }
    return true;
}

void neigh_table_read(sa_family_t family, struct neigh_table *out)
{
    const bool v6 = family == AF_INET6;
    _cleanup_buf_ struct buf limit = BUF_INIT, stat = BUF_INIT;
    *out = (struct neigh_table){.limit = LIMIT_PRESET};
    if (io_read_file(AT_FDCWD,
                     v6 ? "/proc/sys/net/ipv6/neigh/default/gc_thresh3"
                        : "/proc/sys/net/ipv4/neigh/default/gc_thresh3",
                     64, &limit) == 0 &&
        atoi(buf_str(&limit)) > 0)
        out->limit = (size_t)atoi(buf_str(&limit));
    if (io_read_file(AT_FDCWD, v6 ? "/proc/net/stat/ndisc_cache" : "/proc/net/stat/arp_cache",
                     1 << 20, &stat) == 0)
        out->told = neigh_table_parse(buf_str(&stat), out);
}

/* --- reading ---------------------------------------------------------------------------------- */

static int entry_cmp(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->ifindex != y->ifindex)
        return x->ifindex < y->ifindex ? -1 : 1;
    return ip_addr_cmp(&x->addr, &y->addr);
}

static bool is_learned(const struct ndmsg *m)
{
    return !(m->ndm_state & (NUD_PERMANENT | NUD_NOARP)) &&
           !(m->ndm_flags & (NTF_PROXY | NTF_EXT_LEARNED));
}

static void take_entry(const struct nlmsghdr *h, void *ctx)
{
    struct entries *all = ctx;
    const struct ndmsg *m = mnl_nlmsg_get_payload(h);
    const struct nlattr *a;
    if (h->nlmsg_type != RTM_NEWNEIGH || !is_learned(m))
        return;
    NETLINK_ATTR_FOR_EACH(a, h, sizeof *m)
    {
        struct entry one = {.addr.family = m->ndm_family, .ifindex = (uint32_t)m->ndm_ifindex};
        if (mnl_attr_get_type(a) != NDA_DST ||
            mnl_attr_get_payload_len(a) != ip_addr_len(&one.addr))
            continue;
        memcpy(one.addr.byte, mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
        mem_grow(&all->item, &all->room, all->count, sizeof *all->item);
        all->item[all->count++] = one;
    }
}

static void forget_entries(void *ctx)
{
    struct entries *all = ctx;
    all->count = 0;
}

static int read_entries(int fd, sa_family_t family, struct entries *out, struct err *e)
{
    char room[64] __attribute__((aligned(8)));
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    h->nlmsg_type = RTM_GETNEIGH;
    struct ndmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->ndm_family = (uint8_t)family;
    return netlink_dump(fd, h, take_entry, forget_entries, out, e);
}

/* --- tidying ---------------------------------------------------------------------------------- */

static void put_delete(struct netlink_batch *b, const struct entry *one)
{
    struct nlmsghdr *h = mnl_nlmsg_put_header(netlink_batch_room(b));
    h->nlmsg_type = RTM_DELNEIGH;
    struct ndmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->ndm_family = (uint8_t)one->addr.family;
    m->ndm_ifindex = (int)one->ifindex;
    mnl_attr_put(h, NDA_DST, (size_t)ip_addr_len(&one->addr), one->addr.byte);
    netlink_batch_add(b, one);
}

/* Somebody else may have been quicker: no such entry, or no such interface any more. */
static bool is_gone(int num)
{
    return num == ENOENT || num == ENODEV || num == ENXIO;
}

int neigh_keeper_tidy(struct neigh_keeper *k, size_t at, neigh_test *test, void *ctx, struct err *e)
{
    static struct netlink_batch batch = {.is_fine = is_gone};
    struct place *p = &k->place[at];
    struct entries now = {0};
    int deleted = 0, r = read_entries(p->fd, k->family, &now, e);
    for (size_t i = 0; r == 0 && i < now.count; i++) {
        const struct entry *one = &now.item[i];
        if (!test(&one->addr, ctx) ||
            (p->before.count &&
             bsearch(one, p->before.item, p->before.count, sizeof *one, entry_cmp)))
            continue;
        if (!netlink_batch_room(&batch))
            r = netlink_send(p->fd, &batch, NULL, NULL, NULL, e);
        if (r == 0)
            put_delete(&batch, one);
        deleted++;
    }
    if (r == 0)
        r = netlink_send(p->fd, &batch, NULL, NULL, NULL, e);
    batch.count = batch.bytes = 0;
    free(now.item);
    return r < 0 ? err_prefix(e, "deleting neighbour entries") : deleted;
}

/* --- opening ---------------------------------------------------------------------------------- */

static int open_place(size_t i, void *ctx, struct err *e)
{
    struct neigh_keeper *k = ctx;
    struct place *p = &k->place[i];
    p->fd = netlink_open(e);
    if (p->fd < 0)
        return p->fd;
    int r = read_entries(p->fd, k->family, &p->before, e);
    if (p->before.count)
        qsort(p->before.item, p->before.count, sizeof *p->before.item, entry_cmp);
    return r;
}

int neigh_keeper_open(const struct lab *lab, const size_t *node, size_t count, sa_family_t family,
                      struct neigh_keeper **out, struct err *e)
{
    struct neigh_keeper *k = mem_zalloc(1, sizeof *k);
    int *netns = mem_alloc((count + 1) * sizeof *netns), r = 0;
    k->family = family;
    k->places = count;
    k->place = mem_zalloc(count + 1, sizeof *k->place);
    size_t opened = 0;
    for (size_t i = 0; i < count; i++)
        k->place[i].fd = -1;
    for (; opened < count && r == 0; opened++) {
        netns[opened] = lab_node_netns(lab, node[opened], e);
        r = netns[opened] < 0 ? netns[opened] : 0;
    }
    if (r == 0)
        r = ns_run_each(netns, count, open_place, k, NULL, e);
    for (size_t i = 0; i < opened; i++)
        mem_close_fd(&netns[i]);
    free(netns);
    if (r < 0) {
        neigh_keeper_close(k);
        return r;
    }
    *out = k;
    return 0;
}

size_t neigh_keeper_found(const struct neigh_keeper *k)
{
    size_t found = 0;
    for (size_t i = 0; i < k->places; i++)
        found += k->place[i].before.count;
    return found;
}

void neigh_keeper_close(struct neigh_keeper *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < k->places; i++) {
        mem_close_fd(&k->place[i].fd);
        free(k->place[i].before.item);
    }
    free(k->place);
    free(k);
}
