#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# check: what is wrong with a file is said with its place, all at once, and nothing is created.

load ../lib/vethlab

# refused SENTENCE: the file on standard input is refused with that whole line.
refused() {
    write_lab
    run vethlab check "$LAB_FILE"
    assert_equal "$status" 3
    assert_line "$LAB_FILE:$1"
}

@test "all faults at once, with excerpt and caret" {
    write_lab <<'FILE'
node:
nodes:
  a:
  A:
links:
  - endpoints: [a:eth0, bb:eth0]
    ipv4: [10.0.0.1, 10.0.0.2/24]
FILE
    run vethlab check "$LAB_FILE"
    assert_equal "$status" 3
    assert_line "$LAB_FILE:1:1: a topology has no key \"node\": did you mean \"nodes\"?"
    assert_line "     1 | node:"
    assert_line "       | ^~~~"
    assert_line "$LAB_FILE:4:3: node \"A\" exists already in line 3 (case does not matter)"
    assert_line "$LAB_FILE:6:25: there is no node \"bb\" under \"nodes\""
    assert_line "$LAB_FILE:7:12: \"10.0.0.1\" is no IPv4 prefix: write it like 10.0.0.1/24"
    assert_line "vethlab: $LAB_FILE: 4 faults, nothing was created"
}

@test "names, interfaces and addresses that are used twice or are wrong" {
    refused '3:3: node "A" exists already in line 2 (case does not matter)' <<<$'nodes:\n  a:\n  A:'
    refused '4:27: interface "x" of a is used already in line 4' \
        <<<$'nodes:\n  a:\n  # c\nlinks: [{endpoints: [a:x, a:x]}]'
    refused '2:3: the node name "host" is reserved for the machine itself' <<<$'nodes:\n  host:'
    refused '2:3: the node name "12" is only digits, and would be taken for a number' \
        <<<$'nodes:\n  12:'
    refused '4:24: the interface name "a234567890123456" is 16 bytes long, but such a name has at most 15' \
        <<<$'nodes: {a: , b: }\n\nlinks:\n  - endpoints: [ a:x , b:a234567890123456]'
    refused '4:31: the address 10.0.0.1 is given already in line 4' \
        <<<$'nodes: {a: , b: }\nlinks:\n  - endpoints: [a:x, b:x]\n    ipv4: [10.0.0.1/24,       10.0.0.1/24]'
}

@test "routes, bridges, sysctls" {
    refused '3:15: the gateway 10.9.9.9 is on no link of node a' \
        <<<$'nodes:\n  a:\n    routes: [ default via 10.9.9.9 ]'
    refused '3:15: sysctl "kernel/hostname" is not below net: it would change the machine itself' \
        <<<$'nodes:\n  a:\n    sysctls: {kernel.hostname: x}'
    refused '6:9: port "p" of bridge sw cannot have an address: give it to the bridge itself (ipv4 or ipv6 of the node)' \
        <<<$'nodes: {a: , sw: {kind: bridge}}\nlinks:\n  - endpoints: [a:x, sw:p]\n    ipv4:\n      - ~\n      - 10.0.0.1/24'
}

@test "what must not reach the YAML library" {
    printf '\x25\xf8' >"$BATS_TEST_TMPDIR/hang.lab.yaml"
    run timeout 5 "$VETHLAB" check "$BATS_TEST_TMPDIR/hang.lab.yaml"
    assert_equal "$status" 3
    assert_line --partial ":1:2: the byte 0xf8 is not valid UTF-8 here: save the file as UTF-8"
    printf 'nodes:\n  a\x1b:\n' >"$BATS_TEST_TMPDIR/esc.lab.yaml"
    run vethlab check "$BATS_TEST_TMPDIR/esc.lab.yaml"
    assert_equal "$status" 3
    assert_line --partial ":2:4: the control character 0x1b is not allowed"
    refused '2:6: anchors are not allowed: write the value out where it is needed' <<<$'nodes:\n  a: &x {kind: linux}\n  b: '
    run vethlab check - <<<$'nodes: &x {a: }\nlinks: *x'
    assert_equal "$status" 3
    assert_line --partial "are not allowed"
}

@test "usage errors exit 2 and name what was meant" {
    run vethlab chek
    assert_equal "$status" 2
    assert_output 'vethlab: there is no verb "chek": did you mean "check"?'
    run vethlab up --nmae x
    assert_equal "$status" 2
    run vethlab exec a
    assert_equal "$status" 125 # as env(1): 2 might be the command's own
    run vethlab --help
    assert_success
    for verb in up down run redeploy list exec check help; do
        assert_line --regexp "^  $verb "
        "$VETHLAB" "$verb" --help | grep -q "^Usage: vethlab $verb"
    done
}

@test "help by three ways is one text, and global options stand before or after the verb" {
    run vethlab help up
    assert_success
    assert_output "$(vethlab up --help)"
    assert_line --regexp '^      --name NAME +the lab'
    run vethlab -h
    assert_output "$(vethlab help)"
    assert_equal "$(vethlab --version)" "$(vethlab up --version)"
    run vethlab help upp
    assert_equal "$status" 2
    assert_output 'vethlab: there is no verb "upp": did you mean "up"?'
    run vethlab
    assert_equal "$status" 2
    assert_output "vethlab: a verb is missing: see vethlab --help"
    run vethlab check --quite
    assert_output "vethlab: check: unknown option --quite: did you mean --quiet?"
}
