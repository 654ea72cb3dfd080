# apply: runs an ordered operation list; the life of a lab
noinst_LIBRARIES += libapply.a
libapply_a_SOURCES = src/apply/placeholder.c
