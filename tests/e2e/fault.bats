#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# fault: what goes wrong from outside: two commands at once, signals, hostile surroundings, dead
# processes. The answer is a sentence and an exit code, and nothing is left.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

# A lab whose `up` takes $1 seconds, all of them in the command of its node `slow`.
write_slow() {
    write_lab <<SLOW
nodes:
  slow:
    exec:
      - [sleep, "$1"]
SLOW
}

# Waits until the lab's node $1 is at its command, which is the last step before the commit.
until_at_command() {
    local deadline=$((SECONDS + 20))
    until pgrep -fx "sleep $1" >/dev/null; do
        [ "$SECONDS" -lt "$deadline" ] || fail "sleep $1 has not started"
        sleep 0.01
    done
}

@test "two at once: one wins, the other exits 4 and names the process that holds the lock" {
    write_slow 1.25
    "$VETHLAB" -q up "$LAB_FILE" 3>&- &
    local pid=$!
    until_at_command 1.25
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 4
    assert_output --partial "lab $LAB is locked by another vethlab command (pid $pid)"
    run vethlab list
    assert_success
    assert_output --partial "$LAB"
    assert_output --partial "starting"
    wait "$pid"
    vethlab -q down "$LAB"
}

@test "list beside up never disturbs it" {
    write_pair
    local stop=$BATS_TEST_TMPDIR/stop
    (until [ -e "$stop" ]; do "$VETHLAB" list >/dev/null; done) 3>&- &
    local pid=$!
    for _ in {1..25}; do
        vethlab -q up "$LAB_FILE"
        vethlab -q down "$LAB"
    done
    : >"$stop"
    wait "$pid"
}

@test "two labs go up and down beside each other" {
    write_pair
    cycle() {
        local _
        for _ in {1..25}; do
            "$VETHLAB" -q up "$LAB_FILE" --name "$1" && "$VETHLAB" -q down "$1" || return
        done
    }
    cycle "$LAB-one" 3>&- &
    local pid=$!
    cycle "$LAB-two"
    wait "$pid"
}
