#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# apply_host: plan and apply of labs with links to the machine. Never the real one: a network and
# mount namespace plays it.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

: "${APPLY_SEED:=$((RANDOM * 32768 + RANDOM))}"
: "${APPLY_HOST_PAIRS:=10}"
export SNAPSHOT=$VETHLAB_BUILD/tests/helpers/snapshot

setup() {
    is_root_mode || skip "links to the machine are for root"
    [ "$VETHLAB_MODE" != userns ] || skip "the machine cannot be played there"
    vethlab_setup
    export BATS_TEST_TMPDIR
}

# on_machine: runs the script on standard input as bash -eu in a namespace that plays the machine.
#   fails STATUS COMMAND...  ends with that exit code; what it said is in $said
#   state NAME               writes $NAME: the lab, and the machine's interfaces, as they are
#   same A B                 the two are the same, or soon: the kernel makes some routes later
on_machine() {
    {
        cat <<'SH'
said=$BATS_TEST_TMPDIR/said
vethlab() { "$VETHLAB" "$@"; }
fails() {
    local want=$1 status=0
    shift
    "$@" >"$said" 2>&1 || status=$?
    [ "$status" -eq "$want" ] || { echo "exit code $status, not $want: $*"; cat "$said"; exit 1; }
}
state() {
    {
        set +e # what is not there is not found
        "$SNAPSHOT" lab "$LAB"
        ip -o link show | sed -nE '/^[0-9]+: hv/{s/^[0-9]+: //;s/@if[0-9]+//;s/link-netnsid [0-9]+//;s/link\/ether.*alias/alias/;p}'
        ip -o link show | grep -o '^[0-9]*: hv.*02:00:00:00:..:..' | sed -E 's/^[0-9]+: (hv[0-9]+)@.* /\1 /'
        ip -o addr show | sed -nE '/: hv/{s/^[0-9]+: //;s/fe80::[0-9a-f:]+/link-local/;p}'
        ip route show table all | grep ' hv' | grep -v fe80
        grep -H . /proc/sys/net/ipv6/conf/hv*/disable_ipv6 2>/dev/null
    } | sort >"$BATS_TEST_TMPDIR/$1"
}
same() {
    local deadline=$((SECONDS + 5))
    while state "$2"; ! cmp -s "$BATS_TEST_TMPDIR/$1" "$BATS_TEST_TMPDIR/$2"; do
        [ "$SECONDS" -lt "$deadline" ] || { diff "$BATS_TEST_TMPDIR/$1" "$BATS_TEST_TMPDIR/$2"; exit 1; }
        sleep 0.05
    done
}
settled() { # NAME: as state, when the kernel has made what it makes later
    state "$1"
    until state "$1.again"; cmp -s "$BATS_TEST_TMPDIR/$1" "$BATS_TEST_TMPDIR/$1.again"; do state "$1"; done
}
SH
        cat
    } >"$BATS_TEST_TMPDIR/machine.sh"
    as_host bash -eu "$BATS_TEST_TMPDIR/machine.sh"
}

# A and B: what changes, comes and goes at the machine's ends.
write_labs() {
    export A=$BATS_TEST_TMPDIR/a.lab.yaml B=$BATS_TEST_TMPDIR/b.lab.yaml NONE=$BATS_TEST_TMPDIR/none.lab.yaml
    cat >"$A" <<'FILE'
nodes:
  a:
  b:
links:
  - endpoints: [a:eth0, "host:hv0"]
    ipv4: [10.91.1.1/24, 10.91.1.2/24]
  - endpoints: [a:eth1, b:eth1]
FILE
    cat >"$B" <<'FILE'
nodes:
  a:
  b:
links:
  - endpoints: [a:eth0, "host:hv0"]
    mtu: 1400
    ipv4: [10.91.1.1/24, 10.91.1.3/24]
    ipv6: [fd00:91::1/64, fd00:91::2/64]
  - endpoints: [a:eth1, b:eth1]
  - endpoints: ["host:hv1", b:eth0]
    mac: ["02:00:00:00:00:07", ~]
    ipv4: [10.92.1.2/24, 10.92.1.1/24]
FILE
    printf 'nodes:\n  a:\n  b:\nlinks:\n  - endpoints: [a:eth1, b:eth1]\n' >"$NONE"
}

# Below 1280 the kernel takes the interface's IPv6 settings, and makes them anew above it.
@test "an end without IPv6 whose MTU was too small for it has none when it is put right" {
    write_labs
    run on_machine <<'SH'
vethlab -q up --allow-host --name "$LAB" "$B"
settled up
ip link set hv1 mtu 1000
vethlab -q apply --allow-host --lab "$LAB" "$B"
[ "$(cat /proc/sys/net/ipv6/conf/hv1/disable_ipv6)" = 1 ]
[ "$(vethlab plan --lab "$LAB" "$B")" = "lab $LAB is as the file says" ]
same up mended
vethlab -q down "$LAB"
SH
    assert_success
}

