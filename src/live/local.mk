# live: prober, watches, panes: values out, no drawing
noinst_LIBRARIES += liblive.a
liblive_a_SOURCES = src/live/placeholder.c
liblive_a_SOURCES += src/live/watch.h
