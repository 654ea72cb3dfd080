#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# acts: what a person does to a lab from the view: shown as a command, done, and taken back.

bats_require_minimum_version 1.5.0
load ../lib/vethlab
load ../lib/screen

setup() {
    vethlab_setup
    export ASAN_OPTIONS=${ASAN_OPTIONS-}
}
teardown() {
    screen_end
    vethlab_teardown
}

view_started() {
    write_pair
    vethlab -q up "$LAB_FILE"
    screen_start 100 24
    screen_type "clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    screen_wait '10\.1\.0\.1'
}

as_the_file_says() {
    run vethlab plan "$LAB_FILE"
    assert_success
}

@test "a link is cut, slowed down in size, flapped; U takes each back" {
    view_started
    screen_key a
    screen_wait 'eth0 of a:.*f flap.*c cut.*m MTU.*k kill'
    screen_key c
    screen_wait 'a# tc qdisc replace dev eth0 root blackhole +\(U takes it back\)'
    run -10 vethlab plan "$LAB_FILE"
    assert_line "- a# tc qdisc del dev eth0 root"
    screen_wait ' cut ' # in the table
    screen_key a m
    screen_wait 'mtu of eth0 in a: 1500'
    screen_type 1400 # in place of what stands there
    screen_wait 'a# ip link set dev eth0 mtu 1400'
    screen_key a m
    screen_type 12
    screen_wait 'an MTU is a number from 68 to 65535, not "12"'
    screen_key U
    screen_wait 'a# ip link set dev eth0 mtu 1500 +\(taken back\)'
    screen_key U
    screen_wait 'a# tc qdisc del dev eth0 root +\(taken back\)'
    screen_key U
    screen_wait 'nothing was done here that could be taken back'
    as_the_file_says
    screen_key a f
    screen_wait 'a# ip link set dev eth0 down +\(up again in a second\)'
    screen_wait 'a# ip link set dev eth0 up +\(the flap is over\)'
    screen_key e
    screen_wait 'a: .*tc qdisc replace dev eth0 root blackhole'
    screen_key e q
    screen_wait '^ended-0'
    as_the_file_says
    vethlab -q down "$LAB"
}

# The kernel's own fe80 addresses and their routes come a moment later, as on every start.
r1_has() {
    vethlab exec "$LAB" r1 -- sh -c 'ip -o addr; ip route; ip -6 route' |
        grep -v fe80 | sed 's/ *\(linkdown\|pref.*\)$//' | sort
}

@test "a link set down or flapped comes back with its addresses and routes, IPv4 and IPv6" {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/ring.lab.yaml"
    r1_has >"$BATS_TEST_TMPDIR/r1-was"
    run grep -c 'static' "$BATS_TEST_TMPDIR/r1-was"
    assert_output 4
    screen_start 130 40
    screen_type "clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '10\.12\.0\.1'
    screen_key d
    screen_wait 'r1# ip link set dev eth1 down +\(U takes it back, with 1 address, 4 routes that went al'
    run r1_has
    refute_output --partial fd00:12::1
    screen_key U
    screen_wait 'r1# ip link set dev eth1 up +\(taken back, with 1 address, 4 routes\)'
    r1_has | diff -u "$BATS_TEST_TMPDIR/r1-was" -
    screen_key a f
    screen_wait 'r1# ip link set dev eth1 up +\(the flap is over, with 1 address, 4 routes\)'
    r1_has | diff -u "$BATS_TEST_TMPDIR/r1-was" -
    screen_key e
    screen_wait 'r1: .*ip -6 route add fd00:34::/64 via fd00:12::2 dev eth1 proto static'
    screen_key e q
    screen_wait '^ended-0'
    vethlab -q down "$LAB"
}

@test "a process of a node is named, killed, and what cannot be taken back says so" {
    view_started
    vethlab exec "$LAB" a -- sleep 300 3>&- &
    local sleeper=$!
    until vethlab exec "$LAB" a -- pgrep -x sleep >/dev/null; do sleep 0.05; done
    screen_key a k
    screen_wait 'kill \([0-9]+ sleep, .*vethlab: .*/a\):'
    screen_type nothing
    screen_wait 'there is no such process in this node'
    screen_key a k
    screen_type 4294967297 # 2^32 more than the first process
    screen_wait 'there is no such process in this node'
    screen_key a k
    screen_type slee
    screen_wait '"slee" is not the whole name of: [0-9]+ sleep'
    screen_key a k
    screen_type sleep
    screen_wait 'a# kill -KILL [0-9]+ +\(a process cannot be brought back\)'
    wait "$sleeper" || assert_equal $? 137
    screen_key Tab a k
    screen_wait 'kill \(1 vethlab: .*/b\):'
    screen_type 1
    screen_wait 'kill the first process of b\? the node ends with it: y yes, other keys no'
    screen_key q # no
    screen_wait 'q quit'
    screen_key a k
    screen_type 1
    screen_wait 'kill the first process of b\?'
    screen_key y
    screen_wait "it was the node's first: the node has ended"
    screen_key q
    screen_wait '^ended-0'
    # The kernel takes the cable's other end a moment later.
    while vethlab exec "$LAB" a -- ip link show dev eth0 >/dev/null 2>&1; do sleep 0.05; done
    vethlab -q apply "$LAB_FILE"
    as_the_file_says
    vethlab -q down "$LAB"
}