@test "a failed apply with an MTU below 1280 gives the machine's ends their IPv6 settings back" {
    write_labs
    run on_machine <<'SH'
settings() { (cd /proc/sys/net/ipv6/conf && grep -H . hv[01]/disable_ipv6 hv[01]/accept_ra hv[01]/accept_dad); }
vethlab -q up --allow-host --name "$LAB" "$B"
settled up
before=$(settings)
echo "$before"
sed 's/mtu: .*/mtu: 1000/; /ipv6:/d; s/mac:.*/mtu: 1000/; s/^  b:/  b:\n  fails: {exec: ["exit 1"]}/' \
    "$B" >"$BATS_TEST_TMPDIR/f.lab.yaml"
vethlab plan --lab "$LAB" "$BATS_TEST_TMPDIR/f.lab.yaml" && exit 1
fails 1 vethlab apply --allow-host --lab "$LAB" "$BATS_TEST_TMPDIR/f.lab.yaml"
grep "what was done is undone, since it failed" "$said"
[ "$(settings)" = "$before" ] || diff <(echo "$before") <(settings)
same up undone
vethlab -q down "$LAB"
SH
    assert_success
    assert_line "hv0/accept_ra:0"
    assert_line "hv1/disable_ipv6:1"
    refute_line --partial "echo" # there is no such setting below that MTU
}

@test "host ends come, change and go as the file says; what fails is undone there too" {
    write_labs
    run on_machine <<'SH'
allow="--allow-host --lab $LAB"
vethlab -q up --allow-host --name "$LAB" "$B"
settled b
vethlab -q down "$LAB"
vethlab -q up --allow-host --name "$LAB" "$A"
settled a
sed 's/^  b:/  b:\n  fails: {exec: ["exit 1"]}/' "$B" >"$BATS_TEST_TMPDIR/f.lab.yaml"
fails 1 vethlab apply $allow "$BATS_TEST_TMPDIR/f.lab.yaml"
grep -q "what was done is undone, since it failed" "$said"
same a undone
vethlab -q apply $allow "$B"
same b applied
ping -c 1 -W 1 10.92.1.1 >/dev/null
ping -6 -c 1 -W 1 fd00:91::1 >/dev/null
vethlab apply --lab "$LAB" "$B" 2>&1 | grep -q "nothing was done"
[ "$(vethlab plan --lab "$LAB" "$B")" = "lab $LAB is as the file says" ]
sed 's/^  b:/  b:\n  fails: {exec: ["exit 1"]}/' "$NONE" >"$BATS_TEST_TMPDIR/f.lab.yaml"
fails 1 vethlab apply $allow "$BATS_TEST_TMPDIR/f.lab.yaml"
same b undone
ping -c 1 -W 1 10.92.1.1 >/dev/null
ping -6 -c 1 -W 1 fd00:91::1 >/dev/null
vethlab -q apply $allow "$A"
same a applied
vethlab -q apply $allow "$NONE"
[ "$(ip -o link show | wc -l)" -eq 1 ]
vethlab -q apply $allow "$A"
same a again
vethlab -q down "$LAB"
[ "$(ip -o link show | wc -l)" -eq 1 ]
SH
    assert_success
}

@test "without --allow-host nothing of the machine is touched: exit code 5" {
    write_labs
    run on_machine <<'SH'
vethlab -q up --name "$LAB" "$NONE"
settled none
fails 5 vethlab apply --lab "$LAB" "$A"
cat "$said"
same none 2
vethlab -q apply --allow-host --lab "$LAB" "$A"
settled a
sed 's/10.91.1.2/10.91.1.4/' "$A" >"$BATS_TEST_TMPDIR/changed.lab.yaml"
fails 5 vethlab apply --lab "$LAB" "$BATS_TEST_TMPDIR/changed.lab.yaml"
cat "$said"
fails 5 vethlab apply --lab "$LAB" "$NONE"
cat "$said"
same a 2
sed 's/^  b:/  b:\n  c:/' "$A" >"$BATS_TEST_TMPDIR/more.lab.yaml" # elsewhere it needs no leave
vethlab -q apply --lab "$LAB" "$BATS_TEST_TMPDIR/more.lab.yaml"
vethlab -q down "$LAB"
SH
    assert_success
    assert_line "vethlab: $BATS_TEST_TMPDIR/a.lab.yaml:5: interface hv0 would be made on the machine itself: if you want that, say --allow-host"
    assert_line "vethlab: interface hv0 would be changed on the machine itself: if you want that, say --allow-host"
    assert_line "vethlab: interface hv0 would be taken away from the machine itself: if you want that, say --allow-host"
}

