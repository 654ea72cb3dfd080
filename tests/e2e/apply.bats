#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# apply: a running lab becomes what the file says; what is unchanged is let alone; what fails is
# undone. Beside it a property: for random pairs (A, B), up A and apply B equals up B.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

SNAPSHOT=$VETHLAB_BUILD/tests/helpers/snapshot
: "${APPLY_SEED:=$((RANDOM * 32768 + RANDOM))}"
# The list is the same in all modes; what differs is only how the lab is entered.
case $VETHLAB_MODE in
    root) : "${APPLY_PAIRS:=100}" ;;
    user) : "${APPLY_PAIRS:=25}" ;;
    *) : "${APPLY_PAIRS:=10}" ;;
esac

write_changed() {
    write_lab <<'FILE'
nodes:
  a:
    routes: [10.8.0.0/16 via 10.1.0.2]
  b:
  c:
    exec: ["echo made"]
links:
  - endpoints: [a:eth0, b:eth0]
    mtu: 1400
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
  - endpoints: [b:eth1, c:eth0]
    ipv4: [10.2.0.1/24, 10.2.0.2/24]
FILE
}

snapshot_of() { # FILE: of the running lab
    "$SNAPSHOT" lab "$LAB" | sort >"$1"
}

@test "what is unchanged keeps its processes, connections and counters; a new node is whole" {
    write_pair
    vethlab -q up "$LAB_FILE"
    vethlab exec "$LAB" a -- ping -c 1 -W 1 10.1.0.2 >/dev/null
    local before after
    before=$(vethlab show "$LAB" --json | python3 -c 'import json,sys; print([n["pid"] for n in json.load(sys.stdin)["nodes"]])')
    write_changed
    run vethlab apply "$LAB_FILE"
    assert_success
    assert_output --partial "vethlab: c: made"
    assert_output --partial "lab $LAB is as $LAB_FILE says now"
    after=$(vethlab show "$LAB" --json | python3 -c 'import json,sys; print([n["pid"] for n in json.load(sys.stdin)["nodes"]][:2])')
    assert_equal "$after" "$before"
    run vethlab exec "$LAB" a -- cat /sys/class/net/eth0/statistics/rx_packets
    refute_output 0
    run vethlab exec "$LAB" b -- ping -c 1 -W 1 c
    assert_success
    run vethlab apply "$LAB_FILE"
    assert_success
    assert_output "vethlab: lab $LAB is as $LAB_FILE says: nothing was done"
    run vethlab up "$LAB_FILE"
    assert_success
    assert_output --partial "is up already"
    vethlab -q down "$LAB"
}

@test "what was changed by hand is put right" {
    write_pair
    vethlab -q up "$LAB_FILE"
    snapshot_of "$BATS_TEST_TMPDIR/1"
    vethlab exec "$LAB" a -- ip addr add 10.7.0.1/24 dev eth0
    vethlab exec "$LAB" b -- ip link set dev eth0 down
    vethlab exec "$LAB" b -- ip link add name extra type bridge
    vethlab exec "$LAB" b -- ip addr add 10.6.0.1/24 dev extra
    vethlab exec "$LAB" b -- hostname other
    vethlab -q apply "$LAB_FILE"
    snapshot_of "$BATS_TEST_TMPDIR/2"
    run diff "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
    assert_success
    vethlab -q down "$LAB"
}

