#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# topologies: in each of the examples every node reaches every address of every other, IPv4 and IPv6.

load ../lib/reach

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

@test "ping --all: every pair of nodes answers in every example without the machine's help" {
    local file name count=0
    for file in "$VETHLAB_SRC"/topologies/*.lab.yaml; do
        name=$(basename "$file" .lab.yaml)
        case $name in
            veth-ping-host) continue ;; # one node: see host.bats
            star-100) continue ;;       # see crowd.bats
            by-hand) continue ;;        # below
        esac
        up_example "$name"
        run vethlab ping "$LAB" --all
        assert_success
        assert_line --regexp '^All [0-9]+ pairs answered( \(IPv[46]\))?(; [0-9]+ only when asked again)?\.$'
        vethlab -q down "$LAB"
        count=$((count + 1))
    done
    [ "$count" -ge 5 ]
}

@test "by-hand: where nothing has an address, ping --all says so and fails" {
    up_example by-hand
    run vethlab ping "$LAB" --all
    assert_failure 1
    assert_output "vethlab: lab $LAB has no two nodes with addresses of one family"
    vethlab -q down "$LAB"
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
