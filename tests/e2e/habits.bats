#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# habits: the view's settings file, themes, and the screen as files.

bats_require_minimum_version 1.5.0
load ../lib/vethlab
load ../lib/screen

setup() {
    vethlab_setup
    CONF=$XDG_CONFIG_HOME/vethlab/view.conf
    mkdir -p "${CONF%/*}"
    write_pair
    vethlab -q up "$LAB_FILE"
}
teardown() {
    screen_end
    vethlab -q down "$LAB" || :
    vethlab_teardown
}

# A view of $LAB in a window of the given size, in a directory of its own; it shows a ping.
view_started() {
    screen_start "$1" "$2"
    mkdir -p "$BATS_TEST_TMPDIR/here"
    screen_type "cd '$BATS_TEST_TMPDIR/here'; clear; \$VETHLAB view ${3-} $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
}

leave() {
    screen_key q
    screen_wait '^ended-0'
    screen_is_clean
}

has_colours() { tm capture-pane -e -p | grep -qE $'\e\\[[0-9;]*3[1-7]'; }

@test "a fault in the settings file is told before the screen comes up, and text does without it" {
    printf 'theme = dark\npanes = 3\n' >"$CONF"
    screen_start 160 24 # the path of the file is long
    screen_type "clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '^ended-2'
    screen_wait 'view.conf:2:9: '
    run -0 vethlab view --once "$LAB"
    assert_output --partial "10.1.0.2"
}

@test "settings, what comes before them, and a key that goes through the themes" {
    printf 'theme = mono\nascii = on\ninterval = 0.5\npanes = 1\n' >"$CONF"
    view_started 100 24
    screen_wait 'a ping every 0\.5 s'
    screen_wait '1 of 2'
    LC_ALL=C run -1 grep -q $'[\x80-\xff]' <(screen_text)
    run -1 has_colours
    screen_key C
    screen_wait 'colours: dark'
    has_colours
    leave
    screen_type "clear; \$VETHLAB view --theme light --interval 2 $LAB; echo ended-\$?"
    screen_wait 'a ping every 2 s'
    has_colours
    leave
}

@test "P writes the screen as text and as a picture, for the user who started the view" {
    view_started 90 24
    screen_key P
    screen_wait "written: $LAB-1\.txt and $LAB-1\.svg"
    screen_key P
    screen_wait "written: $LAB-2\.txt and $LAB-2\.svg in /"
    leave
    cd "$BATS_TEST_TMPDIR/here"
    run -0 cat "$LAB-1.txt"
    assert_output --partial "10.1.0.2"
    refute_output --partial "written:"
    assert_equal "$(stat -c %u "$LAB-2.svg")" "$(id -u)"
    grep -q '</svg>' "$LAB-1.svg"
}

@test "P writes into the user's own directories where this one is not for writing, and says so" {
    mkdir -p "$BATS_TEST_TMPDIR/gone" "$BATS_TEST_TMPDIR/state"
    screen_start 160 24
    # A directory that was taken away is not for writing, for root neither.
    screen_type "export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state; cd $BATS_TEST_TMPDIR/gone"
    screen_type "rmdir ../gone; clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    screen_key P
    screen_wait 'svg in .*state/vethlab'
    leave
    assert_equal "$(stat -c %u "$BATS_TEST_TMPDIR/state/vethlab/$LAB-1.svg")" "$(id -u)"
}

@test "the palette runs verbs in this lab, completes words, and a command can be ended" {
    view_started 100 24
    tm send-keys -l ':li'
    screen_wait 'Lists the labs that run'
    screen_key Tab Enter
    screen_wait "$LAB .*2"
    screen_wait 'exit code 0'
    screen_key Escape
    screen_wait 'u d up/down' # it is closed
    screen_type ':ping a b'
    screen_wait 'icmp_seq=2|seq=2'
    screen_wait 'it runs'
    screen_key C-c
    screen_wait 'exit code [1-9]?[0-9]*'
    screen_key Escape
    screen_wait 'u d up/down' # it is closed
    mkdir "$BATS_TEST_TMPDIR/here/labs" && cp "$LAB_FILE" "$BATS_TEST_TMPDIR/here/labs/it.yaml"
    tm send-keys -l ':plan --j'
    screen_key Tab
    screen_wait 'plan --json'
    tm send-keys -l ' la'
    screen_key Tab Tab
    screen_wait 'plan --json labs/it\.yaml'
    screen_key Escape
    screen_type ':view'
    screen_wait 'needs a terminal of its own'
    leave
}

@test "down in the palette takes the lab away whole, and the view with it" {
    view_started 100 24
    screen_type ':down'
    screen_wait '^ended-0'
    screen_is_clean
    run vethlab list
    refute_output --partial "$LAB"
}

# A click at a place of the window, counted from 1.
click() { tm send-keys -l $'\e[<0;'"$2;$1"M$'\e[<0;'"$2;$1"m; }

# Where the window shows the text: LINE COLUMN.
place_of() { screen_text | awk -v t="$1" 'i = index($0, t) { print NR, i; exit }'; }

@test "clicks select, zoom and press keys; the mouse can be given back" {
    printf 'ascii = on\n' >"$CONF"
    view_started 120 24
    assert_equal "$(tm display-message -p '#{mouse_any_flag}')" 1
    # shellcheck disable=SC2046 # two numbers
    click $(place_of '2 b')
    screen_wait '\+= 2 b'
    # shellcheck disable=SC2046
    click $(place_of '= 2 b') && click $(place_of '= 2 b')
    screen_wait '2 of 2'
    screen_key m Left
    screen_wait '^a:eth0 .* <-> b:eth0'
    # shellcheck disable=SC2046
    click $(place_of ' b ') # its box on the map
    screen_wait '^b:eth0 .* <-> a:eth0'
    screen_key m
    screen_wait '2 of 2'
    # shellcheck disable=SC2046
    click $(place_of '? help')
    screen_wait 'Help: panes'
    screen_key Escape M
    screen_wait "the mouse is the terminal's"
    assert_equal "$(tm display-message -p '#{mouse_any_flag}')" 0
    leave
    printf 'mouse = off\n' >"$CONF"
    screen_type "clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    assert_equal "$(tm display-message -p '#{mouse_any_flag}')" 0
    leave
}

@test "shell in the palette opens the shell of that node" {
    view_started 100 30
    screen_type ':shell b'
    screen_wait 'keys go to the shell of b'
    screen_key C-b q
    leave
}
