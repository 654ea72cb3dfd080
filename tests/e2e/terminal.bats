#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The shells in the panes of the split view: typed into as a person would, in every privilege mode.

bats_require_minimum_version 1.5.0
load ../lib/vethlab
load ../lib/screen

setup() {
    vethlab_setup
    export SHELL=/bin/sh LANG=C.UTF-8
}
teardown() {
    screen_end
    vethlab_teardown
}

# A view of $LAB with the keys in the shell of its first node; its prompt is "LAB/NODE# ".
shell_started() {
    vethlab -q up "$LAB_FILE"
    screen_start "$1" "$2"
    screen_type "clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait "up 0:0"
    screen_key Enter
    screen_wait "keys go to the shell of $3"
    screen_wait "$LAB/$3#"
}

# The other node's shell, by the prefix key and Tab.
other_shell() {
    screen_key C-b Tab
    screen_wait "keys go to the shell of $1"
    screen_wait "$LAB/$1#"
}

leave_view() {
    screen_key C-b q
    screen_wait 'Enter shell'
    screen_key q
    screen_wait '^ended-0'
    screen_is_clean
    vethlab -q down "$LAB"
}

@test "the experiment of two terminals is done by hand, and the link tables follow" {
    write_lab <<'LAB'
nodes:
  terminal1:
  terminal2:
links:
  - endpoints: [terminal1:ve2, terminal2:ve1]
LAB
    shell_started 150 40 terminal1
    screen_type 'ip link set ve2 down'
    screen_wait 've2 +DOWN +no '
    screen_wait 've1 +DOWN +NO-CARRIER'
    other_shell terminal2
    screen_type 'ip addr add 192.168.168.100/24 dev ve1'
    screen_wait '║ +192\.168\.168\.100/24'
    other_shell terminal1
    screen_type 'clear; ip link set ve2 up'
    screen_wait 've2 +UP +yes'
    screen_type 'ip addr add 192.168.168.168/24 dev ve2'
    screen_wait '║ +192\.168\.168\.168/24'
    screen_type 'clear; ip -br link | cut -c1-30; ping -c 1 192.168.168.100'
    screen_wait '║ve2@if'
    screen_wait '1 received, 0% packet loss'
    screen_type 'exit 3'
    screen_wait 'the shell of terminal1 has ended, exit code 3: Enter opens a new one'
    screen_wait 'exit code 3: Enter for a new shell'
    sleep 0.4 # so long it takes no key: what was typed ahead is not meant for it
    screen_key Enter
    screen_wait 'keys go to the shell of terminal1'
    leave_view
}

# What the view shows when a line of the example has had its effect. $pid is set on the way.
effect_of() {
    case $1 in
        lsns*)
            screen_wait "[0-9] .*vethlab: $LAB/terminal1"
            pid=$(screen_text | sed -nE "s/.* ([0-9]+) [^0-9]*vethlab: $LAB\/terminal1.*/\1/p")
            screen_wait " 1 terminal1 .pid $pid in terminal2. " # whoever does not know lsns
            ;;
        'ip link') screen_wait '[1-9]: lo: .*LOOPBACK' ;;
        'ip link add'*)
            screen_wait ' ve2 +DOWN +no '
            screen_wait ' terminal1:ve2'
            ;;
        'ip link set ve1'*) screen_wait 've1 +[A-Z]+ +NO-CARRIER' ;;
        'ip link set ve2'*)
            screen_wait 've2 +UP +yes'
            screen_wait 've1 +UP +yes'
            ;;
        *100/24*) screen_wait '║ +192\.168\.168\.100/24' ;;
        *168/24*)
            screen_wait '║ +192\.168\.168\.168/24'
            screen_wait 'terminal1 +192\.168\.168\.168 .*ms +0%'
            screen_wait 'terminal2 +192\.168\.168\.100 .*ms +0%'
            ;;
        ping*) screen_wait '3 received, 0% packet' ;;
        kill*)
            screen_wait 'this node has ended'
            screen_wait '║►lo ' # the cable went with its end
            screen_wait 'terminal1 .* gone  *0% ' # and nobody's ping is to blame
            ;;
        *) fail "nothing is known of $1" ;;
    esac
}

