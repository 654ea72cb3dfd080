/* SPDX-License-Identifier: BSD-2-Clause */
/* view: the split view on the terminal: events and keys change values, values are drawn.
 *
 * Nothing is drawn where it happens: whatever changes sets one timer, so that a thousand events are
 * one frame. What a person does or breaks is shown within FRAME_NS; a ping that was answered is no
 * news and waits a little longer. */
#include "view/view.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "view/console.h"
#include "view/deeds.h"
#include "view/draw.h"
#include "view/dump.h"
#include "view/eventlog.h"
#include "view/keys.h"
#include "view/logfile.h"
#include "view/map.h"
#include "view/mouse.h"
#include "view/pane.h"
#include "view/paths.h"
#include "view/scene.h"
#include "view/screen.h"
#include "view/session.h"
#include "view/settings.h"
#include "view/shellinput.h"
#include "view/stepping.h"
#include "view/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_NS (34 * CLOCK_NS_PER_MS) /* at most 30 frames a second, whatever happens */
#define PINGS_NS (100 * CLOCK_NS_PER_MS)

struct view {
    struct lab *lab;
    const struct view_options *opts;
    struct loop *loop;
    struct loop_source *signals, *input, *draw, *paste;
    struct session *session;
    struct stepping *stepping; /* NULL: the lab is there already */
    struct screen *screen;
    struct drawer *drawer;
    struct eventlog *log; /* owned */
    struct deeds deeds;
    struct view_ui ui;
    struct console console;
    bool ended; /* the lab did, while a command runs: that may be what takes it down */
    struct shellinput shells;
    bool ascii;
    struct canvas held;       /* the picture, while it is held; else without cells */
    int64_t drawn_ns, due_ns; /* the last frame; the next one, 0: none is wanted */
    int code;
};

static void leave(struct view *v, int code)
{
    v->code = code;
    loop_quit(v->loop);
}

