#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# plan: what would take a running lab to what the file says, and what somebody did by hand.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

@test "every topology that runs is as its file says" {
    local file
    for file in "$VETHLAB_SRC"/topologies/*.lab.yaml; do
        case $file in *-host.lab.yaml | *star-100*) continue ;; esac
        vethlab -q up --name "$LAB" "$file"
        run vethlab plan --lab "$LAB" "$file"
        assert_success
        assert_output "lab $LAB is as the file says"
        vethlab -q down "$LAB"
    done
}

@test "what the file changed is said, with commands; exit code 10" {
    write_lab <<'FILE'
nodes:
  a:
    routes: [10.9.0.0/16 via 10.1.0.2]
  b:
    sysctls: {net.ipv4.ip_forward: 1}
  gone:
links:
  - endpoints: [a:eth0, b:eth0]
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
  - endpoints: [a:x0, gone:x0]
FILE
    vethlab -q up "$LAB_FILE"
    write_lab <<'FILE'
nodes:
  a:
    routes: [10.8.0.0/16 via 10.1.0.2]
  b:
  new:
links:
  - endpoints: [a:eth0, b:eth0]
    mtu: 1400
    ipv4: [10.1.0.1/24, 10.1.0.3/24]
  - endpoints: [b:y0, new:y0]
FILE
    run -10 vethlab plan "$LAB_FILE"
    assert_line "- a# ip route del 10.9.0.0/16 via 10.1.0.2 dev eth0"
    assert_line "- b# ip addr del 10.1.0.2/24 dev eth0"
    assert_line "- a# ip link del dev x0"
    assert_line "- gone# exit"
    assert_line "~ b# echo 0 >/proc/sys/net/ipv4/ip_forward   (now 1)"
    assert_line "+ new# unshare --pid --fork --mount-proc --net --uts sh"
    assert_line "~ a# ip link set dev eth0 mtu 1400   (now 1500)"
    assert_line "+ machine# ip link add name y0 netns <pid of b> type veth peer name y0 netns <pid of new>"
    assert_line "+ b# ip addr add 10.1.0.3/24 dev eth0"
    assert_line "+ a# ip route add 10.8.0.0/16 via 10.1.0.2 proto static"
    assert_output --partial "to change in place"
    vethlab plan --json "$LAB_FILE" >"$BATS_TEST_TMPDIR/json" || assert_equal $? 10
    python3 - "$BATS_TEST_TMPDIR/json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["format"] == "vethlab-plan" and d["version"] == 1 and d["record_known"] is True
assert {o["sign"] for o in d["operations"]} == {"+", "-", "~", "="}
PY
    vethlab -q down "$LAB"
}

@test "what was changed by hand is seen, with the record and without" {
    write_pair
    vethlab -q up "$LAB_FILE"
    vethlab exec "$LAB" a -- ip addr add 10.7.0.1/24 dev eth0
    vethlab exec "$LAB" a -- ip link set dev eth0 mtu 1300
    vethlab exec "$LAB" b -- ip link add name extra type bridge
    vethlab exec "$LAB" b -- sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    for _ in 1 2; do
        run -10 vethlab plan "$LAB_FILE"
        assert_line "- a# ip addr del 10.7.0.1/24 dev eth0"
        assert_line "~ a# ip link set dev eth0 mtu 1500   (now 1300)"
        assert_line "- b# ip link del dev extra"
        assert_line "~ b# echo 0 >/proc/sys/net/ipv4/ip_forward   (now 1)"
        rm -f "$(lab_dir)/record"
    done
    vethlab exec "$LAB" b -- ip link set dev eth0 down
    run -10 vethlab plan "$LAB_FILE"
    assert_line "~ b# ip link set dev eth0 up"
    vethlab -q down "$LAB"
}

@test "a lab that does not run is said to, with what builds it" {
    write_pair
    run vethlab plan "$LAB_FILE"
    assert_equal "$status" 1
    assert_output "vethlab: there is nothing to compare with (vethlab up builds it): no lab \"$LAB\" is running"
}
