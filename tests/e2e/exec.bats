#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # what the node expands is quoted
# exec: a command in a node gets what it should and nothing else, and ends when it should.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

setup() {
    vethlab_setup
    write_pair
    vethlab -q up "$LAB_FILE"
}

teardown() {
    vethlab -q down "$LAB" 2>/dev/null || true
    vethlab_teardown
}

# Waits until `CMD...` succeeds, at most five seconds.
eventually() {
    local deadline=$((SECONDS + 5))
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "in vain: $*"
        sleep 0.02
    done
}

# True if node a runs a process that has WORD among its arguments.
runs() { vethlab exec "$LAB" a -- sh -c "cat /proc/[0-9]*/cmdline 2>/dev/null | grep -qzx '$1'"; }
runs_not() { ! runs "$1"; }

@test "nothing of the caller is passed on: descriptors, groups, signals, environment" {
    export SECRET=1
    run bash -c 'trap "" INT USR1 PIPE CHLD; "$VETHLAB" exec "$LAB" a -- \
        sh -c "ls /proc/\$\$/fd; exec grep -E \"^(Groups|SigBlk|SigIgn)\" /proc/self/status" \
        7</dev/null 8>/dev/null 200</dev/null' </dev/null
    assert_success
    assert_equal "${lines[*]:0:3}" "0 1 2"
    assert_equal "${#lines[@]}" 6
    assert_line --regexp '^SigBlk:.0000000000000000$'
    assert_line --regexp '^SigIgn:.0000000000000000$'
    # Where the kernel lets nobody drop his groups: those are foreign there, his own one is 0.
    local kept=
    [ "$(vethlab exec "$LAB" a -- cat /proc/self/setgroups)" = allow ] || kept='((0|65534) ?)*'
    assert_line --regexp "^Groups:[[:space:]]*$kept\$"
    run vethlab exec "$LAB" a -- env
    refute_output --partial SECRET
    refute_output --partial XDG_
}

@test "supplementary groups are dropped where there are several ids" {
    [ "$VETHLAB_MODE" = root ] || return 0
    run setpriv --groups 4,20 "$VETHLAB" exec "$LAB" a -- grep '^Groups' /proc/self/status
    assert_success
    assert_output --regexp '^Groups:[[:space:]]*$'
}

@test "the command has all of the node's namespaces and is its root" {
    local ns
    for ns in user net pid mnt uts; do
        assert_equal "$(vethlab exec "$LAB" a -- readlink "/proc/self/ns/$ns")" \
            "$(vethlab exec "$LAB" a -- readlink "/proc/1/ns/$ns")"
    done
    assert_equal "$(vethlab exec "$LAB" a -- id -u)" 0
    assert_equal "$(vethlab exec "$LAB" a -- hostname)" a
}

@test "language, terminal type and home are the caller's; lab and node are named" {
    run env -i PATH="$PATH" HOME=/tmp TERM=vt100 LC_TIME=C LANG=C.UTF-8 LC_ALL=C OTHER=x \
        "$VETHLAB" exec "$LAB" b -- env
    assert_success
    assert_output "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOME=/tmp
TERM=vt100
LC_TIME=C
LANG=C.UTF-8
LC_ALL=C
VETHLAB_LAB=$LAB
VETHLAB_NODE=b"
}

@test "env: of the topology file is there, and is stronger; without a record it is not" {
    write_lab <<'FILE'
name: envlab
nodes:
  a:
    env: {COLOUR: "deep red", TERM: ansi}
FILE
    vethlab -q up --name "$LAB-e" "$LAB_FILE"
    local words='echo "$COLOUR/$TERM"'
    assert_equal "$(vethlab exec "$LAB-e" a -- sh -c "$words")" "deep red/ansi"
    assert_equal "$(vethlab exec --all "$LAB-e" -- sh -c "$words")" "a: deep red/ansi"
    find /run/vethlab "${XDG_RUNTIME_DIR:-/nowhere}" -path "*/$LAB-e/record" -delete 2>/dev/null || true
    assert_equal "$(TERM=x vethlab exec "$LAB-e" a -- sh -c "$words")" "/x"
    vethlab -q down "$LAB-e"
}

@test "the working directory is the caller's, or / where the node has none such" {
    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here"
    assert_equal "$(vethlab exec "$LAB" a -- pwd)" "$BATS_TEST_TMPDIR/here"
    rmdir "$BATS_TEST_TMPDIR/here"
    assert_equal "$(vethlab exec "$LAB" a -- pwd)" /
}

@test "input that the command does not read is left to the next reader" {
    printf 'one\ntwo\nthree\n' >"$BATS_TEST_TMPDIR/in"
    run bash -c '{ "$VETHLAB" exec "$LAB" a -- true; "$VETHLAB" exec "$LAB" a -- sh -c "read x; echo \"[\$x]\""; cat; } <"$1"' \
        bash "$BATS_TEST_TMPDIR/in"
    assert_output "[one]
two
three"
}

