/* SPDX-License-Identifier: BSD-2-Clause */
/* buf: a string that grows. Always NUL-terminated once anything was added. */
#ifndef VETHLAB_BASE_BUF_H
#define VETHLAB_BASE_BUF_H

#include <stddef.h>

struct buf {
    char *data; /* owned; NULL while empty */
    size_t len; /* bytes, without the NUL */
    size_t room;
};

#define BUF_INIT                                                                                   \
    {                                                                                              \
        0                                                                                          \
    }

void buf_fini(struct buf *b);
void buf_reset(struct buf *b); /* len 0, keeps the memory */
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_pad(struct buf *b, char c, size_t count); /* count times c */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_drop(struct buf *b, size_t count); /* removes count bytes from the front */
const char *buf_str(const struct buf *b);   /* never NULL; borrowed until the next change */
char *buf_steal(struct buf *b);             /* owned by the caller, never NULL */

#define _cleanup_buf_ __attribute__((cleanup(buf_fini)))

#endif
