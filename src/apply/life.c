/* SPDX-License-Identifier: BSD-2-Clause */
/* life: see the header.
 *
 * Until the commit the holder lives only as long as somebody holds our end of the lifeline,
 * and only this process does: killed at any instant it leaves a whole lab or nothing. The builder
 * closes its copy before anything else. */
#include "apply/life.h"

#include "apply/builder_inside.h"
#include "apply/change.h"
#include "apply/hostcheck.h"
#include "apply/interrupt.h"
#include "apply/keep.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "init/init.h"
#include "init/title.h"
#include "kernel/preflight.h"
#include "kernel/spawn.h"
#include "plan/plan.h"
#include "state/record.h"
#include "state/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GONE_MS  10000
#define DYING_MS 2000

struct up {
    const struct topo *topo;
    struct ops ops;
    struct rundir_lock lock;
    struct keep keep;
    bool rootless;
    int lifeline[2];
    int channel[2];
    int signals;
    int holder_pidfd;
    pid_t holder, builder;
    sigset_t mask; /* before */
    bool interrupted;
    int64_t start_ns;
    char progress[128]; /* what the builder said last */
};

/* 0 there is none, 1 it is open, with its nodes if it runs; else the sentence is set. */
static int open_present(const char *name, struct lab *lab, struct err *e)
{
    int r = lab_open_holder(name, getuid(), 0, lab, e);
    if (r == 0 && lab->phase == LAB_RUNNING) {
        lab_fini(lab);
        r = lab_open(name, getuid(), lab, e);
        if (r == -ENOENT)
            *e = (struct err)ERR_INIT;
    }
    return r == -ENOENT ? 0 : r < 0 ? r : 1;
}

/* Without a record it is looked at, as `plan` does. */
static bool is_same(struct lab *l, const struct topo *t, char *why, size_t size)
{
    int r = keep_is_same(l, t, why, size);
    return r < 0 ? keep_is_committed(l) && change_is_none(l, t) : r > 0;
}

/* A lab of that name that is whole is a conflict, unless it is what is wanted; one that is starting
 * is about to vanish, since we hold the lock: its maker is dead. */
static int check_free(const struct topo *t, struct life_up *how, struct err *e)
{
    const char *name = t->name;
    struct lab lab;
    int r = open_present(name, &lab, e);
    if (r <= 0)
        return r;
    r = 0;
    char why[512] = "it is what `up` would build";
    if (lab.phase == LAB_RUNNING && how->stays && is_same(&lab, t, why, sizeof why)) {
        how->already = true;
        how->holder = (struct life_holder){lab.holder, lab.start_ticks};
    } else if (lab.phase == LAB_RUNNING || spawn_wait_gone(lab.pidfd, DYING_MS) != 1) {
        r = err_set_exit(e, EXIT_CONFLICT, 0,
                         "lab %s is running already, but %s: redeploy it, or take it down first "
                         "(vethlab down %s)",
                         name, why, name);
        e->num = EEXIST;
        r = -EEXIST;
    }
    lab_fini(&lab);
    return r;
}

static int start_holder(struct up *u, struct err *e)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, u->lifeline) < 0)
        return err_set(e, errno, "cannot make a socket pair");
    uint64_t flags = CLONE_NEWPID | CLONE_NEWNS | (u->rootless ? CLONE_NEWUSER : 0);
    u->holder = spawn_fork(flags, &u->holder_pidfd);
    if (u->holder == 0) {
        close(u->lifeline[1]);
        init_holder(u->topo->name, u->lifeline[0]);
    }
    if (u->holder < 0) {
        int num = -u->holder;
        u->holder = 0;
        return preflight_refused("/proc", u->rootless, num, e);
    }
    mem_close_fd(&u->lifeline[0]);
    return u->rootless ? idmap_write(u->holder, e) : 0;
}

static void build(void *ctx)
{
    struct up *u = ctx;
    title_set(TITLE_PREFIX "%s" TITLE_BUILDER, u->topo->name);
    builder_main(u->topo, &u->ops, &u->keep, u->channel[1]);
}

