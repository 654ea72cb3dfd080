/* SPDX-License-Identifier: BSD-2-Clause */
/* read_route: a route, written as the words of `ip route add` or as a mapping of the same words. */
#include "format/read_node.h"

#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct route_reader {
    struct topo_route *route;
    char *to;
    struct mark to_mark;
};

static void bad_word(struct reader *r, struct mark mark, const char *word, const char *what)
{
    _cleanup_free_ char *clean = text_clean_dup(word);
    fault_add(r->faults, FAULT_ERROR, mark, "\"%s\" is no %s", clean, what);
}

static void set_to(struct reader *r, struct route_reader *w, const char *value, struct mark mark)
{
    (void)r;
    w->to = mem_strdup(value);
    w->to_mark = mark;
}

static void set_via(struct reader *r, struct route_reader *w, const char *value, struct mark mark)
{
    if (!ip_addr_parse(value, &w->route->via))
        bad_word(r, mark, value, "address of a gateway: write it like via 10.0.0.1");
}

static void set_dev(struct reader *r, struct route_reader *w, const char *value, struct mark mark)
{
    char why[160];
    const char *fault = name_fault_if(value, why, sizeof why);
    _cleanup_free_ char *clean = text_clean_dup(value);
    if (fault)
        fault_add(r->faults, FAULT_ERROR, mark, "the interface name \"%s\" %s", clean, fault);
    w->route->dev = clean ? mem_steal_ptr(&clean) : NULL;
}

static void set_src(struct reader *r, struct route_reader *w, const char *value, struct mark mark)
{
    if (!ip_addr_parse(value, &w->route->src))
        bad_word(r, mark, value, "source address: write it like src 10.0.0.1");
}

static void set_metric(struct reader *r, struct route_reader *w, const char *value,
                       struct mark mark)
{
    size_t digits = strspn(value, "0123456789");
    unsigned long long n = digits && digits < 11 && !value[digits] ? strtoull(value, NULL, 10) : 0;
    if (n < 1 || n > UINT32_MAX)
        bad_word(r, mark, value, "metric: it is a number between 1 and 4294967295");
    else
        w->route->metric = (uint32_t)n;
}

typedef void set_fn(struct reader *r, struct route_reader *w, const char *value, struct mark mark);

static void key(struct reader *r, struct fy_node *v, struct mark mark, void *obj, set_fn *set)
{
    _cleanup_free_ char *s = yaml_text(r, v, mark, "a route's value");
    if (s)
        set(r, obj, s, yaml_mark(v, mark));
}

static void key_to(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    key(r, v, mark, obj, set_to);
}

static void key_via(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    key(r, v, mark, obj, set_via);
}

static void key_dev(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    key(r, v, mark, obj, set_dev);
}

static void key_src(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    key(r, v, mark, obj, set_src);
}

static void key_metric(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    key(r, v, mark, obj, set_metric);
}

const struct yaml_key read_route_keys[] = {{"to", key_to},         {"via", key_via},
                                           {"dev", key_dev},       {"src", key_src},
                                           {"metric", key_metric}, {NULL, NULL}};

/* The words after the destination: pairs, each at most once. */
static void one_word(struct reader *r, struct route_reader *w, const char *word, const char *value,
                     unsigned *seen, struct mark mark)
{
    static const struct {
        const char *name;
        set_fn *set;
    } words[] = {{"via", set_via}, {"dev", set_dev}, {"src", set_src}, {"metric", set_metric}};
    for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(word, words[i].name) != 0)
            continue;
        if (!value)
            fault_add(r->faults, FAULT_ERROR, mark, "nothing stands behind \"%s\"", word);
        else if (*seen & 1u << i)
            fault_add(r->faults, FAULT_ERROR, mark, "\"%s\" is given twice", word);
        else
            words[i].set(r, w, value, mark);
        *seen |= 1u << i;
        return;
    }
    bad_word(r, mark, word, "word of a route: after the destination come via, dev, src, metric");
}

static void read_words(struct reader *r, struct route_reader *w, char *words, struct mark mark)
{
    char *save = NULL, *to = strtok_r(words, " \t\n", &save), *word;
    unsigned seen = 0;
    while ((word = strtok_r(NULL, " \t\n", &save)))
        one_word(r, w, word, strtok_r(NULL, " \t\n", &save), &seen, mark);
    if (to)
        set_to(r, w, to, mark);
}

/* After the other words: the family of "default" may come from the gateway or the source. */
static void finish(struct reader *r, struct route_reader *w)
{
    struct topo_route *route = w->route;
    sa_family_t family = route->via.family ? route->via.family : route->src.family;
    _cleanup_free_ char *whole = NULL;
    const char *to = w->to;
    if (strcmp(to, "default") == 0)
        to = family == AF_INET6 ? "::/0" : "0.0.0.0/0";
    else if (!strchr(to, '/'))
        to = whole = mem_printf("%s/%d", to, strchr(to, ':') ? 128 : 32);
    if (!ip_prefix_parse(to, &route->to)) {
        bad_word(r, w->to_mark, w->to, "destination: write \"default\", or one like 10.0.0.0/8");
        return;
    }
    ip_prefix_clear_host(&route->to);
    if ((route->via.family && route->via.family != route->to.addr.family) ||
        (route->src.family && route->src.family != route->to.addr.family))
        fault_add(r->faults, FAULT_ERROR, w->to_mark,
                  "a route's destination, gateway and source are all IPv4 or all IPv6");
}

void read_route(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    struct route_reader w = {.route = topo_node_add_route(obj)};
    size_t before = r->faults->errors;
    w.route->mark = mark;
    if (fy_node_is_mapping(v)) {
        yaml_keys(r, v, mark, "a route", read_route_keys, &w);
    } else {
        _cleanup_free_ char *words = yaml_text(r, v, mark, "a route");
        if (words)
            read_words(r, &w, words, mark);
    }
    if (w.to)
        finish(r, &w);
    else if (r->faults->errors == before)
        fault_add(r->faults, FAULT_ERROR, mark,
                  "a route needs a destination: \"default\", or one like 10.0.0.0/8");
    free(w.to);
    if (r->faults->errors > before) { /* half read it would only make faults of faults */
        free(w.route->dev);
        ((struct topo_node *)obj)->routes--;
    }
}
