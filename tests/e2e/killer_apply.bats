#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# killer_apply: `apply` is killed at KILL_POINTS of its points (0: all of them, half an hour):
# afterwards `plan` tells the truth, and `apply` again leads where it should.

bats_require_minimum_version 1.5.0
load ../lib/killer

# apply_everywhere UID
apply_everywhere() {
    local dir
    dir=$(mktemp -d /tmp/killer.XXXXXX)
    mkdir -m 0700 "$dir/run"
    cat >"$dir/a.lab.yaml" <<'FILE'
nodes:
  a: {routes: [10.9.0.0/16 via 10.1.0.2]}
  b: {hostname: first}
  old:
links:
  - {endpoints: [a:eth0, b:eth0], ipv4: [10.1.0.1/24, 10.1.0.2/24]}
  - {endpoints: [a:eth1, old:eth0], ipv4: [10.2.0.1/24, 10.2.0.2/24]}
FILE
    cat >"$dir/b.lab.yaml" <<'FILE'
nodes:
  a: {hostname: second, sysctls: {net.ipv4.ip_forward: 1}}
  b: {hostname: second, namespaces: [net, pid, uts]}
  sw: {kind: bridge}
links:
  - {endpoints: [a:eth0, b:eth0], mtu: 1400, ipv4: [10.1.0.3/24, 10.1.0.2/24]}
  - {endpoints: [a:eth1, sw:p1], ipv4: [10.2.0.1/24, ~]}
FILE
    if [ "$1" -ge 0 ]; then
        chown -R "$1:$1" "$dir"
        export XDG_RUNTIME_DIR=$dir/run HOME=$dir
    fi
    export TMPDIR=$dir POINTS_MAX=${KILL_POINTS:-100}
    run "$VETHLAB_SRC/tests/killer/points-apply" "$KILLER" "$VETHLAB" \
        "$VETHLAB_BUILD/tests/helpers/snapshot" "$dir/a.lab.yaml" "$dir/b.lab.yaml" "$LAB" "$1"
    rm -rf "$dir"
    echo "# apply: ${lines[-1]}" >&3
    assert_success
    assert_line --regexp "^# to A: .* vethlab: $LAB-1/old$"
    assert_line --regexp "^# to B: .* vethlab: $LAB-1/sw$"
    refute_line --regexp "^# .* between: 0$"
    local points killed
    read -r _ points _ killed _ <<<"${lines[-1]}"
    [ $((killed * 100)) -ge $((points * 85)) ] || fail "only $killed of $points points killed"
}

@test "apply survives kill -9: plan tells the truth, apply again ends where it should" {
    [ "$VETHLAB_MODE" = root ] || [ "${VETHLAB_ISOLATED-}" != 1 ] || skip "done in mode root"
    apply_everywhere -1
}

@test "apply survives kill -9 as an ordinary user" {
    [ "$VETHLAB_MODE" = root ] || skip "only root can be another user: done in mode root"
    apply_everywhere "$VETHLAB_TEST_UID"
}
