#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# killer: kill -9 anywhere with our own privileges, and the tracer that does it.

bats_require_minimum_version 1.5.0
load ../lib/killer

@test "the tracer kills the chosen process and nobody else" {
    run "$KILLER" --count -- sh -c 'sleep 0 & wait; exit 7'
    assert_equal "$status" 7
    assert_line --regexp '^0\.1 .* sleep 0$'
    run "$KILLER" --at 40 --victim 0.1 -- sh -c 'sleep 0 & wait $!; echo "child ended with $?"'
    assert_success
    assert_line "child ended with 137"
    assert_line "ended 0"
    run "$KILLER" --at 1 --tree --victim 0 -- sh -c 'echo never'
    assert_success
    assert_output "ended 137"
    run "$KILLER" --at 1000000 --victim 0 -- true
    assert_equal "$status" 3
}

@test "the tracer holds a process back until another is killed" {
    local wait='sleep 0 & wait $!; echo "child ended with $?"'
    run "$KILLER" --at 41 --victim 0.1 --hold 0 -- sh -c "$wait"
    assert_success
    assert_line "child ended with 137"
    # What is held is all that the others wait for: 3, and everything goes on.
    run "$KILLER" --at 1000000 --victim 0.1 --hold 0 -- sh -c "$wait"
    assert_equal "$status" 3
    assert_line "child ended with 0"
}

@test "up and down survive kill -9 anywhere, with our own privileges" {
    [ "$VETHLAB_MODE" = root ] || [ "${VETHLAB_ISOLATED-}" != 1 ] || skip "done in mode root"
    kill_everywhere -1
}
