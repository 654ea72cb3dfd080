# teach: operation to command words and sentence
noinst_LIBRARIES += libteach.a
libteach_a_SOURCES = src/teach/words.c src/teach/words.h src/teach/sentence.c
libteach_a_SOURCES += src/teach/script.c src/teach/script.h
libteach_a_SOURCES += src/teach/table.c src/teach/table.h
libteach_a_SOURCES += src/teach/steps.c src/teach/steps.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/teach_steps_test
TESTS += tests/unit/teach_steps_test
tests_unit_teach_steps_test_SOURCES = tests/unit/teach_steps_test.c tests/unit/format_random.c \
	tests/unit/format_random.h
tests_unit_teach_steps_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_teach_steps_test_LDADD = libteach.a libplan.a libformat.a libmodel.a libbase.a \
	$(FYAML_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/teach_script_test
TESTS += tests/unit/teach_script_test
tests_unit_teach_script_test_SOURCES = tests/unit/teach_script_test.c tests/unit/format_random.c \
	tests/unit/format_random.h
tests_unit_teach_script_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_teach_script_test_LDADD = libteach.a libplan.a libformat.a libmodel.a libbase.a \
	$(FYAML_LIBS) $(UNIT_LIBS)
endif
