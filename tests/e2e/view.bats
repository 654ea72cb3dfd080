#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# view: the split view on a terminal and without one; the terminal is as before whatever ended it.

bats_require_minimum_version 1.5.0
load ../lib/vethlab
load ../lib/screen

setup() {
    vethlab_setup
    export ASAN_OPTIONS=${ASAN_OPTIONS-}:handle_segv=0 # a test ends it by that signal
}
teardown() {
    screen_end
    vethlab_teardown
}

up_pair() {
    write_pair
    vethlab -q up "$LAB_FILE"
}

# A view of $LAB in a window of the given size, when it shows an answered ping.
view_started() {
    screen_start "$1" "$2"
    screen_type "clear; \$VETHLAB view ${3-} $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    screen_wait '10\.1\.0\.1'
}

# Ends what the shell runs by the signal $1; the shell must see $2 and have a clean terminal. It is
# asked afterwards: after a crash it may write while the guard is still at work.
ends_by() {
    local pid
    pid=$(screen_pid)
    kill -s "$1" "$pid"
    wait_until is_dead "$pid"
    screen_type 'echo ended-$?'
    screen_wait "^ended-$2"
    screen_is_clean
}

is_dead() { ! kill -0 "$1" 2>/dev/null; }

down_flag() { vethlab exec "$LAB" a -- ip -o link show eth0 | grep -c '[<,]UP[,>]' || :; }

wait_until() {
    local deadline=$((SECONDS + 5))
    until "$@"; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            echo "in vain: $*; the window shows:"
            screen_text
            return 1
        fi
        sleep 0.05
    done
}

@test "run on a terminal shows both nodes and answered pings, and leaving removes the lab" {
    write_pair
    screen_start 100 30
    screen_type "clear; \$VETHLAB run '$LAB_FILE'; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    screen_wait 'eth0'
    run vethlab list
    assert_output --partial "$LAB"
    screen_key q
    screen_wait '^ended-0'
    screen_wait "lab $LAB is down"
    screen_is_clean
    run vethlab list
    refute_output --partial "$LAB"
}

@test "a link set down elsewhere shows, and keys set it up and down" {
    up_pair
    view_started 100 30
    vethlab exec "$LAB" a -- ip link set eth0 down
    screen_wait 'DOWN'
    screen_key u
    screen_wait 'a# ip link set dev eth0 up'
    assert_equal "$(down_flag)" 1
    screen_key d
    screen_wait 'a# ip link set dev eth0 down'
    assert_equal "$(down_flag)" 0
    screen_key q
    screen_wait '^ended-0'
    vethlab -q down "$LAB"
}

@test "the picture stands still while it is held" {
    up_pair
    view_started 80 24
    screen_key Space
    screen_wait 'PAUSED'
    local held
    held=$(screen_text)
    vethlab exec "$LAB" a -- ip link set eth0 down
    sleep 1.3
    assert_equal "$(screen_text)" "$held"
    screen_key Space
    screen_wait 'DOWN'
    screen_key q
    screen_wait '^ended-0'
    vethlab -q down "$LAB"
}

@test "the terminal is as before, whichever way the view ends" {
    up_pair
    local file=$BATS_TEST_TMPDIR/r$LAB.lab.yaml # `run` has a lab of its own
    cp "$LAB_FILE" "$file"
    PYTHONPATH=$VETHLAB_SRC/tests/lib python3 "$VETHLAB_SRC/tests/lib/ends.py" \
        "$VETHLAB" "$LAB" "$file"
    wait_until is_gone
}

@test "run ends with its lab and a clean terminal, whichever signal ends it" {
    local how want
    write_pair
    screen_start 80 24
    while read -r how want; do
        screen_type "clear; \$VETHLAB run '$LAB_FILE'"
        screen_wait '10\.1\.0\.2'
        ends_by "$how" "$want"
        wait_until is_gone
    done <<'SIGNALS'
INT 130
TERM 143
HUP 129
SEGV 139
KILL 137
SIGNALS
}

is_gone() { ! vethlab list | grep -q "^$LAB "; }

