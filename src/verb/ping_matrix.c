/* SPDX-License-Identifier: BSD-2-Clause */
/* ping_matrix: see the header. */
#include "verb/ping_matrix.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "json/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL_TIME 7 /* columns: two blanks and "12.34" */
#define NAMED_MAX 6 /* what the sentence and the rows name one by one */

static const sa_family_t families[] = {AF_INET, AF_INET6};

static const char *family_name(sa_family_t family)
{
    return family == AF_INET6 ? "IPv6" : "IPv4";
}

static const struct {
    const char *word, *sign;
} states[SWEEP_STATE_COUNT] = {
    [SWEEP_NONE] = {"-", " "},        [SWEEP_UNASKED] = {"?", "?"},
    [SWEEP_WAITING] = {"?", "?"},     [SWEEP_ANSWERED] = {"yes", "."},
    [SWEEP_UNANSWERED] = {"no", "X"}, [SWEEP_REFUSED] = {"no", "X"},
};

static bool is_missing(const struct sweep_pair *p)
{
    return p->state != SWEEP_NONE && p->state != SWEEP_ANSWERED;
}

/* --- who is cut off --------------------------------------------------------------------------- */

enum { UNREACHED = 1, REACHES_NONE = 2, CUT_OFF = 3 };

/* Of a node that two others at least have to do with: nobody got an answer from it, it got one from
 * nobody, or both. */
static unsigned char loss_of(const struct sweep *s, sa_family_t family, size_t node)
{
    size_t asked = 0, answered = 0, asks = 0, gets = 0;
    for (size_t n = 0; n < s->nodes; n++) {
        const struct sweep_pair *in = sweep_at(s, family, n, node);
        const struct sweep_pair *out = sweep_at(s, family, node, n);
        asked += in->state != SWEEP_NONE;
        answered += in->state == SWEEP_ANSWERED;
        asks += out->state != SWEEP_NONE;
        gets += out->state == SWEEP_ANSWERED;
    }
    return (unsigned char)((asked > 1 && !answered ? UNREACHED : 0) |
                           (asks > 1 && !gets ? REACHES_NONE : 0));
}

static unsigned char *losses(const struct sweep *s, sa_family_t family) /* owned by the caller */
{
    unsigned char *loss = mem_zalloc(s->nodes + 1, 1);
    for (size_t n = 0; n < s->nodes; n++)
        loss[n] = loss_of(s, family, n);
    return loss;
}

/* A missing pair that is not told already by what is said of one of its nodes. */
static bool is_missing_alone(const struct sweep *s, sa_family_t family, const unsigned char *loss,
                             size_t from, size_t to)
{
    return is_missing(sweep_at(s, family, from, to)) && !(loss[to] & UNREACHED) &&
           !(loss[from] & REACHES_NONE);
}

/* --- the table -------------------------------------------------------------------------------- */

/* The nodes that take part in one family. */
struct list {
    size_t *node; /* owned */
    size_t count;
};

static struct list list_of(const struct sweep *s, sa_family_t family)
{
    struct list l = {.node = mem_zalloc(s->nodes + 1, sizeof *l.node)};
    for (size_t a = 0; a < s->nodes; a++) {
        bool takes_part = false;
        for (size_t b = 0; b < s->nodes && !takes_part; b++)
            takes_part = sweep_at(s, family, a, b)->state != SWEEP_NONE;
        if (takes_part)
            l.node[l.count++] = a;
    }
    return l;
}

static size_t longest_name(const struct list *l, const struct snap *snap)
{
    size_t longest = 0;
    for (size_t i = 0; i < l->count; i++) {
        size_t w = text_width(snap->node[l->node[i]].name);
        longest = w > longest ? w : longest;
    }
    return longest;
}

static void add_right(const char *text, size_t width, struct buf *out)
{
    size_t w = text_width(text);
    buf_pad(out, ' ', width > w ? width - w : 0);
    buf_adds(out, text);
}

static void add_left(const char *text, size_t width, struct buf *out)
{
    size_t w = text_width(text);
    buf_adds(out, text);
    buf_pad(out, ' ', width > w ? width - w : 0);
}

static void add_time(const struct sweep_pair *p, size_t width, struct buf *out)
{
    char text[32];
    int64_t us = p->rtt_ns / CLOCK_NS_PER_US;
    if (p->state != SWEEP_ANSWERED)
        snprintf(text, sizeof text, "%s", states[p->state].word);
    else if (us < 1000000)
        snprintf(text, sizeof text, "%.*f", us < 9995 ? 3 : us < 99950 ? 2 : 1, (double)us / 1000);
    else
        snprintf(text, sizeof text, "%" PRId64, us / 1000);
    add_right(text, width, out);
}

