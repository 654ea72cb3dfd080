#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# host: links to the machine itself. Never the real one: a network and mount namespace plays it.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

setup() {
    vethlab_setup
    TOPOLOGY=$VETHLAB_SRC/topologies/veth-ping-host.lab.yaml
    KILLER=$VETHLAB_BUILD/tests/killer/killer
    export TOPOLOGY KILLER
    export ASAN_OPTIONS=detect_leaks=0 # the leak sanitizer does not run under the tracer
}

needs_root() { is_root_mode || skip "links to the machine are for root"; }

# on_machine: runs the script on standard input as bash -eu in a namespace that plays the machine,
# with `up` and `down` for this test's lab, and `gone`, true if nothing of it is left there.
on_machine() {
    {
        cat <<'SH'
up() { "$VETHLAB" -q up --allow-host --name "$LAB" "${1:-$TOPOLOGY}"; }
down() { "$VETHLAB" -q down "$LAB"; }
gone() { [ "$(ip -o link show | wc -l)" -eq 1 ]; }
SH
        cat
    } >"$BATS_TEST_TMPDIR/machine.sh"
    as_host bash -eu "$BATS_TEST_TMPDIR/machine.sh"
}

# A link from node a to interface $1 of the machine with address $2 there.
write_host_link() {
    write_lab <<FILE
nodes:
  a:
links:
  - endpoints: ["a:eth0", "host:$1"]
    ipv4: [~, "$2"]
FILE
    export LAB_FILE
}

@test "node and machine answer each other; show and list name the end; nothing is left" {
    needs_root
    run on_machine <<'SH'
"$VETHLAB" up --allow-host --name "$LAB" "$TOPOLOGY"
ping -c 1 -W 1 192.168.168.168 >/dev/null
ping -6 -c 1 -W 1 fd00:168::168 >/dev/null
"$VETHLAB" exec "$LAB" terminal1 -- ping -c 1 -W 1 192.168.168.100 >/dev/null
"$VETHLAB" exec "$LAB" terminal1 -- ping -6 -c 1 -W 1 fd00:168::100 >/dev/null
"$VETHLAB" show "$LAB"
"$VETHLAB" list
"$VETHLAB" list --json
"$VETHLAB" show --json "$LAB" | tr -d ' \n'
echo
"$VETHLAB" down "$LAB"
gone
SH
    assert_success
    assert_line "vethlab: lab $LAB is up: 1 node and the machine, 1 link"
    assert_line --regexp "^lab $LAB: running for [0-9:]+, 1 node and the machine\$"
    assert_line --regexp ' ve2 +veth +UP +yes .* host:ve1 +192\.168\.168\.168/24 '
    assert_line --regexp '^LAB +STATE +NODES +HOLDER +AGE +ON THE MACHINE$'
    assert_line --regexp "^$LAB +running +1 +[0-9]+ +0:00:00 +ve1\$"
    assert_output --partial '"peer":{"node":"host","interface":"ve1","index":'
    assert_line --regexp '"on_the_machine": \[$'
    assert_line "vethlab: lab $LAB is down"
}

@test "the view has the machine as its last node, with the ends of the lab's links alone" {
    needs_root
    run on_machine <<'SH'
ip link add name other type veth peer name other2
ip addr add 10.66.0.1/24 dev other
ip link set dev other up
up
"$VETHLAB" view --once "$LAB"
"$VETHLAB" view --once --show routes "$LAB"
"$VETHLAB" view --json "$LAB" >"$BATS_TEST_TMPDIR/lines" &
for _ in $(seq 100); do
    [ -s "$BATS_TEST_TMPDIR/lines" ] && break
    sleep 0.05
done
ip link set dev other down
ip addr add 10.67.0.1/24 dev other
ip link set dev ve1 down
down
wait $!
grep '"line":"event"' "$BATS_TEST_TMPDIR/lines"
SH
    assert_success
    assert_line --regexp ' 1 terminal1 .* 2 host '
    assert_line --regexp ' host +1 +[0-9.]+ ms +0%' # SEQ, RTT, LOSS
    assert_line --regexp ' terminal1 +1 +[0-9.]+ ms +0%'
    assert_line --regexp '192\.168\.168\.0/24 dev ve2 .*192\.168\.168\.0/24 dev ve1 '
    assert_output --partial '"node":"host","interface":"ve1","words":"ve1 was set down'
    assert_output --partial '"event":"lab-gone"'
    refute_output --partial '"event":"node-gone","node":"host"'
    refute_output --partial 'other'
    refute_output --partial '10.66.'
    refute_output --partial '10.67.'
}

