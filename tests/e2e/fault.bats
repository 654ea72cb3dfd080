#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# fault: what goes wrong from outside: two commands at once, signals, hostile surroundings, dead
# processes. The answer is a sentence and an exit code, and nothing is left.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

# A lab whose `up` takes $1 seconds, all of them in the command of its node `slow`.
write_slow() {
    write_lab <<SLOW
nodes:
  slow:
    exec:
      - [sleep, "$1"]
SLOW
}

# Waits until the lab's node $1 is at its command, which is the last step before the commit.
until_at_command() {
    local deadline=$((SECONDS + 20))
    until pgrep -fx "sleep $1" >/dev/null; do
        [ "$SECONDS" -lt "$deadline" ] || fail "sleep $1 has not started"
        sleep 0.01
    done
}

@test "two at once: one wins, the other exits 4 and names the process that holds the lock" {
    write_slow 1.25
    "$VETHLAB" -q up "$LAB_FILE" 3>&- &
    local pid=$!
    until_at_command 1.25
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 4
    assert_output --partial "lab $LAB is locked by another vethlab command (pid $pid)"
    run vethlab list
    assert_success
    assert_output --partial "$LAB"
    assert_output --partial "starting"
    wait "$pid"
    vethlab -q down "$LAB"
}

@test "list beside up never disturbs it" {
    write_pair
    local stop=$BATS_TEST_TMPDIR/stop
    (until [ -e "$stop" ]; do "$VETHLAB" list >/dev/null; done) 3>&- &
    local pid=$!
    for _ in {1..25}; do
        vethlab -q up "$LAB_FILE"
        vethlab -q down "$LAB"
    done
    : >"$stop"
    wait "$pid"
}

@test "two labs go up and down beside each other" {
    write_pair
    cycle() {
        local _
        for _ in {1..25}; do
            "$VETHLAB" -q up "$LAB_FILE" --name "$1" && "$VETHLAB" -q down "$1" || return
        done
    }
    cycle "$LAB-one" 3>&- &
    local pid=$!
    cycle "$LAB-two"
    wait "$pid"
}

# The shell's background jobs ignore INT, hence --default-signal.
@test "INT, TERM and HUP during up roll back and say so" {
    write_slow 61.5
    local pair status_want
    for pair in INT:130 TERM:143 HUP:129; do
        env --default-signal "$VETHLAB" up "$LAB_FILE" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
        local pid=$! status=0
        until_at_command 61.5
        kill -"${pair%:*}" "$pid"
        wait "$pid" || status=$?
        status_want=${pair#*:}
        assert_equal "$status" "$status_want"
        assert_equal "$(cat "$BATS_TEST_TMPDIR/said")" \
            "vethlab: interrupted: lab $LAB is rolled back, nothing is left"
        run vethlab list
        refute_output --partial "$LAB"
    done
}

@test "a signal that the caller ignores does not interrupt up" {
    write_slow 1.75
    env --ignore-signal=HUP "$VETHLAB" -q up "$LAB_FILE" 3>&- &
    local pid=$!
    until_at_command 1.75
    kill -HUP "$pid"
    wait "$pid"
    vethlab -q down "$LAB"
}

lab_pids() { pgrep -f "^vethlab: $LAB(/|$)"; }

@test "what stays keeps nothing of its caller: descriptors, directory, session, environment" {
    write_pair
    exec 9<"$LAB_FILE"
    (cd "$BATS_TEST_TMPDIR" && "$VETHLAB" up "$LAB_FILE" 2>&1 | cat) >"$BATS_TEST_TMPDIR/out"
    exec 9<&-
    assert_equal "$(cat "$BATS_TEST_TMPDIR/out")" "vethlab: lab $LAB is up: 2 nodes, 1 link"
    local pid count=0
    for pid in $(lab_pids); do
        count=$((count + 1))
        assert_equal "$(readlink "/proc/$pid/fd/"* | sort -u)" /dev/null
        assert_equal "$(readlink "/proc/$pid/cwd")" /
        refute grep -q VETHLAB "/proc/$pid/environ"
        run ps -o sid=,tty= -p "$pid"
        assert_output --regexp "^ *$pid +\?"
        run grep -E '^SigBlk:.*[1-9a-f]' "/proc/$pid/status"
        [ "$status" -ne 0 ] || [[ "$(tr -d '\0' <"/proc/$pid/cmdline")" == */[ab] ]]
    done
    assert_equal "$count" 3
    vethlab -q down "$LAB"
}

@test "a lab outlives the terminal in which it was made" {
    write_pair
    script -qec "$VETHLAB -q up $LAB_FILE" /dev/null
    vethlab exec "$LAB" a -- ping -c 1 -W 1 b
    vethlab -q down "$LAB"
}

run_dir() {
    if [ "$VETHLAB_MODE" = root ]; then echo /run/vethlab; else echo "$XDG_RUNTIME_DIR/vethlab"; fi
}

# Whatever is on disk, the lab is listed, shown and taken down.
must_work_without_record() {
    run vethlab list
    assert_output --partial "$LAB"
    vethlab show "$LAB" >/dev/null
    vethlab exec "$LAB" a -- true
    rm -f "$LAB_FILE"
    run vethlab down "$LAB"
    assert_success
    assert_output "vethlab: lab $LAB is down"
    refute [ -e "$(run_dir)/$LAB" ]
}

@test "down needs no topology file, and no record that is whole" {
    local record
    record=$(run_dir)/$LAB/record
    write_pair
    for how in as-it-is missing empty truncated garbage other-boot other-holder directory; do
        write_pair
        vethlab -q up "$LAB_FILE"
        [ -s "$record" ]
        case $how in
            missing) rm "$record" ;;
            empty) : >"$record" ;;
            truncated) truncate -s 100 "$record" ;;
            garbage) head -c 4096 /dev/urandom >"$record" ;;
            other-boot) sed -i 's/^boot .*/boot 00000000-0000-0000-0000-000000000000/' "$record" ;;
            other-holder) sed -i 's/^holder .*/holder 1/' "$record" ;;
            directory) rm -r "${record%/*}" ;;
        esac
        must_work_without_record
    done
}

