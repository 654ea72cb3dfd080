/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_values: see the header. Kept are values that were written or copied, under three words:
 * family, interface and name; what has a value of its own from the first stands in fresh_value. */
#include "plan_values.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct value {
    bool there;
    bool is_own; /* written, or older than a write to `default`: IPv4's `default` says no more */
    char node[40], family[16], whose[40], what[80]; /* another key: whose "", what: all of it */
    char *text;                                     /* owned */
};

struct holder { /* of settings: an interface */
    bool there;
    bool had_address, no_ipv6;
    char node[40], name[40];
};

static struct value *list;
static size_t values, room;
static struct holder *holder;
static size_t holders, holder_room;

void sim_values_clear(void)
{
    for (size_t i = 0; i < values; i++)
        free(list[i].text);
    free(list);
    free(holder);
    list = NULL;
    holder = NULL;
    values = room = holders = holder_room = 0;
}

static struct value parse(const char *node, const char *key)
{
    struct value v = {.there = true};
    snprintf(v.node, sizeof v.node, "%s", node);
    if (strcmp(key, "net/ipv4/ip_forward") == 0)
        key = "net/ipv4/conf/all/forwarding";
    int end = 0;
    if (sscanf(key, "net/%4[^/]/conf/%39[^/]/%n", v.family, v.whose, &end) == 2 && end)
        snprintf(v.what, sizeof v.what, "%s", key + end);
    else if (sscanf(key, "net/%4[^/]/neigh/%39[^/]/%n", v.family, v.whose, &end) == 2 && end) {
        strcat(v.family, " neigh");
        snprintf(v.what, sizeof v.what, "%s", key + end);
    } else {
        v.family[0] = v.whose[0] = '\0';
        snprintf(v.what, sizeof v.what, "%s", key);
    }
    return v;
}

static bool is_nobodys(const struct value *v)
{
    return strcmp(v->whose, "") == 0 || strcmp(v->whose, "all") == 0 ||
           strcmp(v->whose, "default") == 0;
}

static struct holder *find_holder(const char *node, const char *name)
{
    for (size_t i = 0; i < holders; i++)
        if (holder[i].there && strcmp(holder[i].node, node) == 0 &&
            strcmp(holder[i].name, name) == 0)
            return &holder[i];
    return NULL;
}

static bool exists(const struct value *v)
{
    if (is_nobodys(v)) /* the first namespace alone has defaults of neighbours */
        return !strstr(v->family, "neigh");
    const struct holder *h = find_holder(v->node, v->whose);
    return h && !(h->no_ipv6 && strncmp(v->family, "ipv6", 4) == 0);
}

static const char *fresh_value(const struct value *v)
{
    static const char *const special[][3] = {
        {"lo", "disable_policy", "1"}, {"lo", "disable_xfrm", "1"}, {"lo", "accept_dad", "-1"},
        {"", "accept_redirects", "1"}, {"", "forwarding", "0"},     {"", "disable_ipv6", "0"},
    };
    for (size_t i = 0; i < ARRAY_LEN(special); i++) {
        bool is_ipv6 = strcmp(special[i][1], "accept_dad") == 0;
        if (strcmp(v->what, special[i][1]) == 0 && strstr(v->family, is_ipv6 ? "ipv6" : "ip") &&
            (!special[i][0][0] || strcmp(v->whose, special[i][0]) == 0))
            return special[i][2];
    }
    return "fresh";
}

static struct value *find(const struct value *like)
{
    for (size_t i = 0; i < values; i++)
        if (list[i].there && strcmp(list[i].node, like->node) == 0 &&
            strcmp(list[i].what, like->what) == 0 && strcmp(list[i].whose, like->whose) == 0 &&
            strcmp(list[i].family, like->family) == 0)
            return &list[i];
    return NULL;
}

static const char *text_of(const struct value *like)
{
    const struct value *v = find(like);
    return v ? v->text : fresh_value(like);
}

const char *sim_value(const char *node, const char *key)
{
    struct value like = parse(node, key);
    return exists(&like) ? text_of(&like) : NULL;
}

const char *sim_value_fresh(const char *key)
{
    struct value like = parse("", key);
    bool is_there = is_nobodys(&like) ? exists(&like) : strcmp(like.whose, "lo") == 0;
    return is_there ? fresh_value(&like) : NULL;
}

/* `own`: 1, 0, or -1: as it is. */
static void put(const struct value *like, const char *text, int own)
{
    char *copy = mem_strdup(text);
    struct value *v = find(like);
    if (!v) {
        mem_grow(&list, &room, values, sizeof *list);
        v = &list[values++];
        *v = *like;
        v->text = NULL;
    }
    if (own >= 0)
        v->is_own = own;
    free(v->text);
    v->text = copy;
}

static void put_of(const struct value *like, const char *whose, const char *text)
{
    struct value to = *like;
    snprintf(to.whose, sizeof to.whose, "%s", whose);
    if (exists(&to))
        put(&to, text, -1);
}

