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
    local sum
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
    assert_line "+ new# ip link set dev lo up"
    assert_line "+ new# ip link set dev y0 up"
    refute_line --partial "~ new#" # what belongs to something new is new
    assert_output --partial ", $(grep -c '^~' <<<"$output") to change in place"
    vethlab plan --json "$LAB_FILE" >"$BATS_TEST_TMPDIR/json" || assert_equal $? 10
    python3 - "$BATS_TEST_TMPDIR/json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["format"] == "vethlab-plan" and d["version"] == 2 and d["record_known"] is True
assert {o["sign"] for o in d["operations"]} == {"+", "-", "~", "="}
PY
    # Counted are operations, one of which is two lines here (a node and its host name), as apply does.
    sum=$(sed -nE 's/^lab .*: ([0-9]+) to add, ([0-9]+) to .*, ([0-9]+) to .*/\1+\2+\3/p' <<<"$output")
    assert [ "$((sum))" -lt "$(grep -c '^[-+~]' <<<"$output")" ]
    run -0 vethlab apply "$LAB_FILE"
    assert_output --partial ": $((sum)) operations"
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

@test "--adopt prints the topology that accepts what was done by hand" {
    write_lab <<'FILE'
nodes:
  a: {routes: [10.9.0.0/16 via 10.1.0.2], exec: ["echo hi"]}
  b:
  sw: {kind: bridge}
links:
  - {endpoints: [a:eth0, b:eth0], ipv4: [10.1.0.1/24, 10.1.0.2/24]}
  - {endpoints: [b:eth1, sw:p1]}
FILE
    vethlab -q up "$LAB_FILE"
    run vethlab plan --adopt "$LAB_FILE"
    assert_success
    assert_line --partial '"10.9.0.0/16 via 10.1.0.2"'
    in_node() { "$VETHLAB" exec "$LAB" "$1" -- sh -ec "$2"; }
    in_node a 'ip addr add 10.7.0.1/24 dev eth0; ip route add 10.8.0.0/16 via 10.7.0.9 metric 5
        ip link set eth0 mtu 1400; ip link set lo down; echo 1 >/proc/sys/net/ipv4/ip_forward'
    in_node b 'ip link set eth0 mtu 1400; ip addr del 10.1.0.2/24 dev eth0
        ip addr add fd00:7::2/64 dev eth0; ip link del eth1'
    # A link by hand, from a process that is in one namespace and knows the other.
    in_node a 'ip link add name h1 type veth peer name h2'
    in_node sw 'ip link add name extra type veth peer name extra2'
    in_node a 'ip link set h1 up; ip link set h2 up; ip addr add 10.6.0.1/24 dev h1'
    run vethlab plan --adopt "$LAB_FILE"
    assert_equal "$status" 10
    assert_line "# What cannot be said here; apply of this text would do it:"
    assert_line --regexp '^#   ~ sw# ip link set dev extra2? master sw up$'
    in_node sw 'ip link del extra'
    vethlab plan --adopt "$LAB_FILE" >"$BATS_TEST_TMPDIR/adopted"
    run cat "$BATS_TEST_TMPDIR/adopted"
    assert_line '      - "10.8.0.0/16 via 10.7.0.9 dev eth0 metric 5"'
    assert_line "      net/ipv4/ip_forward: 1"
    assert_line "    lo: down"
    assert_line "    mtu: 1400"
    assert_line '      - run: "echo hi"'
    assert_line --regexp 'endpoints: \[a:h[12], a:h[12]\]'
    refute_output --partial "b:eth1"
    run vethlab plan --lab "$LAB" "$BATS_TEST_TMPDIR/adopted"
    assert_success
    run vethlab apply --lab "$LAB" "$BATS_TEST_TMPDIR/adopted"
    assert_output --partial "nothing was done"
    vethlab -q down "$LAB"
}

