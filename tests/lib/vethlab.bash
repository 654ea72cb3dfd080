# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# vethlab.bash: what every end-to-end test loads (`load ../lib/vethlab`).
#
# It brings setup and teardown with the leak check. A file that needs its own calls vethlab_setup
# first and vethlab_teardown last. Set by tests/run-e2e: VETHLAB (the program), VETHLAB_SRC,
# VETHLAB_BUILD, VETHLAB_MODE (root, user, user-single, userns), VETHLAB_ISOLATED.
#   LAB             a lab name of this test's own
#   vethlab ...     the program under test
#   write_lab       standard input becomes the topology file $LAB_FILE, named $LAB
#   lab_dir         the directory of $LAB in the run directory
#   skip_or_fail    a skip with a reason; a failure where MUST_WORK=1
#   as_host CMD...  runs CMD in a network and mount namespace that plays the host
#   is_root_mode    true where labs need no user namespace of their own

export BATS_LIB_PATH=${BATS_LIB_PATH:-/usr/lib/bats}
bats_load_library bats-support
bats_load_library bats-assert
bats_load_library bats-file

: "${VETHLAB_SRC:=$(cd "${BATS_TEST_DIRNAME:-.}/../.." && pwd)}"
: "${VETHLAB_BUILD:=$VETHLAB_SRC/build}"
: "${VETHLAB:=$VETHLAB_BUILD/vethlab}"
: "${VETHLAB_MODE:=root}"
export VETHLAB VETHLAB_SRC VETHLAB_BUILD VETHLAB_MODE

# A test that fails is tried once more where run-e2e says so: the neighbour table and the time slices
# are those of the whole machine. It is said, and counted by tests/sum.
# shellcheck disable=SC2034 # read by bats
BATS_TEST_RETRIES=${E2E_RETRIES:-0}

vethlab() { "$VETHLAB" "$@"; }

is_root_mode() { [ "$VETHLAB_MODE" = root ] || [ "$VETHLAB_MODE" = userns ]; }

skip_or_fail() {
    [ "${MUST_WORK:-0}" != 1 ] || fail "must work here, but: $1"
    skip "$1"
}

write_lab() {
    LAB_FILE=$BATS_TEST_TMPDIR/$LAB.lab.yaml
    cat >"$LAB_FILE"
}

# The smallest useful lab, under this test's name.
write_pair() {
    write_lab <<'PAIR'
nodes:
  a:
  b:
links:
  - endpoints: [a:eth0, b:eth0]
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
PAIR
}

# The lab's own directory, wherever the run directory is.
lab_dir() {
    local dir uid # the one outside of our user namespace
    uid=$(awk -v own="$(id -u)" 'own >= $1 && own < $1 + $3 { print $2 + own - $1 }' /proc/self/uid_map)
    for dir in /run/vethlab "${XDG_RUNTIME_DIR:-}/vethlab" "/run/user/$uid/vethlab" "/tmp/vethlab-$uid"; do
        [ ! -d "$dir/$LAB" ] || { echo "$dir/$LAB"; return; }
    done
    return 1
}

as_host() {
    unshare -n -m --propagation private -- sh -c \
        'mount -t sysfs sysfs /sys 2>/dev/null; ip link set lo up; exec "$@"' host "$@"
}

leak_snapshot() { "$VETHLAB_SRC/tests/lib/leak-snapshot"; }

# Compares with the snapshot file $1. The kernel frees namespaces after the processes are gone, so
# that a difference has five seconds to vanish.
leak_check() {
    local before=$1 after=$1.after deadline=$((SECONDS + 5))
    while :; do
        leak_snapshot >"$after"
        cmp -s "$before" "$after" && return 0
        [ "$SECONDS" -lt "$deadline" ] || break
        sleep 0.05
    done
    echo "left behind (+) or gone (-):"
    diff -U0 "$before" "$after" | grep -E '^[-+][^-+]' | head -n 40
    return 1
}

vethlab_setup() {
    LAB=t${BATS_TEST_NUMBER}x$$
    if [ "${BATS_TEST_TRY_NUMBER:-1}" -gt 1 ]; then
        LAB+=r$BATS_TEST_TRY_NUMBER # the first try may have left its lab
        echo "# tried again: $BATS_TEST_DESCRIPTION" >&3
    fi
    export LAB VETHLAB_TEST=$$-$BATS_TEST_NUMBER
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config # not the settings of whoever tests
    leak_snapshot >"$BATS_TEST_TMPDIR/before"
}

# What a first try said would be lost with it.
say_first_try() {
    [ "${BATS_TEST_TRY_NUMBER:-1}" -le "$BATS_TEST_RETRIES" ] || return 0
    { echo "# first try: $BATS_TEST_DESCRIPTION"; tail -n 30 "$BATS_OUT" | sed 's/^/#   /'; } >&3
    "$VETHLAB" -q down "$LAB" 2>/dev/null || true # it must not stand in the way of other tests
}

vethlab_teardown() {
    [ -e "$BATS_TEST_TMPDIR/before" ] || return 0 # setup() skipped the test, or failed
    [ -n "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ] || say_first_try
    leak_check "$BATS_TEST_TMPDIR/before" || { say_first_try; return 1; }
}

setup() { vethlab_setup; }
teardown() { vethlab_teardown; }
