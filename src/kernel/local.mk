# kernel: rtnetlink, namespaces, spawn, id maps, mounts, sysctls
noinst_LIBRARIES += libkernel.a
libkernel_a_SOURCES = src/kernel/placeholder.c
