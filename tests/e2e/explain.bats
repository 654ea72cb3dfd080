#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# explain, export: what is said about a lab is true. Every topology is built twice, by `up` and by
# the exported script, and both are read through libnl.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

SNAPSHOT=$VETHLAB_BUILD/tests/helpers/snapshot

# All of a node's net sysctls, but for those that count or that belong to an interface's index.
# shellcheck disable=SC2016 # expanded in the node
SYSCTLS='cd /proc/sys/net && grep -rs . ipv4/conf ipv6/conf ipv4/ip_forward ipv4/ping_group_range |
    grep -v stable_secret | sort'

nodes_of_lab() {
    vethlab show "$LAB" --json |
        python3 -c 'import json, sys; [print(n["name"]) for n in json.load(sys.stdin)["nodes"]]' | sort
}

built_by_up() {
    vethlab -q up --name "$LAB" "$1"
    "$SNAPSHOT" lab "$LAB" | sort >"$2"
    local node
    for node in $(nodes_of_lab); do
        vethlab exec "$LAB" "$node" -- sh -c "$SYSCTLS" | sed "s/^/$node /"
    done >"$2.sysctls"
    vethlab -q down "$LAB"
}

# shellcheck disable=SC2016 # expanded by the script's command
built_by_script() {
    vethlab export sh "$1" >"$BATS_TEST_TMPDIR/lab.sh"
    SYSCTLS=$SYSCTLS SNAPSHOT=$SNAPSHOT OUT=$2 sh "$BATS_TEST_TMPDIR/lab.sh" sh -c '
        "$SNAPSHOT" $VETHLAB_NODES | sort >"$OUT"
        for n in $VETHLAB_NODES; do echo "${n%=*}" "${n#*=}"; done | sort | while read -r name pid; do
            nsenter --target "$pid" --mount --uts --net --pid sh -c "$SYSCTLS" | sed "s/^/$name /"
        done >"$OUT.sysctls"'
}

