/* SPDX-License-Identifier: BSD-2-Clause */
/* node_command: see the header. */
#include "verb/node_command.h"

#include "apply/keep.h"
#include "base/mem.h"
#include "kernel/proc.h"
#include "live/relay.h"
#include "verb/common.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENV_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define ROWS     24
#define COLUMNS  80

int node_command_find(const struct verb_call *c, struct lab *lab, struct err *e)
{
    bool named = c->command_at == 2;
    int r = common_open(c, named ? c->argv[0] : NULL, lab, e);
    return r < 0 ? r : lab_find_node(lab, c->argv[named], e);
}

struct topo *node_command_topo(const struct lab *lab)
{
    struct topo *t = NULL;
    struct err none = ERR_INIT;
    keep_find_topo(lab, &t, &none);
    return t;
}

struct env {
    char **item; /* owned, NULL-terminated, and each entry too */
    size_t count, room;
};

/* In place of what has the same name. */
static void env_add(struct env *v, char *entry)
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

static void env_fini(struct env *v)
{
    for (size_t i = 0; i < v->count; i++)
        free(v->item[i]);
    free(v->item);
}

static void env_add_file(struct env *v, const struct topo *t, const char *node)
{
    for (size_t i = 0; t && i < t->nodes; i++) {
        const struct topo_node *n = &t->node[i];
        for (size_t k = 0; k < n->envs && strcmp(n->name, node) == 0; k++)
            env_add(v, mem_printf("%s=%s", n->env[k].key, n->env[k].value));
    }
}

/* Nothing of the caller's but what a program needs to talk to the person before it. */
static void env_fill(struct env *v, const struct node_command *c)
{
    const char *term = getenv("TERM"), *home = getenv("HOME");
    env_add(v, mem_strdup(ENV_PATH));
    env_add(v, mem_printf("HOME=%s", home && home[0] == '/' ? home : "/"));
    env_add(v, mem_printf("TERM=%s", term ? term : "dumb"));
    for (char **p = environ; *p; p++)
        if (strncmp(*p, "LANG=", 5) == 0 || strncmp(*p, "LC_", 3) == 0)
            env_add(v, mem_strdup(*p));
    env_add(v, mem_printf("VETHLAB_LAB=%s", c->lab->name));
    env_add(v, mem_printf("VETHLAB_NODE=%s", c->lab->node[c->node].name));
    if (c->prompt)
        env_add(v, mem_printf("PS1=%s", c->prompt));
    env_add_file(v, c->topo, c->lab->node[c->node].name);
}

static bool is_other_userns(const struct lab *lab)
{
    struct proc_ns ours, theirs;
    return proc_ns(0, "user", &ours) == 0 && proc_ns(lab->holder, "user", &theirs) == 0 &&
           (ours.ino != theirs.ino || ours.dev != theirs.dev);
}

static void fill_terminal(struct enter_terminal *t)
{
    *t = (struct enter_terminal){.size = {.ws_row = ROWS, .ws_col = COLUMNS}};
    t->has_modes = tcgetattr(STDIN_FILENO, &t->modes) == 0;
    for (int fd = 0; fd < 3; fd++) {
        struct winsize size;
        if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
            t->size = size;
            return;
        }
    }
}

int node_command_start(const struct node_command *c, struct enter *out, struct err *e)
{
    char cwd[PATH_MAX];
    struct enter_terminal terminal;
    struct env env = {0};
    _cleanup_fd_ int pidfd = lab_node_pidfd(c->lab, c->node, e);
    if (pidfd < 0)
        return pidfd;
    env_fill(&env, c);
    fill_terminal(&terminal);
    struct enter_command command = {
        .argv = c->argv,
        .fallback = c->fallback,
        .env = (const char *const *)env.item,
        .cwd = getcwd(cwd, sizeof cwd),
        .stdio = {c->stdio[0], c->stdio[1], c->stdio[2]},
        .user_ns_pidfd = is_other_userns(c->lab) ? c->lab->pidfd : -1,
        .terminal = c->terminal ? &terminal : NULL,
    };
    int r = enter_start(pidfd, &command, out, e);
    if (r < 0)
        err_prefix(e, "node %s", c->lab->node[c->node].name);
    env_fini(&env);
    return r;
}

bool node_command_is_interactive(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

int node_command_run(struct node_command *c, struct err *e)
{
    struct forward f;
    struct enter n;
    for (int i = 0; i < 3; i++)
        c->stdio[i] = c->terminal ? -1 : i;
    /* Errors that a person at a terminal sends elsewhere go there. */
    if (c->terminal && node_command_is_interactive() && !isatty(STDERR_FILENO))
        c->stdio[STDERR_FILENO] = STDERR_FILENO;
    if (forward_open(&f, e) < 0)
        return ENTER_FAILED;
    int code = -1;
    if (node_command_start(c, &n, e) == 0)
        code = c->terminal ? relay_terminal(&n, &f, e) : relay_signals(&n, &f);
    forward_close(&f);
    return code >= 0 ? code : e->exit >= ENTER_FAILED ? (int)e->exit : ENTER_FAILED;
}
