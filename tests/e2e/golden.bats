#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# golden: every file in tests/golden/refused is refused with exactly the message that stands beside
# it. `tests/golden/write-messages` writes the messages anew.

load ../lib/vethlab

@test "each refused file has its message, byte by byte" {
    local file name status bad=0 count=0
    cd "$VETHLAB_SRC/tests/golden/refused"
    for file in *.lab.yaml; do
        name=${file%.lab.yaml} status=0 count=$((count + 1))
        timeout 10 "$VETHLAB" check "$file" >"$BATS_TEST_TMPDIR/said" 2>&1 || status=$?
        diff -u "$name.txt" "$BATS_TEST_TMPDIR/said" || bad=$((bad + 1))
        [ "$status" -eq 3 ] || { echo "$file: exit code $status, not 3" && bad=$((bad + 1)); }
    done
    assert_equal "$bad" 0
    [ "$count" -ge 45 ]
    assert_equal "$count" "$(printf '%s\n' *.txt | wc -l)"
}

@test "what cannot be read is refused before anything else" {
    local big=$BATS_TEST_TMPDIR/big.lab.yaml
    run vethlab check "$BATS_TEST_TMPDIR"
    assert_equal "$status" 3
    assert_output "vethlab: $BATS_TEST_TMPDIR is a directory, not a topology file"
    run vethlab check "$BATS_TEST_TMPDIR/none.lab.yaml"
    assert_equal "$status" 3
    assert_output "vethlab: cannot read $BATS_TEST_TMPDIR/none.lab.yaml: ENOENT (No such file or directory)"
    { echo "nodes: {a: }" && head -c 1048576 /dev/zero | tr '\0' '\n'; } >"$big"
    run vethlab check "$big"
    assert_equal "$status" 3
    assert_output "vethlab: $big is larger than the limit of 1 MiB"
    head -c 1048576 "$big" >"$BATS_TEST_TMPDIR/fits.lab.yaml"
    run vethlab check "$BATS_TEST_TMPDIR/fits.lab.yaml"
    assert_success
    run timeout 10 "$VETHLAB" check /dev/zero
    assert_equal "$status" 3
    # shellcheck disable=SC2016
    run sh -c '"$VETHLAB" check - <&-'
    assert_equal "$status" 3
}

@test "a file without permission to read is refused by name" {
    echo "nodes: {a: }" >"$BATS_TEST_TMPDIR/mine.lab.yaml"
    chmod 000 "$BATS_TEST_TMPDIR/mine.lab.yaml"
    # Root of the machine may read it all the same, root of a user namespace its own files too.
    if is_root_mode; then
        run vethlab check "$BATS_TEST_TMPDIR/mine.lab.yaml"
        assert_success
    else
        run vethlab check "$BATS_TEST_TMPDIR/mine.lab.yaml"
        assert_equal "$status" 3
        assert_output "vethlab: cannot read $BATS_TEST_TMPDIR/mine.lab.yaml: EACCES (Permission denied)"
    fi
}

@test "up refuses a faulty file as check does, and nothing is made" {
    cd "$VETHLAB_SRC/tests/golden/refused"
    run vethlab up several-faults.lab.yaml
    assert_equal "$status" 3
    assert_output "$(cat several-faults.txt)"
    run vethlab list
    assert_output ""
}
