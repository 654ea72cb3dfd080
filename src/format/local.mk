# format: text to topology and back
noinst_LIBRARIES += libformat.a
libformat_a_SOURCES = src/format/placeholder.c
