#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# golden: every file in tests/golden/refused is refused with exactly the message that stands beside
# it. `tests/golden/write-messages` writes the messages anew. And the view looks as the files in
# tests/golden/screens say, which UPDATE_GOLDEN=1 E2E_MODES=root make check-e2e E2E_ONLY=golden
# writes anew: then they are to be read before they are committed.

load ../lib/vethlab
load ../lib/screen

setup() { vethlab_setup; }
teardown() {
    screen_end
    vethlab_teardown
}

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

# shellcheck disable=SC2016 # bash expands it
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
    mkfifo "$BATS_TEST_TMPDIR/pipe.lab.yaml"
    run timeout 10 "$VETHLAB" check "$BATS_TEST_TMPDIR/pipe.lab.yaml"
    assert_equal "$status" 3
    assert_output "vethlab: $BATS_TEST_TMPDIR/pipe.lab.yaml is a pipe that nobody writes to"
    run bash -c 'timeout 10 "$VETHLAB" check <(sleep 0.2; echo "nodes: {a: }")'
    assert_success
    assert_output --regexp '^/dev/fd/[0-9]+: ok: 1 node, 0 links$'
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

# How the window $1 looks, without what moves: for how long the lab has been up.
looks() {
    tm capture-pane -p -e -t "$1" | python3 "$VETHLAB_SRC/tests/lib/looks.py" |
        sed -E 's/ up [0-9]:[0-9]{2}:[0-9]{2} / up 0:00:00 /'
}

# Writes how the window $1 looks into the file $2 when the ping is lost and nothing moves any more.
stands_still() {
    local before=$BATS_TEST_TMPDIR/before-it
    until looks "$1" >"$2" && grep -q lost "$2" && cmp -s "$2" "$before"; do
        cp "$2" "$before"
        sleep 2.5 # rates are told once a second
    done
}

# The window $1 becomes what the file $2 says.
becomes() {
    local deadline=$((SECONDS + 15)) got=$BATS_TEST_TMPDIR/got
    if [ -n "${UPDATE_GOLDEN-}" ]; then
        stands_still "$1" "$2"
        return
    fi
    until looks "$1" >"$got" && cmp -s "$got" "$2"; do
        [ "$SECONDS" -lt "$deadline" ] || break
        sleep 0.1
    done
    diff -u "$2" "$got"
}

@test "the view looks as it was read: four sizes, dark and without colours, UTF-8 and ASCII" {
    command -v tmux >/dev/null || skip_or_fail "tmux is not installed"
    local dir=$VETHLAB_SRC/tests/golden/screens size look count=0
    local view="TERM=screen-256color exec '$VETHLAB' view -i 3600 screens"
    export TMUX_TMPDIR=$BATS_TEST_TMPDIR
    unset NO_COLOR
    vethlab -q up "$dir/screens.lab.yaml"
    tm new-session -d -n dark-utf8 -x 80 -y 24 "$view"
    tm new-window -d -n dark-ascii "$view --ascii"
    tm new-window -d -n mono-utf8 "NO_COLOR=1 $view"
    tm new-window -d -n mono-ascii "NO_COLOR=1 $view --ascii"
    for size in 80x24 120x40 200x50 40x10; do
        for look in dark-utf8 dark-ascii mono-utf8 mono-ascii; do
            tm resize-window -t $look -x "${size%x*}" -y "${size#*x}"
        done
        for look in dark-utf8 dark-ascii mono-utf8 mono-ascii; do
            becomes $look "$dir/$look-$size.txt"
            count=$((count + 1))
        done
    done
    assert_equal "$count" "$(printf '%s\n' "$dir"/*.txt | wc -l)"
    run grep -lE '\{[^}]*(red|green|yellow|blue|magenta|cyan|white)' "$dir"/mono-*.txt
    assert_output ""
    LC_ALL=C run grep -l $'[\x80-\xff]' "$dir"/*-ascii-*.txt
    assert_output ""
    vethlab -q down screens
}