# What the stranger did: the file names the lab that is looked at, and there is another file beside it.
@test "apply from the palette and from elsewhere brings nodes back, makes new ones, takes some away" {
    cd "$BATS_TEST_TMPDIR"
    : >another.lab.yaml
    view_started
    screen_key 2 a k
    screen_wait 'kill \(1 vethlab: .*/b\):'
    screen_type 1
    screen_wait 'kill the first process of b\?'
    screen_key y
    screen_wait 'b \(ended\)'
    screen_wait 'address is gone'
    screen_type ':apply'
    screen_wait "lab $LAB is as " # what follows may be broken
    screen_wait 'exit code 0'
    screen_key Escape
    screen_wait '2 b ═' # no "(ended)" behind it
    screen_wait '↔ b:eth0'
    screen_wait '↔ a:eth0'
    screen_wait 'b +10\.1\.0\.2 +[0-9]+ +[0-9.]+ ms' # it is pinged again
    screen_wait 'a +10\.1\.0\.1 +[0-9]+ +[0-9.]+ ms'
    sed 's/^  b:$/  b:\n  c:/' "$LAB_FILE" >three.lab.yaml
    echo '  - {endpoints: [b:eth1, c:eth0], ipv4: [10.2.0.1/24, 10.2.0.2/24]}' >>three.lab.yaml
    vethlab -q apply --lab "$LAB" three.lab.yaml
    screen_wait ' 3 nodes '
    screen_wait '↔ c:eth0'
    screen_wait '10\.2\.0\.2' # it is pinged
    screen_key e # while it is among the newest
    screen_wait '\+ c: has come'
    screen_key e
    screen_wait '↔ c:eth0'
    screen_key 3
    vethlab -q apply --lab "$LAB" "$LAB_FILE"
    screen_wait '3 c \(ended\)'
    screen_key 2 a k
    screen_type 1
    screen_wait 'kill the first process of b\?'
    screen_key y
    screen_wait '2 b \(ended\)'
    vethlab -q apply --lab "$LAB" "$LAB_FILE"
    screen_wait '↔ a:eth0'
    screen_wait 'a +10\.1\.0\.1 +[0-9]+ +[0-9.]+ ms' # though its address came before it was seen
    screen_key e
    screen_wait '\+ b: is there again'
    screen_wait 'x c: the node ended'
    screen_key e
    screen_type ':ping a'
    screen_wait 'usage: ping .*A B'
    screen_key q
    screen_wait '^ended-0'
    vethlab -q down "$LAB"
}

@test "pings are added and taken away" {
    write_lab <<'FILE'
nodes: {a: , b: , c: }
links:
  - {endpoints: [a:eth0, b:eth0], ipv4: [10.1.0.1/24, 10.1.0.2/24]}
  - {endpoints: [b:eth1, c:eth0], ipv4: [10.2.0.1/24, 10.2.0.2/24]}
FILE
    vethlab -q up "$LAB_FILE"
    screen_start 130 24
    screen_type "clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2 +[1-9]'
    screen_key t
    screen_wait 'a pings \(node or address; or FROM TO\):'
    screen_type 10.2.0.1
    screen_wait 'a pings 10.2.0.1 now'
    screen_wait 'Network is unreachable|unreachable' # a has no way there, which is told
    screen_key x
    screen_wait '1 a .*2 b .*3 c' # still there
    screen_key t
    screen_type nobody
    screen_wait '"nobody" is no node of this lab, and no address *$'
    screen_key t
    screen_type 'c b'
    screen_wait 'c pings b already *$'
    screen_key 2 T
    screen_wait 'from b: go to the node that it shall ping, and press T there'
    screen_key 3 T
    screen_wait 'b pings c already'
    screen_key 1 d
    screen_wait 'a# ip link set dev eth0 down +\(U takes it back\)'
    screen_key 3 Down Down # behind its links: its ping
    screen_wait '►b +10\.2\.0\.1'
    screen_key x
    screen_wait 'c pings b no more +\(U takes it back\)'
    screen_key U
    screen_wait 'c pings b again +\(taken back\)'
    screen_wait 'b +10\.2\.0\.1 +[1-9]'
    screen_key U
    screen_wait 'a# ip link set dev eth0 up +\(taken back'
    screen_key t
    screen_type 'a 10.2.0.2'
    screen_wait 'a pings 10\.2\.0\.2 now +\(U takes it back\)'
    screen_key U
    screen_wait 'a pings c no more +\(taken back\)'
    screen_key q
    screen_wait '^ended-0'
    vethlab -q down "$LAB"
}
