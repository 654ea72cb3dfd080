/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper: see the header.
 *
 * Three more processes are forked, one within the other. The first enters the lab's user namespace.
 * The second is inside the holder's pid namespace, where it only makes the third and ends: so that
 * the third, the worker, is a child of the holder, and the nodes can be children of the holder too,
 * by which they are found (kernel/lab.h), while the worker lives on. */
#include "apply/stepper.h"

#include "apply/builder_inside.h"
#include "apply/stepper_work.h"
#include "base/mem.h"
#include "base/text.h"
#include "init/init.h"
#include "init/title.h"
#include "kernel/spawn.h"
#include "plan/plan.h"
#include "state/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHANNEL 3 /* in the new processes, see init_detach() */

struct stepper {
    const struct topo *topo;
    struct life_holder holder;
    struct ops ops;
    struct teach_steps steps;
    int channel;
    size_t done;
    bool busy, undoing, ended;
    bool failed; /* the step that is to be done next */
    pid_t pid;   /* of the first of the new processes */
};

/* --- in the new processes --------------------------------------------------------------------- */

/* Until the second process is gone and the holder is our parent: CLONE_PARENT counts on that. */
static void await_holder(pid_t parent)
{
    _cleanup_fd_ int pidfd = (int)syscall(SYS_pidfd_open, parent, 0);
    if (pidfd >= 0 && getppid() == parent)
        spawn_wait_gone(pidfd, -1);
}

static void in_the_second(void *ctx)
{
    struct stepper_work *w = ctx;
    pid_t second = getpid(), pid = fork();
    if (pid != 0) {
        struct err e = ERR_INIT;
        if (pid > 0)
            _exit(0);
        err_set(&e, errno, "cannot start a process inside the lab");
        builder_fail(CHANNEL, &e);
    }
    await_holder(second);
    prctl(PR_SET_NAME, "vethlab-stepper");
    title_set(TITLE_PREFIX "%s" TITLE_BUILDER, w->b.topo->name);
    stepper_work(w);
}

static int open_holder(const struct stepper *s, struct lab *l, struct err *e)
{
    int r = lab_open_holder(s->topo->name, getuid(), 0, l, e);
    bool other = r == 0 && (l->holder != s->holder.pid || l->start_ticks != s->holder.start_ticks);
    if (r == -ENOENT || other)
        return err_set(e, ESRCH, "lab %s has ended", s->topo->name);
    return r;
}

static _Noreturn void in_the_first(struct stepper *s)
{
    struct err e = ERR_INIT;
    struct lab lab;
    struct keep keep;
    struct rundir_lock lock = {.fd = -1};
    int steps = -1; /* stays open: the worker holds them as long as it lives */
    struct stepper_work w = {.ops = &s->ops, .steps = &s->steps};
    init_detach(s->channel);
    int r = open_holder(s, &lab, &e);
    if (r == 0)
        r = rundir_await_lab(s->topo->name, &lock, &e);
    if (r == 0)
        r = keep_open(s->topo, lock.fd, &keep, &e);
    if (r == 0)
        r = rundir_hold_steps(&lock, s->topo->name, &steps, &e);
    rundir_unlock(&lock);
    if (r == 0)
        r = lab_enter_userns(&lab, &e);
    if (r < 0)
        builder_fail(CHANNEL, &e);
    builder_init(&w.b, s->topo, &s->ops, &keep, CHANNEL);
    w.b.adopted = true;
    builder_enter(lab.pidfd, CLONE_NEWPID | CLONE_NEWNS, CHANNEL, in_the_second, &w);
}

/* --- here ------------------------------------------------------------------------------------- */

/* The worker is ready, or says why not. */
static int await_worker(struct stepper *s, struct err *e)
{
    struct builder_heard h;
    builder_hear(s->channel, 0, &h);
    while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (h.kind == BUILD_ERROR)
        return builder_heard_err(&h, e);
    return h.kind == BUILD_WHOLE ? 0 : err_set(e, 0, "the process that does the steps was killed");
}