@test "up of a running lab whose record is lost compares what runs" {
    write_pair
    vethlab -q up "$LAB_FILE"
    rm "$(run_dir)/$LAB/record"
    run vethlab up "$LAB_FILE"
    assert_success
    vethlab exec "$LAB" a -- ip link set eth0 mtu 1400
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 4
    assert_output --partial "lab $LAB is running already, but not as $LAB_FILE says, and it has no record"
    vethlab -q down "$LAB"
}

@test "a run directory that is not ours alone is refused with a sentence" {
    local dir refused
    dir=$(run_dir)
    refused="vethlab: $dir is not a directory of ours with mode 0700: remove it, or see who made it"
    write_pair
    rm -rf "$dir"
    for how in symlink file open other-owner; do
        case $how in
            symlink) ln -s "$BATS_TEST_TMPDIR" "$dir" ;;
            file) : >"$dir" ;;
            open) mkdir -m 0755 "$dir" ;;
            other-owner)
                [ "$VETHLAB_MODE" = root ] || continue
                mkdir -m 0700 "$dir"
                chown 12345 "$dir"
                ;;
        esac
        run vethlab up "$LAB_FILE"
        assert_equal "$status" 5
        assert_output "$refused"
        rm -rf "$dir"
    done
}

@test "what lies in the lab's place is not followed, and a stale directory does not matter" {
    local dir
    dir=$(run_dir)
    write_pair
    [ -d "$dir" ] || mkdir -m 0700 "$dir"
    ln -s "$BATS_TEST_TMPDIR" "$dir/$LAB"
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 5
    rm "$dir/$LAB"
    mkdir -m 0700 "$dir/$LAB"
    echo old >"$dir/$LAB/record"
    echo old >"$dir/$LAB/log.zz"
    vethlab -q up "$LAB_FILE"
    refute [ -e "$dir/$LAB/log.zz" ]
    vethlab -q down "$LAB"
    [ -d "$dir" ] || mkdir -m 0700 "$dir"
    mkdir -m 0700 "$dir/$LAB"
    run vethlab list
    assert_output ""
    refute [ -e "$dir/$LAB" ]
}

@test "closed standard descriptors are no accident" {
    write_pair
    vethlab -q up "$LAB_FILE" <&-
    vethlab -q down "$LAB" <&-
    vethlab up "$LAB_FILE" <&- >&- 2>&-
    vethlab exec "$LAB" a -- ping -c 1 -W 1 b
    vethlab down "$LAB" <&- >&- 2>&-
}

