/* SPDX-License-Identifier: BSD-2-Clause */
/* node_env: see the header. */
#include "live/node_env.h"

#include "base/mem.h"
#include "kernel/proc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In place of what has the same name. */
static void add(struct node_env *v, char *entry)
{
    size_t name = strcspn(entry, "=") + 1;
    for (size_t i = 0; i < v->count; i++)
        if (strncmp(v->item[i], entry, name) == 0) {
            free(v->item[i]);
            v->item[i] = entry;
            return;
        }
    mem_grow(&v->item, &v->room, v->count + 1, sizeof *v->item);
    v->item[v->count++] = entry;
    v->item[v->count] = NULL;
}

static void add_file(struct node_env *v, const struct topo *t, const char *node)
{
    for (size_t i = 0; t && i < t->nodes; i++) {
        const struct topo_node *n = &t->node[i];
        for (size_t k = 0; k < n->envs && strcmp(n->name, node) == 0; k++)
            add(v, mem_printf("%s=%s", n->env[k].key, n->env[k].value));
    }
}

void node_env_init(struct node_env *v, const struct lab *lab, size_t node, const struct topo *topo,
                   const char *term, const char *prompt)
{
    const char *home = getenv("HOME");
    *v = (struct node_env){0};
    add(v, mem_strdup(TOPO_ENV_PATH));
    add(v, mem_printf("HOME=%s", home && home[0] == '/' ? home : "/"));
    add(v, mem_printf("TERM=%s", term ? term : "dumb"));
    for (char **p = environ; *p; p++)
        if (strncmp(*p, "LANG=", 5) == 0 || strncmp(*p, "LC_", 3) == 0)
            add(v, mem_strdup(*p));
    add(v, mem_printf("VETHLAB_LAB=%s", lab->name));
    add(v, mem_printf("VETHLAB_NODE=%s", lab->node[node].name));
    if (prompt)
        add(v, mem_printf("PS1=%s", prompt));
    add_file(v, topo, lab->node[node].name);
}

void node_env_fini(struct node_env *v)
{
    for (size_t i = 0; i < v->count; i++)
        free(v->item[i]);
    free(v->item);
    *v = (struct node_env){0};
}

int node_env_userns(const struct lab *lab)
{
    struct proc_ns ours, theirs;
    bool other = proc_ns(0, "user", &ours) == 0 && proc_ns(lab->holder, "user", &theirs) == 0 &&
                 (ours.ino != theirs.ino || ours.dev != theirs.dev);
    return other ? lab->pidfd : -1;
}