@test "exec works in a loop that reads, and with standard descriptors closed" {
    run bash -c 'printf "a\nb\n" | while read -r n; do "$VETHLAB" exec "$LAB" "$n" -- hostname </dev/null; done'
    assert_output "a
b"
    run bash -c '"$VETHLAB" exec "$LAB" a -- sh -c "echo out; ls /proc/\$\$/fd | wc -l" <&-'
    assert_line --index 0 out
    run bash -c '"$VETHLAB" exec "$LAB" a -- true <&- >&- 2>&-'
    assert_success
}

@test "exit codes are the command's; 125 to 127 as env(1)" {
    local code
    for code in 0 1 2 77 255; do
        run vethlab exec "$LAB" a -- sh -c "exit $code"
        assert_equal "$status" "$code"
    done
    run vethlab exec "$LAB" a -- sh -c 'kill -KILL $$'
    assert_equal "$status" 137
    run vethlab exec "$LAB" c -- true
    assert_equal "$status" 125
    run vethlab exec "$LAB" a -- /
    assert_equal "$status" 126
    assert_output 'vethlab: node a: cannot execute "/": EACCES (Permission denied)'
    run -127 vethlab exec "$LAB" a -- no-such-command
    assert_output 'vethlab: node a: cannot execute "no-such-command": ENOENT (No such file or directory)'
    run vethlab exec --all "$LAB" a -- true
    assert_equal "$status" 125
}

@test "a reader that leaves ends the command with SIGPIPE" {
    run bash -c '"$VETHLAB" exec "$LAB" a -- yes | head -n 1; echo "${PIPESTATUS[0]}"'
    assert_output "y
141"
}

@test "each signal goes on to the command, once" {
    python3 - >"$BATS_TEST_TMPDIR/out" <<'PY'
import os, signal, subprocess, time
def defaults():
    for s in ("INT", "QUIT", "HUP", "USR1", "USR2", "TERM"):
        signal.signal(getattr(signal, "SIG" + s), signal.SIG_DFL)
p = subprocess.Popen([os.environ["VETHLAB"], "exec", os.environ["LAB"], "a", "--", "python3",
                      os.environ["VETHLAB_SRC"] + "/tests/lib/signals.py"],
                     stdout=subprocess.PIPE, text=True, preexec_fn=defaults)
print(p.stdout.readline(), end="")
for s in ("INT", "TERM", "HUP", "QUIT", "USR1", "USR2"):
    p.send_signal(getattr(signal, "SIG" + s))
    print(p.stdout.readline(), end="", flush=True)
print(p.stdout.read(), end="")
print(p.wait())
PY
    run cat "$BATS_TEST_TMPDIR/out"
    assert_output "ready
SIGINT
SIGTERM
SIGHUP
SIGQUIT
SIGUSR1
SIGUSR2
0"
}

@test "a signal for the whole group, as timeout sends it, reaches the command once" {
    run timeout 1 "$VETHLAB" exec "$LAB" a -- python3 "$VETHLAB_SRC/tests/lib/signals.py" 2
    assert_equal "$status" 124
    assert_output "ready
SIGTERM"
}

@test "what the caller ignores is not passed on" {
    bash -c 'trap "" TERM; exec "$VETHLAB" exec "$LAB" a -- python3 "$1" 1' \
        bash "$VETHLAB_SRC/tests/lib/signals.py" >"$BATS_TEST_TMPDIR/out" 3>&- &
    local pid=$!
    eventually grep -q ready "$BATS_TEST_TMPDIR/out"
    kill -TERM "$pid"
    kill -USR1 "$pid"
    wait "$pid"
    run cat "$BATS_TEST_TMPDIR/out"
    assert_output "ready
SIGUSR1"
}

@test "killed, exec takes its command along, even one that changed its user" {
    local change=()
    [ "$VETHLAB_MODE" != root ] || change=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    "$VETHLAB" exec "$LAB" a -- "${change[@]}" sleep 4711.5 3>&- &
    local pid=$!
    eventually runs 4711.5
    kill -KILL "$pid"
    wait "$pid" || true
    eventually runs_not 4711.5
}

@test "a kill of the process between takes the command along" {
    "$VETHLAB" exec "$LAB" a -- sleep 4711.25 3>&- &
    local pid=$! status=0
    eventually runs 4711.25
    kill -KILL "$(cat "/proc/$pid/task/$pid/children")"
    wait "$pid" || status=$?
    assert_equal "$status" 137
    eventually runs_not 4711.25
}

@test "the end of the node ends the command" {
    "$VETHLAB" exec "$LAB" a -- sleep 4711 3>&- &
    local pid=$! status=0
    eventually runs 4711
    vethlab -q down "$LAB"
    wait "$pid" || status=$?
    assert_equal "$status" 137
}

