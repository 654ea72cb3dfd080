/* SPDX-License-Identifier: BSD-2-Clause */
/* plain: the view without a screen: one frame as text, or lines of JSON (view/view.h). */
#include "view/view.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "view/lines.h"
#include "view/logfile.h"
#include "view/scene.h"
#include "view/session.h"
#include "view/terminal.h"

#include <signal.h>
#include <stdlib.h>

#define COLS_DEFAULT 80
#define COLS_MAX     1000
/* A request is lost after a second; then nothing more is waited for. */
#define DECIDED_NS (2 * CLOCK_NS_PER_S)

struct plain {
    struct lab *lab;
    const struct view_options *opts;
    struct loop *loop;
    struct loop_source *limit;
    struct session *session;
    struct buf out;
    int code;
    bool stays; /* the frame is printed, and we are still here */
};

static void leave(struct plain *p, int code)
{
    p->code = code;
    loop_quit(p->loop);
}

static void flush(struct plain *p)
{
    if (p->out.len && !p->opts->print(buf_str(&p->out), p->out.len, p->opts->print_ctx))
        leave(p, 128 + SIGPIPE);
    buf_reset(&p->out);
}

/* As flush() does, where the log is standard output. */
static void leave_if_unread(struct plain *p)
{
    if (logfile_is_unread(p->opts->log))
        leave(p, 128 + SIGPIPE);
}

static void on_signal(const struct signalfd_siginfo *info, void *ctx)
{
    struct plain *p = ctx;
    leave(p, p->stays ? EXIT_DONE : 128 + (int)info->ssi_signo);
}

/* --- one frame -------------------------------------------------------------------------------- */

static void stop_if_decided(struct plain *p)
{
    if (!p->session || p->stays) /* it is being started, or printed */
        return;
    struct session_tally t = session_tally(p->session);
    if (t.decided == t.pings)
        leave(p, EXIT_DONE);
}

static void once_ping(size_t node, size_t ping, uint64_t seq, void *ctx)
{
    (void)node, (void)ping, (void)seq;
    stop_if_decided(ctx);
}

static void once_event(const struct watch_event *ev, void *ctx)
{
    struct plain *p = ctx;
    logfile_event(p->opts->log, ev);
    leave_if_unread(p);
    if (ev->what == WATCH_LAB_GONE)
        leave(p, EXIT_DONE);
}

static void once_sample(void *ctx)
{
    struct plain *p = ctx;
    logfile_flush(p->opts->log);
    leave_if_unread(p);
}

static void on_failed(const struct err *e, void *ctx)
{
    log_note("%s", e->text);
    leave(ctx, (int)e->exit);
}

static void once_limit(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    leave(ctx, EXIT_DONE);
}

static int columns(void)
{
    const char *said = getenv("COLUMNS");
    int cols = said ? atoi(said) : 0;
    return cols > 0 && cols <= COLS_MAX ? cols : COLS_DEFAULT;
}

static void print_scene(struct plain *p, struct view_data *data)
{
    if (p->opts->sections)
        ui_set_sections(data, p->opts->sections);
    struct nodes_list shown = ui_showing(NULL, data, SECTIONS_OF_TABLES);
    session_read_tables(p->session, &shown);
    free(shown.node);
    scene_once(data, (enum ui_form)p->opts->form, columns(), p->opts->ascii || !terminal_is_utf8(),
               &p->out);
}

static int print_frame(struct plain *p, struct err *e)
{
    struct view_data *data = session_data(p->session);
    struct session_tally t = session_tally(p->session);
    size_t nodes = data->nodes - (data->snap->machine != SNAP_NODE_NONE);
    data->now_ns = clock_mono_ns();
    if (p->opts->json)
        lines_state(data, &p->out);
    else
        print_scene(p, data);
    flush(p);
    if (data->gone)
        return err_set(e, 0, "lab %s has ended", p->lab->name);
    size_t ended = view_data_ended(data);
    if (p->opts->must_answer && ended)
        return err_set_exit(e, EXIT_FAILED, 0, "%zu of %zu node%s ended", ended, nodes,
                            nodes == 1 ? "" : "s");
    if (p->opts->must_answer && t.answered < t.pings)
        return err_set_exit(e, EXIT_FAILED, 0, "%zu of %zu pings were not answered",
                            t.pings - t.answered, t.pings);
    return 0;
}

