#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# ping: what is printed and returned is what ping(8) prints and returns.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

up_pair() {
    write_lab <<'EOL'
nodes:
  a:
  b:
links:
  - endpoints: [a:eth0, b:eth0]
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
    ipv6: [fd00:1::1/64, fd00:1::2/64]
EOL
    vethlab -q up "$LAB_FILE"
}

@test "ping A B prints what ping prints, IPv4 first" {
    up_pair
    run vethlab ping "$LAB" a b -c 2 -i 0.05
    assert_success
    assert_line --index 0 'PING b (10.1.0.2) 56(84) bytes of data.'
    assert_line --index 1 --regexp '^64 bytes from b \(10\.1\.0\.2\): icmp_seq=1 ttl=64 time=[0-9.]+ ms$'
    assert_line --index 2 --regexp '^64 bytes from b \(10\.1\.0\.2\): icmp_seq=2 ttl=64 time=[0-9.]+ ms$'
    assert_line --index 3 '--- b ping statistics ---'
    assert_line --index 4 --regexp '^2 packets transmitted, 2 received, 0% packet loss, time [0-9]+ms$'
    assert_line --index 5 --regexp '^rtt min/avg/max/mdev = [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms$'
    run vethlab ping "$LAB" a b -6 -c 1
    assert_success
    assert_line --index 0 'PING b (fd00:1::2) 56 data bytes'
    assert_line --index 1 --regexp '^64 bytes from b \(fd00:1::2\): icmp_seq=1 ttl=64 time='
    vethlab -q down "$LAB"
}

@test "ping takes an address, a size, a link-local address, and -q" {
    up_pair
    run vethlab ping "$LAB" a 10.1.0.2 -c 1 -s 3000
    assert_success
    assert_line --index 0 'PING 10.1.0.2 (10.1.0.2) 3000(3028) bytes of data.'
    assert_line --index 1 --regexp '^3008 bytes from 10\.1\.0\.2: icmp_seq=1 ttl=64 time='
    refute_output --partial 'wrong data'
    run vethlab ping "$LAB" a b -c 1 -s 0
    assert_success
    assert_line --index 1 --regexp '^8 bytes from b '
    run vethlab ping -q "$LAB" a b -c 3 -i 0.01
    assert_success
    refute_output --partial 'bytes from'
    assert_output --partial '3 packets transmitted, 3 received'
    local far
    far=$(vethlab exec "$LAB" b -- ip -6 addr show dev eth0 scope link | sed -n 's/.*inet6 \([^/]*\).*/\1/p')
    run vethlab ping "$LAB" a "$far%eth0" -c 1
    assert_success
    assert_output --partial "64 bytes from $far%eth0: icmp_seq=1"
    vethlab -q down "$LAB"
}

@test "the interval and the deadline are kept" {
    up_pair
    run vethlab ping "$LAB" a b -c 5 -i 0.1
    assert_success
    local ms
    ms=$(sed -n 's/.* time \([0-9]*\)ms$/\1/p' <<<"$output")
    [ "$ms" -ge 390 ] && [ "$ms" -le 2000 ]
    run vethlab ping "$LAB" a b -w 0.5 -i 0.2
    assert_success
    assert_line --regexp '^([23]) packets transmitted, \1 received'
    run vethlab ping "$LAB" a b -w 0.3 -i 0.2 -c 5
    assert_failure 1
    vethlab -q down "$LAB"
}

@test "a link that is down: unanswered, exit code 1; a route that is missing is named, 2" {
    up_pair
    vethlab exec "$LAB" b -- ip link set eth0 down
    run vethlab ping "$LAB" a b -c 2 -i 0.05 -W 0.3
    assert_failure 1
    assert_line --regexp '^2 packets transmitted, 0 received(, \+[0-9] errors)?, 100% packet loss'
    refute_output --partial 'rtt min'
    vethlab exec "$LAB" a -- ip link set eth0 down
    run vethlab ping "$LAB" a b -c 1
    assert_failure 2 # as ping(8)
    assert_line 'icmp_seq=1 not sent: Network is unreachable'
    assert_line --regexp '^1 packets transmitted, 0 received, \+1 errors, 100% packet loss'
    vethlab -q down "$LAB"
}

@test "what a router answers is printed with its name" {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/router.lab.yaml"
    run vethlab ping "$LAB" a b -c 1
    assert_success
    assert_output --partial '64 bytes from b (10.2.0.2): icmp_seq=1 ttl=63 '
    run vethlab ping "$LAB" a 10.99.0.1 -c 1
    assert_failure 1
    assert_line 'From r (10.1.0.1) icmp_seq=1 Destination Net Unreachable'
    run vethlab ping "$LAB" a fd99::1 -c 1
    assert_failure 1
    assert_line 'From r (fd00:1::1) icmp_seq=1 Destination unreachable: No route'
    vethlab -q down "$LAB"
}

# Starts `ping` in the background and waits until it has printed its first answer.
start_ping() {
    rm -f "$BATS_TEST_TMPDIR/out"
    "$VETHLAB" ping "$LAB" a b -i 0.1 >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    pid=$!
    local tries=0
    until grep -qs 'icmp_seq=1 ' "$BATS_TEST_TMPDIR/out"; do
        tries=$((tries + 1))
        [ "$tries" -lt 500 ]
        sleep 0.01
    done
}