@test "stopped and continued: the shell has its terminal meanwhile" {
    up_pair
    view_started 80 24
    screen_key C-z
    screen_wait 'Stopped'
    screen_is_clean
    screen_type 'clear; fg >/dev/null; echo back-$?'
    screen_wait '10\.1\.0\.2'
    screen_key C-z
    screen_wait 'Stopped'
    screen_type 'clear; bg >/dev/null; echo in-background'
    screen_wait 'in-background'
    sleep 1.2 # it looks once a second whether it may be up
    refute [ "$(tm display-message -p '#{alternate_on}')" = 1 ]
    screen_type 'clear; fg >/dev/null'
    screen_wait '10\.1\.0\.2'
    screen_key C-z
    screen_wait 'Stopped'
    local pid
    pid=$(screen_pid)
    screen_type 'clear; kill %1; fg'
    wait_until is_dead "$pid"
    screen_is_clean
    vethlab -q down "$LAB"
}

@test "run is stopped and continued as a whole" {
    write_pair
    screen_start 80 24
    screen_type "clear; \$VETHLAB run '$LAB_FILE'; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    kill -TSTP "$(screen_pid)"
    screen_wait 'Stopped'
    screen_is_clean
    screen_type 'clear; fg >/dev/null'
    screen_wait '10\.1\.0\.2'
    screen_key q
    screen_wait "lab $LAB is down"
    screen_is_clean
}

@test "the window may have any size, and change it" {
    up_pair
    view_started 80 24
    local size
    for size in 40x12 12x4 1x1 200x60 80x24; do
        tm resize-window -x "${size%x*}" -y "${size#*x}"
        sleep 0.2
        screen_pid >/dev/null
    done
    screen_wait '10\.1\.0\.2'
    screen_key q
    screen_wait '^ended-0'
    screen_is_clean
    vethlab -q down "$LAB"
}

@test "the terminal goes away: so does run, and its lab" {
    write_pair
    screen_start 80 24
    screen_type "\$VETHLAB run '$LAB_FILE'"
    screen_wait '10\.1\.0\.2'
    screen_end
    wait_until is_gone
}

@test "the lab ends elsewhere: the view says so and ends" {
    up_pair
    view_started 80 24
    vethlab -q down "$LAB"
    screen_wait '^ended-0'
    screen_wait "lab $LAB has ended"
    screen_is_clean
}

@test "colours and line drawing, and neither where they are not wanted" {
    up_pair
    view_started 80 24
    run -0 tm capture-pane -e -p
    assert_output --regexp $'\e\\[[0-9;]*3[1-7]'
    assert_output --partial '─'
    screen_key q
    screen_wait '^ended-0'
    screen_type "clear; NO_COLOR=1 \$VETHLAB view --ascii $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    run -0 tm capture-pane -e -p
    refute_output --regexp $'\e\\[[0-9;]*3[1-7]'
    LC_ALL=C refute_output --regexp $'[\x80-\xff]'
    screen_key q
    screen_wait '^ended-0'
    screen_type "clear; LC_ALL=C \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    run -0 tm capture-pane -p
    LC_ALL=C refute_output --regexp $'[\x80-\xff]'
    screen_key q
    screen_wait '^ended-0'
    vethlab -q down "$LAB"
}

@test "a terminal that cannot show a screen gets plain text, and a sentence before anything is built" {
    up_pair
    screen_start 80 30
    screen_type "clear; TERM=dumb \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait 'the terminal is "dumb" in .TERM'
    screen_wait '10\.1\.0\.2'
    screen_wait '^ended-0'
    screen_is_clean
    vethlab -q down "$LAB"
    screen_type "clear; TERM=nosuch \$VETHLAB run $LAB_FILE; echo left-\$?"
    screen_wait 'type "nosuch" in .TERM is not known'
    screen_wait '10\.1\.0\.2'
    screen_key C-c
    screen_wait "lab $LAB is down"
    screen_wait '^left-'
}

@test "without a terminal one frame is printed, after the first pings" {
    up_pair
    run -0 vethlab view "$LAB"
    assert_output --partial "eth0"
    assert_output --partial "10.1.0.1"
    assert_output --partial "10.1.0.2"
    run -0 vethlab view --once --ascii "$LAB"
    LC_ALL=C refute_output --regexp $'[\x80-\xff]'
    vethlab exec "$LAB" a -- ip link set eth0 down
    run -0 vethlab view --once "$LAB"
    assert_output --partial "DOWN"
    vethlab -q down "$LAB"
}

