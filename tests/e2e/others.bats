#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# others: labs are keyed by owner and name; root reaches those of others with --uid.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

# As the test user, with a run directory where root finds it.
as_user() {
    env -u XDG_RUNTIME_DIR setpriv "--reuid=$VETHLAB_TEST_UID" "--regid=$VETHLAB_TEST_UID" \
        --clear-groups --inh-caps=-all "$@"
}

setup() {
    vethlab_setup
    [ "$VETHLAB_MODE" != root ] || user_up
}

user_up() {
    USERDIR=/run/user/$VETHLAB_TEST_UID
    mkdir -p "$USERDIR" && chown "$VETHLAB_TEST_UID" "$USERDIR" && chmod 0700 "$USERDIR"
    NAME=$(id -nu "$VETHLAB_TEST_UID")
    write_lab <<'FILE'
nodes:
  a:
    exec: [echo hello]
  b:
links:
  - endpoints: [a:eth0, b:eth0]
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
FILE
    as_user "$VETHLAB" -q up --name "$LAB" - <"$LAB_FILE"
}

teardown() {
    [ "$VETHLAB_MODE" != root ] || as_user "$VETHLAB" -q down "$LAB" 2>/dev/null || true
    vethlab_teardown
}

needs_root() { [ "$VETHLAB_MODE" = root ] || skip "only the machine's root has other users"; }

@test "root lists, shows, pings and takes down another user's lab" {
    needs_root
    run vethlab list
    assert_success
    assert_line --regexp '^LAB +USER +STATE +NODES +HOLDER +AGE$'
    assert_line --regexp "^$LAB +$NAME +running +2 "
    run vethlab list --json
    assert_output --partial "\"uid\": $VETHLAB_TEST_UID"
    run unshare -r "$VETHLAB" list # root of it knows no other user, and cannot do anything there
    assert_success
    assert_output ""
    run vethlab show --uid "$VETHLAB_TEST_UID" "$LAB"
    assert_success
    assert_line --regexp '^a +lo '
    assert_line --regexp ' eth0 +veth +UP +yes .* b:eth0 +10\.1\.0\.1/24 '
    run vethlab --uid "$NAME" show
    assert_success
    run vethlab ping -c 1 --uid "$NAME" "$LAB" a b
    assert_success
    assert_output --partial '1 received, 0% packet loss'
    run vethlab exec --uid "$NAME" "$LAB" a -- sh -c 'id -u; hostname; grep ^Groups /proc/self/status'
    assert_success
    assert_line --index 0 0
    assert_line --index 1 a
    assert_line --index 2 --regexp '^Groups:[[:space:]]*$'
    run vethlab exec --uid "$NAME" --all "$LAB" -- hostname
    assert_output "a: a
b: b"
    run vethlab exec --uid "$NAME" "$LAB" a -- sh -c 'hostname; id -u; ping -c 1 -W 1 b'
    assert_success
    assert_line --index 0 a
    assert_line --index 1 0
    run vethlab exec --uid "$NAME" "$LAB" --all -- cat /proc/1/cmdline
    assert_success
    assert_output --partial "vethlab: $LAB/b"
    # Root of the lab, no more: what the machine's root may read, a node of that user may not.
    (umask 077 && echo secret >"$BATS_TEST_TMPDIR/secret")
    run vethlab exec --uid "$NAME" "$LAB" a -- cat "$BATS_TEST_TMPDIR/secret"
    assert_failure
    run vethlab logs "$LAB" --uid "$NAME"
    assert_success
    assert_output --partial hello
    run vethlab down --uid "$NAME" "$LAB"
    assert_success
    assert_output "vethlab: lab $LAB is down"
    run vethlab down --uid "$NAME" "$LAB"
    assert_failure 1
    [ -z "$(ls -A "$USERDIR/vethlab/$LAB")" ]
    run vethlab list
    assert_output ""
}

@test "two users have a lab of the same name, and each his own" {
    needs_root
    vethlab -q up --name "$LAB" "$LAB_FILE"
    run vethlab list
    assert_line --regexp "^$LAB +root +running +2 "
    assert_line --regexp "^$LAB +$NAME +running +2 "
    run vethlab list --uid 0
    refute_output --partial "$NAME"
    run as_user "$VETHLAB" list
    assert_line --regexp "^$LAB +running +2 "
    run as_user "$VETHLAB" list --all-users
    assert_line --regexp "^$LAB +root +running +2 "
    vethlab -q down "$LAB"
    run as_user "$VETHLAB" exec "$LAB" a -- true
    assert_success
    vethlab -q up --name "$LAB" "$LAB_FILE"
    vethlab -q down --all --uid "$NAME"
    run vethlab exec "$LAB" a -- true
    assert_success
    vethlab -q down --all
}

@test "root is told whose a lab is; an ordinary user is refused at once" {
    needs_root
    run vethlab show "$LAB"
    assert_failure 1
    assert_output "vethlab: no lab \"$LAB\" of user 0 is running, but user $VETHLAB_TEST_UID has one: --uid $VETHLAB_TEST_UID"
    run vethlab show --uid no-such-user "$LAB"
    assert_failure 2
    assert_output --partial 'there is no such user: --uid no-such-user'
    run vethlab show --uid 61235
    assert_failure 2
    assert_output --partial 'no lab of that user is running'
    run vethlab up --uid "$NAME" "$LAB_FILE"
    assert_failure 2
    run as_user "$VETHLAB" show --uid 0 "$LAB"
    assert_failure 5
    assert_output "vethlab: show: only root reaches labs of another user: run it with sudo"
    run as_user "$VETHLAB" list --uid "$VETHLAB_TEST_UID"
    assert_success
}

@test "down of another user's lab waits its turn while that user's command is at work" {
    needs_root
    exec 7<"$USERDIR/vethlab/$LAB"
    flock 7
    run vethlab down --uid "$NAME" "$LAB" 7<&-
    assert_failure 4
    assert_output --partial "lab $LAB is locked by another vethlab command"
    exec 7<&-
    vethlab -q down --uid "$NAME" "$LAB"
}
