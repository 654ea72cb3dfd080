/* SPDX-License-Identifier: BSD-2-Clause */
/* limit: see the header. */
#include "base/limit.h"

#include <stdbool.h>
#include <sys/resource.h>

static struct {
    struct rlimit files; /* of our caller */
    bool is_raised;
} before;

void limit_raise_files(void)
{
    struct rlimit now;
    if (before.is_raised || getrlimit(RLIMIT_NOFILE, &now) < 0 || now.rlim_cur == now.rlim_max)
        return;
    struct rlimit most = {.rlim_cur = now.rlim_max, .rlim_max = now.rlim_max};
    before.files = now;
    before.is_raised = setrlimit(RLIMIT_NOFILE, &most) == 0;
}

void limit_restore_files(void)
{
    if (before.is_raised)
        setrlimit(RLIMIT_NOFILE, &before.files);
}
