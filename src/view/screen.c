/* SPDX-License-Identifier: BSD-2-Clause */
/* screen: see the header.
 *
 * Signals are the loop's (loop_add_signals()), and ncurses gets none of them: its cleanup at SIGINT
 * and SIGTERM is not async-signal-safe, and its SIGTSTP would stop us behind the guard's back. */
#include "view/screen.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "view/guard.h"
#include "view/screen_keys.h"
#include "view/terminal.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ESC_DELAY_MS 25
#define NOTES_MAX    50

static const int taken_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

struct screen {
    SCREEN *term;
    bool all_keys, has_mouse;
    struct keyinput keys;
    struct termios sane;
    struct guard guard;
    bool down;
    screen_note_fn *note_fn;
    void *note_ctx;
    char *note[NOTES_MAX]; /* owned; the last ones, in a ring */
    size_t notes;
};

/* --- notes ------------------------------------------------------------------------------------ */

static void on_note(const char *line, void *ctx)
{
    struct screen *s = ctx;
    char **slot = &s->note[s->notes++ % NOTES_MAX];
    free(*slot);
    *slot = mem_strdup(line);
    if (s->note_fn)
        s->note_fn(line, s->note_ctx);
}

static void print_notes(struct screen *s)
{
    size_t first = s->notes > NOTES_MAX ? s->notes - NOTES_MAX : 0;
    for (size_t i = first; i < s->notes; i++)
        fprintf(stderr, "vethlab: %s\n", s->note[i % NOTES_MAX]);
    for (size_t i = 0; i < NOTES_MAX; i++)
        free(s->note[i]);
}

/* --- life ------------------------------------------------------------------------------------- */

/* A terminal that is not the controlling one stops nobody. */
static bool is_background(void)
{
    pid_t group = tcgetpgrp(STDOUT_FILENO);
    return group >= 0 && group != getpgrp();
}

/* The shell may take the terminal back between is_background() and what follows. Then tcsetattr(3)
 * and read(2) would stop us, and again whenever we are continued: what ended us would never be
 * heard. Blocked, these signals make the one succeed and the other fail. */
static void hold_tty_stops(sigset_t *before)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    sigaddset(&set, SIGTTIN);
    sigprocmask(SIG_BLOCK, &set, before);
}

static void let_tty_stops(const sigset_t *before)
{
    sigprocmask(SIG_SETMASK, before, NULL);
}

static void arm(struct screen *s)
{
    struct termios up;
    if (tcgetattr(STDOUT_FILENO, &up) == 0)
        guard_arm(&s->guard, &up);
}

/* ncurses, which has written all it had to, does not know these. */
static void tell(const char *bytes)
{
    io_write_all(STDOUT_FILENO, bytes, strlen(bytes));
}

/* Pastes are told apart, lest they be taken for keys. The mouse: buttons, moves with one held, in
 * the long form, which terminals know by now whatever terminfo(5) says of them. */
static void tell_all(const struct screen *s)
{
    tell("\033[?2004h");
    if (s->has_mouse)
        tell("\033[?1000h\033[?1002h\033[?1006h");
}

static void tell_nothing(const struct screen *s)
{
    tell("\033[?2004l");
    if (s->has_mouse)
        tell("\033[?1006l\033[?1002l\033[?1000l");
}

static void never_called(int sig)
{
    (void)sig;
}

/* ncurses takes only signals that have their default, and of those it once has taken it ignores
 * SIGTSTP while it writes: to set that throws away one that waits for our signalfd. So none of them
 * has its default at the moment in which it looks. */
static void start_term(struct screen *s)
{
    struct sigaction before[ARRAY_LEN(taken_signals)];
    const struct sigaction other = {.sa_handler = never_called, .sa_flags = SA_RESTART};
    sigset_t set, mask;
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LEN(taken_signals); i++)
        sigaddset(&set, taken_signals[i]);
    sigprocmask(SIG_BLOCK, &set, &mask);
    for (size_t i = 0; i < ARRAY_LEN(taken_signals); i++)
        sigaction(taken_signals[i], &other, &before[i]);
    s->term = newterm(NULL, stdout, stdin);
    for (size_t i = 0; i < ARRAY_LEN(taken_signals); i++)
        sigaction(taken_signals[i], &before[i], NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* The keys as they come, without echo; Ctrl-C and its like still make signals. */
static int start_curses(struct screen *s, struct err *e)
{
    use_tioctl(TRUE);
    start_term(s);
    if (!s->term)
        return err_set(e, 0, "ncurses cannot use this terminal");
    set_escdelay(ESC_DELAY_MS);
    cbreak();
    noecho();
    nonl();
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    screen_keys_define();
    curs_set(0);
    refresh();
    return 0;
}

int screen_open(screen_note_fn *fn, void *ctx, struct screen **out, struct err *e)
{
    _cleanup_buf_ struct buf reset = BUF_INIT;
    struct screen *s = mem_zalloc(1, sizeof *s);
    *s = (struct screen){.guard = GUARD_NONE, .note_fn = fn, .note_ctx = ctx};
    terminal_is_utf8(); /* ncurses asks the locale too */
    int r = terminal_read(&reset, e);
    if (r == 0 && tcgetattr(STDOUT_FILENO, &s->sane) < 0)
        r = err_set(e, errno, "cannot read the terminal's settings");
    fflush(stdout);
    if (r == 0)
        r = guard_start(&s->guard, STDOUT_FILENO, &s->sane, buf_str(&reset), reset.len, e);
    if (r == 0)
        r = start_curses(s, e);
    if (r < 0) {
        guard_end(&s->guard);
        free(s);
        return r;
    }
    tell_all(s);
    arm(s);
    log_set_sink(on_note, s);
    *out = s;
    return 0;
}

void screen_close(struct screen *s)
{
    sigset_t before;
    if (!s)
        return;
    log_set_sink(NULL, NULL);
    hold_tty_stops(&before);
    if (s->down) {
        guard_end(&s->guard);
    } else if (is_background()) {
        guard_leave_it(&s->guard);
    } else {
        tell_nothing(s);
        endwin();
        tcsetattr(STDOUT_FILENO, TCSANOW, &s->sane);
        guard_end(&s->guard);
    }
    delscreen(s->term);
    let_tty_stops(&before);
    print_notes(s);
    keyinput_fini(&s->keys);
    free(s);
}

/* --- keys, size, stopping --------------------------------------------------------------------- */

int screen_input(const struct screen *s)
{
    (void)s;
    return STDIN_FILENO;
}

/* ncurses says the same, ERR, where nothing waits and where nothing will ever come again. */
static int next_key(struct screen *s, int *kind)
{
    sigset_t before;
    wint_t key = 0;
    if (is_background()) { /* what is typed is somebody else's: as SIGTTIN would do */
        screen_stop(s);
        *kind = ERR;
        return SCREEN_KEY_NONE;
    }
    hold_tty_stops(&before);
    *kind = get_wch(&key);
    let_tty_stops(&before);
    if (*kind != ERR)
        return (int)key;
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL))
        return SCREEN_KEY_HANGUP;
    return SCREEN_KEY_NONE;
}

