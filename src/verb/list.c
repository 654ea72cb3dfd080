/* SPDX-License-Identifier: BSD-2-Clause */
/* list: the labs that run, as the processes show them. */
#include "verb/verbs.h"

#include "apply/life.h"
#include "base/buf.h"
#include "base/clock.h"
#include "kernel/lab.h"
#include "json/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    bool json;
};

static const struct opt opts[] = {
    {0, "json", OPT_FLAG, offsetof(struct options, json), NULL, "print JSON"},
    {0},
};

static const char *const phase_names[] = {[LAB_STARTING] = "starting", [LAB_RUNNING] = "running"};

static void print_table(const struct labs *labs)
{
    if (labs->count == 0)
        return;
    printf("%-32s %-9s %6s %8s %10s\n", "LAB", "STATE", "NODES", "HOLDER", "AGE");
    for (size_t i = 0; i < labs->count; i++) {
        const struct lab *l = &labs->item[i];
        long s = (long)(l->age_ns / CLOCK_NS_PER_S);
        printf("%-32s %-9s %6zu %8d %4ld:%02ld:%02ld\n", l->name, phase_names[l->phase], l->nodes,
               l->holder, s / 3600, s / 60 % 60, s % 60);
    }
}

static void print_json(const struct labs *labs)
{
    struct json *all = json_new_array();
    for (size_t i = 0; i < labs->count; i++) {
        const struct lab *l = &labs->item[i];
        struct json *one = json_add_object(all);
        json_set_text(one, "lab", l->name);
        json_set_text(one, "state", phase_names[l->phase]);
        json_set_int(one, "nodes", (int64_t)l->nodes);
        json_set_int(one, "holder", l->holder);
        json_set_int(one, "age_ms", l->age_ns / CLOCK_NS_PER_MS);
    }
    struct buf out = BUF_INIT;
    json_print(all, true, &out);
    puts(buf_str(&out));
    buf_fini(&out);
    json_free(all);
}

static int run_list(const struct verb_call *c, struct err *e)
{
    const struct options *o = c->options;
    struct labs labs = {0};
    int r = labs_find(getuid(), true, &labs, e);
    if (r == 0)
        life_tidy(&labs);
    if (r == 0 && o->json)
        print_json(&labs);
    else if (r == 0)
        print_table(&labs);
    labs_fini(&labs);
    return r < 0 ? (int)e->exit : EXIT_DONE;
}

const struct verb verb_list = {
    .name = "list",
    .synopsis = "[--json]",
    .summary = "Lists the labs of mine that run",
    .opts = opts,
    .options_size = sizeof(struct options),
    .run = run_list,
};
