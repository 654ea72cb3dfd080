#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# show: what is printed is what the kernel has, and what iproute2 in the node says.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

# The JSON of `show` as words, by a small program: value KEY... of the parsed object.
value() { python3 -c 'import json, sys
v = json.load(sys.stdin)
for k in sys.argv[1:]:
    v = v[int(k)] if isinstance(v, list) else v[k]
print(json.dumps(v))' "$@"; }

@test "show names each interface with state, peer and addresses" {
    write_pair
    vethlab -q up "$LAB_FILE"
    run vethlab show "$LAB"
    assert_success
    assert_line --index 0 --regexp "^lab $LAB: running for 0:00:0[0-9], 2 nodes\$"
    assert_line --regexp '^NODE +INTERFACE +KIND +STATE +CARRIER +MAC +MTU +PEER +ADDRESSES'
    assert_line --regexp '^a +lo +UNKNOWN +yes +65536 +127\.0\.0\.1/8'
    assert_line --regexp '^ +eth0 +veth +UP +yes +[0-9a-f:]{17} +1500 +b:eth0 +10\.1\.0\.1/24 '
    assert_line --regexp '^ +eth0 +veth +UP +yes +[0-9a-f:]{17} +1500 +a:eth0 +10\.1\.0\.2/24 '
    vethlab -q down "$LAB"
}

@test "a link set down in a node shows on both ends, as ip prints it" {
    write_pair
    vethlab -q up "$LAB_FILE"
    vethlab exec "$LAB" a -- ip link set eth0 down
    run vethlab show "$LAB"
    assert_line --regexp '^ +eth0 +veth +DOWN +no .* b:eth0 '
    # The kernel tells the other end's state up to a second later.
    local word tries=0
    until vethlab exec "$LAB" b -- ip link show eth0 | grep -q NO-CARRIER; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ]
        sleep 0.02
    done
    word=$(vethlab exec "$LAB" b -- ip link show eth0 | sed -n 's/.* state \([A-Z]*\) .*/\1/p')
    run vethlab show "$LAB"
    assert_line --regexp "^ +eth0 +veth +$word +NO-CARRIER .* a:eth0 "
    vethlab -q down "$LAB"
}

@test "show works without the topology file, and LAB may be left out" {
    write_pair
    vethlab -q up "$LAB_FILE"
    rm "$LAB_FILE"
    if [ "$VETHLAB_ISOLATED" = 1 ]; then
        run vethlab show
    else
        run vethlab show "$LAB"
    fi
    assert_success
    assert_line --partial 'b:eth0'
    vethlab -q down "$LAB"
}

@test "show --json agrees with ip -j in every node" {
    write_pair
    vethlab -q up "$LAB_FILE"
    vethlab show --json --routes "$LAB" >"$BATS_TEST_TMPDIR/show"
    assert_equal "$(value format <"$BATS_TEST_TMPDIR/show")" '"vethlab-show"'
    assert_equal "$(value version <"$BATS_TEST_TMPDIR/show")" 1
    local n node ip
    for n in 0 1; do
        node=$(value nodes $n name <"$BATS_TEST_TMPDIR/show" | tr -d '"')
        for ip in 0 1; do
            vethlab exec "$LAB" "$node" -- ip -j addr >"$BATS_TEST_TMPDIR/ip"
            assert_equal "$(value nodes $n interfaces $ip name <"$BATS_TEST_TMPDIR/show")" \
                "$(value $ip ifname <"$BATS_TEST_TMPDIR/ip")"
            assert_equal "$(value nodes $n interfaces $ip state <"$BATS_TEST_TMPDIR/show")" \
                "$(value $ip operstate <"$BATS_TEST_TMPDIR/ip")"
            assert_equal "$(value nodes $n interfaces $ip mac <"$BATS_TEST_TMPDIR/show")" \
                "$(value $ip address <"$BATS_TEST_TMPDIR/ip")"
            assert_equal "$(value nodes $n interfaces $ip mtu <"$BATS_TEST_TMPDIR/show")" \
                "$(value $ip mtu <"$BATS_TEST_TMPDIR/ip")"
            assert_equal \
                "$(value nodes $n interfaces $ip addresses 0 address <"$BATS_TEST_TMPDIR/show")" \
                "$(value $ip addr_info 0 local <"$BATS_TEST_TMPDIR/ip")"
        done
        assert_equal "$(value nodes $n routes 0 to <"$BATS_TEST_TMPDIR/show")" '"10.1.0.0/24"'
    done
    assert_equal "$(value nodes 0 interfaces 1 peer node <"$BATS_TEST_TMPDIR/show")" '"b"'
    vethlab -q down "$LAB"
}

@test "show finds every peer and master of a bridge" {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/lan.lab.yaml"
    run vethlab show "$LAB"
    assert_success
    assert_line --regexp '^sw +lo '
    assert_line --regexp ' bridge +(UP|UNKNOWN) +yes ' # the kernel settles it later
    local n
    for n in 1 2 3 4; do
        assert_line --regexp " veth +UP +yes .* sw +h$n:eth0"
        assert_line --regexp " veth +UP +yes .* sw:[a-z0-9]+ +10\.0\.0\.$n/24"
    done
    refute_output --partial '(outside)'
    vethlab -q down "$LAB"
}

@test "show names the ids that exist, and what cannot work with a single one" {
    write_pair
    vethlab -q up "$LAB_FILE"
    run vethlab show "$LAB"
    assert_success
    case $VETHLAB_MODE in
        user-single | userns) assert_line --regexp '^user ids: single: .*tcpdump -Z, dnsmasq and FRR' ;;
        *) refute_output --partial 'user ids:' ;;
    esac
    local want
    case $VETHLAB_MODE in
        root) want='"all"' ;;
        user) want='"range"' ;;
        *) want='"single"' ;;
    esac
    if [ "$VETHLAB_MODE" != user ] || command -v newuidmap >/dev/null; then
        assert_equal "$(vethlab show --json "$LAB" | value user_ids)" "$want"
    fi
    vethlab -q down "$LAB"
}

@test "hostile interface names and aliases reach the terminal clean" {
    write_pair
    vethlab -q up "$LAB_FILE"
    vethlab exec "$LAB" a -- ip link set eth0 down
    vethlab exec "$LAB" a -- ip link set eth0 name "$(printf 'e\033[2J')"
    vethlab exec "$LAB" a -- ip link set "$(printf 'e\033[2J')" alias "$(printf '\033]0;x\007')"
    run vethlab show "$LAB"
    assert_success
    assert_output --partial 'e\x1b[2J'
    run bash -c '"$VETHLAB" show "$LAB"; "$VETHLAB" show --json "$LAB"'
    [[ $output != *$'\033'* && $output != *$'\007'* ]]
    vethlab -q down "$LAB"
}

@test "show refuses what it must, with a sentence" {
    run vethlab show no-such-lab
    assert_failure 1
    assert_output 'vethlab: no lab "no-such-lab" is running'
    run vethlab show a b
    assert_failure 2
    write_pair
    vethlab -q up "$LAB_FILE"
    run bash -c '"$VETHLAB" show "$LAB" >/dev/full'
    assert_failure 1
    assert_output --partial 'cannot write'
    vethlab -q down "$LAB"
}
