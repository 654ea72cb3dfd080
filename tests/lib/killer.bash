# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# killer.bash: SIGKILL at every system call of each process of `up` and `down`, at entry and at exit,
# leaves a whole lab or nothing, and the next `up` needs no help (the driver is tests/killer/points).
# KILL_STEP=N takes every N-th only. Each user's points are a file of tests: they run side by side.

load ../lib/vethlab
export BATS_TEST_TIMEOUT=${KILL_TIMEOUT_S:-850}

KILLER=$VETHLAB_BUILD/tests/killer/killer
LEAST=200

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
    export POINTS_STEP=${KILL_STEP:-1}
    run "$VETHLAB_SRC/tests/killer/points" "$KILLER" "$VETHLAB" "$dir/pair.lab.yaml" "$LAB" "$1"
    rm -rf "$dir"
    # shellcheck disable=SC2154 # lines: set by run
    echo "# ${lines[-1]}" >&3
    assert_success
    assert_line --regexp "^# up: .* vethlab: $LAB-1 \(builder\)$"
    assert_line --regexp "^# up: .* vethlab: $LAB-1( \(starting\))?$"
    assert_line --regexp "^# up: .* vethlab: $LAB-1/a$"
    assert_line --regexp "^# up: .* vethlab: $LAB-1/b$"
    local points killed
    read -r _ points _ killed _ <<<"${lines[-1]}"
    [ "$points" -ge "$LEAST" ] || fail "only $points points"
    [ $((killed * 100)) -ge $((points * 95)) ] || fail "only $killed of $points points killed"
}
