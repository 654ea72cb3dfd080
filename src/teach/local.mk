# teach: operation to command words and sentence
noinst_LIBRARIES += libteach.a
libteach_a_SOURCES = src/teach/words.c src/teach/words.h src/teach/sentence.c
libteach_a_SOURCES += src/teach/script.c src/teach/script.h
libteach_a_SOURCES += src/teach/table.c src/teach/table.h
