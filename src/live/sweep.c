/* SPDX-License-Identifier: BSD-2-Clause */
/* sweep: see the header.
 *
 * The nodes are cut into groups; a block is the pairs between two groups, both ways, so that only
 * the namespaces of two groups (and the routers between them) gain entries. On one link or bridge a
 * pair costs two entries, one at each end; in IPv6 up to four, since a solicitation goes to a
 * multicast address that is an entry too.
 *
 * The packet's sequence number is the target: 1 + its index, plus half of the range for the second
 * try, so that a late answer to the first is still known for one. The first round does not wait for
 * stragglers longer than its own answers suggest; they are taken whenever they come. */
#include "live/sweep.h"

#include "base/clock.h"
#include "base/mem.h"
#include "kernel/neigh.h"
#include "live/echo.h"
#include "live/icmp.h"
#include "live/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN        32768                  /* added to the sequence number */
#define QUIET_MIN_NS (60 * CLOCK_NS_PER_MS) /* first round: silence that ends a block */
#define PROGRESS_NS  CLOCK_NS_PER_S
#define ROOM_MIN     32 /* entries of a block, however full the table is */
#define NODES_MAX    (AGAIN - 2)

struct run {
    struct loop *loop;
    const struct snap *snap;
    const struct sweep_options *o;
    struct sweep *s;
    struct reach *reach;
    size_t *node; /* owned; those that have addresses */
    size_t nodes;
    struct echo_pair *echo; /* owned; one for each of `node` */
    struct outlet *outlet;  /* owned; two for each */
    struct neigh_keeper *keeper;
    size_t *kept; /* owned; which nodes the keeper has */
    size_t kepts;
    struct ip_addr *own; /* owned, sorted: all addresses of the lab */
    size_t owns, own_room;
    size_t waiting; /* pairs asked and not yet decided */
    int64_t heard_ns, rtt_sum_ns, told_ns;
};

struct outlet {
    struct run *run;
    size_t node;
    struct echo *echo;
    struct loop_source *source;
};

size_t sweep_group_size(sa_family_t family, size_t room)
{
    size_t each = family == AF_INET6 ? 4 : 2, size = 1;
    while (each * (size + 1) * (size + 1) <= room)
        size++;
    return size;
}

static bool is_stopped(const struct run *r)
{
    return r->o->stop && *r->o->stop;
}

static struct sweep_pair *pair_at(const struct run *r, sa_family_t family, size_t from, size_t to)
{
    return &r->s->pair[family == AF_INET6][from * r->s->nodes + to];
}

/* --- receiving -------------------------------------------------------------------------------- */

static void decide(struct run *r, struct sweep_pair *p, enum sweep_state state)
{
    r->waiting -= p->state == SWEEP_WAITING;
    p->state = state;
}

static void take_reply(struct run *r, struct sweep_pair *p, const struct echo_message *m, int try)
{
    int64_t now_ns = clock_mono_ns();
    if (p->state == SWEEP_ANSWERED)
        return;
    p->rtt_ns = icmp_rtt_ns(p->sent[try].real_ns, m->real_ns, p->sent[try].mono_ns, now_ns);
    r->heard_ns = now_ns;
    r->rtt_sum_ns += p->rtt_ns;
    r->s->answered++;
    r->s->again += try;
    decide(r, p, SWEEP_ANSWERED);
}

static void on_message(const struct echo_message *m, void *ctx)
{
    const struct outlet *out = ctx;
    struct run *r = out->run;
    int try = m->seq > AGAIN;
    size_t to = (size_t)(m->seq - try * AGAIN) - 1;
    if (m->seq == 0 || to >= r->s->nodes)
        return;
    struct sweep_pair *p = pair_at(r, out->echo->family, out->node, to);
    const struct ip_addr *a = m->is_error ? &m->to : &m->from;
    if (p->tries <= try || ip_addr_cmp(&p->to, a) != 0)
        return;
    if (!m->is_error) {
        take_reply(r, p, m, try);
    } else if (p->state == SWEEP_WAITING) {
        p->num = m->num;
        if (try)
            decide(r, p, SWEEP_REFUSED);
    }
}

