# state: directories, lock, lab record
noinst_LIBRARIES += libstate.a
libstate_a_SOURCES = src/state/rundir.c src/state/rundir.h
