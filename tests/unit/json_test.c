/* SPDX-License-Identifier: BSD-2-Clause */
/* json_test: what is written is deterministic and clean; what is read never harms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "json/json.h"

static char *printed(struct json *j, bool pretty)
{
    struct buf b = BUF_INIT;
    json_print(j, pretty, &b);
    json_free(j);
    return buf_steal(&b);
}

static int parses(const char *text, struct json **out)
{
    struct err e = ERR_INIT;
    int r = json_parse(text, strlen(text), out, &e);
    assert_true(r == 0 ? !e.text[0] : e.text[0] && !*out);
    return r;
}

static void keys_keep_their_order(void **state)
{
    (void)state;
    struct json *j = json_new_object();
    json_set_int(j, "zebra", 1);
    json_set_text(j, "apple", "x");
    struct json *a = json_set_array(j, "list");
    json_add_text(a, NULL);
    json_set_int(json_add_object(a), "k", INT64_MIN);
    json_set_bool(json_set_object(j, "o"), "b", false);
    json_set_int(j, "zebra", 2);
    _cleanup_free_ char *text = printed(j, false);
    assert_string_equal(text, "{\"zebra\":2,\"apple\":\"x\",\"list\":[null,"
                              "{\"k\":-9223372036854775808}],\"o\":{\"b\":false}}");
}

static void pretty_is_indented_and_ends_with_a_newline(void **state)
{
    (void)state;
    struct json *j = json_new_object();
    json_add_text(json_set_array(j, "a"), "b");
    _cleanup_free_ char *text = printed(j, true);
    assert_string_equal(text, "{\n  \"a\": [\n    \"b\"\n  ]\n}\n");
}

static void lines_stay_lines(void **state)
{
    (void)state;
    struct json *j = json_new_object();
    json_set_lines(j, "c", "do\n\techo \x1b[2J\n");
    json_set_lines(j, "e", "");
    json_set_lines(j, "n", NULL);
    _cleanup_free_ char *text = printed(j, false);
    assert_string_equal(text, "{\"c\":\"do\\n\\techo \\\\x1b[2J\\n\",\"e\":\"\",\"n\":null}");
}

static void foreign_text_comes_out_clean(void **state)
{
    (void)state;
    struct json *j = json_new_object();
    json_set_text(j, "if", "e\x1b[2J");
    json_set_text(j, "bad", "\xff\xfe");
    json_set_text(j, "k\x1b", "\xc3\xa4");
    _cleanup_free_ char *text = printed(j, false);
    assert_string_equal(text, "{\"if\":\"e\\\\x1b[2J\",\"bad\":\"\\\\xff\\\\xfe\","
                              "\"k\\\\x1b\":\"\xc3\xa4\"}");
}

static void numbers_without_a_word_are_null_or_clamped(void **state)
{
    (void)state;
    struct json *j = json_new_object();
    json_set_real(j, "nan", (double)NAN);
    json_set_real(j, "inf", (double)INFINITY);
    json_set_real(j, "r", 0.25);
    json_set_uint(j, "u", UINT64_MAX);
    _cleanup_free_ char *text = printed(j, false);
    assert_string_equal(text, "{\"nan\":null,\"inf\":null,\"r\":0.25,\"u\":9223372036854775807}");
}

static void getters_answer_or_fall_back(void **state)
{
    (void)state;
    struct json *j = NULL;
    assert_int_equal(
        parses("{\"t\":\"x\",\"i\":7,\"b\":true,\"f\":false,\"a\":[\"p\",3],\"n\":null}", &j), 0);
    assert_string_equal(json_get_text(j, "t", "-"), "x");
    assert_string_equal(json_get_text(j, "i", "-"), "-");
    assert_null(json_get_text(j, "missing", NULL));
    assert_int_equal(json_get_int(j, "i", -1), 7);
    assert_int_equal(json_get_int(j, "t", -1), -1);
    assert_true(json_get_bool(j, "b", false));
    assert_false(json_get_bool(j, "f", true));
    assert_true(json_get_bool(j, "n", true));
    assert_false(json_get_bool(j, "missing", false));
    const struct json *a = json_get(j, "a");
    assert_int_equal(json_count(a), 2);
    assert_int_equal(json_count(j), 6);
    assert_string_equal(json_at_text(a, 0, "-"), "p");
    assert_string_equal(json_at_text(a, 1, "-"), "-");
    assert_string_equal(json_at_text(a, 99, "-"), "-");
    json_free(j);
}

static void nothing_is_asked_of_null_or_of_the_wrong_type(void **state)
{
    (void)state;
    assert_int_equal(json_count(NULL), 0);
    assert_null(json_get(NULL, "x"));
    assert_null(json_at(NULL, 0));
    assert_string_equal(json_get_text(NULL, "x", "d"), "d");
    struct json *a = NULL;
    assert_int_equal(parses("[1]", &a), 0);
    assert_null(json_get(a, "x"));
    assert_null(json_at(json_at(a, 0), 0));
    assert_int_equal(json_get_int(json_at(a, 0), "x", 4), 4);
    json_free(a);
    json_free(NULL);
}

static void broken_documents_are_refused_with_a_place(void **state)
{
    (void)state;
    static const char *const broken[] = {"",
                                         "{",
                                         "[1,]",
                                         "{\"a\":1,\"a\":2}",
                                         "{\"a\":\"\\u0000\"}",
                                         "{} x",
                                         "\"\xff\"",
                                         "{\"\x01\":1}",
                                         "nul",
                                         "{\"a\":1e999}",
                                         "[\"\\ud800\"]",
                                         "\xef\xbb\xbf{}",
                                         "{\"a\" 1}",
                                         "99999999999999999999"};
    struct json *j = NULL;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        assert_int_equal(parses(broken[i], &j), -EINVAL);
    struct err e = ERR_INIT;
    assert_int_equal(json_parse("{\n \"a\": \x1b[2J", 12, &j, &e), -EINVAL);
    assert_ptr_equal(strstr(e.text, "line 2, column"), e.text);
    assert_null(strchr(e.text, '\x1b'));
    struct err nul = ERR_INIT;
    assert_int_equal(json_parse("{}\0", 3, &j, &nul), -EINVAL);
}

static void depth_and_size_are_bounded(void **state)
{
    (void)state;
    char text[2 * JSON_DEPTH_MAX + 3] = "";
    for (int i = 0; i < JSON_DEPTH_MAX; i++) {
        text[i] = '[';
        text[2 * JSON_DEPTH_MAX - 1 - i] = ']';
    }
    struct json *j = NULL;
    assert_int_equal(parses(text, &j), 0);
    json_free(j);
    memmove(text + 1, text, 2 * JSON_DEPTH_MAX);
    text[2 * JSON_DEPTH_MAX + 1] = ']';
    assert_int_equal(parses(text, &j), -EINVAL);
    assert_int_equal(parses("[\"[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"]", &j), 0);
    json_free(j);
    size_t big = JSON_BYTES_MAX + 1;
    char *spaces = mem_alloc(big);
    memset(spaces, ' ', big);
    struct err e = ERR_INIT;
    assert_int_equal(json_parse(spaces, big, &j, &e), -EFBIG);
    free(spaces);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"format\":1,\"nodes\":[{\"name\":\"a\",\"pid\":12}],\"x\":\"\\u00e4\"}";
    struct json *j = NULL;
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        struct err e = ERR_INIT;
        assert_int_equal(json_parse(whole, n, &j, &e), -EINVAL);
    }
    assert_int_equal(parses(whole, &j), 0);
    _cleanup_free_ char *again = printed(j, false);
    assert_non_null(strstr(again, "\"x\":\"\xc3\xa4\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_keep_their_order),
        cmocka_unit_test(pretty_is_indented_and_ends_with_a_newline),
        cmocka_unit_test(lines_stay_lines),
        cmocka_unit_test(foreign_text_comes_out_clean),
        cmocka_unit_test(numbers_without_a_word_are_null_or_clamped),
        cmocka_unit_test(getters_answer_or_fall_back),
        cmocka_unit_test(nothing_is_asked_of_null_or_of_the_wrong_type),
        cmocka_unit_test(broken_documents_are_refused_with_a_place),
        cmocka_unit_test(depth_and_size_are_bounded),
        cmocka_unit_test(every_truncation_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