@test "a result that cannot be written is a failure; a reader that left ends a command with 141" {
    write_pair
    vethlab -q up "$LAB_FILE"
    local words
    for words in list "check $LAB_FILE" --version "view --once $LAB" "ping $LAB a b"; do
        run bash -c "exec timeout 20 \"\$VETHLAB\" $words >&-"
        assert_equal "$status" 1
        assert_output "vethlab: cannot write the result: EBADF (Bad file descriptor)"
        run bash -c "exec timeout 20 \"\$VETHLAB\" $words >/dev/full"
        assert_equal "$status" 1
        assert_output "vethlab: cannot write the result: ENOSPC (No space left on device)"
    done
    for words in "ping $LAB a b -i 0.01" "view --json -i 0.01 $LAB" "view --log - $LAB" \
        "run --log - --name $LAB-r $LAB_FILE"; do
        run bash -c "timeout 20 \"\$VETHLAB\" $words 2>/dev/null | head -c 1 >/dev/null; echo \${PIPESTATUS[0]}"
        assert_output 141
    done
    # more than a buffer at once, of which a part is read: then another error number may be the last
    for words in 1 2 3 4 5; do
        run bash -c "\"\$VETHLAB\" view --json $LAB | head -c 300 >/dev/null; echo \${PIPESTATUS[0]}"
        assert_output 141
    done
    vethlab -q down "$LAB"
}

@test "too few descriptors or processes: exit code 6 and a sentence, before anything is built" {
    write_pair
    local n
    for n in 8 20 60; do
        run prlimit --nofile="$n" "$VETHLAB" up "$LAB_FILE"
        assert_equal "$status" 6
        assert_output --partial "a lab of 2 nodes needs 68 open files, but the hard limit is $n"
    done
    prlimit --nofile=20:200 "$VETHLAB" -q up "$LAB_FILE"
    vethlab -q down "$LAB"
    [ "$VETHLAB_MODE" != root ] || return 0
    # (The leak sanitizer needs a process too.)
    export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
    run prlimit --nproc=1 "$VETHLAB" up "$LAB_FILE"
    assert_equal "$status" 6
    assert_output --partial "too many processes run already for another"
}

@test "a full disk: a lab without its record, or a sentence" {
    [ "$VETHLAB_MODE" = root ] || skip "the run directory is put on a small tmpfs, as root"
    write_pair
    [ -d /run/vethlab ] || mkdir -m 0700 /run/vethlab
    mount -t tmpfs -o size=4k,mode=0700 small /run/vethlab
    dd if=/dev/zero of=/run/vethlab/full bs=4k count=1 status=none
    run vethlab up "$LAB_FILE"
    assert_success
    assert_output --partial "cannot write the lab's record: ENOSPC (No space left on device)"
    assert_output --partial "lab $LAB is up"
    rm /run/vethlab/full
    vethlab -q down "$LAB"
    umount /run/vethlab
    mount -t tmpfs -o nr_inodes=1,mode=0700 small /run/vethlab
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 1
    assert_output "vethlab: cannot make /run/vethlab/$LAB: ENOSPC (No space left on device)"
    umount /run/vethlab
    rmdir /run/vethlab
}

@test "blocked and ignored signals, an empty environment, an odd name of the program" {
    write_pair
    env --block-signal --ignore-signal "$VETHLAB" -q up "$LAB_FILE"
    run vethlab exec "$LAB" a -- grep -E '^Sig(Blk|Ign)' /proc/self/status
    assert_line --regexp '^SigBlk:.0*$'
    assert_line --regexp '^SigIgn:.0*$'
    env --block-signal --ignore-signal "$VETHLAB" -q down "$LAB"
    local keep=()
    [ -z "${XDG_RUNTIME_DIR-}" ] || keep=("XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR")
    env -i "${keep[@]}" "$VETHLAB" -q up "$LAB_FILE"
    run env -i "${keep[@]}" "$VETHLAB" list
    assert_output --partial "$LAB"
    env -i "${keep[@]}" "$VETHLAB" -q down "$LAB"
    for name in "" "-v" "vethlab: x" $'\e[31m'; do
        (exec -a "$name" "$VETHLAB" -q up "$LAB_FILE")
        (exec -a "$name" "$VETHLAB" exec "$LAB" a -- ping -c 1 -W 1 b)
        run bash -c 'exec -a "$0" "$VETHLAB" list' "$name"
        assert_line --regexp "^$LAB +running +2 "
        (exec -a "$name" "$VETHLAB" -q down "$LAB")
    done
}

@test "names that look like something else" {
    write_pair
    local name
    for name in -x --all ../x . "" $'a\e[31m' "a b"; do
        run vethlab up --name "$name" "$LAB_FILE"
        assert_equal "$status" 2
        assert_output --partial "vethlab: --name: the name \""
        refute_output --partial $'\e'
    done
    run vethlab down -- --all
    assert_equal "$status" 1
    assert_output 'vethlab: no lab "--all" is running'
    run vethlab show $'a\e[31m'
    assert_equal "$status" 1
    refute_output --partial $'\e'
}

