# plan: pure: (desired, observed) to ordered operations
noinst_LIBRARIES += libplan.a
libplan_a_SOURCES = src/plan/plan.c src/plan/plan.h
libplan_a_SOURCES += src/plan/diff.c src/plan/diff.h src/plan/diff_work.h
libplan_a_SOURCES += src/plan/named.c src/plan/named.h
libplan_a_SOURCES += src/plan/losses.c src/plan/losses.h
libplan_a_SOURCES += src/plan/adopt.c src/plan/adopt.h src/plan/adopt_fit.c
libplan_a_SOURCES += src/plan/diff_index.c src/plan/diff_index.h
libplan_a_SOURCES += src/plan/diff_gone.c src/plan/diff_come.c src/plan/undo.c
libplan_a_SOURCES += src/plan/diff_settings.c src/plan/diff_settings.h
libplan_a_SOURCES += src/plan/diff_lost.c src/plan/diff_lost.h
libplan_a_SOURCES += src/plan/setting.c src/plan/setting.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/plan_diff_test
TESTS += tests/unit/plan_diff_test
tests_unit_plan_diff_test_SOURCES = tests/unit/plan_diff_test.c tests/unit/plan_pairs.c \
	tests/unit/plan_pairs.h tests/unit/plan_values.c tests/unit/plan_values.h \
	tests/unit/plan_sim.c tests/unit/plan_sim.h \
	tests/unit/format_random.c tests/unit/format_random.h
tests_unit_plan_diff_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_plan_diff_test_LDADD = libplan.a libmodel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/plan_routes_test
TESTS += tests/unit/plan_routes_test
tests_unit_plan_routes_test_SOURCES = tests/unit/plan_routes_test.c
tests_unit_plan_routes_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_plan_routes_test_LDADD = libplan.a libmodel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/plan_undo_test
TESTS += tests/unit/plan_undo_test
tests_unit_plan_undo_test_SOURCES = tests/unit/plan_undo_test.c
tests_unit_plan_undo_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_plan_undo_test_LDADD = libplan.a libmodel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/plan_test
TESTS += tests/unit/plan_test
tests_unit_plan_test_SOURCES = tests/unit/plan_test.c tests/unit/format_random.c \
	tests/unit/format_random.h
tests_unit_plan_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_plan_test_LDADD = libplan.a libformat.a libmodel.a libbase.a $(FYAML_LIBS) $(UNIT_LIBS)
endif
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/plan_host_test
TESTS += tests/unit/plan_host_test
tests_unit_plan_host_test_SOURCES = tests/unit/plan_host_test.c
tests_unit_plan_host_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_plan_host_test_LDADD = libplan.a libmodel.a libbase.a $(UNIT_LIBS)
endif
