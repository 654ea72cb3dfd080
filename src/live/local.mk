# live: prober, watches, panes: values out, no drawing
noinst_LIBRARIES += liblive.a
liblive_a_SOURCES = src/live/forward.c src/live/forward.h src/live/rawtty.c \
	src/live/rawtty.h src/live/relay.c src/live/relay.h
liblive_a_SOURCES += src/live/errand.c src/live/errand.h
liblive_a_SOURCES += src/live/watch.c src/live/watch.h
liblive_a_SOURCES += src/live/watch_counters.c src/live/watch_counters.h
liblive_a_SOURCES += src/live/watch_reader.c src/live/watch_reader.h
liblive_a_SOURCES += src/live/watch_routes.c src/live/watch_routes.h
liblive_a_SOURCES += src/live/watch_words.c src/live/watch_words.h
liblive_a_SOURCES += src/live/echo.c src/live/echo.h src/live/icmp.c src/live/icmp.h
liblive_a_SOURCES += src/live/probe.c src/live/probe.h
liblive_a_SOURCES += src/live/probe_stats.c src/live/probe_stats.h
liblive_a_SOURCES += src/live/reach.c src/live/reach.h
liblive_a_SOURCES += src/live/sweep.c src/live/sweep.h
liblive_a_SOURCES += src/live/node_env.c src/live/node_env.h
liblive_a_SOURCES += src/live/term.c src/live/term.h src/live/term_state.h src/live/term_csi.c
liblive_a_SOURCES += src/live/term_grid.c src/live/term_mode.c src/live/term_past.c
liblive_a_SOURCES += src/live/term_input.c src/live/term_input.h
liblive_a_SOURCES += src/live/shell.c src/live/shell.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/live_errand_test
TESTS += tests/unit/live_errand_test
tests_unit_live_errand_test_SOURCES = tests/unit/live_errand_test.c
tests_unit_live_errand_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_errand_test_LDADD = liblive.a libloop.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_watch_test
TESTS += tests/unit/live_watch_test
tests_unit_live_watch_test_SOURCES = tests/unit/live_watch_test.c tests/unit/testloop.h \
	tests/unit/kernel_testlab.h
tests_unit_live_watch_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_watch_test_LDADD = liblive.a libkernel.a libinit.a libmodel.a libloop.a libbase.a \
	$(NL_LIBS) -lpthread $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_watch_slow_test
TESTS += tests/unit/live_watch_slow_test
tests_unit_live_watch_slow_test_SOURCES = tests/unit/live_watch_slow_test.c \
	tests/unit/testloop.h tests/unit/kernel_testlab.h
tests_unit_live_watch_slow_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_watch_slow_test_LDADD = liblive.a libkernel.a libinit.a libmodel.a libloop.a \
	libbase.a $(NL_LIBS) -lpthread $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_counters_test
TESTS += tests/unit/live_counters_test
tests_unit_live_counters_test_SOURCES = tests/unit/live_counters_test.c
tests_unit_live_counters_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_counters_test_LDADD = liblive.a libmodel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_routes_test
TESTS += tests/unit/live_routes_test
tests_unit_live_routes_test_SOURCES = tests/unit/live_routes_test.c
tests_unit_live_routes_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_routes_test_LDADD = liblive.a libmodel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_probe_test tests/unit/live_reach_test
TESTS += tests/unit/live_probe_test tests/unit/live_reach_test
tests_unit_live_probe_test_SOURCES = tests/unit/live_probe_test.c tests/unit/kernel_testlab.h
tests_unit_live_probe_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_probe_test_LDADD = liblive.a libkernel.a libinit.a libloop.a libmodel.a libbase.a \
	$(NL_LIBS) -lpthread $(UNIT_LIBS)
tests_unit_live_reach_test_SOURCES = tests/unit/live_reach_test.c
tests_unit_live_reach_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_reach_test_LDADD = liblive.a libmodel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_sweep_test
TESTS += tests/unit/live_sweep_test
tests_unit_live_sweep_test_SOURCES = tests/unit/live_sweep_test.c tests/unit/kernel_testlab.h
tests_unit_live_sweep_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_sweep_test_LDADD = liblive.a libkernel.a libinit.a libloop.a libmodel.a libbase.a \
	$(MNL_LIBS) $(NL_LIBS) -lpthread $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_term_test
TESTS += tests/unit/live_term_test
tests_unit_live_term_test_SOURCES = tests/unit/live_term_test.c tests/fuzz/term_play.h
tests_unit_live_term_test_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/tests/fuzz
tests_unit_live_term_test_LDADD = liblive.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_rawtty_test
TESTS += tests/unit/live_rawtty_test
tests_unit_live_rawtty_test_SOURCES = tests/unit/live_rawtty_test.c
tests_unit_live_rawtty_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_rawtty_test_LDADD = liblive.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/live_shell_test
TESTS += tests/unit/live_shell_test
tests_unit_live_shell_test_SOURCES = tests/unit/live_shell_test.c tests/unit/kernel_testns.h
tests_unit_live_shell_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_live_shell_test_LDADD = liblive.a libkernel.a libinit.a libloop.a libmodel.a libbase.a \
	$(NL_LIBS) -lpthread $(UNIT_LIBS)
endif
