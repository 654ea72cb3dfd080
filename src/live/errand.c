/* SPDX-License-Identifier: BSD-2-Clause */
/* errand: see the header. Datagrams both ways on a SOCK_SEQPACKET socket: one byte of kind, then
 * the payload. */
#include "live/errand.h"

#include "base/apart.h"
#include "base/io.h"
#include "base/limit.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAY_RUN = 'r', SAY_INTERRUPT = 'i', SAY_OUTPUT = 'o', SAY_ENDED = 'e' };

#define CHUNK_BYTES   4096
#define CHUNKS_A_TURN 16 /* so that a flood of output leaves keys their turn */

/* --- the runner ------------------------------------------------------------------------------- */

struct runner {
    int fd;
    const char *program;
    pid_t child; /* leader of its own process group; 0: none runs */
    int output;  /* read end; -1 */
};

static void tell(const struct runner *r, char kind, const void *data, size_t len)
{
    struct iovec iov[] = {{&kind, 1}, {(void *)data, len}};
    struct msghdr m = {.msg_iov = iov, .msg_iovlen = 2};
    while (sendmsg(r->fd, &m, MSG_NOSIGNAL) < 0 && errno == EINTR)
        ;
}

static _Noreturn void execute(const struct runner *r, char **argv, int output)
{
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(output, 1) >= 0 && dup2(output, 2) >= 0) {
        close_range(3, ~0u, 0);
        limit_restore_files();
        execv(r->program, argv);
    }
    _exit(127);
}

/* `words`: each with its NUL, `len` bytes together. */
static void run(struct runner *r, char *words, size_t len)
{
    char own[] = "vethlab", *argv[ERRAND_WORDS_MAX + 2] = {own};
    int ends[2], code = 127;
    size_t n = 1;
    for (char *w = words; w < words + len && n <= ERRAND_WORDS_MAX; w += strlen(w) + 1)
        argv[n++] = w;
    if (pipe2(ends, O_CLOEXEC) < 0) {
        tell(r, SAY_ENDED, &code, sizeof code);
        return;
    }
    r->child = fork();
    if (r->child == 0)
        execute(r, argv, ends[1]);
    close(ends[1]);
    if (r->child < 0) {
        r->child = 0;
        close(ends[0]);
        tell(r, SAY_ENDED, &code, sizeof code);
        return;
    }
    setpgid(r->child, r->child); /* in both, so that it is so whoever comes first */
    r->output = ends[0];
}

static void relay(struct runner *r)
{
    char bytes[CHUNK_BYTES];
    int status = 0, code;
    ssize_t n = io_read(r->output, bytes, sizeof bytes);
    if (n > 0) {
        tell(r, SAY_OUTPUT, bytes, (size_t)n);
        return;
    }
    mem_close_fd(&r->output);
    while (waitpid(r->child, &status, 0) < 0 && errno == EINTR)
        ;
    r->child = 0;
    code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    tell(r, SAY_ENDED, &code, sizeof code);
}

static bool obey(struct runner *r)
{
    char message[1 + ERRAND_BYTES_MAX + 1];
    ssize_t n = io_read(r->fd, message, sizeof message - 1);
    if (n <= 0)
        return false;
    message[n] = '\0';
    if (message[0] == SAY_RUN && !r->child)
        run(r, message + 1, (size_t)n - 1);
    else if (message[0] == SAY_INTERRUPT && r->child)
        kill(-r->child, SIGINT);
    return true;
}

static _Noreturn void serve(struct runner *r)
{
    for (;;) {
        struct pollfd p[] = {{.fd = r->fd, .events = POLLIN}, {.fd = r->output, .events = POLLIN}};
        if (poll(p, ARRAY_LEN(p), -1) < 0)
            continue;
        if (p[0].revents && !obey(r))
            break;
        if (p[1].revents && r->child)
            relay(r);
    }
    if (r->child)
        kill(-r->child, SIGTERM);
    _exit(0);
}

/* --- the view's side -------------------------------------------------------------------------- */

int errand_open(struct errand *r, const char *program, struct err *e)
{
    int pair[2];
    *r = (struct errand)ERRAND_NONE;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_set(e, errno, "cannot make a socket pair");
    pid_t pid = fork();
    if (pid == 0) {
        apart_become("vethlab-errand", APART_SESSION, &pair[1], 1);
        serve(&(struct runner){
            .fd = pair[1], .program = program ? program : "/proc/self/exe", .output = -1});
    }
    int num = errno;
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return err_set(e, num, "cannot start the process that runs commands");
    }
    io_set_nonblock(pair[0], true);
    r->fd = pair[0];
    r->runner = pid;
    return 0;
}

static void end(struct errand *r, int code)
{
    bool was_busy = r->busy;
    r->busy = false;
    if (was_busy && r->hooks.ended)
        r->hooks.ended(code, r->hooks.ctx);
}

static void on_message(int fd, uint32_t events, void *ctx)
{
    struct errand *r = ctx;
    char message[1 + CHUNK_BYTES];
    int code = 0;
    (void)events;
    for (int i = 0; i < CHUNKS_A_TURN; i++) {
        ssize_t n = io_read(fd, message, sizeof message);
        if (n == -EAGAIN)
            return;
        if (n <= 0) { /* the runner was killed */
            loop_remove(r->source);
            r->source = NULL;
            end(r, 128 + SIGKILL);
            return;
        }
        if (message[0] == SAY_OUTPUT && r->hooks.output)
            r->hooks.output(message + 1, (size_t)n - 1, r->hooks.ctx);
        if (message[0] != SAY_ENDED || n != 1 + (ssize_t)sizeof code)
            continue;
        memcpy(&code, message + 1, sizeof code);
        end(r, code);
    }
}

int errand_watch(struct errand *r, struct loop *loop, const struct errand_hooks *hooks,
                 struct err *e)
{
    r->hooks = *hooks;
    r->source = loop_add_fd(loop, r->fd, EPOLLIN, on_message, r, e);
    return r->source ? 0 : -e->num;
}

int errand_run(struct errand *r, const char *const *words, struct err *e)
{
    char message[1 + ERRAND_BYTES_MAX] = {SAY_RUN};
    size_t len = 1, n = 0;
    if (r->busy)
        return err_set(e, EBUSY, "another command still runs");
    for (; words[n]; n++) {
        size_t size = strlen(words[n]) + 1;
        if (n == ERRAND_WORDS_MAX || len + size > sizeof message)
            return err_set(e, E2BIG, "the command is too long");
        memcpy(message + len, words[n], size);
        len += size;
    }
    if (send(r->fd, message, len, MSG_NOSIGNAL) < 0)
        return err_set(e, errno, "the process that runs commands has ended");
    r->busy = true;
    return 0;
}

void errand_interrupt(struct errand *r)
{
    if (r->busy)
        send(r->fd, (char[]){SAY_INTERRUPT}, 1, MSG_NOSIGNAL);
}

void errand_close(struct errand *r)
{
    if (r->fd < 0)
        return;
    loop_remove(r->source);
    mem_close_fd(&r->fd);
    while (waitpid(r->runner, NULL, 0) < 0 && errno == EINTR)
        ;
    *r = (struct errand)ERRAND_NONE;
}
