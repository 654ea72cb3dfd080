# loop: one epoll set, timers, signals
noinst_LIBRARIES += libloop.a
libloop_a_SOURCES = src/loop/loop.c src/loop/loop.h src/loop/worker.c src/loop/worker.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/loop_test
TESTS += tests/unit/loop_test
tests_unit_loop_test_SOURCES = tests/unit/loop_test.c
tests_unit_loop_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_loop_test_LDADD = libloop.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/loop_worker_test
TESTS += tests/unit/loop_worker_test
tests_unit_loop_worker_test_SOURCES = tests/unit/loop_worker_test.c
tests_unit_loop_worker_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_loop_worker_test_LDADD = libloop.a libbase.a -lpthread $(UNIT_LIBS)
endif
