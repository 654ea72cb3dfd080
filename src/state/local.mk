# state: directories, lock, lab record
noinst_LIBRARIES += libstate.a
libstate_a_SOURCES = src/state/rundir.c src/state/rundir.h
libstate_a_SOURCES += src/state/labfile.c src/state/labfile.h
libstate_a_SOURCES += src/state/record.c src/state/record.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/state_test
TESTS += tests/unit/state_test
tests_unit_state_test_SOURCES = tests/unit/state_test.c
tests_unit_state_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_state_test_LDADD = libstate.a libbase.a $(UNIT_LIBS)
endif