@test "by-hand: what the example says is typed into the two panes, and the tables follow" {
    command -v lsns >/dev/null || skip_or_fail "lsns is not installed"
    local node line pid=none at=terminal1 count=0
    local file=$VETHLAB_SRC/topologies/by-hand.lab.yaml
    screen_start 120 40
    screen_type "clear; \$VETHLAB run --name $LAB '$file'; echo ended-\$?"
    screen_wait 'Enter shell'
    screen_key Enter
    screen_wait "^.$LAB/terminal1#"
    while read -r node line; do
        [ "$node" = "$at" ] || other_shell "$node"
        at=$node count=$((count + 1))
        screen_type "clear; ${line/ N/ $pid}"
        effect_of "$line"
    done < <(sed -nE 's/^# {3}(terminal[12])# /\1 /p' "$file" | sed 's/  .*//')
    assert_equal "$count" 11
    run screen_text
    refute_output --partial 'terminal1:ve2'
    refute_output --partial ': ve1@'
    screen_key C-b q
    screen_wait 'Enter shell'
    screen_key C-b q # once too often
    screen_wait 'no shell has the keys here'
    screen_key C-c
    screen_wait "lab $LAB with what was typed in it goes\? q or y: yes, any other key: no"
    screen_key n
    screen_wait 'Enter shell'
    screen_key q
    screen_wait "lab $LAB with what was typed in it goes\?"
    screen_key q
    screen_wait '^ended-0'
    screen_wait "lab $LAB is down"
    screen_is_clean
}

@test "by-hand: whoever knows nothing but the help does the experiment" {
    local -a line
    screen_start 80 24
    screen_type "clear; \$VETHLAB run --name $LAB '$VETHLAB_SRC/topologies/by-hand.lab.yaml'"
    screen_wait '[?]: how the nodes are linked by hand'
    screen_key '?'
    screen_wait 'Arrows to terminal2, Enter: its shell, where terminal1 is process [0-9]+:'
    screen_wait 'from a shell back to the view' # all of it is on the first page
    mapfile -t line < <(screen_text | sed -nE 's/^.*║ {5}((ip|ping|kill) .*[^ ]) +║.*$/\1/p')
    assert_equal "${#line[@]}" 9
    screen_key Escape
    screen_key Right Enter
    screen_wait "^.*$LAB/terminal2#"
    screen_type "${line[0]}"
    screen_wait '↔ terminal2:ve1'
    screen_type "clear; ${line[1]}"
    screen_wait 've1 +[A-Z]+ +NO-CARRIER'
    screen_type "clear; ${line[2]}"
    screen_wait '192\.168\.168\.100/24 +║'
    screen_key C-b 1
    screen_wait "^║$LAB/terminal1#"
    screen_type "${line[3]}"
    screen_wait 've1 +UP +yes'
    screen_type "clear; ${line[4]}"
    screen_wait 'terminal1 .* ms +0%'
    screen_type "clear; ${line[5]}"
    screen_wait '3 packets transmitted, 3 received'
    screen_key C-b 2
    screen_wait 'keys go to the shell of terminal2'
    screen_type "clear; ${line[6]}"
    screen_wait 've2 +(DOWN|LOWER\S*) +NO-CARRIER'
    screen_type "clear; ${line[7]}"
    screen_wait 've2 +UP +yes'
    screen_type "clear; ${line[8]}"
    screen_wait 'lo +UNKNOWN.*lo +UNKNOWN' # nothing else is left in either table
    screen_key C-b q
    screen_wait 'q quit'
    screen_key q
    screen_wait "lab $LAB goes, and what was typed in it: q"
    screen_key q
    screen_wait "lab $LAB is down"
}

# The shell's terminal has that many columns, when the frame is drawn that makes it so.
is_wide() {
    screen_type "clear; until stty size | grep -q ' $1\$'; do sleep 0.1; done; echo wide-$1"
    screen_wait "^║wide-$1"
}

@test "programs that draw the whole screen look right, follow its size, and give it back" {
    command -v less >/dev/null || skip_or_fail "less is not installed"
    write_pair
    shell_started 100 40 a
    seq 500 >"$BATS_TEST_TMPDIR/numbers"
    screen_type "stty size; tty; less '$BATS_TEST_TMPDIR/numbers'"
    screen_wait '^║1 '
    screen_key G
    screen_wait '^║500 '
    screen_key q
    screen_wait '/dev/pts/'
    screen_type "clear; printf '\\033[31mred\\033[0m \\344\\275\\240\\345\\245\\275|\\n'"
    screen_wait 'red 你好\|'
    tm capture-pane -p -e | grep -qE $'\e\\[31m(\e\\[49m)?red'
    tm resize-window -x 130 -y 30
    is_wide 63
    screen_key C-b z # alone: twice as wide
    is_wide 128
    screen_key C-b z
    tm resize-window -x 100 -y 40 # its settings are compared
    leave_view
}

