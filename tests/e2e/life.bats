#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# life: a lab comes up whole, is found without any file, answers pings, and goes without a trace.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

@test "the veth ping experiment: both nodes answer, then nothing is left" {
    run vethlab up --name "$LAB" "$VETHLAB_SRC/topologies/veth-ping.lab.yaml"
    assert_success
    assert_output "vethlab: lab $LAB is up: 2 nodes, 1 link"
    run vethlab exec "$LAB" terminal1 -- ping -c 1 -W 1 192.168.168.100
    assert_success
    assert_output --partial "1 received, 0% packet loss"
    run vethlab exec "$LAB" terminal2 -- ping -c 1 -W 1 fd00:168::168
    assert_success
    run vethlab down "$LAB"
    assert_success
    assert_output "vethlab: lab $LAB is down"
}

@test "every topology comes up, and its far ends answer by name, IPv4 and IPv6" {
    local file
    while read -r file from to; do
        vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/$file.lab.yaml"
        run vethlab exec "$LAB" "$from" -- ping -4 -c 1 -W 1 "$to"
        assert_success
        run vethlab exec "$LAB" "$from" -- ping -6 -c 1 -W 1 "$to"
        assert_success
        vethlab -q down "$LAB"
    done <<'PINGS'
veth-ping terminal1 terminal2
lan h1 h4
router a b
PINGS
}

@test "a node has namespaces, hostname, /proc and hosts of its own, and three descriptors" {
    write_pair
    vethlab -q up "$LAB_FILE"
    run vethlab exec "$LAB" a -- hostname
    assert_output a
    run vethlab exec "$LAB" a -- cat /proc/1/cmdline
    assert_output --partial "vethlab: $LAB/a"
    run vethlab exec "$LAB" a -- cat /etc/hosts
    assert_line "10.1.0.2 b"
    run vethlab exec "$LAB" a -- sh -c 'ls /proc/1/fd | wc -l'
    assert_output 3
    run vethlab exec "$LAB" a -- cat /proc/sys/net/ipv4/ip_forward
    assert_output 0
    run env -u LANG "$VETHLAB" exec "$LAB" a -- sh -c 'env | cut -d= -f1 | sort | tr "\n" " "'
    assert_output "HOME LC_ALL PATH PWD TERM VETHLAB_LAB VETHLAB_NODE "
    vethlab -q down "$LAB"
}

@test "exec passes exit codes, signals and bytes on" {
    write_pair
    vethlab -q up "$LAB_FILE"
    run vethlab exec "$LAB" a -- sh -c 'exit 7'
    assert_equal "$status" 7
    run vethlab exec "$LAB" a -- sh -c 'kill -TERM $$'
    assert_equal "$status" 143
    run -127 vethlab exec "$LAB" a -- /no/such/command
    assert_equal "$status" 127
    run vethlab exec "$LAB" aa -- true
    assert_equal "$status" 125
    assert_output "vethlab: lab $LAB has no node \"aa\": did you mean \"a\"?"
    head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/in"
    vethlab exec "$LAB" a -- cat <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out"
    cmp "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
    vethlab -q down "$LAB"
}

@test "list and down need no file" {
    write_pair
    vethlab -q up "$LAB_FILE"
    rm "$LAB_FILE"
    run vethlab list --json
    assert_success
    assert_equal "$(python3 -c 'import json, sys; j = json.load(sys.stdin); print(j["format"], j["version"])' \
        <<<"$output")" "vethlab-list 1"
    assert_equal "$(vethlab list --json | tail -n 1)" "}"
    assert_output --partial "\"lab\": \"$LAB\""
    assert_output --partial '"state": "running"'
    assert_output --partial '"nodes": 2'
    run vethlab down "$LAB"
    assert_success
    run vethlab down "$LAB"
    assert_equal "$status" 1
    assert_output "vethlab: no lab \"$LAB\" is running"
}

@test "up of what runs: identical is done, changed is a conflict, redeploy does down and up" {
    write_pair
    vethlab -q up "$LAB_FILE"
    sed -i 's/^/ /; s/^ //; 1i # only a comment' "$LAB_FILE"
    run vethlab up "$LAB_FILE"
    assert_success
    assert_output "vethlab: lab $LAB is up already, as $LAB_FILE says"
    sed -i 's/10\.1\.0\.2/10.1.0.3/' "$LAB_FILE"
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 4
    assert_output --partial "lab $LAB is running already, but not as $LAB_FILE says"
    run vethlab redeploy "$LAB_FILE"
    assert_success
    run vethlab exec "$LAB" b -- ip -o addr show dev eth0
    assert_output --partial 10.1.0.3/24
    vethlab -q down "$LAB"
}

