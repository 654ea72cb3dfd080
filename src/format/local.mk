# format: text to topology
noinst_LIBRARIES += libformat.a
libformat_a_CPPFLAGS = $(AM_CPPFLAGS) $(FYAML_CFLAGS)
libformat_a_SOURCES = \
	src/format/format.c src/format/format.h \
	src/format/gate.c src/format/gate.h \
	src/format/read_link.c src/format/read_node.c src/format/read_node.h \
	src/format/yaml.c src/format/yaml.h
