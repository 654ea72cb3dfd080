# teach: operation to command words and sentence
noinst_LIBRARIES += libteach.a
libteach_a_SOURCES = src/teach/placeholder.c
