# verb: one file per verb
noinst_LIBRARIES += libverb.a
libverb_a_SOURCES = src/verb/placeholder.c
