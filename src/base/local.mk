# base: error value, memory, buffer, io, processes apart, log, clock, addresses, names, text
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	src/base/addr.c src/base/addr.h \
	src/base/apart.c src/base/apart.h \
	src/base/buf.c src/base/buf.h \
	src/base/clock.c src/base/clock.h \
	src/base/err.c src/base/err.h \
	src/base/io.c src/base/io.h \
	src/base/limit.c src/base/limit.h \
	src/base/log.c src/base/log.h \
	src/base/mem.c src/base/mem.h \
	src/base/name.c src/base/name.h \
	src/base/text.c src/base/text.h \
	src/base/width.c src/base/width.h

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/base_test
TESTS += tests/unit/base_test
tests_unit_base_test_SOURCES = tests/unit/base_test.c
tests_unit_base_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_base_test_LDADD = libbase.a $(UNIT_LIBS)
endif
