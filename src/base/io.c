/* SPDX-License-Identifier: BSD-2-Clause */
/* io: see the header. */
#include "base/io.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

int io_write_all(int fd, const void *data, size_t len)
{
    const char *p = data;
    while (len) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

ssize_t io_read(int fd, void *data, size_t len)
{
    for (;;) {
        ssize_t n = read(fd, data, len);
        if (n >= 0)
            return n;
        if (errno != EINTR)
            return -errno;
    }
}

int io_read_all(int fd, size_t max, struct buf *out)
{
    char chunk[8192];
    size_t total = 0;
    for (;;) {
        ssize_t n = io_read(fd, chunk, sizeof chunk);
        if (n <= 0)
            return (int)n;
        total += (size_t)n;
        if (total > max)
            return -EFBIG;
        buf_add(out, chunk, (size_t)n);
    }
}

int io_read_file(int dirfd, const char *path, size_t max, struct buf *out)
{
    _cleanup_fd_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -errno;
    return io_read_all(fd, max, out);
}

int io_write_file(int dirfd, const char *path, const char *text)
{
    _cleanup_fd_ int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -errno;
    ssize_t n;
    do
        n = write(fd, text, strlen(text));
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

int io_set_nonblock(int fd, bool on)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0)
        return -errno;
    flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    return fcntl(fd, F_SETFL, flags) < 0 ? -errno : 0;
}

int io_wait_readable(int fd, int timeout_ms)
{
    int64_t end_ns = clock_mono_ns() + (int64_t)timeout_ms * CLOCK_NS_PER_MS;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (;;) {
        int left_ms = -1;
        if (timeout_ms >= 0) {
            int64_t left_ns = end_ns - clock_mono_ns();
            left_ms = left_ns > 0 ? (int)((left_ns + CLOCK_NS_PER_MS - 1) / CLOCK_NS_PER_MS) : 0;
        }
        int n = poll(&p, 1, left_ms);
        if (n >= 0)
            return n;
        if (errno != EINTR)
            return -errno;
    }
}