@test "--adopt never loses silently what a topology cannot say" {
    write_pair
    vethlab -q up "$LAB_FILE"
    vethlab exec "$LAB" a -- ip link add name extra type bridge
    vethlab exec "$LAB" a -- ip link set eth0 down
    vethlab exec "$LAB" b -- ip addr add 10.1.0.1/24 dev eth0 # a has it
    vethlab exec "$LAB" b -- ip route add blackhole 10.99.0.0/16
    vethlab exec "$LAB" b -- ip route add 10.98.0.0/16 dev eth0 table 100
    run vethlab plan --adopt "$LAB_FILE"
    assert_equal "$status" 10
    assert_line "#   - a# ip link del dev extra"
    assert_line "#   ~ a# ip link set dev eth0 up"
    assert_line "#   - b# ip addr del 10.1.0.1/24 dev eth0"
    assert_line "#   b: 10.98.0.0/16, table 100"
    assert_line --partial "#   b: 10.99.0.0/16, no way there"
    run vethlab plan --adopt --json "$LAB_FILE"
    assert_equal "$status" 2
    vethlab -q down "$LAB"
}

@test "a direction that was cut by hand is seen, and mended" {
    write_pair
    vethlab -q up "$LAB_FILE"
    vethlab exec "$LAB" a -- tc qdisc replace dev eth0 root blackhole
    run -1 vethlab ping "$LAB" a b -c 1 -W 0.2
    run -10 vethlab plan "$LAB_FILE"
    assert_line "- a# tc qdisc del dev eth0 root"
    vethlab -q apply "$LAB_FILE"
    vethlab ping "$LAB" a b -c 1
    run vethlab plan "$LAB_FILE"
    assert_success
    vethlab -q down "$LAB"
}

@test "a lab that does not run is said to, with what builds it" {
    write_pair
    run vethlab plan "$LAB_FILE"
    assert_equal "$status" 1
    assert_output "vethlab: there is nothing to compare with (vethlab up builds it): no lab \"$LAB\" is running"
}

# The keys that doc/vethlab-plan.json.md has for $1 (the other verb's own ones left out), and no others.
# shellcheck disable=SC2016 # backticks of Markdown, in Python
documented_keys() {
    python3 -c '
import json, re, sys
verb, other = sys.argv[2], {"plan": "explain", "explain": "plan"}[sys.argv[2]]
with open(sys.argv[1], encoding="utf-8") as f:
    top, each = f.read().split("Each operation:")
def keys(text):
    return {k for k, rest in re.findall(r"^\| `(\w+)` \|(.*)", text, re.M) if f"`{other}` only" not in rest}
d = json.load(sys.stdin)
assert (d["format"], d["version"]) == ("vethlab-" + verb, {"plan": 2, "explain": 1}[verb])
assert set(d) == keys(top), set(d) ^ keys(top)
found = {k for o in d["operations"] for k in o}
assert found == keys(each), found ^ keys(each)
kinds = set(re.findall(r"`([a-z]+-[a-z]+|exec)`", each))
assert {o["operation"] for o in d["operations"]} <= kinds
for o in d["operations"]:
    assert o["node"] is None or isinstance(o["node"], str)
    assert o["commands"] and o["why"].endswith("."), o
    assert all(set(c) == {"node", "command"} for c in o["commands"])
' "$VETHLAB_SRC/doc/vethlab-plan.json.md" "$1"
}

@test "the JSON of plan and explain has the documented keys" {
    write_pair
    vethlab -q up "$LAB_FILE"
    sed -i 's/^  b:/  b: {sysctls: {net.ipv4.ip_forward: 1}, exec: ["true"]}\n  c: {kind: bridge}/' "$LAB_FILE"
    vethlab explain --json "$LAB_FILE" | documented_keys explain
    vethlab exec "$LAB" a -- ip addr add 10.7.0.1/24 dev eth0
    { vethlab plan --json "$LAB_FILE" || true; } | documented_keys plan
    vethlab -q down "$LAB"
}
