#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# completion: what bash offers for a beginning of a command line.

bats_require_minimum_version 1.5.0
load ../lib/vethlab

setup() {
    vethlab_setup
    cd "$BATS_TEST_TMPDIR" || return
    # shellcheck source=/dev/null
    source "$VETHLAB_SRC/completion/vethlab"
}

teardown() {
    vethlab -q down "$LAB" 2>/dev/null || true
    vethlab -q down "$LAB-2" 2>/dev/null || true
    vethlab_teardown
}

# offers EXPECTED WORDS...: the last of the words is the one under the cursor. Sorted, as bash shows
# them.
offers() {
    local expected=$1
    shift
    COMP_WORDS=("$VETHLAB" "$@")
    COMP_CWORD=$#
    _vethlab "$VETHLAB" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    [ "${#COMPREPLY[@]}" -eq 0 ] || mapfile -t COMPREPLY < <(printf '%s\n' "${COMPREPLY[@]}" | sort)
    assert_equal "${COMPREPLY[*]}" "$expected"
}

@test "it is registered, and every verb and option of the program is offered" {
    run complete -p vethlab
    assert_output "complete -F _vethlab vethlab"
    local verbs option
    verbs=$(vethlab --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' | sort | tr '\n' ' ')
    offers "${verbs% }" ""
    offers "redeploy" red
    offers "shell" -q she
    for verb in $verbs; do
        COMP_WORDS=("$VETHLAB" "$verb" --) COMP_CWORD=2
        _vethlab "$VETHLAB"
        for option in $(vethlab "$verb" --help | sed -nE 's/^ {2,6}(-., )?(--[a-z0-9-]+).*/\2/p'); do
            [[ " ${COMPREPLY[*]} " == *" $option "* ]] || fail "$verb: $option is not offered"
        done
    done
    offers "--quiet" --q
    offers "--count" ping --cou
    offers "" nosuchverb --nothing
}

@test "topology files and directories are offered where a FILE is meant" {
    mkdir dir
    touch one.lab.yaml other.txt "two words.yaml"
    offers "dir one.lab.yaml two words.yaml" up ""
    offers "one.lab.yaml" up --name x o
    offers "" up --name ""
    offers "" up one.lab.yaml ""
    offers "one.lab.yaml" check -v one
    offers "sh" export ""
    offers "one.lab.yaml" export sh o
}

@test "labs, and the nodes of the lab that was typed or of the only one" {
    offers "" down ""
    write_pair
    vethlab -q up "$LAB_FILE"
    rm "$LAB_FILE"
    offers "$LAB" down ""
    offers "a b $LAB" exec ""
    offers "a b" exec "$LAB" ""
    offers "b" shell "$LAB" b
    offers "a b" ping "$LAB" a ""
    offers "" exec "$LAB" a ""
    offers "$LAB" show -r "${LAB:0:3}"
    write_lab <<FILE
name: $LAB-2
nodes:
  r1:
  r2:
FILE
    vethlab -q up "$LAB_FILE"
    rm "$LAB_FILE"
    offers "$LAB $LAB-2" logs ""
    offers "r1 r2" logs "$LAB-2" ""
    offers "$LAB $LAB-2" exec --all ""
    offers "" ping -c ""
}

@test "the values of options: labs, files of any kind, and lists with commas" {
    local sections first
    write_pair
    vethlab -q up "$LAB_FILE"
    rm "$LAB_FILE"
    mkdir here
    cd here
    touch events.log one.lab.yaml
    offers "$LAB" plan --lab ""
    offers "$LAB" apply --lab "${LAB:0:2}"
    offers "$LAB" plan --lab = ""
    offers "one.lab.yaml" plan --lab "$LAB" o
    offers "events.log one.lab.yaml" view --log ""
    offers "events.log" run --log e
    offers "" up --name ""
    # As the program itself names them.
    sections=$(vethlab view --show nonsense 2>&1 | sed 's/.*, but //; s/, /\n/g' | sort | tr '\n' ' ')
    offers "${sections% }" view --show ""
    offers "routes" view --show r
    first=$(vethlab __complete 3 -- vethlab view --show links, | sort | tr '\n' ' ')
    assert_equal "$first" "links,addresses links,events links,neighbours links,ping links,routes links,shell "
    offers "links,routes,ping" view --show links,routes,p
    offers "" view --show links,l
    offers "ip-addr ip-link" view --form = ip
}

@test "behind -- a command is completed, and --option = value is understood" {
    touch some-file
    offers "some-file" exec lab node -- some-f
    [[ " $(COMP_WORDS=("$VETHLAB" exec l n -- prin) COMP_CWORD=5
        _vethlab "$VETHLAB"
        echo "${COMPREPLY[*]}") " == *" printenv "* ]]
    touch one.lab.yaml
    offers "" up --name = o
    offers "one.lab.yaml" up --name = x one
}