static void times(const struct sweep *s, const struct snap *snap, sa_family_t family,
                  const struct list *l, size_t label, size_t cell, struct buf *out)
{
    add_left("", label, out);
    for (size_t k = 0; k < l->count; k++)
        add_right(snap->node[l->node[k]].name, cell, out);
    buf_addc(out, '\n');
    for (size_t i = 0; i < l->count; i++) {
        add_left(snap->node[l->node[i]].name, label, out);
        for (size_t k = 0; k < l->count; k++)
            add_time(sweep_at(s, family, l->node[i], l->node[k]), cell, out);
        buf_addc(out, '\n');
    }
}

/* Columns are in the order of the rows: every tenth is marked. */
static void signs(const struct sweep *s, const struct snap *snap, sa_family_t family,
                  const struct list *l, size_t label, struct buf *out)
{
    for (size_t i = 0; i < l->count; i++) {
        add_left(snap->node[l->node[i]].name, label + 1, out);
        for (size_t k = 0; k < l->count; k++)
            buf_adds(out, i == k ? "-"
                                 : states[sweep_at(s, family, l->node[i], l->node[k])->state].sign);
        buf_addc(out, '\n');
    }
}

/* Whoever is cut off is left to the sentence below. */
static void missing_rows(const struct sweep *s, const struct snap *snap, sa_family_t family,
                         const struct list *l, size_t label, struct buf *out)
{
    unsigned char *loss = losses(s, family);
    for (size_t i = 0; i < l->count; i++) {
        size_t missing = 0;
        for (size_t k = 0; k < l->count; k++) {
            if (!is_missing_alone(s, family, loss, l->node[i], l->node[k]))
                continue;
            if (!missing)
                add_left(snap->node[l->node[i]].name, label, out);
            if (++missing <= NAMED_MAX)
                buf_printf(out, "%s %s", missing > 1 ? "," : "  no answer from",
                           snap->node[l->node[k]].name);
        }
        if (missing > NAMED_MAX)
            buf_printf(out, " and %zu more", missing - NAMED_MAX);
        if (missing)
            buf_addc(out, '\n');
    }
    free(loss);
}

static void family_text(const struct sweep *s, const struct snap *snap, sa_family_t family,
                        size_t columns, struct buf *out)
{
    struct list l = list_of(s, family);
    size_t label = longest_name(&l, snap), cell = label + 2 > CELL_TIME ? label + 2 : CELL_TIME;
    size_t before = out->len;
    if (l.count && label + l.count * cell <= columns) {
        buf_printf(out, "%s, ms, each row pings each column\n", family_name(family));
        times(s, snap, family, &l, label, cell, out);
    } else if (l.count && label + 1 + l.count <= columns) {
        buf_printf(out, "%s, each row pings each column, in one order; X: no answer\n",
                   family_name(family));
        signs(s, snap, family, &l, label, out);
    } else if (l.count) {
        _cleanup_buf_ struct buf rows = BUF_INIT;
        missing_rows(s, snap, family, &l, label, &rows);
        if (rows.len)
            buf_printf(out, "%s\n%s", family_name(family), buf_str(&rows));
    }
    if (out->len > before)
        buf_addc(out, '\n');
    free(l.node);
}

void ping_matrix_text(const struct sweep *s, const struct snap *snap, size_t columns,
                      struct buf *out)
{
    for (size_t f = 0; f < ARRAY_LEN(families); f++)
        if (s->pair[f])
            family_text(s, snap, families[f], columns, out);
}

/* --- the sentence ----------------------------------------------------------------------------- */

static const struct {
    unsigned char loss;
    const char *one, *many;
} loss_words[] = {
    {CUT_OFF, "is cut off", "are cut off"},
    {UNREACHED, "is reached by nobody", "are reached by nobody"},
    {REACHES_NONE, "reaches nobody", "reach nobody"},
};

static void add_nodes(const struct sweep *s, const struct snap *snap, sa_family_t family,
                      const unsigned char *loss, size_t words, size_t *parts, struct buf *out)
{
    size_t count = 0;
    for (size_t n = 0; n < s->nodes; n++) {
        if (loss[n] != loss_words[words].loss)
            continue;
        if (++count <= NAMED_MAX)
            buf_printf(out, "%s%s", count > 1 ? ", " : *parts ? "; " : "", snap->node[n].name);
    }
    if (!count)
        return;
    if (count > NAMED_MAX)
        buf_printf(out, " and %zu more", count - NAMED_MAX);
    buf_printf(out, " %s (%s)", count > 1 ? loss_words[words].many : loss_words[words].one,
               family_name(family));
    (*parts)++;
}

