#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# crowd: labs that fill the neighbour table, which has 1,024 entries for all namespaces of a machine.
# tests/run-e2e runs this file when it runs nothing else.

load ../lib/reach

@test "star-100: the first, a middle and the last host reach all others" {
    up_example star-100
    assert_equal "$(addresses h1)" 201
    for node in h1 h50 h100; do reaches $node; done
    vethlab -q down "$LAB"
}

@test "star-100: every pair of nodes answers" {
    up_example star-100
    vethlab -q view "$LAB" --once >/dev/null # its pings have filled most of the table
    run vethlab -q ping "$LAB" --all
    assert_success
    assert_output --regexp "^All 19800 pairs answered"
    vethlab -q down "$LAB"
}

@test "100 nodes at the default neighbour limit all answer, and leave no entries" {
    [ "$VETHLAB_MODE" = root ] || skip 'slow: once is enough'
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/star-100.lab.yaml"
    vethlab exec "$LAB" h1 -- ip neigh replace 10.0.0.200 lladdr 02:00:00:00:00:09 dev eth0 nud stale
    run vethlab ping --all -4 "$LAB"
    assert_success
    assert_line --regexp '^All 9900 pairs answered \(IPv4\)'
    local node left
    for node in h1 h50 h100; do
        left=$(vethlab exec "$LAB" "$node" -- ip -4 neigh)
        [ "$node" = h1 ] || assert_equal "$left" ''
        [ "$node" != h1 ] || assert_regex "$left" '^10\.0\.0\.200 [^[:cntrl:]]*$'
    done
    vethlab -q down "$LAB"
}
