/* SPDX-License-Identifier: BSD-2-Clause */
/* read_node: the keys of a node. */
#include "format/read_node.h"

#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void read_prefix(struct reader *r, struct fy_node *v, struct mark mark,
                        struct topo_prefixes *list, sa_family_t family)
{
    struct ip_prefix p;
    _cleanup_free_ char *s = yaml_text(r, v, mark, "an address");
    if (!s)
        return;
    mark = yaml_mark(v, mark);
    if (ip_prefix_parse(s, &p) && p.addr.family == family) {
        topo_prefixes_add(list, &p)->mark = mark;
        return;
    }
    _cleanup_free_ char *clean = text_clean_dup(s);
    fault_add(r->faults, FAULT_ERROR, mark, "\"%s\" is no %s prefix: write it like %s", clean,
              family == AF_INET ? "IPv4" : "IPv6",
              family == AF_INET ? "10.0.0.1/24" : "fd00::1/64");
}

void read_prefix4(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    read_prefix(r, v, mark, obj, AF_INET);
}

void read_prefix6(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    read_prefix(r, v, mark, obj, AF_INET6);
}

static void read_own_prefixes(struct reader *r, struct fy_node *v, struct mark mark,
                              struct topo_node *n, yaml_key_fn *fn)
{
    size_t before = r->faults->errors;
    yaml_each(r, v, mark, fn, &n->prefix);
    n->incomplete |= r->faults->errors > before;
}

static void key_ipv4(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    read_own_prefixes(r, v, mark, obj, read_prefix4);
}

static void key_ipv6(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    read_own_prefixes(r, v, mark, obj, read_prefix6);
}

static void not_one_of(struct reader *r, struct fy_node *v, struct mark mark, const char *key,
                       const char *words, const char *value)
{
    _cleanup_free_ char *clean = text_clean_dup(value);
    fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark), "%s must be %s, not \"%s\"", key, words,
              clean);
}

static void key_kind(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    struct topo_node *n = obj;
    _cleanup_free_ char *s = yaml_text(r, v, mark, "kind");
    for (int k = 0; s && k < NODE_KIND_COUNT; k++)
        if (strcmp(s, node_kind_names[k]) == 0) {
            n->kind = (enum node_kind)k;
            return;
        }
    n->incomplete = true;
    if (s)
        not_one_of(r, v, mark, "kind", "linux or bridge", s);
}

static void key_hostname(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    struct topo_node *n = obj;
    char *s = yaml_text(r, v, mark, "hostname");
    if (!s)
        return;
    if (!name_is_hostname(s)) {
        fault_add(
            r->faults, FAULT_ERROR, yaml_mark(v, mark),
            "a hostname has 1 to 64 letters, digits, '-' and '.', and begins with a letter or "
            "a digit");
        free(s);
        return;
    }
    free(n->hostname);
    n->hostname = s;
}

static void key_lo(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    _cleanup_free_ char *s = yaml_text(r, v, mark, "lo");
    if (s && strcmp(s, "up") != 0 && strcmp(s, "down") != 0)
        not_one_of(r, v, mark, "lo", "up or down", s);
    ((struct topo_node *)obj)->lo_down = s && strcmp(s, "down") == 0;
}

static void key_dad(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    yaml_bool(r, v, mark, "dad", &((struct topo_node *)obj)->dad);
}

static void key_routes(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    yaml_each(r, v, mark, read_route, obj);
}

/* --- sysctls and env -------------------------------------------------------------------------- */
typedef struct topo_pair *add_pair_fn(struct topo_node *n, const char *key, const char *value);

