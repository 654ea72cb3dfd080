/* SPDX-License-Identifier: BSD-2-Clause */
/* record: see the header. */
#include "state/record.h"

#include "base/io.h"
#include "base/mem.h"
#include "state/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAGIC      "vethlab-record 1\n"
#define RECORD_MAX ((size_t)16 << 20) /* bytes; a canonical text can be longer than its file */
#define HEAD_MAX   ((size_t)8192)     /* bytes: a path and some short lines */

void record_fini(struct record *r)
{
    free(r->file);
    free(r->topology);
    *r = (struct record){0};
}

void record_print(const struct record *r, struct buf *out)
{
    buf_adds(out, MAGIC);
    buf_printf(out, "boot %s\n", r->owner.boot_id);
    buf_printf(out, "holder %d\n", r->owner.holder);
    buf_printf(out, "started %" PRIu64 "\n", r->owner.start_ticks);
    if (r->pid_ns)
        buf_printf(out, "pidns %" PRIu64 "\n", r->pid_ns);
    if (r->passing)
        buf_adds(out, "lives run\n");
    buf_printf(out, "host-ends %s\n", r->host_ends ? "yes" : "no");
    if (r->file && !strchr(r->file, '\n'))
        buf_printf(out, "file %s\n", r->file);
    buf_printf(out, "bytes %zu\n\n", strlen(r->topology));
    buf_adds(out, r->topology);
}

struct head {
    struct record *to;
    unsigned long long bytes;
    unsigned seen; /* one bit a key */
};

enum { SEEN_BOOT = 1, SEEN_HOLDER = 2, SEEN_STARTED = 4, SEEN_BYTES = 8, SEEN_ALL = 15 };

/* A decimal number and nothing else. */
static bool number(const char *text, unsigned long long max, unsigned long long *out)
{
    char *end = NULL;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *out <= max;
}

/* One line of the head; keys of a later version are passed over. */
static bool take_line(struct head *h, const char *line)
{
    const char *value = strchr(line, ' ');
    unsigned long long n = 0;
    if (!value++)
        return false;
    if (strncmp(line, "boot ", 5) == 0 && strlen(value) < sizeof h->to->owner.boot_id) {
        strcpy(h->to->owner.boot_id, value);
        h->seen |= SEEN_BOOT;
    } else if (strncmp(line, "holder ", 7) == 0 && number(value, INT32_MAX, &n)) {
        h->to->owner.holder = (pid_t)n;
        h->seen |= SEEN_HOLDER;
    } else if (strncmp(line, "started ", 8) == 0 && number(value, UINT64_MAX, &n)) {
        h->to->owner.start_ticks = n;
        h->seen |= SEEN_STARTED;
    } else if (strncmp(line, "bytes ", 6) == 0 && number(value, RECORD_MAX, &n)) {
        h->bytes = n;
        h->seen |= SEEN_BYTES;
    } else if (strncmp(line, "pidns ", 6) == 0 && number(value, UINT64_MAX, &n)) {
        h->to->pid_ns = n;
    } else if (strcmp(line, "lives run") == 0) {
        h->to->passing = true;
    } else if (strcmp(line, "host-ends no") == 0) {
        h->to->host_ends = false;
    } else if (strncmp(line, "file ", 5) == 0) {
        free(h->to->file);
        h->to->file = mem_strdup(value);
    }
    return true;
}

/* Where the topology begins, or NULL: that is no head, or not the whole of one. */
static const char *take_head(struct head *h, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    *h->to = (struct record){.host_ends = true}; /* unless it says otherwise */
    bool good = len > strlen(MAGIC) && memcmp(text, MAGIC, strlen(MAGIC)) == 0;
    if (good)
        at += strlen(MAGIC);
    while (good && at < end && *at != '\n') {
        const char *eol = memchr(at, '\n', (size_t)(end - at));
        _cleanup_free_ char *line = eol ? mem_strndup(at, (size_t)(eol - at)) : NULL;
        good = line && take_line(h, line);
        at = eol ? eol + 1 : end;
    }
    return good && at < end && h->seen == SEEN_ALL ? at + 1 : NULL;
}

int record_parse(const char *text, size_t len, struct record *out, struct err *e)
{
    struct head h = {.to = out};
    const char *at = take_head(&h, text, len);
    if (at && (size_t)(text + len - at) == h.bytes) {
        out->topology = mem_strndup(at, h.bytes);
        return 0;
    }
    record_fini(out);
    return err_set(e, 0, "it is not a whole record");
}

static bool is_of(const struct record_owner *a, const struct record_owner *b)
{
    return a->holder == b->holder && a->start_ticks == b->start_ticks &&
           strcmp(a->boot_id, b->boot_id) == 0;
}

/* `owner` NULL: whoever's. */
static int checked(const char *lab, const struct record_owner *owner, int r, struct record *out,
                   struct err *e)
{
    if (r == 0 && owner && !is_of(&out->owner, owner)) {
        record_fini(out);
        r = err_set(e, 0, "it is another lab's");
    }
    if (r < 0) {
        err_prefix(e, "the record of lab %s is of no use", lab);
        e->num = ESTALE;
        return -ESTALE;
    }
    return 0;
}

int record_read(const char *lab, uid_t uid, const struct record_owner *owner, struct record *out,
                struct err *e)
{
    _cleanup_fd_ int dir = rundir_open_lab(lab, uid);
    return record_read_in(dir, lab, owner, out, e);
}

int record_read_in(int dirfd, const char *lab, const struct record_owner *owner, struct record *out,
                   struct err *e)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    *out = (struct record){0};
    int r = dirfd < 0 ? dirfd : io_read_file(dirfd, RECORD_NAME, RECORD_MAX + 4096, &text);
    if (r < 0)
        return err_set(e, -r, "lab %s has no record", lab);
    return checked(lab, owner, record_parse(buf_str(&text), text.len, out, e), out, e);
}

int record_read_head(const char *lab, uid_t uid, const struct record_owner *owner,
                     struct record *out, struct err *e)
{
    char text[HEAD_MAX];
    struct head h = {.to = out};
    *out = (struct record){0};
    _cleanup_fd_ int dir = rundir_open_lab(lab, uid);
    _cleanup_fd_ int fd = dir < 0 ? -1 : openat(dir, RECORD_NAME, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : io_read(fd, text, sizeof text);
    if (n < 0)
        return err_set(e, ENOENT, "lab %s has no record", lab);
    int r = 0;
    if (!take_head(&h, text, (size_t)n)) {
        record_fini(out);
        r = err_set(e, 0, "it has no whole head");
    }
    return checked(lab, owner, r, out, e);
}

pid_t record_holder(const char *lab, uid_t uid)
{
    struct record rec;
    struct err none = ERR_INIT;
    if (record_read_head(lab, uid, NULL, &rec, &none) < 0)
        return 0;
    pid_t holder = rec.owner.holder;
    record_fini(&rec);
    return holder;
}

uint64_t record_own_pid_ns(void)
{
    struct stat st;
    return stat("/proc/self/ns/pid", &st) == 0 ? st.st_ino : 0;
}

bool record_is_elsewhere(int dirfd)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct err none = ERR_INIT;
    struct record r;
    if (io_read_file(dirfd, RECORD_NAME, RECORD_MAX + 4096, &text) < 0 ||
        record_parse(buf_str(&text), text.len, &r, &none) < 0)
        return false;
    bool elsewhere = r.pid_ns && r.pid_ns != record_own_pid_ns();
    record_fini(&r);
    return elsewhere;
}
