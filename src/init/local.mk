# init: the pid-1 code of holder and nodes; base only
noinst_LIBRARIES += libinit.a
libinit_a_SOURCES = \
	src/init/init.c src/init/init.h \
	src/init/title.c src/init/title.h