@test "keys are the shell's: Ctrl-C, Ctrl-Z, the prefix twice, arrows, a paste in brackets" {
    write_pair
    shell_started 100 30 a
    screen_type 'clear; echo going; sleep 100'
    screen_wait '^║going'
    screen_key C-c
    screen_type 'echo code $?'
    screen_wait 'code 130'
    screen_type "clear; printf '\\033[?2004h'; cat -v"
    screen_wait '^║ +║'
    screen_key C-b C-b
    screen_key C-Up Escape
    tm set-buffer 'pasted text'
    tm paste-buffer -p
    screen_key Enter
    screen_wait '\^B\^\[\[1;5A\^\[\^\[\[200~pasted text\^\[\[201~'
    screen_key C-z
    screen_type 'echo stopped $?'
    screen_wait 'stopped 148'
    leave_view
}

@test "what is typed or pasted for a shell is no key of the view" {
    write_pair
    shell_started 100 24 a
    tm send-keys -l $'exit 7\nqqqd' # typed ahead: all at once
    screen_wait 'the shell of a has ended, exit code 7'
    sleep 0.4
    tm set-buffer $'q\nd\nq\n'
    tm paste-buffer -p
    screen_wait 'a paste is for a shell \(Enter\) or a question'
    screen_wait 'eth0 +UP'
    screen_key /
    tm set-buffer $'10.1\n.0.2'
    tm paste-buffer -p
    screen_wait 'filter: 10\.1\.0\.2'
    screen_wait ' 1 of 2 nodes| 2 b '
    screen_key Escape
    screen_wait 'Enter shell'
    screen_key q
    screen_wait '^ended-0'
    screen_is_clean
    vethlab -q down "$LAB"
}

@test "a paste whose end is lost takes no key for good" {
    write_pair
    shell_started 80 24 a
    tm send-keys -l $'\e[200~echo pasted'
    screen_wait '# echo pasted' # half a second later
    screen_key Enter
    screen_wait '^║pasted'
    screen_key C-b z
    screen_wait '1 of 2'
    leave_view
}

@test "what is typed while a lab is built is neither shown nor done; Ctrl-C leaves a clean terminal" {
    local began=$BATS_TEST_TMPDIR/began go=$BATS_TEST_TMPDIR/go
    write_lab <<FILE
nodes:
  a:
    exec: ["touch $began; until [ -e $go ]; do sleep 0.05; done"]
FILE
    screen_start 80 24
    screen_type "clear; \$VETHLAB run $LAB_FILE; echo ended-\$?"
    until [ -e "$began" ]; do sleep 0.05; done
    screen_type qqq
    touch "$go"
    screen_wait "up 0:0"
    screen_key l
    screen_wait '^ +NODE|^ # +NODE|NODE .*LINKS'
    screen_key q
    screen_wait '^ended-0'
    run screen_text
    refute_output --partial qqq
    rm "$began" "$go"
    screen_type "clear; \$VETHLAB run $LAB_FILE; echo ended-\$?"
    until [ -e "$began" ]; do sleep 0.05; done
    screen_key C-c
    screen_wait '^ended-1'
    screen_is_clean
}

@test "what is typed can go to all shells; a page of history can be looked at" {
    write_pair
    shell_started 120 30 a
    other_shell b
    screen_key C-b s
    screen_wait 'keys go to ALL 2 shells'
    # shellcheck disable=SC2016 # it is for the shells in the panes
    screen_type 'clear; echo in-$VETHLAB_NODE; seq 200'
    screen_wait '200 +│.*200 +║'
    screen_key C-b PPage
    screen_wait 'q to the shell'
    screen_key Home
    screen_wait 'in-b'
    run screen_text
    refute_output --partial 'in-a'
    screen_key q
    screen_wait 'keys go to ALL'
    tm send-keys -l $'\e[<0;20;20M' # a click into the other pane's shell
    screen_wait 'keys go to ALL 2 shells'
    screen_key C-b s
    screen_wait 'keys go to the shell of a'
    screen_key C-b x
    screen_wait 'end the shell of a'
    screen_key y
    screen_wait 'Enter shell'
    screen_key q
    screen_wait '^ended-0'
    screen_is_clean
    vethlab -q down "$LAB"
}

# Whatever was printed, the view never needed more than 64 MiB. (What ASan keeps is not counted.)
keeps_small() {
    ! ldd "$VETHLAB" | grep -q libasan || return 0
    [ "$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(screen_pid)/status")" -lt 65536 ]
}