@test "ping --all counts the machine as host, with its ends of the lab alone" {
    needs_root
    run on_machine <<'SH'
ip link add name other type veth peer name other2
ip addr add 10.66.0.1/24 dev other
ip link set dev other up
"$VETHLAB" -q up --allow-host --name "$LAB" "$TOPOLOGY"
"$VETHLAB" ping "$LAB" --all
"$VETHLAB" exec "$LAB" terminal1 -- ip link set dev ve2 down
"$VETHLAB" ping -W 0.1 "$LAB" --all || echo "exit code $?"
"$VETHLAB" -q down "$LAB"
ip link del dev other
gone
SH
    assert_success
    assert_line "All 4 pairs answered."
    assert_line "exit code 1"
    refute_output --partial 10.66
}

@test "the machine's end has the tag, a chosen MAC address, mtu and no accept_ra" {
    needs_root
    write_lab <<'FILE'
nodes:
  a:
links:
  - endpoints: ["a:eth0", "host:v.1"]
    mtu: 1400
    mac: [~, "02:00:00:00:00:07"]
    ipv6: [fd00:1::1/64, fd00:1::2/64]
  - endpoints: ["host:v2", "a:eth1"]
    ipv4: [10.9.9.1/24, 10.9.9.2/24]
FILE
    export LAB_FILE
    run on_machine <<'SH'
up "$LAB_FILE"
boot=$(cat /proc/sys/kernel/random/boot_id)
for i in v.1 v2; do
    [ "$(cat "/sys/class/net/$i/ifalias")" = "vethlab:$LAB:$(id -u):$boot" ]
    [ "$(cat "/sys/class/net/$i/operstate")" = up ]
    [ "$(cat "/sys/class/net/$i/addr_assign_type")" = 3 ]
done
[ "$(cat /sys/class/net/v.1/address)" = 02:00:00:00:00:07 ]
[ "$(cat /sys/class/net/v.1/mtu)" = 1400 ]
[ "$(cat /sys/class/net/v2/mtu)" = 1500 ]
[ "$(cat /proc/sys/net/ipv6/conf/v.1/accept_ra)" = 0 ]
[ -z "$(ip -6 -o address show dev v2)" ]
ip -6 -o address show dev v.1 scope global | grep -q 'fd00:1::2/64 scope global nodad'
[ -z "$(ip -6 -o address show tentative)" ]
ping -6 -c 1 -W 1 fd00:1::1 >/dev/null
ping -c 1 -W 1 10.9.9.2 >/dev/null
down
gone
SH
    assert_success
}

@test "a bridge of the lab takes an end of the machine as its port's other end" {
    needs_root
    write_lab <<'FILE'
nodes:
  sw:
    kind: bridge
  a:
links:
  - endpoints: [a:eth0, sw:p1]
    ipv4: [10.9.9.2/24, ~]
  - endpoints: ["host:v1", sw:p2]
    ipv4: [10.9.9.1/24, ~]
FILE
    export LAB_FILE
    run on_machine <<'SH'
up "$LAB_FILE"
ping -c 1 -W 1 10.9.9.2 >/dev/null
down
gone
SH
    assert_success
}

@test "without --allow-host: exit code 5, the line, and nothing is made" {
    run as_host_or_here "$VETHLAB" up --name "$LAB" "$TOPOLOGY"
    assert_equal "$status" 5
    assert_output "vethlab: $TOPOLOGY:11: interface ve1 would be made on the machine itself: if you want that, say --allow-host"
    local verb
    for verb in run redeploy; do
        run as_host_or_here "$VETHLAB" "$verb" --name "$LAB" "$TOPOLOGY"
        assert_equal "$status" 5
    done
    run vethlab list
    refute_output --partial "$LAB"
}

# Where the machine cannot be played, the refusal comes before anything is touched.
as_host_or_here() { if is_root_mode; then as_host "$@"; else "$@"; fi; }

@test "rootless: exit code 5 and a sentence" {
    ! is_root_mode || skip "this mode has the privilege"
    run vethlab up --allow-host --name "$LAB" "$TOPOLOGY"
    assert_equal "$status" 5
    assert_output "vethlab: $TOPOLOGY:11: interface ve1 would be made on the machine itself, which only root may do: run it with sudo"
}

@test "root of a user namespace that does not own the machine's network: exit code 5" {
    run unshare -Ur "$VETHLAB" up --allow-host --name "$LAB" "$TOPOLOGY"
    assert_equal "$status" 5
    assert_output --partial "$TOPOLOGY:11: a link to the machine itself needs CAP_NET_ADMIN over its network namespace, which a user namespace does not give: run it with sudo: EPERM"
}

