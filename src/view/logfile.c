/* SPDX-License-Identifier: BSD-2-Clause */
/* logfile: see the header. A line goes out with one write(2) where the file takes it whole, so that
 * who follows the file sees whole lines; two programs may append to one file. */
#include "view/logfile.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "view/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NOTES_NS                                                                                   \
    (60 * CLOCK_NS_PER_S) /* a reader that is now and then too slow is noted so often */

struct logfile {
    int fd;
    char *name; /* owned, clean */
    struct buf waiting;
    bool begun;          /* of the first line that waits a part is written */
    uint64_t gap, total; /* lines left out since the last one that was not; ever */
    bool standard;       /* it is standard output */
    bool unread;         /* and its reader has left */
    bool said;           /* that it cannot be written */
    int64_t again_ns, said_ns;
    struct loop *loop;          /* borrowed, or NULL */
    struct loop_source *source; /* while we wait for room */
};

/* --- opening ---------------------------------------------------------------------------------- */

/* /dev/tty is character device 5, 0 whatever terminal it stands for. */
static bool is_the_screen(int fd)
{
    struct stat file, screen;
    return isatty(fd) && fstat(fd, &file) == 0 && fstat(STDOUT_FILENO, &screen) == 0 &&
           (file.st_rdev == screen.st_rdev || file.st_rdev == makedev(5, 0));
}

static int open_path(const char *path, const char *clean, bool screen, struct err *e)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
    if (fd < 0 && errno == ENXIO)
        return err_set(e, errno, "cannot write to %s: nobody reads this pipe", clean);
    if (fd < 0)
        return err_set(e, errno, "cannot open %s to write the log", clean);
    if (screen && is_the_screen(fd)) {
        close(fd);
        err_set_exit(e, EXIT_USAGE, 0, "the log needs a file: %s is the screen", clean);
        return -EINVAL;
    }
    return fd;
}

