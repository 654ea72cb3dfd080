#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# bridge: a switch forwards IPv6 without having any itself, unless it is given an address.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

@test "a bridge and its ports have no IPv6 of their own, and hosts talk IPv6 across it" {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/lan.lab.yaml"
    run vethlab exec "$LAB" sw -- ip -6 -o address show
    assert_success
    assert_output --regexp '^1: lo +inet6 ::1/128 [^[:cntrl:]]*$'
    run vethlab show "$LAB"
    assert_success
    assert_line --regexp ' p1 +veth .* h1:eth0( +[0-9]+){4,5}$'
    run vethlab exec "$LAB" h1 -- ping -6 -c 1 -W 1 fd00:10::4
    assert_success
    local link_local
    link_local=$(vethlab exec "$LAB" h4 -- ip -6 -o address show dev eth0 scope link | awk '{print $4}')
    run vethlab exec "$LAB" h1 -- ping -6 -c 1 -W 1 "${link_local%/*}%eth0"
    assert_success
    vethlab -q down "$LAB"
}

@test "a bridge with an IPv6 address answers on it, and its ports still have none" {
    write_lab <<'FILE'
nodes:
  sw:
    kind: bridge
    ipv6: fd00::1/64
  h:
links:
  - endpoints: [h:eth0, sw:p1]
    ipv6: [fd00::2/64, ~]
FILE
    vethlab -q up "$LAB_FILE"
    run vethlab exec "$LAB" h -- ping -6 -c 1 -W 1 fd00::1
    assert_success
    run vethlab exec "$LAB" sw -- ip -6 -o address show dev p1
    assert_output ""
    vethlab -q down "$LAB"
}

@test "a file that wants IPv6 on the ports gets it" {
    write_lab <<'FILE'
nodes:
  sw:
    kind: bridge
    sysctls:
      net.ipv6.conf.default.disable_ipv6: 0
  h:
links:
  - endpoints: [h:eth0, sw:p1]
FILE
    vethlab -q up "$LAB_FILE"
    run vethlab exec "$LAB" sw -- ip -6 -o address show dev p1
    assert_output --partial 'inet6 fe80::'
    vethlab -q down "$LAB"
}
