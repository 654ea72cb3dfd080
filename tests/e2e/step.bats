#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# run --step: a lab is built one step at a time, forwards and backwards, and leaves nothing.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

is_gone() { ! vethlab list | grep -q "^$LAB "; }

@test "without a terminal the steps are the entries of explain, done one after the other" {
    write_pair
    run --separate-stderr vethlab run --step "$LAB_FILE"
    assert_success
    assert_equal "$output" "$(vethlab explain "$LAB_FILE" | sed '/^$/,$d')"
    # shellcheck disable=SC2154 # set by run
    assert_equal "$stderr" "vethlab: lab $LAB is down"
    is_gone
}

@test "with --once a frame follows, and its pings decide" {
    write_pair
    run --separate-stderr vethlab run --step --once "$LAB_FILE"
    assert_success
    assert_line --regexp '^ +[0-9]+  Gives eth0 in a the address 10\.1\.0\.1/24'
    assert_line --regexp '10\.1\.0\.2 +1 .* ms +0%'
}

@test "a command that fails ends it with code 1, and nothing is left" {
    write_lab <<'LAB'
nodes:
  a:
    exec: ["echo here", "exit 3", "echo never"]
LAB
    run --separate-stderr vethlab run --step "$LAB_FILE"
    assert_failure 1
    assert_line --partial 'a# exit 3'
    refute_line --partial 'never'
    # shellcheck disable=SC2154 # set by run
    assert_equal "${stderr_lines[0]}" "vethlab: a: here"
    assert_equal "${stderr_lines[2]}" \
        "vethlab: step 4: $LAB_FILE:3: node a: \"exit 3\" ended with exit code 3"
    is_gone
}