static void on_readable(int fd, uint32_t events, void *ctx)
{
    (void)fd, (void)events;
    echo_receive(((struct outlet *)ctx)->echo, on_message, ctx);
}

static void tell_progress(struct run *r, int64_t now_ns)
{
    if (!r->o->progress || now_ns - r->told_ns < PROGRESS_NS)
        return;
    r->told_ns = now_ns;
    r->o->progress(r->s->answered, r->s->pairs, r->o->ctx);
}

/* How long silence must last in the first round: by the mean, since one straggler says nothing. */
static int64_t usual_quiet_ns(const struct run *r)
{
    int64_t mean_ns = r->s->answered ? r->rtt_sum_ns / (int64_t)r->s->answered : 0;
    return QUIET_MIN_NS + 4 * mean_ns;
}

/* Until no more than `enough` are undecided, or nothing was heard for `quiet_ns`. */
static int wait_for_answers(struct run *r, size_t enough, int64_t quiet_ns, struct err *e)
{
    int result = 0;
    r->heard_ns = clock_mono_ns();
    quiet_ns = quiet_ns < r->o->wait_ns ? quiet_ns : r->o->wait_ns;
    while (result == 0 && r->waiting > enough && !is_stopped(r)) {
        int64_t now_ns = clock_mono_ns(), left_ns = r->heard_ns + quiet_ns - now_ns;
        if (left_ns <= 0)
            break;
        tell_progress(r, now_ns);
        left_ns = left_ns < PROGRESS_NS ? left_ns : PROGRESS_NS;
        result = loop_step(r->loop, (int)(left_ns / CLOCK_NS_PER_MS) + 1, e);
    }
    return result;
}

/* --- asking ----------------------------------------------------------------------------------- */

/* The socket's buffer is full: what waits is taken and the kernel gets a moment. */
static int make_room(struct run *r, const struct outlet *out, struct err *e)
{
    echo_receive(out->echo, on_message, (void *)out);
    return loop_step(r->loop, 1, e);
}

/* ENOBUFS is a full neighbour table: a second round, after tidying, may find room. */
static int ask(struct run *r, struct outlet *out, size_t to, struct err *e)
{
    struct sweep_pair *p = pair_at(r, out->echo->family, out->node, to);
    int try = p->tries;
    struct echo_request q = {.to = p->to, .seq = (uint16_t)(to + 1 + (size_t)(try * AGAIN))};
    int sent, result = 0;
    p->tries++;
    p->state = SWEEP_WAITING;
    r->waiting++;
    do {
        p->sent[try].real_ns = clock_real_ns();
        p->sent[try].mono_ns = clock_mono_ns();
        sent = echo_send(out->echo, &q, 1, r->o->payload);
        if (sent == -EAGAIN)
            result = make_room(r, out, e);
    } while (sent == -EAGAIN && result == 0 && !is_stopped(r));
    if (sent < 0 && sent != -ENOBUFS && sent != -EAGAIN) {
        p->num = -sent;
        decide(r, p, SWEEP_REFUSED);
    }
    return result;
}

/* All of `from` to [first, last) that are in `state`; answers that are there already are taken. */
static int ask_from(struct run *r, sa_family_t family, size_t from, size_t first, size_t last,
                    enum sweep_state state, struct err *e)
{
    struct outlet *out = &r->outlet[2 * from + (family == AF_INET6)];
    int result = 0;
    for (size_t i = first; i < last && result == 0 && !is_stopped(r); i++) {
        if (pair_at(r, family, r->node[from], r->node[i])->state == state)
            result = ask(r, out, r->node[i], e);
        if (i % 64 == 63)
            echo_receive(out->echo, on_message, out);
    }
    if (out->echo->fd >= 0)
        echo_receive(out->echo, on_message, out);
    return result;
}

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Both ways between the group that begins at `a` and that at `b`. */
static int ask_block(struct run *r, sa_family_t family, size_t a, size_t b, size_t size,
                     enum sweep_state state, struct err *e)
{
    size_t a_end = min(a + size, r->nodes), b_end = min(b + size, r->nodes);
    int result = 0;
    for (size_t i = a; i < a_end && result == 0; i++)
        result = ask_from(r, family, i, b, b_end, state, e);
    for (size_t i = b; i < b_end && result == 0 && a != b; i++)
        result = ask_from(r, family, i, a, a_end, state, e);
    r->s->blocks++;
    return result;
}