static int start(struct stepper *s, struct err *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_set(e, errno, "cannot make a socket pair");
    s->pid = fork();
    if (s->pid == 0) {
        s->channel = pair[1];
        in_the_first(s);
    }
    int num = errno;
    close(pair[1]);
    s->channel = pair[0];
    if (s->pid < 0)
        return err_set(e, num, "cannot start the process that does the steps");
    return await_worker(s, e);
}

int stepper_start(const struct topo *t, const struct life_holder *holder, struct stepper **out,
                  struct err *e)
{
    struct stepper *s = mem_zalloc(1, sizeof *s);
    *s = (struct stepper){.topo = t, .holder = *holder, .channel = -1};
    plan_build(t, &s->ops);
    teach_steps_of(&s->ops, &s->steps);
    int r = start(s, e);
    if (r < 0) {
        stepper_stop(s);
        return r;
    }
    *out = s;
    return 0;
}

void stepper_stop(struct stepper *s)
{
    if (!s)
        return;
    mem_close_fd(&s->channel);
    teach_steps_fini(&s->steps);
    ops_fini(&s->ops);
    free(s);
}

const struct ops *stepper_ops(const struct stepper *s)
{
    return &s->ops;
}

const struct teach_steps *stepper_steps(const struct stepper *s)
{
    return &s->steps;
}

size_t stepper_done(const struct stepper *s)
{
    return s->done;
}

bool stepper_is_busy(const struct stepper *s)
{
    return s->busy;
}

bool stepper_is_undoing(const struct stepper *s)
{
    return s->busy && s->undoing;
}

int stepper_fd(const struct stepper *s)
{
    return s->channel;
}

static bool ask(struct stepper *s, bool undo, size_t step)
{
    struct stepper_question q;
    memset(&q, 0, sizeof q);
    q.undo = undo;
    q.step = step;
    s->busy = true;
    s->undoing = undo;
    send(s->channel, &q, sizeof q, MSG_NOSIGNAL); /* a dead worker shows in what it does not say */
    return true;
}

bool stepper_do(struct stepper *s)
{
    return !s->busy && !s->ended && s->done < s->steps.count && ask(s, false, s->done);
}

bool stepper_undo(struct stepper *s)
{
    return !s->busy && !s->ended && s->done > 0 && ask(s, true, s->done - 1);
}

bool stepper_may_skip(const struct stepper *s)
{
    return s->failed && !s->busy && !s->ended && s->done < s->steps.count &&
           s->ops.item[s->steps.item[s->done].first].kind == OP_EXEC;
}

bool stepper_skip(struct stepper *s)
{
    if (!stepper_may_skip(s))
        return false;
    s->failed = false;
    s->done++;
    return true;
}

static void answered(struct stepper *s, struct stepper_report *out)
{
    out->step = s->undoing ? s->done - 1 : s->done;
    s->busy = false;
    s->failed = out->what == STEPPER_FAILED && !s->undoing;
    if (out->what == STEPPER_FAILED)
        return;
    out->what = s->undoing ? STEPPER_UNDONE : STEPPER_DONE;
    s->done = s->undoing ? s->done - 1 : s->done + 1;
}

void stepper_hear(struct stepper *s, struct stepper_report *out)
{
    struct builder_heard h;
    *out = (struct stepper_report){.what = STEPPER_NOTHING, .step = s->done};
    if (s->ended || !builder_hear(s->channel, MSG_DONTWAIT, &h))
        return;
    if (h.kind == BUILD_NOTE) {
        out->what = STEPPER_NOTE;
        text_clean_to(out->text, sizeof out->text, h.data);
    } else if (h.kind == BUILD_DONE) {
        answered(s, out);
    } else if (h.kind == BUILD_ERROR) {
        out->what = STEPPER_FAILED;
        builder_heard_err(&h, &out->e);
        answered(s, out);
    } else {
        out->what = STEPPER_ENDED;
        s->ended = true;
        s->busy = false;
        err_set(&out->e, 0, "the process that does the steps has ended");
    }
}
