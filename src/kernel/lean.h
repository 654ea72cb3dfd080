/* SPDX-License-Identifier: BSD-2-Clause */
/* lean: children without the libraries that they never call. */
#ifndef VETHLAB_KERNEL_LEAN_H
#define VETHLAB_KERNEL_LEAN_H

/* From now on children of this process are forked without the mappings of the parsing, drawing and
 * netlink libraries: a fork copies less, and the child's end frees less. A child may still exec,
 * and may call this program and the C library, nothing else. It cannot be undone by accident: a
 * call into a missing library is a segmentation fault. */
void lean_children(void);

#endif
