# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# screen.bash: an interactive shell on a terminal that a test can type into and read (tmux on a
# socket of its own). `load ../lib/screen` behind vethlab.bash; screen_end in teardown.
#   screen_start COLS ROWS    a shell in a window of that size; $PS1 is "$ "
#   screen_type TEXT          TEXT and Enter
#   screen_key KEY...         as tmux names them: q, C-c, Down
#   screen_text               what the window shows
#   screen_wait REGEX         until a line matches (10 s), or the test fails with the window
#   screen_is_clean           the shell has an ordinary terminal: settings, screen and cursor
#   screen_pid                the process that the shell started last
#   screen_end                ends it all

tm() { tmux -L t -f /dev/null "$@" 3>&-; }

screen_start() {
    command -v tmux >/dev/null || skip_or_fail "tmux is not installed"
    export TMUX_TMPDIR=$BATS_TEST_TMPDIR
    # The keys come from outside as from a keyboard: nobody takes the prefix before the view.
    tm new-session -d -x "$1" -y "$2" "unset TMUX; PS1='\$ ' exec bash --norc --noprofile -i"
    screen_wait '^\$'
    # shellcheck disable=SC2016 # it is for the shell in the window
    screen_type 'stty -a >"$BATS_TEST_TMPDIR/stty"; echo noted-$?'
    screen_wait '^noted-0'
}

screen_key() { tm send-keys "$@"; }

screen_type() {
    tm send-keys -l "$1"
    tm send-keys Enter
}

screen_text() { tm capture-pane -p; }

screen_wait() {
    local deadline=$((SECONDS + 10))
    until screen_text | grep -qE -- "$1"; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            echo "the window never showed $1, but:"
            screen_text
            return 1
        fi
        sleep 0.05
    done
}

# The shell's line editor has settings of its own while it waits, so that it is asked to tell.
screen_is_clean() {
    tm send-keys -l $'\x15' # whatever was typed into the program and is left over
    # shellcheck disable=SC2016 # it is for the shell in the window
    screen_type 'clear; stty -a | cmp - "$BATS_TEST_TMPDIR/stty" && echo clean-$?'
    screen_wait '^clean-0'
    assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag} #{keypad_cursor_flag}')" \
        "0 1 0"
}

screen_pid() { pgrep -n -P "$(tm display-message -p '#{pane_pid}')"; }

screen_end() {
    local pid
    pid=$(tm display-message -p '#{pid}' 2>/dev/null) || return 0
    tm kill-server
    while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
}
