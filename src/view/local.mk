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
libview_a_SOURCES += src/view/guard.c src/view/guard.h
libview_a_SOURCES += src/view/screen.c src/view/screen.h
libview_a_SOURCES += src/view/terminal.c src/view/terminal.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/view_screen_test
TESTS += tests/unit/view_screen_test
tests_unit_view_screen_test_SOURCES = tests/unit/view_screen_test.c
tests_unit_view_screen_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_view_screen_test_LDADD = libview.a libmodel.a libbase.a $(NCURSES_LIBS) $(UNIT_LIBS)
endif
