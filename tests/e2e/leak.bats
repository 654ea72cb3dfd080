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
    [ "$output" -gt 100 ]
    grep -q '^mount ' "$BATS_TEST_TMPDIR/again"
    grep -q '^link .*"lo"' "$BATS_TEST_TMPDIR/again"
}

@test "a process with a title of ours is found" {
    bash -c 'exec -a "vethlab: ghost-$LAB" sleep 60' 3>&- &
    local pid=$!
    until grep -q ghost "/proc/$pid/cmdline"; do :; done
    must_find "vethlab: ghost-$LAB"
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
    [ -z "${XDG_RUNTIME_DIR-}" ] || dir=$XDG_RUNTIME_DIR/vethlab
    mkdir -p "$dir/ghost"
    must_find "$dir/ghost"
    rm -r "$dir"
}

@test "a link, a mount and a sysctl are found" {
    [ "$VETHLAB_MODE" = root ] || skip "needs privileges over the played machine"
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

# A process in a namespace of kind $1 and with the further options of unshare(1).
namespace_is_found() {
    local kind=$1 own=() ours
    shift
    [ "$VETHLAB_MODE" = root ] || own=(-r)
    [ "$VETHLAB_MODE" = root ] || own=(-r)
    unshare "${own[@]}" "$@" sleep 60 3>&- &
    local pid=$!
    ours=$(readlink "/proc/self/ns/$kind")
    until [ "$(readlink "/proc/$pid/ns/$kind")" != "$ours" ] ||
        [ "$(readlink "/proc/$pid/ns/${kind}_for_children")" != "$ours" ]; do
        kill -0 "$pid"
    done
    until pgrep -fx "sleep 60" >/dev/null; do kill -0 "$pid"; done
    must_find "namespace $kind:["
    # KILL: unshare --fork blocks TERM, and the first process of a pid namespace ignores it.
    pkill -KILL -P "$pid" || true
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" || true
}

@test "a namespace of each kind is found" {
    namespace_is_found mnt --mount
    namespace_is_found uts --uts
    namespace_is_found ipc --ipc
    namespace_is_found cgroup --cgroup
    namespace_is_found net --net
    namespace_is_found pid --pid --fork --kill-child
    namespace_is_found time --time --fork --kill-child
    [ "$VETHLAB_MODE" = root ] || namespace_is_found user --user
    [ "$VETHLAB_MODE" = root ] || namespace_is_found user --user
    [ "$VETHLAB_MODE" != root ] || namespace_is_found user --user --map-root-user
    [ "$VETHLAB_MODE" != root ] || namespace_is_found user --user --map-root-user
}

@test "a namespace that only a descriptor keeps is found" {
    unshare -r -n sleep 60 3>&- &
    local first=$!
    until [ "$(cat "/proc/$first/comm")" = sleep ]; do :; done
    bash -c 'exec 8<"/proc/$0/ns/net"; exec sleep 61' "$first" 3>&- &
    local second=$!
    until [ "$(cat "/proc/$second/comm")" = sleep ]; do :; done
    kill "$first"
    wait "$first" || true
    must_find "(held open by $second)"
    kill "$second"
    wait "$second" || true
}

@test "a named namespace, an address and a route are found" {
    [ "$VETHLAB_MODE" = root ] || skip "needs privileges over the played machine"
    [ "$VETHLAB_MODE" = root ] || skip "needs privileges over the played machine"
    ip netns add ghost
    must_find "file /run/netns/ghost"
    ip netns del ghost
    umount /run/netns
    rmdir /run/netns
    ip address add 203.0.113.9/32 dev lo
    must_find "address lo 203.0.113.9/32"
    ip address del 203.0.113.9/32 dev lo
    ip route add unreachable 203.0.113.0/24
    must_find "unreachable 203.0.113.0/24"
    ip route del unreachable 203.0.113.0/24
}

@test "a snapshot takes a moment only" {
    local start=${EPOCHREALTIME/./}
    for _ in 1 2 3 4 5; do leak_snapshot >/dev/null; done
    [ $(((${EPOCHREALTIME/./} - start) / 5000)) -lt 2000 ]
}
