# model: plain values: topology, its semantic check, snapshot, operation
noinst_LIBRARIES += libmodel.a
libmodel_a_SOURCES = \
	src/model/check.c src/model/check.h \
	src/model/check_node.c src/model/check_node.h \
	src/model/fault.c src/model/fault.h \
	src/model/op.c src/model/op.h \
	src/model/snap.c src/model/snap.h \
	src/model/topo.c src/model/topo.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/model_check_test
TESTS += tests/unit/model_check_test
tests_unit_model_check_test_SOURCES = tests/unit/model_check_test.c
tests_unit_model_check_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_model_check_test_LDADD = libmodel.a libbase.a $(UNIT_LIBS)
endif
