#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# leak: the leak check finds each kind of thing that a lab could leave behind.

load ../lib/vethlab

# Runs leak_check, which must fail and show $1. It waits its five seconds: SECONDS is moved on.
must_find() {
    run bash -c 'source /dev/stdin; SECONDS=0; sleep() { SECONDS=$((SECONDS + 6)); }; leak_check "$0"' \
        "$BATS_TEST_TMPDIR/before" < <(declare -f leak_check leak_snapshot)
    assert_failure
    assert_output --partial "$1"
}

@test "a snapshot equals the next one" {
    leak_snapshot >"$BATS_TEST_TMPDIR/again"
    cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/again"
    run grep -c '^sysctl ' "$BATS_TEST_TMPDIR/again"
    [ "$output" -gt 100 ]
    grep -q '^mount ' "$BATS_TEST_TMPDIR/again"
    grep -q '^link .*"lo"' "$BATS_TEST_TMPDIR/again"
}

@test "a process with a title of ours is found" {
    bash -c 'exec -a "vethlab: ghost" sleep 60' 3>&- &
    local pid=$!
    until grep -q ghost "/proc/$pid/cmdline"; do :; done
    must_find "vethlab: ghost"
    kill "$pid"
    wait "$pid" || true
}

@test "a namespace that a process keeps is found" {
    unshare -r -n sleep 60 3>&- &
    local pid=$!
    until [ "$(cat "/proc/$pid/comm")" = sleep ]; do :; done
    must_find "namespace net:["
    kill "$pid"
    wait "$pid" || true
}

@test "a file in the run directory is found" {
    local dir=/run/vethlab
    [ -z "${XDG_RUNTIME_DIR-}" ] || dir=$XDG_RUNTIME_DIR/vethlab
    mkdir -p "$dir/ghost"
    must_find "$dir/ghost"
    rm -r "$dir"
}

@test "a link, a mount and a sysctl are found" {
    [ "$VETHLAB_MODE" = root ] || skip "needs privileges over the played machine"
    ip link add ghost0 type veth peer name ghost1
    must_find '"ghost0"'
    ip link del ghost0
    mkdir "$BATS_TEST_TMPDIR/m"
    mount -t tmpfs ghost "$BATS_TEST_TMPDIR/m"
    must_find "tmpfs ghost"
    umount "$BATS_TEST_TMPDIR/m"
    local was
    was=$(cat /proc/sys/net/ipv4/ip_forward)
    echo $((1 - was)) >/proc/sys/net/ipv4/ip_forward
    must_find "ip_forward"
    echo "$was" >/proc/sys/net/ipv4/ip_forward
}