/* --- tidying ---------------------------------------------------------------------------------- */

static int addr_cmp(const void *a, const void *b)
{
    return ip_addr_cmp(a, b);
}

/* The multicast address to which an address is solicited (RFC 4291, 2.7.1). */
static struct ip_addr solicited(const struct ip_addr *a)
{
    struct ip_addr m = {.family = AF_INET6, .byte = {0xff, 2, [11] = 1, [12] = 0xff}};
    memcpy(m.byte + 13, a->byte + 13, 3);
    return m;
}

static void add_own(struct run *r, const struct ip_addr *a)
{
    mem_grow(&r->own, &r->own_room, r->owns, sizeof *r->own);
    r->own[r->owns++] = *a;
}

static void collect_own(struct run *r)
{
    for (size_t n = 0; n < r->snap->nodes; n++)
        for (size_t i = 0; i < r->snap->node[n].ifs; i++)
            for (size_t k = 0; k < r->snap->node[n].iface[i].addrs; k++) {
                const struct ip_addr *a = &r->snap->node[n].iface[i].addr[k].prefix.addr;
                struct ip_addr m = solicited(a);
                add_own(r, a);
                if (a->family == AF_INET6)
                    add_own(r, &m);
            }
    qsort(r->own, r->owns, sizeof *r->own, addr_cmp);
}

static bool is_own(const struct ip_addr *a, void *ctx)
{
    const struct run *r = ctx;
    return bsearch(a, r->own, r->owns, sizeof *r->own, addr_cmp) != NULL;
}

static size_t interfaces_with_addresses(const struct snap_node *n)
{
    size_t count = 0;
    for (size_t i = 0; i < n->ifs; i++)
        count += !(n->iface[i].flags & IFF_LOOPBACK) && n->iface[i].addrs;
    return count;
}

/* The nodes of the two groups, and whoever may route between them. */
static int tidy(struct run *r, size_t a, size_t b, size_t size, struct err *e)
{
    for (size_t i = 0; r->keeper && i < r->kepts; i++) {
        bool in_block = (i >= a && i < a + size) || (i >= b && i < b + size);
        if (!in_block && interfaces_with_addresses(&r->snap->node[r->kept[i]]) < 2)
            continue;
        int n = neigh_keeper_tidy(r->keeper, i, is_own, r, e);
        if (n < 0)
            return n;
        r->s->tidied += (size_t)n;
    }
    return 0;
}

/* --- rounds ----------------------------------------------------------------------------------- */

static int first_round(struct run *r, sa_family_t family, size_t size, struct err *e)
{
    int result = 0;
    for (size_t a = 0; a < r->nodes && result == 0; a += size)
        for (size_t b = a; b < r->nodes && result == 0 && !is_stopped(r); b += size) {
            size_t before = r->waiting; /* stragglers of the blocks before are not waited for */
            result = ask_block(r, family, a, b, size, SWEEP_UNASKED, e);
            if (result == 0)
                result = wait_for_answers(r, before, usual_quiet_ns(r), e);
            if (result == 0)
                result = tidy(r, a, b, size, e);
        }
    return result;
}

static void give_up(struct run *r, sa_family_t family)
{
    for (size_t i = 0; i < r->s->nodes * r->s->nodes; i++) {
        struct sweep_pair *p = &r->s->pair[family == AF_INET6][i];
        if (p->state == SWEEP_WAITING && (p->tries == 2 || is_stopped(r)))
            decide(r, p, SWEEP_UNANSWERED);
    }
}

/* Ends a part of the second round in which `asked` pairs were asked. */
static int conclude(struct run *r, sa_family_t family, size_t asked, struct err *e)
{
    size_t others = r->waiting > asked ? r->waiting - asked : 0;
    int result = asked ? wait_for_answers(r, others, r->o->wait_ns, e) : 0;
    give_up(r, family);
    return result == 0 ? tidy(r, 0, 0, r->nodes, e) : result;
}

