# json: writer and reader, foreign text sanitised first
noinst_LIBRARIES += libjson.a
libjson_a_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libjson_a_SOURCES = src/json/json.c src/json/json.h

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/json_test
TESTS += tests/unit/json_test
tests_unit_json_test_SOURCES = tests/unit/json_test.c
tests_unit_json_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_json_test_LDADD = libjson.a libbase.a $(JANSSON_LIBS) $(UNIT_LIBS)
endif