@test "Ctrl-C prints the statistics and exits 0 if anything was answered" {
    up_pair
    # A job in the background of a shell ignores INT and QUIT: ping hears them all the same.
    start_ping
    kill -INT "$pid"
    local code=0
    wait "$pid" || code=$?
    assert_equal "$code" 0
    run cat "$BATS_TEST_TMPDIR/out"
    assert_line '--- b ping statistics ---'
    assert_line --regexp '^rtt min/avg/max/mdev = '
    start_ping
    kill -QUIT "$pid"
    sleep 0.2
    kill -TERM "$pid"
    wait "$pid" || code=$?
    assert_equal "$code" 143
    run cat "$BATS_TEST_TMPDIR/out"
    assert_line --regexp '^[0-9]+/[0-9]+ packets, [0-9]+% loss, min/avg/max = '
    assert_line '--- b ping statistics ---'
    vethlab -q down "$LAB"
}

@test "a ping does not hold up the end of its lab, and says that it ended" {
    up_pair
    start_ping
    vethlab -q down "$LAB"
    local code=0
    wait "$pid" || code=$?
    assert_equal "$code" 1
    run cat "$BATS_TEST_TMPDIR/out"
    assert_line '--- b ping statistics ---'
    assert_line 'vethlab: node a has ended: ESRCH (No such process)'
}

@test "ping --json, and what ping refuses" {
    up_pair
    run --separate-stderr vethlab ping "$LAB" a b -c 2 -i 0.05 --json
    assert_success
    python3 -c 'import json, sys
p = json.loads(sys.argv[1])
assert p["format"] == "vethlab-ping" and p["version"] == 1
assert (p["from"], p["to"], p["address"], p["family"]) == ("a", "b", "10.1.0.2", "inet")
assert p["sent"] == p["received"] == 2
assert 0 < p["rtt_ns"]["min"] <= p["rtt_ns"]["avg"] <= p["rtt_ns"]["max"]' "$output"
    run vethlab ping "$LAB" a c
    assert_failure 1
    assert_output --partial 'no node "c"'
    run vethlab ping "$LAB" c 10.1.0.1
    assert_failure 1
    run vethlab ping "$LAB" a 10.1.0.2 -6
    assert_failure 2
    assert_output 'vethlab: 10.1.0.2 is no IPv6 address'
    run vethlab ping "$LAB" a b -4 -6
    assert_failure 2
    run vethlab ping "$LAB" a b -s 65508
    assert_failure 2
    run vethlab ping "$LAB" a b -i 0
    assert_failure 2
    run vethlab ping "$LAB"
    assert_failure 2
    vethlab exec "$LAB" b -- ip addr flush dev eth0
    run vethlab ping "$LAB" a b
    assert_failure 1
    assert_output --partial 'node b has no address'
    vethlab -q down "$LAB"
}

@test "ping --all prints a matrix of times, one for each family" {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/lan.lab.yaml"
    run vethlab ping --all "$LAB"
    assert_success
    assert_line --index 0 'IPv4, ms, each row pings each column'
    assert_line --index 1 '       h1     h2     h3     h4'
    assert_line --index 2 --regexp '^h1      - +[0-9.]+ +[0-9.]+ +[0-9.]+$'
    assert_line --index 5 --regexp '^h4 +[0-9.]+ +[0-9.]+ +[0-9.]+      -$'
    assert_line 'IPv6, ms, each row pings each column'
    assert_line 'All 24 pairs answered.'
    refute_line --regexp '^sw'
    run vethlab ping --all -4 "$LAB"
    assert_success
    refute_output --partial 'IPv6'
    assert_line 'All 12 pairs answered (IPv4).'
    run vethlab -q ping --all -6 "$LAB"
    assert_success
    assert_output 'All 12 pairs answered (IPv6).'
    vethlab -q down "$LAB"
}

@test "ping --all names who did not answer, and exits 1" {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/lan.lab.yaml"
    vethlab exec "$LAB" h3 -- ip link set eth0 down
    run vethlab ping --all "$LAB" -W 1
    assert_failure 1
    assert_line --regexp '^h1 +- +[0-9.]+ +no +[0-9.]+$'
    assert_line --regexp '^h3 +no +no +- +no$'
    # Setting a link down takes its IPv6 addresses away.
    assert_line --partial '12 of 18 pairs answered: h3 is cut off (IPv4).'
    run --separate-stderr vethlab ping --all "$LAB" --json -4 -W 1
    assert_failure 1
    python3 -c 'import json, sys
p = json.loads(sys.argv[1])
assert p["format"] == "vethlab-ping-all" and p["pairs"] == 12 and p["answered"] == 6
for r in p["results"]:
    assert r["answered"] == ("h3" not in (r["from"], r["to"])), r
    assert (r["rtt_ns"] is None) != r["answered"], r
    assert r["family"] == "inet" and r["address"].startswith("10.0.0."), r' "$output"
    vethlab exec "$LAB" h3 -- ip link set eth0 up
    vethlab exec "$LAB" h1 -- sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
    run vethlab ping --all "$LAB" -4 -W 1
    assert_failure 1
    assert_line '9 of 12 pairs answered (IPv4): h1 is reached by nobody (IPv4).'
    vethlab -q down "$LAB"
}

@test "ping --all refuses counts, and a lab without pairs" {
    write_lab <<'EOL'
nodes:
  a:
  b:
links:
  - endpoints: [a:eth0, b:eth0]
EOL
    vethlab -q up "$LAB_FILE"
    run vethlab ping --all "$LAB"
    assert_failure 1
    assert_output "vethlab: lab $LAB has no two nodes with addresses of one family"
    run vethlab ping --all "$LAB" -c 2
    assert_failure 2
    run vethlab ping --all "$LAB" a
    assert_failure 2
    vethlab -q down "$LAB"
}
