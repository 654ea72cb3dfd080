#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# limits: what cannot be read is not called gone: too few open files are an error with its own exit
# code, and a process whose status is long is read to its end.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

# A bridge and eleven hosts; MTU is the first host's link's.
write_star() {
    local i mtu=$1
    write_lab < <(
        echo "nodes:"
        echo "  sw: {kind: bridge}"
        for i in {1..11}; do echo "  h$i:"; done
        echo "links:"
        for i in {1..11}; do
            echo "  - endpoints: [sw:p$i, h$i:eth0]"
            echo "    mtu: $mtu"
            echo "    ipv4: [~, 10.1.0.$i/24]"
        done
    )
}

# with_files SOFT:HARD CMD...: with those limits of open files ("" for the present one), and none of
# bats' own open.
with_files() {
    prlimit --nofile="$1" -- "${@:2}" 3>&- 4>&- 5>&- 6>&- 7>&-
}

@test "a low soft limit of open files is raised, and commands in nodes get the caller's" {
    write_star 1500
    with_files 16: "$VETHLAB" -q up "$LAB_FILE"
    run with_files 16: "$VETHLAB" exec "$LAB" h1 -- sh -c 'ulimit -Sn; ulimit -Hn'
    assert_line --index 0 16
    assert_line --index 1 "$(ulimit -Hn)"
    write_star 1400
    run with_files 16: "$VETHLAB" plan "$LAB_FILE"
    assert_equal "$status" 10
    run with_files 16: "$VETHLAB" apply "$LAB_FILE"
    assert_success
    run with_files 16: "$VETHLAB" plan "$LAB_FILE"
    assert_success
    run with_files 16: "$VETHLAB" -q ping --all "$LAB"
    assert_success
    assert_output --partial "All 110 pairs answered"
    run with_files 16: "$VETHLAB" show "$LAB"
    assert_success
    refute_output --partial gone
    with_files 6: "$VETHLAB" -q down "$LAB"
}

@test "with too few open files every verb does all or says which limit it is" {
    write_star 1500
    vethlab -q up "$LAB_FILE"
    local n verb
    for n in 5 6 7 8 9 10 12 15 18; do
        for verb in "show $LAB" "plan $LAB_FILE" "apply $LAB_FILE" "up $LAB_FILE" list \
            "exec $LAB h1 -- true"; do
            # shellcheck disable=SC2086 # words
            run with_files "$n:$n" "$VETHLAB" $verb
            if [ "$status" = 0 ]; then
                refute_output --partial gone
                continue
            fi
            assert_output --partial "ulimit -Hn"
            [[ "$status" == 6 || "$verb $status" == exec*125 ]] ||
                fail "$n open files: $verb: exit code $status: $output"
        done
    done
    run vethlab plan "$LAB_FILE"
    assert_success
    run with_files 5:5 "$VETHLAB" down "$LAB"
    assert_equal "$status" 6
    refute_output --partial "did you mean"
    vethlab -q down "$LAB"
}

@test "a user in hundreds of groups sees his labs, and they keep none of the groups" {
    setpriv --groups 1800000000,1800000001 true 2>/dev/null || skip "groups cannot be set here"
    write_pair
    local groups
    groups=$(seq -s, 1800000000 1800000360)
    setpriv --groups "$groups" "$VETHLAB" -q up "$LAB_FILE"
    run vethlab list
    assert_output --partial "$LAB"
    run vethlab up "$LAB_FILE"
    assert_success
    assert_output --partial "up already"
    run vethlab exec "$LAB" a -- sed -n 's/^Groups:[[:space:]]*//p' /proc/1/status
    assert_output ""
    vethlab -q down "$LAB"
}
