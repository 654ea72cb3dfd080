/* SPDX-License-Identifier: BSD-2-Clause */
/* view_keys_test: the target of `make fuzz-keys` without libFuzzer: scripts that were found to
 * break something, and others of dice, which are the same in each run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "keys_play.h"

#define SCRIPTS     400
#define SCRIPT_LEN  300
#define SECONDS_MAX 200 /* of all, with sanitizers on a slow machine */

static uint32_t next_random(uint64_t *dice)
{
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    return (uint32_t)(*dice >> 32);
}

static void random_scripts(void **state)
{
    (void)state;
    uint64_t dice = 0x2026112618001ULL;
    uint8_t script[SCRIPT_LEN];
    alarm(SECONDS_MAX);
    for (int i = 0; i < SCRIPTS; i++) {
        for (size_t k = 0; k < sizeof script; k++)
            script[k] = (uint8_t)next_random(&dice);
        keys_play(script, sizeof script);
    }
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_scripts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
