# verb: one file per verb; the only floor that prints results
noinst_LIBRARIES += libverb.a
libverb_a_SOURCES = \
	src/verb/check.c src/verb/common.c src/verb/common.h src/verb/down.c src/verb/exec.c \
	src/verb/list.c src/verb/parse.c src/verb/table.c src/verb/up.c src/verb/step.c src/verb/step.h src/verb/verb.h \
	src/verb/verbs.h
libverb_a_SOURCES += src/verb/exec_all.c src/verb/exec_all.h src/verb/node_command.c \
	src/verb/node_command.h src/verb/shell.c src/verb/manual.c src/verb/complete.c
libverb_a_SOURCES += src/verb/help.c src/verb/value.c src/verb/value.h
libverb_a_SOURCES += src/verb/logs.c
libverb_a_SOURCES += src/verb/explain.c
libverb_a_SOURCES += src/verb/plan.c src/verb/apply.c src/verb/op_json.c src/verb/op_json.h src/verb/plan_text.c src/verb/plan_text.h
libverb_a_SOURCES += src/verb/show.c
libverb_a_SOURCES += src/verb/grid.c src/verb/grid.h
libverb_a_SOURCES += src/verb/show_routes.c src/verb/show_routes.h
libverb_a_SOURCES += src/verb/show_text.c src/verb/show_text.h
libverb_a_SOURCES += src/verb/ping.c src/verb/ping.h src/verb/ping_pair.c
libverb_a_SOURCES += src/verb/ping_text.c src/verb/ping_text.h
libverb_a_SOURCES += src/verb/ping_all.c src/verb/ping_matrix.c src/verb/ping_matrix.h
libverb_a_SOURCES += src/verb/look.c src/verb/look.h
libverb_a_SOURCES += src/verb/print.c src/verb/print.h
libverb_a_SOURCES += src/verb/palette.c src/verb/palette.h
libverb_a_SOURCES += src/verb/view.c
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/verb_parse_test
TESTS += tests/unit/verb_parse_test
tests_unit_verb_parse_test_SOURCES = tests/unit/verb_parse_test.c
tests_unit_verb_parse_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_verb_parse_test_LDADD = libverb.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/verb_show_test
TESTS += tests/unit/verb_show_test
tests_unit_verb_show_test_SOURCES = tests/unit/verb_show_test.c
tests_unit_verb_show_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_verb_show_test_LDADD = libverb.a libkernel.a libjson.a libmodel.a libbase.a \
	$(JANSSON_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/verb_ping_test
TESTS += tests/unit/verb_ping_test
tests_unit_verb_ping_test_SOURCES = tests/unit/verb_ping_test.c
tests_unit_verb_ping_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_verb_ping_test_LDADD = libverb.a liblive.a libkernel.a libjson.a libloop.a libmodel.a \
	libbase.a $(MNL_LIBS) $(JANSSON_LIBS) -lpthread $(UNIT_LIBS)
endif
