#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# run --step: a lab is built one step at a time, forwards and backwards, and leaves nothing.

bats_require_minimum_version 1.5.0
load ../lib/vethlab
load ../lib/screen

SNAPSHOT=$VETHLAB_BUILD/tests/helpers/snapshot

setup() { vethlab_setup; }
teardown() {
    screen_end
    vethlab_teardown
}

is_gone() { ! vethlab list | grep -q "^$LAB "; }

@test "without a terminal the steps are the entries of explain, done one after the other" {
    write_pair
    run --separate-stderr vethlab run --step "$LAB_FILE"
    assert_success
    assert_equal "$output" "$(vethlab explain "$LAB_FILE" | sed '/^$/,$d')"
    # shellcheck disable=SC2154 # set by run
    assert_equal "$stderr" "vethlab: lab $LAB is down"
    is_gone
}

@test "with --once a frame follows, and its pings decide" {
    write_pair
    run --separate-stderr vethlab run --step --once "$LAB_FILE"
    assert_success
    assert_line --regexp '^ +[0-9]+  Gives eth0 in a the address 10\.1\.0\.1/24'
    assert_line --regexp '10\.1\.0\.2 +1 .* ms +0%'
}

@test "a command that fails ends it with code 1, and nothing is left" {
    write_lab <<'LAB'
nodes:
  a:
    exec: ["echo here", "exit 3", "echo never"]
LAB
    run --separate-stderr vethlab run --step "$LAB_FILE"
    assert_failure 1
    assert_line --partial 'a# exit 3'
    refute_line --partial 'never'
    # shellcheck disable=SC2154 # set by run
    assert_equal "${stderr_lines[0]}" "vethlab: a: here"
    assert_equal "${stderr_lines[2]}" \
        "vethlab: step 4: $LAB_FILE:3: node a: \"exit 3\" ended with exit code 3"
    is_gone
}

# --- in the split view ----------------------------------------------------------------------------

# step_through FILE: in a window of 80x24.
step_through() {
    screen_start 80 24
    screen_type "clear; \$VETHLAB run --step --name $LAB $2 '$1'; echo ended-\$?"
    see '^ step 1 of '
}

# keys COUNT KEY: that often; they may come faster than the steps are done.
keys() {
    local i
    for ((i = 0; i < $1; i++)); do screen_key "$2"; done
}

# As screen_wait, but for longer: many steps take their time on a busy machine.
see() {
    local deadline=$((SECONDS + 30))
    until shows "$1" || [ "$SECONDS" -gt "$deadline" ]; do sleep 0.05; done
    screen_wait "$1"
}

shows() { screen_text | grep -qE -- "$1"; }
hides() { ! shows "$1"; }

nodes_there() { vethlab list | awk -v lab="$LAB" '$1 == lab { print $3 }'; }

steps_in() { vethlab explain "$1" | grep -cE '^ *[0-9]+  '; }

ends() {
    screen_key q
    see '^ended-0'
    see "lab $LAB is down"
    screen_is_clean
}

wait_until() {
    local deadline=$((SECONDS + 30))
    until "$@"; do
        [ "$SECONDS" -le "$deadline" ] || fail "in vain: $*"
        sleep 0.05
    done
}

@test "veth-ping: forwards, backwards, forwards: the panes show what each key does" {
    local file=$VETHLAB_SRC/topologies/veth-ping.lab.yaml
    step_through "$file"
    see 'not made yet .* not made yet'
    see '^ terminal1# unshare --pid'
    assert_equal "$(nodes_there)" 0
    screen_key Space
    see '^ step 2 of 12'
    see '►lo +DOWN'
    assert_equal "$(nodes_there)" 1
    screen_key Right
    see '^ machine# ip link add name ve2'
    screen_key Space
    see 've2 .* ve1 '
    keys 9 Space
    see '^ all 12 steps are done'
    see 'terminal2 +[0-9]+ .* ms .*terminal1 +[0-9]+ .* ms '
    screen_key Left
    see '^ step 12 of 12'
    keys 6 Left
    see '^ step 6 of 12'
    see '192\.168\.168\.168/24'
    screen_key Left
    see '^ step 5 of 12 +next'
    wait_until hides '192\.168\.168\.168/24  '
    hides '─ ping ─'
    keys 4 Left
    see '^ step 1 of 12 +next'
    see 'not made yet .* not made yet'
    assert_equal "$(nodes_there)" 0
    screen_key Enter
    see 'running on: any key stops it'
    screen_key x
    see ' next$'
    keys 12 Space
    see '^ all 12 steps are done'
    see 'terminal2 +[0-9]+ .* ms .*terminal1 +[0-9]+ .* ms '
    ends
}

@test "every example: all steps forwards are what up builds, all backwards are nothing" {
    local name file out=$BATS_TEST_TMPDIR/snapshot
    for name in by-hand veth-ping lan router ring dumbbell; do
        file=$VETHLAB_SRC/topologies/$name.lab.yaml
        vethlab -q up --name "$LAB" "$file"
        "$SNAPSHOT" lab "$LAB" | sort >"$out.up"
        vethlab -q down "$LAB"
        step_through "$file"
        keys "$(steps_in "$file")" Space
        see '^ all [0-9]+ steps are done'
        "$SNAPSHOT" lab "$LAB" | sort >"$out.stepped"
        diff "$out.up" "$out.stepped"
        keys "$(steps_in "$file")" Left
        see '^ step 1 of '
        assert_equal "$(nodes_there)" 0
        assert_equal "$("$SNAPSHOT" lab "$LAB")" ""
        ends
        screen_end
    done
}

