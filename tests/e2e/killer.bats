#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# killer: SIGKILL at system calls all over the life of each process of `up` and `down` leaves a whole
# lab or nothing, and the next `up` needs no help (the driver is tests/killer/points).

load ../lib/vethlab

KILLER=$VETHLAB_BUILD/tests/killer/killer
# Two tests of at least 100 points each make the 200 of the gate.
LEAST=100

needs_up() {
    "$VETHLAB" up --help 2>/dev/null | grep -q up || skip_or_fail "this build has no up"
}

# kill_everywhere UID
kill_everywhere() {
    local dir
    dir=$(mktemp -d /tmp/killer.XXXXXX)
    mkdir -m 0700 "$dir/run"
    write_pair
    cp "$LAB_FILE" "$dir/pair.lab.yaml"
    if [ "$1" -ge 0 ]; then
        chown -R "$1:$1" "$dir"
        export XDG_RUNTIME_DIR=$dir/run HOME=$dir
    fi
    export TMPDIR=$dir
    run "$VETHLAB_SRC/tests/killer/points" "$KILLER" "$VETHLAB" "$dir/pair.lab.yaml" "$LAB" "$1"
    rm -rf "$dir"
    echo "# ${lines[-1]}" >&3
    assert_success
    assert_line --regexp "^# up: .* vethlab: $LAB \(builder\)$"
    assert_line --regexp "^# up: .* vethlab: $LAB( \(starting\))?$"
    assert_line --regexp "^# up: .* vethlab: $LAB/a$"
    assert_line --regexp "^# up: .* vethlab: $LAB/b$"
    local points killed
    read -r _ points _ killed _ <<<"${lines[-1]}"
    [ "$points" -ge "$LEAST" ] || fail "only $points points"
    [ $((killed * 100)) -ge $((points * 95)) ] || fail "only $killed of $points points killed"
}

@test "the tracer kills the chosen process and nobody else" {
    run "$KILLER" --count -- sh -c 'sleep 0 & wait; exit 7'
    assert_equal "$status" 7
    assert_line --regexp '^0\.1 .* sleep 0$'
    local first last
    read -r _ _ first last _ < <(printf '%s\n' "${lines[@]}" | grep '^0\.1 ')
    run "$KILLER" --at $(((first + last) / 2)) --victim 0.1 -- \
        sh -c 'sleep 0 & wait $!; echo "child ended with $?"'
    assert_success
    assert_line "child ended with 137"
    run "$KILLER" --at 1 --own --victim 0 -- sh -c 'echo never'
    assert_success
    assert_output ""
    run "$KILLER" --at 1000000 --victim 0 -- true
    assert_equal "$status" 3
}

@test "up and down survive kill -9 anywhere, with our own privileges" {
    [ "$VETHLAB_MODE" = root ] || [ "${VETHLAB_ISOLATED-}" != 1 ] || skip "done in mode root"
    needs_up
    kill_everywhere -1
}

# Traced by root: else newuidmap would lose its privileges, and with them the lab its range of ids.
@test "up and down survive kill -9 anywhere, as an ordinary user" {
    [ "$VETHLAB_MODE" = root ] || skip "only root can trace newuidmap: done in mode root"
    needs_up
    kill_everywhere "$VETHLAB_TEST_UID"
}