@test "output without end or sense leaves keys alive, the screen whole and the terminal sane" {
    write_pair
    shell_started 80 24 a
    head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/noise"
    printf '\033[;;;;;;;;;;;;;;;;m\033[?1049h\033[65535b\033]0;\033P' >>"$BATS_TEST_TMPDIR/noise"
    screen_type "cat '$BATS_TEST_TMPDIR/noise'; printf '\\033c'; clear; echo al''ive"
    screen_wait '^║.*alive +║' # whatever the terminal answered stands before it
    screen_wait 'Ctrl-B q: back'
    screen_key C-u # what the terminal answered to the noise
    screen_type 'yes'
    screen_wait '^║y  '
    screen_key C-c
    screen_type 'clear; echo back again'
    screen_wait '^║back again'
    screen_type "clear; head -c 10000000 /dev/zero | tr '\\0' x; clear; echo all-\$((4+6))"
    screen_wait '^║all-10'
    keeps_small
    leave_view
}

@test "a lab that ends takes its shells with it, and nothing holds it up" {
    write_pair
    shell_started 100 30 a
    screen_type "trap '' HUP TERM INT; sleep 1000"
    run timeout 20 "$VETHLAB" down "$LAB"
    assert_success
    screen_wait '^ended-0'
    screen_wait "lab $LAB has ended"
    screen_is_clean
}

@test "a view that is killed while a shell has the keys leaves a sane terminal and no process" {
    write_pair
    shell_started 100 30 a
    screen_type 'sleep 1234'
    screen_wait 'sleep 1234'
    kill -KILL "$(screen_pid)"
    until [ "$(tm display-message -p '#{alternate_on}')" = 0 ]; do sleep 0.05; done # the guard
    screen_type 'clear; echo at home'
    screen_wait '^at home'
    screen_is_clean
    assert_equal "$(tm display-message -p '#{mouse_any_flag}')" 0
    run vethlab exec "$LAB" a -- sh -c 'sleep 0.3; ps ax | grep -c "[s]leep 1234"'
    assert_output 0
    vethlab -q down "$LAB"
}

# Nothing of a name reached the terminal: no character that turns the writing, no title, and the
# lines of the view stand where they belong.
is_whole() { # is_whole WHERE
    echo "looked at: $1"
    run screen_text
    assert_line --index 0 --regexp "^ (vethlab +)?$LAB +2 nodes"
    assert [ -n "$(screen_text | tail -n 1)" ]
    refute_output --regexp $'\u202e|\u2066|\u200f'
    assert_equal "$(tm display-message -p '#{pane_title}')" "$title" # it was set by nobody
}

@test "names, aliases and host names that act on terminals are shown, and do not act" {
    write_pair
    vethlab -q up "$LAB_FILE"
    vethlab exec "$LAB" a -- ip link set dev eth0 alias $'\u202ealias\e[2J\e]0;evil-title\a\xff'
    vethlab exec "$LAB" a -- ip link add name $'\e[2J\e[31m' type veth peer name $'\u202e\u2066\xfe\xff'
    vethlab exec "$LAB" b -- ip link add name $'x\e]0;evil\a' type bridge
    vethlab exec "$LAB" a -- python3 -c \
        'import socket; socket.sethostname("\033[2J\033]0;evil-title\007")' # hostname(1) refuses it
    screen_start 120 40
    local title
    title=$(tm display-message -p '#{pane_title}')
    screen_type "cd '$BATS_TEST_TMPDIR'; clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2 .*ms'
    screen_wait '[\]x1b\[2J'
    is_whole panes
    screen_key z i
    screen_wait 'alias .*alias[\]x1b\[2J'
    is_whole ip
    screen_key P
    screen_wait "written: $LAB-1\.txt"
    run grep -lP '[\x00-\x09\x0b-\x1f\x7f]|\x{202e}' "$BATS_TEST_TMPDIR/$LAB"-1.{txt,svg}
    assert_output ""
    grep -qF 'alias\x1b[2J' "$BATS_TEST_TMPDIR/$LAB-1.txt"
    screen_key i
    screen_wait 'valid_lft'
    is_whole addr
    screen_key i l
    screen_wait 'NODE +LINKS'
    is_whole list
    screen_key m
    screen_wait 'm panes'
    is_whole map
    screen_key p
    screen_wait 'm map'
    screen_key u # of the link that is selected, the first one; it is none of the map
    screen_wait 'a# ip link set dev .*[\]xfe[\]xff.* up'
    is_whole message
    vethlab exec "$LAB" a -- ip link set dev $'\e[2J\e[31m' up
    screen_key e
    screen_wait 'a: .*[\]x1b\[2J.* was set up'
    is_whole events
    screen_key p Enter # the prompt may be that name: it is waited for the bottom line alone
    screen_wait "keys go to the shell of a"
    # shellcheck disable=SC2016 # it is for the shell in the pane
    screen_type 'clear; ip -o link | cat -v; hostname | cat -v; hostname; echo named-$((4+6))'
    screen_wait 'named-10'
    is_whole shell
    leave_view
}
