/* SPDX-License-Identifier: BSD-2-Clause */
/* builder_exec: the commands of a topology.
 *
 * A command writes into its node's log, not into a pipe of ours: whatever it leaves running goes on
 * writing there when nobody is left to read, instead of dying of a broken pipe. What it has written
 * by its end is relayed then. */
#include "apply/builder_inside.h"
#include "apply/builder_node.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"
#include "kernel/enter.h"
#include "kernel/lean.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of one command; the rest is only in the log. */
#define RELAY_MAX ((size_t)256 << 10)

static char **exec_env(const struct builder *b, const struct topo_node *n)
{
    char **env = mem_zalloc(n->envs + 5, sizeof *env);
    size_t count = 0;
    env[count++] = mem_strdup(TOPO_ENV_PATH);
    env[count++] = mem_strdup(TOPO_ENV_HOME);
    env[count++] = mem_printf("VETHLAB_LAB=%s", b->topo->name);
    env[count++] = mem_printf("VETHLAB_NODE=%s", n->name);
    for (size_t i = 0; i < n->envs; i++)
        env[count++] = mem_printf("%s=%s", n->env[i].key, n->env[i].value);
    return env;
}

static void free_env(char **env)
{
    for (char **one = env; *one; one++)
        free(*one);
    free(env);
}

#define STOPPED  (-1) /* we were told to stop */
#define OVERTIME (-2)

/* Waits for the command at most its time; its exit code, or why it was ended. */
static int wait_command(const struct builder *b, struct enter *n, uint32_t timeout_s)
{
    _cleanup_fd_ int pidfd = (int)syscall(SYS_pidfd_open, n->pid, 0);
    struct pollfd p[2] = {{.fd = pidfd, .events = POLLIN},
                          {.fd = b->is_change ? b->channel : -1, .events = POLLIN}};
    int64_t end_ns = clock_mono_ns() + timeout_s * CLOCK_NS_PER_S;
    int r;
    do
        r = poll(p, 2, (int)((end_ns - clock_mono_ns()) / CLOCK_NS_PER_MS));
    while (r < 0 && errno == EINTR && clock_mono_ns() < end_ns);
    if (!p[0].revents || r <= 0)
        enter_signal(n, SIGKILL);
    int code = enter_wait(n);
    return r > 0 && p[0].revents ? code : r > 0 ? STOPPED : OVERTIME;
}

/* A note's room (struct err), less the node's name. */
#define NOTE_BYTES (ERR_TEXT_MAX - NAME_NODE_MAX - 4)

/* A line that is longer than a note goes on in the next one: nothing of it is lost. */
static void relay_line(const struct builder *b, const struct topo_node *n, const char *text,
                       size_t len)
{
    _cleanup_buf_ struct buf line = BUF_INIT;
    text_clean(&line, text, len);
    const char *at = buf_str(&line), *end = at + line.len;
    do {
        _cleanup_buf_ struct buf note = BUF_INIT;
        size_t part = (size_t)(end - at) < NOTE_BYTES ? (size_t)(end - at) : NOTE_BYTES;
        while (part > 1 && at + part < end && ((unsigned char)at[part] & 0xc0) == 0x80)
            part--; /* not within a character */
        buf_printf(&note, "%s: ", n->name);
        buf_add(&note, at, part);
        builder_tell(b->channel, BUILD_NOTE, note.data, note.len);
        at += part;
    } while (at < end);
}