@test "a bridge's MTU and a hostname: in place, by hand or by the file, and undone" {
    local switch=$BATS_TEST_TMPDIR/switch before
    write_lab <<'FILE'
nodes:
  sw: {kind: bridge}
  a: {hostname: first}
  b:
links:
  - endpoints: [a:eth0, sw:p1]
  - endpoints: [b:eth0, sw:p2]
    mtu: 1400
FILE
    cp "$LAB_FILE" "$switch"
    vethlab -q up "$LAB_FILE"
    assert_equal "$(vethlab exec "$LAB" sw -- cat /sys/class/net/sw/mtu)" 1400
    vethlab exec "$LAB" sw -- ip link set dev sw mtu 1300
    vethlab exec "$LAB" b -- hostname other
    run -10 vethlab plan "$LAB_FILE"
    assert_line "~ sw# ip link set dev sw mtu 1400   (now 1300)"
    assert_line "~ b# hostname b   (now other)"
    assert_line --partial "0 to add, 2 to change in place, 0 to take away"
    vethlab plan --adopt "$LAB_FILE" >"$BATS_TEST_TMPDIR/adopted" || [ "$?" -eq 10 ]
    run cat "$BATS_TEST_TMPDIR/adopted"
    assert_output --partial "hostname: other"
    vethlab -q apply "$LAB_FILE"
    assert_equal "$(vethlab exec "$LAB" sw -- cat /sys/class/net/sw/mtu)" 1400
    assert_equal "$(vethlab exec "$LAB" b -- hostname)" b
    # By the file; the process stays, and the bridge does what its ports do though it was set by hand.
    before=$(vethlab show "$LAB" --json | python3 -c 'import json,sys; print([n["pid"] for n in json.load(sys.stdin)["nodes"]])')
    sed 's/first/second/; s/1400/9000/' "$switch" >"$LAB_FILE"
    vethlab -q apply "$LAB_FILE"
    assert_equal "$(vethlab exec "$LAB" sw -- cat /sys/class/net/sw/mtu)" 1500
    assert_equal "$(vethlab exec "$LAB" a -- hostname)" second
    run vethlab apply "$LAB_FILE"
    assert_output --partial "nothing was done"
    assert_equal "$(vethlab show "$LAB" --json | python3 -c 'import json,sys; print([n["pid"] for n in json.load(sys.stdin)["nodes"]])')" "$before"
    sed 's/^links:/  c: {exec: ["exit 1"]}\nlinks:/' "$switch" >"$LAB_FILE"
    run vethlab apply "$LAB_FILE"
    assert_equal "$status" 1
    assert_equal "$(vethlab exec "$LAB" a -- hostname)" second
    vethlab -q down "$LAB"
}

@test "a node without a hostname of its own: the machine's is none of its affair" {
    write_pair
    sed -i 's/^  a:/  a: {namespaces: [net, pid, mnt], hostname: other}/' "$LAB_FILE"
    vethlab -q up "$LAB_FILE"
    run vethlab plan "$LAB_FILE"
    assert_success
    sed -i 's/hostname: other/hostname: another/' "$LAB_FILE"
    local before
    before=$(hostname)
    vethlab -q apply "$LAB_FILE"
    assert_equal "$(hostname)" "$before"
    vethlab -q down "$LAB"
}

@test "a change that fails is undone, and says so" {
    write_pair
    vethlab -q up "$LAB_FILE"
    snapshot_of "$BATS_TEST_TMPDIR/1"
    write_changed
    sed -i 's/echo made/exit 3/' "$LAB_FILE"
    run vethlab apply "$LAB_FILE"
    assert_equal "$status" 1
    assert_output --partial 'what was done is undone, since it failed: '
    assert_output --partial 'node c: "exit 3" ended with exit code 3'
    snapshot_of "$BATS_TEST_TMPDIR/2"
    run diff "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
    assert_success
    write_pair
    run vethlab plan "$LAB_FILE"
    assert_success
    vethlab -q down "$LAB"
}

# Waits until the change is at the command "sleep $1".
until_at_command() {
    local deadline=$((SECONDS + 20))
    until pgrep -fx "sleep $1" >/dev/null; do
        [ "$SECONDS" -lt "$deadline" ] || fail "sleep $1 has not started"
        sleep 0.01
    done
}

