/* SPDX-License-Identifier: BSD-2-Clause */
/* term_fuzz: the terminal emulator under libFuzzer: `make fuzz` builds it with clang and runs it
 * for FUZZ_SECONDS. tests/unit/live_term_test mutates without libFuzzer, for a moment. */
#include <stdint.h>

#include "term_play.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    term_play(data, len);
    return 0;
}