/* In the builder's first process. */
static _Noreturn void enter_and_build(struct up *u)
{
    close(u->lifeline[1]);
    close(u->channel[0]); /* or the end of this process's parent would not be heard */
    close(u->lock.fd);
    sigprocmask(SIG_SETMASK, &u->mask, NULL);
    int what = CLONE_NEWPID | CLONE_NEWNS | (u->rootless ? CLONE_NEWUSER : 0);
    builder_enter(u->holder_pidfd, what, u->channel[1], build, u);
}

static int start_builder(struct up *u, struct err *e)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, u->channel) < 0)
        return err_set(e, errno, "cannot make a socket pair");
    pid_t pid = fork();
    if (pid < 0)
        return preflight_refused("/proc", u->rootless, errno, e);
    if (pid == 0)
        enter_and_build(u);
    mem_close_fd(&u->channel[1]);
    u->builder = pid;
    return 0;
}

/* One message of the builder: 1 the lab is whole, 0 go on, -errno. */
static int hear(struct up *u, struct err *e)
{
    struct builder_heard h;
    builder_hear(u->channel[0], 0, &h);
    if (h.kind == 0)
        return err_set(e, 0, "the builder of lab %s was killed", u->topo->name);
    if (h.kind == BUILD_DONE || h.kind == BUILD_WHOLE)
        return 1;
    if (h.kind == BUILD_ERROR)
        return builder_heard_err(&h, e);
    if (h.kind == BUILD_PROGRESS)
        snprintf(u->progress, sizeof u->progress, "%.120s", h.data);
    if (h.kind == BUILD_NOTE && h.len)
        log_note("%s", h.data);
    return 0;
}

static int interrupted(struct up *u, struct err *e)
{
    u->interrupted = true;
    int number = interrupt_take(u->signals, e);
    if (number < 0)
        return number;
    err_set_exit(e, (enum exit_code)(128 + number), 0,
                 "interrupted: lab %s is rolled back, nothing is left", u->topo->name);
    return -EINTR;
}

/* False: it is too early. */
static bool show_progress(const struct up *u)
{
    if (clock_mono_ns() - u->start_ns < CLOCK_NS_PER_S)
        return false;
    log_progress("building lab %s: %s", u->topo->name, u->progress);
    return true;
}

static int wait_built(struct up *u, struct err *e)
{
    int timeout_ms = 1000;
    for (;;) {
        struct pollfd p[2] = {{.fd = u->channel[0], .events = POLLIN},
                              {.fd = u->signals, .events = POLLIN}};
        if (show_progress(u))
            timeout_ms = -1;
        if (poll(p, 2, timeout_ms) < 0) {
            if (errno == EINTR)
                continue;
            return err_set(e, errno, "cannot wait for the builder");
        }
        if (p[1].revents)
            return interrupted(u, e);
        int r = p[0].revents ? hear(u, e) : 0;
        if (r != 0)
            return r < 0 ? r : 0;
    }
}

/* The disk is a hint: a lab without its record is a whole lab. But the record has its name before
 * the commit: killed behind it, the next `up` of the same file must find that nothing is to be
 * done. One whose holder is dead is discarded by whoever meets it. */
static void keep(struct up *u)
{
    struct err e = ERR_INIT;
    if (u->keep.record.fd < 0 || keep_link(&u->keep, &e) < 0)
        log_note("lab %s has no record, so that `up` and `view` will not know its file%s%s",
                 u->topo->name, e.text[0] ? ": " : "", e.text);
}

/* A lab that no other verb would find must not be called one. */
static int find_own(const struct up *u, struct life_holder *out, struct err *e)
{
    struct lab lab;
    int r = lab_open_holder(u->topo->name, getuid(), u->holder, &lab, e);
    if (r == 0)
        *out = (struct life_holder){lab.holder, lab.start_ticks};
    if (r == 0 && lab.holder != u->holder)
        r = -ENOENT;
    lab_fini(&lab);
    return r != -ENOENT ? r
                        : err_set(e, ESRCH, "the holder of lab %s (pid %d) is not to be found",
                                  u->topo->name, u->holder);
}