/* --- a stream --------------------------------------------------------------------------------- */

static void stream_state(void *ctx)
{
    struct plain *p = ctx;
    session_data(p->session)->now_ns = clock_mono_ns();
    lines_state(session_data(p->session), &p->out);
    flush(p);
    logfile_flush(p->opts->log);
}

static void stream_ping(size_t node, size_t ping, uint64_t seq, void *ctx)
{
    struct plain *p = ctx;
    if (!p->session) /* it is being started, and the state comes first */
        return;
    session_data(p->session)->now_ns = clock_mono_ns();
    lines_ping(session_data(p->session), node, ping, seq, &p->out);
    flush(p);
}

static void stream_event(const struct watch_event *ev, void *ctx)
{
    struct plain *p = ctx;
    lines_event(ev, &p->out);
    flush(p);
    logfile_event(p->opts->log, ev);
    if (ev->what == WATCH_LAB_GONE)
        leave(p, EXIT_DONE);
}

/* --- beginning and end ------------------------------------------------------------------------ */

static int start(struct plain *p, const struct session_hooks *hooks, struct err *e)
{
    sigset_t set;
    int r = loop_new(&p->loop, e);
    if (r < 0)
        return r;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (!loop_add_signals(p->loop, &set, on_signal, p, e))
        return -e->num;
    logfile_attach(p->opts->log, p->loop);
    logfile_begin(p->opts->log, p->lab->name);
    return session_start(p->loop, p->lab, p->opts->topo, p->opts->interval_ns, hooks, &p->session,
                         e);
}

static void fini(struct plain *p)
{
    session_stop(p->session);
    logfile_attach(p->opts->log, NULL);
    loop_free(p->loop);
    buf_fini(&p->out);
}

int view_once(struct lab *lab, const struct view_options *o, struct err *e)
{
    struct plain p = {.lab = lab, .opts = o};
    const struct session_hooks hooks = {.event = once_event,
                                        .ping = once_ping,
                                        .sample = once_sample,
                                        .follow = o->stays,
                                        .failed = on_failed,
                                        .ctx = &p};
    int r = start(&p, &hooks, e);
    struct session_tally t = r == 0 ? session_tally(p.session) : (struct session_tally){0};
    if (t.decided < t.pings) {
        int64_t limit_ns = clock_mono_ns() + o->interval_ns + DECIDED_NS;
        p.limit = loop_add_timer(p.loop, limit_ns, 0, once_limit, &p, e);
        r = p.limit ? loop_run(p.loop, e) : -e->num;
    }
    if (r == 0 && p.code == EXIT_DONE)
        r = print_frame(&p, e);
    p.stays = o->stays && r == 0 && p.code == EXIT_DONE;
    if (p.stays)
        r = loop_run(p.loop, e);
    fini(&p);
    return r < 0 ? r : p.code;
}

int view_stream(struct lab *lab, const struct view_options *o, struct err *e)
{
    struct plain p = {.lab = lab, .opts = o};
    const struct session_hooks hooks = {.event = stream_event,
                                        .ping = stream_ping,
                                        .sample = stream_state,
                                        .follow = true,
                                        .failed = on_failed,
                                        .ctx = &p};
    int r = start(&p, &hooks, e);
    if (r == 0) {
        stream_state(&p);
        r = p.code ? 0 : loop_run(p.loop, e);
    }
    fini(&p);
    return r < 0 ? r : p.code;
}
