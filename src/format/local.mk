# format: text to topology
noinst_LIBRARIES += libformat.a
libformat_a_CPPFLAGS = $(AM_CPPFLAGS) $(FYAML_CFLAGS)
libformat_a_SOURCES = \
	src/format/format.c src/format/format.h \
	src/format/gate.c src/format/gate.h \
	src/format/read_link.c src/format/read_node.c src/format/read_node.h \
	src/format/read_route.c \
	src/format/yaml.c src/format/yaml.h \
	src/format/write.c src/format/write.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/format_write_test
TESTS += tests/unit/format_write_test
tests_unit_format_write_test_SOURCES = tests/unit/format_write_test.c tests/unit/format_random.c \
	tests/unit/format_random.h
tests_unit_format_write_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_format_write_test_LDADD = libformat.a libmodel.a libbase.a $(FYAML_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/format_mutate_test
TESTS += tests/unit/format_mutate_test
tests_unit_format_mutate_test_SOURCES = tests/unit/format_mutate_test.c tests/unit/format_random.c \
	tests/unit/format_random.h
tests_unit_format_mutate_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_format_mutate_test_LDADD = libformat.a libmodel.a libbase.a $(FYAML_LIBS) $(UNIT_LIBS)
endif
check_PROGRAMS += tests/unit/format_keys
tests_unit_format_keys_SOURCES = tests/unit/format_keys.c
tests_unit_format_keys_CPPFLAGS = $(AM_CPPFLAGS) $(FYAML_CFLAGS)
tests_unit_format_keys_LDADD = libformat.a libmodel.a libbase.a $(FYAML_LIBS)