/* Each unanswered pair costs its sender one entry that stays unresolved. */
static int second_round(struct run *r, sa_family_t family, size_t room, struct err *e)
{
    int result = 0;
    size_t asked = 0;
    for (size_t from = 0; from < r->nodes && r->waiting && !is_stopped(r); from++)
        for (size_t to = 0; to < r->nodes && result == 0; to++) {
            const struct sweep_pair *p = pair_at(r, family, r->node[from], r->node[to]);
            if (p->state != SWEEP_WAITING || p->tries != 1)
                continue;
            r->waiting--; /* asking counts it again */
            result = ask_from(r, family, from, to, to + 1, SWEEP_WAITING, e);
            if (result == 0 && ++asked == room) {
                result = conclude(r, family, asked, e);
                asked = 0;
            }
        }
    return result == 0 ? conclude(r, family, asked, e) : result;
}

struct room {
    size_t all;   /* if no more entries than these are needed, they stay, as after ping(8) */
    size_t block; /* else a block may cause so many before they are deleted */
};

/* An eighth of the table is left to others. */
static struct room room_for(const struct neigh_table *t)
{
    size_t kept = t->used + t->limit / 8;
    size_t room = t->limit > kept ? t->limit - kept : 0;
    size_t block = min(t->limit / 2, room * 3 / 4);
    return (struct room){room, block > ROOM_MIN ? block : ROOM_MIN};
}

/* Where the machine does not tell what is used, the lab's own entries are counted: those of a view,
 * or of a sweep just before, are many. */
static int find_room(struct run *r, const struct lab *lab, sa_family_t family, struct room *room,
                     struct err *e)
{
    struct neigh_table t;
    int result = 0;
    *room = (struct room){r->o->room, r->o->room};
    if (r->o->room)
        return 0;
    neigh_table_read(family, &t);
    t.limit = r->o->limit ? r->o->limit : t.limit;
    if (!t.told)
        result = neigh_keeper_open(lab, r->kept, r->kepts, family, &r->keeper, e);
    if (result == 0 && !t.told)
        t.used = neigh_keeper_found(r->keeper);
    *room = room_for(&t);
    return result;
}

static int sweep_family(struct run *r, const struct lab *lab, sa_family_t family, struct err *e)
{
    struct room room;
    size_t size = r->nodes ? r->nodes : 1;
    size_t cost = reach_neighbours(r->reach, family) * (family == AF_INET6 ? 2 : 1);
    int result = find_room(r, lab, family, &room, e);
    if (result == 0 && cost > room.all) {
        size = sweep_group_size(family, room.block);
        if (!r->keeper)
            result = neigh_keeper_open(lab, r->kept, r->kepts, family, &r->keeper, e);
    } else {
        neigh_keeper_close(r->keeper);
        r->keeper = NULL;
    }
    if (result == 0)
        result = first_round(r, family, size, e);
    if (result == 0)
        result = second_round(r, family, room.block, e);
    neigh_keeper_close(r->keeper);
    r->keeper = NULL;
    return result;
}

/* --- beginning and end ------------------------------------------------------------------------ */

static void find_pairs(struct run *r, sa_family_t family)
{
    struct reach_target t;
    for (size_t a = 0; a < r->s->nodes; a++)
        for (size_t b = 0; b < r->s->nodes && reach_has(r->reach, a, family); b++) {
            if (a == b || !reach_pick(r->reach, a, b, family, &t))
                continue;
            struct sweep_pair *p = pair_at(r, family, a, b);
            p->to = t.to;
            p->state = SWEEP_UNASKED;
            r->s->pairs++;
        }
}

/* The nodes that take part stand first in `kept`, in the order of `node`, so that the keeper counts
 * them alike; the others may be routers without an address to be pinged at. */
static void find_nodes(struct run *r, unsigned *families)
{
    for (size_t n = 0; n < r->s->nodes; n++) {
        unsigned f = (reach_has(r->reach, n, AF_INET) ? SWEEP_V4 : 0) |
                     (reach_has(r->reach, n, AF_INET6) ? SWEEP_V6 : 0);
        f &= r->o->families;
        if (!f)
            continue;
        families[r->nodes] = f;
        r->kept[r->kepts++] = r->node[r->nodes++] = n;
    }
    for (size_t n = 0; n < r->s->nodes; n++)
        if (interfaces_with_addresses(&r->snap->node[n]) > 1 && !reach_has(r->reach, n, AF_INET) &&
            !reach_has(r->reach, n, AF_INET6))
            r->kept[r->kepts++] = n;
}