static void put_everywhere(const struct value *like, const char *text, bool and_default)
{
    if (and_default)
        put_of(like, "default", text);
    for (size_t i = 0; i < holders; i++)
        if (holder[i].there && strcmp(holder[i].node, like->node) == 0)
            put_of(like, holder[i].name, text);
}

static bool is_in(const char *word, const char *words)
{
    size_t len = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
            return true;
    return false;
}

static void write_all(const struct value *v, const char *before, const char *text)
{
    if (strcmp(v->family, "ipv4") == 0 && strcmp(v->what, "forwarding") == 0) {
        if (strcmp(before, text) == 0)
            return;
        put_everywhere(v, text, true);
        struct value redirects = *v;
        snprintf(redirects.what, sizeof redirects.what, "accept_redirects");
        put(&redirects, strcmp(text, "0") == 0 ? "1" : "0", -1);
    }
    if (strcmp(v->family, "ipv6") == 0 && strcmp(v->what, "force_forwarding") == 0 &&
        strcmp(before, text) != 0)
        put_everywhere(v, text, false);
    if (strcmp(v->family, "ipv6") == 0 &&
        is_in(v->what, "disable_ipv6 forwarding addr_gen_mode ignore_routes_with_linkdown"))
        put_everywhere(v, text, true);
}

static void write_ipv4_default(const struct value *v, const char *text)
{
    if (is_in(v->what, "disable_policy disable_xfrm drop_unicast_in_l2_multicast forwarding "
                       "promote_secondaries route_localnet"))
        return;
    for (size_t i = 0; i < holders; i++) {
        struct value to = *v;
        snprintf(to.whose, sizeof to.whose, "%s", holder[i].name);
        const struct value *is = find(&to);
        if (holder[i].there && strcmp(holder[i].node, v->node) == 0 && !holder[i].had_address &&
            !(is && is->is_own))
            put(&to, text, -1);
    }
}

void sim_value_write(const char *node, const char *key, const char *text)
{
    struct value v = parse(node, key);
    if (!exists(&v))
        return; /* refused */
    _cleanup_free_ char *before = mem_strdup(text_of(&v));
    put(&v, text, 1);
    if (strcmp(v.whose, "all") == 0)
        write_all(&v, before, text);
    if (strcmp(v.whose, "default") == 0 && strcmp(v.family, "ipv4") == 0)
        write_ipv4_default(&v, text);
}

/* With what `default` has, and for IPv4 with whether that was written. */
static void copy_default(const char *node, const char *ifname, const char *family)
{
    for (size_t i = 0, count = values; i < count; i++) {
        if (!list[i].there || strcmp(list[i].node, node) != 0 ||
            strcmp(list[i].whose, "default") != 0 || strcmp(list[i].family, family) != 0 ||
            is_in(list[i].what, "mtu stable_secret"))
            continue;
        struct value to = list[i];
        _cleanup_free_ char *text = mem_strdup(list[i].text);
        snprintf(to.whose, sizeof to.whose, "%s", ifname);
        put(&to, text, list[i].is_own);
    }
}

void sim_values_made(const char *node, const char *ifname)
{
    mem_grow(&holder, &holder_room, holders, sizeof *holder);
    struct holder *h = &holder[holders++];
    *h = (struct holder){.there = true};
    snprintf(h->node, sizeof h->node, "%s", node);
    snprintf(h->name, sizeof h->name, "%s", ifname);
    copy_default(node, ifname, "ipv4");
    copy_default(node, ifname, "ipv6");
}

static void drop(const char *node, const char *ifname, const char *family)
{
    for (size_t i = 0; i < values; i++)
        if (strcmp(list[i].node, node) == 0 && (!ifname || strcmp(list[i].whose, ifname) == 0) &&
            (!family || strncmp(list[i].family, family, strlen(family)) == 0))
            list[i].there = false;
}

void sim_values_gone(const char *node, const char *ifname)
{
    drop(node, ifname, NULL);
    for (size_t i = 0; i < holders; i++)
        if (strcmp(holder[i].node, node) == 0 && (!ifname || strcmp(holder[i].name, ifname) == 0))
            holder[i].there = false;
}

void sim_values_addressed(const char *node, const char *ifname)
{
    struct holder *h = find_holder(node, ifname);
    if (h)
        h->had_address = true;
}

void sim_values_ipv6(const char *node, const char *ifname, bool is_possible)
{
    struct holder *h = find_holder(node, ifname);
    if (!h || h->no_ipv6 == !is_possible)
        return;
    h->no_ipv6 = !is_possible;
    drop(node, ifname, "ipv6");
    if (is_possible)
        copy_default(node, ifname, "ipv6");
}

size_t sim_values_list(char ***line, size_t more, const char *machine)
{
    size_t count = 0;
    *line = mem_zalloc(values + more + 1, sizeof **line);
    for (size_t i = 0; i < values; i++) {
        const struct value *v = &list[i];
        if (v->there && strcmp(v->text, fresh_value(v)) != 0 &&
            (strcmp(v->node, machine) != 0 || strcmp(v->what, "disable_ipv6") == 0))
            (*line)[count++] =
                mem_printf("%s %s %s %s=%s\n", v->node, v->family, v->whose, v->what, v->text);
    }
    return count;
}
