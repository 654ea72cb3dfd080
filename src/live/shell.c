/* SPDX-License-Identifier: BSD-2-Clause */
/* shell: see the header.
 *
 * We hold the shell's end of its terminal too, so that the master never hangs up while the shell
 * lives; its end is the end of its process. What it wrote last may then still be on its way through
 * the kernel's terminal: our end is closed, and all is read until the kernel says that no end is
 * open (EIO) or, where a process it left behind holds one, for LAST_NS.
 *
 * Whatever a program prints, a turn of the loop takes TURN_NS and a little, and keys come next. */
#include "live/shell.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "kernel/enter.h"
#include "live/node_env.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/ttydefaults.h>
#include <unistd.h>

#define CHUNK       8192
#define TURN_NS     (4 * CLOCK_NS_PER_MS)
#define LAST_NS     (100 * CLOCK_NS_PER_MS)
#define PENDING_MAX (1024 * 1024) /* bytes typed and not yet taken */
#define HANG_UP_NS  (100 * CLOCK_NS_PER_MS)
#define KILL_NS     (2 * CLOCK_NS_PER_S)
#define PLAIN       "/bin/sh"

struct shell {
    struct enter process;
    int pidfd;
    struct loop_source *output, *end, *last;
    struct term *term;
    struct buf pending;
    bool waits; /* for room to write */
    bool ended;
    int code;
    size_t node;
    shell_fn *fn;
    void *ctx;
};

/* --- beginning -------------------------------------------------------------------------------- */

