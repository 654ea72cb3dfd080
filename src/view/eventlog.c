/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog: the ring of lines, and the folding of storms.
 *
 * Each source has a slot, found by its hash, that knows how many lines it has written in the
 * present moment. Two sources with one slot push each other out: then more lines are kept, and
 * nothing is wrong. A source that was folded in one moment gets one line in the next: a storm of an
 * hour is a line a second. */
#include "view/eventlog.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS       512
#define CROWD_LINES 100 /* so many lines in a moment, and each source gets only one more */

struct slot {
    uint64_t source; /* 0: free */
    int64_t since_ns;
    unsigned lines; /* in the moment that began then */
    bool folded, storm;
    uint64_t line; /* the last one */
};

struct eventlog {
    struct eventlog_line *line; /* owned; a ring of EVENTLOG_LINES_MAX */
    size_t first, count;
    uint64_t next; /* number of the next line */
    size_t bytes;
    uint64_t events;
    int64_t crowd_since_ns;
    unsigned crowd; /* lines of all sources in the moment that began then */
    struct slot slot[SLOTS];
};

struct eventlog *eventlog_new(void)
{
    struct eventlog *log = mem_zalloc(1, sizeof *log);
    log->line = mem_zalloc(EVENTLOG_LINES_MAX, sizeof *log->line);
    log->next = 1;
    return log;
}

static struct eventlog_line *at(const struct eventlog *log, size_t i)
{
    return &log->line[(log->first + i) % EVENTLOG_LINES_MAX];
}

void eventlog_free(struct eventlog *log)
{
    if (!log)
        return;
    for (size_t i = 0; i < log->count; i++)
        free(at(log, i)->text);
    free(log->line);
    free(log);
}

size_t eventlog_count(const struct eventlog *log)
{
    return log->count;
}

const struct eventlog_line *eventlog_at(const struct eventlog *log, size_t i)
{
    return i < log->count ? at(log, i) : NULL;
}

const struct eventlog_line *eventlog_newest(const struct eventlog *log, int64_t now_ns,
                                            int64_t age_ns)
{
    const struct eventlog_line *newest = NULL;
    for (size_t i = log->count; i-- > 0;) {
        const struct eventlog_line *l = at(log, i);
        if (now_ns - l->last_ns >= age_ns)
            break;
        if (!l->minor)
            return l;
        newest = newest ? newest : l;
    }
    return newest;
}

size_t eventlog_bytes(const struct eventlog *log)
{
    return log->bytes;
}

uint64_t eventlog_events(const struct eventlog *log)
{
    return log->events;
}

/* --- lines ------------------------------------------------------------------------------------ */

static void drop_oldest(struct eventlog *log)
{
    struct eventlog_line *l = at(log, 0);
    log->bytes -= strlen(l->text) + 1;
    mem_free_charp(&l->text);
    log->first = (log->first + 1) % EVENTLOG_LINES_MAX;
    log->count--;
}

/* The line itself stays, however long it is. */
static void bound_bytes(struct eventlog *log)
{
    while (log->bytes > EVENTLOG_BYTES_MAX && log->count > 1)
        drop_oldest(log);
}

static void set_text(struct eventlog *log, struct eventlog_line *l, const struct eventlog_entry *e)
{
    char text[EVENTLOG_TEXT_MAX], name[EVENTLOG_TEXT_MAX / 4] = "";
    int named = 0;
    if (e->node_name)
        text_clean_to(name, sizeof name, e->node_name);
    if (e->node_name)
        named = snprintf(text, sizeof text, "%s: ", name);
    text_clean_to(text + named, sizeof text - (size_t)named, e->words);
    if (l->text)
        log->bytes -= strlen(l->text) + 1;
    free(l->text);
    l->text = mem_strdup(text);
    l->words = (size_t)named;
    l->kind = e->kind;
    l->minor = e->minor;
    l->last_real_ns = e->at_real_ns;
    l->last_ns = e->at_ns;
    log->bytes += strlen(l->text) + 1;
}

static void append(struct eventlog *log, const struct eventlog_entry *e)
{
    if (log->count == EVENTLOG_LINES_MAX)
        drop_oldest(log);
    struct eventlog_line *l = at(log, log->count++);
    *l =
        (struct eventlog_line){.number = log->next++, .at_real_ns = e->at_real_ns, .node = e->node};
    set_text(log, l, e);
    bound_bytes(log);
}

/* Into the line of that number. False: it is gone. */
static bool fold(struct eventlog *log, uint64_t number, const struct eventlog_entry *e)
{
    uint64_t oldest = log->next - log->count;
    if (number < oldest)
        return false;
    struct eventlog_line *l = at(log, (size_t)(number - oldest));
    set_text(log, l, e);
    l->folded++;
    bound_bytes(log);
    return true;
}

/* --- storms ----------------------------------------------------------------------------------- */

static bool is_past(int64_t since_ns, int64_t now_ns, int moments)
{
    return now_ns < since_ns || now_ns - since_ns >= moments * EVENTLOG_MOMENT_NS;
}

static struct slot *slot_of(struct eventlog *log, const struct eventlog_entry *e)
{
    struct slot *s = &log->slot[(e->source * 0x9e3779b97f4a7c15u >> 32) % SLOTS];
    if (s->source != e->source)
        *s = (struct slot){.source = e->source, .since_ns = e->at_ns};
    if (is_past(s->since_ns, e->at_ns, 1))
        *s = (struct slot){.source = e->source,
                           .since_ns = e->at_ns,
                           .storm = s->folded && !is_past(s->since_ns, e->at_ns, 2)};
    return s;
}

void eventlog_put(struct eventlog *log, const struct eventlog_entry *e)
{
    log->events++;
    if (!e->source) {
        append(log, e);
        return;
    }
    if (is_past(log->crowd_since_ns, e->at_ns, 1)) {
        log->crowd_since_ns = e->at_ns;
        log->crowd = 0;
    }
    struct slot *s = slot_of(log, e);
    unsigned burst = s->storm || log->crowd >= CROWD_LINES ? 1 : EVENTLOG_BURST;
    if (s->lines >= burst && fold(log, s->line, e)) {
        s->folded = true;
        return;
    }
    s->line = log->next;
    s->lines++;
    log->crowd++;
    append(log, e);
}

void eventlog_insert_nodes(struct eventlog *log, size_t at_node, size_t count)
{
    for (size_t i = 0; i < log->count; i++) {
        struct eventlog_line *l = at(log, i);
        if (l->node >= 0 && (size_t)l->node >= at_node)
            l->node += (int)count;
    }
}

void eventlog_note(struct eventlog *log, int64_t at_ns, int64_t at_real_ns, int node,
                   const char *node_name, const char *text)
{
    _cleanup_free_ char *clean = text_clean_dup(node_name);
    _cleanup_free_ char *words =
        node_name ? mem_printf("in %s: %s", clean, text) : mem_strdup(text);
    eventlog_put(log, &(struct eventlog_entry){.at_ns = at_ns,
                                               .at_real_ns = at_real_ns,
                                               .node = node,
                                               .node_name = "you",
                                               .words = words,
                                               .kind = EVENTLOG_YOU});
}
