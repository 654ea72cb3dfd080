#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# refused: what a kernel or container refuses is named before anything is built; what can be done
# without is done without, and named.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

# stranger PREPARATION COMMAND...: in a user namespace of its own, as an ordinary user without any
# privilege there. PREPARATION runs before, with the privileges of that namespace.
stranger() {
    [ -d "$BATS_TEST_TMPDIR/run" ] || mkdir -m 0700 "$BATS_TEST_TMPDIR/run"
    # shellcheck disable=SC2016 # for the shell inside
    XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run unshare -U --map-user=1000 --map-group=1000 \
        --keep-caps -m --propagation private sh -c \
        'eval "$1" && shift && exec setpriv --ambient-caps=-all --inh-caps=-all "$@"' sh "$@"
}

# Nothing was left behind in the run directory; the rest is the leak check's.
is_tidy() { [ -z "$(ls -A "$BATS_TEST_TMPDIR/run/vethlab" 2>/dev/null)" ]; }

@test "a kernel older than 5.14 is refused with one sentence" {
    write_pair
    run setarch --uname-2.6 "$VETHLAB" up "$LAB_FILE"
    assert_equal "$status" 6
    assert_output --regexp '^vethlab: this kernel is Linux 2\.6\.[^ ]*, but vethlab needs Linux 5\.14 or newer$'
}

@test "a stranger with no privilege gets his lab where nothing is refused" {
    write_pair
    # shellcheck disable=SC2016 # for the shell inside
    stranger true sh -c '"$VETHLAB" -q up "$1" && "$VETHLAB" exec "$LAB" a -- ping -c 1 -W 1 b &&
        "$VETHLAB" -q down "$LAB"' sh "$LAB_FILE"
    is_tidy
}

@test "user.max_user_namespaces is 0" {
    write_pair
    run stranger 'echo 0 >/proc/sys/user/max_user_namespaces' "$VETHLAB" up "$LAB_FILE"
    assert_equal "$status" 5
    assert_output "vethlab: user namespaces are switched off here: user.max_user_namespaces is 0; run it with sudo, or let root change that switch: ENOSPC (No space left on device)"
    is_tidy
}

@test "the quota of an outer user namespace is used up" {
    write_pair
    export LAB_FILE
    # shellcheck disable=SC2016 # for the shell inside
    run unshare -Ur sh -c 'echo 1 >/proc/sys/user/max_user_namespaces; shift; eval "$1"' sh - \
        'XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR unshare -U --map-user=1000 "$VETHLAB" up "$LAB_FILE"'
    assert_equal "$status" 5
    assert_output --partial "the quota user.max_user_namespaces, this one or an outer user namespace's, is used up, or too many are nested; run it with sudo: ENOSPC"
}

@test "a seccomp filter refuses user namespaces, with either errno" {
    write_pair
    local errno
    for errno in EPERM ENOSYS; do
        run stranger true "$VETHLAB_BUILD/tests/helpers/deny_userns" "$errno" \
            "$VETHLAB" up "$LAB_FILE"
        assert_equal "$status" 5
        assert_output --partial "a seccomp filter, as containers install them, forbids to make namespaces; outside of it, or with sudo, it works: $errno"
        is_tidy
    done
}

@test "a chroot refuses user namespaces" {
    write_pair
    export LAB_FILE
    # shellcheck disable=SC2016 # for the shell inside
    run unshare -Urm sh -c 'mkdir -p "$BATS_TEST_TMPDIR/root" && mount --rbind / "$BATS_TEST_TMPDIR/root" &&
        exec chroot "$BATS_TEST_TMPDIR/root" setpriv --bounding-set=-all --inh-caps=-all "$VETHLAB" up "$LAB_FILE"'
    assert_equal "$status" 5
    assert_output --partial "cannot make the lab's namespaces (a security module may forbid it, or a chroot); run it with sudo: EPERM"
}

@test "a masked /proc is named with what masks it" {
    write_pair
    run stranger 'mount -t tmpfs none /proc/sys/kernel' "$VETHLAB" up "$LAB_FILE"
    assert_equal "$status" 5
    assert_output "vethlab: cannot mount a /proc for the lab: a mount on /proc/sys/kernel masks a part of the machine's own, as containers do; outside of it, or with sudo, it works: EPERM (Operation not permitted)"
    is_tidy
}