@test "down, list and up do without the record, or with a broken one" {
    write_pair
    local dir
    # shellcheck disable=SC2016 # expanded by the sh below
    for damage in 'rm "$1/record"' 'truncate -s 70 "$1/record"' ': >"$1/record"' \
        'sed -i "s/^boot ./boot x/" "$1/record"' 'rm -r "$1"' 'head -c 3000 /dev/urandom >"$1/record"'; do
        vethlab -q up "$LAB_FILE"
        dir=$(lab_dir)
        assert_file_exists "$dir/record"
        sh -c "$damage" sh "$dir"
        run vethlab list
        assert_output --partial "$LAB"
        run vethlab up "$LAB_FILE"
        assert_success
        assert_output --partial "is up already"
        vethlab exec "$LAB" a -- ip link set eth0 mtu 1400
        run vethlab up "$LAB_FILE"
        assert_equal "$status" 4
        assert_output --partial "it has no record"
        run vethlab down "$LAB"
        assert_success
        assert_not_exists "$dir"
    done
}

@test "a run without its record is not called up already" {
    write_pair
    "$VETHLAB" -q run "$LAB_FILE" 3>&- &
    local pid=$!
    until vethlab exec "$LAB" a -- true 2>/dev/null; do kill -0 "$pid"; done
    rm "$(lab_dir)/record"
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 4
    vethlab -q down "$LAB"
    wait "$pid" || true
}

@test "a lab that was made with another XDG_RUNTIME_DIR leaves nothing there" {
    [ "$VETHLAB_MODE" != root ] || skip "root of the machine has /run/vethlab"
    write_lab <<'FILE'
nodes:
  a:
    exec: [echo hello]
  b:
links:
  - endpoints: [a:eth0, b:eth0]
    ipv4: [10.1.0.1/24, 10.1.0.2/24]
FILE
    local away=$BATS_TEST_TMPDIR/away own=$BATS_TEST_TMPDIR/own
    mkdir -m 700 "$away" "$own"
    (umask 0777 && XDG_RUNTIME_DIR=$away "$VETHLAB" -q up "$LAB_FILE")
    assert_equal "$(stat -c %a "$away/vethlab/$LAB/record")" 600
    run env "XDG_RUNTIME_DIR=$own" "$VETHLAB" logs "$LAB" a
    assert_output --partial hello
    run env "XDG_RUNTIME_DIR=$own" "$VETHLAB" up "$LAB_FILE"
    assert_success
    assert_output --partial "is up already"
    vethlab exec "$LAB" a -- ip link set eth0 mtu 1400
    run env "XDG_RUNTIME_DIR=$own" "$VETHLAB" up "$LAB_FILE"
    assert_success
    sed -i 's/10\.1\.0\.2/10.1.0.3/' "$LAB_FILE"
    run env "XDG_RUNTIME_DIR=$own" "$VETHLAB" up "$LAB_FILE"
    assert_equal "$status" 4
    assert_not_exists "$own/vethlab"
    env "XDG_RUNTIME_DIR=$own" "$VETHLAB" -q apply "$LAB_FILE"
    assert_not_exists "$own/vethlab"
    grep -q '10\.1\.0\.3' "$away/vethlab/$LAB/record"
    run env "XDG_RUNTIME_DIR=$own" "$VETHLAB" down "$LAB"
    assert_success
    assert_not_exists "$own/vethlab"
    assert_not_exists "$away/vethlab"
}

@test "a lab of unshare -r is the same user's: taken down from outside it leaves nothing" {
    [ "$VETHLAB_MODE" = user ] || skip "one user namespace around the labs is enough"
    write_pair
    unshare -r "$VETHLAB" -q up "$LAB_FILE"
    assert_file_exists "$(lab_dir)/record"
    run unshare -r "$VETHLAB" up "$LAB_FILE"
    assert_success
    vethlab -q down "$LAB"
    refute lab_dir
}

@test "a run that ends lets a later lab of its name alone" {
    write_pair
    "$VETHLAB" -q run "$LAB_FILE" 3>&- &
    local pid=$!
    until vethlab exec "$LAB" a -- true 2>/dev/null; do kill -0 "$pid"; done
    vethlab -q redeploy "$LAB_FILE"
    wait "$pid" || true
    run vethlab exec "$LAB" b -- true
    assert_success
    vethlab -q down "$LAB"
}

