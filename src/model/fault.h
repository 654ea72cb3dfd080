/* SPDX-License-Identifier: BSD-2-Clause */
/* fault: what is wrong with a topology file, all of it in one go, each with its place. */
#ifndef VETHLAB_MODEL_FAULT_H
#define VETHLAB_MODEL_FAULT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A place in the file. Lines and columns count from 1, columns in characters; line 0: no place. */
struct mark {
    uint32_t line;
    uint32_t column;
    uint32_t length; /* characters to underline, at least 1 */
};

enum fault_kind { FAULT_ERROR, FAULT_WARNING, FAULT_KIND_COUNT };

struct fault {
    enum fault_kind kind;
    struct mark mark;
    char *text; /* owned; one sentence without the final stop, already clean */
};

/* Bounded: after FAULT_MAX errors the rest is only counted. */
#define FAULT_MAX 100

struct faults {
    struct fault *item; /* owned */
    size_t count, room;
    size_t errors;  /* of all found, also those not kept */
    size_t skipped; /* errors not kept */
};

void faults_init(struct faults *f);
void faults_fini(struct faults *f);
void fault_add(struct faults *f, enum fault_kind kind, struct mark mark, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* In file order (line, column), errors and warnings mixed. */
void faults_sort(struct faults *f);

/* Prints all of them as compilers do, to `out`:
 *     FILE:3:5: unknown key "link": did you mean "links"?
 *         3 | link:
 *           | ^~~~
 * `source` is the file's text (NULL: no excerpt); `name` must be clean. Warnings have "warning: "
 * before the sentence. The source line passes the sanitiser and is cut at 100 columns. */
void faults_print(const struct faults *f, const char *name, const char *source, size_t source_len,
                  struct buf *out);

#endif
