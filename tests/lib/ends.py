# SPDX-License-Identifier: BSD-2-Clause
"""ends: `python3 ends.py VETHLAB LAB FILE` ends the view of LAB, and `run FILE`, in every way there is,
in a shell that leaves its terminal alone. After each the terminal must be what it was before: its
settings (`stty -g`), and every mode that a program can switch on by an escape sequence."""
import os
import re
import signal
import subprocess
import sys
import termios
import time

from ptydrive import Terminal, check

vethlab, lab, lab_file = sys.argv[1:]
t = Terminal(["sh"], env={"PS1": "$ ", "TERM": "xterm-256color", "ENV": ""})
SHELL = t.pid
# Modes that are to be as in a terminal that was just opened: the cursor (25) is seen, all others off.
NORMAL = {"25": True, "1": False, "1049": False, "47": False, "1000": False, "1002": False,
          "1003": False, "1004": False, "1006": False, "2004": False, "keypad": False}


def modes():
    """As the last sequences of all that was written left them."""
    now = dict(NORMAL)
    for match in re.finditer(r"\x1b(?:\[\?([0-9;]+)([hl])|([=>]))", t.all):
        if match[3]:
            now["keypad"] = match[3] == "="
            continue
        for mode in match[1].split(";"):
            if mode in now:
                now[mode] = match[2] == "h"
    return now


def begin(command):
    t.send(command + "\n")
    t.until("it shows", lambda: "10.1.0.2" in t.seen and modes()["1049"])
    t.seen = ""
    check("the mouse", modes()["1006"], True)
    check("raw keys", t.is_raw(), True)


def view():
    begin(f"{vethlab} view {lab}")


def kill(number):
    os.kill(os.tcgetpgrp(t.master), number)


def by_signal(number):
    def way():
        view()
        kill(number)
    return way


def by_keys(keys):
    def way():
        view()
        t.send(keys)
    return way


def stopped():
    """Stops the view; while it is, the terminal is the shell's."""
    view()
    t.send("\x1a")
    t.expect("Stopped")
    is_sane("stopped")


def continued():
    stopped()
    t.send("fg\n")
    t.until("it is back", lambda: modes()["1049"])
    t.send("q")


def killed_while_stopped():
    stopped()
    t.send("kill %1; fg\n")


def run_left():
    begin(f"{vethlab} run {lab_file}")
    t.send("q")


def run_killed():
    begin(f"{vethlab} run {lab_file}")
    kill(signal.SIGKILL)


def lab_gone():
    view()
    subprocess.run([vethlab, "-q", "down", lab], check=True)


def lab_unknown():
    t.send(f"{vethlab} view {lab}\n")
    t.expect("no lab")


def in_shell_of_node():
    """A program there has switched on what it likes when the view goes."""
    view()
    t.send("\r")
    t.expect("keys go to the shell")
    t.send("printf '\\033[?1003h\\033[?25l\\033[?1h\\033[?1004h\\033='; echo is-$((40+2))\n")
    t.expect("is-42")
    check("brackets around pastes", modes()["2004"], True)
    kill(signal.SIGKILL)


def no_keyboard():
    t.send(f"{vethlab} view {lab} </dev/null\n")
    t.expect("10.1.0.2")


def hung_up():
    """The terminal goes, as when a window is closed or a line is cut: nobody is left who waits."""
    other = Terminal([vethlab, "view", lab], env={"TERM": "xterm-256color"})
    other.expect("10.1.0.2")
    other.hang_up()
    end = time.monotonic() + 10
    while not os.waitpid(other.pid, os.WNOHANG)[0]:
        if time.monotonic() > end:
            t.fail("the view outlives its terminal")
        time.sleep(0.02)
    t.send("true\n")


# The last ones take the lab away.
WAYS = [
    ("q", by_keys("q"), 0),
    ("Ctrl-C", by_keys("\x03"), 130),
    ("SIGINT", by_signal(signal.SIGINT), 130),
    ("SIGTERM", by_signal(signal.SIGTERM), 143),
    ("SIGHUP", by_signal(signal.SIGHUP), 129),
    ("SIGQUIT", by_signal(signal.SIGQUIT), 131),
    ("SIGKILL", by_signal(signal.SIGKILL), 137),
    ("a crash", by_signal(signal.SIGSEGV), 139),
    ("help, then SIGTERM", lambda: (by_keys("?")(), t.expect("Help"), kill(signal.SIGTERM)), 143),
    ("a shell in it, then SIGKILL", in_shell_of_node, 137),
    ("Ctrl-Z, fg, q", continued, 0),
    ("Ctrl-Z, kill %1", killed_while_stopped, 143),
    ("the terminal goes", hung_up, 0), # another one: this one must not notice
    ("no keyboard", no_keyboard, 0),
    ("the lab goes", lab_gone, 0),
    ("no such lab", lab_unknown, 1),
    ("run, left by q", run_left, 0),
    ("run, SIGKILL", run_killed, 137),
]


def is_sane(name):
    t.until(name + ": the shell is in front", lambda: os.tcgetpgrp(t.master) == SHELL)
    t.until(name + ": settings as before", lambda: termios.tcgetattr(t.slave) == before)
    t.until(name + ": modes as before: " + repr(modes()), lambda: modes() == NORMAL)


t.expect(r"\$ ")
before = termios.tcgetattr(t.slave)
for name, way, code in WAYS:
    print("#", name)
    way()
    t.until(name + ": it ends", lambda: os.tcgetpgrp(t.master) == SHELL)
    t.seen = ""
    t.send("echo ended-$?\n")
    check("what the shell is told after " + name, t.expect(r"ended-(\d+)")[1], str(code))
    is_sane(name)
    t.all = ""
t.send("exit\n")
t.end()