@test "down --all goes on behind a lab that it cannot take down" {
    [ "$VETHLAB_ISOLATED" = 1 ] || skip "the labs of whoever runs the tests are not ours to end"
    write_lab <<'FILE'
nodes:
  a:
    exec: ["sleep 5"]
FILE
    mv "$LAB_FILE" "$BATS_TEST_TMPDIR/slow.lab.yaml"
    "$VETHLAB" -q up --name "a$LAB" "$BATS_TEST_TMPDIR/slow.lab.yaml" 3>&- &
    local pid=$!
    write_pair
    until vethlab list | grep -q "^a$LAB .*starting"; do kill -0 "$pid"; done
    vethlab -q up --name "z$LAB" "$LAB_FILE"
    run vethlab down --all
    assert_equal "$status" 4
    assert_output --partial "lab a$LAB is locked by another vethlab command (pid $pid)"
    run vethlab list
    refute_output --partial "z$LAB"
    assert_output --partial "a$LAB"
    wait "$pid" || true
    vethlab -q down "a$LAB"
}

@test "two apply at once make a node once" {
    write_pair
    vethlab -q up "$LAB_FILE"
    printf 'nodes: {a: , b: , c: , d: }\n' >"$LAB_FILE"
    "$VETHLAB" -q apply "$LAB_FILE" &
    local pid=$!
    vethlab -q apply "$LAB_FILE" || true
    wait "$pid" || true
    vethlab -q apply "$LAB_FILE"
    run pgrep -fc "^vethlab: $LAB/c\$"
    assert_output 1
    vethlab -q down "$LAB"
}

@test "from another pid namespace a lab is not seen, and let alone" {
    [ "$VETHLAB_MODE" = root ] || skip "a pid namespace alone is for root"
    write_pair
    vethlab -q up "$LAB_FILE"
    unshare -pf --mount-proc "$VETHLAB" list
    assert_file_exists "$(lab_dir)/record"
    vethlab -q down "$LAB"
}

@test "what a lab that was killed left on disk goes when somebody looks" {
    write_pair
    vethlab -q up "$LAB_FILE"
    local dir
    dir=$(lab_dir)
    kill -KILL "$(sed -n 's/^holder //p' "$dir/record")"
    assert_file_exists "$dir/record"
    until vethlab list | grep -c "$LAB" | grep -qx 0; do :; done
    assert_not_exists "$dir"
}

@test "down takes a file, also one that is gone, and its lab's name where the file has one" {
    write_pair
    vethlab -q up "$LAB_FILE"
    run vethlab down "$LAB_FILE"
    assert_success
    vethlab -q up "$LAB_FILE"
    rm "$LAB_FILE"
    run vethlab down "$LAB_FILE"
    assert_success
    assert_output "vethlab: lab $LAB is down"
}

@test "down takes a file with faults by the name that it says, else by its own" {
    write_lab <<FILE
name: $LAB-n
nodes: {a: }
FILE
    vethlab -q up "$LAB_FILE"
    echo "linx: " >>"$LAB_FILE"
    run vethlab down "$LAB_FILE"
    assert_success
    assert_output "vethlab: lab $LAB-n is down"
    echo "nodes: {a: }" >"$LAB_FILE"
    local text
    for text in "" "nodes: {a: , b:" "nodes: {a: }"$'\x01'; do
        vethlab -q up --name "$LAB" - <<<"nodes: {a: }"
        printf '%s' "$text" >"$LAB_FILE"
        run vethlab down "$LAB_FILE"
        assert_success
        assert_output "vethlab: lab $LAB is down"
    done
}

@test "of several labs that of the directory's only file is meant; else they are named" {
    mkdir "$BATS_TEST_TMPDIR/d"
    cd "$BATS_TEST_TMPDIR/d"
    vethlab -q up --name "$LAB-a" - <<<"nodes: {a: }"
    vethlab -q up --name "$LAB-b" - <<<"nodes: {a: }"
    run vethlab down
    assert_equal "$status" 2
    assert_output "vethlab: 2 labs of yours are running: name one ($LAB-a, $LAB-b)"
    printf 'name: %s\nnodes: {a: }\n' "$LAB-b" >x.lab.yaml
    run vethlab down
    assert_success
    assert_output "vethlab: lab $LAB-b is down"
    vethlab -q up --name "$LAB-c" - <<<"nodes: {a: }"
    run vethlab down
    assert_equal "$status" 2
    assert_output --partial "name one ($LAB-a, $LAB-c)"
    vethlab -q down --all
    run vethlab up --name 'a b' x.lab.yaml
    assert_equal "$status" 2
    assert_output --partial 'vethlab: --name: the name "a b" '
}

