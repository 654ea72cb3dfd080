# loop: one epoll set, timers, signals
noinst_LIBRARIES += libloop.a
libloop_a_SOURCES = src/loop/placeholder.c