static int open_outlets(struct run *r, const struct lab *lab, const unsigned *families,
                        struct err *e)
{
    int result = echo_open_nodes(lab, r->node, families, r->nodes, r->echo, NULL, e);
    for (size_t i = 0; i < 2 * r->nodes && result == 0; i++) {
        struct outlet *out = &r->outlet[i];
        struct echo *k = i % 2 ? &r->echo[i / 2].v6 : &r->echo[i / 2].v4;
        *out = (struct outlet){.run = r, .node = r->node[i / 2], .echo = k};
        if (k->fd < 0)
            continue;
        out->source = loop_add_fd(r->loop, k->fd, EPOLLIN, on_readable, out, e);
        result = out->source ? 0 : -e->num;
    }
    return result;
}

static int sweep_all(struct run *r, const struct lab *lab, struct err *e)
{
    static const sa_family_t family[] = {AF_INET, AF_INET6};
    struct neigh_table before, after;
    unsigned *families = mem_zalloc(r->s->nodes + 1, sizeof *families);
    find_nodes(r, families);
    collect_own(r);
    r->echo = mem_zalloc(r->nodes + 1, sizeof *r->echo);
    r->outlet = mem_zalloc(2 * r->nodes + 1, sizeof *r->outlet);
    for (int f = 0; f < 2; f++)
        if (r->s->pair[f])
            find_pairs(r, family[f]);
    int result = open_outlets(r, lab, families, e);
    free(families);
    for (int f = 0; f < 2 && result == 0; f++) {
        if (!r->s->pair[f])
            continue;
        neigh_table_read(family[f], &before);
        result = sweep_family(r, lab, family[f], e);
        neigh_table_read(family[f], &after);
        r->s->table_full |= after.fulls > before.fulls;
    }
    r->s->stopped = is_stopped(r);
    return result;
}

static void run_fini(struct run *r)
{
    for (size_t i = 0; r->outlet && i < 2 * r->nodes; i++) {
        loop_remove(r->outlet[i].source);
        if (r->outlet[i].echo)
            echo_close(r->outlet[i].echo);
    }
    reach_free(r->reach);
    free(r->node);
    free(r->kept);
    free(r->own);
    free(r->echo);
    free(r->outlet);
}

int sweep_run(struct loop *loop, const struct lab *lab, const struct snap *snap,
              const struct sweep_options *o, struct sweep **out, struct err *e)
{
    size_t n = snap->nodes;
    if (n > NODES_MAX)
        return err_set_exit(e, EXIT_LIMIT, 0, "%zu nodes are too many: at most %d", n, NODES_MAX);
    struct sweep *s = mem_zalloc(1, sizeof *s);
    struct run r = {.loop = loop, .snap = snap, .o = o, .s = s, .reach = reach_new(snap)};
    int64_t start_ns = r.told_ns = clock_mono_ns();
    s->nodes = n;
    r.node = mem_zalloc(n + 1, sizeof *r.node);
    r.kept = mem_zalloc(n + 1, sizeof *r.kept);
    for (int f = 0; f < 2; f++)
        if (o->families & (f ? SWEEP_V6 : SWEEP_V4))
            s->pair[f] = mem_zalloc(n * n + 1, sizeof *s->pair[f]);
    int result = sweep_all(&r, lab, e);
    s->took_ns = clock_mono_ns() - start_ns;
    run_fini(&r);
    if (result < 0) {
        sweep_free(s);
        return result;
    }
    *out = s;
    return 0;
}

void sweep_free(struct sweep *s)
{
    if (!s)
        return;
    free(s->pair[0]);
    free(s->pair[1]);
    free(s);
}

const struct sweep_pair *sweep_at(const struct sweep *s, sa_family_t family, size_t from, size_t to)
{
    const struct sweep_pair *all = s->pair[family == AF_INET6];
    return all ? &all[from * s->nodes + to] : NULL;
}