@test "left or killed in the middle, nothing is left" {
    write_pair
    local pid
    step_through "$LAB_FILE"
    keys 5 Space
    see '^ step 6 of '
    ends
    is_gone
    screen_type "clear; \$VETHLAB run --step '$LAB_FILE'"
    see '^ step 1 of '
    keys 5 Space
    see '^ step 6 of '
    pid=$(screen_pid)
    kill -9 "$pid"
    wait_until is_gone
    screen_type 'echo ended-$?'
    see '^ended-137'
    screen_is_clean
}

@test "a step that fails is shown; it can be tried again, and gone back from" {
    write_lab <<'LAB'
nodes:
  a:
    sysctls: {net.ipv4.ip_forward: 1}
    exec: ["test -e /tmp/go-$VETHLAB_LAB"]
  b:
links:
  - endpoints: [a:eth0, b:eth0]
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
LAB
    step_through "$LAB_FILE"
    keys 5 Space
    see '^ step 6 of 12'
    see 'a# ip addr add 10\.1\.0\.1/24'
    vethlab exec "$LAB" a -- ip addr add 10.1.0.1/24 dev eth0
    screen_key Space
    see '^ step 6 of 12 +FAILED'
    see 'EEXIST'
    vethlab exec "$LAB" a -- ip addr del 10.1.0.1/24 dev eth0
    screen_key Space
    see '^ step 7 of 12'
    vethlab exec "$LAB" a -- ip addr del 10.1.0.1/24 dev eth0
    screen_key Left
    see 'it was gone already'
    see '^ step 6 of 12'
    keys 6 Space
    see '^ step 12 of 12 +next'
    screen_key Space
    see '^ step 12 of 12 +FAILED'
    see 'ended with exit code 1'
    touch "/tmp/go-$LAB"
    screen_key Space
    see '^ all 12 steps are done'
    screen_key Left
    see 'cannot be undone; what it did in '
    rm "/tmp/go-$LAB"
    keys 11 Left
    see '^ step 1 of 12 +next'
    assert_equal "$(nodes_there)" 0
    ends
}

@test "a command that fails can be passed over; meanwhile nobody else changes the lab, but down works" {
    write_lab <<'LAB'
nodes:
  a:
    exec: ["exit 3", "echo second"]
LAB
    step_through "$LAB_FILE"
    screen_key k
    see 'only a command that failed can be passed over'
    keys 2 Space
    see '^ step 3 of 4'
    screen_key Space
    see '^ step 3 of 4 +FAILED: Space tries again, k passes over it'
    screen_key k
    see '^ step 4 of 4 +next'
    screen_key Space
    see '^ all 4 steps are done'
    see 'as the file says, but for 1 command that failed'
    keys 2 Left # over the one that was passed over, too
    see '^ step 3 of 4 +next'
    run vethlab apply "$LAB_FILE"
    assert_equal "$status" 4
    assert_output --regexp "^vethlab: lab $LAB is being built step by step \(run --step, pid [0-9]+\): leave that first, or take the lab down$"
    vethlab plan "$LAB_FILE"
    vethlab -q down "$LAB"
    wait_until is_gone
    screen_type q
    see '^ended-'
    screen_is_clean
}

@test "a node that ends meanwhile is told, and the way back goes past it" {
    write_pair
    step_through "$LAB_FILE"
    keys 4 Space
    see '^ step 5 of '
    vethlab exec "$LAB" a -- kill -9 1 || :
    vethlab exec "$LAB" a -- sh -c 'kill -TERM 1' || :
    local pid
    pid=$(pgrep -fx "vethlab: $LAB/a")
    kill -9 "$pid"
    see 'this node has ended'
    screen_key Space
    see 'node a has ended'
    keys 4 Left
    see '^ step 1 of '
    see 'not made yet .* not made yet'
    keys 4 Space
    see '^ step 5 of '
    assert_equal "$(nodes_there)" 2
    ends
}

@test "links to the machine are stepped through too" {
    [ "$VETHLAB_MODE" = root ] || skip "only root of the machine makes links to it"
    local file=$VETHLAB_SRC/topologies/veth-ping-host.lab.yaml
    step_through "$file" --allow-host
    see '1 node and the machine' # which has a pane from the beginning
    see '─ 2 host ─'
    keys 11 Space
    see '^ all 11 steps are done'
    see 've1 .*UP .*yes'
    see '192\.168\.168\.100/24'
    ping -c 1 -W 2 192.168.168.168
    keys 10 Left
    see '^ step 2 of 11'
    run ip link show dev ve1
    assert_failure
    keys 10 Space
    see '^ all 11 steps are done'
    ping -c 1 -W 2 192.168.168.168
    ends
    run ip link show dev ve1
    assert_failure
}
