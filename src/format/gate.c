/* SPDX-License-Identifier: BSD-2-Clause */
/* gate: see the header. */
#include "format/gate.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "format/format.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 65536

/* To read a named pipe is to wait for whoever opens it to write, perhaps for ever. One that has
 * been opened so, as the shell's <(...) has, is read to its end. What has come already goes to
 * `out`. */
static int await_writer(int fd, const char *name, struct buf *out, struct err *e)
{
    char some[512];
    ssize_t n = io_read(fd, some, sizeof some);
    if (n == 0)
        return err_set_exit(e, EXIT_INVALID, 0, "%s is a pipe that nobody writes to", name);
    if (n > 0)
        buf_add(out, some, (size_t)n);
    return 0;
}

int gate_read(const char *path, struct buf *out, struct err *e)
{
    struct stat st;
    bool is_stdin = strcmp(path, "-") == 0;
    _cleanup_free_ char *name = text_clean_dup(is_stdin ? "standard input" : path);
    _cleanup_fd_ int fd =
        is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return err_set_exit(e, EXIT_INVALID, errno, "cannot read %s", name);
    if (fstat(fd, &st) < 0)
        return err_set_exit(e, EXIT_INVALID, errno, "cannot read %s", name);
    if (S_ISDIR(st.st_mode))
        return err_set_exit(e, EXIT_INVALID, 0, "%s is a directory, not a topology file", name);
    if (!is_stdin && S_ISFIFO(st.st_mode) && await_writer(fd, name, out, e) < 0)
        return -EINVAL;
    if (!is_stdin) /* where it is, it is not ours alone */
        io_set_nonblock(fd, false);
    int r = io_read_all(fd, FORMAT_FILE_MAX, out);
    if (r == -EFBIG)
        return err_set_exit(e, EXIT_INVALID, 0, "%s is larger than the limit of 1 MiB", name);
    if (r < 0)
        return err_set_exit(e, EXIT_INVALID, -r, "cannot read %s", name);
    return 0;
}

static bool refuse(struct faults *f, uint32_t line, uint32_t column, const char *text)
{
    fault_add(f, FAULT_ERROR, (struct mark){line, column, 1}, "%s", text);
    return false;
}

static bool is_utf16(const char *text, size_t len)
{
    return len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

/* Lines end in LF or CR LF; a CR elsewhere would be a line's end to the library alone. */
static bool is_control(uint32_t c, const char *rest, size_t left)
{
    if (c == '\r')
        return left < 2 || rest[1] != '\n';
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
}

bool gate_check(const char *text, size_t len, struct faults *f)
{
    uint32_t line = 1, column = 1;
    size_t line_start = 0;
    bool content = false;
    if (is_utf16(text, len))
        return refuse(f, 1, 1, "the file is UTF-16: save it as UTF-8");
    for (size_t i = 0; i < len;) {
        uint32_t c = 0;
        size_t n = text_utf8_next(text + i, len - i, &c);
        struct mark here = {line, column, 1};
        if (n == 0)
            fault_add(f, FAULT_ERROR, here,
                      "the byte 0x%02x is not valid UTF-8 here: save the file as UTF-8",
                      (uint8_t)text[i]);
        else if (is_control(c, text + i, len - i))
            fault_add(f, FAULT_ERROR, here, "the control character 0x%02x is not allowed", c);
        if (f->errors)
            return false;
        content |= c > ' ';
        i += n;
        column++;
        if (c == '\n') {
            line++;
            column = 1;
            line_start = i;
        } else if (i - line_start > LINE_MAX_BYTES) {
            return refuse(f, line, 1, "this line is longer than the limit of 64 KiB");
        }
    }
    return content || refuse(f, 0, 0, "the file is empty");
}
