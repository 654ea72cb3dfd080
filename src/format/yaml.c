/* SPDX-License-Identifier: BSD-2-Clause */
/* yaml: see the header. */
#include "format/yaml.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16

struct mark yaml_mark(struct fy_node *n, struct mark otherwise)
{
    struct fy_token *t = n ? fy_node_get_scalar_token(n) : NULL;
    const struct fy_mark *m = t ? fy_token_start_mark(t) : NULL;
    size_t len = 0;
    if (!m)
        return otherwise;
    const char *text = fy_node_get_scalar(n, &len);
    struct mark mark = {(uint32_t)m->line + 1, (uint32_t)m->column + 1, 1};
    if (text && len && !memchr(text, '\n', len))
        mark.length = (uint32_t)(len > 80 ? 80 : len);
    return mark;
}

bool yaml_is_null(struct fy_node *n)
{
    size_t len = 0;
    if (!n)
        return true;
    if (!fy_node_is_scalar(n))
        return false;
    const char *s = fy_node_get_scalar(n, &len);
    if (!s || len == 0)
        return fy_node_get_style(n) == FYNS_PLAIN || !s;
    return fy_node_get_style(n) == FYNS_PLAIN &&
           ((len == 1 && s[0] == '~') || (len == 4 && memcmp(s, "null", 4) == 0));
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
        fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark), "%s must be a single value", what);
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
    char *end;
    if (!s)
        return false;
    errno = 0;
    long v = strtol(s, &end, 10);
    if (*end || end == s || errno || v < min || v > max) {
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
    if (s && (strcmp(s, "true") == 0 || strcmp(s, "false") == 0)) {
        *out = s[0] == 't';
        return true;
    }
    if (s)
        fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark), "%s must be true or false", what);
    return false;
}

static void unknown_key(struct reader *r, const char *key, struct mark mark, const char *what,
                        const struct yaml_key *keys)
{
    const char *names[32] = {NULL};
    size_t count = 0;
    for (const struct yaml_key *k = keys; k->name; k++)
        if (k->fn)
            names[count++] = k->name;
    _cleanup_free_ char *clean = text_clean_dup(key);
    const char *near = text_nearest(key, names);
    if (near)
        fault_add(r->faults, FAULT_ERROR, mark, "%s has no key \"%s\": did you mean \"%s\"?", what,
                  clean, near);
    else
        fault_add(r->faults, FAULT_ERROR, mark, "%s has no key \"%s\"", what, clean);
}

static void one_key(struct reader *r, struct fy_node_pair *pair, struct mark around,
                    const char *what, const struct yaml_key *keys, void *obj)
{
    struct fy_node *key = fy_node_pair_key(pair);
    struct mark mark = yaml_mark(key, around);
    _cleanup_free_ char *name = yaml_text(r, key, around, "a key");
    if (!name)
        return;
    const struct yaml_key *k = keys;
    while (k->name && strcmp(k->name, name) != 0)
        k++;
    if (!k->name || (!k->fn && !r->wrapped))
        unknown_key(r, name, mark, what, keys);
    else if (!k->fn)
        fault_add(r->faults, FAULT_WARNING, mark, "\"%s\" has no meaning here and is ignored",
                  name);
    else
        k->fn(r, fy_node_pair_value(pair), mark, obj);
}

void yaml_keys(struct reader *r, struct fy_node *n, struct mark mark, const char *what,
               const struct yaml_key *keys, void *obj)
{
    if (yaml_is_null(n))
        return;
    if (!fy_node_is_mapping(n)) {
        fault_add(r->faults, FAULT_ERROR, yaml_mark(n, mark),
                  "%s must be a mapping of keys to values", what);
        return;
    }
    void *it = NULL;
    struct fy_node_pair *pair;
    while ((pair = fy_node_mapping_iterate(n, &it)))
        one_key(r, pair, mark, what, keys, obj);
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

static void refuse_node(struct reader *r, struct fy_node *n, struct mark mark)
{
    if (fy_node_is_alias(n))
        fault_add(r->faults, FAULT_ERROR, mark, "aliases are not allowed: write the value out");
    if (fy_node_get_anchor(n))
        fault_add(r->faults, FAULT_ERROR, mark, "anchors are not allowed");
    if (fy_node_get_tag_token(n))
        fault_add(r->faults, FAULT_ERROR, mark, "tags are not allowed");
}

void yaml_refuse_tricks(struct reader *r, struct fy_node *n, struct mark mark, int depth)
{
    void *it = NULL;
    if (!n)
        return;
    mark = yaml_mark(n, mark);
    refuse_node(r, n, mark);
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