@test "a name or a prefix that the machine has already: exit code 4, and nothing is done" {
    write_labs
    run on_machine <<'SH'
vethlab -q up --allow-host --name "$LAB" "$A"
settled a
ip link add name hv1 type bridge
fails 4 vethlab apply --allow-host --lab "$LAB" "$B"
cat "$said"
ip link del hv1
ip link add name x type veth peer name y
ip link set x up
ip addr add 10.92.0.1/16 dev x
fails 4 vethlab apply --allow-host --lab "$LAB" "$B"
cat "$said"
same a 2
ip link del x
vethlab -q apply --allow-host --lab "$LAB" "$B"
vethlab -q down "$LAB"
SH
    assert_success
    assert_line --partial "b.lab.yaml:10: the machine has an interface hv1 already: choose another name"
    assert_line --partial "b.lab.yaml:10: 10.92.1.2/24 on interface hv1 overlaps a route of the machine, 10.92.0.0/16 dev x: choose another prefix"
}

@test "what was done by hand at the machine's end is shown, adopted, and put right" {
    write_labs
    run on_machine <<'SH'
vethlab -q up --allow-host --name "$LAB" "$B"
settled b
ip addr add 10.93.0.1/24 dev hv1
ip addr del 10.91.1.3/24 dev hv0
ip link set dev hv0 mtu 1300
ip link set dev hv0 down
ip link set dev hv1 alias other
ip link add name foreign type veth peer name foreign2 # none of the lab's affair
ip addr add 10.94.0.1/24 dev foreign
fails 10 vethlab plan --lab "$LAB" "$B"
cat "$said"
vethlab plan --adopt --lab "$LAB" "$B" >"$BATS_TEST_TMPDIR/adopted.lab.yaml" || [ "$?" -eq 10 ]
sed -n '/^name/,/^#/p' "$BATS_TEST_TMPDIR/adopted.lab.yaml" | grep -F "10.9"
vethlab -q apply --allow-host --lab "$LAB" "$B"
ip link del dev foreign
same b 2
# Another end of another name in its place, and one that is gone.
ip link set dev hv0 down
ip link set dev hv0 name other
ip link del dev hv1
fails 10 vethlab plan --lab "$LAB" "$B"
vethlab -q apply --allow-host --lab "$LAB" "$B"
same b 2
[ ! -e /sys/class/net/other ]
vethlab -q down "$LAB"
SH
    assert_success
    assert_line "- machine# ip addr del 10.93.0.1/24 dev hv1"
    assert_line "+ machine# ip addr add 10.91.1.3/24 dev hv0"
    assert_line "~ machine# ip link set dev hv0 mtu 1400   (now 1300)"
    assert_line "~ machine# ip link set dev hv0 up"
    assert_line "~ machine# ip link set dev hv1 alias vethlab:$LAB"
    refute_line --partial "foreign"
    refute_line --partial "10.94"
    assert_line --partial "10.92.1.2/24, 10.93.0.1/24]" # in the adopted text
}

@test "random pairs with links to the machine: up A, apply B equals up B; undone is A" {
    export APPLY_SEED APPLY_HOST_PAIRS
    "$VETHLAB_SRC/tests/lib/random-pair" "$APPLY_SEED" "$APPLY_HOST_PAIRS" "$BATS_TEST_TMPDIR" host
    run on_machine <<'SH'
echo "seed $APPLY_SEED, $APPLY_HOST_PAIRS pairs: APPLY_SEED and APPLY_HOST_PAIRS repeat them"
for ((seed = APPLY_SEED; seed < APPLY_SEED + APPLY_HOST_PAIRS; seed++)); do
    echo "pair $seed"
    a=$BATS_TEST_TMPDIR/$seed.a.lab.yaml b=$BATS_TEST_TMPDIR/$seed.b.lab.yaml f=$BATS_TEST_TMPDIR/$seed.f.lab.yaml
    vethlab -q up --allow-host --name "$LAB" "$b"
    settled b
    vethlab -q down "$LAB"
    vethlab -q up --allow-host --name "$LAB" "$a"
    settled a
    fails 1 vethlab -q apply --allow-host --lab "$LAB" "$f"
    grep -q "what was done is undone, since it failed" "$said"
    same a undone
    vethlab -q apply --allow-host --lab "$LAB" "$b"
    same b applied
    vethlab apply --lab "$LAB" "$b" 2>&1 | grep -q "nothing was done"
    vethlab -q down "$LAB"
    [ "$(ip -o link show | wc -l)" -eq 1 ]
done
SH
    assert_success
}
