/* SPDX-License-Identifier: BSD-2-Clause */
/* io: descriptors and small files. Every function here retries EINTR; none prints. */
#ifndef VETHLAB_BASE_IO_H
#define VETHLAB_BASE_IO_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Writes all of it. 0 or -errno. */
int io_write_all(int fd, const void *data, size_t len);

/* Reads up to end of file, or `max` bytes (then -EFBIG), appending to `out`. 0 or -errno. */
int io_read_all(int fd, size_t max, struct buf *out);

/* Opens `path` relative to `dirfd` (AT_FDCWD allowed), O_CLOEXEC, and reads it as io_read_all(). */
int io_read_file(int dirfd, const char *path, size_t max, struct buf *out);

/* Writes `text` with one write(2) to an existing file (as /proc and /sys files want it). */
int io_write_file(int dirfd, const char *path, const char *text);

/* One read(2), EINTR retried. Bytes read, 0 at end of file, or -errno. */
ssize_t io_read(int fd, void *data, size_t len);

/* Sets or clears O_NONBLOCK. 0 or -errno. */
int io_set_nonblock(int fd, bool on);

/* Waits until `fd` is readable (or hung up). timeout_ms -1 waits for ever.
 * 1 readable, 0 timed out, or -errno. The time waited is bounded even when signals arrive. */
int io_wait_readable(int fd, int timeout_ms);

#endif