static int commit(struct up *u, struct life_up *how, struct err *e)
{
    char byte = how->stays ? INIT_COMMITTED : INIT_WHOLE, ask = BUILD_ASK_WHOLE;
    keep(u);
    if (send(u->lifeline[1], &byte, 1, MSG_NOSIGNAL) != 1)
        return err_set(e, errno, "the holder of lab %s was killed", u->topo->name);
    send(u->channel[0], &ask, 1, MSG_NOSIGNAL); /* a dead builder shows in what it does not say */
    int r = wait_built(u, e);
    if (r < 0)
        return r;
    if (io_read(u->lifeline[1], &byte, 1) != 1)
        return err_set(e, EPIPE, "the holder of lab %s was killed", u->topo->name);
    r = find_own(u, &how->holder, e);
    if (r == 0 && !how->stays)
        how->lifeline = mem_steal_fd(&u->lifeline[1]);
    return r;
}

static void up_fini(struct up *u, bool failed)
{
    mem_close_fd(&u->lifeline[0]);
    mem_close_fd(&u->lifeline[1]);
    if (failed && u->holder_pidfd >= 0) {
        spawn_pidfd_kill(u->holder_pidfd);
        spawn_wait_gone(u->holder_pidfd, GONE_MS);
        waitpid(u->holder, NULL, WNOHANG);
    }
    while (u->builder > 0 && waitpid(u->builder, NULL, 0) < 0 && errno == EINTR)
        ;
    mem_close_fd(&u->holder_pidfd);
    mem_close_fd(&u->channel[0]);
    mem_close_fd(&u->channel[1]);
    mem_close_fd(&u->signals);
    log_progress_end();
    keep_fini(&u->keep);
    if (u->lock.fd >= 0 && failed)
        rundir_remove_lab(&u->lock);
    rundir_unlock(&u->lock);
    ops_fini(&u->ops);
    /* A second signal must not cut off what is still to be said of the first. */
    if (!u->interrupted)
        sigprocmask(SIG_SETMASK, &u->mask, NULL);
}

/* While the builder works. */
static void write_record(struct up *u, const struct life_up *how)
{
    struct err e = ERR_INIT;
    if (keep_write(&u->keep, u->holder, !how->stays, &e) == 0)
        return;
    log_note("%s", e.text);
    labfile_fini(&u->keep.record);
}

int life_up(const struct topo *t, struct life_up *how, struct err *e)
{
    struct up u = {.topo = t,
                   .lock.fd = -1,
                   .lifeline = {-1, -1},
                   .channel = {-1, -1},
                   .signals = -1,
                   .holder_pidfd = -1,
                   .rootless = !spawn_is_privileged()};
    how->lifeline = -1;
    int r = preflight_kernel(e);
    if (r == 0)
        r = builder_check_limit(t, how->empty, e);
    if (r == 0)
        r = rundir_await_lab(t->name, &u.lock, e);
    if (r < 0)
        return r;
    r = check_free(t, how, e);
    if (r < 0 || how->already) {
        rundir_leave_lab(&u.lock);
        return r;
    }
    rundir_clean_lab(&u.lock);
    u.start_ns = clock_mono_ns();
    if (!how->empty)
        plan_build(t, &u.ops);
    r = u.signals = interrupt_open(&u.mask, e);
    if (r >= 0)
        r = hostcheck_free(t, e);
    if (r == 0)
        r = keep_open(t, u.lock.fd, &u.keep, e);
    u.keep.dir = u.lock.path;
    if (r == 0)
        r = start_holder(&u, e);
    if (r == 0)
        r = start_builder(&u, e);
    if (r == 0)
        write_record(&u, how);
    if (r == 0)
        r = wait_built(&u, e);
    if (r == 0)
        r = commit(&u, how, e);
    up_fini(&u, r < 0);
    return r;
}

/* `down` never needs to write: only another command that holds the lock stops it. */
static int lock_to_end(const char *name, struct rundir_lock *lock, struct err *e)
{
    int r = rundir_await_lab(name, lock, e);
    if (r == 0 || r == -EWOULDBLOCK)
        return r;
    log_verbose("%s", e->text);
    *e = (struct err)ERR_INIT;
    return 0;
}