/* What a section needs that nothing else does. */
static void want_tables(struct view *v)
{
    struct nodes_list shown = ui_showing(&v->ui, session_data(v->session), SECTIONS_OF_TABLES);
    session_want_tables(v->session, &shown);
    free(shown.node);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* Nodes of a lab that is built step by step come and go. False: we leave. */
static bool follow_steps(struct view *v)
{
    struct err e = ERR_INIT;
    if (!v->stepping)
        return true;
    screen_size(v->screen, &v->ui.rows, &v->ui.cols);
    stepping_fit(v->stepping, v->ui.rows, v->ui.cols);
    if (!stepping_take_change(v->stepping) || session_renew(v->session, &e) == 0)
        return true;
    log_note("%s", e.text);
    leave(v, e.exit);
    return false;
}

/* Whoever holds the picture keeps the one that is seen; another size shows it anew. */
static void draw_frame(struct view *v, struct canvas *c)
{
    const struct view_data *data = session_data(v->session);
    canvas_init(c, v->ui.rows, v->ui.cols, v->ascii);
    if (v->held.cell && (v->held.rows != c->rows || v->held.cols != c->cols))
        v->ui.paused = false;
    if (!v->ui.paused)
        canvas_fini(&v->held);
    if (v->held.cell) {
        scene_draw_held(&v->held, data, &v->ui, c);
        return;
    }
    scene_draw(data, &v->ui, c);
    if (!v->ui.paused)
        return;
    canvas_init(&v->held, c->rows, c->cols, v->ascii);
    canvas_copy(&v->held, c);
}

static void draw(struct view *v)
{
    struct canvas c;
    if (!follow_steps(v))
        return;
    struct view_data *data = session_data(v->session);
    v->due_ns = 0;
    if (screen_is_down(v->screen))
        return;
    v->drawn_ns = data->now_ns = clock_mono_ns();
    screen_size(v->screen, &v->ui.rows, &v->ui.cols);
    shellinput_layout(&v->shells);
    want_tables(v);
    draw_frame(v, &c);
    draw_canvas(v->drawer, &c, v->ui.theme);
    canvas_fini(&c);
}

static void on_draw(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    draw(ctx);
}

/* A frame `after_ns` behind the last one, or now if that is past. */
static void want_frame(struct view *v, int64_t after_ns)
{
    int64_t now_ns = clock_mono_ns(), due_ns = v->drawn_ns + after_ns;
    due_ns = due_ns > now_ns ? due_ns : now_ns;
    if (v->due_ns && v->due_ns <= due_ns)
        return;
    v->due_ns = due_ns;
    loop_set_timer(v->draw, due_ns, 0);
}

/* --- what happens in the lab ------------------------------------------------------------------ */

static void on_event(const struct watch_event *ev, void *ctx)
{
    struct view *v = ctx;
    eventlog_add(v->log, ev);
    logfile_event(v->opts->log, ev);
    if (ev->what == WATCH_LAB_GONE && console_is_busy(&v->console))
        v->ended = true;
    else if (ev->what == WATCH_LAB_GONE)
        leave(v, EXIT_DONE);
    else if (!v->ui.paused && ev->what != WATCH_STATS)
        want_frame(v, FRAME_NS);
}

/* Others have made them; this comes before the events that tell so. */
static void on_nodes(size_t at, size_t count, void *ctx)
{
    struct view *v = ctx;
    eventlog_insert_nodes(v->log, at, count);
    ui_insert_nodes(&v->ui, at, count);
    shells_insert_nodes(v->shells.shells, at, count);
    shellinput_insert_nodes(&v->shells, at, count);
    want_frame(v, FRAME_NS);
}

static void on_failed(const struct err *e, void *ctx)
{
    log_note("%s", e->text);
    leave(ctx, (int)e->exit);
}

static void on_tables(void *ctx)
{
    want_frame(ctx, FRAME_NS);
}

static void on_shell(void *ctx)
{
    struct view *v = ctx;
    if (v->shells.shells && shellinput_take_end(&v->shells))
        screen_all_keys(v->screen, false);
    want_frame(v, FRAME_NS);
}

static void on_ping(size_t node, size_t ping, uint64_t seq, void *ctx)
{
    (void)node, (void)ping, (void)seq;
    struct view *v = ctx;
    if (!v->ui.paused)
        want_frame(v, PINGS_NS);
}

static void on_console(void *ctx)
{
    struct view *v = ctx;
    if (v->ended && !console_is_busy(&v->console))
        leave(v, EXIT_DONE);
    else if (!console_is_busy(&v->console))
        session_look(v->session); /* it may have brought nodes */
    want_frame(v, FRAME_NS);
}

static void put_up_again(struct view *v)
{
    struct err ignored = ERR_INIT;
    if (!screen_raise(v->screen))
        return;
    loop_set_events(v->input, EPOLLIN, &ignored);
    draw_forget(v->drawer);
    want_frame(v, 0);
}

static void on_sample(void *ctx)
{
    struct view *v = ctx;
    logfile_flush(v->opts->log);
    put_up_again(v);
    if (!v->ui.paused)
        want_frame(v, FRAME_NS);
}

static void on_note(const char *line, void *ctx)
{
    struct view *v = ctx;
    if (!v->session)
        return;
    ui_say(&v->ui, session_data(v->session), false, line);
    want_frame(v, FRAME_NS);
}

/* What a person waits for. */
static void on_said(void *ctx)
{
    want_frame(ctx, 0);
}

/* --- what the user does ----------------------------------------------------------------------- */

/* As it was before the key: no message stands in the bottom line. */
static void dump(struct view *v)
{
    struct canvas c;
    struct err e = ERR_INIT;
    struct view_data *data = session_data(v->session);
    draw_frame(v, &c);
    _cleanup_free_ char *said = dump_somewhere(&c, v->ui.theme, v->lab->name, &e);
    ui_say(&v->ui, data, !said, said ? said : e.text);
    canvas_fini(&c);
}

static void grant(struct view *v, enum ui_wish wish)
{
    if (deeds_grant(&v->deeds, wish))
        return;
    if (wish == WISH_QUIT)
        leave(v, EXIT_DONE);
    else if (wish == WISH_INTERVAL)
        session_set_interval(v->session, v->ui.interval_ns);
    else if (wish == WISH_REDRAW)
        draw_forget(v->drawer);
    else if (wish == WISH_DUMP)
        dump(v);
    else if (wish == WISH_INTERRUPT)
        console_interrupt(&v->console);
    else if (wish == WISH_MOUSE)
        screen_take_mouse(v->screen, v->ui.mouse);
    else if (v->stepping)
        stepping_wish(v->stepping, wish);
}

static bool do_wish(struct view *v, enum ui_wish wish, int key)
{
    if (wish == WISH_PROMPT && v->ui.prompt.kind == PROMPT_COMMAND)
        wish = console_take(&v->console, v->ui.prompt.text, session_data(v->session));
    grant(v, wish);
    return shellinput_grant(&v->shells, wish, key);
}

/* True if a frame is to be drawn. */
static bool press(struct view *v, int key)
{
    enum ui_wish wish = WISH_NOTHING;
    struct view_data *data = session_data(v->session);
    if (key == SCREEN_KEY_PASTE) {
        const struct buf *paste = screen_paste(v->screen);
        if (!shellinput_paste(&v->shells, buf_str(paste), paste->len))
            ui_paste(&v->ui, buf_str(paste), paste->len, data);
    } else if (key == SCREEN_KEY_TOO_LONG) {
        ui_say(&v->ui, data, true, "more than 1 MiB was pasted: nothing of it was typed");
    } else if (key == SCREEN_KEY_MOUSE) {
        const struct term_mouse *m = screen_mouse(v->screen);
        if (!v->ui.question && !shellinput_mouse(&v->shells, m))
            wish = mouse_act(&v->ui, m, data);
    } else {
        wish = keys_press(&v->ui, key, data);
    }
    return do_wish(v, wish, key);
}

static void take_keys(struct view *v)
{
    struct view_data *data = session_data(v->session);
    data->now_ns = clock_mono_ns(); /* of all that is read now: it was typed together */
    for (int key; (key = screen_key(v->screen)) != SCREEN_KEY_NONE;) {
        if (key == SCREEN_KEY_HANGUP) {
            leave(v, 128 + SIGHUP);
            return;
        }
        if (v->stepping && stepping_interrupt(v->stepping) && key != 'q')
            continue;
        if (press(v, key))
            want_frame(v, FRAME_NS);
        screen_all_keys(v->screen, v->ui.shell_keys);
    }
    int64_t due_ns = screen_due_ns(v->screen);
    if (due_ns)
        loop_set_timer(v->paste, due_ns, 0);
    else
        loop_stop_timer(v->paste);
}

static void on_input(int fd, uint32_t events, void *ctx)
{
    (void)fd;
    struct view *v = ctx;
    if (!screen_is_down(v->screen) || events & (EPOLLHUP | EPOLLERR))
        take_keys(v);
}

/* The end of a paste is long due. */
static void on_paste(int64_t now_ns, void *ctx)
{
    (void)now_ns;
    struct view *v = ctx;
    if (!screen_is_down(v->screen))
        take_keys(v);
}

/* From the keyboard it is a key like q; from another program it is meant. */
static void interrupt(struct view *v, bool typed)
{
    struct view_data *data = session_data(v->session);
    data->now_ns = clock_mono_ns();
    if (console_interrupt(&v->console) || (typed && data->now_ns < v->ui.deaf_until_ns))
        return;
    bool asked = typed && v->ui.question;
    v->ui.question = QUESTION_NONE;
    if (!typed || (!asked && ui_quit(&v->ui, data) == WISH_QUIT))
        leave(v, 128 + SIGINT);
    want_frame(v, 0);
}

static void on_signal(const struct signalfd_siginfo *info, void *ctx)
{
    struct view *v = ctx;
    struct err ignored = ERR_INIT;
    if (info->ssi_signo == SIGWINCH) {
        screen_resize(v->screen);
        draw_forget(v->drawer);
        want_frame(v, 0);
    } else if (info->ssi_signo == SIGTSTP) {
        loop_set_events(v->input, 0, &ignored); /* what is typed now is the shell's */
        screen_stop(v->screen);
        put_up_again(v);
    } else if (info->ssi_signo == SIGCONT) {
        if (screen_is_down(v->screen)) {
            put_up_again(v);
            return;
        }
        screen_refresh(v->screen);
        draw_forget(v->drawer);
        want_frame(v, 0);
    } else if (info->ssi_signo == SIGINT) {
        interrupt(v, info->ssi_code == SI_KERNEL);
    } else {
        leave(v, 128 + (int)info->ssi_signo);
    }
}

/* --- beginning and end ------------------------------------------------------------------------ */

static int no_such_section(const char *word, size_t len, struct err *e)
{
    _cleanup_free_ char *raw = mem_strndup(word, len), *clean = text_clean_dup(raw);
    _cleanup_buf_ struct buf names = BUF_INIT;
    for (int s = 0; s < SECTION_COUNT; s++)
        if (pane_sections[s].draw)
            buf_printf(&names, "%s%s", names.len ? ", " : "", pane_sections[s].name);
    err_set_exit(e, EXIT_USAGE, 0, "a pane has no section \"%s\", but %s", clean, buf_str(&names));
    return -EINVAL;
}

int view_parse_sections(const char *text, unsigned *bits, struct err *e)
{
    *bits = 0;
    for (size_t len; *text; text += len + (text[len] == ',')) {
        int s = 0;
        len = strcspn(text, ",");
        while (s < SECTION_COUNT &&
               (!pane_sections[s].draw || strlen(pane_sections[s].name) != len ||
                memcmp(pane_sections[s].name, text, len) != 0))
            s++;
        if (s == SECTION_COUNT)
            return no_such_section(text, len, e);
        *bits |= 1u << s;
    }
    return 0;
}

bool view_has_terminal(struct err *why)
{
    _cleanup_buf_ struct buf ignored = BUF_INIT;
    return terminal_is_here() && terminal_read(&ignored, why) == 0;
}

static int add_sources(struct view *v, struct err *e)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        sigaddset(&set, signals[i]);
    v->signals = loop_add_signals(v->loop, &set, on_signal, v, e);
    if (v->signals)
        v->draw = loop_add_timer(v->loop, INT64_MAX, 0, on_draw, v, e);
    if (v->draw)
        v->paste = loop_add_timer(v->loop, INT64_MAX, 0, on_paste, v, e);
    if (!v->paste)
        return -e->num;
    loop_stop_timer(v->draw);
    loop_stop_timer(v->paste);
    return 0;
}

