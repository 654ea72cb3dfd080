#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# life: a lab comes up whole, is found without any file, answers pings, and goes without a trace.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

@test "the veth ping experiment: both nodes answer, then nothing is left" {
    run vethlab up --name "$LAB" "$VETHLAB_SRC/topologies/veth-ping.lab.yaml"
    assert_success
    assert_output "vethlab: lab $LAB is up: 2 nodes, 1 links"
    run vethlab exec "$LAB" terminal1 -- ping -c 1 -W 1 192.168.168.100
    assert_success
    assert_output --partial "1 received, 0% packet loss"
    run vethlab exec "$LAB" terminal2 -- ping -c 1 -W 1 fd00:168::168
    assert_success
    run vethlab down "$LAB"
    assert_success
    assert_output "vethlab: lab $LAB is down"
}

@test "every topology comes up, and its far ends answer by name, IPv4 and IPv6" {
    local file
    while read -r file from to; do
        vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/$file.lab.yaml"
        run vethlab exec "$LAB" "$from" -- ping -4 -c 1 -W 1 "$to"
        assert_success
        run vethlab exec "$LAB" "$from" -- ping -6 -c 1 -W 1 "$to"
        assert_success
        vethlab -q down "$LAB"
    done <<'PINGS'
veth-ping terminal1 terminal2
lan h1 h4
router a b
PINGS
}

@test "the first ping after up is answered, twenty times" {
    write_pair
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        vethlab -q up "$LAB_FILE"
        vethlab exec "$LAB" a -- ping -c 1 -W 1 10.1.0.2 >/dev/null
        vethlab -q down "$LAB"
    done
}

@test "a node has namespaces, hostname, /proc and hosts of its own, and three descriptors" {
    write_pair
    vethlab -q up "$LAB_FILE"
    run vethlab exec "$LAB" a -- hostname
    assert_output a
    run vethlab exec "$LAB" a -- cat /proc/1/cmdline
    assert_output --partial "vethlab: $LAB/a"
    run vethlab exec "$LAB" a -- cat /etc/hosts
    assert_line "10.1.0.2 b"
    run vethlab exec "$LAB" a -- sh -c 'ls /proc/1/fd | wc -l'
    assert_output 3
    run vethlab exec "$LAB" a -- cat /proc/sys/net/ipv4/ip_forward
    assert_output 0
    run vethlab exec "$LAB" a -- sh -c 'env | cut -d= -f1 | sort | tr "\n" " "'
    assert_output "HOME PATH PWD TERM VETHLAB_LAB VETHLAB_NODE "
    vethlab -q down "$LAB"
}

@test "exec passes exit codes, signals and bytes on" {
    write_pair
    vethlab -q up "$LAB_FILE"
    run vethlab exec "$LAB" a -- sh -c 'exit 7'
    assert_equal "$status" 7
    run vethlab exec "$LAB" a -- sh -c 'kill -TERM $$'
    assert_equal "$status" 143
    run -127 vethlab exec "$LAB" a -- /no/such/command
    assert_equal "$status" 127
    run vethlab exec "$LAB" c -- true
    assert_equal "$status" 125
    assert_output "vethlab: lab $LAB has no node \"c\": did you mean \"a\"?"
    head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/in"
    vethlab exec "$LAB" a -- cat <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out"
    cmp "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
    vethlab -q down "$LAB"
}

@test "list and down need no file" {
    write_pair
    vethlab -q up "$LAB_FILE"
    rm "$LAB_FILE"
    run vethlab list --json
    assert_success
    assert_output --partial "\"lab\": \"$LAB\""
    assert_output --partial '"state": "running"'
    assert_output --partial '"nodes": 2'
    run vethlab down "$LAB"
    assert_success
    run vethlab down "$LAB"
    assert_equal "$status" 1
    assert_output "vethlab: no lab \"$LAB\" is running"
}

@test "up of what runs is a conflict; redeploy does down and up" {
    write_pair
    vethlab -q up "$LAB_FILE"
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 4
    assert_output --partial "is running already"
    run vethlab redeploy "$LAB_FILE"
    assert_success
    vethlab -q down "$LAB"
}

@test "up through a pipe returns at once, and the lab outlives its terminal" {
    write_pair
    run bash -c '"$VETHLAB" up "$1" 2>&1 | cat' up "$LAB_FILE"
    assert_success
    run vethlab exec "$LAB" b -- true
    assert_success
    vethlab -q down "$LAB"
}

@test "two at once: one wins" {
    write_pair
    "$VETHLAB" -q up "$LAB_FILE" 2>"$BATS_TEST_TMPDIR/1" &
    local pid=$! first=0 second=0
    vethlab -q up "$LAB_FILE" 2>"$BATS_TEST_TMPDIR/2" || second=$?
    wait "$pid" || first=$?
    assert_equal "$((first + second))" 4
    vethlab -q down "$LAB"
}

@test "run lives as long as its command" {
    write_pair
    "$VETHLAB" -q run "$LAB_FILE" 3>&- &
    local pid=$!
    until vethlab exec "$LAB" a -- true 2>/dev/null; do kill -0 "$pid"; done
    kill -TERM "$pid"
    wait "$pid" || true
    run vethlab list
    refute_output --partial "$LAB"
}

@test "kill -9 of run takes the lab with it" {
    write_pair
    "$VETHLAB" -q run "$LAB_FILE" 3>&- &
    local pid=$!
    until vethlab exec "$LAB" a -- true 2>/dev/null; do kill -0 "$pid"; done
    kill -KILL "$pid"
    wait "$pid" || true
    vethlab -q up "$LAB_FILE" || { sleep 1; vethlab -q up "$LAB_FILE"; }
    vethlab -q down "$LAB"
}

@test "a failing command fails up, with its line, and nothing is left" {
    write_lab <<'FILE'
nodes:
  a:
    exec:
      - "exit 3"
FILE
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 1
    assert_output --partial "$LAB.lab.yaml:4: node a: \"exit 3\" ended with exit code 3"
    run vethlab list
    refute_output --partial "$LAB"
}

@test "what the kernel refuses is said with file, line and node" {
    write_lab <<'FILE'
nodes:
  a:
    sysctls:
      net.ipv4.no_such_thing: 1
FILE
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 1
    assert_output --partial "$LAB.lab.yaml:4: node a, sysctl net/ipv4/no_such_thing: this kernel has no sysctl"
}