/* What a lab that is gone has left on disk. */
static void discard(const char *name)
{
    struct err none = ERR_INIT;
    struct rundir_lock lock;
    struct lab lab;
    _cleanup_fd_ int there = rundir_open_lab(name, getuid());
    if (there < 0 || record_is_elsewhere(there) || rundir_lock_lab(name, &lock, &none) < 0)
        return;
    int r = lab_open_holder(name, getuid(), 0, &lab, &none);
    if (r == 0)
        lab_fini(&lab);
    r == -ENOENT ? rundir_remove_lab(&lock) : rundir_unlock(&lock);
}

static void discard_each(const char *name, void *ctx)
{
    const struct labs *labs = ctx;
    for (size_t i = 0; i < labs->count; i++)
        if (strcmp(labs->item[i].name, name) == 0)
            return;
    discard(name);
}

void life_tidy(const struct labs *running)
{
    struct labs copy = *running;
    rundir_each(discard_each, &copy);
}

/* What a lab whose processes are gone can have left for a moment: its directory, which is only a
 * hint, and interfaces of the machine, for which `down` was worth its while. */
static int rest_down(const char *name, struct err *e)
{
    struct err swept = ERR_INIT;
    discard(name);
    if (hostcheck_sweep(name, &swept) <= 0)
        return -ENOENT;
    *e = (struct err)ERR_INIT;
    return 0;
}

/* Under the lock: the lab that was found before may have gone meanwhile, and another have come. */
static int find_again(const char *name, uid_t uid, struct lab *l, struct err *e)
{
    if (io_wait_readable(l->pidfd, 0) == 0)
        return 0;
    lab_fini(l);
    return lab_open_holder(name, uid, 0, l, e);
}

static int end_holder(const struct lab *l, struct err *e)
{
    int r = keep_may_have_host_ends(l) ? hostcheck_remove(l, e) : 0;
    if (r == 0)
        r = spawn_pidfd_kill(l->pidfd);
    if (r < 0 && !e->text[0])
        err_set(e, -r, "cannot end the holder of lab %s (pid %d)", l->name, l->holder);
    if (r == 0 && spawn_wait_gone(l->pidfd, GONE_MS) != 1)
        r = err_set_exit(e, EXIT_BUSY, ETIMEDOUT,
                         "the kernel has not ended lab %s within %d s (holder pid %d): look for "
                         "\"unregister_netdevice\" in the kernel's log, then run down again",
                         l->name, GONE_MS / 1000, l->holder);
    return r;
}

/* `only`: the lab with this holder, and no other that has its name by now; NULL: whichever. */
static int down(const char *name, uid_t uid, const struct life_holder *only, struct err *e)
{
    struct lab lab;
    struct rundir_lock lock = {.fd = -1}, elsewhere = {.fd = -1};
    int r = lab_open_holder(name, uid, record_holder(name, uid), &lab, e);
    if (r == -ENOENT && uid == getuid() && !only)
        r = rest_down(name, e);
    if (r == -ENOENT)
        return only ? r : lab_none(name, uid, e);
    if (r < 0 || lab.pidfd < 0)
        return r;
    bool mine = uid == getuid();
    r = mine ? lock_to_end(name, &lock, e) : rundir_lock_other(name, uid, &lock, e);
    bool locked = r == 0;
    if (r == 0)
        r = find_again(name, uid, &lab, e);
    bool other =
        r == 0 && only && (only->pid != lab.holder || only->start_ticks != lab.start_ticks);
    if (r == -ENOENT && !only)
        r = 0; /* it went while we waited for the lock */
    else if (r == 0 && !other) {
        r = mine ? keep_lock_elsewhere(&lab, &lock, &elsewhere, e) : 0;
        r = r == 0 ? end_holder(&lab, e) : r;
    }
    if (locked && lock.fd >= 0 && r == 0 && !other)
        mine ? rundir_remove_lab(&lock) : rundir_clean_lab(&lock);
    if (elsewhere.fd >= 0 && r == 0)
        rundir_remove_lab(&elsewhere);
    rundir_unlock(&elsewhere);
    rundir_unlock(&lock);
    lab_fini(&lab);
    return other ? -ENOENT : r;
}

int life_down(const char *name, uid_t uid, struct err *e)
{
    return down(name, uid, NULL, e);
}

int life_down_only(const char *name, const struct life_holder *only, struct err *e)
{
    return down(name, getuid(), only, e);
}
