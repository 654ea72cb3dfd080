/* SPDX-License-Identifier: BSD-2-Clause */
/* mem: allocation that cannot fail (it aborts with a sentence), scope-bound release, stealing. */
#ifndef VETHLAB_BASE_MEM_H
#define VETHLAB_BASE_MEM_H

#include <stddef.h>

/* All return memory owned by the caller, released with free(); never NULL. Sizes in bytes. */
void *mem_alloc(size_t size);
void *mem_zalloc(size_t count, size_t size); /* zeroed; the product is checked for overflow */
void *mem_realloc(void *old, size_t count, size_t size);
char *mem_strdup(const char *s); /* NULL gives NULL */
char *mem_strndup(const char *s, size_t len);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Makes room for one more element in an array that grows by doubling:
 *     mem_grow(&list->item, &list->room, list->count, sizeof *list->item);
 * `array` is the address of the element pointer. */
void mem_grow(void *array, size_t *room, size_t count, size_t size);

void mem_free_charp(char **p);
void mem_free_void(void *p); /* `p` is the address of a pointer of any type */
void mem_close_fd(int *fd);  /* closes fd if >= 0 and sets it to -1; errno is kept */

/* `_cleanup_free_ char *s = NULL;`  `_cleanup_fd_ int fd = -1;` release at the end of the scope. */
#define _cleanup_free_ __attribute__((cleanup(mem_free_void)))
#define _cleanup_fd_   __attribute__((cleanup(mem_close_fd)))

/* Hands ownership on: returns the value and leaves NULL or -1 behind. */
int mem_steal_fd(int *fd);
#define mem_steal_ptr(pp)                                                                          \
    (__extension__({                                                                               \
        __typeof__(*(pp)) stolen_ = *(pp);                                                         \
        *(pp) = NULL;                                                                              \
        stolen_;                                                                                   \
    }))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
