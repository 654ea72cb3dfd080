# init: the pid-1 code of holder and nodes
noinst_LIBRARIES += libinit.a
libinit_a_SOURCES = src/init/placeholder.c
