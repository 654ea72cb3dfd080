/* SPDX-License-Identifier: BSD-2-Clause */
/* json: our values are jansson's under another name.
 *
 * `struct json` is never defined: a pointer to one is a json_t pointer, cast here and nowhere else.
 * jansson exports json_object(), json_array() and the like, hence our longer names. */
#include "json/json.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *of(const struct json *j)
{
    return (json_t *)j;
}

/* jansson fails only for want of memory or for invalid UTF-8, which text_clean() excludes. */
static json_t *must(json_t *j)
{
    if (!j) {
        fputs("vethlab: out of memory\n", stderr);
        abort();
    }
    return j;
}

static json_t *clean_text(const char *text, size_t len)
{
    _cleanup_buf_ struct buf b = BUF_INIT;
    text_clean(&b, text, len);
    return must(json_stringn(buf_str(&b), b.len));
}

static json_t *text_value(const char *text)
{
    return text ? clean_text(text, strlen(text)) : json_null();
}

static struct json *set(struct json *object, const char *key, json_t *value)
{
    _cleanup_free_ char *clean = text_clean_dup(key);
    if (json_object_set_new_nocheck(of(object), clean, must(value)) < 0)
        must(NULL);
    return (struct json *)value;
}

static struct json *add(struct json *array, json_t *value)
{
    if (json_array_append_new(of(array), must(value)) < 0)
        must(NULL);
    return (struct json *)value;
}

struct json *json_new_object(void)
{
    return (struct json *)must(json_object());
}

void json_free(struct json *j)
{
    json_decref(of(j));
}

void json_set_text(struct json *object, const char *key, const char *text)
{
    set(object, key, text_value(text));
}

void json_set_lines(struct json *object, const char *key, const char *text)
{
    _cleanup_buf_ struct buf clean = BUF_INIT;
    for (const char *at = text; at && *at;) {
        size_t len = strcspn(at, "\n\t");
        text_clean(&clean, at, len);
        at += len;
        if (*at)
            buf_addc(&clean, *at++);
    }
    set(object, key, text ? json_stringn_nocheck(buf_str(&clean), clean.len) : json_null());
}

void json_set_int(struct json *object, const char *key, int64_t value)
{
    set(object, key, json_integer(value));
}

void json_set_uint(struct json *object, const char *key, uint64_t value)
{
    json_set_int(object, key, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void json_set_real(struct json *object, const char *key, double value)
{
    set(object, key, isfinite(value) ? json_real(value) : json_null());
}

void json_set_bool(struct json *object, const char *key, bool value)
{
    set(object, key, json_boolean(value));
}

void json_set_null(struct json *object, const char *key)
{
    set(object, key, json_null());
}

struct json *json_set_object(struct json *object, const char *key)
{
    return set(object, key, json_object());
}

struct json *json_set_array(struct json *object, const char *key)
{
    return set(object, key, json_array());
}

void json_add_text(struct json *array, const char *text)
{
    add(array, text_value(text));
}

struct json *json_add_object(struct json *array)
{
    return add(array, json_object());
}

static int into_buf(const char *bytes, size_t len, void *ctx)
{
    buf_add(ctx, bytes, len);
    return 0;
}

void json_print(const struct json *j, bool pretty, struct buf *out)
{
    size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(12);
    flags |= pretty ? JSON_INDENT(2) : JSON_COMPACT;
    if (json_dump_callback(of(j), into_buf, out, flags) < 0)
        must(NULL);
    if (pretty)
        buf_addc(out, '\n');
}

/* How deep arrays and objects nest, seen by the brackets outside of strings: jansson's own limit is
 * 2048 and not ours to set. Of broken JSON any answer will do. */
static size_t depth_of(const char *text, size_t len)
{
    size_t depth = 0, most = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        if (quoted && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && strchr("[{", text[i]) && text[i])
            most = ++depth > most ? depth : most;
        else if (!quoted && strchr("]}", text[i]) && text[i] && depth)
            depth--;
    }
    return most;
}

int json_parse(const char *text, size_t len, struct json **out, struct err *e)
{
    *out = NULL;
    if (len > JSON_BYTES_MAX)
        return err_set(e, EFBIG, "%zu bytes of JSON, but at most %zu are read", len,
                       JSON_BYTES_MAX);
    if (depth_of(text, len) > JSON_DEPTH_MAX)
        return err_set(e, 0, "JSON nests deeper than %d levels", JSON_DEPTH_MAX);
    json_error_t fault;
    json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (!j) {
        char clean[2 * JSON_ERROR_TEXT_LENGTH];
        return err_set(e, 0, "line %d, column %d: %s", fault.line, fault.column,
                       text_clean_to(clean, sizeof clean, fault.text));
    }
    *out = (struct json *)j;
    return 0;
}

static bool is(const json_t *j, json_type type)
{
    return j && json_typeof(j) == type;
}
size_t json_count(const struct json *j)
{
    return is(of(j), JSON_ARRAY) ? json_array_size(of(j)) : json_object_size(of(j));
}

const struct json *json_get(const struct json *object, const char *key)
{
    return (const struct json *)json_object_get(of(object), key);
}

const struct json *json_at(const struct json *array, size_t index)
{
    return (const struct json *)json_array_get(of(array), index);
}

static const char *text_or(const struct json *j, const char *fallback)
{
    return is(of(j), JSON_STRING) ? json_string_value(of(j)) : fallback;
}

static int64_t int_or(const struct json *j, int64_t fallback)
{
    return is(of(j), JSON_INTEGER) ? json_integer_value(of(j)) : fallback;
}

const char *json_get_text(const struct json *object, const char *key, const char *fallback)
{
    return text_or(json_get(object, key), fallback);
}

int64_t json_get_int(const struct json *object, const char *key, int64_t fallback)
{
    return int_or(json_get(object, key), fallback);
}

bool json_get_bool(const struct json *object, const char *key, bool fallback)
{
    const json_t *j = of(json_get(object, key));
    return is(j, JSON_TRUE) || (fallback && !is(j, JSON_FALSE));
}

const char *json_at_text(const struct json *array, size_t index, const char *fallback)
{
    return text_or(json_at(array, index), fallback);
}