@test "a prefix that overlaps a route of the machine is refused, whatever kind of route" {
    needs_root
    write_host_link v1 10.9.9.1/24
    run on_machine <<'SH'
ip link add name x type veth peer name y
ip link set x up
ip link set y up
ip addr add 172.30.0.1/16 dev x
ip addr add fd00:5::1/64 dev x nodad
refused() { # refused PREFIX ROUTE
    sed "s|10.9.9.1/24|$1|" "$LAB_FILE" >"$BATS_TEST_TMPDIR/t.yaml"
    status=0
    "$VETHLAB" up --allow-host --name "$LAB" "$BATS_TEST_TMPDIR/t.yaml" 2>"$BATS_TEST_TMPDIR/said" || status=$?
    [ "$status" -eq 4 ]
    grep -q "t.yaml:4: $1 on interface v1 overlaps a route of the machine, $2: choose another prefix$" \
        "$BATS_TEST_TMPDIR/said" || { cat "$BATS_TEST_TMPDIR/said"; exit 1; }
    [ ! -e /sys/class/net/v1 ]
}
refused 172.30.7.1/24 '172.30.0.0/16 dev x'
refused 172.0.0.1/8 '172.30.0.0/16 dev x'
refused 127.1.0.1/16 '127.0.0.0/8 dev lo'
ip route add 10.8.0.0/15 via 172.30.0.9
refused 10.9.9.1/24 '10.8.0.0/15 via 172.30.0.9 dev x'
ip route del 10.8.0.0/15
ip route add unreachable 10.8.0.0/15
refused 10.9.9.1/24 '10.8.0.0/15 dev no interface'
ip route del unreachable 10.8.0.0/15
ip route add 10.9.9.0/25 dev x table 77
refused 10.9.9.1/24 '10.9.9.0/25 dev x'
ip route del 10.9.9.0/25 dev x table 77
sed -i 's/ipv4:/ipv6:/' "$LAB_FILE"
refused fd00:5::9/128 'fd00:5::/64 dev x'
# A default route, and the halves of one that VPNs make, overlap everything and say nothing.
ip route add default via 172.30.0.9
ip route add 0.0.0.0/1 via 172.30.0.9
sed -i 's/ipv6:/ipv4:/' "$LAB_FILE"
up "$LAB_FILE"
down
SH
    assert_success
}

@test "a name that exists on the machine is refused, and the machine's interface is untouched" {
    needs_root
    write_host_link v1 10.9.9.1/24
    run on_machine <<'SH'
ip link add name v1 type bridge
before=$(ip -d link show v1)
status=0
"$VETHLAB" up --allow-host "$LAB_FILE" || status=$?
[ "$status" -eq 4 ]
[ "$(ip -d link show v1)" = "$before" ]
ip link del v1
# A veth of somebody else, which might have been a lab's rest, costs a moment's patience.
ip link add name v1 type veth peer name other
status=0
"$VETHLAB" up --allow-host "$LAB_FILE" || status=$?
[ "$status" -eq 4 ]
[ -e /sys/class/net/v1 ] && [ -e /sys/class/net/other ]
SH
    assert_success
    assert_line --index 0 "vethlab: $BATS_TEST_TMPDIR/$LAB.lab.yaml:4: the machine has an interface v1 already: choose another name: EEXIST (File exists)"
}