static void read_pairs(struct reader *r, struct fy_node *v, struct mark mark, struct topo_node *n,
                       const char *what, const char *one, add_pair_fn *add)
{
    void *it = NULL;
    struct fy_node_pair *pair;
    if (yaml_is_null(v))
        return;
    if (!fy_node_is_mapping(v)) {
        fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark),
                  "%s must be a mapping: lines of \"name: value\"", what);
        return;
    }
    while ((pair = fy_node_mapping_iterate(v, &it))) {
        struct mark at = yaml_mark(fy_node_pair_key(pair), mark);
        _cleanup_free_ char *key = yaml_text(r, fy_node_pair_key(pair), at, one);
        if (key && yaml_is_null(fy_node_pair_value(pair))) {
            _cleanup_free_ char *clean = text_clean_dup(key);
            fault_add(r->faults, FAULT_ERROR, at,
                      "\"%s\" has no value: write \"\" where it is to be empty", clean);
            continue;
        }
        _cleanup_free_ char *value = yaml_text(r, fy_node_pair_value(pair), at, one);
        if (key && value)
            add(n, key, value)->mark = at;
    }
}

/* As sysctl.d(5) has it: what comes first, a dot or a slash, separates the parts; where that is the
 * dot, a slash stands for a dot within a part (net.ipv4.conf.eth0/100.rp_filter). */
static struct topo_pair *add_sysctl(struct topo_node *n, const char *key, const char *value)
{
    struct topo_pair *p = topo_node_add_sysctl(n, key, value);
    if (key[strcspn(key, "./")] == '.')
        for (char *c = p->key; (c = strpbrk(c, "./")); c++)
            *c = *c == '.' ? '/' : '.';
    return p;
}

static void key_sysctls(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    read_pairs(r, v, mark, obj, "sysctls", "a sysctl", add_sysctl);
}

static void key_env(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    read_pairs(r, v, mark, obj, "env", "an environment variable", topo_node_add_env);
}

/* --- exec ------------------------------------------------------------------------------------- */
static void exec_words(struct reader *r, struct fy_node *v, struct mark mark, struct topo_exec *x)
{
    size_t count = 0;
    void *it = NULL;
    struct fy_node *word;
    if (fy_node_is_sequence(v)) {
        x->argv = mem_zalloc((size_t)fy_node_sequence_item_count(v) + 1, sizeof *x->argv);
        while ((word = fy_node_sequence_iterate(v, &it)))
            if ((x->argv[count] = yaml_text(r, word, mark, "a word of a command")))
                count++;
        if (count == 0)
            fault_add(r->faults, FAULT_ERROR, mark, "a command needs at least one word");
        return;
    }
    x->argv = mem_zalloc(4, sizeof *x->argv);
    x->shell = true;
    char *text = yaml_text(r, v, mark, "a command");
    if (!text)
        return;
    x->argv[0] = mem_strdup("/bin/sh");
    x->argv[1] = mem_strdup("-c");
    x->argv[2] = text;
}

static void exec_run(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    struct topo_exec *x = obj;
    if (!x->argv)
        exec_words(r, v, mark, x);
}

static void exec_ignore(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    yaml_bool(r, v, mark, "ignore-failure", &((struct topo_exec *)obj)->ignore_failure);
}

static void exec_timeout(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    long s = TOPO_EXEC_TIMEOUT_S;
    if (yaml_number(r, v, mark, "timeout", 1, 86400, &s))
        ((struct topo_exec *)obj)->timeout_s = (uint32_t)s;
}

const struct yaml_key read_exec_keys[] = {
    {"run", exec_run}, {"ignore-failure", exec_ignore}, {"timeout", exec_timeout}, {NULL, NULL}};

/* True, and said, if no key of the mapping is one of ours: a command that has ": " in it. */
static bool is_unquoted(struct reader *r, struct fy_node *v, struct mark mark)
{
    for (const struct yaml_key *k = read_exec_keys; k->name; k++)
        if (fy_node_mapping_lookup_by_string(v, k->name, FY_NT))
            return false;
    fault_add(r->faults, FAULT_ERROR, mark,
              "a command that contains \": \" must stand in quotes; a mapping needs \"run\"");
    return true;
}

static void one_exec(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    struct topo_exec *x = topo_node_add_exec(obj);
    x->mark = mark;
    if (!fy_node_is_mapping(v)) {
        exec_words(r, v, mark, x);
        return;
    }
    if (is_unquoted(r, v, mark))
        return;
    yaml_keys(r, v, mark, "a command", read_exec_keys, x);
    if (!x->argv)
        fault_add(r->faults, FAULT_ERROR, mark, "a command needs \"run\"");
}