/* As a terminal of a person begins (sys/ttydefaults.h), for UTF-8. */
static void set_modes(struct enter_terminal *t, int rows, int cols)
{
    static const cc_t characters[] = {
        [VINTR] = CINTR,     [VQUIT] = CQUIT,   [VERASE] = CERASE,     [VKILL] = CKILL,
        [VEOF] = CEOF,       [VMIN] = CMIN,     [VTIME] = CTIME,       [VSTART] = CSTART,
        [VSTOP] = CSTOP,     [VSUSP] = CSUSP,   [VREPRINT] = CREPRINT, [VDISCARD] = CDISCARD,
        [VWERASE] = CWERASE, [VLNEXT] = CLNEXT,
    };
    *t = (struct enter_terminal){.has_modes = true};
    t->modes.c_iflag = ICRNL | IXON | IUTF8;
    t->modes.c_oflag = OPOST | ONLCR;
    t->modes.c_cflag = CREAD | CS8;
    t->modes.c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
    for (size_t i = 0; i < ARRAY_LEN(characters); i++)
        t->modes.c_cc[i] = characters[i];
    cfsetispeed(&t->modes, B38400);
    cfsetospeed(&t->modes, B38400);
    t->size = (struct winsize){.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
}

/* The emulator's own name where the machine's terminfo(5) has it; "xterm" differs in colours. */
static const char *name_of_term(void)
{
    static const char *const places[] = {"/etc/terminfo", "/lib/terminfo", "/usr/lib/terminfo",
                                         "/usr/share/terminfo"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        for (int hex = 0; hex < 2; hex++) {
            _cleanup_free_ char *path =
                mem_printf("%s/%s/%s", places[i], hex ? "78" : "x", TERM_NAME);
            if (access(path, R_OK) == 0)
                return TERM_NAME;
        }
    return "xterm";
}

static int start(struct shell *s, const struct shell_options *o, struct err *e)
{
    char cwd[PATH_MAX], first[PATH_MAX], plain[] = PLAIN;
    const char *wanted = getenv("SHELL");
    snprintf(first, sizeof first, "%s", wanted && wanted[0] == '/' ? wanted : PLAIN);
    char *const argv[] = {first, NULL}, *const fallback[] = {plain, NULL};
    struct enter_terminal terminal;
    struct node_env env;
    _cleanup_fd_ int node = lab_node_pidfd(o->lab, o->node, e);
    if (node < 0)
        return node;
    _cleanup_free_ char *prompt = mem_printf("%s/%s# ", o->lab->name, o->lab->node[o->node].name);
    node_env_init(&env, o->lab, o->node, o->topo, name_of_term(), prompt);
    set_modes(&terminal, o->rows, o->cols);
    struct enter_command command = {
        .argv = argv,
        .fallback = fallback,
        .env = (const char *const *)env.item,
        .cwd = getcwd(cwd, sizeof cwd),
        .stdio = {-1, -1, -1},
        .user_ns_pidfd = node_env_userns(o->lab),
        .terminal = &terminal,
    };
    int r = enter_start(node, &command, &s->process, e);
    if (r < 0)
        err_prefix(e, "node %s", o->lab->node[o->node].name);
    node_env_fini(&env);
    return r;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void finish(struct shell *s)
{
    loop_remove(s->output);
    loop_remove(s->end);
    loop_remove(s->last);
    s->output = s->end = s->last = NULL;
    mem_close_fd(&s->pidfd);
    s->code = enter_wait(&s->process); /* it has ended: this does not wait */
    s->ended = true;
    s->fn(s, s->ctx);
}

static void write_pending(struct shell *s)
{
    struct err ignored = ERR_INIT;
    while (s->pending.len) {
        ssize_t n = write(s->process.master, s->pending.data, s->pending.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        buf_drop(&s->pending, (size_t)n);
    }
    bool waits = s->pending.len > 0;
    if (waits != s->waits)
        loop_set_events(s->output, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, &ignored);
    s->waits = waits;
}

/* False: nothing more will come. */
static bool take_output(struct shell *s, bool *some)
{
    char data[CHUNK];
    int64_t began_ns = clock_mono_ns();
    _cleanup_buf_ struct buf answer = BUF_INIT;
    ssize_t n;
    do {
        n = io_read(s->process.master, data, sizeof data);
        if (n <= 0)
            break;
        *some = true;
        term_feed(s->term, data, (size_t)n, &answer);
    } while (clock_mono_ns() - began_ns < TURN_NS);
    if (answer.len)
        shell_send(s, answer.data, answer.len);
    return n > 0 || n == -EAGAIN;
}

static void on_output(int fd, uint32_t events, void *ctx)
{
    (void)fd;
    struct shell *s = ctx;
    bool some = false;
    if (events & EPOLLOUT)
        write_pending(s);
    if (!take_output(s, &some) && !s->end)
        finish(s);
    else if (some)
        s->fn(s, s->ctx);
}

static void on_last(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    finish(ctx);
}

static void on_end(int fd, uint32_t events, void *ctx)
{
    (void)fd, (void)events;
    struct shell *s = ctx;
    struct loop_source *end = s->end;
    s->end = NULL;
    loop_remove(end);
    mem_close_fd(&s->process.slave);
    loop_set_timer(s->last, clock_mono_ns() + LAST_NS, 0);
}

static int add_sources(struct shell *s, struct loop *loop, struct err *e)
{
    io_set_nonblock(s->process.master, true);
    s->pidfd = (int)syscall(SYS_pidfd_open, s->process.pid, 0);
    if (s->pidfd < 0)
        return err_set(e, errno, "cannot wait for the shell");
    s->output = loop_add_fd(loop, s->process.master, EPOLLIN, on_output, s, e);
    if (s->output)
        s->end = loop_add_fd(loop, s->pidfd, EPOLLIN, on_end, s, e);
    if (s->end)
        s->last = loop_add_timer(loop, INT64_MAX, 0, on_last, s, e);
    if (!s->last)
        return -e->num;
    loop_stop_timer(s->last);
    return 0;
}

/* --- outside ---------------------------------------------------------------------------------- */

int shell_open(const struct shell_options *o, struct shell **out, struct err *e)
{
    struct shell *s = mem_zalloc(1, sizeof *s);
    *s = (struct shell){
        .process = ENTER_INIT, .pidfd = -1, .node = o->node, .fn = o->fn, .ctx = o->ctx};
    s->term = term_new(o->rows, o->cols, o->history);
    int r = start(s, o, e);
    if (r < 0) {
        term_free(s->term);
        free(s);
        return r;
    }
    r = add_sources(s, o->loop, e);
    if (r < 0) {
        shell_close(s);
        return r;
    }
    *out = s;
    return 0;
}

/* Of one that cannot be watched nobody knows: it is killed. */
static bool is_over(const struct shell *s, int64_t until_ns)
{
    int64_t left_ns = until_ns - clock_mono_ns();
    int left_ms = left_ns > 0 ? (int)(left_ns / CLOCK_NS_PER_MS) + 1 : 0;
    return s->pidfd >= 0 && io_wait_readable(s->pidfd, left_ms) == 1;
}

static void hang_up(struct shell *s)
{
    loop_remove(s->output);
    loop_remove(s->end);
    loop_remove(s->last);
    mem_close_fd(&s->process.master);
    mem_close_fd(&s->process.slave);
}

static void destroy(struct shell *s)
{
    mem_close_fd(&s->process.leash);
    mem_close_fd(&s->pidfd);
    buf_fini(&s->pending);
    term_free(s->term);
    free(s);
}

/* One that the kernel cannot end at once (it waits in a driver) is left to the end of ours. */
void shell_close_all(struct shell *const *all, size_t count)
{
    int64_t until_ns = clock_mono_ns() + HANG_UP_NS;
    for (size_t i = 0; i < count; i++)
        if (all[i])
            hang_up(all[i]);
    for (size_t i = 0; i < count; i++)
        if (all[i] && !all[i]->ended && !is_over(all[i], until_ns))
            mem_close_fd(&all[i]->process.leash);
    until_ns = clock_mono_ns() + KILL_NS;
    for (size_t i = 0; i < count; i++) {
        struct shell *s = all[i];
        if (!s)
            continue;
        if (!s->ended && (s->pidfd < 0 || is_over(s, until_ns)))
            enter_wait(&s->process);
        destroy(s);
    }
}

void shell_close(struct shell *s)
{
    shell_close_all(&s, 1);
}

struct term *shell_term(struct shell *s)
{
    return s->term;
}

size_t shell_node(const struct shell *s)
{
    return s->node;
}

bool shell_has_ended(const struct shell *s, int *code)
{
    *code = s->code;
    return s->ended;
}

bool shell_send(struct shell *s, const char *bytes, size_t len)
{
    if (s->ended || s->process.master < 0 || s->pending.len + len > PENDING_MAX)
        return false;
    buf_add(&s->pending, bytes, len);
    write_pending(s);
    return true;
}

void shell_resize(struct shell *s, int rows, int cols)
{
    int had_rows, had_cols;
    term_size(s->term, &had_rows, &had_cols);
    term_resize(s->term, rows, cols);
    term_size(s->term, &rows, &cols);
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    if (!s->ended && (rows != had_rows || cols != had_cols))
        ioctl(s->process.master, TIOCSWINSZ, &size);
}