@test "run --once is a test: 0 only if every ping was answered" {
    write_pair
    run -0 vethlab run --once "$LAB_FILE"
    assert_output --partial "10.1.0.2"
    assert_output --partial "lab $LAB is down"
    { cat "$LAB_FILE"; echo 'pings: [[a, b], [a, 10.1.0.77]]'; } >"$LAB_FILE.new"
    mv "$LAB_FILE.new" "$LAB_FILE"
    run -1 vethlab run --once "$LAB_FILE"
    assert_output --partial "10.1.0.77"
    assert_line "vethlab: 1 of 2 pings were not answered"
    is_gone
    write_lab <<'FILE'
nodes:
  a:
  b:
    namespaces: [net, mnt, uts]
    exec:
      # The node ends when it is first pinged, while it is waited for the other answer.
      - "(until awk '/^Icmp: [0-9]/ { exit !$10 }' /proc/net/snmp; do sleep 0.02; done;
         pkill -KILL -fx 'vethlab: .*/b') >/dev/null 2>&1 &"
links:
  - endpoints: [a:eth0, b:eth0]
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
pings: [[a, b], [a, 10.1.0.77]]
FILE
    run -1 vethlab run --once "$LAB_FILE"
    assert_output --partial " b (ended) "
    assert_line "vethlab: 1 of 2 nodes ended"
    is_gone
}

# What --json streamed into the file $1, as one array for python: `lines`.
check_lines() {
    python3 -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert lines and all(line["format"] == "vethlab-view" for line in lines)
assert lines[0]["line"] == "state", lines[0]
exec(sys.argv[2])' "$1" "$2"
}

@test "--json: every line is an object, the state comes first and once a second" {
    up_pair
    local out=$BATS_TEST_TMPDIR/lines
    vethlab view --json --once "$LAB" >"$out"
    check_lines "$out" 'assert len(lines) == 1
assert [node["name"] for node in lines[0]["nodes"]] == ["a", "b"]'
    run -143 timeout --preserve-status 2.5 "$VETHLAB" view --json -i 0.5 "$LAB"
    echo "$output" >"$out"
    check_lines "$out" 'kinds = [line["line"] for line in lines]
assert kinds.count("state") == 3, kinds
assert kinds.count("ping") >= 8, kinds'
    vethlab view --json "$LAB" >"$out.2" 3>&- &
    wait_until test -s "$out.2"
    vethlab exec "$LAB" b -- ip link set eth0 down
    vethlab -q down "$LAB"
    wait $!
    check_lines "$out.2" 'whats = [line["event"] for line in lines if line["line"] == "event"]
assert "link-changed" in whats and whats[-1] == "lab-gone", whats'
}

kill_node() {
    kill -KILL "$(pgrep -fx "vethlab: $LAB/$1")"
    while pgrep -fx "vethlab: $LAB/$1" >/dev/null; do sleep 0.02; done;
}

shows_none_ended() { ! screen_text | grep -qE '\(ended\)|1 ended'; }

@test "a node that ended before somebody looks is seen as ended, and comes back" {
    up_pair
    kill_node a
    run -0 vethlab view --once "$LAB"
    assert_line --index 0 --regexp " $LAB +2 nodes, 1 ended "
    assert_output --partial " 1 a (ended) "
    assert_output --partial " 2 b "
    vethlab view --json --once "$LAB" >"$BATS_TEST_TMPDIR/lines"
    check_lines "$BATS_TEST_TMPDIR/lines" 'ended = [(n["name"], n["gone"]) for n in lines[0]["nodes"]]
assert ended == [("a", True), ("b", False)], ended'
    screen_start 100 24
    screen_type "clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '2 nodes, 1 ended'
    screen_wait ' 1 a \(ended\)'
    vethlab -q apply "$LAB_FILE"
    screen_wait '10\.1\.0\.2'
    screen_wait '10\.1\.0\.1'
    wait_until shows_none_ended
    screen_key q
    screen_wait '^ended-0'
    kill_node b
    rm "$(lab_dir)/record" # then only what runs is known
    run -0 vethlab view --once "$LAB"
    assert_line --index 0 --regexp " $LAB +1 node "
    vethlab -q down "$LAB"
}

@test "a lab that does not run, and an interval that is none, are refused" {
    run -1 vethlab view "$LAB"
    assert_output --partial "no lab \"$LAB\" is running"
    run -2 vethlab view --interval 0 "$LAB"
    assert_output --partial "--interval"
}