static int start_steps(struct view *v, struct err *e)
{
    const struct stepping_hooks hooks = {.changed = on_said, .note = on_note, .ctx = v};
    return stepping_start(v->loop, v->opts->steps, &v->ui, v->ascii, &hooks, &v->stepping, e);
}

/* Everything that can be refused comes before the screen, so that it is refused in plain text. */
static int start(struct view *v, struct err *e)
{
    const struct session_hooks hooks = {.event = on_event,
                                        .ping = on_ping,
                                        .sample = on_sample,
                                        .tables = on_tables,
                                        .follow = !v->opts->steps, /* there the steps make them */
                                        .steps = v->opts->steps != NULL,
                                        .nodes = on_nodes,
                                        .failed = on_failed,
                                        .ctx = v};
    int r = loop_new(&v->loop, e);
    if (r == 0)
        r = add_sources(v, e);
    if (r == 0)
        r = console_start(&v->console, v->loop, e);
    if (r == 0)
        r = screen_open(on_note, v, &v->screen, e);
    if (r < 0)
        return r;
    v->log = eventlog_new();
    logfile_attach(v->opts->log, v->loop);
    logfile_begin(v->opts->log, v->lab->name);
    v->drawer = draw_new();
    r = session_start(v->loop, v->lab, v->opts->topo, v->opts->interval_ns, &hooks, &v->session, e);
    if (r < 0)
        return r;
    struct view_data *data = session_data(v->session);
    data->log = v->log;
    if (v->opts->sections)
        ui_set_sections(data, v->opts->sections);
    v->shells =
        (struct shellinput){.shells = shells_new(v->loop, v->lab, v->opts->topo, data, on_shell, v),
                            .ui = &v->ui,
                            .data = data,
                            .focused = SHELLS_ALL};
    if (v->ui.mouse)
        screen_take_mouse(v->screen, true);
    v->deeds = (struct deeds){.session = v->session,
                              .ui = &v->ui,
                              .log = v->log,
                              .file = v->opts->log,
                              .said = on_said,
                              .ctx = v};
    r = deeds_start(&v->deeds, v->loop, v->lab, e);
    if (r < 0)
        return r;
    v->input = loop_add_fd(v->loop, screen_input(v->screen), EPOLLIN, on_input, v, e);
    if (!v->input)
        return -e->num;
    want_frame(v, 0);
    return v->opts->steps ? start_steps(v, e) : 0;
}