static void key_exec(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    if (!yaml_is_null(v) && !fy_node_is_sequence(v))
        fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark), "exec must be a list of commands");
    else
        yaml_each(r, v, mark, one_exec, obj);
}

static void one_namespace(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    struct topo_node *n = obj;
    _cleanup_free_ char *s = yaml_text(r, v, mark, "a namespace");
    for (unsigned i = 0; s && i < TOPO_NS_COUNT; i++)
        if (strcmp(s, topo_ns_names[i]) == 0) {
            n->namespaces |= 1u << i;
            return;
        }
    if (s)
        fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark),
                  "a node's namespaces are net, pid, mnt and uts");
}

static void key_namespaces(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    ((struct topo_node *)obj)->namespaces = TOPO_NS_NET;
    yaml_each(r, v, mark, one_namespace, obj);
}

/* Entries without a function are containerlab's, and warned of only in its wrapper. */
const struct yaml_key read_node_keys[] = {
    {"kind", key_kind},
    {"hostname", key_hostname},
    {"ipv4", key_ipv4},
    {"ipv6", key_ipv6},
    {"lo", key_lo},
    {"dad", key_dad},
    {"routes", key_routes},
    {"sysctls", key_sysctls},
    {"env", key_env},
    {"exec", key_exec},
    {"namespaces", key_namespaces},
    {"aliases", NULL},
    {"auto-remove", NULL},
    {"binds", NULL},
    {"build", NULL},
    {"cap-add", NULL},
    {"certificate", NULL},
    {"cgroupns-mode", NULL},
    {"cmd", NULL},
    {"components", NULL},
    {"config", NULL},
    {"cpu", NULL},
    {"cpu-set", NULL},
    {"credentials", NULL},
    {"devices", NULL},
    {"dns", NULL},
    {"enforce-startup-config", NULL},
    {"entrypoint", NULL},
    {"env-files", NULL},
    {"extras", NULL},
    {"group", NULL},
    {"healthcheck", NULL},
    {"image", NULL},
    {"image-pull-policy", NULL},
    {"labels", NULL},
    {"license", NULL},
    {"memory", NULL},
    {"mgmt-ipv4", NULL},
    {"mgmt-ipv6", NULL},
    {"network-mode", NULL},
    {"ports", NULL},
    {"position", NULL},
    {"restart-policy", NULL},
    {"runtime", NULL},
    {"shm-size", NULL},
    {"stages", NULL},
    {"startup-config", NULL},
    {"startup-delay", NULL},
    {"suppress-startup-config", NULL},
    {"type", NULL},
    {"user", NULL},
    {NULL, NULL},
};
_Static_assert(ARRAY_LEN(read_node_keys) <= YAML_KEYS_MAX, "the largest mapping fits");

static void read_one_node(struct reader *r, const char *name, struct fy_node *v, struct mark mark)
{
    _cleanup_free_ char *clean = text_clean_dup(name);
    struct topo_node *n = topo_add_node(r->topo, clean);
    size_t before = r->unread;
    n->mark = mark;
    yaml_keys(r, v, mark, "a node", read_node_keys, n);
    n->incomplete |= r->unread > before;
}

void read_nodes(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    void *it = NULL;
    struct fy_node_pair *pair;
    (void)obj;
    if (yaml_is_null(v))
        return;
    if (!fy_node_is_mapping(v)) {
        fault_add(r->faults, FAULT_ERROR, yaml_mark(v, mark),
                  "nodes must be a mapping: each node's name, then a colon");
        r->topo->incomplete = true;
        return;
    }
    while ((pair = fy_node_mapping_iterate(v, &it))) {
        struct mark at = yaml_mark(fy_node_pair_key(pair), mark);
        _cleanup_free_ char *name = yaml_text(r, fy_node_pair_key(pair), at, "a node's name");
        if (name)
            read_one_node(r, name, fy_node_pair_value(pair), at);
        else
            r->topo->incomplete = true;
    }
}
