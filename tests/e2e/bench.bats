#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The bench works: one tiny round of it. What it measures here means nothing.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

setup() {
    ! grep -q __asan_init "$VETHLAB" || skip "a build with sanitizers has nothing to measure"
    vethlab_setup
}
teardown() { [ ! -e "$BATS_TEST_TMPDIR/before" ] || vethlab_teardown; }

bench() {
    "$VETHLAB_BUILD/bench/bench" --vethlab "$VETHLAB" --bare "$VETHLAB_BUILD/bench/bare" \
        --topologies "$VETHLAB_SRC/topologies" --out "$BATS_TEST_TMPDIR/result" --rounds 1 "$@"
}

@test "one round of the bench, as a table and as JSON" {
    if ! is_root_mode; then
        run -1 bench --labs pair --sections labs
        assert_output --partial "it must be run by root"
        return
    fi
    run -0 --separate-stderr bench --labs "pair star-3 chain-4 mesh-3" --sections labs
    assert_line --partial "| up, ms | bare | vethlab | ratio |"
    for lab in pair star-3 chain-4 mesh-3; do
        assert_equal "$(grep -c "^| $lab | [0-9]" <<<"$output")" 3
    done
    assert_line --partial "- clone3 of the holder"
    refute_line --partial "failed"
    refute_line --partial "behind"
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); assert len(d["series"]) == 36' \
        "$BATS_TEST_TMPDIR/result.json"
}

@test "the first pings after up are answered" {
    is_root_mode || return 0
    run -0 --separate-stderr bench --sections first --bring-ups 3
    assert_equal "$(grep -c "^| latest first ping of 3, " <<<"$output")" 4
    refute_line --partial "failed"
    refute_line --partial " 3000"
}

@test "the view is measured on a terminal: what it takes, how soon it shows what happens" {
    is_root_mode || return 0
    run -0 --separate-stderr bench --sections view --view-seconds 1
    assert_line --regexp '^\| processor time of .view. of 10 nodes .* \| [0-9.]+ % of one core \|'
    for row in 'event to changed cell, (median|p99): .* [0-9.]+ ms' '100 nodes, .* [0-9.]+ a second' \
        'Ctrl-C to the next prompt .* [0-9.]+ ms' 'resident memory .* [0-9.]+ MiB'; do
        assert_line --regexp "^\\| .*$row \\|"
    done
    [ "$(grep -c 'event to changed cell' <<<"$output")" -eq 8 ]
    refute_line --partial "failed"
    refute_line --partial "did not come"
}
