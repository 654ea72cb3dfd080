#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# eventlog: what happens in a lab, in a file (--log) and on the screen, in words and with its cause.

bats_require_minimum_version 1.5.0
load ../lib/vethlab
load ../lib/screen

setup() { vethlab_setup; }
teardown() {
    screen_end
    vethlab_teardown
}

up_pair() {
    write_pair
    vethlab -q up "$LAB_FILE"
}

# All of the storm, or that some of it was lost.
all_are_told() { [ "$(grep -c '"address-' "$1")" -ge 4000 ] || grep -q '"resynced"' "$1"; }

is_gone() { ! vethlab list | grep -q "^$LAB "; }

wait_until() {
    local deadline=$((SECONDS + 5))
    until "$@"; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            echo "in vain: $*; the window shows:"
            screen_text || :
            return 1
        fi
        sleep 0.05
    done
}

# The events in the file $1, as `events` for python.
check_log() {
    python3 -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert lines[0]["line"] == "begin", lines[0]
events = [line for line in lines if line["line"] == "event"]
words = ["%s: %s" % (line["node"], line["words"]) for line in lines if "words" in line]
exec(sys.argv[2])' "$1" "$2"
}

@test "--log: what happens elsewhere is in the file within a moment, with its cause" {
    up_pair
    local log=$BATS_TEST_TMPDIR/log
    screen_start 80 24
    screen_type "clear; \$VETHLAB view --log '$log' $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    vethlab exec "$LAB" a -- ip link set eth0 down
    wait_until grep -q '"words":"eth0 lost carrier because its peer eth0 in a was set down"' "$log"
    screen_key u
    wait_until grep -q '"line":"note".*"node":"a","words":"ip link set dev eth0 up"' "$log"
    screen_key q
    screen_wait '^ended-0'
    check_log "$log" 'down = words.index("a: eth0 was set down")
assert words.index("b: eth0 lost carrier because its peer eth0 in a was set down") > down, words
assert [e["seq"] for e in events] == list(range(1, len(events) + 1)), words'
    # On a pipe whose reader goes, and where the disk is full, the view lives on.
    mkfifo "$log.pipe"
    head -n 1 "$log.pipe" >"$log.first" 3>&- &
    screen_type "clear; \$VETHLAB view --log '$log.pipe' $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    wait $!
    vethlab exec "$LAB" a -- ip link set eth0 down
    screen_wait 'the log is not written'
    screen_key q
    screen_wait '^ended-0'
    vethlab -q down "$LAB"
}

@test "the events on the screen: the newest one, all of them, a filter, a node's own" {
    up_pair
    screen_start 100 30
    screen_type "clear; \$VETHLAB view -i 3600 $LAB; echo ended-\$?"
    screen_wait 'eth0'
    vethlab exec "$LAB" a -- ip link set eth0 down
    screen_wait 'b: eth0 lost carrier because its peer eth0 in a was set down'
    screen_key e
    screen_wait '^[0-9:.]{12} - a: eth0 was set down'
    screen_wait '^[0-9:.]{12} - b: eth0 lost carrier because its peer eth0 in a was set down'
    vethlab exec "$LAB" b -- ip addr add 10.9.0.1/24 dev eth0
    vethlab exec "$LAB" b -- ip link set eth0 alias "$(printf 'x\033[2Jy')"
    screen_wait 'has the alias "x.x1b\[2Jy"'
    screen_key / 1 0 . 9
    screen_wait 'events with: 10\.9'
    screen_key Enter
    screen_wait '^EVENTS with "10\.9", others are hidden'
    screen_wait '\+ b: eth0 got 10\.9\.0\.1/24'
    run screen_text
    refute_output --partial 'was set down'
    screen_key Escape n
    screen_wait '^EVENTS of a'
    screen_key q
    screen_wait '^ended-0'
    screen_is_clean
    vethlab -q down "$LAB"
}

@test "a thousand events a second: the keys answer, and the log is folded" {
    up_pair
    screen_start 100 30
    screen_type "clear; \$VETHLAB view -i 3600 --log '$BATS_TEST_TMPDIR/log' $LAB; echo ended-\$?"
    screen_wait 'eth0'
    yes $'addr add 10.9.0.1/24 dev eth0\naddr del 10.9.0.1/24 dev eth0' | head -n 4000 |
        vethlab exec "$LAB" b -- ip -batch - 3>&- &
    screen_key l
    screen_wait 'NODE'
    screen_key e
    screen_wait 'eth0 (got|lost) 10\.9\.0\.1/24 \.\.\. and [0-9]+ more until'
    wait $!
    wait_until all_are_told "$BATS_TEST_TMPDIR/log"
    screen_key q
    screen_wait '^ended-0'
    vethlab -q down "$LAB"
}

@test "--log without a screen: run goes on until it is ended, and what cannot be is refused" {
    write_pair
    local log=$BATS_TEST_TMPDIR/log
    run -1 vethlab run --log "$BATS_TEST_TMPDIR" "$LAB_FILE"
    assert_output --partial "cannot open $BATS_TEST_TMPDIR to write the log: EISDIR"
    mkfifo "$log.pipe"
    run -1 vethlab run --log "$log.pipe" "$LAB_FILE"
    assert_output --partial 'nobody reads this pipe'
    is_gone
    "$VETHLAB" run --log "$log" "$LAB_FILE" >"$log.out" 2>&1 3>&- &
    local pid=$!
    wait_until grep -q '10\.1\.0\.2' "$log.out"
    vethlab exec "$LAB" b -- ip addr add 10.9.0.1/24 dev eth0
    wait_until grep -q '"node":"b".*"words":"eth0 got 10.9.0.1/24' "$log"
    kill "$pid"
    wait "$pid"
    is_gone
    up_pair
    screen_start 80 24
    screen_type "clear; \$VETHLAB view --log - $LAB; echo ended-\$?"
    screen_wait '^ended-2'
    screen_type "clear; \$VETHLAB view --log /dev/tty $LAB; echo ended-\$?"
    screen_wait 'the log needs a file: /dev/tty is the screen'
    screen_wait '^ended-2'
    vethlab -q down "$LAB"
}