@test "every topology: what the exported script builds is what up builds" {
    local file
    for file in "$VETHLAB_SRC"/topologies/*.lab.yaml; do
        case $file in
            *-host.lab.yaml) continue ;; # below
            *star-100*) # a second a node in a script: once, and not with sanitizers
                [ "$VETHLAB_MODE" = root ] && ! ldd "$VETHLAB" | grep -q libasan || continue
                ;;
        esac
        built_by_up "$file" "$BATS_TEST_TMPDIR/up"
        built_by_script "$file" "$BATS_TEST_TMPDIR/script"
        assert [ -s "$BATS_TEST_TMPDIR/up" ]
        run diff "$BATS_TEST_TMPDIR/up" "$BATS_TEST_TMPDIR/script"
        assert_success
        assert [ -s "$BATS_TEST_TMPDIR/up.sysctls" ]
        run diff "$BATS_TEST_TMPDIR/up.sysctls" "$BATS_TEST_TMPDIR/script.sysctls"
        assert_success
    done
}

# Within its limits the kernel lets an interface be called anything; a name runs nothing, wherever it
# is written: `cnr` is what the commands in these names would make, here or in the root of a node.
@test "interfaces with the names of commands: the script builds what up builds and runs none" {
    mkdir "$BATS_TEST_TMPDIR/cwd"
    cd "$BATS_TEST_TMPDIR/cwd"
    cat >"$BATS_TEST_TMPDIR/nasty.lab.yaml" <<'YAML'
name: nasty
nodes:
  a:
    routes:
      - {to: 10.9.0.0/16, dev: '$(>cnr)'}
    sysctls:
      'net.ipv4.conf.$(>cnr).log_martians': 1
  b:
  sw: {kind: bridge, ipv4: 10.2.0.1/24}
links:
  - endpoints: ['a:$(>cnr)', 'b:`>cnr`']
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
    mtu: 1400
  - endpoints: ['a:;>cnr;#', 'sw:&>cnr&']
    ipv4: [10.2.0.2/24, null]
  - endpoints: ["b:'|*?~!", 'sw:-x"\']
  - endpoints: ['b:#', 'sw:-h']
YAML
    built_by_up "$BATS_TEST_TMPDIR/nasty.lab.yaml" "$BATS_TEST_TMPDIR/up"
    built_by_script "$BATS_TEST_TMPDIR/nasty.lab.yaml" "$BATS_TEST_TMPDIR/script"
    assert [ -s "$BATS_TEST_TMPDIR/up" ]
    run diff "$BATS_TEST_TMPDIR/up" "$BATS_TEST_TMPDIR/script"
    assert_success
    run diff "$BATS_TEST_TMPDIR/up.sysctls" "$BATS_TEST_TMPDIR/script.sysctls"
    assert_success
    assert [ ! -e cnr ]
    assert [ ! -e /cnr ]
    run shellcheck -S warning "$BATS_TEST_TMPDIR/lab.sh"
    assert_success
}

@test "a command of the topology sees the same names and variables by script and by up" {
    local seen=$BATS_TEST_TMPDIR/seen
    cat >"$BATS_TEST_TMPDIR/exec.lab.yaml" <<YAML
name: $LAB
nodes:
  a:
    env: {WORD: "it's \$HOME; two"}
    exec:
      - ping -c1 -W5 b
      - |
        { env | grep -v '^_=\|^PWD=\|^SHLVL=\|^OLDPWD='; cat /etc/hosts; getent hosts b c
        id -u; pwd; } | sort >$seen
      - [sh, -c, 'cat >>"\$1"; printf "%s\n" "\$2" >>"\$1"', sh, $seen, 'one  \$(word)']
  b:
    exec: ['ping -c1 -W5 c']
  c:
links:
  - {endpoints: [a:e0, b:e0], ipv4: [10.1.0.1/24, 10.1.0.2/24]}
  - {endpoints: [b:e1, c:e0], ipv4: [10.2.0.2/24, 10.2.0.3/24]}
YAML
    vethlab -q up "$BATS_TEST_TMPDIR/exec.lab.yaml"
    vethlab -q down "$LAB"
    assert [ -s "$seen" ]
    mv "$seen" "$seen.up"
    cp /etc/hosts "$BATS_TEST_TMPDIR/hosts"
    vethlab export sh "$BATS_TEST_TMPDIR/exec.lab.yaml" >"$BATS_TEST_TMPDIR/lab.sh"
    mkdir "$BATS_TEST_TMPDIR/tmp"
    echo stray | TMPDIR=$BATS_TEST_TMPDIR/tmp sh "$BATS_TEST_TMPDIR/lab.sh" true
    run diff "$seen.up" "$seen"
    assert_success
    run cat "$seen"
    assert_line "WORD=it's \$HOME; two"
    assert_line "VETHLAB_NODE=a"
    assert_line --partial "10.1.0.2 b"
    assert_line "one  \$(word)"
    refute_line stray
    run diff /etc/hosts "$BATS_TEST_TMPDIR/hosts" # the machine's own
    assert_success
    run ls "$BATS_TEST_TMPDIR/tmp"
    assert_output ""
    run shellcheck -S warning "$BATS_TEST_TMPDIR/lab.sh"
    assert_success
    run vethlab explain "$BATS_TEST_TMPDIR/exec.lab.yaml"
    assert_line --partial "env 'WORD=it'\\''s \$HOME; two' /bin/sh -c 'ping -c1 -W5 b'"
    assert_line --partial "b# ping -c1 -W5 c"
}

@test "a command that does not end in its time fails the script, too" {
    cat >"$BATS_TEST_TMPDIR/slow.lab.yaml" <<YAML
name: $LAB
nodes:
  a:
    exec: [{run: "sleep 60", timeout: 1}]
YAML
    run vethlab export sh "$BATS_TEST_TMPDIR/slow.lab.yaml"
    assert_success
    echo "$output" >"$BATS_TEST_TMPDIR/lab.sh"
    run sh "$BATS_TEST_TMPDIR/lab.sh" echo built
    assert_failure
    refute_output --partial built
}

@test "the script takes the lab away whatever ends it, and passes its command's exit code on" {
    vethlab export sh "$VETHLAB_SRC/topologies/veth-ping.lab.yaml" >"$BATS_TEST_TMPDIR/lab.sh"
    run sh "$BATS_TEST_TMPDIR/lab.sh" sh -c 'exit 5'
    assert_equal "$status" 5
    mkfifo "$BATS_TEST_TMPDIR/up"
    sh "$BATS_TEST_TMPDIR/lab.sh" sh -c 'echo up >"$1"; exec sleep 60' sh "$BATS_TEST_TMPDIR/up" 3>&- &
    local pid=$!
    read -r _ <"$BATS_TEST_TMPDIR/up"
    kill -KILL "$pid"
    wait "$pid" || true # the leak check does the rest
    run shellcheck "$BATS_TEST_TMPDIR/lab.sh"
    assert_success
}

@test "explain says each command, its place and why; --all the defaults too" {
    run vethlab explain "$VETHLAB_SRC/topologies/veth-ping.lab.yaml"
    assert_success
    assert_line --partial "terminal1# unshare --pid --fork --mount-proc --net --uts sh"
    assert_line --partial "machine# ip link add name ve2 netns <pid of terminal1> type veth peer name ve1 netns <pid of terminal2>"
    assert_line --partial "terminal2# ip addr add 192.168.168.100/24 dev ve1"
    refute_output --partial rp_filter
    run vethlab explain --all "$VETHLAB_SRC/topologies/veth-ping.lab.yaml"
    assert_line --partial "terminal1# echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter"
}

@test "the table of the experiment with the machine has the steps of the notes" {
    run vethlab explain --table "$VETHLAB_SRC/topologies/veth-ping-host.lab.yaml"
    assert_success
    local step
    while read -r step; do
        assert_line --partial "| \`$step\` |"
    done <<'STEPS'
unshare --pid --fork --mount-proc --net --uts sh
lsns -t net
ip link add name ve1 type veth peer name ve2 netns <pid of terminal1>
ip link set dev ve1 up
ip addr add 192.168.168.100/24 dev ve1
ip link set dev ve2 up
ip addr add 192.168.168.168/24 dev ve2
ping -c 3 192.168.168.100
exit
STEPS
}

# shellcheck disable=SC2016 # backquotes of the topology and of Markdown
@test "a command of several lines and with backquotes is one row of the table" {
    printf 'name: x\nnodes:\n  a:\n    exec:\n      - |\n        echo `id`\n        true | cat\n      - ["`"]\n' \
        >"$BATS_TEST_TMPDIR/x.lab.yaml"
    run vethlab explain --table "$BATS_TEST_TMPDIR/x.lab.yaml"
    assert_success
    assert_line --partial '| ``echo `id` ⏎ true \| cat`` |'
    assert_line --partial "| \`\`'\`'\`\` |"
    refute_line --regexp '^[^|]'
}

@test "the tag of an end on the machine is explained" {
    run vethlab explain "$VETHLAB_SRC/topologies/veth-ping-host.lab.yaml"
    assert_success
    assert_line --partial "Marks ve1 in the machine as this lab's: only so it is known as such."
    assert_line --partial "machine# ip link set dev ve1 alias vethlab:veth-ping-host"
}

@test "--netlink shows each message decoded, with its bytes" {
    run vethlab explain --netlink "$VETHLAB_SRC/topologies/veth-ping.lab.yaml"
    assert_success
    assert_line --partial 'IFLA_INFO_KIND         "veth"'
    assert_line --partial "IFLA_NET_NS_FD     namespace of terminal2"
    assert_line --partial "c0a8a864" # 192.168.168.100
    assert_equal "${output:0:1}" "#"
}

# All bytes of all messages, and of the machine's end what is known before.
@test "--netlink shows whole messages, and the tag of the machine's end" {
    run vethlab explain --netlink "$VETHLAB_SRC/topologies/veth-ping-host.lab.yaml"
    assert_success
    assert_line --partial "\"vethlab:veth-ping-host:$(id -u):$(cat /proc/sys/kernel/random/boot_id)\""
    assert_line --partial "# The index is 0 here: the kernel gives it"
    assert_line --partial "which is another one after the next"
    python3 -c '
import re, struct, sys
messages = []
for line in sys.stdin:
    if line.startswith("RTM_"):
        messages.append([int(re.search(r"(\d+) bytes", line).group(1)), b""])
    if messages and not line.startswith("#"):
        messages[-1][1] += bytes.fromhex(re.search(r"((?: [0-9a-f]{8})*)$", line.rstrip("\n")).group(1))
assert len(messages) > 5
for size, data in messages:
    assert len(data) == size == struct.unpack("=I", data[:4])[0], (size, data)
' <<<"$output"
}

@test "--json is JSON with a version; one form at a time; export knows its words" {
    vethlab explain --json "$VETHLAB_SRC/topologies/lan.lab.yaml" | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["format"] == "vethlab-explain" and d["version"] == 1 and d["lab"] == "lan"
kinds = {o["operation"] for o in d["operations"]}
assert {"node-add", "bridge-add", "link-add", "addr-add", "link-ready"} <= kinds, kinds
assert all(o["commands"] and o["why"].endswith(".") for o in d["operations"])'
    run vethlab explain --sh --json "$VETHLAB_SRC/topologies/lan.lab.yaml"
    assert_equal "$status" 2
    run vethlab export dot "$VETHLAB_SRC/topologies/lan.lab.yaml"
    assert_equal "$status" 2
    assert_output 'vethlab: export writes "sh", not "dot"'
}
