/* SPDX-License-Identifier: BSD-2-Clause */
/* clock: time as int64 nanoseconds. Intervals come from the monotonic clock only. */
#ifndef VETHLAB_BASE_CLOCK_H
#define VETHLAB_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_NS_PER_US 1000LL
#define CLOCK_NS_PER_MS 1000000LL
#define CLOCK_NS_PER_S  1000000000LL

int64_t clock_mono_ns(void); /* CLOCK_MONOTONIC */
int64_t clock_real_ns(void); /* CLOCK_REALTIME, for kernel receive stamps and dates only */

#endif
