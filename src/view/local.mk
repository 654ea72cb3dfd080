# view: the split view
noinst_LIBRARIES += libview.a
libview_a_CPPFLAGS = $(AM_CPPFLAGS) $(NCURSES_CFLAGS)
libview_a_SOURCES =
libview_a_SOURCES += src/view/canvas.c src/view/canvas.h
libview_a_SOURCES += src/view/data.c src/view/data.h
libview_a_SOURCES += src/view/keys.c src/view/keys.h
libview_a_SOURCES += src/view/ui.c src/view/ui.h
libview_a_SOURCES += src/view/draw.c src/view/draw.h
libview_a_SOURCES += src/view/linkset.c src/view/linkset.h
libview_a_SOURCES += src/view/frame.c src/view/frame.h
libview_a_SOURCES += src/view/help.c src/view/help.h
libview_a_SOURCES += src/view/pane.c src/view/pane.h
libview_a_SOURCES += src/view/words.c src/view/words.h
libview_a_SOURCES += src/view/pane_links.c src/view/pane_pings.c
libview_a_SOURCES += src/view/scene.c src/view/scene.h
libview_a_SOURCES += src/view/guard.c src/view/guard.h
libview_a_SOURCES += src/view/screen.c src/view/screen.h
libview_a_SOURCES += src/view/terminal.c src/view/terminal.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/view_scene_test
TESTS += tests/unit/view_scene_test
tests_unit_view_scene_test_SOURCES = tests/unit/view_scene_test.c tests/unit/view_testdata.h
tests_unit_view_scene_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_view_scene_test_LDADD = libview.a libmodel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/view_screen_test
TESTS += tests/unit/view_screen_test
tests_unit_view_screen_test_SOURCES = tests/unit/view_screen_test.c
tests_unit_view_screen_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_view_screen_test_LDADD = libview.a libmodel.a libbase.a $(NCURSES_LIBS) $(UNIT_LIBS)
endif
EXTRA_DIST += tests/golden/view
