/* SPDX-License-Identifier: BSD-2-Clause */
/* live_rawtty_test: a terminal that is quiet for a while, and as it was whatever ended that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/rawtty.h"

enum { QUIET = 'q', DONE = 'd', FAILED = 'f' };

static int master, told[2], go_on[2];
static pid_t leader, child;

static void say(char what)
{
    if (write(told[1], &what, 1) != 1)
        _exit(9);
}

static _Noreturn void be_quiet_for_a_while(void)
{
    struct rawtty t;
    struct err e = ERR_INIT;
    char byte;
    struct pollfd p = {.fd = 0, .events = POLLIN};
    bool opened = rawtty_open_quiet(&t, 0, &e) == 0;
    rawtty_raw(&t);
    if (read(go_on[0], &byte, 1) != 1) /* the process id is told first */
        _exit(9);
    say(opened && t.is_raw ? QUIET : FAILED);
    bool ok = read(go_on[0], &byte, 1) == 1 && poll(&p, 1, 5000) == 1; /* a line has come */
    rawtty_forget(&t);
    ok = ok && poll(&p, 1, 0) == 0;
    rawtty_close(&t);
    say(ok ? DONE : FAILED);
    for (;;)
        pause();
}

static void expect(char want)
{
    char got = 0;
    struct pollfd p = {.fd = told[0], .events = POLLIN};
    assert_int_equal(poll(&p, 1, 10000), 1);
    assert_int_equal(read(told[0], &got, 1), 1);
    assert_int_equal(got, want);
}

static tcflag_t modes(void)
{
    struct termios now;
    assert_int_equal(tcgetattr(master, &now), 0);
    return now.c_lflag & (ECHO | ICANON | ISIG);
}

/* With its leader ends the session, and hangs up the terminal: as a shell, it stays. */
static _Noreturn void lead(void)
{
    pid_t pid = fork();
    if (pid == 0)
        be_quiet_for_a_while();
    if (write(told[1], &pid, sizeof pid) != sizeof pid)
        _exit(9);
    for (;;)
        pause();
}

static int begin(void **state)
{
    (void)state;
    assert_int_equal(pipe(told) | pipe(go_on), 0);
    leader = forkpty(&master, NULL, NULL, NULL);
    assert_true(leader >= 0);
    if (leader == 0)
        lead();
    assert_int_equal(read(told[0], &child, sizeof child), sizeof child);
    assert_int_equal(write(go_on[1], "x", 1), 1);
    expect(QUIET);
    assert_int_equal(modes(), ICANON | ISIG);
    return 0;
}

static int end(void **state)
{
    (void)state;
    kill(child, SIGKILL);
    kill(leader, SIGKILL);
    waitpid(leader, NULL, 0);
    close(master);
    for (int i = 0; i < 2; i++) {
        close(told[i]);
        close(go_on[i]);
    }
    return 0;
}

static void what_is_typed_is_forgotten(void **state)
{
    (void)state;
    struct pollfd p = {.fd = master, .events = POLLIN};
    assert_int_equal(write(master, "q\n", 2), 2);
    assert_int_equal(write(go_on[1], "x", 1), 1);
    expect(DONE);
    assert_int_equal(modes(), ECHO | ICANON | ISIG);
    assert_int_equal(poll(&p, 1, 0), 0); /* nothing was echoed */
}

static void the_guard_restores_it(void **state)
{
    (void)state;
    kill(child, SIGKILL);
    for (int i = 0; i < 500 && modes() != (ECHO | ICANON | ISIG); i++)
        poll(NULL, 0, 10);
    assert_int_equal(modes(), ECHO | ICANON | ISIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_typed_is_forgotten, begin, end),
        cmocka_unit_test_setup_teardown(the_guard_restores_it, begin, end),
    };
    return cmocka_run_group_tests_name("live_rawtty", tests, NULL, NULL);
}