@test "down needs no file, and touches no interface that only looks like ours" {
    needs_root
    run on_machine <<'SH'
up
boot=$(cat /proc/sys/kernel/random/boot_id)
for i in 1 2 3; do
    ip link add name "d$i" type veth peer name "e$i"
    ip link set "d$i" alias "vethlab:$LAB:$(id -u):$boot"
done
# One whose other end is in another namespace, which is none of the lab's.
unshare -n sleep 60 &
until [ "$(readlink "/proc/$!/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do :; done
ip link add name d4 type veth peer name e4 netns "$!"
ip link set d4 alias "vethlab:$LAB:$(id -u):$boot"
ip -o link show | cut -d: -f2 | grep -v ve1@ >"$BATS_TEST_TMPDIR/decoys"
rm -rf "${XDG_RUNTIME_DIR:-/nonexistent}/vethlab" "/run/vethlab/$LAB"
down
ip -o link show | cut -d: -f2 | cmp - "$BATS_TEST_TMPDIR/decoys"
status=0
down 2>/dev/null || status=$?
[ "$status" -eq 1 ]
ip -o link show | cut -d: -f2 | cmp - "$BATS_TEST_TMPDIR/decoys"
kill "$!"
SH
    assert_success
}

@test "nothing of the machine is changed but the interface: routes, rules, sysctls, firewall" {
    needs_root
    run on_machine <<'SH'
state() {
    { ip rule; ip route show table all; ip -6 route show table all; ip addr
        find /proc/sys/net -type f ! -path '*/ve1/*' ! -name '*stable_secret' ! -path '*route/flush' \
            -exec grep -H . {} + 2>/dev/null
    } | grep -vE 'nf_conntrack_count|valid_lft|expires'
}
state >"$BATS_TEST_TMPDIR/1"
up
state | grep -vE '(dev|: )ve1|192\.168\.168\.|fd00:168:|dev ve1|fe80::|ve1@|link/ether' \
    >"$BATS_TEST_TMPDIR/2"
diff "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
down
state | diff "$BATS_TEST_TMPDIR/1" -
SH
    assert_success
}

@test "names are free at once: up and down thirty times" {
    needs_root
    run on_machine <<'SH'
for _ in $(seq 30); do
    up
    down
    [ ! -e /sys/class/net/ve1 ]
    ip link add name ve1 type bridge
    ip link del ve1
done
gone
SH
    assert_success
}

@test "redeploy keeps to its own names and prefixes, and run takes its end with it" {
    needs_root
    run on_machine <<'SH'
up
"$VETHLAB" -q redeploy --allow-host --name "$LAB" "$TOPOLOGY"
ping -c 1 -W 1 192.168.168.168 >/dev/null
status=0
"$VETHLAB" up --allow-host --name "$LAB-2" "$TOPOLOGY" || status=$?
[ "$status" -eq 4 ]
down
"$VETHLAB" -q run --allow-host --name "$LAB" "$TOPOLOGY" &
until ping -c 1 -W 1 192.168.168.168 >/dev/null 2>&1; do kill -0 $!; done
kill -KILL $!
wait $! || true
# The kernel takes the end with the namespaces; the next up waits for it by itself.
while "$VETHLAB" list | grep -q "^$LAB "; do sleep 0.001; done
up
down
gone
SH
    assert_success
    assert_output --partial "the machine has an interface ve1 already"
}

@test "up killed anywhere leaves no interface, and the next up needs no help" {
    [ "$VETHLAB_MODE" = root ] || skip "done in mode root"
    run on_machine <<'SH'
vanish() { # the kernel does it, in its own time
    for _ in $(seq 200); do
        if gone; then return 0; fi
        sleep 0.01
    done
    ip link
    return 1
}
"$KILLER" --count -- "$VETHLAB" up --allow-host --name "$LAB" "$TOPOLOGY" >"$BATS_TEST_TMPDIR/count"
down
points=0 killed=0
while read -r path own title; do
    [ "$path" != tree ] && [ "$own" -gt 0 ] || continue
    for k in 0 1 2 3 4 5 6 7 8 9; do
        at=$((1 + k * own / 10))
        points=$((points + 1))
        status=0
        "$KILLER" --at "$at" --victim "$path" -- "$VETHLAB" up --allow-host --name "$LAB" \
            "$TOPOLOGY" >/dev/null 2>&1 || status=$?
        [ "$status" -ne 0 ] || killed=$((killed + 1))
        # Every other time without a moment to breathe.
        if [ $((k % 2)) -eq 0 ]; then up || { echo "up after $path $at ($title)"; exit 1; }; fi
        if "$VETHLAB" list | grep -q "^$LAB "; then
            # A node that was killed when the lab was whole already is missing from it, no more.
            [ -z "${title##*/*}" ] || ping -c 1 -W 1 192.168.168.168 >"$BATS_TEST_TMPDIR/ping" || {
                echo "not whole: $path $at ($title)"
                cat "$BATS_TEST_TMPDIR/ping"
                "$VETHLAB" list
                ip addr show
                exit 1
            }
            down
            gone || { echo "left: $path $at ($title)"; ip link; exit 1; }
        else
            vanish || { echo "stays: $path $at ($title)"; exit 1; }
        fi
    done
done <"$BATS_TEST_TMPDIR/count"
echo "points $points killed $killed"
SH
    assert_success
    local points killed
    read -r _ points _ killed <<<"${lines[-1]}"
    echo "# points $points killed $killed" >&3
    [ "$points" -ge 40 ]
    [ $((killed * 100)) -ge $((points * 90)) ]
}

@test "down killed anywhere: the next down, or up, ends the matter" {
    [ "$VETHLAB_MODE" = root ] || skip "done in mode root"
    run on_machine <<'SH'
up
"$KILLER" --count -- "$VETHLAB" down "$LAB" >"$BATS_TEST_TMPDIR/count"
read -r path own title <"$BATS_TEST_TMPDIR/count"
for k in $(seq 0 19); do
    at=$((1 + k * own / 20))
    up
    "$KILLER" --at "$at" --victim "$path" -- "$VETHLAB" down "$LAB" >/dev/null 2>&1 || true
    if [ $((k % 2)) -eq 0 ]; then up || { echo "up after $at"; exit 1; }; fi
    down 2>/dev/null || true
    for _ in $(seq 200); do
        if gone; then continue 2; fi
        sleep 0.01
    done
    echo "left after $at"
    ip link
    exit 1
done
SH
    assert_success
}
