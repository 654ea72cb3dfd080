#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# shell: a terminal of its own inside the node, and the caller's terminal as it was afterwards.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

setup() {
    vethlab_setup
    write_pair
    vethlab -q up "$LAB_FILE"
    export PYTHONPATH=$VETHLAB_SRC/tests/lib PYTHONDONTWRITEBYTECODE=1 TERM=dumb HOME=$BATS_TEST_TMPDIR
    export SHELL=/bin/bash
}

teardown() {
    vethlab -q down "$LAB" 2>/dev/null || true
    vethlab_teardown
}

# Standard input is a script that drives a terminal; `v` is the program, `lab` the lab.
drive() {
    local script
    script=$(cat)
    run python3 -c "
import os, signal, time
from ptydrive import *
v, lab = os.environ['VETHLAB'], os.environ['LAB']
$script"
    assert_success
}

@test "size, name and kind of the terminal are right, and it is the session's own" {
    drive <<'PY'
t = Terminal([v, "exec", lab, "a", "--", "sh", "-c",
    "stty size; tty; test -c $(tty) && echo there; ps -o sid= -p $$; echo me $$;"
    "ps -o tpgid= -p $$; echo x >/dev/tty"], 31, 97)
t.expect("31 97\r\n/dev/pts/[0-9]+\r\nthere\r\n")
sid = t.expect(r" *([0-9]+)\r\nme ([0-9]+)\r\n *([0-9]+)\r\nx\r\n")
check("session", sid.group(1), sid.group(2))
check("foreground group", sid.group(3), sid.group(2))
check("exit code", t.end(), 0)
PY
}

@test "the prompt names the node, and one line says what is special" {
    export SHELL=/no/such/shell
    drive <<'PY'
t = Terminal([v, "shell", lab, "a"])
t.expect("vethlab: node a of lab %s: network, processes and hostname are its own, .*Ctrl-D" % lab)
t.expect("%s/a# " % lab)
t.send("hostname; exit 9\n")
t.expect("\r\na\r\n")
check("exit code", t.end(), 9)
PY
    drive <<'PY'
t = Terminal([v, "-q", "shell", lab, "b"], env={"SHELL": "/bin/bash"})
t.send("echo $BASH $VETHLAB_NODE\n")
t.expect("/bin/bash b\r\n")
check("note", "vethlab:" in t.all, False)
t.send("exit\n")
check("exit code", t.end(), 0)
PY
}

@test "the window's size is kept in step" {
    drive <<'PY'
t = Terminal([v, "exec", lab, "a", "--", "bash", "--norc", "-c",
    "trap 'stty size' WINCH; trap 'exit 130' INT; stty size; while :; do sleep 0.05; done"])
t.expect("24 80")
t.resize(50, 132)
t.expect("50 132")
t.send("\x03")
check("exit code", t.end(), 130)
PY
}

@test "job control works inside: stop, list, continue, interrupt" {
    drive <<'PY'
t = Terminal([v, "exec", lab, "a", "--", "bash", "--norc", "--noprofile", "-i"])
t.send("PS1='P''> '\n")
t.expect("P> ")
check("job control refused", "no job control" in t.all, False)
t.send("sleep 1000\n")
t.until("sleep runs", lambda: processes("1000"))
t.send("\x1a")
t.expect("Stopped.*sleep 1000")
t.send("jobs -l\n")
t.expect("Stopped")
t.send("fg\n")
t.expect("sleep 1000")
time.sleep(0.2)
t.send("\x03")
t.expect("P> ")
t.send("echo code $?\n")
t.expect("code 130\r\nP> ")
t.send("\x04")
t.expect("exit")
check("exit code", t.end(), 0)
PY
}

@test "end of file at the keyboard is one for the command" {
    drive <<'PY'
t = Terminal([v, "exec", lab, "a", "--", "cat"])
t.until("raw", t.is_raw)
t.send("line\n")
t.expect("line\r\nline\r\n")
t.send("\x04")
check("exit code", t.end(), 0)
check("raw", t.is_raw(), False)
PY
}