@test "a node that is killed is shown as gone; the rest works" {
    write_pair
    vethlab -q up "$LAB_FILE"
    kill -KILL "$(pgrep -fx "vethlab: $LAB/b")"
    while pgrep -fx "vethlab: $LAB/b" >/dev/null; do :; done
    run vethlab show "$LAB"
    assert_success
    assert_line --regexp '^b +\(gone\)'
    assert_line --index 0 --regexp ', 1 of 2 nodes$'
    assert_equal "$(vethlab list | awk 'NR == 2 { print $3, $4, $5 }')" "1 of 2"
    assert_line --regexp '^a +lo '
    run vethlab show --json "$LAB"
    assert_output --partial '"gone": true'
    run vethlab exec "$LAB" b -- true
    assert_equal "$status" 125
    assert_output "vethlab: lab $LAB has no node \"b\" running"
    vethlab exec "$LAB" a -- true
    run vethlab list
    assert_line --regexp "^$LAB +running +1 "
    run vethlab up "$LAB_FILE"
    assert_equal "$status" 4
    assert_output --partial "lab $LAB is running already, but its node b ended: redeploy it"
    vethlab -q redeploy "$LAB_FILE"
    vethlab exec "$LAB" b -- ping -c 1 -W 1 a
    vethlab -q down "$LAB"
}

@test "a holder that is killed takes everything with it; the next commands work" {
    write_pair
    vethlab -q up "$LAB_FILE"
    kill -KILL "$(pgrep -fx "vethlab: $LAB")"
    while lab_pids >/dev/null; do :; done
    run vethlab list
    assert_success
    assert_output ""
    run vethlab show "$LAB"
    assert_equal "$status" 1
    assert_output "vethlab: no lab \"$LAB\" is running"
    # Its nodes may still be ending.
    vethlab -q up "$LAB_FILE"
    kill -KILL "$(pgrep -fx "vethlab: $LAB")"
    while pgrep -fx "vethlab: $LAB" >/dev/null; do :; done
    vethlab -q up "$LAB_FILE"
    kill -KILL "$(pgrep -fx "vethlab: $LAB")"
    while lab_pids >/dev/null; do :; done
    run vethlab down "$LAB"
    assert_equal "$status" 1
    refute [ -e "$(run_dir)/$LAB" ]
}

@test "fifty labs come and go, and nothing is left" {
    write_pair
    for _ in {1..50}; do
        vethlab -q up "$LAB_FILE"
        vethlab -q down "$LAB"
    done
}

@test "the first ping after up is answered, twenty times, on a link and over a bridge" {
    local file from to to6
    while read -r file from to to6; do
        for _ in {1..20}; do
            vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/$file.lab.yaml"
            vethlab exec "$LAB" "$from" -- ping -q -c 1 -W 1 "$to" >/dev/null
            vethlab -q down "$LAB"
            vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/$file.lab.yaml"
            vethlab exec "$LAB" "$from" -- ping -6 -q -c 1 -W 1 "$to6" >/dev/null
            vethlab -q down "$LAB"
        done
    done <<'PINGS'
veth-ping terminal1 192.168.168.100 fd00:168::168
lan h1 h4 h4
PINGS
}

@test "one name by root and by a user are two labs" {
    [ "$VETHLAB_MODE" = root ] || skip "needs root and a user: done in mode root"
    write_pair
    local user=(setpriv "--reuid=$VETHLAB_TEST_UID" "--regid=$VETHLAB_TEST_UID" --clear-groups
        env "XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/user" "$VETHLAB")
    local dir=$BATS_TEST_TMPDIR file=/tmp/$LAB.lab.yaml
    while [ "$dir" != /tmp ]; do
        chmod o+x "$dir"
        dir=${dir%/*}
    done
    mkdir -m 0700 "$BATS_TEST_TMPDIR/user"
    chown "$VETHLAB_TEST_UID:$VETHLAB_TEST_UID" "$BATS_TEST_TMPDIR/user"
    install -m 0644 "$LAB_FILE" "$file"
    vethlab -q up "$file" 3>&- &
    local pid=$!
    "${user[@]}" -q up "$file"
    wait "$pid"
    assert_equal "$(pgrep -fcx "vethlab: $LAB")" 2
    assert_equal "$("${user[@]}" list | grep -c "^$LAB ")" 1
    vethlab -q down "$LAB"
    "${user[@]}" exec "$LAB" a -- ping -c 1 -W 1 b
    "${user[@]}" -q down "$LAB"
    rm "$file"
}
