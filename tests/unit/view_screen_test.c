/* SPDX-License-Identifier: BSD-2-Clause */
/* The screen on a pseudo-terminal: what it does to it, and that the terminal is as before whatever
 * ended the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "view/draw.h"
#include "view/keys.h"
#include "view/screen.h"

#define ENTER "\033[?1049h"
#define LEAVE "\033[?1049l"
#define READY "the screen is up"
#define SHOW  "\033[?25h" /* within xterm's cnorm */

static struct {
    int master;
    pid_t child;
    struct termios before;
    struct buf out;
} tty;

/* Reads what comes until it contains `text`, or nothing comes for five seconds. */
static bool read_until(const char *text)
{
    char part[4096];
    struct pollfd p = {.fd = tty.master, .events = POLLIN};
    while (!strstr(buf_str(&tty.out), text) && poll(&p, 1, 5000) > 0) {
        ssize_t n = read(tty.master, part, sizeof part);
        if (n <= 0)
            break;
        buf_add(&tty.out, part, (size_t)n);
    }
    return strstr(buf_str(&tty.out), text) != NULL;
}

static bool is_as_before(void)
{
    struct termios now;
    assert_int_equal(tcgetattr(tty.master, &now), 0);
    return now.c_iflag == tty.before.c_iflag && now.c_oflag == tty.before.c_oflag &&
           now.c_lflag == tty.before.c_lflag &&
           memcmp(now.c_cc, tty.before.c_cc, sizeof now.c_cc) == 0;
}

/* Runs `fn` in a child that has a terminal of its own. A second process keeps the terminal open, as
 * a shell does: without it the guard would find it hung up. */
static void start(void (*fn)(void), const char *type)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int slave;
    buf_reset(&tty.out);
    assert_int_equal(openpty(&tty.master, &slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(tty.master, &tty.before), 0);
    tty.child = fork();
    assert_true(tty.child >= 0);
    if (tty.child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(tty.master);
        setenv("TERM", type, 1);
        for (int i = 0; i < 3; i++)
            dup2(slave, i);
        fn();
        _exit(0);
    }
    /* `slave` stays open for the rest of the test program */
}

static int ended(void)
{
    int status = -1;
    assert_int_equal(waitpid(tty.child, &status, 0), tty.child);
    return status;
}

static struct screen *opened(void)
{
    struct screen *s = NULL;
    struct err e = ERR_INIT;
    if (screen_open(NULL, NULL, &s, &e) < 0) {
        printf("refused: %s\n", e.text);
        fflush(stdout);
        _exit(1);
    }
    return s;
}

static void open_and_wait(void)
{
    opened();
    fputs(READY, stdout);
    fflush(stdout);
    for (;;)
        pause();
}