@test "output of the topology's commands is relayed, kept for logs, and goes with the lab" {
    write_lab <<'FILE'
nodes:
  a:
    exec:
      - "echo one; echo two >&2"
      - {run: "printf 'a\\033[31mred'; exit 3", ignore-failure: true}
      - [echo, three words, "$HOME"]
      - "(sleep 0.2; echo late) &"
  b:
FILE
    run vethlab up "$LAB_FILE"
    assert_success
    assert_line "vethlab: a: one"
    assert_line "vethlab: a: two"
    assert_line 'vethlab: a: a\x1b[31mred'
    # shellcheck disable=SC2016 # meant as they stand
    assert_line 'vethlab: a: three words $HOME'
    until vethlab logs "$LAB" a | grep -qx late; do :; done
    run vethlab logs "$LAB"
    assert_success
    assert_line "a: \$ echo one; echo two >&2"
    assert_line "a: one"
    assert_line 'a: a\x1b[31mred'
    assert_line "a: (exit code 3)"
    # shellcheck disable=SC2016
    assert_line 'a: $ echo three words $HOME'
    run vethlab logs "$LAB" b
    assert_success
    assert_output ""
    run vethlab logs "$LAB" c
    assert_failure
    assert_output --partial 'has no node "c"'
    vethlab -q down "$LAB"
    run vethlab logs "$LAB"
    assert_equal "$status" 1
}

@test "up through a pipe returns at once, and the lab outlives its terminal" {
    write_pair
    run bash -c '"$VETHLAB" up "$1" 2>&1 | cat' up "$LAB_FILE"
    assert_success
    run vethlab exec "$LAB" b -- true
    assert_success
    vethlab -q down "$LAB"
}

@test "run lives as long as its command" {
    write_pair
    "$VETHLAB" -q run "$LAB_FILE" 3>&- &
    local pid=$!
    until vethlab exec "$LAB" a -- true 2>/dev/null; do kill -0 "$pid"; done
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 4
    assert_output --partial "is running already, but only as long as the \`run\` that made it"
    kill -TERM "$pid"
    wait "$pid" || true
    run vethlab list
    refute_output --partial "$LAB"
}

@test "kill -9 of run takes the lab with it" {
    write_pair
    "$VETHLAB" -q run "$LAB_FILE" 3>&- &
    local pid=$!
    until vethlab exec "$LAB" a -- true 2>/dev/null; do kill -0 "$pid"; done
    kill -KILL "$pid"
    wait "$pid" || true
    while vethlab list | grep -q "^$LAB "; do sleep 0.01; done
    vethlab -q up "$LAB_FILE"
    vethlab -q down "$LAB"
}

@test "what takes longer than a second is shown on a terminal, and taken away again" {
    write_lab <<'FILE'
nodes:
  a:
    exec: ["sleep 1.2"]
FILE
    run script -qec "$VETHLAB up $LAB_FILE" /dev/null </dev/null
    assert_success
    assert_output --partial "building lab $LAB: node a: sleep 1.2"
    assert_line --partial $'\r\033[Kvethlab: lab '"$LAB is up: 1 node, 0 links"
    vethlab -q down "$LAB"
}

@test "a node without links has its routes all the same" {
    write_lab <<'FILE'
nodes:
  a:
    ipv4: 10.9.0.1/32
    routes: [10.8.0.0/16 dev lo]
FILE
    vethlab -q up "$LAB_FILE"
    run vethlab exec "$LAB" a -- ip route show 10.8.0.0/16
    assert_output --partial "10.8.0.0/16 dev lo"
    vethlab -q down "$LAB"
}

@test "a failing command fails up, with its line, and nothing is left" {
    write_lab <<'FILE'
nodes:
  a:
    exec:
      - "exit 3"
FILE
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 1
    assert_output --partial "$LAB.lab.yaml:4: node a: \"exit 3\" ended with exit code 3"
    run vethlab list
    refute_output --partial "$LAB"
}

@test "what the kernel refuses is said with file, line and node" {
    write_lab <<'FILE'
nodes:
  a:
    sysctls:
      net.ipv4.no_such_thing: 1
FILE
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 1
    assert_output --partial "$LAB.lab.yaml:4: node a, sysctl net/ipv4/no_such_thing: this kernel has no sysctl"
}
