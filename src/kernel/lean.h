/* SPDX-License-Identifier: BSD-2-Clause */
/* lean: children without the memory that they never use. */
#ifndef VETHLAB_KERNEL_LEAN_H
#define VETHLAB_KERNEL_LEAN_H

#include <stdbool.h>

/* true: from now on children of this process are cloned with this program, the C library, the stack
 * and the thread's own data, and without everything else that is mapped now, the heap and all other
 * libraries among it: a clone copies less, and the child's end frees less. Such a child reads what
 * it needs from its stack, allocates nothing, and calls this program and the C library's wrappers
 * of system calls, nothing else; what is missing is a segmentation fault. false: as usual again,
 * which a child that executes a program needs. */
void lean_children(bool lean);

#endif
