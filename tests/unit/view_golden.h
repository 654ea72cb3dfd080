/* SPDX-License-Identifier: BSD-2-Clause */
/* view_golden: what is drawn against what was drawn, read and kept, in tests/golden/view. */
#ifndef VETHLAB_TESTS_UNIT_VIEW_GOLDEN_H
#define VETHLAB_TESTS_UNIT_VIEW_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"

/* Fails, and shows what was drawn, where it is not the text of the file NAME.txt. With
 * UPDATE_GOLDEN=1 (and srcdir set) the file is written anew: then it is to be read, line by line,
 * before it is committed. */
static inline void golden_compare(const char *name, const struct buf *text)
{
    const char *top = getenv("srcdir");
    _cleanup_free_ char *path = mem_printf("%s/tests/golden/view/%s.txt", top ? top : ".", name);
    _cleanup_buf_ struct buf want = BUF_INIT;
    if (getenv("UPDATE_GOLDEN")) {
        FILE *f = fopen(path, "we");
        assert_non_null(f);
        fwrite(text->data, 1, text->len, f);
        assert_int_equal(fclose(f), 0);
        return;
    }
    if (io_read_file(AT_FDCWD, path, 1 << 20, &want) < 0)
        fail_msg("cannot read %s", path);
    if (want.len != text->len || memcmp(want.data, text->data, want.len) != 0)
        fail_msg("%s differs; drawn was:\n%s", path, buf_str(text));
}

#endif
