/* SPDX-License-Identifier: BSD-2-Clause */
/* json: values that are built, printed, parsed and asked. The library behind it (jansson) does not
 * show here.
 *
 * Writing: whatever text is given passes text_clean() first, so that names from the kernel may be
 * handed over raw and the output is valid UTF-8 without control characters. Keys keep the order in
 * which they were set; the same calls give the same bytes.
 *
 * Reading is for tests of what was written. Every getter takes a default and returns it where the
 * key is missing or the value has another type, so that a foreign or truncated document never needs
 * a check before a question. Text that was read is foreign: it may hold any character but NUL.
 *
 * A child belongs to its parent; only the outermost value is freed. */
#ifndef VETHLAB_JSON_JSON_H
#define VETHLAB_JSON_JSON_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_BYTES_MAX ((size_t)4 << 20) /* a document that is read */
#define JSON_DEPTH_MAX 16                /* arrays and objects in each other, reading */

struct json; /* one value */

struct json *json_new_object(void); /* owned by the caller */
void json_free(struct json *j);     /* NULL is allowed */

/* Into an object. A key that exists is replaced. NULL text gives null; a number that JSON has no
 * word for (NaN, infinity) too. Counters above INT64_MAX are written as INT64_MAX. */
void json_set_text(struct json *object, const char *key, const char *text);
/* The same of text that may have several lines, as commands have: newlines and tabs stay what they
 * are, and are written as JSON escapes them. */
void json_set_lines(struct json *object, const char *key, const char *text);
void json_set_int(struct json *object, const char *key, int64_t value);
void json_set_uint(struct json *object, const char *key, uint64_t value);
void json_set_real(struct json *object, const char *key, double value);
void json_set_bool(struct json *object, const char *key, bool value);
void json_set_null(struct json *object, const char *key);
struct json *json_set_object(struct json *object, const char *key); /* the new child, borrowed */
struct json *json_set_array(struct json *object, const char *key);

/* At the end of an array. */
void json_add_text(struct json *array, const char *text);
struct json *json_add_object(struct json *array);

/* Appends the value as text: on one line without blanks, or `pretty`: indented by two and with a
 * newline at the end. Numbers with fractions have at most 12 significant digits. */
void json_print(const struct json *j, bool pretty, struct buf *out);

/* Parses one document. -EINVAL with "line L, column C: what is wrong" (no JSON, a key twice, NUL,
 * invalid UTF-8, too deep), -EFBIG beyond JSON_BYTES_MAX. *out is owned by the caller. */
int json_parse(const char *text, size_t len, struct json **out, struct err *e);

/* All take NULL and values of any type. Borrowed results live as long as the document. */
size_t json_count(const struct json *j); /* elements of an array or keys of an object, else 0 */
const struct json *json_get(const struct json *object, const char *key); /* or NULL */
const struct json *json_at(const struct json *array, size_t index);      /* or NULL */
const char *json_get_text(const struct json *object, const char *key, const char *fallback);
int64_t json_get_int(const struct json *object, const char *key, int64_t fallback);
bool json_get_bool(const struct json *object, const char *key, bool fallback);
const char *json_at_text(const struct json *array, size_t index, const char *fallback);

#endif