/* tmux(1): a tmux around us, which takes its prefix first. */
static bool is_in_tmux(void)
{
    const char *tmux = getenv("TMUX");
    return tmux && *tmux;
}

int view_on_screen(struct lab *lab, const struct view_options *o, struct err *e)
{
    struct view v = {.lab = lab, .opts = o, .ascii = o->ascii || !terminal_is_utf8()};
    ui_init(&v.ui, o->interval_ns);
    v.ui.theme = (enum theme)o->theme;
    v.ui.per_page = o->panes;
    v.ui.lab_goes = o->lab_goes;
    v.ui.prefix = o->prefix ? o->prefix : v.ui.prefix;
    v.ui.in_tmux = is_in_tmux() && v.ui.prefix == UI_PREFIX;
    v.ui.ascii = v.ascii;
    v.ui.mouse = o->mouse;
    v.ui.map = map_new();
    v.ui.verbs = o->errand ? o->verbs : NULL;
    v.ui.files = paths_list;
    _cleanup_buf_ struct buf settings = BUF_INIT;
    v.ui.settings = settings_path(&settings) ? buf_str(&settings) : NULL;
    v.console = (struct console){.errand = o->errand,
                                 .lab = {o->uid, o->file},
                                 .ui = &v.ui,
                                 .changed = on_console,
                                 .ctx = &v};
    v.ui.form = (enum ui_form)o->form;
    int r = start(&v, e);
    if (r == 0)
        r = loop_run(v.loop, e);
    bool gone = v.session && session_data(v.session)->gone;
    screen_close(v.screen);
    canvas_fini(&v.held);
    draw_free(v.drawer);
    stepping_stop(v.stepping);
    shells_free(v.shells.shells);
    map_free(v.ui.map);
    deeds_end(&v.deeds);
    console_end(&v.console);
    session_stop(v.session);
    eventlog_free(v.log);
    logfile_attach(o->log, NULL);
    loop_free(v.loop);
    if (r == 0 && gone && v.code == EXIT_DONE)
        log_note("lab %s has ended", lab->name);
    return r < 0 ? r : v.code;
}
