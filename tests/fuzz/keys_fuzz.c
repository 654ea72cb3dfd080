/* SPDX-License-Identifier: BSD-2-Clause */
/* keys_fuzz: keys_play() under libFuzzer: `make fuzz-keys` builds it with clang and runs it for
 * FUZZ_SECONDS. tests/unit/view_keys_test plays without libFuzzer, for a moment. */
#include "keys_play.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    keys_play(data, len);
    return 0;
}
