# kernel: rtnetlink, namespaces, spawn, id maps, mounts, sysctls; observation
noinst_LIBRARIES += libkernel.a
libkernel_a_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS) $(NL_CFLAGS)
libkernel_a_SOURCES =
libkernel_a_SOURCES += src/kernel/lab.c src/kernel/lab.h
libkernel_a_SOURCES += src/kernel/proc.c src/kernel/proc.h