@test "--all: lines follow their node's name, in the order of the nodes" {
    run --separate-stderr vethlab exec "$LAB" --all -- sh -c '
        [ $VETHLAB_NODE = b ] || sleep 0.3
        echo "I am $VETHLAB_NODE"; echo "error of $VETHLAB_NODE" >&2; printf unfinished'
    assert_success
    assert_output "a: I am a
a: unfinished
b: I am b
b: unfinished"
    # shellcheck disable=SC2154
    assert_equal "$stderr" "a: error of a
b: error of b"
}

@test "--all: the exit code is the first failing node's, and all of them are named" {
    run vethlab exec --all "$LAB" -- sh -c '[ $VETHLAB_NODE = a ] || { sleep 0.2; exit 7; }'
    assert_equal "$status" 7
    assert_output "vethlab: sh failed in 1 of 2 nodes (exit code): b (7)"
    run vethlab exec --all "$LAB" -- sh -c '[ $VETHLAB_NODE = a ] && exit 3; exit 4'
    assert_equal "$status" 3
    assert_output "vethlab: sh failed in 2 of 2 nodes (exit code): a (3), b (4)"
    run -127 vethlab exec --all "$LAB" -- no-such-command
    assert_line --index 0 --partial 'a: node a: cannot execute "no-such-command"'
    assert_line --index 2 "vethlab: no-such-command failed in 2 of 2 nodes (exit code): a (127), b (127)"
}

@test "--all: much output of a later node waits its turn and is whole; standard input is empty" {
    vethlab exec --all "$LAB" -- sh -c '
        [ $VETHLAB_NODE = b ] || { sleep 0.5; echo first; exit; }
        cat; seq 300000' <"$LAB_FILE" >"$BATS_TEST_TMPDIR/out"
    assert_equal "$(head -n 1 "$BATS_TEST_TMPDIR/out")" "a: first"
    sed 1d "$BATS_TEST_TMPDIR/out" | cmp - <(seq -f 'b: %.0f' 300000)
}

@test "--all: a reader that leaves ends every node's command" {
    run bash -c 'timeout 20 "$VETHLAB" exec --all "$LAB" -- sh -c "echo 1; exec yes" |
        head -n 1; echo "${PIPESTATUS[0]}"'
    assert_output "a: 1
141"
    run bash -c 'timeout 20 "$VETHLAB" exec --all "$LAB" -- sh -c "yes >&2" 2>&1 >/dev/null |
        head -n 1; echo "${PIPESTATUS[0]}"'
    assert_output "a: y
141"
    run bash -c 'timeout 20 "$VETHLAB" exec --all "$LAB" -- sh -c "trap : TERM; echo 1; while :; do sleep 4711.5; done" \
        >/dev/full'
    assert_equal "$status" 125
    assert_output "vethlab: cannot write the result: ENOSPC (No space left on device)"
    eventually runs_not yes
}

@test "--all: INT ends every node's command" {
    run python3 - <<'PY'
import os, signal, subprocess
p = subprocess.Popen([os.environ["VETHLAB"], "exec", os.environ["LAB"], "--all", "--", "sh", "-c",
                      "echo ready; exec sleep 100"], stdout=subprocess.PIPE, text=True,
                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
p.stdout.readline()
p.send_signal(signal.SIGINT)
p.stdout.read()
print(p.wait())
PY
    assert_line 130
}

@test "long lines of a topology's commands are relayed whole" {
    write_lab <<'FILE'
nodes:
  a:
    exec: ["head -c 5000 /dev/zero | tr '\\0' x; echo; for i in $(seq 3000); do printf '\\303\\244'; done"]
FILE
    run vethlab up --name "${LAB}l" "$LAB_FILE"
    assert_success
    assert_equal "$(grep '^vethlab: a: x*$' <<<"$output" | tr -cd x | wc -c)" 5000
    assert_equal "$(LC_ALL=C.UTF-8 grep '^vethlab: a: \(ä\)*$' <<<"$output" | tr -cd '\303' | wc -c)" 3000
    vethlab -q down "${LAB}l"
}

# An ordinary user may not join the machine's UTS namespace, in which such a node is.
@test "nodes that have not all namespaces of their own are entered too, by the file's commands and by ours" {
    local set own
    for set in net net,pid,mnt net,mnt,uts; do
        write_lab <<FILE
nodes:
  a: {namespaces: [$set], exec: [ip -br link show eth0]}
  b:
links:
  - endpoints: [a:eth0, b:eth0]
FILE
        vethlab -q up --name "${LAB}n" "$LAB_FILE"
        run vethlab exec "${LAB}n" a -- sh -c 'ip -br link show eth0; readlink /proc/self/ns/uts'
        assert_success
        assert_line --regexp '^eth0@'
        own=$([ "${lines[-1]}" = "$(readlink /proc/self/ns/uts)" ] && echo no || echo yes)
        assert_equal "$set $own" "$set $([[ $set != *uts ]] && echo no || echo yes)"
        vethlab -q down "${LAB}n"
    done
}
