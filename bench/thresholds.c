/* SPDX-License-Identifier: BSD-2-Clause */
/* thresholds: see the header. */
#include "thresholds.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define COUNT 3

/* From the largest down, so that none is ever above its successor. */
static const char *const path[COUNT] = {
    "/proc/sys/net/ipv4/neigh/default/gc_thresh3",
    "/proc/sys/net/ipv4/neigh/default/gc_thresh2",
    "/proc/sys/net/ipv4/neigh/default/gc_thresh1",
};
static const char *const raised[COUNT] = {"65536", "32768", "16384"};

static struct {
    int fd;
    char value[32];
} limit[COUNT];
static bool are_open;

bool thresholds_open(void)
{
    for (int i = 0; i < COUNT; i++) {
        limit[i].fd = open(path[i], O_RDWR | O_CLOEXEC);
        if (limit[i].fd < 0 ||
            pread(limit[i].fd, limit[i].value, sizeof limit[i].value - 1, 0) <= 0)
            return false;
    }
    are_open = true;
    return true;
}

bool thresholds_raise(void)
{
    for (int i = 0; are_open && i < COUNT; i++)
        if (pwrite(limit[i].fd, raised[i], strlen(raised[i]), 0) < 0)
            return false;
    return are_open;
}

void thresholds_restore(void)
{
    for (int i = COUNT - 1; are_open && i >= 0; i--) {
        ssize_t ignored = pwrite(limit[i].fd, limit[i].value, strlen(limit[i].value), 0);
        (void)ignored;
    }
}
