/* SPDX-License-Identifier: BSD-2-Clause */
/* yaml: see the header. */
#include "format/yaml.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16

/* The first scalar of what a node holds, or NULL. */
static struct fy_node *first_scalar(struct fy_node *n)
{
    while (n && !fy_node_is_scalar(n)) {
        void *it = NULL;
        if (fy_node_is_mapping(n)) {
            struct fy_node_pair *pair = fy_node_mapping_iterate(n, &it);
            n = pair ? fy_node_pair_key(pair) : NULL;
        } else {
            n = fy_node_sequence_iterate(n, &it);
        }
    }
    return n;
}

struct mark yaml_mark(struct fy_node *n, struct mark otherwise)
{
    n = first_scalar(n);
    struct fy_token *t = n ? fy_node_get_scalar_token(n) : NULL;
    const struct fy_mark *start = t ? fy_token_start_mark(t) : NULL;
    const struct fy_mark *end = t ? fy_token_end_mark(t) : NULL;
    if (!start)
        return otherwise;
    struct mark mark = {(uint32_t)start->line + 1, (uint32_t)start->column + 1, 1};
    if (end && end->line == start->line && end->column > start->column)
        mark.length = (uint32_t)(end->column - start->column);
    return mark;
}

/* "null" and its like as YAML 1.2 has them (core schema, section 10.3.2). */
bool yaml_is_null(struct fy_node *n)
{
    static const char *const words[] = {"~", "null", "Null", "NULL"};
    size_t len = 0;
    if (!n)
        return true;
    if (!fy_node_is_scalar(n) || fy_node_get_style(n) != FYNS_PLAIN)
        return false;
    const char *s = fy_node_get_scalar(n, &len);
    if (!s || len == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (len == strlen(words[i]) && memcmp(s, words[i], len) == 0)
            return true;
    return false;
}

/* The gate has seen the bytes of the file, but "\x1b" in quotes makes such a byte too. */
static bool has_control(const char *s, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t c = 0;
        size_t n = text_utf8_next(s + i, len - i, &c);
        if (n == 0 || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0))
            return true;
        i += n;
    }
    return false;
}

static char *refuse_control(struct reader *r, struct fy_node *n, struct mark mark, const char *what)
{
    fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark),
              "%s cannot have control characters other than tab and newline", what);
    return NULL;
}

char *yaml_text(struct reader *r, struct fy_node *n, struct mark mark, const char *what)
{
    size_t len = 0;
    const char *s = n && fy_node_is_scalar(n) ? fy_node_get_scalar(n, &len) : NULL;
    if (!s || yaml_is_null(n)) {
        fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark),
                  yaml_is_null(n) ? "%s has no value here"
                                  : "%s must be a single value, not a list or a mapping",
                  what);
        return NULL;
    }
    if (len > TOPO_SCALAR_MAX) {
        fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark),
                  "%s is %zu bytes long, more than the limit of %d", what, len, TOPO_SCALAR_MAX);
        return NULL;
    }
    return has_control(s, len) ? refuse_control(r, n, mark, what) : mem_strndup(s, len);
}

bool yaml_number(struct reader *r, struct fy_node *n, struct mark mark, const char *what, long min,
                 long max, long *out)
{
    _cleanup_free_ char *s = yaml_text(r, n, mark, what);
    if (!s)
        return false;
    size_t digits = strspn(s, "0123456789");
    long v = digits && digits < 10 && !s[digits] ? atol(s) : -1;
    if (v < min || v > max) {
        _cleanup_free_ char *clean = text_clean_dup(s);
        fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark),
                  "%s must be a number between %ld and %ld, not \"%s\"", what, min, max, clean);
        return false;
    }
    *out = v;
    return true;
}

bool yaml_bool(struct reader *r, struct fy_node *n, struct mark mark, const char *what, bool *out)
{
    _cleanup_free_ char *s = yaml_text(r, n, mark, what);
    static const char *const words[] = {"false", "true", "False", "True", "FALSE", "TRUE"};
    for (size_t i = 0; s && i < ARRAY_LEN(words); i++)
        if (strcmp(s, words[i]) == 0) {
            *out = i % 2;
            return true;
        }
    _cleanup_free_ char *clean = text_clean_dup(s);
    if (s)
        fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark),
                  "%s must be true or false, not \"%s\"", what, clean);
    return false;
}

static void unknown_key(struct reader *r, const char *key, struct mark mark, const char *what,
                        const struct yaml_key *keys)
{
    const char *names[YAML_KEYS_MAX + 1] = {NULL};
    size_t count = 0;
    for (const struct yaml_key *k = keys; k->name && count < YAML_KEYS_MAX; k++)
        if (k->fn || r->wrapped)
            names[count++] = k->name;
    _cleanup_free_ char *clean = text_clean_dup(key);
    const char *near = text_nearest(key, names);
    if (near)
        fault_add(r->faults, FAULT_ERROR, mark, "%s has no key \"%s\": did you mean \"%s\"?", what,
                  clean, near);
    else
        fault_add(r->faults, FAULT_ERROR, mark, "%s has no key \"%s\"", what, clean);
}

/* A key of containerlab's: one warning, however often it comes. */
static void foreign_key(struct reader *r, const char *name, struct mark mark)
{
    if (!r->wrapped) {
        fault_add(r->faults, FAULT_ERROR, mark,
                  "\"%s\" has no meaning here: remove it (below \"topology:\" it would be ignored)",
                  name);
        return;
    }
    for (size_t i = 0; i < r->warnings; i++)
        if (r->warned[i] == name)
            return;
    mem_grow(&r->warned, &r->warned_room, r->warnings, sizeof *r->warned);
    r->warned[r->warnings++] = name;
    fault_add(r->faults, FAULT_WARNING, mark, "\"%s\" has no meaning here and is ignored", name);
}

