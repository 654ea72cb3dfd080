/* SPDX-License-Identifier: BSD-2-Clause */
/* keep: see the header. */
#include "apply/keep.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "format/format.h"
#include "format/write.h"
#include "init/init.h"
#include "kernel/proc.h"
#include "state/record.h"
#include "state/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int keep_open(const struct topo *t, int dirfd, struct keep *out, struct err *e)
{
    *out = (struct keep){.topo = t, .record = {.fd = -1, .dirfd = dirfd}};
    for (size_t i = 0; i < t->nodes; i++) {
        char name[LABFILE_NAME_MAX];
        if (t->node[i].execs == 0)
            continue;
        if (!out->log) {
            out->log = mem_zalloc(t->nodes, sizeof *out->log);
            for (size_t k = 0; k < t->nodes; k++)
                out->log[k].fd = -1;
        }
        snprintf(name, sizeof name, KEEP_LOG_PREFIX "%s", t->node[i].name);
        out->log[i].fd = openat(dirfd, name, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
        if (out->log[i].fd >= 0)
            continue;
        int r = labfile_create(dirfd, name, &out->log[i], e);
        if (r < 0)
            return err_prefix(e, "node %s", t->node[i].name);
    }
    return 0;
}

int keep_log(const struct keep *k, int node)
{
    return k->log ? k->log[node].fd : -1;
}

/* A process that is gone has no start time: its record will match nothing. */
static struct record_owner owner_of(pid_t holder)
{
    struct record_owner o = {.holder = holder};
    struct proc_info info;
    proc_boot_id(o.boot_id, sizeof o.boot_id);
    if (proc_read(holder, &info) == 0)
        o.start_ticks = info.start_ticks;
    return o;
}

/* It is looked for from other directories, too. */
static char *file_of(const struct topo *t)
{
    _cleanup_free_ char *path = realpath(t->file, NULL);
    return path ? text_clean_dup(path) : mem_strdup(t->file);
}

int keep_write(struct keep *k, pid_t holder, bool passing, struct err *e)
{
    _cleanup_buf_ struct buf topology = BUF_INIT;
    _cleanup_buf_ struct buf text = BUF_INIT;
    _cleanup_free_ char *file = file_of(k->topo);
    format_write(k->topo, &topology);
    struct record r = {.owner = owner_of(holder),
                       .pid_ns = record_own_pid_ns(),
                       .passing = passing,
                       .host_ends = topo_has_host_link(k->topo),
                       .file = file};
    r.topology = buf_steal(&topology);
    record_print(&r, &text);
    free(r.topology);
    int n = labfile_create(k->record.dirfd, RECORD_NAME, &k->record, e);
    if (n < 0)
        return n;
    n = io_write_all(k->record.fd, text.data, text.len);
    return n < 0 ? err_set(e, -n, "cannot write the lab's record") : 0;
}

int keep_link(struct keep *k, struct err *e)
{
    int r = labfile_link(&k->record, e);
    for (size_t i = 0; r == 0 && k->log && i < k->topo->nodes; i++)
        if (k->log[i].fd >= 0 && k->log[i].name[0])
            r = labfile_link(&k->log[i], e);
    return r;
}

void keep_fini(struct keep *k)
{
    if (!k->topo)
        return;
    labfile_fini(&k->record);
    for (size_t i = 0; k->log && i < k->topo->nodes; i++)
        labfile_fini(&k->log[i]);
    free(k->log);
    *k = (struct keep){0};
}

static struct record_owner owner_now(const struct lab *l)
{
    struct record_owner owner = {.holder = l->holder, .start_ticks = l->start_ticks};
    proc_boot_id(owner.boot_id, sizeof owner.boot_id);
    return owner;
}

#define TOLD "sys/vethlab.dir" /* on the tmpfs of mounts_lab() */

void keep_tell_dir(const struct keep *k)
{
    _cleanup_fd_ int fd =
        k->dir ? open("/" TOLD, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
    if (fd >= 0 && fchmod(fd, 0600) == 0)         /* whatever the caller's umask is */
        io_write_all(fd, k->dir, strlen(k->dir)); /* a hint: cut off it names nothing */
}

/* What was told so: 0, or -errno. Whatever is done with it, it may be a lie of root in the lab. */
static int told_dir(const struct lab *l, char *path, size_t size)
{
    char file[64];
    snprintf(file, sizeof file, "/proc/%d/root/" TOLD, l->holder);
    _cleanup_fd_ int fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -errno : io_read(fd, path, size - 1);
    if (n < 0)
        return (int)n;
    path[n] = '\0';
    return 0;
}

/* The record is there in all but odd cases; only then it is asked where it is. */
static int read_record(const struct lab *l, struct record *out, struct err *e)
{
    char path[RUNDIR_MAX + 40];
    struct record_owner owner = owner_now(l);
    struct err other = ERR_INIT;
    int r = record_read(l->name, l->uid, &owner, out, e);
    if (r == 0 || told_dir(l, path, sizeof path) < 0)
        return r;
    _cleanup_fd_ int dir = rundir_open_told(path, l->name, l->uid);
    if (dir < 0 || record_read_in(dir, l->name, &owner, out, &other) < 0)
        return r;
    *e = (struct err)ERR_INIT;
    return 0;
}

/* True if the record in that directory is of this running lab. */
static bool is_dir_of(const struct lab *l, int dirfd)
{
    struct record_owner owner = owner_now(l);
    struct record rec;
    struct err none = ERR_INIT;
    bool is = record_read_in(dirfd, l->name, &owner, &rec, &none) == 0;
    if (is)
        record_fini(&rec);
    return is;
}

int keep_lock_elsewhere(const struct lab *l, const struct rundir_lock *usual,
                        struct rundir_lock *out, struct err *e)
{
    char path[RUNDIR_MAX + 40];
    *out = (struct rundir_lock){.fd = -1};
    if (told_dir(l, path, sizeof path) < 0)
        return 0;
    int r = rundir_lock_told(path, l->name, usual, out, e);
    if (r == 0 && out->fd >= 0 && !is_dir_of(l, out->fd))
        rundir_unlock(out); /* root in the lab may have told us anything */
    return r;
}

int keep_open_dir(const struct lab *l)
{
    char path[RUNDIR_MAX + 40];
    _cleanup_fd_ int told =
        told_dir(l, path, sizeof path) < 0 ? -1 : rundir_open_told(path, l->name, l->uid);
    return told >= 0 && is_dir_of(l, told) ? mem_steal_fd(&told) : rundir_open_lab(l->name, l->uid);
}

static int read_head(const struct lab *l, struct record *out)
{
    struct record_owner owner = owner_now(l);
    struct err none = ERR_INIT;
    return record_read_head(l->name, l->uid, &owner, out, &none);
}

bool keep_may_have_host_ends(const struct lab *l)
{
    struct record rec;
    if (read_head(l, &rec) < 0)
        return true;
    bool may = rec.host_ends;
    record_fini(&rec);
    return may;
}

int keep_find_topo(const struct lab *l, struct topo **out, struct err *e)
{
    struct record rec;
    int r = read_record(l, &rec, e);
    *out = NULL;
    if (r < 0)
        return r;
    struct faults faults = {0};
    struct topo *t = format_parse(rec.topology, strlen(rec.topology), &faults);
    if (faults.errors) {
        topo_free(t);
        r = err_set(e, 0, "the record of lab %s is of no use: another version wrote it", l->name);
        e->num = ESTALE;
        r = -ESTALE;
    } else {
        free(t->file);
        t->file = mem_strdup(rec.file);
        *out = t;
    }
    faults_fini(&faults);
    record_fini(&rec);
    return r;
}

bool keep_is_made_of(const struct lab *l, const struct topo *t)
{
    struct record rec;
    struct err none = ERR_INIT;
    _cleanup_buf_ struct buf text = BUF_INIT;
    if (read_record(l, &rec, &none) < 0)
        return false;
    format_write(t, &text);
    bool is = strcmp(rec.topology, buf_str(&text)) == 0;
    record_fini(&rec);
    return is;
}

static bool is_there(const struct lab *l, const char *node)
{
    for (size_t i = 0; i < l->nodes; i++)
        if (strcmp(l->node[i].name, node) == 0)
            return true;
    return false;
}

size_t keep_gone_node(const struct lab *l, const struct topo *t, size_t from)
{
    while (from < t->nodes && is_there(l, t->node[from].name))
        from++;
    return from;
}

int keep_is_same(const struct lab *l, const struct topo *t, char *why, size_t size)
{
    struct record rec;
    struct err none = ERR_INIT;
    _cleanup_buf_ struct buf text = BUF_INIT;
    const char *file = t->file ? t->file : "the topology";
    if (read_record(l, &rec, &none) < 0) {
        snprintf(why, size, "not as %s says, and it has no record of what it was made of", file);
        return -ENOENT;
    }
    format_write(t, &text);
    bool same = strcmp(rec.topology, buf_str(&text)) == 0;
    bool passing = rec.passing;
    size_t gone = same ? keep_gone_node(l, t, 0) : 0;
    record_fini(&rec);
    if (!same)
        snprintf(why, size, "not as %s says", file);
    else if (passing)
        snprintf(why, size, "only as long as the `run` that made it");
    else if (gone < t->nodes)
        snprintf(why, size, "its node %s ended", t->node[gone].name);
    return same && !passing && gone == t->nodes;
}

bool keep_is_committed(const struct lab *l)
{
    char path[64];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", l->holder, INIT_LIFELINE);
    return lstat(path, &st) < 0 && errno == ENOENT && io_wait_readable(l->pidfd, 0) == 0;
}

bool keep_is_passing(const struct lab *l)
{
    struct record rec;
    if (read_head(l, &rec) < 0)
        return false;
    bool passing = rec.passing;
    record_fini(&rec);
    return passing;
}