@test "much output comes whole, the last line too, though the command ends at once" {
    drive <<'PY'
for _ in range(5):
    t = Terminal([v, "exec", lab, "a", "--", "sh", "-c", "seq 20000; echo the end"])
    check("exit code", t.end(), 0)
    check("lines", t.all.replace("\r", ""), "".join("%d\n" % n for n in range(1, 20001)) + "the end\n")
PY
}

@test "the relay is stopped and continued; the outer shell has its terminal meanwhile" {
    drive <<'PY'
t = Terminal(["bash", "--norc", "--noprofile", "-i"])
t.send("PS1='OUT''> '\n")
t.expect("OUT> ")
t.send("%s exec %s a -- bash --norc --noprofile -i\n" % (v, lab))
t.send("PS1='IN''> '\n")
t.expect("IN> ")
relay = [p for p in processes(lab) if os.getppid() != p and "exec" in
         open("/proc/%d/cmdline" % p).read().split("\0") and os.getsid(p) == t.pid]
relay.sort()
os.kill(relay[0], signal.SIGTSTP)
t.expect("Stopped")
t.expect("OUT> ")
t.resize(33, 99)
t.send("fg\n")
t.expect("exec %s a" % lab)
t.until("raw again", t.is_raw)
t.send("stty size\n")
t.expect("33 99")
t.send("exit 4\n")
t.expect("OUT> ")
t.send("echo code $?\n")
t.expect("code 4")
t.send("exit\n")
check("exit code", t.end(), 0)
PY
}

@test "the terminal is restored whatever ends the relay" {
    drive <<'PY'
def relays(name):
    return sorted(p for p in processes(name) if "exec" in
                  open("/proc/%d/cmdline" % p).read().split("\0"))
for sig in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGKILL):
    t = Terminal([v, "exec", lab, "a", "--", "sleep", "777"])
    before = termios.tcgetattr(t.slave)
    t.until("raw", t.is_raw)
    os.kill(t.pid, sig)
    check("exit code", t.end(), 128 + sig)
    t.until("restored", lambda: termios.tcgetattr(t.slave) == before)
    t.until("command gone", lambda: not processes("777"))
PY
}

@test "the terminal is restored when the lab goes down under the shell" {
    drive <<'PY'
t = Terminal([v, "shell", lab, "a"])
before = termios.tcgetattr(t.slave)
t.until("raw", t.is_raw)
os.system("%s -q down %s" % (v, lab))
check("exit code", t.end(), 137)
check("modes", termios.tcgetattr(t.slave), before)
PY
}

@test "a window that is closed ends the command" {
    drive <<'PY'
t = Terminal([v, "exec", lab, "a", "--", "sleep", "888"])
t.until("raw", t.is_raw)
t.hang_up()
end = time.monotonic() + 5
while processes("888") and time.monotonic() < end:
    time.sleep(0.02)
check("left", processes("888"), [])
PY
}

@test "errors that go elsewhere are kept apart from the terminal" {
    drive <<'PY'
out = os.environ["BATS_TEST_TMPDIR"] + "/err"
t = Terminal(["sh", "-c", 'exec "$@" 2>%s' % out, "sh", v, "exec", lab, "a", "--",
              "sh", "-c", "echo shown; echo hidden >&2; test -t 0 && test -t 1"])
check("exit code", t.end(), 0)
check("shown", t.all, "shown\r\n")
check("errors", open(out).read(), "hidden\n")
PY
}

@test "without a terminal there is none, -t makes one, -T refuses one" {
    run bash -c 'vethlab() { "$VETHLAB" "$@"; }; echo "tty; hostname; exit 3" | vethlab shell "$LAB" b'
    assert_equal "$status" 3
    assert_output "not a tty
b"
    run bash -c 'printf "typed\n" | "$VETHLAB" exec -t "$LAB" b -- sh -c "test -t 0 && test -t 1 && test -t 2; echo \$?; stty -echo; cat"'
    assert_success
    assert_line --index 0 --regexp $'^(typed\r?)?0\r?$|^typed\r?$'
    assert_output --partial typed
    drive <<'PY'
t = Terminal([v, "exec", "-T", lab, "a", "--", "sh", "-c", "tty; stty size"], 40, 70)
t.expect("40 70")
check("exit code", t.end(), 0)
check("raw", t.is_raw(), False)
PY
}
