/* SPDX-License-Identifier: BSD-2-Clause */
/* node_command: see the header. */
#include "verb/node_command.h"

#include "apply/keep.h"
#include "base/mem.h"
#include "live/node_env.h"
#include "live/relay.h"
#include "verb/common.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS    24
#define COLUMNS 80

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
    struct node_env env;
    _cleanup_fd_ int pidfd = lab_node_pidfd(c->lab, c->node, e);
    if (pidfd < 0)
        return pidfd;
    node_env_init(&env, c->lab, c->node, c->topo, getenv("TERM"), c->prompt);
    fill_terminal(&terminal);
    struct enter_command command = {
        .argv = c->argv,
        .fallback = c->fallback,
        .env = (const char *const *)env.item,
        .cwd = getcwd(cwd, sizeof cwd),
        .stdio = {c->stdio[0], c->stdio[1], c->stdio[2]},
        .user_ns_pidfd = node_env_userns(c->lab),
        .terminal = c->terminal ? &terminal : NULL,
    };
    int r = enter_start(pidfd, &command, out, e);
    if (r < 0)
        err_prefix(e, "node %s", c->lab->node[c->node].name);
    node_env_fini(&env);
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
