# model: plain values: topology, its semantic check, snapshot, operation
noinst_LIBRARIES += libmodel.a
libmodel_a_SOURCES = \
	src/model/check.c src/model/check.h \
	src/model/check_node.c src/model/check_node.h \
	src/model/fault.c src/model/fault.h \
	src/model/op.c src/model/op.h \
	src/model/snap.c src/model/snap.h \
	src/model/topo.c src/model/topo.h