int logfile_open(const char *path, bool screen, struct logfile **out, struct err *e)
{
    int fd;
    _cleanup_free_ char *clean = text_clean_dup(path);
    bool standard = strcmp(path, "-") == 0;
    if (standard && screen) {
        err_set_exit(e, EXIT_USAGE, 0, "the log needs a file: standard output is the screen");
        return -EINVAL;
    }
    if (standard)
        fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    else
        fd = open_path(path, clean, screen, e);
    if (fd < 0)
        return standard ? err_set(e, errno, "cannot write the log to standard output") : fd;
    struct logfile *f = mem_zalloc(1, sizeof *f);
    f->fd = fd;
    f->standard = standard;
    f->name = mem_strdup(standard ? "standard output" : clean);
    *out = f;
    return 0;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void note_trouble(struct logfile *f, int num)
{
    int64_t now_ns = clock_mono_ns();
    if (f->said || (f->said_ns && now_ns - f->said_ns < NOTES_NS))
        return;
    f->said = true;
    f->said_ns = now_ns;
    if (num == EAGAIN)
        log_note("the log is not written: %s takes nothing more", f->name);
    else
        log_note("the log is not written: %s: %s", f->name, strerror(num));
}

static void note_end_of_trouble(struct logfile *f)
{
    if (f->said && f->total)
        log_note("the log is written again: %s; lines left out: %" PRIu64, f->name, f->total);
    else if (f->said)
        log_note("the log is written again: %s", f->name);
    f->said = false;
    f->again_ns = 0;
}

/* Whoever reads the pipe next has not seen the line's beginning. */
static void drop_rest_of_line(struct logfile *f)
{
    const char *nl = f->begun ? memchr(f->waiting.data, '\n', f->waiting.len) : NULL;
    if (!nl)
        return;
    buf_drop(&f->waiting, (size_t)(nl - f->waiting.data) + 1);
    f->begun = false;
    f->gap++;
    f->total++;
}

static void on_room(int fd, uint32_t events, void *ctx);

static void wait_for_room(struct logfile *f, bool wanted)
{
    struct err ignored = ERR_INIT; /* then the next line tries again */
    if (wanted && !f->source && f->loop)
        f->source = loop_add_fd(f->loop, f->fd, EPOLLOUT, on_room, f, &ignored);
    if (!wanted && f->source) {
        loop_remove(f->source);
        f->source = NULL;
    }
}

/* Returns why not all is written, or 0. */
static int try_to_write(struct logfile *f)
{
    size_t sent = 0;
    int num = 0;
    while (sent < f->waiting.len && !num) {
        ssize_t n = write(f->fd, f->waiting.data + sent, f->waiting.len - sent);
        if (n >= 0)
            sent += (size_t)n;
        else if (errno != EINTR)
            num = errno;
    }
    if (sent) {
        f->begun = f->waiting.data[sent - 1] != '\n';
        buf_drop(&f->waiting, sent);
    }
    return num;
}

static void write_waiting(struct logfile *f)
{
    int num = try_to_write(f);
    wait_for_room(f, num == EAGAIN);
    if (!num)
        note_end_of_trouble(f);
    if (!num || num == EAGAIN)
        return;
    f->again_ns = clock_mono_ns() + LOGFILE_AGAIN_NS;
    if (num == EPIPE)
        drop_rest_of_line(f);
    f->unread = f->standard && num == EPIPE;
    if (!f->unread)
        note_trouble(f, num);
}

static void on_room(int fd, uint32_t events, void *ctx)
{
    (void)fd, (void)events;
    write_waiting(ctx);
}

void logfile_attach(struct logfile *f, struct loop *loop)
{
    if (!f)
        return;
    wait_for_room(f, false);
    f->loop = loop;
}

void logfile_flush(struct logfile *f)
{
    if (f && f->waiting.len && !f->source && clock_mono_ns() >= f->again_ns)
        write_waiting(f);
}

/* Takes the line, or counts it where there is no room; those that were counted are told first. */
static void put_line(struct logfile *f, const struct buf *line)
{
    _cleanup_buf_ struct buf gap = BUF_INIT;
    if (f->gap)
        lines_gap(f->gap, &gap);
    if (f->waiting.len + gap.len + line->len <= LOGFILE_ROOM) {
        buf_add(&f->waiting, buf_str(&gap), gap.len);
        buf_add(&f->waiting, buf_str(line), line->len);
        f->gap = 0;
    } else {
        f->gap++;
        f->total++;
        note_trouble(f, EAGAIN);
    }
    logfile_flush(f);
}

void logfile_begin(struct logfile *f, const char *lab)
{
    _cleanup_buf_ struct buf line = BUF_INIT;
    if (!f)
        return;
    lines_begin(lab, &line);
    put_line(f, &line);
}

void logfile_event(struct logfile *f, const struct watch_event *ev)
{
    _cleanup_buf_ struct buf line = BUF_INIT;
    if (!f || ev->what == WATCH_STATS)
        return;
    lines_event(ev, &line);
    put_line(f, &line);
}

void logfile_note(struct logfile *f, const char *node, const char *text, const char *why)
{
    _cleanup_buf_ struct buf line = BUF_INIT;
    if (!f)
        return;
    lines_note(node, text, why, &line);
    put_line(f, &line);
}

void logfile_close(struct logfile *f)
{
    if (!f)
        return;
    logfile_attach(f, NULL);
    struct pollfd p = {.fd = f->fd, .events = POLLOUT};
    int64_t deadline_ns = clock_mono_ns() + LOGFILE_CLOSE_MS * CLOCK_NS_PER_MS;
    if (f->waiting.len)
        write_waiting(f);
    while (f->waiting.len && clock_mono_ns() < deadline_ns &&
           poll(&p, 1, LOGFILE_CLOSE_MS / 4) > 0 && !(p.revents & (POLLERR | POLLNVAL)))
        write_waiting(f);
    if ((f->waiting.len || f->gap) && !f->unread)
        log_note("the log in %s is not whole: its end is missing", f->name);
    close(f->fd);
    buf_fini(&f->waiting);
    free(f->name);
    free(f);
}

bool logfile_is_unread(const struct logfile *f)
{
    return f && f->unread;
}

size_t logfile_waiting(const struct logfile *f)
{
    return f ? f->waiting.len : 0;
}

uint64_t logfile_left_out(const struct logfile *f)
{
    return f ? f->total : 0;
}
