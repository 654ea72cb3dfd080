# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# reach.bash: the examples of topologies/, and whom their nodes reach.

load ../lib/vethlab

# up_example NAME: that example runs under this test's name.
up_example() {
    vethlab -q up --name "$LAB" "$VETHLAB_SRC/topologies/$1.lab.yaml"
}

# reaches NODE: it pings, all at once, every address that its /etc/hosts knows; silence is success.
reaches() {
    # shellcheck disable=SC2016
    run vethlab exec "$LAB" "$1" -- sh -c '
        for a in $(grep -v localhost /etc/hosts | cut -d " " -f 1); do
            ping -c 1 -W 2 -q "$a" >/dev/null || echo "$a does not answer $VETHLAB_NODE" &
        done
        wait'
    assert_output ""
}

# addresses NODE: how many addresses its /etc/hosts knows, so that silence cannot come from none.
addresses() {
    vethlab exec "$LAB" "$1" -- sh -c "grep -cv localhost /etc/hosts"
}