@test "a masked /sys becomes an empty one, and a note" {
    write_pair
    # shellcheck disable=SC2016 # for the shell inside
    run stranger 'mount -t tmpfs none /sys/kernel' sh -c '"$VETHLAB" up "$1" &&
        "$VETHLAB" exec "$LAB" a -- sh -c "ls -A /sys | wc -l" &&
        "$VETHLAB" exec "$LAB" a -- ping -c 1 -W 1 b && "$VETHLAB" -q down "$LAB"' sh "$LAB_FILE"
    assert_success
    assert_line --index 0 "vethlab: /sys is empty in the nodes: a part of the machine's own is masked, as containers do"
    assert_line --index 2 0
    is_tidy
}

# with_subids TEXT COMMAND...: as the test user, with that /etc/subuid and /etc/subgid; its standard
# input is the topology.
with_subids() {
    local dir status=0
    dir=$(mktemp -d /tmp/subids.XXXXXX)
    printf '%s' "$1" >"$dir/subids"
    shift
    mkdir -m 0700 "$dir/run"
    chown -R "$VETHLAB_TEST_UID:$VETHLAB_TEST_UID" "$dir"
    # shellcheck disable=SC2016 # for the shell inside
    XDG_RUNTIME_DIR=$dir/run unshare -m --propagation private sh -c '
        mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid && shift &&
        exec setpriv "--reuid=$VETHLAB_TEST_UID" "--regid=$VETHLAB_TEST_UID" --clear-groups \
            --inh-caps=-all "$@"' sh "$dir/subids" "$@" <"$LAB_FILE" || status=$?
    rm -rf "$dir"
    return "$status"
}

# falls_back REASON SUBIDS [PATH]: up -v names the reason, show names the single id.
falls_back() {
    # shellcheck disable=SC2016 # for the shell inside
    run with_subids "$2" env "PATH=${3:-$PATH}" /bin/sh -c '"$VETHLAB" -v up --name "$LAB" - &&
        "$VETHLAB" show "$LAB" && "$VETHLAB" exec "$LAB" a -- "$PING" -c 1 -W 1 b; code=$?
        "$VETHLAB" -q down "$LAB"; exit $code'
    assert_success
    assert_line "vethlab: only one user id is mapped, so programs that change to another user will not work: $1"
    assert_line --regexp '^user ids: single: '
}

@test "without a range of ids, or without newuidmap, a single id is mapped and the reason named" {
    [ "$VETHLAB_MODE" = root ] || skip "only root can replace /etc/subuid"
    write_pair
    local user PING
    PING=$(command -v ping)
    export PING
    user=$(getent passwd "$VETHLAB_TEST_UID" | cut -d: -f1)
    falls_back "/etc/subuid gives no ids to user $user" ""
    falls_back "/etc/subuid gives no ids to user $user" $'\n# none\n'
    falls_back "/etc/subuid gives no ids to user $user" $'somebodyelse:500000000:65536\n'
    falls_back "/etc/subuid gives no ids to user $user" "${user}x:500000000:65536"$'\n'
    falls_back "/etc/subuid gives only 999 ids to user $user" "$user:500000000:999"$'\n'
    falls_back "newuidmap or newgidmap is missing or refuses (package uidmap)" \
        "$user:500000000:65536"$'\n' /nonexistent
}

@test "a range that is given to the user's number works as one given to the name" {
    [ "$VETHLAB_MODE" = root ] || skip "only root can replace /etc/subuid"
    command -v newuidmap >/dev/null || skip_or_fail "newuidmap is not installed"
    write_pair
    # shellcheck disable=SC2016 # for the shell inside
    run with_subids "$VETHLAB_TEST_UID:500000000:65536"$'\n' sh -c '"$VETHLAB" -v up --name "$LAB" - &&
        "$VETHLAB" show --json "$LAB"; "$VETHLAB" -q down "$LAB"'
    assert_success
    assert_line --regexp '"user_ids": "range"'
}
