#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# topologies: in each of the examples every node reaches every address of every other, IPv4 and IPv6.

load ../lib/vethlab

# up_example NAME: that example runs under this test's name.
up_example() {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/$1.lab.yaml"
}

# reaches NODE: it pings, all at once, every address that its /etc/hosts knows; silence is success.
reaches() {
    # shellcheck disable=SC2016
    run vethlab exec "$LAB" "$1" -- sh -c '
        for a in $(grep -v localhost /etc/hosts | cut -d " " -f 1); do
            ping -c 1 -W 2 -q "$a" >/dev/null || echo "$a does not answer $VETHLAB_NODE" &
        done
        wait'
    assert_output ""
}

# addresses NODE: how many addresses its /etc/hosts knows, so that silence cannot come from none.
addresses() {
    vethlab exec "$LAB" "$1" -- sh -c "grep -cv localhost /etc/hosts"
}

@test "ring: every router reaches all sixteen addresses" {
    up_example ring
    assert_equal "$(addresses r1)" 16
    for node in r1 r2 r3 r4; do reaches $node; done
    vethlab -q down "$LAB"
}

@test "dumbbell: hosts reach each other on their own side and across" {
    up_example dumbbell
    assert_equal "$(addresses a1)" 14 # two switches without an address have a line each
    for node in a1 a2 a3 b1 b2 b3; do reaches $node; done
    vethlab -q down "$LAB"
}

@test "router and lan: every pair" {
    up_example router
    for node in a r b; do reaches $node; done
    vethlab -q down "$LAB"
    up_example lan
    for node in h1 h2 h3 h4; do reaches $node; done
    vethlab -q down "$LAB"
}

@test "star-100: the first, a middle and the last host reach all others" {
    up_example star-100
    assert_equal "$(addresses h1)" 201
    for node in h1 h50 h100; do reaches $node; done
    vethlab -q down "$LAB"
}

@test "ping --all: every pair of nodes answers in every example without the machine's help" {
    local file name count=0
    for file in "$VETHLAB_SRC"/topologies/*.lab.yaml; do
        name=$(basename "$file" .lab.yaml)
        [ "$name" != veth-ping-host ] || continue # one node: see host.bats
        up_example "$name"
        run vethlab -q ping "$LAB" --all
        assert_success
        assert_output --regexp "^All [0-9]+ pairs answered"
        vethlab -q down "$LAB"
        count=$((count + 1))
    done
    [ "$count" -ge 6 ]
}

@test "every example is valid, and says what it shows" {
    local file
    for file in "$VETHLAB_SRC"/topologies/*.lab.yaml; do
        run vethlab check "$file"
        assert_success
        assert_equal "${#lines[@]}" 1
        head -n 1 "$file" | grep -q '^# [A-Z]'
        grep -q "^name: $(basename "$file" .lab.yaml)\$" "$file"
    done
}