/* What was written since `from`, line by line, as "NODE: text". */
static void relay(const struct builder *b, const struct topo_node *n, int log, off_t from)
{
    struct stat st;
    if (fstat(log, &st) < 0 || st.st_size <= from)
        return;
    size_t len = (size_t)(st.st_size - from);
    size_t part = len > RELAY_MAX ? RELAY_MAX : len;
    _cleanup_free_ char *text = mem_alloc(part);
    ssize_t got = pread(log, text, part, from);
    for (ssize_t at = 0; at < got;) {
        const char *eol = memchr(text + at, '\n', (size_t)(got - at));
        size_t width = eol ? (size_t)(eol - text - at) : (size_t)(got - at);
        relay_line(b, n, text + at, width);
        at += (ssize_t)width + 1;
    }
    if (part < len) {
        char more[128];
        int k = snprintf(more, sizeof more, "%s: %zu bytes more: vethlab logs %s %s", n->name,
                         len - part, b->topo->name, n->name);
        builder_tell(b->channel, BUILD_NOTE, more, (size_t)k);
    }
}

/* A line of our own between those of the commands; one that they left unfinished is ended first. */
static void put_line(int log, char *text /* owned */)
{
    _cleanup_free_ char *line = text;
    struct stat st;
    char last = '\n';
    if (fstat(log, &st) == 0 && st.st_size > 0 && pread(log, &last, 1, st.st_size - 1) == 1 &&
        last != '\n')
        io_write_all(log, "\n", 1);
    io_write_all(log, line, strlen(line));
}

char *builder_command(const struct topo_exec *x)
{
    struct buf raw = BUF_INIT, clean = BUF_INIT;
    for (char **arg = x->shell ? x->argv + 2 : x->argv; *arg; arg++)
        buf_printf(&raw, "%s%s", raw.len ? " " : "", *arg);
    text_clean(&clean, buf_str(&raw), raw.len);
    buf_fini(&raw);
    return buf_steal(&clean);
}

/* `why`: it was not so much as begun; or NULL. */
static int ended_badly(const struct builder *b, const struct op *op, int code, const char *why,
                       struct err *e)
{
    const struct topo_exec *x = op->u.exec;
    const char *node = b->topo->node[op->node].name;
    _cleanup_free_ char *what = builder_command(x);
    if (code == STOPPED)
        return err_set(e, EINTR, "node %s: \"%s\" was cut off", node, what);
    if (code == OVERTIME)
        return err_set(e, 0, "%s:%u: node %s: \"%s\" did not end within %u s", b->topo->file,
                       op->mark.line, node, what, x->timeout_s);
    if (code == ENTER_FAILED && why)
        return err_set(e, 0, "%s:%u: node %s: \"%s\" could not be run: %s", b->topo->file,
                       op->mark.line, node, what, why);
    return err_set(e, 0, "%s:%u: node %s: \"%s\" ended with exit code %d", b->topo->file,
                   op->mark.line, node, what, code);
}

int builder_exec(struct builder *b, const struct op *op, struct err *e)
{
    const struct topo_node *n = &b->topo->node[op->node];
    const struct topo_exec *x = op->u.exec;
    int log = keep_log(b->keep, op->node);
    _cleanup_free_ char *words = builder_command(x);
    put_line(log, mem_printf("$ %s\n", words));
    off_t from = lseek(log, 0, SEEK_END);
    _cleanup_fd_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    char **env = exec_env(b, n);
    struct enter_command c = {.argv = x->argv,
                              .env = (const char *const *)env,
                              .stdio = {null, log, log},
                              .user_ns_pidfd = -1};
    struct enter running;
    struct err why = ERR_INIT;
    lean_children(false);
    int r = enter_start(b->node[op->node].pidfd, &c, &running, &why);
    free_env(env);
    if (r < 0)
        put_line(log, mem_printf("%s\n", why.text));
    int code = r < 0 ? (int)why.exit : wait_command(b, &running, x->timeout_s);
    relay(b, n, log, from);
    if (code == 0)
        return 0;
    put_line(log, code == STOPPED    ? mem_strdup("(cut off)\n")
                  : code == OVERTIME ? mem_printf("(ended after %u s)\n", x->timeout_s)
                                     : mem_printf("(exit code %d)\n", code));
    return x->ignore_failure ? 0 : ended_badly(b, op, code, r < 0 ? why.text : NULL, e);
}