static int take(struct screen *s, int kind, int key)
{
    int64_t now_ns = clock_mono_ns();
    enum keyinput_part part = screen_keys_part((wint_t)key);
    if (kind == KEY_CODE_YES && key == KEY_RESIZE) /* by screen_resize(): nobody pressed it */
        return SCREEN_KEY_NONE;
    if (kind == OK)
        return keyinput_take(&s->keys, KEYINPUT_CHARACTER, key, now_ns);
    return keyinput_take(&s->keys, part, screen_keys_name((wint_t)key), now_ns);
}

int screen_key(struct screen *s)
{
    for (;;) {
        int kind, next = next_key(s, &kind);
        if (kind == ERR)
            return next == SCREEN_KEY_NONE ? keyinput_idle(&s->keys, clock_mono_ns()) : next;
        int key = take(s, kind, next);
        if (key != SCREEN_KEY_NONE)
            return key;
    }
}

int64_t screen_due_ns(const struct screen *s)
{
    return keyinput_due_ns(&s->keys);
}

const struct buf *screen_paste(const struct screen *s)
{
    return &s->keys.paste;
}

const struct term_mouse *screen_mouse(const struct screen *s)
{
    return &s->keys.mouse;
}

void screen_take_mouse(struct screen *s, bool on)
{
    sigset_t before;
    const char *mouse = tigetstr("kmous");
    bool seen = !s->down && !is_background(); /* else it is told when it is */
    hold_tty_stops(&before);
    if (seen)
        tell_nothing(s);
    s->has_mouse = on && mouse && mouse != (const char *)-1;
    if (seen)
        tell_all(s);
    let_tty_stops(&before);
}

void screen_all_keys(struct screen *s, bool on)
{
    sigset_t before;
    if (s->all_keys == on || s->down || is_background())
        return; /* the next key is asked about again */
    hold_tty_stops(&before);
    tell_nothing(s);
    s->all_keys = on;
    if (on) {
        raw();
    } else {
        noraw();
        cbreak();
    }
    tell_all(s);
    arm(s);
    let_tty_stops(&before);
}

void screen_size(const struct screen *s, int *rows, int *cols)
{
    (void)s;
    *rows = LINES;
    *cols = COLS;
}

void screen_resize(struct screen *s)
{
    struct winsize w;
    (void)s;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 && w.ws_row > 0)
        resizeterm(w.ws_row, w.ws_col);
}

static void lower(struct screen *s)
{
    tell_nothing(s);
    endwin();
    guard_disarm(&s->guard);
    s->down = true;
}

/* A process that nobody could continue (its group is orphaned) is not stopped by the kernel, and
 * simply goes on. */
void screen_stop(struct screen *s)
{
    sigset_t set, before;
    hold_tty_stops(&before);
    if (!s->down && !is_background())
        lower(s);
    let_tty_stops(&before);
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &set, &before); /* stops here */
    sigprocmask(SIG_SETMASK, &before, NULL);
}

bool screen_is_down(const struct screen *s)
{
    return s->down;
}

/* Behind endwin(3), refresh(3) sets the terminal and enters the screen. */
static void enter(struct screen *s)
{
    refresh();
    tell_all(s);
    arm(s);
    screen_resize(s);
    s->down = false;
    if (is_background()) /* the shell was quicker */
        lower(s);
}

bool screen_raise(struct screen *s)
{
    sigset_t before;
    if (!s->down || is_background())
        return false;
    hold_tty_stops(&before);
    enter(s);
    let_tty_stops(&before);
    return !s->down;
}

void screen_refresh(struct screen *s)
{
    sigset_t before;
    if (s->down || is_background())
        return;
    hold_tty_stops(&before);
    tell_nothing(s);
    endwin();
    enter(s);
    let_tty_stops(&before);
}