# The shell's background jobs ignore INT, hence --default-signal.
@test "INT, TERM and HUP: what was done is undone, and it says so" {
    local pair status_want said=$BATS_TEST_TMPDIR/said
    write_pair
    vethlab -q up "$LAB_FILE"
    snapshot_of "$BATS_TEST_TMPDIR/1"
    write_changed
    sed -i 's/echo made/exec sleep 62.5/' "$LAB_FILE"
    for pair in INT:130 TERM:143 HUP:129; do
        env --default-signal "$VETHLAB" apply "$LAB_FILE" 2>"$said" 3>&- &
        local pid=$! status=0
        until_at_command 62.5
        kill -"${pair%:*}" "$pid"
        wait "$pid" || status=$?
        status_want=${pair#*:}
        assert_equal "$status" "$status_want"
        assert_equal "$(grep -v '^vethlab: c: ' "$said")" \
            "vethlab: interrupted: what was done is undone, lab $LAB is as it was"
        snapshot_of "$BATS_TEST_TMPDIR/2"
        run diff "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
        assert_success
    done
    run pgrep -fx "sleep 62.5"
    assert_failure
    vethlab -q down "$LAB"
}

@test "Ctrl-C in a terminal reaches all of its processes, and is undone all the same" {
    local said=$BATS_TEST_TMPDIR/said status=0
    write_pair
    vethlab -q up "$LAB_FILE"
    snapshot_of "$BATS_TEST_TMPDIR/1"
    write_changed
    sed -i 's/echo made/exec sleep 62.25/' "$LAB_FILE"
    env --default-signal setsid "$VETHLAB" apply "$LAB_FILE" 2>"$said" 3>&- &
    local pid=$!
    until_at_command 62.25
    kill -INT -- "-$pid"
    wait "$pid" || status=$?
    assert_equal "$status" 130
    assert_equal "$(grep -v '^vethlab: c: ' "$said")" \
        "vethlab: interrupted: what was done is undone, lab $LAB is as it was"
    snapshot_of "$BATS_TEST_TMPDIR/2"
    run diff "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
    assert_success
    vethlab -q down "$LAB"
}

@test "apply that is killed with -9 is undone by the process that it left" {
    local deadline=$((SECONDS + 20))
    write_pair
    vethlab -q up "$LAB_FILE"
    snapshot_of "$BATS_TEST_TMPDIR/1"
    write_changed
    sed -i 's/echo made/exec sleep 62.75/' "$LAB_FILE"
    "$VETHLAB" apply "$LAB_FILE" 3>&- &
    local pid=$!
    until_at_command 62.75
    kill -KILL "$pid"
    wait "$pid" || true
    write_pair
    until vethlab plan "$LAB_FILE" >/dev/null; do
        [ "$SECONDS" -lt "$deadline" ]
    done
    snapshot_of "$BATS_TEST_TMPDIR/2"
    run diff "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
    assert_success
    vethlab -q down "$LAB"
}

@test "apply of a lab that does not run names up" {
    write_pair
    run vethlab apply "$LAB_FILE"
    assert_equal "$status" 1
    assert_output "vethlab: there is nothing to change (vethlab up builds it): no lab \"$LAB\" is running"
}

@test "a node that is killed and a link that is deleted meanwhile: plan tells, apply again mends" {
    write_pair
    vethlab -q up "$LAB_FILE"
    write_changed
    sed -i 's/echo made/exec sleep 62.375/' "$LAB_FILE"
    "$VETHLAB" apply "$LAB_FILE" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
    local pid=$! status=0
    until_at_command 62.375
    vethlab exec "$LAB" a -- ip link del eth0
    kill -KILL "$(pgrep -fx "vethlab: $LAB/c")"
    wait "$pid" || status=$?
    assert_equal "$status" 1
    run cat "$BATS_TEST_TMPDIR/said"
    assert_output --partial "vethlab plan shows what is left" # a link of before is not there to be put back
    sed -i 's/exec sleep 62.375/true/' "$LAB_FILE"
    run vethlab plan "$LAB_FILE"
    assert_equal "$status" 10
    assert_line --partial "+ machine# ip link add name eth0 netns"
    assert_line "+ c# unshare --pid --fork --mount-proc --net --uts sh"
    vethlab -q apply "$LAB_FILE"
    snapshot_of "$BATS_TEST_TMPDIR/mended"
    vethlab -q down "$LAB"
    vethlab -q up "$LAB_FILE"
    same "$BATS_TEST_TMPDIR/mended" built
    vethlab -q down "$LAB"
}

@test "a node that was killed comes again at once, however often" {
    write_lab <<'FILE'
nodes:
  a:
    routes: [10.2.0.0/24 via 10.1.0.2, 10.8.0.0/16 via 10.1.0.2]
  r: {sysctls: {net.ipv4.ip_forward: 1}}
  b:
    routes: [10.1.0.0/24 via 10.2.0.2]
  sw: {kind: bridge}
links:
  - {endpoints: [a:eth0, r:eth0], ipv4: [10.1.0.1/24, 10.1.0.2/24]}
  - {endpoints: [b:eth0, r:eth1], ipv4: [10.2.0.1/24, 10.2.0.2/24]}
  - {endpoints: [b:eth1, sw:p1], mtu: 1400}
  - {endpoints: [r:eth2, sw:p2]}
FILE
    vethlab -q up "$LAB_FILE"
    snapshot_of "$BATS_TEST_TMPDIR/built"
    local round node pid killer
    for round in {1..12}; do
        node=$([ $((round % 3)) = 0 ] && echo sw || echo r)
        pid=$(pgrep -fx "vethlab: $LAB/$node")
        if [ $((round % 2)) = 0 ]; then # while it is being read
            (sleep "0.0$((round % 3))" && kill -KILL "$pid") 3>&- &
            killer=$!
            run vethlab apply "$LAB_FILE"
            assert_success
            wait "$killer"
        else
            kill -KILL "$pid"
        fi
        run vethlab apply "$LAB_FILE"
        assert_success
        run vethlab plan "$LAB_FILE"
        assert_success
    done
    same "$BATS_TEST_TMPDIR/built" mended
    vethlab exec "$LAB" a -- ping -c 1 -W 1 10.2.0.1
    vethlab -q down "$LAB"
}

@test "a file for another lab changes nothing unless --lab says so" {
    write_pair
    vethlab -q up "$LAB_FILE"
    sed 's/^nodes:/name: another\nnodes:/' "$LAB_FILE" >"$BATS_TEST_TMPDIR/another.lab.yaml"
    run vethlab apply "$BATS_TEST_TMPDIR/another.lab.yaml"
    assert_equal "$status" 1
    assert_output --partial 'there is nothing to change (vethlab up builds it): no lab "another" is running'
    run vethlab apply --lab "$LAB" "$BATS_TEST_TMPDIR/another.lab.yaml"
    assert_success
    assert_output --partial "nothing was done"
    vethlab -q down "$LAB"
}

# same FILE NAME: what libnl reads of the lab is what is in the file. The kernel makes an IPv6
# address's local route in work of its own, soon after the address is there: five seconds for that.
same() {
    local deadline=$((SECONDS + 5)) now=$BATS_TEST_TMPDIR/$2
    while snapshot_of "$now"; ! cmp -s "$1" "$now"; do
        [ "$SECONDS" -lt "$deadline" ] || { diff "$1" "$now"; return; }
        sleep 0.05
    done
}

# pair FILES: FILES.a, FILES.b and FILES.f as random-pair writes them.
pair() {
    local a=$1.a.lab.yaml b=$1.b.lab.yaml f=$1.f.lab.yaml dir=$BATS_TEST_TMPDIR
    echo "pair $1"
    vethlab -q up --name "$LAB" "$b"
    snapshot_of "$dir/b"
    vethlab -q down "$LAB"
    vethlab -q up --name "$LAB" "$a"
    snapshot_of "$dir/a"
    run -1 vethlab -q apply --lab "$LAB" "$f" # all of it is done, then undone by the inverse list
    assert_output --partial "what was done is undone, since it failed"
    same "$dir/a" undone
    vethlab -q apply --lab "$LAB" "$b"
    same "$dir/b" applied
    run vethlab apply --lab "$LAB" "$b"
    assert_output --partial "nothing was done"
    [ $((seed % 2)) = 0 ] || rm "$(lab_dir)/record"
    vethlab plan --adopt --lab "$LAB" "$a" >"$dir/adopted.lab.yaml"
    run vethlab plan --lab "$LAB" "$dir/adopted.lab.yaml"
    assert_success
    vethlab -q down "$LAB"
}

@test "routes by hand of several next hops or a type of service go, and come back whole" {
    write_pair
    vethlab -q up "$LAB_FILE"
    local via=10.1.0
    vethlab exec "$LAB" a -- ip route add 10.96.0.0/16 via "$via.77" tos 8 proto static
    vethlab exec "$LAB" a -- ip route add 10.97.0.0/16 proto static nexthop via "$via.77" weight 3 nexthop via "$via.78"
    run vethlab plan "$LAB_FILE"
    assert_equal "$status" 10
    assert_line --partial "ip route del 10.96.0.0/16 tos 0x08 via $via.77"
    assert_line --partial "ip route del 10.97.0.0/16 nexthop via $via.77 dev eth0 weight 3 nexthop via $via.78 dev eth0"
    vethlab exec "$LAB" a -- ip route show >"$BATS_TEST_TMPDIR/1"
    cp "$LAB_FILE" "$BATS_TEST_TMPDIR/same.lab.yaml"
    sed -i 's/^links:/  fails: {exec: ["exit 3"]}\nlinks:/' "$LAB_FILE"
    run -1 vethlab apply "$LAB_FILE"
    assert_output --partial "what was done is undone, since it failed"
    vethlab exec "$LAB" a -- ip route show >"$BATS_TEST_TMPDIR/2"
    run diff "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
    assert_success
    vethlab -q apply --lab "$LAB" "$BATS_TEST_TMPDIR/same.lab.yaml"
    run vethlab plan --lab "$LAB" "$BATS_TEST_TMPDIR/same.lab.yaml"
    assert_success
    vethlab -q down "$LAB"
}

routes_of_a() {
    vethlab exec "$LAB" a -- sh -c 'ip route; ip -6 route | grep ^fd00:7'
}

@test "of routes with one prefix and metric the right ones go, and come back to their places" {
    write_lab <<'FILE'
nodes:
  a:
    dad: false
    routes:
      - 10.20.0.0/16 via 10.0.0.2 metric 20
      - fd00:78::/64 via fd00::2
  b: {dad: false}
links:
  - {endpoints: [a:eth0, b:eth0], ipv4: [10.0.0.1/24, 10.0.0.2/24], ipv6: ["fd00::1/64", "fd00::2/64"]}
  - {endpoints: [a:eth1, b:eth1], ipv4: [10.1.0.1/24, 10.1.0.2/24]}
FILE
    local dir=$BATS_TEST_TMPDIR
    vethlab -q up "$LAB_FILE"
    routes_of_a >"$dir/file"
    vethlab exec "$LAB" a -- ip route append 10.20.0.0/16 via 10.1.0.2 metric 20
    run -10 vethlab plan "$LAB_FILE"
    assert_line --partial "0 to add, 0 to change in place, 1 to take away"
    assert_line --partial "ip route del 10.20.0.0/16 via 10.1.0.2 dev eth1 metric 20"
    run -0 vethlab show "$LAB" --routes
    assert_line --regexp "10.20.0.0/16 +10.0.0.2 +eth0 .*20"
    assert_line --regexp "10.20.0.0/16 +10.1.0.2 +eth1 .*20"
    run -10 vethlab plan --adopt "$LAB_FILE" # a file has room for one: its own
    assert_line --partial '- "10.20.0.0/16 via 10.0.0.2 metric 20"'
    assert_line --partial "#   - a# ip route del 10.20.0.0/16 via 10.1.0.2"
    vethlab exec "$LAB" a -- sh -e <<'EOT'
ip route prepend 10.20.0.0/16 via 10.1.0.3 metric 20
ip route append 10.20.0.0/16 dev eth0 metric 20
ip route append 10.20.0.0/16 via 10.0.0.2 metric 20
ip -6 route append fd00:78::/64 dev eth0
ip -6 route add fd00:77::/64 dev eth0
ip -6 route append fd00:77::/64 dev eth1
EOT
    routes_of_a >"$dir/by-hand"
    cp "$LAB_FILE" "$dir/same.lab.yaml"
    sed -i 's/^links:/  fails: {exec: ["exit 3"]}\nlinks:/' "$LAB_FILE"
    run -1 vethlab apply "$LAB_FILE"
    assert_output --partial "what was done is undone, since it failed"
    routes_of_a | diff "$dir/by-hand" -
    run -0 vethlab apply --lab "$LAB" "$dir/same.lab.yaml"
    routes_of_a | diff "$dir/file" -
    vethlab plan --lab "$LAB" "$dir/same.lab.yaml"
    vethlab exec "$LAB" a -- ip route replace 10.20.0.0/16 via 10.1.0.2 metric 20
    vethlab -q apply --lab "$LAB" "$dir/same.lab.yaml"
    routes_of_a | diff "$dir/file" -
    vethlab -q down "$LAB"
}

# becomes FROM TO: the lab of FROM, after apply of TO, has what up of TO makes; and back.
becomes() {
    local dir=$BATS_TEST_TMPDIR
    vethlab -q up --name "$LAB" "$2"
    snapshot_of "$dir/to"
    vethlab -q down "$LAB"
    vethlab -q up --name "$LAB" "$1"
    [ $# -lt 3 ] || vethlab exec "$LAB" "$3" -- sh -c "$4"
    vethlab -q apply --lab "$LAB" "$2"
    same "$dir/to" now
    run vethlab apply --lab "$LAB" "$2"
    assert_output --partial "nothing was done"
    vethlab -q down "$LAB"
}

@test "IPv6 of a switch and of interfaces, dad and what they copied from default: as up makes them" {
    local dir=$BATS_TEST_TMPDIR
    cat >"$dir/a.lab.yaml" <<'FILE'
nodes:
  sw: {kind: bridge}
  a: {ipv4: 10.255.0.1/32, lo: down}
  b: {sysctls: {net.ipv6.conf.default.disable_ipv6: 1, net.ipv4.conf.default.rp_filter: 1, net.ipv6.conf.eth1.hop_limit: 33}}
  c: {dad: true}
links:
  - endpoints: [a:eth0, sw:p1]
    ipv6: [fe80::1/64, ~]
  - endpoints: [b:eth0, sw:p2]
  - endpoints: [a:eth1, b:eth1]
  - endpoints: [c:eth0, a:eth2]
    ipv6: [fd07::1/64, ~]
FILE
    cat >"$dir/b.lab.yaml" <<'FILE'
nodes:
  sw: {kind: bridge, ipv6: fd05::1/64}
  a: {ipv4: 10.255.0.1/32}
  b: {lo: down}
  c:
links:
  - endpoints: [a:eth0, sw:p1]
  - endpoints: [b:eth0, sw:p2]
    ipv6: [fd05::2/64, ~]
  - endpoints: [a:eth1, b:eth1]
    ipv6: [fd06::1/64, fd06::2/64]
  - endpoints: [c:eth0, a:eth2]
    ipv6: [fd07::1/64, ~]
FILE
    becomes "$dir/a.lab.yaml" "$dir/b.lab.yaml"
    becomes "$dir/b.lab.yaml" "$dir/a.lab.yaml"
    becomes "$dir/b.lab.yaml" "$dir/b.lab.yaml" b "sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1"
    becomes "$dir/b.lab.yaml" "$dir/b.lab.yaml" b "sysctl -qw net.ipv6.conf.all.disable_ipv6=1"
}

# returns FROM TO [NODE SCRIPT]: the lab of FROM, after SCRIPT in NODE, is what it was where an apply
# of TO fails when all of it is done.
returns() {
    local dir=$BATS_TEST_TMPDIR
    vethlab -q up --name "$LAB" "$1"
    [ $# -lt 3 ] || vethlab exec "$LAB" "$3" -- sh -ec "$4"
    snapshot_of "$dir/from"
    sed 's/^nodes:/nodes:\n  fails: {exec: ["exit 1"]}/' "$2" >"$dir/fails.lab.yaml"
    run -1 vethlab apply --lab "$LAB" "$dir/fails.lab.yaml"
    assert_output --partial "what was done is undone, since it failed"
    same "$dir/from" now
    [ $# -gt 2 ] || [ "$(vethlab plan --lab "$LAB" "$1")" = "lab $LAB is as the file says" ]
    vethlab -q down "$LAB"
}

@test "what the kernel takes along with an MTU, IPv6, an address or a bridge comes back" {
    local dir=$BATS_TEST_TMPDIR
    cat >"$dir/a.lab.yaml" <<'FILE'
nodes:
  sw: {kind: bridge, ipv6: fd05::1/64}
  a: {sysctls: {net.ipv6.conf.eth0.hop_limit: 33}, ipv4: 127.0.0.5/8}
  b: {sysctls: {net.ipv6.conf.default.hop_limit: 44}}
  c: {routes: [{to: "fd99::/64", via: "fd01::2", src: "fd01::1"}]}
  d: {routes: [{to: "fd98::/64", via: "fd02::2", src: "fd02::1"}]}
links:
  - endpoints: [sw:p1, b:eth1]
  - endpoints: [a:eth0, b:eth0]
  - endpoints: [c:eth0, a:eth1]
    ipv6: [fd01::1/64, ~]
  - endpoints: [d:eth0, a:eth2]
    ipv6: [fd02::1/64, ~]
FILE
    cat >"$dir/b.lab.yaml" <<'FILE'
nodes:
  sw: {kind: bridge}
  a: {lo: down, ipv4: 127.0.0.5/8}
  b:
  c:
    sysctls: {net.ipv6.conf.all.disable_ipv6: 1, net.ipv6.conf.eth0.disable_ipv6: 0}
    routes: [{to: "fd99::/64", via: "fd01::2", src: "fd01::1"}]
  d: {routes: ["fd98::/64 via fd02::2"]}
links:
  - endpoints: [sw:p1, b:eth1]
    mtu: 1000
  - endpoints: [a:eth0, b:eth0]
    mtu: 1000
  - endpoints: [c:eth0, a:eth1]
    ipv6: [fd01::1/64, ~]
  - endpoints: [d:eth0, a:eth2]
    ipv6: [fd02::1/80, ~]
FILE
    returns "$dir/a.lab.yaml" "$dir/b.lab.yaml"
    returns "$dir/b.lab.yaml" "$dir/a.lab.yaml"
    returns "$dir/a.lab.yaml" "$dir/a.lab.yaml" a \
        "ip link add name br9 type bridge; ip link set eth0 master br9"
    becomes "$dir/a.lab.yaml" "$dir/b.lab.yaml"
    becomes "$dir/b.lab.yaml" "$dir/a.lab.yaml"
}

@test "a switch with IPv6 whose device is deleted comes again, and again when it is undone" {
    write_lab <<'FILE'
nodes:
  sw: {kind: bridge, ipv6: fd05::1/64}
  a:
links:
  - endpoints: [a:eth0, sw:p1]
    ipv6: [fd05::2/64, ~]
FILE
    vethlab -q up "$LAB_FILE"
    vethlab exec "$LAB" sw -- ip link del sw
    vethlab -q apply "$LAB_FILE"
    run vethlab plan "$LAB_FILE"
    assert_success
    printf 'nodes:\n  a:\n  c: {exec: ["exit 1"]}\n' >"$BATS_TEST_TMPDIR/less.lab.yaml"
    run -1 vethlab apply --lab "$LAB" "$BATS_TEST_TMPDIR/less.lab.yaml"
    assert_output --partial "what was done is undone, since it failed"
    run vethlab plan "$LAB_FILE"
    assert_success
    vethlab -q down "$LAB"
}

@test "random pairs: up A, apply B equals up B; again does nothing; undone is A; adopted is B" {
    local seed count=$APPLY_PAIRS dir=$BATS_TEST_TMPDIR
    echo "seed $APPLY_SEED, $count pairs: APPLY_SEED and APPLY_PAIRS repeat them"
    "$VETHLAB_SRC/tests/lib/random-pair" "$APPLY_SEED" "$count" "$dir"
    for ((seed = APPLY_SEED; seed < APPLY_SEED + count; seed++)); do
        pair "$dir/$seed"
        rm "$dir/$seed".*
    done
}
