# SPDX-License-Identifier: BSD-2-Clause
"""ptydrive: a person at a terminal, for tests. `python3 -c '...'` with this directory in PYTHONPATH:

    from ptydrive import Terminal
    t = Terminal(["sh"], rows=30, cols=90)
    t.expect(r"\\$ ")
    t.send("stty size\\n")
    t.expect("30 90")
    t.end()                 # exit code, or 128+n

Whatever is expected and does not come within ten seconds ends the test with the screen's text.
"""
import errno
import fcntl
import os
import re
import select
import signal
import struct
import sys
import termios
import time

LIMIT_S = 10


class Terminal:
    def __init__(self, argv, rows=24, cols=80, env=None):
        self.master, self.slave = os.openpty()
        self.seen = ""
        self.all = ""
        self.resize(rows, cols)
        self.pid = os.fork()
        if self.pid == 0:
            self._become(argv, env)

    def _become(self, argv, env):
        try:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(self.slave, fd)
            os.closerange(3, 256)
            for sig in (signal.SIGPIPE, signal.SIGINT, signal.SIGQUIT):
                signal.signal(sig, signal.SIG_DFL)
            os.execvpe(argv[0], argv, dict(os.environ, **(env or {})))
        finally:
            os._exit(127)

    def fail(self, why):
        sys.exit("%s; the terminal showed:\n%s" % (why, self.all))

    def resize(self, rows, cols):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def send(self, text):
        os.write(self.master, text.encode())

    def _read(self, timeout):
        if not select.select([self.master], [], [], max(timeout, 0))[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return False
        text = data.decode("utf-8", "replace")
        self.seen += text
        self.all += text
        return True

    def expect(self, pattern):
        """Waits until what was not yet matched matches; the match."""
        end = time.monotonic() + LIMIT_S
        while True:
            match = re.search(pattern, self.seen)
            if match:
                self.seen = self.seen[match.end():]
                return match
            if time.monotonic() > end:
                self.fail("no %r came" % pattern)
            self._read(0.1)

    def is_raw(self):
        """As the caller's side sees it: neither echo nor lines."""
        return not termios.tcgetattr(self.slave)[3] & (termios.ECHO | termios.ICANON)

    def until(self, what, function):
        end = time.monotonic() + LIMIT_S
        while not function():
            if time.monotonic() > end:
                self.fail("in vain: " + what)
            self._read(0.02)

    def end(self):
        """Waits for the program: its exit code, or 128+n."""
        end = time.monotonic() + LIMIT_S
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self._read(0.05):
                    pass
                return os.waitstatus_to_exitcode(status) % 256 if os.WIFEXITED(status) \
                    else 128 + os.WTERMSIG(status)
            if time.monotonic() > end:
                self.fail("it did not end")
            self._read(0.05)

    def hang_up(self):
        os.close(self.slave)
        os.close(self.master)


def check(what, got, want):
    if got != want:
        sys.exit("%s is %r, not %r" % (what, got, want))


def processes(word):
    """Pids of processes one of whose arguments is `word`."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                if word.encode() in file.read().split(b"\0"):
                    found.append(int(pid))
        except OSError:
            pass
    return found
