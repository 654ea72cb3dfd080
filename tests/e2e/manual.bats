#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# manual: vethlab(1) is well formed and has every verb, option and exit code of the program.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

setup() {
    vethlab_setup
    MANUAL=$VETHLAB_BUILD/doc/vethlab.1
}

verbs() { "$VETHLAB" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }

@test "mandoc has no complaint about the manual" {
    command -v mandoc >/dev/null || skip_or_fail "mandoc is not installed"
    run mandoc -T lint -W warning "$MANUAL"
    assert_success
    assert_output ""
    run grep -n '^@' "$MANUAL"
    assert_output ""
}

@test "every verb is there with its synopsis and its options, and no other option is named" {
    command -v mandoc >/dev/null || skip_or_fail "mandoc is not installed"
    mandoc -T ascii "$MANUAL" | col -b | tr -s ' \t\n' ' ' >"$BATS_TEST_TMPDIR/text"
    local verb option
    [ "$(verbs | wc -l)" -ge 10 ]
    for verb in $(verbs); do
        "$VETHLAB" "$verb" --help >"$BATS_TEST_TMPDIR/help"
        grep -qF -- "$(sed -n '1s/^Usage: vethlab \(.*\)$/\1/p' "$BATS_TEST_TMPDIR/help") " \
            "$BATS_TEST_TMPDIR/text" || fail "$verb: no synopsis"
        while read -r option; do
            grep -qF -- "$option " "$BATS_TEST_TMPDIR/text" || fail "$verb: no $option"
            echo "$option" | grep -oE -- '--[a-z0-9-]+' >>"$BATS_TEST_TMPDIR/options"
        done < <(sed -nE 's/^ {2,6}((-., )?--[^ ]+( [A-Z]+)?)( .*)?$/\1/p' "$BATS_TEST_TMPDIR/help")
    done
    # What the text itself names exists.
    while read -r option; do
        grep -qxF -- "--$option" "$BATS_TEST_TMPDIR/options" || fail "there is no --$option"
    done < <(grep -oE '^\.?.*Fl \\-[a-z0-9-]+' "$MANUAL" | sed 's/.*Fl \\-//')
}

@test "a synopsis names no option that its verb does not have" {
    local verb option
    for verb in $(verbs); do
        "$VETHLAB" "$verb" --help >"$BATS_TEST_TMPDIR/help"
        while read -r option; do
            sed 1d "$BATS_TEST_TMPDIR/help" | grep -qE -- "^ +(.*, )?$option( |\$)|^ +$option, " ||
                fail "$verb has no $option"
        done < <(sed -n 1p "$BATS_TEST_TMPDIR/help" | grep -oE -- '(^|[[ |])--?[a-zA-Z0-9-]+' |
            sed 's/^[[ |]*//' | grep -v '^-*$')
    done
}
