# live: prober, watches, panes: values out, no drawing
noinst_LIBRARIES += liblive.a
liblive_a_SOURCES =
liblive_a_SOURCES += src/live/watch.c src/live/watch.h
liblive_a_SOURCES += src/live/watch_words.c src/live/watch_words.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/live_watch_test
TESTS += tests/unit/live_watch_test
tests_unit_live_watch_test_SOURCES = tests/unit/live_watch_test.c tests/unit/testloop.h \
	tests/unit/kernel_testlab.h
tests_unit_live_watch_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_watch_test_LDADD = liblive.a libkernel.a libinit.a libmodel.a libbase.a \
	$(NL_LIBS) -lpthread $(UNIT_LIBS)
endif