/* What the keys of one mapping are read with. */
struct mapping {
    const char *what;
    const struct yaml_key *keys;
    uint32_t line[YAML_KEYS_MAX]; /* where each key was given */
    void *obj;
};

static void one_key(struct reader *r, struct fy_node_pair *pair, struct mark around,
                    struct mapping *m)
{
    struct fy_node *key = fy_node_pair_key(pair);
    struct mark mark = yaml_mark(key, around);
    _cleanup_free_ char *name = yaml_text(r, key, around, "a key");
    if (!name) {
        r->unread++;
        return;
    }
    const struct yaml_key *k = m->keys;
    while (k->name && strcmp(k->name, name) != 0)
        k++;
    uint32_t *line = &m->line[k - m->keys];
    r->unread += !k->name || *line;
    if (!k->name)
        unknown_key(r, name, mark, m->what, m->keys);
    else if (*line)
        fault_add(r->faults, FAULT_ERROR, mark, "\"%s\" is given already in line %u", name, *line);
    else if (k->fn)
        k->fn(r, fy_node_pair_value(pair), mark, m->obj);
    else
        foreign_key(r, k->name, mark);
    *line = mark.line;
}

void yaml_keys(struct reader *r, struct fy_node *n, struct mark mark, const char *what,
               const struct yaml_key *keys, void *obj)
{
    if (yaml_is_null(n))
        return;
    if (!fy_node_is_mapping(n)) {
        fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark),
                  "%s must be a mapping: lines of \"key: value\"", what);
        r->unread++;
        return;
    }
    void *it = NULL;
    struct fy_node_pair *pair;
    struct mapping m = {.what = what, .keys = keys, .obj = obj};
    while ((pair = fy_node_mapping_iterate(n, &it)))
        one_key(r, pair, mark, &m);
}

void yaml_each(struct reader *r, struct fy_node *n, struct mark mark, yaml_key_fn *fn, void *obj)
{
    if (yaml_is_null(n))
        return;
    if (!fy_node_is_sequence(n)) {
        fn(r, n, mark, obj);
        return;
    }
    void *it = NULL;
    struct fy_node *item;
    while ((item = fy_node_sequence_iterate(n, &it)))
        fn(r, item, yaml_mark(item, mark), obj);
}

/* The library tells no place of an anchor, but its name is the file's own bytes. */
static struct mark anchor_mark(const struct reader *r, struct fy_anchor *a, struct mark otherwise)
{
    size_t len = 0;
    const char *name = fy_anchor_get_text(a, &len);
    if (!name || name <= r->text || name >= r->text + r->len || name[-1] != '&')
        return otherwise;
    struct mark mark = {1, 1, (uint32_t)len + 1};
    for (const char *p = r->text; p < name - 1;) {
        uint32_t c = 0;
        size_t n = text_utf8_next(p, (size_t)(name - p), &c);
        p += n ? n : 1;
        mark.column = c == '\n' ? 1 : mark.column + 1;
        mark.line += c == '\n';
    }
    return mark;
}

static void refuse_node(struct reader *r, struct fy_node *n, struct mark mark)
{
    struct fy_anchor *anchor = fy_node_get_anchor(n);
    if (fy_node_is_alias(n)) { /* its token begins behind the asterisk */
        uint32_t star_at = mark.column > 1 ? mark.column - 1 : mark.column;
        struct mark star = {mark.line, star_at, mark.length + 1};
        fault_add(r->faults, FAULT_ERROR, star, "aliases are not allowed: write the value out");
    }
    if (anchor)
        fault_add(r->faults, FAULT_ERROR, anchor_mark(r, anchor, mark),
                  "anchors are not allowed: write the value out where it is needed");
    struct fy_token *tag = fy_node_get_tag_token(n);
    if (!tag)
        return;
    const struct fy_mark *at = fy_token_start_mark(tag);
    if (at)
        mark = (struct mark){(uint32_t)at->line + 1, (uint32_t)at->column + 1, 1};
    fault_add(r->faults, FAULT_ERROR, mark, "tags are not allowed: values have no types here");
}

void yaml_refuse_tricks(struct reader *r, struct fy_node *n, struct mark mark, int depth)
{
    void *it = NULL;
    if (!n)
        return;
    /* What stands before a collection is best shown by the key above it. */
    refuse_node(r, n, fy_node_is_scalar(n) ? yaml_mark(n, mark) : mark);
    mark = yaml_mark(n, mark);
    if (depth > DEPTH_MAX) {
        fault_add(r->faults, FAULT_ERROR, mark, "nested deeper than %d levels", DEPTH_MAX);
    } else if (fy_node_is_sequence(n)) {
        struct fy_node *item;
        while ((item = fy_node_sequence_iterate(n, &it)))
            yaml_refuse_tricks(r, item, mark, depth + 1);
    } else if (fy_node_is_mapping(n)) {
        struct fy_node_pair *pair;
        while ((pair = fy_node_mapping_iterate(n, &it))) {
            struct mark key = yaml_mark(fy_node_pair_key(pair), mark);
            yaml_refuse_tricks(r, fy_node_pair_key(pair), key, depth + 1);
            yaml_refuse_tricks(r, fy_node_pair_value(pair), key, depth + 1);
        }
    }
}