static void add_pairs(const struct sweep *s, const struct snap *snap, sa_family_t family,
                      const unsigned char *loss, size_t *parts, struct buf *out)
{
    size_t more = 0, named = 0;
    for (size_t i = 0; i < s->nodes * s->nodes; i++) {
        size_t from = i / s->nodes, to = i % s->nodes;
        bool back = is_missing_alone(s, family, loss, to, from);
        if (!is_missing_alone(s, family, loss, from, to) || (back && to < from))
            continue; /* said already */
        if (named == NAMED_MAX) {
            more += 1 + back;
            continue;
        }
        const char *a = snap->node[from].name, *b = snap->node[to].name;
        buf_printf(out, "%s%s", (*parts)++ ? "; " : "", a);
        buf_printf(out, back ? " and %s do not reach each other (%s)" : " does not reach %s (%s)",
                   b, family_name(family));
        named++;
    }
    if (more)
        buf_printf(out, "; and %zu more pairs (%s)", more, family_name(family));
}

static void add_missing(const struct sweep *s, const struct snap *snap, struct buf *out)
{
    size_t parts = 0;
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        if (!s->pair[f])
            continue;
        unsigned char *loss = losses(s, families[f]);
        for (size_t w = 0; w < ARRAY_LEN(loss_words); w++)
            add_nodes(s, snap, families[f], loss, w, &parts, out);
        add_pairs(s, snap, families[f], loss, &parts, out);
        free(loss);
    }
}

void ping_matrix_sentence(const struct sweep *s, const struct snap *snap, struct buf *out)
{
    const char *which = s->pair[0] && s->pair[1] ? "" : s->pair[0] ? " (IPv4)" : " (IPv6)";
    if (s->answered == s->pairs) {
        buf_printf(out, "All %zu pairs answered%s", s->pairs, which);
    } else {
        buf_printf(out, "%zu of %zu pairs answered%s: ", s->answered, s->pairs, which);
        add_missing(s, snap, out);
    }
    if (s->again)
        buf_printf(out, "; %zu only when asked again", s->again);
    buf_adds(out, s->stopped ? "; interrupted.\n" : ".\n");
    if (s->table_full && s->answered != s->pairs)
        buf_adds(out, "The machine's neighbour table was full meanwhile: see the sysctl "
                      "net.ipv4.neigh.default.gc_thresh3.\n");
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void add_json(const struct sweep_pair *p, const char *from, const char *to,
                     sa_family_t family, struct json *list)
{
    char text[IP_TEXT_MAX];
    struct json *j = json_add_object(list);
    json_set_text(j, "from", from);
    json_set_text(j, "to", to);
    json_set_text(j, "family", family == AF_INET6 ? "inet6" : "inet");
    json_set_text(j, "address", ip_addr_format(&p->to, text));
    json_set_bool(j, "answered", p->state == SWEEP_ANSWERED);
    json_set_int(j, "tries", p->tries);
    if (p->state == SWEEP_ANSWERED)
        json_set_int(j, "rtt_ns", p->rtt_ns);
    else
        json_set_null(j, "rtt_ns");
    json_set_text(j, "error", p->state == SWEEP_REFUSED ? strerrorname_np(p->num) : NULL);
}

void ping_matrix_json(const struct sweep *s, const struct snap *snap, struct buf *out)
{
    struct json *j = json_new_object();
    json_set_text(j, "format", "vethlab-ping-all");
    json_set_int(j, "version", 1);
    json_set_text(j, "lab", snap->lab);
    json_set_uint(j, "pairs", s->pairs);
    json_set_uint(j, "answered", s->answered);
    json_set_uint(j, "answered_again", s->again);
    json_set_bool(j, "interrupted", s->stopped);
    json_set_int(j, "time_ms", s->took_ns / CLOCK_NS_PER_MS);
    struct json *list = json_set_array(j, "results");
    for (size_t f = 0; f < ARRAY_LEN(families); f++)
        for (size_t i = 0; s->pair[f] && i < s->nodes * s->nodes; i++)
            if (s->pair[f][i].state != SWEEP_NONE)
                add_json(&s->pair[f][i], snap->node[i / s->nodes].name,
                         snap->node[i % s->nodes].name, families[f], list);
    json_print(j, true, out);
    json_free(j);
}
