/* SPDX-License-Identifier: BSD-2-Clause */
/* lean: see the header. A sanitizer's run-time calls into every library, so it gets no such child.
 */
#include "kernel/lean.h"

#include "base/mem.h"

#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ /* as gcc says it */
#endif
#endif

#ifndef __SANITIZE_ADDRESS__
static bool is_left_out(const char *path)
{
    static const char *const names[] = {
        "libfyaml.", "libjansson.", "libncurses", "libtinfo.", "libnl-", "libmnl.", "libm.",
    };
    const char *slash = strrchr(path, '/');
    for (size_t i = 0; slash && i < ARRAY_LEN(names); i++)
        if (strncmp(slash + 1, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static int leave_out(struct dl_phdr_info *object, size_t size, void *ctx)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), end = 0;
    (void)size;
    (void)ctx;
    if (!is_left_out(object->dlpi_name))
        return 0;
    for (size_t i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_LOAD)
            end = object->dlpi_phdr[i].p_vaddr + object->dlpi_phdr[i].p_memsz;
    /* What the kernel refuses is only slower. */
    madvise((void *)object->dlpi_addr, (end + page - 1) & ~(page - 1), MADV_DONTFORK);
    return 0;
}
#endif

void lean_children(void)
{
#ifndef __SANITIZE_ADDRESS__
    dl_iterate_phdr(leave_out, NULL);
#endif
}
