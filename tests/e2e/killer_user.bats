#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# killer_user: kill -9 anywhere as an ordinary user.

bats_require_minimum_version 1.5.0
load ../lib/killer

# Traced by root: else newuidmap would lose its privileges, and with them the lab its range of ids.
@test "up and down survive kill -9 anywhere, as an ordinary user" {
    [ "$VETHLAB_MODE" = root ] || skip "only root can trace newuidmap: done in mode root"
    kill_everywhere "$VETHLAB_TEST_UID"
}
