# verb: one file per verb; the only floor that prints results
noinst_LIBRARIES += libverb.a
libverb_a_SOURCES = \
	src/verb/check.c src/verb/common.c src/verb/common.h src/verb/down.c src/verb/exec.c \
	src/verb/list.c src/verb/parse.c src/verb/table.c src/verb/up.c src/verb/verb.h \
	src/verb/verbs.h