# What ip(8) prints in node a, and what the view does with --form: the same but for blanks at the
# end of lines. Later versions of ip tell also who made an address.
reads_as_ip() {
    vethlab exec "$LAB" a -- ip "$1" | sed 's/ proto kernel_[a-z]*//; s/ *$//' >"$BATS_TEST_TMPDIR/ip"
    COLUMNS=159 vethlab view --once --ascii --form "ip-$1" --show links "$LAB" |
        sed -n '/ 1 a /,/^+-/p' | sed '1d; s/^| //; s/ *|$//; s/ *$//; /^+-/d; /^$/d' >"$BATS_TEST_TMPDIR/view"
    diff "$BATS_TEST_TMPDIR/ip" "$BATS_TEST_TMPDIR/view"
}

@test "--form: links and addresses read exactly as ip prints them" {
    up_pair
    reads_as_ip link
    reads_as_ip addr
    vethlab exec "$LAB" a -- sh -ec 'ip link add br0 type bridge
ip link add name v0 type veth peer name v1
ip link set v0 up
ip link set v1 master br0
ip link set eth0 alias "an alias" txqueuelen 500 group 7
ip link property add dev eth0 altname another-name-of-eth0
ip addr add 10.2.0.1/24 brd + dev eth0 label eth0:x
ip addr add 10.3.0.1 peer 10.3.0.2/32 dev eth0
ip addr add fd00::1/64 dev eth0 nodad noprefixroute'
    vethlab exec "$LAB" b -- ip link set eth0 down
    reads_as_ip link
    reads_as_ip addr
    vethlab -q down "$LAB"
}

@test "--show: the sections of each pane, routes and neighbours among them" {
    up_pair
    vethlab exec "$LAB" a -- ip route add 10.9.0.0/16 via 10.1.0.2 metric 5
    run -0 env COLUMNS=160 "$VETHLAB" view --once --show routes,neighbours "$LAB"
    assert_output --partial "10.9.0.0/16 via 10.1.0.2 dev eth0 metric 5"
    assert_output --partial "10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.1"
    assert_output --partial "10.1.0.2 dev eth0 lladdr"
    refute_output --partial "STATE"
    run -2 vethlab view --once --show links,nonsense "$LAB"
    assert_output --partial 'a pane has no section "nonsense", but links, addresses, routes'
    vethlab -q down "$LAB"
}

@test "keys show the list, a filter, routes that change, and links as ip prints them" {
    up_pair
    view_started 100 30
    screen_key s
    screen_key r
    screen_wait '10\.1\.0\.0/24 dev eth0 proto'
    vethlab exec "$LAB" a -- ip route add blackhole 10.9.0.0/16
    screen_wait 'blackhole 10\.9\.0\.0/16'
    screen_key Escape
    screen_key i
    screen_wait 'mode DEFAULT' # an index of more digits breaks the line behind it
    screen_key l
    screen_wait 'NODE +LINKS +LOSS'
    screen_key /
    screen_type 10.1.0.2 # a letter may stand in anybody's link-local address
    screen_wait '1 that match'
    screen_key q
    screen_wait '^ended-0'
    screen_is_clean
    vethlab -q down "$LAB"
}

@test "the map shows which end of a link is down, and keys act on what is selected there" {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/router.lab.yaml"
    screen_start 80 24
    screen_type "clear; \$VETHLAB view $LAB; echo ended-\$?"
    screen_wait '10\.1\.0\.2'
    screen_key m
    screen_wait '║ a  ╠═eth0═.*═eth1═╡ r  ├─eth2─.*─eth0─┤ b  │'
    screen_wait '^a:eth0 10\.1\.0\.2/24 ↔ r:eth1 10\.1\.0\.1/24 UP'
    screen_key Right '>'
    screen_wait '^r:eth2 10\.2\.0\.1/24 ↔ b:eth0 10\.2\.0\.2/24 UP'
    vethlab exec "$LAB" b -- ip link set dev eth0 down
    screen_wait 'DOWN \(b:eth0 is set down\)'
    screen_wait '╠╍eth2╍.*×╍eth0╍╡'
    screen_key d
    screen_wait 'r# ip link set dev eth2 down'
    screen_wait 'DOWN \(both ends are set down\)'
    screen_wait '╠╍eth2╍×.*×╍eth0╍╡!b'
    screen_key U
    screen_wait 'DOWN \(b:eth0 is set down\)'
    vethlab exec "$LAB" b -- ip link set dev eth0 up
    screen_wait '^r:eth2 .* UP '
    screen_key Enter
    screen_wait '╔═ 2 r ═'
    screen_key q
    screen_wait '^ended-0'
    screen_is_clean
    vethlab -q down "$LAB"
}