static void open_and_crash(void)
{
    opened();
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void open_and_close(void)
{
    struct screen *s = opened();
    log_note("kept until the screen is down");
    if (screen_key(s) != SCREEN_KEY_NONE)
        _exit(3);
    screen_close(s);
}

static void type_keys(void)
{
    static const int want[] = {'q', VIEW_KEY_UP, 0xe4, '\t', VIEW_KEY_BACKTAB, 27, '\r'};
    struct screen *s = opened();
    size_t got = 0;
    while (got < sizeof want / sizeof *want) {
        struct pollfd p = {.fd = screen_input(s), .events = POLLIN};
        if (poll(&p, 1, 5000) <= 0)
            _exit(2);
        for (int key; (key = screen_key(s)) != SCREEN_KEY_NONE; got++)
            if (key != want[got])
                _exit(10 + (int)got);
    }
    screen_close(s);
}

/* The keys of a shell, a paste with what could end it, and the mouse: a report that comes in two
 * parts, one that makes no sense, a wheel. */
static void type_for_a_shell(void)
{
    static const int want[] = {3,
                               26,
                               VIEW_KEY_UP + VIEW_KEY_CONTROL,
                               VIEW_KEY_DELETE + VIEW_KEY_SHIFT,
                               VIEW_KEY_F1 + 4,
                               SCREEN_KEY_PASTE,
                               SCREEN_KEY_MOUSE,
                               SCREEN_KEY_MOUSE,
                               'x'};
    struct screen *s = opened();
    size_t got = 0;
    screen_take_mouse(s, true);
    screen_all_keys(s, true);
    fputs(READY, stdout);
    fflush(stdout);
    while (got < sizeof want / sizeof *want) {
        struct pollfd p = {.fd = screen_input(s), .events = POLLIN};
        if (poll(&p, 1, 5000) <= 0)
            _exit(2);
        for (int key; (key = screen_key(s)) != SCREEN_KEY_NONE; got++) {
            const struct term_mouse *m = screen_mouse(s);
            if (key != want[got])
                _exit(10 + (int)got);
            if (got == 5 && strcmp(buf_str(screen_paste(s)), "one\rtwo \303\244") != 0)
                _exit(3);
            if (got == 6 && (m->what != TERM_MOUSE_RELEASE || m->button != TERM_BUTTON_RIGHT ||
                             m->modifiers != TERM_CONTROL || m->col != 299 || m->row != 4))
                _exit(4);
            if (got == 7 && (m->what != TERM_MOUSE_PRESS || m->button != TERM_WHEEL_DOWN))
                _exit(5);
        }
    }
    screen_all_keys(s, false);
    screen_close(s);
}

static void resize(void)
{
    const struct winsize larger = {.ws_row = 30, .ws_col = 100};
    struct screen *s = opened();
    int rows, cols;
    if (ioctl(STDOUT_FILENO, TIOCSWINSZ, &larger) < 0)
        _exit(2);
    screen_resize(s);
    screen_size(s, &rows, &cols);
    if (rows != 30 || cols != 100)
        _exit(3);
    if (screen_key(s) != SCREEN_KEY_NONE)
        _exit(4);
    screen_close(s);
}

/* Two frames: the second differs in one word. */
static void draw_two_in(enum theme theme)
{
    struct screen *s = opened();
    struct drawer *d = draw_new();
    struct canvas c;
    int rows, cols;
    screen_size(s, &rows, &cols);
    canvas_init(&c, rows, cols, false);
    area_text(area_all(&c), 2, 3, STYLE_BAD, "DOWN");
    area_text(area_all(&c), 3, 3, STYLE_PLAIN, "stays \303\251\346\274\242");
    area_text(area_all(&c), rows - 1, cols - 6, STYLE_PLAIN, "corner");
    draw_canvas(d, &c, theme);
    area_text(area_all(&c), 2, 3, STYLE_GOOD, "UP  ");
    draw_canvas(d, &c, theme);
    canvas_fini(&c);
    draw_free(d);
    screen_close(s);
}

static void draw_two(void)
{
    draw_two_in(THEME_DARK);
}

static void draw_without_colours(void)
{
    draw_two_in(THEME_MONO);
}

static void open_only(void)
{
    screen_close(opened());
}

static _Noreturn void put_up_for_ever(int told)
{
    setpgid(0, 0);
    tcsetpgrp(STDOUT_FILENO, getpid());
    signal(SIGTTOU, SIG_DFL);
    struct screen *s = opened();
    close(told);
    for (;;) {
        screen_refresh(s);
        screen_raise(s);
    }
}

/* A shell that takes its terminal back whenever it likes. 4: its job was stopped. */
static void toggle(void)
{
    int status = 0, code = 0, up[2];
    char none;
    struct timespec pause = {0};
    setsid();
    ioctl(STDIN_FILENO, TIOCSCTTY, 0);
    signal(SIGTTOU, SIG_IGN);
    pid_t job = pipe(up) < 0 ? -1 : fork();
    if (job == 0) {
        close(up[0]);
        put_up_for_ever(up[1]);
    }
    close(up[1]);
    if (job < 0 || read(up[0], &none, 1) != 0)
        _exit(6);
    for (int i = 0; i < 1000 && code == 0; i++) {
        pause.tv_nsec = 1000 * (i % 300);
        tcsetpgrp(STDOUT_FILENO, i % 2 ? job : getpid());
        nanosleep(&pause, NULL);
        if (waitpid(job, &status, WNOHANG | WUNTRACED) != 0)
            code = WIFSTOPPED(status) ? 4 : 5;
    }
    kill(job, SIGKILL);
    waitpid(job, &status, 0);
    printf(READY);
    fflush(stdout);
    _exit(code);
}

static void a_hasty_shell_never_stops_it(void **state)
{
    (void)state;
    start(toggle, "xterm");
    assert_true(read_until(READY));
    assert_int_equal(ended(), 0);
}

static void it_enters_and_leaves(void **state)
{
    (void)state;
    start(open_and_close, "xterm");
    assert_true(read_until("kept until the screen is down"));
    assert_int_equal(ended(), 0);
    const char *enter = strstr(buf_str(&tty.out), ENTER);
    const char *leave = strstr(buf_str(&tty.out), LEAVE);
    assert_true(enter && leave && enter < leave);
    assert_true(leave < strstr(buf_str(&tty.out), "kept until"));
    assert_true(is_as_before());
    /* Nobody else has left it once more. */
    assert_null(strstr(leave + 1, LEAVE));
}

static void killed(int sig)
{
    start(open_and_wait, "xterm");
    assert_true(read_until(READY));
    assert_non_null(strstr(buf_str(&tty.out), ENTER));
    assert_false(is_as_before());
    assert_int_equal(kill(tty.child, sig), 0);
    assert_int_equal(WTERMSIG(ended()), sig);
    assert_true(read_until(LEAVE));
    assert_non_null(strstr(buf_str(&tty.out), SHOW));
    assert_true(is_as_before());
}

static void the_guard_restores_after_kill(void **state)
{
    (void)state;
    killed(SIGKILL);
    killed(SIGTERM); /* as nobody has asked for it here */
}

static void the_guard_restores_after_a_crash(void **state)
{
    (void)state;
    start(open_and_crash, "xterm");
    assert_true(read_until(LEAVE));
    assert_int_not_equal(ended(), 0); /* by the signal, or as a sanitizer exits */
    assert_true(is_as_before());
}

static void keys_are_told_apart(void **state)
{
    (void)state;
    start(type_keys, "xterm");
    assert_true(read_until(ENTER));
    static const char *const keys[] = {"q", "\033OA", "\303\244", "\t", "\033[Z", "\033", "\r"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        assert_int_equal(write(tty.master, keys[i], strlen(keys[i])), strlen(keys[i]));
        usleep(60000);
    }
    assert_true(read_until(LEAVE));
    assert_int_equal(ended(), 0);
    assert_true(is_as_before());
}

static void a_shells_keys_pastes_and_mouse_are_told_apart(void **state)
{
    (void)state;
    start(type_for_a_shell, "xterm-256color");
    assert_true(read_until(READY));
    static const char *const keys[] = {
        "\003\032\033[1;5A\033[3;2~\033[15~",
        "\033[200~one\rtwo \303\244\033[1;5A", /* a key in a paste is none */
        "\033[201~",
        "\033[<18;3",
        "00;5m\033[<99999;0;0M\033[<65;1;1M",
        "x",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        assert_int_equal(write(tty.master, keys[i], strlen(keys[i])), strlen(keys[i]));
        usleep(60000);
    }
    assert_true(read_until(LEAVE));
    assert_int_equal(ended(), 0);
    assert_true(is_as_before());
    assert_non_null(strstr(buf_str(&tty.out), "\033[?2004h"));
    assert_non_null(strstr(strstr(buf_str(&tty.out), "\033[?2004h"), "\033[?2004l"));
    assert_non_null(strstr(buf_str(&tty.out), "\033[?1000l"));
}

/* ncurses makes a key of it, which would answer a question or follow the prefix. */
static void another_size_is_no_key(void **state)
{
    (void)state;
    start(resize, "xterm");
    assert_true(read_until(LEAVE));
    assert_int_equal(WEXITSTATUS(ended()), 0);
}

static size_t count(const char *text)
{
    size_t n = 0;
    for (const char *at = buf_str(&tty.out); (at = strstr(at, text)); at++)
        n++;
    return n;
}

static void a_canvas_is_drawn_and_only_what_differs(void **state)
{
    (void)state;
    start(draw_two, "xterm-256color");
    assert_true(read_until(LEAVE));
    assert_int_equal(ended(), 0);
    assert_int_equal(count("DOWN"), 1);
    assert_int_equal(count("stays \303\251\346\274\242"), 1);
    assert_int_equal(count("corne"), 1);    /* the last cell takes a trick */
    assert_int_equal(count("\033[31m"), 1); /* red */
    assert_int_equal(count("\033[32m"), 1); /* green */
}

static void colours_can_be_refused(void **state)
{
    (void)state;
    start(draw_without_colours, "xterm-256color");
    assert_true(read_until(LEAVE));
    assert_int_equal(ended(), 0);
    assert_int_equal(count("DOWN"), 1);
    assert_int_equal(count("\033[31m") + count("\033[32m"), 0);
}

static void a_terminal_without_a_screen_is_refused(void **state)
{
    (void)state;
    start(open_only, "dumb");
    assert_true(read_until("refused: the terminal is \"dumb\" in $TERM"));
    assert_int_equal(WEXITSTATUS(ended()), 1);
    start(open_only, "");
    assert_true(read_until("refused: the terminal is not named in $TERM"));
    assert_int_equal(WEXITSTATUS(ended()), 1);
    start(open_only, "no-such-type");
    assert_true(read_until("refused: the terminal type \"no-such-type\" in $TERM is not known"));
    assert_int_equal(WEXITSTATUS(ended()), 1);
    assert_true(is_as_before());
}

int main(void)
{
    alarm(60); /* nothing here may wait for ever */
    setenv("LC_ALL", "C.UTF-8", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_enters_and_leaves),
        cmocka_unit_test(a_hasty_shell_never_stops_it),
        cmocka_unit_test(the_guard_restores_after_kill),
        cmocka_unit_test(the_guard_restores_after_a_crash),
        cmocka_unit_test(keys_are_told_apart),
        cmocka_unit_test(a_shells_keys_pastes_and_mouse_are_told_apart),
        cmocka_unit_test(another_size_is_no_key),
        cmocka_unit_test(a_canvas_is_drawn_and_only_what_differs),
        cmocka_unit_test(colours_can_be_refused),
        cmocka_unit_test(a_terminal_without_a_screen_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
