/* SPDX-License-Identifier: BSD-2-Clause */
/* list: the labs that run, as the processes show them. */
#include "verb/verbs.h"

#include "apply/keep.h"
#include "apply/life.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "kernel/hostnet.h"
#include "kernel/lab_ids.h"
#include "kernel/spawn.h"
#include "verb/grid.h"
#include "json/json.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    bool json, all_users;
};

static const struct opt opts[] = {
    {0, "json", OPT_FLAG, offsetof(struct options, json), NULL, "print JSON"},
    {0, "all-users", OPT_FLAG, offsetof(struct options, all_users), NULL,
     "the labs of every user; root sees them without being asked"},
    {0},
};

static const char *const phase_names[] = {[LAB_STARTING] = "starting", [LAB_RUNNING] = "running"};

/* The names that a lab has on the machine itself, each behind the other. */
struct ends {
    struct buf *text;   /* for the table, or NULL */
    struct json *array; /* for JSON, or NULL */
};

static void add_end(const struct snap_if *i, void *ctx)
{
    struct ends *to = ctx;
    if (to->array)
        json_add_text(to->array, i->name);
    if (!to->text)
        return;
    if (to->text->len)
        buf_addc(to->text, ' ');
    text_clean(to->text, i->name, strlen(i->name));
}

/* A machine that cannot be read, or a lab that ends meanwhile, has none. */
static void add_ends(const struct lab *l, const struct snap *host, struct ends *to)
{
    struct err ignored = ERR_INIT;
    if (host)
        hostnet_each_end(&host->node[0], l, add_end, to, &ignored);
}

static bool has_others(const struct labs *labs)
{
    for (size_t i = 0; i < labs->count; i++)
        if (labs->item[i].uid != getuid())
            return true;
    return false;
}

static const char *user_name(uid_t uid, char *text, size_t size)
{
    const struct passwd *pw = getpwuid(uid);
    snprintf(text, size, "%u", uid);
    return pw ? text_clean_to(text, size, pw->pw_name) : text;
}

/* Nodes that the lab should have but that ended, as far as that is known. */
static size_t count_gone(const struct lab *l)
{
    struct topo *t = NULL;
    struct err none = ERR_INIT;
    size_t gone = 0;
    if (keep_find_topo(l, &t, &none) < 0)
        return 0;
    for (size_t i = 0; (i = keep_gone_node(l, t, i)) < t->nodes; i++)
        gone++;
    topo_free(t);
    return gone;
}

/* "2", or "1 of 2" */
static void add_count(struct grid *g, const struct lab *l)
{
    char text[64];
    size_t gone = count_gone(l);
    int n = snprintf(text, sizeof text, "%zu", l->nodes);
    if (gone)
        snprintf(text + n, sizeof text - (size_t)n, " of %zu", l->nodes + gone);
    grid_add(g, text);
}

static void print_table(const struct labs *labs, const struct snap *host)
{
    static const struct grid_column columns[] = {
        {"LAB", false, false},           {"USER", false, true},   {"STATE", false, false},
        {"NODES", true, false},          {"HOLDER", true, false}, {"AGE", true, false},
        {"ON THE MACHINE", false, true},
    };
    if (labs->count == 0)
        return;
    _cleanup_buf_ struct buf out = BUF_INIT;
    bool with_users = has_others(labs);
    struct grid *g = grid_new(columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < labs->count; i++) {
        const struct lab *l = &labs->item[i];
        long s = (long)(l->age_ns / CLOCK_NS_PER_S);
        char number[32], user[64];
        _cleanup_buf_ struct buf names = BUF_INIT;
        add_ends(l, host, &(struct ends){.text = &names});
        grid_add(g, l->name);
        grid_add(g, with_users ? user_name(l->uid, user, sizeof user) : "");
        grid_add(g, phase_names[l->phase]);
        add_count(g, l);
        snprintf(number, sizeof number, "%d", l->holder);
        grid_add(g, number);
        snprintf(number, sizeof number, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
        grid_add(g, number);
        grid_add(g, buf_str(&names));
    }
    grid_print(g, &out);
    grid_free(g);
    fputs(buf_str(&out), stdout);
}

static void print_json(const struct labs *labs, const struct snap *host)
{
    struct json *all = json_new_object();
    json_set_text(all, "format", "vethlab-list");
    json_set_int(all, "version", 1);
    struct json *list = json_set_array(all, "labs");
    for (size_t i = 0; i < labs->count; i++) {
        const struct lab *l = &labs->item[i];
        struct json *one = json_add_object(list);
        json_set_text(one, "lab", l->name);
        json_set_int(one, "uid", l->uid);
        json_set_text(one, "state", phase_names[l->phase]);
        json_set_int(one, "nodes", (int64_t)l->nodes);
        json_set_int(one, "nodes_gone", (int64_t)count_gone(l));
        json_set_int(one, "holder", l->holder);
        json_set_int(one, "age_ms", l->age_ns / CLOCK_NS_PER_MS);
        add_ends(l, host, &(struct ends){.array = json_set_array(one, "on_the_machine")});
    }
    struct buf out = BUF_INIT;
    json_print(all, true, &out);
    fputs(buf_str(&out), stdout);
    buf_fini(&out);
    json_free(all);
}

/* Root of a user namespace of its own sees the labs of others too, but as those of user "nobody",
 * and can do nothing with them. */
static bool is_root_of_all(void)
{
    struct err none = ERR_INIT;
    enum lab_ids ids;
    const struct lab own = {.name = (char[]){""}, .holder = getpid()};
    return geteuid() == 0 && lab_ids_read(&own, &ids, &none) == 0 && ids == LAB_IDS_ALL;
}

static int run_list(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    struct labs labs = {0};
    struct snap *host = NULL;
    struct err ignored = ERR_INIT; /* then nothing is said of the machine's interfaces */
    bool everybody = o->all_users || (is_root_of_all() && c->uid == getuid() && !c->by_uid);
    int r = labs_find(everybody ? (uid_t)-1 : c->uid, true, &labs, e);
    if (r == 0 && c->uid == getuid())
        life_tidy(&labs);
    if (r == 0 && spawn_is_privileged())
        hostnet_read(false, &host, &ignored);
    if (r == 0)
        (o->json ? print_json : print_table)(&labs, host);
    snap_free(host);
    labs_fini(&labs);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

const struct verb verb_list = {
    .name = "list",
    .synopsis = "[--json] [--all-users]",
    .summary = "Lists the labs that run",
    .details =
        "Those of the user; for root those of all users, with a column that names them. They are\n"
        "found by their processes: no file is needed. ON THE MACHINE names the interfaces that a\n"
        "lab has on the machine itself (up --allow-host). NODES is \"1 of 2\" where a node has "
        "ended.\n"
        "--json prints one object with \"format\": \"vethlab-list\"; its keys are described in\n"
        "vethlab-list.json.md among the documents.",
    .opts = opts,
    .options_size = sizeof(struct options),
    .others = true,
    .run = run_list,
};
