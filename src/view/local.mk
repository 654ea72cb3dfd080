# view: the split view
noinst_LIBRARIES += libview.a
libview_a_SOURCES = src/view/placeholder.c
