# loop: one epoll set, timers, signals
noinst_LIBRARIES += libloop.a
libloop_a_SOURCES = src/loop/loop.c src/loop/loop.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/loop_test
TESTS += tests/unit/loop_test
tests_unit_loop_test_SOURCES = tests/unit/loop_test.c
tests_unit_loop_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_loop_test_LDADD = libloop.a libbase.a $(UNIT_LIBS)
endif
